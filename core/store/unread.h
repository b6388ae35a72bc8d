#pragma once

#include "core/store/database.h"
#include "core/wire/frames.h"

#include <limits>
#include <vector>

/// What the hub sent to a copy and this program does not understand, or not all of: put aside for one that does. Called
/// inside a transaction on the cache file.
namespace tributary::store {

Result<bool> hasUnread(Database &cache);
/// Puts them aside, each in the place of what there was of it. One without an entity was removed, and goes.
Result<void> keepUnread(Database &cache, const std::vector<wire::Unread> &unread);
/// Forgets what was put aside of a row, up to a version.
Result<void> dropUnread(Database &cache, std::int64_t type, const RawId &key,
                        std::int64_t version = std::numeric_limits<std::int64_t>::max());
/// Reads again what an older program put aside. No own commands may be shown on top. Corrupt: it makes no sense.
Result<void> readUnread(Database &cache);
/// This program's vocabulary is what the copy is written with from here on.
Result<void> noteVocabulary(Database &cache);

} // namespace tributary::store
