#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace tributary {

/// UTC in milliseconds since 1970: for what people see and for what platforms say. Never for ordering (clocks lie).
using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;
using Milliseconds = std::chrono::milliseconds;

inline TimePoint fromMs(std::int64_t ms)
{
    return TimePoint(Milliseconds(ms));
}

inline std::int64_t toMs(TimePoint at)
{
    return at.time_since_epoch().count();
}

/// `2026-11-22T09:00:00.123Z` (RFC 3339), for logs and exports.
std::string toIso(TimePoint at);

/// Where time comes from. Everything that asks for the time gets one of these through its constructor.
class Clock {
public:
    virtual ~Clock() = default;
    /// Wall clock.
    virtual TimePoint now() const = 0;
    /// Milliseconds from an unspecified start that never go back, for time-outs.
    virtual Milliseconds steady() const = 0;
};

class SystemClock final : public Clock {
public:
    TimePoint now() const override;
    Milliseconds steady() const override;
};

/// A clock that stands still until it is told otherwise, for tests and the simulator.
class ManualClock final : public Clock {
public:
    explicit ManualClock(TimePoint start = fromMs(1'800'000'000'000))
        : m_now(start)
    {
    }
    TimePoint now() const override { return m_now; }
    Milliseconds steady() const override { return m_steady; }
    void advance(Milliseconds by)
    {
        m_now += by;
        m_steady += by;
    }
    /// Sets the wall clock alone, as an administrator or a time server would.
    void step(TimePoint to) { m_now = to; }

private:
    TimePoint m_now;
    Milliseconds m_steady{0};
};

} // namespace tributary
