#include "core/engine/sync_client.h"

#include <QTest>

#include <algorithm>

using namespace tributary;
using namespace tributary::engine;
using namespace std::chrono_literals;
using State = SyncStatus::State;
using Reason = SyncStatus::Reason;

namespace {

wire::Epoch epochOf(int name)
{
    wire::Epoch epoch{};
    epoch[0] = std::byte(name);
    return epoch;
}

template<class IdType>
IdType idOf(int name)
{
    RawId raw{};
    raw[15] = std::byte(name);
    raw[0] = std::byte(1);
    return IdType(raw);
}

model::Command commandOf(std::int64_t n)
{
    return {.n = n,
            .id = idOf<model::CommandId>(int(n)),
            .body = model::SetStatus{.conversation = idOf<model::ConversationId>(9)}};
}

std::vector<model::Command> commandsOf(std::int64_t first, std::int64_t last)
{
    std::vector<model::Command> commands;
    for (std::int64_t n = first; n <= last; ++n)
        commands.push_back(commandOf(n));
    return commands;
}

wire::Changes changesOf(std::int64_t from, std::int64_t to, std::int64_t head = 0, std::int64_t lastN = 0)
{
    wire::Changes changes{.from = from, .to = to, .head = std::max(head, to), .lastN = lastN};
    changes.chain[0] = std::byte(to);
    changes.serverTime = fromMs(to * 1000);
    return changes;
}

/// A desktop with a simulated adapter: effects pile up here, files and hub are what the test says they are.
struct Desk {
    ManualClock clock;
    SeededRng rng{7};
    SyncClient client{rng};
    Effects last; ///< Of the last event.
    std::optional<Milliseconds> wakeAt;

    Milliseconds now() const { return clock.steady(); }
    Effects &take(Effects effects)
    {
        last = std::move(effects);
        wakeAt = last.wakeAt;
        return last;
    }
    SyncClient::Start start(std::int64_t seq, std::int64_t lastN = 0)
    {
        SyncClient::Start from{.token = "secret", .client = idOf<model::ClientId>(1), .lastN = lastN};
        from.agent = idOf<model::AgentId>(3);
        from.position = {.epoch = epochOf(seq < 0 ? 0 : 1), .seq = std::max<std::int64_t>(0, seq)};
        return from;
    }
    wire::Welcome welcome(std::int64_t head, std::int64_t lastN = 0, std::string resync = {}) const
    {
        wire::Welcome frame{
            .head = {.epoch = epochOf(1), .seq = head}, .resync = !resync.empty(), .reason = resync, .lastN = lastN};
        frame.agent.id = idOf<model::AgentId>(3);
        return frame;
    }
    Effects &hear(const wire::Frame &frame) { return take(client.frameReceived(wire::pack(frame), now())); }
    /// Moves the clock from one wake-up to the next, as a timer would, and gathers what is sent and asked for.
    Effects pass(Milliseconds by)
    {
        Effects all;
        const Milliseconds until = now() + by;
        while (wakeAt && *wakeAt <= until) {
            clock.advance(std::max(Milliseconds(0), *wakeAt - now()));
            Effects &step = take(client.timeReached(now()));
            std::ranges::move(step.send, std::back_inserter(all.send));
            all.abortLink |= step.abortLink;
            all.openLink |= step.openLink;
            if (step.askPage)
                all.askPage = step.askPage;
        }
        clock.advance(until - now());
        return all;
    }
    /// Moves the clock to when it tries the hub again.
    bool opensWithin(Milliseconds most)
    {
        const Milliseconds until = now() + most;
        last.openLink = false;
        while (!last.openLink && wakeAt && *wakeAt <= until) {
            clock.advance(std::max(Milliseconds(0), *wakeAt - now()));
            take(client.timeReached(now()));
        }
        return last.openLink;
    }
    /// Up to a session that goes on at @p seq, with the journal loaded.
    void connect(std::int64_t seq, std::int64_t head, std::vector<model::Command> journal = {}, std::int64_t hubN = 0)
    {
        take(client.start(start(seq), now()));
        take(client.linkOpened(now()));
        hear(welcome(head, hubN));
        take(client.commandsLoaded(std::move(journal), now()));
    }
    void storeAll(std::size_t steps = 1)
    {
        for (std::size_t i = 0; i < steps; ++i)
            take(client.stored(now()));
    }
};

std::optional<wire::Seam> seamAt(std::int64_t seq)
{
    return wire::Seam{epochOf(1), seq};
}

template<class T>
std::vector<T> framesOf(const Effects &effects)
{
    std::vector<T> found;
    for (const wire::Frame &frame : effects.send) {
        if (const auto *one = std::get_if<T>(&frame))
            found.push_back(*one);
    }
    return found;
}

std::vector<std::int64_t> numbersIn(const Effects &effects)
{
    std::vector<std::int64_t> numbers;
    for (const auto &frame : framesOf<wire::CommandFrame>(effects))
        numbers.push_back(frame.command.n);
    return numbers;
}

std::vector<std::int64_t> range(std::int64_t first, std::int64_t last)
{
    std::vector<std::int64_t> numbers;
    for (std::int64_t n = first; n <= last; ++n)
        numbers.push_back(n);
    return numbers;
}

} // namespace

