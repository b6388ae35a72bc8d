#include "tests/hub/edge/raw_client.h"

#include "core/hub/edge/ascii.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

namespace tributary::edge::testing {

RawClient::RawClient(std::uint16_t port, bool tls, int maxTlsVersion, bool ipv6)
{
    m_file = ::socket(ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const timeval patience{10, 0};
    ::setsockopt(m_file, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(m_file, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const int on = 1;
    ::setsockopt(m_file, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_in6 six{};
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(port);
    six.sin6_addr = in6addr_loopback;
    bool connected = (ipv6 ? ::connect(m_file, reinterpret_cast<sockaddr *>(&six), sizeof six)
                           : ::connect(m_file, reinterpret_cast<sockaddr *>(&address), sizeof address))
                     == 0;
    if (connected && tls) {
        m_context = SSL_CTX_new(TLS_client_method());
        if (maxTlsVersion != 0) {
            SSL_CTX_set_security_level(m_context, 0);
            SSL_CTX_set_min_proto_version(m_context, maxTlsVersion);
            SSL_CTX_set_max_proto_version(m_context, maxTlsVersion);
        }
        m_tls = SSL_new(m_context);
        SSL_set_fd(m_tls, m_file);
        connected = SSL_connect(m_tls) == 1;
    }
    if (!connected) {
        ::close(m_file);
        m_file = -1;
    }
}

std::string RawClient::certificate() const
{
    X509 *shown = m_tls ? SSL_get1_peer_certificate(m_tls) : nullptr;
    unsigned char *der = nullptr;
    const int size = shown ? i2d_X509(shown, &der) : 0;
    std::string bytes(reinterpret_cast<const char *>(der), std::size_t(std::max(size, 0)));
    OPENSSL_free(der);
    X509_free(shown);
    return bytes;
}

RawClient::~RawClient()
{
    if (m_tls)
        SSL_free(m_tls);
    if (m_context)
        SSL_CTX_free(m_context);
    if (m_file >= 0)
        ::close(m_file);
}

bool RawClient::send(std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = m_tls ? SSL_write(m_tls, bytes.data(), int(bytes.size()))
                                   : ::send(m_file, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        bytes.remove_prefix(std::size_t(sent));
    }
    return true;
}

std::string RawClient::readSome()
{
    if (!m_received.empty())
        return std::exchange(m_received, {});
    std::string buffer(64 * 1024, '\0');
    const ssize_t got =
        m_tls ? SSL_read(m_tls, buffer.data(), int(buffer.size())) : ::recv(m_file, buffer.data(), buffer.size(), 0);
    m_sawEnd = got == 0 || (got < 0 && (m_tls || errno == ECONNRESET));
    buffer.resize(got > 0 ? std::size_t(got) : 0);
    return buffer;
}

std::string RawClient::readUntil(std::string_view end)
{
    std::string all;
    for (;;) {
        if (const std::size_t at = all.find(end); at != std::string::npos) {
            m_received = all.substr(at + end.size()) + m_received;
            all.resize(at + end.size());
            return all;
        }
        const std::string more = readSome();
        if (more.empty())
            return all;
        all += more;
    }
}

std::string RawClient::readExactly(std::size_t bytes)
{
    std::string all;
    while (all.size() < bytes) {
        const std::string more = readSome();
        if (more.empty())
            return all;
        all += more;
    }
    m_received = all.substr(bytes) + m_received;
    all.resize(bytes);
    return all;
}

std::string RawClient::readResponse(bool headOnly)
{
    std::string response = readUntil("\r\n\r\n");
    if (!headOnly)
        response += readExactly(std::size_t(std::atoll(fieldOf(response, "Content-Length").c_str())));
    return response;
}

std::string RawClient::readToEnd()
{
    std::string all;
    for (std::string more = readSome(); !more.empty(); more = readSome())
        all += more;
    return all;
}

void RawClient::halfClose()
{
    ::shutdown(m_file, SHUT_WR);
}

void RawClient::reset()
{
    const linger now{1, 0};
    ::setsockopt(m_file, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    ::close(m_file);
    m_file = -1;
}

void RawClient::setReceiveBuffer(int bytes)
{
    ::setsockopt(m_file, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

std::string RawClient::upgrade(std::string_view extraHeaders)
{
    send("GET /ws HTTP/1.1\r\nHost: hub\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
         + std::string(extraHeaders) + "\r\n");
    return readUntil("\r\n\r\n");
}

std::string RawClient::frame(std::string_view payload, unsigned first)
{
    std::string bytes(1, char(first));
    const std::size_t size = payload.size();
    if (size < 126) {
        bytes += char(0x80 | size);
    } else {
        const int lengthBytes = size <= 0xffff ? 2 : 8;
        bytes += char(0x80 | (lengthBytes == 2 ? 126 : 127));
        for (int i = lengthBytes - 1; i >= 0; --i)
            bytes += char(std::uint64_t(size) >> (8 * i));
    }
    constexpr std::array<char, 4> kMask{0x37, char(0xfa), 0x21, 0x3d};
    bytes.append(kMask.data(), kMask.size());
    for (std::size_t at = 0; at < size; ++at)
        bytes += char(payload[at] ^ kMask[at % 4]);
    return bytes;
}

RawClient::Frame RawClient::readFrame()
{
    const std::string start = readExactly(2);
    if (start.size() < 2)
        return {};
    std::size_t length = static_cast<unsigned char>(start[1]); // a masked frame would look too long here, and fail its test
    if (length >= 126 && length < 128) {
        const std::string more = readExactly(length == 126 ? 2 : 8);
        length = 0;
        for (const char c : more)
            length = length << 8 | static_cast<unsigned char>(c);
    }
    return {static_cast<unsigned char>(start[0]), readExactly(length)};
}

int RawClient::readCloseCode()
{
    for (Frame frame = readFrame(); frame.first != 0; frame = readFrame()) {
        if (frame.first == 0x88)
            return frame.payload.size() < 2
                       ? 1005
                       : static_cast<unsigned char>(frame.payload[0]) << 8 | static_cast<unsigned char>(frame.payload[1]);
    }
    return 0;
}

int statusOf(std::string_view response)
{
    return response.starts_with("HTTP/1.1 ") ? std::atoi(std::string(response.substr(9, 3)).c_str()) : 0;
}

std::string bodyOf(std::string_view response)
{
    const std::size_t at = response.find("\r\n\r\n");
    return at == std::string_view::npos ? std::string() : std::string(response.substr(at + 4));
}

std::string fieldOf(std::string_view response, std::string_view name)
{
    for (std::size_t at = response.find("\r\n"); at != std::string_view::npos; at = response.find("\r\n", at + 2)) {
        const std::string_view line = response.substr(at + 2, response.find("\r\n", at + 2) - at - 2);
        if (line.size() > name.size() && equalNoCase(line.substr(0, name.size()), name) && line[name.size()] == ':')
            return std::string(trimmed(line.substr(name.size() + 1)));
    }
    return {};
}

} // namespace tributary::edge::testing
