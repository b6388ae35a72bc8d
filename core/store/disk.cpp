#include "core/store/disk.h"

namespace tributary::store {

void Disk::rename(const std::filesystem::path &from, const std::filesystem::path &to)
{
    for (const char *suffix : {"", "-wal", "-shm"}) {
        std::error_code ignored;
        std::filesystem::remove(to.string() + suffix, ignored);
        std::filesystem::rename(from.string() + suffix, to.string() + suffix, ignored);
    }
}

Disk &Disk::system()
{
    static Disk disk;
    return disk;
}

} // namespace tributary::store
