#include "core/hub/exchange/backup.h"

#include "core/base/digest.h"
#include "core/base/json_writer.h"
#include "core/hub/audit.h"
#include "core/hub/change_log.h"
#include "core/hub/epoch.h"
#include "core/hub/exchange/backup_parts.h"
#include "core/hub/exchange/check_store.h"
#include "core/hub/exchange/file_hash.h"
#include "core/hub/exchange/named_blobs.h"
#include "core/hub/exchange/sealed_store.h"
#include "core/store/files.h"
#include "core/store/migrations.h"
#include "core/store/sql.h"

#include <algorithm>
#include <simdjson.h>
#include <sys/stat.h>

namespace tributary::hub::exchange {
namespace {

namespace fs = std::filesystem;
namespace sql = store::sql;

constexpr std::int64_t kFormat = 1, kSealedFormat = 2; ///< Programs before sealing know the first alone, and say so.
constexpr std::size_t kMaxManifest = 64 * 1024;
constexpr const char *kManifest = "backup.json";

struct Manifest {
    std::int64_t format = 0;
    std::string workspace;
    std::int64_t head = 0;
    std::int64_t atMs = 0;
    std::int64_t attachments = 0;
    std::string databaseSha256;
    std::int64_t keys = 0;   ///< Of a sealed one: how many numbers people.keys had.
    std::string fingerprint; ///< Likewise: PeopleKeys::fingerprint()

    bool isSealed() const { return format == kSealedFormat; }
};

std::string megabytes(std::uintmax_t bytes)
{
    return std::to_string((bytes + 1024 * 1024 - 1) / (1024 * 1024)) + " MB";
}

/// Takes away what was made, unless it is kept: half a backup must not look like one, half a restore not like a store.
class Undo {
public:
    ~Undo()
    {
        std::error_code ignored;
        for (auto path = m_made.rbegin(); path != m_made.rend(); ++path)
            fs::remove_all(*path, ignored);
    }
    void add(fs::path path) { m_made.push_back(std::move(path)); }
    void keep() { m_made.clear(); }

private:
    std::vector<fs::path> m_made;
};

/// Each attachment the database speaks of, once.
Result<std::int64_t> forEachBlob(store::Database &database, const std::function<Result<void>(const std::string &)> &work)
{
    std::string after;
    std::int64_t count = 0;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const auto names, namedBlobs(database, after));
        for (const std::string &name : names) {
            TRIBUTARY_TRY(work(name));
            ++count;
        }
        if (names.size() < kBlobsAtOnce)
            return count;
        after = names.back();
    }
}

/// Copies attachments from one place to another, each checked against its name. Returns how many were taken.
/// @p lost counts those that are not there or damaged.
Result<std::int64_t> copyBlobs(store::Database &database, const store::Blobs &from, const fs::path &to, Progress &progress,
                               std::int64_t &lost)
{
    TRIBUTARY_TRY_ASSIGN(NewBlobs blobs, NewBlobs::make(to));
    std::int64_t taken = 0;
    TRIBUTARY_TRY(forEachBlob(database, [&](const std::string &name) -> Result<void> {
        TRIBUTARY_TRY(progress.one());
        const auto source = from.path(name);
        if (!source) {
            ++lost;
            return {};
        }
        TRIBUTARY_TRY_ASSIGN(const fs::path target, blobs.placeOf(name));
        Sha256Stream digest;
        TRIBUTARY_TRY(store::copyFile(*source, target, [&](ByteView part) { digest.add(part); }));
        if (toHex(digest.finish()) != name) {
            std::error_code ignored;
            fs::remove(target, ignored);
            ++lost;
            return {};
        }
        ++taken;
        return {};
    }));
    TRIBUTARY_TRY(blobs.sync());
    return taken;
}

Result<void> writeManifest(const fs::path &folder, const Manifest &manifest)
{
    JsonWriter json;
    json.beginObject().field("format", manifest.format).field("workspace", manifest.workspace);
    json.field("head", manifest.head).field("at_ms", manifest.atMs).field("attachments", manifest.attachments);
    json.field("database_sha256", manifest.databaseSha256).field("sealed", manifest.isSealed());
    if (manifest.isSealed())
        json.field("people_keys", manifest.keys).field("people_keys_of", manifest.fingerprint);
    json.endObject();
    return store::replaceFile(folder / kManifest, bytesOf(json.take() + "\n"));
}

