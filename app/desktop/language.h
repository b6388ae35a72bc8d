#pragma once

class QCoreApplication;

namespace tributary::app {

/// Loads the words for the user's language, and Qt's own for its dialogs. English where there are none: the singular and
/// plural forms of the texts in the code.
void installLanguage(QCoreApplication &application);

} // namespace tributary::app
