#pragma once

#include "core/channels/email/imap_session.h"
#include "core/channels/email/smtp_answer.h"

namespace tributary::channels::email {

/// What goes into the SMTP envelope of one mail.
struct SmtpMail {
    std::string from;            ///< Bare address; empty for the null return path.
    std::vector<std::string> to; ///< Bare addresses; the first is the one that matters, see SmtpSession::send().
    std::string_view raw;        ///< The whole message; any line ends.
    std::string envelopeId;      ///< Comes back in delivery reports (RFC 3461, 4.4); empty: none.
    bool notifySuccess = false;  ///< Also ask for a report when it has been delivered.
    bool waitsForCopies = false; ///< Who is to have a copy and is refused for now holds it up, as the first one does.
};

/// One signed-in connection for submission (RFC 6409), used by one thread.
///
/// The dialogue is spoken here rather than by libetpan's mailsmtp: that cuts commands at 512 bytes, where access tokens are
/// longer, and cannot tell a connection lost before the end of a mail from one lost after it.
class SmtpSession {
public:
    /// Connects, encrypts, checks the certificate and signs in (unless there is neither password nor token). No byte of
    /// @p credentials leaves before the check passed.
    static MailResult<std::unique_ptr<SmtpSession>> open(const MailServer &server, const TlsSettings &tls,
                                                         const MailCredentials &credentials, const MailTimeouts &timeouts,
                                                         const StopSignal &stop);
    ~SmtpSession();
    SmtpSession(const SmtpSession &) = delete;
    SmtpSession &operator=(const SmtpSession &) = delete;

    /// Hands over one mail. Sent once the server has taken it over; Uncertain if the connection broke after the last byte.
    /// A stop before that is Retry; after it the answer is waited for some seconds more. Refused for the first recipient:
    /// nobody gets it. Refused for another, for good, or for now where it does not wait for copies: the rest get it, and
    /// `problemText` says who does not.
    SendOutcome send(const SmtpMail &mail);
    /// Another mail may follow.
    bool isUsable() const { return m_isUsable && !m_stream->failure(); }
    /// The largest mail the server takes; 0 if it does not say.
    std::size_t mostBytes() const { return m_extensions.size; }

private:
    struct Extensions {
        bool startTls = false, dsn = false, eightBit = false, utf8 = false, sizeKnown = false;
        bool plain = false, login = false, xoauth2 = false;
        std::size_t size = 0;
    };

    SmtpSession(std::unique_ptr<MailStream> stream, const MailTimeouts &timeouts)
        : m_stream(std::move(stream))
        , m_timeouts(timeouts)
    {
    }
    MailResult<void> greet();
    MailResult<void> hello();
    MailResult<void> signIn(const MailCredentials &credentials);
    MailResult<SmtpAnswer> command(const std::string &line);
    MailResult<SmtpAnswer> readAnswer();
    MailResult<std::string> readLine();
    SendOutcome transfer(const SmtpMail &mail);
    MailResult<SmtpAnswer> sendContent(std::string_view raw, bool &handedOver);
    SendOutcome lost(const MailError &error, bool handedOver);

    std::unique_ptr<MailStream> m_stream;
    MailTimeouts m_timeouts;
    std::string m_buffer;             ///< Read ahead.
    std::vector<std::string> m_lines; ///< Of the last answer.
    Extensions m_extensions;
    bool m_isUsable = true;
};

} // namespace tributary::channels::email
