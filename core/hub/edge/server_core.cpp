#include "core/hub/edge/server_core.h"

#include "core/base/bytes.h"
#include "core/base/log.h"
#include "core/base/network_key.h"
#include "core/base/rng.h"
#include "core/hub/edge/connection.h"
#include "core/hub/edge/socket_session.h"
#include "core/hub/edge/tls_context.h"

#include <algorithm>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

namespace tributary::edge {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::string_view kLog = "tributary.edge";
constexpr int kUnsentBytes = 128 * 1024;

/// IPv4 addresses written as IPv6 are the same peers.
asio::ip::address plainAddress(const asio::ip::address &address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    return address;
}

/// The cap, but never so high that the rest of the process finds no file descriptor.
std::size_t connectionCap(std::size_t wanted)
{
    constexpr rlim_t kReserve = 128;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY)
        return wanted;
    const rlim_t possible = files.rlim_cur > 2 * kReserve ? files.rlim_cur - kReserve : files.rlim_cur / 2;
    return std::min<std::size_t>(wanted, possible);
}

void tune(tcp::socket &socket, const Times &times)
{
    ErrorCode ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    const int file = socket.native_handle();
    if (const auto timeout = unsigned(times.tcpUserTimeout.count()); timeout != 0) {
        // A peer whose network is gone answers nothing, not even refusals; the kernel alone would wait 15 minutes.
        ::setsockopt(file, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof timeout);
        const int on = 1;
        ::setsockopt(file, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    }
    // What a slow reader has not fetched stays in our queue, where it is counted, and not in megabytes of kernel memory.
    ::setsockopt(file, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytes, sizeof kUnsentBytes);
}

} // namespace

struct ServerCore::Listener {
    explicit Listener(asio::io_context &loop)
        : acceptor(loop)
    {
    }
    tcp::acceptor acceptor;
    bool paused = false;
};

Metrics Counters::snapshot() const
{
    Metrics now;
    now.connections = connections;
    now.connectionsOpen = connectionsOpen;
    now.sockets = sockets;
    now.socketsOpen = socketsOpen;
    now.messagesIn = messagesIn;
    now.messagesOut = messagesOut;
    now.writes = writes;
    now.bytesIn = bytesIn;
    now.bytesOut = bytesOut;
    std::ranges::copy(requests, now.requests.begin());
    std::ranges::copy(refused, now.refused.begin());
    return now;
}

Ticket::Ticket(std::shared_ptr<ServerCore> core, std::string addressKey)
    : m_core(std::move(core))
    , m_addressKey(std::move(addressKey))
{
    ++m_core->m_open;
    ++m_core->m_counters.connections;
    ++m_core->m_counters.connectionsOpen;
    if (!m_addressKey.empty())
        ++m_core->m_perAddress[m_addressKey];
}

Ticket::~Ticket()
{
    if (m_core)
        m_core->release(m_addressKey);
}

ServerCore::ServerCore(asio::io_context &loop, Settings settings, Handler &handler)
    : m_loop(loop)
    , m_gate(std::make_shared<LoopGate>(loop))
    , m_settings(std::move(settings))
    , m_handler(&handler)
    , m_connectionCap(connectionCap(m_settings.limits.connections))
    , m_retryTimer(loop)
    , m_stopTimer(loop)
{
    for (const std::string &text : m_settings.trustedProxies) {
        ErrorCode error;
        const auto address = asio::ip::make_address(text, error);
        if (error)
            log(LogLevel::Warning, kLog, "a trusted proxy is not an address", {{"server", m_settings.name}});
        else
            m_trustedProxies.push_back(plainAddress(address));
    }
}

ServerCore::~ServerCore() = default;

Result<std::uint16_t> ServerCore::listen(const std::string &address, std::uint16_t port)
{
    ErrorCode error;
    const auto parsed = asio::ip::make_address(address, error);
    if (error)
        return failure(Error::Kind::Invalid, "not a numeric address to listen on");
    if (!m_settings.tls && !m_settings.plainBeyondLoopback && !parsed.is_loopback())
        return failure(Error::Kind::Rejected, "without TLS only loopback addresses are listened on");
    if (m_settings.tls && !m_tls) {
        TRIBUTARY_TRY_ASSIGN(m_tls, makeTlsContext(*m_settings.tls));
    }
    const auto listener = std::make_shared<Listener>(m_loop);
    const tcp::endpoint endpoint(parsed, port);
    listener->acceptor.open(endpoint.protocol(), error);
    if (!error)
        listener->acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error)
        listener->acceptor.bind(endpoint, error);
    if (!error)
        listener->acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (error == asio::error::address_in_use)
        return failure(Error::Kind::Conflict, "the address is in use");
    if (error)
        return failure(Error::Kind::Failed, "cannot listen: " + error.message());
    const std::uint16_t bound = listener->acceptor.local_endpoint().port();
    m_listeners.push_back(listener);
    acceptNext(listener);
    return bound;
}

Result<void> ServerCore::renew(const Tls &tls)
{
    if (!m_tls)
        return failure(Error::Kind::Invalid, "it speaks plain text");
    TRIBUTARY_TRY_ASSIGN(m_tls, makeTlsContext(tls)); // open connections keep what they need of the old one
    return {};
}

