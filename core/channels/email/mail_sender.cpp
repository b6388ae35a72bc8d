#include "core/channels/email/mail_sender.h"

#include "core/base/log.h"
#include "core/channels/email/sent_folder.h"

#include <utility>

namespace tributary::channels::email {
namespace {

using Kind = MailError::Kind;
/// Connections are kept a little for the next mail; servers count and drop idle ones.
constexpr std::chrono::seconds kKeepConnected{20};
/// From then on, after some six minutes, who does not take a copy for now has none, and that is said.
constexpr std::int64_t kAttemptsForCopies = 3;

SendOutcome stopped()
{
    return {.kind = SendOutcome::Kind::Retry,
            .problem = "stopped",
            .problemText = "The mail was not sent yet: the hub was stopping."};
}

} // namespace

void MailSender::send(OutboundMessage message, Done done)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!m_isClosed) {
            m_jobs.push_back({std::move(message), std::move(done)});
            m_changed.notify_one();
            return;
        }
    }
    done(stopped());
}

void MailSender::close()
{
    std::deque<Job> left;
    {
        const std::lock_guard lock(m_mutex);
        m_isClosed = true;
        left.swap(m_jobs);
        m_changed.notify_one();
    }
    for (Job &job : left)
        job.done(stopped());
}

void MailSender::run()
{
    std::unique_lock lock(m_mutex);
    while (!m_isClosed) {
        const bool isAwake = m_changed.wait_for(lock, kKeepConnected, [this] { return m_isClosed || !m_jobs.empty(); });
        if (m_isClosed)
            break;
        if (!isAwake) {
            lock.unlock();
            m_smtp.reset();
            m_imap.reset();
            lock.lock();
            continue;
        }
        Job job = std::move(m_jobs.front());
        m_jobs.pop_front();
        lock.unlock();
        process(job);
        lock.lock();
    }
    lock.unlock();
    m_smtp.reset();
    m_imap.reset();
}

SendOutcome MailSender::notSent(const MailError &error, const MailServer &server)
{
    if (error.kind == Kind::Stopped)
        return stopped();
    m_context.health.sendingFails(error, server);
    m_cannotLook = &server == &m_context.settings.imap;
    const bool isAuth = error.kind == Kind::Auth;
    return {.kind = isAuth ? SendOutcome::Kind::Reauthorise : SendOutcome::Kind::Retry,
            .problem = problemName(error.kind),
            .problemText = sentenceFor(error, server)};
}

void MailSender::process(const Job &job)
{
    if (job.message.lookFirst) {
        auto outcome = lookInSent(job.message);
        if (job.message.lookOnly && (!outcome || outcome->kind == SendOutcome::Kind::Uncertain))
            outcome = SendOutcome::leftBehind();
        if (outcome) {
            job.done(*outcome);
            return;
        }
    }
    if (job.message.lacksFile()) {
        job.done(SendOutcome::lostFile(false));
        return;
    }
    const Result<OutgoingMail> mail = m_context.codec.write(job.message);
    if (!mail) {
        const bool isLarge = mail.error().kind == Error::Kind::TooLarge;
        job.done({.kind = SendOutcome::Kind::Failed,
                  .problem = isLarge ? "too-large" : "content",
                  .problemText = "The mail could not be made: " + mail.error().detail + "."});
        return;
    }
    const SendOutcome outcome = handOver(*mail, job.message);
    // First of all that it is out: filing the copy may take minutes, and whoever dies in between must not send it again.
    job.done(outcome);
    if (outcome.kind == SendOutcome::Kind::Sent)
        saveCopy(*mail, job.message.messageId);
}

SendOutcome MailSender::handOver(const OutgoingMail &mail, const OutboundMessage &message)
{
    const std::int64_t attempts = message.item.delivery ? message.item.delivery->attempts : 0;
    SendOutcome outcome = transmit({.from = mail.from,
                                    .to = mail.to,
                                    .raw = mail.raw,
                                    .envelopeId = message.item.id.text(),
                                    .notifySuccess = m_context.settings.notifySuccess,
                                    .waitsForCopies = attempts < kAttemptsForCopies});
    outcome.isNotThere = message.lookFirst;
    log(LogLevel::Info, "tributary.email", "a mail was handed to the server",
        {{"account", m_context.settings.account.text()},
         {"item", message.item.id.text()},
         {"outcome", int(outcome.kind)},
         {"problem", outcome.problem}});
    if (outcome.kind == SendOutcome::Kind::Sent) {
        m_context.health.sendingWorks();
    } else if (outcome.kind == SendOutcome::Kind::Reauthorise) { // also behind a good sign-in: nothing goes out, without end
        m_context.health.sendingFails(outcome);
        m_cannotLook = false;
    }
    return outcome;
}

MailResult<void> MailSender::connectSmtp()
{
    if (m_smtp && m_smtp->isUsable())
        return {};
    m_smtp.reset();
    TRIBUTARY_TRY_ASSIGN(m_smtp, signIn<SmtpSession>(m_context.settings.smtp, m_context.settings, m_context.tokens,
                                                     m_context.tuning.timeouts, m_context.stop));
    return {};
}

