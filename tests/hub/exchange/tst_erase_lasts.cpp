// A person who was erased stays so (DESIGN 10, 8): no older state, import or crash brings them back, and what a disk fails
// at is done anew.
#include "core/hub/erased_list.h"
#include "tests/hub/exchange/marked_shop.h"
#include "tests/store/file_calls.h"

#include <QDateTime>
#include <QTest>
#include <atomic>
#include <cerrno>
#include <fstream>
#include <functional>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::hub::testing;
using Shop = MarkedShop;
namespace fs = std::filesystem;

namespace {

/// Erases her, or does what else is given, and puts the folder back as it was before, but for the list of who was erased.
/// The store is closed then.
void eraseAndComeBack(Shop &shop, const std::function<void()> &meanwhile = {})
{
    shop.store.reset();
    const fs::path data = shop.folder.filePath("data").toStdString(), older = shop.folder.filePath("older").toStdString();
    fs::copy(data, older, fs::copy_options::recursive);
    shop.reopen();
    meanwhile ? meanwhile() : shop.erase();
    shop.store.reset();
    fs::copy_file(data / "hub.erased", older / "hub.erased", fs::copy_options::overwrite_existing);
    fs::remove_all(data);
    fs::rename(older, data);
}

} // namespace

class TestEraseLasts : public QObject {
    Q_OBJECT
private slots:
    void anOlderStateBringsNobodyBack();
    void whoComesLaterStays_data();
    void whoComesLaterStays();
    void whoIsErasedTwiceGoesTwice_data();
    void whoIsErasedTwiceGoesTwice();
    void filesThatABackupHoldsGoAfterIt_data();
    void filesThatABackupHoldsGoAfterIt();
    void aFileThatIsNamedAgainStays();
    void whatWasImportedIsKnownByNoName();
    void anImportBringsNobodyBack_data();
    void anImportBringsNobodyBack();
    void whatWasBegunIsFinished();
    void noStartWaitsForTheRest();
    void anOlderFileIsOverwrittenAgain();
    void whatCannotBeDeletedIsSaid();
    void aListThatCannotBeReadStays();
    void erasingAgainIsFinished();
    void aDiskThatFailsEndsTheHub_data();
    void aDiskThatFailsEndsTheHub();
    void whatMayNotBeOnTheDiskIsWrittenAgain();
    void twoErasuresOfOne();
    void erasuresAtOnce();
};

void TestEraseLasts::anOlderStateBringsNobodyBack()
{
    Shop shop;
    const std::string laptop = shop.addLaptop();
    eraseAndComeBack(shop);
    QVERIFY(!shop.leftIn().isEmpty());
    shop.leaveOlder();
    shop.age("data");
    shop.reopen();
    QVERIFY(shop.store);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 2);
    // The desktops of that time are to confirm it, too, and the log of that time says what they confirm.
    QCOMPARE(shop.run({"erase", "--pending"}), admin::kDone);
    QVERIFY2(shop.says("not confirmed by " + laptop + "\tada@shop.test\tlaptop"), shop.said().c_str());
    QVERIFY(!shop.store->owed().isEmpty());
    const auto entries = shop.read(
        [](store::Database &database) { return auditEntries(database, {.kind = AuditEntry::Kind::CustomerErased}); });
    QCOMPARE(entries.size(), 1u);
    QVERIFY(entries[0].subject == shop.layla.bytes);
    QCOMPARE(entries[0].author.place, std::string(kByHub));
    QCOMPARE(shop.check().problems, std::vector<std::string>());
    shop.store.reset();
    QCOMPARE(shop.leftIn(), QString());
}

void TestEraseLasts::whoComesLaterStays_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("to the same hub") << "same";
    QTest::newRow("to one that came back, and has erased them again") << "came back";
    QTest::newRow("to one that came back, from before they were there") << "before them";
    QTest::newRow("to one whose erasure is in the audit log alone") << "logged";
}

