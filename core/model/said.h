#pragma once

#include "core/model/entities.h"

namespace tributary::model {

/// What a conversation's row says of its items, told in their order, oldest first.
struct Said {
    std::string preview;
    bool previewOutbound = false;
    std::optional<AgentId> previewAuthor;
    std::int64_t inboundCount = 0;         ///< Messages of the customer, without those of machines.
    std::optional<TimePoint> waitingSince; ///< The first of them that nobody has answered.
    std::optional<TimePoint> lastAt;       ///< Of anything; absent when there is nothing.

    /// What was withdrawn says nothing, and events only that a conversation was put aside: who writes after that waits from
    /// then on.
    void add(const TimelineItem &item);

private:
    bool m_isPutAside = false;
};

/// A message of the customer: also a comment, unless it is known to be ours.
bool isFromCustomer(const TimelineItem &item);

/// A message of either side.
bool isMessage(const TimelineItem &item);

/// The beginning of what a message says, else what it is called, else the name of its first file.
std::string previewOf(const TimelineItem &item);

} // namespace tributary::model
