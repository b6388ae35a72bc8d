// A precious file is brought to a newer schema as a copy: at every moment it is the old one or the new one, whole, and the
// old one is kept.
#include "core/store/file_migration.h"
#include "core/store/files.h"
#include "tests/sim/sim_disk.h"
#include "tests/store/file_calls.h"
#include "tests/store/old_file.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <cerrno>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace tributary;
using namespace tributary::store;
using namespace tributary::store::testing;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostBytes = 64 << 20;

/// A file of an older program in a folder of its own.
struct Old {
    QTemporaryDir folder;
    const QString kind;
    const int version;
    const std::span<const Migration> migrations = migrationsOf(kind);
    const fs::path path = folder.filePath("a.db").toStdString();
    Rows rows;

    Old(QString what, int of)
        : kind(std::move(what))
        , version(of)
    {
        const auto database = must(Database::open(path.string(), {.durability = Database::Durability::Normal}));
        rows = fill(*database, kind, version);
    }
    /// Another one, to begin from once more.
    Old(const Old &first)
        : kind(first.kind)
        , version(first.version)
        , rows(first.rows)
    {
        for (const char *part : {"", "-wal"}) {
            if (fs::exists(first.path.string() + part))
                fs::copy_file(first.path.string() + part, path.string() + part);
        }
    }
    int newest() const { return int(migrations.size()); }
    Result<std::unique_ptr<Database>> migrated(std::span<const Migration> to) const
    {
        auto database = Database::open(path.string(), {});
        return database ? migrateByCopy(std::move(*database), path, {}, to) : std::move(database);
    }
    Result<std::unique_ptr<Database>> migrated() const { return migrated(migrations); }
    /// What is wrong with the file at @p at, of which a copy is looked at; empty: it is of @p wanted and has all rows.
    QString problemOf(const fs::path &at, int wanted) const
    {
        QTemporaryDir other;
        const std::string copy = other.filePath("copy.db").toStdString();
        for (const char *part : {"", "-wal"}) {
            if (fs::exists(at.string() + part))
                fs::copy_file(at.string() + part, copy + part);
        }
        const auto database = Database::open(copy, {});
        if (!database)
            return QString::fromStdString(database.error().detail);
        if (const auto is = must(versionOf(**database)); is != wanted)
            return QString("it is of version %1").arg(is);
        if (!must(isMadeBy(**database, migrations.first(std::size_t(wanted)))))
            return "it has another schema";
        if (const auto found = must((*database)->quickCheck()); found != "ok")
            return QString::fromStdString(found);
        return QString::fromStdString(missingOf(rows, **database, kind));
    }
    /// Whether it is the old one or the new one.
    bool isWhole() const { return problemOf(path, version).isEmpty() || problemOf(path, newest()).isEmpty(); }
    QStringList names() const { return QDir(folder.path()).entryList(QDir::Files | QDir::Hidden, QDir::Name); }
    Bytes bytes() const { return must(readFile(path, kMostBytes)); }
    /// With nothing beside it.
    void settle() const
    {
        must(must(Database::open(path.string(), {.durability = Database::Durability::Normal}))->checkpoint(true));
        for (const char *part : {"-wal", "-shm"})
            fs::remove(path.string() + part);
    }
};

void addOldFiles()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("version");
    for (const char *kind : {"hub", "journal"}) {
        for (int version = 1; version < int(migrationsOf(kind).size()); ++version)
            QTest::addRow("%s of version %d", kind, version) << kind << version;
    }
}

mode_t modeOf(const fs::path &path)
{
    struct stat info;
    return ::stat(path.c_str(), &info) == 0 ? info.st_mode & 0777 : 0;
}

