#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Full text for SQLite's FTS5 with `unicode61 remove_diacritics 2`. That tokenizer folds case and Latin diacritics; what it
/// cannot do is done here, alike to what is indexed and to what is asked for.
namespace tributary::text {

/// @p text as it goes into the index. Any bytes; never fails. Characters of scripts written without spaces (Chinese,
/// Japanese, Thai, Lao, Khmer, Burmese, Tibetan) and Hangul syllables are set apart by spaces, so that each becomes a token
/// and a phrase of them finds any part of a run. Full-width, half-width and presentation forms become the plain ones (NFKC),
/// vowel signs of Arabic and Hebrew go, letter variants of Arabic, Persian, Greek and some Latin letters without a
/// decomposition are folded, digits of Arabic scripts become ASCII, and invisible characters inside words go.
std::string foldForSearch(std::string_view text);
/// Whether foldForSearch() would leave @p text as it is, as it does with all of ASCII. False says nothing.
bool isFolded(std::string_view text);

/// The words of @p text, as two texts are compared that mean the same: folded as for search, lower case, without diacritics
/// and punctuation.
std::vector<std::string> wordsForComparing(std::string_view text);

/// @p text for comparing piece by piece, without an index: as foldForSearch(), and case and accents folded as well, trimmed.
std::string foldForMatching(std::string_view text);

/// A MATCH expression for what somebody typed: every word a quoted phrase, all of them required, the last one a prefix; what
/// stands in double quotes is one phrase, and whole words only. Never a syntax error, whatever was typed (ENGINE C76). Empty
/// if there is nothing to search for. At most 32 words of the first 4,096 bytes are used.
std::string matchExpression(std::string_view userText);

} // namespace tributary::text
