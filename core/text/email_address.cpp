#include "core/text/email_address.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <glib.h>
#include <memory>

namespace tributary::text {
namespace {

using GText = std::unique_ptr<gchar, decltype(&g_free)>;

bool isAscii(std::string_view text)
{
    return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// Lower case and normal form C; @p valid is valid UTF-8 without NUL.
std::string folded(std::string_view valid)
{
    if (isAscii(valid)) // as most are
        return asciiLower(valid);
    const GText lower(g_utf8_strdown(valid.data(), gssize(valid.size())), g_free);
    const GText normal(g_utf8_normalize(lower.get(), -1, G_NORMALIZE_DEFAULT_COMPOSE), g_free);
    return normal ? normal.get() : lower.get();
}

bool isAddressText(std::string_view text)
{
    for (std::size_t at = 0; at < text.size();) {
        const char32_t point = nextCodePoint(text, at);
        if (point <= ' ' || point == '<' || point == '>' || point == ',' || point == 0x7F || g_unichar_isspace(point)
            || isBidiControl(point) || point == replacementCharacter)
            return false;
    }
    return true;
}

} // namespace

std::string normaliseAddress(std::string_view address)
{
    address = trimmed(address);
    if (address.starts_with('<') && address.ends_with('>') && address.size() >= 2)
        address = trimmed(address.substr(1, address.size() - 2));
    if (startsWithIgnoringCase(address, "mailto:"))
        address.remove_prefix(7);
    if (address.size() > 320 || !isValidUtf8(address) || !isAddressText(address))
        return {};
    const std::size_t at = address.rfind('@');
    if (at == std::string_view::npos || at == 0)
        return {};
    std::string domain(address.substr(at + 1));
    while (domain.ends_with('.'))
        domain.pop_back();
    if (domain.empty())
        return {};
    if (!isAscii(domain) || asciiLower(domain).find("xn--") != std::string::npos) {
        if (const GText unicode(g_hostname_to_unicode(domain.c_str()), g_free); unicode)
            domain = unicode.get();
    }
    return folded(address.substr(0, at)) + '@' + folded(domain);
}

} // namespace tributary::text
