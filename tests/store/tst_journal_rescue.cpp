// A damaged journal: noticed when it is opened, and what can be read of it saved, wherever the damage is.
#include "core/base/digest.h"
#include "core/base/rng.h"
#include "core/store/files.h"
#include "core/store/journal_rescue.h"
#include "core/wire/codec.h"

#include <QTemporaryDir>
#include <QtTest>

#include <filesystem>
#include <set>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::store;
namespace fs = std::filesystem;

namespace {

struct Fixture {
    QTemporaryDir folder;
    fs::path path = folder.filePath("journal.db").toStdString();
    ManualClock clock;
    SeededRng rng{11};
    IdMaker ids{clock, rng};
    std::unique_ptr<Journal> journal;
    std::set<CommandId> given;
    std::set<std::string> drafted;

    explicit Fixture(bool inLog)
    {
        journal = std::move(*Journal::open(path.string(), ids));
        Installation installation = *journal->installation();
        installation.hubUrl = "ws://127.0.0.1:7600";
        installation.token = "token";
        installation.agentEmail = "ann@shop.test";
        installation.workspace = "Shop";
        must(journal->setInstallation(installation));
        must(journal->setSetting("desktop", "settings"));
        for (int i = 0; i < 60; ++i) {
            // Some are longer than a page, so that they go on in others.
            Command command{.id = ids.make<CommandId>(), .at = clock.now()};
            command.body = AddNote{.item = ids.make<TimelineItemId>(),
                                   .conversation = ids.make<ConversationId>(),
                                   .body = std::string(std::size_t(i % 10 == 0 ? 20'000 : 50 + 7 * i), char('a' + i % 26))};
            given.insert((*journal->append({command}))[0].id);
            Draft draft{
                .conversation = ids.make<ConversationId>(), .body = "draft " + std::to_string(i), .savedAt = clock.now()};
            draft.body.resize(std::size_t(i % 15 == 0 ? 6'000 : 40), ' ');
            drafted.insert(draft.body + std::to_string(i));
            draft.body += std::to_string(i);
            must(journal->saveDraft(draft));
            if (!inLog && i == 55)
                must(journal->checkpoint(true));
        }
        if (!inLog)
            must(journal->checkpoint(true));
    }
    static void must(const Result<void> &result)
    {
        if (!result)
            qFatal("%s", result.error().detail.c_str());
    }
    /// The files as they are while the journal is open, as after a power cut.
    fs::path copyOfFiles(const char *name)
    {
        const fs::path copy = folder.filePath(name).toStdString();
        for (const char *part : {"", "-wal"}) {
            std::error_code error;
            fs::copy_file(path.string() + part, copy.string() + part, fs::copy_options::overwrite_existing, error);
        }
        return copy;
    }
};

void damage(const fs::path &file, SeededRng &rng, int bytes)
{
    QFile target(QString::fromStdString(file.string()));
    QVERIFY(target.open(QIODevice::ReadWrite));
    for (int i = 0; i < bytes; ++i) {
        const qint64 at = qint64(rng.below(std::uint64_t(target.size())));
        target.seek(at);
        char before = 0;
        target.getChar(&before);
        target.seek(at);
        target.putChar(char(before ^ char(1 + rng.below(255))));
    }
}

void overwritePage(const fs::path &file, qint64 page, char with)
{
    QFile target(QString::fromStdString(file.string()));
    QVERIFY(target.open(QIODevice::ReadWrite));
    target.seek(page * 4096);
    target.write(QByteArray(4096, with));
}

} // namespace

class TestJournalRescue : public QObject {
    Q_OBJECT
private slots:
    void undamagedGivesAll_data();
    void undamagedGivesAll();
    void aPageAfterTheOther();
    void anyBytes_data();
    void anyBytes();
    void lossInTheLogIsNoticed_data();
    void lossInTheLogIsNoticed();
    void gapsAndChecksumsAreNoticed_data();
    void gapsAndChecksumsAreNoticed();
    void aTurnedBitOfAFateIsNoticed();
    void aDamagedFateIsNotBelieved();
    void aDamagedSchemaIsNoticed_data();
    void aDamagedSchemaIsNoticed();
    void whatWasSavedIsAJournal();
    void aNewerProgramsCommandsWait();
};

void TestJournalRescue::undamagedGivesAll_data()
{
    QTest::addColumn<bool>("inLog");
    QTest::newRow("in the file") << false;
    QTest::newRow("in the log") << true;
}

void TestJournalRescue::undamagedGivesAll()
{
    QFETCH(const bool, inLog);
    Fixture f(inLog);
    const auto found = rescueJournal(f.path);
    QVERIFY(found);
    QCOMPARE(found->entries.size(), f.given.size());
    QCOMPARE(found->drafts.size(), f.drafted.size());
    QVERIFY(found->installation);
    QCOMPARE(found->installation->hubUrl, std::string("ws://127.0.0.1:7600"));
    QCOMPARE(found->installation->token, std::string("token"));
    QCOMPARE(found->settings.at("desktop"), std::string("settings"));
}

/// Each page lost in turn, the first one (with the names of the tables) too: what lies elsewhere is saved.
void TestJournalRescue::aPageAfterTheOther()
{
    Fixture f(false);
    const auto pages = qint64(fs::file_size(f.path) / 4096);
    QVERIFY(pages > 20);
    std::size_t least = f.given.size();
    for (qint64 page = 0; page < pages; ++page) {
        const fs::path copy = f.copyOfFiles("copy.db");
        overwritePage(copy, page, page % 2 ? '\0' : '\xa5');
        const auto found = rescueJournal(copy);
        QVERIFY(found);
        least = std::min(least, found->entries.size());
        QVERIFY2(found->entries.size() + 30 >= f.given.size(), qPrintable(QString::number(page)));
        for (const JournalEntry &entry : found->entries)
            QVERIFY(f.given.contains(entry.command.id));
        // A journal that opens must not have lost anything in silence.
        if (const auto opened = Journal::open(copy.string(), f.ids))
            QCOMPARE((*opened)->entriesAfter(0)->size(), f.given.size());
    }
    QVERIFY(least < f.given.size()); // some page did hold commands
}

void TestJournalRescue::anyBytes_data()
{
    QTest::addColumn<int>("seed");
    for (int seed = 1; seed <= 40; ++seed)
        QTest::addRow("seed %d", seed) << seed;
}

/// Random damage to the file, the log or both; then the rest is a journal again, and nothing in it is made up.
void TestJournalRescue::anyBytes()
{
    QFETCH(const int, seed);
    SeededRng rng{std::uint64_t(seed)};
    Fixture f(seed % 2 == 0);
    const fs::path copy = f.copyOfFiles("copy.db");
    const bool hasLog = fs::exists(copy.string() + "-wal") && fs::file_size(copy.string() + "-wal") > 0;
    damage(hasLog && seed % 4 != 0 ? fs::path(copy.string() + "-wal") : copy, rng, 1 << rng.below(9));
    if (seed % 5 == 0)
        fs::resize_file(copy, rng.below(fs::file_size(copy) + 1));
    const auto found = rescueJournal(copy);
    QVERIFY(found);
    for (const JournalEntry &entry : found->entries)
        QVERIFY(f.given.contains(entry.command.id));
    const fs::path fresh = f.folder.filePath("fresh.db").toStdString();
    const auto written = writeJournal(fresh, *found, f.ids);
    QVERIFY2(written, written ? "" : written.error().detail.c_str());
    const auto opened = Journal::open(fresh.string(), f.ids);
    QVERIFY2(opened, opened ? "" : opened.error().detail.c_str());
    QCOMPARE((*opened)->entriesAfter(0)->size(), found->entries.size());
    QCOMPARE((*opened)->drafts()->size(), found->drafts.size());
}

void TestJournalRescue::lossInTheLogIsNoticed_data()
{
    QTest::addColumn<qint64>("at");
    QTest::addColumn<bool>("noticed");
    QTest::newRow("its header") << qint64(17) << true;
    QTest::newRow("an early frame") << qint64(32 + 2 * (24 + 4096) + 100) << true;
    QTest::newRow("the middle") << qint64(-2) << true;
    QTest::newRow("the last one, as after a power cut") << qint64(-1) << false;
}

/// SQLite drops what comes after a damaged frame without a word. The journal says so.
void TestJournalRescue::lossInTheLogIsNoticed()
{
    QFETCH(const qint64, at);
    QFETCH(const bool, noticed);
    Fixture f(true);
    const fs::path copy = f.copyOfFiles("copy.db");
    QFile log(QString::fromStdString(copy.string() + "-wal"));
    QVERIFY(log.open(QIODevice::ReadWrite));
    const qint64 where = at == -1 ? log.size() - 50 : at == -2 ? log.size() / 2 : at;
    log.seek(where);
    char before = 0;
    log.getChar(&before);
    log.seek(where);
    log.putChar(char(before ^ 1));
    log.close();
    const auto opened = Journal::open(copy.string(), f.ids);
    QCOMPARE(!opened, noticed);
    if (noticed) {
        const auto found = rescueJournal(copy);
        QVERIFY(found->entries.size() + 30 >= f.given.size());
    }
}

void TestJournalRescue::gapsAndChecksumsAreNoticed_data()
{
    QTest::addColumn<QByteArray>("script");
    QTest::addColumn<bool>("whole");
    QTest::newRow("nothing") << QByteArray("SELECT 1") << true;
    QTest::newRow("a flipped bit in a command")
        << QByteArray("UPDATE command SET command = x'00' || substr(command, 2) WHERE n = 7") << false;
    QTest::newRow("one is missing") << QByteArray("DELETE FROM command WHERE n = 7") << false;
    QTest::newRow("the last is missing") << QByteArray("DELETE FROM command WHERE n = 60") << false;
    QTest::newRow("old ones are pruned") << QByteArray("UPDATE command SET applied_ms = 1 WHERE n <= 20;"
                                                       "DELETE FROM command WHERE n <= 10")
                                         << true;
    QTest::newRow("a draft says something else")
        << QByteArray("UPDATE draft SET body = 'x' || substr(body, 2), checksum = checksum || '' WHERE body LIKE 'draft 7%'")
        << false;
    QTest::newRow("a setting does") << QByteArray(
        "UPDATE setting SET value = 'sittings', checksum = checksum || '' WHERE name = 'desktop'")
                                    << false;
    QTest::newRow("the token does") << QByteArray("UPDATE installation SET token = 'taken', checksum = checksum || ''")
                                    << false;
    const auto damagedFate =
        [](const QByteArray &change) { // what an older program changes counts as its own; damage does not
            return "CREATE TEMP TABLE kept AS SELECT n, row_checksum FROM command; UPDATE command SET " + change
                   + " WHERE n = 60; UPDATE command SET row_checksum = (SELECT k.row_checksum FROM temp.kept AS k"
                     " WHERE k.n = command.n)";
        };
    QTest::newRow("a command says that it was applied") << damagedFate("applied_ms = 0") << false;
    QTest::newRow("a command says that it came back") << damagedFate("outcome = x'a0'") << false;
    QTest::newRow("a command says that it was decided") << damagedFate("settled = 1") << false;
    QTest::newRow("a command says what it did") << damagedFate("settled = 0") << true;
    QTest::newRow("an older program applied a command")
        << QByteArray("UPDATE command SET applied_ms = 5 WHERE n = 60") << true;
    // A program of before there were checksums, which was started again.
    QTest::newRow("an older program changed a draft") << QByteArray("UPDATE draft SET body = 'x'") << true;
    QTest::newRow("an older program changed a setting") << QByteArray("UPDATE setting SET value = 'x'") << true;
    QTest::newRow("an older program signed in") << QByteArray("UPDATE installation SET token = 'other'") << true;
    QTest::newRow("nobody knows whose it is") << QByteArray("DELETE FROM installation") << false;
}

void TestJournalRescue::gapsAndChecksumsAreNoticed()
{
    QFETCH(const QByteArray, script);
    QFETCH(const bool, whole);
    Fixture f(false);
    f.journal.reset();
    {
        const auto database = Database::open(f.path.string(), {});
        QVERIFY((*database)->execute(script.constData()));
    }
    const auto opened = Journal::open(f.path.string(), f.ids);
    QCOMPARE(bool(opened), whole);
    if (!whole)
        QCOMPARE(opened.error().kind, Error::Kind::Corrupt);
}

/// The head of a row says which columns are there at all: one bit makes "not applied" into "applied in 1970".
void TestJournalRescue::aTurnedBitOfAFateIsNoticed()
{
    QTemporaryDir folder;
    const QString path = folder.filePath("journal.db");
    ManualClock clock;
    SeededRng rng(5);
    IdMaker ids(clock, rng);
    {
        const auto journal = std::move(*Journal::open(path.toStdString(), ids));
        Command command{.id = ids.make<CommandId>(), .at = clock.now(), .body = SetSubject{ids.make<ConversationId>(), "x"}};
        QVERIFY(journal->append({command}));
        Fixture::must(journal->checkpoint(true));
    }
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray whole = file.readAll();
    file.close();
    const auto inCommands = [&](int at) { return 2 * 4096 + at; }; // its table has the third page
    const int cell = (uchar(whole[inCommands(8)]) << 8) + uchar(whole[inCommands(9)]);
    int opened = 0;
    for (int bit = 0; bit < 16 * 8; ++bit) {
        QByteArray damaged = whole;
        damaged[inCommands(cell + bit / 8)] = char(damaged[inCommands(cell + bit / 8)] ^ (1 << bit % 8));
        const QString copy = folder.filePath(QString::number(bit));
        QFile target(copy);
        QVERIFY(target.open(QIODevice::WriteOnly));
        QCOMPARE(target.write(damaged), damaged.size());
        target.close();
        const auto journal = Journal::open(copy.toStdString(), ids);
        if (!journal)
            continue;
        ++opened;
        const auto entries = (*journal)->entriesAfter(0);
        QVERIFY2(entries && entries->size() == 1 && !(*entries)[0].appliedAt && !(*entries)[0].outcome
                     && !(*entries)[0].settled,
                 qPrintable(QStringLiteral("bit %1 of the row").arg(bit)));
    }
    QVERIFY2(opened < 10, qPrintable(QString::number(opened)));
}

void TestJournalRescue::aDamagedFateIsNotBelieved()
{
    Fixture f(false);
    Fixture::must(f.journal->markApplied(2, f.clock.now()));
    const auto entries = *f.journal->entriesAfter(0);
    f.journal.reset();
    {
        const auto database = Database::open(f.path.string(), {});
        QVERIFY((*database)->execute("CREATE TEMP TABLE kept AS SELECT n, row_checksum FROM command;"
                                     "UPDATE command SET applied_ms = 0 WHERE n = 3;"
                                     "UPDATE command SET row_checksum = (SELECT k.row_checksum FROM temp.kept AS k"
                                     " WHERE k.n = command.n)"));
        QVERIFY((*database)->checkpoint(true));
    }
    const auto found = *rescueJournal(f.path);
    QCOMPARE(found.entries.size(), entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        QCOMPARE(found.entries[i].command.id, entries[i].command.id);
        QCOMPARE(found.entries[i].appliedAt.has_value(), i < 2);
    }
}

void TestJournalRescue::aDamagedSchemaIsNoticed_data()
{
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("a column has another name") << QByteArray("outcome BLOB") << QByteArray("outcoma BLOB");
    QTest::newRow("a default is another") << QByteArray("DEFAULT 0,") << QByteArray("DEFAULT 1,");
    QTest::newRow("a table has another name") << QByteArray("CREATE TABLE draft") << QByteArray("CREATE TABLE dragt");
    QTest::newRow("the schema's number") << QByteArray() << QByteArray(1, '\0');
}

/// SQLite reads a schema that a turned bit has left readable, and checks the tables against that.
void TestJournalRescue::aDamagedSchemaIsNoticed()
{
    QFETCH(const QByteArray, before);
    QFETCH(const QByteArray, after);
    Fixture f(false);
    f.journal.reset();
    {
        QFile file(QString::fromStdString(f.path.string()));
        QVERIFY(file.open(QIODevice::ReadWrite));
        const qint64 at = before.isEmpty() ? 63 : file.readAll().indexOf(before); // user_version, or a text of the schema
        QVERIFY(at > 0);
        file.seek(at);
        file.write(after);
    }
    const auto opened = Journal::open(f.path.string(), f.ids);
    QVERIFY(!opened);
    QCOMPARE(opened.error().kind, Error::Kind::Corrupt);
    QCOMPARE(rescueJournal(f.path)->entries.size(), f.given.size());
}

void TestJournalRescue::whatWasSavedIsAJournal()
{
    Fixture f(false);
    // The first is done, the second came back, the third was decided about: the others are sent again.
    const auto entries = *f.journal->entriesAfter(0);
    const auto outcome = [&](std::size_t i) {
        return Outcome{.n = entries[i].command.n, .command = entries[i].command.id, .kind = Outcome::Kind::Refused};
    };
    Fixture::must(f.journal->setOutcomes({outcome(1), outcome(2)}));
    Fixture::must(f.journal->markApplied(3, f.clock.now()));
    Fixture::must(f.journal->settle(3));
    const ClientId before = f.journal->installation()->client;
    const auto found = rescueJournal(f.path);
    const fs::path fresh = f.folder.filePath("fresh.db").toStdString();
    Fixture::must(writeJournal(fresh, *found, f.ids));
    QCOMPARE(writeJournal(fresh, *found, f.ids).error().kind, Error::Kind::Conflict);
    const auto saved = std::move(*Journal::open(fresh.string(), f.ids));
    const auto kept = *saved->entriesAfter(0);
    QCOMPARE(kept.size(), std::size_t(57));
    QCOMPARE(kept[0].command.n, 1);
    QCOMPARE(kept[0].command.id, entries[3].command.id);
    QCOMPARE(kept.back().command.n, 57);
    const auto needing = *saved->needingAuthor();
    QCOMPARE(needing.size(), std::size_t(1));
    QCOMPARE(needing[0].command.id, entries[1].command.id);
    const auto recalled = *saved->recalled(); // of what history the first was applied in nobody knows
    QCOMPARE(recalled.size(), std::size_t(1));
    QCOMPARE(recalled[0].command.id, entries[0].command.id);
    QVERIFY(saved->installation()->client != before);
    QCOMPARE(saved->installation()->token, std::string("token"));
    Command next{.id = f.ids.make<CommandId>(), .at = f.clock.now(), .body = SetSubject{f.ids.make<ConversationId>(), "x"}};
    QCOMPARE((*saved->append({next}))[0].n, 58);
}

void TestJournalRescue::aNewerProgramsCommandsWait()
{
    Fixture f(false);
    f.journal.reset();
    {
        // As a newer program leaves it: another version, another column, and a command of a name we do not know.
        const auto database = Database::open(f.path.string(), {});
        QVERIFY((*database)->execute("PRAGMA user_version = 99; ALTER TABLE command ADD COLUMN colour TEXT"));
        Command command{.n = 61, .id = f.ids.make<CommandId>(), .at = f.clock.now()};
        command.body = SetSubject{f.ids.make<ConversationId>(), "x"};
        Bytes bytes = wire::encode(wire::toValue(command));
        const std::string text(textOf(bytes));
        const std::size_t name = text.find("set_subject");
        QVERIFY(name != std::string::npos);
        bytes[name] = std::byte('z'); // "zet_subject"
        auto query =
            (*database)->queryOnce("INSERT INTO command (n, command_id, command, checksum) VALUES (61, :id, :c, :s)");
        query.bind("id", command.id).bind("c", ByteView(bytes)).bind("s", ByteView(blake16(bytes)));
        QVERIFY(query.run());
        QVERIFY((*database)->execute("UPDATE installation SET next_n = 62"));
    }
    auto journal = std::move(*Journal::open(f.path.string(), f.ids));
    QCOMPARE(*journal->waitingForNewer(), 1);
    Command known{.id = f.ids.make<CommandId>(), .at = f.clock.now(), .body = SetSubject{f.ids.make<ConversationId>(), "y"}};
    QCOMPARE((*journal->append({known}))[0].n, 62);
    QCOMPARE(journal->entriesAfter(0)->size(), std::size_t(61)); // with a gap, which makes a new client of it
    Fixture::must(journal->becomeNewClient(f.ids));
    QCOMPARE(journal->entriesAfter(0)->back().command.n, 61);
    QCOMPARE(*journal->waitingForNewer(), 1);
    journal.reset();
    journal = std::move(*Journal::open(f.path.string(), f.ids));
    QCOMPARE(*journal->waitingForNewer(), 1);
    journal.reset();
    {
        // The newer program is back: to it, the name means something.
        const auto database = Database::open(f.path.string(), {});
        auto query = (*database)->queryOnce("SELECT command FROM command WHERE n >= 2000000000000");
        QVERIFY(*query.step());
        Bytes bytes = copyOf(query.blob(0));
        bytes[std::string(textOf(bytes)).find("zet_subject")] = std::byte('s');
        auto change = (*database)->queryOnce("UPDATE command SET command = :c, checksum = :s WHERE n >= 2000000000000");
        QVERIFY(change.bind("c", ByteView(bytes)).bind("s", ByteView(blake16(bytes))).run());
    }
    journal = std::move(*Journal::open(f.path.string(), f.ids));
    QCOMPARE(*journal->waitingForNewer(), 0);
    QCOMPARE(journal->entriesAfter(0)->back().command.n, 62);
}

QTEST_APPLESS_MAIN(TestJournalRescue)
#include "tst_journal_rescue.moc"
