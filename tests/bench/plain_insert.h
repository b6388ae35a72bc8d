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

} // namespace tributary::bench
