#pragma once

#include "core/base/result.h"

#include <gumbo.h>
#include <memory>
#include <string>
#include <string_view>

/// HTML as a browser would read it. Only for the .cpp files of this folder: it shows gumbo's types.
namespace tributary::text {

/// A parsed document and all of its memory. Reading hostile input takes bounded time, memory and stack: start tags nested
/// deeper than a mail has reason to are left out beforehand (their content stays), and a tree above 64 MiB is refused.
class HtmlTree {
public:
    /// TooLarge if the tree would be.
    static Result<HtmlTree> parse(std::string_view html);

    const GumboNode *root() const { return m_root; }

    HtmlTree(HtmlTree &&) noexcept;
    HtmlTree &operator=(HtmlTree &&) noexcept;
    ~HtmlTree();

    struct Arena;

private:
    HtmlTree();
    std::string m_source; ///< gumbo's nodes point into it.
    std::unique_ptr<Arena> m_arena;
    const GumboNode *m_root = nullptr;
};

/// Children of an element; nothing for any other node.
struct NodeRange {
    const GumboVector *vector = nullptr;
    const GumboNode *const *begin() const { return vector ? reinterpret_cast<GumboNode **>(vector->data) : nullptr; }
    const GumboNode *const *end() const { return vector ? begin() + vector->length : nullptr; }
};
NodeRange childrenOf(const GumboNode *node);

inline bool isElement(const GumboNode *node)
{
    return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
}
inline bool isText(const GumboNode *node)
{
    return node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_WHITESPACE || node->type == GUMBO_NODE_CDATA;
}
/// The tag of an HTML element; GUMBO_TAG_UNKNOWN for anything else, MathML and SVG included.
GumboTag tagOf(const GumboNode *node);
/// Empty if there is none.
std::string_view attributeOf(const GumboNode *node, const char *name);
/// The style attribute in lower case and without white space, for looking for declarations.
std::string packedStyleOf(const GumboNode *node);
/// Whether the class attribute has this word.
bool hasClass(const GumboNode *node, std::string_view word);

} // namespace tributary::text
