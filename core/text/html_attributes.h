#pragma once

#include <gumbo.h>
#include <optional>
#include <string>
#include <string_view>

/// Attributes of foreign elements, and how they are written again. Only for the .cpp files of this folder.
namespace tributary::text {

/// Appends one character as content or attribute value.
void appendEscaped(std::string &out, char32_t point);
/// A value to stand between double quotes, without control and bidirectional characters.
std::string escapedValue(std::string_view text);

/// The whole number at the beginning of a value: `20px` is 20.
std::optional<int> numberOf(std::string_view value);

/// ` dir="..." lang="..."`, those that are there and make sense.
std::string commonAttributes(const GumboNode *node);
/// ` colspan="2"`, at most 100; nothing for one.
std::string spanAttribute(const GumboNode *node, const char *name);

} // namespace tributary::text
