#include "tests/sim/simulation.h"

#include "core/base/log.h"
#include "tests/sim/oracle.h"
#include "tests/sim/sim_lead.h"

#include <malloc.h>

namespace tributary::sim {
namespace {

using namespace std::chrono_literals;

class Simulation {
public:
    explicit Simulation(World &world)
        : m_world(world)
        , m_hub(world)
        , m_lead(world, m_hub)
    {
    }

    std::int64_t run()
    {
        // Many short lives find more than few long ones; what takes its time needs some of those too.
        const bool isLong = m_world.rng.below(60) == 0;
        Faults faults = drawFaults(m_world.rng, m_world.apart, m_world.beside);
        if (m_world.isShared) {
            faults.shift = 0.1 + 0.3 * m_world.shifts.unit();
            // Of what is put by for who is away, an older state of the files has less, of which nobody can say how much; and
            // that a whole folder of the hub has come back only copies can tell, which a sign-out takes.
            faults.rollBack = faults.wholeFolder = 0;
        }
        m_history = faults.history;
        m_world.faults.sealed = faults.sealed;
        m_world.faults.restore = faults.restore; // from the beginning there is what tells an older file
        m_hub.start();
        build(isLong);
        if (faults.rights > 0)
            m_lead.setUp();
        if (faults.restore > 0)
            m_hub.backUp();
        m_world.faults = faults;
        for (const auto &desk : m_desks)
            m_world.after(m_world.some(isLong ? 20s : 3s), [this, desk = desk.get()] { begin(*desk); });
        m_world.faultsEnd = m_world.now() + (isLong ? 40s + m_world.some(80s) : 8s + m_world.some(12s));
        customers();
        compare();
        incidents();
        m_world.run(m_world.faultsEnd);

        // Everything works again. Whoever is down comes back by itself; everybody must be live within a minute (I48).
        m_working = false;
        m_world.faults = {};
        m_hub.setClockRight();
        m_hub.disk().disarm();
        for (const auto &desk : m_desks)
            desk->disk().disarm();
        m_world.note("-- no more faults");
        m_world.run(m_world.now() + 10s); // what was late is here, and the dead come back
        for (const auto &desk : m_desks)
            desk->findDamage();
        m_world.run(m_world.now() + 60s);
        for (const auto &desk : m_desks)
            m_world.check(isLive(*desk), desk->name() + ": not live a minute after the last fault");
        // So long a hub that comes back older lets commands wait for what its channels bring again, and then it has to look
        // at them (kCatchUp in core/hub/commands.cpp, kAgain in core/engine/sync_session.cpp).
        m_world.run(m_world.now() + 5s);
        for (const auto &desk : m_desks)
            m_world.check(m_world.must(desk->files().outbox(), "the outbox").empty(),
                          desk->name() + ": commands are waiting a minute after the hub was back");
        allComeBack();
        // Retries of the queue wait up to an hour.
        for (int i = 0; i < 24 && !isQuiet(); ++i)
            m_world.run(m_world.now() + 10min);
        m_world.run(m_world.now() + 40s);
        // Whose rights have changed is compared when for half a minute nothing else has (seed 1080588).
        for (int i = 0; i < 20 && !std::ranges::all_of(m_desks, [](const auto &desk) { return desk->isComparable(); }); ++i)
            m_world.run(m_world.now() + 10s);
        return check();
    }

private:
    void build(bool isLong)
    {
        using model::Channel;
        for (const auto &[channel, address, undo] :
             {std::tuple{Channel::Email, "help@shop.test", 3}, std::tuple{Channel::WebChat, "chat.shop.test", 0}}) {
            m_platforms.push_back(std::make_unique<SimPlatform>(m_world, m_hub, m_hub.addAccount(channel, address, undo)));
            m_hub.add(*m_platforms.back());
            m_lead.know(m_platforms.back()->account());
        }
        const std::uint64_t agents = 2 + m_world.rng.below(isLong ? 3 : 2);
        for (std::uint64_t i = 0; i < agents; ++i) {
            const std::string name = "agent" + std::to_string(i);
            const auto role = i == 0 && m_world.rng.below(3) == 0 ? model::Agent::Role::Admin : model::Agent::Role::Agent;
            const model::Agent agent = m_hub.addAgent(name, "token-" + name, role);
            m_lead.know(agent);
            const std::uint64_t devices = i == 0 ? 2 : 1; // one of them works at two desktops
            for (std::uint64_t device = 0; device < devices; ++device) {
                const std::string desk = name + (device == 0 ? "" : "'");
                const Milliseconds skew = m_world.rng.below(3) == 0 ? m_world.some(48h) - 24h : Milliseconds(0);
                m_desks.push_back(std::make_unique<SimDesk>(m_world, m_hub, desk, "token-" + name, agent, skew));
            }
        }
        // Somebody who is on leave: what an admin does to them ends nobody's work here.
        m_lead.know(m_hub.addAgent("leave", "token-leave", model::Agent::Role::Agent));
        for (int i = 0; i < (isLong ? 90 : m_history > 0 ? 24 : 12); ++i) {
            const bool isOld = m_world.chance(m_history);
            m_platforms[m_world.rng.below(2)]->customerWrites(std::chrono::days(isOld ? m_world.rng.below(200) : 0));
        }
        m_world.run(m_world.now() + 2s);
        if (m_history > 0)
            m_hub.resolveMost(m_desks.front()->agent());
    }

