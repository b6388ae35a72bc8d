#pragma once

#include "core/base/time.h"

namespace tributary::channels::email {

/// Ends waits from another thread: once raised it stays raised, and every wait on it returns at once.
class StopSignal {
public:
    StopSignal();
    ~StopSignal();
    StopSignal(const StopSignal &) = delete;
    StopSignal &operator=(const StopSignal &) = delete;

    /// From any thread, any number of times.
    void raise();
    bool isRaised() const;

    enum class Wait { Ready, TimedOut, Stopped };
    /// Waits until @p fd is ready for @p events (of poll(2)), but at most @p most. A negative @p fd waits for the time
    /// alone.
    Wait waitFor(int fd, short events, Milliseconds most) const;
    /// Sleeps for @p most; false if it was cut short by raise().
    bool sleepFor(Milliseconds most) const { return waitFor(-1, 0, most) != Wait::Stopped; }

private:
    int m_event; ///< An eventfd that is readable from raise() on.
};

} // namespace tributary::channels::email
