#pragma once

#include "core/hub/hub_store.h"

#include <set>
#include <string>

/// What is left on the hub's disk of who was erased, once no row has anything of them: their files, what rows have left in
/// the room of pages and in the log, and the database that the version before has left.
namespace tributary::hub {

/// Does what an erasure has left to be done: deletes what there is of their files, but for those that somebody copies or has
/// just made again, which wait for the next time; and overwrites what is left of rows where `hub.erased` says that this is
/// not finished, and deletes what an older version has left there. What somebody else has named by now is that person's. It
/// takes as long as the database is large, beside whoever else writes; not to be called from a job of the writer. Conflict:
/// somebody reads all the time; Offline: the hub stops. Then there is a next time.
Result<void> finishErasures(HubStore &store);

// The parts of it, with HubStore::erasureMutex() held.

/// Stands among the times of fields (field_set) under the id of whoever was erased: up to which line of the list that is
/// done in this database. It comes back with an older one, which tells what is to be done there again; by no time that a
/// message bears.
inline constexpr const char *kErased = "erased";
/// Whether something was erased in @p database of which the file, or the log, may have something yet: an older file that was
/// put back may be of the moment in between.
Result<bool> hasRemains(store::Database &database);
/// Notes whose names no other row has, before the rows are gone that name them: nobody could tell afterwards which files
/// those were. In the transaction of the erasure.
Result<void> noteFiles(HubStore &store, store::Database &database, const std::set<std::string> &files);
/// Deletes the files that are noted, as finishErasures() says.
Result<void> deleteListedFiles(HubStore &store);
/// Overwrites what is left of rows in the file and the log, and notes that everything is finished. @p isBegun: an earlier
/// try has overwritten some of it, and nobody knows whether that has come to the disk.
Result<void> overwriteRemains(HubStore &store, bool isBegun);

} // namespace tributary::hub
