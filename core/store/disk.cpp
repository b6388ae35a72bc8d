#include "core/store/disk.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tributary::store {

void Disk::rename(const std::filesystem::path &from, const std::filesystem::path &to)
{
    for (const char *suffix : {"", "-wal", "-shm"}) {
        std::error_code ignored;
        std::filesystem::remove(to.string() + suffix, ignored);
        std::filesystem::rename(from.string() + suffix, to.string() + suffix, ignored);
    }
}

void Disk::drop(const std::filesystem::path &path)
{
    for (const char *suffix : {"", "-wal", "-shm"}) {
        std::error_code ignored;
        std::filesystem::remove(path.string() + suffix, ignored);
    }
}

std::string Disk::identity(const std::filesystem::path &path) const
{
    struct stat info;
    return ::stat(path.c_str(), &info) == 0 ? std::to_string(info.st_dev) + ":" + std::to_string(info.st_ino)
                                            : std::string();
}

bool Disk::reserve(const std::filesystem::path &file, std::uintmax_t bytes)
{
    std::error_code error;
    if (std::filesystem::file_size(file, error) == bytes && !error)
        return true;
    const auto room = std::filesystem::space(file.parent_path(), error);
    if (error || room.available < 2 * bytes) // else it would be given back at once
        return false;
    const int open = ::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (open < 0)
        return false;
    const bool taken = ::posix_fallocate(open, 0, off_t(bytes)) == 0; // blocks of its own, not a hole
    ::close(open);
    if (!taken)
        std::filesystem::remove(file, error);
    return taken;
}

bool Disk::release(const std::filesystem::path &file)
{
    std::error_code error;
    return std::filesystem::remove(file, error);
}

Disk &Disk::system()
{
    static Disk disk;
    return disk;
}

} // namespace tributary::store
