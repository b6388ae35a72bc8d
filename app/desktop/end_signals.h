#pragma once

class QObject;

namespace tributary::app {

/// A polite request to end (SIGTERM, SIGINT, SIGHUP) ends the program as the person would: what was typed last is kept. A
/// second one ends it at once.
void endOnSignals(QObject *parent);

} // namespace tributary::app
