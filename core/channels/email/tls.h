#pragma once

#include "core/channels/email/mail_error.h"
#include "core/channels/email/stop_signal.h"

#include <memory>
#include <string>

namespace tributary::channels::email {

/// Whose certificates are believed.
struct TlsSettings {
    std::string caFile; ///< PEM file with more authorities, besides those of the system. Empty: none.
};

/// TLS 1.2 or newer over a connected, non-blocking socket that it does not own. There is no way to get one whose
/// certificate was not checked, so nothing can be sent to the wrong server.
class TlsLayer {
public:
    /// Shakes hands and checks the chain and that the certificate is for @p host (a name or an IP address; RFC 6125).
    /// Errors: CertificateExpired, CertificateName, CertificateUntrusted, NoTls, Unreachable, TimedOut, Stopped.
    static MailResult<std::unique_ptr<TlsLayer>> handshake(int fd, const std::string &host, const TlsSettings &settings,
                                                           const StopSignal &stop, Milliseconds most);
    ~TlsLayer();
    TlsLayer(const TlsLayer &) = delete;
    TlsLayer &operator=(const TlsLayer &) = delete;

    /// What one attempt came to: bytes moved, or the poll(2) events to wait for, or the end of the connection.
    struct Step {
        std::size_t bytes = 0;
        short waitFor = 0;
        bool closed = false;
    };
    Step read(void *to, std::size_t room);
    Step write(const void *from, std::size_t size);
    /// Like read() of one byte that stays unread: TLS has messages of its own, so that a readable socket proves nothing.
    Step peek();
    /// Bytes that can be read without touching the socket.
    bool hasPending() const;

private:
    struct Parts;
    explicit TlsLayer(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> m_parts;
};

} // namespace tributary::channels::email
