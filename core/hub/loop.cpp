#include "core/hub/loop.h"

#include <utility>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>

namespace tributary::hub {

namespace asio = boost::asio;

constexpr std::chrono::seconds kInsists{3};

struct Loop::State {
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    asio::signal_set signals{context};
    asio::signal_set hangUps{context};
    asio::steady_timer insisting{context};
    std::function<void()> hungUp;
};

struct Loop::Timer::State {
    explicit State(asio::io_context &context)
        : timer(context)
    {
    }
    asio::steady_timer timer;
    std::uint64_t run = 0; ///< Which start() a firing belongs to: one that was on its way when restarted must not count.
};

Loop::Loop()
    : m_state(std::make_unique<State>())
{
}

Loop::~Loop() = default;

asio::io_context &Loop::context()
{
    return m_state->context;
}

void Loop::post(std::function<void()> job)
{
    asio::post(m_state->context, std::move(job));
}

Executor Loop::executor()
{
    return [this](std::function<void()> job) { post(std::move(job)); };
}

void Loop::run()
{
    m_state->context.run();
}

void Loop::stop()
{
    m_state->context.stop();
}

void Loop::onTermination(std::function<void()> done)
{
    m_state->signals.add(SIGTERM);
    m_state->signals.add(SIGINT);
    m_state->signals.async_wait([this, done = std::move(done)](const boost::system::error_code &error, int) {
        if (error)
            return;
        // Whoever asks again a while later does not want to wait: the system's own way from then on. At once it is no more
        // than the end of a session, which asks each program, and a desktop that asks its hub as well.
        m_state->insisting.expires_after(kInsists);
        m_state->insisting.async_wait([this](const boost::system::error_code &ended) {
            if (!ended)
                m_state->signals.clear();
        });
        done();
    });
}

void Loop::onHangUp(std::function<void()> again)
{
    m_state->hungUp = std::move(again);
    m_state->hangUps.add(SIGHUP);
    awaitHangUp();
}

void Loop::awaitHangUp()
{
    m_state->hangUps.async_wait([this](const boost::system::error_code &error, int) {
        if (error)
            return;
        m_state->hungUp();
        awaitHangUp();
    });
}

Loop::Timer::Timer(Loop &loop)
    : m_state(std::make_shared<State>(loop.context()))
{
}

Loop::Timer::~Timer()
{
    cancel();
}

void Loop::Timer::start(Milliseconds after, std::function<void()> done)
{
    const std::uint64_t run = ++m_state->run;
    m_state->timer.expires_after(std::max(after, Milliseconds(0)));
    m_state->timer.async_wait([weak = std::weak_ptr(m_state), run, done = std::move(done)](const auto &error) {
        const auto state = weak.lock();
        if (!error && state && state->run == run)
            done();
    });
}

void Loop::Timer::cancel()
{
    ++m_state->run;
    m_state->timer.cancel();
}

} // namespace tributary::hub
