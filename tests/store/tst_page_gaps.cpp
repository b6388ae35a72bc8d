// What is left of deleted rows in the pages of a file, and that it goes.
#include "core/store/page_gaps.h"
#include "tests/store/file_calls.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>
#include <cerrno>

using namespace tributary;
using namespace tributary::store;

namespace {

/// A table whose rows have grown since they were written, so that they have moved from page to page. Every tenth is secret.
struct Shop {
    QTemporaryDir folder;
    std::string path = folder.filePath("a.db").toStdString();
    std::unique_ptr<Database> database = open({});

    Shop()
    {
        constexpr int kRows = 900;
        execute("CREATE TABLE item (row INTEGER PRIMARY KEY, body TEXT NOT NULL); BEGIN");
        for (int i = 0; i < kRows; ++i)
            add(i);
        for (int i = 0; i < kRows; ++i) {
            if (const int row = i * 37 % kRows; row % 10 != 0) {
                const std::string more(std::size_t(i * 104729LL % 500), 'y');
                run(database->query("UPDATE item SET body = body || :body WHERE row = :row"), row, more);
            }
        }
        execute("COMMIT");
    }
    std::unique_ptr<Database> open(Database::Options options) const
    {
        auto opened = Database::open(path, options);
        if (!opened)
            qFatal("%s", opened.error().detail.c_str());
        return std::move(*opened);
    }
    void execute(std::string_view script) const
    {
        if (const auto done = database->execute(script); !done)
            qFatal("%s", done.error().detail.c_str());
    }
    void add(int row) const
    {
        const std::string body =
            (row % 10 == 0 ? "secret" : "open") + std::string(std::size_t(20 + row * 7919LL % 300), 'x');
        run(database->query("INSERT INTO item (row, body) VALUES (:row, :body)"), row, body);
    }
    static void run(Query query, int row, const std::string &body)
    {
        if (const auto done = query.bind("row", std::int64_t(row)).bind("body", body).run(); !done)
            qFatal("%s", done.error().detail.c_str());
    }
    int count() const
    {
        auto query = database->queryOnce("SELECT count(*) FROM item");
        return query.step() ? int(query.integer(0)) : -1;
    }
    /// In the file, which has all that is in the log.
    qsizetype secrets() const
    {
        if (!database->checkpoint(true))
            return -1;
        QFile file(QString::fromStdString(path));
        return file.open(QFile::ReadOnly) ? file.readAll().count("secret") : -1;
    }
};

} // namespace

class TestPageGaps : public QObject {
    Q_OBJECT
private slots:
    void nothingIsLeft_data();
    void nothingIsLeft();
    void waitsForReaders();
    void takesAnyFile_data();
    void takesAnyFile();
    void whatFailsBreaksIt_data();
    void whatFailsBreaksIt();
    void whatReadsAsWipedIsWrittenAgain_data();
    void whatReadsAsWipedIsWrittenAgain();
    void aReaderIsNotWaitedFor();
    void anEmptyLogIsSynced();
};

void TestPageGaps::nothingIsLeft_data()
{
    QTest::addColumn<int>("pages");
    QTest::newRow("in one piece") << 100'000;
    QTest::newRow("in pieces") << 7;
    QTest::newRow("page by page") << 1;
}

void TestPageGaps::nothingIsLeft()
{
    QFETCH(const int, pages);
    Shop shop;
    shop.execute("DELETE FROM item WHERE body LIKE 'secret%'");
    QVERIFY2(shop.secrets() > 0, "SQLite leaves nothing behind any more: this is not needed");
    WipedGaps done;
    std::int64_t wiped = 0;
    int written = 1000;
    for (std::int64_t inThisPass = 1; inThisPass > 0;) {
        inThisPass = 0;
        done = {};
        while (!done.atEnd) {
            const auto next = wipePageGaps(*shop.database, done.next, pages);
            QVERIFY(next);
            done = *next;
            inThisPass += done.wiped;
            // Who writes in between, and has pages change places, brings nothing back.
            if (written < 1400 && written % 10 != 0) {
                shop.add(written);
                const std::string more(std::size_t(written % 7) * 100, 'z');
                Shop::run(shop.database->query("UPDATE item SET body = body || :body WHERE row = :row"),
                          written * 37 % 900 / 10 * 10 + 1, more);
            }
            ++written;
        }
        wiped += inThisPass;
    }
    QVERIFY(wiped > 0);
    QCOMPARE(shop.secrets(), 0);
    const auto whole = shop.database->quickCheck();
    QVERIFY(whole && *whole == "ok");
    const auto again = shop.open({});
    auto query = again->queryOnce("SELECT count(*) FROM item WHERE body LIKE 'open%'");
    QVERIFY(query.step());
    QCOMPARE(int(query.integer(0)), shop.count());
    QVERIFY(shop.count() > 800);
}

