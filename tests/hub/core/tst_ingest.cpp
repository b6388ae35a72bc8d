// What comes in: once, to the right conversation, and seen by somebody.
#include "tests/hub/core/hub_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using channels::InboundEnvelope;
using Status = Conversation::Status;

class TestIngest : public QObject {
    Q_OBJECT
private slots:
    void theSameAgainChangesNothing();
    void threading_data();
    void threading();
    void chatContinuesWithinTheWindow_data();
    void chatContinuesWithinTheWindow();
    void machinesReopenNothing();
    void copiedPeopleJoin();
    void deliveriesOnlyRise_data();
    void deliveriesOnlyRise();
    void earlyReceiptsAreApplied();
    void aBounceReopens();
    void anUnknownBounceIsShown();
    void echoesOfOursAreNoNewMessages();
    void defectsAreCounted();
};

void TestIngest::theSameAgainChangesNothing()
{
    HubUnderTest hub;
    const InboundEnvelope letter = hub.letter("ada@mail.test");
    const auto first = hub.take(letter);
    const std::int64_t head = hub.head();
    for (int i = 0; i < 5; ++i) {
        const auto again = hub.take(letter);
        QVERIFY(again.known);
        QVERIFY(again.item == first.item && again.conversation == first.conversation && again.customer == first.customer);
    }
    QCOMPARE(hub.head(), head);
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item"), 1);
    InboundEnvelope elsewhere = letter; // the same number at another account is another message
    elsewhere.account = hub.chat.id;
    elsewhere.channel = Channel::WebChat;
    QVERIFY(!hub.take(elsewhere).known);
}

void TestIngest::threading_data()
{
    QTest::addColumn<QString>("from");
    QTest::addColumn<QString>("by");
    QTest::addColumn<bool>("joins");
    QTest::newRow("signed number") << "bob@mail.test"
                                   << "number" << true;
    QTest::newRow("reference") << "ada@mail.test"
                               << "reference" << true;
    QTest::newRow("second reference when the first is unknown") << "ada@mail.test"
                                                                << "older reference" << true;
    QTest::newRow("reference of a stranger") << "bob@mail.test"
                                             << "reference" << false;
    QTest::newRow("number in the subject, own") << "ada@mail.test"
                                                << "claim" << true;
    QTest::newRow("number in the subject, a stranger's") << "bob@mail.test"
                                                         << "claim" << false;
    QTest::newRow("nothing: mail begins anew") << "ada@mail.test"
                                               << "nothing" << false;
    QTest::newRow("the signed number beats the reference") << "ada@mail.test"
                                                           << "number over reference" << true;
    QTest::newRow("the reference beats the claim") << "ada@mail.test"
                                                   << "reference over claim" << true;
}

void TestIngest::threading()
{
    QFETCH(QString, from);
    QFETCH(QString, by);
    QFETCH(bool, joins);
    HubUnderTest hub;
    const InboundEnvelope letter = hub.letter("ada@mail.test");
    const auto first = hub.take(letter);
    const InboundEnvelope otherLetter = hub.letter("ada@mail.test");
    const auto other = hub.take(otherLetter);
    QVERIFY(first.conversation != other.conversation);
    const std::int64_t number = hub.conversation(first.conversation).number;
    InboundEnvelope answer = hub.letter(from.toStdString());
    if (by.startsWith("number"))
        answer.conversationNumber = number;
    if (by.startsWith("reference"))
        answer.references = {letter.messageIds.front()};
    if (by == "older reference")
        answer.references = {"unknown@mail.test", letter.messageIds.front()};
    if (by == "number over reference")
        answer.references = {otherLetter.messageIds.front()};
    if (by == "claim")
        answer.claimedNumber = number;
    if (by == "reference over claim")
        answer.claimedNumber = hub.conversation(other.conversation).number;
    const auto outcome = hub.take(answer);
    QCOMPARE(outcome.conversation == first.conversation, joins);
    QVERIFY(joins || outcome.conversation != other.conversation);
    QCOMPARE(hub.item(outcome.item).body, answer.text);
}

void TestIngest::chatContinuesWithinTheWindow_data()
{
    QTest::addColumn<int>("days");
    QTest::addColumn<bool>("reopens");
    QTest::newRow("the same day") << 0 << true;
    QTest::newRow("the last day") << 14 << true;
    QTest::newRow("after it") << 15 << false;
}

