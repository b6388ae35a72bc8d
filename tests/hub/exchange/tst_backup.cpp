// Backups: whole or not there, checked before they are used, and never over anything. And copies put back by hand.
#include "core/hub/access.h"
#include "core/hub/account_store.h"
#include "core/hub/audit.h"
#include "core/hub/change_log.h"
#include "core/hub/epoch.h"
#include "core/hub/exchange/backup.h"
#include "core/store/files.h"
#include "tests/hub/exchange/exchange_fixture.h"

#include <QTest>

#include <fstream>
#include <sys/stat.h>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::hub::exchange;
namespace fs = std::filesystem;

namespace {

std::vector<AuditEntry> restoresIn(HubStore &store)
{
    return *store.reader().readAndWait(
        [](store::Database &database) { return auditEntries(database, {.kind = AuditEntry::Kind::Restored}); });
}

struct Shop : ExchangeStore {
    fs::path at(const char *name) { return folder.filePath(name).toStdString(); }
    wire::Position head() { return *store->reader().readAndWait(&headOf); }
    void addAgent(const std::string &email)
    {
        const auto added = store->writer().writeAndWait([&](store::Database &database) {
            return hub::addAgent(database, store->ids(), email, email, model::Agent::Role::Agent, "");
        });
        QVERIFY2(added, added ? "" : added.error().detail.c_str());
    }
    std::string addAttachment(const std::string &content)
    {
        const std::string name = *store->blobs().add(bytesOf(content));
        const auto added = store->writer().writeAndWait([&](store::Database &database) {
            auto query =
                database.queryOnce("INSERT INTO attachment_ref VALUES (randomblob(16), NULL, :name, 1, '', '', '', 0)");
            return query.bind("name", name).run();
        });
        return added ? name : std::string();
    }
    Result<BackupReport> backUp(bool withKey = false) { return exchange::backUp(*store, {at("backup"), withKey}, console); }
    Result<RestoreReport> restore(const char *data, std::optional<fs::path> key = std::nullopt)
    {
        return exchange::restore({at("backup"), at(data), key}, clock, rng, console);
    }
};

void overwrite(const fs::path &path, qint64 offset, const QByteArray &bytes)
{
    QFile file(QString::fromStdString(path.string()));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(offset));
    QCOMPARE(file.write(bytes), bytes.size());
}

mode_t modeOf(const fs::path &path)
{
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

} // namespace

class TestBackup : public QObject {
    Q_OBJECT
private slots:
    void thereAndBack();
    void aKeyThatWasNamedIsTakenOrMissed_data();
    void aKeyThatWasNamedIsTakenOrMissed();
    void overwritesNothing();
    void damage_data();
    void damage();
    void whatDidNotFitIsRestoredAndSaid();
    void anUnfinishedRestoreIsNoStore();
    void anOlderCopyIsNoticed_data();
    void anOlderCopyIsNoticed();
    void theSameStoreKeepsItsEpoch();
    void withoutItsKeyPasswordsAreEnteredAnew();
    void stopsWhenItIsTold_data();
    void stopsWhenItIsTold();
};

void TestBackup::thereAndBack()
{
    Shop shop;
    shop.addAgent("ann@shop.test");
    const std::string blob = shop.addAttachment("a picture");
    const wire::Position before = shop.head();
    const auto report = shop.backUp();
    QVERIFY2(report, report ? "" : report.error().detail.c_str());
    QCOMPARE(report->head, before.seq);
    QCOMPARE(report->attachments, 1);
    QCOMPARE(report->missing, 0);
    for (const char *name : {"hub.db", "backup.json"})
        QCOMPARE(modeOf(shop.at("backup") / name), mode_t(0600));
    QCOMPARE(modeOf(shop.at("backup")), mode_t(0700));
    QVERIFY(!fs::exists(shop.at("backup") / "hub.key"));
    shop.addAgent("later@shop.test");
    const auto later = shop.store->reader().readAndWait(
        [](store::Database &database) { return agentByEmail(database, "later@shop.test"); });
    QVERIFY(later && *later);

    const auto restored = shop.restore("again", shop.at("data") / "hub.key");
    QVERIFY2(restored, restored ? "" : restored.error().detail.c_str());
    QCOMPARE(restored->head, before.seq);
    QVERIFY(restored->hasKey);
    auto again = HubStore::open(shop.at("again"), shop.clock, shop.rng);
    QVERIFY(again);
    QVERIFY((*again)->suspicion().empty());
    const wire::Position after = *(*again)->reader().readAndWait(&headOf);
    QCOMPARE(after.seq, before.seq);
    QVERIFY(after.chain == before.chain);
    QVERIFY(after.epoch != before.epoch);
    const auto told = restoresIn(**again);
    QCOMPARE(told.size(), std::size_t(1));
    QCOMPARE(told.front().author.place, std::string(kByCommandLine));
    QCOMPARE(told.front().became, "change: " + std::to_string(before.seq));
    QVERIFY((*again)->blobs().path(blob));
    // Who joined since is who they were when they are invited again: what is at their desktop is theirs.
    const auto invited = (*again)->writer().writeAndWait([&](store::Database &database) {
        return addAgent(database, (*again)->ids(), "later@shop.test", "Later", model::Agent::Role::Agent, "");
    });
    QVERIFY(invited && invited->id == (*later)->id);
    const auto checked = checkStore(**again);
    QVERIFY(checked && checked->problems.empty());
}

