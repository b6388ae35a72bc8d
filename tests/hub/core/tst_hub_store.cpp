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

QTEST_GUILESS_MAIN(TestHubStore)
#include "tst_hub_store.moc"
