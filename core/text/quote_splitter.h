#pragma once

#include <string_view>

/// What is new in a plain-text mail, and what it repeats of earlier ones. For display alone: the whole is always kept.
namespace tributary::text {

/// Parts of one text, in order; each may be empty.
struct SplitText {
    std::string_view fresh;
    std::string_view signature; ///< From the line "-- " on.
    std::string_view quoted;    ///< From "On ... wrote:", "-----Original Message-----", a block From/Sent/To/Subject, or `>`
                                ///< lines at the end.
};

/// Splits @p text, which has \n line ends. A forwarded message is news and stays; so do quotes with answers below them. If
/// nothing new would be left, all of it counts as fresh.
SplitText splitQuote(std::string_view text);

/// `-----Original Message-----` in the languages of mail programs, with any number of dashes (two at least).
bool isOriginalMessageLine(std::string_view line);
/// Whether @p text begins with lines like From:, Sent:, To:, Subject: in one of many languages (three different ones within
/// six lines).
bool beginsWithHeaderBlock(std::string_view text);

} // namespace tributary::text
