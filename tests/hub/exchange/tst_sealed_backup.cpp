// Sealed backups: nothing of a person can be read in one without their key, all of it comes back with it, and whoever was
// erased is in none any more, however old.
#include "core/hub/exchange/backup.h"
#include "core/hub/exchange/file_hash.h"
#include "core/hub/exchange/personal_columns.h"
#include "core/hub/exchange/sealed_store.h"
#include "core/store/files.h"
#include "core/store/migrations.h"
#include "core/wire/codec.h"
#include "tests/hub/exchange/marked_shop.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTest>

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::hub::exchange;
using namespace tributary::hub::testing;
namespace fs = std::filesystem;

namespace {

/// In everything that is of nobody in particular, and may say something of anybody.
const std::string kNobodys = "qznobody";

std::string hexOf(ByteView bytes)
{
    return "x'" + toHex(bytes) + "'";
}

/// Everything there is: each table's rows as they are, the schema, the version.
QStringList dump(store::Database &database)
{
    QStringList lines;
    const auto add = [&](const std::string &what, const std::string &sql) {
        auto query = database.queryOnce(sql);
        while (must(query.step())) {
            QString line = QString::fromStdString(what);
            for (int column = 0; column < query.columnCount(); ++column)
                line += "|" + QString::fromUtf8(query.text(column).data(), qsizetype(query.text(column).size()));
            lines.append(line);
        }
    };
    add("version", "PRAGMA user_version");
    add("schema", "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY rowid");
    for (const TableColumns &table : must(tablesOf(database))) {
        std::string columns, key;
        for (const std::string &column : table.columns)
            columns += (columns.empty() ? "quote(\"" : ", quote(\"") + column + "\")";
        for (const std::string &column : table.key)
            key += (key.empty() ? "\"" : ", \"") + column + "\"";
        add(table.name, "SELECT " + columns + " FROM \"" + table.name + "\" ORDER BY " + key);
    }
    return lines;
}

struct SealedShop : MarkedShop {
    fs::path at(const char *name) { return folder.filePath(name).toStdString(); }
    std::string shared, bosOwn; ///< Files: of Layla and Bo, and of Bo alone.

