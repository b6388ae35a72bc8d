#pragma once

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

    static Disk &system();
};

} // namespace tributary::store
