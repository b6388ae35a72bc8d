#include "core/channels/email/smtp_session.h"

#include "core/base/bytes.h"
#include "core/channels/email/oauth.h"
#include "core/channels/email/smtp_text.h"

#include <algorithm>
#include <charconv>

namespace tributary::channels::email {
namespace {

using Kind = MailError::Kind;

constexpr std::size_t kAnswerBytes = 64 * 1024;
constexpr std::size_t kMostLineBytes = 4096;
constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr std::size_t kSlowestBytes = 8 * 1024; ///< A second: slower than that no mail is handed over.
constexpr Milliseconds kContentAnswer{300'000}; ///< Servers scan a mail before they answer (RFC 5321, 4.5.3.2.6: 10 min).
constexpr Milliseconds kLastAnswer{3'000};      ///< ... but who is stopped waits no longer than this for it.

std::string upperCase(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return c >= 'a' && c <= 'z' ? c - 32 : c; });
    return text;
}

} // namespace

SmtpSession::~SmtpSession()
{
    if (!isUsable())
        return;
    m_stream->setAnswerTimeout(Milliseconds(2'000)); // QUIT is a courtesy
    [[maybe_unused]] const auto answer = command("QUIT");
}

MailResult<std::unique_ptr<SmtpSession>> SmtpSession::open(const MailServer &server, const TlsSettings &tls,
                                                           const MailCredentials &credentials, const MailTimeouts &timeouts,
                                                           const StopSignal &stop)
{
    TRIBUTARY_TRY_ASSIGN(std::unique_ptr<MailStream> stream, MailStream::connect(server, tls, timeouts, stop));
    std::unique_ptr<SmtpSession> session(new SmtpSession(std::move(stream), timeouts));
    session->m_stream->endWithin(timeouts.whole);
    TRIBUTARY_TRY(session->greet());
    TRIBUTARY_TRY(session->hello());
    if (server.security == MailServer::Security::StartTls) {
        if (!session->m_extensions.startTls)
            return failure(MailError{Kind::NoTls, "the server does not offer STARTTLS"});
        TRIBUTARY_TRY_ASSIGN(const SmtpAnswer answer, session->command("STARTTLS"));
        if (answer.code != 220)
            return failure(MailError{Kind::NoTls, "the server refuses STARTTLS: " + answer.text});
        if (!session->m_buffer.empty()) // answers smuggled in before the handshake (CVE-2020-15953 and its kin)
            return failure(MailError{Kind::NoTls, "the server sent more than its answer to STARTTLS"});
        TRIBUTARY_TRY(session->m_stream->startTls());
        TRIBUTARY_TRY(session->hello()); // what was offered before TLS is forgotten (RFC 3207, 4.2)
    }
    if (!session->m_stream->isEncrypted())
        return failure(MailError{Kind::NoTls, "the connection is not encrypted"});
    TRIBUTARY_TRY(session->signIn(credentials));
    return session;
}

MailResult<void> SmtpSession::greet()
{
    TRIBUTARY_TRY_ASSIGN(const SmtpAnswer answer, readAnswer());
    if (answer.code != 220)
        return failure(MailError{Kind::Unreachable, "the server takes no connections now: " + answer.text});
    return {};
}

MailResult<void> SmtpSession::hello()
{
    m_extensions = {};
    TRIBUTARY_TRY_ASSIGN(const SmtpAnswer answer, command("EHLO " + m_stream->localAddressLiteral()));
    if (answer.code != 250)
        return failure(MailError{Kind::Refused, "the server refuses EHLO: " + answer.text});
    for (std::size_t i = 1; i < m_lines.size(); ++i) {
        const std::string line = upperCase(m_lines[i].substr(std::min<std::size_t>(4, m_lines[i].size()))) + ' ';
        const std::string_view word = std::string_view(line).substr(0, line.find(' '));
        const auto offers = [&line](const char *mechanism) {
            return line.find(std::string(" ") + mechanism + ' ') != line.npos;
        };
        if (word == "STARTTLS") {
            m_extensions.startTls = true;
        } else if (word == "DSN") {
            m_extensions.dsn = true;
        } else if (word == "8BITMIME") {
            m_extensions.eightBit = true;
        } else if (word == "SMTPUTF8") {
            m_extensions.utf8 = true;
        } else if (word == "SIZE") {
            m_extensions.sizeKnown = true;
            if (line.size() > 5)
                std::from_chars(line.data() + 5, line.data() + line.size(), m_extensions.size);
        } else if (word == "AUTH") {
            m_extensions.plain = offers("PLAIN");
            m_extensions.login = offers("LOGIN");
            m_extensions.xoauth2 = offers("XOAUTH2");
        }
    }
    return {};
}

MailResult<void> SmtpSession::signIn(const MailCredentials &credentials)
{
    std::vector<std::string> said; // line by line, each after a 334
    if (!credentials.accessToken.empty())
        said = {"AUTH XOAUTH2 " + xoauth2Response(credentials.user, credentials.accessToken), ""};
    else if (credentials.password.empty())
        return {};
    else if (m_extensions.plain)
        said = {"AUTH PLAIN " + plainResponse(credentials.user, credentials.password)};
    else if (m_extensions.login)
        said = {"AUTH LOGIN", toBase64(bytesOf(credentials.user)), toBase64(bytesOf(credentials.password))};
    if (said.empty() || (!credentials.accessToken.empty() && !m_extensions.xoauth2))
        return failure(MailError{Kind::Auth, "the server does not offer this way to sign in"});

    SmtpAnswer answer{.code = 334};
    for (const std::string &line : said) {
        if (answer.code != 334)
            break;
        TRIBUTARY_TRY_ASSIGN(answer, command(line));
    }
    if (answer.code == 235)
        return {};
    if (answer.code < 500) // 454, 421: later
        return failure(MailError{Kind::Unreachable, "the server cannot check the sign-in now: " + answer.text});
    return failure(MailError{Kind::Auth, answer.text});
}

MailResult<std::string> SmtpSession::readLine()
{
    for (;;) {
        if (const auto end = m_buffer.find('\n'); end != m_buffer.npos) {
            std::string line = m_buffer.substr(0, end);
            m_buffer.erase(0, end + 1);
            if (line.ends_with('\r'))
                line.pop_back();
            return line;
        }
        if (m_buffer.size() > kMostLineBytes)
            return failure(MailError{Kind::Protocol, "the server's answer has no end"});
        char room[4096];
        const std::size_t got = m_stream->read(room, sizeof room);
        if (got == 0)
            return failure(*m_stream->failure());
        m_buffer.append(room, got);
    }
}

MailResult<SmtpAnswer> SmtpSession::readAnswer()
{
    m_stream->setReadBudget(kAnswerBytes);
    m_lines.clear();
    do {
        TRIBUTARY_TRY_ASSIGN(std::string line, readLine());
        m_lines.push_back(std::move(line));
    } while (m_lines.back().size() > 3 && m_lines.back()[3] == '-');
    SmtpAnswer answer = smtpAnswerOf(m_lines);
    if (answer.code == 0)
        return failure(MailError{Kind::Protocol, "the server's answer makes no sense"});
    if (answer.code == 421)
        m_isUsable = false; // it is closing the connection
    return answer;
}

MailResult<SmtpAnswer> SmtpSession::command(const std::string &line)
{
    const std::string wire = line + "\r\n";
    if (!m_stream->write(wire.data(), wire.size()))
        return failure(*m_stream->failure());
    return readAnswer();
}

SendOutcome SmtpSession::lost(const MailError &error, bool handedOver)
{
    m_isUsable = false;
    if (handedOver)
        return {.kind = SendOutcome::Kind::Uncertain,
                .problem = problemName(error.kind),
                .problemText = "The connection broke after the mail was handed over: it may or may not have been sent."};
    return {.kind = SendOutcome::Kind::Retry,
            .problem = problemName(error.kind),
            .problemText = "The mail was not sent: " + error.detail + ". It will be tried again."};
}

SendOutcome SmtpSession::send(const SmtpMail &mail)
{
    // Whoever moves a byte now and then must not hold up what waits behind this one.
    m_stream->endWithin(m_timeouts.whole + Milliseconds(std::chrono::seconds(mail.raw.size() / kSlowestBytes)));
    SendOutcome outcome = transfer(mail);
    if (outcome.kind != SendOutcome::Kind::Sent && isUsable())
        m_isUsable = command("RSET").value_or(SmtpAnswer{}).code == 250;
    return outcome;
}

SendOutcome SmtpSession::transfer(const SmtpMail &mail)
{
    const auto refused = [](const char *problem, std::string text) {
        return SendOutcome{.kind = SendOutcome::Kind::Failed, .problem = problem, .problemText = std::move(text)};
    };
    bool isInternational = !isAscii(mail.from);
    for (const std::string &address : mail.to) {
        isInternational |= !isAscii(address);
        if (isSafeAddress(address))
            continue;
        const bool isMainOne = &address == &mail.to.front();
        return isMainOne
                   ? refused("recipient", "The recipient's address cannot be used.")
                   : refused("copy", "An address that is to have a copy cannot be used. Take it out and send it again.");
    }
    if (mail.to.empty())
        return refused("content", "The mail has no recipient.");
    if (!mail.from.empty() && !isSafeAddress(mail.from))
        return refused("config", "The account's own address cannot be used.");
    if (isInternational && !m_extensions.utf8)
        return refused("config",
                       "The mail server of this account cannot send from or to addresses with letters beyond ASCII.");
    if (m_extensions.size != 0 && mail.raw.size() > m_extensions.size)
        return refused("too-large", "The mail is larger than the mail server takes ("
                                        + std::to_string(m_extensions.size / 1'000'000)
                                        + " MB). Send a link instead of the attachment.");

    std::string line = "MAIL FROM:<" + mail.from + ">";
    if (m_extensions.sizeKnown)
        line += " SIZE=" + std::to_string(mail.raw.size()); // dots that are doubled do not count (RFC 1870, 5)
    if (m_extensions.eightBit && !isAscii(mail.raw))
        line += " BODY=8BITMIME";
    if (isInternational)
        line += " SMTPUTF8";
    if (m_extensions.dsn)
        line += " RET=HDRS" + (mail.envelopeId.empty() ? "" : " ENVID=" + xtext(mail.envelopeId).substr(0, 100));
    const auto sender = command(line);
    if (!sender)
        return lost(sender.error(), false);
    if (!sender->isPositive())
        return outcomeOf(*sender, SmtpStage::Sender);

    std::string left;
    for (const std::string &address : mail.to) {
        line = "RCPT TO:<" + address + ">";
        if (m_extensions.dsn) {
            line += mail.notifySuccess ? " NOTIFY=SUCCESS,FAILURE,DELAY" : " NOTIFY=FAILURE,DELAY";
            if (isAscii(address))
                line += " ORCPT=rfc822;" + xtext(address);
        }
        const auto recipient = command(line);
        if (!recipient)
            return lost(recipient.error(), false);
        if (recipient->isPositive())
            continue;
        const bool isMainOne = &address == &mail.to.front();
        SendOutcome outcome = outcomeOf(*recipient, SmtpStage::Recipient);
        const bool isOver = !m_isUsable || outcome.kind == SendOutcome::Kind::Reauthorise;
        // 452 may say that these are as many as it takes at once (RFC 5321, 4.5.3.1.10): so it would the next time.
        const bool isWorthWaiting =
            mail.waitsForCopies && outcome.kind == SendOutcome::Kind::Retry && recipient->code != 452;
        if (isMainOne || isOver || isWorthWaiting)
            return outcome;
        left += (left.empty() ? "" : ", ") + address;
    }

    const auto go = command("DATA");
    if (!go)
        return lost(go.error(), false);
    if (go->code != 354)
        return outcomeOf(*go, SmtpStage::Content);
    bool handedOver = false;
    const auto taken = sendContent(mail.raw, handedOver);
    if (!taken)
        return lost(taken.error(), handedOver);
    SendOutcome outcome = outcomeOf(*taken, SmtpStage::Content);
    if (outcome.kind == SendOutcome::Kind::Sent && !left.empty()) {
        outcome.problem = "recipient";
        outcome.problemText = "The mail server did not take it for " + left + ".";
    }
    return outcome;
}

MailResult<SmtpAnswer> SmtpSession::sendContent(std::string_view raw, bool &handedOver)
{
    DotStuffer stuffer;
    for (std::size_t from = 0; from < raw.size(); from += kChunkBytes) {
        const std::string chunk = stuffer.next(raw.substr(from, kChunkBytes));
        if (!m_stream->write(chunk.data(), chunk.size()))
            return failure(*m_stream->failure());
    }
    const MailStream::Wait before = m_stream->waitReadable(Milliseconds(0));
    if (before == MailStream::Wait::Stopped) // without its end it is not sent
        return failure(MailError{Kind::Stopped, "stopping"});
    // A server that speaks or hangs up before the end has not taken the mail.
    if (before == MailStream::Wait::Readable) {
        m_isUsable = false;
        TRIBUTARY_TRY_ASSIGN(SmtpAnswer early, readAnswer());
        if (early.isPositive())
            return failure(MailError{Kind::Protocol, "the server answered before the mail had ended"});
        return early;
    }
    handedOver = true; // from here on the last byte may arrive, whatever happens
    m_stream->outlastStop(kLastAnswer);
    const std::string end = std::string(stuffer.end()) + ".\r\n";
    if (!m_stream->write(end.data(), end.size()))
        return failure(*m_stream->failure());
    m_stream->setAnswerTimeout(std::max(kContentAnswer, m_timeouts.answer));
    TRIBUTARY_TRY_ASSIGN(SmtpAnswer answer, readAnswer());
    m_stream->setAnswerTimeout(m_timeouts.answer);
    m_stream->outlastStop(Milliseconds(0));
    if (answer.code / 100 == 3)
        return failure(MailError{Kind::Protocol, "the server's answer makes no sense"});
    return answer;
}

} // namespace tributary::channels::email
