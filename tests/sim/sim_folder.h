#pragma once

#include "core/base/bytes.h"

#include <filesystem>
#include <string>

namespace tributary::sim {

/// A folder of real files, for what goes to the system's own: made when it is first used, in memory where the system has
/// such a place, and gone with this. Its name is no part of a life: two with one seed are alike.
class SimFolder {
public:
    SimFolder() = default;
    ~SimFolder();
    SimFolder(const SimFolder &) = delete;
    SimFolder &operator=(const SimFolder &) = delete;

    const std::filesystem::path &path();
    /// Nothing, where there is no such file.
    Bytes read(const std::string &name);
    void write(const std::string &name, ByteView bytes);

private:
    std::filesystem::path m_path;
};

} // namespace tributary::sim
