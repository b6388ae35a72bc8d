#include "tests/sim/sim_desk.h"

#include "core/model/command_files.h"
#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/migrations.h"
#include "tests/sim/sim_hub.h"

namespace tributary::sim {

using namespace tributary::model;

namespace {

constexpr auto kCopy = "./cache.db";
constexpr auto kJournal = "./journal.db";

const char *stateName(engine::SyncStatus::State state)
{
    switch (state) {
    case engine::SyncStatus::State::Stopped: return "signed out";
    case engine::SyncStatus::State::Waiting: return "waits to try again";
    case engine::SyncStatus::State::Connecting: return "connects";
    case engine::SyncStatus::State::CatchingUp: return "catches up";
    case engine::SyncStatus::State::Live: return "is live";
    }
    return "";
}

/// @p by: how far from now.
void setFileTimes(const std::filesystem::path &folder, std::chrono::hours by)
{
    const auto at = std::filesystem::file_time_type::clock::now() + by;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(folder))
        std::filesystem::last_write_time(entry.path(), at);
}

} // namespace

SimDesk::SimDesk(World &world, SimHub &hub, std::string name, std::string token, Agent agent, Milliseconds skew)
    : m_world(world)
    , m_hub(hub)
    , m_name(std::move(name))
    , m_disk(world.rng, "sim-" + m_name)
    , m_token(std::move(token))
    , m_agent(std::move(agent))
    , m_clock(world.clock, skew)
{
    if (world.apart.unit() < world.faults.sealed) {
        std::array<std::byte, SealKey::kBytes> key{};
        world.apart.fill(key);
        m_key = SealKey::from(key);
    }
}

// -- Life and death -------------------------------------------------------------------------------------------------------

void SimDesk::start()
{
    client::LocalStore::Events events;
    events.changed = [this](const store::ChangeSet &changed) {
        for (const std::string &name : changed.files)
            forgetFile(name);
    };
    events.factsChanged = [] {};
    events.cameBack = [this](const store::JournalEntry &entry) {
        // Its text is with its author again; what is on the screen of it may go.
        std::erase_if(m_shown, [&](const auto &one) { return one.second.command == entry.command.id; });
    };
    events.draftChanged = [](ConversationId) {};
    events.copyMoved = [this] { m_reader.reset(); };
    events.cacheReplaced = [this] { m_copyReplaced = true; };
    ++m_life;
    m_isOut = false;
    m_storeFree = m_replyFree = m_world.now();
    for (const auto &[path, migrations] :
         {std::pair{kJournal, store::journalMigrations()}, {kCopy, store::cacheMigrations()}}) {
        if (!m_disk.exists(path))
            m_disk.write(path, emptyFile(migrations));
    }
    m_disk.beginsAs(kCopy, emptyFile(store::cacheMigrations()));
    m_blobs = std::make_unique<client::SealedBlobs>(
        m_world.must(store::Blobs::open(m_folder.path() / "blobs"), "the folder of contents"));
    setFileTimes(m_folder.path(), std::chrono::hours(-2)); // before this start, also by a clock that ticks slowly
    m_store = m_world.must(client::LocalStore::open(m_folder.path(), m_clock, m_world.rng, std::move(events), m_disk),
                           "the files");
    if (const auto next = std::exchange(m_next, std::nullopt); next && m_store->facts().agent.id == next->id)
        becomes(*next);
    if (m_store->facts().installation.token.empty())
        m_world.must(m_store->adopt("ws://hub", m_token, m_agent.email, m_agent.id, "Tributary"), "signing in");
    unlock();
    // As after any unclean end. Damage may show as an answer, or as none; an empty index whose root says that it has
    // children passes (SQLite 3.40), and the window's first question finds it: here that for the counts.
    const auto found = reader().quickCheck();
    const auto counts = store::queueCounts(reader(), m_agent.id, TimePoint());
    const bool isFound = found ? *found != "ok" : found.error().kind == Error::Kind::Corrupt;
    if (isFound || (!counts && counts.error().kind == Error::Kind::Corrupt)) {
        m_world.note(m_name + ": its copy is broken");
        m_reader.reset();
        m_store->replaceCache("quick_check");
    }
    m_sameCopy = m_sameCopy && !m_copyReplaced;
    m_copyReplaced = false;
    m_client = std::make_unique<engine::SyncClient>(m_world.rng);
    m_world.note(m_name + ": up");
    const bool hadMore = adoptJournal();
    checkOwnFiles();
    checkCopy();
    if (hadMore && m_world.chance(m_world.faults.powerCut)) // the one before had no time to sync it
        guarded(m_world.some(Milliseconds(200)), [this] { crash(true); });
    begin();
}

