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

/// How many notes a second of the clock SQLite alone makes durable in a copy (in @p folder) of the hub's file they were
/// written to, sixteen a commit, where each is all that it is at a hub: its row, what its conversation says of it, two rows
/// of the log, what its author is answered and how far they are, with all indexes. Nothing is looked up, checked or told.
Result<double> insertNotesDurably(const std::string &hubFile, const std::string &folder);

} // namespace tributary::bench
