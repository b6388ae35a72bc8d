#pragma once

#include "core/base/result.h"

struct sqlite3;

namespace tributary::store {

/// Gives the connection what looks into lists and maps, which the tables keep as CBOR, and into text as people mean it:
/// `list_has(list, text)`: 1 or 0. `list_has_any_case(list, text)`: the same of Latin letters in whatever case, for a
/// @p text in lower case. `map_get(map, key)`: the text there, or null. Damaged bytes have nothing in them.
/// `text_has(text, words)`: 1 if all words, folded by text::foldForMatching() and one a line, are somewhere in it.
Result<void> addListFunctions(sqlite3 *handle);

} // namespace tributary::store
