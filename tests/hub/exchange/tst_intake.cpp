// Whoever may have written so much, a row that is made of it fits into one live frame: one that does not would end the link
// of everybody who is to have it.
#include "core/hub/intake.h"
#include "core/store/entities.h"
#include "core/wire/frames.h"
#include "exchange_fixture.h"

#include <QtTest>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;

class TestIntake : public QObject {
    Q_OBJECT
private slots:
    void aRowFitsIntoAFrame_data();
    void aRowFitsIntoAFrame();
    void aFileKeepsItsKind();
    void importedRowsFitIntoFrames_data();
    void importedRowsFitIntoFrames();
    void manyFieldsDoNotAddUp();
    void moreFilesThanAreTakenIsSaid();
};

namespace {

/// What packing makes no smaller.
std::string noise(std::size_t bytes)
{
    static SeededRng rng(3);
    static constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    std::string text(bytes, 'x');
    for (char &letter : text)
        letter = letters[rng.below(letters.size())];
    return text;
}

std::size_t onTheWire(const Entity &row)
{
    return wire::pack(wire::Frame(wire::Changes{.rows = {row}})).size();
}

} // namespace

void TestIntake::aRowFitsIntoAFrame_data()
{
    QTest::addColumn<std::size_t>("text");
    QTest::addColumn<std::size_t>("html");
    QTest::addColumn<int>("files");
    QTest::addColumn<int>("details");
    QTest::addColumn<std::size_t>("detail");
    QTest::newRow("a letter") << std::size_t(2'000) << std::size_t(2'000) << 2 << 7 << std::size_t(50);
    QTest::newRow("all at its most") << std::size_t(20 * 1024) << std::size_t(24 * 1024) << 50 << 7 << std::size_t(2'000);
    QTest::newRow("more of everything") << std::size_t(1 << 20) << std::size_t(1 << 20) << 80 << 40 << std::size_t(9'000);
    QTest::newRow("a thousand details") << std::size_t(100) << std::size_t(0) << 0 << 1'000 << std::size_t(1'000);
}

/// The most that a stranger's mail can make of one row.
void TestIntake::aRowFitsIntoAFrame()
{
    QFETCH(const std::size_t, text);
    QFETCH(const std::size_t, html);
    QFETCH(const int, files);
    QFETCH(const int, details);
    QFETCH(const std::size_t, detail);
    ExchangeStore with;
    channels::InboundEnvelope envelope{.channel = Channel::Email};
    envelope.text = noise(text);
    envelope.html = noise(html);
    envelope.subject = noise(3'000);
    for (int i = 0; i < details; ++i)
        envelope.details["detail" + std::to_string(i)] = noise(detail);
    for (int i = 0; i < files; ++i)
        envelope.attachments.push_back({.name = noise(250) + ".pdf",
                                        .mediaType = "application/" + noise(300),
                                        .contentId = noise(250),
                                        .content = std::make_shared<const std::string>(noise(20))});
    const auto prepared = prepare(*with.store, std::move(envelope));
    QVERIFY(prepared);
    const TimelineItem item{.id = with.store->makeId<TimelineItemId>(),
                            .authorName = noise(800),
                            .subject = prepared->envelope.subject,
                            .body = prepared->envelope.text,
                            .html = prepared->envelope.html,
                            .attachments = prepared->attachments,
                            .details = prepared->envelope.details};
    QVERIFY(onTheWire(Entity(item)) < wire::kMaxFrameBytes);
    // Nothing is lost by it: what does not fit is a file.
    const auto sizeOf = [&item](const char *name, std::size_t there) {
        const auto whole = std::ranges::find(item.attachments, name, &Attachment::name);
        return whole == item.attachments.end() ? there : std::size_t(whole->sizeBytes);
    };
    QCOMPARE(sizeOf(kWholeText, item.body.size()), text);
    QCOMPARE(sizeOf(kWholeHtml, item.html.size()), html);
    if (text + html < 10'000 && files == 2) // and of what does nothing is taken away
        QVERIFY(item.body.size() == text && item.html.size() == html && item.attachments[0].contentId.size() == 250);
}

void TestIntake::aFileKeepsItsKind()
{
    ExchangeStore with;
    channels::InboundEnvelope envelope{.channel = Channel::Email};
    for (int i = 0; i < 50; ++i)
        envelope.attachments.push_back({.name = noise(240) + ".pdf",
                                        .contentId = i == 0 ? "logo@shop" : noise(250),
                                        .content = std::make_shared<const std::string>(std::to_string(i))});
    const auto prepared = prepare(*with.store, std::move(envelope));
    QVERIFY(prepared);
    QCOMPARE(prepared->attachments.front().contentId, std::string("logo@shop"));
    for (const Attachment &file : prepared->attachments)
        QVERIFY(file.name.size() <= 100 && file.name.ends_with(".pdf"));
}

void TestIntake::importedRowsFitIntoFrames_data()
{
    QTest::addColumn<std::string>("more");
    QTest::addColumn<QByteArray>("why"); ///< It is left out; empty: it is taken.
    std::string reactions, details, tags, fewTags;
    for (int i = 0; i < 10'000; ++i)
        reactions += std::string(i ? "," : "") + R"({"emoji":"+","by":")" + noise(30) + "\"}";
    for (int i = 0; i < 1'000; ++i)
        details += std::string(i ? "," : "") + "\"d" + std::to_string(i) + "\":\"" + noise(400) + "\"";
    for (int i = 0; i < 400; ++i)
        (i < 20 ? fewTags : tags) += std::string(i == 0 || i == 20 ? "" : ",") + "\"" + noise(100) + "\"";
    QTest::newRow("reactions") << R"(,"reactions":[)" + reactions + "]" << QByteArray();
    QTest::newRow("details") << R"(,"details":{)" + details + "}" << QByteArray();
    QTest::newRow("some tags") << R"(,"tags":[)" + fewTags + "]" << QByteArray();
    QTest::newRow("many tags") << R"(,"tags":[)" + tags + "]" << QByteArray("larger than 16 KiB");
}

void TestIntake::importedRowsFitIntoFrames()
{
    QFETCH(const std::string, more);
    QFETCH(const QByteArray, why);
    ExchangeStore with;
    const std::string line =
        R"({"message_id":"m","customer_handle":"ada@mail.test","channel":"email","direction":"in","at_ms":1700000000000,"body":"hello")"
        + more + "}\n";
    const auto summary = with.import(with.write("history.jsonl", QByteArray::fromStdString(line)));
    QVERIFY(summary);
    QCOMPARE(summary->bad, why.isEmpty() ? 0 : 1);
    if (!why.isEmpty()) {
        QVERIFY(
            std::ranges::any_of(with.err, [&](const std::string &said) { return said.find(why.constData()) != said.npos; }));
        return;
    }
    const auto database = with.store->openReading();
    QVERIFY(database);
    for (const char *table : {"timeline_item", "conversation"}) {
        auto query = (*database)->queryOnce(std::string("SELECT id FROM ") + table);
        QVERIFY(query.step().value_or(false));
        const auto row = std::string(table) == "conversation"
                             ? Entity(**store::conversation(**database, query.id<ConversationId>(0)))
                             : Entity(**store::timelineItem(**database, query.id<TimelineItemId>(0)));
        QVERIFY(onTheWire(row) < wire::kMaxFrameBytes);
    }
}

/// Two lines of one person, each within the limit.
void TestIntake::manyFieldsDoNotAddUp()
{
    ExchangeStore with;
    std::string lines;
    for (const char *source : {"one", "other", "third"}) {
        lines +=
            std::string(R"({"type":"customer","source":")") + source
            + R"(","customer_key":"k","customer_name":"Ada","identities":[{"channel":"email","address":"ada@mail.test"}],"attributes":{)";
        for (int i = 0; i < 20; ++i)
            lines += std::string(i ? "," : "") + "\"" + source + std::to_string(i) + "\":\"" + noise(990) + "\"";
        lines += "}}\n";
    }
    const auto summary = with.import(with.write("history.jsonl", QByteArray::fromStdString(lines)));
    QVERIFY(summary);
    QCOMPARE(summary->bad, 0);
    const auto database = with.store->openReading();
    auto query = (*database)->queryOnce("SELECT id FROM customer");
    QVERIFY(query.step().value_or(false));
    const auto customer = store::customer(**database, query.id<CustomerId>(0));
    QVERIFY(customer && *customer);
    QVERIFY((*customer)->attributes.size() > 20);
    QVERIFY(onTheWire(Entity(**customer)) < wire::kMaxFrameBytes);
}

/// Of a mail, that is: a line of an import with so many is refused.
void TestIntake::moreFilesThanAreTakenIsSaid()
{
    ExchangeStore with;
    channels::InboundEnvelope envelope{.channel = Channel::Email};
    for (int i = 0; i < 60; ++i)
        envelope.attachments.push_back({.name = "a", .content = std::make_shared<const std::string>("hello")});
    const auto prepared = prepare(*with.store, std::move(envelope));
    QVERIFY(prepared);
    QCOMPARE(prepared->attachments.size(), std::size_t(50));
    const auto &problems = prepared->envelope.problems;
    QVERIFY(problems.size() == 1 && problems.front().find("more than 50 attachments") != std::string::npos);
}

QTEST_GUILESS_MAIN(TestIntake)
#include "tst_intake.moc"
