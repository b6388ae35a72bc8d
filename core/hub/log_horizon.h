#pragma once

#include "core/store/database.h"

namespace tributary::hub {

/// How long the log is kept: a desktop that has been away for longer gets a fresh copy (`horizon`), and its commands stay.
inline constexpr std::chrono::hours kLogLife{30 * 24};
/// And how much of it at most: about a gigabyte. What is told of more costs a desktop more than a fresh copy.
inline constexpr std::int64_t kLogRows = 10'000'000;

/// Notes how far the log has come by now, for forgetLog(). At most once an hour.
Result<void> markLog(store::Database &database, TimePoint now);
/// Deletes a slice of the log from before @p before, and of what is more than @p mostRows. Returns how many changes; zero:
/// no more. A desktop that is connected and stands behind that is ended, and hears at its next hello that its copy is too
/// old.
Result<std::int64_t> forgetLog(store::Database &database, TimePoint before, std::int64_t mostRows = kLogRows);

} // namespace tributary::hub
