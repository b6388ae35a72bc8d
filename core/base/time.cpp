#include "core/base/time.h"

#include <cstdio>
#include <ctime>

namespace tributary {

std::string toIso(TimePoint at)
{
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss<Milliseconds> time(at - day);
    char text[40];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", int(date.year()), unsigned(date.month()),
                  unsigned(date.day()), int(time.hours().count()), int(time.minutes().count()), int(time.seconds().count()),
                  int(time.subseconds().count()));
    return text;
}

TimePoint SystemClock::now() const
{
    return std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
}

Milliseconds SystemClock::steady() const
{
    // Boot time rather than CLOCK_MONOTONIC: it goes on while the machine sleeps, so a link that slept counts as silent.
    timespec spec{};
    clock_gettime(CLOCK_BOOTTIME, &spec);
    return std::chrono::duration_cast<Milliseconds>(std::chrono::seconds(spec.tv_sec)
                                                    + std::chrono::nanoseconds(spec.tv_nsec));
}

} // namespace tributary