void TestPageGaps::waitsForReaders()
{
    Shop shop;
    QVERIFY(shop.database->checkpoint(true));
    const auto reader = shop.open({.mode = Database::Mode::ReadOnly});
    const auto looked = reader->atOneMoment([&]() -> Result<void> {
        auto query = reader->query("SELECT count(*) FROM item");
        if (!query.step())
            return failure(Error::Kind::Failed, "not read");
        shop.execute("DELETE FROM item WHERE body LIKE 'secret%'");
        const auto done = wipePageGaps(*shop.database, 1, 100'000);
        if (done || done.error().kind != Error::Kind::Conflict)
            return failure(Error::Kind::Failed, "it did not wait");
        return {};
    });
    QVERIFY2(looked, looked ? "" : looked.error().detail.c_str());
    const auto done = wipePageGaps(*shop.database, 1, 100'000);
    QVERIFY(done && done->atEnd);
    QCOMPARE(shop.secrets(), 0);
}

void TestPageGaps::takesAnyFile_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::newRow("nothing in it") << QByteArray("SELECT 1");
    QTest::newRow("rows that go on in other pages")
        << QByteArray("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000)), (hex(randomblob(50000)))");
    QTest::newRow("free pages") << QByteArray(
        "CREATE TABLE t (a); INSERT INTO t VALUES (hex(randomblob(90000))); DELETE FROM t");
    QTest::newRow("full text") << QByteArray("CREATE VIRTUAL TABLE t USING fts5(a); INSERT INTO t VALUES ('what a day')");
}

void TestPageGaps::takesAnyFile()
{
    QFETCH(const QByteArray, script);
    QTemporaryDir folder;
    const auto opened = Database::open(folder.filePath("a.db").toStdString(), {});
    QVERIFY(opened && (*opened)->execute(std::string_view(script.constData(), std::size_t(script.size()))));
    const auto done = wipePageGaps(**opened, 1, 100'000);
    QVERIFY2(done && done->atEnd, done ? "not all of it" : done.error().detail.c_str());
    const auto beyond = wipePageGaps(**opened, done->next, 10);
    QVERIFY(beyond && beyond->atEnd && beyond->wiped == 0);
    const auto whole = (*opened)->quickCheck();
    QVERIFY(whole && *whole == "ok");
}

void TestPageGaps::whatFailsBreaksIt_data()
{
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<int>("error");
    QTest::addColumn<bool>("breaks");
    QTest::newRow("a write") << QByteArray("write") << EIO << true;
    QTest::newRow("a sync") << QByteArray("sync") << EIO << true;
    QTest::newRow("no room") << QByteArray("write") << ENOSPC << false;
    QTest::newRow("no quota") << QByteArray("write") << EDQUOT << false;
}

/// Past SQLite, and it counts as if that had met it.
void TestPageGaps::whatFailsBreaksIt()
{
    QFETCH(const QByteArray, what);
    QFETCH(const int, error);
    QFETCH(const bool, breaks);
    Shop shop;
    shop.execute("DELETE FROM item WHERE body LIKE 'secret%'");
    QVERIFY(shop.secrets() > 0); // and nothing is left for SQLite to write
    {
        const store::testing::FileCalls calls(shop.folder.path().toStdString(), [&](const store::testing::FileCall &call) {
            return what == call.what.c_str() && call.name == "a.db" ? error : 0;
        });
        const auto done = wipePageGaps(*shop.database, 1, 100'000);
        QVERIFY(!done);
        QCOMPARE(done.error().kind, breaks ? Error::Kind::Failed : Error::Kind::Full);
    }
    QCOMPARE(shop.database->isBroken(), breaks);
    QCOMPARE(bool(wipePageGaps(*shop.database, 1, 100'000)), !breaks); // it is not tried again
}

/// Its shorter length is not on the disk yet, and what was deleted would be there after a power cut.
/// A reader that stands at the end of the log keeps it from being emptied, for as long as it likes: it is not waited for.
void TestPageGaps::aReaderIsNotWaitedFor()
{
    Shop shop;
    const auto timeout = [&] {
        auto query = shop.database->queryOnce("PRAGMA busy_timeout");
        return *query.step() ? query.integer(0) : 0;
    };
    const std::int64_t before = timeout();
    QVERIFY(before > 0);
    shop.execute("CREATE TABLE another (n)"); // something is in the log
    const auto reader = shop.open({.mode = Database::Mode::ReadOnly});
    const auto looked = reader->atOneMoment([&]() -> Result<void> {
        auto query = reader->query("SELECT count(*) FROM item");
        TRIBUTARY_TRY(query.step());
        TRIBUTARY_TRY_ASSIGN(const bool isEmpty, emptyLog(*shop.database));
        return isEmpty ? failure(Error::Kind::Failed, "it is empty") : Result<void>();
    });
    QVERIFY2(looked, looked ? "" : looked.error().detail.c_str());
    QCOMPARE(timeout(), before);
}

void TestPageGaps::anEmptyLogIsSynced()
{
    Shop shop;
    const auto log = [&] { return QFileInfo(shop.folder.filePath("a.db-wal")).size(); };
    shop.execute("DELETE FROM item WHERE body LIKE 'secret%'");
    QVERIFY(log() > 0);
    bool isSynced = false, fails = false;
    const store::testing::FileCalls calls(shop.folder.path().toStdString(), [&](const store::testing::FileCall &call) {
        if (call.what != "sync" || call.name != "a.db-wal")
            return 0;
        isSynced = log() == 0;
        return fails && isSynced ? EIO : 0;
    });
    QCOMPARE(emptyLog(*shop.database).value_or(false), true);
    QVERIFY(isSynced);
    fails = true;
    shop.execute("DELETE FROM item");
    QVERIFY(!emptyLog(*shop.database));
    QVERIFY(shop.database->isBroken());
}

void TestPageGaps::whatReadsAsWipedIsWrittenAgain_data()
{
    nothingIsLeft_data();
}

/// After a sync that failed, and after a kill, what is read is what the system has in memory, and no more.
void TestPageGaps::whatReadsAsWipedIsWrittenAgain()
{
    QFETCH(const int, pages);
    Shop shop;
    shop.execute("DELETE FROM item WHERE body LIKE 'secret%'");
    const auto all = [&](Gaps which) {
        std::int64_t wiped = 0;
        for (WipedGaps done; !done.atEnd; wiped += done.wiped) {
            auto next = wipePageGaps(*shop.database, done.next, pages, which);
            if (!next)
                qFatal("%s", next.error().detail.c_str());
            done = *next;
        }
        return wiped;
    };
    QVERIFY(all(Gaps::All) > 0);
    QCOMPARE(all(Gaps::All), 0);
    QCOMPARE(shop.secrets(), 0);
    const qint64 ofFile = QFileInfo(QString::fromStdString(shop.path)).size() / 4096;
    for (const Gaps which : {Gaps::NotEmpty, Gaps::All}) {
        int writes = 0, notSynced = 1; // not even what another process may have written
        {
            const store::testing::FileCalls calls(shop.folder.path().toStdString(),
                                                  [&](const store::testing::FileCall &call) {
                                                      if (call.what == "sync" && call.name == "a.db")
                                                          notSynced = 0;
                                                      if (call.what == "write" && call.name == "a.db")
                                                          ++writes, ++notSynced;
                                                      return 0;
                                                  });
            QCOMPARE(all(which), 0);
        }
        QCOMPARE(notSynced, 0);
        if (which == Gaps::All)
            QVERIFY2(writes > ofFile / 2 && writes <= ofFile, qPrintable(QString::number(writes)));
        else
            QCOMPARE(writes, 0);
    }
    const auto whole = shop.database->quickCheck();
    QVERIFY(whole && *whole == "ok");
}

QTEST_GUILESS_MAIN(TestPageGaps)
#include "tst_page_gaps.moc"