void TestBackup::aKeyThatWasNamedIsTakenOrMissed_data()
{
    QTest::addColumn<bool>("withKey");
    QTest::addColumn<QString>("named");
    QTest::addColumn<QString>("present");
    QTest::addColumn<int>("error"); // -1: none
    QTest::addColumn<bool>("isAnothersKey");
    const QString none, own = "data/hub.key", other = "other/hub.key", another = "another", same = "the same";
    const int good = -1, conflict = int(Error::Kind::Conflict), notFound = int(Error::Kind::NotFound);
    QTest::newRow("it is not there") << false << QString("missing") << none << notFound << false;
    QTest::newRow("it is a folder") << false << QString("data") << none << notFound << false;
    QTest::newRow("another is in its place") << false << own << another << conflict << false;
    QTest::newRow("it is in its place") << false << own << same << good << false;
    QTest::newRow("it is another's") << false << other << none << good << true;
    QTest::newRow("none is named, another is there") << false << none << another << good << true;
    QTest::newRow("none is named, the right one is there") << false << none << same << good << false;
    QTest::newRow("in the backup") << true << none << none << good << false;
    QTest::newRow("in the backup, and it is there") << true << none << same << good << false;
    QTest::newRow("in the backup, another is there") << true << none << another << conflict << false;
    QTest::newRow("in the backup, another is there and named") << true << other << another << good << true;
    QTest::newRow("in the backup, another is named") << true << other << same << conflict << false;
}

void TestBackup::aKeyThatWasNamedIsTakenOrMissed()
{
    QFETCH(const bool, withKey);
    QFETCH(QString, named);
    QFETCH(QString, present);
    QFETCH(int, error);
    QFETCH(const bool, isAnothersKey);
    Shop shop;
    QVERIFY(addAccount(*shop.store, model::Channel::WebChat, "Chat", {{"origins", "https://shop.test"}}, {}));
    QVERIFY(shop.backUp(withKey));
    QVERIFY(HubStore::open(shop.at("other"), shop.clock, shop.rng)); // a hub that was started there, and has its own key
    fs::create_directories(shop.at("again"));
    const fs::path key = shop.at("again") / "hub.key";
    if (present == "the same")
        fs::copy_file(shop.at("data") / "hub.key", key);
    else if (!present.isEmpty())
        fs::copy_file(shop.at("other") / "hub.key", key);
    const auto restored = shop.restore("again", named.isEmpty() ? std::nullopt : std::optional(shop.at(qPrintable(named))));
    QCOMPARE(restored ? -1 : int(restored.error().kind), error);
    if (restored) {
        QCOMPARE(restored->isAnothersKey, isAnothersKey);
        const bool isSame = store::readFile(key, 4096) == store::readFile(shop.at("data") / "hub.key", 4096);
        QCOMPARE(isSame, !isAnothersKey);
    } else {
        QVERIFY(restored.error().detail.find("key") != std::string::npos);
    }
    QCOMPARE(fs::exists(shop.at("again") / "hub.db"), restored.has_value()); // what is refused has begun nothing
}

void TestBackup::overwritesNothing()
{
    Shop shop;
    QVERIFY(shop.backUp(true));
    QVERIFY(fs::exists(shop.at("backup") / "hub.key"));
    QCOMPARE(shop.backUp().error().kind, Error::Kind::Conflict);
    QCOMPARE(shop.restore("data").error().kind, Error::Kind::Conflict); // open: locked
    shop.store.reset();
    const auto over = shop.restore("data");
    QCOMPARE(over.error().kind, Error::Kind::Conflict);
    QVERIFY(over.error().detail.find("overwrites nothing") != std::string::npos);
    shop.reopen();
    QVERIFY(shop.store && shop.store->suspicion().empty());
}

