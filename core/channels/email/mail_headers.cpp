#include "core/channels/email/mail_headers.h"

#include "core/base/digest.h"
#include "core/channels/email/gmime_support.h"
#include "core/text/email_address.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tributary::channels::email {
namespace {

constexpr std::size_t maxIdBytes = 998; // the longest line there may be
constexpr std::size_t maxIds = 1000;

void addOnce(std::vector<std::string> &ids, std::string id)
{
    if (!id.empty() && id.size() <= maxIdBytes && ids.size() < maxIds && std::ranges::find(ids, id) == ids.end())
        ids.push_back(std::move(id));
}

std::string withoutSpaces(std::string_view id)
{
    std::string out = text::scrubbed(id);
    std::erase_if(
        out, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || static_cast<unsigned char>(c) < 0x20; });
    return out;
}

void addMailboxes(std::vector<MailAddress> &out, InternetAddressList *list, std::size_t max, int depth)
{
    for (int i = 0; i < internet_address_list_length(list) && out.size() < max; ++i) {
        InternetAddress *address = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(address)) {
            InternetAddressList *members = internet_address_group_get_members(INTERNET_ADDRESS_GROUP(address));
            if (members && depth < 4)
                addMailboxes(out, members, max, depth + 1);
            continue;
        }
        const char *written = internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(address));
        const char *name = internet_address_get_name(address);
        MailAddress mailbox;
        mailbox.shown = text::plainName(written ? written : "", 320);
        mailbox.address = text::normaliseAddress(mailbox.shown);
        if (mailbox.address.empty())
            mailbox.address = text::asciiLower(mailbox.shown); // `root`: a name of the machine it came from
        mailbox.name = text::plainName(name ? name : "");
        if (mailbox.name.size() >= 2 && mailbox.name.starts_with('\'')
            && mailbox.name.ends_with('\'')) // Outlook's 'Anna Petrova'
            mailbox.name = mailbox.name.substr(1, mailbox.name.size() - 2);
        if (!mailbox.address.empty())
            out.push_back(std::move(mailbox));
    }
}

/// Years of three digits, and what programs with the same mistake write as four, count from 1900 (RFC 5322, 4.3): 102 is
/// 2002.
std::string withFullYear(std::string date)
{
    for (std::size_t at = 0; at < date.size();) {
        const std::size_t end = std::min(date.find(' ', at), date.size());
        const std::string_view word = std::string_view(date).substr(at, end - at);
        int year = 0;
        const auto [stop, problem] = std::from_chars(word.data(), word.data() + word.size(), year);
        const bool isNumber = problem == std::errc() && stop == word.data() + word.size();
        if (isNumber && (word.size() == 3 || word.size() == 4) && year >= 100 && year < 200)
            return date.replace(at, word.size(), std::to_string(1900 + year));
        at = end + 1;
    }
    return date;
}

/// Headers that mail stores and clients write into mail they keep.
bool belongsToMailbox(std::string_view line)
{
    static constexpr std::array names{"status:",           "x-status:",           "x-keywords:", "x-uid:",
                                      "x-mozilla-status:", "x-mozilla-status2:",  "x-imap:",     "x-imapbase:",
                                      "content-length:",   "x-gmail-labels:",     "x-gm-thrid:", "x-gm-msgid:",
                                      "x-mozilla-keys:",   "x-evolution-source:", "x-tuid:"};
    return std::ranges::any_of(names, [&](const char *name) { return text::startsWithIgnoringCase(line, name); });
}

} // namespace

std::vector<std::string> messageIdsIn(std::string_view value)
{
    std::vector<std::string> ids;
    for (std::size_t at = 0; (at = value.find('<', at)) != std::string_view::npos;) {
        const std::size_t end = value.find_first_of("<>", at + 1);
        if (end == std::string_view::npos)
            break;
        if (value[end] == '>')
            addOnce(ids, withoutSpaces(value.substr(at + 1, end - at - 1)));
        at = value[end] == '>' ? end + 1 : end;
    }
    if (!ids.empty())
        return ids;
    while (!value.empty()) {
        const std::size_t end = std::min(value.find_first_of(" \t\r\n,;()\"<>"), value.size());
        if (value.substr(0, end).find('@') != std::string_view::npos)
            addOnce(ids, withoutSpaces(value.substr(0, end)));
        value.remove_prefix(std::min(end + 1, value.size()));
    }
    return ids;
}

std::vector<MailAddress> addressesIn(GMimeParserOptions *options, std::string_view rawValue, std::size_t max)
{
    std::vector<MailAddress> out;
    const std::string value = relabelled(rawValue);
    const Ref<InternetAddressList> list(internet_address_list_parse(options, value.c_str()));
    if (list)
        addMailboxes(out, list.get(), max, 0);
    return out;
}

std::optional<TimePoint> dateIn(std::string_view value)
{
    constexpr std::int64_t year2200 = 7'258'118'400;
    const std::string plain = withFullYear(text::scrubbed(text::trimmed(value)));
    if (plain.empty() || plain.size() > 200)
        return std::nullopt;
    GDateTime *date = g_mime_utils_header_decode_date(plain.c_str());
    if (!date)
        return std::nullopt;
    const std::int64_t seconds = g_date_time_to_unix(date);
    g_date_time_unref(date);
    if (seconds <= 0 || seconds >= year2200)
        return std::nullopt;
    return fromMs(seconds * 1000);
}

std::string mailDigest(std::string_view raw)
{
    Sha256Stream digest;
    bool inHeaders = true, skipping = false;
    raw = raw.substr(0, raw.find_last_not_of("\r\n") + 1);
    while (!raw.empty()) {
        const std::size_t end = std::min(raw.find('\n'), raw.size());
        std::string_view line = raw.substr(0, end);
        raw.remove_prefix(std::min(end + 1, raw.size()));
        while (line.ends_with('\r'))
            line.remove_suffix(1);
        if (inHeaders) {
            const bool isFolded = line.starts_with(' ') || line.starts_with('\t');
            skipping = isFolded ? skipping : belongsToMailbox(line);
            inHeaders = !line.empty();
            if (skipping)
                continue;
        }
        digest.add(bytesOf(line));
        digest.add(bytesOf("\n"));
    }
    return toHex(digest.finish());
}

} // namespace tributary::channels::email
