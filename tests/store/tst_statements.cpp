// Every SQL file is prepared against the schema it is for: a misspelt column fails here, not at a customer's.
#include "core/store/migrations.h"
#include "core/store/sql.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace tributary;
using namespace tributary::store;

class TestStatements : public QObject {
    Q_OBJECT
private slots:
    void prepares_data();
    void prepares();
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