void TestBackup::damage_data()
{
    QTest::addColumn<QString>("what");
    QTest::newRow("a flipped bit in the database") << "database";
    QTest::newRow("no backup.json: it was not finished") << "manifest";
    QTest::newRow("another attachment under a name") << "attachment";
    QTest::newRow("an attachment is not there") << "missing";
}

void TestBackup::damage()
{
    QFETCH(const QString, what);
    Shop shop;
    const std::string blob = shop.addAttachment("a picture");
    QVERIFY(shop.backUp());
    const fs::path copied = shop.at("backup") / "blobs" / blob.substr(0, 2) / blob;
    QVERIFY(fs::exists(copied));
    if (what == "database")
        overwrite(shop.at("backup") / "hub.db", 5000, "x");
    else if (what == "manifest")
        fs::remove(shop.at("backup") / "backup.json");
    else if (what == "attachment")
        overwrite(copied, 0, "A");
    else
        fs::remove(copied);
    const auto restored = shop.restore("again");
    QVERIFY(!restored);
    QCOMPARE(restored.error().kind, Error::Kind::Corrupt);
    for (const char *name : {"hub.db", kRestoring, "blobs"}) // nothing half done is left
        QVERIFY2(!fs::exists(shop.at("again") / name), name);
}

/// A backup that is as it was written is not made better by being refused.
void TestBackup::whatDidNotFitIsRestoredAndSaid()
{
    Shop shop;
    const auto left = shop.store->writer().writeAndWait([&](store::Database &database) {
        return database.execute("INSERT INTO attachment_ref VALUES (randomblob(16), randomblob(16), '', 1, '', '', '', 0)");
    });
    QVERIFY2(left, left ? "" : left.error().detail.c_str());
    QCOMPARE(shop.check().problems.size(), std::size_t(1));
    QVERIFY(shop.backUp());
    shop.err.clear();
    const auto restored = shop.restore("again");
    QVERIFY2(restored, restored ? "" : restored.error().detail.c_str());
    QVERIFY(std::ranges::find(shop.err, "the backup was made of a store that had 1 attachments without their item; they are "
                                        "restored as they were")
            != shop.err.end());
}

void TestBackup::anUnfinishedRestoreIsNoStore()
{
    Shop shop;
    fs::create_directories(shop.at("again"));
    std::ofstream(shop.at("again") / kRestoring) << "half";
    const auto opened = HubStore::open(shop.at("again"), shop.clock, shop.rng);
    QVERIFY(!opened);
    QVERIFY(!fs::exists(shop.at("again") / "hub.db"));
}

void TestBackup::anOlderCopyIsNoticed_data()
{
    QTest::addColumn<bool>("sameLife");
    QTest::addColumn<bool>("fileLost");
    QTest::newRow("of an earlier start") << false << false;
    QTest::newRow("of the same start, before later changes") << true << false;
    QTest::newRow("without the file beside it") << true << true;
}

void TestBackup::anOlderCopyIsNoticed()
{
    QFETCH(const bool, sameLife);
    QFETCH(const bool, fileLost);
    Shop shop;
    shop.addAgent("ann@shop.test");
    const auto copy = [&] {
        auto database = store::Database::open(shop.at("data") / "hub.db", {});
        QVERIFY((*database)->backupTo(shop.at("copy.db")));
    };
    if (!sameLife) {
        shop.store.reset();
        copy();
        shop.reopen();
    } else {
        copy();
    }
    shop.addAgent("ben@shop.test");
    const wire::Position before = shop.head();
    shop.store.reset();
    for (const char *end : {"-wal", "-shm"})
        fs::remove(shop.at("data") / (std::string("hub.db") + end));
    fs::copy_file(shop.at("copy.db"), shop.at("data") / "hub.db", fs::copy_options::overwrite_existing);
    if (fileLost)
        fs::remove(shop.at("data") / "hub.incarnation");
    shop.reopen();
    QVERIFY(shop.store);
    QVERIFY(!shop.store->suspicion().empty());
    QVERIFY(shop.head().epoch != before.epoch);
    QCOMPARE(restoresIn(*shop.store).size(), std::size_t(1)); // what happened since is not in its audit log: that is
    QCOMPARE(
        *shop.store->reader().readAndWait([&](store::Database &database) { return seenHere(database, before.epoch, 1000); }),
        shop.head().seq);
    // Said once: the next start finds what it left.
    const wire::Epoch epoch = shop.head().epoch;
    shop.store.reset();
    shop.reopen();
    QVERIFY(shop.store->suspicion().empty());
    QVERIFY(shop.head().epoch == epoch);
    QCOMPARE(restoresIn(*shop.store).size(), std::size_t(1));
}