    SealedShop()
    {
        out.clear();
        err.clear();
    }
    /// Something in every column that is sealed.
    void fillUp()
    {
        const std::string mark = kMarker.toStdString(), hers = hexOf(layla.view()), account = hexOf(chat.id.view());
        const std::string map = hexOf(wire::encodeMap({{"k", mark}})), none = "x'80'";
        const std::string item = "(SELECT id FROM timeline_item WHERE customer_id = " + hers + " LIMIT 1)";
        const std::string nobodysMap = hexOf(wire::encodeMap({{"k", kNobodys}})),
                          nobodysList = hexOf(wire::encodeList({kNobodys}));
        run({"UPDATE customer SET attributes = " + map + ", preferred = " + map + ", language = '" + mark
                 + "' WHERE id = " + hers,
             "UPDATE identity SET problem = '" + mark + "' WHERE customer_id = " + hers,
             "UPDATE conversation SET fields = " + map + ", tags = " + hexOf(wire::encodeList({mark}))
                 + " WHERE customer_id = " + hers,
             "UPDATE timeline_item SET html = '" + mark + "', delivery = " + map + " WHERE id = " + item,
             "INSERT INTO suggestion VALUES (randomblob(16), " + hers + ", " + hexOf(bo.view()) + ", 'same-name', '" + mark
                 + "', 'open', 0, 0)",
             "INSERT INTO identity SELECT randomblob(16), " + hers + ", 'webchat', zeroblob(16), 'visitor-" + mark
                 + "', '', '" + mark + "', 0, '', 0, 0",
             "INSERT INTO visitor VALUES ('visitor-" + mark + "', " + account + ", '" + mark + "', '" + mark + "@x', 0, '"
                 + mark + "', 0, 1, 0, 0, 0, NULL, 0, 0)",
             "INSERT INTO visitor VALUES ('before-" + mark + "', " + account + ", '" + mark + "', '" + mark
                 + "@y', 0, '', 0, 0, 0, 0, 0, 'visitor-" + mark + "', 0, 0)",
             "INSERT INTO visitor_token VALUES (randomblob(32), 'visitor-" + mark + "', 0)",
             "INSERT INTO visitor_event VALUES ('visitor-" + mark + "', 1, " + item + ", '" + mark + "')",
             "INSERT INTO attachment_ref VALUES (x'0123456789abcdef0123456789abcdef', NULL, '', 1, '', '" + mark
                 + "', 'visitor-" + mark + "', 0)",
             "INSERT INTO visitor_upload VALUES (x'0123456789abcdef0123456789abcdef', '" + mark + "', 0)",
             "INSERT INTO claim VALUES ('email', '" + mark + "@claimed.test', " + hers + ", 0)",
             "INSERT INTO claim VALUES ('email', '" + mark + "@mail.test', " + hexOf(bo.view()) + ", 0)",
             "INSERT OR IGNORE INTO match_key VALUES ('phone', '" + mark + "', " + hers + ")",
             "INSERT INTO imported_key VALUES ('old', 'customer', '" + mark + "', " + hers + ")",
             "INSERT INTO imported VALUES ('old', '" + kNobodys + "', " + item + ")",
             "INSERT INTO raw_payload VALUES (" + account + ", '" + kNobodys + "', 0, NULL, '" + kNobodys + "', '" + kNobodys
                 + "', 0)",
             "INSERT INTO parked_delivery VALUES (" + account + ", '" + kNobodys + "', " + nobodysMap + ", 0)",
             "INSERT INTO outcome VALUES (randomblob(16), 1, randomblob(16), 'refused', 'other', '" + kNobodys + "', 0, "
                 + nobodysList + ")",
             "INSERT INTO account_state VALUES (" + account + ", 'position', '" + kNobodys + "')",
             "INSERT INTO saved_view VALUES (randomblob(16), 'View', randomblob(16), 'own', NULL, 0, " + nobodysList
                 + ", 'newest', 0, 0, NULL)",
             "INSERT INTO company VALUES (randomblob(16), '" + kNobodys + "', " + nobodysList + ", '" + kNobodys + "', "
                 + nobodysMap + ", 0, 0)",
             "INSERT INTO company_domain VALUES ('" + kNobodys + ".test', randomblob(16))"});
    }
    void run(const std::vector<std::string> &statements)
    {
        must(store->writer().writeAndWait([&](store::Database &database) -> Result<void> {
            for (const std::string &statement : statements)
                TRIBUTARY_TRY(database.execute(statement));
            return {};
        }));
    }
    using MarkedShop::run;
    /// Bo's timeline says with whom he was.
    void mixUp()
    {
        const auto link = store->makeId<CustomerLinkId>();
        apply(MergeCustomers{.link = link, .from = layla, .into = bo, .evidence = kMarker.toStdString()});
        apply(UnlinkCustomers{link});
    }
    std::vector<std::map<std::string, std::string>> merges()
    {
        auto events = eventsIn(his);
        std::erase_if(events, [](const auto &event) { return event.at("event") != "merged"; });
        return events;
    }
    /// The same file with a letter of each of them.
    void share()
    {
        shared = must(store->blobs().add(bytesOf("a picture of both")));
        bosOwn = must(store->blobs().add(bytesOf(std::string(200'000, 'b')))); // of several pieces
        for (const auto &[customer, sha] : {std::pair(layla, shared), std::pair(bo, shared), std::pair(bo, bosOwn)})
            run({"INSERT INTO attachment_ref SELECT randomblob(16), id, '" + sha
                 + "', 1, 'image/png', 'both.png', '', 0"
                   " FROM timeline_item WHERE customer_id = "
                 + hexOf(customer.view()) + " AND kind = 'outbound' LIMIT 1"});
        age("data");
    }
    QStringList content()
    {
        return store->reader()
            .readAndWait([](store::Database &database) -> Result<QStringList> { return dump(database); })
            .value_or(QStringList());
    }
    Result<BackupReport> seal(const char *to = "backup", std::optional<fs::path> keysTo = std::nullopt)
    {
        return exchange::backUp(*store, {at(to), false, true, std::move(keysTo)}, console);
    }
    /// By what is in this hub's folder, or what is named instead; into a folder that has nothing.
    Result<RestoreReport> restore(const char *data, std::optional<fs::path> people = std::nullopt,
                                  const char *from = "backup", std::optional<fs::path> key = std::nullopt)
    {
        return exchange::restore(
            {at(from), at(data), key.value_or(at("data") / "hub.key"), people.value_or(at("data") / kPeopleKeys)}, clock,
            rng, console);
    }
    /// Works on from another folder.
    void openAs(const char *data)
    {
        store.reset();
        age(data);
        store = must(HubStore::open(at(data), clock, rng));
    }
    /// The file in @p name's folder with @p word in its name or content.
    QString heldBy(const char *name, const QByteArray &word)
    {
        for (QDirIterator files(folder.filePath(name), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
             files.hasNext();) {
            QFile one(files.next());
            if (one.fileName().contains(QString::fromUtf8(word)))
                return one.fileName();
            if (!one.open(QIODevice::ReadOnly))
                return one.fileName() + " cannot be read";
            if (one.readAll().toLower().contains(word.toLower()))
                return one.fileName();
        }
        return {};
    }
    /// Nothing but the files of keys, which were put there.
    bool isEmptyFolder(const char *data)
    {
        for (const char *name : {"hub.db", kRestoring, "blobs", "hub.erased"}) {
            if (fs::exists(at(data) / name))
                return false;
        }
        return true;
    }
    /// Changes the sealed database, as somebody may who can reckon its hash anew.
    void tamper(const std::string &sql)
    {
        {
            auto database = must(store::Database::open(at("backup") / "hub.db", {}));
            must(database->execute("PRAGMA journal_mode = DELETE"));
            must(database->execute(sql));
        }
        manifest("database_sha256", QString::fromStdString(must(sha256Of(at("backup") / "hub.db"))));
    }
    void manifest(const QString &name, const QJsonValue &value)
    {
        QFile file(folder.filePath("backup/backup.json"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QJsonObject json = QJsonDocument::fromJson(file.readAll()).object();
        file.close();
        json.insert(name, value); // what is undefined is taken out
        QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
        file.write(QJsonDocument(json).toJson());
    }
};

} // namespace

class TestSealedBackup : public QObject {
    Q_OBJECT
private slots:
    void everyColumnIsSaidAbout();
    void aColumnThatNobodyHasThoughtOf();
    void nothingOfAnybodyIsPlain();
    void comesBackAsItWas();
    void comesBackOnANewMachine();
    void whoWasErasedIsInNone_data();
    void whoWasErasedIsInNone();
    void whoIsErasedMeanwhile();
    void anOlderFolderLosesTheKeyAgain();
    void aKeyThatCannotBeDestroyedIsSaid();
    void aFileOfSeveral();
    void whoComesBackIsAnother();
    void whoWasErasedAgainGoesAtTheStart();
    void withoutTheRightKeys_data();
    void withoutTheRightKeys();
    void damage_data();
    void damage();
    void plainOnesStayAsTheyWere();
    void keysStayOutside();
    void killedInTheMiddle_data();
    void killedInTheMiddle();
    void byTheCommandLine();
};

void TestSealedBackup::everyColumnIsSaidAbout()
{
    const auto database = must(store::Database::open(":memory:", {.vfs = "memdb"}));
    must(store::migrate(*database, store::hubMigrations()));
    const auto tables = must(tablesOf(*database));
    QVERIFY(tables.size() > 40);
    QCOMPARE(strayColumns(tables), std::vector<std::string>());
    for (const TableColumns &table : tables) // rows are told apart, and come back in their order
        QVERIFY2(!table.key.empty(), table.name.c_str());
    // What is said of how to find whose they are fits the tables.
    for (const PersonalTable &table : personalTables()) {
        const auto found = std::ranges::find(tables, table.name, &TableColumns::name);
        QVERIFY(found != tables.end());
        const auto has = [&](std::string_view column) { return std::ranges::count(found->columns, column) == 1; };
        Finders finders = table.whose;
        for (const SharedColumns &shared : table.shared) {
            finders.insert(finders.end(), shared.also.begin(), shared.also.end());
            for (const std::string_view column : shared.columns)
                QVERIFY2(table.placeOf(column), column.data());
        }
        for (const Finder &finder : finders) {
            QVERIFY(std::ranges::all_of(finder.columns, has));
            QVERIFY(finder.parameter.empty() || finder.columns.size() == 1);
        }
    }
}

void TestSealedBackup::aColumnThatNobodyHasThoughtOf()
{
    SealedShop shop;
    shop.run({"ALTER TABLE customer ADD COLUMN shoe_size TEXT NOT NULL DEFAULT ''"});
    const auto made = shop.seal();
    QVERIFY(!made);
    QVERIFY2(made.error().detail.find("customer.shoe_size") != std::string::npos, made.error().detail.c_str());
    QVERIFY(!fs::exists(shop.at("backup")));
}

void TestSealedBackup::nothingOfAnybodyIsPlain()
{
    SealedShop shop;
    shop.fillUp();
    shop.share();
    const auto report = shop.seal();
    QVERIFY2(report, report ? "" : report.error().detail.c_str());
    QCOMPARE(report->missing, 0);
    QVERIFY(report->attachments > 3);
    for (const QByteArray &word : {kMarker, QByteArray(kNobodys.c_str()), QByteArray("A word of Bo"), QByteArray("Dear Bo"),
                                   QByteArray("bo@mail.test"), QByteArray("both.png"), QByteArray("a picture of both"),
                                   QByteArray("bbbbbbbb"), QByteArray(shop.shared.c_str())}) {
        QVERIFY2(!shop.heldBy("data", word).isEmpty(), word.constData()); // else this proves nothing
        QCOMPARE(shop.heldBy("backup", word), QString());
    }
    QVERIFY(!fs::exists(shop.at("backup") / kPeopleKeys));
    QVERIFY(!fs::exists(shop.at("backup") / "hub.key"));
    QCOMPARE(fs::status(shop.at("backup") / "hub.db").permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

void TestSealedBackup::comesBackAsItWas()
{
    SealedShop shop;
    shop.fillUp();
    shop.share();
    shop.mixUp();
    const QStringList before = shop.content();
    const auto report = shop.seal();
    QVERIFY2(report, report ? "" : report.error().detail.c_str());
    const PeopleKeys keys = must(PeopleKeys::read(shop.at("data") / kPeopleKeys, shop.store->secrets()));
    const auto unreadable = must(unsealDatabase(shop.at("backup"), shop.at("again.db"), keys, shop.clock, shop.console));
    QVERIFY(unreadable.empty());
    const auto again = must(store::Database::open(shop.at("again.db"), {}));
    const QStringList after = dump(*again);
    for (qsizetype line = 0; line < std::max(before.size(), after.size()); ++line)
        QCOMPARE(after.value(line), before.value(line));

    // And as a hub: every file, whole.
    const auto restored = shop.restore("again");
    QVERIFY2(restored, restored ? "" : restored.error().detail.c_str());
    QCOMPARE(restored->attachments, report->attachments);
    QCOMPARE(restored->erased, 0);
    QVERIFY(!fs::exists(shop.at("again") / "hub.erased"));
    shop.run({"DELETE FROM parked_delivery"}); // not the restored one
    shop.openAs("again");
    QCOMPARE(shop.number("SELECT count(*) FROM parked_delivery"), 1);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 4);
    QCOMPARE(*shop.store->blobs().read(shop.bosOwn, 1 << 20), copyOf(bytesOf(std::string(200'000, 'b'))));
    QCOMPARE(*shop.store->blobs().read(shop.shared, 1 << 20), copyOf(bytesOf("a picture of both")));
    // It can be backed up with the same keys.
    const auto keysBefore = *store::readFile(shop.at("data") / kPeopleKeys, 1 << 20);
    QVERIFY(shop.seal("second"));
    QCOMPARE(*store::readFile(shop.at("again") / kPeopleKeys, 1 << 20), keysBefore);
}

/// All there is: the backup, hub.key, and people.keys as it was last put elsewhere. The hub's own check finds nothing.
void TestSealedBackup::comesBackOnANewMachine()
{
    SealedShop shop;
    shop.share();
    QVERIFY(shop.seal("backup", shop.at("people.copy")));
    fs::copy_file(shop.at("data") / "hub.key", shop.at("key.copy"));
    shop.store.reset();
    fs::remove_all(shop.at("data"));
    const auto restored = shop.restore("data", shop.at("people.copy"), "backup", shop.at("key.copy"));
    QVERIFY2(restored, restored ? "" : restored.error().detail.c_str());
    QVERIFY(restored->hasKey);
    shop.openAs("data");
    QCOMPARE(shop.check().problems, std::vector<std::string>());
    shop.erase();
    QCOMPARE(shop.leftIn(), QString());
    QVERIFY(shop.restore("later")); // her key is not in the new folder's people.keys any more
    QCOMPARE(shop.heldBy("later", kMarker), QString());
}

void TestSealedBackup::whoWasErasedIsInNone_data()
{
    QTest::addColumn<bool>("newMachine");
    QTest::newRow("where hub.erased is") << false;
    QTest::newRow("where nobody has heard of it") << true;
}

void TestSealedBackup::whoWasErasedIsInNone()
{
    QFETCH(const bool, newMachine);
    SealedShop shop;
    shop.fillUp();
    shop.share();
    shop.mixUp();
    QCOMPARE(shop.merges().front().at("from"), kMarker.toStdString());
    const std::string ofBo =
        "SELECT count(*) FROM timeline_item WHERE customer_id = " + hexOf(shop.bo.view()) + " AND body <> ''";
    QVERIFY(shop.seal());
    shop.erase();
    const std::int64_t customers = shop.number("SELECT count(*) FROM customer"), said = shop.number(ofBo);
    QCOMPARE(customers, 2); // Bo and the courier
    const auto restored = shop.restore("again");
    QVERIFY2(restored, restored ? "" : restored.error().detail.c_str());
    QCOMPARE(restored->erased, 2); // both that she was
    // Not a word comes out of the backup, before any hub has looked at it.
    QCOMPARE(shop.heldBy("again", kMarker), QString());
    if (!newMachine)
        fs::copy_file(shop.at("data") / "hub.erased", shop.at("again") / "hub.erased", fs::copy_options::overwrite_existing);
    shop.openAs("again");
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), customers);
    QCOMPARE(shop.number(ofBo), said);
    QCOMPARE(shop.conversation(shop.his).preview, std::string("Dear Bo")); // it had shown hers
    QVERIFY(shop.conversation(shop.his).related.empty());
    QCOMPARE(shop.number("SELECT count(*) FROM raw_payload WHERE payload IS NOT NULL"), 2); // Bo's, and nobody's
    QCOMPARE(shop.number("SELECT count(*) FROM raw_payload"), 4);                           // hers do not come again
    for (const char *table : {"visitor", "visitor_token", "visitor_event", "visitor_upload", "claim", "imported_key"})
        QCOMPARE(shop.number(std::string("SELECT count(*) FROM ") + table), 0);
    QCOMPARE(shop.merges().size(), 1u); // what it says of himself stays
    QCOMPARE(shop.merges().front().at("from"), std::string(kUnnamed));
    QCOMPARE(shop.merges().front().at("why"), std::string(kUnnamed));
    QVERIFY(!shop.merges().front().at("link").empty());
    QVERIFY(shop.store->blobs().path(shop.shared));
    QVERIFY(!shop.store->blobs().path(shop.file));
    shop.run({"DELETE FROM suggestion WHERE version = 0", "DELETE FROM outcome WHERE seq = 0"});
    QCOMPARE(shop.check().problems, std::vector<std::string>());
    // Whoever writes from there next is a stranger, and is not erased at the next start.
    shop.take(kMarker.toStdString() + "@mail.test", "A new name", "Hello");
    shop.openAs("again");
    QCOMPARE(shop.number("SELECT count(*) FROM customer WHERE name = 'A new name'"), 1);
}

/// The moment that the backup shows has her still, and her key is in its memory.
void TestSealedBackup::whoIsErasedMeanwhile()
{
    SealedShop shop;
    const auto note = shop.console.err;
    bool erased = false;
    shop.console.err = [&](std::string_view line) {
        if (!std::exchange(erased, erased || line.starts_with("sealing ")))
            shop.erase();
    };
    QVERIFY(shop.seal());
    QVERIFY(erased);
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 2);
    const auto restored = shop.restore("again");
    QVERIFY2(restored, restored ? "" : restored.error().detail.c_str());
    QCOMPARE(restored->erased, 2);
    QCOMPARE(shop.heldBy("again", kMarker), QString());
}

/// The whole folder is put back as it was, people.keys too: whoever hub.erased names loses the key with the rest.
void TestSealedBackup::anOlderFolderLosesTheKeyAgain()
{
    SealedShop shop;
    QVERIFY(shop.seal());
    shop.store.reset();
    fs::copy(shop.at("data"), shop.at("older"), fs::copy_options::recursive);
    shop.reopen();
    shop.erase();
    fs::copy_file(shop.at("data") / "hub.erased", shop.at("older") / "hub.erased");
    shop.openAs("older");
    const auto restored = shop.restore("again", shop.at("older") / kPeopleKeys);
    QVERIFY2(restored, restored ? "" : restored.error().detail.c_str());
    QCOMPARE(restored->erased, 2);
}

/// Then nobody is told that they are gone; the next start makes up for it.
void TestSealedBackup::aKeyThatCannotBeDestroyedIsSaid()
{
    SealedShop shop;
    QVERIFY(shop.seal());
    const fs::path keys = shop.at("data") / kPeopleKeys;
    fs::rename(keys, shop.at("aside"));
    fs::create_symlink(shop.at("aside"), keys); // which is not written through
    const auto erased = eraseForGood(*shop.store, shop.person(), Author{});
    QVERIFY(!erased);
    QVERIFY2(erased.error().detail.find(kPeopleKeys) != std::string::npos, erased.error().detail.c_str());
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 4);
    fs::rename(shop.at("aside"), keys);
    shop.openAs("data");
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 2);
    const auto restored = shop.restore("again");
    QVERIFY2(restored, restored ? "" : restored.error().detail.c_str());
    QCOMPARE(restored->erased, 2);
}

void TestSealedBackup::aFileOfSeveral()
{
    SealedShop shop;
    shop.share();
    QVERIFY(shop.seal());
    const fs::path backup = shop.at("backup");
    shop.erase();
    QVERIFY(shop.restore("of Bo"));
    QVERIFY(fs::exists(shop.at("of Bo") / "blobs" / shop.shared.substr(0, 2) / shop.shared));
    must(eraseForGood(*shop.store, shop.person("bo@mail.test"), Author{}));
    QVERIFY(shop.restore("of nobody"));
    QVERIFY(!fs::exists(shop.at("of nobody") / "blobs" / shop.shared.substr(0, 2) / shop.shared));
    QVERIFY(!fs::exists(shop.at("of nobody") / "blobs" / shop.bosOwn.substr(0, 2) / shop.bosOwn));
}

/// The same address, and so the same id, but another key: what is in an older backup stays closed.
void TestSealedBackup::whoComesBackIsAnother()
{
    SealedShop shop;
    const CustomerId before = shop.layla;
    QVERIFY(shop.seal());
    shop.erase();
    shop.take(kMarker.toStdString() + "@mail.test", "Comes back", "Hello");
    shop.run({"UPDATE customer SET id = " + hexOf(before.view()) + " WHERE name = 'Comes back'"});
    QVERIFY(shop.seal("newer"));
    const auto restored = shop.restore("again");
    QVERIFY2(restored, restored ? "" : restored.error().detail.c_str());
    QCOMPARE(restored->erased, 2);
    QCOMPARE(shop.heldBy("again", kMarker), QString());
    const auto newer = shop.restore("newer again", std::nullopt, "newer");
    QVERIFY2(newer, newer ? "" : newer.error().detail.c_str());
    QCOMPARE(newer->erased, 0);
    QVERIFY(!shop.heldBy("newer again", "Comes back").isEmpty());
}

/// The list that is beside it knows of the first erasure alone, which the backup has done.
void TestSealedBackup::whoWasErasedAgainGoesAtTheStart()
{
    SealedShop shop;
    shop.erase();
    fs::create_directories(shop.at("again"));
    fs::copy_file(shop.at("data") / "hub.erased", shop.at("again") / "hub.erased");
    shop.dated = shop.clock.now() - std::chrono::hours(24);
    QCOMPARE(shop.take(kMarker.toStdString() + "@mail.test", "Comes back", "Hello").customer, shop.layla);
    QVERIFY(shop.seal());
    shop.erase();
    const auto restored = shop.restore("again");
    QVERIFY2(restored, restored ? "" : restored.error().detail.c_str());
    QCOMPARE(restored->erased, 1);
    shop.openAs("again");
    QCOMPARE(shop.number("SELECT count(*) FROM customer"), 2);
}

void TestSealedBackup::withoutTheRightKeys_data()
{
    QTest::addColumn<QString>("which");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("words");
    QTest::newRow("no people.keys") << "no people" << int(Error::Kind::NotFound) << "--people-keys";
    QTest::newRow("a named people.keys that is not there")
        << "people missing" << int(Error::Kind::NotFound) << "no key file";
    QTest::newRow("no hub.key") << "no hub" << int(Error::Kind::NotFound) << "--key";
    QTest::newRow("the hub.key of another hub") << "other hub" << int(Error::Kind::Corrupt) << "two hubs";
    QTest::newRow("the people.keys of another hub") << "other people" << int(Error::Kind::Corrupt) << "two hubs";
    QTest::newRow("both of another hub") << "both other" << int(Error::Kind::Corrupt) << "of another hub";
    QTest::newRow("people.keys from before the backup") << "older" << int(Error::Kind::Corrupt) << "older than the backup";
    QTest::newRow("a damaged people.keys") << "damaged" << int(Error::Kind::Corrupt) << "damaged";
    QTest::newRow("something else") << "text" << int(Error::Kind::Corrupt) << "no people.keys";
    QTest::newRow("another one is in its place") << "in place" << int(Error::Kind::Conflict) << "take it away";
}

void TestSealedBackup::withoutTheRightKeys()
{
    QFETCH(const QString, which);
    QFETCH(const int, kind);
    QFETCH(const QString, words);
    SealedShop shop;
    RestoreOptions options{shop.at("backup"), shop.at("again"), shop.at("data") / "hub.key", shop.at("data") / kPeopleKeys};
    if (which == "older") {
        QVERIFY(shop.seal("first", shop.at("old.keys")));
        shop.take("new@mail.test", "New", "Hello");
        options.peopleKeys = shop.at("old.keys");
    }
    QVERIFY(shop.seal());
    SealedShop other;
    QVERIFY(other.seal());
    if (which == "no people")
        options.peopleKeys.reset();
    else if (which == "people missing")
        options.peopleKeys = shop.at("nowhere");
    else if (which == "no hub")
        options.key.reset();
    if (which == "other hub" || which == "both other")
        options.key = other.at("data") / "hub.key";
    if (which == "other people" || which == "both other")
        options.peopleKeys = other.at("data") / kPeopleKeys;
    if (which == "damaged" || which == "text") {
        Bytes content = *store::readFile(*options.peopleKeys, 1 << 20);
        content[which == "text" ? 0 : content.size() - 5] ^= std::byte(1);
        options.peopleKeys = shop.at("broken.keys");
        QVERIFY(store::replaceFile(*options.peopleKeys, content));
    }
    if (which == "in place") {
        fs::create_directories(options.data);
        fs::copy_file(other.at("data") / kPeopleKeys, options.data / kPeopleKeys);
    }
    const auto restored = exchange::restore(options, shop.clock, shop.rng, shop.console);
    QVERIFY(!restored);
    QCOMPARE(int(restored.error().kind), kind);
    QVERIFY2(restored.error().detail.find(words.toStdString()) != std::string::npos, restored.error().detail.c_str());
    QVERIFY(shop.isEmptyFolder("again"));
}

void TestSealedBackup::damage_data()
{
    QTest::addColumn<QString>("what");
    QTest::newRow("a flipped bit in a seal") << "bit";
    QTest::newRow("a seal that is cut off") << "cut";
    QTest::newRow("a seal of nobody's numbers") << "nothing";
    QTest::newRow("rows that have changed places") << "swapped";
    QTest::newRow("a table that is not described") << "described";
    QTest::newRow("columns by other names") << "renamed";
    QTest::newRow("a row that is there twice") << "twice";
    QTest::newRow("a flipped bit in a file") << "file";
    QTest::newRow("a file that is cut off") << "short file";
    QTest::newRow("a file that is not there") << "no file";
    QTest::newRow("a number that no keys have") << "number";
    QTest::newRow("backup.json does not say whose keys") << "manifest";
    QTest::newRow("a schema of a later program") << "schema";
    QTest::newRow("a format of a later program") << "format";
}

/// Whatever it is, it is said, and nothing half restored is left.
void TestSealedBackup::damage()
{
    QFETCH(const QString, what);
    SealedShop shop;
    shop.share();
    QVERIFY(shop.seal());
    const auto aFile = [&] {
        QDirIterator files(shop.folder.filePath("backup/blobs"), QDir::Files, QDirIterator::Subdirectories);
        return files.next();
    };
    const auto resize = [&](qint64 by) {
        QFile file(aFile());
        QVERIFY(file.resize(file.size() - by));
    };
    if (what == "bit")
        shop.tamper(
            "UPDATE timeline_item SET in_seals = CAST(substr(in_seals, 1, 30) || x'00' || substr(in_seals, 32) AS BLOB)"
            " WHERE rowid = 3");
    else if (what == "cut")
        shop.tamper("UPDATE customer SET in_seals = substr(in_seals, 1, 40) WHERE rowid = 1");
    else if (what == "nothing")
        shop.tamper("UPDATE customer SET in_seals = x'0000000000000000' WHERE rowid = 1");
    else if (what == "swapped")
        shop.tamper(
            "UPDATE timeline_item SET in_seals = (SELECT in_seals FROM timeline_item WHERE rowid = 2) WHERE rowid = 1");
    else if (what == "described")
        shop.tamper("DELETE FROM sealed_table WHERE name = 'customer'");
    else if (what == "renamed")
        shop.tamper("UPDATE sealed_column SET name = 'note' WHERE table_name = 'customer' AND place = 0");
    else if (what == "twice")
        shop.tamper("INSERT INTO log SELECT * FROM log WHERE rowid = 1");
    else if (what == "number")
        shop.tamper(
            "UPDATE customer SET in_seals = CAST(substr(in_seals, 1, 4) || x'ffffff00' || substr(in_seals, 9) AS BLOB)"
            " WHERE rowid = 1");
    else if (what == "manifest")
        shop.manifest("people_keys_of", QJsonValue(QJsonValue::Undefined));
    else if (what == "schema")
        shop.tamper("PRAGMA user_version = 1000");
    else if (what == "format")
        shop.manifest("format", 3);
    else if (what == "short file")
        resize(1);
    else if (what == "no file")
        QVERIFY(QFile::remove(aFile()));
    else {
        QFile file(aFile());
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QByteArray all = file.readAll();
        QVERIFY(file.seek(all.size() - 1));
        file.putChar(char(all.back() ^ 1));
    }
    const auto restored = shop.restore("again");
    QVERIFY(!restored);
    QVERIFY2(restored.error().kind == Error::Kind::Corrupt, restored.error().detail.c_str());
    QVERIFY(shop.isEmptyFolder("again"));
    QVERIFY(!fs::exists(shop.at("again") / kPeopleKeys));
    if (what == "number" || what == "format" || what == "schema")
        QVERIFY2(restored.error().detail.find(what == "number" ? "older" : "newer version") != std::string::npos,
                 restored.error().detail.c_str());
}

/// What is made without --sealed has the format that programs from before sealing read, and sealed ones another, which they
/// refuse as one of a newer version.
void TestSealedBackup::plainOnesStayAsTheyWere()
{
    SealedShop shop;
    QVERIFY(exchange::backUp(*shop.store, {shop.at("plain"), false, false, std::nullopt}, shop.console));
    QVERIFY(!fs::exists(shop.at("data") / kPeopleKeys));
    QVERIFY(shop.seal());
    const auto formatOf = [&](const char *name) {
        QFile file(shop.folder.filePath(QString(name) + "/backup.json"));
        return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).object() : QJsonObject();
    };
    QCOMPARE(formatOf("plain")["format"].toInt(), 1);
    QCOMPARE(formatOf("plain")["sealed"].toBool(true), false);
    QCOMPARE(formatOf("backup")["format"].toInt(), 2);
    QCOMPARE(formatOf("backup")["sealed"].toBool(), true);
    const auto restored = exchange::restore({shop.at("plain"), shop.at("again"), std::nullopt, std::nullopt}, shop.clock,
                                            shop.rng, shop.console);
    QVERIFY2(restored, restored ? "" : restored.error().detail.c_str());
}

void TestSealedBackup::keysStayOutside()
{
    SealedShop shop;
    for (const char *inside : {"backup", "backup/people.keys", "backup/deep/people.keys", "other/../backup/people.keys"}) {
        const auto made = shop.seal("backup", shop.at(inside));
        QVERIFY2(!made && made.error().kind == Error::Kind::Invalid, inside);
        QVERIFY(!fs::exists(shop.at("backup")));
    }
    // Where they cannot be put, there is no backup that nobody could open.
    QVERIFY(!shop.seal("backup", shop.at("no folder") / "people.keys"));
    QVERIFY(!fs::exists(shop.at("backup")));
    QVERIFY(shop.seal("backup", shop.at("backup.keys")));
    QCOMPARE(*store::readFile(shop.at("backup.keys"), 1 << 20), *store::readFile(shop.at("data") / kPeopleKeys, 1 << 20));
}

void TestSealedBackup::killedInTheMiddle_data()
{
    QTest::addColumn<QString>("when");
    QTest::newRow("before the rows") << "rows";
    QTest::newRow("before the files") << "attachments";
}

/// What is left is no backup, has nothing plain, and keeps nobody from making another.
void TestSealedBackup::killedInTheMiddle()
{
    QFETCH(const QString, when);
    SealedShop shop;
    shop.share();
    shop.store.reset();
    const pid_t child = ::fork();
    if (child == 0) {
        const QByteArray data = shop.folder.filePath("data").toUtf8(), to = shop.folder.filePath("backup").toUtf8();
        ::execl("/proc/self/exe", "tst_sealed_backup", "--seal", data.constData(), to.constData(), when.toUtf8().constData(),
                nullptr);
        ::_exit(5);
    }
    int status = 0;
    QCOMPARE(::waitpid(child, &status, 0), child);
    QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    QVERIFY(fs::exists(shop.at("backup") / "hub.db"));
    QCOMPARE(shop.heldBy("backup", kMarker), QString());
    const auto restored = shop.restore("again");
    QVERIFY(!restored);
    QVERIFY2(restored.error().detail.find("not a whole backup") != std::string::npos, restored.error().detail.c_str());
    shop.reopen();
    QVERIFY(shop.store);
    QVERIFY(shop.seal("another"));
    const auto another = shop.restore("again", std::nullopt, "another");
    QVERIFY2(another, another ? "" : another.error().detail.c_str());
}

/// The program itself, as somebody types it.
void TestSealedBackup::byTheCommandLine()
{
    SealedShop shop;
    shop.store.reset();
    const QString program =
        QString::fromStdString((fs::read_symlink("/proc/self/exe").parent_path() / "tributary-hub").string());
    QString said;
    const auto hub = [&](const QStringList &arguments) {
        QProcess process;
        process.setWorkingDirectory(shop.folder.path());
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.setStandardInputFile(QProcess::nullDevice());
        process.start(program, arguments);
        if (!process.waitForFinished(60'000))
            return -1;
        said = QString::fromUtf8(process.readAll());
        return process.exitCode();
    };
    const QString layla = QString::fromUtf8(kMarker) + "@mail.test";
    QCOMPARE(hub({"backup", "--data", "data", "--to", "backup", "--keys-to", "people.copy"}), 2); // what for?
    QVERIFY2(said.contains("--sealed"), qPrintable(said));
    QCOMPARE(hub({"backup", "--data", "data", "--to", "backup", "--seald", "yes"}), 2);
    QCOMPARE(hub({"erase", layla, "--data", "data", "--yes", "--keys-to", "people.copy"}), 2); // there are none
    QVERIFY2(said.contains("no people.keys"), qPrintable(said));
    QVERIFY2(hub({"backup", "--data", "data", "--to", "backup", "--sealed", "--keys-to", "people.copy"}) == 0,
             qPrintable(said));
    QVERIFY2(said.contains("people.copy"), qPrintable(said));
    QCOMPARE(shop.heldBy("backup", kMarker), QString());
    QCOMPARE(hub({"restore", "--data", "again", "--from", "backup", "--key", "data/hub.key"}), 1);
    QVERIFY2(said.contains("--people-keys"), qPrintable(said));
    QVERIFY2(hub({"restore", "--data", "again", "--from", "backup", "--key", "data/hub.key", "--people-keys", "people.copy"})
                 == 0,
             qPrintable(said));
    QVERIFY2(hub({"check", "--data", "again"}) == 0, qPrintable(said));
    QVERIFY(!shop.heldBy("again", kMarker).isEmpty());
    QVERIFY2(hub({"erase", layla, "--data", "data", "--yes", "--keys-to", "people.copy"}) == 0, qPrintable(said));
    QVERIFY2(hub({"restore", "--data", "later", "--from", "backup", "--key", "data/hub.key", "--people-keys", "people.copy"})
                 == 0,
             qPrintable(said));
    QVERIFY2(said.contains("2 customers were erased since"), qPrintable(said));
    QVERIFY2(hub({"check", "--data", "later"}) == 0, qPrintable(said));
    QCOMPARE(shop.heldBy("later", kMarker), QString());
}

namespace {

/// The child: makes a sealed backup, and is killed when it says that it begins with @p when.
int sealAndDie(const fs::path &data, const fs::path &to, const std::string &when)
{
    const SystemClock clock;
    SystemRng rng;
    admin::Console console;
    console.err = [&](std::string_view line) {
        if (line.starts_with("sealing ") && line.ends_with(when))
            ::kill(::getpid(), SIGKILL);
    };
    auto store = must(HubStore::open(data, clock, rng));
    return exchange::backUp(*store, {to, false, true, std::nullopt}, console) ? 3 : 4;
}

} // namespace

int main(int argc, char **argv)
{
    if (argc == 5 && std::string_view(argv[1]) == "--seal")
        return sealAndDie(argv[2], argv[3], argv[4]);
    TestSealedBackup test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_sealed_backup.moc"
