// One writer, several readers: what is acknowledged is committed, and nobody pays for another's failure.
#include "core/store/reader.h"
#include "core/store/writer.h"

#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>
#include <future>
#include <map>
#include <mutex>
#include <thread>

using namespace tributary;
using namespace tributary::store;

namespace {

const Executor kHere = [](std::function<void()> call) { call(); };
constexpr std::string_view kInsert = "INSERT INTO t (n, data) VALUES (:n, zeroblob(:size))";

Result<int> insert(Database &database, int n, int size = 10)
{
    auto query = database.query(kInsert);
    TRIBUTARY_TRY(query.bind("n", n).bind("size", size).run());
    return n;
}

struct Fixture {
    QTemporaryDir folder;
    std::string path = folder.filePath("a.db").toStdString();

    std::unique_ptr<Database> open(Database::Options options = {.durability = Database::Durability::Normal}) const
    {
        auto opened = Database::open(path, options);
        if (!opened)
            qFatal("%s", opened.error().detail.c_str());
        return std::move(*opened);
    }
    std::unique_ptr<Database> prepared() const
    {
        auto database = open();
        if (!database->execute("CREATE TABLE t (n INTEGER PRIMARY KEY, data BLOB NOT NULL)"))
            qFatal("no table");
        return database;
    }
    /// What another connection sees: that is what is committed.
    std::vector<std::int64_t> committed() const
    {
        const auto database = open({.mode = Database::Mode::ReadOnly});
        std::vector<std::int64_t> all;
        auto query = database->query("SELECT n FROM t ORDER BY n");
        while (query.step().value_or(false))
            all.push_back(query.integer(0));
        return all;
    }
};

/// Holds the writer's thread in a job, so that what is given meanwhile becomes one group.
class Held {
public:
    explicit Held(Writer &writer)
    {
        writer.write(
            [state = m_state](Database &) -> Result<int> {
                state->started.set_value();
                state->released.get_future().wait();
                return 0;
            },
            kHere, [](const Result<int> &) {});
        m_state->started.get_future().wait();
    }
    void release() { m_state->released.set_value(); }

private:
    struct State {
        std::promise<void> started;
        std::promise<void> released;
    };
    std::shared_ptr<State> m_state = std::make_shared<State>(); ///< Shared: the job may end after this.
};

using Answers = std::map<int, Result<int>>; ///< Written by the writer's thread alone, read after a close() or a wait.

void add(Writer &writer, Answers &answers, int n, int size = 10)
{
    writer.write([n, size](Database &database) { return insert(database, n, size); }, kHere,
                 [&answers, n](Result<int> result) { answers.emplace(n, std::move(result)); });
}

/// A promise kept when everything given before is answered.
void waitFor(Writer &writer)
{
    (void)writer.writeAndWait([](Database &) -> Result<int> { return 0; });
}

} // namespace

class TestWriter : public QObject {
    Q_OBJECT
private slots:
    void groupsShareACommit();
    void aFailingJobUndoesItselfAlone();
    void aFullDiskIsEverybodysAnswer();
    void aFullDiskIsNoPartOfAJobThatCopes();
    void largeGroupsAreParted();
    void closeFinishesWhatWasAccepted();
    void jobsAfterTheEndAreOffline();
    void damageEndsIt_data();
    void damageEndsIt();
    void keepsTheLogSmall();
    void keepsTheLogSmallForManyReaders();
    void leavesNoLogBehind();
    void readersFollow();
};

