// The tables of the Admin section, and the files that are made of them.
#include "tests/ui/admin/open_admin.h"
#include "ui/admin/audit_export.h"
#include "ui/admin/people_page.h"
#include "ui/admin/statuses_page.h"
#include "ui/admin/table_export.h"
#include "ui/shell/toasts.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QJsonArray>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

class TestAdminTables : public testing::OpenAdmin {
    Q_OBJECT
private slots:
    void severalRowsAreSelected_data();
    void severalRowsAreSelected();
    void theMenuIsAboutWhatIsChosen_data();
    void theMenuIsAboutWhatIsChosen();
    void rowsAreExported_data();
    void rowsAreExported();
    void allOfItIsExported_data();
    void allOfItIsExported();
    void cellsAreHarmless_data();
    void cellsAreHarmless();
    void rowsSpeak();
    void aNameIsEditedOverItsRow();
};

void TestAdminTables::severalRowsAreSelected_data()
{
    QTest::addColumn<QString>("does");
    QTest::addColumn<QString>("chosen");
    QTest::newRow("nothing: the current one") << ""
                                              << "a";
    QTest::newRow("moving selects nothing") << "Down Down"
                                            << "c";
    QTest::newRow("a click is one") << "click:1 ctrl:3 click:2"
                                    << "c";
    QTest::newRow("one and another") << "click:0 ctrl:1 ctrl:3"
                                     << "bd";
    QTest::newRow("twice is not any more") << "ctrl:1 ctrl:3 ctrl:1"
                                           << "d";
    QTest::newRow("from where one was") << "click:1 shift:3"
                                        << "bcd";
    QTest::newRow("and the other way round") << "click:3 shift:1 shift:4"
                                             << "de";
    QTest::newRow("by the arrows") << "Shift+Down Shift+Down"
                                   << "abc";
    QTest::newRow("too far") << "Shift+Down Shift+Down Shift+Up"
                             << "ab";
    QTest::newRow("to the end") << "Down Down Shift+End"
                                << "cde";
    QTest::newRow("to the beginning") << "Down Down Shift+Home"
                                      << "abc";
    QTest::newRow("one after the other") << "Ctrl+Space Down Down Ctrl+Space"
                                         << "ac";
    QTest::newRow("all") << "Ctrl+A"
                         << "abcde";
    QTest::newRow("all, given up") << "Ctrl+A Esc"
                                   << "a";
    QTest::newRow("those that go are not meant") << "Ctrl+A filter"
                                                 << "bd";
}

void TestAdminTables::severalRowsAreSelected()
{
    QFETCH(const QString, does);
    QFETCH(const QString, chosen);
    RecordTable table(*m_theme, "Letters", {{.title = "Name"}});
    QList<TableRow> rows;
    for (char letter = 'a'; letter <= 'e'; ++letter)
        rows.append({.id = RawId{std::byte(letter)}, .cells = {{.text = QString(QLatin1Char(letter))}}});
    table.setRows(rows);
    table.resize(600, 600);
    table.show();
    const QSignalSpy opened(&table, &RecordTable::opened);
    for (const QString &step : does.split(u' ', Qt::SkipEmptyParts)) {
        if (step == "filter") {
            table.setRows({rows[1], rows[3]});
        } else if (step.contains(u':')) {
            const Qt::KeyboardModifiers held = step.startsWith("ctrl")    ? Qt::ControlModifier
                                               : step.startsWith("shift") ? Qt::ShiftModifier
                                                                          : Qt::NoModifier;
            QTest::mouseClick(table.viewport(), Qt::LeftButton, held, table.rowRect(step.section(u':', 1).toInt()).center());
        } else {
            const QKeyCombination key = QKeySequence(step)[0];
            QTest::keyClick(&table, key.key(), key.keyboardModifiers());
        }
    }
    QString letters;
    for (const RawId &id : table.chosen())
        letters += QLatin1Char(char(id[0]));
    QCOMPARE(letters, chosen);
    QCOMPARE(opened.size(), does.count("click:")); // what is selected is not opened
    QAccessible::State state;
    table.describePart(table.currentPart(), state);
    QCOMPARE(bool(state.selected), chosen.contains(table.rows()[table.currentPart()].cells[0].text));
}