/// A stranger has the id of somebody erased, and a letter that bears an older date.
void TestEraseLasts::whoComesLaterStays()
{
    QFETCH(const QString, how);
    Shop shop;
    const std::string from = how == "before them" ? "new@mail.test" : kMarker.toStdString() + "@mail.test";
    CustomerId erased = shop.layla;
    if (how == "came back")
        eraseAndComeBack(shop);
    else if (how == "before them")
        eraseAndComeBack(shop, [&] {
            erased = shop.take(from, "Somebody", "Hello").customer;
            must(eraseForGood(*shop.store, shop.person(from), Author{}));
        });
    else
        shop.erase();
    if (how == "logged")
        must(shop.store->writer().writeAndWait(
            [](store::Database &database) { return database.execute("DELETE FROM field_set"); }));
    shop.reopen();
    QCOMPARE(shop.number("SELECT count(*) FROM identity WHERE address = '" + from + "'"), 0);
    shop.dated = shop.clock.now() - std::chrono::hours(24);
    QCOMPARE(shop.take(from, "A new name", "Hello").customer, erased);
    for (int start = 0; start < 2; ++start) {
        shop.reopen();
        QVERIFY(shop.store);
        QCOMPARE(shop.number("SELECT count(*) FROM customer WHERE name = 'A new name'"), 1);
    }
    QCOMPARE(shop.check().problems, std::vector<std::string>());
}

void TestEraseLasts::whoIsErasedTwiceGoesTwice_data()
{
    QTest::addColumn<bool>("clockWentBack");
    QTest::newRow("one after the other") << false;
    QTest::newRow("the clock was set back in between") << true;
}

/// The state that comes back has done the one erasure of that id, and not the other.
void TestEraseLasts::whoIsErasedTwiceGoesTwice()
{
    QFETCH(const bool, clockWentBack);
    Shop shop;
    shop.erase();
    if (clockWentBack)
        must(shop.store->writer().writeAndWait([](store::Database &database) {
            return database.execute("UPDATE field_set SET at_ms = at_ms + 86400000 WHERE field = 'erased'");
        }));
    shop.dated = shop.clock.now() - std::chrono::hours(24);
    QCOMPARE(shop.take(kMarker.toStdString() + "@mail.test", "Comes again", "Hello").customer, shop.layla);
    shop.age("data");
    eraseAndComeBack(shop);
    QVERIFY(!shop.leftIn().isEmpty());
    shop.reopen();
    QVERIFY(shop.store);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 2);
    shop.store.reset();
    QCOMPARE(shop.leftIn(), QString());
}

void TestEraseLasts::filesThatABackupHoldsGoAfterIt_data()
{
    QTest::addColumn<bool>("restarts");
    QTest::addColumn<bool>("isNew");
    QTest::newRow("with the next look") << false << false;
    QTest::newRow("at the next start") << true << false;
    QTest::newRow("one that was made just now") << false << true;
}

void TestEraseLasts::filesThatABackupHoldsGoAfterIt()
{
    QFETCH(const bool, restarts);
    QFETCH(const bool, isNew);
    Shop shop;
    const std::string line = "file " + shop.file + "\n";
    if (isNew)
        must(shop.store->blobs().hold(shop.file));
    {
        const auto backup = isNew ? nullptr : shop.store->blobs().keptWhole();
        shop.erase();
        must(finishErasures(*shop.store));
        QVERIFY(shop.store->blobs().path(shop.file));
        QVERIFY(shop.listed().find(line) != std::string::npos);
    }
    if (isNew)
        shop.age("data");
    if (restarts)
        shop.reopen();
    else
        must(finishErasures(*shop.store));
    QVERIFY(!shop.store->blobs().path(shop.file));
    QVERIFY2(shop.listed().find("file") == std::string::npos, shop.listed().c_str());
    QCOMPARE(shop.leftIn(), QString());
}

void TestEraseLasts::aFileThatIsNamedAgainStays()
{
    Shop shop;
    {
        const auto backup = shop.store->blobs().keptWhole();
        shop.erase();
    }
    shop.take("bo@mail.test", "Bo", kMarker.toStdString() + " again");
    shop.age("data");
    must(finishErasures(*shop.store));
    QVERIFY(shop.store->blobs().path(shop.file));
    QVERIFY2(shop.listed().find("file") == std::string::npos, shop.listed().c_str());
}

