#include "core/hub/hub_store.h"

#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/hub/account_store.h"
#include "core/hub/change_log.h"
#include "core/hub/delivery_queue.h"
#include "core/hub/erased_list.h"
#include "core/hub/erasure.h"
#include "core/hub/part_files.h"
#include "core/store/file_migration.h"
#include "core/store/file_system.h"

#include <sys/stat.h>
#include <unistd.h>

namespace tributary::hub {
namespace {

Result<std::unique_ptr<store::Database>> openDatabase(const std::filesystem::path &path, const Clock &clock, Rng &rng,
                                                      Bytes &root)
{
    TRIBUTARY_TRY_ASSIGN(auto database, store::Database::open(path, {}));
    TRIBUTARY_TRY_ASSIGN(database, store::migrateByCopy(std::move(database), path, {}, store::hubMigrations()));
    TRIBUTARY_TRY(database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY(createWorkspace(*database, "Tributary", rng));
        TRIBUTARY_TRY_ASSIGN(root, sealRoot(*database, rng));
        return releaseAll(*database, clock.now());
    }));
    return database;
}

} // namespace

Result<store::FolderLock> lockFolder(const std::filesystem::path &folder)
{
    return store::FolderLock::take(folder, "hub.lock");
}

HubStore::HubStore(std::filesystem::path folder, store::FolderLock lock, Secrets secrets, store::Blobs blobs,
                   const Clock &clock, Rng &rng)
    : m_folder(std::move(folder))
    , m_lock(std::move(lock))
    , m_secrets(std::move(secrets))
    , m_blobs(std::move(blobs))
    , m_clock(clock)
    , m_rng(rng)
    , m_ids(clock, rng)
    , m_otherIds(clock, rng)
    , m_deadly(m_folder, clock)
{
}

HubStore::~HubStore()
{
    close();
}

Result<std::unique_ptr<HubStore>> HubStore::open(const std::filesystem::path &folder, const Clock &clock, Rng &rng)
{
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error)
        return failure(Error::Kind::Failed, "cannot make the data folder");
    if (const std::string kind = store::unsafeFileSystem(folder); !kind.empty())
        return failure(Error::Kind::Invalid, "the data folder is on " + kind
                                                 + ", where a database is not safe: choose one on a disk of this machine");
    ::chmod(folder.c_str(), S_IRWXU);
    TRIBUTARY_TRY_ASSIGN(store::FolderLock lock, lockFolder(folder));
    if (std::filesystem::exists(folder / kRestoring, error))
        return failure(Error::Kind::Corrupt,
                       "a restore into this folder was not finished: take hub.db.restoring and blobs away, and restore "
                       "again");
    removePartFiles(folder);
    TRIBUTARY_TRY_ASSIGN(Secrets secrets, Secrets::open(folder, rng));
    TRIBUTARY_TRY_ASSIGN(store::Blobs blobs, store::Blobs::open(folder / "blobs"));
    const auto size = std::filesystem::file_size(folder / "hub.db", error);
    if (error || size == 0)
        TRIBUTARY_TRY(mayBeginHere(folder));
    if (const auto erased = ErasedList::read(folder); !erased) // taken for an empty one, whoever was erased would be back
        return failure(Error::Kind::Failed, "hub.erased in the data folder cannot be read: " + erased.error().detail
                                                + "; it must belong to the user that the hub runs as");
    Bytes root;
    TRIBUTARY_TRY_ASSIGN(auto database, openDatabase(folder / "hub.db", clock, rng, root));
    TRIBUTARY_TRY_ASSIGN(const Incarnation incarnation, enterIncarnation(folder, *database, rng));
    if (!incarnation.suspicion.empty())
        log(LogLevel::Error, "tributary.hub",
            "a new epoch begins: every desktop fetches everything again and offers what it has sent",
            {{"because", incarnation.suspicion}});
    TRIBUTARY_TRY_ASSIGN(auto reading, store::Database::open(folder / "hub.db", {.mode = store::Database::Mode::ReadOnly}));
    std::unique_ptr<HubStore> store(new HubStore(folder, std::move(lock), std::move(secrets), std::move(blobs), clock, rng));
    HubStore *self = store.get();
    store->m_incarnation = incarnation;
    store->m_sealRoot = std::move(root);
    store->m_writer = std::make_unique<store::Writer>(std::move(database), [self](Error broken) {
        const std::scoped_lock guard(self->m_brokenMutex);
        self->m_brokenBy = broken;
        if (self->m_broken)
            self->m_broken(std::move(broken));
    });
    store->m_reader = std::make_unique<store::Reader>(std::move(reading));
    const auto erased = eraseAgain(*store);
    if (!erased) // served now, they would be at every desktop
        return failure(erased.error().kind,
                       "who was erased is here again, with an older state, and cannot be erased: " + erased.error().detail);
    if (*erased > 0)
        log(LogLevel::Info, "tributary.hub", "who had been erased came back with an older state, and was erased again",
            {{"persons", std::int64_t(*erased)}});
    TRIBUTARY_TRY(
        store->m_reader->readAndWait([self](store::Database &database) { return readOwed(database, self->m_owed); }));
    const auto moved =
        store->m_writer->writeAndWait([&clock](store::Database &database) { return moveRegions(database, clock.now()); });
    if (!moved)
        log(LogLevel::Error, "tributary.hub",
            "regions of accounts are still among their settings: the next start tries again",
            {{"error", moved.error().detail}});
    return store;
}

void HubStore::close()
{
    if (m_writer) {
        m_writer->close();
        m_deadly.endedWell();
    }
    if (m_reader) {
        (void)m_reader->readAndWait([this](store::Database &database) { return noteHead(database); });
        m_reader->close();
    }
}

Bytes HubStore::sealKeyOf(model::AgentId agent) const
{
    const Sha256 key = hmacSha256(m_sealRoot, bytesOf("seal-key " + agent.text()));
    return {key.begin(), key.end()};
}

Result<std::unique_ptr<store::Reader>> HubStore::openReader() const
{
    TRIBUTARY_TRY_ASSIGN(auto reading, openReading());
    return std::make_unique<store::Reader>(std::move(reading));
}

Result<std::unique_ptr<store::Database>> HubStore::openReading() const
{
    TRIBUTARY_TRY_ASSIGN(auto reading,
                         store::Database::open((m_folder / "hub.db").string(), {.mode = store::Database::Mode::ReadOnly}));
    reading->endWhen(m_ending);
    return reading;
}

Result<void> HubStore::noteHead(store::Database &database) const
{
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
    return hub::noteHead(m_folder, m_incarnation.name, head.seq);
}

void HubStore::setBroken(std::function<void(Error)> broken)
{
    const std::scoped_lock lock(m_brokenMutex);
    m_broken = std::move(broken);
    if (m_broken && m_brokenBy) // while the hub was being started
        m_broken(*m_brokenBy);
}

} // namespace tributary::hub
