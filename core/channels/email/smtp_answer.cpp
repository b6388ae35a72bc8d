#include "core/channels/email/smtp_answer.h"

#include "core/channels/email/mail_error.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

namespace tributary::channels::email {
namespace {

using Kind = SendOutcome::Kind;

constexpr std::chrono::hours kAfterLimit{2}; ///< Limits are of a day, but a sliding one.

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

/// The enhanced status at the start of @p text (RFC 2034, 4), which is cut off; empty if there is none.
std::string takeStatus(std::string_view &text)
{
    std::size_t end = 0;
    while (end < text.size() && (isDigit(text[end]) || text[end] == '.'))
        ++end;
    const std::string_view status = text.substr(0, end);
    if (std::count(status.begin(), status.end(), '.') != 2 || status.size() < 5 || status[1] != '.')
        return {};
    text.remove_prefix(end);
    while (text.starts_with(' '))
        text.remove_prefix(1);
    return std::string(status);
}

/// "... in 300 seconds", as greylisting servers say.
std::optional<std::chrono::seconds> namedDelay(const std::string &text)
{
    const auto word = text.find(" second");
    if (word == text.npos || word == 0)
        return std::nullopt;
    std::size_t from = word;
    while (from > 0 && isDigit(text[from - 1]))
        --from;
    int seconds = 0;
    if (from == word || std::from_chars(text.data() + from, text.data() + word, seconds).ec != std::errc())
        return std::nullopt;
    return std::chrono::seconds(std::clamp(seconds, 1, 86'400));
}

SendOutcome failed(const char *problem, const char *sentence, const SmtpAnswer &answer)
{
    return {
        .kind = Kind::Failed, .problem = problem, .problemText = std::string(sentence) + " The server said: " + answer.text};
}

} // namespace

SmtpAnswer smtpAnswerOf(const std::vector<std::string> &lines)
{
    SmtpAnswer answer;
    std::string text;
    for (const std::string &line : lines) {
        int code = 0;
        if (line.size() < 3 || std::from_chars(line.data(), line.data() + 3, code).ptr != line.data() + 3)
            return {};
        if (answer.code != 0 && code != answer.code)
            return {};
        answer.code = code;
        std::string_view rest = std::string_view(line).substr(std::min<std::size_t>(4, line.size()));
        if (std::string status = takeStatus(rest); !status.empty())
            answer.status = std::move(status);
        if (!text.empty())
            text += ' ';
        text += rest;
    }
    answer.text = oneLine(text);
    return answer;
}

SendOutcome outcomeOf(const SmtpAnswer &answer, SmtpStage stage)
{
    const int code = answer.code;
    // `3.4`, whatever the class; in full, because some servers' details have three digits (Exchange: `2.252`).
    const std::string_view detail = std::string_view(answer.status).substr(std::min<std::size_t>(2, answer.status.size()));
    if (answer.isPositive())
        return {};
    if (code == 530 || code == 534 || code == 535 || code == 538)
        return {.kind = Kind::Reauthorise,
                .problem = "auth",
                .problemText = "The mail server does not accept the sign-in. It said: " + answer.text};
    if (code < 500 || stage == SmtpStage::Session)
        return {.kind = Kind::Retry,
                .problem = "temporary",
                .problemText = "The mail server asks to try again later. It said: " + answer.text,
                .retryAfter = namedDelay(answer.text)};
    if (detail == "4.5" || detail == "1.90") // Gmail and Exchange: so many mails a day, and no more
        return {.kind = Kind::Retry,
                .problem = "limit",
                .problemText = "The account may not send more mail today. The mail server said: " + answer.text,
                .retryAfter = kAfterLimit};
    if (detail == "2.252") // Exchange: SendAsDenied
        return failed("config", "This mailbox may not send from that address.", answer);
    const bool isPlain552 = code == 552 && detail.empty(); // "exceeded storage allocation" (RFC 5321, 4.2.2): whose?
    if (detail == "2.2" || (isPlain552 && stage == SmtpStage::Recipient))
        return failed("mailbox-full", "The recipient's mailbox is full.", answer);
    if (isPlain552 || detail == "3.4" || detail == "2.3")
        return failed("too-large", "The mail is too large for the server. Send a link instead of the attachment.", answer);
    if (stage == SmtpStage::Sender)
        return failed("config", "This account may not send from this address.", answer);
    if (detail.starts_with("7."))
        return failed("policy", "The mail was refused by the receiving side's rules.", answer);
    if (stage != SmtpStage::Recipient)
        return failed("policy", "The mail was refused.", answer);
    return saysNoSuchAddress(answer.status, answer.text)
               ? failed("recipient", "The address does not take mail.", answer)
               : failed("policy", "The mail was refused for this address.", answer);
}

bool saysNoSuchAddress(std::string_view status, std::string_view words)
{
    // Not 5.1.7 and 5.1.8, which are about the sender's.
    static constexpr std::array<std::string_view, 6> details{"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"};
    const std::string said = text::asciiLower(words);
    if (status == "5.2.1" && said.find("at a rate") != std::string::npos) // Gmail: so many mails at once, and no more
        return false;
    if (!status.empty() && status != "5.0.0")
        return std::ranges::count(details, status) > 0;
    static constexpr std::array<std::string_view, 11> phrases{
        "no such user", "no such mailbox",   "no such recipient", "no such address", "no mailbox here", "user unknown",
        "unknown user", "mailbox not found", "user not found",    "does not exist",  "doesn't exist"};
    return std::ranges::any_of(phrases, [&](std::string_view phrase) { return said.find(phrase) != std::string::npos; });
}

} // namespace tributary::channels::email
