// Every SQL file is prepared against the schema it is for: a misspelt column fails here, not at a customer's.
#include "core/store/migrations.h"
#include "core/store/sql.h"

#include <QRegularExpression>
#include <QTemporaryDir>
#include <QtTest>

#include <map>
#include <set>

using namespace tributary;
using namespace tributary::store;

class TestStatements : public QObject {
    Q_OBJECT
private slots:
    void prepares_data();
    void prepares();
    void looksUp_data();
    void looksUp();
    void desktopsLookUp_data();
    void desktopsLookUp();
    void looksUpByTheWholeIndex_data();
    void looksUpByTheWholeIndex();
    void putsWriteEveryColumn_data();
    void putsWriteEveryColumn();
    void refusesNewerFiles();
};

void TestStatements::prepares_data()
{
    QTest::addColumn<QByteArray>("sqlText");
    QTest::addColumn<QByteArray>("schema");
    for (const auto &[path, text] : sql::kFiles) {
        const QByteArray name(path.data(), int(path.size()));
        if (name.startsWith("migrations/") || name == "cache/clear.sql")
            continue;
        QByteArray folder = name.left(name.indexOf('/'));
        if (folder == "exchange") // imports and exports work on the hub's store
            folder = "hub";
        for (const char *schema : {"hub", "cache", "journal"}) {
            if (folder == schema || (folder == "entity" && qstrcmp(schema, "journal") != 0))
                QTest::addRow("%s in %s", name.constData(), schema)
                    << QByteArray(text.data(), int(text.size())) << QByteArray(schema);
        }
    }
}

void TestStatements::prepares()
{
    QFETCH(const QByteArray, sqlText);
    QFETCH(const QByteArray, schema);
    const auto migrations = schema == "hub" ? hubMigrations() : schema == "cache" ? cacheMigrations() : journalMigrations();
    const QTemporaryDir folder;
    const auto database = Database::open(folder.filePath("a.db").toStdString(), {});
    QVERIFY(database);
    const auto migrated = migrate(**database, migrations);
    QVERIFY2(migrated, migrated ? "" : migrated.error().detail.c_str());
    QCOMPARE(sqlText.count(';') <= 1 || schema == "cache", true);
    Query query = (*database)->queryOnce(std::string_view(sqlText.constData(), std::size_t(sqlText.size())));
    QVERIFY(query.columnCount() >= 0);
    const auto outcome = query.exists(); // parameters are null: what matters is that it compiles
    QVERIFY2(outcome || outcome.error().kind == Error::Kind::Conflict
                 || outcome.error().detail.find("mismatch") != std::string::npos,
             outcome ? "" : outcome.error().detail.c_str());
}

/// The steps of SQLite's plan for a statement.
std::vector<std::string> planOf(std::string_view sqlText, std::span<const Migration> schema = hubMigrations())
{
    static std::map<const Migration *, std::unique_ptr<Database>> databases;
    auto &database = databases[schema.data()];
    if (!database) {
        auto fresh = Database::open(":memory:", {.vfs = "memdb"});
        if (!fresh || !migrate(**fresh, schema))
            qFatal("no schema");
        database = std::move(*fresh);
    }
    Query plan = database->queryOnce("EXPLAIN QUERY PLAN " + std::string(sqlText));
    std::vector<std::string> steps;
    while (plan.step().value_or(false))
        steps.emplace_back(plan.text(3));
    return steps;
}

void TestStatements::looksUp_data()
{
    QTest::addColumn<QByteArray>("sqlText");
    // Erasing somebody, importing, checking and counting everything; and what few rows of a table have.
    static const std::set<std::string_view> mayWalk{
        "hub/audit_last.sql",      "hub/bootstrap_total.sql",  "hub/erase_import_names.sql", "hub/erase_imported.sql",
        "hub/erased_links.sql",    "hub/events_naming.sql",    "hub/identities_called.sql",  "hub/identities_naming.sql",
        "hub/import_keys_of.sql",  "hub/imported_erasing.sql", "hub/items_to_erase.sql",     "hub/kept_apart.sql",
        "hub/messages_naming.sql", "hub/names_customer.sql",   "hub/table_counts.sql",       "hub/visitor_has_identity.sql",
        "hub/was_unlinked.sql"};
    for (const auto &[path, text] : sql::kFiles) {
        if (path.starts_with("hub/") && !mayWalk.contains(path))
            QTest::newRow(std::string(path).c_str()) << QByteArray(text.data(), int(text.size()));
    }
}

