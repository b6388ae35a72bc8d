#include "tests/sim/sim_hub.h"

#include "core/base/digest.h"
#include "core/hub/access.h"
#include "core/hub/bootstrap.h"
#include "core/hub/commands.h"
#include "core/hub/devices.h"
#include "core/hub/epoch.h"
#include "core/hub/incarnation.h"
#include "core/hub/log_horizon.h"
#include "core/model/command_files.h"
#include "core/model/rights.h"
#include "core/store/entities.h"
#include "core/store/migrations.h"
#include "core/store/sql.h"
#include "tests/sim/sim_platform.h"

namespace tributary::sim {
namespace {

constexpr std::size_t kFrameRows = 40 * 1024; ///< As in core/hub/sync_sockets.cpp.
constexpr std::int64_t kNewestRows = 20;      ///< That a log keeps which has become too long.
constexpr auto kStamp = "hub.incarnation";

} // namespace

struct SimHub::Connection {
    engine::SyncSession session;
    std::shared_ptr<SimWire> wire;
    int timer = 0; ///< The latest wake-up counts.
    bool greeted = false;
    bool over = false;
    bool forked = false; ///< For the writer: one of its numbers was another copy's.
};

SimHub::SimHub(World &world)
    : m_world(world)
    , m_clock(world.clock)
    , m_disk(world.rng, "sim-hub")
    , m_ids(m_clock, world.rng)
{
}

SimHub::~SimHub() = default;

void SimHub::start()
{
    if (!m_disk.exists(kFile))
        m_disk.write(kFile, emptyFile(store::hubMigrations()));
    m_database = m_world.must(store::Database::open(kFile, {.vfs = m_disk.vfs()}), "the hub's database");
    m_blobs.emplace(m_world.must(store::Blobs::open(m_folder.path() / kContents), "the folder of contents"));
    if (m_world.chance(m_world.faults.hubStart))
        m_disk.troubles.dieAt = 1 + std::int64_t(m_world.rng.below(25));
    const auto entered = enter();
    if (m_disk.isDead())
        return crash();
    m_world.must(entered, "the hub's start");
    m_disk.troubles.dieAt = 0;
    m_isOlder = false;
    checkContents();
    checkEpoch();
    ++m_life;
    m_writerFree = m_world.now();
    m_mark.emplace(m_clock);
    m_sharedPages = std::make_unique<hub::SharedPages>(
        m_clock, [this](const hub::SharedPages::Question &question, const std::function<bool()> &,
                        hub::SharedPages::Done done) { readShared(question, std::move(done)); });
    m_world.note("hub: up");
    // What the last process had written and not synced is told to everybody now; soon after the power goes.
    if (m_life > 1 && m_world.chance(m_world.faults.hubCrash * 5)) {
        m_world.after(m_world.some(Milliseconds(200)), [this, life = m_life] {
            if (life == m_life)
                crash();
        });
    }
    noteHead();
    wakeSnoozes();
    poke();
    if (m_unfinished)
        finishErasure({});
}

Result<void> SimHub::enter()
{
    TRIBUTARY_TRY(store::migrate(*m_database, store::hubMigrations()));
    TRIBUTARY_TRY(m_database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY(hub::createWorkspace(*m_database, "Tributary", m_world.rng));
        return hub::releaseAll(*m_database, m_clock.now());
    }));
    if (m_world.faults.restore > 0 || m_restores > 0) {
        TRIBUTARY_TRY_ASSIGN(const auto entered, hub::enterIncarnation(m_folder.path(), *m_database, m_world.rng));
        m_incarnation = entered.name;
        if (!entered.suspicion.empty())
            m_world.note("hub: a new epoch: " + entered.suspicion);
        m_world.check(entered.suspicion.empty() || m_isOlder, "a new epoch begins, and nothing has gone back");
    }
    TRIBUTARY_TRY(m_database->inTransaction([&] { return hub::meetEpoch(*m_database, m_clock.now()); }));
    return eraseAgain();
}

