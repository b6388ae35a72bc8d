// Imports into a shop where agents are at work: what they have done stays, and what is theirs is left alone.
#include "tests/hub/exchange/marked_shop.h"

#include <QDateTime>
#include <QTest>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::hub::testing;
using Shop = MarkedShop;

namespace {

TimePoint ago(const Shop &shop, std::chrono::minutes time)
{
    return shop.clock.now() - time;
}

QByteArray lineOf(const QByteArray &address, TimePoint at, const QByteArray &body, const QByteArray &more = {})
{
    return R"({"message_id":")" + body + R"(","customer_handle":")" + address + R"(","channel":"email","direction":"in",)"
           + R"("account":"help@shop.test","at_ms":)" + QByteArray::number(qint64(toMs(at))) + R"(,"body":")" + body + "\""
           + more + "}\n";
}

QByteArray mailOf(const QByteArray &address, TimePoint at, const QByteArray &body, const std::string &answers)
{
    const QDateTime date = QDateTime::fromMSecsSinceEpoch(toMs(at), Qt::UTC);
    return "From: " + address + "\nTo: help@shop.test\nSubject: Re: it\nMessage-ID: <" + body + "@mail.test>\nIn-Reply-To: <"
           + QByteArray::fromStdString(answers) + ">\nDate: " + date.toString(Qt::RFC2822Date).toUtf8() + "\n\n" + body
           + "\n";
}

void import(Shop &shop, const char *name, const QByteArray &content)
{
    const auto summary = shop.import(shop.write(name, content), {.account = "help@shop.test"});
    QVERIFY2(summary, summary ? "" : summary.error().detail.c_str());
    QVERIFY2(summary->bad == 0, shop.err.empty() ? "" : shop.err.back().c_str());
}

/// Where it stands that somebody said @p body.
Conversation whereIs(Shop &shop, const QByteArray &body)
{
    const auto id = shop.read([&](store::Database &database) -> Result<ConversationId> {
        auto query =
            database.queryOnce("SELECT conversation_id FROM timeline_item WHERE body LIKE '" + body.toStdString() + "%'");
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        return found ? query.id<ConversationId>(0) : ConversationId();
    });
    return shop.conversation(id);
}

} // namespace

class TestImportBeside : public QObject {
    Q_OBJECT
private slots:
    void whatWasJoinedGoesOnInTheOther_data();
    void whatWasJoinedGoesOnInTheOther();
    void noSideConversationGoesOn_data();
    void noSideConversationGoesOn();
    void othersTimesAreConversationsOfTheirOwn_data();
    void othersTimesAreConversationsOfTheirOwn();
    void nobodyKnownIsBlocked_data();
    void nobodyKnownIsBlocked();
    void thirdPartiesAreNotOffered();
    void nothingAboutTheErasedComesAgain();
};

void TestImportBeside::whatWasJoinedGoesOnInTheOther_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<bool>("ofOnePerson");
    for (const char *how : {"a mail that answers it", "a line of it", "a line of its person"})
        QTest::addRow("%s", how) << QString(how) << true;
    QTest::newRow("a line of it, of two people by now") << QString("a line of it") << false;
}

