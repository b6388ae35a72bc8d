#include "tests/engine/sync_desk.h"

#include <QTest>

using namespace tributary;
using namespace tributary::engine;
using namespace tributary::engine::testing;
using namespace std::chrono_literals;
using State = SyncStatus::State;

class TestSyncInterleaving : public QObject {
    Q_OBJECT
private slots:
    void anyInterleavingConverges_data();
    void anyInterleavingConverges();
};

void TestSyncInterleaving::anyInterleavingConverges_data()
{
    QTest::addColumn<quint64>("seed");
    for (quint64 seed = 1; seed <= 300; ++seed)
        QTest::addRow("seed %llu", seed) << seed;
}

/// A hub of numbers: its log is 1..head, it applies (client, n) once and in order. Frames are lost, repeated and cut; links
/// break; the desktop is restarted with what its files had. At the end both sides have the same, every command once.
void TestSyncInterleaving::anyInterleavingConverges()
{
    QFETCH(quint64, seed);
    SeededRng chance(seed);
    Desk desk;
    struct Files {
        std::int64_t seq = 0, lastN = 0, journal = 0;
        bool resynced = false, bootstrapping = false;
        std::string next;
    } files;
    struct Hub {
        std::int64_t head = 5, lastN = 0, sentTo = 0;
        std::vector<std::int64_t> applied;
    } hub;
    std::deque<wire::Frame> toDesk, toHub;
    std::deque<StoreStep> steps;
    std::deque<std::string> pagesAsked;
    std::deque<std::int64_t> loads;
    bool opening = false, session = false;

    const auto perform = [&](Effects &effects) {
        if (effects.abortLink) {
            session = opening = false;
            toDesk.clear();
            toHub.clear();
        }
        if (effects.openLink)
            opening = true;
        for (wire::Frame &frame : effects.send)
            toHub.push_back(std::move(frame));
        for (StoreStep &step : effects.store)
            steps.push_back(std::move(step));
        if (effects.askPage) {
            pagesAsked.clear();
            pagesAsked.push_back(*effects.askPage);
        }
        if (effects.loadCommands)
            loads.push_back(*effects.loadCommands);
    };
    const auto startDesk = [&] {
        auto from = desk.start(files.resynced ? files.seq : -1, files.lastN);
        from.bootstrapping = files.bootstrapping;
        from.bootstrapNext = files.next;
        perform(desk.take(desk.client.start(from, desk.now())));
    };
    const auto hubTurn = [&] {
        if (toHub.empty())
            return;
        const wire::Frame frame = std::move(toHub.front());
        toHub.pop_front();
        if (const auto *hello = std::get_if<wire::Hello>(&frame)) {
            const bool fresh = hello->position.epoch == wire::Epoch{};
            hub.sentTo = fresh ? hub.head : hello->position.seq;
            toDesk.push_back(desk.welcome(hub.head, hub.lastN, fresh ? "new" : ""));
        } else if (const auto *command = std::get_if<wire::CommandFrame>(&frame)) {
            const std::int64_t n = command->command.n;
            QVERIFY2(n <= hub.lastN + 1, "a command overtook another");
            if (n == hub.lastN + 1) {
                hub.applied.push_back(n);
                hub.lastN = n;
                ++hub.head;
            }
        }
    };
    const auto hubSends = [&] {
        if (!session || hub.sentTo >= hub.head || toDesk.empty())
            return;
        const std::int64_t to = hub.sentTo + 1 + std::int64_t(chance.below(std::uint64_t(hub.head - hub.sentTo)));
        toDesk.push_back(changesOf(hub.sentTo, to, hub.head, hub.lastN));
        if (chance.below(8) == 0)
            toDesk.push_back(changesOf(hub.sentTo, to, hub.head, hub.lastN));
        hub.sentTo = to;
    };
    const auto diskTurn = [&](bool mayFail) {
        if (steps.empty())
            return;
        StoreStep step = std::move(steps.front());
        steps.pop_front();
        if (mayFail && chance.below(20) == 0) {
            perform(desk.take(desk.client.storeFailed(desk.now())));
            while (!steps.empty()) { // what was given after it fails with it
                steps.pop_front();
                perform(desk.take(desk.client.storeFailed(desk.now())));
            }
            return;
        }
        if (const auto *resync = std::get_if<Resync>(&step)) {
            files.seq = resync->position.seq;
            files.lastN = resync->lastN;
            files.resynced = files.bootstrapping = true;
            files.next.clear();
        } else if (const auto *changes = std::get_if<wire::Changes>(&step)) {
            QCOMPARE(changes->from, files.seq);
            files.seq = changes->to;
            files.lastN = std::max(files.lastN, changes->lastN);
        } else if (const auto *page = std::get_if<StorePage>(&step)) {
            files.next = page->page.next;
            files.bootstrapping = !files.next.empty();
        } else {
            QFAIL("nothing here is forked");
        }
        perform(desk.take(desk.client.stored(desk.now())));
    };

    startDesk();
    for (int turn = 0; turn < 6000; ++turn) {
        const bool calm = turn > 2000; // faults are over: now it must get live
        switch (chance.below(calm ? 9 : 13)) {
        case 0:
            if (opening) {
                opening = false;
                session = true;
                perform(desk.take(desk.client.linkOpened(desk.now())));
            }
            break;
        case 1:
        case 2: hubTurn(); break;
        case 3:
            if (session && !toDesk.empty()) {
                const wire::Frame frame = std::move(toDesk.front());
                toDesk.pop_front();
                perform(desk.hear(frame));
            }
            break;
        case 4:
            if (session && hub.sentTo < hub.head) {
                toDesk.push_back(changesOf(hub.sentTo, hub.head, hub.head, hub.lastN));
                hub.sentTo = hub.head;
            }
            break;
        case 5: diskTurn(!calm); break;
        case 6:
            if (!loads.empty()) {
                perform(desk.take(desk.client.commandsLoaded(commandsOf(loads.front() + 1, files.journal), desk.now())));
                loads.pop_front();
            }
            break;
        case 7:
            if (!pagesAsked.empty()) {
                const int at = pagesAsked.front().empty() ? 0 : std::stoi(pagesAsked.front());
                pagesAsked.pop_front();
                wire::BootstrapPage page{.start = {.epoch = epochOf(1)}, .next = at < 3 ? std::to_string(at + 1) : ""};
                perform(desk.take(desk.client.pageArrived(std::move(page), desk.now())));
            }
            break;
        case 8: {
            desk.clock.advance(Milliseconds(chance.below(4000)));
            if (desk.wakeAt && *desk.wakeAt <= desk.now())
                perform(desk.take(desk.client.timeReached(desk.now())));
            if (session && calm && toDesk.empty())
                toDesk.push_back(changesOf(hub.sentTo, hub.sentTo, hub.head, hub.lastN)); // as a hub does each 30 s
            break;
        }
        case 9: perform(desk.take(desk.client.commandsAdded({commandOf(++files.journal)}, desk.now()))); break;
        case 10:
            if (chance.below(4) == 0)
                ++hub.head;
            hubSends();
            break;
        case 11:
            if (chance.below(4) == 0 && (session || opening)) { // the network breaks
                session = opening = false;
                toDesk.clear();
                toHub.clear();
                perform(desk.take(desk.client.linkClosed(desk.now())));
            } else if (!toDesk.empty() && chance.below(4) == 0) {
                toDesk.pop_front(); // cannot happen with TCP; must do no harm all the same
            }
            break;
        case 12:
            if (chance.below(20) == 0) { // the program is killed and started again
                session = opening = false;
                toDesk.clear();
                toHub.clear();
                steps.clear();
                loads.clear();
                pagesAsked.clear();
                desk.client.~SyncClient();
                new (&desk.client) SyncClient(desk.rng);
                startDesk();
            }
            break;
        }
        if (QTest::currentTestFailed())
            return;
    }
    QVERIFY(desk.client.status().state == State::Live);
    QCOMPARE(files.seq, hub.head);
    QCOMPARE(hub.applied, range(1, files.journal));
    QCOMPARE(files.lastN, files.journal);
}

QTEST_APPLESS_MAIN(TestSyncInterleaving)
#include "tst_sync_interleaving.moc"
