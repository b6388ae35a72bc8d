#include "scripted_server.h"

#include <csignal>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tributary::channels::email {
namespace {

/// The connection, encrypted from some point on. Reads give up after ten seconds, so that a test never hangs.
class Link {
public:
    explicit Link(int socket)
        : m_socket(socket)
    {
        const timeval most{.tv_sec = 10, .tv_usec = 0};
        ::setsockopt(m_socket, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    }
    ~Link()
    {
        SSL_free(m_tls);
        SSL_CTX_free(m_context);
        ::close(m_socket);
    }
    bool startTls(const std::string &certificate, const std::string &key)
    {
        m_context = SSL_CTX_new(TLS_server_method());
        SSL_CTX_use_certificate_chain_file(m_context, certificate.c_str());
        SSL_CTX_use_PrivateKey_file(m_context, key.c_str(), SSL_FILETYPE_PEM);
        m_tls = SSL_new(m_context);
        SSL_set_fd(m_tls, m_socket);
        return SSL_accept(m_tls) == 1;
    }
    int read(char *to, int room)
    {
        return m_tls ? SSL_read(m_tls, to, room) : int(::recv(m_socket, to, std::size_t(room), 0));
    }
    void write(const std::string &text)
    {
        if (m_tls)
            SSL_write(m_tls, text.data(), int(text.size()));
        else
            ::send(m_socket, text.data(), text.size(), MSG_NOSIGNAL);
    }

private:
    int m_socket;
    SSL_CTX *m_context = nullptr;
    SSL *m_tls = nullptr;
};

} // namespace

ScriptedServer::ScriptedServer(const QString &certificate, const QString &key, std::vector<std::vector<Step>> connections)
    : m_listener(::socket(AF_INET, SOCK_STREAM, 0))
{
    std::signal(SIGPIPE, SIG_IGN); // a client that has given up reads no more
    sockaddr_in address{.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    ::bind(m_listener, reinterpret_cast<sockaddr *>(&address), size);
    ::listen(m_listener, 4);
    ::getsockname(m_listener, reinterpret_cast<sockaddr *>(&address), &size);
    m_port = ntohs(address.sin_port);
    m_thread =
        std::thread(&ScriptedServer::serve, this, certificate.toStdString(), key.toStdString(), std::move(connections));
}

ScriptedServer::~ScriptedServer()
{
    ::shutdown(m_listener, SHUT_RDWR); // ends accept() if nobody came
    if (m_thread.joinable())
        m_thread.join();
    ::close(m_listener);
}

std::string ScriptedServer::received()
{
    if (m_thread.joinable())
        m_thread.join();
    return m_received;
}

void ScriptedServer::serve(std::string certificate, std::string key, std::vector<std::vector<Step>> connections)
{
    for (std::size_t i = 0; i < connections.size(); ++i) {
        const int socket = ::accept(m_listener, nullptr, nullptr);
        if (socket < 0)
            return;
        if (i + 1 == connections.size())
            ::shutdown(m_listener, SHUT_RDWR); // whoever comes now is refused instead of left waiting
        serveOne(socket, certificate, key, connections[i]);
    }
}

void ScriptedServer::serveOne(int socket, const std::string &certificate, const std::string &key,
                              const std::vector<Step> &steps)
{
    Link link(socket);
    std::size_t seen = m_received.size();
    for (const Step &step : steps) {
        switch (step.kind) {
        case Step::Kind::Say: link.write(step.text); break;
        case Step::Kind::Call: step.what(); break;
        case Step::Kind::StartTls:
            if (!link.startTls(certificate, key))
                return;
            break;
        case Step::Kind::Expect:
            for (std::size_t at = std::string::npos; at == std::string::npos;) {
                at = m_received.find(step.text, seen);
                if (at != std::string::npos) {
                    seen = at + step.text.size();
                    break;
                }
                char room[4096];
                const int got = link.read(room, sizeof room);
                if (got <= 0)
                    return;
                m_received.append(room, std::size_t(got));
            }
            break;
        }
    }
}

} // namespace tributary::channels::email
