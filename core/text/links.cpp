#include "core/text/links.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <glib.h>
#include <memory>

namespace tributary::text {
namespace {

constexpr std::size_t maxLink = 8192;

bool isAlnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// Percent-encodes what RFC 3986 does not allow, and quotes and apostrophes.
std::string encoded(std::string_view part)
{
    static constexpr std::string_view allowed = "-._~:/?#[]@!$&()*+,;=%";
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : part) {
        if (isAlnum(c) || allowed.find(c) != std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += digits[static_cast<unsigned char>(c) >> 4];
            out += digits[static_cast<unsigned char>(c) & 15];
        }
    }
    return out;
}

/// Browsers leave out tabs and line ends wherever they stand in an address, and white space around it.
std::string withoutBreaks(std::string_view address)
{
    std::string out;
    for (std::size_t at = 0; at < address.size();) {
        const char32_t point = nextCodePoint(address, at);
        if (point != '\t' && point != '\n' && point != '\r' && point != 0 && !isBidiControl(point))
            appendUtf8(out, point);
    }
    return std::string(trimmed(out));
}

bool isNumber(std::string_view digits, std::size_t maxDigits)
{
    return digits.size() <= maxDigits && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
}

/// The host in ASCII and lower case, with its port; empty if it is none.
std::string asciiAuthority(std::string_view authority)
{
    if (const std::size_t at = authority.rfind('@'); at != std::string_view::npos)
        authority.remove_prefix(at + 1); // https://shop.example@evil.example/ leads to evil.example
    std::string_view port;
    if (authority.starts_with('[')) { // IPv6
        const std::size_t end = authority.find(']');
        if (end == std::string_view::npos
            || authority.substr(1, end - 1).find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos)
            return {};
        port = authority.substr(end + 1);
        authority = authority.substr(0, end + 1);
    } else if (const std::size_t colon = authority.find(':'); colon != std::string_view::npos) {
        port = authority.substr(colon);
        authority = authority.substr(0, colon);
    }
    if (!port.empty() && (port.front() != ':' || !isNumber(port.substr(1), 5)))
        return {};
    if (authority.empty() || authority.size() > 255)
        return {};
    std::string host(authority);
    if (!authority.starts_with('[')) {
        const std::unique_ptr<gchar, decltype(&g_free)> ascii(g_hostname_to_ascii(host.c_str()), g_free);
        if (!ascii)
            return {};
        host = ascii.get();
        if (!std::ranges::all_of(host, [](char c) { return isAlnum(c) || c == '-' || c == '.' || c == '_'; }))
            return {};
    }
    return asciiLower(host) + (port.size() > 1 ? std::string(port) : std::string());
}

std::optional<std::string> safeWebLink(std::string_view scheme, std::string rest)
{
    std::size_t slashes = 0; // browsers take any number of slashes of either kind
    while (slashes < rest.size() && (rest[slashes] == '/' || rest[slashes] == '\\'))
        ++slashes;
    if (slashes == 0)
        return std::nullopt;
    rest.erase(0, slashes);
    const std::size_t end = std::min(rest.find_first_of("/\\?#"), rest.size());
    const std::string authority = asciiAuthority(std::string_view(rest).substr(0, end));
    if (authority.empty())
        return std::nullopt;
    std::string path = rest.substr(end);
    std::replace(path.begin(), path.begin() + std::ptrdiff_t(std::min(path.find_first_of("?#"), path.size())), '\\', '/');
    if (path.empty() || path.front() != '/')
        path.insert(path.begin(), '/');
    return std::string(scheme) + "://" + authority + encoded(path);
}

std::optional<std::string> safePhoneLink(std::string_view rest)
{
    std::string number;
    for (const char c : rest) {
        if ((c >= '0' && c <= '9') || (c == '+' && number.empty()) || c == '*' || c == '#')
            number += c;
        else if (c == ';' || c == '?')
            break; // parameters (RFC 3966) tell a person nothing
    }
    return number.empty() ? std::nullopt : std::optional("tel:" + encoded(number));
}

bool isWordBefore(std::string_view text, std::size_t at)
{
    return at > 0 && (isAlnum(text[at - 1]) || static_cast<unsigned char>(text[at - 1]) >= 0x80);
}

/// Where a web address that begins at @p begin ends: white space and some signs end it, and punctuation at its end is the
/// sentence's.
std::size_t webAddressEnd(std::string_view text, std::size_t begin)
{
    std::size_t end = begin;
    while (end < text.size()) {
        std::size_t next = end;
        const char32_t point = nextCodePoint(text, next);
        if (point <= ' ' || point == '<' || point == '>' || point == '"' || point == '`' || point == 0x3000
            || point == 0x3001 || point == 0x3002 || point == 0xFF0C || point == 0xFF09 || point == 0xFF1F || point == 0x00A0
            || isBidiControl(point))
            break;
        end = next;
    }
    while (end > begin) {
        const char last = text[end - 1];
        const std::string_view found = text.substr(begin, end - begin);
        const bool unopened = last == ')' && std::ranges::count(found, ')') > std::ranges::count(found, '(');
        if (std::string_view(".,;:!?'*_]").find(last) == std::string_view::npos && !unopened)
            break;
        --end;
    }
    return end;
}

bool isLocalPart(char c)
{
    return isAlnum(c) || std::string_view("!#$%&'*+-/=?^_{|}~.").find(c) != std::string_view::npos;
}

/// A mail address around the `@` at @p at.
std::optional<FoundLink> mailAddressAround(std::string_view text, std::size_t at, std::size_t from)
{
    std::size_t begin = at;
    while (begin > from && at - begin < 64 && isLocalPart(text[begin - 1]))
        --begin;
    while (begin < at && !isAlnum(text[begin]))
        ++begin;
    std::size_t end = at + 1;
    while (end < text.size() && end - at < 255 && (isAlnum(text[end]) || text[end] == '-' || text[end] == '.'))
        ++end;
    while (end > at && !isAlnum(text[end - 1]))
        --end;
    const std::string_view domain = text.substr(std::min(at + 1, end), end > at ? end - at - 1 : 0);
    if (begin == at || domain.find('.') == std::string_view::npos || domain.front() == '.')
        return std::nullopt;
    auto link = safeLink("mailto:" + std::string(text.substr(begin, end - begin)));
    return link ? std::optional(FoundLink{begin, end - begin, std::move(*link)}) : std::nullopt;
}

} // namespace

