// Whole histories: in, out, in again, and broken off in the middle.
#include "core/hub/account_store.h"
#include "core/hub/commands.h"
#include "core/hub/exchange/demo_shop.h"
#include "core/store/entities.h"
#include "exchange_fixture.h"

#include <QDir>
#include <QDirIterator>
#include <QtTest>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace tributary::hub;
using namespace tributary::hub::exchange;

class TestExchange : public QObject {
    Q_OBJECT
private slots:
    void roundTripKeepsEverything_data();
    void roundTripKeepsEverything();
    void takingItAgainChangesNothing();
    void ownExportIsKnown();
    void isCompleteAfterBeingKilled();
    void stopsWhenItIsTold_data();
    void stopsWhenItIsTold();
    void whatWasDecidedComesAlong();
    void whatIsOfferedAgainStaysOpen_data();
    void whatIsOfferedAgainStaysOpen();
    void whatWasOnItsWayHasEnded_data();
    void whatWasOnItsWayHasEnded();
    void saysWhatAnExportLacks();
    void demoIsSeededOnce();
    void takesMailFiles_data();
    void takesMailFiles();
    void whatWasSentAsAnAliasWentOut();
    void sameMailFromTwoFilesIsOne();
    void checkSeesDamage_data();
    void checkSeesDamage();
    void checkLooksIntoAttachments_data();
    void checkLooksIntoAttachments();
    void aHubThatStopsWaitsForNoCheck();

private:
    std::string m_shop = TRIBUTARY_SOURCE_DIR "/resources/demo/shop.jsonl";
};

void TestExchange::roundTripKeepsEverything_data()
{
    QTest::addColumn<bool>("asPaths");
    QTest::newRow("files in the lines") << false;
    QTest::newRow("files beside") << true;
}

void TestExchange::roundTripKeepsEverything()
{
    QFETCH(const bool, asPaths);
    ExchangeStore first, second;
    const auto summary = first.import(m_shop);
    QVERIFY2(summary, summary ? "" : summary.error().detail.c_str());
    QVERIFY2(summary->bad == 0, first.err.empty() ? "" : first.err.front().c_str());
    const StoreCheck before = first.check();
    QVERIFY2(before.problems.empty(), before.problems.empty() ? "" : before.problems.front().c_str());
    ExportOptions options;
    if (asPaths)
        options.filesFolder = second.folder.filePath("files").toStdString();
    const QByteArray lines = first.exported(options);
    QVERIFY(!lines.isEmpty());
    const auto again = second.import(second.write("export.jsonl", lines));
    QVERIFY2(again, again ? "" : again.error().detail.c_str());
    QVERIFY2(again->bad == 0, second.err.empty() ? "" : second.err.front().c_str());
    const StoreCheck after = second.check();
    QVERIFY2(after.problems.empty(), after.problems.empty() ? "" : after.problems.front().c_str());
    QCOMPARE(after.contentHash, before.contentHash);
    for (const char *table :
         {"customer", "identity", "conversation", "timeline_item", "agent", "team", "channel_account", "suggestion"})
        QCOMPARE(second.count(table), first.count(table));
    // The states of conversations come along: the export of the copy says the same, line by line.
    QList<QByteArray> one = lines.split('\n'), two = second.exported(options).split('\n');
    std::sort(one.begin(), one.end());
    std::sort(two.begin(), two.end());
    for (int i = 0; i < std::min(one.size(), two.size()); ++i) {
        if (!one[i].contains("\"identities\"")) // their order is that of new ids
            QCOMPARE(two[i], one[i]);
    }
    QCOMPARE(two.size(), one.size());
}

