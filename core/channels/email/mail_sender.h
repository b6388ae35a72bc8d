#pragma once

#include "core/channels/email/email_settings.h"
#include "core/channels/email/health_board.h"
#include "core/channels/email/mail_codec.h"
#include "core/channels/email/smtp_session.h"

#include <condition_variable>
#include <deque>
#include <mutex>

namespace tributary::channels::email {

/// Sends one mail after the other, each once: with OutboundMessage::lookFirst a mail whose Message-ID is in Sent is not
/// sent again. Lives on one thread, that of run(); send() and close() may be called from any.
class MailSender {
public:
    struct Context {
        const EmailSettings &settings;
        const EmailTuning &tuning;
        const MailCodec &codec;
        HealthBoard &health;
        TokenSource &tokens;
        const StopSignal &stop;
    };
    using Done = std::function<void(SendOutcome)>;

    explicit MailSender(const Context &context)
        : m_context(context)
    {
    }

    /// @p done is called exactly once, on the thread of run() or of close().
    void send(OutboundMessage message, Done done);
    /// Takes no more, and ends run() after the mail in hand. Call it after raising the stop signal.
    void close();
    /// Returns after close().
    void run();

private:
    struct Job {
        OutboundMessage message;
        Done done;
    };
    void process(const Job &job);
    SendOutcome handOver(const OutgoingMail &mail, const OutboundMessage &message);
    std::optional<SendOutcome> lookInSent(const OutboundMessage &message);
    MailResult<bool> isInMarkedFolder(const std::string &messageId);
    void lookWorks();
    SendOutcome transmit(const SmtpMail &mail);
    MailResult<void> connectSmtp();
    MailResult<void> connectImap();
    bool isFiledByServer() const; ///< With m_imap.
    void saveCopy(const OutgoingMail &mail, const std::string &messageId);
    SendOutcome notSent(const MailError &error, const MailServer &server);

    const Context m_context;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Job> m_jobs;
    bool m_isClosed = false;
    std::unique_ptr<SmtpSession> m_smtp;
    std::unique_ptr<ImapSession> m_imap;
    std::string m_sentName;    ///< With m_imap; empty: the server has none.
    bool m_cannotLook = false; ///< What is said of sending is that a mail could not be looked for.
};

} // namespace tributary::channels::email
