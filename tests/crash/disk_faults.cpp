// Preloaded into a program under test: its disk misbehaves as the file named by DISK_FAULTS says, read anew at each call, so
// that a test can begin and end a fault while the program runs. Words in it, parted by blanks:
//
//   full          no write finds room
//   full-at=N     only the N-th write finds none, counted from when round=R became a higher number
//   short         a write takes half of what it is given
//   eio-write     writes fail with an I/O error
//   eio-sync      fsync fails with an I/O error
//   eio-read      reads fail with an I/O error; not those of a file that is mapped
//   only=PART     for files alone whose path has PART in it
//
// Only regular files live on a disk: sockets and pipes go on.
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>

namespace {

struct Faults {
    bool full = false, isShort = false, eioWrite = false, eioSync = false, eioRead = false;
    long fullAt = 0, round = 0;
    char only[128] = {};
};

template<class Function>
Function next(const char *name)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

/// What the file says now. By system calls, because the functions of the library are ours here.
Faults faults()
{
    Faults now;
    static const char *const path = std::getenv("DISK_FAULTS");
    const long file = path ? ::syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return now;
    char text[512];
    const long size = ::syscall(SYS_read, file, text, sizeof text - 1);
    ::syscall(SYS_close, file);
    std::string_view rest(text, size > 0 ? std::size_t(size) : 0);
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find_first_of(" \n"), rest.size());
        const std::string_view word = rest.substr(0, end);
        rest.remove_prefix(std::min(end + 1, rest.size()));
        now.full |= word == "full";
        now.isShort |= word == "short";
        now.eioWrite |= word == "eio-write";
        now.eioSync |= word == "eio-sync";
        now.eioRead |= word == "eio-read";
        if (word.starts_with("full-at="))
            now.fullAt = std::atol(word.data() + 8);
        if (word.starts_with("round="))
            now.round = std::atol(word.data() + 6);
        if (word.starts_with("only="))
            word.substr(5).copy(now.only, sizeof now.only - 1);
    }
    return now;
}

/// Whether @p file is one that they are for.
bool meant(const Faults &now, int file)
{
    struct stat info;
    if (::fstat(file, &info) != 0 || !S_ISREG(info.st_mode))
        return false;
    if (now.only[0] == '\0')
        return true;
    char link[32] = "/proc/self/fd/";
    char digits[12];
    int at = 0;
    do {
        digits[at++] = char('0' + file % 10);
    } while ((file /= 10) > 0);
    char *end = link + std::strlen(link);
    while (at > 0)
        *end++ = digits[--at];
    *end = '\0';
    char path[512];
    const ssize_t size = ::readlink(link, path, sizeof path);
    return size > 0 && std::string_view(path, std::size_t(size)).find(now.only) != std::string_view::npos;
}

/// How many of @p size bytes may be written to @p file; -1, with errno, if the write fails.
ssize_t allowed(int file, std::size_t size)
{
    const Faults now = faults();
    // By its number, not by whether there is a fault: a thread that has read what held before may come later than the first
    // that has read what holds now.
    static std::atomic<long> writes, round;
    long known = round;
    while (now.round > known) {
        if (round.compare_exchange_weak(known, now.round)) {
            writes = 0;
            break;
        }
    }
    if ((!now.full && !now.isShort && !now.eioWrite && now.fullAt == 0) || !meant(now, file))
        return ssize_t(size);
    if (now.eioWrite) {
        errno = EIO;
        return -1;
    }
    if (now.full || (now.fullAt > 0 && now.round >= known && ++writes == now.fullAt)) {
        errno = ENOSPC;
        return -1;
    }
    return ssize_t(now.isShort && size > 1 ? size / 2 : size);
}

int synced(int file, const char *name)
{
    const Faults now = faults();
    if (now.eioSync && meant(now, file)) {
        errno = EIO;
        return -1;
    }
    return next<int (*)(int)>(name)(file);
}

/// Whether a read of @p file fails, with errno.
bool isUnreadable(int file)
{
    const Faults now = faults();
    if (!now.eioRead || !meant(now, file))
        return false;
    errno = EIO;
    return true;
}

} // namespace

extern "C" ssize_t read(int file, void *data, size_t size)
{
    static const auto real = next<ssize_t (*)(int, void *, size_t)>("read");
    return isUnreadable(file) ? -1 : real(file, data, size);
}

extern "C" ssize_t pread64(int file, void *data, size_t size, off64_t offset)
{
    static const auto real = next<ssize_t (*)(int, void *, size_t, off64_t)>("pread64");
    return isUnreadable(file) ? -1 : real(file, data, size, offset);
}

extern "C" ssize_t pread(int file, void *data, size_t size, off_t offset)
{
    return pread64(file, data, size, offset);
}

extern "C" ssize_t write(int file, const void *data, size_t size)
{
    static const auto real = next<ssize_t (*)(int, const void *, size_t)>("write");
    const ssize_t most = allowed(file, size);
    return most < 0 ? most : real(file, data, size_t(most));
}

extern "C" ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset)
{
    static const auto real = next<ssize_t (*)(int, const void *, size_t, off64_t)>("pwrite64");
    const ssize_t most = allowed(file, size);
    return most < 0 ? most : real(file, data, size_t(most), offset);
}

extern "C" ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
    return pwrite64(file, data, size, offset);
}

extern "C" int posix_fallocate64(int file, off64_t from, off64_t size)
{
    static const auto real = next<int (*)(int, off64_t, off64_t)>("posix_fallocate64");
    const Faults now = faults();
    if ((now.full || now.eioWrite) && meant(now, file))
        return now.full ? ENOSPC : EIO;
    return real(file, from, size);
}

extern "C" int posix_fallocate(int file, off_t from, off_t size)
{
    return posix_fallocate64(file, from, size);
}

extern "C" int fsync(int file)
{
    return synced(file, "fsync");
}

extern "C" int fdatasync(int file)
{
    return synced(file, "fdatasync");
}
