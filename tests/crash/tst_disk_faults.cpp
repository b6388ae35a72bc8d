// Disks that are full, lie or are taken away, under both programs as processes of their own: a clear state, nothing accepted
// lost, and no restart needed where none is.
#include "core/store/database.h"
#include "tests/crash/desk_process.h"
#include "tests/e2e/hub_under_test.h"

#include <QScopeGuard>
#include <QTemporaryDir>

#include <sys/mount.h>

using namespace tributary;
using tributary::crash::DeskProcess;

namespace {

constexpr int kSoon = 60'000;
const QString kFaults = QStringLiteral(TRIBUTARY_BINARY_DIR "/lib/libdisk_faults.so");
/// Some conversation: that the hub knows of none such makes the notes come back, after they were taken.
const QString kConversation = QStringLiteral("01890000-0000-7000-8000-000000000001");

/// A hub with one agent, and a desktop on a disk of its own.
struct Pair {
    QTemporaryDir folder;
    QString faults = folder.filePath("faults");
    QString profile = folder.filePath("profile");
    HubUnderTest hub{folder.filePath("hub")};
    std::unique_ptr<DeskProcess> desk;

    bool open(bool hubToo = false)
    {
        if (hub.run({"user", "add", "--email", "mara@shop.test", "--name", "Mara", "--role", "admin"},
                    DeskProcess::kPassword)
                .isEmpty())
            return false;
        if (hubToo)
            hub.setEnvironment({{"LD_PRELOAD", kFaults}, {"DISK_FAULTS", faults}});
        if (!hub.start())
            return false;
        return startDesk();
    }
    bool startDesk()
    {
        desk = std::make_unique<DeskProcess>(profile);
        desk->setEnvironment({{"LD_PRELOAD", kFaults}, {"DISK_FAULTS", faults}});
        desk->start();
        return true;
    }
    void signIn()
    {
        QTRY_COMPARE_WITH_TIMEOUT(desk->count("opened"), 1, kSoon);
        desk->signIn(hub.agents(), "mara@shop.test");
        QTRY_COMPARE_WITH_TIMEOUT(desk->state(), "live", kSoon);
    }
    void set(const QByteArray &words) const
    {
        QFile file(faults + ".new");
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(words) == words.size());
        file.close();
        QVERIFY(::rename(qPrintable(file.fileName()), qPrintable(faults)) == 0);
    }
    void note(const QString &body) const { desk->note(kConversation, body); }
    bool checkIsClean() const { return !hub.run({"check"}).isEmpty(); }
};

/// A file system of 64 MiB that holds the pair's profile. Needs root.
class SmallDisk {
public:
    explicit SmallDisk(Pair &pair)
        : m_pair(pair)
    {
        QDir().mkpath(pair.profile);
        m_mounted = ::mount("tmpfs", qPrintable(pair.profile), "tmpfs", 0, "size=64m") == 0;
    }
    ~SmallDisk()
    {
        m_pair.desk.reset();
        if (m_mounted)
            ::umount(qPrintable(m_pair.profile));
    }
    SmallDisk(const SmallDisk &) = delete;
    SmallDisk &operator=(const SmallDisk &) = delete;
    bool isMounted() const { return m_mounted; }
    void fill() const
    {
        QFile filler(m_pair.profile + "/filler");
        QVERIFY(filler.open(QIODevice::WriteOnly | QIODevice::Unbuffered));
        while (filler.write(QByteArray(4096, 'x')) > 0) {
        }
    }
    void makeRoom() const { QVERIFY(QFile::remove(m_pair.profile + "/filler")); }

private:
    Pair &m_pair;
    bool m_mounted = false;
};

} // namespace

class TestDiskFaults : public QObject {
    Q_OBJECT
private slots:
    void startsOnAFullDisk();
    void aFullDiskStillTakesText();
    void anyWriteMayFindNoRoom();
    void shortWritesAreNothingSpecial();
    void aJournalThatFailedIsNotUsedOn();
    void aCacheThatFailedIsBegunAnew();
    void theHubEndsWhenItsDiskFails();
    void anUnreadableHubSaysSo();
    void anUnreadableCacheIsBegunAnew();
    void anUnreadableJournalIsKept();
    void aCacheMayBeTakenAway_data();
    void aCacheMayBeTakenAway();
    void aJournalTakenAwayIsNoticed();
    void nothingCanBeWritten();
    void oneProgramAFolder();
    void aLockHeldForAWhile();
};