/// As with mail that comes in (tst_threads): where it would go by itself nobody looks any more.
void TestImportBeside::whatWasJoinedGoesOnInTheOther()
{
    QFETCH(const QString, how);
    QFETCH(const bool, ofOnePerson);
    Shop shop;
    shop.dated = ago(shop, std::chrono::minutes(120));
    const ConversationId into = shop.take("cem@mail.test", "Cem", "One").conversation;
    shop.dated = ago(shop, std::chrono::minutes(90));
    const ConversationId joined = shop.take("cem@mail.test", "Cem", "Two").conversation;
    const std::string name = "letter" + std::to_string(shop.letters) + "@mail.test";
    QVERIFY(joined != into);
    shop.apply(JoinConversation{joined, into});
    shop.apply(SetStatus{into, Conversation::Status::Resolved});
    if (!ofOnePerson) {
        shop.change([&](ChangeLog &changes) {
            Conversation other = shop.conversation(into);
            other.customer = shop.bo;
            return changes.put(other);
        });
    }
    const Conversation before = shop.conversation(joined), intoBefore = shop.conversation(into);
    QVERIFY(before.joinedInto == into);

    const TimePoint at = ago(shop, std::chrono::minutes(30));
    if (how == "a mail that answers it") {
        import(shop, "a.mbox", "From x@y Mon Nov  3 10:00:00 2025\n" + mailOf("cem@mail.test", at, "Three", name) + "\n");
    } else {
        const QByteArray key = R"(,"status":"resolved","conversation_subject":"Else","conversation_key":")"
                               + QByteArray::fromStdString(joined.text()) + "\"";
        import(shop, "a.jsonl", lineOf("cem@mail.test", at, "Three", how == "a line of it" ? key : QByteArray()));
    }
    QCOMPARE(whereIs(shop, "Three").id, ofOnePerson ? into : joined);
    const Conversation after = shop.conversation(joined), intoAfter = shop.conversation(into);
    QCOMPARE(intoAfter.status, ofOnePerson ? Conversation::Status::Open : Conversation::Status::Resolved);
    QCOMPARE(intoAfter.inboundCount, intoBefore.inboundCount + (ofOnePerson ? 1 : 0));
    QCOMPARE(intoAfter.subject, intoBefore.subject);
    QCOMPARE(after.inboundCount, before.inboundCount + (ofOnePerson ? 0 : 1));
    QCOMPARE(after == before, ofOnePerson);
}

void TestImportBeside::noSideConversationGoesOn_data()
{
    QTest::addColumn<bool>("behindOneOfIt");
    QTest::newRow("known from before") << false;
    QTest::newRow("behind a line of it") << true;
}

/// What a third party says without a word of where is no part of what they were asked about somebody.
void TestImportBeside::noSideConversationGoesOn()
{
    QFETCH(const bool, behindOneOfIt);
    Shop shop;
    const auto aside = whereIs(shop, "Where does ");
    QVERIFY(aside.parent);
    const TimePoint at = shop.clock.now();
    QByteArray lines;
    if (behindOneOfIt)
        lines = lineOf("courier@mail.test", at, "On her street",
                       R"(,"conversation_key":")" + QByteArray::fromStdString(aside.id.text()) + "\"");
    import(shop, "a.jsonl", lines + lineOf("courier@mail.test", at, "Our new prices"));
    if (behindOneOfIt)
        QCOMPARE(whereIs(shop, "On her street").id, aside.id);
    const Conversation own = whereIs(shop, "Our new prices");
    QVERIFY(!own.id.isNull() && own.id != aside.id);
    QVERIFY(!own.parent);
}

void TestImportBeside::othersTimesAreConversationsOfTheirOwn_data()
{
    QTest::addColumn<QList<int>>("daysAgo");
    QTest::addColumn<int>("conversations");
    QTest::addColumn<int>("inOpenOne");
    QTest::newRow("of years ago") << QList<int>{2000} << 2 << 0;
    QTest::newRow("of years ago, and of now") << QList<int>{2000, 0} << 2 << 1;
    QTest::newRow("of now, of years ago, and of now") << QList<int>{0, 2000, 0} << 2 << 2;
    QTest::newRow("of shortly before it") << QList<int>{10} << 1 << 1;
    QTest::newRow("newest first") << QList<int>{0, 400, 800} << 3 << 1;
    QTest::newRow("newest first, one soon before the other") << QList<int>{10, 20, 30} << 2 << 1;
}