void TestExchange::aHubThatStopsWaitsForNoCheck()
{
    using namespace tributary;
    ExchangeStore shop;
    std::thread stops([&] { shop.store->endLongReads(); });
    const auto reader = std::move(*shop.store->openReader());
    const auto forEver = reader->readAndWait([](store::Database &database) -> Result<void> {
        return database.execute("WITH RECURSIVE more (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM more)"
                                " SELECT count(*) FROM more");
    });
    stops.join();
    QVERIFY(!forEver);
    QCOMPARE(forEver.error().kind, Error::Kind::TimedOut);
    QVERIFY(shop.store->reader().readAndWait([](store::Database &database) { return headOf(database); }));
}

void TestExchange::takingItAgainChangesNothing()
{
    ExchangeStore store;
    const auto first = store.import(m_shop);
    QVERIFY(first && first->taken > 500);
    const StoreCheck before = store.check();
    store.reopen();
    const auto second = store.import(m_shop);
    QVERIFY(second);
    QCOMPARE(second->taken, 1); // the reference
    QCOMPARE(second->known + second->taken, first->taken);
    const StoreCheck after = store.check();
    QCOMPARE(after.head, before.head);
    QCOMPARE(after.counts, before.counts);
    QCOMPARE(after.contentHash, before.contentHash);
}

void TestExchange::ownExportIsKnown()
{
    ExchangeStore store;
    QVERIFY(store.import(m_shop));
    const StoreCheck before = store.check();
    QVERIFY(store.import(store.write("own.jsonl", store.exported())));
    QCOMPARE(store.check().contentHash, before.contentHash);
    QCOMPARE(store.check().counts, before.counts);
    QCOMPARE(store.check().head, before.head);
}

QByteArray manyLines(int count)
{
    QByteArray lines;
    for (int i = 0; i < count; ++i) {
        lines +=
            QStringLiteral(R"({"message_id":"m%1","customer_handle":"c%2@mail.example","channel":"email","direction":"in",)"
                           R"("at_ms":%3,"body":"line %1"})")
                .arg(i)
                .arg(i % 97)
                .arg(1'700'000'000'000 + i * 1000LL)
                .toUtf8()
            + '\n';
    }
    return lines;
}

void TestExchange::isCompleteAfterBeingKilled()
{
    constexpr int kLines = 20'000;
    ExchangeStore whole, killed;
    const QByteArray lines = manyLines(kLines);
    const std::string file = killed.write("many.jsonl", lines);
    QVERIFY(whole.import(whole.write("many.jsonl", lines)));
    killed.store.reset(); // the child opens it
    int pipes[2];
    QCOMPARE(::pipe(pipes), 0);
    const pid_t child = ::fork();
    QVERIFY(child >= 0);
    if (child == 0) {
        killed.reopen();
        bool told = false;
        killed.store->writer().setCommitted([&] {
            if (!std::exchange(told, true))
                (void)!::write(pipes[1], "x", 1);
        });
        (void)killed.import(file);
        ::_exit(0);
    }
    char told = 0;
    QCOMPARE(::read(pipes[0], &told, 1), ssize_t(1)); // a batch is durable, most of the file is not read
    ::kill(child, SIGKILL);
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status));
    ::close(pipes[0]);
    ::close(pipes[1]);
    killed.reopen();
    QVERIFY(killed.store);
    QVERIFY(killed.count("timeline_item") > 0);
    QVERIFY(killed.count("timeline_item") < kLines);
    const auto rest = killed.import(file);
    QVERIFY(rest);
    QVERIFY(rest->known > 0);
    QCOMPARE(killed.count("timeline_item"), kLines);
    QCOMPARE(killed.check().contentHash, whole.check().contentHash);
    QVERIFY(killed.check().problems.empty());
    QCOMPARE(killed.count("conversation"), whole.count("conversation"));
}

const char *const kFirstMail =
    "From: Ana <ana@mail.example>\nTo: help@shop.example\nSubject: Cup\nMessage-ID: <1@mail.example>\n"
    "Date: Mon, 3 Nov 2025 10:00:00 +0000\n\nIt broke.\n";
