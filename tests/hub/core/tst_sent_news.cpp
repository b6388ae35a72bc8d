// What comes in about what has gone out: receipts, bounces, complaints, copies of it and answers to it.
#include "tests/hub/core/hub_under_test.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using channels::InboundEnvelope;
using namespace std::chrono_literals;
using Status = Conversation::Status;

namespace {

/// A mail to ada with a copy to bob, which has gone out.
struct SentMail : HubUnderTest {
    TimelineItemId sent;
    ConversationId thread;
    std::string messageId;

    SentMail()
    {
        const auto first = take(letter("ada@mail.test"));
        thread = first.conversation;
        SendMessage message = reply(conversation(thread), "hello");
        message.cc = {"Bob@mail.test"};
        message.resolveAfter = true;
        mustApply(message);
        sent = message.item;
        clock.advance(std::chrono::seconds(11));
        const auto claimed = claim(mail);
        messageId = claimed->message.messageId;
        settled(*claimed, {.kind = channels::SendOutcome::Kind::Sent});
    }
    InboundEnvelope report(const std::string &about, Delivery delivery)
    {
        InboundEnvelope report = letter("mailer-daemon@mail.test");
        report.kind = InboundEnvelope::Kind::Delivery;
        report.about = {about};
        report.delivery = std::move(delivery);
        report.delivery.at = clock.now();
        return report;
    }
    std::int64_t events(const std::string &name)
    {
        return number("SELECT count(*) FROM timeline_item WHERE kind = 'event' AND instr(details, '" + name + "')");
    }
};

} // namespace

class TestSentNews : public QObject {
    Q_OBJECT
private slots:
    void deliveriesOnlyRise_data();
    void deliveriesOnlyRise();
    void earlyReceiptsAreApplied();
    void earlyFailuresAreApplied();
    void earlyNewsAddsUp_data();
    void earlyNewsAddsUp();
    void newsOfNothingIsGivenUp();
    void aBounceReopens_data();
    void aBounceReopens();
    void aReportIsFoundByItsEnvelopesName_data();
    void aReportIsFoundByItsEnvelopesName();
    void aBounceOfACopyIsNoFailure_data();
    void aBounceOfACopyIsNoFailure();
    void aBounceSaysWhatIsWrongWithTheAddress_data();
    void aBounceSaysWhatIsWrongWithTheAddress();
    void delaysAndComplaintsAreKept_data();
    void delaysAndComplaintsAreKept();
    void whatClaimsToBeOursIsAMessage();
    void aCopyToOurselvesIsWhatWeSaid_data();
    void aCopyToOurselvesIsWhatWeSaid();
    void aNameOfOursIsNobodyElses();
    void whatAFormSentForACustomerIsTheirs();
    void listMailThatAnswersIsAPersons_data();
    void listMailThatAnswersIsAPersons();
    void anUnknownBounceIsShown();
    void echoesOfOursAreNoNewMessages_data();
    void echoesOfOursAreNoNewMessages();
};

void TestSentNews::deliveriesOnlyRise_data()
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

void TestSentNews::deliveriesOnlyRise()
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

void TestSentNews::earlyReceiptsAreApplied()
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

/// A platform that says it could not deliver before it has said how it calls the message (simulated life 6001595): that
/// made a customer without an address, who had said nothing.
void TestSentNews::earlyFailuresAreApplied()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.line("visitor"));
    const SendMessage reply = hub.reply(hub.conversation(first.conversation), "hello");
    hub.mustApply(reply);
    hub.mustApply(SetStatus{first.conversation, Conversation::Status::Resolved});
    const auto claimed = hub.claim(hub.chat);
    InboundEnvelope news{.account = hub.chat.id, .channel = Channel::WebChat};
    news.kind = InboundEnvelope::Kind::Delivery;
    news.externalId = "news";
    news.at = hub.clock.now();
    news.about = {"x1"};
    news.delivery = {.state = Delivery::State::Failed, .problem = "bounced", .problemText = "No such box.", .at = news.at};
    hub.take(news);
    QCOMPARE(hub.number("SELECT count(*) FROM customer"), 1);
    QCOMPARE(hub.number("SELECT count(*) FROM identity WHERE address = ''"), 0);
    hub.settled(*claimed, {.kind = channels::SendOutcome::Kind::Sent, .externalId = "x1"});
    QCOMPARE(hub.item(reply.item).delivery->state, Delivery::State::Failed);
    QCOMPARE(hub.item(reply.item).delivery->problemText, std::string("No such box."));
    QCOMPARE(hub.conversation(first.conversation).status, Conversation::Status::Open); // its author has to look
    QCOMPARE(hub.number("SELECT count(*) FROM parked_delivery"), 0);
}

