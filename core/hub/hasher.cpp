#include "core/hub/hasher.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace tributary::hub {
namespace {

constexpr std::size_t kMostWaiting = 32;

} // namespace

struct Hasher::State {
    void loop()
    {
        for (;;) {
            std::function<void()> job;
            {
                std::unique_lock lock(mutex);
                wake.wait(lock, [this] { return closing || !jobs.empty(); });
                if (closing)
                    return;
                job = std::move(jobs.front());
                jobs.pop_front();
            }
            job();
        }
    }
    std::mutex mutex;
    std::condition_variable wake;
    std::deque<std::function<void()>> jobs;
    bool closing = false;
    std::thread thread;
};

Hasher::Hasher()
    : m_state(std::make_unique<State>())
{
    m_state->thread = std::thread([state = m_state.get()] { state->loop(); });
}

Hasher::~Hasher()
{
    {
        const std::scoped_lock lock(m_state->mutex);
        m_state->closing = true;
        m_state->wake.notify_one();
    }
    m_state->thread.join();
}

bool Hasher::post(std::function<void()> job)
{
    const std::scoped_lock lock(m_state->mutex);
    if (m_state->jobs.size() >= kMostWaiting)
        return false;
    m_state->jobs.push_back(std::move(job));
    m_state->wake.notify_one();
    return true;
}

} // namespace tributary::hub
