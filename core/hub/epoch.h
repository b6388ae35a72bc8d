#pragma once

#include "core/base/time.h"
#include "core/store/database.h"
#include "core/wire/frames.h"

/// Epochs: under which name the numbers of a history count (DESIGN 6). A new one begins when what came after a seq may have
/// been replaced: a restored backup, an older copy of the file. Functions of a database, so that a simulator can use them.
namespace tributary::hub {

/// Where the newest stretch of the history began.
struct EpochStart {
    wire::Epoch epoch{};
    std::int64_t seq = 0;         ///< Up to here it is the history of the epoch before.
    std::optional<TimePoint> met; ///< When a hub first worked in it; nothing: not yet.
    bool isFirst = true;          ///< Nothing was ever restored.
};
Result<EpochStart> newestEpoch(store::Database &database);

/// Begins a new epoch at the head: every desktop fetches its copy anew and offers again what it has sent (DESIGN 7), and
/// what waits to be sent is looked for, for it may have gone out. What is not found is not sent before a person says so, for
/// it may have been taken back as well. In a transaction; no session may be open.
Result<wire::Epoch> beginEpoch(store::Database &database, Rng &rng);

/// A hub begins to work in the newest epoch. In a transaction.
Result<void> meetEpoch(store::Database &database, TimePoint now);

/// How much of this history somebody has seen who stood at @p seq of @p epoch. A null epoch is the present one (desktops
/// before epochs were told); of one that is no part of this history nothing is known to have been seen: 0.
Result<std::int64_t> seenHere(store::Database &database, const wire::Epoch &epoch, std::int64_t seq);

/// Whether @p epoch is one of this history, or null: somebody who has no copy yet.
Result<bool> isOfThisHistory(store::Database &database, const wire::Epoch &epoch);

} // namespace tributary::hub
