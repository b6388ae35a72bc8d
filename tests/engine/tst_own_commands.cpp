// What the desktop has done itself, on its way to the hub and back.
#include "tests/engine/sync_desk.h"

#include <QTest>

using namespace tributary;
using namespace tributary::engine;
using namespace tributary::engine::testing;
using namespace std::chrono_literals;

class TestOwnCommands : public QObject {
    Q_OBJECT
private slots:
    void anEchoOfAnothersCommandIsAFork();
    void sendsCommandsInOrderAndBounded();
    void offersCommandsTheHubHasLost();
    void renumbersAfterAGapOnlyWhenCaughtUp();
    void becomesANewClientWhenForked();
    void laterLoadOnlyCounts();
};

void TestOwnCommands::anEchoOfAnothersCommandIsAFork()
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

void TestOwnCommands::sendsCommandsInOrderAndBounded()
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

void TestOwnCommands::offersCommandsTheHubHasLost()
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

void TestOwnCommands::renumbersAfterAGapOnlyWhenCaughtUp()
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

void TestOwnCommands::becomesANewClientWhenForked()
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

void TestOwnCommands::laterLoadOnlyCounts()
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

QTEST_APPLESS_MAIN(TestOwnCommands)
#include "tst_own_commands.moc"