void TestDiskFaults::startsOnAFullDisk()
{
    Pair pair;
    const SmallDisk disk(pair);
    QVERIFY(disk.isMounted());
    QVERIFY(pair.open());
    pair.signIn();
    QCOMPARE(pair.desk->quit(), 0);
    disk.fill();
    pair.desk->start();
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("opened"), 1, kSoon);
    QVERIFY2(pair.desk->last("opened")["ok"].toBool(), qPrintable(pair.desk->last("opened")["why"].toString()));
    pair.note("written without room");
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("accepted"), 1, kSoon);
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->storage(), "disk-full", kSoon);
    disk.makeRoom();
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->storage(), "fine", kSoon);
    QCOMPARE(pair.desk->quit(), 0);
    QVERIFY(!QFile::exists(pair.profile + "/cache.db.broken")); // nothing was wrong with it
}

void TestDiskFaults::aFullDiskStillTakesText()
{
    Pair pair;
    const SmallDisk disk(pair);
    QVERIFY(disk.isMounted());
    QVERIFY(pair.open());
    pair.signIn();
    disk.fill();
    for (int i = 0; i < 200; ++i)
        pair.note(QStringLiteral("note %1 ").arg(i).leftJustified(8192, 'x'));
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("accepted"), 200, kSoon);
    QCOMPARE(pair.desk->count("not-accepted"), 0);
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->storage(), "disk-full", kSoon);
    disk.makeRoom();
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->storage(), "fine", kSoon);
    QTRY_VERIFY_WITH_TIMEOUT(pair.desk->state() == "live" && pair.desk->outbox() == 0, kSoon);
    QCOMPARE(pair.desk->quit(), 0);
    QVERIFY(!QFile::exists(pair.profile + "/cache.db.broken"));
}

void TestDiskFaults::anyWriteMayFindNoRoom()
{
    Pair pair;
    QVERIFY(pair.open(true));
    pair.signIn();
    int written = 0;
    for (int n = 1; n <= 16; ++n) {
        pair.set("round=" + QByteArray::number(n) + " full-at=" + QByteArray::number(n));
        for (int i = 0; i < 3; ++i)
            pair.note(QStringLiteral("note %1").arg(++written));
        QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("accepted"), written, kSoon);
        QTRY_VERIFY_WITH_TIMEOUT(pair.desk->state() == "live" && pair.desk->outbox() == 0, kSoon);
        pair.set("");
    }
    QCOMPARE(pair.desk->count("not-accepted"), 0);
    QVERIFY(pair.checkIsClean());
    QCOMPARE(pair.desk->quit(), 0);
    QCOMPARE(pair.hub.stop(), 0);
}

void TestDiskFaults::shortWritesAreNothingSpecial()
{
    Pair pair;
    pair.set("short");
    QVERIFY(pair.open(true));
    pair.signIn();
    for (int i = 0; i < 30; ++i)
        pair.note(QStringLiteral("note %1").arg(i));
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("accepted"), 30, kSoon);
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->outbox(), 0, kSoon);
    QCOMPARE(pair.desk->storage(), "fine");
    QVERIFY(pair.checkIsClean());
    QCOMPARE(pair.desk->quit(), 0);
    QCOMPARE(pair.hub.stop(), 0);
}

void TestDiskFaults::aJournalThatFailedIsNotUsedOn()
{
    Pair pair;
    QVERIFY(pair.open());
    pair.signIn();
    pair.hub.kill();
    pair.note("before");
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("accepted", "before"), 1, kSoon);
    pair.set("eio-sync only=journal.db");
    pair.note("while it fails");
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("not-accepted", "while it fails"), 1, kSoon);
    QCOMPARE(pair.desk->storage(), "broken");
    pair.set("");
    // What the failed fsync was for may be gone: a second one that succeeds proves nothing.
    pair.note("after it failed");
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("not-accepted", "after it failed"), 1, kSoon);
    QCOMPARE(pair.desk->storage(), "broken");
    pair.desk->kill();
    pair.desk->start();
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->storage(), "fine", kSoon);
    QTRY_VERIFY_WITH_TIMEOUT(pair.desk->outbox() >= 1, kSoon); // and with the hub there it would be gone again
    QVERIFY(pair.hub.start());
    pair.note("after the restart");
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("accepted", "after the restart"), 1, kSoon);
    QTRY_VERIFY_WITH_TIMEOUT(pair.desk->state() == "live" && pair.desk->outbox() == 0, kSoon);
}