Result<Manifest> readManifest(const fs::path &folder)
{
    const auto content = store::readFile(folder / kManifest, kMaxManifest);
    if (!content)
        return failure(Error::Kind::Corrupt, folder.string() + " is not a whole backup: it has no " + kManifest);
    simdjson::dom::parser parser;
    simdjson::dom::element json;
    std::string_view workspace, sha, fingerprint;
    Manifest manifest;
    const bool good = parser.parse(textOf(*content).data(), content->size()).get(json) == simdjson::SUCCESS
                      && json["format"].get_int64().get(manifest.format) == simdjson::SUCCESS
                      && json["workspace"].get_string().get(workspace) == simdjson::SUCCESS
                      && json["head"].get_int64().get(manifest.head) == simdjson::SUCCESS
                      && json["at_ms"].get_int64().get(manifest.atMs) == simdjson::SUCCESS
                      && json["attachments"].get_int64().get(manifest.attachments) == simdjson::SUCCESS
                      && json["database_sha256"].get_string().get(sha) == simdjson::SUCCESS;
    if (!good)
        return failure(Error::Kind::Corrupt, std::string(kManifest) + " is damaged");
    if (manifest.format != kFormat && manifest.format != kSealedFormat)
        return failure(Error::Kind::Corrupt, "the backup was made by a newer version of the program");
    const bool namesKeys = json["people_keys"].get_int64().get(manifest.keys) == simdjson::SUCCESS
                           && json["people_keys_of"].get_string().get(fingerprint) == simdjson::SUCCESS;
    if (manifest.isSealed() && !namesKeys)
        return failure(Error::Kind::Corrupt, std::string(kManifest) + " is damaged");
    manifest.workspace = workspace;
    manifest.databaseSha256 = sha;
    manifest.fingerprint = fingerprint;
    return manifest;
}

/// The copy of the database, with nothing of it outside the one file.
Result<void> copyDatabase(const fs::path &from, const fs::path &to, const admin::Console &console)
{
    TRIBUTARY_TRY_ASSIGN(auto database, store::Database::open(from, {.mode = store::Database::Mode::ReadOnly}));
    // Made by us first, so that nobody else can read it; SQLite takes an empty file.
    TRIBUTARY_TRY(store::replaceFile(to, ByteView()));
    TRIBUTARY_TRY(database->execute("PRAGMA query_only = OFF")); // the copy is written through this connection
    if (console.over)
        database->endWhen(console.over);
    const Result<void> copied = database->backupTo(to);
    TRIBUTARY_TRY(goOn(console));
    TRIBUTARY_TRY(copied);
    return store::syncFile(to);
}

Result<void> isFree(const fs::path &to)
{
    std::error_code error;
    if (!fs::exists(to, error))
        return {};
    if (!fs::is_directory(to, error) || !fs::is_empty(to, error) || error)
        return failure(Error::Kind::Conflict, to.string() + " is there already; a backup overwrites nothing");
    return {};
}

/// Keys beside what they open would open it for whoever has the backup.
Result<void> isOutside(const fs::path &file, const fs::path &backup)
{
    const fs::path outer = fs::weakly_canonical(fs::absolute(backup));
    const fs::path within = fs::weakly_canonical(fs::absolute(file)).lexically_relative(outer);
    if (!within.empty() && *within.begin() != "..")
        return failure(Error::Kind::Invalid,
                       "people.keys must not be in the backup that it opens: name another place for it");
    return {};
}

/// The store as it is, at one moment.
Result<void> copyStore(HubStore &store, const fs::path &to, const admin::Console &console, Manifest &manifest,
                       BackupReport &report)
{
    std::error_code error;
    console.err("copying the database (" + megabytes(fs::file_size(store.folder() / "hub.db", error)) + ")");
    TRIBUTARY_TRY(copyDatabase(store.folder() / "hub.db", to / "hub.db", console));
    // What is copied from here on is what the copy speaks of: blobs are made before they are spoken of, and stay meanwhile.
    TRIBUTARY_TRY_ASSIGN(auto copy, store::Database::open(to / "hub.db", {.mode = store::Database::Mode::ReadOnly}));
    TRIBUTARY_TRY_ASSIGN(const WorkspaceState workspace, workspaceState(*copy));
    TRIBUTARY_TRY_ASSIGN(const std::int64_t total, forEachBlob(*copy, [](const std::string &) { return Result<void>(); }));
    console.err("copying " + std::to_string(total) + " attachments");
    Progress progress(store.clock(), console, "attachments", total);
    TRIBUTARY_TRY_ASSIGN(report.attachments, copyBlobs(*copy, store.blobs(), to / "blobs", progress, report.missing));
    manifest.format = kFormat;
    manifest.workspace = workspace.name;
    manifest.head = workspace.head.seq;
    return {};
}

