#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Japanese mail. Under the labels `iso-2022-jp` and `euc-jp` mail programs write the characters of Windows, too: the rows
/// 13 and 89 to 92 of JIS X 0208, as ㈱, ① and 髙, which no iconv knows by these names. Browsers read them
/// (https://encoding.spec.whatwg.org/#index-jis0208), and so is it done here: as Shift_JIS, whose table of Windows has them.
namespace tributary::channels::email {

/// What iconvName() calls the two.
inline constexpr std::string_view kIso2022Jp = "ISO-2022-JP-3", kEucJp = "EUC-JP";
inline bool isJapanese(std::string_view iconvName)
{
    return iconvName == kIso2022Jp || iconvName == kEucJp;
}

/// A stretch of text and what iconv calls its character set; an empty name: bytes that make no sense.
using JapaneseRun = std::pair<std::string_view, std::string>;

/// @p bytes with the escapes of RFC 1468 and 2237 and those of CP50220 to CP50222.
std::vector<JapaneseRun> runsOfIso2022Jp(std::string_view bytes);
std::vector<JapaneseRun> runsOfEucJp(std::string_view bytes);

} // namespace tributary::channels::email
