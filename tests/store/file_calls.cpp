#include "tests/store/file_calls.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <unistd.h>

namespace tributary::store::testing {
namespace {

std::string watched;
std::function<int(const FileCall &)> asked;

/// What is answered for the call on @p path.
int answerTo(const char *what, const std::string &path)
{
    return asked && path.starts_with(watched) ? asked({what, path.substr(path.rfind('/') + 1)}) : 0;
}

int answerTo(const char *what, int file)
{
    if (!asked)
        return 0;
    std::array<char, 1024> path;
    const std::string link = "/proc/self/fd/" + std::to_string(file);
    const ssize_t size = ::readlink(link.c_str(), path.data(), path.size());
    return size < 0 ? 0 : answerTo(what, std::string(path.data(), std::size_t(size)));
}

/// Whether the call on a path or an open file may go on; else errno is set.
template<class File>
bool mayGoOn(const char *what, const File &file)
{
    const int answer = answerTo(what, file);
    errno = answer == 0 ? errno : answer;
    return answer == 0;
}

int synced(int file, int (*real)(int))
{
    const int answer = answerTo("sync", file);
    if (answer > 0)
        errno = answer;
    return answer == 0 ? real(file) : answer == kNotNeeded ? 0 : -1;
}

template<class Function>
Function next(const char *name)
{
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

} // namespace

FileCalls::FileCalls(const std::string &folder, std::function<int(const FileCall &)> at)
{
    watched = folder;
    asked = std::move(at);
}

FileCalls::~FileCalls()
{
    asked = {};
}

} // namespace tributary::store::testing

using tributary::store::testing::mayGoOn;
using tributary::store::testing::next;
using tributary::store::testing::synced;

extern "C" ssize_t write(int file, const void *data, size_t size)
{
    static const auto real = next<ssize_t (*)(int, const void *, size_t)>("write");
    return mayGoOn("write", file) ? real(file, data, size) : -1;
}

extern "C" ssize_t pwrite64(int file, const void *data, size_t size, off64_t offset)
{
    static const auto real = next<ssize_t (*)(int, const void *, size_t, off64_t)>("pwrite64");
    return mayGoOn("write", file) ? real(file, data, size, offset) : -1;
}

extern "C" ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
    return pwrite64(file, data, size, offset);
}

extern "C" int ftruncate64(int file, off64_t size)
{
    static const auto real = next<int (*)(int, off64_t)>("ftruncate64");
    return mayGoOn("truncate", file) ? real(file, size) : -1;
}

extern "C" int ftruncate(int file, off_t size)
{
    return ftruncate64(file, size);
}

extern "C" int fsync(int file)
{
    static const auto real = next<int (*)(int)>("fsync");
    return synced(file, real);
}

extern "C" int fdatasync(int file)
{
    static const auto real = next<int (*)(int)>("fdatasync");
    return synced(file, real);
}

extern "C" int statvfs(const char *path, struct statvfs *room)
{
    static const auto real = next<int (*)(const char *, struct statvfs *)>("statvfs");
    const int done = real(path, room);
    if (!mayGoOn("room", std::string(path)))
        room->f_bavail = 0;
    return done;
}

extern "C" int rename(const char *from, const char *to)
{
    static const auto real = next<int (*)(const char *, const char *)>("rename");
    return mayGoOn("rename", std::string(from)) ? real(from, to) : -1;
}

extern "C" int link(const char *from, const char *to)
{
    static const auto real = next<int (*)(const char *, const char *)>("link");
    return mayGoOn("link", std::string(to)) ? real(from, to) : -1;
}

extern "C" int unlink(const char *path)
{
    static const auto real = next<int (*)(const char *)>("unlink");
    return mayGoOn("remove", std::string(path)) ? real(path) : -1;
}

extern "C" int remove(const char *path)
{
    static const auto real = next<int (*)(const char *)>("remove");
    return mayGoOn("remove", std::string(path)) ? real(path) : -1;
}
