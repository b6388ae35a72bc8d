#include "core/hub/turns.h"

namespace tributary::hub {

bool Turns::begin(std::function<void()> work, std::function<void()> tooLate)
{
    if (m_underWay < m_atOnce) {
        ++m_underWay;
        work();
        return true;
    }
    if (m_waiting.size() >= m_mostWaiting)
        return false;
    m_waiting.push_back({std::move(work), std::move(tooLate), m_clock.steady()});
    return true;
}

void Turns::ended()
{
    while (!m_waiting.empty()) {
        const Waiting next = std::move(m_waiting.front());
        m_waiting.pop_front();
        if (m_clock.steady() - next.since <= m_mostWait)
            return next.work();
        if (next.tooLate)
            next.tooLate();
    }
    --m_underWay;
}

} // namespace tributary::hub
