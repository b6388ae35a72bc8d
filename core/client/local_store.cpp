#include "core/client/local_store.h"

#include "core/client/keyring.h"
#include "core/client/personal_settings.h"
#include "core/client/seen_history.h"

#include "core/base/log.h"
#include "core/model/rights.h"
#include "core/store/entities.h"
#include "core/store/file_migration.h"
#include "core/store/files.h"
#include "core/store/journal_rescue.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <array>
#include <charconv>

/// Opening, who we are, settings, drafts. local_store_sync.cpp has what the hub says, local_store_commands.cpp what its
/// agent does.
namespace tributary::client {
namespace {

using namespace tributary::model;

constexpr std::uintmax_t kReserveBytes = 16 << 20;
constexpr std::int64_t kRowsBeforeCheckpoint = 2'000;
constexpr std::chrono::hours kDamagedFor{30 * 24}; ///< Who would look for more in a damaged journal has done so by then.
constexpr std::string_view kSettings = "desktop";  ///< One journal setting that holds all, so that they are read at once.
constexpr std::string_view kAgent = "agent"; ///< Who was signed in last: signs own commands while the copy is being rebuilt.

void logProblem(std::string_view what, const Error &error)
{
    log(LogLevel::Warning, "tributary.client", what, {{"kind", name(error.kind)}, {"error", error.detail}});
}

/// What a rescued journal is called until the damaged one is out of its way.
std::filesystem::path rescuedPath(const std::filesystem::path &folder)
{
    return folder / "journal.db.rescued";
}

/// Of a journal that rescueJournal() puts aside.
std::filesystem::path damagedPath(const std::filesystem::path &folder, TimePoint at)
{
    return LocalStore::journalPath(folder).string() + ".damaged-" + std::to_string(toMs(at));
}

/// When those that are there were put aside, in order; also where only a part of one is left.
std::set<TimePoint> damagedJournals(const std::filesystem::path &folder)
{
    std::set<TimePoint> found;
    const std::string start = LocalStore::journalPath(folder).filename().string() + ".damaged-";
    std::error_code error;
    for (std::filesystem::directory_iterator file(folder, error), end; !error && file != end; file.increment(error)) {
        const std::string name = file->path().filename().string();
        std::int64_t ms = 0;
        if (name.starts_with(start)
            && std::from_chars(name.data() + start.size(), name.data() + name.size(), ms).ec == std::errc())
            found.insert(fromMs(ms));
    }
    return found;
}

/// The rescue of a journal that was ended between its last two steps.
Result<void> finishRescue(const std::filesystem::path &folder)
{
    std::error_code error;
    const auto journal = LocalStore::journalPath(folder);
    if (std::filesystem::exists(journal, error) || !std::filesystem::exists(rescuedPath(folder), error))
        return {};
    const std::set<TimePoint> damaged = damagedJournals(folder);
    for (const char *part : {"-wal", "-shm"}) { // of the damaged one: they must not be taken for the new one's
        const std::string left = journal.string() + part;
        if (std::filesystem::exists(left, error))
            std::filesystem::rename(
                left, damagedPath(folder, damaged.empty() ? TimePoint() : *damaged.rbegin()).string() + part, error);
        if (error)
            return failure(Error::Kind::Failed, "a part of the damaged journal cannot be moved");
    }
    std::filesystem::rename(rescuedPath(folder), journal, error);
    return error ? Result<void>(failure(Error::Kind::Failed, "the rescued journal cannot be named"))
                 : store::syncFolder(folder);
}

} // namespace

Result<store::FolderLock> LocalStore::lockFolder(const std::filesystem::path &folder)
{
    auto lock = store::FolderLock::take(folder, "lock");
    if (!lock && lock.error().kind == Error::Kind::Conflict)
        return failure(Error::Kind::Conflict, "this profile is open in another window of the program");
    return lock;
}

Result<JournalRescue> LocalStore::rescueJournal(const std::filesystem::path &folder, const Clock &clock, Rng &rng)
{
    namespace fs = std::filesystem;
    TRIBUTARY_TRY(finishRescue(folder));
    const fs::path journal = journalPath(folder), fresh = rescuedPath(folder);
    TRIBUTARY_TRY_ASSIGN(const store::RescuedJournal saved, store::rescueJournal(journal));
    std::error_code error;
    const std::array<const char *, 3> parts{"", "-wal", "-shm"};
    for (const char *part : parts) // of an attempt before this one
        fs::remove(fresh.string() + part, error);
    IdMaker ids(clock, rng);
    TRIBUTARY_TRY(store::writeJournal(fresh, saved, ids));
    for (const char *part : {"-wal", "-shm"})
        fs::remove(fresh.string() + part, error);
    TRIBUTARY_TRY(store::syncFile(fresh));
    JournalRescue rescue{.damaged = damagedPath(folder, clock.now()),
                         .drafts = std::int64_t(saved.drafts.size() + saved.sealedDrafts.size()),
                         .knowsHub = saved.installation.has_value()};
    const auto count = [&rescue](const auto &row) {
        rescue.commands += !row.outcome && !row.appliedAt;
        rescue.cameBack += row.outcome && !row.settled;
    };
    std::ranges::for_each(saved.entries, count);
    std::ranges::for_each(saved.sealed, count);
    for (const char *part : parts) {
        if (!fs::exists(journal.string() + part, error))
            continue;
        fs::rename(journal.string() + part, rescue.damaged.string() + part, error);
        if (error)
            return failure(Error::Kind::Failed, "the damaged journal cannot be moved");
    }
    TRIBUTARY_TRY(finishRescue(folder));
    log(LogLevel::Error, "tributary.client", "a damaged journal was set aside, and what could be read of it saved",
        {{"commands", rescue.commands}, {"came_back", rescue.cameBack}, {"drafts", rescue.drafts}});
    return rescue;
}

LocalStore::LocalStore(std::filesystem::path folder, const Clock &clock, Rng &rng, Events events, store::Disk &disk)
    : m_folder(std::move(folder))
    , m_disk(disk)
    , m_clock(clock)
    , m_ids(clock, rng)
    , m_events(std::move(events))
{
}

LocalStore::~LocalStore() = default;

Result<std::unique_ptr<LocalStore>> LocalStore::open(const std::filesystem::path &folder, const Clock &clock, Rng &rng,
                                                     Events events, store::Disk &disk)
{
    TRIBUTARY_TRY(finishRescue(folder));
    std::unique_ptr<LocalStore> self(new LocalStore(folder, clock, rng, std::move(events), disk));
    auto journal = store::Journal::open(journalPath(folder).string(), self->m_ids, disk.vfs());
    if (!journal && self->releaseReserve()) { // even opening a file needs a little room
        self->m_facts.storage = Status::Storage::DiskFull;
        journal = store::Journal::open(journalPath(folder).string(), self->m_ids, disk.vfs());
    }
    if (!journal)
        return failure(journal.error());
    self->m_journal = std::move(*journal);
    self->m_journalIs = disk.identity(journalPath(folder));
    TRIBUTARY_TRY_ASSIGN(self->m_facts.installation, self->m_journal->installation());
    TRIBUTARY_TRY_ASSIGN(self->m_facts.waitingForNewer, self->m_journal->waitingForNewer());
    if (isInKeyring(self->m_facts.installation.token))
        self->m_facts.inKeyring = self->m_facts.installation.token;
    TRIBUTARY_TRY(self->noteLocked(false));
    TRIBUTARY_TRY(self->loadSettings());
    const model::AgentId agent = self->m_facts.agent.id;
    if (!self->m_facts.installation.token.empty() && !agent.isNull()) // a change of agents may have been cut off
        (void)self->m_journal->setAuthor(agent);
    TRIBUTARY_TRY_ASSIGN(self->m_offered, self->m_journal->offeredUpTo());
    disk.drop(rescuedPath(folder)); // of a rescue that was ended before anything was moved
    self->dropDamagedJournals(clock.now() - kDamagedFor);
    Result<void> opened = self->openCache();
    if (opened)
        opened = self->loadCopy();
    if (!opened && opened.error().kind == Error::Kind::Full && self->releaseReserve()) {
        opened = self->openCache();
        if (opened)
            opened = self->loadCopy();
    }
    if (!opened && (opened.error().kind == Error::Kind::Full || opened.error().kind == Error::Kind::Conflict)) {
        logProblem("the cache cannot be used now", opened.error()); // nothing is wrong with it: see haveCache()
        self->m_cacheFile.reset();
        TRIBUTARY_TRY(self->loadPending(std::nullopt));
    } else if (!opened) {
        logProblem("the cache is begun anew", opened.error());
        self->m_facts.rebuilding = true;
        self->m_cacheFile.reset();
        self->setCacheAside();
        opened = self->openCache();
        if (opened)
            opened = self->loadCopy();
        if (!opened) { // its disk is what fails: see haveCache()
            logProblem("there is no cache", opened.error());
            self->m_cacheFile.reset();
            self->m_facts.storage = Status::Storage::Broken;
            TRIBUTARY_TRY(self->loadPending(std::nullopt));
        }
    }
    if (const auto pruned = self->prune(); !pruned && pruned.error().kind != Error::Kind::Full)
        return failure(pruned.error());
    if (!self->takeReserve() && self->m_facts.storage == Status::Storage::Fine)
        self->m_facts.storage = Status::Storage::DiskFull;
    TRIBUTARY_TRY(self->recount());
    return self;
}

/// What is kept for a while only, in case the hub goes back to a backup. A clock that is ahead throws nothing away.
Result<void> LocalStore::prune()
{
    m_prunedAt = m_clock.now();
    if (!m_facts.syncedAt)
        return {};
    const TimePoint now = std::min(m_clock.now(), *m_facts.syncedAt);
    return m_journal->prune(now);
}

/// Out of the way but not lost, for whoever wants to know what happened. One generation: a cache can be large.
void LocalStore::setCacheAside()
{
    m_disk.rename(cachePath(m_folder), cachePath(m_folder).string() + ".broken");
}

Result<void> LocalStore::openCache()
{
    const store::Database::Options options{.durability = store::Database::Durability::Normal, .vfs = m_disk.vfs()};
    TRIBUTARY_TRY_ASSIGN(auto database, store::Database::open(cachePath(m_folder).string(), options));
    // In place, unlike the journal: what is lost of it can be fetched again, and a start must not wait for the copy of a
    // gigabyte.
    TRIBUTARY_TRY(store::migrate(*database, store::cacheMigrations()));
    m_cacheFile = std::move(database);
    m_forgetting.reset();
    m_strays.reset(); // what this copy names is not known yet
    m_cacheIs = m_disk.identity(cachePath(m_folder));
    return {};
}

bool LocalStore::haveCache()
{
    if (m_cacheFile && m_disk.identity(cachePath(m_folder)) != m_cacheIs)
        replaceCache("its file was taken away");
    if (m_cacheFile)
        return true;
    auto opened = openCache();
    if (opened)
        opened = loadCopy();
    if (!opened) {
        noteNoCopy(opened.error());
        return false;
    }
    m_facts.storage = takeReserve() ? Status::Storage::Fine : Status::Storage::DiskFull;
    m_events.cacheReplaced();
    m_events.factsChanged();
    return true;
}

/// Brings the copy and the journal together: they have no common transaction.
Result<void> LocalStore::loadCopy()
{
    store::Cache cache(*m_cacheFile);
    TRIBUTARY_TRY_ASSIGN(const bool fitted, m_cacheFile->inTransaction([&] { return cache.fitVocabulary(); }));
    if (fitted)
        log(LogLevel::Info, "tributary.client", "the copy is of another version of the program, and was brought to this one",
            {});
    TRIBUTARY_TRY_ASSIGN(auto state, cache.state());
    if (state && state->client != m_facts.installation.client) { // the journal is another one by now
        state->client = m_facts.installation.client;
        state->lastN = 0;
        TRIBUTARY_TRY(m_cacheFile->inTransaction([&] { return cache.setState(*state); }));
    }
    if (state && m_facts.agent.id.isNull()) { // a rescued journal may have lost it, or the journal is gone
        TRIBUTARY_TRY_ASSIGN(const auto agent, store::agent(*m_cacheFile, state->agent));
        m_facts.agent = agent.value_or(Agent{.id = state->agent, .email = m_facts.installation.agentEmail});
    }
    m_facts.epoch = state ? state->position.epoch : wire::Epoch{};
    m_facts.syncedAt = state ? state->syncedAt : std::nullopt;
    TRIBUTARY_TRY(loadPending(state ? std::optional(state->lastN) : std::nullopt));
    if (state)
        TRIBUTARY_TRY(m_journal->markApplied(state->lastN, m_clock.now()));
    m_unshown.clear();
    if (m_facts.isLocked) // the copy shows what is not known yet, as it was left
        return {};
    const auto rebuilt = m_cacheFile->inTransaction([&] { return cache.rebuildOverlay(m_pending, m_facts.agent); });
    m_overlayInDoubt = !rebuilt;
    return rebuilt ? Result<void>() : failure(rebuilt.error());
}

/// Without a copy, what was applied once counts as applied: the next welcome says better.
Result<void> LocalStore::loadPending(std::optional<std::int64_t> lastN)
{
    TRIBUTARY_TRY_ASSIGN(auto entries, m_journal->entriesAfter(lastN.value_or(0)));
    m_pending.clear();
    for (store::JournalEntry &entry : entries) {
        if (!entry.outcome && (lastN || !entry.appliedAt)) // what came back is its author's again
            m_pending.push_back(std::move(entry.command));
    }
    return {};
}

void LocalStore::replaceCache(const std::string &why)
{
    log(LogLevel::Error, "tributary.client", "the cache is set aside and fetched again", {{"error", why}});
    m_cacheFile.reset();
    setCacheAside();
    m_facts.rebuilding = true;
    (void)openNewCopy();
    m_events.cacheReplaced();
    m_events.factsChanged();
    tell(store::ChangeSet{.everything = true});
}

void LocalStore::replaceCache(const std::string &why, int which)
{
    if (which == m_replaced)
        replaceCache(why);
}

Result<void> LocalStore::openNewCopy()
{
    ++m_replaced;
    const auto attempt = [this] {
        Result<void> opened = openCache();
        return opened ? loadCopy() : opened;
    };
    Result<void> opened = attempt();
    if (!opened && opened.error().kind == Error::Kind::Full && releaseReserve()) {
        m_facts.storage = Status::Storage::DiskFull;
        opened = attempt();
    }
    if (!opened) {
        logProblem("no new cache can be made", opened.error());
        noteNoCopy(opened.error());
    }
    return opened;
}

void LocalStore::noteNoCopy(const Error &why)
{
    m_cacheFile.reset();
    const auto storage = why.kind == Error::Kind::Full ? Status::Storage::DiskFull : Status::Storage::Broken;
    if (std::exchange(m_facts.storage, storage) != storage)
        m_events.factsChanged();
}

void LocalStore::watchError(const Error *error, bool ofCache)
{
    using Storage = Status::Storage;
    const Storage before = m_facts.storage;
    if (!error) {
        if (m_facts.storage == Storage::DiskFull && m_cacheFile && takeReserve()) // else haveCache() says so
            m_facts.storage = Storage::Fine;
    } else if (error->kind == Error::Kind::Full) {
        releaseReserve();
        m_facts.storage = Storage::DiskFull;
    } else if (ofCache && m_cacheFile && (m_cacheFile->isBroken() || error->kind == Error::Kind::Corrupt)) {
        replaceCache(error->detail);
    } else if (!ofCache && (error->kind == Error::Kind::Corrupt || error->kind == Error::Kind::Failed)) {
        m_facts.storage = Storage::Broken; // an I/O error is not retried on that file (DESIGN 9): only a restart helps
    }
    if (m_facts.storage != before)
        m_events.factsChanged();
}

bool LocalStore::takeReserve()
{
    return m_disk.reserve(reservePath(m_folder), kReserveBytes);
}

void LocalStore::lookForRoom()
{
    if (m_facts.storage != Status::Storage::DiskFull || !takeReserve() || !haveCache())
        return;
    m_facts.storage = Status::Storage::Fine;
    m_events.factsChanged();
    sealRest();
}

/// What is written to a file without a name is gone with the program, however durable the commit was.
Result<void> LocalStore::journalIsThere()
{
    if (m_disk.identity(journalPath(m_folder)) == m_journalIs)
        return {};
    const Error gone{Error::Kind::Corrupt, "the journal's file was taken away"};
    watchError(&gone, false);
    return failure(gone);
}

void LocalStore::tell(store::ChangeSet changed)
{
    // The same may be in what is still to be sent. While that cannot be read for want of a key, all go.
    if (!changed.files.empty() && !m_facts.isLocked) {
        const auto inUse = filesInUse();
        const auto spared =
            std::erase_if(changed.files, [&inUse](const std::string &one) { return !inUse || inUse->contains(one); });
        m_lookedForStrays = m_lookedForStrays && spared == 0; // they go when what is in the way has gone
    }
    if (!changed.empty())
        m_events.changed(changed);
}

Result<void> LocalStore::recount()
{
    TRIBUTARY_TRY_ASSIGN(const auto entries, m_journal->needingAuthor());
    m_facts.needsYouCount = std::int64_t(entries.size());
    m_facts.outboxCount = std::int64_t(meantCommands().size());
    ++m_facts.outboxRevision;
    return {};
}

void LocalStore::checkpoint(bool atEnd)
{
    if (!m_cacheFile || (!atEnd && m_rowsInLog < kRowsBeforeCheckpoint))
        return;
    m_rowsInLog = 0;
    if (const auto done = watch(m_cacheFile->checkpoint(atEnd), true); !done)
        logProblem("checkpoint failed", done.error());
    if (const auto done = watch(m_journal->checkpoint(atEnd), false); !done) // it is not used any more (seed 1366)
        logProblem("checkpoint of the journal failed", done.error());
}

// -- Who
// --------------------------------------------------------------------------------------------------------------------

Result<void> LocalStore::adopt(const std::string &hubUrl, const std::string &token, const std::string &email, AgentId agent,
                               const std::string &workspace, const std::string &inKeyring)
{
    // The address may change (a hub of one's own takes a new port each time); the agent's id says which hub and who.
    const bool other = !m_facts.agent.id.isNull() && m_facts.agent.id != agent;
    TRIBUTARY_TRY_ASSIGN(const store::Journal::Locked sealed, m_journal->locked());
    if (other && (!m_pending.empty() || sealed.inLine > 0))
        return failure(Error::Kind::Conflict, "unsent work of another agent is in this profile");
    TRIBUTARY_TRY_ASSIGN(const auto draftsBefore, m_journal->drafts());
    // A rescued journal may not say whose it is, but for who signed in last.
    const std::string &last = m_facts.installation.agentEmail;
    const bool mayBeAnothers = m_facts.agent.id.isNull() && !last.empty() && last != email;
    if (mayBeAnothers && (!m_pending.empty() || sealed.inLine > 0 || !draftsBefore.empty()))
        return failure(Error::Kind::Conflict, "unsent work of another agent is in this profile");
    const bool wasInFile = m_facts.inKeyring.empty() && !m_facts.installation.token.empty();
    const std::string before = m_facts.inKeyring;
    store::Installation installation;
    const auto enter = [&]() -> Result<void> {
        if (other)
            TRIBUTARY_TRY(leaveTo(agent));
        installation = m_facts.installation;
        installation.hubUrl = hubUrl;
        installation.token = token;
        installation.agentEmail = email;
        installation.workspace = workspace;
        TRIBUTARY_TRY(watch(m_journal->setAuthor(agent), false));
        m_facts.inKeyring = inKeyring;
        return keepInstallation(installation);
    };
    // As they signed out they were noted, unless the disk did not take it.
    if (other && (!m_facts.installation.token.empty() || !m_facts.settings.contains(unsentFilesOf(m_facts.agent.id))))
        noteWhatStays();
    if (!other && m_facts.settings.erase(seenHistoryOf(agent)) > 0) // on the safe side: what they did is offered again
        (void)keepSettings();
    m_lookedForStrays = false;
    Seals theirs = other ? m_journal->lock() : Seals(); // what they have sealed stays theirs
    const Seals keysBefore = other ? std::exchange(m_keys, {}) : m_keys;
    if (const auto entered = enter(); !entered) {
        m_facts.inKeyring = before;
        if (other) { // who is here still
            (void)m_journal->setAuthor(m_facts.agent.id);
            m_journal->unlockAgain(std::move(theirs));
            m_keys = keysBefore;
        }
        return entered;
    }
    // From here on they are in, whatever becomes of the rest.
    m_late = {};
    if (other) {
        m_regained.clear();
        m_discarded.clear();
    }
    if (other || (wasInFile && (token != m_facts.installation.token || !inKeyring.empty())))
        dropOlderJournals(); // has another agent's work, or the token still
    if (wasInFile && !inKeyring.empty())
        (void)watch(m_journal->checkpoint(true), false); // the log of the file has the one of before still
    m_facts.installation = installation;
    if (m_facts.agent.id != agent) {
        m_facts.agent = Agent{.id = agent, .email = email};
        (void)keepSettings();
    }
    if (other) {
        (void)watch(noteLocked(false), false); // theirs may be here as well, and a key may come
        if (const auto waiting = watch(m_journal->waitingForNewer(), false))
            m_facts.waitingForNewer = *waiting;
    }
    (void)watch(recount(), false);
    m_events.factsChanged();
    tell(store::ChangeSet{.everything = true});
    const auto draftsAfter = m_journal->drafts();
    if (!draftsAfter || draftsBefore == *draftsAfter)
        return {};
    for (const auto &drafts : {draftsBefore, *draftsAfter}) {
        for (const store::Draft &draft : drafts)
            m_events.draftChanged(draft.conversation);
    }
    return {};
}

/// What one agent did must not be offered to another's hub, nor what came back to one be the other's to read: it is put by,
/// or sealed by a key that is theirs.
Result<void> LocalStore::leaveTo(AgentId agent)
{
    m_untold.clear();
    TRIBUTARY_TRY(watch(m_journal->setAuthor(m_facts.agent.id), false)); // of a program that did not say whose it is
    TRIBUTARY_TRY(watch(m_journal->leaveKept(), false));
    TRIBUTARY_TRY(watch(m_journal->becomeNewClient(m_ids), false));
    std::string token = m_facts.installation.token; // the journal may have only its place in the keyring
    TRIBUTARY_TRY_ASSIGN(m_facts.installation, m_journal->installation());
    m_facts.installation.token = std::move(token);
    TRIBUTARY_TRY(watch(m_journal->setAuthor(agent), false)); // with what the numbering has put out of its way
    TRIBUTARY_TRY_ASSIGN(m_offered, m_journal->offeredUpTo());
    TRIBUTARY_TRY(dropCopy());
    m_held.clear();
    m_facts.syncedAt.reset();
    m_facts.epoch = {};
    return {};
}

Result<void> LocalStore::signOut(const std::string &token)
{
    if (m_facts.installation.token != token && m_facts.inKeyring != token) // what it was known by until it was read
        return {};
    m_discarded.clear(); // nothing gives them back from here on
    noteWhatStays();
    auto noted = keepSettings(); // while they are known to be in: whoever is next deletes what is not named
    // The copy before the journal, which a full disk may keep from being written: what goes makes room for it.
    const auto dropped = dropCopy();
    if (!noted)
        noted = keepSettings();
    m_untold.clear(); // it is in their list
    m_facts.syncedAt.reset();
    m_facts.epoch = {};
    store::Installation installation = m_facts.installation;
    installation.token.clear();
    TRIBUTARY_TRY(keepInstallation(installation));
    dropOlderJournals(); // has the token still
    m_facts.installation = installation;
    m_facts.inKeyring.clear();
    TRIBUTARY_TRY(dropped);
    TRIBUTARY_TRY(loadPending(std::nullopt));
    TRIBUTARY_TRY(recount());
    m_late = m_journal->lock(); // what was counted is told of still
    m_keys = {};
    m_lookedForStrays = false;
    m_regained.clear();
    TRIBUTARY_TRY(noteLocked(false));
    TRIBUTARY_TRY(loadPending(std::nullopt));
    m_held.clear();
    m_events.factsChanged();
    tell(store::ChangeSet{.everything = true});
    return noted;
}

/// What is to be gone from the journal is still in it as the version before this one left it (file_migration.h), and may be
/// in those that were damaged.
void LocalStore::dropOlderJournals()
{
    m_disk.drop(store::keptPath(journalPath(m_folder)));
    m_disk.drop(store::copyPath(journalPath(m_folder)));
    dropDamagedJournals(TimePoint::max());
}

/// Those that were put aside until then.
void LocalStore::dropDamagedJournals(TimePoint until)
{
    for (const TimePoint at : damagedJournals(m_folder)) {
        if (at <= until)
            m_disk.drop(damagedPath(m_folder, at));
    }
}

/// As files: rows that are deleted inside one stay readable in its log and its free pages.
Result<void> LocalStore::dropCopy()
{
    m_disk.drop(cachePath(m_folder).string() + ".broken");
    dropFiles();
    const auto begun = beginCopyAnew();
    m_events.cacheReplaced();
    return begun;
}

/// In a file of its own: to take a million rows out of one takes long, and room in its log that may not be there.
Result<void> LocalStore::beginCopyAnew()
{
    m_cacheFile.reset();
    m_disk.drop(cachePath(m_folder));
    return openNewCopy();
}

Result<void> LocalStore::keepInstallation(store::Installation installation)
{
    if (!installation.token.empty() && !m_facts.inKeyring.empty())
        installation.token = m_facts.inKeyring;
    return watch(m_journal->setInstallation(installation), false);
}

void LocalStore::tokenRead(const std::string &token)
{
    if (m_facts.installation.token == m_facts.inKeyring)
        m_facts.installation.token = token;
    m_events.factsChanged();
}

Result<void> LocalStore::tokenMoved(const std::string &inKeyring)
{
    const std::string before = std::exchange(m_facts.inKeyring, inKeyring);
    if (const auto kept = keepInstallation(m_facts.installation); !kept) {
        m_facts.inKeyring = before;
        return kept;
    }
    m_events.factsChanged();
    dropOlderJournals();
    return watch(m_journal->checkpoint(true), false); // the log of the file has it still
}

Result<void> LocalStore::setHubUrl(const std::string &hubUrl)
{
    store::Installation installation = m_facts.installation;
    installation.hubUrl = hubUrl;
    TRIBUTARY_TRY(keepInstallation(installation));
    m_facts.installation = std::move(installation);
    return {};
}

/// What @p agent may see no more goes, also from a disk that is full: with the copy, where nothing else helps.
Result<void> LocalStore::purge(const Agent &agent)
{
    const auto attempt = [&] {
        return watch(m_cacheFile->inTransaction([&] { return store::Cache(*m_cacheFile).purge(agent, m_pending); }), true);
    };
    auto gone = attempt();
    if (!gone && gone.error().kind == Error::Kind::Full) // the reserve is given up by now
        gone = attempt();
    if (!gone && gone.error().kind == Error::Kind::Full) {
        log(LogLevel::Error, "tributary.client", "no room to take away what may not be seen any more: the copy goes", {});
        const auto begun = beginCopyAnew();
        m_events.cacheReplaced();
        tell(store::ChangeSet{.everything = true});
        return begun;
    }
    TRIBUTARY_TRY(gone);
    forgetDeleted(*gone);
    tell(*gone);
    return {};
}

/// Own commands are shown over the rows of the hub once more; what cannot be done now is done with the next step.
Result<void> LocalStore::showOwnAnew()
{
    const auto shown = watch(
        m_cacheFile->inTransaction([&] { return store::Cache(*m_cacheFile).rebuildOverlay(m_pending, m_facts.agent); }),
        true);
    m_overlayInDoubt = !shown;
    TRIBUTARY_TRY(shown);
    tell(*shown);
    return {};
}

Result<void> LocalStore::setAgent(const Agent &agent, const std::string &workspace)
{
    const bool shrank = m_facts.agent.id == agent.id && !seesAllOf(agent, m_facts.agent);
    const bool isOther = m_facts.agent != agent;
    if (shrank && m_cacheFile) // before the journal, which a full disk may keep from being written
        TRIBUTARY_TRY(purge(agent));
    m_facts.agent = agent; // only now: what could not be done is done at the next welcome
    if (!shrank && isOther && m_cacheFile && !m_pending.empty()) // what waits is shown as theirs, under the name they have
        (void)showOwnAnew();
    if (isOther) {
        TRIBUTARY_TRY(keepSettings());
        m_events.factsChanged();
    }
    if (m_facts.installation.workspace != workspace) {
        m_facts.installation.workspace = workspace;
        TRIBUTARY_TRY(keepInstallation(m_facts.installation));
        m_events.factsChanged();
    }
    return {};
}

// -- Settings
// ---------------------------------------------------------------------------------------------------------------

Result<void> LocalStore::loadSettings()
{
    TRIBUTARY_TRY_ASSIGN(const std::string kept, m_journal->setting(std::string(kSettings), {}));
    if (const auto bytes = fromBase64(kept); bytes && !bytes->empty())
        m_facts.settings = wire::mapFrom(*bytes).value_or(std::map<std::string, std::string>());
    TRIBUTARY_TRY_ASSIGN(const std::string agent, m_journal->setting(std::string(kAgent), {}));
    if (const auto bytes = fromBase64(agent); bytes && !bytes->empty()) {
        const auto value = wire::decode(*bytes);
        const auto entity = value ? wire::entityFrom(EntityType::Agent, *value) : Result<Entity>(failure(value.error()));
        if (entity)
            m_facts.agent = std::get<Agent>(*entity);
    }
    givePersonal(m_facts.settings, m_facts.agent.id);
    return {};
}

Result<void> LocalStore::keepSettings()
{
    TRIBUTARY_TRY(watch(m_journal->setSetting(std::string(kSettings), toBase64(wire::encodeMap(m_facts.settings))), false));
    if (m_facts.agent.id.isNull())
        return {};
    const Bytes agent = wire::encode(wire::toValue(Entity(m_facts.agent)));
    return watch(m_journal->setSetting(std::string(kAgent), toBase64(agent)), false);
}

Result<void> LocalStore::setSetting(const std::string &name, const std::string &value)
{
    const auto before = m_facts.settings;
    m_facts.settings[name] = value;
    const auto kept = keepSettings();
    if (!kept)
        m_facts.settings = before;
    else if (name == "history.days")
        beginSweepAnew();
    m_events.factsChanged();
    return kept;
}

// -- Drafts
// -----------------------------------------------------------------------------------------------------------------

Result<void> LocalStore::saveDraft(const store::Draft &draft, std::int64_t seen)
{
    if (m_erased.contains(draft.conversation)) // somebody was writing there
        return failure(Error::Kind::NotFound, "that customer was erased");
    if (m_late.sealing())
        return keep([&] { return m_journal->saveLateDraft(draft, m_late); });
    const store::Draft whole = withRegained(draft, seen);
    TRIBUTARY_TRY(keep([&] { return m_journal->saveDraft(whole); }));
    if (whole != draft)
        m_events.draftChanged(draft.conversation);
    return {};
}

Result<std::optional<store::Draft>> LocalStore::draft(ConversationId conversation, store::Draft::Kind kind)
{
    return m_journal->draft(conversation, kind);
}

Result<std::vector<store::Draft>> LocalStore::drafts()
{
    return m_journal->drafts();
}

/// Unless something is being written there by now: the text is in the needs-you list as well.
Result<void> LocalStore::restoreDraft(store::Draft draft)
{
    TRIBUTARY_TRY_ASSIGN(const auto present, m_journal->draft(draft.conversation, draft.kind));
    if (present || draft.isEmpty() || m_erased.contains(draft.conversation))
        return {};
    TRIBUTARY_TRY(watch(m_journal->saveDraft(draft), false));
    m_events.draftChanged(draft.conversation);
    return {};
}

Result<store::Draft> LocalStore::joined(store::Draft draft)
{
    TRIBUTARY_TRY_ASSIGN(auto present, m_journal->draft(draft.conversation, draft.kind));
    if (!present || (present->body == draft.body && store::attachmentsOf(*present) == store::attachmentsOf(draft)))
        return draft;
    std::vector<Attachment> files = store::attachmentsOf(draft);
    for (Attachment &file : store::attachmentsOf(*present)) {
        if (std::ranges::count(files, file) == 0)
            files.push_back(std::move(file));
    }
    store::setAttachments(draft, files);
    if (!present->body.empty())
        draft.body += (draft.body.empty() ? "" : "\n\n") + present->body;
    draft.fields.merge(present->fields); // whom else it goes to, where that is not said
    return draft;
}

Result<void> LocalStore::dropDraftIf(ConversationId conversation, store::Draft::Kind kind, const std::string &body,
                                     const std::vector<Attachment> &files)
{
    TRIBUTARY_TRY_ASSIGN(const auto present, m_journal->draft(conversation, kind));
    if (!present)
        return {};
    store::Draft left{.conversation = conversation, .kind = kind};
    if (present->body.starts_with(body + "\n\n")) { // it was joined to another text
        left = *present;
        left.body.erase(0, body.size() + 2);
    } else if (present->body == body) {
        store::setAttachments(left, store::attachmentsOf(*present));
    } else {
        return {};
    }
    std::vector<Attachment> others = store::attachmentsOf(left);
    std::erase_if(others, [&files](const Attachment &one) {
        return std::ranges::find(files, one.sha256, &Attachment::sha256) != files.end();
    });
    if (body.empty() && others.size() == store::attachmentsOf(*present).size())
        return {}; // another one, of files alone
    store::setAttachments(left, others);
    TRIBUTARY_TRY(watch(m_journal->saveDraft(left), false));
    m_events.draftChanged(conversation);
    return {};
}

} // namespace tributary::client
