#pragma once

#include "core/hub/change_log.h"

/// Who may be the same person: suggestions, worked out for those alone who have changed (DESIGN 5).
namespace tributary::hub {

/// A value that more people have in common says nothing of any two of them: a switchboard, a reseller's address, a common
/// name.
inline constexpr std::int64_t kMostSharing = 6;

/// Brings match_key up to date with the customers and identities that have changed since the last time, and suggests what
/// follows; where that was never done, or by other names of fields or another region of numbers, with everybody, slice by
/// slice. At most @p most customers at once. True: there is more to do. In a write transaction.
Result<bool> matchSome(store::Database &database, IdMaker &ids, TimePoint now, std::int64_t most = 100);

/// Whether matchSome() may have something to do for what the log says beyond @p from: also when a field or an account has
/// changed.
Result<bool> havePeopleChanged(store::Database &database, std::int64_t from);

} // namespace tributary::hub
