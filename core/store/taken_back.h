#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

namespace tributary::store {

/// Makes @p conversation say what it said before @p item was written: preview, place in lists, and since when its customer
/// waits come from what is left. Hub and desktop both ask here, so that the one's echo changes nothing at the other. Its
/// status is somebody's decision, and stays.
Result<void> showWithout(Database &database, model::Conversation &conversation, model::TimelineItemId item);

} // namespace tributary::store
