#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>

namespace tributary::bench {

/// What SQLite alone needs for the rows of a file: the same tables, indexes and full text, by prepared statements of the C
/// API, a thousand rows a transaction.
struct PlainInsert {
    double cpu = 0; ///< Seconds, of inserting and committing only.
    std::int64_t rows = 0;
};
Result<PlainInsert> insertPlainly(const std::string &from, const std::string &into);

/// How many rows of that text SQLite alone makes durable in a second of the clock (synchronous = FULL), sixteen a commit, in
/// a new file in @p folder.
Result<double> insertDurably(const std::string &folder, std::int64_t rows, const std::string &text);

} // namespace tributary::bench
