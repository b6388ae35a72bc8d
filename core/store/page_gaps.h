#pragma once

#include "core/store/database.h"

/// SQLite overwrites rows that are deleted (secure_delete), but not what is left of a row where it stood before its page was
/// split or joined with another one: copies in the room between the pointers of a page and its rows, which nothing reads.
namespace tributary::store {

struct WipedGaps {
    std::int64_t next = 1; ///< The page to go on with.
    bool atEnd = false;    ///< There is no such page.
    std::int64_t wiped = 0;
};
enum class Gaps {
    NotEmpty,
    /// Also those that read as overwritten: what was written, and could not be synced, is in the system's memory, and what
    /// was there before may be on the disk.
    All,
};
/// Overwrites that room in up to @p count pages of the file from page @p first on; the file format calls it the unallocated
/// space of a b-tree page (https://www.sqlite.org/fileformat2.html, 1.6). What is in the log comes into the file before, and
/// nothing that was read earlier stays in memory to be written again: from page 1 to the end in pieces, nothing is left of
/// what had been deleted at the beginning. Where something was written in between, a page may have changed places with one
/// that was yet to come: then it takes another pass, until one finds nothing. For the one connection that writes, outside a
/// transaction. Conflict: somebody reads, and the log cannot come into the file; ask again. Full: there is no room for what
/// is in the log, or left to write. Anything else: the file cannot be read or written, and the connection is broken as after
/// any error of the disk (Database::isBroken).
Result<WipedGaps> wipePageGaps(Database &database, std::int64_t first, std::int64_t count, Gaps which = Gaps::NotEmpty);

/// Moves the log into the file, and leaves it empty on the disk as well: the system may keep a shorter length to itself, and
/// after a power cut the log would have again what was deleted. False: somebody reads; ask again. For the one connection
/// that writes, outside a transaction; an error breaks it as in wipePageGaps().
Result<bool> emptyLog(Database &database);

} // namespace tributary::store
