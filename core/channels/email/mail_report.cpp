#include "core/channels/email/mail_report.h"

#include "core/channels/email/mail_headers.h"
#include "core/text/email_address.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>

namespace tributary::channels::email {
namespace {

constexpr std::size_t maxRecipients = 200;
constexpr std::size_t maxFields = 2000; ///< Of a whole report.

struct Field {
    std::string name; ///< Lower case.
    std::string value;
};
using FieldGroup = std::vector<Field>;

/// Groups of header fields with blank lines between them.
std::vector<FieldGroup> fieldGroups(std::string_view content)
{
    std::vector<FieldGroup> groups(1);
    std::size_t fields = 0, folds = 0;
    while (!content.empty() && groups.size() <= maxRecipients && fields < maxFields && folds < maxFields) {
        const std::size_t end = std::min(content.find('\n'), content.size());
        std::string_view line = content.substr(0, end);
        content.remove_prefix(std::min(end + 1, content.size()));
        const bool isFolded = line.starts_with(' ') || line.starts_with('\t');
        line = text::trimmed(line);
        if (line.empty()) {
            if (!groups.back().empty())
                groups.emplace_back();
        } else if (isFolded && !groups.back().empty()) {
            ++folds;
            groups.back().back().value += ' ';
            groups.back().back().value += text::plainName(line, 1000);
        } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
            ++fields;
            groups.back().push_back(
                {text::asciiLower(text::trimmed(line.substr(0, colon))), text::plainName(line.substr(colon + 1), 1000)});
        }
    }
    return groups;
}

std::string_view valueOf(const FieldGroup &group, std::string_view name)
{
    const auto field = std::ranges::find(group, name, &Field::name);
    return field == group.end() ? std::string_view() : std::string_view(field->value);
}

/// `rfc822; anna@customer.test` without the type of address.
std::string addressOf(std::string_view value)
{
    if (const std::size_t semicolon = value.find(';'); semicolon != std::string_view::npos)
        value.remove_prefix(semicolon + 1);
    std::string address = text::normaliseAddress(value);
    return address.empty() ? text::plainName(value, 320) : address;
}

void setOnce(std::string &field, std::string_view value)
{
    if (field.empty())
        field = value;
}

/// The first `5.1.1` in a text; else the first `550` as itself.
std::string statusIn(std::string_view text)
{
    for (std::size_t at = 0; at + 5 <= text.size(); ++at) {
        const bool begins = (text[at] == '4' || text[at] == '5')
                            && (at == 0 || std::string_view(" #(-:;\n").find(text[at - 1]) != std::string_view::npos);
        if (!begins || text[at + 1] != '.')
            continue;
        const std::size_t end = std::min(text.find_first_not_of("0123456789.", at), text.size());
        std::string_view status = text.substr(at, end - at);
        while (status.ends_with('.'))
            status.remove_suffix(1);
        if (std::ranges::count(status, '.') == 2)
            return std::string(status);
    }
    return {};
}

/// `<nobody@customer.test>:` at the beginning of a line, and the lines below it up to a blank one.
void readAddressParagraphs(std::string_view text, MailReport &report)
{
    while (!text.empty() && report.recipients.size() < maxRecipients) {
        const std::size_t end = std::min(text.find("\n\n"), text.size());
        const std::string_view paragraph = text::trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 2, text.size()));
        if (!paragraph.starts_with('<'))
            continue;
        const std::size_t close = paragraph.find('>');
        const std::string address =
            close == std::string_view::npos ? std::string() : text::normaliseAddress(paragraph.substr(0, close + 1));
        if (address.empty())
            continue;
        report.recipients.push_back({address, "failed", statusIn(paragraph),
                                     text::plainName(paragraph.substr(std::min(close + 2, paragraph.size())), 500)});
    }
}

/// The Message-ID in a copy of our mail below such a text.
void readCopyBelow(std::string_view text, MailReport &report)
{
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size());
        const std::string_view line = text.substr(at, end - at);
        if (text::startsWithIgnoringCase(line, "message-id:")) {
            if (const auto ids = messageIdsIn(line.substr(11)); !ids.empty())
                setOnce(report.originalMessageId, ids.front());
            return;
        }
        at = end + 1;
    }
}

} // namespace

