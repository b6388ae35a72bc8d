#pragma once

#include "core/base/executor.h"
#include "core/base/time.h"

#include <memory>

namespace boost::asio {
class io_context;
}

namespace tributary::hub {

/// The hub's event loop: one thread runs it, and everything that is said to be "on the loop" happens there.
class Loop {
public:
    Loop();
    ~Loop();
    Loop(const Loop &) = delete;
    Loop &operator=(const Loop &) = delete;

    boost::asio::io_context &context();
    /// From any thread.
    void post(std::function<void()> job);
    Executor executor();
    /// Runs until stop().
    void run();
    /// From any thread.
    void stop();
    /// Calls @p done once, on the loop, when the process is asked to end (SIGTERM, SIGINT). Asked again, it ends at once.
    void onTermination(std::function<void()> done);
    /// Calls @p again on the loop each time the process is asked to read its settings again (SIGHUP), which else would end
    /// it.
    void onHangUp(std::function<void()> again);

    /// A one-shot timer; destroying or restarting it forgets the old time. On the loop only.
    class Timer {
    public:
        explicit Timer(Loop &loop);
        ~Timer();
        void start(Milliseconds after, std::function<void()> done);
        void cancel();

    private:
        struct State;
        std::shared_ptr<State> m_state;
    };

private:
    struct State;
    void awaitHangUp();
    std::unique_ptr<State> m_state;
};

} // namespace tributary::hub