void TestAdminTables::theMenuIsAboutWhatIsChosen_data()
{
    QTest::addColumn<bool>("all");
    QTest::addColumn<bool>("byMouse");
    QTest::addColumn<QString>("about"); ///< Whom: empty where one is meant.
    QTest::newRow("the current one by key") << false << false << "";
    QTest::newRow("the one that is clicked") << false << true << "";
    QTest::newRow("all that are selected") << true << false << "2 selected";
    QTest::newRow("all, by the mouse on one of them") << true << true << "2 selected";
}

void TestAdminTables::theMenuIsAboutWhatIsChosen()
{
    QFETCH(const bool, all);
    QFETCH(const bool, byMouse);
    QFETCH(const QString, about);
    RecordTable &table = m_page->people().table();
    if (all)
        table.selectAll();
    const QPoint at = table.rowRect(1).center();
    QContextMenuEvent event(byMouse ? QContextMenuEvent::Mouse : QContextMenuEvent::Keyboard, at,
                            table.viewport()->mapToGlobal(at));
    QApplication::sendEvent(byMouse ? table.viewport() : static_cast<QWidget *>(&table), &event);
    auto *menu = m_page->findChild<QMenu *>("personMenu");
    QVERIFY(menu && menu->isVisible());
    QCOMPARE(menu->findChild<QAction *>("details") != nullptr, !all);
    QCOMPARE(menu->findChild<QAction *>("password") != nullptr, !all);
    QVERIFY(menu->findChild<QAction *>("role") && menu->findChild<QAction *>("deactivate"));
    QCOMPARE(menu->actions().first()->text() == about, all);
    if (byMouse)
        QCOMPARE(*table.current(), table.rows()[1].id);
    menu->close();
    QTest::keyClick(&table, Qt::Key_Escape);
    QCOMPARE(table.selectedCount(), 0);
}

void TestAdminTables::rowsAreExported_data()
{
    QTest::addColumn<QString>("page");
    QTest::addColumn<bool>("one");
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<int>("rows");
    QTest::newRow("all people") << "people" << false
                                << QByteArray("Id,Name,E-mail,Role,Teams,In hand,Languages,Last seen,State\r") << 2;
    QTest::newRow("one of them") << "people" << true
                                 << QByteArray("Id,Name,E-mail,Role,Teams,In hand,Languages,Last seen,State\r") << 1;
    QTest::newRow("statuses") << "statuses" << false << QByteArray("Id,Name,Counts as\r") << 2;
}

