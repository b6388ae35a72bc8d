// The layer over SQLite: typed values there and back, errors by kind, statements that may be used inside themselves.
#include "core/store/database.h"

#include "core/store/file_system.h"
#include "tests/sim/sim_disk.h"

#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QtTest>
#include <atomic>
#include <sqlite3.h>
#include <thread>

using namespace tributary;
using namespace tributary::store;

namespace {

struct Fixture {
    QTemporaryDir folder;
    std::string path = folder.filePath("a.db").toStdString();
    std::unique_ptr<Database> database = open();

    std::unique_ptr<Database> open(Database::Options options = {}) const
    {
        auto opened = Database::open(path, options);
        if (!opened)
            qFatal("%s", opened.error().detail.c_str());
        return std::move(*opened);
    }
    void execute(const char *script) const
    {
        if (const auto done = database->execute(script); !done)
            qFatal("%s", done.error().detail.c_str());
    }
    std::int64_t count() const
    {
        auto query = database->queryOnce("SELECT count(*) FROM t");
        return query.step() ? query.integer(0) : -1;
    }
};

constexpr std::string_view kInsert = "INSERT INTO t (n, text) VALUES (:n, :text)";

Result<void> insert(Database &database, int n, const std::string &text = "x")
{
    auto query = database.query(kInsert);
    return query.bind("n", n).bind("text", text).run();
}

} // namespace

class TestDatabase : public QObject {
    Q_OBJECT
private slots:
    void valuesComeBack();
    void errorsByKind();
    void aQuotaIsAFullDisk_data();
    void aQuotaIsAFullDisk();
    void aContradictoryIndexIsDamage();
    void damageBreaksTheConnection();
    void misspeltParametersAreNoticed();
    void statementsNest();
    void whatIsPreparedAnewIsBoundByName();
    void failedStatementsCanBeTriedAgain();
    void transactionsEndWhole();
    void savepointsUndoTheirPart();
    void interrupts();
    void readersSeeOneMoment();
    void readersCannotWrite();
    void onlyTheOwnerMayRead();
    void linksAreNotFollowed();
    void backupsAreWhole();
    void knowsDisksThatAreNotSafe_data();
    void knowsDisksThatAreNotSafe();
    void whatHasBeenReadSurvivesAPowerCut();
};

void TestDatabase::valuesComeBack()
{
    Fixture f;
    auto query = f.database->queryOnce(
        "SELECT :least, :text, :blob, :empty_blob, :empty, :nothing, :id, :time, :name, :flag, :absent");
    const std::string text("a\0é", 4);
    const Bytes blob{std::byte(0), std::byte(255)};
    const Id<struct T> id(RawId{std::byte(7)});
    query.bind("least", INT64_MIN).bind("text", text).bind("blob", ByteView(blob)).bind("empty_blob", ByteView());
    query.bind("empty", std::string_view()).bindNull("nothing").bind("id", id).bind("time", fromMs(-5));
    query.bind("name", model::Channel::WhatsApp).bind("flag", true).bind("absent", std::optional<TimePoint>());
    QVERIFY(*query.step());
    QCOMPARE(query.integer(0), INT64_MIN);
    QCOMPARE(std::string(query.text(1)), text);
    QVERIFY(copyOf(query.blob(2)) == blob);
    QVERIFY(query.blob(3).empty() && !query.isNull(3));
    QVERIFY(query.text(4).empty() && !query.isNull(4));
    QVERIFY(query.isNull(5));
    QVERIFY(query.id<decltype(id)>(6) == id);
    QVERIFY(query.id<decltype(id)>(2).isNull()); // not sixteen bytes
    QVERIFY(query.time(7) == fromMs(-5));
    QCOMPARE(std::string(query.text(8)), std::string("whatsapp"));
    QVERIFY(query.flag(9));
    QVERIFY(query.isNull(10));
    QCOMPARE(query.columnCount(), 11);
    QVERIFY(!*query.step());
}

