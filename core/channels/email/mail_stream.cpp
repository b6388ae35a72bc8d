#include "core/channels/email/mail_stream.h"

#include "core/channels/email/host_lookup.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstring>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tributary::channels::email {
namespace {

using Kind = MailError::Kind;

std::string reasonOf(int error)
{
    char room[128];
    return ::strerror_r(error, room, sizeof room); // the GNU one: it returns the text
}

/// A dead link is noticed within two minutes even while nothing is said, as in IDLE.
void watchForDeadLink(int fd)
{
    const auto set = [fd](int level, int option, int value) { ::setsockopt(fd, level, option, &value, sizeof value); };
    set(SOL_SOCKET, SO_KEEPALIVE, 1);
    set(IPPROTO_TCP, TCP_KEEPIDLE, 60);
    set(IPPROTO_TCP, TCP_KEEPINTVL, 15);
    set(IPPROTO_TCP, TCP_KEEPCNT, 4);
    set(IPPROTO_TCP, TCP_USER_TIMEOUT, 120'000);
    set(IPPROTO_TCP, TCP_NODELAY, 1);
}

/// A connected, non-blocking socket.
MailResult<int> connectTo(const addrinfo &address, const StopSignal &stop, Milliseconds most)
{
    const int fd = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return failure(MailError{Kind::Unreachable, reasonOf(errno)});
    int error = ::connect(fd, address.ai_addr, address.ai_addrlen) == 0 ? 0 : errno;
    auto waited = StopSignal::Wait::Ready;
    if (error == EINPROGRESS) {
        waited = stop.waitFor(fd, POLLOUT, most);
        socklen_t size = sizeof error;
        ::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
    }
    if (waited == StopSignal::Wait::Ready && error == 0) {
        watchForDeadLink(fd);
        return fd;
    }
    ::close(fd);
    if (waited == StopSignal::Wait::Stopped)
        return failure(MailError{Kind::Stopped, "stopping"});
    if (waited == StopSignal::Wait::TimedOut)
        return failure(MailError{Kind::TimedOut, "the server does not answer"});
    return failure(MailError{Kind::Unreachable, "no connection to the server (" + reasonOf(error) + ")"});
}

} // namespace

MailStream::MailStream(int fd, std::string host, TlsSettings tls, MailTimeouts timeouts, const StopSignal &stop)
    : m_fd(fd)
    , m_host(std::move(host))
    , m_tlsSettings(std::move(tls))
    , m_timeouts(timeouts)
    , m_stop(stop)
{
}

MailStream::~MailStream()
{
    m_tls.reset();
    ::close(m_fd);
}

MailResult<std::unique_ptr<MailStream>> MailStream::connect(const MailServer &server, const TlsSettings &tls,
                                                            const MailTimeouts &timeouts, const StopSignal &stop)
{
    TRIBUTARY_TRY_ASSIGN(const HostAddresses addresses, lookUp(server.host, server.port, stop, timeouts.connect));
    MailError last{Kind::Unreachable, "the server has no address"};
    for (const addrinfo *address = addresses.get(); address; address = address->ai_next) {
        const MailResult<int> fd = connectTo(*address, stop, timeouts.connect);
        if (!fd) {
            last = fd.error();
            if (last.kind == Kind::Stopped)
                break;
            continue;
        }
        std::unique_ptr<MailStream> stream(new MailStream(*fd, server.host, tls, timeouts, stop));
        if (server.security == MailServer::Security::Tls)
            TRIBUTARY_TRY(stream->startTls());
        return stream;
    }
    return tributary::failure(std::move(last));
}

MailResult<void> MailStream::startTls()
{
    auto layer = TlsLayer::handshake(m_fd, m_host, m_tlsSettings, m_stop, m_timeouts.connect);
    if (!layer) {
        m_failure = layer.error();
        return tributary::failure(layer.error());
    }
    m_tls = std::move(*layer);
    return {};
}

void MailStream::fail(Kind kind, const char *detail)
{
    if (!m_failure)
        m_failure = MailError{kind, detail};
}

void MailStream::endWithin(Milliseconds most)
{
    m_until = SystemClock().steady() + most;
}

bool MailStream::await(short events)
{
    const SystemClock clock;
    const Milliseconds left = m_until ? *m_until - clock.steady() : m_timeouts.answer;
    if (left <= Milliseconds(0)) {
        fail(Kind::TimedOut, "the server is too slow");
        return false;
    }
    switch (m_stop.waitFor(m_fd, events, std::min(left, m_timeouts.answer))) {
    case StopSignal::Wait::Ready: return true;
    case StopSignal::Wait::TimedOut: fail(Kind::TimedOut, "the server does not answer any more"); return false;
    case StopSignal::Wait::Stopped: break;
    }
    const Milliseconds begun = clock.steady();
    const StopSignal never;
    const bool isReady = m_grace > Milliseconds(0)
                         && never.waitFor(m_fd, events, std::min(m_grace, m_timeouts.answer)) == StopSignal::Wait::Ready;
    m_grace -= clock.steady() - begun;
    if (!isReady)
        fail(Kind::Stopped, "stopping");
    return isReady;
}

std::size_t MailStream::read(void *to, std::size_t room)
{
    if (!m_failure && m_budget == 0)
        fail(Kind::Protocol, "the server sends far more than it was asked for");
    room = std::min(room, m_budget);
    while (!m_failure) {
        TlsLayer::Step step;
        if (m_tls) {
            step = m_tls->read(to, room);
        } else {
            const auto got = ::recv(m_fd, to, room, 0);
            if (got > 0)
                step.bytes = std::size_t(got);
            else if (got < 0 && (errno == EAGAIN || errno == EINTR))
                step.waitFor = POLLIN;
            else
                step.closed = true;
        }
        if (step.bytes > 0) {
            m_budget -= step.bytes;
            return step.bytes;
        }
        if (step.closed)
            fail(Kind::Unreachable, "the server closed the connection");
        else
            await(step.waitFor);
    }
    return 0;
}

bool MailStream::write(const void *from, std::size_t size)
{
    const char *next = static_cast<const char *>(from);
    while (size > 0 && !m_failure) {
        TlsLayer::Step step;
        if (m_tls) {
            step = m_tls->write(next, size);
        } else {
            const auto sent = ::send(m_fd, next, size, MSG_NOSIGNAL);
            if (sent > 0)
                step.bytes = std::size_t(sent);
            else if (sent < 0 && (errno == EAGAIN || errno == EINTR))
                step.waitFor = POLLOUT;
            else
                step.closed = true;
        }
        next += step.bytes;
        size -= step.bytes;
        if (step.closed)
            fail(Kind::Unreachable, "the server closed the connection");
        else if (step.waitFor != 0)
            await(step.waitFor);
    }
    return !m_failure;
}

MailStream::Wait MailStream::waitReadable(Milliseconds most)
{
    if (m_failure || (m_tls && m_tls->hasPending()))
        return Wait::Readable; // the read that follows tells more
    const SystemClock clock;
    const Milliseconds end = clock.steady() + most;
    short events = POLLIN;
    for (;;) {
        switch (m_stop.waitFor(m_fd, events, end - clock.steady())) {
        case StopSignal::Wait::Ready: break;
        case StopSignal::Wait::TimedOut: return Wait::TimedOut;
        case StopSignal::Wait::Stopped: return Wait::Stopped;
        }
        const TlsLayer::Step step = m_tls ? m_tls->peek() : TlsLayer::Step{.bytes = 1};
        if (step.bytes > 0 || step.closed)
            return Wait::Readable;
        events = step.waitFor;
    }
}

std::string MailStream::localAddressLiteral() const
{
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    char text[INET6_ADDRSTRLEN] = "127.0.0.1";
    bool isIpv6 = false;
    if (::getsockname(m_fd, reinterpret_cast<sockaddr *>(&address), &size) == 0) {
        isIpv6 = address.ss_family == AF_INET6;
        const void *raw = isIpv6 ? static_cast<const void *>(&reinterpret_cast<const sockaddr_in6 &>(address).sin6_addr)
                                 : &reinterpret_cast<const sockaddr_in &>(address).sin_addr;
        ::inet_ntop(address.ss_family, raw, text, sizeof text);
    }
    return std::string(isIpv6 ? "[IPv6:" : "[") + text + "]";
}

} // namespace tributary::channels::email
