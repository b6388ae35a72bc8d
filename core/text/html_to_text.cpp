#include "core/text/html_to_text.h"

#include "core/text/html_cleaner.h"
#include "core/text/html_tree.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <charconv>

namespace tributary::text {
namespace {

/// Writes text line by line. It knows how many line ends are wanted before the next word, so that blocks never add up to
/// holes.
class TextWriter {
public:
    void word(std::string_view words)
    {
        for (const char c : words) {
            const bool isSpace = c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
            if (isSpace && !m_inPre) {
                m_space = true;
            } else if (c == '\n') {
                newLine();
            } else {
                flush();
                m_text += c;
            }
        }
    }
    void newLine() { m_lines = std::min(m_lines + 1, 2); }
    void atLeast(int lines) { m_lines = std::max(m_lines, lines); }
    void space() { m_space = true; }
    void setPre(bool inPre) { m_inPre = inPre; }
    bool inPre() const { return m_inPre; }
    std::string take() { return std::move(m_text); }

private:
    void flush()
    {
        if (m_text.empty())
            m_lines = 0;
        else if (m_lines > 0)
            m_text.append(std::size_t(m_lines), '\n');
        else if (m_space && m_text.back() != '\n')
            m_text += ' ';
        m_lines = 0;
        m_space = false;
    }

    std::string m_text;
    int m_lines = 0;
    bool m_space = false;
    bool m_inPre = false;
};

struct ListState {
    bool ordered = false;
    int number = 1;
};

std::string prefixed(std::string_view text, std::string_view first, std::string_view rest)
{
    std::string out(first);
    for (const char c : text) {
        out += c;
        if (c == '\n')
            out += rest;
    }
    return out;
}

/// Walks a tree that cleanHtml() has made: no deeper than its limits.
class Reader {
public:
    std::string read(const GumboNode *node)
    {
        children(node);
        return m_out.take();
    }

private:
    void visit(const GumboNode *node)
    {
        if (isText(node)) {
            m_out.word(node->v.text.text);
            return;
        }
        switch (tagOf(node)) {
        case GUMBO_TAG_BR: m_out.newLine(); break;
        case GUMBO_TAG_HR: line("----------"); break;
        case GUMBO_TAG_IMG:
            if (const std::string_view alt = trimmed(attributeOf(node, "alt")); !alt.empty())
                m_out.word(std::string(1, '[').append(alt).append(1, ']'));
            break;
        case GUMBO_TAG_A: link(node); break;
        case GUMBO_TAG_UL:
        case GUMBO_TAG_OL: list(node); break;
        case GUMBO_TAG_LI: item(node); break;
        case GUMBO_TAG_BLOCKQUOTE: nested(node, "> ", "> "); break;
        case GUMBO_TAG_PRE: preformatted(node); break;
        case GUMBO_TAG_TD:
        case GUMBO_TAG_TH:
            children(node);
            m_out.space();
            break;
        case GUMBO_TAG_P:
        case GUMBO_TAG_H1:
        case GUMBO_TAG_H2:
        case GUMBO_TAG_H3:
        case GUMBO_TAG_H4:
        case GUMBO_TAG_H5:
        case GUMBO_TAG_H6: block(node, 2); break;
        case GUMBO_TAG_DIV:
        case GUMBO_TAG_TABLE:
        case GUMBO_TAG_TR: block(node, 1); break;
        default: children(node);
        }
    }

    void children(const GumboNode *node)
    {
        for (const GumboNode *child : childrenOf(node))
            visit(child);
    }

    void block(const GumboNode *node, int lines)
    {
        m_out.atLeast(lines);
        children(node);
        m_out.atLeast(lines);
    }

    void line(std::string_view text)
    {
        m_out.atLeast(1);
        m_out.word(text);
        m_out.atLeast(1);
    }

    /// Content as a text of its own, each line with a mark before it.
    void nested(const GumboNode *node, std::string_view first, std::string_view rest)
    {
        Reader inner;
        inner.m_lists = m_lists;
        const std::string text = inner.read(node);
        if (text.empty())
            return;
        m_out.atLeast(first == rest ? 2 : 1);
        const bool inPre = m_out.inPre();
        m_out.setPre(true); // it has been laid out already
        for (std::string_view left = text; !left.empty();) {
            const std::size_t end = std::min(left.find('\n'), left.size());
            m_out.word(prefixed(left.substr(0, end), left.data() == text.data() ? first : rest, {}));
            if (end < left.size())
                m_out.newLine();
            left.remove_prefix(std::min(end + 1, left.size()));
        }
        m_out.setPre(inPre);
        m_out.atLeast(first == rest ? 2 : 1);
    }

    void preformatted(const GumboNode *node)
    {
        m_out.atLeast(2);
        m_out.setPre(true);
        children(node);
        m_out.setPre(false);
        m_out.atLeast(2);
    }

    void list(const GumboNode *node)
    {
        ListState state{tagOf(node) == GUMBO_TAG_OL};
        const std::string_view start = attributeOf(node, "start");
        std::from_chars(start.data(), start.data() + start.size(), state.number);
        m_out.atLeast(m_lists.empty() ? 2 : 1);
        m_lists.push_back(state);
        children(node);
        m_lists.pop_back();
        m_out.atLeast(m_lists.empty() ? 2 : 1);
    }

    void item(const GumboNode *node)
    {
        std::string mark = "- ";
        if (!m_lists.empty() && m_lists.back().ordered)
            mark = std::to_string(m_lists.back().number++).append(". ");
        nested(node, mark, std::string(mark.size(), ' '));
    }

    void link(const GumboNode *node)
    {
        Reader inner;
        const std::string words = inner.read(node);
        std::string_view address = attributeOf(node, "href");
        m_out.word(words);
        for (const std::string_view scheme : {"mailto:", "tel:"}) {
            if (address.starts_with(scheme))
                address.remove_prefix(scheme.size());
        }
        std::string_view bare = address; // the words often are the address without its scheme
        if (const std::size_t slashes = bare.find("://"); slashes != std::string_view::npos)
            bare.remove_prefix(slashes + 3);
        if (bare.ends_with('/'))
            bare.remove_suffix(1);
        if (address.empty() || words.find(bare) != std::string::npos)
            return;
        std::string shown = words.empty() ? "<" : " <";
        shown += address;
        shown += '>';
        m_out.word(shown);
    }

    TextWriter m_out;
    std::vector<ListState> m_lists;
};

} // namespace

std::string htmlToText(std::string_view html)
{
    const std::string clean = cleanHtml(html).html;
    const Result<HtmlTree> tree = HtmlTree::parse(clean);
    return tree ? std::string(trimmed(Reader().read(tree->root()))) : std::string();
}

} // namespace tributary::text
