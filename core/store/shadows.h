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

} // namespace tributary::store
