#pragma once

#include <gumbo.h>

/// How mail programs mark, in HTML, what they quote. Only for the .cpp files of this folder.
namespace tributary::text {

enum class QuoteMark {
    None,
    Whole,     ///< This element is the quote.
    FromHere,  ///< It begins here and goes on to the end of the element around it (Outlook's line above the old message).
    UntilNext, ///< It begins here, as the line "On ... wrote:", and ends with the next blockquote.
};
QuoteMark quoteMarkOf(const GumboNode *element);

} // namespace tributary::text