/// I6.
void SimHub::checkEpoch()
{
    const wire::Epoch epoch = m_world.must(hub::headOf(*m_database), "the head").epoch;
    m_world.check(epoch == m_epoch || m_epochs.insert(epoch).second, "an epoch is used twice");
    m_epoch = epoch;
}

void SimHub::down()
{
    m_disk.kill();
    m_folder.kill();
    ++m_life;
    for (const auto &connection : m_connections)
        connection->wire->die(SimWire::Hub);
    m_connections.clear();
    m_wanted.clear();
    m_mark.reset();
    m_sharedPages.reset();
    for (const auto &[number, answer] : std::exchange(m_pagesAsked, {}))
        answer(failure(Error::Kind::Offline, "the hub died"));
    for (Worker &worker : m_workers)
        worker.busy = false;
    m_database.reset();
}

void SimHub::noteHead()
{
    if (m_incarnation == RawId{})
        return;
    if (const auto head = looked(hub::headOf(*m_database), "the head"))
        m_world.must(hub::noteHead(m_folder.path(), m_incarnation, head->seq), "the head's note");
    m_world.after(Milliseconds(3'000), [this, life = m_life] {
        if (life == m_life)
            noteHead();
    });
}

void SimHub::backUp()
{
    m_world.note("hub: a backup");
    const std::string log = std::string(kFile) + "-wal";
    m_backup = Backup{m_disk.read(kFile), m_disk.read(log), m_folder.read(kStamp), m_world.now(), m_forgotten, m_epoch, {}};
    m_backup->erased = m_erased;
    m_backup->erasedTexts = m_erasedTexts;
    for (const std::string &name : m_blobs->names())
        m_backup->contents.emplace(name, contentOf(name));
}