/// A program that ends at call number @p last of those that change a file; false: it came through before that.
bool endsAt(const Old &old, int last)
{
    const pid_t child = ::fork();
    if (child == 0) {
        int calls = 0;
        const FileCalls watch(old.folder.path().toStdString(), [&](const FileCall &call) {
            if (++calls == last)
                ::_exit(9);
            return call.what == "sync" ? kNotNeeded : 0;
        });
        ::_exit(old.migrated() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    if (!WIFEXITED(status) || WEXITSTATUS(status) == 1)
        qFatal("it came to nothing at call %d", last);
    return WEXITSTATUS(status) == 9;
}

} // namespace

class TestFileMigration : public QObject {
    Q_OBJECT
private slots:
    void theOldOneIsKept_data();
    void theOldOneIsKept();
    void diesAtAnyCall_data();
    void diesAtAnyCall();
    void anyCallFails_data();
    void anyCallFails();
    void whereThereIsNoRoomNothingIsTaken();
    void leftoversAreCleanedUp();
    void noLogOfTheOldOneIsReadIntoTheNewOne();
    void withoutHardLinks();
    void theNextOneReplacesIt();
    void costsNothingWhereNothingIsToBeDone_data();
    void costsNothingWhereNothingIsToBeDone();
    void behindAnotherVfsItIsDoneInPlace();
    void aDamagedFileIsLeftAsItIs_data();
    void aDamagedFileIsLeftAsItIs();
    void aFileThatIsOpenIsLeftAsItIs();
    void aNewerOneNamesWhatIsKept();
    void oneOfNoVersionIsRefused();
    void whatIsKeptIsDropped();
};

void TestFileMigration::theOldOneIsKept_data()
{
    addOldFiles();
}

void TestFileMigration::theOldOneIsKept()
{
    QFETCH(QString, kind);
    QFETCH(int, version);
    const Old old(kind, version);
    QVERIFY(fs::file_size(old.path.string() + "-wal") > 0); // not all of it is in the file itself
    {
        const auto database = must(old.migrated());
        QCOMPARE(must(versionOf(*database)), std::int64_t(old.newest()));
        must(database->execute("CREATE TABLE written (n INTEGER); DROP TABLE written")); // and it is open to be worked with
    }
    QCOMPARE(old.problemOf(old.path, old.newest()), QString());
    const fs::path kept = keptPath(old.path);
    QCOMPARE(old.problemOf(kept, version), QString());
    QVERIFY(!fs::exists(kept.string() + "-wal"));
    QVERIFY(!fs::exists(copyPath(old.path)));
    QCOMPARE(fs::hard_link_count(kept), std::uintmax_t(1)); // else one would be written with the other
    QCOMPARE(modeOf(kept), mode_t(0600));
    QCOMPARE(modeOf(old.path), mode_t(0600));
}

void TestFileMigration::diesAtAnyCall_data()
{
    QTest::addColumn<QString>("kind");
    QTest::addColumn<int>("version");
    QTest::newRow("journal, all of it") << "journal" << 1;
    QTest::newRow("journal, one step") << "journal" << int(journalMigrations().size()) - 1;
    QTest::newRow("hub, one step") << "hub" << int(hubMigrations().size()) - 1;
}

/// The next one finds the old file or the new one, and comes through.
void TestFileMigration::diesAtAnyCall()
{
    QFETCH(QString, kind);
    QFETCH(int, version);
    const FileCalls unsynced(QDir::tempPath().toStdString(),
                             [](const FileCall &call) { return call.what == "sync" ? kNotNeeded : 0; });
    const Old first(kind, version);
    int calls = 0;
    for (bool died = true; died;) {
        const Old old(first);
        died = endsAt(old, ++calls);
        QVERIFY2(old.isWhole(), qPrintable(QString("call %1").arg(calls)));
        must(old.migrated());
        QCOMPARE(old.problemOf(old.path, old.newest()), QString());
        QCOMPARE(old.problemOf(keptPath(old.path), version), QString());
        QVERIFY(!fs::exists(copyPath(old.path)));
        QCOMPARE(fs::hard_link_count(old.path), std::uintmax_t(1));
    }
    QVERIFY(calls > 20); // it did die in there
}

void TestFileMigration::anyCallFails_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<int>("error");
    QTest::addColumn<bool>("forGood"); // and so does each after it
    QTest::newRow("the disk is full") << "write" << ENOSPC << true;
    QTest::newRow("the quota is used up") << "write" << EDQUOT << true;
    QTest::newRow("a write fails") << "write" << EIO << false;
    QTest::newRow("a sync fails") << "sync" << EIO << false;
    QTest::newRow("the log stays") << "truncate" << EIO << false;
    QTest::newRow("a name cannot be changed") << "rename" << EACCES << true;
    QTest::newRow("nothing can be removed") << "remove" << EACCES << true;
}

