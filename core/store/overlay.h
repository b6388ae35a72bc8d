#pragma once

#include "core/model/commands.h"
#include "core/store/database.h"

namespace tributary::store {

/// What a command shows before the hub has answered: full after-images of the entities it touches, worked out on the tables
/// as they stand (which hold the effects of earlier commands). Empty if what it is about is not here. The hub uses the same
/// rules (model::applyTo, model::itemOf), so its echo changes nothing that the eye can see.
Result<std::vector<model::Entity>> effectsOf(Database &database, const model::Command &command, const model::Agent &by);

/// What a command takes away before the hub has answered: the rows as they stand.
Result<std::vector<model::Entity>> removedBy(Database &database, const model::Command &command);

/// All that a command reads and changes, where that is one conversation: it, its read mark, and the item that is made in it.
struct Footprint {
    model::ConversationId conversation;
    model::TimelineItemId item; ///< Null: none is made.
};
/// Nothing where the effects may reach further.
std::optional<Footprint> footprintOf(const model::CommandBody &body);

} // namespace tributary::store
