#include "core/text/html_quotes.h"

#include "core/text/html_tree.h"
#include "core/text/quote_splitter.h"
#include "core/text/utf8.h"

#include <array>

namespace tributary::text {
namespace {

/// The beginning of what an element says, at most @p max bytes, from its first few levels.
void leadingText(const GumboNode *node, std::string &out, std::size_t max, int depth)
{
    if (out.size() >= max || depth > 8)
        return;
    if (isText(node)) {
        const std::string_view text = trimmed(node->v.text.text);
        if (!text.empty()) {
            out += out.empty() || out.back() == '\n' ? "" : " ";
            out += text.substr(0, max);
        }
        return;
    }
    if (tagOf(node) == GUMBO_TAG_BR && !out.empty())
        out += '\n';
    for (const GumboNode *child : childrenOf(node))
        leadingText(child, out, max, depth + 1);
}

/// Outlook draws a line above the message it answers, and writes From, Sent, To, Subject under it.
bool isDivider(const GumboNode *element)
{
    const std::string_view id = attributeOf(element, "id");
    if (id.ends_with("divRplyFwdMsg") || id == "mail-editor-reference-message-container")
        return true;
    const GumboTag tag = tagOf(element);
    if (tag != GUMBO_TAG_DIV && tag != GUMBO_TAG_P)
        return false;
    std::string begin;
    leadingText(element, begin, 400, 0);
    if (isOriginalMessageLine(std::string_view(begin).substr(0, begin.find('\n'))))
        return true;
    return packedStyleOf(element).find("border-top:solid") != std::string::npos && beginsWithHeaderBlock(begin);
}

/// The line is often alone in a wrapper or two.
bool beginsWithDivider(const GumboNode *element, int depth)
{
    if (isDivider(element))
        return true;
    if (depth == 0 || tagOf(element) != GUMBO_TAG_DIV)
        return false;
    for (const GumboNode *child : childrenOf(element)) {
        if (isElement(child) && tagOf(child) != GUMBO_TAG_HR && tagOf(child) != GUMBO_TAG_BR)
            return beginsWithDivider(child, depth - 1);
        if (isText(child) && !trimmed(child->v.text.text).empty())
            return false;
    }
    return false;
}

} // namespace

QuoteMark quoteMarkOf(const GumboNode *element)
{
    static constexpr std::array classes{"gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote",
                                        "zmail_extra", "tutanota_quote",        "hey_quote"};
    const GumboTag tag = tagOf(element);
    if (tag == GUMBO_TAG_BLOCKQUOTE
        && (equalsIgnoringCase(attributeOf(element, "type"), "cite") || hasClass(element, "quote")))
        return QuoteMark::Whole;
    if (tag != GUMBO_TAG_DIV && tag != GUMBO_TAG_BLOCKQUOTE && tag != GUMBO_TAG_P)
        return QuoteMark::None;
    for (const char *name : classes) {
        if (hasClass(element, name))
            return QuoteMark::Whole;
    }
    if (hasClass(element, "moz-cite-prefix"))
        return QuoteMark::UntilNext;
    return beginsWithDivider(element, 2) ? QuoteMark::FromHere : QuoteMark::None;
}

} // namespace tributary::text
