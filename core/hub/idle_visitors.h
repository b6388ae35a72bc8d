#pragma once

#include "core/hub/hub_store.h"

/// Visitors of a web chat who have opened it and never written. Each is a row and a token, of everybody who was ever
/// curious: so they go when they have not come back for long. A token that is not known begins a new visitor (PROTOCOL.md),
/// who misses nothing.
namespace tributary::hub {

inline constexpr std::chrono::hours kIdleVisitorLife{90 * 24};
inline constexpr std::chrono::hours kMetAgain{7 * 24}; ///< So often it is noted that one is still there.

/// One of whom there is nothing else was there at @p now. Writes only where that is news.
Result<void> meetVisitor(store::Database &database, const std::string &visitor, TimePoint now);

/// Forgets those who were last there before @p before; a transaction's worth at a time. Returns how many; zero: there are no
/// more.
Result<std::int64_t> forgetIdleVisitors(store::Database &database, TimePoint before);

} // namespace tributary::hub