/// What the hub asks at work walks through no table that grows for ever.
void TestStatements::looksUp()
{
    QFETCH(const QByteArray, sqlText);
    static const std::set<std::string> grows{"timeline_item", "conversation", "customer", "identity",      "attachment_ref",
                                             "log",           "read_mark",    "visitor",  "visitor_event", "visitor_token",
                                             "imported",      "imported_key", "audit",    "customer_link", "suggestion"};
    std::map<std::string, std::string> named;
    static const QRegularExpression as("(?:FROM|JOIN|INTO|UPDATE)\\s+(\\w+)\\s+AS\\s+(\\w+)");
    for (auto found = as.globalMatch(sqlText); found.hasNext();) {
        const QRegularExpressionMatch one = found.next();
        named[one.captured(2).toStdString()] = one.captured(1).toStdString();
    }
    const std::vector<std::string> steps = planOf({sqlText.constData(), std::size_t(sqlText.size())});
    for (const std::string &step : steps) {
        QVERIFY2(step.find("AUTOMATIC") == std::string::npos, step.c_str()); // an index made for this one question
        QVERIFY2(!step.ends_with("(channel=?)"), step.c_str());              // all addresses of a channel
        if (!step.starts_with("SCAN "))
            continue;
        const std::string walked = step.substr(5, step.find(' ', 5) - 5);
        const auto table = named.find(walked);
        QVERIFY2(!grows.contains(table == named.end() ? walked : table->second), step.c_str());
    }
}

void TestStatements::desktopsLookUp_data()
{
    QTest::addColumn<QByteArray>("sqlText");
    QTest::addColumn<bool>("ofJournal");
    QTest::addColumn<QByteArray>("step");
    const auto row = [](std::string_view sqlText, bool ofJournal, const char *step) {
        QTest::newRow(step) << QByteArray(sqlText.data(), int(sqlText.size())) << ofJournal << QByteArray(step);
    };
    row(sql::cache_remove_marks_of, false, "SEARCH read_mark USING PRIMARY KEY (agent_id=? AND conversation_id=?)");
    row(sql::journal_needing_author, true, "SEARCH command USING INDEX command_needing_author (settled=?)");
}

/// What is asked of a desktop's files for each conversation that leaves sight, or with each command.
void TestStatements::desktopsLookUp()
{
    QFETCH(const QByteArray, sqlText);
    QFETCH(const bool, ofJournal);
    QFETCH(const QByteArray, step);
    const std::vector<std::string> steps =
        planOf({sqlText.constData(), std::size_t(sqlText.size())}, ofJournal ? journalMigrations() : cacheMigrations());
    QVERIFY2(std::ranges::count(steps, step.toStdString()) == 1, steps.empty() ? "no plan" : steps.front().c_str());
}

void TestStatements::looksUpByTheWholeIndex_data()
{
    QTest::addColumn<QByteArray>("sqlText");
    QTest::addColumn<QByteArray>("step");
    QTest::newRow("open ones of a team") << QByteArray(sql::hub_waiting_of_team.data(), int(sql::hub_waiting_of_team.size()))
                                         << QByteArray("conversation_team (team_id=? AND <expr>=?)");
}

/// Where the beginning of an index alone would find ever more.
void TestStatements::looksUpByTheWholeIndex()
{
    QFETCH(const QByteArray, sqlText);
    QFETCH(const QByteArray, step);
    const std::vector<std::string> steps = planOf({sqlText.constData(), std::size_t(sqlText.size())});
    QVERIFY(std::ranges::any_of(steps,
                                [&step](const std::string &one) { return QByteArray::fromStdString(one).endsWith(step); }));
}

/// What is inserted is also what an existing row is changed to: a column that is forgotten keeps an old value for ever.
void TestStatements::putsWriteEveryColumn_data()
{
    QTest::addColumn<QString>("sqlText");
    for (const auto &[path, text] : sql::kFiles) {
        if (path.starts_with("entity/put_"))
            QTest::newRow(std::string(path).c_str()) << QString::fromUtf8(text.data(), int(text.size())).simplified();
    }
}

void TestStatements::putsWriteEveryColumn()
{
    QFETCH(const QString, sqlText);
    const qsizetype open = sqlText.indexOf('('), close = sqlText.indexOf(')');
    const qsizetype key = sqlText.indexOf("ON CONFLICT ("), keyEnd = sqlText.indexOf(')', key);
    QVERIFY(open > 0 && key > close);
    const QStringList keys = sqlText.mid(key + 13, keyEnd - key - 13).split(", ");
    for (const QString &column : sqlText.mid(open + 1, close - open - 1).trimmed().split(", ")) {
        if (!keys.contains(column) && column != "row")
            QVERIFY2(sqlText.contains(column + " = excluded." + column), qPrintable(column));
    }
}

void TestStatements::refusesNewerFiles()
{
    const QTemporaryDir folder;
    const auto database = Database::open(folder.filePath("a.db").toStdString(), {});
    QVERIFY(database);
    QVERIFY((*database)->execute("PRAGMA user_version = 99"));
    const auto migrated = migrate(**database, cacheMigrations());
    QVERIFY(!migrated);
    QCOMPARE(migrated.error().kind, Error::Kind::Corrupt);
}

QTEST_GUILESS_MAIN(TestStatements)
#include "tst_statements.moc"
