#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace tributary::hub::admin {

/// Where a verb's words go, and what it was given on standard input. The verb may run in another process than the terminal.
struct Console {
    std::function<void(std::string_view line)> out; ///< One line, without its end.
    std::function<void(std::string_view line)> err; ///< One clear line on failure, or progress.
    /// True: whoever typed it is gone, or the hub ends. What takes long stops at its next step. Null: that cannot be.
    std::shared_ptr<const std::atomic<bool>> over;
    std::string in;     ///< All of standard input.
    std::string folder; ///< Working directory of whoever typed it: what relative paths are relative to.

    /// Told of each file and folder that is left outside of the data folder. Empty: whoever typed it sees the same files.
    std::function<void(const std::filesystem::path &path)> wrote;

    bool isOver() const { return over && *over; }
    void tellWrote(const std::filesystem::path &path) const
    {
        if (wrote)
            wrote(path);
    }
};

} // namespace tributary::hub::admin
