#pragma once

#include "core/base/result.h"

struct sqlite3;

namespace tributary::store {

/// Gives the connection `search_fold(text)`: text as the full-text index wants it (core/text/search_fold.h). Deterministic,
/// so that the index can be told the old text of a row that changes.
Result<void> addSearchFunctions(sqlite3 *handle);

} // namespace tributary::store