/// The same, sealed. Its keys are outside before it is a backup.
Result<void> sealStoreInto(HubStore &store, const BackupOptions &options, const admin::Console &console, Manifest &manifest,
                           BackupReport &report)
{
    TRIBUTARY_TRY_ASSIGN(const SealedStore sealed, sealStore(store, options.to, console));
    if (options.keysTo) {
        const std::scoped_lock lock(store.peopleKeysMutex());
        TRIBUTARY_TRY(copyKeys(store.folder(), *options.keysTo));
    }
    report.attachments = sealed.attachments;
    report.missing = sealed.missing;
    manifest.format = kSealedFormat;
    manifest.workspace = sealed.workspace.name;
    manifest.head = sealed.workspace.head.seq;
    manifest.keys = sealed.keys;
    manifest.fingerprint = sealed.fingerprint;
    return {};
}

} // namespace

Result<BackupReport> backUp(HubStore &store, const BackupOptions &options, const admin::Console &console)
{
    TRIBUTARY_TRY(isFree(options.to));
    if (options.keysTo) {
        TRIBUTARY_TRY(isOutside(*options.keysTo, options.to));
        TRIBUTARY_TRY(mayReplaceKeys(store.folder(), *options.keysTo)); // before anything is copied
    }
    std::error_code error;
    const bool wasThere = fs::exists(options.to, error);
    TRIBUTARY_TRY(makeFolder(options.to));
    Undo undo;
    if (wasThere) {
        for (const char *name : {"hub.db", "hub.db-journal", "blobs", "hub.key", kManifest})
            undo.add(options.to / name);
    } else {
        undo.add(options.to);
    }
    BackupReport report;
    Manifest manifest;
    const auto whole = store.blobs().keptWhole(); // from before the copy, which names them
    TRIBUTARY_TRY(options.sealed ? sealStoreInto(store, options, console, manifest, report)
                                 : copyStore(store, options.to, console, manifest, report));
    if (options.withKey)
        TRIBUTARY_TRY(store::copyFile(store.folder() / "hub.key", options.to / "hub.key"));
    manifest.atMs = toMs(store.clock().now());
    manifest.attachments = report.attachments;
    report.head = manifest.head;
    TRIBUTARY_TRY_ASSIGN(manifest.databaseSha256, sha256Of(options.to / "hub.db", [&] { return goOn(console); }));
    TRIBUTARY_TRY(store::syncFolder(options.to));
    TRIBUTARY_TRY(writeManifest(options.to, manifest));
    const fs::path parent = fs::absolute(options.to).parent_path();
    TRIBUTARY_TRY(store::syncFolder(parent));
    undo.keep();
    return report;
}

