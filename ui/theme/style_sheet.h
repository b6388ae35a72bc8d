#pragma once

#include <QString>

namespace tributary::ui {

class Theme;

/// The application's style sheet in the theme's colours and sizes: inputs, buttons, menus, scroll bars. Widgets opt in to a
/// role by a dynamic property: `role` = `primary`, `ghost`, `danger`, `chip` (a QPushButton or QToolButton).
QString styleSheet(const Theme &theme);

} // namespace tributary::ui
