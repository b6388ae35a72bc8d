// Single lines: what is refused and why, and what becomes of those that are not.
#include "core/hub/exchange/attachment_source.h"
#include "core/hub/exchange/handles.h"
#include "core/hub/exchange/history_writer.h"
#include "core/hub/exchange/line_parser.h"
#include "exchange_fixture.h"

#include "core/base/digest.h"
#include "core/hub/ingest.h"
#include "core/store/entities.h"

#include <QDir>
#include <QJsonDocument>
#include <QJsonObject>
#include <QtTest>

#include <sys/resource.h>

using namespace tributary;
using namespace tributary::hub::exchange;

class TestImportLines : public QObject {
    Q_OBJECT
private slots:
    void refuses_data();
    void refuses();
    void refusesPaths_data();
    void refusesPaths();
    void passesOverHugeLines();
    void keepsUnknownFields();
    void lastLineDecidesState();
    void groupsAsLive();
    void samePersonByKey();
    void normalisesHandles_data();
    void normalisesHandles();
    void cleansHtml();
    void bringsLargeFilesInPieces();
    void holdsOneFileAtATime();
    void takesAsManyFilesAsAreExported();
    void twoImportsAtOnceHaveTheirOwnPieces();
    void sweepsPiecesThatWereLeft();
    void timesOfUseOutliveOthersWriting_data();
    void timesOfUseOutliveOthersWriting();
    void wordsOfOtherSystemsAreKept();
};

QByteArray message(const char *id, const QByteArray &more = {}, qint64 at = 1'700'000'000'000)
{
    return QByteArray("{\"message_id\":\"") + id
           + R"(","customer_handle":"a@mail.example","channel":"email","direction":"in","at_ms":)" + QByteArray::number(at)
           + R"(,"body":"hello")" + more + "}\n";
}

void TestImportLines::refuses_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("why");
    QTest::newRow("no JSON") << QByteArray("hello") << QByteArray("not JSON");
    QTest::newRow("half of it") << QByteArray(R"({"message_id":"1",)") << QByteArray("not JSON");
    QTest::newRow("not UTF-8") << QByteArray("{\"message_id\":\"\xff\xfe\"}") << QByteArray("not JSON");
    QTest::newRow("deep") << QByteArray(100'000, '[') << QByteArray("not JSON");
    QTest::newRow("a list") << QByteArray("[1]") << QByteArray("not a JSON object");
    QTest::newRow("no id") << QByteArray(R"({"customer_handle":"a","channel":"sms","direction":"in","at_ms":1,"body":""})")
                           << QByteArray("message_id is missing");
    QTest::newRow("no handle") << QByteArray(R"({"message_id":"1","channel":"sms","direction":"in","at_ms":1,"body":""})")
                               << QByteArray("customer_handle is missing");
    QTest::newRow("blank handle") << QByteArray(
        R"({"message_id":"1","customer_handle":" ","channel":"sms","direction":"in","at_ms":1,"body":""})")
                                  << QByteArray("customer_handle has nothing");
    QTest::newRow("no channel") << QByteArray(
        R"({"message_id":"1","customer_handle":"a","direction":"in","at_ms":1,"body":""})")
                                << QByteArray("channel is missing");
    QTest::newRow("no body") << QByteArray(
        R"({"message_id":"1","customer_handle":"a","channel":"sms","direction":"in","at_ms":1})")
                             << QByteArray("body is missing");
    QTest::newRow("unknown channel") << message("1", R"(,"channel":"pigeon")") << QByteArray("channel is none");
    QTest::newRow("unknown type") << message("1", R"(,"type":"dream")") << QByteArray("type is none");
    QTest::newRow("unknown direction") << message("1", R"(,"direction":"up")") << QByteArray("direction is none");
    QTest::newRow("time as text") << message("1", R"(,"at_ms":"noon")") << QByteArray("at_ms is not");
    QTest::newRow("time before 1970") << message("1", R"(,"at_ms":-1)") << QByteArray("at_ms is outside");
    QTest::newRow("time after 9999") << message("1", R"(,"at_ms":999999999999999)") << QByteArray("at_ms is outside");
    QTest::newRow("tags as number") << message("1", R"(,"tags":3)") << QByteArray("tags is not a list");
    QTest::newRow("too many files") << message("1", ",\"attachments\":["
                                                        + QByteArray(R"({"name":"a","data_base64":"aGk="},)").repeated(50)
                                                        + R"({"name":"a","path":"a"}])")
                                    << QByteArray("attachments has more than 50 files");
    QTest::newRow("whole texts without end")
        << message("1", ",\"attachments\":[" + QByteArray(R"({"name":"tributary.whole-text"},)").repeated(52)
                            + R"({"name":"tributary.whole-text"}])")
        << QByteArray("attachments has more than 50 files");
    QTest::newRow("bad base64") << message("1", R"(,"attachments":[{"name":"a","data_base64":"%%%"}])")
                                << QByteArray("not base64");
}

void TestImportLines::refuses()
{
    QFETCH(QByteArray, line);
    QFETCH(const QByteArray, why);
    ExchangeStore store;
    const QByteArray lines = message("before") + line.replace('\n', "") + "\n" + message("after");
    const auto summary = store.import(store.write("a.jsonl", lines));
    QVERIFY2(summary, summary ? "" : summary.error().detail.c_str());
    QCOMPARE(summary->bad, 1);
    QCOMPARE(summary->taken, 2);
    QVERIFY2(store.err.front().find("line 2") != std::string::npos
                 && store.err.front().find(why.toStdString()) != std::string::npos,
             store.err.front().c_str());
    QCOMPARE(store.count("timeline_item"), 2);
}

void TestImportLines::refusesPaths_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("up") << QByteArray("../secret.txt");
    QTest::newRow("up in the middle") << QByteArray("sub/../../secret.txt");
    QTest::newRow("absolute") << QByteArray("/etc/passwd");
    QTest::newRow("through a link") << QByteArray("link/secret.txt");
    QTest::newRow("a link itself") << QByteArray("direct");
}

