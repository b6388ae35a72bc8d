#include "core/channels/email/mail_envelope.h"

#include "core/channels/email/mail_classify.h"
#include "core/channels/email/mail_headers.h"
#include "core/channels/email/mail_threading.h"
#include "core/channels/email/smtp_answer.h"
#include "core/text/email_address.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace tributary::channels::email {
namespace {

/// Shown for mail that names nobody. `.invalid` can never be written to (RFC 2606).
constexpr std::string_view nobody = "unknown@sender.invalid";

bool isOwn(const MailAccount &account, const MailAddress &address)
{
    const std::string plain = withoutPlus(address.address);
    return std::ranges::any_of(account.ownAddresses,
                               [&](const std::string &own) { return !plain.empty() && withoutPlus(own) == plain; });
}

const MailAddress *firstForeign(const std::vector<MailAddress> &addresses, const MailAccount &account)
{
    const auto found = std::ranges::find_if(addresses, [&](const MailAddress &address) { return !isOwn(account, address); });
    return found == addresses.end() ? nullptr : &*found;
}

std::string_view domainOf(std::string_view address)
{
    return address.substr(std::min(address.rfind('@'), address.size()));
}

/// Whether that is a domain of everybody: who has an address there has nothing to do with us.
bool isOfEverybody(std::string_view domain)
{
    static constexpr std::array domains{
        "@126.com",       "@163.com",     "@aol.com",    "@fastmail.com", "@free.fr",        "@gmail.com",
        "@gmx.at",        "@gmx.ch",      "@gmx.de",     "@gmx.net",      "@gmx.com",        "@googlemail.com",
        "@hotmail.co.uk", "@hotmail.com", "@hotmail.de", "@hotmail.fr",   "@hotmail.it",     "@icloud.com",
        "@laposte.net",   "@libero.it",   "@live.com",   "@mac.com",      "@mail.com",       "@mail.ru",
        "@me.com",        "@msn.com",     "@naver.com",  "@o2.pl",        "@orange.fr",      "@outlook.com",
        "@outlook.de",    "@outlook.fr",  "@posteo.de",  "@proton.me",    "@protonmail.com", "@qq.com",
        "@seznam.cz",     "@t-online.de", "@web.de",     "@wp.pl",        "@yahoo.co.jp",    "@yahoo.co.uk",
        "@yahoo.com",     "@yahoo.de",    "@yahoo.fr",   "@yandex.ru",    "@ymail.com",      "@zoho.com"};
    return std::ranges::find(domains, domain) != domains.end();
}

/// Whether @p address is at a domain that an address of ours has: a web site of ours, or a group.
bool isOfOurDomain(const MailAccount &account, const MailAddress &address)
{
    const std::string_view domain = domainOf(address.address);
    return !isOfEverybody(domain)
           && std::ranges::any_of(account.ownAddresses, [&](const std::string &own) { return domainOf(own) == domain; });
}

/// A form on a web site, or a group, writes as a robot or by an address of ours, and puts the customer into Reply-To.
const MailAddress *customerOfForm(const ParsedMail &mail, const MailAccount &account)
{
    if (mail.from.empty() || mail.replyTo.empty())
        return nullptr;
    const MailAddress &from = mail.from.front();
    const MailAddress *answered = firstForeign(mail.replyTo, account);
    if (!answered || answered->address == from.address || isRobotAddress(answered->address))
        return nullptr;
    const bool isSiteOrGroup = isOfOurDomain(account, from) && !isOfOurDomain(account, *answered);
    return isOwn(account, from) || isRobotAddress(from.address) || isSiteOrGroup ? answered : nullptr;
}

InboundSender senderFrom(const MailAddress &address, bool verified)
{
    return {.address = address.address, .shown = address.shown, .name = address.name, .verified = verified};
}

/// A group has the name of who wrote beside its own: `'Anna' via Info`.
InboundSender senderBehind(const MailAddress &customer, const MailAddress &from)
{
    InboundSender sender = senderFrom(customer, false);
    if (const std::size_t via = from.name.find(" via "); sender.name.empty() && via != std::string::npos) {
        sender.name = from.name.substr(0, via);
        std::erase(sender.name, '\'');
    }
    return sender;
}

/// @p isKept: the mail lies where only we can put one, whatever it has for Reply-To.
InboundSender senderOf(const ParsedMail &mail, const MailAccount &account, bool isEcho, bool isKept)
{
    if (isEcho) {
        for (const auto *list : {&mail.to, &mail.cc}) {
            if (const MailAddress *to = firstForeign(*list, account))
                return senderFrom(*to, false);
        }
    }
    if (const MailAddress *customer = isKept ? nullptr : customerOfForm(mail, account))
        return senderBehind(*customer, mail.from.front());
    for (const auto *list : {&mail.from, &mail.sender, &mail.replyTo}) {
        if (list->empty())
            continue;
        const SenderProof proof = list == &mail.from ? senderProof(mail, account.server) : SenderProof::Unknown;
        const bool isProven = isKept ? list == &mail.from && proof != SenderProof::Failed : proof == SenderProof::Proven;
        InboundSender sender = senderFrom(list->front(), isProven && !isOwn(account, list->front()));
        sender.disproved = !isKept && proof == SenderProof::Failed;
        return sender;
    }
    if (const std::string path = text::normaliseAddress(mail.header("return-path")); !path.empty())
        return {.address = path, .shown = path};
    return {.address = std::string(nobody), .shown = ""};
}

std::string joined(const std::vector<MailAddress> &addresses)
{
    std::string out;
    for (const MailAddress &address : addresses) {
        out += out.empty() ? "" : ", ";
        if (address.name.empty()) {
            out += address.shown;
        } else {
            out += address.name;
            out += " <";
            out += address.shown;
            out += '>';
        }
    }
    return out;
}

/// What a reply to @p mail carries on (RFC 5322, 3.6.4), parted by blanks; of a long thread the beginning and the end.
std::string referencesIn(const ParsedMail &mail)
{
    constexpr std::size_t mostBytes = 2000; // as much as the hub keeps of a detail
    const bool hasNone = mail.references.empty() && mail.inReplyTo.size() == 1;
    std::vector<std::string> ids = referencesForReply(hasNone ? mail.inReplyTo : mail.references, {});
    std::erase_if(ids, [](const std::string &id) { return id.size() > mostBytes / 4; });
    const auto size = [&] {
        std::size_t sum = 0;
        for (const std::string &id : ids)
            sum += id.size() + 1;
        return sum;
    };
    while (size() > mostBytes)
        ids.erase(ids.begin() + 1);
    std::string out;
    for (const std::string &id : ids)
        out += (out.empty() ? "" : " ") + id;
    return out;
}

std::map<std::string, std::string> detailsOf(const ParsedMail &mail, const MailClass &mailClass)
{
    std::map<std::string, std::string> details;
    const auto set = [&](const char *key, std::string value) {
        if (!value.empty())
            details[key] = std::move(value);
    };
    set("from", joined(mail.from));
    set("to", joined(mail.to));
    set("cc", joined(mail.cc));
    set("messageId", mail.messageId);
    set("references", referencesIn(mail));
    if (!mail.replyTo.empty() && (mail.from.empty() || mail.replyTo.front().address != mail.from.front().address))
        set("replyTo", joined(mail.replyTo));
    set("date", mail.date ? toIso(*mail.date) : std::string());
    if (mailClass.kind != MailKind::Message)
        set("mailKind", name(mailClass.kind));
    if (!mailClass.autoAnswerAllowed)
        set("noAutoAnswer", "1");
    std::string defects;
    for (const std::string &defect : mail.defects)
        defects += (defects.empty() ? "" : " ") + defect;
    set("defects", std::move(defects));
    return details;
}

/// A name for what came without one, by what it is.
std::string fallbackName(const MailPart &part)
{
    static constexpr std::array<std::pair<std::string_view, std::string_view>, 10> extensions{{{"application/pdf", ".pdf"},
                                                                                               {"image/gif", ".gif"},
                                                                                               {"image/jpeg", ".jpg"},
                                                                                               {"image/png", ".png"},
                                                                                               {"image/webp", ".webp"},
                                                                                               {"message/rfc822", ".eml"},
                                                                                               {"text/calendar", ".ics"},
                                                                                               {"text/html", ".html"},
                                                                                               {"text/plain", ".txt"},
                                                                                               {"text/vcard", ".vcf"}}};
    const auto known = std::ranges::find(extensions, std::string_view(part.mediaType),
                                         &std::pair<std::string_view, std::string_view>::first);
    std::string base = part.role == MailPart::Role::Message    ? "message"
                       : part.role == MailPart::Role::Calendar ? "invitation"
                                                               : "attachment";
    return known == extensions.end() ? base : base.append(known->second);
}

std::vector<InboundAttachment> attachmentsOf(const ParsedMail &mail)
{
    std::vector<InboundAttachment> out;
    for (const MailPart &part : mail.parts) {
        if (part.role == MailPart::Role::Signature || part.role == MailPart::Role::Report)
            continue;
        out.push_back({.name = part.name.empty() ? fallbackName(part) : part.name,
                       .mediaType = part.mediaType,
                       .contentId = part.contentId,
                       .isInline = part.role == MailPart::Role::Inline,
                       .content = part.content,
                       .sizeBytes = part.sizeBytes});
    }
    return out;
}

/// The conversation a signed plus address proves, in any header that names recipients.
std::optional<std::int64_t> provenNumber(const ParsedMail &mail, const MailAccount &account)
{
    if (account.plusTagKey.empty())
        return std::nullopt;
    const auto numberOf = [&](std::string_view address) -> std::optional<std::int64_t> {
        for (const std::string &own : account.ownAddresses) {
            if (const auto number = numberOfPlusAddress(address, own, account.plusTagKey))
                return number;
        }
        return std::nullopt;
    };
    for (const auto *list : {&mail.to, &mail.cc}) {
        for (const MailAddress &address : *list) {
            if (const auto number = numberOf(address.address))
                return number;
        }
    }
    for (const ParsedMail::Header &header : mail.headers) { // a copy may come to us without us among the recipients
        if (header.name != "delivered-to" && header.name != "x-original-to" && header.name != "envelope-to")
            continue;
        if (const auto number = numberOf(header.value))
            return number;
    }
    return std::nullopt;
}

/// In a sentence, for the agent who wrote what failed.
std::string failureText(const MailReport &report)
{
    std::string out;
    for (const RecipientStatus &status : report.recipients) {
        if (status.action != "failed" || out.size() > 600)
            continue;
        std::string_view reason = status.diagnostic;
        if (const std::size_t semicolon = reason.find(';'); semicolon != std::string_view::npos && semicolon < 20)
            reason.remove_prefix(semicolon + 1); // the kind of server it quotes
        out += out.empty() ? "" : " ";
        out += status.recipient;
        out += " did not get it";
        out +=
            reason.empty() ? (status.status.empty() ? "" : ": " + status.status) : ": " + std::string(text::trimmed(reason));
        out += ".";
    }
    return out.empty() ? "The mail came back." : out;
}

/// `recipient` where everybody whom it failed for does not exist, as if their server had said so at once.
std::string problemOf(const MailReport &report)
{
    bool isGone = false;
    for (const RecipientStatus &status : report.recipients) {
        if (status.action != "failed")
            continue;
        if (!saysNoSuchAddress(status.status, status.diagnostic))
            return "bounced";
        isGone = true;
    }
    return isGone ? "recipient" : "bounced";
}

model::Delivery deliveryOf(const MailClass &mailClass, TimePoint at)
{
    using State = model::Delivery::State;
    model::Delivery delivery{.state = State::Sent, .at = at};
    switch (mailClass.kind) {
    case MailKind::Bounce:
        delivery.state = State::Failed;
        delivery.problem = problemOf(mailClass.report);
        delivery.problemText = failureText(mailClass.report);
        break;
    case MailKind::Delay:
        delivery.problem = "delayed";
        delivery.problemText = "The other mail server does not take it yet; it is being tried again.";
        break;
    case MailKind::Complaint:
        delivery.state = State::Delivered;
        delivery.problem = "complaint";
        delivery.problemText = "The recipient reported the mail as spam. Do not write to this address again.";
        break;
    case MailKind::ReadReceipt:
        delivery.state = mailClass.report.disposition == "displayed" ? State::Read : State::Delivered;
        break;
    default: delivery.state = State::Delivered;
    }
    return delivery;
}

bool isAboutOurMail(MailKind kind)
{
    return kind == MailKind::Bounce || kind == MailKind::Delay || kind == MailKind::Delivered
           || kind == MailKind::ReadReceipt || kind == MailKind::Complaint;
}

/// Names of the mail a report is about, the best first.
std::vector<std::string> aboutOf(const ParsedMail &mail, const MailReport &report)
{
    std::vector<std::string> about;
    const auto add = [&](const std::string &id) {
        if (!id.empty() && std::ranges::find(about, id) == about.end())
            about.push_back(id);
    };
    add(report.originalEnvelopeId);
    add(report.originalMessageId);
    std::ranges::for_each(answeredIds(mail.inReplyTo, mail.references), add);
    return about;
}

void makeDelivery(InboundEnvelope &envelope, const ParsedMail &mail, const MailClass &mailClass, TimePoint arrivedAt)
{
    envelope.about = aboutOf(mail, mailClass.report);
    envelope.delivery = deliveryOf(mailClass, arrivedAt);
    for (const RecipientStatus &status : mailClass.report.recipients) {
        if (status.action == "failed")
            envelope.failedFor.push_back(status.original.empty() ? status.recipient : status.original);
    }
    if (!envelope.about.empty())
        envelope.kind = InboundEnvelope::Kind::Delivery;
    else if (mailClass.kind != MailKind::Bounce && mailClass.kind != MailKind::Complaint)
        envelope.kind = InboundEnvelope::Kind::Ignored;
    // A bounce of nobody knows what is still worth an agent's eye: it stays a message, marked as a machine's.
}

/// Outlook.com gives what it sends a Message-ID of its own, which others answer, and keeps the one that we had given.
void addOwnName(std::vector<std::string> &names, const ParsedMail &mail)
{
    const std::vector<std::string> own = messageIdsIn(mail.header("x-microsoft-original-message-id"));
    if (!own.empty() && std::ranges::find(names, own.front()) == names.end())
        names.push_back(own.front());
}

} // namespace

