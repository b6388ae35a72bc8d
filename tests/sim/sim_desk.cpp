#include "tests/sim/sim_desk.h"

#include "core/store/entities.h"
#include "core/store/migrations.h"
#include "tests/sim/sim_hub.h"

namespace tributary::sim {

using namespace tributary::model;

SimDesk::SimDesk(World &world, SimHub &hub, std::string name, std::filesystem::path folder, std::string token, Agent agent,
                 Milliseconds skew)
    : m_world(world)
    , m_hub(hub)
    , m_name(std::move(name))
    , m_folder(std::move(folder))
    , m_token(std::move(token))
    , m_agent(std::move(agent))
    , m_clock(world.clock, skew)
{
    std::filesystem::create_directories(m_folder);
}

// -- Life and death -------------------------------------------------------------------------------------------------------

void SimDesk::start()
{
    client::LocalStore::Events events;
    events.changed = [](const store::ChangeSet &) {};
    events.factsChanged = [] {};
    events.cameBack = [this](const store::JournalEntry &entry) {
        // Its text is with its author again; what is on the screen of it may go.
        std::erase_if(m_shown, [&](const auto &one) { return one.second == entry.command.id; });
    };
    events.draftChanged = [](ConversationId) {};
    events.cacheReplaced = [this] { throw Broken(m_name + ": a whole copy was thrown away"); };
    ++m_life;
    m_storeFree = m_replyFree = m_world.now();
    m_store = m_world.must(client::LocalStore::open(m_folder, m_clock, m_world.rng, std::move(events)), "the files");
    if (m_store->facts().installation.token.empty())
        m_world.must(m_store->adopt("ws://hub", m_token, m_agent.email, m_agent.id, "Tributary"), "signing in");
    m_client = std::make_unique<engine::SyncClient>(m_world.rng);
    m_world.note(m_name + ": up");
    checkCopy();
    perform(m_client->start(m_world.must(m_store->syncStart(), "the copy's state"), m_world.now()));
}

void SimDesk::crash()
{
    ++m_life;
    if (m_wire)
        m_wire->die(SimWire::Desk);
    m_wire.reset();
    m_client.reset();
    m_reader.reset();
    m_store.reset();
    m_world.note(m_name + ": dies");
    if (m_world.chance(m_world.faults.lostCopy)) {
        m_world.note(m_name + ": its copy is gone");
        for (const char *suffix : {"", "-wal", "-shm"})
            std::filesystem::remove(cacheFile().string() + suffix);
        m_hasSnapshot = false;
        m_position = {};
        m_shown.clear(); // outcomes that the old copy had still to hear are not told again
    } else if (m_hasSnapshot && m_world.chance(m_world.faults.powerCut)) {
        // The copy is not synced at each commit: a power cut takes its last transactions, in order from the end.
        m_world.note(m_name + ": its copy is older after the power cut");
        std::filesystem::remove(cacheFile().string() + "-shm");
        for (const char *suffix : {"", "-wal"})
            std::filesystem::copy_file((m_folder / "older.db").string() + suffix, cacheFile().string() + suffix,
                                       std::filesystem::copy_options::overwrite_existing);
        m_position = {};
        m_shown.clear();
    }
    m_world.after(m_world.some(Milliseconds(8'000)), [this] { start(); });
}

void SimDesk::keepSnapshot()
{
    // Between two transactions the file and its log together are a consistent copy.
    for (const char *suffix : {"", "-wal"})
        std::filesystem::copy_file(cacheFile().string() + suffix, (m_folder / "older.db").string() + suffix,
                                   std::filesystem::copy_options::overwrite_existing);
    m_hasSnapshot = true;
}

store::Database &SimDesk::reader()
{
    if (!m_reader)
        m_reader =
            m_world.must(store::Database::open(cacheFile().string(), {.mode = store::Database::Mode::ReadOnly}), "a reader");
    return *m_reader;
}

void SimDesk::guarded(Milliseconds delay, std::function<void()> job)
{
    m_world.after(delay, [this, job = std::move(job), life = m_life] {
        if (life == m_life)
            job();
    });
}

/// The store's thread: one job after the other, and the answers in the same order.
template<class Work, class Done>
void SimDesk::onStore(Work work, Done done)
{
    m_storeFree = std::max(m_storeFree, m_world.now()) + m_world.some(Milliseconds(4));
    guarded(m_storeFree - m_world.now(), [this, work = std::move(work), done = std::move(done)]() mutable {
        auto result = work();
        if (!m_store)
            return; // it died in there
        m_replyFree = std::max(m_replyFree, m_world.now()) + m_world.some(Milliseconds(2));
        guarded(m_replyFree - m_world.now(),
                [done = std::move(done), result = std::move(result)]() mutable { done(std::move(result)); });
    });
}

// -- The engine -----------------------------------------------------------------------------------------------------------

void SimDesk::perform(engine::Effects effects)
{
    if (effects.abortLink)
        dropLink();
    if (effects.openLink)
        openLink();
    for (const wire::Frame &frame : effects.send) {
        if (m_wire)
            m_wire->send(SimWire::Desk, wire::pack(frame), std::holds_alternative<wire::Hello>(frame));
    }
    if (effects.welcome) {
        onStore([this, welcome = *effects.welcome] { return m_store->setAgent(welcome.agent, welcome.workspace); },
                [](const Result<void> &) {});
    }
    for (engine::StoreStep &step : effects.store)
        storeStep(std::move(step));
    if (effects.loadCommands) {
        onStore([this, n = *effects.loadCommands] { return m_store->commandsAfter(n); },
                [this](Result<std::vector<Command>> commands) {
                    perform(m_client->commandsLoaded(m_world.must(std::move(commands), "the journal"), m_world.now()));
                });
    }
    if (effects.askPage)
        askPage(*effects.askPage);
    if (effects.wakeAt) {
        guarded(*effects.wakeAt - m_world.now(), [this, mine = ++m_timer] {
            if (mine == m_timer)
                perform(m_client->timeReached(m_world.now()));
        });
    } else {
        ++m_timer;
    }
    if (effects.statusChanged)
        m_world.note(m_name + ": state " + std::to_string(int(m_client->status().state)));
}

void SimDesk::dropLink()
{
    if (m_wire)
        m_wire->close(SimWire::Desk);
    m_wire.reset();
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
        if (!m_hub.isUp() || m_world.chance(m_world.faults.refuse)) {
            m_wire.reset();
            return perform(m_client->linkClosed(m_world.now()));
        }
        wire->attach(
            SimWire::Desk,
            [this, mine](ByteView message) {
                if (mine())
                    perform(m_client->frameReceived(message, m_world.now()));
            },
            [this, mine] {
                if (!mine())
                    return;
                m_wire.reset();
                perform(m_client->linkClosed(m_world.now()));
            });
        m_hub.accept(wire);
        perform(m_client->linkOpened(m_world.now()));
    });
}

void SimDesk::storeStep(engine::StoreStep step)
{
    if (std::holds_alternative<engine::RenumberJournal>(step)) {
        m_world.note(m_name + ": a new client");
        onStore([this] { return m_store->renumber(); },
                [this](Result<ClientId> client) {
                    perform(m_client->renumbered(m_world.must(std::move(client), "renumbering"), m_world.now()));
                });
        return;
    }
    onStore(
        [this, step = std::move(step), session = m_session]() -> Result<void> {
            if (session <= m_failedSession)
                return failure(Error::Kind::Conflict, "an earlier step failed");
            if (m_world.chance(m_world.faults.deskCrash)) {
                if (const auto *changes = std::get_if<wire::Changes>(&step))
                    dieAfterApply(*changes);
                else
                    crash();
                return {};
            }
            const auto taken = m_store->take(step);
            if (!taken) {
                m_world.note(m_name + ": not stored: " + taken.error().detail);
                m_failedSession = session;
            }
            checkCopy();
            if (m_world.rng.below(50) == 0)
                keepSnapshot();
            return taken;
        },
        [this](const Result<void> &taken) {
            perform(taken ? m_client->stored(m_world.now()) : m_client->storeFailed(m_world.now()));
        });
}

void SimDesk::askPage(const std::string &after)
{
    m_hub.page(after, m_token, [this, mine = ++m_pageAsked, life = m_life](const Result<Bytes> &body) {
        if (mine != m_pageAsked || life != m_life)
            return;
        if (!body)
            return perform(m_client->pageFailed(body.error().kind, m_world.now()));
        auto page = wire::unpackPage(*body);
        m_world.check(page.has_value(), "a bootstrap page cannot be read");
        perform(m_client->pageArrived(std::move(*page), m_world.now()));
    });
}

// -- Deaths between two files ---------------------------------------------------------------------------------------------

/// F1: what the person did is in the journal, but not in the copy.
void SimDesk::dieAfterAppend(std::vector<CommandBody> bodies)
{
    m_store.reset();
    IdMaker ids(m_clock, m_world.rng);
    {
        const auto journal =
            m_world.must(store::Journal::open(client::LocalStore::journalPath(m_folder).string(), ids), "the journal");
        std::vector<Command> commands;
        for (CommandBody &body : bodies)
            commands.push_back({.id = ids.make<CommandId>(), .at = m_clock.now(), .body = std::move(body)});
        for (const Command &command : m_world.must(journal->append(std::move(commands)), "an append")) {
            m_accepted.insert(command.id);
            noteShown(command);
        }
    }
    crash();
}

/// F6: the copy has the echo, and the journal does not know it yet. Outcomes go into the journal first.
void SimDesk::dieAfterApply(const wire::Changes &changes)
{
    m_store.reset();
    IdMaker ids(m_clock, m_world.rng);
    {
        const auto journal =
            m_world.must(store::Journal::open(client::LocalStore::journalPath(m_folder).string(), ids), "the journal");
        const auto file = m_world.must(
            store::Database::open(cacheFile().string(), {.durability = store::Database::Durability::Normal}), "the copy");
        store::Cache cache(*file);
        const auto state = m_world.must(cache.state(), "the copy's state");
        if (state && changes.from == state->position.seq) {
            m_world.must(journal->setOutcomes(changes.outcomes), "outcomes");
            for (const Outcome &outcome : changes.outcomes) {
                if (outcome.kind != Outcome::Kind::Applied && outcome.kind != Outcome::Kind::NoEffect)
                    std::erase_if(m_shown, [&](const auto &one) { return one.second == outcome.command; });
            }
            std::vector<Command> pending;
            for (store::JournalEntry &entry : m_world.must(journal->entriesAfter(state->lastN), "the journal"))
                pending.push_back(std::move(entry.command));
            if (m_world.rng.below(2) == 0)
                m_world.must(file->inTransaction([&] { return cache.apply(changes, pending, m_agent); }), "a frame");
        }
    }
    crash();
}

} // namespace tributary::sim
