#include "core/channels/email/mail_classify.h"

#include "core/channels/email/mail_report.h"
#include "core/text/search_fold.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>

namespace tributary::channels::email {
namespace {

bool hasAction(const MailReport &report, std::string_view action)
{
    return std::ranges::find(report.recipients, action, &RecipientStatus::action) != report.recipients.end();
}

bool isBounceAddress(std::string_view address)
{
    const std::string_view local = address.substr(0, address.find('@'));
    return local == "mailer-daemon" || local == "postmaster" || local == "maildaemon" || local == "mail-daemon";
}

bool hasNullReturnPath(const ParsedMail &mail)
{
    return mail.hasHeader("return-path") && text::trimmed(mail.header("return-path")) == "<>";
}

/// Beginnings of the subjects that programs give to automatic replies. Those a person could begin with (Re:, Fwd:) come
/// first anyway.
bool hasAutoReplySubject(const ParsedMail &mail)
{
    static constexpr std::array beginnings{"automatic reply:",
                                           "auto reply:",
                                           "auto-reply:",
                                           "autoreply:",
                                           "out of office:",
                                           "out of office autoreply",
                                           "out of the office:",
                                           "abwesenheitsnotiz:",
                                           "automatische antwort:",
                                           "abwesenheit:",
                                           "réponse automatique",
                                           "absence du bureau",
                                           "respuesta automática",
                                           "fuera de la oficina",
                                           "risposta automatica:",
                                           "fuori sede:",
                                           "resposta automática",
                                           "automatisch antwoord:",
                                           "automatische reactie:",
                                           "autoodpowiedź:",
                                           "automatyczna odpowiedź:",
                                           "автоматический ответ:",
                                           "автоответ:",
                                           "автоматична відповідь:",
                                           "autosvar:",
                                           "automatiskt svar:",
                                           "automatisk svar:",
                                           "automaattinen vastaus:",
                                           "otomatik yanıt:",
                                           "automatikus válasz:",
                                           "automatická odpověď:",
                                           "αυτόματη απάντηση:",
                                           "自动回复:",
                                           "自动答复:",
                                           "自動回覆:",
                                           "自動返信:",
                                           "자동 회신:",
                                           "رد تلقائي:",
                                           "תשובה אוטומטית:"};
    static const std::vector<std::string> folded = [] {
        std::vector<std::string> all;
        std::ranges::transform(beginnings, std::back_inserter(all),
                               [](const char *one) { return text::foldForMatching(one); });
        return all;
    }();
    const std::string subject = text::foldForMatching(mail.subject); // a capital begins it in every script that has some
    return std::ranges::any_of(folded, [&](const std::string &begin) { return subject.starts_with(begin); });
}

/// How programs of before RFC 3834 say that they have answered by themselves.
bool hasAutoReplyHeader(const ParsedMail &mail)
{
    static constexpr std::array names{"x-autoreply",  "x-autorespond",    "x-autoresponder",
                                      "x-auto-reply", "x-mail-autoreply", "x-autoreply-from"};
    const bool found = std::ranges::any_of(names, [&](const char *name) {
        return mail.hasHeader(name) && !text::equalsIgnoringCase(text::trimmed(mail.header(name)), "no");
    });
    return found || text::equalsIgnoringCase(mail.header("precedence"), "auto_reply")
           || text::equalsIgnoringCase(mail.header("x-precedence"), "auto_reply");
}

/// The first word of Auto-Submitted, lower case; empty for none and `no`.
std::string autoSubmitted(const ParsedMail &mail)
{
    const std::string value = text::asciiLower(text::trimmed(mail.header("auto-submitted")));
    const std::string word = value.substr(0, value.find_first_of(" \t;("));
    return word == "no" ? std::string() : word;
}

std::string precedenceOf(const ParsedMail &mail)
{
    return text::asciiLower(text::trimmed(mail.header("precedence")));
}

/// Vacation programs and ticket systems of old say `bulk` or `junk`.
bool isFromMany(const ParsedMail &mail)
{
    const std::string precedence = precedenceOf(mail);
    return isOfList(mail) || precedence == "bulk" || precedence == "junk";
}

MailKind kindOfReport(const ParsedMail &mail)
{
    if (hasAction(mail.report, "failed"))
        return MailKind::Bounce;
    if (hasAction(mail.report, "delayed"))
        return MailKind::Delay;
    if (hasAction(mail.report, "delivered") || hasAction(mail.report, "relayed") || hasAction(mail.report, "expanded"))
        return MailKind::Delivered;
    return MailKind::Bounce;
}

bool isReport(const ParsedMail &mail)
{
    return !mail.reportType.empty() || !mail.report.recipients.empty() || !mail.report.disposition.empty();
}

MailKind kindOf(const ParsedMail &mail, MailReport &report)
{
    if (isReport(mail)) {
        if (mail.reportType == "feedback-report" || !mail.report.feedbackType.empty())
            return MailKind::Complaint;
        if (mail.reportType == "disposition-notification" || !mail.report.disposition.empty())
            return MailKind::ReadReceipt;
        if (mail.reportType == "delivery-status" || !mail.report.recipients.empty())
            return kindOfReport(mail);
    }
    const bool fromDaemon = hasNullReturnPath(mail) || (!mail.from.empty() && isBounceAddress(mail.from.front().address));
    if (fromDaemon && readTextBounce(mail.text, mail.header("x-failed-recipients"), report))
        return MailKind::Bounce;

    const std::string submitted = autoSubmitted(mail);
    const bool answers = !mail.inReplyTo.empty() || !mail.references.empty();
    if (submitted == "auto-replied" || hasAutoReplyHeader(mail) || hasAutoReplySubject(mail))
        return MailKind::AutoReply;
    if (!submitted.empty()) // Exchange calls its out-of-office replies auto-generated
        return answers ? MailKind::AutoReply : MailKind::AutoGenerated;
    if (isFromMany(mail))
        return MailKind::List;
    return hasNullReturnPath(mail) ? MailKind::AutoGenerated : MailKind::Message;
}

} // namespace

bool isOfList(const ParsedMail &mail)
{
    return mail.hasHeader("list-id") || mail.hasHeader("list-post") || precedenceOf(mail) == "list";
}

const char *name(MailKind kind)
{
    switch (kind) {
    case MailKind::Message: return "message";
    case MailKind::AutoReply: return "auto_reply";
    case MailKind::AutoGenerated: return "auto_generated";
    case MailKind::Bounce: return "bounce";
    case MailKind::Delay: return "delay";
    case MailKind::Delivered: return "delivered";
    case MailKind::ReadReceipt: return "read_receipt";
    case MailKind::Complaint: return "complaint";
    case MailKind::List: return "list";
    }
    return "message";
}

MailClass classify(const ParsedMail &mail)
{
    MailClass result{.report = mail.report};
    result.kind = kindOf(mail, result.report);
    const auto &answered = mail.replyTo.empty() ? mail.from : mail.replyTo;
    result.autoAnswerAllowed = result.kind == MailKind::Message && !mail.from.empty() && !answered.empty()
                               && !isRobotAddress(answered.front().address) && !mail.hasHeader("x-auto-response-suppress")
                               && !mail.hasHeader("list-unsubscribe");
    return result;
}

bool isRobotAddress(std::string_view address)
{
    // The last row: what forms on web sites write by where nobody has set anything else.
    static constexpr std::array locals{"noreply", "donotreply",  "mailerdaemon",  "postmaster", "daemon",
                                       "nobody",  "bounce",      "bounces",       "wordpress",  "mailer",
                                       "webform", "contactform", "formsubmission"};
    std::string local = text::asciiLower(address.substr(0, address.find_first_of("@+")));
    std::erase_if(local, [](char c) { return c == '-' || c == '_' || c == '.'; });
    return std::ranges::any_of(
        locals, [&](std::string_view robot) { return local == robot || (robot.size() > 6 && local.ends_with(robot)); });
}

} // namespace tributary::channels::email
