#include "core/text/html_cleaner.h"

#include "core/text/html_attributes.h"
#include "core/text/html_elements.h"
#include "core/text/html_quotes.h"
#include "core/text/html_tree.h"
#include "core/text/links.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <cstring>

namespace tributary::text {
namespace {

/// Deeper than any tree HtmlTree lets through has reason to be; keeps the stack bounded whatever it does.
constexpr int maxRecursion = 1500;

/// Text that is there for machines alone: preview lines of newsletters, tracking. Not what is hidden from Outlook only
/// (`mso-hide:all`): so are the buttons that everybody else sees.
bool isHidden(const GumboNode *element)
{
    const std::string style = packedStyleOf(element);
    return style.find("display:none") != std::string::npos || style.find("visibility:hidden") != std::string::npos;
}

/// Writes the safe subset while walking a foreign tree.
class Cleaner {
public:
    explicit Cleaner(const HtmlLimits &limits)
        : m_limits(limits)
    {
    }

    CleanHtml clean(const GumboNode *root)
    {
        visit(root, 0);
        trimEnd();
        return std::move(m_result);
    }

private:
    // What an element stands in.
    struct Place {
        int depth = 0; ///< Of written elements.
        int tables = 0;
        int lists = 0;
        bool inPre = false;
        bool inLink = false;
        bool flatTable = false; ///< Tables lose their tags.
    };

    bool isFull() const { return m_result.html.size() >= m_limits.maxOutputBytes; }

    void visit(const GumboNode *node, int recursion)
    {
        if (isText(node))
            writeText(node->v.text.text);
        else if (isElement(node))
            visitElement(node, recursion);
        else
            visitChildren(node, recursion);
    }

    void visitChildren(const GumboNode *node, int recursion)
    {
        if (recursion >= maxRecursion) {
            m_result.isTruncated = true;
            return;
        }
        bool inQuote = false, untilBlockquote = false;
        for (const GumboNode *child : childrenOf(node)) {
            if (isFull()) {
                m_result.isTruncated = true;
                break;
            }
            const QuoteMark mark = m_inQuote || !isElement(child) || isHidden(child) ? QuoteMark::None : quoteMarkOf(child);
            if (mark == QuoteMark::FromHere || mark == QuoteMark::UntilNext) {
                openQuote();
                inQuote = true;
                untilBlockquote = mark == QuoteMark::UntilNext;
            }
            const bool whole = mark == QuoteMark::Whole;
            if (whole)
                openQuote();
            visit(child, recursion + 1);
            const bool endsHere = untilBlockquote && tagOf(child) == GUMBO_TAG_BLOCKQUOTE;
            if (whole || (inQuote && endsHere)) {
                closeQuote();
                inQuote = inQuote && !endsHere;
            }
        }
        if (inQuote)
            closeQuote();
    }

    void openQuote()
    {
        m_result.html += "<blockquote class=\"quote\">";
        m_result.hasQuote = true;
        m_inQuote = true;
        ++m_place.depth;
        startLine();
    }

    void closeQuote()
    {
        m_result.html += "</blockquote>";
        m_inQuote = false;
        --m_place.depth;
        startLine();
    }

    void visitElement(const GumboNode *node, int recursion)
    {
        const GumboTag tag = tagOf(node);
        if (node->v.element.tag_namespace != GUMBO_NAMESPACE_HTML) // SVG, MathML
            return;
        ElementRule rule = ruleOf(tag);
        if (rule.treatment == Treatment::Drop || isHidden(node))
            return;
        if (std::strcmp(rule.name, "br") == 0 || std::strcmp(rule.name, "hr") == 0) {
            writeBreak(rule.name[0] == 'b' ? "<br/>" : "<hr/>");
            return;
        }
        if (std::strcmp(rule.name, "img") == 0) {
            writeImage(node);
            return;
        }
        const Place before = m_place;
        const std::string open = rule.treatment == Treatment::Keep ? startTag(node, tag, rule) : std::string();
        if (rule.isBlock)
            startLine();
        m_result.html += open;
        m_place.depth += open.empty() ? 0 : 1;
        m_place.inPre = m_place.inPre || std::strcmp(rule.name, "pre") == 0;
        visitChildren(node, recursion);
        if (!open.empty()) {
            m_result.html += "</";
            m_result.html += std::string_view(open).substr(1, open.find_first_of(" >") - 1);
            m_result.html += '>';
        }
        if (rule.isBlock) {
            const bool isCell = tag == GUMBO_TAG_TD || tag == GUMBO_TAG_TH;
            if (open.empty() && !isCell && m_result.html.size() > m_lineBegin)
                writeBreak("<br/>"); // a flattened line is still a line
            else if (open.empty() && isCell)
                m_result.html += ' ';
            startLine();
        }
        m_place = before;
    }

