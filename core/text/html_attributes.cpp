#include "core/text/html_attributes.h"

#include "core/text/html_tree.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <charconv>

namespace tributary::text {

void appendEscaped(std::string &out, char32_t point)
{
    switch (point) {
    case '&': out += "&amp;"; break;
    case '<': out += "&lt;"; break;
    case '>': out += "&gt;"; break;
    case '"': out += "&quot;"; break;
    default: appendUtf8(out, point);
    }
}

std::string escapedValue(std::string_view text)
{
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t point = nextCodePoint(text, at);
        if (point >= 0x20 && !isBidiControl(point))
            appendEscaped(out, point);
    }
    return out;
}

std::optional<int> numberOf(std::string_view value)
{
    int number = 0;
    value = trimmed(value);
    const auto [end, problem] = std::from_chars(value.data(), value.data() + value.size(), number);
    return problem == std::errc() && end != value.data() ? std::optional(number) : std::nullopt;
}

std::string commonAttributes(const GumboNode *node)
{
    std::string out;
    const std::string dir = asciiLower(attributeOf(node, "dir"));
    if (dir == "ltr" || dir == "rtl" || dir == "auto")
        out.append(" dir=\"").append(dir).append(1, '"');
    const std::string_view lang = attributeOf(node, "lang");
    const bool isTag = !lang.empty() && lang.size() <= 35 && std::ranges::all_of(lang, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    });
    if (isTag)
        out.append(" lang=\"").append(lang).append(1, '"');
    return out;
}

std::string spanAttribute(const GumboNode *node, const char *name)
{
    constexpr int most = 100;
    const auto number = numberOf(attributeOf(node, name));
    if (!number || *number <= 1)
        return {};
    return std::string(1, ' ').append(name).append("=\"").append(std::to_string(std::min(*number, most))).append(1, '"');
}

} // namespace tributary::text
