#pragma once

#include "core/model/entities.h"

namespace tributary::model {

/// The conversation that begins with @p first when messages are split off @p from: the desktop shows it so before the hub
/// has given it a number. What it counts of its messages is yet to be counted.
Conversation splitOff(const Conversation &from, const TimelineItem &first, ConversationId id, std::string subject);

/// Whether work goes along with messages that move: of one that is not resolved to one that is, with somebody who waits by
/// them, or with all that there was. Both counted anew, their statuses still as before.
bool opensByMove(const Conversation &from, const Conversation &into, bool isSomethingLeft);

} // namespace tributary::model
