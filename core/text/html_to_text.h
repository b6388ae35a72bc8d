#pragma once

#include <string>
#include <string_view>

namespace tributary::text {

/// HTML as readable plain text: lines and paragraphs, lists with marks, quotes with `> `, links with their address where the
/// words do not show it, cells of a row side by side, pictures as [their description]. What no reader would see (styles,
/// scripts, hidden parts) is left out. Any bytes; never fails. Ends without a line end.
std::string htmlToText(std::string_view html);

/// Plain text as HTML for a mail: paragraphs with `dir="auto"`, line ends kept, links clickable, quoted lines in a
/// `<blockquote>`. Well-formed, of the elements cleanHtml() keeps.
std::string textToHtml(std::string_view text);

/// @p text with & < > " escaped, as content or attribute value.
std::string escapeHtml(std::string_view text);

} // namespace tributary::text
