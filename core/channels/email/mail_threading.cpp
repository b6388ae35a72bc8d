#include "core/channels/email/mail_threading.h"

#include "core/base/digest.h"
#include "core/text/email_address.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace tributary::channels::email {
namespace {

constexpr std::size_t signatureDigits = 16;
constexpr std::size_t maxLocalPart = 64;

struct AddressParts {
    std::string local, tag, domain; ///< `tag` without the plus.
};

std::optional<AddressParts> partsOf(std::string_view address)
{
    const std::string normal = text::normaliseAddress(address);
    const std::size_t at = normal.rfind('@');
    if (normal.empty() || at == std::string::npos)
        return std::nullopt;
    const std::size_t plus = normal.substr(0, at).find('+');
    if (plus == std::string::npos)
        return AddressParts{normal.substr(0, at), {}, normal.substr(at + 1)};
    return AddressParts{normal.substr(0, plus), normal.substr(plus + 1, at - plus - 1), normal.substr(at + 1)};
}

std::string signatureOf(std::int64_t number, const AddressParts &parts, ByteView key)
{
    std::string signedText(1, 'c');
    signedText.append(std::to_string(number)).append(1, '@').append(parts.local).append(1, '@').append(parts.domain);
    return toHex(hmacSha256(key, bytesOf(signedText))).substr(0, signatureDigits);
}

std::optional<std::int64_t> numberIn(std::string_view digits)
{
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const bool isWhole = problem == std::errc() && end == digits.data() + digits.size() && !digits.empty();
    return isWhole && number > 0 ? std::optional(number) : std::nullopt;
}

} // namespace

std::string plusAddress(std::string_view own, std::int64_t conversationNumber, ByteView key)
{
    const auto parts = partsOf(own);
    if (!parts || conversationNumber <= 0)
        return {};
    std::string local = parts->local;
    local.append("+c").append(std::to_string(conversationNumber)).append(1, '.');
    local += signatureOf(conversationNumber, *parts, key);
    return local.size() > maxLocalPart ? std::string() : local.append(1, '@').append(parts->domain);
}

std::optional<std::int64_t> numberOfPlusAddress(std::string_view address, std::string_view own, ByteView key)
{
    const auto parts = partsOf(address);
    const auto ownParts = partsOf(own);
    if (!parts || !ownParts || parts->local != ownParts->local || parts->domain != ownParts->domain)
        return std::nullopt;
    const std::string_view tag = parts->tag;
    const std::size_t dot = tag.find('.');
    if (!tag.starts_with('c') || dot == std::string_view::npos)
        return std::nullopt;
    const auto number = numberIn(tag.substr(1, dot - 1));
    if (!number)
        return std::nullopt;
    const std::string expected = signatureOf(*number, *parts, key);
    return equalInConstantTime(bytesOf(tag.substr(dot + 1)), bytesOf(expected)) ? number : std::nullopt;
}

std::string withoutPlus(std::string_view address)
{
    const auto parts = partsOf(address);
    return parts ? std::string(parts->local).append(1, '@').append(parts->domain) : std::string();
}

std::optional<std::int64_t> claimedNumber(std::string_view subject)
{
    std::optional<std::int64_t> found;
    for (std::size_t at = 0; (at = subject.find("[#", at)) != std::string_view::npos; at += 2) {
        const std::size_t end = subject.find(']', at);
        if (end == std::string_view::npos || end - at > 22)
            continue;
        if (const auto number = numberIn(subject.substr(at + 2, end - at - 2)))
            found = number;
    }
    return found;
}

std::vector<std::string> answeredIds(const std::vector<std::string> &inReplyTo, const std::vector<std::string> &references)
{
    constexpr std::size_t max = 100;
    std::vector<std::string> ids;
    const auto add = [&](const std::string &id) {
        if (ids.size() < max && std::ranges::find(ids, id) == ids.end())
            ids.push_back(id);
    };
    std::ranges::for_each(inReplyTo, add);
    std::for_each(references.rbegin(), references.rend(), add);
    return ids;
}

std::vector<std::string> referencesForReply(const std::vector<std::string> &references, std::string_view answered)
{
    constexpr std::ptrdiff_t kept = 20;
    std::vector<std::string> ids = references;
    std::erase(ids, std::string(answered));
    if (!answered.empty())
        ids.emplace_back(answered);
    if (std::ssize(ids) > kept + 1)
        ids.erase(ids.begin() + 1, ids.end() - kept);
    return ids;
}

std::string_view subjectWithoutReplyMarks(std::string_view subject)
{
    static constexpr std::array marks{"re",   "aw",    "antw", "sv",  "vs",   "odp",     "rv",   "r",   "res", "回复",
                                      "回覆", "答复",  "答覆", "ynt", "yan",  "vá",      "sz",   "atb", "rif", "bls",
                                      "απ",   "תגובה", "رد",   "отв", "відп", "trả lời", "返信", "회신"};
    while (true) {
        subject = text::trimmed(subject);
        std::size_t colon = std::min(subject.find(':'), subject.find("："));
        if (colon == std::string_view::npos || colon > 24)
            return subject;
        std::string_view mark = text::trimmed(subject.substr(0, colon));
        if (const std::size_t count = mark.find_first_of("[("); count != std::string_view::npos) // RE[2]:
            mark = text::trimmed(mark.substr(0, count));
        const std::string lower = text::asciiLower(mark);
        if (std::ranges::find(marks, std::string_view(lower)) == marks.end())
            return subject;
        subject.remove_prefix(colon + (subject[colon] == ':' ? 1 : 3));
    }
}

} // namespace tributary::channels::email
