// Conversations that are joined, related and split, and what is moved from one to another: as it was once that is taken
// back.
#include "tests/hub/core/ticket_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;
using Status = Conversation::Status;

class TestTicketJoins : public QObject {
    Q_OBJECT
private slots:
    void joinedGoesOnAsOne();
    void separatedIsAsItWas_data();
    void separatedIsAsItWas();
    void joinedGoesOnForAsLongAsTheOther_data();
    void joinedGoesOnForAsLongAsTheOther();
    void joinsAreChecked_data();
    void joinsAreChecked();
    void relatedBothWays();
    void splitAndBack();
    void workGoesAlongWithItsMessages();
    void itemsStayWithTheirPerson();
    void whatIsOnItsWayIsNotMoved();
    void answersFollowMovedMessages();
};

void TestTicketJoins::joinedGoesOnAsOne()
{
    Ticket hub;
    hub.mustApply(SetStatus{hub.id, Status::Resolved});
    hub.clock.advance(std::chrono::hours(24 * 20)); // too late to reopen it: another conversation
    const auto second = hub.take(hub.line("layla")).conversation;
    QVERIFY(second != hub.id);
    QCOMPARE(hub.mustApply(JoinConversation{second, hub.id}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(second).status, Status::Resolved);
    QCOMPARE(hub.conversation(second).joinedInto, std::optional(hub.id));
    QCOMPARE(hub.conversation(hub.id).status, Status::Open); // there is work in it again
    QVERIFY(hub.conversation(hub.id).waitingSince.has_value());
    QCOMPARE(hub.event(hub.id).at("event"), std::string("taken-in"));
    const auto next = hub.take(hub.line("layla"));
    QCOMPARE(next.conversation, hub.id); // what comes for the one continues the other
    QCOMPARE(hub.mustApply(SeparateConversation{second}).kind, Kind::Applied);
    QVERIFY(!hub.conversation(second).joinedInto);
    QCOMPARE(hub.conversation(second).status, Status::Open);
}

void TestTicketJoins::separatedIsAsItWas_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("resolved");
    QTest::newRow("nothing was said since") << "" << true;
    QTest::newRow("the customer has written there") << "written" << false;
    QTest::newRow("a note was left there") << "note" << false;
    QTest::newRow("it was resolved and opened since") << "opened" << false;
    QTest::newRow("another one is joined still") << "another" << false;
    QTest::newRow("it was open before") << "open" << false;
}

/// A join that is taken back leaves nobody waiting unseen, and no work where there was none.
void TestTicketJoins::separatedIsAsItWas()
{
    QFETCH(const QString, what);
    QFETCH(const bool, resolved);
    Ticket hub;
    const std::vector<ConversationId> own = hub.threeOfOne();
    if (what == "open")
        hub.mustApply(SetStatus{hub.id, Status::Open});
    const Conversation into = hub.conversation(hub.id), joined = hub.conversation(own[2]);
    QVERIFY(joined.waitingSince && joined.waitingSince != into.waitingSince);
    hub.clock.advance(std::chrono::minutes(1));
    hub.mustApply(JoinConversation{own[2], hub.id});
    QVERIFY(!hub.conversation(own[2]).waitingSince);
    if (what == "written")
        QCOMPARE(hub.take(hub.line("layla")).conversation, hub.id);
    if (what == "note")
        hub.mustApply(AddNote{hub.ids.make<TimelineItemId>(), hub.id, "she called", {}, {}});
    if (what == "opened") {
        hub.mustApply(SetStatus{hub.id, Status::Resolved});
        hub.mustApply(SetStatus{hub.id, Status::Open});
    }
    if (what == "another")
        QCOMPARE(hub.mustApply(JoinConversation{own[1], hub.id}).kind, Kind::Applied);
    QCOMPARE(hub.mustApply(SeparateConversation{own[2]}).kind, Kind::Applied);
    const Conversation apart = hub.conversation(own[2]);
    QCOMPARE(apart.status, Status::Open);
    QVERIFY(apart.waitingSince == joined.waitingSince);
    QCOMPARE(apart.inboundCount, joined.inboundCount);
    QCOMPARE(hub.conversation(hub.id).status, resolved ? Status::Resolved : Status::Open);
    QVERIFY(hub.conversation(hub.id).waitingSince == into.waitingSince);
    QCOMPARE(hub.mustApply(SeparateConversation{own[2]}).kind, Kind::NoEffect);
}

