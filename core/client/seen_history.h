#pragma once

#include "core/model/ids.h"

#include <string>

namespace tributary::client {

/// The setting of an agent who is out: the epoch and the seq that they had seen here last. It counts when they come back
/// after somebody else, which begins another numbering: their hub is not offered all again at each change of shifts.
inline std::string seenHistoryOf(const model::AgentId &agent)
{
    return "seen_of." + agent.text();
}

} // namespace tributary::client
