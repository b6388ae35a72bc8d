// Preloaded into a program under test: while the file named by FULL_DISK_WHEN exists, nothing more can be written.
#include <cerrno>
#include <cstdlib>
#include <dlfcn.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

namespace {

bool isFull()
{
    static const char *const flag = std::getenv("FULL_DISK_WHEN");
    struct stat ignored;
    return flag && ::stat(flag, &ignored) == 0;
}

/// Only regular files live on a disk: sockets and pipes go on.
bool isOnDisk(int file)
{
    struct stat info;
    return ::fstat(file, &info) == 0 && S_ISREG(info.st_mode);
}

template<class Function>
Function next(const char *name)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

} // namespace

extern "C" ssize_t write(int file, const void *data, size_t size)
{
    static const auto real = next<ssize_t (*)(int, const void *, size_t)>("write");
    if (isFull() && isOnDisk(file)) {
        errno = ENOSPC;
        return -1;
    }
    return real(file, data, size);
}

extern "C" ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset)
{
    static const auto real = next<ssize_t (*)(int, const void *, size_t, off64_t)>("pwrite64");
    if (isFull() && isOnDisk(file)) {
        errno = ENOSPC;
        return -1;
    }
    return real(file, data, size, offset);
}

extern "C" ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
    return pwrite64(file, data, size, offset);
}
