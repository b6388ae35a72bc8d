#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace tributary::client {

/// One thread, one queue. Jobs run in the order they were given, but those of a person at the keyboard before those of the
/// hub. Closing is a job behind the accepted ones, so none is lost.
class WorkThread {
public:
    enum class Urgency {
        Hand, ///< Somebody waits for it.
        Hub,
    };

    WorkThread();
    ~WorkThread(); ///< close()
    WorkThread(const WorkThread &) = delete;
    WorkThread &operator=(const WorkThread &) = delete;

    /// Dropped, with what it has captured, once the thread is closing.
    void post(std::function<void()> job, Urgency urgency = Urgency::Hand);
    /// Finishes what was accepted and ends the thread. Not to be called from a job.
    void close();

private:
    void loop();

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void()>> m_hand;
    std::deque<std::function<void()>> m_hub;
    bool m_closing = false;
    std::thread m_thread;
};

} // namespace tributary::client