void TestDatabase::errorsByKind()
{
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    QVERIFY(insert(*f.database, 1));
    const auto kindOf = [](const auto &result) { return result ? Error::Kind::Offline : result.error().kind; };
    QCOMPARE(kindOf(insert(*f.database, 1)), Error::Kind::Conflict); // a key twice
    QCOMPARE(kindOf(f.database->execute("INSERT INTO t (n) VALUES (5)")), Error::Kind::Conflict);
    QCOMPARE(kindOf(f.database->execute("SELECT zeroblob(2000000000)")), Error::Kind::TooLarge);
    QCOMPARE(kindOf(f.database->execute("SELEC 1")), Error::Kind::Failed);
    QCOMPARE(kindOf(f.database->queryOnce("SELECT * FROM absent").step()), Error::Kind::Failed);
    QVERIFY(!f.database->wasHindered()); // all of these are the statements' own

    const auto other = f.open();
    QVERIFY(other->execute("PRAGMA busy_timeout = 0"));
    QVERIFY(f.database->begin());
    QCOMPARE(kindOf(other->begin()), Error::Kind::Conflict); // somebody else writes
    QVERIFY(other->wasHindered());
    f.database->rollback();
    QVERIFY(other->begin());
    QVERIFY(!other->wasHindered());
    other->rollback();

    f.execute("PRAGMA max_page_count = 20");
    QCOMPARE(kindOf(insert(*f.database, 2, std::string(200'000, 'x'))), Error::Kind::Full);
    QVERIFY(f.database->wasHindered());
    QVERIFY(!f.database->isBroken()); // room may be made
    f.execute("PRAGMA max_page_count = 2000");
    QVERIFY(insert(*f.database, 2, std::string(200'000, 'x')));

    QCOMPARE(kindOf(Database::open(f.folder.filePath("absent.db").toStdString(), {.mode = Database::Mode::ReadOnly})),
             Error::Kind::NotFound);
    QVERIFY(!Database::open(f.folder.filePath("no/such/folder.db").toStdString(), {}));
    QVERIFY(!f.database->isBroken());
}

namespace {

int refusal = 0; ///< What writes to the log come to; 0: they go through.
sqlite3_syscall_ptr systems = nullptr;

ssize_t refusedWrite(int file, const void *data, std::size_t size, off64_t offset)
{
    const QByteArray link = "/proc/self/fd/" + QByteArray::number(file);
    if (refusal != 0 && QFile::symLinkTarget(link).endsWith("-wal")) {
        errno = refusal;
        return -1;
    }
    return reinterpret_cast<ssize_t (*)(int, const void *, std::size_t, off64_t)>(systems)(file, data, size, offset);
}

} // namespace

void TestDatabase::aQuotaIsAFullDisk_data()
{
    QTest::addColumn<int>("error");
    QTest::addColumn<bool>("isFull");
    QTest::newRow("no room on the disk") << ENOSPC << true;
    QTest::newRow("quota used up") << EDQUOT << true;
    QTest::newRow("broken disk") << EIO << false;
}

void TestDatabase::aQuotaIsAFullDisk()
{
    QFETCH(int, error);
    QFETCH(bool, isFull);
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    sqlite3_vfs *disk = sqlite3_vfs_find(nullptr);
    const char *name = disk->xGetSystemCall(disk, "pwrite64") ? "pwrite64" : "pwrite";
    systems = disk->xGetSystemCall(disk, name);
    QVERIFY(systems);
    QCOMPARE(disk->xSetSystemCall(disk, name, reinterpret_cast<sqlite3_syscall_ptr>(&refusedWrite)), SQLITE_OK);
    refusal = error;
    const auto done = insert(*f.database, 1);
    refusal = 0;
    const bool isBroken = f.database->isBroken();
    const auto again = isFull ? insert(*f.database, 2) : Result<void>();
    disk->xSetSystemCall(disk, name, nullptr);
    QVERIFY(!done);
    QCOMPARE(done.error().kind, isFull ? Error::Kind::Full : Error::Kind::Failed);
    QCOMPARE(isBroken, !isFull);
    QVERIFY(again); // once there is room
    if (isFull)
        QCOMPARE(f.count(), std::int64_t(1));
}

/// No check of SQLite 3.40 sees that a full-text index contradicts itself; every write behind it would fail for ever.
void TestDatabase::aContradictoryIndexIsDamage()
{
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)");
    f.execute("INSERT INTO t VALUES (1)");
    const auto twice = f.database->execute("INSERT INTO t VALUES (1)"); // a constraint of ours
    QCOMPARE(twice.error().kind, Error::Kind::Conflict);
    QVERIFY(!f.database->isBroken());
    f.execute("CREATE VIRTUAL TABLE words USING fts5(body, content='')");
    sqlite3_db_config(f.database->handle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    f.execute("INSERT INTO words_idx VALUES (1, x'', 2)");
    QCOMPARE(*f.database->quickCheck(), std::string("ok"));
    const auto written = f.database->execute("INSERT INTO words (rowid, body) VALUES (1, 'there')");
    QVERIFY(!written);
    QCOMPARE(written.error().kind, Error::Kind::Corrupt);
    QVERIFY(f.database->isBroken());
}

void TestDatabase::damageBreaksTheConnection()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath("a.db"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8192, 'x'));
    file.close();
    const auto opened = Database::open(file.fileName().toStdString(), {});
    QVERIFY(!opened);
    QCOMPARE(opened.error().kind, Error::Kind::Corrupt);

    { // A bit of what says who may write it.
        Fixture f;
        f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY)");
        QVERIFY(f.database->checkpoint(true));
        f.database.reset();
        QFile turned(QString::fromStdString(f.path));
        QVERIFY(turned.open(QIODevice::ReadWrite) && turned.seek(18) && turned.putChar(char(0x42)));
        turned.close();
        auto again = Database::open(f.path, {});
        const auto written = again ? (*again)->execute("INSERT INTO t VALUES (1)") : failure(again.error());
        QVERIFY(!written);
        QCOMPARE(written.error().kind, Error::Kind::Corrupt);
    }

    // Damage that shows only later.
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    for (int n = 0; n < 50; ++n)
        QVERIFY(insert(*f.database, n, std::string(1000, 'x')));
    QCOMPARE(*f.database->quickCheck(), std::string("ok"));
    QVERIFY(f.database->checkpoint(true));
    f.database.reset();
    QFile torn(QString::fromStdString(f.path));
    QVERIFY(torn.open(QIODevice::ReadWrite));
    QVERIFY(torn.size() > 5 * 4096);
    for (qint64 page = 1; page * 4096 < torn.size(); ++page) {
        torn.seek(page * 4096);
        torn.write(QByteArray(64, '\xee'));
    }
    torn.close();
    f.database = f.open();
    const auto read = f.database->queryOnce("SELECT sum(length(text)) FROM t").step();
    QVERIFY(!read);
    QCOMPARE(read.error().kind, Error::Kind::Corrupt);
    QVERIFY(f.database->isBroken());
    QVERIFY(!f.database->checkpoint(false)); // would sync what a failed sync may have lost
}

void TestDatabase::misspeltParametersAreNoticed()
{
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    auto query = f.database->query(kInsert);
    query.bind("n", 1).bind("txet", "x").bind("text", "x");
    const auto refused = query.step();
    QVERIFY(!refused);
    QCOMPARE(refused.error().kind, Error::Kind::Invalid);
    QCOMPARE(f.count(), std::int64_t(0));
}

void TestDatabase::statementsNest()
{
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    for (int n = 1; n <= 4; ++n)
        QVERIFY(insert(*f.database, n));
    constexpr std::string_view kAbove = "SELECT n FROM t WHERE n > :n ORDER BY n";
    std::vector<std::int64_t> pairs;
    auto outer = f.database->query(kAbove);
    outer.bind("n", 1);
    while (*outer.step()) {
        auto inner = f.database->query(kAbove); // the same statement, in use further up
        inner.bind("n", outer.integer(0));
        while (*inner.step())
            pairs.push_back(outer.integer(0) * 10 + inner.integer(0));
    }
    QVERIFY((pairs == std::vector<std::int64_t>{23, 24, 34}));
    // What one run bound is gone in the next.
    auto insertAgain = f.database->query(kInsert);
    insertAgain.bind("n", 9);
    QCOMPARE(insertAgain.run().error().kind, Error::Kind::Conflict); // text is null, not the last run's
}

/// SQLite prepares a kept statement anew when its table has changed, and lets go of what it had of it before.
void TestDatabase::whatIsPreparedAnewIsBoundByName()
{
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    QVERIFY(insert(*f.database, 1));
    constexpr std::string_view kFind = "SELECT count(*) FROM t WHERE n >= :least AND text = :text AND n <= :most";
    const auto found = [&] {
        auto query = f.database->query(kFind);
        query.bind("least", 1).bind("most", 9).bind("text", "x"); // not in their order
        const auto stepped = query.step();
        return stepped ? query.integer(0) : -1;
    };
    QCOMPARE(found(), std::int64_t(1));
    f.execute("ALTER TABLE t ADD COLUMN more TEXT");
    for (int run = 0; run < 3; ++run) { // the first one finds out that it has to be prepared anew
        QCOMPARE(found(), std::int64_t(1));
        for (int other = 0; other < 50; ++other) // something else comes to be where it was
            QVERIFY(f.database->queryOnce("SELECT :other" + std::to_string(other) + ", :further").step());
    }
}

void TestDatabase::failedStatementsCanBeTriedAgain()
{
    Fixture f;
    QVERIFY(!insert(*f.database, 1)); // there is no table yet
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    QVERIFY(insert(*f.database, 1));
    QVERIFY(!insert(*f.database, 1));
    QVERIFY(insert(*f.database, 2));
    const auto statements = [&] {
        int count = 0;
        for (auto *each = sqlite3_next_stmt(f.database->handle(), nullptr); each;
             each = sqlite3_next_stmt(f.database->handle(), each))
            ++count;
        return count;
    };
    QCOMPARE(statements(), 1); // kept, once
}

void TestDatabase::transactionsEndWhole()
{
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    QVERIFY(f.database->inTransaction([&] { return insert(*f.database, 1); }));
    const auto failed = f.database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY(insert(*f.database, 2));
        return failure(Error::Kind::Rejected, "no");
    });
    QCOMPARE(failed.error(), (Error{Error::Kind::Rejected, "no"}));
    QVERIFY(!f.database->inTransaction());
    QCOMPARE(f.count(), std::int64_t(1));
    // A deferred check fails the commit itself: then too it ends, without effect.
    f.execute("CREATE TABLE child (n INTEGER REFERENCES t (n) DEFERRABLE INITIALLY DEFERRED)");
    const auto refused = f.database->inTransaction([&] { return f.database->execute("INSERT INTO child VALUES (77)"); });
    QCOMPARE(refused.error().kind, Error::Kind::Conflict);
    QVERIFY(!f.database->inTransaction());
    QVERIFY(f.database->inTransaction([&] { return insert(*f.database, 3); }));
}

void TestDatabase::savepointsUndoTheirPart()
{
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    QVERIFY(f.database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY(insert(*f.database, 1));
        const auto part = f.database->inSavepoint([&]() -> Result<void> {
            TRIBUTARY_TRY(insert(*f.database, 2));
            TRIBUTARY_TRY(f.database->inSavepoint([&] { return insert(*f.database, 3); }));
            return failure(Error::Kind::Rejected, "no");
        });
        if (part)
            return failure(Error::Kind::Failed, "it was to fail");
        return f.database->inSavepoint([&] { return insert(*f.database, 4); });
    }));
    QCOMPARE(f.count(), std::int64_t(2));
    QCOMPARE(f.database->queryOnce("SELECT 1 FROM t WHERE n = 4").exists().value(), true);
}

