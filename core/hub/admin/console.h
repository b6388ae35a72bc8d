#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace tributary::hub::admin {

/// Where a verb's words go, and what it was given on standard input. The verb may run in another process than the terminal.
struct Console {
    std::function<void(std::string_view line)> out; ///< One line, without its end.
    std::function<void(std::string_view line)> err; ///< One clear line on failure, or progress.
    std::function<bool()> isHeard;                  ///< False: whoever typed it is gone. Empty: they cannot be.
    std::string in;                                 ///< All of standard input.
    std::string folder; ///< Working directory of whoever typed it: what relative paths are relative to.
};

} // namespace tributary::hub::admin
