#pragma once

#include "core/hub/admin/console.h"
#include "core/hub/hub_store.h"
#include "core/store/table_digests.h"

namespace tributary::hub::exchange {

/// What a look through the whole store found.
struct StoreCheck {
    std::vector<std::pair<std::string, std::int64_t>> counts; ///< Rows by table.
    std::int64_t head = 0;
    std::string epoch; ///< Hex.
    std::string contentHash;
    std::vector<std::string> problems; ///< Empty: all is well.
    std::int64_t misfits = 0;          ///< Of these: rows that do not fit together, in a file whose log and versions hold.
    std::vector<store::TableDigest> digests; ///< Of what one agent may see, if one was named.
};

/// Looks through the store: SQLite's own check, a log without holes whose chain holds, versions as the log has them,
/// references that lead somewhere, the chain of the audit log, and the hash of the content, all at one moment of the store;
/// then, file by file, that each attachment is there and is what its name says, which takes as long as reading them. @p
/// console hears how far that is.
/// @p agentEmail: with the digests of what this agent may see, as `tributary --check` has them of a copy. NotFound: nobody
/// of that name.
Result<StoreCheck> checkStore(HubStore &store, const std::string &agentEmail = {}, const admin::Console *console = nullptr);
/// The same of a database, in a read transaction, without attachments.
Result<StoreCheck> checkDatabase(store::Database &database);
/// What checkDatabase() looks at but for the hash of the content, each part in a read transaction of its own: while one
/// reads, the database's log cannot be taken up; then a seventh of the attachments, another one each day, for they may be
/// many. A part that cannot be read is a problem. Not from the writer's thread. TimedOut: the hub stops.
Result<StoreCheck> checkInParts(HubStore &store);

/// For people, a line each; or with @p json one JSON object: `counts`, `head`, `epoch`, `integrity` (`ok` or `failed`),
/// `problems`, `content_hash`, and `digests` if an agent was named.
std::vector<std::string> linesOf(const StoreCheck &check, bool json);

} // namespace tributary::hub::exchange
