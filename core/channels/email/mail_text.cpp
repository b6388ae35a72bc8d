#include "core/channels/email/mail_text.h"

#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::channels::email {

std::string unflowed(std::string_view text, bool deleteSpaces)
{
    std::string out;
    out.reserve(text.size());
    int openDepth = -1; // of a paragraph whose last line ended soft; -1: none
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        const bool hasEnd = end < text.size();
        text.remove_prefix(hasEnd ? end + 1 : end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);

        int depth = 0;
        while (line.starts_with('>')) {
            line.remove_prefix(1);
            ++depth;
        }
        if (line.starts_with(' ')) // stuffed
            line.remove_prefix(1);
        const bool isSignature = line == "-- ";
        if (openDepth >= 0 && (openDepth != depth || isSignature)) {
            out += '\n'; // a soft break with nothing to join (RFC 3676, 4.5)
            openDepth = -1;
        }
        if (openDepth < 0 && depth > 0) {
            out.append(std::size_t(depth), '>');
            out += ' ';
        }
        const bool isSoft = line.ends_with(' ') && !isSignature && hasEnd;
        if (isSoft && deleteSpaces)
            line.remove_suffix(1);
        out += line;
        if (!isSoft && hasEnd)
            out += '\n';
        openDepth = isSoft ? depth : -1;
    }
    return out;
}

std::string charsetInHtml(std::string_view html)
{
    const std::string head = text::asciiLower(html.substr(0, 2048));
    for (std::size_t at = 0; (at = head.find("<meta", at)) != std::string::npos; at += 5) {
        const std::size_t end = std::min(head.find('>', at), head.size());
        const std::string_view meta = std::string_view(head).substr(at, end - at);
        std::size_t value = meta.find("charset=");
        if (value == std::string_view::npos)
            continue;
        value = meta.find_first_not_of("\"' ", value + 8);
        if (value == std::string_view::npos)
            continue;
        return std::string(meta.substr(value, meta.find_first_of("\"'; />", value) - value));
    }
    return {};
}

} // namespace tributary::channels::email