std::optional<std::string> safeLink(std::string_view address)
{
    if (address.size() > maxLink)
        return std::nullopt;
    const std::string plain = withoutBreaks(address);
    const std::size_t colon = plain.find(':');
    if (colon == std::string::npos)
        return std::nullopt;
    const std::string scheme = asciiLower(std::string_view(plain).substr(0, colon));
    std::string rest = plain.substr(colon + 1);
    if (scheme == "http" || scheme == "https")
        return safeWebLink(scheme, std::move(rest));
    if (scheme == "mailto" && rest.find('@') != std::string::npos)
        return "mailto:" + encoded(rest);
    if (scheme == "tel")
        return safePhoneLink(rest);
    return std::nullopt;
}

std::string linkHost(std::string_view link)
{
    const std::size_t begin = link.find("://");
    if (begin == std::string_view::npos)
        return {};
    link.remove_prefix(begin + 3);
    std::string_view host = link.substr(0, link.find_first_of("/?#"));
    if (const std::size_t colon = host.rfind(':'); colon != std::string_view::npos && !host.ends_with(']'))
        host = host.substr(0, colon);
    return std::string(host);
}

std::vector<FoundLink> findLinks(std::string_view text)
{
    std::vector<FoundLink> found;
    std::size_t from = 0; // behind the last one
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c == '@') {
            if (auto link = mailAddressAround(text, at, from)) {
                at = from = link->begin + link->size;
                found.push_back(std::move(*link));
                --at;
            }
            continue;
        }
        if ((c != 'h' && c != 'H' && c != 'w' && c != 'W') || isWordBefore(text, at))
            continue;
        const std::string_view rest = text.substr(at);
        const bool bare = startsWithIgnoringCase(rest, "www.");
        if (!bare && !startsWithIgnoringCase(rest, "http://") && !startsWithIgnoringCase(rest, "https://"))
            continue;
        const std::size_t end = webAddressEnd(text, at);
        const std::string address(text.substr(at, end - at));
        if (auto link = safeLink(bare ? "https://" + address : address);
            link && linkHost(*link).find_first_of(".:") != std::string::npos) {
            found.push_back({at, end - at, std::move(*link)});
            from = end;
            at = end - 1;
        }
    }
    return found;
}

} // namespace tributary::text