/// It is said, and the file is as it was; or all had been done by then.
void TestFileMigration::anyCallFails()
{
    QFETCH(QString, what);
    QFETCH(int, error);
    QFETCH(bool, forGood);
    const Old first("journal", 1);
    first.settle();
    int failures = 0;
    for (int at = 1;; ++at) {
        const Old old(first);
        const Bytes before = old.bytes();
        auto database = must(Database::open(old.path.string(), {}));
        int calls = 0;
        bool failed = false;
        auto done = [&] {
            const FileCalls watch(old.folder.path().toStdString(), [&](const FileCall &call) {
                if (call.what != what.toStdString() || !(++calls == at || (forGood && calls > at)))
                    return call.what == "sync" ? kNotNeeded : 0;
                failed = true;
                return error;
            });
            return migrateByCopy(std::move(database), old.path, {}, old.migrations);
        }();
        if (!failed)
            break;
        if (!done) {
            ++failures;
            const std::string words = done.error().detail;
            const bool isOld = old.bytes() == before;
            QVERIFY2(isOld || old.problemOf(old.path, old.newest()).isEmpty(), words.c_str());
            if (error == ENOSPC || error == EDQUOT)
                QVERIFY2(done.error().kind == Error::Kind::Full, words.c_str());
            QVERIFY2((words.find("is as it was") != std::string::npos) == isOld, words.c_str());
            if (isOld && done.error().kind == Error::Kind::Full)
                QVERIFY2(words.find(" MB have to be free") != std::string::npos, words.c_str());
            if (what != "remove") {
                QVERIFY(!fs::exists(copyPath(old.path)));
                QCOMPARE(fs::hard_link_count(old.path), std::uintmax_t(1));
            }
        }
        done = failure(Error::Kind::Failed, "closed");
        must(old.migrated());
        QCOMPARE(old.problemOf(old.path, old.newest()), QString());
    }
    QVERIFY(failures > 0);
}

/// Not even what there is: others on that disk write as well.
void TestFileMigration::whereThereIsNoRoomNothingIsTaken()
{
    const Old old("journal", 1);
    old.settle();
    std::int64_t written = 0;
    {
        const FileCalls watch(old.folder.path().toStdString(), [&](const FileCall &call) {
            written += call.what == "write" && call.name.starts_with("a.db.migrating");
            return call.what == "room" ? ENOSPC : 0;
        });
        const auto done = old.migrated();
        QVERIFY(!done && done.error().kind == Error::Kind::Full);
    }
    QCOMPARE(written, std::int64_t(0));
    must(old.migrated());
}

/// Of a program that was ended while it did this, and that had another version.
void TestFileMigration::leftoversAreCleanedUp()
{
    const Old old("journal", 1);
    for (const char *part : {"", "-wal", "-shm"}) {
        QFile left(QString::fromStdString(copyPath(old.path).string() + part));
        QVERIFY(left.open(QIODevice::WriteOnly));
        QCOMPARE(left.write(QByteArray(8192, 'x')), qint64(8192));
        left.close();
        fs::copy_file(left.fileName().toStdString(), keptPath(old.path).string() + part);
    }
    must(old.migrated());
    QCOMPARE(old.problemOf(old.path, old.newest()), QString());
    QCOMPARE(old.problemOf(keptPath(old.path), 1), QString());
    QCOMPARE(old.names(), (QStringList{"a.db", "a.db-shm", "a.db-wal", "a.db.before"}));
}