/// A system that calls people by their addresses, and its messages by theirs.
void TestEraseLasts::whatWasImportedIsKnownByNoName()
{
    Shop shop;
    const std::string file = shop.write(
        "old.jsonl",
        R"({"type":"customer","customer_key":"QxLayla@mail.test","identities":[{"channel":"email","address":"qxlayla@mail.test"}]}
{"type":"customer","customer_key":"bo","identities":[{"channel":"email","address":"bo@mail.test"}]}
{"type":"customer","customer_key":"bo.QxLayla@mail.test","identities":[{"channel":"email","address":"other@mail.test"}]}
{"type":"suggestion","customer_key":"bo","other_customer_key":"QxLayla@mail.test","reason":"same-name"}
{"type":"link","customer_key":"QxLayla@mail.test","other_customer_key":"bo","ended_at_ms":1714557600000}
{"message_id":"QxLayla@mail.test/1","customer_handle":"qxlayla@mail.test","channel":"email","direction":"in","at_ms":1714557600000,"body":"Hello"}
{"message_id":"bo/1","customer_handle":"bo@mail.test","channel":"email","direction":"in","at_ms":1714557600000,"body":"Hello"}
)");
    QCOMPARE(must(shop.import(file)).taken, 7);
    shop.erase();
    QCOMPARE(shop.number("SELECT count(*) FROM imported"), 7);
    const std::string named = "SELECT count(*) FROM imported WHERE instr(lower(message_id), 'qxlayla')";
    QCOMPARE(shop.number(named), 1); // a key that only looks like hers
    QCOMPARE(shop.number("SELECT count(*) FROM imported WHERE instr(message_id, 'bo')"), 3);
    // The same again brings nothing.
    const auto again = must(shop.import(file));
    QCOMPARE(again.taken, 0);
    QCOMPARE(again.known, 7);
    QCOMPARE(shop.number("SELECT count(*) FROM imported"), 7);
    QCOMPARE(shop.number("SELECT count(*) FROM identity WHERE address = 'qxlayla@mail.test'"), 0);
    QCOMPARE(shop.check().problems, std::vector<std::string>());
}

void TestEraseLasts::anImportBringsNobodyBack_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<bool>("isHere");
    QTest::addColumn<bool>("isTaken");
    const auto message = [](const char *address, const char *more, bool isOlder) {
        const QByteArray at = QByteArray::number(QDateTime::currentMSecsSinceEpoch() + (isOlder ? -1 : 1) * 86'400'000);
        return QByteArray(R"({"message_id":"m","channel":"email","direction":"in","body":"Hello","customer_handle":")")
               + address + R"(",)" + more + R"("at_ms":)" + at + "}\n";
    };
    const auto card = [](const char *key, const char *more) {
        return QByteArray(R"({"type":"customer","customer_key":")") + key
               + R"(","customer_name":"Back","identities":[{"channel":"email","address":"stranger@mail.test"},)"
                 R"({"channel":"email","address":"QxLayla@mail.test"}])"
               + more + "}\n";
    };
    QTest::newRow("a message") << message("QxLayla@mail.test", "", true) << false << false;
    QTest::newRow("one from after it") << message("QxLayla@mail.test", "", false) << false << false;
    QTest::newRow("by whom they had been merged with") << message("qxlayla.home@mail.test", "", true) << false << false;
    QTest::newRow("at an address that they were given later") << message("elsewhere@mail.test", "", true) << false << false;
    QTest::newRow("under a key of theirs") << message("new@mail.test", R"("customer_key":"k1",)", true) << false << false;
    QTest::newRow("their card") << card("k2", "") << false << false;
    QTest::newRow("a merge with them") << QByteArray(R"({"type":"link","customer_key":"bo","other_customer_key":"k1"})")
                                       << false << false;
    QTest::newRow("who is there again: from before") << message("QxLayla@mail.test", "", true) << true << false;
    QTest::newRow("who is there again: their card of nobody knows when") << card("k2", "") << true << false;
    QTest::newRow("who is there again: from after it") << message("QxLayla@mail.test", "", false) << true << true;
    QTest::newRow("somebody else") << message("jumbo-qxlayla@mail.test", "", true) << false << true;
}