const char *const kAnswer =
    "From: Shop <help@shop.example>\nTo: ana@mail.example\nSubject: Re: Cup\nMessage-ID: <2@shop.example>\n"
    "In-Reply-To: <1@mail.example>\nDate: Mon, 3 Nov 2025 11:00:00 +0000\n\nWe are sorry.\n";

QByteArray mboxOf(const QByteArray &a, const QByteArray &b)
{
    return "From x@y Mon Nov  3 10:00:00 2025\n" + a + ">From here on it is quoted.\n\nFrom x@y Mon Nov  3 11:00:00 2025\n"
           + b + "\n";
}

void TestExchange::stopsWhenItIsTold_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("lines") << "lines";
    QTest::newRow("lines that are known") << "known";
    QTest::newRow("mbox") << "mbox";
    QTest::newRow("mails") << "mails";
}

/// Whoever typed it is gone, or the hub ends.
void TestExchange::stopsWhenItIsTold()
{
    QFETCH(const QString, kind);
    ExchangeStore store;
    std::string path;
    std::int64_t all = 2;
    if (kind == "lines" || kind == "known") {
        all = 20'000;
        path = store.write("many.jsonl", manyLines(int(all)));
    } else if (kind == "mbox") {
        path = store.write("mail.mbox", mboxOf(kFirstMail, kAnswer));
    } else {
        QVERIFY(QDir(store.folder.path()).mkpath("mail"));
        QVERIFY(!store.write("mail/1.eml", kFirstMail).empty() && !store.write("mail/2.eml", kAnswer).empty());
        path = store.folder.filePath("mail").toStdString();
    }
    if (kind == "known")
        QVERIFY(store.import(path));
    const auto over = std::make_shared<std::atomic<bool>>(false);
    store.console.over = over;
    if (kind == "lines")
        store.store->writer().setCommitted([over] { *over = true; });
    else
        *over = true;
    const auto stopped = store.import(path);
    store.store->writer().setCommitted({});
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().kind, tributary::Error::Kind::Offline);
    const std::int64_t there = store.count("timeline_item");
    if (kind == "lines") {
        QVERIFY(there > 0 && there < all);
        QVERIFY2(stopped.error().detail.find("taken " + std::to_string(there) + ",") != std::string::npos,
                 stopped.error().detail.c_str());
    } else {
        QCOMPARE(there, kind == "known" ? all : 0);
    }
    *over = false;
    const auto rest = store.import(path);
    QVERIFY(rest);
    QCOMPARE(rest->known, there);
    QCOMPARE(store.count("timeline_item"), all);
    QVERIFY(store.check().problems.empty());
}

