#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

/// Foreign HTML made into a small, safe, well-formed subset (ENGINE C64, C65, C67, C68).
namespace tributary::text {

struct HtmlLimits {
    std::size_t maxInputBytes = 2 * 1024 * 1024; ///< What lies behind is not read: style sheets come first and can be large.
    std::size_t maxOutputBytes = 256 * 1024;
    int maxDepth = 64;     ///< Elements nested deeper lose their tags, not their content.
    int maxTableDepth = 4; ///< Tables nested deeper become lines.
    std::size_t maxElements = 8000;
    std::size_t maxUnbroken = 2000; ///< Code points without a place to break the line; then a zero-width space goes in.
};

struct CleanHtml {
    /// Elements: p br div span b i u s strong em sub sup a ul ol li blockquote pre code table thead tbody tr td th h1-h6 hr
    /// img. Attributes: `dir`, `lang`; a: `href` (see safeLink()); ol: `start`; td, th: `colspan`, `rowspan`; img: `alt`,
    /// `width`, `height` and either `src="cid:..."` or, for a picture elsewhere, which must not be loaded unasked,
    /// `data-remote-src`. What an answer quotes stands in one `<blockquote class="quote">`. Text is escaped (& < > "), valid
    /// UTF-8; void elements are written
    /// `<br/>`, so it is XML as well. Empty if there is nothing to see.
    std::string html;
    std::vector<std::string> contentIds; ///< Of the pictures with `cid:`, in order, each once.
    std::size_t remoteImages = 0;        ///< How many wait to be asked for; tracking pixels are left out altogether.
    bool hasQuote = false;
    bool isTruncated = false; ///< A limit cut something off.
};

/// Reads like a browser (gumbo), keeps what is listed above, drops the rest: scripts, styles, forms, frames, SVG, whatever
/// is hidden by its style. Any bytes; never fails.
CleanHtml cleanHtml(std::string_view html, const HtmlLimits &limits = {});

} // namespace tributary::text