void TestTicketJoins::joinedGoesOnForAsLongAsTheOther_data()
{
    QTest::addColumn<bool>("chat");
    QTest::addColumn<bool>("resolved");
    for (const bool chat : {false, true}) {
        QTest::addRow("%s, the other is open", chat ? "chat" : "mail") << chat << false;
        QTest::addRow("%s, the other is over", chat ? "chat" : "mail") << chat << true;
    }
}

/// When it was joined is not when it was over.
void TestTicketJoins::joinedGoesOnForAsLongAsTheOther()
{
    QFETCH(const bool, chat);
    QFETCH(const bool, resolved);
    Ticket hub;
    const auto first = hub.letter("layla@mail.test");
    ConversationId joined = hub.take(first).conversation;
    const ConversationId other = hub.take(hub.letter("layla@mail.test")).conversation;
    if (chat) {
        joined = hub.id;
        hub.mustApply(LinkCustomers{hub.ids.make<CustomerLinkId>(), hub.conversation(joined).customer,
                                    hub.conversation(other).customer, "one person"});
    }
    QCOMPARE(hub.mustApply(JoinConversation{joined, other}).kind, Kind::Applied);
    if (resolved)
        hub.mustApply(SetStatus{other, Status::Resolved});
    hub.clock.advance(std::chrono::hours(24 * 20));
    auto next = chat ? hub.line("layla") : hub.letter("layla@mail.test");
    if (!chat)
        next.references = {first.messageIds.front()};
    const ConversationId came = hub.take(next).conversation;
    QCOMPARE(came == other, !resolved);
    QVERIFY(came != joined);
}

void TestTicketJoins::joinsAreChecked_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("reason");
    QTest::newRow("itself") << "itself" << int(Reason::Invalid);
    QTest::newRow("another person's") << "stranger" << int(Reason::Invalid);
    QTest::newRow("not seen") << "hidden" << int(Reason::NotFound);
    QTest::newRow("a chain") << "chain" << int(Reason::Chain);
    QTest::newRow("joined elsewhere") << "taken" << int(Reason::Taken);
}

void TestTicketJoins::joinsAreChecked()
{
    QFETCH(const QString, what);
    QFETCH(const int, reason);
    Ticket hub;
    const std::vector<ConversationId> own = hub.threeOfOne();
    const auto stranger = hub.take(hub.letter("b@mail.test")).conversation;
    JoinConversation join{own[0], own[1]};
    if (what == "itself")
        join.into = join.conversation;
    else if (what == "stranger")
        join.into = stranger;
    else if (what == "hidden")
        hub.move(own[1], hub.returns.id);
    else if (what == "chain")
        hub.mustApply(JoinConversation{own[1], own[2]});
    else
        hub.mustApply(JoinConversation{own[0], own[2]});
    QCOMPARE(int(hub.mustApply(join).reason), reason);
}

void TestTicketJoins::relatedBothWays()
{
    Ticket hub;
    const auto other = hub.take(hub.letter("b@mail.test")).conversation; // of another person: why not
    QCOMPARE(hub.mustApply(RelateConversations{hub.id, other, true}).kind, Kind::Applied);
    QVERIFY(hub.conversation(hub.id).related == std::vector{other});
    QVERIFY(hub.conversation(other).related == std::vector{hub.id});
    QCOMPARE(hub.event(other).at("number"), std::to_string(hub.conversation(hub.id).number));
    QCOMPARE(hub.mustApply(RelateConversations{other, hub.id, true}).kind, Kind::NoEffect);
    QCOMPARE(hub.mustApply(RelateConversations{other, hub.id, false}).kind, Kind::Applied);
    QVERIFY(hub.conversation(hub.id).related.empty() && hub.conversation(other).related.empty());
}

void TestTicketJoins::splitAndBack()
{
    Ticket hub;
    const auto second = hub.more();
    const auto third = hub.more();
    hub.mustApply(MarkRead{hub.id, 3, false});
    const Conversation before = hub.conversation(hub.id);
    const auto fresh = hub.ids.make<ConversationId>();
    QCOMPARE(hub.mustApply(MoveItems{hub.id, fresh, {second, third}, "The lid"}).kind, Kind::Applied);
    const Conversation split = hub.conversation(fresh);
    QCOMPARE(split.subject, std::string("The lid"));
    QCOMPARE(split.inboundCount, std::int64_t(2));
    QVERIFY(split.number > 0 && split.customer == before.customer && split.status == Status::Open);
    QCOMPARE(hub.conversation(hub.id).inboundCount, std::int64_t(1));
    QCOMPARE(hub.conversation(hub.id).preview, std::string("Line 1"));
    QCOMPARE(hub.mark(hub.mara).readCount, std::int64_t(1)); // so that the next one counts as unread
    QCOMPARE(hub.messages(fresh).size(), std::size_t(2));
    QCOMPARE(hub.mustApply(MoveItems{hub.id, fresh, {second, third}, ""}).kind, Kind::NoEffect); // they are there
    QCOMPARE(hub.mustApply(MoveItems{fresh, hub.id, {second, third}, ""}).kind, Kind::Applied);
    Conversation after = hub.conversation(hub.id);
    QCOMPARE(after.inboundCount, before.inboundCount);
    QCOMPARE(after.preview, before.preview);
    QVERIFY(after.lastItemAt == before.lastItemAt && after.waitingSince == before.waitingSince);
    QVERIFY(hub.messages(fresh).empty());
    after = hub.conversation(fresh); // nothing is left in it: no work, and nothing to be read in its row
    QCOMPARE(after.status, Status::Resolved);
    QVERIFY(after.preview.empty() && !after.previewOutbound && !after.waitingSince);
    QCOMPARE(after.inboundCount, std::int64_t(0));
    QCOMPARE(hub.conversation(hub.id).status, Status::Open);
}

