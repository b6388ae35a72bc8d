#pragma once

#include "core/store/migrations.h"

#include <filesystem>

/// Files that nobody can make again are brought to a newer schema as a copy, and the one from before stays beside it.
namespace tributary::store {

/// As migrate(), for such a file. @p database is the one at @p path, just opened with @p options and by nobody else; what is
/// returned is the one to work with. The file of an older program is copied; the copy is migrated, looked through and made
/// durable, and only then takes the place of the old one, which is kept under keptPath() until the next time. At every
/// moment @p path is one of the two, whole. New files, those that need nothing, and those behind another VFS are migrated in
/// place.
/// Full: there is no room for a copy. Conflict: somebody reads in it, or writes. Corrupt: it is damaged, or a newer program
/// made it. In each case the file is as it was.
Result<std::unique_ptr<Database>> migrateByCopy(std::unique_ptr<Database> database, const std::filesystem::path &path,
                                                const Database::Options &options, std::span<const Migration> migrations);

/// What the file from before the last migration is called.
std::filesystem::path keptPath(const std::filesystem::path &path);
/// What its copy is called while it is being migrated.
std::filesystem::path copyPath(const std::filesystem::path &path);
/// Removes both, where they are: what has been erased in the file at @p path is in them still.
Result<void> dropKept(const std::filesystem::path &path);

} // namespace tributary::store
