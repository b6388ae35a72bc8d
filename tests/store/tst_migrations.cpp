// A file of each earlier program, with something in every table, is brought to the present one with nothing missing.
#include "core/base/digest.h"
#include "core/store/file_migration.h"
#include "core/store/journal.h"
#include "core/wire/codec.h"
#include "tests/sim/sim_disk.h"
#include "tests/store/old_file.h"

#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::store;
using namespace tributary::store::testing;

class TestMigrations : public QObject {
    Q_OBJECT
private slots:
    void everyRowIsThereAfterwards_data();
    void everyRowIsThereAfterwards();
    void diesAtAnyWrite_data();
    void diesAtAnyWrite();
    void aJournalOfEachProgramIsWhole_data();
    void aJournalOfEachProgramIsWhole();
};

void TestMigrations::everyRowIsThereAfterwards_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<int>("version");
    for (const char *file : {"hub", "cache", "journal"}) {
        for (int version = 1; version < int(migrationsOf(file).size()); ++version)
            QTest::addRow("%s of version %d", file, version) << file << version;
    }
}

void TestMigrations::everyRowIsThereAfterwards()
{
    QFETCH(QString, file);
    QFETCH(int, version);
    const auto database = must(Database::open(":memory:", {.vfs = "memdb"}));
    const Rows before = fill(*database, file, version);
    const auto migrated = migrate(*database, migrationsOf(file));
    QVERIFY2(migrated, migrated ? "" : migrated.error().detail.c_str());
    QCOMPARE(missingOf(before, *database, file), std::string());
    QVERIFY(must(isMadeBy(*database, migrationsOf(file))));
    QCOMPARE(must(database->quickCheck()), std::string("ok"));
    for (const char *index : {"item_search", "identity_search", "customer_search"}) {
        if (file != "cache")
            break;
        const std::string name = index;
        must(database->execute("INSERT INTO " + name + " (" + name + ", rank) VALUES ('integrity-check', 1)"));
    }
}

void TestMigrations::diesAtAnyWrite_data()
{
    everyRowIsThereAfterwards_data();
}

/// A program that dies in a step, or whose power goes: the next one finds the file before that step or behind it.
void TestMigrations::diesAtAnyWrite()
{
    QFETCH(QString, file);
    QFETCH(int, version);
    SeededRng rng(std::uint64_t(version) + 1);
    sim::SimDisk disk(rng, "tst-migrations");
    const auto open = [&] { return must(Database::open("a.db", {.vfs = disk.vfs()})); };
    auto database = open();
    const Rows before = fill(*database, file, version);
    must(database->checkpoint(true));
    database.reset();
    const Bytes old = disk.read("a.db");
    std::int64_t dieAt = 1;
    for (bool died = true; died; ++dieAt) {
        disk.remove("a.db-wal");
        disk.write("a.db", old);
        database = open();
        disk.troubles.dieAt = dieAt;
        const auto step = migrate(*database, migrationsOf(file).first(std::size_t(version) + 1));
        died = disk.isDead();
        QVERIFY(step || died);
        disk.kill();
        database.reset();
        disk.restart(dieAt % 2 == 0);
        database = open();
        must(migrate(*database, migrationsOf(file)));
        QCOMPARE(missingOf(before, *database, file), std::string());
        QVERIFY(must(isMadeBy(*database, migrationsOf(file))));
        QCOMPARE(must(database->quickCheck()), std::string("ok"));
        database.reset();
    }
    QVERIFY(dieAt > 3); // it did die in there
}

void TestMigrations::aJournalOfEachProgramIsWhole_data()
{
    QTest::addColumn<int>("version");
    for (int version = 1; version <= int(journalMigrations().size()); ++version)
        QTest::addRow("version %d", version) << version;
}

void TestMigrations::aJournalOfEachProgramIsWhole()
{
    QFETCH(int, version);
    QTemporaryDir folder;
    const std::string path = folder.filePath("journal.db").toStdString();
    ManualClock clock;
    SeededRng rng(5);
    IdMaker ids(clock, rng);
    const Draft draft{.conversation = ids.make<ConversationId>(),
                      .body = "half a thought",
                      .fields = {{"subject", "Bowl"}},
                      .savedAt = clock.now()};
    std::vector<Command> commands;
    const auto client = ids.make<ClientId>();
    {
        const auto database = must(Database::open(path, {}));
        must(migrate(*database, journalMigrations().first(std::size_t(version))));
        must(database->inTransaction([&]() -> Result<void> {
            auto installation = database->queryOnce(
                "INSERT INTO installation (only, client_id, next_n, hub_url, token, agent_email, workspace)"
                " VALUES (1, :client_id, 4, 'ws://hub.test', 'token', 'mara@shop.test', 'Shop')");
            TRIBUTARY_TRY(installation.bind("client_id", client).run());
            for (std::int64_t n = 1; n <= 3; ++n) {
                Command command{.n = n, .id = ids.make<CommandId>(), .at = clock.now()};
                command.body = SetSubject{draft.conversation, "Subject " + std::to_string(n)};
                const Bytes bytes = wire::encode(wire::toValue(command));
                auto add = database->queryOnce("INSERT INTO command (n, command_id, command, checksum, applied_ms)"
                                               " VALUES (:n, :command_id, :command, :checksum, :applied_ms)");
                add.bind("n", n).bind("command_id", command.id).bind("command", ByteView(bytes));
                add.bind("checksum", ByteView(blake16(bytes)));
                add.bind("applied_ms", n == 1 ? std::optional(clock.now()) : std::nullopt);
                TRIBUTARY_TRY(add.run());
                commands.push_back(command);
            }
            auto save = database->queryOnce("INSERT INTO draft (conversation_id, kind, body, fields, saved_ms)"
                                            " VALUES (:conversation_id, 'reply', :body, :fields, :saved_ms)");
            save.bind("conversation_id", draft.conversation).bind("body", draft.body);
            save.bind("fields", ByteView(wire::encodeMap(draft.fields))).bind("saved_ms", draft.savedAt);
            TRIBUTARY_TRY(save.run());
            auto setting = database->queryOnce("INSERT INTO setting (name, value) VALUES ('theme', 'dark')");
            return setting.run();
        }));
    }
    const auto journal = must(Journal::open(path, ids));
    QCOMPARE(std::filesystem::exists(keptPath(path)), version < int(journalMigrations().size()));
    QCOMPARE(must(journal->installation()).client, client);
    QCOMPARE(must(journal->installation()).agentEmail, std::string("mara@shop.test"));
    const auto entries = must(journal->entriesAfter(0));
    QCOMPARE(entries.size(), commands.size());
    for (std::size_t i = 0; i < entries.size(); ++i)
        QVERIFY(entries[i].command == commands[i]);
    QCOMPARE(must(journal->lastApplied()), std::int64_t(1));
    QVERIFY(must(journal->drafts()) == std::vector{draft});
    QCOMPARE(must(journal->setting("theme", {})), std::string("dark"));
    // And it goes on.
    const auto more = must(journal->append({Command{.id = ids.make<CommandId>(), .body = SetSubject{}}}));
    QCOMPARE(more.front().n, std::int64_t(4));
}

QTEST_GUILESS_MAIN(TestMigrations)
#include "tst_migrations.moc"
