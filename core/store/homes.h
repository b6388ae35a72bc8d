#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

#include <limits>

/// With whom it stands what was said: with the home of who says it, so that a merge that ends leaves it with the right one.
namespace tributary::store {

/// Whose an item is that @p identity says, or is told, in @p conversation: its home customer, where that is the person of
/// the conversation. What a third party says stands with whom the conversation is about.
Result<model::CustomerId> homeIn(Database &database, const model::Conversation &conversation,
                                 const model::Identity &identity);

/// Whether something was ever said from or to it, here or as far as this copy knows.
Result<bool> isInUse(Database &database, const model::Identity &identity);

struct GoesAlong {
    std::vector<model::Conversation> conversations;
    std::vector<model::TimelineItem> items; ///< Of each source the newest first.
};
/// What goes along when an identity is given to another person: its conversations with their side conversations, what it has
/// said with its home customer, and what third parties have said in these conversations. At most @p mostItems of the items.
Result<GoesAlong> goesAlongWith(Database &database, const model::Identity &identity,
                                std::int64_t mostItems = std::numeric_limits<std::int64_t>::max());

} // namespace tributary::store