    void writeBreak(const char *element)
    {
        const bool fits = m_elements < m_limits.maxElements;
        m_result.html += fits ? element : " ";
        m_elements += fits ? 1 : 0;
        m_result.isTruncated = m_result.isTruncated || !fits;
        startLine();
    }

    /// The start tag as it is written, or nothing if only the content stays.
    std::string startTag(const GumboNode *node, GumboTag tag, ElementRule rule)
    {
        std::string name = rule.name;
        const bool isCell = name == "td" || name == "th";
        const bool isTablePart = isCell || name == "table" || name == "thead" || name == "tbody" || name == "tr";
        if (isTablePart && !enterTablePart(tag))
            return {};
        if (tag == GUMBO_TAG_CAPTION)
            return {};
        const bool isList = name == "ul" || name == "ol";
        if (name == "li" && m_place.lists == 0)
            name = "div";
        // A list needs room for its items, and a table part or an item may use the room its table or list has asked for.
        const int depthLeft = m_limits.maxDepth - m_place.depth;
        const bool fits = isList ? depthLeft >= 2 : isTablePart || depthLeft >= 1;
        if (m_elements >= m_limits.maxElements || !fits) {
            m_result.isTruncated = true;
            m_place.lists = isList ? 0 : m_place.lists;
            return {};
        }
        m_place.lists += isList ? 1 : 0;
        std::string attributes = commonAttributes(node);
        if (name == "a") {
            const auto link = m_place.inLink ? std::nullopt : safeLink(attributeOf(node, "href"));
            if (!link)
                return {};
            m_place.inLink = true;
            attributes += " href=\"" + escapedValue(*link) + '"';
        } else if (isCell) {
            attributes += spansOf(node);
        } else if (name == "ol") {
            if (const auto start = numberOf(attributeOf(node, "start")); start && *start != 1)
                attributes += " start=\"" + std::to_string(std::clamp(*start, 0, 1'000'000)) + '"';
        } else if (name == "span" && attributes.empty()) {
            return {};
        }
        ++m_elements;
        return '<' + name + attributes + '>';
    }

    /// Of all cells together they are bounded: to lay out what a few rows span each with each other takes minutes.
    std::string spansOf(const GumboNode *node)
    {
        constexpr int mostOfAll = 5'000;
        const auto of = [node](const char *name) {
            return std::clamp(numberOf(attributeOf(node, name)).value_or(1), 1, 100);
        };
        const int cells = of("colspan") * of("rowspan");
        if (cells <= 1 || m_spanned + cells > mostOfAll)
            return {};
        m_spanned += cells;
        return spanAttribute(node, "colspan") + spanAttribute(node, "rowspan");
    }

    /// Whether a table or a part of one may be written here: not nested too deep, nor below a table that was not.
    bool enterTablePart(GumboTag tag)
    {
        if (tag == GUMBO_TAG_TABLE) {
            ++m_place.tables;
            // A table that would lose its rows to a limit is better lost as a whole.
            m_place.lists = 0;
            m_place.flatTable = m_place.flatTable || m_place.tables > m_limits.maxTableDepth
                                || m_place.depth + 4 > m_limits.maxDepth || m_elements + 4 > m_limits.maxElements;
            m_result.isTruncated = m_result.isTruncated || m_place.flatTable;
        }
        return m_place.tables > 0 && !m_place.flatTable;
    }

