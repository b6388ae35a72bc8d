#pragma once

#include <functional>
#include <string>

/// Linked into a test, this stands between it (SQLite too) and the C library wherever a file is changed.
namespace tributary::store::testing {

/// `write`, `truncate`, `sync`, `rename`, `link` or `remove`, and the last name in the path of the file. `room`: how much is
/// free in that folder; none, if that fails.
struct FileCall {
    std::string what, name;
};

/// What the answer to a sync may be: it need not be done. For programs that die, of which the system keeps everything.
inline constexpr int kNotNeeded = -1;

/// While it lives, @p at is asked before each call that changes a file below @p folder: 0, it goes on; else it fails with
/// that errno. One at a time.
class FileCalls {
public:
    FileCalls(const std::string &folder, std::function<int(const FileCall &)> at);
    ~FileCalls();
    FileCalls(const FileCalls &) = delete;
    FileCalls &operator=(const FileCalls &) = delete;
};

} // namespace tributary::store::testing