class TestSyncClient : public QObject {
    Q_OBJECT
private slots:
    void greetsWithWhatIsDurable();
    void waitsForTheHandshake_data();
    void waitsForTheHandshake();
    void takesChangesByTheirRange_data();
    void takesChangesByTheirRange();
    void startsAnew_data();
    void startsAnew();
    void startsBeforeTheHead();
    void doesNotTakeAStartThatIsNone_data();
    void doesNotTakeAStartThatIsNone();
    void saysWhereItsStreamBegan();
    void doesNotTrustAWelcomeThatDoesNotContinue_data();
    void doesNotTrustAWelcomeThatDoesNotContinue();
    void grantsAndAcknowledges();
    void beatsAndNoticesSilence();
    void anEchoOfAnothersCommandIsAFork();
    void aLinkProvesItselfAfterASleep();
    void aSleepTooLongOpensTheLinkAnew();
    void nobodyWaitsOutABackOffAsleep();
    void sendsCommandsInOrderAndBounded();
    void offersCommandsTheHubHasLost();
    void renumbersAfterAGapOnlyWhenCaughtUp();
    void becomesANewClientWhenForked();
    void laterLoadOnlyCounts();
    void answersGoodbyes_data();
    void answersGoodbyes();
    void countsGarbage_data();
    void countsGarbage();
    void whatIsNeverReadableIsFetchedAnewOnce();
    void aPageThatIsNeverReadableIsSaid();
    void whatIsUnreadableNowAndThenIsNot();
    void backsOffWithJitter();
    void tryNowDoesNotWait();
    void reopensOnlyWhenTheFilesAreDone();
    void aFullDiskIsTriedAgain();
    void bootstrapsPageByPage();
    void asksAgainForPagesOfOlderRights();
    void fetchesWhatItsRightsHaveGrownBy();
    void pagesFailAndAreAskedAgain_data();
    void pagesFailAndAreAskedAgain();
    void statesOnTheScreen();
    void anyInterleavingConverges_data();
    void anyInterleavingConverges();
};

void TestSyncClient::greetsWithWhatIsDurable()
{
    Desk desk;
    QVERIFY(desk.take(desk.client.start(desk.start(42, 5), desk.now())).openLink);
    const auto hello = framesOf<wire::Hello>(desk.take(desk.client.linkOpened(desk.now())));
    QCOMPARE(hello.size(), 1u);
    QCOMPARE(hello[0].position.seq, 42);
    QCOMPARE(hello[0].lastN, 5);
    QCOMPARE(hello[0].token, std::string("secret"));
    QVERIFY(hello[0].client == idOf<model::ClientId>(1));

    Effects &session = desk.hear(desk.welcome(42, 6));
    QVERIFY(session.welcome.has_value());
    QCOMPARE(*session.loadCommands, 6);
    QCOMPARE(framesOf<wire::Credit>(session).at(0).bytes, SyncClient::kCredit);
    QCOMPARE(framesOf<wire::Credit>(session).at(0).seq, 42);
}

void TestSyncClient::waitsForTheHandshake_data()
{
    QTest::addColumn<bool>("opened");
    QTest::newRow("socket does not open") << false;
    QTest::newRow("no welcome") << true;
}

void TestSyncClient::waitsForTheHandshake()
{
    QFETCH(bool, opened);
    Desk desk;
    desk.take(desk.client.start(desk.start(0), desk.now()));
    if (opened)
        desk.take(desk.client.linkOpened(desk.now()));
    QVERIFY(!desk.pass(SyncClient::kHandshake - 1ms).abortLink);
    QVERIFY(desk.pass(1ms).abortLink);
    QVERIFY(desk.client.status().state == State::Waiting);
    QVERIFY(desk.client.status().reason == Reason::Unreachable);
}

void TestSyncClient::takesChangesByTheirRange_data()
{
    QTest::addColumn<int>("from");
    QTest::addColumn<int>("to");
    QTest::addColumn<bool>("applied");
    QTest::addColumn<bool>("aborted");
    QTest::newRow("continues") << 10 << 12 << true << false;
    QTest::newRow("empty: nothing new, but fresh") << 10 << 10 << true << false;
    QTest::newRow("repeat") << 8 << 10 << false << false;
    QTest::newRow("old repeat") << 3 << 5 << false << false;
    QTest::newRow("gap") << 11 << 12 << false << true;
    QTest::newRow("overlap is no continuation") << 9 << 12 << false << true;
    QTest::newRow("backwards") << 10 << 9 << false << true;
    QTest::newRow("negative") << -1 << 12 << false << true;
}

void TestSyncClient::takesChangesByTheirRange()
{
    QFETCH(int, from);
    QFETCH(int, to);
    QFETCH(bool, applied);
    QFETCH(bool, aborted);
    Desk desk;
    desk.connect(10, 20);
    wire::Changes changes = changesOf(from, to, 20);
    desk.hear(changes);
    QCOMPARE(desk.last.store.size(), applied ? 1u : 0u);
    QCOMPARE(desk.last.abortLink, aborted);
    if (applied)
        QVERIFY(std::get<wire::Changes>(desk.last.store[0]) == changes);
    if (aborted) { // the next hello asks again from what is durable
        desk.pass(31s);
        QCOMPARE(framesOf<wire::Hello>(desk.take(desk.client.linkOpened(desk.now()))).at(0).position.seq, 10);
    }
}

void TestSyncClient::startsAnew_data()
{
    QTest::addColumn<QString>("reason");
    for (const char *reason : {"new", "epoch", "fork", "horizon"})
        QTest::newRow(reason) << QString(reason);
}

