#include "tests/engine/sync_desk.h"

#include <QTest>

using namespace tributary;
using namespace tributary::engine;
using namespace tributary::engine::testing;
using namespace std::chrono_literals;
using State = SyncStatus::State;
using Reason = SyncStatus::Reason;

class TestSyncClient : public QObject {
    Q_OBJECT
private slots:
    void greetsWithWhatIsDurable();
    void waitsForTheHandshake_data();
    void waitsForTheHandshake();
    void takesChangesByTheirRange_data();
    void takesChangesByTheirRange();
    void doesNotTrustAWelcomeThatDoesNotContinue_data();
    void doesNotTrustAWelcomeThatDoesNotContinue();
    void whatWentByRightsAheadIsFetchedAnew_data();
    void whatWentByRightsAheadIsFetchedAnew();
    void whoHasNotHeardWhoWasErasedSaysSo_data();
    void whoHasNotHeardWhoWasErasedSaysSo();
    void grantsAndAcknowledges();
    void beatsAndNoticesSilence();
    void aLinkProvesItselfAfterASleep();
    void aSleepTooLongOpensTheLinkAnew();
    void nobodyWaitsOutABackOffAsleep();
    void answersGoodbyes_data();
    void answersGoodbyes();
    void countsGarbage_data();
    void countsGarbage();
    void whatIsNeverReadableIsFetchedAnewOnce();
    void whatIsUnreadableNowAndThenIsNot();
    void backsOffWithJitter();
    void tryNowDoesNotWait();
    void reopensOnlyWhenTheFilesAreDone();
    void aFullDiskIsTriedAgain();
    void statesOnTheScreen();
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

void TestSyncClient::whatWentByRightsAheadIsFetchedAnew_data()
{
    QTest::addColumn<int>("removedBy"); // as the files know it
    QTest::addColumn<int>("agent");     // version of the agent's row in the welcome; below zero: with the same rights
    QTest::addColumn<int>("heard");     // up to here before the link is cut
    QTest::addColumn<int>("goesOnAt");
    QTest::newRow("the files say so") << 55 << 0 << 0 << 0;
    QTest::newRow("the files say so, long ago") << 50 << 0 << 0 << 50;
    QTest::newRow("a welcome with fewer rights") << 0 << 55 << 0 << 0;
    QTest::newRow("a welcome with fewer rights, that are known") << 0 << 50 << 0 << 50;
    QTest::newRow("a welcome with another name") << 0 << -55 << 0 << 50;
    QTest::newRow("the stream has come to them") << 0 << 55 << 55 << 55;
}

/// Should the hub go back, under its epoch, to before rights shrank, its stream does not bring what went by them (seed
/// 102692).
void TestSyncClient::whatWentByRightsAheadIsFetchedAnew()
{
    QFETCH(int, removedBy);
    QFETCH(int, agent);
    QFETCH(int, heard);
    QFETCH(int, goesOnAt);
    Desk desk;
    SyncClient::Start start = desk.start(50, 5);
    start.removedBy = removedBy;
    wire::Welcome welcome = desk.welcome(60, 5);
    start.self = welcome.agent;
    start.self->teams = {idOf<model::TeamId>(7)};
    desk.take(desk.client.start(start, desk.now()));
    if (agent != 0) {
        desk.take(desk.client.linkOpened(desk.now()));
        welcome.agent.version = std::abs(agent);
        if (agent < 0) {
            welcome.agent.teams = start.self->teams;
            welcome.agent.name = "Mara B.";
        }
        QVERIFY(!desk.hear(welcome).abortLink);
        if (heard > 0) {
            desk.hear(wire::Changes{.from = 50, .to = heard, .head = 60, .lastN = 5});
            desk.storeAll();
        }
        desk.take(desk.client.linkClosed(desk.now()));
        QVERIFY(desk.pass(31s).openLink);
    }
    const auto hello = framesOf<wire::Hello>(desk.take(desk.client.linkOpened(desk.now()))).at(0);
    QCOMPARE(hello.position.seq, goesOnAt);
    QCOMPARE(hello.position == wire::Position{}, goesOnAt == 0);
}

void TestSyncClient::whoHasNotHeardWhoWasErasedSaysSo_data()
{
    QTest::addColumn<bool>("byFiles"); // it is a later start of the program
    QTest::addColumn<bool>("isTelling");
    QTest::addColumn<bool>("isTold");
    QTest::newRow("cut off at once") << false << false << false;
    QTest::newRow("cut off among them") << false << true << false;
    QTest::newRow("all was told") << false << true << true;
    QTest::newRow("there was nobody to tell of") << false << false << true;
    QTest::newRow("the files say so") << true << false << false;
    QTest::newRow("the files say so, and all was told") << true << true << true;
}

/// They are told behind the welcome that has it begin anew; its stream is of a later stretch of the history.
void TestSyncClient::whoHasNotHeardWhoWasErasedSaysSo()
{
    QFETCH(const bool, byFiles);
    QFETCH(const bool, isTelling);
    QFETCH(const bool, isTold);
    Desk desk;
    SyncClient::Start start = desk.start(50, 5);
    start.unheard = byFiles;
    desk.take(desk.client.start(start, desk.now()));
    auto hello = framesOf<wire::Hello>(desk.take(desk.client.linkOpened(desk.now()))).at(0);
    QCOMPARE(hello.unheard, byFiles);
    wire::Welcome welcome = desk.welcome(60, 5);
    welcome.resync = !byFiles;
    welcome.reason = byFiles ? "" : "horizon";
    desk.hear(welcome);
    desk.storeAll();
    const std::int64_t at = byFiles ? 50 : 60;
    if (isTelling) {
        wire::Changes telling{.from = at, .to = at, .head = 60};
        telling.erased = {idOf<model::ConversationId>(9)};
        desk.hear(telling);
        desk.storeAll();
    }
    if (isTold) {
        desk.hear(wire::Changes{.from = at, .to = at, .head = 60});
        desk.storeAll();
    }
    desk.take(desk.client.linkClosed(desk.now()));
    QVERIFY(desk.pass(31s).openLink);
    hello = framesOf<wire::Hello>(desk.take(desk.client.linkOpened(desk.now()))).at(0);
    QCOMPARE(hello.position.seq, byFiles ? 50 : 60);
    QCOMPARE(hello.unheard, !isTold);
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

void TestSyncClient::answersGoodbyes_data()
{
    QTest::addColumn<QString>("reason");
    QTest::addColumn<int>("state");
    QTest::addColumn<int>("shown");
    QTest::addColumn<bool>("renumbers");
    QTest::newRow("denied") << "denied" << int(State::Stopped) << int(Reason::Denied) << false;
    QTest::newRow("revoked") << "revoked" << int(State::Stopped) << int(Reason::Denied) << false;
    QTest::newRow("other-history") << "other-history" << int(State::Waiting) << int(Reason::OtherHistory) << false;
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

QTEST_APPLESS_MAIN(TestSyncClient)
#include "tst_sync_client.moc"
