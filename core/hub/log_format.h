#pragma once

#include "core/base/bytes.h"
#include "core/model/rights.h"

#include <optional>

/// What a row of the log says: which kind it is of, and in bytes what decided who could see the entity it is about.
namespace tributary::hub {

inline constexpr std::int64_t kOutcomeType = -1; ///< A log row that is about a command, not about an entity.

/// A conversation's scope in the log: team, assignee and account, of each 16 bytes, null where there is none.
Bytes scopeBytes(const model::Scope &scope);
/// Logs of earlier programs hold the team alone: 16 bytes, or none for nobody in particular.
model::Scope scopeFrom(ByteView bytes);

/// What an agent's rights rest on.
Bytes rightsBytes(const model::Agent &agent);
/// An agent of whom nothing is known but these rights; where they make no sense, somebody who may see nothing.
model::Agent agentWith(model::AgentId id, ByteView rights);

/// Whom a view is shared with.
Bytes sharingBytes(const model::SavedView &view);
/// A view of which nothing else is known; nothing where the bytes make no sense.
std::optional<model::SavedView> viewSharedBy(ByteView bytes);

} // namespace tributary::hub
