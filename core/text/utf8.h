#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Text as it must be before anything else looks at it. Everything here takes any bytes and never fails.
namespace tributary::text {

inline constexpr char32_t replacementCharacter = U'\uFFFD';

/// Whether @p bytes are UTF-8 as RFC 3629 defines it: shortest forms, no surrogates, nothing above U+10FFFF.
bool isValidUtf8(std::string_view bytes);

/// The code point at @p at, which moves behind it. Bytes that begin no valid sequence give U+FFFD and move on by the longest
/// valid beginning (Unicode 15, section 3.9, "maximal subparts"), at least one byte. @p at must be below the size.
char32_t nextCodePoint(std::string_view bytes, std::size_t &at);

/// Appends @p point as UTF-8; what is no scalar value becomes U+FFFD.
void appendUtf8(std::string &out, char32_t point);

/// Valid UTF-8 that is safe to store and send: invalid sequences, surrogates and U+0000 each become U+FFFD.
std::string scrubbed(std::string_view bytes);

/// As scrubbed(), but for text of several lines that people read: line ends become \n, control characters other than tab and
/// line end go.
std::string scrubbedLines(std::string_view bytes);

/// Characters that change the direction of what follows them (UAX 9: embeddings, overrides, isolates, marks).
bool isBidiControl(char32_t point);

/// A person's or thing's name on one line, as others wrote it: white space runs become one space, control, bidirectional and
/// invisible formatting characters go, at most @p maxPoints code points are kept. May be empty.
std::string plainName(std::string_view bytes, std::size_t maxPoints = 200);

/// A name under which a file from a stranger may be offered for saving: the last part of any path, no control or
/// bidirectional characters, none that a file system reserves (`/ \ : * ? " < > |`), no leading or trailing dots or spaces,
/// no DOS device name, at most 200 bytes with the extension kept. @p fallback if nothing is left.
std::string safeFileName(std::string_view bytes, std::string_view fallback = "file");

/// The longest beginning of valid UTF-8 that has at most @p maxBytes bytes and splits no character.
std::string_view truncated(std::string_view valid, std::size_t maxBytes);

/// ASCII letters in lower case, every other byte as it is.
std::string asciiLower(std::string_view bytes);
/// Compares without regard to the case of ASCII letters.
bool equalsIgnoringCase(std::string_view a, std::string_view b);
bool startsWithIgnoringCase(std::string_view bytes, std::string_view beginning);
/// Without white space (ASCII) at either end.
std::string_view trimmed(std::string_view bytes);

} // namespace tributary::text