/// Of lines that do not say which conversation they are of: an open one of today is none of what was said years ago.
void TestImportBeside::othersTimesAreConversationsOfTheirOwn()
{
    QFETCH(const QList<int>, daysAgo);
    QFETCH(const int, conversations);
    QFETCH(const int, inOpenOne);
    Shop shop;
    shop.dated = ago(shop, std::chrono::minutes(60));
    const ConversationId open = shop.take("cem@mail.test", "Cem", "One").conversation;
    QByteArray lines;
    for (int i = 0; i < daysAgo.size(); ++i)
        lines += lineOf("cem@mail.test", ago(shop, std::chrono::hours(24 * daysAgo[i])), "line" + QByteArray::number(i));
    import(shop, "a.jsonl", lines);
    QCOMPARE(shop.number("SELECT count(*) FROM conversation WHERE customer_id = x'"
                         + toHex(shop.conversation(open).customer.view()) + "'"),
             conversations);
    QCOMPARE(shop.conversation(open).inboundCount, 1 + inOpenOne);
    QCOMPARE(shop.conversation(open).status, Conversation::Status::Open);
}

void TestImportBeside::nobodyKnownIsBlocked_data()
{
    QTest::addColumn<QString>("known");
    QTest::addColumn<bool>("isBlocked");
    QTest::newRow("nobody") << QString() << true;
    QTest::newRow("from a line before") << "line" << true;
    QTest::newRow("who has written here") << "written" << false;
    QTest::newRow("unblocked since") << "unblocked" << false;
    QTest::newRow("blocked here") << "blocked" << true;
}

/// A file says how it was where it comes from; who hears from somebody here is decided here.
void TestImportBeside::nobodyKnownIsBlocked()
{
    QFETCH(const QString, known);
    QFETCH(const bool, isBlocked);
    Shop shop;
    const QByteArray line = R"({"type":"customer","customer_key":"c","blocked":true,"at_ms":1700000000000,)"
                            R"("identities":[{"channel":"email","address":"cem@mail.test"}])";
    const auto cem = [&] {
        const auto person =
            shop.read([&](store::Database &database) { return personToErase(database, "cem@mail.test"); }).members[0];
        return *shop.read([&](store::Database &database) { return store::customer(database, person); });
    };
    QByteArray lines;
    if (known == "line") {
        lines = lineOf("cem@mail.test", ago(shop, std::chrono::minutes(1)), "Before", R"(,"customer_key":"c")");
    } else if (known == "written") {
        shop.take("cem@mail.test", "Cem", "One");
    } else if (!known.isEmpty()) {
        import(shop, "first.jsonl", line + "}");
        QVERIFY(cem().blocked);
        if (known == "unblocked")
            shop.apply(BlockCustomer{cem().id, false, false});
    }
    import(shop, "a.jsonl", lines + line + R"(,"source":"later"})");
    QCOMPARE(cem().blocked, isBlocked);
}

/// Who is asked about somebody, or writes into their conversation, is not them, and is not said to be.
void TestImportBeside::thirdPartiesAreNotOffered()
{
    Shop shop;
    const QByteArray exported = shop.exported();
    QVERIFY(exported.contains("courier@mail.test") && exported.contains("was here"));
    ExchangeStore other;
    QVERIFY(other.import(other.write("a.jsonl", exported)));
    for (const char *table : {"suggestion", "customer", "customer_link", "identity", "conversation"})
        QVERIFY2(other.count(table) == shop.count(table), table);
    // The copy says the same of everybody.
    ExchangeStore third;
    const QByteArray again = other.exported();
    QVERIFY(third.import(third.write("b.jsonl", again)));
    QCOMPARE(third.count("suggestion"), other.count("suggestion"));
    QCOMPARE(third.check().contentHash, other.check().contentHash);
}

/// What was said to others about somebody who is erased is in exports from before as theirs, too.
void TestImportBeside::nothingAboutTheErasedComesAgain()
{
    Shop shop;
    const QByteArray exported = shop.exported();
    QVERIFY(exported.contains("Where does"));
    shop.erase();
    const auto words = [&] {
        return shop.number("SELECT count(*) FROM timeline_item WHERE body LIKE '%" + kMarker.toStdString() + "%'");
    };
    QCOMPARE(words(), 0);
    const auto imported = shop.import(shop.write("a.jsonl", exported));
    QVERIFY(imported && imported->erased > 0);
    QCOMPARE(words(), 0);
}

QTEST_GUILESS_MAIN(TestImportBeside)
#include "tst_import_beside.moc"