/// What people have said of customers and colleagues, beside the messages.
void TestExchange::whatWasDecidedComesAlong()
{
    using namespace tributary;
    using namespace tributary::model;
    ExchangeStore first, second;
    const std::string at = R"(,"at_ms":1700000000000)";
    std::string lines = R"({"type":"agent","email":"gone@shop.example","name":"Gone","role":"agent","active":false})"
                        "\n"
                        R"({"type":"agent","email":"here@shop.example","name":"Here","role":"agent"})"
                        "\n";
    for (const char *key : {"a", "b", "c", "d"})
        lines += std::string(R"({"type":"customer","customer_key":")") + key + R"(","customer_name":")" + key + "\"" + at
                 + (*key == 'a' ? R"(,"consents":[{"channel":"email","purpose":"marketing","granted":true,"source":"form",)"
                                  R"("at_ms":1700000000000},{"channel":"sms","purpose":"service","granted":false,)"
                                  R"("source":"by phone","author":"here@shop.example","at_ms":1700000001000}])"
                                : "")
                 + "}\n";
    lines += R"({"type":"link","customer_key":"a","other_customer_key":"b","evidence":"both","author":"here@shop.example")"
             + at
             + R"(,"ended_at_ms":1700000002000,"ended_by":"gone@shop.example"})"
               "\n"
             + R"({"type":"suggestion","customer_key":"c","other_customer_key":"d","reason":"same-name","evidence":"c")" + at
             + R"(,"state":"dismissed"})"
               "\n";
    const auto taken = first.import(first.write("a.jsonl", QByteArray::fromStdString(lines)));
    QVERIFY(taken);
    QVERIFY2(taken->bad == 0, first.err.front().c_str());
    const QByteArray exported = first.exported();
    const auto again = second.import(second.write("b.jsonl", exported));
    QVERIFY(again);
    QVERIFY2(again->bad == 0, second.err.front().c_str());
    QList<QByteArray> one = exported.split('\n'), two = second.exported().split('\n');
    std::sort(one.begin(), one.end());
    std::sort(two.begin(), two.end());
    QCOMPARE(two, one);
    const auto database = second.store->openReading();
    const auto valueOf = [&](const char *text) {
        auto query = (*database)->queryOnce(text);
        return query.step().value_or(false) ? QString::fromStdString(std::string(query.text(0))) : QString("nothing");
    };
    QCOMPARE(valueOf("SELECT group_concat(email) FROM agent WHERE NOT active"), "gone@shop.example");
    QCOMPARE(valueOf("SELECT a.email FROM customer_link AS l JOIN agent AS a ON a.id = l.ended_by_id"), "gone@shop.example");
    QCOMPARE(valueOf("SELECT state FROM suggestion"), "dismissed");
    QCOMPARE(valueOf("SELECT group_concat(source) FROM (SELECT source FROM consent ORDER BY at_ms)"), "form,by phone");
    QCOMPARE(valueOf("SELECT a.email FROM consent AS c JOIN agent AS a ON a.id = c.by_id WHERE NOT granted"),
             "here@shop.example");

    // What was said later here stays, whatever an older file says.
    const QByteArray older =
        R"({"type":"customer","source":"older","customer_key":")"
        + valueOf("SELECT lower(hex(customer_id)) FROM consent WHERE channel = 'sms'").toUtf8()
        + R"(","consents":[{"channel":"sms","purpose":"service","granted":true,"source":"old form","at_ms":1600000000000}]})";
    QByteArray withDashes = older;
    for (const int at : {8, 13, 18, 23})
        withDashes.insert(withDashes.indexOf("\"customer_key\":\"") + 16 + at, '-');
    QCOMPARE(second.import(second.write("c.jsonl", withDashes))->bad, 0);
    QCOMPARE(valueOf("SELECT group_concat(source) FROM (SELECT source FROM consent ORDER BY at_ms)"), "form,by phone");
}

void TestExchange::whatIsOfferedAgainStaysOpen_data()
{
    QTest::addColumn<bool>("isOfferedAgain");
    QTest::newRow("it was offered again since") << true;
    QTest::newRow("nobody here has said anything") << false;
}

