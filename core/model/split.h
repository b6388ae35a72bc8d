#pragma once

#include "core/model/entities.h"

namespace tributary::model {

/// The conversation that begins with @p first when messages are split off @p from: the desktop shows it so before the hub
/// has given it a number. What it counts of its messages is yet to be counted.
Conversation splitOff(const Conversation &from, const TimelineItem &first, ConversationId id, std::string subject);

} // namespace tributary::model
