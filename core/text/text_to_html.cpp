#include "core/text/html_to_text.h"
#include "core/text/links.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::text {
namespace {

/// One line, links made clickable, indentation kept.
std::string lineToHtml(std::string_view line)
{
    std::string out;
    while (line.starts_with(' ')) {
        out += "\u00A0";
        line.remove_prefix(1);
    }
    std::size_t done = 0;
    for (const FoundLink &link : findLinks(line)) {
        out += escapeHtml(line.substr(done, link.begin - done));
        out += "<a href=\"" + escapeHtml(link.link) + "\">" + escapeHtml(line.substr(link.begin, link.size)) + "</a>";
        done = link.begin + link.size;
    }
    return out + escapeHtml(line.substr(done));
}

/// How deep a line is quoted, and the line without its marks.
int takeQuoteMarks(std::string_view &line)
{
    constexpr int deepest = 10;
    int depth = 0;
    while (depth < deepest && line.starts_with('>')) {
        line.remove_prefix(1);
        if (line.starts_with(' '))
            line.remove_prefix(1);
        ++depth;
    }
    return depth;
}

} // namespace

std::string textToHtml(std::string_view text)
{
    const std::string plain = scrubbedLines(text);
    std::string out;
    int depth = 0;
    bool inParagraph = false;
    const auto endParagraph = [&] {
        out += inParagraph ? "</p>" : "";
        inParagraph = false;
    };
    for (std::string_view left = trimmed(plain); !left.empty();) {
        const std::size_t end = std::min(left.find('\n'), left.size());
        std::string_view line = left.substr(0, end);
        left.remove_prefix(std::min(end + 1, left.size()));

        const int wanted = takeQuoteMarks(line);
        if (wanted != depth)
            endParagraph();
        for (; depth < wanted; ++depth)
            out += "<blockquote>";
        for (; depth > wanted; --depth)
            out += "</blockquote>";
        if (trimmed(line).empty()) {
            endParagraph();
            continue;
        }
        out += inParagraph ? "<br/>" : "<p dir=\"auto\">";
        inParagraph = true;
        out += lineToHtml(line);
    }
    endParagraph();
    for (; depth > 0; --depth)
        out += "</blockquote>";
    return out;
}

std::string escapeHtml(std::string_view text)
{
    std::string out;
    out.reserve(text.size() + text.size() / 16);
    for (const char c : text) {
        switch (c) {
        case '&': out += "&amp;"; break;
        case '<': out += "&lt;"; break;
        case '>': out += "&gt;"; break;
        case '"': out += "&quot;"; break;
        default: out += c;
        }
    }
    return out;
}

} // namespace tributary::text