void TestImportLines::refusesPaths()
{
    QFETCH(const QByteArray, path);
    ExchangeStore store;
    const QDir folder(store.folder.path());
    QVERIFY(folder.mkpath("in/sub"));
    QVERIFY(!store.write("secret.txt", "secret").empty());
    QVERIFY(QFile::link(folder.path(), folder.filePath("in/link")));
    QVERIFY(QFile::link(folder.filePath("secret.txt"), folder.filePath("in/direct")));
    QVERIFY(!store.write("in/fine.txt", "fine").empty());
    const QByteArray lines = message("1", R"(,"attachments":[{"name":"a","path":")" + path + "\"}]")
                             + message("2", R"(,"attachments":[{"name":"a","path":"fine.txt"}])");
    const auto summary = store.import(store.write("in/a.jsonl", lines));
    QVERIFY(summary);
    QCOMPARE(summary->bad, 1);
    QCOMPARE(summary->taken, 1);
    QVERIFY(!store.exported().contains(QByteArray("secret").toBase64()));
    QVERIFY(store.exported().contains(QByteArray("fine").toBase64()));
}

void TestImportLines::passesOverHugeLines()
{
    ExchangeStore store;
    QFile file(store.folder.filePath("a.jsonl"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(message("before"));
    const QByteArray block(1024 * 1024, 'x');
    for (int i = 0; i < 300; ++i)
        file.write(block);
    file.write("\n" + message("after"));
    file.close();
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    const auto summary = store.import(file.fileName().toStdString());
    ::getrusage(RUSAGE_SELF, &after);
    QVERIFY(summary);
    QCOMPARE(summary->bad, 1);
    QCOMPARE(summary->taken, 2);
#ifdef __SANITIZE_THREAD__
    constexpr long kMost = 4 * 100 * 1024; // it keeps notes of each byte that is touched, several times its size
#else
    constexpr long kMost = 100 * 1024;
#endif
    QVERIFY2(after.ru_maxrss - before.ru_maxrss < kMost, "kilobytes more than a line may take");
}

void TestImportLines::keepsUnknownFields()
{
    ExchangeStore store;
    const QByteArray line = message("1", R"(,"mood":{"score":[1,2.5,"\"x\""]},"legacy_id":17)");
    QVERIFY(store.import(store.write("a.jsonl", line)));
    for (const QByteArray &written : store.exported().split('\n')) {
        const QJsonObject object = QJsonDocument::fromJson(written).object();
        if (!object.contains("message_id"))
            continue;
        QCOMPARE(object["legacy_id"].toInt(), 17);
        QCOMPARE(object["mood"].toObject()["score"].toArray().at(2).toString(), QString("\"x\""));
        return;
    }
    QFAIL("the message is not there");
}

