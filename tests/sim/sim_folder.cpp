#include "tests/sim/sim_folder.h"

#include "core/store/files.h"

#include <cstdlib>
#include <fstream>

namespace tributary::sim {

SimFolder::~SimFolder()
{
    std::error_code ignored;
    if (!m_path.empty())
        std::filesystem::remove_all(m_path, ignored);
}

const std::filesystem::path &SimFolder::path()
{
    if (!m_path.empty())
        return m_path;
    std::error_code error;
    const bool inMemory = std::filesystem::is_directory("/dev/shm", error);
    std::string name =
        ((inMemory ? std::filesystem::path("/dev/shm") : std::filesystem::temp_directory_path()) / "tributary-sim-XXXXXX")
            .string();
    if (!::mkdtemp(name.data()))
        std::abort(); // nowhere to write
    m_path = name;
    return m_path;
}

Bytes SimFolder::read(const std::string &name)
{
    constexpr std::size_t kMost = 64 * 1024 * 1024;
    const auto content = store::readFile(path() / name, kMost);
    return content ? *content : Bytes();
}

void SimFolder::write(const std::string &name, ByteView bytes)
{
    std::ofstream file(path() / name, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char *>(bytes.data()), std::streamsize(bytes.size()));
}

} // namespace tributary::sim
