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
    void waitsUntilTheHubHasTheFiles();
    void whatIsTakenBackWaitsForNoFile_data();
    void whatIsTakenBackWaitsForNoFile();
    void whatWasDecidedBeforeNeedsItsFilesIfItWasDone_data();
    void whatWasDecidedBeforeNeedsItsFilesIfItWasDone();
    void aFileThatFailsIsAskedForAgain();
    void aHubWithoutNamesIsAskedForNoFiles();
    void filesOfAnEarlierSessionAreAskedForAnew();
};

namespace {

model::Attachment fileOf(int name)
{
    return {.id = idOf<model::AttachmentId>(name), .name = "label.pdf", .sizeBytes = 9, .sha256 = std::string(64, 'a')};
}

model::Command noteOf(std::int64_t n, std::vector<model::Attachment> files)
{
    model::Command command = commandOf(n);
    command.body = model::AddNote{.item = idOf<model::TimelineItemId>(int(n)),
                                  .conversation = idOf<model::ConversationId>(9),
                                  .attachments = std::move(files)};
    return command;
}

/// In a session with a hub that can do @p features, one command being acknowledged.
void connectTo(Desk &desk, std::vector<std::string> features, std::vector<model::Command> journal)
{
    desk.take(desk.client.start(desk.start(5), desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    wire::Welcome welcome = desk.welcome(5, 1);
    welcome.features = std::move(features);
    desk.hear(welcome);
    desk.take(desk.client.commandsLoaded(std::move(journal), desk.now()));
}

} // namespace

/// Commands are in order, so what is behind one that waits for a file waits, too (ENGINE 29).
void TestOwnCommands::waitsUntilTheHubHasTheFiles()
{
    Desk desk;
    model::Attachment lost = fileOf(3);
    lost.sha256.clear(); // it is known to be nowhere
    connectTo(desk, wire::ownFeatures(),
              {commandOf(2), noteOf(3, {fileOf(1), lost, fileOf(2)}), commandOf(4), noteOf(5, {fileOf(2)})});
    QCOMPARE(numbersIn(desk.last), range(2, 2));
    QVERIFY(desk.last.askFile == fileOf(1));
    desk.take(desk.client.fileArrived(idOf<model::AttachmentId>(9), desk.now())); // another one
    QVERIFY(numbersIn(desk.last).empty() && !desk.last.askFile);
    desk.take(desk.client.fileArrived(fileOf(1).id, desk.now()));
    QVERIFY(numbersIn(desk.last).empty());
    QVERIFY(desk.last.askFile == fileOf(2));
    desk.take(desk.client.commandsAdded({commandOf(6)}, desk.now()));
    QVERIFY(numbersIn(desk.last).empty() && !desk.last.askFile); // asked for once
    desk.take(desk.client.fileArrived(fileOf(2).id, desk.now()));
    QCOMPARE(numbersIn(desk.last), range(3, 4));
    QVERIFY(desk.last.askFile == fileOf(2)); // named again: that it is still there is not certain
    desk.take(desk.client.fileArrived(fileOf(2).id, desk.now()));
    QCOMPARE(numbersIn(desk.last), range(5, 6));

    // One that has been brought already, as it is attached, holds nothing up.
    desk.take(desk.client.fileArrived(fileOf(4).id, desk.now()));
    desk.take(desk.client.commandsAdded({noteOf(7, {fileOf(4)})}, desk.now()));
    QCOMPARE(numbersIn(desk.last), range(7, 7));
    QVERIFY(!desk.last.askFile);
}

void TestOwnCommands::whatIsTakenBackWaitsForNoFile_data()
{
    using Kind = model::Outcome::Kind;
    QTest::addColumn<std::optional<Kind>>("first");
    QTest::addColumn<std::optional<Kind>>("cancel");
    QTest::addColumn<bool>("isForgone");
    QTest::newRow("neither was said") << std::optional<Kind>() << std::optional<Kind>() << true;
    QTest::newRow("it may have gone out") << std::optional(Kind::Applied) << std::optional<Kind>() << false;
    QTest::newRow("it was too late") << std::optional(Kind::Applied) << std::optional(Kind::Refused) << false;
    QTest::newRow("the cancel came to nothing") << std::optional<Kind>() << std::optional(Kind::Refused) << false;
}

void TestOwnCommands::whatIsTakenBackWaitsForNoFile()
{
    QFETCH(const std::optional<model::Outcome::Kind>, first);
    QFETCH(const std::optional<model::Outcome::Kind>, cancel);
    QFETCH(const bool, isForgone);
    model::Command note = noteOf(2, {fileOf(1)}), back = commandOf(4), other = commandOf(3);
    note.earlier = first;
    back.earlier = cancel;
    back.body = model::CancelMessage{idOf<model::TimelineItemId>(2)};
    other.body = model::CancelMessage{idOf<model::TimelineItemId>(9)};
    Desk desk;
    connectTo(desk, wire::ownFeatures(), {note, other, back});
    QCOMPARE(desk.last.askFile.has_value(), !isForgone);
    desk.take(desk.client.fileArrived(fileOf(1).id, desk.now()));
    if (!isForgone)
        QCOMPARE(numbersIn(desk.last), range(2, 4));
    else
        QVERIFY(numbersIn(desk.last).empty()); // all went at once
}

void TestOwnCommands::whatWasDecidedBeforeNeedsItsFilesIfItWasDone_data()
{
    using Kind = model::Outcome::Kind;
    QTest::addColumn<Kind>("earlier");
    QTest::addColumn<bool>("needsFile");
    QTest::newRow("applied") << Kind::Applied << true;
    QTest::newRow("no effect") << Kind::NoEffect << false;
    QTest::newRow("refused") << Kind::Refused << false;
    QTest::newRow("needs its author") << Kind::NeedsYou << false;
}

/// Told to a hub that was restored (ENGINE 29). What came back or was taken back does nothing there, and its files may be
/// gone from here.
void TestOwnCommands::whatWasDecidedBeforeNeedsItsFilesIfItWasDone()
{
    QFETCH(const model::Outcome::Kind, earlier);
    QFETCH(const bool, needsFile);
    model::Command note = noteOf(2, {fileOf(1)});
    note.earlier = earlier;
    Desk desk;
    connectTo(desk, wire::ownFeatures(), {note, commandOf(3)});
    QCOMPARE(desk.last.askFile.has_value(), needsFile);
    QCOMPARE(numbersIn(desk.last).size(), needsFile ? 0U : 2U);
}

void TestOwnCommands::aFileThatFailsIsAskedForAgain()
{
    Desk desk;
    connectTo(desk, wire::ownFeatures(), {noteOf(2, {fileOf(1)})});
    QVERIFY(desk.last.askFile == fileOf(1));
    const auto askedAfter = [&desk](Milliseconds wait) {
        const bool isEarly = desk.pass(wait - Milliseconds(1)).askFile.has_value();
        return !isEarly && desk.pass(Milliseconds(1)).askFile == fileOf(1);
    };
    Milliseconds wait = SyncClient::kFirstHttpRetry;
    for (int i = 0; i < 3; ++i) {
        desk.take(desk.client.fileFailed(fileOf(1).id, desk.now()));
        QVERIFY(!desk.last.askFile);
        QVERIFY(askedAfter(wait));
        wait *= 2;
    }
    desk.take(desk.client.fileFailed(fileOf(1).id, desk.now(), Milliseconds(300'000))); // the hub wants to be left alone
    for (int i = 0; i < 29; ++i) {                                                      // which the link outlives
        QVERIFY(!desk.pass(Milliseconds(10'000)).askFile);
        desk.hear(wire::Beat{1});
    }
    QVERIFY(askedAfter(Milliseconds(10'000)));
    desk.take(desk.client.fileArrived(fileOf(1).id, desk.now()));
    QCOMPARE(numbersIn(desk.last), range(2, 2));
}

void TestOwnCommands::aHubWithoutNamesIsAskedForNoFiles()
{
    Desk desk;
    connectTo(desk, {}, {noteOf(2, {fileOf(1)}), commandOf(3)});
    QCOMPARE(numbersIn(desk.last), range(2, 3));
    QVERIFY(!desk.last.askFile);
}

/// The hub may be another one, or have been restored: what it had is no matter.
void TestOwnCommands::filesOfAnEarlierSessionAreAskedForAnew()
{
    Desk desk;
    connectTo(desk, wire::ownFeatures(), {noteOf(2, {fileOf(1)}), noteOf(3, {fileOf(2)})});
    desk.take(desk.client.fileArrived(fileOf(2).id, desk.now()));
    desk.take(desk.client.linkClosed(desk.now()));
    desk.take(desk.client.fileArrived(fileOf(1).id, desk.now())); // late
    desk.take(desk.client.fileFailed(fileOf(1).id, desk.now()));
    desk.take(desk.client.tryNow(desk.now()));
    desk.take(desk.client.linkOpened(desk.now()));
    wire::Welcome welcome = desk.welcome(5, 1);
    welcome.features = wire::ownFeatures();
    desk.hear(welcome);
    desk.take(desk.client.commandsLoaded({noteOf(2, {fileOf(1)}), noteOf(3, {fileOf(2)})}, desk.now()));
    QVERIFY(desk.last.askFile == fileOf(1));
    desk.take(desk.client.fileArrived(fileOf(1).id, desk.now()));
    QCOMPARE(numbersIn(desk.last), range(2, 2));
    QVERIFY(desk.last.askFile == fileOf(2));
}

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
