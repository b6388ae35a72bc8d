#pragma once

#include "core/base/time.h"

#include <utility>

namespace tributary::client {

/// Notices that the machine was suspended, by the clock that goes on meanwhile and the one that does not.
class SleepWatch {
public:
    static constexpr Milliseconds kSleep{30'000}; ///< Shorter ones the beats of a link find out.

    SleepWatch()
        : m_slept(slept())
    {
    }
    /// Whether it has slept since this was last asked.
    bool hasSlept()
    {
        const Milliseconds now = slept();
        return now - std::exchange(m_slept, now) > kSleep;
    }

private:
    /// In all, since the machine was started.
    static Milliseconds slept();
    Milliseconds m_slept;
};

} // namespace tributary::client