void TestDatabase::interrupts()
{
    Fixture f;
    std::atomic<bool> ended{false};
    std::thread other([&] {
        while (!ended) // it only reaches a statement that runs
            f.database->interrupt(), std::this_thread::yield();
    });
    const auto endless = f.database
                             ->queryOnce("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                                         "SELECT max(i) FROM n")
                             .step();
    ended = true;
    other.join();
    QVERIFY(!endless);
    QCOMPARE(endless.error().kind, Error::Kind::TimedOut);
    QVERIFY(!f.database->isBroken());
    QVERIFY(f.database->execute("SELECT 1"));
}

void TestDatabase::readersSeeOneMoment()
{
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    QVERIFY(insert(*f.database, 1));
    const auto reader = f.open({.mode = Database::Mode::ReadOnly});
    const auto seen = [&] {
        auto query = reader->query("SELECT count(*) FROM t");
        return query.step() ? query.integer(0) : -1;
    };
    QVERIFY(reader->execute("BEGIN"));
    QCOMPARE(seen(), std::int64_t(1));
    QVERIFY(insert(*f.database, 2));
    QVERIFY(f.database->checkpoint(false)); // does not wait for the reader, and does not fail
    QCOMPARE(seen(), std::int64_t(1));
    reader->rollback();
    QCOMPARE(seen(), std::int64_t(2));
}

void TestDatabase::readersCannotWrite()
{
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    const auto reader = f.open({.mode = Database::Mode::ReadOnly});
    QVERIFY(!insert(*reader, 1));
    QVERIFY(!reader->begin());
    QCOMPARE(f.count(), std::int64_t(0));
}

void TestDatabase::onlyTheOwnerMayRead()
{
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    for (const char *suffix : {"", "-wal", "-shm"}) {
        const QFileInfo file(QString::fromStdString(f.path) + suffix);
        QVERIFY(file.exists());
        QVERIFY(!(file.permissions()
                  & (QFile::ReadGroup | QFile::WriteGroup | QFile::ExeGroup | QFile::ReadOther | QFile::WriteOther
                     | QFile::ExeOther)));
    }
}

void TestDatabase::linksAreNotFollowed()
{
    Fixture f;
    const QString link = f.folder.filePath("link.db");
    QVERIFY(QFile::link(QString::fromStdString(f.path), link));
    QVERIFY(!Database::open(link.toStdString(), {}));
}

void TestDatabase::backupsAreWhole()
{
    Fixture f;
    f.execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)");
    QVERIFY(insert(*f.database, 1));
    const std::string copy = f.folder.filePath("copy.db").toStdString();
    QVERIFY(f.database->backupTo(copy));
    QVERIFY(!f.database->backupTo(copy)); // what is there is not overwritten
    QVERIFY(insert(*f.database, 2));
    f.path = copy;
    f.database = f.open();
    QCOMPARE(f.count(), std::int64_t(1));
}