void TestWriter::groupsShareACommit()
{
    Fixture f;
    Writer writer(f.prepared());
    int commits = 0;
    std::vector<std::string> order;
    writer.setCommitted([&] { ++commits, order.emplace_back("commit"); });
    Held held(writer);
    std::vector<std::vector<std::int64_t>> seen;
    for (int n = 1; n <= 5; ++n)
        writer.write([n](Database &database) { return insert(database, n); }, kHere,
                     [&, n](const Result<int> &result) {
                         order.push_back(result ? std::to_string(n) : "failed");
                         seen.push_back(f.committed());
                     });
    QVERIFY(f.committed().empty());
    held.release();
    waitFor(writer);
    QVERIFY(commits >= 2); // the held job's, theirs, and perhaps that of the wait
    QVERIFY((std::vector<std::string>(order.begin(), order.begin() + 7)
             == std::vector<std::string>{"commit", "commit", "1", "2", "3", "4", "5"}));
    QCOMPARE(seen.size(), std::size_t(5));
    for (const auto &rows : seen)
        QVERIFY((rows == std::vector<std::int64_t>{1, 2, 3, 4, 5})); // the first is told when all are safe
}

void TestWriter::aFailingJobUndoesItselfAlone()
{
    Fixture f;
    Writer writer(f.prepared());
    Answers answers;
    Held held(writer);
    add(writer, answers, 1);
    writer.write(
        [](Database &database) -> Result<int> {
            TRIBUTARY_TRY(insert(database, 2));
            TRIBUTARY_TRY(insert(database, 1)); // is there already
            return 2;
        },
        kHere, [&](Result<int> result) { answers.emplace(2, std::move(result)); });
    writer.write(
        [](Database &database) -> Result<int> {
            TRIBUTARY_TRY(insert(database, 3));
            return failure(Error::Kind::Denied, "not you");
        },
        kHere, [&](Result<int> result) { answers.emplace(3, std::move(result)); });
    add(writer, answers, 4);
    held.release();
    writer.close();
    QVERIFY(answers.at(1) && answers.at(4));
    QCOMPARE(answers.at(2).error().kind, Error::Kind::Conflict);
    QCOMPARE(answers.at(3).error(), (Error{Error::Kind::Denied, "not you"}));
    QVERIFY((f.committed() == std::vector<std::int64_t>{1, 4}));
}

void TestWriter::aFullDiskIsEverybodysAnswer()
{
    Fixture f;
    auto database = f.prepared();
    QVERIFY(database->execute("PRAGMA max_page_count = 40"));
    bool broken = false;
    Writer writer(std::move(database), [&](const Error &) { broken = true; });
    Answers answers;
    Held held(writer);
    add(writer, answers, 1);
    add(writer, answers, 2, 1'000'000); // does not fit, and takes the transaction with it
    add(writer, answers, 3);
    held.release();
    waitFor(writer);
    for (const int n : {1, 2, 3}) {
        QVERIFY2(!answers.at(n), qPrintable(QString::number(n)));
        QCOMPARE(answers.at(n).error().kind, Error::Kind::Full);
    }
    QVERIFY(f.committed().empty());
    add(writer, answers, 4); // what fits is taken again
    waitFor(writer);
    QVERIFY(answers.at(4));
    QVERIFY((f.committed() == std::vector<std::int64_t>{4}));
    QVERIFY(!broken);
}

void TestWriter::aFullDiskIsNoPartOfAJobThatCopes()
{
    // A job that swallows the error of a statement has lost its transaction all the same: nobody is told that it is safe.
    Fixture f;
    auto database = f.prepared();
    QVERIFY(database->execute("PRAGMA max_page_count = 40"));
    Writer writer(std::move(database));
    Answers answers;
    Held held(writer);
    add(writer, answers, 1);
    writer.write(
        [](Database &store) -> Result<int> {
            (void)insert(store, 2, 1'000'000);
            return 2;
        },
        kHere, [&](Result<int> result) { answers.emplace(2, std::move(result)); });
    add(writer, answers, 3);
    held.release();
    writer.close();
    for (const int n : {1, 2, 3})
        QVERIFY2(!answers.at(n), qPrintable(QString::number(n)));
    QVERIFY(f.committed().empty());
}

void TestWriter::largeGroupsAreParted()
{
    Fixture f;
    Writer writer(f.prepared());
    int commits = 0;
    writer.setCommitted([&] { ++commits; });
    Answers answers;
    Held held(writer);
    for (int n = 1; n <= 450; ++n)
        add(writer, answers, n);
    held.release();
    writer.close();
    QCOMPARE(answers.size(), std::size_t(450));
    QCOMPARE(commits, 1 + 3); // of 200 at most
    QCOMPARE(f.committed().size(), std::size_t(450));
}