/// Whoever waits is in a queue, wherever their messages are moved, and when that is taken back.
void TestTicketJoins::workGoesAlongWithItsMessages()
{
    Ticket hub;
    const auto first = hub.messages(hub.id);
    const auto fresh = hub.ids.make<ConversationId>();
    QCOMPARE(hub.mustApply(MoveItems{hub.id, fresh, first, "All of it"}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.id).status, Status::Resolved); // nothing is left in it
    QCOMPARE(hub.conversation(fresh).status, Status::Open);
    QCOMPARE(hub.mustApply(MoveItems{fresh, hub.id, first, ""}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.id).status, Status::Open);
    QVERIFY(hub.conversation(hub.id).waitingSince);
    QCOMPARE(hub.conversation(fresh).status, Status::Resolved);
    // To one that was over.
    const auto second = hub.more();
    QCOMPARE(hub.mustApply(MoveItems{hub.id, fresh, {second}, ""}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(fresh).status, Status::Open);
    QVERIFY(hub.conversation(fresh).waitingSince);
    QCOMPARE(hub.conversation(hub.id).status, Status::Open);
    // What is over stays so.
    for (const ConversationId &one : {hub.id, fresh})
        hub.mustApply(SetStatus{one, Status::Resolved});
    QCOMPARE(hub.mustApply(MoveItems{fresh, hub.id, {second}, ""}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.id).status, Status::Resolved);
}

void TestTicketJoins::itemsStayWithTheirPerson()
{
    Ticket hub;
    const auto stranger = hub.take(hub.letter("b@mail.test")).conversation;
    const auto message = hub.messages(hub.id).front();
    QCOMPARE(hub.mustApply(MoveItems{hub.id, stranger, {message}, ""}).reason, Reason::Invalid);
    QCOMPARE(hub.mustApply(MoveItems{stranger, hub.id, {message}, ""}).kind, Kind::NoEffect);
    QCOMPARE(hub.mustApply(MoveItems{hub.id, stranger, {}, ""}).reason, Reason::Invalid);
    QCOMPARE(hub.mustApply(MoveItems{hub.id, stranger, {hub.ids.make<TimelineItemId>()}, ""}).reason, Reason::Changed);
    hub.move(stranger, hub.returns.id);
    QCOMPARE(hub.mustApply(MoveItems{hub.id, stranger, {message}, ""}).reason, Reason::NotFound);
}

void TestTicketJoins::whatIsOnItsWayIsNotMoved()
{
    Ticket hub;
    const auto answer = hub.reply(hub.conversation(hub.id), "Hello");
    hub.mustApply(answer);
    QCOMPARE(hub.mustApply(MoveItems{hub.id, hub.ids.make<ConversationId>(), {answer.item}, ""}).reason, Reason::TooLate);
}

void TestTicketJoins::answersFollowMovedMessages()
{
    Ticket hub;
    const auto first = hub.letter("layla@mail.test");
    const auto thread = hub.take(first).conversation;
    auto second = hub.letter("layla@mail.test");
    second.references = {first.messageIds.front()};
    const auto moved = hub.take(second);
    QCOMPARE(moved.conversation, thread);
    const auto fresh = hub.ids.make<ConversationId>();
    QCOMPARE(hub.mustApply(MoveItems{thread, fresh, {moved.item}, "The lid"}).kind, Kind::Applied);
    auto reply = hub.letter("layla@mail.test");
    reply.references = {second.messageIds.front()};
    QCOMPARE(hub.take(reply).conversation, fresh);
}

QTEST_APPLESS_MAIN(TestTicketJoins)
#include "tst_ticket_joins.moc"