/// An export from before they were erased is imported.
void TestEraseLasts::anImportBringsNobodyBack()
{
    QFETCH(const QByteArray, line);
    QFETCH(const bool, isHere);
    QFETCH(const bool, isTaken);
    Shop shop;
    shop.apply(AddIdentity{shop.store->makeId<IdentityId>(), shop.layla, Channel::Email, "elsewhere@mail.test"});
    must(shop.import(shop.write("first.jsonl", R"({"type":"customer","source":"a","customer_key":"k1","identities":[)"
                                               R"({"channel":"email","address":"qxlayla@mail.test"}]})"
                                               "\n")));
    shop.erase();
    if (isHere)
        shop.take(kMarker.toStdString() + "@mail.test", "A new name", "Hello");
    const std::int64_t customers = shop.number("SELECT count(*) FROM customer");
    const std::int64_t items = shop.number("SELECT count(*) FROM timeline_item");
    shop.out.clear();
    const auto done = must(shop.import(shop.write("old.jsonl", line), {.source = "a"}));
    QCOMPARE(done.taken, isTaken ? 1 : 0);
    QCOMPARE(done.erased, isTaken ? 0 : 1);
    QCOMPARE(done.bad, 0);
    QCOMPARE(shop.says("of persons who were erased 1"), !isTaken);
    QCOMPARE(shop.number("SELECT count(*) FROM timeline_item"), items + done.taken);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), customers + (isTaken && !isHere ? 1 : 0));
    QCOMPARE(shop.number("SELECT count(*) FROM imported WHERE message_id = 'm'"), done.taken);
    QCOMPARE(shop.check().problems, std::vector<std::string>());
}

/// Killed right after it had been written down who is to go.
void TestEraseLasts::whatWasBegunIsFinished()
{
    Shop shop;
    const std::string line =
        std::to_string(toMs(shop.clock.now())) + " " + shop.layla.text() + " " + shop.other.text() + "\n";
    const std::string list = line + "unfinished\n";
    shop.store.reset();
    shop.leaveOlder();
    QFile file(shop.folder.filePath("data/hub.erased"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(list.c_str()), qint64(list.size()));
    file.close();
    shop.reopen();
    QVERIFY(shop.store);
    shop.store.reset();
    QCOMPARE(shop.leftIn(), QString());
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray(line.c_str()));
}

/// A file of gigabytes takes minutes to overwrite: nobody waits for that, neither as the hub starts nor as it ends.
void TestEraseLasts::noStartWaitsForTheRest()
{
    Shop shop;
    const std::string line =
        std::to_string(toMs(shop.clock.now())) + " " + shop.layla.text() + " " + shop.other.text() + "\n";
    shop.store.reset();
    {
        std::ofstream list(shop.folder.filePath("data/hub.erased").toStdString());
        list << line << "unfinished\n";
    }
    shop.open();
    QVERIFY(shop.store);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 2); // they are gone, all the same
    shop.store->endLongReads();
    const auto stopped = finishErasures(*shop.store);
    QVERIFY(!stopped);
    QCOMPARE(stopped.error().kind, Error::Kind::Offline);
    QVERIFY2(shop.listed().ends_with("unfinished\n"), shop.listed().c_str());
    shop.open();
    QVERIFY2(shop.listed().ends_with("unfinished\n"), shop.listed().c_str());
    must(finishErasures(*shop.store));
    QCOMPARE(shop.listed(), line);
    shop.store.reset();
    QCOMPARE(shop.leftIn(), QString());
}