void TestWriter::closeFinishesWhatWasAccepted()
{
    Fixture f;
    Answers answers;
    {
        Writer writer(f.prepared());
        Held held(writer);
        for (int n = 1; n <= 50; ++n)
            add(writer, answers, n);
        held.release();
    } // closes
    QCOMPARE(answers.size(), std::size_t(50));
    for (const auto &[n, result] : answers)
        QVERIFY(result);
    QCOMPARE(f.committed().size(), std::size_t(50));
}

void TestWriter::jobsAfterTheEndAreOffline()
{
    Fixture f;
    Writer writer(f.prepared());
    Reader reader(f.open({.mode = Database::Mode::ReadOnly}));
    writer.close();
    reader.close();
    writer.close(); // twice is once
    Answers answers;
    add(writer, answers, 1);
    QCOMPARE(answers.at(1).error().kind, Error::Kind::Offline);
    QCOMPARE(writer.writeAndWait([](Database &database) { return insert(database, 2); }).error().kind, Error::Kind::Offline);
    QCOMPARE(reader.readAndWait([](Database &) -> Result<int> { return 1; }).error().kind, Error::Kind::Offline);
    QVERIFY(f.committed().empty());
}

void TestWriter::damageEndsIt_data()
{
    QTest::addColumn<bool>("inUpkeep");
    QTest::newRow("met by a job") << false;
    QTest::newRow("met in the upkeep of the file") << true; // where nothing is to be written for a long time
}

void TestWriter::damageEndsIt()
{
    QFETCH(const bool, inUpkeep);
    Fixture f;
    {
        Writer writer(f.prepared());
        for (int n = 0; n < 40; ++n)
            QVERIFY(writer.writeAndWait([n](Database &database) { return insert(database, n, 1000); }));
    }
    QFile file(QString::fromStdString(f.path));
    QVERIFY(file.open(QIODevice::ReadWrite));
    for (qint64 page = 1; page * 4096 < file.size(); ++page) {
        file.seek(page * 4096);
        file.write(QByteArray(64, '\xee'));
    }
    file.close();
    int times = 0;
    Writer writer(f.open(),
                  [&](const Error &error) { times += (error.kind == Error::Kind::Corrupt) != inUpkeep ? 1 : 100; });
    if (inUpkeep) {
        const auto met = writer.keepUpAndWait([](Database &database) { return insert(database, 99); });
        QVERIFY(!met && met.error().kind == Error::Kind::Corrupt); // it has its own answer
        QCOMPARE(times, 1);
    }
    for (int n = 100; n < 103; ++n) {
        const auto answer = writer.writeAndWait([n](Database &database) { return insert(database, n); });
        QVERIFY(!answer);
        QCOMPARE(answer.error().kind, inUpkeep ? Error::Kind::Failed : Error::Kind::Corrupt);
    }
    QVERIFY(!writer.keepUpAndWait([](Database &) -> Result<int> { return 1; }));
    writer.close();
    QCOMPARE(times, 1);
}

void TestWriter::keepsTheLogSmall()
{
    Fixture f;
    Writer writer(f.prepared());
    qint64 largest = 0;
    for (int n = 0; n < 64; ++n) {
        QVERIFY(writer.writeAndWait([n](Database &database) { return insert(database, n, 512 * 1024); }));
        largest = std::max(largest, QFileInfo(QString::fromStdString(f.path + "-wal")).size());
    }
    QVERIFY2(largest < 24 << 20, qPrintable(QString::number(largest))); // of 32 MiB written
    writer.close();
    QVERIFY(QFileInfo(QString::fromStdString(f.path)).size() > 32 << 20);
}

