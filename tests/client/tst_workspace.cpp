#include "core/client/hub_address.h"
#include "core/client/hub_process.h"
#include "core/client/presence_board.h"
#include "core/client/workspace.h"
#include "core/store/migrations.h"
#include "teapot_shop.h"

#include <QBuffer>
#include <QDirIterator>
#include <QProcess>
#include <QSignalSpy>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::client::testing;
using namespace tributary::model;
using State = Status::State;

class TestWorkspace : public QObject {
    Q_OBJECT
private slots:
    void hubAddresses_data();
    void hubAddresses();
    void presenceIsForgotten();
    void whoPausesTypingIsStillThere();
    void signsInAndBootstraps();
    void wrongPasswordIsDenied();
    void liveChangesArrive();
    void commandsAreShownAtOnceAndEchoed();
    void worksOfflineAcrossARestart();
    void aMonthOfWorkDrains();
    void undoTakesBack();
    void undoIsOfWhatWasDoneJustBefore();
    void heldMessageComesBackAsADraft();
    void needsYouThenSendAnyway();
    void refusedTextIsADraftAgain();
    void whatCameBackOutlivesTheCopy();
    void offersAgainAfterANewEpoch();
    void draftsAndCommandsSurviveAKill();
    void damagedCacheIsFetchedAgain();
    void newerCacheIsFetchedAgain();
    void aCopyOfAnotherVocabularyIsFetchedAgain();
    void damagedJournalIsReportedAndKept();
    void oneWindowAProfile();
    void aLockOfTheDeadIsNobodys_data();
    void aLockOfTheDeadIsNobodys();
    void anotherAgentsUnsentWorkIsKept();
    void signOutForgetsTheCopy();
    void revokedSignsOut();
    void onlyTheHubEndsASignIn_data();
    void onlyTheHubEndsASignIn();
    void garbageIsSurvived();
    void garbageInEachSessionIsSaid();
    void numbersWithoutACountryCodeFindTheirHolder();
    void fetchesOlderHistory();
    void onlyTheNewestSearchIsAnswered();
    void futuresEndWhenClosed();
    void settingsStay();
    void settingsAreThereAtOnce();
};

void TestWorkspace::hubAddresses_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("kept");
    QTest::newRow("loopback number") << "http://127.0.0.1:7600"
                                     << "http://127.0.0.1:7600";
    QTest::newRow("ws") << "ws://localhost:7600/sync"
                        << "http://localhost:7600";
    QTest::newRow("IPv6 loopback") << "http://[::1]:7600"
                                   << "http://[::1]:7600";
    QTest::newRow("encrypted") << "wss://hub.example.org"
                               << "https://hub.example.org";
    QTest::newRow("user info is dropped") << "https://me:secret@hub.example.org/x?y#z"
                                          << "https://hub.example.org";
    QTest::newRow("plain, elsewhere") << "http://192.168.1.5:7600"
                                      << "rejected";
    QTest::newRow("plain, a name like the loopback") << "http://localhost.example.org"
                                                     << "rejected";
    QTest::newRow("file") << "file:///etc/passwd"
                          << "invalid";
    QTest::newRow("nothing") << ""
                             << "invalid";
}

void TestWorkspace::hubAddresses()
{
    QFETCH(QString, typed);
    QFETCH(QString, kept);
    const auto hub = hubAddress(QUrl(typed));
    QCOMPARE(hub ? hub->toString() : QString(name(hub.error().kind)), kept);
}