/// Somebody copied the file when she was gone from the rows, and her words were not yet overwritten.
void TestEraseLasts::anOlderFileIsOverwrittenAgain()
{
    Shop shop;
    eraseAndComeBack(shop);
    shop.age("data");
    shop.open();
    shop.store.reset();
    const fs::path data = shop.folder.filePath("data").toStdString(),
                   between = shop.folder.filePath("between").toStdString();
    QVERIFY(!shop.leftIn().isEmpty()); // else this proves nothing
    fs::copy_file(data / "hub.db", between);
    shop.reopen();
    shop.store.reset();
    fs::rename(data / "hub.db", shop.folder.filePath("after").toStdString());
    fs::rename(between, data / "hub.db");
    QVERIFY2(shop.listed().find("unfinished") == std::string::npos, shop.listed().c_str());
    shop.reopen();
    QVERIFY(shop.store);
    shop.store.reset();
    fs::remove(shop.folder.filePath("after").toStdString());
    QCOMPARE(shop.leftIn(), QString());
}

/// A folder is where the file of the version before would be.
void TestEraseLasts::whatCannotBeDeletedIsSaid()
{
    Shop shop;
    const fs::path before = shop.folder.filePath("data/hub.db.before").toStdString();
    fs::create_directories(before / "something");
    const auto erased = eraseForGood(*shop.store, shop.person(), Author{});
    QVERIFY(!erased);
    QVERIFY2(erased.error().detail.find("cannot remove hub.db.before") != std::string::npos, erased.error().detail.c_str());
    // And it is not forgotten that this is to be done.
    QFile list(shop.folder.filePath("data/hub.erased"));
    QVERIFY(list.open(QIODevice::ReadOnly));
    QVERIFY(list.readAll().endsWith("unfinished\n"));
}

/// Taken for an empty one it would be written over, with all whom it names.
void TestEraseLasts::aListThatCannotBeReadStays()
{
    Shop shop;
    const fs::path list = shop.folder.filePath("data/hub.erased").toStdString();
    fs::create_symlink("hub.erased", list);
    QVERIFY(!ErasedList::read(shop.store->folder()));
    QVERIFY(!eraseForGood(*shop.store, shop.person(), Author{}));
    QVERIFY(fs::is_symlink(list));
    fs::remove(list);
    QVERIFY(ErasedList::read(shop.store->folder()));
}

/// An older state has come back, and what would have to be deleted beside it cannot be.
void TestEraseLasts::erasingAgainIsFinished()
{
    Shop shop;
    eraseAndComeBack(shop);
    const fs::path data = shop.folder.filePath("data").toStdString();
    const fs::path before = data / "hub.db.before";
    fs::create_directories(before / "something");
    const auto isUnfinished = [&] {
        QFile list(QString::fromStdString((data / "hub.erased").string()));
        return list.open(QIODevice::ReadOnly) && list.readAll().endsWith("unfinished\n");
    };
    shop.age("data");
    shop.reopen();
    QVERIFY(shop.store);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 2);
    QVERIFY(isUnfinished());
    shop.store.reset();
    fs::remove_all(before);
    shop.leaveOlder();
    shop.reopen();
    QVERIFY(!isUnfinished());
    shop.store.reset();
    QCOMPARE(shop.leftIn(), QString());
}

void TestEraseLasts::aDiskThatFailsEndsTheHub_data()
{
    QTest::addColumn<int>("which");
    QTest::newRow("as the log comes into the file") << 1;
    QTest::newRow("as what is left of rows is overwritten") << 2;
}

/// What the hub does past SQLite counts as what it does through it (DESIGN 9): it promises nothing more on that file.
void TestEraseLasts::aDiskThatFailsEndsTheHub()
{
    QFETCH(const int, which);
    Shop shop;
    shop.store.reset();
    {
        std::atomic<bool> counts = false;
        std::atomic<int> syncs = 0, broken = 0;
        const store::testing::FileCalls calls(shop.folder.path().toStdString(), [&](const store::testing::FileCall &call) {
            return counts && call.what == "sync" && call.name == "hub.db" && ++syncs == which ? EIO : 0;
        });
        shop.reopen();
        QVERIFY(shop.store);
        shop.store->setBroken([&](const Error &) { ++broken; });
        const PersonToErase person = shop.person();
        counts = true;
        must(eraseForGood(*shop.store, person, Author{}));
        QCOMPARE(syncs.load(), which); // none is tried again
        QCOMPARE(broken.load(), 1);
        QVERIFY(!shop.store->writer().writeAndWait([](store::Database &) -> Result<void> { return {}; }));
        shop.store.reset();
    }
    QFile list(shop.folder.filePath("data/hub.erased"));
    QVERIFY(list.open(QIODevice::ReadOnly) && list.readAll().endsWith("unfinished\n"));
    list.close();
    shop.reopen();
    QVERIFY(shop.store);
    shop.store.reset();
    QVERIFY(list.open(QIODevice::ReadOnly) && !list.readAll().contains("unfinished"));
    QCOMPARE(shop.leftIn(), QString());
}

