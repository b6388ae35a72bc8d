#include "core/channels/email/health_board.h"

namespace tributary::channels::email {

using Kind = MailError::Kind;

std::string sentenceFor(const MailError &error, const MailServer &server)
{
    const std::string &host = server.host;
    switch (error.kind) {
    case Kind::Auth:
        return host + " does not accept the sign-in: user name, password or access token is wrong. Enter them again."
               + (error.detail.empty() ? "" : " It said: " + error.detail);
    case Kind::CertificateExpired:
        return "The certificate of " + host
               + " has expired or is not valid yet. Whoever runs the server has to renew it; until "
                 "then nothing is sent to it. Check this computer's clock too.";
    case Kind::CertificateName:
        return host
               + " shows a certificate for another name. Check the server's address; if it is right, someone may be "
                 "listening in. Nothing was sent to it.";
    case Kind::CertificateUntrusted:
        return "The certificate of " + host + " cannot be trusted: " + error.detail
               + ". If the company has an authority of its own, name its file in ca_file. Nothing was sent to the server.";
    case Kind::NoTls:
        return host + " offers no encrypted connection (" + error.detail + "). Check the port, and imaps against imap.";
    case Kind::Unreachable:
    case Kind::TimedOut: return host + " cannot be reached: " + error.detail + ". It is tried again by itself.";
    case Kind::Refused: return host + " refuses: " + error.detail + ". It is tried again by itself.";
    case Kind::Protocol: return host + " cannot be understood: " + error.detail + ". It is tried again by itself.";
    case Kind::Stopped: return "Stopped.";
    }
    return error.detail;
}

std::string sentFolderSentence(const std::string &name)
{
    return "The mailbox has no folder " + name
           + " for sent mail, or it cannot be opened. Name the right one in sent_folder.";
}

void HealthBoard::publish()
{
    AccountHealth health{.backfillDone = m_done, .backfillTotal = m_total};
    const std::optional<Trouble> &trouble = m_receiving ? m_receiving : m_sending ? m_sending : m_sentFolder;
    if (trouble) {
        health.health =
            m_receiving ? model::ChannelAccount::Health::NotWorking : model::ChannelAccount::Health::NeedsAttention;
        health.problem = trouble->problem;
        health.problemText = trouble->text;
    } else {
        health.health = m_hasWorked ? model::ChannelAccount::Health::Healthy : model::ChannelAccount::Health::Starting;
    }
    if (m_last == health)
        return;
    m_last = health;
    m_host.reportHealth(health);
}

void HealthBoard::receivingWorks()
{
    const std::lock_guard lock(m_mutex);
    m_hasWorked = true;
    m_receiving.reset();
    publish();
}

void HealthBoard::receivingFails(const MailError &error, const MailServer &server)
{
    const std::lock_guard lock(m_mutex);
    m_receiving = Trouble{problemName(error.kind), sentenceFor(error, server)};
    publish();
}

void HealthBoard::ingestFails(const Error &error)
{
    const std::lock_guard lock(m_mutex);
    if (error.kind == Error::Kind::Full)
        m_receiving =
            Trouble{"disk-full", "New mail cannot be stored because the disk of the hub is full. Free some space; the mail "
                                 "waits on its server and comes in by itself."};
    else
        m_receiving = Trouble{"storage", std::string("New mail cannot be stored now (") + name(error.kind)
                                             + "). It waits on its server and comes in by itself."};
    publish();
}

void HealthBoard::backfill(std::int64_t done, std::int64_t total)
{
    const std::lock_guard lock(m_mutex);
    m_done = done;
    m_total = total;
    publish();
}

void HealthBoard::sendingWorks()
{
    const std::lock_guard lock(m_mutex);
    m_sending.reset();
    publish();
}

void HealthBoard::sendingFails(const MailError &error, const MailServer &server)
{
    const std::lock_guard lock(m_mutex);
    m_sending = Trouble{problemName(error.kind), "Mail cannot be sent. " + sentenceFor(error, server)};
    publish();
}

void HealthBoard::sendingFails(const SendOutcome &outcome)
{
    const std::lock_guard lock(m_mutex);
    m_sending = Trouble{outcome.problem, "Mail cannot be sent. " + outcome.problemText};
    publish();
}

void HealthBoard::sentFolderWorks()
{
    const std::lock_guard lock(m_mutex);
    m_sentFolder.reset();
    publish();
}

void HealthBoard::sentFolderFails(const std::string &name)
{
    const std::lock_guard lock(m_mutex);
    m_sentFolder = Trouble{"config", sentFolderSentence(name)
                                         + " Until then no copy of what is sent is kept there, and what is sent from "
                                           "elsewhere is not seen here."};
    publish();
}

void HealthBoard::isMisconfigured(const std::string &sentence)
{
    const std::lock_guard lock(m_mutex);
    m_receiving = Trouble{"config", "The account's settings are not complete: " + sentence + "."};
    publish();
}

} // namespace tributary::channels::email
