#pragma once

#include "core/base/time.h"

#include <cstddef>
#include <deque>
#include <functional>

namespace tributary::hub {

/// Lets a few at a time do what many at once would keep everybody else waiting for; the others wait their turn, so many of
/// them and so long at most. On one thread.
class Turns {
public:
    Turns(const Clock &clock, std::size_t atOnce, std::size_t mostWaiting, Milliseconds mostWait)
        : m_clock(clock)
        , m_atOnce(atOnce)
        , m_mostWaiting(mostWaiting)
        , m_mostWait(mostWait)
    {
    }

    /// Begins @p work now or when it is its turn; each that has begun says ended(). Where its turn comes when it has waited
    /// for too long, it is not begun: @p tooLate is called instead. False: too many wait, neither is kept.
    bool begin(std::function<void()> work, std::function<void()> tooLate = {});
    /// One is done: of those who have not waited for too long, the one that waits longest begins.
    void ended();

    std::size_t underWay() const { return m_underWay; }
    std::size_t waiting() const { return m_waiting.size(); }

private:
    struct Waiting {
        std::function<void()> work, tooLate;
        Milliseconds since; ///< By the steady clock.
    };

    const Clock &m_clock;
    const std::size_t m_atOnce;
    const std::size_t m_mostWaiting;
    const Milliseconds m_mostWait;
    std::size_t m_underWay = 0;
    std::deque<Waiting> m_waiting;
};

} // namespace tributary::hub