/// Fifty that read all the time must not keep the log from being begun again (ENGINE I43).
void TestWriter::keepsTheLogSmallForManyReaders()
{
    Fixture f;
    Writer writer(f.prepared());
    QVERIFY(writer.writeAndWait([](Database &database) { return insert(database, -1); }));
    std::atomic<bool> stop = false;
    std::atomic<qint64> reads = 0;
    std::mutex mutex;
    QStringList refused; // what reads that failed were told
    std::vector<std::thread> threads;
    for (int i = 0; i < 50; ++i)
        threads.emplace_back([&, file = f.open({.mode = Database::Mode::ReadOnly})]() mutable {
            Reader reader(std::move(file));
            while (!stop) {
                const auto rows = reader.readAndWait([](Database &database) -> Result<std::int64_t> {
                    auto query = database.query("SELECT count(*) FROM t WHERE n > 0");
                    TRIBUTARY_TRY(query.step());
                    return query.integer(0);
                });
                ++reads;
                if (!rows) {
                    const std::scoped_lock lock(mutex);
                    refused.append(QString::fromStdString(rows.error().detail));
                }
            }
        });
    qint64 largest = 0;
    int failures = 0;
    for (int n = 0; n < 300; ++n) {
        failures += writer.writeAndWait([n](Database &database) { return insert(database, n, 512 * 1024); }) ? 0 : 1;
        largest = std::max(largest, QFileInfo(QString::fromStdString(f.path + "-wal")).size());
    }
    stop = true;
    for (std::thread &thread : threads)
        thread.join();
    QCOMPARE(failures, 0);
    QVERIFY2(refused.isEmpty(), qPrintable(refused.join(u'\n')));
    QVERIFY2(reads > 50, qPrintable(QString::number(reads)));
    QVERIFY2(largest < 64 << 20, qPrintable(QString::number(largest))); // of 150 MiB written
}

void TestWriter::leavesNoLogBehind()
{
    Fixture f;
    Writer writer(f.prepared());
    QVERIFY(writer.writeAndWait([](Database &database) { return insert(database, 1); }));
    QVERIFY(QFileInfo(QString::fromStdString(f.path + "-wal")).size() > 0);
    writer.close();
    QCOMPARE(QFileInfo(QString::fromStdString(f.path + "-wal")).size(), qint64(0));
}

void TestWriter::readersFollow()
{
    Fixture f;
    Writer writer(f.prepared());
    Reader reader(f.open({.mode = Database::Mode::ReadOnly}));
    const auto rows = [](Database &database) -> Result<std::int64_t> {
        auto query = database.query("SELECT count(*) FROM t");
        TRIBUTARY_TRY(query.step());
        return query.integer(0);
    };
    for (int n = 1; n <= 20; ++n) {
        QVERIFY(writer.writeAndWait([n](Database &database) { return insert(database, n); }));
        QCOMPARE(*reader.readAndWait(rows), std::int64_t(n));
    }
    // Within one job there is one moment, whatever is written meanwhile.
    const auto twice = reader.readAndWait([&](Database &database) -> Result<bool> {
        TRIBUTARY_TRY_ASSIGN(const std::int64_t before, rows(database));
        TRIBUTARY_TRY(writer.writeAndWait([](Database &store) { return insert(store, 99); }));
        TRIBUTARY_TRY_ASSIGN(const std::int64_t after, rows(database));
        return before == after;
    });
    QVERIFY(twice && *twice);
    QCOMPARE(*reader.readAndWait(rows), std::int64_t(21));
    QVERIFY(!reader.readAndWait([](Database &database) { return insert(database, 5); }));
    // Jobs run in the order given, and each is answered.
    std::vector<int> order;
    for (int i = 0; i < 100; ++i)
        reader.read([i](Database &) -> Result<int> { return i; }, kHere,
                    [&order](const Result<int> &result) { order.push_back(*result); });
    reader.close();
    QCOMPARE(order.size(), std::size_t(100));
    QVERIFY(std::is_sorted(order.begin(), order.end()));
}

QTEST_APPLESS_MAIN(TestWriter)
#include "tst_writer.moc"
