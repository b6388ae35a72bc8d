#pragma once

#include "core/hub/edge/loop_gate.h"
#include "core/hub/edge/server.h"
#include "core/hub/edge/transport.h"

#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace tributary::edge {

class SocketSession;

/// One connection as the server sees it, whatever it has become.
class Peer {
public:
    virtual ~Peer() = default;
    /// Finishes what is in hand, then ends.
    virtual void stopGently() = 0;
    /// Ends now.
    virtual void drop() = 0;
};

/// Metrics while they count. Written on the edge's thread, read by anyone.
struct Counters {
    using Counter = std::atomic<std::uint64_t>;
    Counter connections{0}, connectionsOpen{0}, sockets{0}, socketsOpen{0}, messagesIn{0}, messagesOut{0}, writes{0},
        bytesIn{0}, bytesOut{0};
    std::array<Counter, 5> requests{};
    std::array<Counter, kRefusals> refused{};

    void refuse(Refusal why) { ++refused[std::size_t(why)]; }
    Metrics snapshot() const;
};

/// A place among the open connections, given back when destroyed.
class Ticket {
public:
    Ticket(std::shared_ptr<ServerCore> core, std::string addressKey);
    Ticket(Ticket &&other) noexcept = default;
    Ticket &operator=(Ticket &&other) = delete;
    ~Ticket();

private:
    std::shared_ptr<ServerCore> m_core;
    std::string m_addressKey;
};

/// What all connections of a server share. Lives on the edge's thread until the last connection is gone.
class ServerCore : public std::enable_shared_from_this<ServerCore> {
public:
    ServerCore(boost::asio::io_context &loop, Settings settings, Handler &handler);
    ~ServerCore();

    Result<std::uint16_t> listen(const std::string &address, std::uint16_t port);
    Result<void> renew(const Tls &tls);
    void stop(std::function<void()> done);
    /// Drops everything and forgets the handler.
    void shutDown();

    boost::asio::io_context &loop() { return m_loop; }
    const std::shared_ptr<LoopGate> &gate() const { return m_gate; }
    const Settings &settings() const { return m_settings; }
    Counters &counters() { return m_counters; }
    Handler &handler() { return *m_handler; }
    /// Bytes of the bodies of requests that are not answered yet.
    std::size_t &bodyBytes() { return m_bodyBytes; }
    bool isStopping() const { return m_stopping; }
    bool isTrustedProxy(const boost::asio::ip::address &address) const;
    /// 16 random hexadecimal digits.
    std::string newId();

    void add(std::shared_ptr<Peer> peer);
    void remove(Peer *peer);
    /// Writes what @p session has queued at the end of this turn of the loop, together with what comes until then.
    void flushSoon(std::shared_ptr<SocketSession> session);

private:
    friend class Ticket;
    struct Listener;

    void acceptNext(const std::shared_ptr<Listener> &listener);
    void accepted(const std::shared_ptr<Listener> &listener, ErrorCode error, boost::asio::ip::tcp::socket socket);
    void admit(boost::asio::ip::tcp::socket socket);
    void release(const std::string &addressKey);
    void resumeAccepting();
    void dropAll();
    void finishStop();

    boost::asio::io_context &m_loop;
    std::shared_ptr<LoopGate> m_gate;
    Settings m_settings;
    Handler *m_handler;
    Counters m_counters;
    std::shared_ptr<boost::asio::ssl::context> m_tls;
    std::vector<boost::asio::ip::address> m_trustedProxies;
    std::size_t m_connectionCap;
    std::vector<std::shared_ptr<Listener>> m_listeners;
    std::unordered_set<std::shared_ptr<Peer>> m_peers;
    std::unordered_map<std::string, std::size_t> m_perAddress;
    std::size_t m_open = 0;
    std::size_t m_bodyBytes = 0;
    std::vector<std::shared_ptr<SocketSession>> m_toFlush;
    boost::asio::steady_timer m_retryTimer;
    boost::asio::steady_timer m_stopTimer;
    std::vector<std::function<void()>> m_onStopped;
    bool m_stopping = false;
    bool m_shutDown = false;
};

} // namespace tributary::edge
