#pragma once

#include "core/model/entities.h"

namespace tributary::model {

/// The conversation that begins with @p first when messages are split off @p from: the desktop shows it so before the hub
/// has given it a number. What it counts of its messages is yet to be counted.
Conversation splitOff(const Conversation &from, const TimelineItem &first, ConversationId id, std::string subject);

/// Whether work goes along with messages that move, and opens where they come: to what is resolved, with somebody who waits
/// by them, or with all that there was; to what waits or is snoozed, with somebody who waits by what @p hasCome. Both
/// counted anew, their statuses still as before.
bool opensByMove(const Conversation &from, const Conversation &into, bool hasCome, bool isSomethingLeft);

/// Whether what is joined opens what it is joined into: both as before.
bool opensByJoin(const Conversation &joined, const Conversation &into);

} // namespace tributary::model