void TestWorkspace::presenceIsForgotten()
{
    using Kind = wire::Presence::Kind;
    PresenceBoard board;
    const wire::Presence typing{.kind = Kind::Typing, .conversation = kConversation, .agent = idOf<AgentId>(4)};
    const wire::Presence viewing{.kind = Kind::Viewing, .conversation = kConversation, .agent = idOf<AgentId>(5)};
    QVERIFY(board.heard(typing, Milliseconds(0)));
    QVERIFY(board.heard(viewing, Milliseconds(0)));
    QVERIFY(!board.heard(typing, Milliseconds(5'000))); // repeated: nothing new to paint
    QVERIFY(board.expire(Milliseconds(14'999)).empty());
    QCOMPARE(board.expire(Milliseconds(15'000)).size(), 1u);
    QVERIFY(board.at(kConversation) == std::vector{viewing});
    QVERIFY(
        board.heard({.kind = Kind::Gone, .conversation = kConversation, .agent = idOf<AgentId>(5)}, Milliseconds(16'000)));
    QVERIFY(board.empty());
}

/// They type, stop for a while and say nothing of it: still there, until their being there is over too.
void TestWorkspace::whoPausesTypingIsStillThere()
{
    using Kind = wire::Presence::Kind;
    PresenceBoard board;
    const wire::Presence viewing{.kind = Kind::Viewing, .conversation = kConversation, .agent = idOf<AgentId>(4)};
    wire::Presence typing = viewing;
    typing.kind = Kind::Typing;
    typing.text = "Half a";
    board.heard(viewing, Milliseconds(0));
    board.heard(typing, Milliseconds(8'000));
    QVERIFY(board.at(kConversation) == std::vector{typing});
    QVERIFY(board.expire(Milliseconds(17'999)).empty());
    QCOMPARE(board.expire(Milliseconds(18'000)).size(), 1u);
    QVERIFY(board.at(kConversation) == std::vector{viewing}); // and without what was being typed
    QVERIFY(board.expire(Milliseconds(59'999)).empty());
    board.heard(typing, Milliseconds(59'999));
    QVERIFY(board.expire(Milliseconds(60'000)).empty()); // whoever types is there
    QCOMPARE(board.expire(Milliseconds(69'999)).size(), 1u);
    QVERIFY(board.empty());
}

void TestWorkspace::signsInAndBootstraps()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    QCOMPARE(desk.workspace->agent().name, std::string("Ana"));
    QCOMPARE(desk.workspace->status().workspace, std::string("Teapots"));
    const auto rows = waited(desk.workspace->conversations({.queue = store::Queue::AllOpen}));
    QVERIFY(rows);
    QCOMPARE(rows->size(), 1u);
    QCOMPARE(rows->at(0).customerName, std::string("Layla"));
    const auto page = waited(desk.workspace->timelineBefore(kCustomer, fromMs(4'000'000'000'000), {}, 60));
    QVERIFY(page);
    QCOMPARE(page->items.size(), 1u);
}

void TestWorkspace::wrongPasswordIsDenied()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.open();
    QVERIFY(waited(desk.workspace->signIn(hub.url(), "ana@teapots.example", "guess")).error().kind == Error::Kind::Denied);
    QVERIFY(desk.workspace->status().state == State::SignedOut);
    QVERIFY(waited(desk.workspace->signIn(QUrl("http://hub.example.org"), "a", "b")).error().kind == Error::Kind::Rejected);
    hub.stop();
    QVERIFY(waited(desk.workspace->signIn(hub.url(), "a", "b")).error().kind == Error::Kind::Offline);
    QVERIFY(waited(desk.workspace->submit(SetStatus{kConversation})).error().kind == Error::Kind::Denied);
}

void TestWorkspace::liveChangesArrive()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    QSignalSpy changed(desk.workspace.get(), &Workspace::changed);
    Conversation conversation = hub.get<Conversation>(kConversation);
    conversation.subject = "Where is my kettle?";
    hub.put(conversation);
    QTRY_COMPARE(desk.conversation().subject, std::string("Where is my kettle?"));
    QVERIFY(!changed.isEmpty());
    QVERIFY(changed.last().at(0).value<store::ChangeSet>().conversations.contains(kConversation));

    hub.say(wire::Presence{.kind = wire::Presence::Kind::Typing, .conversation = kConversation, .agent = idOf<AgentId>(4)});
    QTRY_COMPARE(desk.workspace->presentAt(kConversation).size(), 1u);
    desk.workspace->sendPresence(wire::Presence::Kind::Viewing, kConversation);
    QTRY_COMPARE(hub.heard.size(), 1u);
}

void TestWorkspace::commandsAreShownAtOnceAndEchoed()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    std::vector<CommandBody> bodies{SetStatus{kConversation, Conversation::Status::Resolved},
                                    SetTags{kConversation, {"paid"}, {}}};
    const std::int64_t seen = hub.get<Conversation>(kConversation).version;
    const auto done = waited(desk.workspace->submit(bodies));
    QVERIFY(done);
    QCOMPARE(done->commands.size(), 2u);
    QCOMPARE(done->commands[0].baseSeq, seen);
    QVERIFY(desk.conversation().status == Conversation::Status::Resolved);
    QTRY_COMPARE(hub.commands.size(), 2u);
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QCOMPARE(desk.conversation(), hub.get<Conversation>(kConversation));

    SendMessage tooLong = replyOf(60, {});
    SeededRng rng(1);
    for (int i = 0; i < 200'000; ++i)
        tooLong.body += char('!' + rng.below(90));
    QVERIFY(waited(desk.workspace->submit(tooLong)).error().kind == Error::Kind::TooLarge);
}

void TestWorkspace::worksOfflineAcrossARestart()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    hub.stop();
    QTRY_VERIFY(desk.workspace->status().state == State::Offline);
    QVERIFY(desk.workspace->status().retryAt.has_value());
    QVERIFY(waited(desk.workspace->submit(replyOf(61, "It is on its way."))));
    QVERIFY(waited(
        desk.workspace->saveDraft({.conversation = kConversation, .kind = store::Draft::Kind::Note, .body = "ask Ben"})));
    QTRY_COMPARE(desk.workspace->status().outboxCount, 1);

    desk.close();
    desk.open(); // the copy shows what the journal holds
    QCOMPARE(desk.workspace->status().outboxCount, 1);
    QCOMPARE(desk.conversation().preview, std::string("It is on its way."));
    const auto page = waited(desk.workspace->timelineBefore(kCustomer, fromMs(4'000'000'000'000), {}, 60));
    QCOMPARE(page->items.size(), 2u);
    QCOMPARE(waited(desk.workspace->draft(kConversation, store::Draft::Kind::Note)).value()->body, std::string("ask Ben"));
    QCOMPARE(waited(desk.workspace->outbox())->size(), 1u);

    hub.start();
    desk.workspace->tryNow();
    desk.live();
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QCOMPARE(hub.commands.size(), 1u);
    QCOMPARE(hub.get<TimelineItem>(idOf<TimelineItemId>(61)).body, std::string("It is on its way."));
}

/// A thousand commands of somebody who was away for so long that the hub's log does not reach back to them: all of them go
/// out, once and in order, without a hand (ENGINE I28).
void TestWorkspace::aMonthOfWorkDrains()
{
    constexpr int kCommands = 1'000, kConversations = 50;
    const auto conversationOf = [](int i) { return idOf<ConversationId>(std::uint8_t(100 + i % kConversations)); };
    MiniHub hub;
    furnish(hub);
    for (int i = 0; i < kConversations; ++i) {
        Conversation more = hub.get<Conversation>(kConversation);
        more.id = conversationOf(i);
        more.number = 2 + i;
        hub.put(more);
    }
    Desk desk;
    desk.signIn(hub);
    hub.stop();
    QTRY_VERIFY(desk.workspace->status().state == State::Offline);
    for (int i = 0; i < kCommands; ++i) {
        const SetTags tags{.conversation = conversationOf(i), .add = {"day " + std::to_string(i)}};
        QVERIFY(waited(desk.workspace->submit(tags)));
    }
    QCOMPARE(desk.workspace->status().outboxCount, kCommands);
    desk.close();
    desk.open();
    QCOMPARE(desk.workspace->status().outboxCount, kCommands);
    hub.newEpoch(2, 0); // it tells the desktop to begin anew, as for a position that the log has forgotten
    hub.start();
    desk.workspace->tryNow();
    QTRY_COMPARE_WITH_TIMEOUT(desk.workspace->status().outboxCount, 0, 120'000);
    QCOMPARE(hub.commands.size(), std::size_t(kCommands));
    for (int i = 0; i < kCommands; ++i)
        QCOMPARE(std::get<SetTags>(hub.commands[std::size_t(i)].body).add.at(0), "day " + std::to_string(i));
    desk.live();
    QCOMPARE(desk.workspace->status().needsYouCount, 0);
}

void TestWorkspace::undoTakesBack()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    const Conversation before = desk.conversation();
    std::vector<CommandBody> bulk{Snooze{kConversation, fromMs(4'000'000'000'000)},
                                  SetTags{kConversation, {"late", "vip"}, {}},
                                  SetPriority{kConversation, Conversation::Priority::High},
                                  Assign{kConversation, idOf<AgentId>(3)}, MarkRead{kConversation, 1}};
    const auto done = waited(desk.workspace->submit(bulk));
    QVERIFY(done && done->undo);
    QTRY_COMPARE(desk.workspace->history().steps().size(), 1u);
    const auto undone = waited(desk.workspace->undo());
    QVERIFY(undone && undone->overtaken.empty());
    Conversation after = desk.conversation();
    QVERIFY(after.status == before.status);
    QVERIFY(after.tags == before.tags); // "late" was there before
    QVERIFY(after.priority == before.priority);
    QVERIFY(after.assignee == before.assignee);
    QVERIFY(waited(desk.workspace->undo()).error().kind == Error::Kind::NotFound);
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QVERIFY(hub.get<Conversation>(kConversation).tags == before.tags);

    QVERIFY(!waited(desk.workspace->submit(RetryMessage{idOf<TimelineItemId>(62)}))->undo);
    for (int i = 0; i < 25; ++i)
        QVERIFY(waited(desk.workspace->submit(SetPriority{kConversation, Conversation::Priority::Low})));
    QTRY_COMPARE(desk.workspace->history().steps().size(), UndoHistory::kMost);
}

/// Z right behind a key takes back what that key did, which may still be on its way to the journal, and not what came
/// before.
void TestWorkspace::undoIsOfWhatWasDoneJustBefore()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    QVERIFY(waited(desk.workspace->submit(SetPriority{kConversation, Conversation::Priority::High})));
    QTRY_COMPARE(desk.workspace->history().steps().size(), 1u);
    const CommandBody resolve = SetStatus{kConversation, Conversation::Status::Resolved};
    const auto resolved = desk.workspace->submit(resolve);
    const auto undone = waited(desk.workspace->undo());
    QVERIFY(resolved.isFinished() && resolved.result());
    QVERIFY(undone && undone->step.forward == std::vector{resolve});
    QVERIFY(desk.conversation().status == Conversation::Status::Open);
    QVERIFY(desk.conversation().priority == Conversation::Priority::High);
    QCOMPARE(desk.workspace->history().steps().size(), 1u);
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QVERIFY(hub.get<Conversation>(kConversation).status == Conversation::Status::Open);
    QVERIFY(hub.get<Conversation>(kConversation).priority == Conversation::Priority::High);
}

void TestWorkspace::heldMessageComesBackAsADraft()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    hub.stop();
    QTRY_VERIFY(desk.workspace->status().state == State::Offline);
    const auto done = waited(desk.workspace->submit(replyOf(63, "Dear Lila,")));
    QVERIFY(done && done->undo && done->undo->until);
    QVERIFY(desk.conversation().status == Conversation::Status::Waiting);
    QSignalSpy drafts(desk.workspace.get(), &Workspace::draftChanged);
    QVERIFY(waited(desk.workspace->undoStep(*done->undo)));
    QCOMPARE(waited(desk.workspace->draft(kConversation, store::Draft::Kind::Reply)).value()->body,
             std::string("Dear Lila,"));
    QTRY_COMPARE(drafts.size(), 1);
    QVERIFY(desk.conversation().status == Conversation::Status::Open);
    QVERIFY(!desk.conversation().assignee);
    QTRY_VERIFY(waited(desk.workspace->itemsByIds({idOf<TimelineItemId>(63)}))->empty()); // the hub never hears of it
    QCOMPARE(desk.workspace->status().outboxCount, 0);
    hub.start();
    desk.workspace->tryNow();
    desk.live();
    QTRY_COMPARE(hub.commands.size(), 1u); // its number is used up all the same
    QVERIFY(hub.commands[0].body == CommandBody(CancelMessage{}));
    QVERIFY(hub.get<TimelineItem>(idOf<TimelineItemId>(63)).id.isNull());

    // The hub had sent the next one by then: the draft would send it twice.
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = kConversation})));
    hub.deaf = true;
    const auto sent = waited(desk.workspace->submit(replyOf(68, "Dear Layla,")));
    hub.stop();
    QTRY_VERIFY(desk.workspace->status().state == State::Offline);
    QVERIFY(waited(desk.workspace->undoStep(*sent->undo)));
    QVERIFY(waited(desk.workspace->draft(kConversation, store::Draft::Kind::Reply)).value());
    hub.deaf = false;
    hub.judge = [](const Command &command) {
        Outcome outcome{.n = command.n, .command = command.id};
        if (std::holds_alternative<CancelMessage>(command.body)) {
            outcome.kind = Outcome::Kind::Refused;
            outcome.reason = Outcome::Reason::TooLate;
        }
        return outcome;
    };
    hub.start();
    desk.workspace->tryNow();
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QVERIFY(!waited(desk.workspace->draft(kConversation, store::Draft::Kind::Reply)).value());
    QCOMPARE(desk.workspace->status().needsYouCount, 1);
}

void TestWorkspace::needsYouThenSendAnyway()
{
    MiniHub hub;
    furnish(hub);
    hub.judge = [](const Command &command) {
        Outcome outcome{.n = command.n, .command = command.id};
        const auto *message = std::get_if<SendMessage>(&command.body);
        if (message && !message->sendAnyway) {
            outcome.kind = Outcome::Kind::NeedsYou;
            outcome.reason = Outcome::Reason::CustomerWrote;
        }
        return outcome;
    };
    Desk desk;
    desk.signIn(hub);
    QSignalSpy back(desk.workspace.get(), &Workspace::cameBack);
    QVERIFY(waited(desk.workspace->submit(replyOf(64, "Tomorrow."))));
    QVERIFY(waited(desk.workspace->submit(replyOf(65, "And a gift."))));
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 2);
    QCOMPARE(back.size(), 2);
    QVERIFY(waited(desk.workspace->itemsByIds({idOf<TimelineItemId>(64)}))->empty()); // it was not sent
    desk.close();
    desk.open(); // it waits as long as it takes
    const auto waiting = waited(desk.workspace->needsYou());
    QCOMPARE(waiting->size(), 2u);
    QVERIFY(waiting->at(0).outcome->reason == Outcome::Reason::CustomerWrote);
    desk.live();
    QVERIFY(waited(desk.workspace->sendAnyway(waiting->at(0).command.n)));
    QVERIFY(waited(desk.workspace->discard(waiting->at(1).command.n)));
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QCOMPARE(desk.workspace->status().needsYouCount, 0);
    QCOMPARE(hub.get<TimelineItem>(idOf<TimelineItemId>(64)).body, std::string("Tomorrow."));
    QVERIFY(hub.get<TimelineItem>(idOf<TimelineItemId>(65)).id.isNull());
    QVERIFY(waited(desk.workspace->discard(99)).error().kind == Error::Kind::NotFound);
}

void TestWorkspace::refusedTextIsADraftAgain()
{
    MiniHub hub;
    furnish(hub);
    hub.judge = [](const Command &command) {
        return Outcome{
            .n = command.n, .command = command.id, .kind = Outcome::Kind::Refused, .reason = Outcome::Reason::Blocked};
    };
    Desk desk;
    desk.signIn(hub);
    QVERIFY(waited(desk.workspace->submit(replyOf(66, "A long and careful answer."))));
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 1);
    QCOMPARE(waited(desk.workspace->draft(kConversation, store::Draft::Kind::Reply)).value()->body,
             std::string("A long and careful answer."));
    const std::int64_t n = waited(desk.workspace->needsYou())->at(0).command.n;
    QVERIFY(waited(desk.workspace->discard(n)));
    QVERIFY(!waited(desk.workspace->draft(kConversation, store::Draft::Kind::Reply)).value());

    // What is being written there is worth more.
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = kConversation, .body = "Something else"})));
    QVERIFY(waited(desk.workspace->submit(replyOf(67, "Refused as well."))));
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 1);
    QCOMPARE(waited(desk.workspace->draft(kConversation, store::Draft::Kind::Reply)).value()->body,
             std::string("Something else"));
}

/// The copy is lost with what came back in it: the welcome tells it again, and only once.
void TestWorkspace::whatCameBackOutlivesTheCopy()
{
    MiniHub hub;
    furnish(hub);
    hub.judge = [](const Command &command) {
        return Outcome{
            .n = command.n, .command = command.id, .kind = Outcome::Kind::Refused, .reason = Outcome::Reason::Blocked};
    };
    Desk desk;
    desk.signIn(hub);
    const auto loseTheCopy = [&] {
        desk.close();
        for (const char *suffix : {"", "-wal", "-shm"})
            QFile::remove(desk.folder.path() + "/cache.db" + suffix);
        desk.open();
        desk.live();
    };
    hub.silent = true;
    QVERIFY(waited(desk.workspace->submit(replyOf(66, "A long and careful answer."))));
    QTRY_COMPARE(hub.commands.size(), 1u);
    QCOMPARE(desk.workspace->status().needsYouCount, 0);
    loseTheCopy();
    QTRY_COMPARE(desk.workspace->status().needsYouCount, 1);
    QCOMPARE(desk.workspace->status().outboxCount, 0);
    QCOMPARE(waited(desk.workspace->draft(kConversation, store::Draft::Kind::Reply)).value()->body,
             std::string("A long and careful answer."));
    QVERIFY(waited(desk.workspace->discard(waited(desk.workspace->needsYou())->at(0).command.n)));
    loseTheCopy();
    QCOMPARE(desk.workspace->status().needsYouCount, 0);
    QVERIFY(!waited(desk.workspace->draft(kConversation, store::Draft::Kind::Reply)).value());
    QCOMPARE(hub.commands.size(), 1u);
}

void TestWorkspace::offersAgainAfterANewEpoch()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    const auto before = hub.rows;
    QVERIFY(waited(desk.workspace->submit(replyOf(68, "Sent before the fire."))));
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    // Yesterday's backup: it has never heard of the message, nor of the command.
    hub.rows = before;
    hub.commands.clear();
    hub.newEpoch(2, 0);
    desk.workspace->tryNow();
    QTRY_COMPARE_WITH_TIMEOUT(hub.commands.size(), 1u, 15'000);
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QCOMPARE(hub.get<TimelineItem>(idOf<TimelineItemId>(68)).body, std::string("Sent before the fire."));
    QVERIFY(hub.commands[0].earlier == Outcome::Kind::Applied); // so that nobody is asked about it again
    QVERIFY(hub.commands[0].baseEpoch[0] != std::byte(2));
    desk.live();
    QTRY_COMPARE(desk.conversation().preview, std::string("Sent before the fire."));
}

void TestWorkspace::draftsAndCommandsSurviveAKill()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    desk.close();
    hub.stop();
    QProcess writer;
    writer.start(QString(TRIBUTARY_BINARY_DIR) + "/bin/journal_writer",
                 {desk.folder.path(), QString::fromStdString(kConversation.text())});
    QVERIFY(writer.waitForReadyRead(20'000));
    QCOMPARE(writer.readAllStandardOutput().trimmed(), QByteArray("written"));
    writer.kill(); // SIGKILL
    QVERIFY(writer.waitForFinished());
    desk.open(); // its lock is stale, its mark says that the end was unclean
    QCOMPARE(waited(desk.workspace->draft(kConversation, store::Draft::Kind::Reply)).value()->body,
             std::string("half written"));
    QCOMPARE(desk.workspace->status().outboxCount, 1);
    QVERIFY(desk.conversation().status == Conversation::Status::Resolved);
    hub.start();
    desk.workspace->tryNow();
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QCOMPARE(hub.commands.size(), 1u);
}

void TestWorkspace::damagedCacheIsFetchedAgain()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = kConversation, .body = "precious"})));
    desk.close();
    for (const char *suffix : {"-wal", "-shm"})
        QFile::remove(desk.folder.path() + "/cache.db" + suffix);
    QFile cache(desk.folder.path() + "/cache.db");
    QVERIFY(cache.open(QIODevice::WriteOnly));
    cache.write(QByteArray(20'000, 'x'));
    cache.close();
    desk.open();
    desk.live();
    QCOMPARE(desk.conversation().subject, std::string("Where is my teapot?"));
    QCOMPARE(waited(desk.workspace->draft(kConversation, store::Draft::Kind::Reply)).value()->body, std::string("precious"));
    QVERIFY(!QFile::exists(desk.folder.path() + "/cache.db.broken")); // who was erased meanwhile may be in it
}

void TestWorkspace::newerCacheIsFetchedAgain()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    desk.close();
    {
        const auto cache = store::Database::open((desk.folder.path() + "/cache.db").toStdString(), {});
        QVERIFY(cache && (*cache)->execute("PRAGMA user_version = 4000"));
    }
    desk.open();
    desk.live();
    QCOMPARE(desk.conversation().subject, std::string("Where is my teapot?"));
}

void TestWorkspace::aCopyOfAnotherVocabularyIsFetchedAgain()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    desk.close();
    {
        // As a program leaves it that did not know what a newer hub said: the row is here, and says less.
        const auto cache = store::Database::open((desk.folder.path() + "/cache.db").toStdString(), {});
        QVERIFY(
            cache
            && (*cache)->execute("UPDATE vocabulary SET digest = x'00', names = ''; UPDATE conversation SET subject = ''"));
    }
    desk.open();
    desk.live();
    QCOMPARE(desk.conversation().subject, std::string("Where is my teapot?"));
}

void TestWorkspace::damagedJournalIsReportedAndKept()
{
    QTemporaryDir folder;
    QFile journal(folder.path() + "/journal.db");
    QVERIFY(journal.open(QIODevice::WriteOnly));
    journal.write(QByteArray(9'000, 'y'));
    journal.close();
    Workspace workspace;
    QVERIFY(waited(workspace.open(folder.path())).error().kind == Error::Kind::Corrupt);
    QVERIFY(workspace.status().state == State::Closed);
    QVERIFY(journal.open(QIODevice::ReadOnly));
    QCOMPARE(journal.readAll(), QByteArray(9'000, 'y'));
    const auto rescue = waited(Workspace::rescueJournal(folder.path()));
    QVERIFY(rescue);
    QCOMPARE(rescue->commands + rescue->drafts, 0);
    QCOMPARE(QFileInfo(QString::fromStdString(rescue->damaged.string())).size(), 9'000);
    QVERIFY(waited(workspace.open(folder.path())));
}

void TestWorkspace::aLockOfTheDeadIsNobodys_data()
{
    QTest::addColumn<QByteArray>("left");
    QTest::newRow("killed before it had written anything") << QByteArray();
    // As a library would write it: the number of a process may be another one's by now.
    QTest::newRow("its number lives on") << QByteArray::number(QCoreApplication::applicationPid()) + "\n"
                                                + QCoreApplication::applicationName().toUtf8() + "\n"
                                                + QSysInfo::machineHostName().toUtf8() + "\n";
}

void TestWorkspace::aLockOfTheDeadIsNobodys()
{
    QFETCH(const QByteArray, left);
    Desk desk;
    QFile file(desk.folder.filePath("lock"));
    QVERIFY(file.open(QFile::WriteOnly) && file.write(left) == left.size());
    file.close();
    desk.open();
    Workspace other;
    QVERIFY(!waited(other.open(desk.folder.path()))); // but one that lives is
}

void TestWorkspace::oneWindowAProfile()
{
    QTemporaryDir folder;
    Workspace first;
    Workspace second;
    QVERIFY(waited(first.open(folder.path())));
    QVERIFY(waited(second.open(folder.path())).error().kind == Error::Kind::Conflict);
    QVERIFY(waited(Workspace::rescueJournal(folder.path())).error().kind == Error::Kind::Conflict);
    first.close();
    QVERIFY(waited(second.open(folder.path())));
}

void TestWorkspace::anotherAgentsUnsentWorkIsKept()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    MiniHub other;
    furnish(other);
    other.agent.id = idOf<AgentId>(9);
    hub.stop();
    QTRY_VERIFY(desk.workspace->status().state == State::Offline);
    QVERIFY(waited(desk.workspace->submit(SetStatus{kConversation, Conversation::Status::Resolved})));
    QVERIFY(waited(desk.workspace->signIn(other.url(), "ben", other.password)).error().kind == Error::Kind::Conflict);
    hub.start();
    desk.workspace->tryNow();
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QVERIFY(waited(desk.workspace->signIn(other.url(), "ben", other.password)));
    desk.live();
    QCOMPARE(desk.workspace->agent().id, idOf<AgentId>(9));
    QVERIFY(desk.conversation().status == Conversation::Status::Open); // the other hub's
    QVERIFY(waited(desk.workspace->submit(SetStatus{kConversation, Conversation::Status::Waiting})));
    QTRY_COMPARE(other.commands.size(), 1u); // its own command 1, not the first agent's
}

void TestWorkspace::signOutForgetsTheCopy()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    QVERIFY(waited(desk.workspace->saveDraft({.conversation = kConversation, .body = "stays"})));
    const QDir blobs(desk.folder.filePath("blobs"));
    QVERIFY(blobs.mkpath("ab"));
    QFile attachment(blobs.filePath("ab/cd"));
    QVERIFY(attachment.open(QIODevice::WriteOnly) && attachment.write("of a customer") > 0);
    QTRY_VERIFY(desk.workspace->status().completeAsOf.has_value());
    QVERIFY(waited(desk.workspace->signOut()));
    QVERIFY(desk.workspace->status().state == State::SignedOut);
    QVERIFY(desk.workspace->agent().id.isNull());
    QVERIFY(!desk.workspace->status().completeAsOf); // there is nothing left to work on
    QVERIFY(blobs.isEmpty());
    QCOMPARE(waited(desk.workspace->conversations({}))->size(), 0u);
    QCOMPARE(waited(desk.workspace->drafts())->size(), 1u);
    desk.close();
    desk.open();
    QVERIFY(desk.workspace->status().state == State::SignedOut);
    QVERIFY(waited(desk.workspace->signIn(hub.url(), "ana@teapots.example", hub.password)));
    desk.live();
    QCOMPARE(waited(desk.workspace->conversations({}))->size(), 1u);
}

void TestWorkspace::revokedSignsOut()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    QTRY_VERIFY(desk.workspace->status().completeAsOf.has_value());
    hub.say(wire::Goodbye{.reason = "revoked"});
    QTRY_VERIFY(desk.workspace->status().state == State::SignedOut);
    QVERIFY(desk.workspace->status().reason == Status::Reason::Denied);
    QVERIFY(!desk.workspace->status().completeAsOf); // the copy goes with the sign-in
    QTRY_VERIFY(desk.workspace->agent().id.isNull());
    QVERIFY(!desk.workspace->status().completeAsOf);
}

void TestWorkspace::onlyTheHubEndsASignIn_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("said");
    QTest::addColumn<bool>("ends");
    QTest::newRow("the hub itself") << 401 << QByteArray(R"({"error":"denied"})") << true;
    QTest::newRow("a proxy wants a sign-in of its own") << 401 << QByteArray("<html>Sign in</html>") << false;
    QTest::newRow("a firewall") << 403 << QByteArray("<html>Blocked</html>") << false;
    QTest::newRow("a firewall that speaks JSON") << 403 << QByteArray(R"({"error":"denied"})") << false;
}

/// Who stands before the hub may refuse a page; the copy and the sign-in stay.
void TestWorkspace::onlyTheHubEndsASignIn()
{
    QFETCH(int, status);
    QFETCH(QByteArray, said);
    QFETCH(bool, ends);
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    hub.pageStatus = status;
    hub.pageSaid = said;
    hub.pagesAsked = 0;
    hub.newEpoch(2, hub.lastN);
    QTRY_VERIFY(hub.pagesAsked > 0);
    if (ends) {
        QTRY_VERIFY(desk.workspace->status().state == State::SignedOut);
        return;
    }
    hub.pageStatus = 0;
    desk.live(); // asked again
    QCOMPARE(waited(desk.workspace->conversations({}))->size(), 1u);
}

void TestWorkspace::garbageIsSurvived()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    hub.sendBytes(MiniHub::kGarbage);
    QTRY_COMPARE_WITH_TIMEOUT(hub.sessions(), 2, 10'000);
    desk.live();
}

/// F72: what cannot be read comes again with each session. The copy is fetched anew, once; that does not help, which is
/// said; and what is written meanwhile goes out when the hub is put right.
void TestWorkspace::garbageInEachSessionIsSaid()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    hub.garbles = true;
    hub.sendBytes(MiniHub::kGarbage);
    const auto now = [&](bool done) { // else a try waits longer than the one before
        if (!done)
            desk.workspace->tryNow();
        return done;
    };
    QTRY_VERIFY_WITH_TIMEOUT(now(desk.workspace->status().reason == Status::Reason::Unreadable), 30'000);
    QVERIFY(desk.workspace->status().state == State::Offline);
    QCOMPARE(std::ranges::count(hub.asked, wire::Position()), 2); // signing in, and anew
    QVERIFY(waited(desk.workspace->submit(replyOf(61, "It is on its way."))));
    hub.garbles = false;
    desk.workspace->tryNow();
    desk.live();
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QVERIFY(desk.workspace->status().reason == Status::Reason::None);
    QCOMPARE(hub.commands.size(), 1u);
    QCOMPARE(desk.conversation().preview, std::string("It is on its way."));
}

/// As one of the region that our accounts have, which the hub says.
void TestWorkspace::numbersWithoutACountryCodeFindTheirHolder()
{
    MiniHub hub;
    furnish(hub);
    hub.put(
        Identity{.id = idOf<IdentityId>(31), .customer = kCustomer, .channel = Channel::Sms, .address = "+971505550172"});
    Desk desk;
    desk.signIn(hub);
    const auto holder = [&](const char *typed) { return waited(desk.workspace->addressHolder(Channel::Phone, typed)); };
    QVERIFY(holder("+971 50 555 0172").value());
    QVERIFY(holder("050 555 0172").error().kind == Error::Kind::Invalid); // of which country?
    auto mailbox = hub.get<ChannelAccount>(kMailbox);
    mailbox.region = "AE";
    hub.put(mailbox);
    QTRY_VERIFY(holder("050 555 0172").has_value());
    const auto found = *holder("050 555 0172");
    QVERIFY(found && found->customer == kCustomer);
    QVERIFY(!holder("050 555 0173").value()); // a number, and nobody's
    QVERIFY(holder("Layla").error().kind == Error::Kind::Invalid);
    // An account with numbers knows better than a mailbox.
    hub.put(ChannelAccount{.id = idOf<ChannelAccountId>(41), .channel = Channel::Sms, .name = "Texts", .region = "GB"});
    QTRY_VERIFY(!holder("050 555 0172").value_or(found));
}

void TestWorkspace::fetchesOlderHistory()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    const auto shown = [&] { return waited(desk.workspace->timelineBefore(kCustomer, fromMs(4'000'000'000'000), {}, 60)); };
    const HistoryRange gap{HistoryKey::beginning(), hub.since};
    QCOMPARE(shown()->gaps.size(), 1u); // what is older than the first copy
    QVERIFY(shown()->gaps.front() == gap);
    QVERIFY(!waited(desk.workspace->customerCard(kCustomer)).value()->historyComplete);
    QVERIFY(waited(desk.workspace->fetchHistory(kCustomer, gap.to, 50)));
    QCOMPARE(hub.fetches.size(), 1u);
    QVERIFY((HistoryKey{hub.fetches[0].beforeAt, hub.fetches[0].beforeId} == gap.to));
    QVERIFY(!hub.fetches[0].after);
    QCOMPARE(shown()->items.front().body, std::string("from long ago"));
    QVERIFY(shown()->gaps.empty());
    QVERIFY(waited(desk.workspace->customerCard(kCustomer)).value()->historyComplete);
    QVERIFY(waited(desk.workspace->fetchHistory(kCustomer, gap.to, 50))); // all of it is here: nobody is asked
    QCOMPARE(hub.fetches.size(), 1u);
    hub.stop();
    QTRY_VERIFY(desk.workspace->status().state == State::Offline);
    QVERIFY(waited(desk.workspace->fetchHistory(idOf<CustomerId>(21), gap.to, 50)).error().kind == Error::Kind::Offline);
}

void TestWorkspace::onlyTheNewestSearchIsAnswered()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    // Some may have been done before the next was asked, all of them on a machine that has much else to do: then once more.
    int outdated = 0;
    for (int round = 0; round < 100 && outdated < 3; ++round) {
        std::vector<QFuture<Result<std::vector<store::SearchHit>>>> searches;
        for (const char *text : {"t", "te", "tea", "teap", "teapot"})
            searches.push_back(desk.workspace->searchItems(text, 20));
        const auto people = desk.workspace->searchPeople("layla", 20); // another kind: not in the way
        QCOMPARE(waited(searches.back())->size(), 1u);
        QCOMPARE(waited(people)->size(), 1u);
        outdated = 0;
        for (std::size_t i = 0; i + 1 < searches.size(); ++i) {
            const auto answer = waited(searches[i]);
            QVERIFY(answer || answer.error().kind == Error::Kind::Conflict);
            outdated += !answer;
        }
    }
    QVERIFY(outdated >= 3);
}

void TestWorkspace::futuresEndWhenClosed()
{
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    std::vector<QFuture<Result<std::vector<store::ConversationRow>>>> reads;
    for (int i = 0; i < 50; ++i)
        reads.push_back(desk.workspace->conversations({}));
    const auto older = desk.workspace->fetchHistory(kCustomer, hub.since, 5);
    const auto draft = desk.workspace->saveDraft({.conversation = kConversation, .body = "accepted"});
    desk.workspace->close();
    for (const auto &read : reads)
        QVERIFY(read.isFinished() && read.resultCount() == 1);
    QVERIFY(older.isFinished() && older.resultCount() == 1);
    QVERIFY(draft.result()); // accepted, so it was done
    QVERIFY(waited(desk.workspace->conversations({})).error().kind == Error::Kind::Offline);
    QVERIFY(desk.workspace->status().state == State::Closed);
}

void TestWorkspace::settingsStay()
{
    Desk desk;
    desk.open();
    QCOMPARE(desk.workspace->setting("theme", "light"), std::string("light"));
    QVERIFY(waited(desk.workspace->setSetting("theme", "dark")));
    QVERIFY(waited(desk.workspace->setSetting("größe", "ø")));
    desk.close();
    desk.open();
    QCOMPARE(desk.workspace->setting("theme"), std::string("dark"));
    QCOMPARE(desk.workspace->setting("größe"), std::string("ø"));
}

/// What the store tells while they are on their way to the journal is of before, and does not put them back.
void TestWorkspace::settingsAreThereAtOnce()
{
    MiniHub hub;
    furnish(hub);
    std::set<std::string> seen;
    Desk desk;
    desk.signIn(hub);
    QVERIFY(waited(desk.workspace->setSetting("theme", "light")));
    const QObject watch; // closing tells something as well
    const auto look = [&] {
        seen.insert(desk.workspace->setting("theme") + ", " + desk.workspace->setting("density", "roomy"));
    };
    connect(desk.workspace.get(), &Workspace::statusChanged, &watch, look);
    connect(desk.workspace.get(), &Workspace::outboxChanged, &watch, look);
    std::vector<CommandBody> many;
    for (int i = 0; i < 100; ++i)
        many.emplace_back(SetSubject{kConversation, "Teapot " + std::to_string(i)});
    const auto done = desk.workspace->submit(many);
    const std::array kept{desk.workspace->setSetting("theme", "dark"), desk.workspace->setSetting("density", "compact"),
                          desk.workspace->setSetting("theme", "blue")}; // twice in a row: the last one counts
    look();
    QVERIFY(waited(done));
    for (const auto &one : kept)
        QVERIFY(waited(one));
    QTRY_COMPARE(hub.commands.size(), many.size());
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    look();
    QCOMPARE(seen, std::set<std::string>{"blue, compact"});
}

QTEST_GUILESS_MAIN(TestWorkspace)
#include "tst_workspace.moc"