void TestIngest::chatContinuesWithinTheWindow()
{
    QFETCH(int, days);
    QFETCH(bool, reopens);
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    hub.mustApply(SetStatus{first.conversation, Status::Resolved});
    hub.clock.advance(std::chrono::days(days));
    const auto second = hub.take(hub.line("visitor"));
    QCOMPARE(second.conversation == first.conversation, reopens);
    QCOMPARE(hub.conversation(first.conversation).status, reopens ? Status::Open : Status::Resolved);
    QCOMPARE(hub.conversation(second.conversation).status, Status::Open);
    QCOMPARE(hub.conversation(second.conversation).inboundCount, reopens ? 2 : 1);
}

void TestIngest::machinesReopenNothing()
{
    HubUnderTest hub;
    const InboundEnvelope letter = hub.letter("ada@mail.test");
    const auto first = hub.take(letter);
    hub.mustApply(SetStatus{first.conversation, Status::Resolved});
    InboundEnvelope away = hub.letter("ada@mail.test");
    away.references = {letter.messageIds.front()};
    away.automatic = true;
    QVERIFY(hub.take(away).conversation == first.conversation);
    const Conversation after = hub.conversation(first.conversation);
    QCOMPARE(after.status, Status::Resolved);
    QCOMPARE(after.inboundCount, 1);
}

void TestIngest::copiedPeopleJoin()
{
    HubUnderTest hub;
    InboundEnvelope letter = hub.letter("ada@mail.test");
    letter.details = {{"to", "help@shop.test"}, {"cc", "Bob <Bob@mail.test>"}};
    const auto first = hub.take(letter);
    InboundEnvelope answer = hub.letter("bob@mail.test");
    answer.references = {letter.messageIds.front()};
    const auto outcome = hub.take(answer);
    QVERIFY(outcome.conversation == first.conversation);
    QVERIFY(outcome.customer == first.customer);                               // on the timeline of the conversation ...
    QVERIFY(hub.item(outcome.item).identity != hub.item(first.item).identity); // ... under the writer's own name
}

void TestIngest::deliveriesOnlyRise_data()
{
    using State = Delivery::State;
    QTest::addColumn<QList<int>>("news");
    QTest::addColumn<int>("shown");
    const auto row = [](const char *name, QList<State> states, State shown) {
        QList<int> news;
        for (const State state : states)
            news << int(state);
        QTest::newRow(name) << news << int(shown);
    };
    row("in order", {State::Sent, State::Delivered, State::Read}, State::Read);
    row("read comes first", {State::Read, State::Delivered, State::Sent}, State::Read);
    row("a repeat", {State::Delivered, State::Delivered}, State::Delivered);
    row("a bounce is final", {State::Sent, State::Failed, State::Delivered}, State::Failed);
}

void TestIngest::deliveriesOnlyRise()
{
    QFETCH(QList<int>, news);
    QFETCH(int, shown);
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    const SendMessage reply = hub.reply(hub.conversation(first.conversation), "hello");
    hub.mustApply(reply);
    const auto claimed = hub.claim(hub.chat);
    QVERIFY(claimed);
    hub.settled(*claimed, {.kind = channels::SendOutcome::Kind::Sent, .externalId = "x1"});
    for (const int state : news) {
        InboundEnvelope receipt = hub.line("visitor");
        receipt.kind = InboundEnvelope::Kind::Delivery;
        receipt.text.clear();
        receipt.about = {"x1"};
        receipt.delivery = {.state = Delivery::State(state), .at = hub.clock.now()};
        hub.take(receipt);
    }
    QCOMPARE(int(hub.item(reply.item).delivery->state), shown);
}

void TestIngest::earlyReceiptsAreApplied()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    const SendMessage reply = hub.reply(hub.conversation(first.conversation), "hello");
    hub.mustApply(reply);
    const auto claimed = hub.claim(hub.chat);
    InboundEnvelope receipt = hub.line("visitor");
    receipt.kind = InboundEnvelope::Kind::Delivery;
    receipt.text.clear();
    receipt.about = {"x1"};
    receipt.delivery = {.state = Delivery::State::Read, .at = hub.clock.now()};
    hub.take(receipt); // before the platform has answered the send
    QCOMPARE(hub.item(reply.item).delivery->state, Delivery::State::Sending);
    hub.settled(*claimed, {.kind = channels::SendOutcome::Kind::Sent, .externalId = "x1"});
    QCOMPARE(hub.item(reply.item).delivery->state, Delivery::State::Read);
    QCOMPARE(hub.number("SELECT count(*) FROM parked_delivery"), 0);
}

