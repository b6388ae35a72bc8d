// A copy that begins anew: where its stream starts, and its pages.
#include "tests/engine/sync_desk.h"

#include <QTest>

using namespace tributary;
using namespace tributary::engine;
using namespace tributary::engine::testing;
using namespace std::chrono_literals;
using State = SyncStatus::State;
using Reason = SyncStatus::Reason;

class TestFirstCopy : public QObject {
    Q_OBJECT
private slots:
    void startsAnew_data();
    void startsAnew();
    void startsBeforeTheHead();
    void doesNotTakeAStartThatIsNone_data();
    void doesNotTakeAStartThatIsNone();
    void saysWhereItsStreamBegan();
    void saysHowFarItsPagesReach();
    void aPageThatIsNeverReadableIsSaid();
    void bootstrapsPageByPage();
    void aPageBeforeAResyncIsFollowedByNone();
    void asksAgainForPagesOfOlderRights();
    void fetchesWhatItsRightsHaveGrownBy();
    void pagesFailAndAreAskedAgain_data();
    void pagesFailAndAreAskedAgain();
};

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

void TestFirstCopy::startsAnew_data()
{
    QTest::addColumn<QString>("reason");
    for (const char *reason : {"new", "epoch", "fork", "horizon"})
        QTest::newRow(reason) << QString(reason);
}

void TestFirstCopy::startsAnew()
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
    QCOMPARE(framesOf<wire::Credit>(desk.last).at(0).seq, 0); // what was here is of another history

    // Live changes go on from the head while the copy is being emptied.
    QCOMPARE(desk.hear(changesOf(60, 61)).store.size(), 1u);
    desk.storeAll();
    QCOMPARE(desk.last.askPage.value_or("none"), std::string());
    QVERIFY(desk.client.status().state == State::CatchingUp);
    desk.take(desk.client.commandsLoaded(commandsOf(5, 7), desk.now()));
    QCOMPARE(numbersIn(desk.last), range(5, 7));
}

/// What came between where the stream begins and the head has yet to come: until then the copy is not said to be complete.
void TestFirstCopy::startsBeforeTheHead()
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

void TestFirstCopy::doesNotTakeAStartThatIsNone_data()
{
    QTest::addColumn<int>("epoch");
    QTest::addColumn<int>("seq");
    QTest::newRow("of another history") << 2 << 90;
    QTest::newRow("beyond the head") << 1 << 101;
}

void TestFirstCopy::doesNotTakeAStartThatIsNone()
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
void TestFirstCopy::saysWhereItsStreamBegan()
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

/// Rows that lie ahead of the copy's place are of one history: a hub that has gone back to between the two has another
/// (seed 1001217).
void TestFirstCopy::saysHowFarItsPagesReach()
{
    Desk desk;
    const auto headAt = [](int seq) { return wire::Position{epochOf(1), seq, wire::Chain{std::byte(seq)}}; };
    auto from = desk.start(50);
    from.bootstrapping = true;
    from.bootstrapStart = 40;
    from.ahead = headAt(55);
    desk.take(desk.client.start(from, desk.now()));
    const auto hello = [&desk] { return framesOf<wire::Hello>(desk.take(desk.client.linkOpened(desk.now()))).at(0); };
    QVERIFY(hello().ahead == headAt(55)); // of the files
    desk.hear(desk.welcome(60));
    desk.take(
        desk.client.pageArrived({.start = {.epoch = epochOf(1), .seq = 40}, .next = "p2", .head = headAt(60)}, desk.now()));
    desk.storeAll();
    desk.hear(wire::Page{.request = 1, .complete = true, .head = headAt(58)});
    desk.take(desk.client.linkClosed(desk.now()));
    QVERIFY(desk.opensWithin(60s));
    QVERIFY(hello().ahead == headAt(60));

    // What could not be begun anew is as it was.
    desk.hear(desk.welcome(70, 0, "fork"));
    desk.take(desk.client.storeFailed(desk.now()));
    QVERIFY(desk.opensWithin(60s));
    QVERIFY(hello().ahead == headAt(60));

    // The stream has come to there.
    desk.hear(desk.welcome(70));
    desk.hear(changesOf(50, 60, 70));
    desk.storeAll();
    desk.take(desk.client.linkClosed(desk.now()));
    QVERIFY(desk.opensWithin(60s));
    QVERIFY(!hello().ahead);
}

/// Nor does the first copy catch up for ever without a word.
void TestFirstCopy::aPageThatIsNeverReadableIsSaid()
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

void TestFirstCopy::bootstrapsPageByPage()
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

/// A page that comes while the next link is being opened is of a first copy that this one may not go on with.
void TestFirstCopy::aPageBeforeAResyncIsFollowedByNone()
{
    Desk desk;
    auto from = desk.start(100);
    from.bootstrapping = true;
    from.bootstrapNext = "p5";
    desk.take(desk.client.start(from, desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(100));
    QCOMPARE(desk.last.askPage.value(), std::string("p5"));
    desk.take(desk.client.linkClosed(desk.now()));
    desk.take(desk.client.tryNow(desk.now()));
    QVERIFY(desk.last.openLink);
    const wire::Position start{.epoch = epochOf(1), .seq = 100};
    desk.take(desk.client.pageArrived({.start = start, .next = "p6"}, desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    desk.hear(desk.welcome(200, 0, "horizon"));
    desk.storeAll(); // the page
    QVERIFY(!desk.last.askPage);
    desk.storeAll(); // all begins anew
    QCOMPARE(desk.last.askPage.value_or("none"), std::string());
}

void TestFirstCopy::asksAgainForPagesOfOlderRights()
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
    wire::Page older{.request = 1, .rows = {model::Team{.id = idOf<model::TeamId>(1)}}, .complete = true, .rights = 90};
    older.from = model::HistoryKey::beginning();
    desk.hear(older);
    QVERIFY(desk.last.pages.at(0).rows.empty() && !desk.last.pages.at(0).complete && !desk.last.pages.at(0).from);
    desk.hear(wire::Page{.request = 2, .rows = {model::Team{.id = idOf<model::TeamId>(1)}}, .complete = true});
    QVERIFY(desk.last.pages.at(0).rows.size() == 1 && desk.last.pages.at(0).complete);
}

void TestFirstCopy::fetchesWhatItsRightsHaveGrownBy()
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

void TestFirstCopy::pagesFailAndAreAskedAgain_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("asked");
    QTest::newRow("offline") << int(Error::Kind::Offline) << "p2";
    QTest::newRow("server error") << int(Error::Kind::Failed) << "p2";
    QTest::newRow("no such page any more") << int(Error::Kind::NotFound) << "";
    QTest::newRow("token refused") << int(Error::Kind::Denied) << "denied";
}

void TestFirstCopy::pagesFailAndAreAskedAgain()
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
        QVERIFY(desk.client.status().reason != Reason::Denied); // that the hub says itself
        QVERIFY(desk.pass(1s).openLink);
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

QTEST_APPLESS_MAIN(TestFirstCopy)
#include "tst_first_copy.moc"
