#pragma once

#include "core/model/commands.h"

namespace tributary::model {

/// What the files of one message may have together: to send it, a channel may need all of them in memory at once.
inline constexpr std::int64_t kMaxFilesBytes = std::int64_t(50) << 20;
std::int64_t totalBytes(const std::vector<Attachment> &files);

/// The files that a command names; none for most.
const std::vector<Attachment> &filesOf(const CommandBody &body);
/// The item that a command makes, as its author writes it; null for most.
TimelineItemId itemMadeBy(const CommandBody &body);

} // namespace tributary::model