namespace {

Result<void> hasNoStore(const fs::path &data)
{
    std::error_code error;
    for (const char *name : {"hub.db", "hub.db-wal", kRestoring, "blobs"}) {
        const fs::path path = data / name;
        const bool empty = fs::is_directory(path, error) && fs::is_empty(path, error);
        if (fs::exists(path, error) && !empty)
            return failure(Error::Kind::Conflict,
                           "there is data in " + data.string() + " (" + name + "); a restore overwrites nothing");
    }
    return {};
}

/// Looks through what was copied, brought to the newest schema, before it becomes a store. Rows that do not fit together do
/// so since before the backup, which is as it was written: nobody is served by leaving it all there. They are said.
Result<void> checkCopy(store::Database &database, const Manifest &manifest, const admin::Console &console)
{
    TRIBUTARY_TRY_ASSIGN(const StoreCheck found, checkDatabase(database));
    if (std::int64_t(found.problems.size()) > found.misfits)
        return failure(Error::Kind::Corrupt, "the backup is damaged: " + found.problems.front());
    for (const std::string &problem : found.problems)
        console.err("the backup was made of a store that had " + problem + "; they are restored as they were");
    if (found.head != manifest.head)
        return failure(Error::Kind::Corrupt, "the backup's database is not the one that backup.json speaks of");
    return {};
}

/// Where a key file of what is restored comes from; nothing where there is none, or it is in its place, @p present. One that
/// somebody names must be there, and none takes the place of another: what is sealed with the one opens with no other.
Result<std::optional<fs::path>> keyToCopy(const std::optional<fs::path> &named, const fs::path &otherwise,
                                          const fs::path &present)
{
    std::error_code error;
    const fs::path key = named.value_or(otherwise);
    if (!fs::is_regular_file(key, error)) {
        if (named)
            return failure(Error::Kind::NotFound, "there is no key file " + key.string());
        return std::optional<fs::path>();
    }
    if (!fs::exists(present, error))
        return std::optional<fs::path>(key);
    TRIBUTARY_TRY_ASSIGN(const std::string wanted, sha256Of(key));
    TRIBUTARY_TRY_ASSIGN(const std::string there, sha256Of(present));
    if (wanted == there)
        return std::optional<fs::path>();
    std::string why = "there is another key in " + present.string() + " than ";
    if (named)
        why += key.string() + "; take it away first, a restore overwrites nothing";
    else
        why += "the backup's own, " + key.string()
               + ", which opens what is sealed in it; take it away first, or name the one"
                 " that the hub shall have (--key FILE)";
    return failure(Error::Kind::Conflict, std::move(why));
}

/// Whether something is sealed in a database, and @p key opens nothing of it.
Result<bool> isOfAnother(store::Database &database, const fs::path &key)
{
    const Result<Secrets> secrets = Secrets::read(key);
    auto query = database.query(sql::exchange_sealed_by_key);
    for (bool any = false;; any = true) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return any;
        if (secrets && secrets->unseal(query.blob(1), query.blob(0)))
            return false;
    }
}

/// What opens a backup, wherever it is now.
struct KeyFiles {
    std::optional<fs::path> hub, people; ///< To be copied into the folder; nothing: they are there, or nowhere.
};

/// The keys of people of a sealed backup, which must be the right ones, and no older than it.
Result<PeopleKeys> readKeys(const RestoreOptions &options, const KeyFiles &files, const Manifest &manifest)
{
    const fs::path hub = files.hub.value_or(options.data / "hub.key");
    const fs::path people = files.people.value_or(options.data / kPeopleKeys);
    std::error_code error;
    if (!fs::exists(hub, error))
        return failure(Error::Kind::NotFound, "the backup is sealed: it takes the hub.key of its hub (--key FILE)");
    if (!fs::exists(people, error))
        return failure(Error::Kind::NotFound,
                       "the backup is sealed: it takes the newest people.keys of its hub (--people-keys "
                       "FILE); without it nobody can read it any more");
    TRIBUTARY_TRY_ASSIGN(const Secrets secrets, Secrets::read(hub));
    TRIBUTARY_TRY_ASSIGN(PeopleKeys keys, PeopleKeys::read(people, secrets));
    if (keys.fingerprint() != manifest.fingerprint)
        return failure(Error::Kind::Corrupt, "people.keys is of another hub than the backup");
    if (std::int64_t(keys.size()) < manifest.keys)
        return failure(Error::Kind::Corrupt,
                       "people.keys is older than the backup, and lacks keys: take the newest copy of it");
    return keys;
}

/// The attachments of a backup as it is. Corrupt: one of them is not there.
Result<std::int64_t> restoreBlobs(store::Database &database, const fs::path &from, const fs::path &to,
                                  const Manifest &manifest, const Clock &clock, const admin::Console &console)
{
    console.err("copying " + std::to_string(manifest.attachments) + " attachments");
    TRIBUTARY_TRY_ASSIGN(const store::Blobs blobs, store::Blobs::open(from));
    Progress progress(clock, console, "attachments", manifest.attachments);
    std::int64_t lost = 0;
    TRIBUTARY_TRY_ASSIGN(const std::int64_t taken, copyBlobs(database, blobs, to, progress, lost));
    if (taken != manifest.attachments)
        return failure(Error::Kind::Corrupt, "the backup is damaged: " + std::to_string(manifest.attachments - taken)
                                                 + " of its attachments are missing or not as they were written");
    return taken;
}

} // namespace

