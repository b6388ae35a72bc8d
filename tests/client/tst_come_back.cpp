// What an agent has done and gets back: by an undo, held, refused, or because a hub has forgotten it.
#include "tests/client/teapot_shop.h"

#include <QSignalSpy>

using namespace tributary;
using namespace tributary::client;
using namespace tributary::client::testing;
using namespace tributary::model;
using State = Status::State;

class TestComeBack : public QObject {
    Q_OBJECT
private slots:
    void undoTakesBack();
    void undoIsOfWhatWasDoneJustBefore();
    void heldMessageComesBackAsADraft();
    void needsYouThenSendAnyway();
    void whatMayHaveGoneOutBeforeARestoreIsLookedFor_data();
    void whatMayHaveGoneOutBeforeARestoreIsLookedFor();
    void refusedTextIsADraftAgain();
    void whatCameBackOutlivesTheCopy();
    void offersAgainAfterANewEpoch();
};

void TestComeBack::undoTakesBack()
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
void TestComeBack::undoIsOfWhatWasDoneJustBefore()
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

void TestComeBack::heldMessageComesBackAsADraft()
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

void TestComeBack::needsYouThenSendAnyway()
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
    QVERIFY(waited(desk.workspace->sendAnyway(waiting->at(0).command.n, 0)));
    QVERIFY(waited(desk.workspace->discard(waiting->at(1).command.n)));
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QCOMPARE(desk.workspace->status().needsYouCount, 0);
    QCOMPARE(hub.get<TimelineItem>(idOf<TimelineItemId>(64)).body, std::string("Tomorrow."));
    QVERIFY(hub.get<TimelineItem>(idOf<TimelineItemId>(65)).id.isNull());
    QVERIFY(waited(desk.workspace->discard(99)).error().kind == Error::Kind::NotFound);
}

void TestComeBack::whatMayHaveGoneOutBeforeARestoreIsLookedFor_data()
{
    QTest::addColumn<bool>("isRestored");
    QTest::newRow("the hub was restored since") << true;
    QTest::newRow("it was not") << false;
}

/// It was written in a history that is over, whose hub may have sent it. By that the hub of now looks for it first, also
/// when its author was asked, and sends it all the same (seed 1010694).
void TestComeBack::whatMayHaveGoneOutBeforeARestoreIsLookedFor()
{
    QFETCH(const bool, isRestored);
    MiniHub hub;
    furnish(hub);
    Desk desk;
    desk.signIn(hub);
    hub.deaf = true; // it takes the message, sends it, and dies before it says so
    QVERIFY(waited(desk.workspace->submit(replyOf(64, "Tomorrow."))));
    hub.judge = [](const Command &command) {
        const auto *message = std::get_if<SendMessage>(&command.body);
        Outcome outcome{.n = command.n, .command = command.id};
        if (message && !message->sendAnyway) {
            outcome.kind = Outcome::Kind::NeedsYou;
            outcome.reason = Outcome::Reason::CustomerWrote;
        }
        return outcome;
    };
    hub.deaf = false;
    hub.commands.clear();
    if (isRestored)
        hub.newEpoch(2, 0);
    else
        hub.stop(), hub.start();
    desk.workspace->tryNow();
    QTRY_COMPARE_WITH_TIMEOUT(desk.workspace->status().needsYouCount, 1, 15'000);
    QVERIFY(waited(desk.workspace->sendAnyway(waited(desk.workspace->needsYou())->at(0).command.n, 0)));
    QTRY_COMPARE(desk.workspace->status().outboxCount, 0);
    QCOMPARE(hub.commands.size(), 2u);
    const Command &again = hub.commands[1];
    QVERIFY(std::get<SendMessage>(again.body).sendAnyway);
    QCOMPARE(int(again.baseEpoch[0]), 1); // of when it was written
    QCOMPARE(again.baseSeq, hub.commands[0].baseSeq);
}

void TestComeBack::refusedTextIsADraftAgain()
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
void TestComeBack::whatCameBackOutlivesTheCopy()
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

void TestComeBack::offersAgainAfterANewEpoch()
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

QTEST_GUILESS_MAIN(TestComeBack)
#include "tst_come_back.moc"
