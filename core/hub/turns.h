#pragma once

#include <cstddef>
#include <deque>
#include <functional>

namespace tributary::hub {

/// Lets a few at a time do what many at once would keep everybody else waiting for; the others wait their turn, so many of
/// them at most. On one thread.
class Turns {
public:
    Turns(std::size_t atOnce, std::size_t mostWaiting)
        : m_atOnce(atOnce)
        , m_mostWaiting(mostWaiting)
    {
    }

    /// Begins @p work now or when it is its turn; each that has begun says ended(). False: too many wait, it is not kept.
    bool begin(std::function<void()> work);
    /// One is done: the one that waits longest begins.
    void ended();

    std::size_t underWay() const { return m_underWay; }
    std::size_t waiting() const { return m_waiting.size(); }

private:
    const std::size_t m_atOnce;
    const std::size_t m_mostWaiting;
    std::size_t m_underWay = 0;
    std::deque<std::function<void()>> m_waiting;
};

} // namespace tributary::hub
