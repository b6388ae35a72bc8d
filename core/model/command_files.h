#pragma once

#include "core/model/commands.h"
#include "core/model/message_limits.h"

namespace tributary::model {

std::int64_t totalBytes(const std::vector<Attachment> &files);

/// The files that a command names; none for most.
const std::vector<Attachment> &filesOf(const CommandBody &body);
/// The item that a command makes, as its author writes it; null for most.
TimelineItemId itemMadeBy(const CommandBody &body);

} // namespace tributary::model