QJsonObject lastMessage(const QByteArray &lines)
{
    QJsonObject last;
    for (const QByteArray &line : lines.split('\n')) {
        const QJsonObject object = QJsonDocument::fromJson(line).object();
        last = object.contains("message_id") ? object : last;
    }
    return last;
}

void TestImportLines::lastLineDecidesState()
{
    ExchangeStore store;
    const QByteArray lines =
        message("1",
                R"(,"conversation_key":"k","status":"open","tags":["b","a"],"priority":"high","assignee":"x@shop.example")")
        + message("2", R"(,"conversation_key":"k","status":"resolved","tags":["c"],"team":"Care","direction":"internal")",
                  1'700'000'100'000);
    QVERIFY(store.import(store.write("a.jsonl", lines)));
    const QJsonObject last = lastMessage(store.exported());
    QCOMPARE(last["status"].toString(), QString("resolved"));
    QCOMPARE(last["tags"].toArray().size(), 1);
    QCOMPARE(last["priority"].toString(), QString("high"));
    QCOMPARE(last["assignee"].toString(), QString("x@shop.example"));
    QCOMPARE(last["team"].toString(), QString("Care"));
    QCOMPARE(last["type"].toString(), QString("note"));
}

void TestImportLines::groupsAsLive()
{
    ExchangeStore store;
    constexpr qint64 kDay = 86'400'000, kStart = 1'700'000'000'000;
    const QByteArray lines = message("1") + message("2", {}, kStart + 13 * kDay) + message("3", {}, kStart + 28 * kDay)
                             + message("4", R"(,"account":"other@shop.example")", kStart + 28 * kDay);
    QVERIFY(store.import(store.write("a.jsonl", lines)));
    QCOMPARE(store.count("conversation"), 3);
    QCOMPARE(store.count("identity"), 1);
}

void TestImportLines::samePersonByKey()
{
    ExchangeStore store;
    const QByteArray lines = message("1", R"(,"customer_key":"p")")
                             + message("2", R"(,"customer_key":"p","channel":"sms","customer_handle":"+49 30 1234567")")
                             + message("3", R"(,"customer_handle":"A@Mail.Example")");
    QVERIFY(store.import(store.write("a.jsonl", lines)));
    QCOMPARE(store.count("customer"), 1);
    QCOMPARE(store.count("identity"), 2);
}

void TestImportLines::normalisesHandles_data()
{
    QTest::addColumn<int>("channel");
    QTest::addColumn<QByteArray>("handle");
    QTest::addColumn<QByteArray>("address");
    using model::Channel;
    QTest::newRow("mail") << int(Channel::Email) << QByteArray(" Ana@Mail.Example ") << QByteArray("ana@mail.example");
    QTest::newRow("E.164") << int(Channel::Sms) << QByteArray("+493012345678") << QByteArray("+493012345678");
    QTest::newRow("with spaces") << int(Channel::WhatsApp) << QByteArray("+49 (0)30 1234-5678")
                                 << QByteArray("+493012345678");
    QTest::newRow("with 00") << int(Channel::Phone) << QByteArray("0049 30 12345678") << QByteArray("+493012345678");
    QTest::newRow("of no country") << int(Channel::Phone) << QByteArray("030 / 123 45") << QByteArray("03012345");
    QTest::newRow("a name") << int(Channel::Sms) << QByteArray("Parcel") << QByteArray("Parcel");
    QTest::newRow("platform id") << int(Channel::Telegram) << QByteArray("Ab_9") << QByteArray("Ab_9");
}

void TestImportLines::normalisesHandles()
{
    QFETCH(const int, channel);
    QFETCH(const QByteArray, handle);
    QFETCH(const QByteArray, address);
    QCOMPARE(QByteArray::fromStdString(normalisedHandle(model::Channel(channel), handle.toStdString())), address);
}

void TestImportLines::cleansHtml()
{
    ExchangeStore store;
    const QByteArray line = message("1", ",\"html\":\"<p onclick='x()'>hi<script>bad()</script></p>\"");
    QVERIFY(store.import(store.write("a.jsonl", line)));
    const QString html = lastMessage(store.exported())["html"].toString();
    QVERIFY(html.contains("hi"));
    QVERIFY(!html.contains("bad") && !html.contains("onclick"));
}

