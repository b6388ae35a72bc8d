// What comes in: once, to the right conversation, and seen by somebody.
#include "core/hub/account_store.h"
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
    void accountsReopenForTheirOwnTime_data();
    void accountsReopenForTheirOwnTime();
    void mailIsMeasuredByTheAccountOfItsConversation();
    void thePreviewHasItsAuthor();
    void anOlderStoreLearnsWhoWroteLast();
    void machinesReopenNothing();
    void copiedPeopleJoin();
    void oneMailInTwoMailboxes();
    void oneMailByTwoAliases_data();
    void oneMailByTwoAliases();
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

void TestIngest::oneMailByTwoAliases_data()
{
    QTest::addColumn<QString>("differs");
    QTest::newRow("the same mail") << "";
    QTest::newRow("another text") << "text";
    QTest::newRow("another subject") << "subject";
    QTest::newRow("another sender") << "sender";
    QTest::newRow("another file") << "file";
    QTest::newRow("a file more") << "files";
    QTest::newRow("another name") << "name";
}

/// Both lead into one mailbox, by ways that stand in the mail's header: it is there twice, and one message. What has but the
/// name of another is a message of its own.
void TestIngest::oneMailByTwoAliases()
{
    QFETCH(const QString, differs);
    HubUnderTest hub;
    PreparedEnvelope first{.envelope = hub.letter("ada@mail.test")}, second = first;
    first.attachments = {{.name = "mug.png", .sizeBytes = 3, .sha256 = "aa"}};
    second.attachments = first.attachments;
    second.envelope.externalId += " by another way";
    if (differs == "text")
        second.envelope.text += "!";
    if (differs == "subject")
        second.envelope.subject += "!";
    if (differs == "sender")
        second.envelope.sender.address = "bob@mail.test";
    if (differs == "file")
        second.attachments.front().sha256 = "bb";
    if (differs == "files")
        second.attachments.push_back(first.attachments.front());
    if (differs == "name")
        second.envelope.messageIds = {"other@mail.test"};
    const auto take = [&](PreparedEnvelope &prepared) {
        for (Attachment &attachment : prepared.attachments)
            attachment.id = hub.ids.make<AttachmentId>();
        return hub.must(hub.database->inTransaction([&] { return ingest(*hub.database, hub.ids, hub.clock, prepared); }));
    };
    const auto one = take(first);
    hub.mustApply(SetStatus{one.conversation, Status::Resolved});
    const auto two = take(second);
    const bool isOne = differs.isEmpty();
    QCOMPARE(two.item == one.item, isOne);
    QCOMPARE(two.conversation == one.conversation, isOne);
    QCOMPARE(hub.number("SELECT count(*) FROM timeline_item WHERE kind = 'inbound'"), isOne ? 1 : 2);
    QCOMPARE(hub.number("SELECT count(DISTINCT item_id) FROM raw_payload"), isOne ? 1 : 2);
    QCOMPARE(hub.conversation(one.conversation).status, Status::Resolved); // she has not written again
    QVERIFY(take(second).known);
    QCOMPARE(hub.number("SELECT count(*) FROM raw_payload"), 2);
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
