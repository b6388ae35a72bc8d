#include "core/channels/webchat/text_rules.h"

#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::channels::webchat {

std::size_t characterCount(std::string_view text)
{
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size(); ++count)
        text::nextCodePoint(text, at);
    return count;
}

std::string cleanText(std::string_view text, std::size_t mostCharacters)
{
    std::string clean = text::scrubbedLines(text);
    std::size_t end = 0;
    for (std::size_t count = 0; count < mostCharacters && end < clean.size(); ++count)
        text::nextCodePoint(clean, end);
    clean.resize(end);
    return clean;
}

bool isBlank(std::string_view text)
{
    const auto isInvisible = [](char32_t point) {
        constexpr std::u32string_view invisible = U"\u0085\u00A0\u1680\u2028\u2029\u202F\u205F\u3000\u200B\u2060\uFEFF";
        return point <= U' ' || (point >= U'\u2000' && point <= U'\u200A') || text::isBidiControl(point)
               || invisible.find(point) != std::u32string_view::npos;
    };
    for (std::size_t at = 0; at < text.size();) {
        if (!isInvisible(text::nextCodePoint(text, at)))
            return false;
    }
    return true;
}

} // namespace tributary::channels::webchat
