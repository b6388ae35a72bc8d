#pragma once

namespace tributary::app {

/// Joins tributary::log() to Qt's logging categories, so that QT_LOGGING_RULES chooses what is written. Warnings and errors
/// are, unless a rule says otherwise.
void installDesktopLog();

} // namespace tributary::app