void TestBackup::theSameStoreKeepsItsEpoch()
{
    Shop shop;
    const wire::Epoch epoch = shop.head().epoch;
    for (int i = 0; i < 3; ++i) {
        shop.addAgent(std::to_string(i) + "@shop.test");
        shop.reopen();
        QVERIFY(shop.store->suspicion().empty());
        QVERIFY(shop.head().epoch == epoch);
    }
    // Killed between naming the database and saying so beside it: either name is the last one's.
    const auto before = *store::readFile(shop.at("data") / "hub.incarnation", 4096);
    shop.store.reset();
    const auto after = *store::readFile(shop.at("data") / "hub.incarnation", 4096);
    QVERIFY(!after.empty() && before.size() >= 76);
    shop.reopen();
    QVERIFY(shop.head().epoch == epoch);
}

/// As operations.md says of a backup without the key: everything else goes on.
void TestBackup::withoutItsKeyPasswordsAreEnteredAnew()
{
    Shop shop;
    for (const char *name : {"Help", "Sales"}) {
        const std::string user = std::string(name) + "@shop.test";
        const auto made =
            addAccount(*shop.store, model::Channel::Email, name,
                       {{"address", user}, {"imap", "imaps://" + user + ":993"}, {"smtp", "smtps://" + user + ":465"}},
                       {{"password", "before"}});
        QVERIFY2(made, made ? "" : made.error().detail.c_str());
    }
    QVERIFY(shop.backUp());
    QVERIFY(shop.restore("again"));
    auto again = HubStore::open(shop.at("again"), shop.clock, shop.rng);
    QVERIFY(again);
    const auto help = findAccount(**again, "Help"), sales = findAccount(**again, "Sales");
    QVERIFY(help && help->isLocked && help->settings.secrets.empty());
    const auto id = help->settings.account.id;
    QCOMPARE(setPaused(**again, id, true).error().kind, Error::Kind::Corrupt); // would lose what the right key opens
    QVERIFY(changeAccount(**again, id, {}, {{"password", "after"}}));
    const auto open = findAccount(**again, "Help");
    QVERIFY(open && !open->isLocked);
    QCOMPARE(open->settings.secrets.at("password"), std::string("after"));
    QVERIFY(findAccount(**again, "Sales")->isLocked);
    QVERIFY(removeAccount(**again, sales->settings.account.id));
    QVERIFY(!findAccount(**again, "Sales"));
}

void TestBackup::stopsWhenItIsTold_data()
{
    QTest::addColumn<bool>("sealed");
    QTest::addColumn<QByteArray>("when"); ///< What it says it does just then.
    QTest::newRow("while it copies the database") << false << QByteArray("copying the database");
    QTest::newRow("while it copies attachments") << false << QByteArray("copying 1 attachments");
    QTest::newRow("while it seals rows") << true << QByteArray("rows");
    QTest::newRow("while it seals attachments") << true << QByteArray("sealing 1 attachments");
}

/// Whoever typed it is gone, or the hub ends: it does not look like a backup, and the next one has the place.
void TestBackup::stopsWhenItIsTold()
{
    QFETCH(const bool, sealed);
    QFETCH(const QByteArray, when);
    Shop shop;
    shop.addAgent("ann@shop.test");
    QVERIFY(!shop.addAttachment("a picture").empty());
    const auto over = std::make_shared<std::atomic<bool>>(false);
    admin::Console console = shop.console;
    console.over = over;
    console.err = [&](std::string_view line) { *over = *over || line.find(when.toStdString()) != std::string_view::npos; };
    const auto stopped = exchange::backUp(*shop.store, {shop.at("backup"), false, sealed}, console);
    QVERIFY(!stopped);
    QVERIFY(*over);
    QCOMPARE(stopped.error().kind, Error::Kind::Offline);
    QVERIFY(!fs::exists(shop.at("backup")));
    const auto next = exchange::backUp(*shop.store, {shop.at("backup"), false, sealed}, shop.console);
    QVERIFY2(next, next ? "" : next.error().detail.c_str());
}

QTEST_APPLESS_MAIN(TestBackup)
#include "tst_backup.moc"