void TestDiskFaults::aCacheThatFailedIsBegunAnew()
{
    Pair pair;
    QVERIFY(pair.open());
    pair.signIn();
    pair.set("eio-write only=cache.db");
    pair.note("while it fails");
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("accepted", "while it fails"), 1, kSoon);
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->storage(), "broken", kSoon);
    pair.set("");
    QTRY_VERIFY_WITH_TIMEOUT(pair.desk->storage() == "fine" && pair.desk->state() == "live" && pair.desk->outbox() == 0,
                             kSoon);
    QVERIFY(!QFile::exists(pair.profile + "/cache.db.broken")); // who was erased meanwhile may be in it
    QCOMPARE(pair.desk->quit(), 0);
}

void TestDiskFaults::theHubEndsWhenItsDiskFails()
{
    Pair pair;
    QVERIFY(pair.open(true));
    pair.signIn();
    pair.note("before");
    QTRY_VERIFY_WITH_TIMEOUT(pair.desk->count("accepted", "before") == 1 && pair.desk->outbox() == 0, kSoon);
    pair.set("eio-sync only=hub.db");
    pair.note("while it fails");
    QTRY_VERIFY_WITH_TIMEOUT(pair.hub.hasEnded(), kSoon);
    QCOMPARE(pair.hub.stop(), 1);
    QVERIFY2(pair.hub.log().contains("disk"), pair.hub.log().right(500).constData());
    pair.set("");
    QVERIFY(pair.hub.start());
    QTRY_VERIFY_WITH_TIMEOUT(pair.desk->state() == "live" && pair.desk->outbox() == 0, kSoon);
    QVERIFY(pair.checkIsClean());
    QCOMPARE(pair.hub.stop(), 0);
}

void TestDiskFaults::anUnreadableHubSaysSo()
{
    Pair pair;
    QVERIFY(pair.open(true));
    QCOMPARE(pair.hub.stop(), 0);
    pair.set("eio-read only=hub.db");
    QVERIFY(!pair.hub.start());
    QCOMPARE(pair.hub.exitCode(), 1);
    QVERIFY2(pair.hub.log().contains("disk"), pair.hub.log().right(500).constData());
    pair.set("");
    QVERIFY(pair.hub.start());
    QCOMPARE(pair.hub.stop(), 0);
    QVERIFY(pair.checkIsClean());
}

void TestDiskFaults::anUnreadableCacheIsBegunAnew()
{
    Pair pair;
    QVERIFY(pair.open());
    pair.signIn();
    QCOMPARE(pair.desk->quit(), 0);
    pair.set("eio-read only=cache.db");
    pair.desk->start();
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("opened"), 1, kSoon);
    pair.note("while it fails");
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("accepted", "while it fails"), 1, kSoon);
    pair.set("");
    QTRY_VERIFY_WITH_TIMEOUT(pair.desk->storage() == "fine" && pair.desk->state() == "live" && pair.desk->outbox() == 0,
                             kSoon);
    QCOMPARE(pair.desk->quit(), 0);
}

/// What was written is in it: it is neither begun anew nor put aside because of a disk that does not read.
void TestDiskFaults::anUnreadableJournalIsKept()
{
    Pair pair;
    QVERIFY(pair.open());
    pair.signIn();
    pair.hub.kill();
    pair.note("before");
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("accepted", "before"), 1, kSoon);
    pair.desk->kill();
    pair.set("eio-read only=journal.db");
    pair.desk->start();
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("opened"), 1, kSoon);
    const QJsonObject opened = pair.desk->last("opened");
    QVERIFY2(!opened["ok"].toBool() && opened["why"].toString().contains("disk"), qPrintable(opened["why"].toString()));
    pair.desk->kill();
    pair.set("");
    pair.desk->start();
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("opened"), 1, kSoon);
    QVERIFY(pair.desk->last("opened")["ok"].toBool());
    QVERIFY(pair.hub.start());
    QTRY_VERIFY_WITH_TIMEOUT(pair.desk->state() == "live" && pair.desk->outbox() == 0, kSoon);
    QCOMPARE(pair.desk->quit(), 0);
}

void TestDiskFaults::aCacheMayBeTakenAway_data()
{
    QTest::addColumn<bool>("renamed");
    QTest::newRow("deleted") << false;
    QTest::newRow("renamed") << true;
}

