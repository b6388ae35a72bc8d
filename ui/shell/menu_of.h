#pragma once

class QWidget;

namespace tributary::ui {

/// Opens the menu that @p focus, or one it stands in, has for what is focused there, as the Menu key does. False if nothing
/// came up.
bool openMenuOf(QWidget &focus);

} // namespace tributary::ui