/// Several of them wait as one: none takes back what another has said.
void TestSentNews::earlyNewsAddsUp_data()
{
    using State = Delivery::State;
    QTest::addColumn<std::vector<State>>("said");
    QTest::addColumn<State>("state");
    QTest::newRow("in order") << std::vector{State::Delivered, State::Read} << State::Read;
    QTest::newRow("late") << std::vector{State::Read, State::Delivered} << State::Read;
    QTest::newRow("a failure stays") << std::vector{State::Failed, State::Delivered} << State::Failed;
}

void TestSentNews::earlyNewsAddsUp()
{
    QFETCH(const std::vector<Delivery::State>, said);
    QFETCH(const Delivery::State, state);
    HubUnderTest hub;
    const SendMessage reply = hub.reply(hub.conversation(hub.take(hub.line("visitor")).conversation), "hello");
    hub.mustApply(reply);
    const auto claimed = hub.claim(hub.chat);
    for (const Delivery::State one : said) {
        InboundEnvelope news{.account = hub.chat.id, .channel = Channel::WebChat};
        news.kind = InboundEnvelope::Kind::Delivery;
        news.externalId = "news" + std::to_string(int(one));
        news.at = hub.clock.now();
        news.about = {"x1"};
        news.delivery = {.state = one, .at = news.at};
        if (one == Delivery::State::Failed)
            news.delivery.problemText = "No such box.";
        hub.take(news);
    }
    hub.settled(*claimed, {.kind = channels::SendOutcome::Kind::Sent, .externalId = "x1"});
    QCOMPARE(hub.item(reply.item).delivery->state, state);
}

/// A receipt of a message that never comes: it waits some days, then it goes, and somebody can see that it was there.
void TestSentNews::newsOfNothingIsGivenUp()
{
    HubUnderTest hub;
    InboundEnvelope receipt = hub.line("visitor");
    receipt.kind = InboundEnvelope::Kind::Delivery;
    receipt.text.clear();
    receipt.delivery = {.state = Delivery::State::Read, .at = hub.clock.now()};
    const auto tell = [&](const char *id, const char *about) {
        receipt.externalId = id;
        receipt.about = {about};
        receipt.at = hub.clock.now() - 30 * 24h; // a platform's clock says nothing of how long it waits here
        hub.take(receipt);
    };
    const auto giveUp = [&] {
        return HubUnderTest::must(
            hub.database->inTransaction([&] { return forgetParked(*hub.database, hub.clock.now() - kParkedLife); }));
    };
    tell("r1", "x1");
    hub.clock.advance(2 * 24h);
    tell("r2", "x1"); // the same again is no new beginning
    tell("r3", "x2");
    QCOMPARE(giveUp(), 0);
    hub.clock.advance(kParkedLife - 24h);
    const std::int64_t head = hub.head();
    QCOMPARE(giveUp(), 1);
    QCOMPARE(hub.number("SELECT count(*) FROM parked_delivery WHERE name = 'x2'"), 1);
    QCOMPARE(hub.number("SELECT sum(defects) FROM channel_account"), 1);
    QCOMPARE(hub.head(), head + 1); // the desktops see it
    QCOMPARE(giveUp(), 0);
    QCOMPARE(hub.head(), head + 1);
}

void TestSentNews::aBounceReopens_data()
{
    QTest::addColumn<bool>("isJoined");
    QTest::newRow("its conversation") << false;
    QTest::newRow("the one that was joined into since, which alone is in a list") << true;
}

void TestSentNews::aBounceReopens()
{
    QFETCH(const bool, isJoined);
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
    ConversationId opens = first.conversation;
    if (isJoined) {
        auto next = hub.letter("ada@mail.test");
        opens = hub.take(next).conversation;
        QVERIFY(opens != first.conversation);
        hub.mustApply(JoinConversation{first.conversation, opens});
        hub.mustApply(SetStatus{opens, Status::Resolved});
    }
    InboundEnvelope bounce = hub.letter("mailer-daemon@mail.test");
    bounce.kind = InboundEnvelope::Kind::Delivery;
    bounce.about = {claimed->message.messageId};
    bounce.delivery = {.state = Delivery::State::Failed, .problemText = "No such box.", .at = hub.clock.now()};
    hub.take(bounce);
    hub.take(bounce);
    QCOMPARE(hub.conversation(opens).status, Status::Open);
    if (isJoined)
        QCOMPARE(hub.conversation(first.conversation).status, Status::Resolved);
    QCOMPARE(hub.item(reply.item).delivery->state, Delivery::State::Failed);
    QCOMPARE(hub.item(reply.item).delivery->problemText, std::string("No such box."));
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'event' AND instr(details, 'delivery-failed')"), 1);
    QCOMPARE(hub.number("SELECT count(*) FROM conversation"), isJoined ? 2 : 1);
}

