#pragma once

#include "core/store/database.h"

#include <span>

namespace tributary::store {

struct Migration {
    std::string_view name; ///< Its file below sql/migrations.
    std::string_view sql;  ///< Statements parted by lines `-- next`.
};

/// The steps that make each kind of file, oldest first. A released one is never changed.
std::span<const Migration> hubMigrations();
std::span<const Migration> cacheMigrations();
std::span<const Migration> journalMigrations();

/// How many steps have made the file; 0: none, it is new.
Result<std::int64_t> versionOf(Database &database);

/// Brings the file to the newest schema where it is, each step in one transaction with its number in `user_version`.
/// Corrupt if the file was made by a newer program; it is then left as it was. For a file that can be made again, such as a
/// desktop's copy: core/store/file_migration.h has it done to precious ones.
Result<void> migrate(Database &database, std::span<const Migration> migrations);

/// Whether the schema of @p database is, letter by letter, what @p migrations make. SQLite takes whatever can be read there.
Result<bool> isMadeBy(Database &database, std::span<const Migration> migrations);

} // namespace tributary::store