void readDeliveryStatus(std::string_view content, MailReport &report)
{
    for (const FieldGroup &group : fieldGroups(content)) {
        setOnce(report.originalEnvelopeId, valueOf(group, "original-envelope-id"));
        const std::string_view recipient = valueOf(group, "final-recipient");
        const std::string_view original = valueOf(group, "original-recipient");
        if ((recipient.empty() && original.empty()) || report.recipients.size() >= maxRecipients)
            continue;
        std::string action = text::asciiLower(valueOf(group, "action"));
        action = action.substr(0, action.find_first_of(" ;("));
        std::string_view status = valueOf(group, "status");
        status = status.substr(0, status.find_first_of(" ("));
        report.recipients.push_back({addressOf(recipient.empty() ? original : recipient), action, std::string(status),
                                     std::string(valueOf(group, "diagnostic-code")),
                                     original.empty() ? std::string() : addressOf(original)});
    }
}

void readDisposition(std::string_view content, MailReport &report)
{
    for (const FieldGroup &group : fieldGroups(content)) {
        if (const auto ids = messageIdsIn(valueOf(group, "original-message-id")); !ids.empty())
            setOnce(report.originalMessageId, ids.front());
        std::string_view disposition = valueOf(group, "disposition");
        if (const std::size_t semicolon = disposition.find(';'); semicolon != std::string_view::npos)
            disposition.remove_prefix(semicolon + 1);
        disposition = text::trimmed(disposition);
        setOnce(report.disposition, text::asciiLower(disposition.substr(0, disposition.find_first_of("/ ,"))));
    }
}

void readFeedback(std::string_view content, MailReport &report)
{
    for (const FieldGroup &group : fieldGroups(content)) {
        setOnce(report.feedbackType, text::asciiLower(valueOf(group, "feedback-type")));
        setOnce(report.originalEnvelopeId, valueOf(group, "original-envelope-id"));
        const std::string_view recipient = valueOf(group, "original-rcpt-to");
        if (!recipient.empty() && report.recipients.size() < maxRecipients)
            report.recipients.push_back({addressOf(recipient), "complained", {}, {}, {}});
    }
}

void readReturnedHeaders(std::string_view content, MailReport &report)
{
    const auto groups = fieldGroups(content.substr(0, 256 * 1024));
    const auto first = std::ranges::find_if(groups, [](const FieldGroup &group) { return !group.empty(); });
    if (first == groups.end())
        return;
    if (const auto ids = messageIdsIn(valueOf(*first, "message-id")); !ids.empty())
        setOnce(report.originalMessageId, ids.front());
}

bool readTextBounce(std::string_view text, std::string_view failedRecipientsHeader, MailReport &report)
{
    static constexpr std::array beginnings{
        "Hi. This is the qmail-send program",                                // qmail and its children
        "This message was created automatically by mail delivery software",  // Exim
        "I'm afraid I wasn't able to deliver your message",                  // qmail variants
        "Delivery has failed to these recipients",                           // Exchange
        "Your message did not reach some or all of the intended recipients", // old Exchange
        "This is an automatically generated Delivery Status Notification",   // IIS SMTP
        "The following message to <",                                        // Postfix-like appliances
        "The original message was received at",                              // sendmail
    };
    const std::string_view head = text::trimmed(text).substr(0, 400);
    const bool isKnown =
        std::ranges::any_of(beginnings, [&](const char *begin) { return head.find(begin) != std::string_view::npos; });
    if (!isKnown && failedRecipientsHeader.empty())
        return false;
    while (!failedRecipientsHeader.empty() && report.recipients.size() < maxRecipients) { // X-Failed-Recipients: a@b, c@d
        const std::size_t end = std::min(failedRecipientsHeader.find(','), failedRecipientsHeader.size());
        if (const std::string address = text::normaliseAddress(failedRecipientsHeader.substr(0, end)); !address.empty())
            report.recipients.push_back({address, "failed", statusIn(text), {}, {}});
        failedRecipientsHeader.remove_prefix(std::min(end + 1, failedRecipientsHeader.size()));
    }
    if (report.recipients.empty())
        readAddressParagraphs(text, report);
    readCopyBelow(text, report);
    return true;
}

} // namespace tributary::channels::email
