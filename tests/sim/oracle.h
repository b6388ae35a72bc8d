#pragma once

#include "tests/sim/sim_desk.h"
#include "tests/sim/sim_hub.h"
#include "tests/sim/sim_platform.h"

/// What must hold when everything has come to rest. Each throws Broken with the promise that does not.
namespace tributary::sim {

/// I1, I3, I4: the log is dense, its chain recomputes, and every row has the seq of its newest entry.
void checkLog(World &world, store::Database &hub);
/// I9, I13, I49: a copy is what the hub says, byte for byte, and nothing of its own lies on top.
void checkCopyEqualsHub(World &world, store::Database &hub, SimDesk &desk);
/// I49: compared as a desktop compares it with the hub, its copy needs no repair.
void checkDigests(World &world, store::Database &hub, SimDesk &desk);
/// I18: the search index is of the rows, no more and no less.
void checkSearch(World &world, SimDesk &desk);
/// I7, I21: everything accepted from a person has one outcome at the hub.
void checkCommands(World &world, store::Database &hub, SimDesk &desk);
/// I29, I30: everything that customers wrote is there once.
void checkInbound(World &world, store::Database &hub, const SimPlatform &platform);
/// I32, I34, I35: each message went out once at most unless its author asked for more, in order within its conversation, and
/// no news of it was forgotten.
void checkOutbound(World &world, store::Database &hub, const SimPlatform &platform,
                   const std::set<model::TimelineItemId> &triedAgain);

} // namespace tributary::sim
