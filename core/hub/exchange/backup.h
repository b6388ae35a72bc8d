#pragma once

#include "core/hub/admin/console.h"
#include "core/hub/hub_store.h"

/// Backups: a folder with a consistent copy of the database, the attachments it speaks of, and `backup.json`, which is
/// written last: a folder without it is no backup. `hub.key` is in it only when asked for, for whoever has both has the
/// passwords of all channel accounts. In a sealed one everything of a person is sealed by a key of theirs (people_keys.h),
/// which is in no backup: whoever is erased can be read in none that was made before.
namespace tributary::hub::exchange {

struct BackupOptions {
    std::filesystem::path to; ///< Must not exist, or be an empty folder.
    bool withKey = false;
    bool sealed = false;
    std::optional<std::filesystem::path> keysTo; ///< A sealed one: also puts `people.keys` there, in place of what is there.
};
struct BackupReport {
    std::int64_t head = 0;
    std::int64_t attachments = 0;
    std::int64_t missing = 0; ///< Attachments whose file is not there, or is damaged: not in the backup.
};
/// Copies one moment of the store while the hub works on; durable when it returns. @p console hears of the progress.
/// Conflict: there is something at that place. Invalid: the keys would be in the backup. Offline: it was stopped
/// (Console::over). What was made is taken away again on a failure.
Result<BackupReport> backUp(HubStore &store, const BackupOptions &options, const admin::Console &console);

struct RestoreOptions {
    std::filesystem::path from;
    std::filesystem::path data;                      ///< A folder without a store; the `hub.key` of the backup may be in it.
    std::optional<std::filesystem::path> key;        ///< The `hub.key` that belongs to the backup, kept elsewhere.
    std::optional<std::filesystem::path> peopleKeys; ///< Likewise `people.keys`, for a sealed one.
};
struct RestoreReport {
    std::string workspace;
    std::int64_t head = 0;
    TimePoint at; ///< When the backup was made.
    std::int64_t attachments = 0;
    bool hasKey = false;
    bool isAnothersKey = false; ///< It opens nothing of what is sealed in the backup.
    std::int64_t erased = 0;    ///< Customers whose key is gone: what is left of them goes when the hub starts.
};
/// Puts a backup in the place of a store: checks it whole first, and begins a new epoch, so that every desktop fetches its
/// copy again and offers what it has sent since. Conflict: a hub serves the folder, or data is there, or another key than
/// the one that was named, or than the one in the backup where none was. NotFound: that one is not there. Corrupt: the
/// backup is damaged, incomplete, or of a newer program.
Result<RestoreReport> restore(const RestoreOptions &options, const Clock &clock, Rng &rng, const admin::Console &console);

} // namespace tributary::hub::exchange
