// Preloaded into a program under test: its clocks are ahead by what the file named by CLOCK_FAULTS says, read anew at each
// call: `wall=MS` for the time of day, which somebody may set at any moment; `slept=MS` for the time since the machine was
// started, which goes on while it is suspended.
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

long aheadMs(const char *name)
{
    static const char *const path = std::getenv("CLOCK_FAULTS");
    const long file = path ? ::syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0)
        return 0;
    char text[128] = {};
    (void)::syscall(SYS_read, file, text, sizeof text - 1);
    ::syscall(SYS_close, file);
    const char *found = std::strstr(text, name);
    return found ? std::atol(found + std::strlen(name)) : 0;
}

} // namespace

extern "C" int clock_gettime(clockid_t clock, timespec *spec) noexcept
{
    static const auto real = reinterpret_cast<int (*)(clockid_t, timespec *)>(::dlsym(RTLD_NEXT, "clock_gettime"));
    const int done = real(clock, spec);
    const long ahead = clock == CLOCK_REALTIME ? aheadMs("wall=") : clock == CLOCK_BOOTTIME ? aheadMs("slept=") : 0;
    if (done != 0 || ahead == 0)
        return done;
    const long long ns = spec->tv_sec * 1'000'000'000ll + spec->tv_nsec + ahead * 1'000'000ll;
    spec->tv_sec = ns / 1'000'000'000;
    spec->tv_nsec = ns % 1'000'000'000;
    return done;
}