void TestSentNews::aReportIsFoundByItsEnvelopesName_data()
{
    QTest::addColumn<bool>("ownAccount");
    QTest::newRow("of this account") << true;
    QTest::newRow("of another") << false;
}

void TestSentNews::aReportIsFoundByItsEnvelopesName()
{
    QFETCH(bool, ownAccount);
    SentMail hub;
    InboundEnvelope report = hub.report(hub.sent.text(), {.state = Delivery::State::Delivered});
    report.text.clear();
    if (!ownAccount)
        report.account = hub.chat.id;
    hub.take(report);
    QCOMPARE(hub.item(hub.sent).delivery->state, ownAccount ? Delivery::State::Delivered : Delivery::State::Sent);
}

void TestSentNews::aBounceOfACopyIsNoFailure_data()
{
    QTest::addColumn<QStringList>("failedFor");
    QTest::addColumn<bool>("fails");
    QTest::newRow("the copy") << QStringList{"bob@mail.test"} << false;
    QTest::newRow("both") << QStringList{"bob@mail.test", "ada@mail.test"} << true;
    QTest::newRow("the customer") << QStringList{"ada@mail.test"} << true;
    QTest::newRow("where the customer's mail is forwarded to") << QStringList{"ada@forward.test"} << true;
    QTest::newRow("it does not say") << QStringList{} << true;
}

void TestSentNews::aBounceOfACopyIsNoFailure()
{
    QFETCH(QStringList, failedFor);
    QFETCH(bool, fails);
    SentMail hub;
    InboundEnvelope bounce =
        hub.report(hub.messageId, {.state = Delivery::State::Failed, .problem = "bounced", .problemText = "No such box."});
    for (const QString &address : failedFor)
        bounce.failedFor.push_back(address.toStdString());
    hub.take(bounce);
    QCOMPARE(hub.item(hub.sent).delivery->state, fails ? Delivery::State::Failed : Delivery::State::Sent);
    QCOMPARE(hub.events("delivery-failed"), fails ? 1 : 0);
    QCOMPARE(hub.events("delivery-problem"), fails ? 0 : 1);
    QCOMPARE(hub.events("No such box."), 1);
}

void TestSentNews::aBounceSaysWhatIsWrongWithTheAddress_data()
{
    QTest::addColumn<QString>("problem");
    QTest::addColumn<QStringList>("failedFor");
    QTest::addColumn<bool>("said");
    QTest::newRow("no such address") << "recipient" << QStringList{"ada@mail.test"} << true;
    QTest::newRow("it does not say whose") << "recipient" << QStringList{} << true;
    QTest::newRow("of the copy alone") << "recipient" << QStringList{"bob@mail.test"} << false;
    QTest::newRow("another reason") << "bounced" << QStringList{"ada@mail.test"} << false;
}

void TestSentNews::aBounceSaysWhatIsWrongWithTheAddress()
{
    QFETCH(const QString, problem);
    QFETCH(const QStringList, failedFor);
    QFETCH(const bool, said);
    SentMail hub;
    const auto problemNow = [&] {
        return HubUnderTest::must(store::identity(*hub.database, hub.conversation(hub.thread).identity))->problem;
    };
    InboundEnvelope bounce = hub.report(
        hub.messageId, {.state = Delivery::State::Failed, .problem = problem.toStdString(), .problemText = "No such box."});
    for (const QString &address : failedFor)
        bounce.failedFor.push_back(address.toStdString());
    hub.take(bounce);
    QCOMPARE(problemNow(), said ? std::string("No such box.") : std::string());
    hub.take(hub.report(hub.messageId, {.state = Delivery::State::Delivered})); // of what has failed: nothing new
    QCOMPARE(problemNow().empty(), !said);
    InboundEnvelope forged = hub.letter("ada@mail.test"); // anybody can say that they are ada
    forged.sender.verified = false;
    forged.sender.disproved = true;
    hub.take(forged);
    QCOMPARE(problemNow().empty(), !said);
    InboundEnvelope old = hub.letter("ada@mail.test"); // of a mailbox that is read only now
    old.at -= std::chrono::days(30);
    hub.take(old);
    QCOMPARE(problemNow().empty(), !said);
    const InboundEnvelope late = hub.letter("ada@mail.test"); // written since, however late it is read
    hub.clock.advance(std::chrono::days(3));
    hub.take(late);
    QVERIFY(problemNow().empty());
}

