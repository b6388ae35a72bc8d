#include "core/store/file_migration.h"

#include "core/base/log.h"
#include "core/store/files.h"

#include <array>
#include <cstdio>
#include <unistd.h>

namespace tributary::store {
namespace {

namespace fs = std::filesystem;

constexpr std::array<const char *, 2> kLogParts{"-wal", "-shm"};

Result<void> removeFile(const fs::path &path)
{
    std::error_code error;
    fs::remove(path, error);
    return error ? Result<void>(failure(Error::Kind::Failed, "cannot remove " + path.filename().string())) : Result<void>();
}

Result<void> removeLog(const fs::path &path)
{
    for (const char *part : kLogParts)
        TRIBUTARY_TRY(removeFile(path.string() + part));
    return {};
}

Result<void> removeDatabase(const fs::path &path)
{
    TRIBUTARY_TRY(removeLog(path));
    return removeFile(path);
}

/// Moves all that was committed into the file itself.
Result<void> emptyLog(Database &database)
{
    auto query = database.queryOnce("PRAGMA wal_checkpoint(TRUNCATE)");
    TRIBUTARY_TRY(query.step());
    return query.integer(0) == 0 ? Result<void>() : failure(Error::Kind::Conflict, "another program has the file open");
}

std::int64_t megabytesOf(const fs::path &path)
{
    std::error_code error;
    const std::uintmax_t bytes = fs::file_size(path, error);
    return error ? 0 : std::int64_t((bytes + 1024 * 1024 - 1) / (1024 * 1024));
}

/// Whoever copies until nothing is left takes the room from everybody else on that disk.
Result<void> roomForCopy(const fs::path &path)
{
    std::error_code error;
    const std::uintmax_t bytes = fs::file_size(path, error);
    const auto room = fs::space(path.parent_path(), error);
    if (!error && room.available < bytes)
        return failure(Error::Kind::Full, "no room left on the disk");
    return {};
}

/// The whole of the file at @p path, of the newest schema, durable at @p copy.
Result<void> makeCopy(const fs::path &path, const fs::path &copy, std::span<const Migration> migrations)
{
    TRIBUTARY_TRY(roomForCopy(path));
    TRIBUTARY_TRY(copyFile(path, copy));
    {
        // Nobody is told of anything in it before it is synced as a whole.
        TRIBUTARY_TRY_ASSIGN(const auto database,
                             Database::open(copy.string(), {.durability = Database::Durability::Normal}));
        TRIBUTARY_TRY(migrate(*database, migrations));
        TRIBUTARY_TRY_ASSIGN(const std::string found, database->quickCheck());
        if (found != "ok")
            return failure(Error::Kind::Corrupt, found);
        TRIBUTARY_TRY(emptyLog(*database));
    }
    TRIBUTARY_TRY(removeLog(copy));
    return syncFile(copy);
}

/// @p copy becomes @p path, and what was there is kept. Nobody has either open.
Result<void> putInPlace(const fs::path &copy, const fs::path &path)
{
    const fs::path kept = keptPath(path);
    TRIBUTARY_TRY(removeDatabase(kept));
    // Under both names, so that there is no moment without a file. Not every file system knows that.
    auto placed = ::link(path.c_str(), kept.c_str()) == 0 ? Result<void>() : copyFile(path, kept);
    // The log of the old file is empty, but after a power cut it may not be: it must be gone before the new one is there,
    // into which it would be read.
    if (placed)
        placed = removeLog(path);
    if (placed)
        placed = syncFolder(path.parent_path());
    if (placed && std::rename(copy.c_str(), path.c_str()) != 0)
        placed = failure(Error::Kind::Failed, "cannot put the new " + path.filename().string() + " in its place");
    if (!placed)
        (void)removeFile(kept);
    return placed;
}

/// What somebody can do about it.
Error explained(Error error, const fs::path &path)
{
    const std::string name = path.filename().string();
    if (error.kind == Error::Kind::Full)
        error.detail = "no room left on the disk: this version of the program makes its copy of " + name
                       + ", for which up to " + std::to_string(2 * megabytesOf(path)) + " MB have to be free; " + name
                       + " is as it was";
    else
        error.detail = name + " cannot be brought to this version of the program, and is as it was: " + error.detail;
    return error;
}

} // namespace

fs::path keptPath(const fs::path &path)
{
    return path.string() + ".before";
}

fs::path copyPath(const fs::path &path)
{
    return path.string() + ".migrating";
}

Result<void> dropKept(const fs::path &path)
{
    TRIBUTARY_TRY(removeDatabase(copyPath(path)));
    return removeDatabase(keptPath(path));
}

Result<std::unique_ptr<Database>> migrateByCopy(std::unique_ptr<Database> database, const fs::path &path,
                                                const Database::Options &options, std::span<const Migration> migrations)
{
    TRIBUTARY_TRY_ASSIGN(const std::int64_t version, versionOf(*database));
    const auto newest = std::int64_t(migrations.size());
    if (version <= 0 || version >= newest || !options.vfs.empty()) {
        auto migrated = migrate(*database, migrations);
        std::error_code ignored;
        if (!migrated && version > newest && fs::exists(keptPath(path), ignored))
            migrated.error().detail += "; what there was before that version is kept in " + keptPath(path).string();
        TRIBUTARY_TRY(migrated);
        return database;
    }
    log(LogLevel::Info, "tributary.store", "a file is brought to this version of the program, and the one before is kept",
        {{"file", path.filename().string()}, {"kept", keptPath(path).filename().string()}, {"mb", megabytesOf(path)}});
    const fs::path copy = copyPath(path);
    auto done = removeDatabase(copy); // of a time that was cut off
    if (done)
        done = emptyLog(*database);
    database.reset(); // to open and close its file beside it would end its locks
    if (done)
        done = makeCopy(path, copy, migrations);
    if (done)
        done = putInPlace(copy, path);
    if (!done) {
        (void)removeDatabase(copy);
        return failure(explained(std::move(done).error(), path));
    }
    TRIBUTARY_TRY(syncFolder(path.parent_path()));
    return Database::open(path.string(), options);
}

} // namespace tributary::store
