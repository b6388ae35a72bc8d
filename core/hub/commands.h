#pragma once

#include "core/hub/change_log.h"

namespace tributary::hub {

/// Applies one command of a desktop: effect and outcome in one transaction, in order of n, once (DESIGN 7).
/// A repeat gets the answer it got before. Conflict: @p command is not the next one (the desktop sends again from where the
/// hub is), or another installation has used this number (`forked` in the detail).
Result<model::Outcome> applyCommand(store::Database &database, IdMaker &ids, const Clock &clock, const model::Agent &by,
                                    model::ClientId client, const model::Command &command);

/// The last of a client's commands that was applied; 0 for one that is not known.
Result<std::int64_t> lastApplied(store::Database &database, model::ClientId client);

/// Opens what was snoozed until now or earlier. True if there may be more.
Result<bool> wakeSnoozed(store::Database &database, IdMaker &ids, TimePoint now);
/// When the next one is due.
Result<std::optional<TimePoint>> nextSnooze(store::Database &database);

} // namespace tributary::hub
