#include "core/hub/turns.h"

namespace tributary::hub {

bool Turns::begin(std::function<void()> work)
{
    if (m_underWay < m_atOnce) {
        ++m_underWay;
        work();
        return true;
    }
    if (m_waiting.size() >= m_mostWaiting)
        return false;
    m_waiting.push_back(std::move(work));
    return true;
}

void Turns::ended()
{
    if (m_waiting.empty()) {
        --m_underWay;
        return;
    }
    const auto work = std::move(m_waiting.front());
    m_waiting.pop_front();
    work();
}

} // namespace tributary::hub