/// An export from when two were said not to be one.
void TestExchange::whatIsOfferedAgainStaysOpen()
{
    using namespace tributary;
    using namespace tributary::model;
    QFETCH(const bool, isOfferedAgain);
    ExchangeStore store;
    QByteArray lines;
    for (const char *key : {"c", "d"})
        lines += QByteArray(R"({"type":"customer","customer_key":")") + key + R"(","customer_name":"Cem )" + key
                 + "\",\"at_ms\":1700000000000}\n";
    lines +=
        R"({"type":"suggestion","customer_key":"c","other_customer_key":"d","reason":"same-name","at_ms":1700000000000})"
        "\n";
    QVERIFY(store.import(store.write("a.jsonl", lines)));
    const auto suggestion = [&] {
        return store.store->reader()
            .readAndWait([](store::Database &database) -> Result<Suggestion> {
                auto query = database.queryOnce("SELECT id FROM suggestion");
                TRIBUTARY_TRY(query.step());
                TRIBUTARY_TRY_ASSIGN(const auto found, store::suggestion(database, query.id<SuggestionId>(0)));
                return found.value_or(Suggestion());
            })
            .value_or(Suggestion());
    };
    const Agent ada{.id = store.store->makeId<AgentId>(), .name = "Ada", .role = Agent::Role::Admin};
    const ClientId desk = store.store->makeId<ClientId>();
    std::int64_t n = 0;
    const auto say = [&](bool areTwo) {
        Command command{.n = ++n, .id = store.store->makeId<CommandId>(), .at = store.clock.now(), .baseSeq = 1'000'000};
        command.body = DismissSuggestion{suggestion().id, areTwo};
        return store.store->writer()
            .writeAndWait([&](store::Database &database) {
                return applyCommand(database, store.store->ids(), store.clock, ada, desk, command);
            })
            .value_or(Outcome());
    };
    QCOMPARE(say(true).kind, Outcome::Kind::Applied);
    const QByteArray exported = store.exported();
    QVERIFY(exported.contains(R"("state":"dismissed")"));
    if (isOfferedAgain) {
        QCOMPARE(say(false).kind, Outcome::Kind::Applied);
    } else {
        QVERIFY(store.store->writer().writeAndWait(
            [](store::Database &database) { return database.execute("UPDATE suggestion SET state = 'open'"); }));
    }
    QCOMPARE(suggestion().state, Suggestion::State::Open);
    const auto again = store.import(store.write("b.jsonl", exported));
    QVERIFY(again);
    QVERIFY2(again->bad == 0, store.err.front().c_str());
    QCOMPARE(suggestion().state, isOfferedAgain ? Suggestion::State::Open : Suggestion::State::Dismissed);
}

void TestExchange::whatWasOnItsWayHasEnded_data()
{
    using State = tributary::model::Delivery::State;
    QTest::addColumn<State>("was");
    QTest::addColumn<State>("becomes");
    for (std::size_t i = 0; i < tributary::model::kNames<State>.size(); ++i) {
        const State was = State(i);
        const bool waits = was == State::Held || was == State::Queued;
        const State becomes = waits ? State::Failed : was == State::Sending ? State::Uncertain : was;
        QTest::newRow(std::string(tributary::model::nameOf(was)).c_str()) << was << becomes;
    }
}

/// No queue has it where it is imported, so it waits for nothing there, and says why.
void TestExchange::whatWasOnItsWayHasEnded()
{
    using namespace tributary;
    using namespace tributary::model;
    QFETCH(const Delivery::State, was);
    QFETCH(const Delivery::State, becomes);
    ExchangeStore first, second;
    const auto inStore = [](ExchangeStore &shop) {
        const auto database = shop.store->openReading();
        auto query = (*database)->queryOnce("SELECT id FROM timeline_item WHERE kind = 'outbound'");
        return query.step().value_or(false) ? store::timelineItem(**database, query.id<TimelineItemId>(0))
                                            : failure(Error::Kind::NotFound, "no message of ours");
    };
    const QByteArray line = R"({"message_id":"m1","customer_handle":"ann@mail.example","channel":"email","direction":"out",)"
                            R"("at_ms":1700000000000,"body":"Yes.","delivery":"sent"})";
    QVERIFY(first.import(first.write("a.jsonl", line)));
    auto item = inStore(first);
    QVERIFY(item && *item);
    (*item)->delivery->state = was;
    (*item)->delivery->problem = "unreachable";
    (*item)->delivery->problemText = "The mail server does not answer.";
    QVERIFY(first.store->writer().writeAndWait([&](store::Database &database) -> Result<std::int64_t> {
        ChangeLog changes(database);
        TRIBUTARY_TRY(changes.put(**item));
        return changes.finish();
    }));

    const auto taken = second.import(second.write("b.jsonl", first.exported()));
    QVERIFY(taken);
    QVERIFY2(taken->bad == 0, second.err.front().c_str());
    const auto there = inStore(second);
    QVERIFY(there && *there);
    const Delivery &delivery = *(*there)->delivery;
    QCOMPARE(delivery.state, becomes);
    QCOMPARE(delivery.problem, std::string(becomes == was ? "unreachable" : "imported"));
    QVERIFY(!delivery.problemText.empty());
    QCOMPARE(delivery.problemText == "The mail server does not answer.", becomes == was);
}

