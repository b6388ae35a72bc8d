#pragma once

#include "core/hub/change_log.h"

namespace tributary::hub {

/// Where what comes to a conversation goes on: there, or in the one that it was joined into, as long as both are of one
/// person. What was joined away is in no list.
Result<model::Conversation> goesOnIn(store::Database &database, model::Conversation conversation);

/// Brings what a conversation says of its messages up to date after some have come or gone. False: nothing is left.
Result<bool> recount(ChangeLog &changes, model::Conversation &conversation);
/// Puts items into another conversation, by their names as well, so that what answers them comes there, too.
Result<void> moveItems(ChangeLog &changes, std::vector<model::TimelineItem> items, model::ConversationId into);

/// Who had read all of it has not read what comes next: read marks never stand above what there is.
Result<void> lowerMarks(ChangeLog &changes, const model::Conversation &conversation);

} // namespace tributary::hub