void TestSentNews::delaysAndComplaintsAreKept_data()
{
    using State = Delivery::State;
    QTest::addColumn<int>("before");
    QTest::addColumn<int>("news");
    QTest::addColumn<QString>("problem");
    QTest::addColumn<int>("after");
    QTest::addColumn<QString>("kept");
    QTest::addColumn<int>("events");
    const auto row = [](const char *name, State before, State news, const char *problem, State after, const char *kept,
                        int events) {
        QTest::newRow(name) << int(before) << int(news) << QString(problem) << int(after) << QString(kept) << events;
    };
    row("a delay", State::Sent, State::Sent, "delayed", State::Sent, "delayed", 0);
    row("a delay that is over", State::Delivered, State::Sent, "delayed", State::Delivered, "", 0);
    row("a complaint", State::Sent, State::Delivered, "complaint", State::Delivered, "complaint", 1);
    row("a complaint about what was delivered", State::Delivered, State::Delivered, "complaint", State::Delivered,
        "complaint", 1);
    row("a complaint about what was read", State::Read, State::Delivered, "complaint", State::Read, "complaint", 1);
    row("a copy in Sent", State::Sent, State::Sent, "", State::Sent, "", 0);
}

void TestSentNews::delaysAndComplaintsAreKept()
{
    QFETCH(int, before);
    QFETCH(int, news);
    QFETCH(QString, problem);
    QFETCH(int, after);
    QFETCH(QString, kept);
    QFETCH(int, events);
    SentMail hub;
    hub.take(hub.report(hub.messageId, {.state = Delivery::State(before)}));
    hub.take(hub.report(
        hub.messageId,
        {.state = Delivery::State(news), .problem = problem.toStdString(), .problemText = problem.isEmpty() ? "" : "Why."}));
    const Delivery delivery = *hub.item(hub.sent).delivery;
    QCOMPARE(int(delivery.state), after);
    QCOMPARE(QString::fromStdString(delivery.problem), kept);
    QCOMPARE(delivery.problemText.empty(), kept.isEmpty());
    QCOMPARE(hub.events("delivery-problem"), events);
}

/// Anybody can write our address into From: only a name that we have given proves a mail to be ours.
void TestSentNews::whatClaimsToBeOursIsAMessage()
{
    SentMail hub;
    InboundEnvelope form = hub.letter("help@shop.test");
    form.claimsEcho = true;
    const auto taken = hub.take(form);
    QCOMPARE(hub.item(taken.item).kind, TimelineItem::Kind::Inbound);
    QCOMPARE(hub.conversation(taken.conversation).status, Status::Open);
    const std::int64_t items = hub.number("SELECT count(*) FROM timeline_item");
    InboundEnvelope copy = hub.letter("help@shop.test");
    copy.claimsEcho = true;
    copy.messageIds = {hub.messageId};
    QVERIFY(hub.take(copy).item == hub.sent);
    InboundEnvelope again = hub.letter("help@shop.test"); // named as what a customer wrote: that proves nothing
    again.claimsEcho = true;
    again.messageIds = form.messageIds;
    hub.take(again);
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item"), items + 1);
}

void TestSentNews::aCopyToOurselvesIsWhatWeSaid_data()
{
    QTest::addColumn<bool>("answersAda");
    QTest::addColumn<QString>("writtenTo");
    QTest::addColumn<QString>("before"); // the status of Ada's conversation when the copy comes
    QTest::addColumn<bool>("isAnswered");
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("isAdasThread");
    const auto row = [](const char *name, bool answersAda, const char *writtenTo, const char *before, bool isAnswered,
                        Status status, bool isAdasThread) {
        QTest::newRow(name) << answersAda << QString(writtenTo) << QString(before) << isAnswered << int(status)
                            << isAdasThread;
    };
    row("an answer", true, "ada@mail.test", "open", false, Status::Open, true);
    row("an answer to what was resolved", true, "ada@mail.test", "resolved", false, Status::Resolved, true);
    row("an answer to what waited", true, "ada@mail.test", "waiting", false, Status::Waiting, true);
    row("an answer, and one to that", true, "ada@mail.test", "resolved", true, Status::Open, true);
    row("a mail of its own", false, "bob@mail.test", "open", false, Status::Waiting, false);
    row("a mail of its own, and an answer to that", false, "bob@mail.test", "open", true, Status::Open, false);
    row("passed on", true, "bob@mail.test", "open", false, Status::Waiting, false);
}

