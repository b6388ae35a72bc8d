#pragma once

#include "core/hub/admin/console.h"
#include "core/hub/change_log.h"
#include "core/hub/erasure.h"
#include "core/hub/hub_store.h"
#include "core/hub/people_keys.h"

/// The store in a sealed backup. Its `hub.db` is no database of a hub: each table has the columns that hold nothing of a
/// person as they are, and all others of a row sealed in one, `in_seals`. It is written so from the beginning: nothing of a
/// person is ever on the disk of the backup. `blobs/` has the attachments, each sealed by a key that stands in
/// `sealed_file`, sealed once for each of those who have the file, and named by that key: not even its hash is there.
namespace tributary::hub::exchange {

struct SealedStore {
    WorkspaceState workspace;
    std::int64_t attachments = 0;
    std::int64_t missing = 0;
    std::int64_t keys = 0;   ///< How many numbers people.keys has at least, to open it.
    std::string fingerprint; ///< PeopleKeys::fingerprint()
};
/// Seals one moment of the store into the folder @p to, durably but for the folder's own names; makes the keys it needs.
/// Memory: a hundred bytes for each customer and for each event that names somebody.
Result<SealedStore> sealStore(HubStore &store, const std::filesystem::path &to, const admin::Console &console);

/// Makes the database @p to of the sealed one in the folder @p from, in the schema it had then. Whoever cannot be read any
/// more is there with blanks, and is in the result: to be erased. Corrupt: it is damaged, or @p keys do not belong to it.
Result<std::vector<model::CustomerId>> unsealDatabase(const std::filesystem::path &from, const std::filesystem::path &to,
                                                      const PeopleKeys &keys, const Clock &clock,
                                                      const admin::Console &console);
/// Puts the attachments in the folder @p from that somebody can still be read by into the folder @p to. Returns how many.
Result<std::int64_t> unsealFiles(const std::filesystem::path &from, const std::filesystem::path &to, const PeopleKeys &keys,
                                 const Clock &clock, const admin::Console &console);

} // namespace tributary::hub::exchange
