#pragma once

#include "core/hub/change_log.h"

#include <set>

/// How work finds its agent where a team does not give it out by hand (Team::routing), and how it comes back from who has
/// gone (Team::returnMinutes).
namespace tributary::hub {

/// Somebody whose desktop has been connected within this time is at work.
inline constexpr std::chrono::minutes kAtWork{2};

/// Since when it has been watched who is at work. While nobody looked, because the hub did not run, the computer slept or no
/// team had work given out, nobody was absent.
class Watch {
public:
    void look(TimePoint now);
    TimePoint since() const { return m_since; }

private:
    TimePoint m_since, m_last;
};

/// Notes whose desktops are connected now. Of whoever was never seen, or last by a clock that was ahead, the time of absence
/// begins here.
Result<void> noteAtWork(store::Database &database, Watch &watch, const std::set<model::AgentId> &connected, TimePoint now);

/// Whether any team gives out work, or takes it back: otherwise there is nothing to do.
Result<bool> givesOutWork(store::Database &database);

/// Gives out what waits in the queues of teams that do so, the longest waiting first: to who is at work, not away, in the
/// team, sees it, and has less in hand than their capacity; among these to whose turn it is, or to who has the least. Before
/// that takes back what is open with somebody who was seen to be gone for longer than the team allows. At most 200 changes;
/// true if there may be more.
Result<bool> distribute(store::Database &database, IdMaker &ids, const Watch &watch, TimePoint now);

} // namespace tributary::hub
