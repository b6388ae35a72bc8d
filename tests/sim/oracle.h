#pragma once

#include "tests/sim/sim_desk.h"
#include "tests/sim/sim_hub.h"
#include "tests/sim/sim_platform.h"

/// What must hold when everything has come to rest. Each throws Broken with the promise that does not.
namespace tributary::sim {

/// I1, I3, I4, I5: the log is dense from its beginning, or from where it was forgotten, its chain recomputes, and every row
/// has the seq of its newest entry. I21, I22: what a command changed stands together, with one outcome behind it, in the
/// order of a client's numbers.
void checkLog(World &world, SimHub &hub);
/// I19: what conversations count is there to be counted.
void checkCounts(World &world, store::Database &hub, bool anyErased);
/// I9, I13, I37, I38, I49: a copy is what the hub says that its agent may see, byte for byte, and nothing of its own lies on
/// top. Its counters are those of its rows.
void checkCopyEqualsHub(World &world, store::Database &hub, SimDesk &desk);
/// I37, I40: when words of what has gone have been forgotten, no byte of an item out of sight is left in a copy.
void checkNothingUnseen(World &world, store::Database &hub, SimDesk &desk);
/// I49: compared as a desktop compares it with the hub, its copy needs no repair.
void checkDigests(World &world, store::Database &hub, SimDesk &desk);
/// What is damaged in its copy without a word is found by digests, and put right.
void checkRepair(World &world, store::Database &hub, SimDesk &desk);
/// I18: the search index is whole; @p compared: and of the rows, no more and no less.
void checkSearch(World &world, SimDesk &desk, bool compared);
/// I21: no command has changed anything twice, under whatever numbers it came.
void checkEffects(World &world, store::Database &hub);
/// I7, I21, I25, I26: everything accepted from a person has one outcome at the hub, also after a restore, and a text that
/// came back is with its author until that one has decided.
void checkCommands(World &world, SimHub &hub, SimDesk &desk);
/// I7, I25: what a person wrote is at the hub as they wrote it, unless they have taken it back, or it is with them: one of
/// @p withAuthors, at whatever desktop, for of a copied machine either may hear of it.
void checkTexts(World &world, SimHub &hub, SimDesk &desk, const std::set<model::CommandId> &withAuthors);
/// I29, I30: everything that customers wrote is there once.
void checkInbound(World &world, SimHub &hub, const SimPlatform &platform);
/// I32, I34, I35: each message went out once at most unless its author asked for more, in order within its conversation, no
/// news of it was forgotten, and what the hub says of it is what the platform did.
void checkOutbound(World &world, SimHub &hub, const SimPlatform &platform,
                   const std::set<model::TimelineItemId> &triedAgain);

/// I55: nothing is left of whoever was erased, nor comes back, at the hub.
void checkErased(World &world, SimHub &hub);
/// And at a desktop, in its copy and in what it keeps of its own work.
void checkErased(World &world, SimHub &hub, SimDesk &desk);

} // namespace tributary::sim
