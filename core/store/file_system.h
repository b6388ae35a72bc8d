#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace tributary::store {

/// What kind of file system @p folder is on, if databases are not safe there: on one that other machines write to as well
/// their locks and shared memory mean nothing, and FAT keeps no permissions and little of what a power cut interrupts
/// (sqlite.org/wal.html; statfs(2)). "NFS", "a Windows share", "FAT" and the like; empty: none of them, or nobody can tell.
std::string unsafeFileSystem(const std::filesystem::path &folder);
/// The same of the number of a kind, as statfs(2) gives it.
std::string unsafeKind(std::uint32_t magic);

} // namespace tributary::store
