#include "core/text/html_tree.h"

#include "core/text/utf8.h"

#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdlib>
#include <vector>

namespace tributary::text {

/// Where a tree's memory comes from: blocks that are freed together. gumbo takes a tree apart recursively and cannot be told
/// that memory is out; this needs no taking apart, and leaves the parser by longjmp when the limit is reached (gumbo is C
/// and holds nothing else).
struct HtmlTree::Arena {
    static constexpr std::size_t blockSize = 256 * 1024;
    static constexpr std::size_t maxBytes = 64 * 1024 * 1024;

    std::vector<void *> blocks;
    char *free = nullptr;
    std::size_t left = 0;
    std::size_t used = 0;
    std::jmp_buf outOfRoom;

    Arena() { blocks.reserve(maxBytes / blockSize * 2); } // so that push_back never throws through C
    ~Arena()
    {
        for (void *block : blocks)
            std::free(block);
    }

    static void *allocate(void *self, std::size_t size)
    {
        auto &arena = *static_cast<Arena *>(self);
        size = (size + 15) & ~std::size_t(15);
        if (size > arena.left) {
            const std::size_t room = std::max(size, blockSize);
            void *block = arena.used + room > maxBytes ? nullptr : std::malloc(room);
            if (!block)
                std::longjmp(arena.outOfRoom, 1);
            arena.blocks.push_back(block);
            arena.used += room;
            arena.free = static_cast<char *>(block);
            arena.left = room;
        }
        void *result = arena.free;
        arena.free += size;
        arena.left -= size;
        return result;
    }
    static void release(void *, void *) {}
};

namespace {

constexpr int maxNesting = 200;

/// Elements that hold nothing, or that the next one of their kind ends: they do not nest by being left open.
bool endsByItself(std::string_view name)
{
    static constexpr std::array names{"area",  "base",  "br",   "col",   "dd",     "dt",    "embed", "hr",     "img",
                                      "input", "li",    "link", "meta",  "option", "p",     "param", "source", "tbody",
                                      "td",    "tfoot", "th",   "thead", "tr",     "track", "wbr"};
    return std::ranges::binary_search(names, name, {}, [](const auto &n) { return std::string_view(n); });
}

bool isLetter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view tagNameAt(std::string_view html, std::size_t at)
{
    std::size_t end = at;
    while (end < html.size() && end - at < 32
           && (isLetter(html[end]) || (html[end] >= '0' && html[end] <= '9') || html[end] == ':'))
        ++end;
    return html.substr(at, end - at);
}

/// Leaves out start tags (and as many end tags) below maxNesting. Time in gumbo grows with the square of the open elements,
/// and with the product of unclosed formatting elements and paragraphs. This needs no exact reading of HTML: what it decides
/// about is how deep the tree gets, not what is safe.
std::string withBoundedNesting(std::string_view html)
{
    std::string out;
    out.reserve(html.size());
    int depth = 0, leftOut = 0;
    for (std::size_t at = 0; at < html.size();) {
        const std::size_t tag = html.find('<', at);
        out += html.substr(at, tag - at);
        if (tag == std::string_view::npos)
            break;
        const bool isEnd = tag + 1 < html.size() && html[tag + 1] == '/';
        const std::size_t nameAt = tag + 1 + (isEnd ? 1 : 0);
        if (nameAt >= html.size() || !isLetter(html[nameAt])) { // a comment, or a bare sign
            out += '<';
            at = tag + 1;
            continue;
        }
        const std::size_t close = html.find('>', nameAt);
        const std::size_t end = close == std::string_view::npos ? html.size() : close + 1;
        bool keep = true;
        if (!endsByItself(asciiLower(tagNameAt(html, nameAt)))) {
            if (!isEnd) {
                keep = depth < maxNesting;
                ++(keep ? depth : leftOut);
            } else if (leftOut > 0) {
                keep = false;
                --leftOut;
            } else if (depth > 0) {
                --depth;
            }
        }
        if (keep)
            out += html.substr(tag, end - tag);
        at = end;
    }
    return out;
}

} // namespace

HtmlTree::HtmlTree()
    : m_arena(std::make_unique<Arena>())
{
}
HtmlTree::HtmlTree(HtmlTree &&) noexcept = default;
HtmlTree &HtmlTree::operator=(HtmlTree &&) noexcept = default;
HtmlTree::~HtmlTree() = default;

Result<HtmlTree> HtmlTree::parse(std::string_view html)
{
    HtmlTree tree;
    // A string of its own on the heap, so that moving the tree does not move the text.
    tree.m_source = withBoundedNesting(scrubbed(html));
    tree.m_source.reserve(64);

    GumboOptions options = kGumboDefaultOptions;
    options.allocator = &Arena::allocate;
    options.deallocator = &Arena::release;
    options.userdata = tree.m_arena.get();
    options.max_errors = 0;
    if (setjmp(tree.m_arena->outOfRoom) != 0)
        return failure(Error::Kind::TooLarge, "the HTML has too many parts");
    const GumboOutput *output = gumbo_parse_with_options(&options, tree.m_source.data(), tree.m_source.size());
    tree.m_root = output->root;
    return tree;
}

NodeRange childrenOf(const GumboNode *node)
{
    if (isElement(node))
        return {&node->v.element.children};
    if (node->type == GUMBO_NODE_DOCUMENT)
        return {&node->v.document.children};
    return {};
}

GumboTag tagOf(const GumboNode *node)
{
    if (!isElement(node) || node->v.element.tag_namespace != GUMBO_NAMESPACE_HTML)
        return GUMBO_TAG_UNKNOWN;
    return node->v.element.tag;
}

std::string_view attributeOf(const GumboNode *node, const char *name)
{
    if (!isElement(node))
        return {};
    const GumboAttribute *attribute = gumbo_get_attribute(&node->v.element.attributes, name);
    return attribute ? std::string_view(attribute->value) : std::string_view();
}

std::string packedStyleOf(const GumboNode *node)
{
    std::string style = asciiLower(attributeOf(node, "style"));
    std::erase_if(style, [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
    return style;
}

bool hasClass(const GumboNode *node, std::string_view word)
{
    std::string_view words = attributeOf(node, "class");
    while (!words.empty()) {
        const std::size_t end = std::min(words.find_first_of(" \t\r\n"), words.size());
        if (words.substr(0, end) == word)
            return true;
        words.remove_prefix(std::min(end + 1, words.size()));
    }
    return false;
}

} // namespace tributary::text