/// An export is not all there is: it says so.
void TestExchange::saysWhatAnExportLacks()
{
    ExchangeStore store;
    QVERIFY(store.import(store.write("a.jsonl", manyLines(1))));
    QVERIFY(!store.exported().isEmpty());
    QVERIFY(!store.err.empty());
    for (const char *what : {"companies", "custom fields", "saved views", "audit log"})
        QVERIFY2(store.err.back().find(what) != std::string::npos, what);
}

void TestExchange::demoIsSeededOnce()
{
    ExchangeStore store;
    const auto chat = seedDemo(*store.store, {.shop = m_shop, .origins = {"http://127.0.0.1:8080"}}, store.console);
    QVERIFY2(chat, chat ? "" : chat.error().detail.c_str());
    QCOMPARE(chat->name, std::string("Shop chat"));
    QCOMPARE(store.count("agent"), 9);
    QVERIFY(store.check().problems.empty());
    const auto again = seedDemo(*store.store, {.shop = m_shop}, store.console);
    QVERIFY(!again);
    QCOMPARE(again.error().kind, tributary::Error::Kind::Conflict);
}

void TestExchange::takesMailFiles_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("mbox") << "mbox";
    QTest::newRow("mbox, answer first") << "reversed";
    QTest::newRow("Maildir") << "maildir";
    QTest::newRow("eml files") << "eml";
}

void TestExchange::takesMailFiles()
{
    QFETCH(const QString, kind);
    ExchangeStore store;
    std::string path;
    const QDir folder(store.folder.path());
    if (kind == "maildir" || kind == "eml") {
        const bool maildir = kind == "maildir";
        for (const char *part : {"cur", "new", "tmp"})
            QVERIFY(!maildir || folder.mkpath(QString("mail/%1").arg(part)));
        QVERIFY(folder.mkpath("mail"));
        QVERIFY(!store.write(maildir ? "mail/cur/1700000001.a:2,S" : "mail/1.eml", kFirstMail).empty());
        QVERIFY(!store.write(maildir ? "mail/new/1700000002.b" : "mail/2.eml", kAnswer).empty());
        path = folder.filePath("mail").toStdString();
    } else {
        path = store.write("mail.mbox", kind == "mbox" ? mboxOf(kFirstMail, kAnswer) : mboxOf(kAnswer, kFirstMail));
    }
    const auto summary = store.import(path, {.account = "help@shop.example"});
    QVERIFY2(summary, summary ? "" : summary.error().detail.c_str());
    QCOMPARE(summary->taken, 2);
    QCOMPARE(store.count("conversation"), 1);
    QCOMPARE(store.count("customer"), 1);
    const QByteArray lines = store.exported();
    QCOMPARE(lines.count("\"direction\":\"out\""), 1);
    QCOMPARE(lines.count("\"direction\":\"in\""), 1);
    if (kind == "mbox")
        QVERIFY(lines.contains("\\nFrom here on"));
    QCOMPARE(store.import(path, {.account = "help@shop.example"})->known, 2);
    QVERIFY(store.check().problems.empty());
}

void TestExchange::whatWasSentAsAnAliasWentOut()
{
    ExchangeStore store;
    const auto made = addAccount(*store.store, tributary::model::Channel::Email, "Help",
                                 {{"address", "help@shop.example"},
                                  {"aliases", "Old@shop.example, sales@shop.example"},
                                  {"imap", "imaps://help@shop.example:993"},
                                  {"smtp", "smtps://help@shop.example:465"}},
                                 {{"password", "p"}});
    QVERIFY2(made, made ? "" : made.error().detail.c_str());
    const std::string path = store.write("mail.mbox", mboxOf(kFirstMail, QByteArray(kAnswer).replace("help@", "old@")));
    const auto summary = store.import(path, {.account = "Help"});
    QVERIFY2(summary, summary ? "" : summary.error().detail.c_str());
    QCOMPARE(store.count("customer"), 1);
    QCOMPARE(store.exported().count("\"direction\":\"out\""), 1);
}

