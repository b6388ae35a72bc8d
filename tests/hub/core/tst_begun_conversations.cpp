// Conversations that an agent begins, with customers and aside with others; and people who are blocked, who begin none.
#include "tests/hub/core/ticket_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using Kind = Outcome::Kind;
using Reason = Outcome::Reason;
using Status = Conversation::Status;

class TestBegunConversations : public QObject {
    Q_OBJECT
private slots:
    void conversationsAreBegun();
    void begunTwiceIsOnce();
    void whatIsNotBegunLeavesNothing_data();
    void whatIsNotBegunLeavesNothing();
    void sideConversationsStayOnTheTimeline();
    void blockedPeopleReachNoQueue();
    void theBlockedReachNoQueueThroughOthers();
};

void TestBegunConversations::conversationsAreBegun()
{
    Ticket hub;
    StartConversation start{.conversation = hub.ids.make<ConversationId>(),
                            .account = hub.mail.id,
                            .identity = hub.ids.make<IdentityId>(),
                            .address = " New.Person@Mail.Test ",
                            .name = "New Person",
                            .customer = hub.ids.make<CustomerId>(),
                            .subject = "Your order"};
    QCOMPARE(hub.mustApply(start).kind, Kind::Applied);
    const Conversation begun = hub.conversation(start.conversation);
    QCOMPARE(begun.assignee, std::optional(hub.mara.id));
    QVERIFY(begun.number > 0);
    const Identity to = *HubUnderTest::must(store::identity(*hub.database, begun.identity));
    QCOMPARE(to.address, std::string("new.person@mail.test"));
    QCOMPARE(to.id, start.identity);
    QVERIFY(!to.verified);
    QCOMPARE(hub.mustApply(hub.reply(begun, "Hello")).kind, Kind::Applied);
    // Somebody who is known under another id: the message goes to them all the same.
    StartConversation again = start;
    again.conversation = hub.ids.make<ConversationId>();
    again.identity = hub.ids.make<IdentityId>();
    QCOMPARE(hub.mustApply(again).kind, Kind::Applied);
    QCOMPARE(hub.conversation(again.conversation).identity, to.id);
    auto message = hub.reply(hub.conversation(again.conversation), "Hello again");
    message.to = again.identity;
    QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
    // Nothing that could be written to.
    for (const char *address : {"", "not an address", "@"}) {
        StartConversation bad = start;
        bad.conversation = hub.ids.make<ConversationId>();
        bad.identity = {};
        bad.address = address;
        QCOMPARE(hub.mustApply(bad).reason, Reason::Invalid);
    }
    start.conversation = hub.ids.make<ConversationId>();
    start.account = {};
    QCOMPARE(hub.mustApply(start).reason, Reason::AccountGone);
}

void TestBegunConversations::begunTwiceIsOnce()
{
    Ticket hub;
    const StartConversation start{
        .conversation = hub.ids.make<ConversationId>(), .account = hub.mail.id, .address = "x@mail.test"};
    QCOMPARE(hub.mustApply(start).kind, Kind::Applied);
    const auto head = hub.number("SELECT count(*) FROM conversation");
    QCOMPARE(hub.mustApply(start).kind, Kind::NoEffect);
    QCOMPARE(hub.number("SELECT count(*) FROM conversation"), head);
}

void TestBegunConversations::whatIsNotBegunLeavesNothing_data()
{
    QTest::addColumn<QString>("why");
    QTest::addColumn<int>("reason");
    QTest::newRow("the customer is blocked") << "blocked" << int(Reason::Blocked);
    QTest::newRow("they do not want to be written to") << "unwelcome" << int(Reason::NoConsent);
    QTest::newRow("another team's account, to a stranger") << "team" << int(Reason::NotAllowed);
}

/// Neither a person, nor an address, nor a number that no conversation has.
void TestBegunConversations::whatIsNotBegunLeavesNothing()
{
    QFETCH(const QString, why);
    QFETCH(const int, reason);
    Ticket hub;
    const Conversation known = hub.conversation(hub.id);
    StartConversation start{.conversation = hub.ids.make<ConversationId>(),
                            .account = hub.mail.id,
                            .identity = hub.ids.make<IdentityId>(),
                            .address = "another@mail.test",
                            .name = "Layla",
                            .customer = known.customer};
    CommandBody before = BlockCustomer{known.customer, true, false};
    if (why == "unwelcome")
        before = SetConsent{known.customer, Channel::Email, Consent::Purpose::Service, false, "by phone"};
    if (why == "team") {
        before = SetAccountTeam{hub.mail.id, hub.returns.id};
        start.customer = hub.ids.make<CustomerId>();
    }
    QCOMPARE(hub.admin(before).kind, Kind::Applied);
    const std::int64_t head = hub.head();
    QCOMPARE(int(hub.mustApply(start).reason), reason);
    QCOMPARE(hub.head(), head + 1); // that it was refused, and nothing else
    QCOMPARE(hub.number("SELECT count(*) FROM identity"), 1);
    QCOMPARE(hub.number("SELECT count(*) FROM customer"), 1);
    QCOMPARE(hub.conversation(hub.take(hub.line("somebody")).conversation).number, known.number + 1);
}

