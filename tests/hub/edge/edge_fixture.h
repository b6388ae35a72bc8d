#pragma once

#include "core/hub/edge/server.h"
#include "tests/hub/edge/raw_client.h"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tributary::edge::testing {

/// Keeps what one WebSocket says, and answers if told to.
class RecordedSocket final : public SocketEvents {
public:
    void opened(std::shared_ptr<Socket> socket) override;
    void message(std::string payload, bool binary) override;
    void drained() override;
    void closed(std::uint16_t code) override;

    struct State {
        std::shared_ptr<Socket> socket;
        std::vector<std::pair<std::string, bool>> messages;
        int drained = 0;
        int closed = 0;
        std::uint16_t closeCode = 0;
    };
    /// Waits at most 10 s until @p holds, and returns whether it does.
    bool wait(const std::function<bool(const State &)> &holds);
    std::shared_ptr<Socket> socket();
    State state();

    bool echo = true; ///< Set before the socket opens.

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    State m_state;
};

/// A handler made of functions. By default it answers 200 with `method path body` and echoes on sockets at /ws.
class TestHandler final : public Handler {
public:
    std::size_t bodyLimit(const RequestHead &head) override { return head.path == "/large" ? 8 * 1024 * 1024 : limit; }
    void request(Request request, Responder responder) override { onRequest(std::move(request), std::move(responder)); }
    UpgradeDecision upgrade(const Request &request) override { return onUpgrade(request); }

    std::size_t limit = 1024;
    std::function<void(Request, Responder)> onRequest;
    std::function<UpgradeDecision(const Request &)> onUpgrade;
    std::shared_ptr<RecordedSocket> recorded = std::make_shared<RecordedSocket>();

    TestHandler();
};

/// Limits and times for tests: the same limits as in production, times short enough to wait for.
Settings testSettings();

/// A server on loopback, with its loop in a thread of its own.
class EdgeFixture {
public:
    explicit EdgeFixture(Settings settings = testSettings(), std::function<void(TestHandler &)> prepare = {});
    ~EdgeFixture();

    std::uint16_t port() const { return m_port; }
    Server &server() { return *m_server; }
    TestHandler &handler() { return m_handler; }
    /// Runs on the edge's thread and waits for it.
    void onLoop(const std::function<void()> &work);
    /// Waits at most 10 s until @p holds of the metrics, and returns whether it does.
    bool waitFor(const std::function<bool(const Metrics &)> &holds);
    /// Stops politely and waits at most 10 s for the end.
    bool stop();
    /// One request on a connection of its own.
    std::string ask(std::string_view request);

private:
    struct Loop;
    std::unique_ptr<Loop> m_loop;
    TestHandler m_handler;
    std::unique_ptr<Server> m_server;
    std::uint16_t m_port = 0;
};

/// Listens on a free port of loopback with these settings, only to see whether it can.
Result<std::uint16_t> listenOnce(const Settings &settings);

/// Resident memory of this process in KiB; always 0 under the address sanitizer, which keeps freed memory.
long residentKiB();

} // namespace tributary::edge::testing