    void writeImage(const GumboNode *node)
    {
        const auto width = numberOf(attributeOf(node, "width"));
        const auto height = numberOf(attributeOf(node, "height"));
        std::string_view source = trimmed(attributeOf(node, "src"));
        if (source.empty()) // it has been cleaned before
            source = trimmed(attributeOf(node, "data-remote-src"));
        std::string alt = escapedValue(truncated(attributeOf(node, "alt"), 500));
        std::string where;
        if (startsWithIgnoringCase(source, "cid:") && source.size() > 4 && source.size() < 1000) {
            const std::string id = plainName(source.substr(4), 500);
            where = " src=\"cid:" + escapedValue(id) + '"';
            if (std::ranges::find(m_result.contentIds, id) == m_result.contentIds.end())
                m_result.contentIds.push_back(id);
        } else if (const auto link =
                       safeLink(source.starts_with("//") ? "https:" + std::string(source) : std::string(source));
                   link && link->starts_with("http")) {
            if ((width && *width <= 2) || (height && *height <= 2)) // a counter of readers, not a picture
                return;
            where = " data-remote-src=\"" + escapedValue(*link) + '"';
            ++m_result.remoteImages;
        } else {
            if (!alt.empty())
                writeText(attributeOf(node, "alt"));
            return;
        }
        if (m_elements >= m_limits.maxElements) {
            m_result.isTruncated = true;
            return;
        }
        ++m_elements;
        m_result.html += "<img" + where + " alt=\"" + alt + '"';
        if (width && *width > 0)
            m_result.html += " width=\"" + std::to_string(std::min(*width, 2000)) + '"';
        if (height && *height > 0)
            m_result.html += " height=\"" + std::to_string(std::min(*height, 2000)) + '"';
        m_result.html += "/>";
        m_unbroken = 0;
        m_afterSpace = false;
    }

    void writeText(std::string_view text)
    {
        std::string &out = m_result.html;
        for (std::size_t at = 0; at < text.size();) {
            if (isFull()) {
                m_result.isTruncated = true;
                return;
            }
            const char32_t point = nextCodePoint(text, at);
            const bool isSpace = point == ' ' || point == '\t' || point == '\n' || point == '\r' || point == '\f';
            if (isSpace) {
                m_unbroken = 0;
                if (m_place.inPre)
                    out += point == '\n' || point == '\t' ? char(point) : ' ';
                else if (!m_afterSpace)
                    out += ' ';
                m_afterSpace = true;
                continue;
            }
            // Overrides would reorder what stands around the text, and controls are not characters of XML.
            if (point < 0x20 || (point >= 0x7F && point < 0xA0) || (point >= 0x202A && point <= 0x202E))
                continue;
            if (++m_unbroken > m_limits.maxUnbroken) {
                out += "\u200B";
                m_unbroken = 1;
            }
            appendEscaped(out, point);
            m_afterSpace = false;
        }
    }

    /// White space at the beginning of a line is not shown, and a new line is a place to break.
    void startLine()
    {
        m_unbroken = 0;
        m_afterSpace = true;
        m_lineBegin = m_result.html.size();
    }

    void trimEnd()
    {
        m_result.html.erase(m_result.html.find_last_not_of(' ') + 1);
        const bool hasText = visibleText() || m_result.html.find("<img") != std::string::npos;
        if (!hasText)
            m_result.html.clear();
    }

    bool visibleText() const
    {
        bool inTag = false;
        for (const char c : m_result.html) {
            if (c == '<')
                inTag = true;
            else if (c == '>')
                inTag = false;
            else if (!inTag && c != ' ' && c != '\n')
                return true;
        }
        return false;
    }

    const HtmlLimits &m_limits;
    CleanHtml m_result;
    Place m_place;
    std::size_t m_elements = 0;
    int m_spanned = 0; ///< Cells of tables that others span.
    std::size_t m_unbroken = 0;
    std::size_t m_lineBegin = 0;
    bool m_afterSpace = true;
    bool m_inQuote = false;
};

/// For HTML that is too much even to parse: its text, tags cut out.
std::string bareText(std::string_view html, std::size_t maxBytes)
{
    std::string out = "<p>";
    bool inTag = false;
    for (std::size_t at = 0; at < html.size() && out.size() < maxBytes;) {
        const char32_t point = nextCodePoint(html, at);
        if (point == '<')
            inTag = true;
        else if (point == '>' && inTag)
            inTag = false;
        else if (!inTag && (point >= 0x20 || point == '\n'))
            appendEscaped(out, point == '\n' ? ' ' : point);
    }
    return out + "</p>";
}

} // namespace

CleanHtml cleanHtml(std::string_view html, const HtmlLimits &limits)
{
    const std::string_view head = truncated(html, limits.maxInputBytes);
    const Result<HtmlTree> tree = HtmlTree::parse(head);
    if (!tree)
        return {.html = bareText(head, limits.maxOutputBytes), .isTruncated = true};
    CleanHtml result = Cleaner(limits).clean(tree->root());
    result.isTruncated = result.isTruncated || head.size() < html.size();
    return result;
}

} // namespace tributary::text