/// Somebody writes from their own mail program with a copy to our mailbox, and the inbox is read before Sent.
void TestSentNews::aCopyToOurselvesIsWhatWeSaid()
{
    QFETCH(bool, answersAda);
    QFETCH(QString, writtenTo);
    QFETCH(QString, before);
    QFETCH(bool, isAnswered);
    QFETCH(int, status);
    QFETCH(bool, isAdasThread);
    HubUnderTest hub;
    InboundEnvelope question = hub.letter("ada@mail.test");
    question.details["to"] = "help@shop.test";
    const auto asked = hub.take(question);
    if (before != "open")
        hub.mustApply(SetStatus{asked.conversation, before == "waiting" ? Status::Waiting : Status::Resolved});
    const auto hadStatus = hub.conversation(asked.conversation).status;
    hub.clock.advance(std::chrono::minutes(5));

    InboundEnvelope copy = hub.letter("help@shop.test");
    copy.claimsEcho = true;
    copy.details = {{"from", "Shop <help@shop.test>"}, {"to", writtenTo.toStdString()}};
    if (answersAda)
        copy.references = question.messageIds;
    const auto taken = hub.take(copy);
    QCOMPARE(hub.item(taken.item).kind, TimelineItem::Kind::Inbound); // nothing proves it yet
    QCOMPARE(taken.conversation == asked.conversation, answersAda);
    hub.clock.advance(std::chrono::minutes(5));
    if (isAnswered) {
        InboundEnvelope answer = hub.letter(writtenTo.toStdString());
        answer.references = copy.messageIds;
        QVERIFY(hub.take(answer).conversation == taken.conversation);
    }

    InboundEnvelope sent = copy;
    sent.kind = InboundEnvelope::Kind::Echo;
    sent.claimsEcho = false;
    sent.externalId += " in Sent";
    sent.sender = {.address = writtenTo.toStdString(), .shown = writtenTo.toStdString()};
    QVERIFY(hub.take(sent).item == taken.item);

    const TimelineItem said = hub.item(taken.item);
    QCOMPARE(said.kind, TimelineItem::Kind::Outbound);
    QCOMPARE(said.delivery->state, Delivery::State::Sent);
    QCOMPARE(said.conversation == asked.conversation, isAdasThread);
    const Conversation conversation = hub.conversation(said.conversation);
    QCOMPARE(int(conversation.status), status);
    QCOMPARE(conversation.inboundCount, std::int64_t(isAdasThread) + isAnswered);
    QCOMPARE(conversation.waitingSince.has_value(), isAnswered);
    QCOMPARE(conversation.previewOutbound, !isAnswered);
    const Identity to = *HubUnderTest::must(store::identity(*hub.database, said.identity));
    QCOMPARE(to.address, writtenTo.toStdString());
    QVERIFY(conversation.identity == said.identity && conversation.customer == to.customer);
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE conversation_id = x'" + toHex(said.conversation.view())
                        + "' AND customer_id <> x'" + toHex(to.customer.view()) + "'"),
             0);
    const Conversation adas = hub.conversation(asked.conversation);
    if (!isAdasThread) {
        QCOMPARE(adas.status, hadStatus);
        QCOMPARE(adas.inboundCount, 1);
        QVERIFY(adas.waitingSince && !adas.previewOutbound);
    }
    InboundEnvelope later = hub.letter(writtenTo.toStdString());
    later.references = copy.messageIds;
    QVERIFY(hub.take(later).conversation == said.conversation);
    QCOMPARE(hub.lost(), std::string());
}

/// Who has got a mail of ours that was written elsewhere may answer under its name before Sent is read.
void TestSentNews::aNameOfOursIsNobodyElses()
{
    HubUnderTest hub;
    InboundEnvelope forged = hub.letter("ada@mail.test");
    forged.details["from"] = "ada@mail.test";
    const auto taken = hub.take(forged);
    InboundEnvelope sent = hub.letter("bob@mail.test");
    sent.kind = InboundEnvelope::Kind::Echo;
    sent.messageIds = forged.messageIds;
    sent.details = {{"from", "Shop <help@shop.test>"}, {"to", "bob@mail.test"}};
    const auto said = hub.take(sent);
    QCOMPARE(hub.item(taken.item).kind, TimelineItem::Kind::Inbound);
    QCOMPARE(hub.item(said.item).kind, TimelineItem::Kind::Outbound);
    InboundEnvelope answer = hub.letter("bob@mail.test");
    answer.references = sent.messageIds;
    QVERIFY(hub.take(answer).conversation == said.conversation);
}