void SimDesk::unlock()
{
    if (m_key) {
        m_blobs->setKeys({*m_key}, true);
        m_store->unlock({*m_key}, true, m_world.apart);
        m_store->sealRest();
    }
    m_world.check(!m_store->facts().isLocked, m_name + ": its own work is locked");
}

/// What a person did just before the end: it counts if it reached the journal.
bool SimDesk::adoptJournal()
{
    bool found = false;
    // What came back as the process ended was not told to anybody: it is in the list that the person finds at the next
    // start.
    for (const store::JournalEntry &entry : m_world.must(m_store->needsYou(), "what came back"))
        std::erase_if(m_shown, [&](const auto &one) { return one.second.command == entry.command.id; });
    for (const store::JournalEntry &entry : m_world.must(m_store->outbox(), "the outbox")) {
        if (m_accepted.insert(entry.command.id).second) {
            m_world.note(m_name + ": n=" + std::to_string(entry.command.n) + " " + std::string(nameOf(entry.command.body))
                         + " had reached the journal");
            found = true;
        }
        noteText(entry.command);
        // What is taken back or moved is that in any copy.
        if (m_sameCopy || itemMadeBy(entry.command.body).isNull())
            noteShown(entry.command);
    }
    return found;
}

void SimDesk::begin()
{
    onStore([this] { return m_store->syncStart(); },
            [this](Result<engine::SyncClient::Start> from) {
                if (!from) // no room for a copy, say
                    return guarded(Milliseconds(5'000), [this] {
                        if (!m_isOut) // else signing in begins it
                            begin();
                    });
                perform(m_client->start(std::move(*from), m_world.now()));
            });
}

