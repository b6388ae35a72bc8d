#include "tests/sim/sim_folder.h"

#include "core/store/files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <sys/syscall.h>
#include <unistd.h>
#include <vector>

namespace tributary::sim {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMost = 64 * 1024 * 1024;

std::vector<SimFolder *> &all()
{
    static std::vector<SimFolder *> folders;
    return folders;
}

Bytes contentOf(const fs::path &path)
{
    const auto content = store::readFile(path, kMost);
    return content ? *content : Bytes();
}

void put(const fs::path &path, ByteView bytes)
{
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char *>(bytes.data()), std::streamsize(bytes.size()));
}

} // namespace

SimFolder::~SimFolder()
{
    std::error_code ignored;
    std::erase(all(), this);
    if (!m_path.empty())
        fs::remove_all(m_path, ignored);
}

const fs::path &SimFolder::path()
{
    if (!m_path.empty())
        return m_path;
    std::error_code error;
    const bool inMemory = fs::is_directory("/dev/shm", error);
    std::string name = ((inMemory ? fs::path("/dev/shm") : fs::temp_directory_path()) / "tributary-sim-XXXXXX").string();
    if (!::mkdtemp(name.data()))
        std::abort(); // nowhere to write
    m_path = name;
    all().push_back(this);
    return m_path;
}

Bytes SimFolder::read(const std::string &name)
{
    return contentOf(path() / name);
}

void SimFolder::write(const std::string &name, ByteView bytes)
{
    const fs::path file = path() / name;
    fs::create_directories(file.parent_path());
    put(file, bytes);
    m_unsynced.erase(file);
    for (fs::path kept = file; kept != m_path; kept = kept.parent_path())
        m_unkept.erase(kept);
}

void SimFolder::copyOf(SimFolder &other)
{
    for (const auto &entry : fs::directory_iterator(path()))
        fs::remove_all(entry.path());
    fs::copy(other.path(), path(), fs::copy_options::recursive);
    m_unkept.clear();
    m_unsynced.clear();
    m_synced.clear();
}

void SimFolder::restart()
{
    m_dead = false;
    m_dieAt = 0;
}

SimFolder *SimFolder::of(const fs::path &path)
{
    const auto found = std::ranges::find_if(all(), [&path](const SimFolder *one) {
        return path.native().starts_with(one->m_path.native())
               && (path.native().size() == one->m_path.native().size() || path.native()[one->m_path.native().size()] == '/');
    });
    return found == all().end() ? nullptr : *found;
}

bool SimFolder::mayStep()
{
    if (m_dieAt > 0 && --m_dieAt == 0)
        m_dead = true;
    return !m_dead;
}

void SimFolder::synced(const fs::path &path)
{
    std::erase_if(m_unkept, [&path](const auto &one) { return one.first.parent_path() == path; });
    m_unsynced.erase(path);
    std::error_code error;
    if (fs::is_regular_file(path, error))
        m_synced.insert(path);
}

void SimFolder::isNew(const fs::path &path)
{
    m_unkept.emplace(path, Before());
}

void SimFolder::renames(const fs::path &from, const fs::path &to)
{
    std::error_code error;
    const bool wasThere = fs::exists(to, error);
    m_unkept.emplace(to, Before{wasThere, wasThere ? contentOf(to) : Bytes()}); // the first one counts
    if (m_synced.erase(from) > 0)
        m_unsynced.erase(to);
    else
        m_unsynced.insert(to);
}

void SimFolder::cutPower(Rng &rng)
{
    std::error_code error;
    const bool all = rng.below(3) == 0;
    for (const fs::path &path : std::exchange(m_unsynced, {})) {
        const auto size = fs::file_size(path, error);
        if (!error && size > 0)
            fs::resize_file(path, all ? 0 : rng.below(size), error);
    }
    for (const auto &[path, before] : std::exchange(m_unkept, {})) { // a folder before what is in it
        if (!all && rng.below(2) == 0)
            continue;
        if (!before.wasThere)
            fs::remove_all(path, error);
        else if (fs::exists(path.parent_path(), error))
            put(path, before.content);
    }
    m_synced.clear();
}

} // namespace tributary::sim

// -- In the place of the C library's --------------------------------------------------------------------------------------

namespace {

using tributary::sim::SimFolder;

int died()
{
    errno = EIO;
    return -1;
}

} // namespace

extern "C" int fsync(int file)
{
    std::array<char, 4096> name{};
    const ssize_t length =
        ::readlink(("/proc/self/fd/" + std::to_string(file)).c_str(), name.data(), name.size()); // which file that is
    const std::filesystem::path path = length > 0 ? std::string(name.data(), std::size_t(length)) : std::string();
    SimFolder *folder = SimFolder::of(path);
    if (!folder)
        return int(::syscall(SYS_fsync, file));
    if (!folder->mayStep())
        return died();
    folder->synced(path);
    return 0;
}

extern "C" int rename(const char *from, const char *to) noexcept
{
    SimFolder *folder = SimFolder::of(to);
    if (folder && !folder->mayStep())
        return died();
    if (folder)
        folder->renames(from, to);
    return int(::syscall(SYS_rename, from, to));
}

extern "C" int unlink(const char *path) noexcept
{
    const SimFolder *folder = SimFolder::of(path);
    return folder && folder->isDead() ? died() : int(::syscall(SYS_unlink, path));
}

extern "C" int mkdir(const char *path, mode_t mode) noexcept
{
    SimFolder *folder = SimFolder::of(path);
    if (folder && !folder->mayStep())
        return died();
    const int made = int(::syscall(SYS_mkdir, path, mode));
    if (folder && made == 0)
        folder->isNew(path);
    return made;
}