SendOutcome MailSender::transmit(const SmtpMail &mail)
{
    const bool wasConnected = m_smtp && m_smtp->isUsable();
    if (const auto connected = connectSmtp(); !connected)
        return notSent(connected.error(), m_context.settings.smtp);
    SendOutcome outcome = m_smtp->send(mail);
    // A server may have dropped a connection that was kept: that says nothing about this mail.
    const bool wasDropped = wasConnected && outcome.kind == SendOutcome::Kind::Retry && !m_smtp->isUsable();
    if (!wasDropped || m_context.stop.isRaised())
        return outcome;
    if (const auto connected = connectSmtp(); !connected)
        return notSent(connected.error(), m_context.settings.smtp);
    return m_smtp->send(mail);
}

MailResult<void> MailSender::connectImap()
{
    if (m_imap) {
        if (m_imap->select(m_sentName.empty() ? "INBOX" : m_sentName))
            return {}; // still there, and now it sees what has been added
        m_imap.reset();
    }
    TRIBUTARY_TRY_ASSIGN(auto session, signIn<ImapSession>(m_context.settings.imap, m_context.settings, m_context.tokens,
                                                           m_context.tuning.timeouts, m_context.stop));
    TRIBUTARY_TRY_ASSIGN(m_sentName, sentFolderOf(*session, m_context.settings));
    if (!m_sentName.empty()) {
        const auto opened = session->select(m_sentName);
        if (opened) {
            m_context.health.sentFolderWorks();
        } else if (opened.error().kind == Kind::Refused) { // to be put right by a person: to ask again changes nothing
            m_context.health.sentFolderFails(m_sentName);
            m_sentName.clear();
        } else {
            return failure(opened.error());
        }
    }
    m_imap = std::move(session);
    return {};
}

/// Nothing may be to be sent for a long time: what was said of a look that failed is over with one that does not.
void MailSender::lookWorks()
{
    if (std::exchange(m_cannotLook, false))
        m_context.health.sendingWorks();
}

/// A server files what it sends in the folder that it marks, whichever one somebody has named.
MailResult<bool> MailSender::isInMarkedFolder(const std::string &messageId)
{
    TRIBUTARY_TRY_ASSIGN(const std::string marked, markedSentFolder(*m_imap));
    if (marked.empty() || marked == m_sentName)
        return false;
    TRIBUTARY_TRY(m_imap->select(marked));
    return m_imap->hasMessageId(messageId);
}

std::optional<SendOutcome> MailSender::lookInSent(const OutboundMessage &message)
{
    if (const auto connected = connectImap(); !connected) {
        SendOutcome outcome = notSent(connected.error(), m_context.settings.imap);
        outcome.problemText = "It cannot be seen whether the mail has gone out already. " + outcome.problemText;
        return outcome;
    }
    if (m_sentName.empty()) {
        lookWorks();
        return SendOutcome{.kind = SendOutcome::Kind::Uncertain,
                           .problem = "no-sent-folder",
                           .problemText =
                               "The mail may have gone out already, and the mailbox has no folder for sent mail to look "
                               "in, or it cannot be opened. Name it in sent_folder, or send the mail again yourself."};
    }
    MailResult<bool> found = m_imap->hasMessageId(message.messageId);
    if (found && !*found && isFiledByServer())
        found = isInMarkedFolder(message.messageId);
    if (!found) {
        m_imap.reset();
        return notSent(found.error(), m_context.settings.imap);
    }
    lookWorks();
    if (*found)
        return SendOutcome{.kind = SendOutcome::Kind::Sent};
    // Where the server files none by itself, the copy is missing as well when we died, or the answer was lost, just before
    // we could, and where none is wanted at all. Another server, which it may have gone out by, files it elsewhere.
    if (!isFiledByServer() || message.mayBeElsewhere)
        return SendOutcome{.kind = SendOutcome::Kind::Uncertain,
                           .problem = "unknown",
                           .problemText = "The mail may have gone out already, and there is no copy of it in Sent. Ask the "
                                          "customer, or send it again."};
    return std::nullopt;
}

bool MailSender::isFiledByServer() const
{
    return filesSentMailItself(m_imap->isGmail(), m_context.settings.smtp);
}

void MailSender::saveCopy(const OutgoingMail &mail, const std::string &messageId)
{
    if (!m_context.settings.saveSentCopy)
        return;
    // The mail is out: whatever happens here must not make it look unsent.
    MailResult<void> saved = connectImap();
    if (saved && (m_sentName.empty() || isFiledByServer()))
        return;
    if (saved) {
        const MailResult<bool> isThere = m_imap->hasMessageId(messageId); // some servers file it by themselves
        if (isThere && *isThere)
            return;
        saved = m_imap->append(m_sentName, mail.raw);
    }
    if (saved)
        return;
    m_imap.reset();
    log(LogLevel::Warning, "tributary.email", "no copy of a sent mail could be put into Sent",
        {{"account", m_context.settings.account.text()},
         {"problem", problemName(saved.error().kind)},
         {"detail", saved.error().detail}});
}

} // namespace tributary::channels::email