/// A process dies at each write of a commit in turn. What the next one finds is there to stay, whether the dead one had come
/// to its sync or not.
void TestDatabase::knowsDisksThatAreNotSafe_data()
{
    QTest::addColumn<quint32>("magic");
    QTest::addColumn<QString>("kind");
    QTest::newRow("NFS") << quint32(0x6969) << "NFS";
    QTest::newRow("SMB 2") << quint32(0xfe534d42) << "a Windows share";
    QTest::newRow("CIFS") << quint32(0xff534d42) << "a Windows share";
    QTest::newRow("FAT") << quint32(0x4d44) << "FAT";
    QTest::newRow("exFAT") << quint32(0x2011bab0) << "exFAT";
    QTest::newRow("ext4") << quint32(0xef53) << "";
    QTest::newRow("btrfs") << quint32(0x9123683e) << "";
    QTest::newRow("xfs") << quint32(0x58465342) << "";
    QTest::newRow("tmpfs") << quint32(0x01021994) << "";
}

void TestDatabase::knowsDisksThatAreNotSafe()
{
    QFETCH(quint32, magic);
    QFETCH(QString, kind);
    QCOMPARE(QString::fromStdString(unsafeKind(magic)), kind);
    QCOMPARE(unsafeFileSystem("/proc"), std::string());
    QCOMPARE(unsafeFileSystem("/nowhere at all"), std::string());
}

