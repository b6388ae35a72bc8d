#pragma once

#include "core/base/result.h"
#include "core/store/sqlite_pages.h"

#include <array>
#include <span>

struct sqlite3;

namespace tributary::store {

/// Gives the connection `checksum_of(value, ...)`: 16 bytes over these values, their types and their order, for rows that
/// are to be found damaged. Real numbers count as null; they are not used here.
Result<void> addChecksumFunctions(sqlite3 *handle);
/// The same of a row that was read without SQLite.
std::array<std::byte, 16> checksumOf(std::span<const Cell> values);

} // namespace tributary::store
