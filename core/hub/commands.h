#pragma once

#include "core/hub/change_log.h"

#include <functional>
#include <set>

namespace tributary::hub {

/// Who was ever erased: everErased(), which is asked only of commands that an earlier history had.
using EverErased = std::function<Result<std::set<model::CustomerId>>()>;

/// Applies one command of a desktop: effect and outcome in one transaction, in order of n, once (DESIGN 7).
/// A repeat gets the answer it got before, also under another number: a copy of an installation, and one whose journal was
/// damaged, number their commands anew. Conflict: @p command is not the next one (the desktop sends again from where the
/// hub is), or another installation has used this number (`forked` in the detail). Offline: it was given before a restore,
/// and what it is about may still come again from its channel. @p givenUp: it has failed too often, and goes back to its
/// author instead of being performed. It makes nobody anew who was erased, which of an earlier history @p everErased tells.
Result<model::Outcome> applyCommand(store::Database &database, IdMaker &ids, const Clock &clock, const model::Agent &by,
                                    model::ClientId client, const model::Command &command, bool givenUp = false,
                                    const EverErased &everErased = {});

/// The last of a client's commands that was applied; 0 for one that is not known.
Result<std::int64_t> lastApplied(store::Database &database, model::ClientId client);

/// What came back of a client's commands after @p n, refused or in need of its author: for a copy that begins anew and would
/// not see it pass. At most 400, the oldest ones. With them the newest command, whatever became of it: by its id a copy of
/// an installation notices that another one has used its numbers.
Result<std::vector<model::Outcome>> cameBackAfter(store::Database &database, model::ClientId client, std::int64_t n);

/// Opens what was snoozed until now or earlier. True if there may be more.
Result<bool> wakeSnoozed(store::Database &database, IdMaker &ids, TimePoint now);
/// When the next one is due.
Result<std::optional<TimePoint>> nextSnooze(store::Database &database);

} // namespace tributary::hub
