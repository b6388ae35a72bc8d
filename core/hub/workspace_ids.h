#pragma once

#include "core/base/id.h"
#include "core/store/database.h"

/// Ids that are the same each time for the same thing, in this workspace: a hub that was restored gives again what it gave
/// before. Nobody who has one can try out what it was made from, as it takes a secret that only the hub has.
namespace tributary::hub {

/// Of @p what. As old as the workspace is, and part of each backup.
Result<RawId> workspaceId(store::Database &database, std::string_view what);

} // namespace tributary::hub
