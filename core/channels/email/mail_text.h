#pragma once

#include <string>
#include <string_view>

namespace tributary::channels::email {

/// Plain text in format=flowed (RFC 3676) with its soft line breaks taken out and quote marks written as `> `.
std::string unflowed(std::string_view text, bool deleteSpaces);

/// The character set an HTML document names for itself in a <meta>, or empty.
std::string charsetInHtml(std::string_view html);

} // namespace tributary::channels::email
