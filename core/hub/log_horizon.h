#pragma once

#include "core/store/database.h"

namespace tributary::hub {

/// How long the log is kept: a desktop that has been away for longer gets a fresh copy (`horizon`), and its commands stay.
inline constexpr std::chrono::hours kLogLife{30 * 24};

/// Notes how far the log has come by now, for forgetLog(). At most once an hour.
Result<void> markLog(store::Database &database, TimePoint now);
/// Deletes a slice of the log from before @p before. Returns how many changes; zero: no more.
Result<std::int64_t> forgetLog(store::Database &database, TimePoint before);

} // namespace tributary::hub
