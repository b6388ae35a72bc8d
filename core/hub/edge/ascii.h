#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace tributary::edge {

constexpr char lowerAscii(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c + 32) : c;
}

constexpr bool equalNoCase(std::string_view a, std::string_view b)
{
    return std::ranges::equal(a, b, {}, lowerAscii, lowerAscii);
}

/// Without spaces and tabs around it.
constexpr std::string_view trimmed(std::string_view text)
{
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

constexpr int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Whether @p text is well-formed UTF-8 (RFC 3629: no overlong form, surrogate or value beyond U+10FFFF).
bool isUtf8(std::string_view text);

} // namespace tributary::edge