Result<RestoreReport> restore(const RestoreOptions &options, const Clock &clock, Rng &rng, const admin::Console &console)
{
    TRIBUTARY_TRY_ASSIGN(const Manifest manifest, readManifest(options.from));
    std::error_code error;
    fs::create_directories(options.data, error);
    if (error)
        return failure(Error::Kind::Failed, "cannot make the data folder");
    ::chmod(options.data.c_str(), S_IRWXU);
    TRIBUTARY_TRY_ASSIGN(const store::FolderLock lock, lockFolder(options.data));
    TRIBUTARY_TRY(hasNoStore(options.data));
    KeyFiles files;
    TRIBUTARY_TRY_ASSIGN(files.hub, keyToCopy(options.key, options.from / "hub.key", options.data / "hub.key"));
    TRIBUTARY_TRY_ASSIGN(files.people,
                         keyToCopy(options.peopleKeys, options.data / kPeopleKeys, options.data / kPeopleKeys));
    std::optional<PeopleKeys> keys;
    if (manifest.isSealed()) {
        TRIBUTARY_TRY_ASSIGN(keys, readKeys(options, files, manifest));
    }
    console.err("checking the backup");
    TRIBUTARY_TRY_ASSIGN(const std::string sha, sha256Of(options.from / "hub.db"));
    if (sha != manifest.databaseSha256)
        return failure(Error::Kind::Corrupt, "the backup's database is damaged: it is not as it was written");

    Undo undo;
    const fs::path fresh = options.data / kRestoring;
    for (const char *end : {"", "-wal", "-shm"})
        undo.add(fresh.string() + end);
    undo.add(options.data / "blobs");
    RestoreReport report{.workspace = manifest.workspace, .head = manifest.head, .at = fromMs(manifest.atMs)};
    std::vector<model::CustomerId> unreadable;
    if (keys) {
        TRIBUTARY_TRY_ASSIGN(unreadable, unsealDatabase(options.from, fresh, *keys, clock, console));
    } else {
        console.err("copying the database (" + megabytes(fs::file_size(options.from / "hub.db", error)) + ")");
        TRIBUTARY_TRY(store::copyFile(options.from / "hub.db", fresh));
    }
    TRIBUTARY_TRY_ASSIGN(auto database, store::Database::open(fresh, {}));
    TRIBUTARY_TRY(store::migrate(*database, store::hubMigrations()));
    TRIBUTARY_TRY(checkCopy(*database, manifest, console));
    const fs::path from = options.from / "blobs", to = options.data / "blobs";
    TRIBUTARY_TRY_ASSIGN(report.attachments, keys ? unsealFiles(options.from, to, *keys, clock, console)
                                                  : restoreBlobs(*database, from, to, manifest, clock, console));
    TRIBUTARY_TRY(database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY(forgetIncarnation(options.data, *database));
        const auto begun = beginEpoch(*database, rng);
        if (!begun)
            return failure(begun.error());
        return note(*database, {.place = kByCommandLine},
                    {.kind = AuditEntry::Kind::Restored, .became = "change: " + std::to_string(manifest.head)});
    }));
    const fs::path key = files.hub.value_or(options.data / "hub.key");
    report.hasKey = fs::exists(key, error);
    if (report.hasKey) {
        TRIBUTARY_TRY_ASSIGN(report.isAnothersKey, isOfAnother(*database, key));
    }
    // A key that is gone says that somebody was erased, also to a folder that has never heard of it.
    if (!unreadable.empty())
        TRIBUTARY_TRY(eraseAtStart(options.data, *database, unreadable, report.at));
    TRIBUTARY_TRY(database->checkpoint(true));
    database.reset();
    for (const char *end : {"-wal", "-shm"})
        fs::remove(fresh.string() + end, error);
    for (const auto &[file, name] : {std::pair(files.hub, "hub.key"), std::pair(files.people, kPeopleKeys)}) {
        if (!file)
            continue;
        undo.add(options.data / name);
        TRIBUTARY_TRY(store::copyFile(*file, options.data / name));
    }
    report.erased = std::int64_t(unreadable.size());
    TRIBUTARY_TRY(store::syncFile(fresh));
    fs::rename(fresh, options.data / "hub.db", error);
    if (error)
        return failure(Error::Kind::Failed, "cannot name the restored database");
    undo.keep();
    TRIBUTARY_TRY(store::syncFolder(options.data));
    return report;
}

} // namespace tributary::hub::exchange
