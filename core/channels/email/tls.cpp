#include "core/channels/email/tls.h"

#include <arpa/inet.h>
#include <cerrno>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

namespace tributary::channels::email {
namespace {

template<auto Free>
struct Freed {
    template<class T>
    void operator()(T *object) const
    {
        Free(object);
    }
};
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Freed<SSL_free>>;

// OpenSSL's own socket BIO uses write(2), which kills the process with SIGPIPE when the server has gone. This one does not.
int bioFd(BIO *bio)
{
    return int(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}

int bioWrite(BIO *bio, const char *data, int size)
{
    BIO_clear_retry_flags(bio);
    const auto sent = ::send(bioFd(bio), data, std::size_t(size), MSG_NOSIGNAL);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_write(bio);
    return int(sent);
}

int bioRead(BIO *bio, char *data, int size)
{
    BIO_clear_retry_flags(bio);
    const auto got = ::recv(bioFd(bio), data, std::size_t(size), 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        BIO_set_retry_read(bio);
    return int(got);
}

long bioControl(BIO *, int command, long, void *)
{
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

BIO_METHOD *socketMethod()
{
    static BIO_METHOD *const method = [] {
        BIO_METHOD *made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE");
        BIO_meth_set_write(made, bioWrite);
        BIO_meth_set_read(made, bioRead);
        BIO_meth_set_ctrl(made, bioControl);
        BIO_meth_set_create(made, [](BIO *bio) {
            BIO_set_init(bio, 1);
            return 1;
        });
        return made;
    }();
    return method;
}

MailError certificateError(long verdict)
{
    using Kind = MailError::Kind;
    switch (verdict) {
    case X509_V_ERR_CERT_HAS_EXPIRED: return {Kind::CertificateExpired, "the server's certificate has expired"};
    case X509_V_ERR_CERT_NOT_YET_VALID:
        return {Kind::CertificateExpired, "the server's certificate is not valid yet (or this computer's clock is wrong)"};
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return {Kind::CertificateName, "the server's certificate is for another name"};
    default:
        return {Kind::CertificateUntrusted, "the server's certificate is not signed by a trusted authority ("
                                                + std::string(X509_verify_cert_error_string(verdict)) + ")"};
    }
}

bool isIpAddress(const std::string &host)
{
    unsigned char room[sizeof(in6_addr)];
    return ::inet_pton(AF_INET, host.c_str(), room) == 1 || ::inet_pton(AF_INET6, host.c_str(), room) == 1;
}

MailResult<Context> makeContext(const TlsSettings &settings)
{
    Context context(SSL_CTX_new(TLS_client_method()));
    if (!context)
        return failure(MailError{MailError::Kind::NoTls, "TLS is not available on this computer"});
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_default_verify_paths(context.get());
    if (!settings.caFile.empty() && SSL_CTX_load_verify_locations(context.get(), settings.caFile.c_str(), nullptr) != 1)
        return failure(MailError{MailError::Kind::CertificateUntrusted,
                                 "the file with extra certificate authorities (ca_file) cannot be read"});
    return context;
}

} // namespace

struct TlsLayer::Parts {
    Context context;
    Session session;

    /// Turns the result of an SSL_ call into a Step.
    Step stepOf(int done)
    {
        if (done > 0)
            return {.bytes = std::size_t(done)};
        switch (SSL_get_error(session.get(), done)) {
        case SSL_ERROR_WANT_READ: return {.waitFor = POLLIN};
        case SSL_ERROR_WANT_WRITE: return {.waitFor = POLLOUT};
        default: return {.closed = true};
        }
    }
};

TlsLayer::TlsLayer(std::unique_ptr<Parts> parts)
    : m_parts(std::move(parts))
{
}

TlsLayer::~TlsLayer() = default;

MailResult<std::unique_ptr<TlsLayer>> TlsLayer::handshake(int fd, const std::string &host, const TlsSettings &settings,
                                                          const StopSignal &stop, Milliseconds most)
{
    using Kind = MailError::Kind;
    ERR_clear_error();
    TRIBUTARY_TRY_ASSIGN(Context context, makeContext(settings));
    Session session(SSL_new(context.get()));
    BIO *const bio = BIO_new(socketMethod());
    if (!session || !bio)
        return failure(MailError{Kind::NoTls, "TLS is not available on this computer"});
    BIO_set_data(bio, reinterpret_cast<void *>(std::intptr_t(fd)));
    SSL_set_bio(session.get(), bio, bio);

    bool named = false;
    if (isIpAddress(host)) {
        named = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session.get()), host.c_str()) == 1;
    } else {
        SSL_set_hostflags(session.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        named =
            SSL_set1_host(session.get(), host.c_str()) == 1 && SSL_set_tlsext_host_name(session.get(), host.c_str()) == 1;
    }
    if (!named) // without a name to compare, any certificate would do
        return failure(MailError{Kind::CertificateName, "the server's name cannot be checked"});

    auto parts = std::make_unique<Parts>(Parts{std::move(context), std::move(session)});
    const SystemClock clock;
    const Milliseconds end = clock.steady() + most;
    for (;;) {
        const int done = SSL_connect(parts->session.get());
        if (done == 1)
            break;
        const Step step = parts->stepOf(done);
        if (step.closed) {
            const long verdict = SSL_get_verify_result(parts->session.get());
            if (verdict != X509_V_OK)
                return failure(certificateError(verdict));
            const unsigned long reason = ERR_get_error();
            if (reason == 0)
                return failure(MailError{Kind::Unreachable, "the server closed the connection during the TLS handshake"});
            const char *words = ERR_reason_error_string(reason);
            return failure(
                MailError{Kind::NoTls, "the TLS handshake failed (" + std::string(words ? words : "unknown reason") + ")"});
        }
        switch (stop.waitFor(fd, step.waitFor, end - clock.steady())) {
        case StopSignal::Wait::Ready: break;
        case StopSignal::Wait::TimedOut: return failure(MailError{Kind::TimedOut, "no answer to the TLS handshake"});
        case StopSignal::Wait::Stopped: return failure(MailError{Kind::Stopped, "stopping"});
        }
    }
    return std::unique_ptr<TlsLayer>(new TlsLayer(std::move(parts)));
}

TlsLayer::Step TlsLayer::read(void *to, std::size_t room)
{
    ERR_clear_error(); // SSL_get_error() looks at what others have left on this thread's queue
    return m_parts->stepOf(SSL_read(m_parts->session.get(), to, int(std::min<std::size_t>(room, 1 << 20))));
}

TlsLayer::Step TlsLayer::write(const void *from, std::size_t size)
{
    ERR_clear_error();
    return m_parts->stepOf(SSL_write(m_parts->session.get(), from, int(std::min<std::size_t>(size, 1 << 20))));
}

TlsLayer::Step TlsLayer::peek()
{
    ERR_clear_error();
    char byte = 0;
    return m_parts->stepOf(SSL_peek(m_parts->session.get(), &byte, 1));
}

bool TlsLayer::hasPending() const
{
    return SSL_pending(m_parts->session.get()) > 0;
}

} // namespace tributary::channels::email