/// By our own account, so that it is in Sent as well.
void TestSentNews::whatAFormSentForACustomerIsTheirs()
{
    HubUnderTest hub;
    InboundEnvelope form = hub.letter("ada@mail.test"); // whom Reply-To names
    form.details = {{"from", "Shop <help@shop.test>"}, {"to", "help@shop.test"}};
    const auto taken = hub.take(form);
    InboundEnvelope sent = hub.letter("unknown@sender.invalid");
    sent.kind = InboundEnvelope::Kind::Echo;
    sent.messageIds = form.messageIds;
    sent.details = form.details;
    QVERIFY(hub.take(sent).item == taken.item);
    QCOMPARE(hub.item(taken.item).kind, TimelineItem::Kind::Inbound);
    QVERIFY(hub.conversation(taken.conversation).waitingSince.has_value());
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item"), 1);
}

void TestSentNews::listMailThatAnswersIsAPersons_data()
{
    QTest::addColumn<QString>("by");
    QTest::addColumn<bool>("toMany");
    QTest::addColumn<bool>("opens");
    QTest::newRow("answers us by way of a list") << "reference" << true << true;
    QTest::newRow("names the conversation") << "number" << true << true;
    QTest::newRow("claims the conversation") << "claim" << true << false;
    QTest::newRow("a machine") << "reference" << false << false;
    QTest::newRow("to many, of nothing of ours") << "unknown" << true << false;
}

void TestSentNews::listMailThatAnswersIsAPersons()
{
    QFETCH(QString, by);
    QFETCH(bool, toMany);
    QFETCH(bool, opens);
    SentMail hub;
    QCOMPARE(hub.conversation(hub.thread).status, Status::Resolved);
    InboundEnvelope answer = hub.letter("ada@mail.test");
    answer.automatic = true;
    answer.isToMany = toMany;
    if (by == "reference")
        answer.references = {hub.messageId};
    if (by == "unknown")
        answer.references = {"other@list.test"};
    if (by == "number")
        answer.conversationNumber = hub.conversation(hub.thread).number;
    if (by == "claim")
        answer.claimedNumber = hub.conversation(hub.thread).number;
    const auto taken = hub.take(answer);
    QCOMPARE(hub.item(taken.item).automatic, !opens);
    QCOMPARE(hub.conversation(hub.thread).status, opens ? Status::Open : Status::Resolved);
}

void TestSentNews::anUnknownBounceIsShown()
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

void TestSentNews::echoesOfOursAreNoNewMessages_data()
{
    QTest::addColumn<bool>("isRenamed");
    QTest::newRow("under the name that we gave") << false;
    QTest::newRow("the server has given it another name") << true;
}

void TestSentNews::echoesOfOursAreNoNewMessages()
{
    QFETCH(const bool, isRenamed);
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
    if (isRenamed)
        copy.messageIds = {"renamed@server.test", claimed->message.messageId};
    hub.take(copy); // the Sent folder, before the server's answer
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item"), before);
    QCOMPARE(hub.item(claimed->message.item.id).delivery->state, Delivery::State::Sent);
    QCOMPARE(hub.number("SELECT count(*) FROM delivery_queue"), 0);
    InboundEnvelope answer = hub.letter("ada@mail.test"); // she answers it as she got it
    answer.references = {copy.messageIds.front()};
    QVERIFY(hub.take(answer).conversation == first.conversation);
    InboundEnvelope phone = hub.letter("ada@mail.test"); // to her, written in another program
    phone.kind = InboundEnvelope::Kind::Echo;
    phone.references = {letter.messageIds.front()};
    const auto outcome = hub.take(phone);
    QVERIFY(outcome.conversation == first.conversation);
    QCOMPARE(hub.item(outcome.item).kind, TimelineItem::Kind::Outbound);
    QVERIFY(hub.take(hub.letter("ada@mail.test")).conversation != first.conversation);
}

QTEST_GUILESS_MAIN(TestSentNews)
#include "tst_sent_news.moc"