void TestDatabase::whatHasBeenReadSurvivesAPowerCut()
{
    int unsynced = 0;
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        for (std::int64_t dieAt = 1; dieAt <= 6; ++dieAt) {
            SeededRng rng(seed);
            sim::SimDisk disk(rng, "tst-database");
            const auto open = [&] { return std::move(*Database::open("a.db", {.vfs = disk.vfs()})); };
            const auto count = [](Database &database) {
                auto query = database.queryOnce("SELECT count(*) FROM t");
                return query.step() ? query.integer(0) : -1;
            };
            auto database = open();
            QVERIFY(database->execute("CREATE TABLE t (n INTEGER PRIMARY KEY, text TEXT NOT NULL)"));
            disk.troubles.dieAt = dieAt;
            const bool acknowledged = insert(*database, 1) && !disk.isDead();
            disk.kill();
            database.reset();
            disk.restart(false);
            database = open();
            const std::int64_t seen = count(*database);
            QVERIFY(seen == 1 || !acknowledged);
            unsynced += seen == 1 && !acknowledged;
            disk.kill();
            database.reset();
            disk.restart(true);
            database = open();
            QCOMPARE(count(*database), seen);
            QCOMPARE(QString::fromStdString(database->quickCheck().value()), QStringLiteral("ok"));
        }
    }
    QVERIFY(unsynced > 0);
}

QTEST_APPLESS_MAIN(TestDatabase)
#include "tst_database.moc"
