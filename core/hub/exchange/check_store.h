#pragma once

#include "core/hub/hub_store.h"

namespace tributary::hub::exchange {

/// What a look through the whole store found.
struct StoreCheck {
    std::vector<std::pair<std::string, std::int64_t>> counts; ///< Rows by table.
    std::int64_t head = 0;
    std::string epoch; ///< Hex.
    std::string contentHash;
    std::vector<std::string> problems; ///< Empty: all is well.
};

/// Looks through the store: SQLite's own check, a log without holes whose chain holds, versions as the log has them,
/// references that lead somewhere, blobs that are there, and the hash of the content. Reads one moment of the store.
Result<StoreCheck> checkStore(HubStore &store);

/// For people, a line each; or with @p json one JSON object: `counts`, `head`, `epoch`, `integrity` (`ok` or `failed`),
/// `problems`, `content_hash`.
std::vector<std::string> linesOf(const StoreCheck &check, bool json);

} // namespace tributary::hub::exchange
