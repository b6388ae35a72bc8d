#include "tests/crash/raw_socket.h"

#include <arpa/inet.h>
#include <cerrno>
#include <cstdint>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace tributary::testing {

void RawSocket::connectTo(const std::string &path, const std::string &subProtocol)
{
    drop();
    m_file = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (m_smallBuffers) {
        const int small = 4096;
        ::setsockopt(m_file, SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
    }
    sockaddr_in there{.sin_family = AF_INET, .sin_port = htons(std::uint16_t(m_port)), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    m_connecting = ::connect(m_file, reinterpret_cast<sockaddr *>(&there), sizeof there) != 0;
    if (m_connecting && errno != EINPROGRESS)
        return lost();
    m_out = "GET " + path
            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
              "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
            + (subProtocol.empty() ? "" : "Sec-WebSocket-Protocol: " + subProtocol + "\r\n") + "\r\n";
}

void RawSocket::sendMessage(ByteView payload)
{
    std::string head("\x82", 1); // masked with zeros: RFC 6455 wants a mask, not which
    if (payload.size() < 126) {
        head += char(0x80 | payload.size());
    } else {
        head += char(0x80 | 126);
        head += char(payload.size() >> 8);
        head += char(payload.size() & 0xff);
    }
    m_out += head + std::string(4, '\0') + std::string(textOf(payload));
}

void RawSocket::writable()
{
    if (std::exchange(m_connecting, false)) {
        int error = 0;
        socklen_t size = sizeof error;
        ::getsockopt(m_file, SOL_SOCKET, SO_ERROR, &error, &size);
        if (error != 0)
            return lost();
        const int on = 1;
        ::setsockopt(m_file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }
    const ssize_t written = ::send(m_file, m_out.data(), m_out.size(), MSG_NOSIGNAL);
    if (written > 0)
        m_out.erase(0, std::size_t(written));
    else if (written < 0 && errno != EAGAIN)
        lost();
}

void RawSocket::readable()
{
    char bytes[65536];
    for (;;) {
        const ssize_t size = ::recv(m_file, bytes, sizeof bytes, 0);
        if (size < 0 && errno == EAGAIN)
            break;
        if (size <= 0)
            return lost();
        m_in.append(bytes, std::size_t(size));
        if (size < ssize_t(sizeof bytes))
            break;
    }
    if (!m_upgraded) {
        const std::size_t end = m_in.find("\r\n\r\n");
        if (end == std::string::npos)
            return;
        if (!m_in.starts_with("HTTP/1.1 101"))
            return lost();
        m_in.erase(0, end + 4);
        m_upgraded = true;
    }
    std::size_t at = 0;
    while (m_in.size() - at >= 2) {
        std::size_t size = std::uint8_t(m_in[at + 1]), head = 2;
        if (size == 126 || size == 127) {
            const std::size_t more = size == 126 ? 2 : 8;
            if (m_in.size() - at < 2 + more)
                break;
            size = 0;
            for (std::size_t i = 0; i < more; ++i)
                size = size << 8 | std::uint8_t(m_in[at + 2 + i]);
            head = 2 + more;
        }
        if (m_in.size() - at < head + size)
            break;
        if ((m_in[at] & 0x0f) == 8)
            return lost();
        if ((m_in[at] & 0x0f) == 2) {
            received(std::string_view(m_in).substr(at + head, size));
            if (!isConnected())
                return;
        }
        at += head + size;
    }
    m_in.erase(0, at);
}

void RawSocket::lookWhetherCut()
{
    pollfd one{m_file, POLLRDHUP, 0};
    ::poll(&one, 1, 0);
    if ((one.revents & (POLLHUP | POLLERR | POLLRDHUP)) != 0)
        lost();
}

void RawSocket::drop()
{
    if (m_file >= 0)
        ::close(m_file);
    m_file = -1;
    m_upgraded = m_connecting = false;
    m_in.clear();
    m_out.clear();
}

} // namespace tributary::testing