void TestDiskFaults::aCacheMayBeTakenAway()
{
    QFETCH(const bool, renamed);
    Pair pair;
    QVERIFY(pair.open());
    pair.signIn();
    for (const char *suffix : {"", "-wal", "-shm"}) {
        const QString file = pair.profile + "/cache.db" + suffix;
        QVERIFY(renamed ? QFile::rename(file, file + ".away") : QFile::remove(file));
    }
    pair.note("into a new one");
    QTRY_VERIFY_WITH_TIMEOUT(pair.desk->count("accepted") == 1 && pair.desk->outbox() == 0, kSoon);
    QVERIFY(QFile::exists(pair.profile + "/cache.db"));
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->state(), "live", kSoon);
    QCOMPARE(pair.desk->storage(), "fine");
    QCOMPARE(pair.desk->quit(), 0);
}

void TestDiskFaults::aJournalTakenAwayIsNoticed()
{
    Pair pair;
    QVERIFY(pair.open());
    pair.signIn();
    QVERIFY(QFile::remove(pair.profile + "/journal.db"));
    pair.note("into nowhere");
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("not-accepted"), 1, kSoon);
    QTRY_COMPARE_WITH_TIMEOUT(pair.desk->storage(), "broken", kSoon);
}

void TestDiskFaults::nothingCanBeWritten()
{
    Pair pair;
    const QString locked = pair.folder.filePath("locked");
    QVERIFY(QDir().mkpath(locked));
    QVERIFY2(::mount("tmpfs", qPrintable(locked), "tmpfs", MS_RDONLY, nullptr) == 0,
             "this test needs to mount a read-only file system, which takes root");
    const auto unmount = qScopeGuard([&] { ::umount(qPrintable(locked)); });
    for (const QString &profile : {locked, locked + "/profile", QStringLiteral("/proc/nowhere")}) {
        crash::Program program(QStringLiteral(TRIBUTARY_BINARY_DIR "/bin/crash_desk"), {profile},
                               pair.folder.filePath("log"));
        QByteArray said;
        program.heard = [&](const QByteArray &line) { said += line; };
        program.start();
        QCOMPARE(program.waitForEnd(20'000), 3);
        QVERIFY2(said.contains("\"ok\":false") && said.contains("profile's folder"), said.constData());
    }
    crash::Program hub(QStringLiteral(TRIBUTARY_BINARY_DIR "/bin/tributary-hub"),
                       {"serve", "--data", locked + "/hub", "--listen", "127.0.0.1:0", "--public", "127.0.0.1:0"},
                       pair.folder.filePath("log"));
    hub.start();
    QCOMPARE(hub.waitForEnd(20'000), 1);
}

void TestDiskFaults::oneProgramAFolder()
{
    Pair pair;
    QVERIFY(pair.open());
    pair.signIn();
    DeskProcess second(pair.profile);
    second.start();
    QTRY_COMPARE_WITH_TIMEOUT(second.count("opened"), 1, kSoon);
    QVERIFY(!second.last("opened")["ok"].toBool());
    QVERIFY(second.last("opened")["why"].toString().contains("another window"));
    HubUnderTest secondHub(pair.folder.filePath("hub"));
    QVERIFY(!secondHub.start());
    QCOMPARE(secondHub.exitCode(), 1);
    pair.note("still at work");
    QTRY_VERIFY_WITH_TIMEOUT(pair.desk->count("accepted") == 1 && pair.desk->outbox() == 0, kSoon);
    // A program that was killed holds no lock.
    pair.desk->kill();
    second.start();
    QTRY_VERIFY_WITH_TIMEOUT(second.last("opened")["ok"].toBool(), kSoon);
    QCOMPARE(second.quit(), 0);
}

void TestDiskFaults::aLockHeldForAWhile()
{
    Pair pair;
    QVERIFY(pair.open());
    pair.signIn();
    for (const char *file : {"/journal.db", "/cache.db"}) {
        auto other = store::Database::open((pair.profile + file).toStdString(), {});
        QVERIFY(other && (*other)->begin());
        const int before = pair.desk->count("accepted");
        pair.note("while somebody looks at the files");
        QElapsedTimer held;
        held.start();
        QTRY_VERIFY_WITH_TIMEOUT(held.elapsed() >= 10'000, 11'000); // the fault itself, not a wait for anything
        (*other)->rollback();
        QTRY_COMPARE_WITH_TIMEOUT(pair.desk->count("accepted"), before + 1, kSoon);
        QTRY_VERIFY_WITH_TIMEOUT(pair.desk->outbox() == 0 && pair.desk->state() == "live", kSoon);
    }
    QCOMPARE(pair.desk->count("not-accepted"), 0);
    QCOMPARE(pair.desk->storage(), "fine");
}

QTEST_GUILESS_MAIN(TestDiskFaults)
#include "tst_disk_faults.moc"