void TestBegunConversations::sideConversationsStayOnTheTimeline()
{
    Ticket hub;
    const StartConversation side{.conversation = hub.ids.make<ConversationId>(),
                                 .account = hub.mail.id,
                                 .address = "courier@parcels.test",
                                 .name = "The courier",
                                 .subject = "Parcel 12",
                                 .parent = hub.id};
    QCOMPARE(hub.mustApply(side).kind, Kind::Applied);
    const Conversation conversation = hub.conversation(side.conversation);
    const CustomerId customer = hub.conversation(hub.id).customer;
    QCOMPARE(conversation.customer, customer);
    QCOMPARE(hub.event(hub.id).at("address"), std::string("courier@parcels.test"));
    auto message = hub.reply(conversation, "Where is it?");
    QCOMPARE(hub.mustApply(message).kind, Kind::Applied);
    QCOMPARE(hub.item(message.item).customer, customer);
    // The courier's answer comes to the same place; a mail of theirs about something else does not.
    auto answer = hub.letter("courier@parcels.test");
    auto names = hub.database->queryOnce("SELECT message_id FROM delivery_queue LIMIT 1");
    QVERIFY(HubUnderTest::must(names.step()));
    answer.references = {std::string(names.text(0))};
    answer.details["to"] = "help@shop.test";
    const auto came = hub.take(answer);
    QCOMPARE(came.conversation, side.conversation);
    QCOMPARE(hub.item(came.item).customer, customer);
    QVERIFY(hub.take(hub.letter("courier@parcels.test")).conversation != side.conversation);
    // Of a side conversation there is no side conversation, and it is joined with nothing.
    StartConversation deeper = side;
    deeper.conversation = hub.ids.make<ConversationId>();
    deeper.parent = side.conversation;
    QCOMPARE(hub.mustApply(deeper).reason, Reason::NotFound);
    QCOMPARE(hub.mustApply(JoinConversation{side.conversation, hub.id}).reason, Reason::Invalid);
}

void TestBegunConversations::blockedPeopleReachNoQueue()
{
    Ticket hub;
    const CustomerId customer = hub.conversation(hub.id).customer;
    QCOMPARE(hub.mustApply(BlockCustomer{customer, true, true}).kind, Kind::Applied);
    QCOMPARE(hub.conversation(hub.id).status, Status::Resolved);
    QCOMPARE(hub.mustApply(hub.reply(hub.conversation(hub.id), "Hello")).reason, Reason::Blocked);
    const auto more = hub.take(hub.line("layla"));
    QCOMPARE(hub.conversation(more.conversation).status, Status::Resolved); // kept, and no work for anybody
    QVERIFY(!hub.conversation(more.conversation).waitingSince);
    QCOMPARE(hub.mustApply(BlockCustomer{customer, false, false}).kind, Kind::Applied);
    const auto next = hub.take(hub.line("layla"));
    QCOMPARE(hub.conversation(next.conversation).status, Status::Open);
}

void TestBegunConversations::theBlockedReachNoQueueThroughOthers()
{
    Ticket hub;
    auto letter = hub.letter("layla@mail.test");
    letter.details["to"] = "help@shop.test, cora@mail.test";
    const ConversationId thread = hub.take(letter).conversation;
    auto fromCora = hub.letter("cora@mail.test");
    fromCora.references = {letter.messageIds.front()};
    QCOMPARE(hub.take(fromCora).conversation, thread);
    const CustomerId cora = hub.take(hub.letter("cora@mail.test")).customer;
    hub.mustApply(SetStatus{thread, Status::Waiting});
    hub.mustApply(BlockCustomer{cora, true, true});
    const Conversation before = hub.conversation(thread);
    auto again = hub.letter("cora@mail.test");
    again.references = {letter.messageIds.front()};
    const auto kept = hub.take(again);
    QCOMPARE(kept.conversation, thread);
    QVERIFY(!hub.item(kept.item).body.empty()); // nothing is lost
    const Conversation after = hub.conversation(thread);
    QCOMPARE(after.status, Status::Waiting);
    QCOMPARE(after.inboundCount, before.inboundCount);
    QVERIFY(after.waitingSince == before.waitingSince);
    // What somebody else answers about who is blocked is heard.
    const StartConversation side{.conversation = hub.ids.make<ConversationId>(),
                                 .account = hub.mail.id,
                                 .address = "courier@parcels.test",
                                 .parent = thread};
    hub.mustApply(side);
    const auto question = hub.reply(hub.conversation(side.conversation), "Where is it?");
    QCOMPARE(hub.mustApply(question).kind, Kind::Applied);
    hub.mustApply(BlockCustomer{hub.conversation(thread).customer, true, false});
    auto answer = hub.letter("courier@parcels.test");
    answer.references = {"t" + toHex(question.item.view()) + "@shop.test"};
    QCOMPARE(hub.take(answer).conversation, side.conversation);
    QCOMPARE(hub.conversation(side.conversation).status, Status::Open);
    QVERIFY(hub.conversation(side.conversation).waitingSince.has_value());
}

QTEST_APPLESS_MAIN(TestBegunConversations)
#include "tst_begun_conversations.moc"
