#include "core/client/work_thread.h"

namespace tributary::client {

WorkThread::WorkThread()
{
    m_thread = std::thread([this] { loop(); });
}

WorkThread::~WorkThread()
{
    close();
}

void WorkThread::post(std::function<void()> job, Urgency urgency)
{
    const std::scoped_lock lock(m_mutex);
    if (m_closing)
        return;
    (urgency == Urgency::Hand ? m_hand : m_hub).push_back(std::move(job));
    m_wake.notify_one();
}

void WorkThread::close()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_closing = true;
        m_wake.notify_one();
    }
    if (m_thread.joinable())
        m_thread.join();
}

void WorkThread::loop()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        if (m_hand.empty() && m_hub.empty()) {
            if (m_closing)
                return;
            m_wake.wait(lock, [this] { return m_closing || !m_hand.empty() || !m_hub.empty(); });
            continue;
        }
        auto &queue = m_hand.empty() ? m_hub : m_hand;
        std::function<void()> job = std::move(queue.front());
        queue.pop_front();
        lock.unlock();
        job();
        job = nullptr; // what it holds goes before the next one runs
        lock.lock();
    }
}

} // namespace tributary::client