void SimHub::restore(Return how)
{
    if (!isUp() || !m_backup)
        return;
    m_world.note("hub: an older state comes back, " + std::to_string(int(how)));
    std::int64_t seq = 0;
    if (how == Return::OlderFile) { // of a hub that ended well: of one that was killed the last seconds are not noticed
        if (const auto head = looked(hub::headOf(*m_database), "the head"))
            m_world.must(hub::noteHead(m_folder.path(), m_incarnation, seq = head->seq), "the head's note");
        if (!isUp())
            return;
    }
    down();
    m_disk.restart(false);
    m_folder.restart();
    bringBack(m_backup->contents, how != Return::OlderFile);
    m_disk.remove(kFile);
    m_disk.write(kFile, m_backup->file);
    if (!m_backup->log.empty())
        m_disk.write(std::string(kFile) + "-wal", m_backup->log);
    ++m_restores;
    m_isOlder = true;
    m_withdrawn.clear(); // what was decided since is not known here
    m_forgotten = m_backup->forgotten;
    m_erased = m_backup->erased; // who was erased since is there, and is erased again at the start
    m_erasedTexts = m_backup->erasedTexts;
    m_unfinished |= !everErased().empty(); // as hub::hasRemains() finds
    if (how == Return::WholeFolder) {
        m_folder.write(kStamp, m_backup->stamp);
        m_epoch = m_backup->epoch;
    } else if (how == Return::Restored) {
        const auto database = m_world.must(store::Database::open(kFile, {.vfs = m_disk.vfs()}), "the backup");
        m_world.must(database->inTransaction([&]() -> Result<void> {
            TRIBUTARY_TRY(hub::forgetIncarnation(m_folder.path(), *database));
            const auto begun = hub::beginEpoch(*database, m_world.rng);
            return begun ? Result<void>() : failure(begun.error());
        }),
                     "a restore");
    }
    if (how == Return::OlderFile) {
        const auto database = m_world.must(store::Database::open(kFile, {.vfs = m_disk.vfs()}), "the backup");
        if (m_world.must(hub::headOf(*database), "the head").seq < seq)
            m_epoch = {}; // none that there was will do
    }
    m_world.after(m_world.some(Milliseconds(10'000)), [this] { start(); });
    for (Worker &worker : m_workers) {
        if (how == Return::WholeFolder)
            worker.platform->forgive();
        worker.platform->again(m_backup->at);
    }
}

void SimHub::forgetLog()
{
    if (!isUp())
        return;
    write(
        [this](store::Database &database) -> Result<std::int64_t> {
            const std::uint64_t how = m_world.rng.below(3); // all, what is older than an hour, or all but the newest rows
            const bool isTooLong = how == 2;                // which does not wait until nobody stands there
            for (const auto &connection :
                 isTooLong ? std::vector<std::shared_ptr<Connection>>() : std::vector(m_connections))
                perform(connection, sessionOf(connection).end("stopping", "", 0));
            const auto known = firstSeqs();
            const TimePoint then = m_world.clock.now() + std::chrono::hours(++m_forgets);
            TRIBUTARY_TRY(hub::markLog(database, then));
            TRIBUTARY_TRY_ASSIGN(const std::int64_t gone,
                                 hub::forgetLog(database, isTooLong ? TimePoint() : then - std::chrono::hours(how),
                                                isTooLong ? kNewestRows : hub::kLogRows));
            m_forgotten = known;
            return gone;
        },
        [this](const Result<std::int64_t> &gone) {
            if (gone)
                m_world.note("hub: has forgotten " + std::to_string(*gone) + " of its log");
        });
}

std::map<model::TimelineItemId, std::int64_t> SimHub::firstSeqs()
{
    const SimDisk::Calm calm(m_disk);
    auto seqs = m_forgotten;
    auto query = m_database->queryOnce("SELECT entity_key, min(seq) FROM log WHERE entity_type = "
                                       + std::to_string(int(model::EntityType::TimelineItem)) + " GROUP BY entity_key");
    while (m_world.must(query.step(), "the log"))
        seqs.emplace(query.id<model::TimelineItemId>(0), query.integer(1));
    return seqs;
}

void SimHub::crash(bool powerCut)
{
    if (!isUp())
        return;
    m_world.note(m_disk.isDead() ? "hub: dies at a write" : "hub: dies");
    down();
    powerCut = m_world.chance(m_world.faults.powerCut) || powerCut;
    if (powerCut)
        m_world.note("hub: a power cut");
    m_world.check(!m_disk.syncedAfterFailure(), "the hub syncs again after a sync has failed");
    m_disk.restart(powerCut);
    m_folder.restart();
    if (powerCut)
        m_folder.cutPower(m_world.beside);
    m_world.after(m_world.some(Milliseconds(10'000)), [this] { start(); });
}

void SimHub::later(std::function<void()> job, Milliseconds most)
{
    m_world.after(m_world.some(most), [this, job = std::move(job), life = m_life] {
        if (life == m_life)
            job();
    });
}

void SimHub::onWriter(std::function<void()> job)
{
    m_writerFree = std::max(m_writerFree, m_world.now()) + m_world.some(Milliseconds(3));
    m_world.after(m_writerFree - m_world.now(), [this, job = std::move(job), life = m_life] {
        if (life == m_life)
            job();
    });
}

void SimHub::fromWriter(std::function<void()> answer)
{
    m_answersFree = std::max(m_answersFree, m_world.now() + m_world.some(Milliseconds(5)));
    m_world.after(m_answersFree - m_world.now(), [this, answer = std::move(answer), life = m_life] {
        if (life == m_life)
            answer();
    });
}

void SimHub::trouble()
{
    if (m_world.chance(m_world.faults.hubCrash))
        m_disk.troubles.dieAt = 1 + std::int64_t(m_world.rng.below(40));
    if (m_world.chance(m_world.faults.diskError)) {
        m_world.note("hub: its disk will fail");
        m_disk.troubles.failAt = 1 + std::int64_t(m_world.rng.below(40));
    }
    if (m_world.chance(m_world.faults.full) && !m_disk.troubles.full) {
        m_world.note("hub: its disk is full");
        m_disk.troubles.full = true;
        m_world.after(m_world.some(Milliseconds(15'000)), [this] { m_disk.troubles.full = false; });
    }
}

void SimHub::checkpointSometimes()
{
    if (m_world.rng.below(100) == 0)
        (void)m_database->checkpoint(false); // as the writer does when it is idle; a failure shows in the next commit
}

void SimHub::committed()
{
    later([this] {
        const auto head = looked(hub::headOf(*m_database), "head");
        if (!head)
            return;
        for (const auto &connection : std::vector(m_connections)) {
            if (connection->session.isOpen())
                perform(connection, sessionOf(connection).headMoved(head->seq, m_world.clock.now()));
        }
        poke();
    });
}

model::Agent SimHub::addAgent(const std::string &name, const std::string &token, model::Agent::Role role)
{
    return m_world.must(m_database->inTransaction([&]() -> Result<model::Agent> {
        TRIBUTARY_TRY_ASSIGN(auto agent, hub::addAgent(*m_database, m_ids, name + "@shop.test", name, role, "x"));
        TRIBUTARY_TRY(hub::addDevice(*m_database, agent.id, token, "sim", m_clock.now()));
        return agent;
    }),
                        "an agent");
}

model::ChannelAccount SimHub::addAccount(model::Channel channel, const std::string &address, std::int64_t undoSeconds)
{
    model::ChannelAccount account{.id = m_ids.make<model::ChannelAccountId>(), .channel = channel, .name = address};
    account.address = address;
    account.undoSeconds = undoSeconds;
    m_world.must(m_database->inTransaction([&]() -> Result<std::int64_t> {
        hub::ChangeLog changes(*m_database);
        TRIBUTARY_TRY(changes.put(account));
        return changes.finish();
    }),
                 "an account");
    return account;
}

void SimHub::stepClock(Milliseconds by)
{
    m_clock.skew += by;
    m_world.note("hub: its clock is set by " + std::to_string(by.count()) + " ms");
}

/// As core/hub/sync_sockets.cpp: the links of a token end once that is durable.
void SimHub::revoke(const std::string &token)
{
    m_world.note("hub: a device is signed out");
    m_revoked.insert(token);
    write([token](store::Database &database) { return hub::revokeDevice(database, token); },
          [this, token](const Result<void> &) {
              for (const auto &connection : std::vector(m_connections)) {
                  if (connection->session.token() == token)
                      perform(connection, sessionOf(connection).end("revoked", "This device was signed out.", 0));
              }
          });
}

std::optional<std::string> SimHub::newToken(const model::Agent &agent)
{
    if (!isUp())
        return std::nullopt;
    const std::string token = "token-" + agent.name + "-" + std::to_string(++m_tokens);
    const auto added =
        m_database->inTransaction([&] { return hub::addDevice(*m_database, agent.id, token, "sim", m_clock.now()); });
    if (m_disk.isDead() || m_database->isBroken())
        crash();
    return added ? std::optional(token) : std::nullopt;
}

std::string SimHub::whatIsOf(const model::TimelineItemId &item)
{
    if (!isUp())
        return "the hub is down";
    const SimDisk::Calm calm(m_disk);
    const auto found = m_world.must(store::timelineItem(*m_database, item), "an item");
    if (!found)
        return "the hub has no such item";
    return std::string("the hub has it") + (found->deleted ? ", deleted" : "") + " in " + found->conversation.text()
           + ", of seq " + std::to_string(found->version);
}

std::string SimHub::whatBecameOf(const model::CommandId &command)
{
    if (!isUp())
        return "";
    const SimDisk::Calm calm(m_disk);
    auto query = m_database->queryOnce("SELECT n, kind, detail FROM outcome WHERE command_id = :id");
    query.bind("id", command);
    std::string all;
    while (m_world.must(query.step(), "outcomes"))
        all += ", n=" + std::to_string(query.integer(0)) + ": " + std::string(query.text(1)) + ": "
               + std::string(query.text(2));
    return all.empty() ? ", which has not done it" : all;
}

model::ConversationId SimHub::conversationOf(const model::TimelineItemId &item)
{
    const SimDisk::Calm calm(m_disk);
    const auto found = m_world.must(store::timelineItem(*m_database, item), "an item");
    return found ? found->conversation : model::ConversationId();
}

void SimHub::resolveMost(const model::Agent &by)
{
    std::vector<model::ConversationId> some;
    {
        auto query = m_database->queryOnce("SELECT id FROM conversation ORDER BY id");
        while (m_world.must(query.step(), "conversations")) {
            if (m_world.rng.below(3) > 0)
                some.push_back(query.id<model::ConversationId>(0));
        }
    }
    const auto client = m_ids.make<model::ClientId>();
    std::int64_t n = 0;
    for (const model::ConversationId conversation : some) {
        model::Command command{.n = ++n, .id = m_ids.make<model::CommandId>(), .at = m_clock.now()};
        command.body = model::SetStatus{conversation, model::Conversation::Status::Resolved};
        m_world.must(
            m_database->inTransaction([&] { return hub::applyCommand(*m_database, m_ids, m_clock, by, client, command); }),
            "what is resolved");
    }
}

// -- Links ----------------------------------------------------------------------------------------------------------------

void SimHub::accept(const std::shared_ptr<SimWire> &wire)
{
    const auto connection = std::make_shared<Connection>();
    connection->wire = wire;
    m_connections.push_back(connection);
    // The connection has the wire: the wire must not have the connection, or neither would ever go.
    const auto guarded = [this, life = m_life, weak = std::weak_ptr(connection)](auto job) {
        if (const auto mine = weak.lock(); mine && life == m_life && !mine->over)
            job(mine);
    };
    wire->attach(
        SimWire::Hub,
        [this, guarded](ByteView message) {
            guarded([&](const auto &mine) { perform(mine, sessionOf(mine).frameReceived(message, m_world.clock.now())); });
        },
        [this, guarded] {
            guarded([&](const auto &mine) {
                mine->over = true;
                std::erase(m_connections, mine);
            });
        });
    perform(connection, sessionOf(connection).opened(m_world.clock.now()));
}

/// For an event. Its times come of a clock that does not jump.
engine::SyncSession &SimHub::sessionOf(const std::shared_ptr<Connection> &connection)
{
    connection->session.setWallAhead(m_clock.skew);
    return connection->session;
}

void SimHub::perform(const std::shared_ptr<Connection> &connection, engine::SyncSession::Effects effects)
{
    if (connection->over)
        return;
    for (Bytes &message : effects.send) {
        connection->wire->send(SimWire::Hub, std::move(message), !connection->greeted);
        connection->greeted = true;
    }
    if (effects.close || effects.abort) {
        connection->over = true;
        connection->wire->close(SimWire::Hub);
        std::erase(m_connections, connection);
        return;
    }
    if (effects.authenticate)
        authenticate(connection, *effects.authenticate);
    if (effects.readAfter) {
        m_wanted.emplace_back(connection, *effects.readAfter);
        if (m_wanted.size() == 1)
            later([this] { readLog(); });
    }
    for (model::Command &command : effects.apply)
        apply(connection, std::move(command));
    for (const wire::Fetch &fetch : effects.fetch) {
        later([this, connection, fetch] {
            const auto page = looked(hub::olderPage(*m_database, fetch, connection->session.agent().id), "older history");
            if (page)
                perform(connection, sessionOf(connection).pageRead(*page));
        });
    }
    if (effects.wakeAt) {
        m_world.after(*effects.wakeAt - m_world.clock.now(), [this, connection, mine = ++connection->timer, life = m_life] {
            if (life == m_life && mine == connection->timer && !connection->over)
                perform(connection, sessionOf(connection).timeReached(m_world.clock.now()));
        });
    }
}

void SimHub::readLog()
{
    hub::LogReading log(*m_database);
    for (auto &[connection, seq] : std::exchange(m_wanted, {})) {
        const engine::SyncSession &session = connection->session;
        auto result = log.after(seq, session.agent().id, session.client(), kFrameRows);
        if (!result && result.error().kind == Error::Kind::NotFound) { // the log was forgotten
            later([this, connection = connection] {
                if (!connection->over)
                    perform(connection, sessionOf(connection).end("unavailable", "", 0));
            });
            continue;
        }
        auto read = looked(std::move(result), "the log");
        if (!read)
            return;
        later([this, connection = connection, read = std::move(*read)]() mutable {
            perform(connection, sessionOf(connection).changesRead(std::move(read), m_world.clock.now()));
        });
    }
}

void SimHub::authenticate(const std::shared_ptr<Connection> &connection, const wire::Hello &hello)
{
    later([this, connection, hello] {
        using Admission = engine::SyncSession::Admission;
        bool isOurs = true;
        const auto read = [&]() -> Result<std::optional<Admission>> {
            TRIBUTARY_TRY_ASSIGN(const auto agent, hub::agentOfToken(*m_database, hello.token));
            m_world.check(agent || m_revoked.contains(hello.token) || m_restores > 0,
                          "a device's token is forgotten: " + hello.token);
            if (!agent) {
                TRIBUTARY_TRY_ASSIGN(isOurs, hub::isOfThisHistory(*m_database, hello.position.epoch));
                return std::optional<Admission>();
            }
            TRIBUTARY_TRY_ASSIGN(const auto workspace, hub::workspaceState(*m_database));
            Admission admission{.agent = *agent, .workspace = workspace.name, .head = workspace.head};
            TRIBUTARY_TRY_ASSIGN(admission.lastN, hub::lastApplied(*m_database, hello.client));
            TRIBUTARY_TRY_ASSIGN(admission.cameBack, hub::cameBackAfter(*m_database, hello.client, hello.lastN));
            TRIBUTARY_TRY_ASSIGN(admission.chainThere, hub::chainAt(*m_database, hello.position.seq));
            if (hello.ahead) {
                TRIBUTARY_TRY_ASSIGN(admission.chainAhead, hub::chainAt(*m_database, hello.ahead->seq));
            }
            TRIBUTARY_TRY_ASSIGN(admission.start,
                                 hub::startAt(*m_database, m_mark->position(), admission.head, hello.client));
            if (engine::SyncSession::tellsErased(hello, admission)) {
                TRIBUTARY_TRY_ASSIGN(admission.erasedCustomers, hub::erasedCustomers(*m_database));
                TRIBUTARY_TRY_ASSIGN(admission.erasedConversations, hub::erasedConversations(*m_database));
            }
            return std::optional<Admission>(std::move(admission));
        };
        const auto admission = looked(read(), "who says hello");
        if (!admission)
            return;
        if (*admission)
            m_mark->note((**admission).head);
        later([this, connection, isOurs, admission = *admission] {
            if (!admission && !isOurs)
                return perform(connection, sessionOf(connection).otherHistory("Another history."));
            perform(connection, admission ? sessionOf(connection).authenticated(*admission, m_world.clock.now())
                                          : sessionOf(connection).denied("This device is not signed in."));
        });
    });
}

void SimHub::apply(const std::shared_ptr<Connection> &connection, model::Command command)
{
    const auto *cancel = std::get_if<model::CancelMessage>(&command.body);
    const model::TimelineItemId withdrawn = cancel ? cancel->item : model::TimelineItemId();
    write(
        [this, connection, command = std::move(command)](store::Database &database) -> Result<model::Outcome> {
            const model::Agent &by = connection->session.agent();
            if (connection->forked) // as core/hub/sync_sockets.cpp
                return failure(Error::Kind::Conflict, "forked");
            if (!command.earlier || *command.earlier == model::Outcome::Kind::Applied)
                TRIBUTARY_TRY(checkFiles(database, command.body));
            const auto *mark = std::get_if<model::MarkRead>(&command.body);
            const auto marked = [&]() -> Result<std::int64_t> {
                if (!mark || mark->backwards)
                    return 0;
                TRIBUTARY_TRY_ASSIGN(const auto known, store::readMark(database, by.id, mark->conversation));
                return known ? known->readCount : 0;
            };
            TRIBUTARY_TRY_ASSIGN(const std::int64_t before, marked());
            auto outcome = hub::applyCommand(database, m_ids, m_clock, by, connection->session.client(), command, false,
                                             [this] { return hub::everErased(m_folder.path()); });
            if (!outcome) {
                connection->forked = outcome.error().detail == "forked";
                return outcome;
            }
            TRIBUTARY_TRY_ASSIGN(const std::int64_t after, marked());
            m_world.check(after >= before, "a read mark has fallen");
            for (const model::Attachment &file : model::filesOf(command.body))
                m_taken.insert(file.sha256);
            return outcome;
        },
        [this, connection, withdrawn](const Result<model::Outcome> &outcome) {
            if (outcome && outcome->kind == model::Outcome::Kind::Applied && !withdrawn.isNull())
                m_withdrawn.insert(withdrawn);
            perform(connection, outcome ? sessionOf(connection).commandApplied(m_world.clock.now())
                                        : sessionOf(connection).commandFailed(outcome.error(), m_world.clock.now()));
        });
}

/// As AgentsApi::bootstrap() does, without its turns.
void SimHub::page(const std::string &after, const std::optional<wire::Seam> &seam, const std::string &token,
                  std::function<void(Result<Bytes>)> done)
{
    const auto answer = [this, done = std::move(done)](Result<Bytes> result) {
        if (result && m_world.chance(m_world.faults.garble))
            garble(m_world, *result);
        m_world.after(m_world.some(m_world.faults.slowPage), [done, result = std::move(result)] { done(result); });
    };
    if (!isUp() || m_world.chance(m_world.faults.refuse))
        return answer(failure(Error::Kind::Offline, "no hub"));
    m_world.after(m_world.some(m_world.faults.slowPage), [this, after, seam, token, answer, life = m_life] {
        if (life != m_life)
            return answer(failure(Error::Kind::Offline, "the hub died"));
        const auto agent = pageRead(hub::agentOfToken(*m_database, token));
        if (!agent)
            return answer(failure(agent.error()));
        if (!*agent)
            return answer(failure(Error::Kind::Denied, "not signed in"));
        if (auto question = hub::SharedPages::questionOf(**agent, after, seam, blake16(bytesOf(token)))) {
            m_pagesAsked.emplace(++m_pages, answer);
            const auto given = [this, mine = m_pages, id = (**agent).id,
                                rights = question->rights](const Result<hub::SharedPages::Page> &page) {
                const auto now = pageRead(store::agent(*m_database, id));
                const auto asked = m_pagesAsked.extract(mine);
                if (asked.empty())
                    return; // the hub has died of it
                const bool areSame = now && *now && (**now).version == rights;
                if (page && areSame)
                    asked.mapped()(wire::stamped(*page->packed, rights));
                else
                    asked.mapped()(page ? failure(Error::Kind::Offline, "rights have changed") : failure(page.error()));
            };
            return m_sharedPages->ask({.question = std::move(*question), .done = given});
        }
        const auto pages = seam && model::anybodyLike(**agent) ? hub::Pages::Apart : hub::Pages::Together;
        const auto page = pageRead(hub::bootstrapPage(*m_database, after, (**agent).id, m_clock.now(), pages));
        answer(page ? Result<Bytes>(wire::pack(*page)) : failure(page.error()));
    });
}

void SimHub::readShared(const hub::SharedPages::Question &question, hub::SharedPages::Done done)
{
    m_world.after(m_world.some(m_world.faults.slowPage), [this, question, done = std::move(done), life = m_life] {
        if (life != m_life)
            return; // who asked has been told
        done(pageRead(hub::SharedPages::read(*m_database, question, m_clock.now())));
    });
}

// -- Sending --------------------------------------------------------------------------------------------------------------

void SimHub::poke()
{
    for (Worker &worker : m_workers)
        work(worker);
}

void SimHub::workLater(Worker &worker, Milliseconds delay)
{
    m_world.after(delay, [this, &worker, life = m_life, mine = worker.life] {
        if (life != m_life || mine != worker.life)
            return;
        worker.busy = false;
        work(worker);
    });
}

void SimHub::work(Worker &worker)
{
    if (!isUp() || worker.busy)
        return;
    const auto due = looked(hub::nextDue(*m_database, worker.platform->account().id, m_clock.now()), "the queue");
    if (!due || !*due)
        return;
    worker.busy = true;
    const Milliseconds wait = std::clamp<Milliseconds>(**due - m_clock.now(), Milliseconds(0), Milliseconds(60'000));
    m_world.after(wait, [this, &worker, life = m_life, mine = worker.life] {
        if (life != m_life || mine != worker.life)
            return;
        write(
            [this, &worker](store::Database &database) -> Result<std::optional<hub::Claimed>> {
                hub::ChangeLog changes(database);
                TRIBUTARY_TRY_ASSIGN(auto claimed,
                                     hub::claimNext(changes, m_ids, worker.platform->account(), m_clock.now()));
                TRIBUTARY_TRY(changes.finish());
                return claimed;
            },
            [this, &worker, mine](Result<std::optional<hub::Claimed>> claimed) {
                if (mine != worker.life)
                    return;
                if (claimed && *claimed)
                    return handOver(worker, std::move(**claimed));
                // The disk is full, or something is due, but waits for an earlier message of its conversation.
                workLater(worker, Milliseconds(1'000));
            });
    });
}

void SimHub::handOver(Worker &worker, hub::Claimed claimed)
{
    later(
        [this, &worker, claimed = std::move(claimed), mine = worker.life] {
            if (mine != worker.life)
                return;
            const auto outcome = worker.platform->send(claimed.message);
            // One that is paused comes back with its answer when another one has the message in hand, or has had it.
            const bool isPaused = m_world.rng.below(8) == 0;
            if (isPaused)
                replaceWorker(worker);
            later([this, &worker, claimed, outcome] { settle(worker, claimed, outcome); },
                  m_world.some(Milliseconds(isPaused || m_world.rng.below(10) == 0 ? 40'000 : 300)));
        },
        Milliseconds(300));
}

void SimHub::settle(Worker &worker, const hub::Claimed &claimed, const channels::SendOutcome &outcome)
{
    write(
        [this, claimed, outcome](store::Database &database) -> Result<std::int64_t> {
            hub::ChangeLog changes(database);
            TRIBUTARY_TRY(hub::settle(changes, m_ids, claimed.claim, outcome, m_clock.now(), m_world.rng));
            return changes.finish();
        },
        [this, &worker, claimed, outcome, mine = worker.life](const Result<std::int64_t> &settled) {
            if (!settled) // what became of it must not be lost
                return later([this, &worker, claimed, outcome] { settle(worker, claimed, outcome); }, Milliseconds(5'000));
            if (mine != worker.life)
                return;
            worker.busy = false;
            work(worker);
        });
}

void SimHub::replaceWorker(Worker &worker)
{
    m_world.note("hub: a new worker for " + worker.platform->account().address);
    ++worker.life;
    worker.busy = true;
    write([this, id = worker.platform->account().id](
              store::Database &database) { return hub::releaseAllOf(database, id, m_clock.now()); },
          [this, &worker](const Result<void> &) { workLater(worker, Milliseconds(0)); });
}

void SimHub::wakeSnoozes()
{
    write([this](store::Database &database) { return hub::wakeSnoozed(database, m_ids, m_clock.now()); },
          [this](const Result<bool> &) {
              m_world.after(Milliseconds(20'000), [this, life = m_life] {
                  if (life == m_life)
                      wakeSnoozes();
              });
          });
}

} // namespace tributary::sim
