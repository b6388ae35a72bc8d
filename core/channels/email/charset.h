#pragma once

#include <string>
#include <string_view>

/// The character sets of mail, as senders label them and as they really are.
namespace tributary::channels::email {

/// What iconv calls the character set that mail labelled @p label is read with: the WHATWG Encoding Standard's aliases, so
/// gb2312 is read as GB18030, iso-8859-1 and us-ascii as windows-1252, ks_c_5601-1987 as CP949. Empty for a label that
/// says nothing (none, `unknown-8bit`, `x-user-defined` ...) or that iconv does not know.
std::string iconvName(std::string_view label);

struct DecodedText {
    std::string text;    ///< Valid UTF-8; may hold U+FFFD.
    std::string problem; ///< What was wrong with the label or the bytes, in words; empty if nothing.
};

/// @p bytes in the character set @p label as UTF-8. Never fails: with an unknown or plainly wrong label it is UTF-8 if it is
/// valid as that, else windows-1252; single bytes that make no sense become U+FFFD.
DecodedText decodeText(std::string_view bytes, std::string_view label);

} // namespace tributary::channels::email