    void begin(SimDesk &desk)
    {
        desk.start();
        work(desk, 250ms + m_world.some(1500ms));
        if (m_world.faults.fileDeath > 0 || m_world.faults.erases > 0)
            openFiles(desk);
    }
    void openFiles(SimDesk &desk)
    {
        if (!m_working)
            return;
        if (m_world.faults.erases > 0 && m_world.beside.below(3) == 0)
            desk.saveDraft();
        else
            desk.openFile();
        m_world.after(Milliseconds(m_world.beside.below(4'000)), [this, &desk] { openFiles(desk); });
    }
    void work(SimDesk &desk, Milliseconds pace)
    {
        if (!m_working)
            return;
        desk.act();
        m_world.after(m_world.some(2 * pace), [this, &desk, pace] { work(desk, pace); });
    }
    void customers()
    {
        if (!m_working)
            return;
        m_platforms[m_world.rng.below(2)]->customerWrites();
        m_world.after(m_world.some(3s), [this] { customers(); });
    }
    void comesBack(SimHub::Return how)
    {
        m_hub.restore(how);
        if (how != SimHub::Return::WholeFolder)
            return;
        // A desktop says where it stands in the history; of which one the pages were that have come beyond that, it cannot
        // say.
        for (const auto &desk : m_desks)
            desk->losePart();
    }
    /// What happens to a workspace now and then: each second, perhaps.
    void incidents()
    {
        if (!m_working)
            return;
        const Faults &faults = m_world.faults;
        if (m_world.chance(faults.rights) && m_hub.isUp())
            m_lead.act();
        if (m_world.chance(faults.hubClock))
            m_hub.stepClock(m_world.some(48h) - 24h);
        if (m_world.chance(faults.restore) && m_hub.isUp()) {
            // What was offered to a restored hub needs a while to be there again.
            if (m_hub.restores() >= 2 || m_world.rng.below(2) == 0)
                m_hub.backUp();
            else
                comesBack(m_world.chance(faults.wholeFolder) ? SimHub::Return::WholeFolder
                                                             : SimHub::Return(m_world.rng.below(2)));
        }
        if (m_world.chance(faults.revoke) && m_hub.isUp())
            m_hub.revoke(m_desks[m_world.rng.below(m_desks.size())]->token());
        if (m_world.chance(faults.rollBack)) {
            SimDesk &desk = *m_desks[m_world.rng.below(m_desks.size())];
            m_world.rng.below(2) == 0 ? desk.backUp() : desk.rollBack();
        }
        if (m_world.chance(faults.clone) && m_desks.size() < 7) {
            SimDesk &original = *m_desks[m_world.rng.below(m_desks.size())];
            if (original.isUp()) {
                m_desks.push_back(std::make_unique<SimDesk>(m_world, m_hub,
                                                            original.name() + "+" + std::to_string(m_desks.size()),
                                                            original.token(), original.agent(), Milliseconds(0)));
                m_desks.back()->cloneOf(original);
                begin(*m_desks.back());
            }
        }
        if (m_world.chance(faults.forgets)) {
            m_desks[m_world.rng.below(m_desks.size())]->goAway(m_world.some(10s));
            m_world.after(m_world.some(5s), [this] { m_hub.forgetLog(); });
        }
        if (m_world.chanceBeside(faults.fileDeath) && m_hub.isUp())
            m_hub.sweep(false);
        if (m_world.chanceBeside(faults.erases) && m_hub.isUp())
            m_hub.eraseSomebody();
        if (faults.shift > 0 && m_world.shifts.unit() < faults.shift)
            m_desks[m_world.shifts.below(m_desks.size())]->handOver(m_desks[m_world.shifts.below(m_desks.size())]->agent());
        m_world.after(1s, [this] { incidents(); });
    }
    /// Whoever has everything that the hub has, has it right, also in the middle of it all (I9).
    void compare()
    {
        if (!m_working)
            return;
        if (m_hub.isUp()) {
            const SimDisk::Calm calm(m_hub.disk());
            const auto head = m_world.must(hub::headOf(m_hub.database()), "the head");
            for (const auto &desk : m_desks) {
                if (desk->hasCaughtUp(head))
                    checkCopyEqualsHub(m_world, m_hub.database(), *desk);
            }
        }
        m_world.after(m_world.some(2s), [this] { compare(); });
    }

    /// What who is away has done is offered to a restored hub when they are here again.
    void allComeBack()
    {
        for (const auto &desk : m_desks) {
            for (const model::Agent &agent : std::vector(desk->away())) {
                desk->handOver(agent);
                for (int i = 0; i < 15 && (desk->agent().id != agent.id || !isLive(*desk)); ++i)
                    m_world.run(m_world.now() + 5s);
                m_world.check(desk->agent().id == agent.id && isLive(*desk),
                              desk->name() + ": " + agent.name + " is not back in a minute");
                m_world.run(m_world.now() + 65s);
                m_world.check(m_world.must(desk->files().outbox(), "the outbox").empty(),
                              desk->name() + ": commands are waiting a minute after " + agent.name + " is back");
            }
        }
    }

    static bool isLive(const SimDesk &desk) { return desk.isUp() && desk.status().state == engine::SyncStatus::State::Live; }

    bool isQuiet()
    {
        auto query = m_hub.database().queryOnce("SELECT 1 FROM delivery_queue");
        return !m_world.must(query.exists(), "the queue") && m_platforms[0]->isQuiet() && m_platforms[1]->isQuiet();
    }

    std::int64_t check()
    {
        m_world.note("-- checks");
        store::Database &hub = m_hub.database();
        checkLog(m_world, m_hub);
        checkCounts(m_world, hub, !m_hub.everErased().empty());
        checkEffects(m_world, hub);
        checkErased(m_world, m_hub);
        std::set<model::TimelineItemId> triedAgain;
        std::set<model::CommandId> withAuthors;
        for (const auto &desk : m_desks) {
            withAuthors.merge(desk->cameBack());
            withAuthors.insert(desk->decided().begin(), desk->decided().end());
        }
        const std::size_t searched = m_world.rng.below(m_desks.size()); // takes its time: one of them
        for (const auto &desk : m_desks) {
            desk->checkCopy();
            checkCopyEqualsHub(m_world, hub, *desk);
            if (desk == m_desks[searched])
                checkDigests(m_world, hub, *desk);
            checkSearch(m_world, *desk, desk == m_desks[searched]);
            checkNothingUnseen(m_world, hub, *desk);
            checkCommands(m_world, m_hub, *desk);
            checkTexts(m_world, m_hub, *desk, withAuthors);
            checkErased(m_world, m_hub, *desk);
            triedAgain.insert(desk->triedAgain().begin(), desk->triedAgain().end());
        }
        if (m_world.rng.below(2) == 0)
            checkRepair(m_world, hub, *m_desks[searched]);
        for (const auto &platform : m_platforms) {
            checkInbound(m_world, m_hub, *platform);
            checkOutbound(m_world, m_hub, *platform, triedAgain);
        }
        m_hub.checkNothingIsLeft();
        const std::int64_t head = m_world.must(hub::headOf(hub), "the head").seq;
        startAgain();
        for (const auto &desk : m_desks)
            desk->checkContents();
        return head;
    }
    /// Files that nothing names go at a start.
    void startAgain()
    {
        for (const auto &desk : m_desks)
            desk->crash();
        const auto areLive = [this] { return std::ranges::all_of(m_desks, [](const auto &desk) { return isLive(*desk); }); };
        for (int i = 0; i < 7 && !areLive(); ++i)
            m_world.run(m_world.now() + 10s);
        for (const auto &desk : m_desks)
            m_world.check(isLive(*desk), desk->name() + ": not live a minute after it was started again");
    }

    World &m_world;
    SimHub m_hub;
    SimLead m_lead;
    std::vector<std::unique_ptr<SimPlatform>> m_platforms;
    std::vector<std::unique_ptr<SimDesk>> m_desks;
    double m_history = 0;
    bool m_working = true;
};

} // namespace

void setUp()
{
    ::mallopt(M_MMAP_THRESHOLD, 1 << 30); // files grow and go: the kernel need not see each
    ::mallopt(M_TRIM_THRESHOLD, 1 << 30);
    ::mallopt(M_TOP_PAD, 64 << 20);
    setUpSqlite();
    setLogSink([](LogLevel, std::string_view, std::string_view, std::initializer_list<LogField>) {});
}

Report simulate(std::uint64_t seed, bool echo)
{
    World world(seed, echo);
    Simulation simulation(world);
    Report report;
    try {
        report.seqs = simulation.run();
    } catch (const Broken &broken) {
        report.held = false;
        report.promise = broken.what();
        report.trace = world.trace();
    }
    report.steps = world.steps();
    return report;
}

} // namespace tributary::sim
