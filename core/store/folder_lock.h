#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <string_view>
#include <utility>

namespace tributary::store {

/// Held as long as a process works in a folder. It is the system's (flock(2)) and goes with its process, however that ends;
/// what a lock file says of its owner may be cut off by a kill, or name a process that is another one by now.
class FolderLock {
public:
    /// @p name: the file in @p folder, which stays. Conflict: another has it. Full: there is no room for the file.
    static Result<FolderLock> take(const std::filesystem::path &folder, std::string_view name);
    FolderLock(FolderLock &&other) noexcept
        : m_file(std::exchange(other.m_file, -1))
    {
    }
    FolderLock &operator=(FolderLock &&other) noexcept
    {
        std::swap(m_file, other.m_file);
        return *this;
    }
    ~FolderLock();

private:
    explicit FolderLock(int file)
        : m_file(file)
    {
    }
    int m_file;
};

} // namespace tributary::store