/// What is shown, or what is selected of it; a file of it is no place for "(you)".
void TestAdminTables::rowsAreExported()
{
    QFETCH(const QString, page);
    QFETCH(const bool, one);
    QFETCH(const QByteArray, head);
    QFETCH(const int, rows);
    SetupPage &shown = page == "people" ? static_cast<SetupPage &>(m_page->people()) : m_page->statuses();
    m_page->showPage(&shown);
    if (one)
        shown.records()->toggleSelected();
    const QString path = m_folder->filePath("rows.csv");
    shown.exportRows(path);
    QTRY_VERIFY(QFile::exists(path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QByteArray all = file.readAll();
    const QList<QByteArray> lines = all.split('\n');
    QCOMPARE(lines.size(), rows + 2); // a heading, and the end
    QCOMPARE(lines.first(), head);
    QVERIFY(lines[1].startsWith(QByteArray::fromStdString(idToText(shown.records()->rows().first().id))));
    QVERIFY(!all.contains("(you)"));
    QCOMPARE(all.contains("mara@shop.example,Admin"), page == "people");
    QTRY_VERIFY(m_window->toasts().newestText().contains("rows.csv"));
}

void TestAdminTables::allOfItIsExported_data()
{
    QTest::addColumn<bool>("whole");
    QTest::newRow("two pages") << true;
    QTest::newRow("the hub goes away in between") << false;
}

/// Page by page into one file, which is there when all of it is.
void TestAdminTables::allOfItIsExported()
{
    QFETCH(const bool, whole);
    QStringList asked;
    const auto answer = [&](const QString &path, const std::optional<QJsonObject> &, client::HubAccess::Done done) {
        asked.append(path);
        const bool isFirst = asked.size() == 1;
        if (!isFirst && !whole)
            return done(failure(Error::Kind::Offline, ""));
        const QJsonObject entry{{"n", isFirst ? 5 : 4}, {"at_ms", 1000}, {"kind", "exported"}, {"about", "=1+1"}};
        QJsonObject page{{"entries", QJsonArray{entry}}};
        if (isFirst)
            page["next"] = 5;
        done(page);
    };
    const client::HubAccess access(answer, [] { return client::JoinLink(); });
    const QString path = m_folder->filePath("audit.csv");
    client::HubAccess::AuditFilter filter;
    filter.kind = "exported";
    AuditExport made(access, filter, path, nullptr);
    const QSignalSpy finished(&made, &AuditExport::finished), failed(&made, &AuditExport::failed);
    made.start();
    QTRY_COMPARE(finished.size() + failed.size(), 1);
    QCOMPARE(finished.size(), whole ? 1 : 0);
    QCOMPARE(QFile::exists(path), whole);
    QCOMPARE(asked, QStringList({"/audit?before=0&kind=exported&export=yes", "/audit?before=5&kind=exported"}));
    if (!whole)
        return;
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QList<QByteArray> lines = file.readAll().split('\n');
    QCOMPARE(lines.size(), 4); // a heading, two entries, the end
    QVERIFY(lines[1].startsWith("5,1970-01-01T00:00:01.000Z,"));
    QVERIFY(lines[2].startsWith("4,") && lines[2].contains(",'=1+1,"));
}

void TestAdminTables::cellsAreHarmless_data()
{
    QTest::addColumn<QStringList>("cells");
    QTest::addColumn<QByteArray>("row");
    QTest::newRow("plain") << QStringList{"a", "1"} << QByteArray("a,1\r\n");
    QTest::newRow("formulas") << QStringList{"=1+1", "+1", "-1", "@x", "\tx"} << QByteArray("'=1+1,'+1,'-1,'@x,'\tx\r\n");
    QTest::newRow("commas, quotes, lines")
        << QStringList{"a,b", "say \"hi\"", "two\nlines"} << QByteArray("\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n");
    QTest::newRow("a formula with a comma") << QStringList{"=A(1,2)"} << QByteArray("\"'=A(1,2)\"\r\n");
    QTest::newRow("another script") << QStringList{QString::fromUtf8("ü")} << QByteArray("\xc3\xbc\r\n");
}

void TestAdminTables::cellsAreHarmless()
{
    QFETCH(const QStringList, cells);
    QFETCH(const QByteArray, row);
    QCOMPARE(csvRow(cells), row);
}

void TestAdminTables::rowsSpeak()
{
    QAccessibleInterface *table = QAccessible::queryAccessibleInterface(&m_page->people().table());
    QVERIFY(table);
    QCOMPARE(table->childCount(), 2);
    const QString spoken = table->child(1)->text(QAccessible::Name);
    QVERIFY(spoken.contains("Tomás Ferreira"));
    QVERIFY(spoken.contains("Role: Agent"));
    QVERIFY(spoken.contains("State: Active"));
}

/// Colleagues add and remove rows meanwhile, and one scrolls.
void TestAdminTables::aNameIsEditedOverItsRow()
{
    RecordTable table(*m_theme, "Letters", {{.title = "Name"}});
    QList<TableRow> rows;
    for (char letter = 'a'; letter <= 'z'; ++letter)
        rows.append({.id = RawId{std::byte(letter)}, .cells = {{.text = QString(QLatin1Char(letter))}}});
    table.setRenaming(true);
    table.setRows(rows);
    table.resize(600, 400);
    table.show();
    table.setCurrent(rows[1].id);
    QTest::keyClick(&table, Qt::Key_F2);
    auto *editor = table.findChild<QLineEdit *>("nameInPlace");
    const auto isOver = [&](int row) { return editor->isVisible() && table.rowRect(row).contains(editor->geometry()); };
    QVERIFY(isOver(1));
    editor->setText("typed");
    rows.prepend({.id = RawId{std::byte('A')}, .cells = {{.text = "A"}}});
    table.setRows(rows);
    QVERIFY(isOver(2));
    const int before = editor->y();
    table.verticalScrollBar()->setValue(30);
    QVERIFY(isOver(2) && editor->y() == before - 30);
    QCOMPARE(editor->text(), QString("typed"));
    const QSignalSpy renamed(&table, &RecordTable::renamed);
    rows.removeAt(2);
    table.setRows(rows);
    QVERIFY(!editor->isVisible());
    QCOMPARE(renamed.size(), 0); // nor does another row get the name
}

QTEST_MAIN(TestAdminTables)
#include "tst_admin_tables.moc"
