#pragma once

namespace tributary::app {

class Session;

/// Prints `painted` when the first list of the inbox is on the screen, and ends the program when standard input ends: for
/// whoever measures how long somebody waits (tests/bench).
void announcePainted(Session &session);

} // namespace tributary::app