void ServerCore::acceptNext(const std::shared_ptr<Listener> &listener)
{
    if (m_stopping || m_shutDown)
        return;
    // At the cap the kernel keeps the rest in its backlog; release() goes on.
    listener->paused = m_open >= m_connectionCap;
    if (listener->paused)
        return;
    listener->acceptor.async_accept([self = shared_from_this(), listener](ErrorCode error, tcp::socket socket) {
        self->accepted(listener, error, std::move(socket));
    });
}

void ServerCore::accepted(const std::shared_ptr<Listener> &listener, ErrorCode error, tcp::socket socket)
{
    if (m_stopping || m_shutDown || error == asio::error::operation_aborted)
        return;
    if (!error) {
        admit(std::move(socket));
        return acceptNext(listener);
    }
    m_counters.refuse(Refusal::AcceptFailed);
    if (error == asio::error::connection_aborted)
        return acceptNext(listener);
    // No descriptors or no memory: trying at once would spin, since the connection stays in the backlog.
    listener->paused = true;
    m_retryTimer.expires_after(m_settings.times.acceptRetry);
    m_retryTimer.async_wait([self = shared_from_this()](ErrorCode cancelled) {
        if (!cancelled)
            self->resumeAccepting();
    });
}

void ServerCore::admit(tcp::socket socket)
{
    ErrorCode error;
    const tcp::endpoint remote = socket.remote_endpoint(error);
    if (error)
        return; // gone already
    const auto address = plainAddress(remote.address());
    const Limits &limits = m_settings.limits;
    const bool exempt = isTrustedProxy(address) || (limits.loopbackExempt && address.is_loopback());
    std::string key = exempt ? std::string() : networkKey(address.to_string());
    if (const auto known = m_perAddress.find(key); !exempt && known != m_perAddress.end()) {
        if (known->second >= limits.connectionsPerAddress)
            return m_counters.refuse(Refusal::TooManyConnections);
    }
    tune(socket, m_settings.times);
    Ticket ticket(shared_from_this(), std::move(key));
    auto transport = m_tls ? tlsTransport(std::move(socket), *m_tls) : plainTransport(std::move(socket));
    const auto connection =
        std::make_shared<Connection>(shared_from_this(), std::move(transport), std::move(ticket), address);
    add(connection);
    connection->start();
}

void ServerCore::release(const std::string &addressKey)
{
    --m_open;
    --m_counters.connectionsOpen;
    if (const auto known = m_perAddress.find(addressKey); known != m_perAddress.end() && --known->second == 0)
        m_perAddress.erase(known);
    if (!m_stopping && !m_shutDown)
        resumeAccepting();
}

void ServerCore::resumeAccepting()
{
    for (const auto &listener : m_listeners) {
        if (std::exchange(listener->paused, false))
            acceptNext(listener);
    }
}

bool ServerCore::isTrustedProxy(const asio::ip::address &address) const
{
    return std::ranges::find(m_trustedProxies, plainAddress(address)) != m_trustedProxies.end();
}

std::string ServerCore::newId()
{
    std::array<std::byte, 8> bytes;
    SystemRng().fill(bytes);
    return toHex(bytes);
}

void ServerCore::add(std::shared_ptr<Peer> peer)
{
    m_peers.insert(std::move(peer));
}

void ServerCore::remove(Peer *peer)
{
    // A set of shared pointers cannot be searched by a plain one; an aliasing pointer that owns nothing can.
    m_peers.erase(std::shared_ptr<Peer>(std::shared_ptr<Peer>(), peer));
    if (m_peers.empty() && m_stopping)
        m_gate->post([self = shared_from_this()] { self->finishStop(); });
}

void ServerCore::flushSoon(std::shared_ptr<SocketSession> session)
{
    m_toFlush.push_back(std::move(session));
    if (m_toFlush.size() > 1)
        return;
    asio::post(m_loop, [self = shared_from_this()] {
        for (const auto &one : std::exchange(self->m_toFlush, {}))
            one->flush();
    });
}

void ServerCore::stop(std::function<void()> done)
{
    if (done)
        m_onStopped.push_back(std::move(done));
    if (m_shutDown || (m_stopping && m_peers.empty()))
        return finishStop();
    if (m_stopping)
        return;
    m_stopping = true;
    for (const auto &listener : m_listeners) {
        ErrorCode ignored;
        listener->acceptor.close(ignored);
    }
    m_retryTimer.cancel();
    for (const auto peers = m_peers; const auto &peer : peers)
        peer->stopGently();
    if (m_peers.empty())
        return finishStop();
    m_stopTimer.expires_after(m_settings.times.stop);
    m_stopTimer.async_wait([self = shared_from_this()](ErrorCode error) {
        if (!error)
            self->dropAll();
    });
}

void ServerCore::dropAll()
{
    for (const auto peers = m_peers; const auto &peer : peers)
        peer->drop();
}

void ServerCore::finishStop()
{
    if (!m_peers.empty())
        return;
    m_stopTimer.cancel();
    for (const auto &done : std::exchange(m_onStopped, {}))
        done();
}

void ServerCore::shutDown()
{
    m_shutDown = true;
    m_gate->close();
    for (const auto &listener : m_listeners) {
        ErrorCode ignored;
        listener->acceptor.close(ignored);
    }
    m_listeners.clear();
    m_retryTimer.cancel();
    m_stopTimer.cancel();
    dropAll();
    m_toFlush.clear();
    m_handler = nullptr;
}

} // namespace tributary::edge
