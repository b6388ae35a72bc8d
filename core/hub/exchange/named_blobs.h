#pragma once

#include "core/store/database.h"

#include <string>
#include <vector>

namespace tributary::hub::exchange {

/// How many namedBlobs() gives at once; of fewer there are no more.
inline constexpr std::size_t kBlobsAtOnce = 1000;
/// Attachments that the database speaks of, each once, in the order of their names: those behind @p after.
Result<std::vector<std::string>> namedBlobs(store::Database &database, const std::string &after);

} // namespace tributary::hub::exchange
