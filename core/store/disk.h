#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace tributary::store {

/// Where database files lie: what is done to them as a whole. The simulator has one that fails.
class Disk {
public:
    virtual ~Disk() = default;
    /// Name of the SQLite VFS for Database::Options; empty: the system's.
    virtual std::string vfs() const { return {}; }
    /// Moves a database with its log to another name, over what is there. What is not there is not moved.
    virtual void rename(const std::filesystem::path &from, const std::filesystem::path &to);
    /// Removes a database with its log.
    virtual void drop(const std::filesystem::path &path);
    /// Which file a path leads to; empty: to none. One that was deleted, renamed or replaced while it is open leads
    /// elsewhere, and SQLite would go on writing into nowhere.
    virtual std::string identity(const std::filesystem::path &path) const;
    /// Sets @p bytes aside in @p file, if there is room for twice that; true if they are there.
    virtual bool reserve(const std::filesystem::path &file, std::uintmax_t bytes);
    /// Gives them back; true if there were any.
    virtual bool release(const std::filesystem::path &file);

    static Disk &system();
};

} // namespace tributary::store