/// A power cut keeps what was synced, and of the rest anything.
void TestFileMigration::noLogOfTheOldOneIsReadIntoTheNewOne()
{
    const Old old("journal", 1);
    std::vector<std::string> calls;
    {
        const FileCalls watch(old.folder.path().toStdString(), [&](const FileCall &call) {
            calls.push_back(call.what + " " + call.name);
            return 0;
        });
        must(old.migrated());
    }
    const std::string syncFolder = "sync " + old.folder.path().section('/', -1).toStdString();
    auto at = calls.begin();
    for (const std::string &next : {std::string("sync a.db.migrating"), std::string("remove a.db-wal"), syncFolder,
                                    std::string("rename a.db.migrating"), syncFolder}) {
        at = std::find(at, calls.end(), next);
        QVERIFY2(at != calls.end(), next.c_str());
    }
    // And nothing is written to the new file between its last sync and its name.
    const auto named = std::ranges::find(calls, "rename a.db.migrating");
    const auto synced = std::find(std::reverse_iterator(named), calls.rend(), "sync a.db.migrating").base();
    QVERIFY(std::find(synced, named, "write a.db.migrating") == named);
}

void TestFileMigration::withoutHardLinks()
{
    const Old old("journal", 1);
    {
        const FileCalls watch(old.folder.path().toStdString(),
                              [&](const FileCall &call) { return call.what == "link" ? EPERM : 0; });
        must(old.migrated());
    }
    QCOMPARE(old.problemOf(old.path, old.newest()), QString());
    QCOMPARE(old.problemOf(keptPath(old.path), 1), QString());
    QCOMPARE(modeOf(keptPath(old.path)), mode_t(0600));
}

void TestFileMigration::theNextOneReplacesIt()
{
    const Old old("journal", 1);
    must(old.migrated(old.migrations.first(2)));
    QCOMPARE(old.problemOf(keptPath(old.path), 1), QString());
    must(old.migrated());
    QCOMPARE(old.problemOf(old.path, old.newest()), QString());
    QCOMPARE(old.problemOf(keptPath(old.path), 2), QString());
    QCOMPARE(old.names(), (QStringList{"a.db", "a.db-shm", "a.db-wal", "a.db.before"}));
}

void TestFileMigration::costsNothingWhereNothingIsToBeDone_data()
{
    QTest::addColumn<bool>("isNew");
    QTest::newRow("a new file") << true;
    QTest::newRow("one of this version") << false;
}

void TestFileMigration::costsNothingWhereNothingIsToBeDone()
{
    QFETCH(bool, isNew);
    QTemporaryDir folder;
    const std::string path = folder.filePath("a.db").toStdString();
    auto database = must(Database::open(path, {}));
    if (!isNew)
        must(migrate(*database, journalMigrations()));
    Database *const same = database.get();
    {
        const FileCalls watch(folder.path().toStdString(), [&](const FileCall &call) {
            if (!isNew || call.what == "rename" || call.what == "link")
                qFatal("%s %s", call.what.c_str(), call.name.c_str());
            return 0;
        });
        database = must(migrateByCopy(std::move(database), path, {}, journalMigrations()));
    }
    QCOMPARE(database.get(), same);
    QVERIFY(must(isMadeBy(*database, journalMigrations())));
    QVERIFY(!fs::exists(keptPath(path)));
}

/// Such a file is nowhere that this program could copy it.
void TestFileMigration::behindAnotherVfsItIsDoneInPlace()
{
    SeededRng rng(1);
    sim::SimDisk disk(rng, "tst-file-migration");
    const Database::Options options{.vfs = disk.vfs()};
    auto database = must(Database::open("a.db", options));
    const Rows rows = fill(*database, "journal", 1);
    database = must(migrateByCopy(std::move(database), "a.db", options, journalMigrations()));
    QVERIFY(must(isMadeBy(*database, journalMigrations())));
    QCOMPARE(missingOf(rows, *database, "journal"), std::string());
    QVERIFY(disk.read("a.db.before").empty());
}

