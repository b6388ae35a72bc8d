#pragma once

#include "core/store/database.h"
#include "core/wire/frames.h"

#include <filesystem>

/// Notices that the database was replaced by an older copy of itself. Each time the store is opened it takes a new name,
/// which stands in the database and in `hub.incarnation` beside it; that file has the head, too, as of the last few seconds.
///
/// What that promises: a copy of hub.db put back by hand is noticed at once if it was made before the store was last opened,
/// or if the file knows of a later head: at a clean end always, after a crash but for the last seconds. Not noticed here is
/// a copy of the whole folder with this file in it, or one of the last seconds before a crash: the first desktop that was
/// ahead of it tells (`fork`, by the chain).
namespace tributary::hub {

/// The name of this opening, and why a new epoch was begun for it, if one was.
struct Incarnation {
    RawId name{};
    std::string suspicion; ///< Empty: the database is the one that was here last.
};

/// Called where there is no database yet. Corrupt: there has been one here, with a history; a new one would tell every
/// desktop that nobody is signed in, and they would delete their copies, which may be the last ones.
Result<void> mayBeginHere(const std::filesystem::path &folder);

/// Called when the store is opened, before anybody uses it. Begins a new epoch where the database is not the last one.
Result<Incarnation> enterIncarnation(const std::filesystem::path &folder, store::Database &database, Rng &rng);

/// Notes how far the history has come. An fsync: for quiet intervals and the end, not for every commit.
Result<void> noteHead(const std::filesystem::path &folder, const RawId &name, std::int64_t head);

/// What a restore does: the next opening compares nothing. In a transaction.
Result<void> forgetIncarnation(const std::filesystem::path &folder, store::Database &database);

} // namespace tributary::hub
