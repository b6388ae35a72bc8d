// Foreign HTML: what comes out holds the listed elements and attributes, and nothing that runs or loads.
#include "core/text/html_cleaner.h"
#include "core/text/html_quotes.h"
#include "core/text/html_to_text.h"
#include "core/text/utf8.h"
#include "tests/fuzz/promise.h"

#include <algorithm>
#include <array>

using namespace tributary;
using fuzz::promise;

namespace {

constexpr std::array<std::string_view, 37> kElements{
    "p",  "br", "div", "span",       "b",   "i",    "u",     "s",       "strong", "em", "sub", "sup", "a",
    "ul", "ol", "li",  "blockquote", "pre", "code", "table", "thead",   "tbody",  "tr", "td",  "th",  "h1",
    "h2", "h3", "h4",  "h5",         "h6",  "hr",   "img",   "caption", "tfoot",  "dl", "dd"};
constexpr std::array<std::string_view, 12> kAttributes{"dir", "lang",  "href",   "start", "colspan",         "rowspan",
                                                       "alt", "width", "height", "src",   "data-remote-src", "class"};

bool isIn(const auto &names, std::string_view name)
{
    return std::ranges::find(names, name) != names.end();
}

/// Reads what the cleaner wrote as the strict little language it is said to be.
void checkMarkup(std::string_view html)
{
    while (!html.empty()) {
        const std::size_t open = html.find('<');
        promise(html.substr(0, open).find('>') == std::string_view::npos, "text is escaped");
        if (open == std::string_view::npos)
            return;
        html.remove_prefix(open + 1);
        const std::size_t close = html.find('>');
        promise(close != std::string_view::npos, "tags are closed");
        std::string_view tag = html.substr(0, close);
        html.remove_prefix(close + 1);
        if (tag.starts_with('/')) {
            promise(isIn(kElements, tag.substr(1)), "only listed elements end");
            continue;
        }
        if (tag.ends_with('/'))
            tag.remove_suffix(1);
        std::size_t at = std::min(tag.find(' '), tag.size());
        promise(isIn(kElements, tag.substr(0, at)), "only listed elements begin");
        while (at < tag.size()) {
            promise(tag[at] == ' ', "attributes are parted by one space");
            const std::size_t equals = tag.find("=\"", at);
            promise(equals != std::string_view::npos, "attributes have quoted values");
            const std::string_view name = tag.substr(at + 1, equals - at - 1);
            promise(isIn(kAttributes, name), "only listed attributes are kept");
            const std::size_t end = tag.find('"', equals + 2);
            promise(end != std::string_view::npos, "quotes are closed");
            const std::string_view value = tag.substr(equals + 2, end - equals - 2);
            if (name == "src")
                promise(value.starts_with("cid:"), "pictures come from the mail itself");
            if (name == "href")
                promise(value.starts_with("http://") || value.starts_with("https://") || value.starts_with("mailto:")
                            || value.starts_with("tel:"),
                        "links lead to known schemes");
            at = end + 1;
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const std::string_view html(reinterpret_cast<const char *>(data), size);
    const text::CleanHtml clean = text::cleanHtml(html);
    promise(text::isValidUtf8(clean.html), "the result is valid UTF-8");
    promise(clean.html.size() <= text::HtmlLimits().maxOutputBytes, "the result is bounded");
    checkMarkup(clean.html);
    checkMarkup(text::cleanHtml(clean.html).html);
    promise(text::isValidUtf8(text::htmlToText(clean.html)), "its text is valid UTF-8");
    return 0;
}