void TestIngest::aBounceReopens()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.letter("ada@mail.test"));
    SendMessage reply = hub.reply(hub.conversation(first.conversation), "hello");
    reply.resolveAfter = true;
    hub.mustApply(reply);
    hub.clock.advance(std::chrono::seconds(11));
    const auto claimed = hub.claim(hub.mail);
    QVERIFY(claimed);
    hub.settled(*claimed, {.kind = channels::SendOutcome::Kind::Sent});
    QCOMPARE(hub.conversation(first.conversation).status, Status::Resolved);
    InboundEnvelope bounce = hub.letter("mailer-daemon@mail.test");
    bounce.kind = InboundEnvelope::Kind::Delivery;
    bounce.about = {claimed->message.messageId};
    bounce.delivery = {.state = Delivery::State::Failed, .problemText = "No such box.", .at = hub.clock.now()};
    hub.take(bounce);
    hub.take(bounce);
    QCOMPARE(hub.conversation(first.conversation).status, Status::Open);
    QCOMPARE(hub.item(reply.item).delivery->state, Delivery::State::Failed);
    QCOMPARE(hub.item(reply.item).delivery->problemText, std::string("No such box."));
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event' AND instr(details, 'delivery-failed')"), 1);
    QCOMPARE(hub.number("SELECT count(*) FROM conversation"), 1);
}

void TestIngest::anUnknownBounceIsShown()
{
    HubUnderTest hub;
    InboundEnvelope bounce = hub.letter("mailer-daemon@mail.test");
    bounce.kind = InboundEnvelope::Kind::Delivery;
    bounce.about = {"unknown@shop.test"};
    bounce.delivery = {.state = Delivery::State::Failed, .at = hub.clock.now()};
    const auto outcome = hub.take(bounce);
    QVERIFY(!outcome.item.isNull());
    QCOMPARE(hub.item(outcome.item).kind, TimelineItem::Kind::Inbound);
    QCOMPARE(hub.item(outcome.item).body, bounce.text);
}

void TestIngest::echoesOfOursAreNoNewMessages()
{
    HubUnderTest hub;
    const InboundEnvelope letter = hub.letter("ada@mail.test");
    const auto first = hub.take(letter);
    hub.mustApply(hub.reply(hub.conversation(first.conversation), "hello"));
    hub.clock.advance(std::chrono::seconds(11));
    const auto claimed = hub.claim(hub.mail);
    const std::int64_t before = hub.number("SELECT count(*) FROM timeline_item");
    InboundEnvelope copy = hub.letter("help@shop.test");
    copy.kind = InboundEnvelope::Kind::Echo;
    copy.messageIds = {claimed->message.messageId};
    hub.take(copy); // the Sent folder, before the server's answer
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item"), before);
    QCOMPARE(hub.item(claimed->message.item.id).delivery->state, Delivery::State::Sent);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 0);
    InboundEnvelope phone = hub.letter("ada@mail.test"); // to her, written in another program
    phone.kind = InboundEnvelope::Kind::Echo;
    phone.references = {letter.messageIds.front()};
    const auto outcome = hub.take(phone);
    QVERIFY(outcome.conversation == first.conversation);
    QCOMPARE(hub.item(outcome.item).kind, TimelineItem::Kind::Outbound);
    QVERIFY(hub.take(hub.letter("ada@mail.test")).conversation != first.conversation);
}

void TestIngest::defectsAreCounted()
{
    HubUnderTest hub;
    InboundEnvelope odd = hub.letter("ada@mail.test");
    odd.kind = InboundEnvelope::Kind::Ignored;
    odd.problems = {"no date"};
    hub.take(odd);
    hub.take(odd);
    QCOMPARE((*store::channelAccount(*hub.database, hub.mail.id))->defects, 1);
    QCOMPARE(hub.number("SELECT count(*) FROM raw_payload WHERE problems = 'no date'"), 1);
}

QTEST_GUILESS_MAIN(TestIngest)
#include "tst_ingest.moc"