void SimDesk::crash(bool powerCut)
{
    m_world.note(m_name + (m_disk.isDead() ? ": dies at a write" : ": dies"));
    m_disk.kill();
    m_folder.kill();
    ++m_life;
    if (m_wire)
        m_wire->die(SimWire::Desk);
    m_wire.reset();
    m_client.reset();
    m_fetching.clear();
    m_reader.reset();
    m_journalReader.reset();
    m_store.reset();
    m_blobs.reset();
    m_opening.clear();
    powerCut = m_world.chance(m_world.faults.powerCut) || powerCut;
    m_world.check(!m_disk.syncedAfterFailure(), m_name + ": it syncs again after a sync has failed");
    m_disk.restart(powerCut);
    m_folder.restart();
    if (powerCut) {
        m_world.note(m_name + ": a power cut");
        m_folder.cutPower(m_world.beside);
    }
    if (m_world.chance(m_world.faults.brokenJournal))
        breakJournal();
    if (m_world.chance(m_world.faults.lostCopy)) {
        m_world.note(m_name + ": its copy is gone");
        m_disk.remove(kCopy);
    } else if (m_world.chance(m_world.faults.brokenCopy)) {
        breakCopy();
    } else if (!powerCut) {
        m_sameCopy = true;
        m_world.after(m_world.some(Milliseconds(8'000)), [this] { start(); });
        return;
    }
    m_sameCopy = false;
    m_position = {};
    m_shown.clear(); // outcomes that the old copy had still to hear are not told again
    m_world.after(m_world.some(Milliseconds(8'000)), [this] { start(); });
}

void SimDesk::losePart()
{
    {
        const SimDisk::Calm calm(m_disk);
        const auto file = store::Database::open(kCopy, {.mode = store::Database::Mode::ReadOnly, .vfs = m_disk.vfs()});
        const auto state = file ? store::Cache(**file).state() : failure(file.error());
        if (state && *state && (*state)->bootstrapStart == 0 && (*state)->position.seq >= m_pagesUpTo)
            return;
    }
    if (isUp())
        crash();
    m_disk.remove(kCopy);
    m_sameCopy = false;
    m_position = {};
    m_shown.clear();
}

/// Where SQLite can notice: in the log, which has checksums, and in what tells its pages apart. Damage to a text is for
/// digests.
void SimDesk::breakCopy()
{
    m_copyDamaged = true;
    const std::size_t pages = m_disk.size(kCopy) / 4096;
    const std::string log = std::string(kCopy) + "-wal";
    if (m_disk.size(log) > 0 && m_world.rng.below(2) == 0) {
        m_world.note(m_name + ": a bit of its log has turned");
        m_disk.flipBit(log, m_world.rng.next());
    } else if (pages > 1) {
        const std::size_t page = m_world.rng.below(pages);
        m_world.note(m_name + ": a bit of its copy has turned, page " + std::to_string(page + 1));
        m_disk.flipBit(kCopy, (page * 4096 + (page == 0 ? m_world.rng.below(16) : 0)) * 8 + m_world.rng.below(8));
    }
}

void SimDesk::backUp()
{
    if (!isUp())
        return;
    m_world.note(m_name + ": a backup");
    m_backup = std::make_unique<SimDisk>(m_world.rng, "sim-backup-" + m_name);
    m_backup->copyOf(m_disk);
    m_backupFolder = std::make_unique<SimFolder>();
    m_backupFolder->copyOf(m_folder);
}

/// What was done since is known to the hub at most.
void SimDesk::rollBack()
{
    if (!isUp() || !m_backup)
        return;
    const std::set<CommandId> before = journalIds("1");
    crash();
    m_world.note(m_name + ": an older state of its files comes back");
    m_disk.copyOf(*m_backup);
    m_folder.copyOf(*m_backupFolder);
    const std::set<CommandId> after = journalIds("1");
    for (const CommandId &id : before) {
        if (!after.contains(id))
            m_accepted.erase(id);
    }
    m_shared.insert(before.begin(), before.end());
    m_isCopied = true;
    m_sameCopy = false;
    journalIsAnother();
    m_position = {};
    m_pagesUpTo = 0;
    m_shown.clear();
    m_undo.clear();
    m_own.clear();
}

void SimDesk::cloneOf(SimDesk &other)
{
    m_world.note(m_name + ": a copy of the machine of " + other.m_name);
    m_disk.copyOf(other.m_disk);
    m_folder.copyOf(other.m_folder);
    journalIsAnother();
    m_key = other.m_key;
    m_keys = other.m_keys;
    m_away = other.m_away;
    m_next = other.m_next;
    m_isShared = other.m_isShared;
    m_given = other.m_given;
    m_isCopied = other.m_isCopied = true;
    m_shared = other.m_shared;
    for (const CommandId &id : other.journalIds("1"))
        m_shared.insert(id);
    other.m_shared.insert(m_shared.begin(), m_shared.end());
}

std::set<CommandId> SimDesk::journalIds(const std::string &where)
{
    const SimDisk::Calm calm(m_disk);
    const auto file = m_world.must(
        store::Database::open(kJournal, {.mode = store::Database::Mode::ReadOnly, .vfs = m_disk.vfs()}), "a journal");
    std::set<CommandId> ids;
    auto query = file->queryOnce("SELECT command_id FROM command WHERE " + where);
    while (m_world.must(query.step(), "a journal"))
        ids.insert(query.id<CommandId>(0));
    return ids;
}

std::string SimDesk::inJournal(const CommandId &id)
{
    const SimDisk::Calm calm(m_disk);
    const auto file = m_world.must(
        store::Database::open(kJournal, {.mode = store::Database::Mode::ReadOnly, .vfs = m_disk.vfs()}), "a journal");
    auto query =
        file->queryOnce("SELECT n, applied_ms IS NOT NULL, outcome IS NOT NULL, settled FROM command WHERE command_id"
                        " = :id");
    query.bind("id", id);
    if (!m_world.must(query.step(), "a journal"))
        return "and is not in the journal";
    return "n=" + std::to_string(query.integer(0)) + (query.flag(1) ? ", applied" : "")
           + (query.flag(2) ? ", came back" : "") + (query.flag(3) ? ", settled" : "");
}

std::set<CommandId> SimDesk::cameBack()
{
    return journalIds("outcome IS NOT NULL");
}

/// A bit of the journal turns while the program does not run. Either that is noticed at the next start, and what can be read
/// is saved, or nothing is missing. The journal is looked at as the system's file that it would be.
void SimDesk::breakJournal()
{
    // One that its author has decided about is done, also where the numbering began anew before it was applied.
    const std::string unfinished = "settled = 0 AND (applied_ms IS NULL OR outcome IS NOT NULL)";
    const std::string log = std::string(kJournal) + "-wal";
    const std::set<CommandId> before = journalIds(unfinished);
    const Bytes file = m_disk.read(kJournal), fileLog = m_disk.read(log);
    const bool inLog = !fileLog.empty() && m_world.rng.below(2) == 0;
    const std::uint64_t bit = m_world.rng.next() % ((inLog ? fileLog.size() : file.size()) * 8);
    m_world.note(m_name + ": a bit of its journal has turned, " + (inLog ? "in the log at " : "in the file at ")
                 + std::to_string(bit / 8));
    m_disk.flipBit(inLog ? log : kJournal, bit);
    SimFolder folder;
    folder.write("journal.db", m_disk.read(kJournal));
    folder.write("journal.db-wal", m_disk.read(log));
    IdMaker ids(m_clock, m_world.rng);
    const auto opened = store::Journal::open((folder.path() / "journal.db").string(), ids);
    std::set<CommandId> after;
    if (opened) {
        if (m_key)
            m_world.must((*opened)->unlock(keys(), true, m_world.apart), "the keys of a journal");
        for (const store::JournalEntry &entry : m_world.must((*opened)->entriesAfter(0), "a journal")) {
            if (before.contains(entry.command.id))
                after.insert(entry.command.id);
        }
        for (const store::JournalEntry &entry : m_world.must((*opened)->needingAuthor(), "a journal"))
            after.insert(entry.command.id);
        // The last transaction of a log looks like one that a power cut has cut short: what it held cannot be missed.
        const std::size_t lost =
            std::size_t(std::ranges::count_if(before, [&](const CommandId &id) { return !after.contains(id); }));
        m_world.check(lost == 0 || (inLog && lost <= 2), m_name + ": the journal is damaged, and nobody has noticed");
        m_disk.write(kJournal, file); // it hit something of no consequence
        m_disk.write(log, fileLog);
        return;
    }
    m_world.check(opened.error().kind == Error::Kind::Corrupt, m_name + ": a damaged journal: " + opened.error().detail);
    const auto saved = client::LocalStore::rescueJournal(folder.path(), m_clock, m_world.rng);
    m_world.must(Result<void>(saved ? Result<void>() : failure(saved.error())), "the rescue of a journal");
    m_disk.remove(kJournal);
    m_disk.write(kJournal, folder.read("journal.db"));
    after = journalIds("1");
    std::size_t lost = 0;
    for (const CommandId &id : before)
        lost += !after.contains(id) && m_accepted.erase(id) > 0;
    m_isForgotten = true;
    journalIsAnother();
    m_world.note(m_name + ": its journal was damaged, " + std::to_string(lost) + " of " + std::to_string(before.size())
                 + " commands are lost");
    m_shared.insert(before.begin(), before.end());
    m_shared.insert(after.begin(), after.end());
    std::ranges::set_difference(m_accepted, after, std::inserter(m_decided, m_decided.end())); // not to be offered again
    m_shown.clear();
}

void SimDesk::trouble()
{
    if (m_world.chance(m_world.faults.deskCrash))
        m_disk.troubles.dieAt = 1 + std::int64_t(m_world.rng.below(30));
    if (m_world.chance(m_world.faults.deskCrash / 3))
        m_disk.troubles.dieAtSync = true;
    if (m_world.chance(m_world.faults.diskError)) {
        m_world.note(m_name + ": its disk will fail");
        m_disk.troubles.failAt = 1 + std::int64_t(m_world.rng.below(40));
    }
    if (m_world.chance(m_world.faults.full) && !m_disk.troubles.full) {
        m_world.note(m_name + ": its disk is full");
        m_disk.troubles.full = true;
        m_world.after(m_world.some(Milliseconds(15'000)), [this] { m_disk.troubles.full = false; });
    }
}

bool SimDesk::hasEnded()
{
    if (!m_store)
        return true;
    // An I/O error of the journal is not retried: the person is told, and starts the program again.
    if (m_disk.isDead() || m_store->facts().storage == client::Status::Storage::Broken) {
        crash();
        return true;
    }
    if (m_copyReplaced) {
        m_world.note(m_name + ": a new copy is begun");
        m_copyReplaced = false;
        m_reader.reset();
        m_position = {};
        m_shown.clear();
        if (!m_isOut)
            begin();
    }
    return false;
}

const char *SimDesk::cachePath()
{
    return kCopy;
}

std::unique_ptr<store::Database> SimDesk::openCopy()
{
    return m_world.must(
        store::Database::open(kCopy, {.durability = store::Database::Durability::Normal, .vfs = m_disk.vfs()}), "a copy");
}

store::Database &SimDesk::reader()
{
    if (!m_reader)
        m_reader = m_world.must(store::Database::open(kCopy, {.mode = store::Database::Mode::ReadOnly, .vfs = m_disk.vfs()}),
                                "a reader");
    return *m_reader;
}

void SimDesk::guarded(Milliseconds delay, std::function<void()> job)
{
    m_world.after(delay, [this, job = std::move(job), life = m_life]() mutable {
        if (life != m_life)
            return;
        if (m_world.now() < m_asleepUntil)
            guarded(m_asleepUntil - m_world.now(), std::move(job));
        else
            job();
    });
}

/// The store's thread: one job after the other, and the answers in the same order.
template<class Work, class Done>
void SimDesk::onStore(Work work, Done done)
{
    m_storeFree = std::max(m_storeFree, m_world.now()) + m_world.some(Milliseconds(4));
    guarded(m_storeFree - m_world.now(), [this, work = std::move(work), done = std::move(done)]() mutable {
        trouble();
        auto result = work();
        if (hasEnded())
            return;
        m_replyFree = std::max(m_replyFree, m_world.now()) + m_world.some(Milliseconds(2));
        guarded(m_replyFree - m_world.now(),
                [done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
    });
}

void SimDesk::atStore(std::function<void()> work)
{
    onStore(
        [work = std::move(work)] {
            work();
            return Result<void>();
        },
        [](const Result<void> &) {});
}

// -- The engine -----------------------------------------------------------------------------------------------------------

void SimDesk::perform(engine::Effects effects)
{
    const int session = m_session;
    if (effects.abortLink)
        dropLink();
    if (effects.openLink)
        openLink();
    if (std::exchange(m_connected, m_client->isConnected()) && !m_connected)
        m_store->linkEnded(session);
    for (const wire::Frame &frame : effects.send) {
        if (m_wire)
            m_wire->send(SimWire::Desk, wire::pack(frame), std::holds_alternative<wire::Hello>(frame));
    }
    if (effects.welcome) {
        onStore(
            [this, welcome = *effects.welcome] {
                m_store->noteHubHas(welcome.outcomes);
                return m_store->setAgent(welcome.agent, welcome.workspace);
            },
            [](const Result<void> &) {});
    }
    for (engine::StoreStep &step : effects.store)
        storeStep(std::move(step));
    if (effects.loadCommands) {
        onStore([this, n = *effects.loadCommands, session = m_session] { return m_store->commandsAfter(n, session); },
                [this](Result<std::vector<Command>> commands) {
                    perform(commands ? m_client->commandsLoaded(std::move(*commands), m_world.now())
                                     : m_client->commandsNotLoaded(m_world.now()));
                });
    }
    if (effects.askPage)
        askPage(*effects.askPage, effects.seam);
    if (effects.askFile)
        bring(*effects.askFile, true);
    for (const wire::Page &page : effects.pages)
        historyCame(page);
    if (effects.wakeAt) {
        guarded(*effects.wakeAt - m_world.now(), [this, mine = ++m_timer] {
            if (mine == m_timer)
                perform(m_client->timeReached(m_world.now()));
        });
    } else {
        ++m_timer;
    }
    if (effects.statusChanged && std::exchange(m_state, m_client->status().state) != m_client->status().state)
        m_world.note(m_name + ": " + stateName(m_client->status().state));
    if (m_client->status().state == engine::SyncStatus::State::Live)
        m_copyDamaged = m_isForgotten = false;
    if (m_client->status().reason == engine::SyncStatus::Reason::Denied && !m_isOut)
        shutOut();
    if (m_client->status().reason == engine::SyncStatus::Reason::OtherHistory && !m_isOut)
        goElsewhere();
}

/// As Workspace does: the copy goes, what waits stays, and the person signs in again some time.
void SimDesk::shutOut()
{
    m_isOut = true;
    m_position = {};
    m_pagesUpTo = 0;
    m_shown.clear();
    ++m_access;
    atStore([this] { (void)m_store->signOut(m_store->facts().installation.token); });
    guarded(m_world.some(Milliseconds(5'000)), [this] { signInAgain(); });
}

/// The hub has another history and does not know this device. The copy stays; its agent asks whoever restored it, and signs
/// in.
void SimDesk::goElsewhere()
{
    m_world.note(m_name + ": the hub has another history");
    m_isOut = true;
    guarded(m_world.some(Milliseconds(5'000)), [this] {
        perform(m_client->stop(m_world.now()));
        signInAgain();
    });
}

// -- Shifts ---------------------------------------------------------------------------------------------------------------

void SimDesk::handOver(const Agent &next)
{
    if (!isUp() || m_isOut || m_next || next.id == m_agent.id || m_world.now() < m_asleepUntil)
        return;
    const SimDisk::Calm calm(m_disk);
    if (!hasCopy() || !m_world.must(m_store->outbox(), "the outbox").empty())
        return; // who has work waiting stays
    m_world.note(m_name + ": " + m_agent.name + " signs out");
    m_isOut = m_isShared = true;
    m_next = next;
    perform(m_client->stop(m_world.now()));
    leave();
}

void SimDesk::leave()
{
    onStore(
        [this] {
            m_decided.merge(cameBack()); // it has been with its author, and is put by
            m_position = {};
            m_pagesUpTo = 0;
            m_shown.clear();
            m_undo.clear();
            m_own.clear();
            m_files.clear();
            ++m_access;
            return m_store->signOut(m_store->facts().installation.token);
        },
        [this](const Result<void> &) {
            m_blobs->setKeys({}, false);
            guarded(Milliseconds(m_world.shifts.below(5'000)), [this] { enter(); });
        });
}

void SimDesk::enter()
{
    const auto token = m_hub.newToken(*m_next);
    if (!token)
        return guarded(Milliseconds(1'000), [this] { enter(); });
    onStore(
        [this, token = *token] {
            const auto in = m_store->adopt("ws://hub", token, m_next->email, m_next->id, "Tributary");
            if (in)
                becomes(*m_next);
            return in;
        },
        [this](const Result<void> &in) {
            if (!in && in.error().kind == Error::Kind::Conflict) { // something of who has left waits after all
                m_world.note(m_name + ": " + in.error().detail);
                m_next.reset();
                return signInAgain();
            }
            if (!in) // the disk is full, say
                return guarded(Milliseconds(5'000), [this] { enter(); });
            m_next.reset();
            m_isOut = false;
            unlock();
            begin();
        });
}

bool SimDesk::isOfErased(const CommandId &id, const store::Erased &erased) const
{
    const auto given = m_given.find(id);
    return given != m_given.end() && store::isAbout(given->second, erased);
}

/// Of whoever has worked here, the one of who is here first.
std::vector<SealKey> SimDesk::keys() const
{
    std::vector<SealKey> all{*m_key};
    for (const auto &[agent, key] : m_keys) {
        if (key && agent != m_agent.id)
            all.push_back(*key);
    }
    return all;
}

void SimDesk::becomes(const Agent &next)
{
    m_world.note(m_name + ": " + next.name + " is here");
    std::erase_if(m_away, [&](const Agent &one) { return one.id == next.id || one.id == m_agent.id; });
    m_away.push_back(m_agent);
    m_keys[m_agent.id] = m_key;
    if (!m_keys.contains(next.id)) {
        auto &key = m_keys[next.id];
        if (m_key) { // the computer has a keyring, or it has none
            std::array<std::byte, SealKey::kBytes> bytes{};
            m_world.shifts.fill(bytes);
            key = SealKey::from(bytes);
        }
    }
    m_key = m_keys[next.id];
    m_agent = next;
    m_token = m_store->facts().installation.token;
}

void SimDesk::signInAgain()
{
    const auto token = m_hub.newToken(m_agent);
    if (!token)
        return guarded(Milliseconds(1'000), [this] { signInAgain(); });
    m_token = *token;
    onStore(
        [this]() -> Result<void> {
            TRIBUTARY_TRY(m_store->adopt("ws://hub", m_token, m_agent.email, m_agent.id, "Tributary"));
            unlock();
            return {};
        },
        [this](const Result<void> &in) {
            if (!in) // the disk is full, say
                return guarded(Milliseconds(5'000), [this] { signInAgain(); });
            m_world.note(m_name + ": signed in again");
            m_isOut = false;
            begin();
        });
}

void SimDesk::historyCame(const wire::Page &page)
{
    const auto asked = m_fetching.extract(page.request);
    if (asked.empty())
        return;
    onStore([this, page, asked = asked.mapped()] { return m_store->takeOlder(asked, page); },
            [this](const Result<void> &taken) {
                if (!taken)
                    m_world.note(m_name + ": older history is not stored: " + taken.error().detail);
            });
}

void SimDesk::dropLink()
{
    m_fetching.clear();
    if (m_wire)
        m_wire->close(SimWire::Desk);
    m_wire.reset();
}

void SimDesk::goAway(Milliseconds by)
{
    m_awayUntil = std::min(m_world.faultsEnd, m_world.now() + by);
    m_world.note(m_name + ": away until " + std::to_string(m_awayUntil.count()));
    if (!m_wire || !m_client)
        return;
    dropLink();
    guarded(Milliseconds(0), [this] { perform(m_client->linkClosed(m_world.now())); });
}

void SimDesk::openLink()
{
    dropLink();
    ++m_session;
    const auto wire = std::make_shared<SimWire>(m_world);
    m_wire = wire;
    guarded(m_world.some(m_world.faults.latency), [this, wire] {
        if (wire != m_wire)
            return;
        const auto mine = [this, life = m_life, wire = wire.get()] { return life == m_life && m_wire.get() == wire; };
        if (!m_hub.isUp() || m_world.now() < m_awayUntil || m_world.chance(m_world.faults.refuse)) {
            m_wire.reset();
            return perform(m_client->linkClosed(m_world.now()));
        }
        wire->attach(
            SimWire::Desk,
            [this, mine](ByteView message) {
                if (!mine())
                    return;
                if (m_world.now() >= m_asleepUntil)
                    return perform(m_client->frameReceived(message, m_world.now()));
                guarded(Milliseconds(0), [this, mine, kept = copyOf(message)] {
                    if (mine())
                        perform(m_client->frameReceived(kept, m_world.now()));
                });
            },
            [this, mine] {
                guarded(Milliseconds(0), [this, mine] {
                    if (!mine())
                        return;
                    m_wire.reset();
                    perform(m_client->linkClosed(m_world.now()));
                });
            });
        m_hub.accept(wire);
        perform(m_client->linkOpened(m_world.now()));
    });
}

void SimDesk::storeStep(engine::StoreStep step)
{
    if (std::holds_alternative<engine::RenumberJournal>(step)) {
        m_world.note(m_name + ": a new client");
        onStore(
            [this] {
                // What came back and was about somebody who is erased goes with this: it has been with its author.
                m_decided.merge(journalIds("outcome IS NOT NULL AND settled = 1"));
                return m_store->renumber();
            },
            [this](Result<ClientId> client) {
                perform(client ? m_client->renumbered(*client, m_world.now()) : m_client->storeFailed(m_world.now()));
            });
        return;
    }
    onStore(
        [this, step = std::move(step), session = m_session]() -> Result<void> {
            if (session <= m_failedSession)
                return failure(Error::Kind::Conflict, "an earlier step failed");
            const auto *resync = std::get_if<engine::Resync>(&step);
            if (resync)
                m_position = {}; // where a stream begins that a first copy has may lie before where this one was
            if (resync && (resync->reason == "epoch" || resync->reason == "fork")) {
                m_shown.clear(); // another history: what was shown of the one before may not be part of it
            } else if (resync) {
                for (auto &[item, shown] : m_shown)
                    shown.isAround = false; // it has yet to be fetched
            }
            if (const auto *changes = std::get_if<wire::Changes>(&step);
                changes && !changes->outcomes.empty() && m_world.chance(m_world.faults.deskCrash * 3))
                m_disk.troubles.dieAt = 1 + std::int64_t(m_world.rng.below(40)); // between journal and copy, say
            if (const auto *page = std::get_if<engine::StorePage>(&step))
                m_pagesUpTo = std::max(m_pagesUpTo, page->page.start.seq);
            else if (resync)
                m_pagesUpTo = 0;
            auto taken = m_store->take(step);
            if (taken && m_world.chance(m_world.faults.again))
                taken = m_store->take(step);
            if (const auto *changes = std::get_if<wire::Changes>(&step); taken && changes)
                noteErased(*changes);
            if (!taken) {
                m_world.note(m_name + ": not stored: " + taken.error().detail);
                m_failedSession = session;
            }
            if (!m_copyReplaced)
                checkCopy();
            if (m_world.rng.below(100) == 0)
                checkOverlay();
            if (m_world.rng.below(100) == 0)
                m_store->checkpoint(m_world.rng.below(2) == 0);
            return taken;
        },
        [this](const Result<void> &taken) {
            const bool forked = !taken && taken.error().detail == client::LocalStore::kForked;
            perform(taken    ? m_client->stored(m_world.now())
                    : forked ? m_client->storeForked(m_world.now())
                             : m_client->storeFailed(m_world.now()));
        });
}

void SimDesk::askPage(const std::string &after, const std::optional<wire::Seam> &seam)
{
    m_hub.page(after, seam, m_token, [this, mine = ++m_pageAsked, life = m_life](const Result<Bytes> &body) {
        if (life == m_life)
            guarded(Milliseconds(0), [this, mine, body] { pageCame(mine, body); });
    });
}

void SimDesk::pageCame(int asked, const Result<Bytes> &body)
{
    if (asked != m_pageAsked)
        return;
    if (!body)
        return perform(m_client->pageFailed(body.error().kind, m_world.now()));
    auto page = wire::unpackPage(*body);
    perform(page ? m_client->pageArrived(std::move(*page), m_world.now())
                 : m_client->pageFailed(Error::Kind::Corrupt, m_world.now()));
}

} // namespace tributary::sim