/// All that there is to overwrite reads as overwritten, which may be so in the system's memory alone.
void TestEraseLasts::whatMayNotBeOnTheDiskIsWrittenAgain()
{
    Shop shop;
    shop.erase();
    shop.store.reset();
    QFile list(shop.folder.filePath("data/hub.erased"));
    QVERIFY(list.open(QIODevice::Append) && list.write("unfinished\n") > 0);
    list.close();
    std::atomic<int> writes = 0, notSynced = 0;
    {
        const store::testing::FileCalls calls(shop.folder.path().toStdString(), [&](const store::testing::FileCall &call) {
            if (call.name == "hub.db" && call.what == "write")
                ++writes, ++notSynced;
            if (call.name == "hub.db" && call.what == "sync")
                notSynced = 0;
            return 0;
        });
        shop.reopen();
        QVERIFY(shop.store);
        shop.store.reset();
    }
    const qint64 pages = QFileInfo(shop.folder.filePath("data/hub.db")).size() / 4096;
    QVERIFY2(writes > pages / 2, qPrintable(QStringLiteral("%1 of %2").arg(writes.load()).arg(pages)));
    QCOMPARE(notSynced.load(), 0);
    QVERIFY(list.open(QIODevice::ReadOnly) && !list.readAll().contains("unfinished"));
}

/// Each has looked who it is before the other was done.
void TestEraseLasts::twoErasuresOfOne()
{
    Shop shop;
    shop.addLaptop();
    const PersonToErase person = shop.person();
    QCOMPARE(must(eraseForGood(*shop.store, person, Author{})), 1);
    QCOMPARE(must(eraseForGood(*shop.store, person, Author{})), 0);
    const auto entries = shop.read(
        [](store::Database &database) { return auditEntries(database, {.kind = AuditEntry::Kind::CustomerErased}); });
    QCOMPARE(entries.size(), 1u);
}

/// By two who erase, and one who looks for files: none of their lines is lost, and none is left.
void TestEraseLasts::erasuresAtOnce()
{
    constexpr int kEach = 8;
    Shop shop;
    std::set<CustomerId> everybody;
    std::vector<PersonToErase> persons;
    for (int one = 0; one < 2 * kEach; ++one) {
        const std::string address = "one" + std::to_string(one) + "@mail.test";
        everybody.insert(shop.take(address, "One", address).customer);
        persons.push_back(shop.person(address));
    }
    shop.age("data");
    std::vector<std::future<void>> working;
    for (int half = 0; half < 2; ++half)
        working.push_back(std::async(std::launch::async, [&, half] {
            for (int one = 0; one < kEach; ++one)
                must(eraseForGood(*shop.store, persons[std::size_t(half * kEach + one)], Author{}));
        }));
    working.push_back(std::async(std::launch::async, [&] {
        for (int one = 0; one < kEach; ++one)
            must(finishErasures(*shop.store));
    }));
    for (std::future<void> &one : working)
        one.get();
    QCOMPARE(must(everErased(shop.store->folder())), everybody);
    QVERIFY2(shop.listed().find("file") == std::string::npos, shop.listed().c_str());
    QVERIFY2(shop.listed().find("unfinished") == std::string::npos, shop.listed().c_str());
}

QTEST_APPLESS_MAIN(TestEraseLasts)
#include "tst_erase_lasts.moc"
