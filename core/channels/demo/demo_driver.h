#pragma once

#include "core/base/rng.h"
#include "core/channels/channel_driver.h"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

namespace tributary::channels::demo {

/// A channel of the demo shop: nothing leaves the computer, and nobody is at the other end. What agents send arrives and, on
/// messengers, is read; customers of the shop write now and then.
///
/// Settings: `demo` (marks the account), `traffic`: lines `address TAB name TAB text` that customers write, in turn.
class DemoDriver final : public ChannelDriver {
public:
    struct Pace {
        Milliseconds deliver{1500};
        Milliseconds read{4000};
        Milliseconds nextMessage{45'000}; ///< On average.
    };
    DemoDriver(const AccountSettings &account, DriverHost &host, const Clock &clock, Rng &rng, const Pace &pace);
    DemoDriver(const AccountSettings &account, DriverHost &host, const Clock &clock, Rng &rng)
        : DemoDriver(account, host, clock, rng, Pace())
    {
    }
    ~DemoDriver() override;

    void start() override;
    void stop() override;
    void send(OutboundMessage message, std::function<void(SendOutcome)> done) override;
    std::vector<Check> test() override;

private:
    struct Task {
        Milliseconds due; ///< Clock::steady()
        std::function<void()> run;
    };
    struct Line {
        std::string address, name, text;
    };
    void later(Milliseconds after, std::function<void()> run);
    void loop();
    void report(const std::string &messageId, model::Delivery::State state);
    void customerWrites();

    const AccountSettings m_account;
    DriverHost &m_host;
    const Clock &m_clock;
    Rng &m_rng;
    const Pace m_pace;
    std::vector<Line> m_lines;
    std::size_t m_nextLine = 0;

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<Task> m_tasks;
    bool m_stopping = false;
    std::thread m_thread;
};

} // namespace tributary::channels::demo