void TestSyncClient::startsAnew()
{
    QFETCH(QString, reason);
    Desk desk;
    desk.take(desk.client.start(desk.start(reason == "new" ? -1 : 90, 7), desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    wire::Welcome welcome = desk.welcome(60, 4, reason.toStdString());
    welcome.head.epoch = epochOf(2);
    desk.hear(welcome);
    QCOMPARE(desk.last.store.size(), 1u);
    const Resync resync = std::get<Resync>(desk.last.store[0]);
    QVERIFY(resync.position == welcome.head);
    QCOMPARE(resync.lastN, 4);
    QCOMPARE(resync.reason, reason.toStdString());
    QCOMPARE(*desk.last.loadCommands, 4); // what this hub has not seen is offered again, also what another epoch had taken
    QVERIFY(!desk.last.askPage);

    // Live changes go on from the head while the copy is being emptied.
    QCOMPARE(desk.hear(changesOf(60, 61)).store.size(), 1u);
    desk.storeAll();
    QCOMPARE(desk.last.askPage.value_or("none"), std::string());
    QVERIFY(desk.client.status().state == State::CatchingUp);
    desk.take(desk.client.commandsLoaded(commandsOf(5, 7), desk.now()));
    QCOMPARE(numbersIn(desk.last), range(5, 7));
}

/// What came between where the stream begins and the head has yet to come: until then the copy is not said to be complete.
void TestSyncClient::startsBeforeTheHead()
{
    Desk desk;
    desk.take(desk.client.start(desk.start(-1), desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    wire::Welcome welcome = desk.welcome(100, 4, "new");
    welcome.serverTime = fromMs(100'000);
    welcome.start = wire::Position{epochOf(1), 96, wire::Chain{std::byte(6)}};
    desk.hear(welcome);
    QVERIFY(std::get<Resync>(desk.last.store.at(0)).position == *welcome.start);
    desk.storeAll();
    QVERIFY(desk.last.seam == seamAt(96));
    const wire::Position start{.epoch = epochOf(1), .seq = 97};
    desk.take(desk.client.pageArrived({.start = start}, desk.now()));
    desk.storeAll();
    QVERIFY(!desk.client.status().completeAsOf);
    QVERIFY(desk.client.status().state == State::CatchingUp);
    QCOMPARE(desk.client.status().total, 4);
    auto changes = changesOf(96, 100, 100);
    changes.serverTime = fromMs(100'500);
    desk.hear(changes);
    desk.storeAll();
    QVERIFY(desk.client.status().state == State::Live);
    QCOMPARE(toMs(desk.client.status().completeAsOf.value()), 100'500);
}

void TestSyncClient::doesNotTakeAStartThatIsNone_data()
{
    QTest::addColumn<int>("epoch");
    QTest::addColumn<int>("seq");
    QTest::newRow("of another history") << 2 << 90;
    QTest::newRow("beyond the head") << 1 << 101;
}

void TestSyncClient::doesNotTakeAStartThatIsNone()
{
    QFETCH(int, epoch);
    QFETCH(int, seq);
    Desk desk;
    desk.take(desk.client.start(desk.start(-1), desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    wire::Welcome welcome = desk.welcome(100, 4, "new");
    welcome.start = wire::Position{epochOf(epoch), seq, {}};
    desk.hear(welcome);
    QVERIFY(desk.last.store.empty() && desk.last.abortLink);
    QCOMPARE(desk.client.status().garbage, 1);
}

/// With each page it is said where the stream began, as the files have it: also after a restart, and of what was gained.
void TestSyncClient::saysWhereItsStreamBegan()
{
    Desk desk;
    auto from = desk.start(120);
    from.bootstrapping = true;
    from.bootstrapStart = 100;
    from.bootstrapNext = "p2";
    desk.take(desk.client.start(from, desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(120));
    QCOMPARE(desk.last.askPage.value(), std::string("p2"));
    QVERIFY(desk.last.seam == seamAt(100));
    auto gained = changesOf(120, 121);
    gained.bootstrap = "gained";
    desk.hear(gained);
    desk.take(desk.client.pageArrived({.start = {.epoch = epochOf(1), .seq = 100}, .next = "p3"}, desk.now())); // in vain
    desk.storeAll();
    QVERIFY(desk.last.askPage);
    QVERIFY(desk.last.seam == seamAt(121));
    // Of a copy that does not know it nothing is said.
    Desk old;
    from.bootstrapStart = 0;
    old.take(old.client.start(from, old.now()));
    old.take(old.client.linkOpened(old.now()));
    old.hear(old.welcome(120));
    QVERIFY(old.last.askPage && !old.last.seam);
}

void TestSyncClient::doesNotTrustAWelcomeThatDoesNotContinue_data()
{
    QTest::addColumn<int>("epoch");
    QTest::addColumn<int>("head");
    QTest::addColumn<int>("agent");
    QTest::addColumn<int>("lastN");
    QTest::newRow("another epoch") << 2 << 60 << 3 << 5;
    QTest::newRow("a head before ours") << 1 << 40 << 3 << 5;
    QTest::newRow("another agent") << 1 << 60 << 4 << 5;
    QTest::newRow("our commands forgotten") << 1 << 60 << 3 << 4;
}

void TestSyncClient::doesNotTrustAWelcomeThatDoesNotContinue()
{
    QFETCH(int, epoch);
    QFETCH(int, head);
    QFETCH(int, agent);
    QFETCH(int, lastN);
    Desk desk;
    desk.take(desk.client.start(desk.start(50, 5), desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    wire::Welcome welcome = desk.welcome(head, lastN);
    welcome.head.epoch = epochOf(epoch);
    welcome.agent.id = idOf<model::AgentId>(agent);
    QVERIFY(desk.hear(welcome).abortLink);
    QVERIFY(desk.last.store.empty());
    QVERIFY(desk.pass(31s).openLink);
    const auto hello = framesOf<wire::Hello>(desk.take(desk.client.linkOpened(desk.now()))).at(0);
    QVERIFY(hello.position == wire::Position{});
}

void TestSyncClient::grantsAndAcknowledges()
{
    Desk desk;
    desk.connect(0, 2);
    wire::Changes changes = changesOf(0, 1, 2);
    const auto size = std::int64_t(wire::pack(changes).size());
    desk.hear(changes);
    QVERIFY(framesOf<wire::Credit>(desk.pass(2s)).empty()); // not durable yet
    desk.storeAll();
    QVERIFY(framesOf<wire::Credit>(desk.last).empty()); // waits for company
    desk.hear(changesOf(1, 2));
    desk.storeAll();
    const auto credits = framesOf<wire::Credit>(desk.pass(SyncClient::kAckDelay));
    QCOMPARE(credits.size(), 1u);
    QCOMPARE(credits[0].seq, 2);
    QVERIFY(credits[0].bytes > size);
    QVERIFY(framesOf<wire::Credit>(desk.pass(5s)).empty());

    // A quarter of the credit used up is given back at once.
    std::int64_t seq = 2;
    std::int64_t granted = 0;
    std::int64_t sent = 0;
    SeededRng rng(3);
    while (granted == 0 && seq < 100) {
        wire::Changes big = changesOf(seq, seq + 1);
        model::TimelineItem item{.id = idOf<model::TimelineItemId>(1)};
        item.body.resize(40'000);
        for (char &letter : item.body)
            letter = char('!' + rng.below(90));
        big.rows.emplace_back(item);
        sent += std::int64_t(wire::pack(big).size());
        desk.hear(big);
        QVERIFY(!desk.last.store.empty());
        desk.storeAll();
        ++seq;
        for (const auto &credit : framesOf<wire::Credit>(desk.last))
            granted += credit.bytes;
    }
    QCOMPARE(granted, sent);
    QVERIFY(sent >= SyncClient::kCredit / 4 && sent < SyncClient::kCredit / 2);
}

void TestSyncClient::beatsAndNoticesSilence()
{
    Desk desk;
    desk.connect(5, 5);
    for (int i = 0; i < 10; ++i) {
        const Effects passed = desk.pass(SyncClient::kBeat);
        QCOMPARE(framesOf<wire::Beat>(passed).size(), 1u);
        QVERIFY(!passed.abortLink);
        desk.hear(wire::Beat{1});
    }
    QVERIFY(!desk.pass(SyncClient::kSilence - 1ms).abortLink);
    QVERIFY(desk.pass(1ms).abortLink);
    QVERIFY(desk.client.status().state == State::Waiting);
}

void TestSyncClient::anEchoOfAnothersCommandIsAFork()
{
    Desk desk;
    desk.connect(5, 7, {}, 3);
    desk.hear(changesOf(5, 6, 7, 3));
    desk.hear(changesOf(6, 7, 7, 3));
    desk.take(desk.client.storeForked(desk.now()));
    QVERIFY(desk.last.abortLink);
    QCOMPARE(desk.last.store.size(), 1u);
    QVERIFY(std::holds_alternative<RenumberJournal>(desk.last.store[0]));
    desk.take(desk.client.storeFailed(desk.now())); // the frame behind it
    QVERIFY(!desk.last.openLink);
    desk.take(desk.client.renumbered(idOf<model::ClientId>(9), desk.now()));
    QVERIFY(desk.last.openLink);
    desk.take(desk.client.linkOpened(desk.now()));
    QVERIFY(framesOf<wire::Hello>(desk.last).at(0).client == idOf<model::ClientId>(9));
}

void TestSyncClient::aLinkProvesItselfAfterASleep()
{
    Desk desk;
    desk.connect(5, 5);
    desk.clock.advance(40s);
    desk.take(desk.client.woke(desk.now()));
    QCOMPARE(framesOf<wire::Beat>(desk.last).size(), 1u);
    QVERIFY(!desk.last.abortLink && !desk.last.openLink);
    desk.hear(wire::Beat{1}); // it is alive
    const Effects passed = desk.pass(SyncClient::kBeat);
    QVERIFY(!passed.abortLink);
    QVERIFY(desk.client.status().state == State::Live);

    desk.clock.advance(25s);
    desk.take(desk.client.woke(desk.now()));
    QVERIFY(!desk.pass(SyncClient::kAnswer - 1ms).abortLink);
    const Effects unanswered = desk.pass(1ms);
    QVERIFY(unanswered.abortLink && unanswered.openLink); // at once, not after a back-off
    QVERIFY(desk.client.status().state == State::Connecting);
}

void TestSyncClient::aSleepTooLongOpensTheLinkAnew()
{
    Desk desk;
    desk.connect(5, 5);
    desk.clock.advance(8h);
    desk.take(desk.client.woke(desk.now()));
    QVERIFY(desk.last.abortLink && desk.last.openLink && desk.last.send.empty());
    // The token may have run out meanwhile.
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(wire::Goodbye{.reason = "denied"});
    QVERIFY(desk.client.status().reason == Reason::Denied);
    desk.take(desk.client.woke(desk.now()));
    QVERIFY(!desk.last.openLink);
}

void TestSyncClient::nobodyWaitsOutABackOffAsleep()
{
    Desk desk;
    desk.connect(5, 5);
    for (int i = 0; i < 8; ++i) {
        desk.take(desk.client.linkClosed(desk.now()));
        desk.pass(31s);
    }
    desk.take(desk.client.linkClosed(desk.now()));
    desk.take(desk.client.woke(desk.now()));
    QVERIFY(desk.last.openLink);
    desk.clock.advance(60s); // and asleep again while it opens: that try is worth nothing
    desk.take(desk.client.woke(desk.now()));
    QVERIFY(desk.last.abortLink && desk.last.openLink);
}

void TestSyncClient::sendsCommandsInOrderAndBounded()
{
    Desk desk;
    const std::int64_t window = CommandWindow::kInFlight;
    desk.connect(5, 5, commandsOf(3, 2 + window + 10), 2);
    QCOMPARE(numbersIn(desk.last), range(3, 2 + window));
    desk.take(desk.client.commandsAdded({commandOf(window + 13)}, desk.now()));
    QVERIFY(numbersIn(desk.last).empty());
    desk.hear(changesOf(5, 6, 6, 4)); // two are answered: two more may go
    QCOMPARE(numbersIn(desk.last), range(3 + window, 4 + window));
    desk.hear(changesOf(6, 7, 7, 2 + window));
    QCOMPARE(numbersIn(desk.last), range(5 + window, 13 + window));
    desk.take(desk.client.commandsAdded({commandOf(window + 14)}, desk.now()));
    QCOMPARE(numbersIn(desk.last), range(window + 14, window + 14));
    desk.take(desk.client.commandsAdded({commandOf(window + 14)}, desk.now()));
    QVERIFY(numbersIn(desk.last).empty()); // once each

    // A new session sends again what the hub does not have.
    desk.take(desk.client.linkClosed(desk.now()));
    desk.take(desk.client.commandsAdded({commandOf(window + 15)}, desk.now()));
    QVERIFY(desk.last.send.empty());
    desk.storeAll(2);
    desk.pass(31s);
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(7, window + 13));
    QVERIFY(numbersIn(desk.last).empty());
    desk.take(desk.client.commandsLoaded(commandsOf(window + 14, window + 15), desk.now()));
    QCOMPARE(numbersIn(desk.last), range(window + 14, window + 15));
}

void TestSyncClient::offersCommandsTheHubHasLost()
{
    // The copy has 9 of them; the hub, restored from a backup, only 6. Three are in the sent journal, one was never sent.
    Desk desk;
    desk.take(desk.client.start(desk.start(50, 9), desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    wire::Welcome welcome = desk.welcome(40, 6, "epoch");
    welcome.head.epoch = epochOf(2);
    desk.hear(welcome);
    QCOMPARE(*desk.last.loadCommands, 6);
    desk.take(desk.client.commandsLoaded(commandsOf(7, 10), desk.now()));
    QCOMPARE(numbersIn(desk.last), range(7, 10));
}

void TestSyncClient::renumbersAfterAGapOnlyWhenCaughtUp()
{
    Desk desk;
    desk.connect(10, 12, commandsOf(6, 8), 4); // 5 is damaged or was dropped
    QVERIFY(numbersIn(desk.last).empty());
    QVERIFY(desk.last.store.empty());
    desk.hear(changesOf(10, 12, 12, 4)); // the echo of 4 may be in it
    QVERIFY(std::holds_alternative<wire::Changes>(desk.last.store.at(0)));
    desk.storeAll();
    QVERIFY(std::holds_alternative<RenumberJournal>(desk.last.store.at(0)));
    desk.take(desk.client.renumbered(idOf<model::ClientId>(2), desk.now()));
    QVERIFY(desk.last.abortLink);
    QVERIFY(desk.last.openLink);
    const auto hello = framesOf<wire::Hello>(desk.take(desk.client.linkOpened(desk.now()))).at(0);
    QVERIFY(hello.client == idOf<model::ClientId>(2));
    QCOMPARE(hello.lastN, 0);
    QCOMPARE(hello.position.seq, 12);
}

void TestSyncClient::becomesANewClientWhenForked()
{
    Desk desk;
    desk.connect(10, 10, {}, 20);
    // Our next number is 8, yet the hub has had 20 of "ours": a copy of this profile is about.
    desk.take(desk.client.commandsAdded({commandOf(8)}, desk.now()));
    QVERIFY(desk.last.abortLink);
    QVERIFY(std::holds_alternative<RenumberJournal>(desk.last.store.at(0)));
    QVERIFY(desk.take(desk.client.renumbered(idOf<model::ClientId>(2), desk.now())).openLink);
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(10));
    desk.take(desk.client.commandsLoaded({commandOf(1)}, desk.now()));
    QCOMPARE(numbersIn(desk.last), range(1, 1));
}

void TestSyncClient::laterLoadOnlyCounts()
{
    Desk desk;
    desk.take(desk.client.start(desk.start(5), desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(5, 1));
    desk.take(desk.client.linkClosed(desk.now()));
    desk.pass(31s);
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(5, 1));
    desk.take(desk.client.commandsAdded({commandOf(3)}, desk.now()));
    desk.take(desk.client.commandsLoaded(commandsOf(2, 2), desk.now())); // of the session that is over: lacks 3
    QVERIFY(numbersIn(desk.last).empty());
    desk.take(desk.client.commandsLoaded(commandsOf(2, 3), desk.now()));
    QCOMPARE(numbersIn(desk.last), range(2, 3));
}

void TestSyncClient::answersGoodbyes_data()
{
    QTest::addColumn<QString>("reason");
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("shown");
    QTest::addColumn<bool>("renumbers");
    QTest::newRow("denied") << "denied" << int(State::Stopped) << int(Reason::Denied) << false;
    QTest::newRow("revoked") << "revoked" << int(State::Stopped) << int(Reason::Denied) << false;
    QTest::newRow("stopping") << "stopping" << int(State::Waiting) << int(Reason::Stopping) << false;
    QTest::newRow("garbage") << "garbage" << int(State::Waiting) << int(Reason::Garbage) << false;
    QTest::newRow("stalled") << "stalled" << int(State::Waiting) << int(Reason::Unreachable) << false;
    QTest::newRow("of a newer hub") << "moonrise" << int(State::Waiting) << int(Reason::Unreachable) << false;
    QTest::newRow("forked") << "forked" << int(State::Waiting) << int(Reason::None) << true;
}

void TestSyncClient::answersGoodbyes()
{
    QFETCH(QString, reason);
    QFETCH(int, state);
    QFETCH(int, shown);
    QFETCH(bool, renumbers);
    for (const bool greeting : {true, false}) {
        Desk desk;
        desk.take(desk.client.start(desk.start(5), desk.now()));
        desk.take(desk.client.linkOpened(desk.now()));
        if (!greeting)
            desk.hear(desk.welcome(5));
        desk.hear(wire::Goodbye{.reason = reason.toStdString(), .retryAfterMs = 20'000});
        QVERIFY(desk.last.abortLink);
        QCOMPARE(int(desk.client.status().state), state);
        QCOMPARE(int(desk.client.status().reason), shown);
        QCOMPARE(desk.last.store.size(), renumbers ? 1u : 0u);
        if (State(state) == State::Waiting && !renumbers) {
            QVERIFY(!desk.pass(20s).openLink);
            QVERIFY(desk.pass(31s).openLink);
        } else if (!renumbers) {
            QVERIFY(!desk.pass(1h).openLink); // somebody has to sign in
            QVERIFY(!desk.take(desk.client.tryNow(desk.now())).openLink);
        }
    }
}

void TestSyncClient::countsGarbage_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<bool>("open");
    const auto packed = [](const wire::Frame &frame) {
        const Bytes bytes = wire::pack(frame);
        return QByteArray(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size()));
    };
    QTest::newRow("empty") << QByteArray() << true;
    QTest::newRow("text") << QByteArray("HTTP/1.1 200 OK") << true;
    QTest::newRow("bad UTF-8") << QByteArray("\0\x62\xc3\x28", 4) << true;
    QTest::newRow("cut") << packed(changesOf(5, 6)).chopped(3) << true;
    QTest::newRow("too large") << QByteArray(70'000, '\0') << true;
    QTest::newRow("a desktop's frame") << packed(wire::Hello{.client = idOf<model::ClientId>(1)}) << true;
    QTest::newRow("a second welcome") << packed(Desk().welcome(5)) << true;
    QTest::newRow("changes before the welcome") << packed(changesOf(5, 6)) << false;
    QTest::newRow("a welcome without an epoch") << packed([] {
        auto welcome = Desk().welcome(5);
        welcome.head.epoch = {};
        return welcome;
    }()) << false;
}

void TestSyncClient::countsGarbage()
{
    QFETCH(QByteArray, message);
    QFETCH(bool, open);
    Desk desk;
    desk.take(desk.client.start(desk.start(5), desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    if (open)
        desk.hear(desk.welcome(5));
    desk.take(
        desk.client.frameReceived(std::as_bytes(std::span(message.constData(), std::size_t(message.size()))), desk.now()));
    QVERIFY(desk.last.abortLink);
    QVERIFY(desk.last.store.empty());
    QCOMPARE(desk.client.status().garbage, 1);
    QVERIFY(desk.client.status().reason == Reason::Garbage);
    QVERIFY(desk.hear(changesOf(5, 6)).store.empty()); // late bytes of a link given up
    QVERIFY(desk.pass(31s).openLink);
}

/// Each session from position 5 ends with the same frame.
void TestSyncClient::whatIsNeverReadableIsFetchedAnewOnce()
{
    Desk desk;
    desk.take(desk.client.start(desk.start(5), desk.now()));
    const auto meet = [&desk](std::string resync) {
        desk.take(desk.client.linkOpened(desk.now()));
        const auto hello = framesOf<wire::Hello>(desk.last).at(0);
        desk.hear(desk.welcome(9, 0, std::move(resync)));
        while (!desk.last.store.empty())
            desk.storeAll();
        desk.take(desk.client.frameReceived(std::as_bytes(std::span("\xff", 1)), desk.now()));
        return hello;
    };
    for (int i = 0; i < 3; ++i) {
        QCOMPARE(meet({}).position, desk.start(5).position);
        QVERIFY(desk.client.status().reason == Reason::Garbage);
        QVERIFY(desk.opensWithin(31s));
    }
    QCOMPARE(meet("new").position, wire::Position());
    for (int i = 0; i < 2; ++i) {
        QVERIFY(desk.client.status().reason == Reason::Garbage);
        QVERIFY(desk.opensWithin(31s));
        QCOMPARE(meet({}).position.seq, 9);
    }
    for (int i = 0; i < 5; ++i) { // that did not help: no more than a look now and then
        QVERIFY(desk.client.status().reason == Reason::Unreadable);
        QVERIFY(!desk.pass(59s).openLink);
        QVERIFY(desk.opensWithin(32s));
        QCOMPARE(meet({}).position.seq, 9);
    }
    QVERIFY(desk.opensWithin(91s)); // and when the hub is put right, all is well
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(9));
    desk.take(desk.client.pageArrived({.start = {.epoch = epochOf(1)}}, desk.now()));
    desk.storeAll();
    QVERIFY(desk.client.status().state == State::Live);
    QVERIFY(desk.client.status().reason == Reason::None);
}

/// Nor does the first copy catch up for ever without a word.
void TestSyncClient::aPageThatIsNeverReadableIsSaid()
{
    Desk desk;
    desk.take(desk.client.start(desk.start(-1), desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(9, 0, "new"));
    desk.storeAll();
    QVERIFY(desk.last.askPage);
    for (int i = 1; i <= 5; ++i) {
        desk.take(desk.client.pageFailed(Error::Kind::Corrupt, desk.now()));
        QCOMPARE(desk.client.status().reason == Reason::Unreadable, i >= 3);
        QVERIFY(desk.client.status().state == State::CatchingUp);
        while (!desk.last.askPage) {
            desk.hear(wire::Beat());
            desk.last.askPage = desk.pass(10s).askPage;
        }
    }
    desk.take(desk.client.pageArrived({.start = {.epoch = epochOf(1)}, .next = "more"}, desk.now()));
    QVERIFY(desk.client.status().reason == Reason::None);
}

/// One bad frame now and then, also from one position, is the network's or one frame's, and no reason to fetch all anew.
void TestSyncClient::whatIsUnreadableNowAndThenIsNot()
{
    for (const bool moves : {true, false}) {
        Desk desk;
        desk.take(desk.client.start(desk.start(5), desk.now()));
        for (int i = 0; i < 10; ++i) {
            desk.take(desk.client.linkOpened(desk.now()));
            const std::int64_t seq = moves ? 5 + i : 5;
            QCOMPARE(framesOf<wire::Hello>(desk.last).at(0).position.seq, seq);
            desk.hear(desk.welcome(seq));
            if (moves) {
                desk.hear(changesOf(seq, seq + 1));
                desk.storeAll();
            } else {
                desk.pass(30s);
                desk.hear(wire::Beat());
                desk.pass(30s);
            }
            desk.take(desk.client.frameReceived(std::as_bytes(std::span("\xff", 1)), desk.now()));
            QVERIFY(desk.client.status().reason == Reason::Garbage);
            QVERIFY(desk.opensWithin(31s));
        }
    }
}

void TestSyncClient::backsOffWithJitter()
{
    Desk desk;
    desk.take(desk.client.start(desk.start(5), desk.now()));
    std::vector<Milliseconds> waits;
    for (int i = 0; i < 200; ++i) {
        desk.take(desk.client.linkClosed(desk.now()));
        const auto at = desk.client.status().retryAt;
        QVERIFY(at.has_value());
        waits.push_back(*at - desk.now());
        QVERIFY(desk.pass(waits.back()).openLink);
    }
    QVERIFY(waits[0] >= 500ms && waits[0] <= 1s);
    QVERIFY(waits[1] >= 500ms && waits[1] <= 2s);
    for (const Milliseconds wait : waits)
        QVERIFY(wait >= 500ms && wait <= 30s);
    const auto [least, most] = std::ranges::minmax_element(waits);
    QVERIFY(*least < 3s && *most > 27s); // full jitter, not a fixed step
    // A session that gets live forgets the failures.
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(5));
    desk.take(desk.client.linkClosed(desk.now()));
    QVERIFY(*desk.client.status().retryAt - desk.now() <= 1s);
    // So does one that died in silence, though it never got live: that took longer than any wait.
    for (int i = 0; i < 20; ++i) {
        QVERIFY(desk.pass(*desk.client.status().retryAt - desk.now()).openLink);
        desk.take(desk.client.linkClosed(desk.now()));
    }
    QVERIFY(desk.pass(*desk.client.status().retryAt - desk.now()).openLink);
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(9));
    QVERIFY(desk.pass(SyncClient::kSilence).abortLink);
    QVERIFY(*desk.client.status().retryAt - desk.now() <= 1s);
}

void TestSyncClient::tryNowDoesNotWait()
{
    Desk desk;
    desk.take(desk.client.start(desk.start(5), desk.now()));
    desk.take(desk.client.linkClosed(desk.now()));
    QVERIFY(desk.take(desk.client.tryNow(desk.now())).openLink);
    QVERIFY(!desk.take(desk.client.tryNow(desk.now())).openLink); // it is trying
    QVERIFY(desk.client.status().state == State::Connecting);
    desk.take(desk.client.stop(desk.now()));
    QVERIFY(desk.last.abortLink);
    QVERIFY(!desk.take(desk.client.tryNow(desk.now())).openLink);
}

void TestSyncClient::reopensOnlyWhenTheFilesAreDone()
{
    Desk desk;
    desk.connect(10, 13);
    desk.hear(changesOf(10, 12, 13));
    desk.hear(changesOf(12, 13));
    desk.take(desk.client.linkClosed(desk.now()));
    QVERIFY(!desk.pass(31s).openLink);
    desk.storeAll();
    QVERIFY(!desk.last.openLink);
    desk.storeAll();
    QVERIFY(desk.last.openLink);
    const auto hello = framesOf<wire::Hello>(desk.take(desk.client.linkOpened(desk.now()))).at(0);
    QCOMPARE(hello.position.seq, 13);
    QVERIFY(hello.position.chain[0] == std::byte(13));
}

void TestSyncClient::aFullDiskIsTriedAgain()
{
    Desk desk;
    desk.connect(10, 13);
    desk.hear(changesOf(10, 12, 13));
    desk.hear(changesOf(12, 13));
    desk.take(desk.client.storeFailed(desk.now()));
    QVERIFY(desk.last.abortLink);
    QVERIFY(desk.client.status().reason == Reason::Storage);
    desk.take(desk.client.storeFailed(desk.now()));
    QVERIFY(desk.pass(31s).openLink);
    QCOMPARE(framesOf<wire::Hello>(desk.take(desk.client.linkOpened(desk.now()))).at(0).position.seq, 10);
}

void TestSyncClient::bootstrapsPageByPage()
{
    Desk desk;
    desk.take(desk.client.start(desk.start(-1), desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    auto welcome = desk.welcome(100, 0, "new");
    welcome.serverTime = fromMs(100'000);
    desk.hear(welcome);
    desk.storeAll();
    QCOMPARE(desk.last.askPage.value(), std::string());
    const wire::Position start{.epoch = epochOf(1), .seq = 100};
    desk.take(desk.client.pageArrived({.start = start, .next = "p2", .done = 500, .total = 1200}, desk.now()));
    QCOMPARE(std::get<StorePage>(desk.last.store.at(0)).page.next, std::string("p2"));
    QVERIFY(!desk.last.askPage); // one at a time
    desk.storeAll();
    QCOMPARE(desk.last.askPage.value(), std::string("p2"));
    QCOMPARE(desk.client.status().done, 500);
    QCOMPARE(desk.client.status().total, 1200);
    desk.hear(changesOf(100, 101)); // at the head, and yet half of all is missing
    desk.storeAll();
    QVERIFY(!desk.client.status().completeAsOf);

    // The link goes while a page is asked for: it is taken all the same, and the next session goes on there.
    desk.take(desk.client.linkClosed(desk.now()));
    desk.take(desk.client.pageArrived({.start = start, .next = "p3", .done = 1000, .total = 1200}, desk.now()));
    QCOMPARE(desk.last.store.size(), 1u);
    desk.storeAll();
    QVERIFY(!desk.last.askPage);
    desk.pass(31s);
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(101));
    QCOMPARE(desk.last.askPage.value(), std::string("p3"));
    desk.take(desk.client.pageArrived({.start = start, .done = 1200, .total = 1200}, desk.now()));
    QVERIFY(desk.client.status().state == State::CatchingUp);
    desk.storeAll();
    QVERIFY(!desk.last.askPage);
    QVERIFY(desk.client.status().state == State::Live);
    QCOMPARE(toMs(desk.client.status().completeAsOf.value()),
             101'000); // of the newest frame, which came before all was here

    // After a restart of the program: on from the page the files name.
    Desk again;
    auto from = again.start(100);
    from.bootstrapping = true;
    from.bootstrapNext = "p3";
    again.take(again.client.start(from, again.now()));
    again.take(again.client.linkOpened(again.now()));
    again.hear(again.welcome(105));
    QCOMPARE(again.last.askPage.value(), std::string("p3"));
}

namespace {

/// A frame that tells of the agent's own rights as of @p version.
wire::Changes rightsOf(std::int64_t from, std::int64_t to, std::int64_t version)
{
    wire::Changes changes = changesOf(from, to);
    model::Agent agent{.id = idOf<model::AgentId>(3)};
    agent.version = version;
    changes.rows.emplace_back(agent);
    return changes;
}

} // namespace

void TestSyncClient::asksAgainForPagesOfOlderRights()
{
    Desk desk;
    auto from = desk.start(100);
    from.bootstrapping = true;
    from.bootstrapNext = "p2";
    desk.take(desk.client.start(from, desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    auto welcome = desk.welcome(100);
    welcome.agent.version = 90;
    desk.hear(welcome);
    desk.hear(rightsOf(100, 101, 101));
    desk.storeAll();
    const wire::Position start{.epoch = epochOf(1), .seq = 100};
    desk.take(desk.client.pageArrived({.start = start, .next = "p3", .rights = 90}, desk.now()));
    QVERIFY(desk.last.store.empty()); // it may hold what is not to be seen any more
    QCOMPARE(desk.last.askPage.value(), std::string("p2"));
    desk.take(desk.client.pageArrived({.start = start, .next = "p3", .rights = 101}, desk.now()));
    QCOMPARE(desk.last.store.size(), 1u);
    // The same of older history; and a hub that does not say by which rights is believed.
    desk.hear(wire::Page{.request = 1, .rows = {model::Team{.id = idOf<model::TeamId>(1)}}, .complete = true, .rights = 90});
    QVERIFY(desk.last.pages.at(0).rows.empty() && !desk.last.pages.at(0).complete);
    desk.hear(wire::Page{.request = 2, .rows = {model::Team{.id = idOf<model::TeamId>(1)}}, .complete = true});
    QVERIFY(desk.last.pages.at(0).rows.size() == 1 && desk.last.pages.at(0).complete);
}

void TestSyncClient::fetchesWhatItsRightsHaveGrownBy()
{
    Desk desk;
    desk.connect(100, 100);
    QVERIFY(desk.client.status().state == State::Live);
    auto grown = rightsOf(100, 101, 101);
    grown.bootstrap = "gained";
    desk.hear(grown);
    QVERIFY(!desk.last.askPage); // not before it is durable that there is something to fetch
    desk.storeAll();
    QCOMPARE(desk.last.askPage.value(), std::string("gained"));
    QVERIFY(desk.client.status().state == State::CatchingUp);
    // More is gained while that is under way: the answer leads nowhere, all is fetched from the beginning.
    auto more = rightsOf(101, 102, 102);
    more.bootstrap = "more";
    desk.hear(more);
    const wire::Position start{.epoch = epochOf(1), .seq = 101};
    desk.take(desk.client.pageArrived({.start = start, .next = "gained2", .rights = 102}, desk.now()));
    QVERIFY(desk.last.store.empty());
    QVERIFY(!desk.last.askPage);
    desk.storeAll();
    QCOMPARE(desk.last.askPage.value(), std::string());
    desk.take(desk.client.pageArrived({.start = start, .rights = 102}, desk.now()));
    desk.storeAll();
    QVERIFY(desk.client.status().state == State::Live);
}

void TestSyncClient::pagesFailAndAreAskedAgain_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("asked");
    QTest::newRow("offline") << int(Error::Kind::Offline) << "p2";
    QTest::newRow("server error") << int(Error::Kind::Failed) << "p2";
    QTest::newRow("no such page any more") << int(Error::Kind::NotFound) << "";
    QTest::newRow("token refused") << int(Error::Kind::Denied) << "denied";
}

void TestSyncClient::pagesFailAndAreAskedAgain()
{
    QFETCH(int, kind);
    QFETCH(QString, asked);
    Desk desk;
    auto from = desk.start(100);
    from.bootstrapping = true;
    from.bootstrapNext = "p2";
    desk.take(desk.client.start(from, desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(100));
    desk.take(desk.client.pageFailed(Error::Kind(kind), desk.now()));
    QVERIFY(!desk.last.askPage);
    if (asked == "denied") {
        QVERIFY(desk.last.abortLink);
        QVERIFY(desk.client.status().reason == Reason::Denied);
        return;
    }
    // After two seconds or a fifth more: of many that wait not all ask at once.
    QVERIFY(!desk.pass(1900ms).askPage);
    QCOMPARE(QString::fromStdString(desk.pass(600ms).askPage.value_or("none")), asked);
    // And again, each time later; a page of another history is not taken.
    desk.take(desk.client.pageArrived({.start = {.epoch = epochOf(2)}, .next = "x"}, desk.now()));
    QVERIFY(desk.last.store.empty());
    QVERIFY(!desk.pass(3s).askPage);
    QVERIFY(desk.pass(2s).askPage.has_value());
    // A hub that names a time is not asked before.
    desk.take(desk.client.pageFailed(Error::Kind::Offline, desk.now(), 10s));
    QVERIFY(!desk.pass(9s).askPage);
    QVERIFY(desk.pass(3100ms).askPage.has_value());
}

void TestSyncClient::statesOnTheScreen()
{
    Desk desk;
    QVERIFY(desk.client.status().state == State::Stopped);
    desk.take(desk.client.start(desk.start(10), desk.now()));
    QVERIFY(desk.client.status().state == State::Connecting);
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(20));
    QVERIFY(desk.client.status().state == State::CatchingUp);
    QCOMPARE(desk.client.status().total, 10);
    desk.hear(changesOf(10, 15, 20));
    desk.storeAll();
    QCOMPARE(desk.client.status().done, 5);
    QVERIFY(!desk.client.status().completeAsOf);
    desk.hear(changesOf(15, 20));
    QVERIFY(desk.client.status().state == State::CatchingUp);
    desk.storeAll();
    QVERIFY(desk.client.status().state == State::Live);
    QCOMPARE(toMs(*desk.client.status().completeAsOf), 20'000);
    desk.hear(changesOf(20, 21, 30)); // a burst is not worth a change of state
    QVERIFY(desk.client.status().state == State::Live);
    desk.take(desk.client.linkClosed(desk.now()));
    QVERIFY(desk.client.status().state == State::Waiting);
    QCOMPARE(toMs(*desk.client.status().completeAsOf), 20'000);
}

void TestSyncClient::anyInterleavingConverges_data()
{
    QTest::addColumn<quint64>("seed");
    for (quint64 seed = 1; seed <= 300; ++seed)
        QTest::addRow("seed %llu", seed) << seed;
}

/// A hub of numbers: its log is 1..head, it applies (client, n) once and in order. Frames are lost, repeated and cut; links
/// break; the desktop is restarted with what its files had. At the end both sides have the same, every command once.
void TestSyncClient::anyInterleavingConverges()
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

QTEST_APPLESS_MAIN(TestSyncClient)
#include "tst_sync_client.moc"
