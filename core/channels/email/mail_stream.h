#pragma once

#include "core/channels/email/mail_url.h"
#include "core/channels/email/tls.h"

#include <optional>

namespace tributary::channels::email {

/// How long a mail server may take.
struct MailTimeouts {
    Milliseconds connect{20'000}; ///< For the name, the connection and the TLS handshake, each.
    Milliseconds answer{60'000};  ///< Without a single byte moving.
    Milliseconds whole{600'000};  ///< For all of signing in, and for all of handing over a mail of no size.
};

/// A blocking byte stream to a mail server, used by one thread; every wait has an end and is cut short by a StopSignal.
class MailStream {
public:
    /// Connects, over TLS at once if @p server says so; the certificate is checked before this returns. @p stop must
    /// outlive the stream.
    static MailResult<std::unique_ptr<MailStream>> connect(const MailServer &server, const TlsSettings &tls,
                                                           const MailTimeouts &timeouts, const StopSignal &stop);
    ~MailStream();
    MailStream(const MailStream &) = delete;
    MailStream &operator=(const MailStream &) = delete;

    /// After the server has agreed to STARTTLS, and with nothing read ahead.
    MailResult<void> startTls();
    bool isEncrypted() const { return m_tls != nullptr; }

    /// At least one byte; 0 at the end of the stream or after an error (see failure()). Never more than the budget allows.
    std::size_t read(void *to, std::size_t room);
    /// All of it, or false (see failure()).
    bool write(const void *from, std::size_t size);

    enum class Wait { Readable, TimedOut, Stopped };
    Wait waitReadable(Milliseconds most);

    /// How many bytes may still be read; a server that sends more is cut off, so that it cannot fill the memory.
    void setReadBudget(std::size_t bytes) { m_budget = bytes; }
    void setAnswerTimeout(Milliseconds most) { m_timeouts.answer = most; }
    /// All waits from here on end within @p most, however often a byte moves meanwhile.
    void endWithin(Milliseconds most);

    /// From now on a stop cuts no wait short that ends within @p most of it.
    void outlastStop(Milliseconds most) { m_grace = most; }

    /// Why the stream is of no more use; nothing while it is.
    const std::optional<MailError> &failure() const { return m_failure; }
    /// This side's address in numbers, for EHLO: `[192.0.2.1]` or `[IPv6:2001:db8::1]` (RFC 5321, 4.1.3).
    std::string localAddressLiteral() const;

private:
    MailStream(int fd, std::string host, TlsSettings tls, MailTimeouts timeouts, const StopSignal &stop);
    bool await(short events);
    void fail(MailError::Kind kind, const char *detail);

    int m_fd;
    std::string m_host;
    TlsSettings m_tlsSettings;
    MailTimeouts m_timeouts;
    const StopSignal &m_stop;
    std::unique_ptr<TlsLayer> m_tls;
    std::optional<MailError> m_failure;
    std::optional<Milliseconds> m_until; ///< By Clock::steady().
    Milliseconds m_grace{0};             ///< What is left to wait for after a stop.
    std::size_t m_budget = 1 << 20;
};

} // namespace tributary::channels::email
