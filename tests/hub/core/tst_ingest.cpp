// What comes in: once, to the right conversation, and seen by somebody.
#include "tests/hub/core/hub_under_test.h"

#include "core/hub/account_store.h"

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;
using channels::InboundEnvelope;
using namespace std::chrono_literals;
using Status = Conversation::Status;

class TestIngest : public QObject {
    Q_OBJECT
private slots:
    void theSameAgainChangesNothing();
    void threading_data();
    void threading();
    void chatContinuesWithinTheWindow_data();
    void chatContinuesWithinTheWindow();
    void accountsReopenForTheirOwnTime_data();
    void accountsReopenForTheirOwnTime();
    void mailIsMeasuredByTheAccountOfItsConversation();
    void thePreviewHasItsAuthor();
    void anOlderStoreLearnsWhoWroteLast();
    void machinesReopenNothing();
    void copiedPeopleJoin();
    void deliveriesOnlyRise_data();
    void deliveriesOnlyRise();
    void oneMailInTwoMailboxes();
    void earlyReceiptsAreApplied();
    void earlyFailuresAreApplied();
    void earlyNewsAddsUp_data();
    void earlyNewsAddsUp();
    void newsOfNothingIsGivenUp();
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
    void listMailThatAnswersIsAPersons_data();
    void listMailThatAnswersIsAPersons();
    void anUnknownBounceIsShown();
    void echoesOfOursAreNoNewMessages();
    void defectsAreCounted();
    void whoReadItIsKept();
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
    QTest::newRow("number in the subject, own, and nobody has proven that") << "ada@mail.test"
                                                                            << "claim, disproved" << false;
    QTest::newRow("reference, and nobody has proven who it is") << "ada@mail.test"
                                                                << "reference, disproved" << true;
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
    answer.sender.disproved = by.endsWith("disproved");
    answer.sender.verified = !answer.sender.disproved;
    if (by.startsWith("claim"))
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

void TestIngest::accountsReopenForTheirOwnTime_data()
{
    using std::chrono::days;
    QTest::addColumn<int>("window");
    QTest::addColumn<qint64>("later"); // ms
    QTest::addColumn<bool>("reopens");
    const auto row = [](const char *name, int window, Milliseconds later, bool reopens) {
        QTest::newRow(name) << window << qint64(later.count()) << reopens;
    };
    row("a day, just within", 1, days(1), true);
    row("a day, just over", 1, days(1) + Milliseconds(1), false);
    row("a year, just within", 365, days(365), true);
    row("a year, just over", 365, days(365) + Milliseconds(1), false);
    row("longer than it was by default", 30, days(29), true);
    row("never, at once", 0, Milliseconds(0), false);
    row("never, a moment later", 0, Milliseconds(1), false);
}

/// By chat, which goes on from the newest conversation, and by mail, which names what it answers.
void TestIngest::accountsReopenForTheirOwnTime()
{
    QFETCH(int, window);
    QFETCH(qint64, later);
    QFETCH(bool, reopens);
    HubUnderTest hub;
    for (const ChannelAccount &account : {hub.mail, hub.chat})
        hub.change([&](ChangeLog &changes) { return setReopenDays(changes, account.id, window); });
    const auto line = hub.take(hub.line("visitor"));
    const InboundEnvelope letter = hub.letter("ada@mail.test");
    const auto mail = hub.take(letter);
    hub.mustApply(SetStatus{line.conversation, Status::Resolved});
    hub.mustApply(SetStatus{mail.conversation, Status::Resolved});
    hub.clock.advance(Milliseconds(later));
    QCOMPARE(hub.take(hub.line("visitor")).conversation == line.conversation, reopens);
    InboundEnvelope answer = hub.letter("ada@mail.test");
    answer.references = {letter.messageIds.front()};
    QCOMPARE(hub.take(answer).conversation == mail.conversation, reopens);
    QCOMPARE(hub.conversation(mail.conversation).status, reopens ? Status::Open : Status::Resolved);
}

void TestIngest::mailIsMeasuredByTheAccountOfItsConversation()
{
    HubUnderTest hub;
    ChannelAccount other{.id = hub.ids.make<ChannelAccountId>(), .channel = Channel::Email, .address = "sales@shop.test"};
    other.reopenDays = 365;
    hub.change([&](ChangeLog &changes) { return changes.put(other); });
    const auto first = hub.take(hub.letter("ada@mail.test")); // of one that reopens for 14 days
    hub.mustApply(SetStatus{first.conversation, Status::Resolved});
    hub.clock.advance(std::chrono::days(15));
    InboundEnvelope answer = hub.letter("ada@mail.test");
    answer.account = other.id;
    answer.conversationNumber = hub.conversation(first.conversation).number;
    QVERIFY(hub.take(answer).conversation != first.conversation);
}

void TestIngest::thePreviewHasItsAuthor()
{
    HubUnderTest hub;
    const auto first = hub.take(hub.letter("ada@mail.test"));
    QVERIFY(!hub.conversation(first.conversation).previewAuthor);
    SendMessage reply = hub.reply(hub.conversation(first.conversation), "hello");
    hub.mustApply(reply);
    QVERIFY(hub.conversation(first.conversation).previewAuthor == hub.mara.id);
    HubUnderTest::must(hub.apply(hub.command(hub.reply(hub.conversation(first.conversation), "and bye")), hub.tom));
    QVERIFY(hub.conversation(first.conversation).previewAuthor == hub.tom.id);
    // Two parts of it go elsewhere and come back: each says who wrote what is last there.
    const ConversationId split = hub.ids.make<ConversationId>();
    hub.mustApply(MoveItems{first.conversation, split, {reply.item}, "split"});
    QVERIFY(hub.conversation(first.conversation).previewAuthor == hub.tom.id);
    // What went out from elsewhere nobody here has written.
    InboundEnvelope echo = hub.letter("ada@mail.test");
    echo.kind = InboundEnvelope::Kind::Echo;
    echo.conversationNumber = hub.conversation(first.conversation).number;
    const auto sent = hub.take(echo);
    QVERIFY(sent.conversation == first.conversation);
    QVERIFY(hub.conversation(first.conversation).previewOutbound);
    QVERIFY(!hub.conversation(first.conversation).previewAuthor);
    // Nor what the customer says.
    HubUnderTest::must(hub.apply(hub.command(hub.reply(hub.conversation(first.conversation), "again")), hub.tom));
    InboundEnvelope answer = hub.letter("ada@mail.test");
    answer.conversationNumber = hub.conversation(first.conversation).number;
    hub.take(answer);
    QVERIFY(!hub.conversation(first.conversation).previewAuthor);
}

/// Its rows stay, and get what they lacked: the author of the newest message that went out and was not taken back.
void TestIngest::anOlderStoreLearnsWhoWroteLast()
{
    QTemporaryDir folder;
    const auto database = HubUnderTest::must(store::Database::open(folder.filePath("old.db").toStdString(), {}));
    constexpr std::size_t kBefore = 13;
    HubUnderTest::must(store::migrate(*database, store::hubMigrations().first(kBefore)));
    const auto conversation = [&](const char *id, const char *outbound) {
        HubUnderTest::must(database->execute(
            "INSERT INTO conversation (id, number, customer_id, identity_id, account_id, channel, subject, status, "
            "priority, "
            "tags, created_ms, last_item_ms, preview, preview_outbound, inbound_count, version) VALUES ("
            + std::string(id) + ", 1, x'02', x'02', x'02', 'email', '', 'open', 'normal', x'80', 1, 1, 'Hello', " + outbound
            + ", 1, 7)"));
    };
    conversation("x'0a'", "1");
    conversation("x'0b'", "0");
    conversation("x'0c'", "1"); // by somebody elsewhere
    int at = 0;
    const auto item = [&](const char *of, const char *kind, const char *author, const char *deleted) {
        ++at;
        HubUnderTest::must(database->execute(
            "INSERT INTO timeline_item (id, conversation_id, customer_id, identity_id, account_id, channel, kind, "
            "author_id, "
            "author_name, at_ms, subject, body, html, attachments, automatic, deleted, details, version) VALUES (x'f"
            + std::to_string(at) + "', " + of + ", x'02', x'02', x'02', 'email', '" + kind + "', " + author + ", '', "
            + std::to_string(at) + ", '', '', '', x'80', 0, " + deleted + ", x'a0', 7)"));
    };
    item("x'0a'", "outbound", "x'd1'", "0");
    item("x'0a'", "outbound", "x'd2'", "0");
    item("x'0a'", "outbound", "x'd3'", "1");
    item("x'0a'", "note", "x'd4'", "0");
    item("x'0b'", "outbound", "x'd1'", "0");
    item("x'0b'", "inbound", "NULL", "0");
    item("x'0c'", "outbound", "NULL", "0");
    HubUnderTest::must(store::migrate(*database, store::hubMigrations()));
    const auto author = [&](const char *id) {
        auto query = database->queryOnce("SELECT hex(coalesce(preview_author_id, x'00')), version FROM conversation "
                                         "WHERE id = "
                                         + std::string(id));
        if (!HubUnderTest::must(query.step()))
            return QString("gone");
        return QString("%1 %2").arg(QString::fromStdString(std::string(query.text(0)))).arg(query.integer(1));
    };
    QCOMPARE(author("x'0a'"), QString("D2 7"));
    QCOMPARE(author("x'0b'"), QString("00 7"));
    QCOMPARE(author("x'0c'"), QString("00 7"));
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

/// Written to two addresses of ours: each mailbox's team gets it as work of its own, of one person, whose timeline has it
/// twice; what answers it in a mailbox goes on there.
void TestIngest::oneMailInTwoMailboxes()
{
    HubUnderTest hub;
    ChannelAccount sales = hub.mail;
    sales.id = hub.ids.make<ChannelAccountId>();
    sales.address = "sales@shop.test";
    hub.change([&](ChangeLog &changes) { return changes.put(sales); });
    InboundEnvelope letter = hub.letter("ada@mail.test");
    InboundEnvelope answer = hub.letter("ada@mail.test");
    answer.references = letter.messageIds;
    std::map<ChannelAccountId, channels::IngestOutcome> first;
    for (const ChannelAccount &account : {hub.mail, sales}) {
        letter.account = account.id;
        first[account.id] = hub.take(letter);
        QVERIFY(!first[account.id].known);
        QVERIFY(hub.take(letter).known);
    }
    QVERIFY(first[hub.mail.id].customer == first[sales.id].customer);
    QVERIFY(first[hub.mail.id].conversation != first[sales.id].conversation);
    for (const ChannelAccount &account : {hub.mail, sales}) {
        answer.account = account.id;
        QVERIFY(hub.take(answer).conversation == first[account.id].conversation);
        QVERIFY(hub.conversation(first[account.id].conversation).account == account.id);
        QCOMPARE(hub.conversation(first[account.id].conversation).inboundCount, 2);
    }
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'inbound'"), 4);
    QCOMPARE(hub.number("SELECT count(*) FROM customer"), 1);
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

/// A platform that says it could not deliver before it has said how it calls the message (simulated life 6001595): that
/// made a customer without an address, who had said nothing.
void TestIngest::earlyFailuresAreApplied()
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
void TestIngest::earlyNewsAddsUp_data()
{
    using State = Delivery::State;
    QTest::addColumn<std::vector<State>>("said");
    QTest::addColumn<State>("state");
    QTest::newRow("in order") << std::vector{State::Delivered, State::Read} << State::Read;
    QTest::newRow("late") << std::vector{State::Read, State::Delivered} << State::Read;
    QTest::newRow("a failure stays") << std::vector{State::Failed, State::Delivered} << State::Failed;
}

void TestIngest::earlyNewsAddsUp()
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
void TestIngest::newsOfNothingIsGivenUp()
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

void TestIngest::aReportIsFoundByItsEnvelopesName_data()
{
    QTest::addColumn<bool>("ownAccount");
    QTest::newRow("of this account") << true;
    QTest::newRow("of another") << false;
}

void TestIngest::aReportIsFoundByItsEnvelopesName()
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

void TestIngest::aBounceOfACopyIsNoFailure_data()
{
    QTest::addColumn<QStringList>("failedFor");
    QTest::addColumn<bool>("fails");
    QTest::newRow("the copy") << QStringList{"bob@mail.test"} << false;
    QTest::newRow("both") << QStringList{"bob@mail.test", "ada@mail.test"} << true;
    QTest::newRow("the customer") << QStringList{"ada@mail.test"} << true;
    QTest::newRow("where the customer's mail is forwarded to") << QStringList{"ada@forward.test"} << true;
    QTest::newRow("it does not say") << QStringList{} << true;
}

void TestIngest::aBounceOfACopyIsNoFailure()
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

void TestIngest::aBounceSaysWhatIsWrongWithTheAddress_data()
{
    QTest::addColumn<QString>("problem");
    QTest::addColumn<QStringList>("failedFor");
    QTest::addColumn<bool>("said");
    QTest::newRow("no such address") << "recipient" << QStringList{"ada@mail.test"} << true;
    QTest::newRow("it does not say whose") << "recipient" << QStringList{} << true;
    QTest::newRow("of the copy alone") << "recipient" << QStringList{"bob@mail.test"} << false;
    QTest::newRow("another reason") << "bounced" << QStringList{"ada@mail.test"} << false;
}

void TestIngest::aBounceSaysWhatIsWrongWithTheAddress()
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

void TestIngest::delaysAndComplaintsAreKept_data()
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

void TestIngest::delaysAndComplaintsAreKept()
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
void TestIngest::whatClaimsToBeOursIsAMessage()
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

void TestIngest::listMailThatAnswersIsAPersons_data()
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

void TestIngest::listMailThatAnswersIsAPersons()
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

/// So that what a later reader reads better can be found.
void TestIngest::whoReadItIsKept()
{
    HubUnderTest hub;
    InboundEnvelope letter = hub.letter("ada@mail.test");
    letter.reader = 7;
    hub.take(letter);
    letter.reader = 8; // the same again is not read again
    hub.take(letter);
    QCOMPARE(hub.number("SELECT reader FROM raw_payload"), 7);
}

QTEST_GUILESS_MAIN(TestIngest)
#include "tst_ingest.moc"