InboundEnvelope toEnvelope(const ParsedMail &mail, const MailAccount &account, TimePoint arrivedAt, bool fromIsProven)
{
    const MailClass mailClass = classify(mail);
    const bool fromUs = !mail.from.empty() && isOwn(account, mail.from.front());
    const bool isForm = !fromIsProven && customerOfForm(mail, account);
    const bool saysEcho = fromUs && !isForm && !isAboutOurMail(mailClass.kind);
    // Not by what a header says of DMARC: where our server writes none, the topmost one is the sender's.
    const bool isEcho = saysEcho && fromIsProven;

    InboundEnvelope envelope{.account = account.id, .channel = model::Channel::Email};
    envelope.reader = kMailReader;
    envelope.kind = isEcho ? InboundEnvelope::Kind::Echo : InboundEnvelope::Kind::Message;
    envelope.externalId = mail.messageId.empty() ? mail.digest : mail.messageId + " " + mail.digest;
    if (!mail.messageId.empty())
        envelope.messageIds.push_back(mail.messageId);
    if (fromIsProven)
        addOwnName(envelope.messageIds, mail);
    envelope.sender = senderOf(mail, account, isEcho, fromIsProven);
    envelope.at = arrivedAt;
    envelope.subject = mail.subject;
    envelope.text = mail.text;
    envelope.html = mail.html;
    envelope.attachments = attachmentsOf(mail);
    envelope.automatic = mailClass.kind != MailKind::Message;
    envelope.isToMany = mailClass.kind == MailKind::List && isOfList(mail);
    envelope.claimsEcho = saysEcho && !isEcho;
    envelope.details = detailsOf(mail, mailClass);
    if (envelope.sender.disproved) {
        envelope.details["senderProof"] = "failed";
        envelope.details["noAutoAnswer"] = "1"; // it would go to whoever was named
    } else if (envelope.sender.verified && !fromIsProven) {
        envelope.details["senderProof"] = "proven";
    }
    envelope.conversationNumber = provenNumber(mail, account);
    envelope.references = answeredIds(mail.inReplyTo, mail.references);
    envelope.claimedNumber = claimedNumber(mail.subject);
    envelope.problems = mail.defects;
    envelope.raw = mail.raw;
    if (isAboutOurMail(mailClass.kind))
        makeDelivery(envelope, mail, mailClass, arrivedAt);
    return envelope;
}

} // namespace tributary::channels::email