void TestFileMigration::aDamagedFileIsLeftAsItIs_data()
{
    QTest::addColumn<QString>("kind");
    QTest::newRow("hub") << "hub";
    QTest::newRow("journal") << "journal";
}

void TestFileMigration::aDamagedFileIsLeftAsItIs()
{
    QFETCH(QString, kind);
    const Old old(kind, int(migrationsOf(kind).size()) - 1);
    old.settle();
    {
        QFile file(QString::fromStdString(old.path.string()));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.seek(file.size() - 4096 + 3)); // in the head of its last page
        QCOMPARE(file.write(QByteArray(64, '\x55')), qint64(64));
    }
    const Bytes before = old.bytes();
    const auto done = old.migrated();
    QVERIFY(!done);
    QVERIFY(done.error().kind == Error::Kind::Corrupt);
    QVERIFY2(done.error().detail.starts_with("a.db cannot be brought to this version of the program, and is as it was: "),
             done.error().detail.c_str());
    QVERIFY(old.bytes() == before);
    QVERIFY(!fs::exists(copyPath(old.path)));
    QVERIFY(!fs::exists(keptPath(old.path)));
}

/// By somebody who reads it: what they have not seen cannot leave its log.
void TestFileMigration::aFileThatIsOpenIsLeftAsItIs()
{
    const Old old("journal", 1);
    const auto other = must(Database::open(old.path.string(), {.mode = Database::Mode::ReadOnly}));
    must(other->execute("BEGIN; SELECT * FROM command"));
    auto database = must(Database::open(old.path.string(), {}));
    must(database->execute("UPDATE setting SET value = 'more'; PRAGMA busy_timeout = 0"));
    const auto done = migrateByCopy(std::move(database), old.path, {}, old.migrations);
    QVERIFY(!done && done.error().kind == Error::Kind::Conflict);
    QVERIFY2(done.error().detail.find("another program has the file open") != std::string::npos,
             done.error().detail.c_str());
    must(other->execute("COMMIT"));
    must(old.migrated());
}

void TestFileMigration::aNewerOneNamesWhatIsKept()
{
    const Old old("hub", 1);
    must(must(Database::open(old.path.string(), {}))->execute("PRAGMA user_version = 99"));
    const std::string kept = keptPath(old.path).string();
    const auto words = [&] {
        const auto done = old.migrated();
        return !done && done.error().kind == Error::Kind::Corrupt ? done.error().detail : std::string();
    };
    QCOMPARE(words(), std::string("the file was made by a newer version of the program"));
    fs::copy_file(old.path, kept);
    QVERIFY2(words().ends_with("what there was before that version is kept in " + kept), words().c_str());
    QCOMPARE(must(versionOf(*must(Database::open(old.path.string(), {})))), std::int64_t(99));
}

/// A turned bit in its head.
void TestFileMigration::oneOfNoVersionIsRefused()
{
    const Old old("hub", 1);
    must(must(Database::open(old.path.string(), {}))->execute("PRAGMA user_version = -5"));
    const auto done = old.migrated();
    QVERIFY(!done && done.error().kind == Error::Kind::Corrupt);
    QCOMPARE(done.error().detail, std::string("the file is damaged: no program has made it"));
    QVERIFY(!fs::exists(keptPath(old.path)));
}

void TestFileMigration::whatIsKeptIsDropped()
{
    const Old old("journal", 1);
    must(old.migrated());
    fs::copy_file(old.path, copyPath(old.path));
    must(dropKept(old.path));
    QCOMPARE(old.names(), (QStringList{"a.db", "a.db-shm", "a.db-wal"}));
    must(dropKept(old.path)); // none is there
    QCOMPARE(old.problemOf(old.path, old.newest()), QString());
}

QTEST_GUILESS_MAIN(TestFileMigration)
#include "tst_file_migration.moc"
