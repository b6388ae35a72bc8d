#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

namespace tributary::store {

/// What the hub says of a row that an own command is shown on top of.
struct Shadow {
    bool wasThere = false;
    model::Entity entity; ///< As the hub has it; of one that was not there, enough to find it by.
};
/// All of them. Corrupt: one cannot be read.
Result<std::vector<Shadow>> shadows(Database &cache);
/// The one of that row, taken out; nothing if no own command is shown on it.
Result<std::optional<Shadow>> takeShadow(Database &cache, model::EntityType type, const RawId &key);

} // namespace tributary::store