void TestImportLines::bringsLargeFilesInPieces()
{
    ExchangeStore first, second;
    QByteArray large(10'000'000, '\0');
    for (int i = 0; i < large.size(); ++i)
        large[i] = char(i * 7 + i / 251);
    QVERIFY(!first.write("large.bin", large).empty());
    const QByteArray line = message("1", R"(,"attachments":[{"name":"large.bin","path":"large.bin"}])");
    QVERIFY(first.import(first.write("a.jsonl", line)));
    const QByteArray lines = first.exported();
    for (const QByteArray &one : lines.split('\n'))
        QVERIFY(one.size() < qsizetype(kMaxLineBytes));
    const auto summary = second.import(second.write("b.jsonl", lines));
    QVERIFY(summary);
    QCOMPARE(summary->bad, 0);
    QCOMPARE(second.check().contentHash, first.check().contentHash);
    QVERIFY(second.check().problems.empty());
}

/// A line may name fifty files of a hundred megabytes each.
void TestImportLines::holdsOneFileAtATime()
{
    constexpr int kFiles = 30;
    ExchangeStore store;
    QFile file(store.folder.filePath("large.bin"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.resize(10'000'000));
    file.close();
    const QByteArray one = R"({"name":"large.bin","path":"large.bin"})";
    const QByteArray line = message("1", ",\"attachments\":[" + (one + ",").repeated(kFiles - 1) + one + "]");
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    const auto summary = store.import(store.write("a.jsonl", line));
    ::getrusage(RUSAGE_SELF, &after);
    QVERIFY(summary);
    QCOMPARE(summary->taken, 1);
    QCOMPARE(lastMessage(store.exported())["attachments"].toArray().size(), kFiles);
#ifdef __SANITIZE_ADDRESS__
    constexpr long kMost = 400 * 1024; // what is given back is kept for a while
#else
    constexpr long kMost = 100 * 1024;
#endif
    QVERIFY2(after.ru_maxrss - before.ru_maxrss < kMost, "kilobytes more than a file may take");
}

/// Fifty files, and what did not fit into the row besides.
void TestImportLines::takesAsManyFilesAsAreExported()
{
    ExchangeStore first, second;
    const QByteArray one = R"({"name":"a","data_base64":"aGk="})";
    const QByteArray line = message("1", ",\"attachments\":[" + (one + ",").repeated(49) + one + "],\"html\":\"<p>"
                                             + QByteArray("word ").repeated(10'000) + "</p>\"")
                                .replace("\"hello\"", "\"" + QByteArray("word ").repeated(10'000) + "\"");
    QCOMPARE(first.import(first.write("a.jsonl", line))->taken, 1);
    const QByteArray lines = first.exported();
    QCOMPARE(lastMessage(lines)["attachments"].toArray().size(), 52);
    const auto summary = second.import(second.write("b.jsonl", lines));
    QVERIFY(summary);
    QVERIFY2(summary->bad == 0, second.err.front().c_str());
    QCOMPARE(lastMessage(second.exported())["attachments"].toArray().size(), 52);
    QCOMPARE(second.check().contentHash, first.check().contentHash);
}

QStringList partFiles(const ExchangeStore &store)
{
    return QDir(store.folder.filePath("data")).entryList({"*.part"}, QDir::Files);
}

void TestImportLines::twoImportsAtOnceHaveTheirOwnPieces()
{
    ExchangeStore store;
    {
        AttachmentSource one(*store.store, store.folder.path().toStdString());
        AttachmentSource other(*store.store, store.folder.path().toStdString());
        const auto piece = [](const std::string &whole, std::size_t from) {
            return HistoryLine{.sha256 = toHex(sha256(bytesOf(whole))),
                               .dataBase64 = toBase64(bytesOf(whole.substr(from, 5))),
                               .offset = std::int64_t(from),
                               .sizeBytes = std::int64_t(whole.size())};
        };
        for (const std::size_t from : {0, 5}) {
            QVERIFY(one.addPiece(piece("one's file", from)));
            QVERIFY(other.addPiece(piece("the other.", from)));
        }
        std::vector<std::string> problems;
        const auto file = one.open({.name = "a", .sha256 = toHex(sha256(bytesOf(std::string("one's file"))))}, problems);
        QVERIFY(file);
        QVERIFY(!file->sha256.empty());
        QCOMPARE(file->sizeBytes, 10);
        QCOMPARE(partFiles(store).size(), 2);
    }
    QCOMPARE(partFiles(store), QStringList());
}

void TestImportLines::sweepsPiecesThatWereLeft()
{
    ExchangeStore store;
    QVERIFY(!store.write("data/import.part", "of an older version").empty());
    QVERIFY(!store.write("data/import-0190.part", "of one that was killed").empty());
    QVERIFY(!store.write("data/other.part", "of somebody else").empty());
    store.reopen();
    QVERIFY(store.store);
    QCOMPARE(partFiles(store), QStringList{"other.part"});
}

void TestImportLines::timesOfUseOutliveOthersWriting_data()
{
    QTest::addColumn<bool>("comesUpAgain");
    QTest::addColumn<qint64>("usedMeanwhile"); ///< Days after the first message; 0: nobody did.
    QTest::addColumn<qint64>("lastUsed");
    QTest::newRow("not spoken of again") << false << qint64(0) << qint64(3);
    QTest::newRow("spoken of again, of an earlier time") << true << qint64(0) << qint64(3);
    QTest::newRow("used later at the hub") << false << qint64(5) << qint64(5);
    QTest::newRow("used later at the hub, and spoken of again") << true << qint64(5) << qint64(5);
}

/// Times near to each other are written at the end of an import. Desktops write in between.
void TestImportLines::timesOfUseOutliveOthersWriting()
{
    QFETCH(const bool, comesUpAgain);
    QFETCH(const qint64, usedMeanwhile);
    QFETCH(const qint64, lastUsed);
    constexpr qint64 kDay = 86'400'000, kStart = 1'700'000'000'000;
    ExchangeStore with;
    HistoryWriter writer(*with.store);
    LineParser parser;
    const auto take = [&](const QByteArray &line, bool isLast) {
        std::string text = line.trimmed().toStdString();
        const std::size_t size = text.size();
        text.append(kLinePadding, '\0');
        PreparedLines lines(1);
        HistoryLine parsed = std::move(*parser.parse(std::string_view(text).substr(0, size)));
        parsed.source = "test";
        lines[0] = std::move(*prepareLine(*with.store, std::move(parsed), {}));
        return with.store->writer().writeAndWait([&](store::Database &database) {
            return writer.write(
                database, lines, [](auto, const auto &) {}, isLast);
        });
    };
    QVERIFY(take(message("1"), false));
    QVERIFY(take(message("2", {}, kStart + 3 * kDay), false));
    const auto others = with.store->writer().writeAndWait([&](store::Database &database) -> Result<void> {
        hub::ChangeLog changes(database);
        auto query = database.queryOnce("SELECT id FROM identity");
        TRIBUTARY_TRY(query.step());
        TRIBUTARY_TRY_ASSIGN(auto identity, store::identity(database, query.id<model::IdentityId>(0)));
        identity->name = "Named meanwhile";
        if (usedMeanwhile > 0)
            identity->lastUsedAt = fromMs(kStart + usedMeanwhile * kDay);
        TRIBUTARY_TRY(changes.put(*identity));
        TRIBUTARY_TRY(changes.finish());
        return {};
    });
    QVERIFY(others);
    const QByteArray another = message("3").replace("a@mail.example", "b@mail.example");
    QVERIFY(take(comesUpAgain ? message("3", {}, kStart + kDay) : another, true));
    const auto database = with.store->openReading();
    auto query = (*database)->queryOnce("SELECT last_used_ms, name FROM identity WHERE address = 'a@mail.example'");
    QVERIFY(query.step().value_or(false));
    QCOMPARE((query.integer(0) - kStart) / kDay, lastUsed);
    QCOMPARE(query.text(1), std::string_view("Named meanwhile"));
}

/// What is a field of one kind of line is anybody's word on another.
void TestImportLines::wordsOfOtherSystemsAreKept()
{
    ExchangeStore store;
    QCOMPARE(
        store.import(store.write("a.jsonl", message("1", R"(,"state":"CA","active":"yes","consents":3,"ended_by":[])")))
            ->taken,
        1);
    const QJsonObject last = lastMessage(store.exported());
    QCOMPARE(last["state"].toString(), QString("CA"));
    QCOMPARE(last["active"].toString(), QString("yes"));
    QCOMPARE(last["consents"].toInt(), 3);
    QVERIFY(last["ended_by"].isArray());
}

QTEST_GUILESS_MAIN(TestImportLines)
#include "tst_import_lines.moc"