void TestExchange::sameMailFromTwoFilesIsOne()
{
    ExchangeStore store;
    const std::string fixtures = TRIBUTARY_SOURCE_DIR "/tests/fixtures/email";
    const auto first = store.import(fixtures);
    QVERIFY2(first, first ? "" : first.error().detail.c_str());
    QVERIFY(first->taken > 10);
    QCOMPARE(first->bad, 0);
    const StoreCheck before = store.check();
    QVERIFY2(before.problems.empty(), before.problems.empty() ? "" : before.problems.front().c_str());
    const auto second = store.import(fixtures);
    QVERIFY(second);
    QCOMPARE(second->taken, 0);
    QCOMPARE(store.check().head, before.head);
}

void TestExchange::checkSeesDamage_data()
{
    QTest::addColumn<QByteArray>("damage");
    QTest::newRow("a hole in the log") << QByteArray("DELETE FROM log WHERE seq = 40");
    QTest::newRow("a changed log row") << QByteArray("UPDATE log SET op = 'remove' WHERE seq = 40");
    QTest::newRow("a version of its own") << QByteArray(
        "UPDATE timeline_item SET version = version + 1 WHERE row = (SELECT max(row) FROM timeline_item)");
    QTest::newRow("an older row") << QByteArray("UPDATE conversation SET version = 1");
    QTest::newRow("a lost conversation") << QByteArray("DELETE FROM conversation WHERE number = 1001");
    QTest::newRow("a lost customer") << QByteArray("DELETE FROM customer");
}

/// What lies in a file, and that it lies there.
void TestExchange::checkLooksIntoAttachments_data()
{
    QTest::addColumn<QString>("damage");
    QTest::newRow("an attachment with another content") << "changed";
    QTest::newRow("an attachment that is cut short") << "cut";
    QTest::newRow("an attachment that is gone") << "gone";
}

void TestExchange::checkLooksIntoAttachments()
{
    QFETCH(const QString, damage);
    ExchangeStore store;
    QVERIFY(store.import(m_shop));
    QVERIFY(store.check().problems.empty());
    QStringList files;
    for (QDirIterator found(store.folder.filePath("data/blobs"), QDir::Files, QDirIterator::Subdirectories);
         found.hasNext();)
        files.append(found.next());
    QVERIFY(!files.isEmpty());
    QFile file(files.first());
    if (damage == "gone") {
        QVERIFY(file.remove());
    } else {
        file.setPermissions(QFile::ReadOwner | QFile::WriteOwner);
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QByteArray last = (file.seek(file.size() - 1), file.read(1));
        QVERIFY(damage == "cut" ? file.resize(file.size() - 1)
                                : file.seek(file.size() - 1) && file.write(QByteArray(1, char(last[0] ^ 1))) == 1);
        file.close();
    }
    const auto problems = store.check().problems;
    QCOMPARE(problems.size(), std::size_t(1));
    QVERIFY(problems.front().starts_with("1 attachments"));
    QCOMPARE(problems.front().find("another content") != std::string::npos, damage != "gone");
}

void TestExchange::checkSeesDamage()
{
    QFETCH(const QByteArray, damage);
    ExchangeStore store;
    QVERIFY(store.import(store.write("a.jsonl", manyLines(100))));
    QVERIFY(store.check().problems.empty());
    const auto damaged = store.store->writer().writeAndWait(
        [&](tributary::store::Database &database) { return database.execute(damage.constData()); });
    QVERIFY(damaged);
    QVERIFY(!store.check().problems.empty());
}

QTEST_GUILESS_MAIN(TestExchange)
#include "tst_exchange.moc"
