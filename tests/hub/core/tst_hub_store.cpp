#include "core/hub/access.h"
#include "core/hub/hub_store.h"

#include <QFile>
#include <QTemporaryDir>
#include <QtTest>

using namespace tributary;
using namespace tributary::hub;

class TestHubStore : public QObject {
    Q_OBJECT
private slots:
    void whatBrokeBeforeAnybodyAskedIsTold_data();
    void whatBrokeBeforeAnybodyAskedIsTold();
    void aFolderThatLostItsDatabaseIsNotBegunAnew_data();
    void aFolderThatLostItsDatabaseIsNotBegunAnew();
    void whoWasErasedIsKnownOrItDoesNotStart();
};

void TestHubStore::whatBrokeBeforeAnybodyAskedIsTold_data()
{
    QTest::addColumn<bool>("asksBefore");
    QTest::newRow("while it serves") << true;
    QTest::newRow("while it starts") << false;
}

/// A hub whose file cannot be written any more has to end, whenever that began: the writer says it once.
void TestHubStore::whatBrokeBeforeAnybodyAskedIsTold()
{
    QFETCH(const bool, asksBefore);
    const QTemporaryDir folder;
    const std::filesystem::path data = folder.filePath("data").toStdString();
    const SystemClock clock;
    SystemRng rng;
    (*HubStore::open(data, clock, rng))->close(); // all of it is in the file
    auto store = *HubStore::open(data, clock, rng);
    std::atomic<int> told = 0;
    const auto broken = [&told](const Error &error) { told += error.kind == Error::Kind::Corrupt; };
    if (asksBefore)
        store->setBroken(broken);
    QFile file(folder.filePath("data/hub.db"));
    QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(4096));
    QVERIFY(file.write(QByteArray(qsizetype(file.size() - 4096), '\xff')) > 0 && file.flush());
    const auto written = store->writer().writeAndWait([](store::Database &database) -> Result<void> {
        TRIBUTARY_TRY(database.execute("PRAGMA shrink_memory")); // what it has read before
        return database.execute("DELETE FROM attachment_ref");
    });
    QVERIFY(!written);
    if (!asksBefore) {
        QCOMPARE(told, 0);
        store->setBroken(broken);
    }
    QCOMPARE(told, 1);
    store->setBroken({});
    store->close();
}

void TestHubStore::aFolderThatLostItsDatabaseIsNotBegunAnew_data()
{
    QTest::addColumn<bool>("hadHistory");
    QTest::addColumn<bool>("isEmpty");
    QTest::newRow("it was moved away") << true << false;
    QTest::newRow("nothing of it is left but its name") << true << true;
    QTest::newRow("there was nothing in it") << false << false;
}

/// An empty store would say of every desktop that it is not signed in, and they would delete their copies.
void TestHubStore::aFolderThatLostItsDatabaseIsNotBegunAnew()
{
    QFETCH(const bool, hadHistory);
    QFETCH(const bool, isEmpty);
    const QTemporaryDir folder;
    const std::filesystem::path data = folder.filePath("data").toStdString();
    const SystemClock clock;
    SystemRng rng;
    {
        auto store = *HubStore::open(data, clock, rng);
        if (hadHistory)
            QVERIFY(store->writer().writeAndWait([&](store::Database &database) {
                return addAgent(database, store->ids(), "ada@shop.test", "Ada", model::Agent::Role::Admin, "");
            }));
        store->close();
    }
    for (const char *part : {"hub.db", "hub.db-wal", "hub.db-shm"})
        std::filesystem::remove(data / part);
    if (isEmpty)
        QVERIFY(QFile(folder.filePath("data/hub.db")).open(QIODevice::WriteOnly));
    for (int start = 0; start < 2; ++start) { // a service is started again and again
        const auto opened = HubStore::open(data, clock, rng);
        QCOMPARE(opened.has_value(), !hadHistory);
        if (!hadHistory)
            return;
        QCOMPARE(opened.error().kind, Error::Kind::Corrupt);
        QVERIFY2(opened.error().detail.find("hub.db is gone") != std::string::npos, opened.error().detail.c_str());
        QCOMPARE(std::filesystem::exists(data / "hub.db"), isEmpty); // a restore finds it as it was
    }
    std::filesystem::remove(data / "hub.incarnation");
    QVERIFY(HubStore::open(data, clock, rng));
}

/// Put there by hand after a restore, it may be another user's.
void TestHubStore::whoWasErasedIsKnownOrItDoesNotStart()
{
    const QTemporaryDir folder;
    const std::filesystem::path data = folder.filePath("data").toStdString();
    const SystemClock clock;
    SystemRng rng;
    (*HubStore::open(data, clock, rng))->close();
    std::filesystem::create_symlink("hub.erased", data / "hub.erased");
    const auto opened = HubStore::open(data, clock, rng);
    QVERIFY(!opened);
    QVERIFY2(opened.error().detail.find("hub.erased") != std::string::npos, opened.error().detail.c_str());
    std::filesystem::remove(data / "hub.erased");
    QVERIFY(HubStore::open(data, clock, rng));
}

QTEST_GUILESS_MAIN(TestHubStore)
#include "tst_hub_store.moc"
