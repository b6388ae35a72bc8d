#include "core/client/sleep_watch.h"

#include <ctime>

namespace tributary::client {
namespace {

Milliseconds timeOf(clockid_t clock)
{
    timespec spec{};
    clock_gettime(clock, &spec);
    return std::chrono::duration_cast<Milliseconds>(std::chrono::seconds(spec.tv_sec)
                                                    + std::chrono::nanoseconds(spec.tv_nsec));
}

} // namespace

Milliseconds SleepWatch::slept()
{
    return timeOf(CLOCK_BOOTTIME) - timeOf(CLOCK_MONOTONIC);
}

} // namespace tributary::client
