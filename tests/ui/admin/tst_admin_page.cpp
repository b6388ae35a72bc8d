// The Admin section over a real workspace whose hub is away: who sees which page, and that nothing can be changed.
#include "core/base/rng.h"
#include "core/base/time.h"
#include "core/client/workspace.h"
#include "tests/ui/inbox/made_profile.h"
#include "ui/admin/admin_page.h"
#include "ui/admin/fields_page.h"
#include "ui/admin/people_page.h"
#include "ui/admin/roles_page.h"
#include "ui/admin/teams_page.h"
#include "ui/shell/rail.h"
#include "ui/shell/sections.h"
#include "ui/shell/shell_window.h"

#include <QAccessible>
#include <QLineEdit>
#include <QSettings>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using tributary::testing::MadeProfile;

class TestAdminPage : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void isThereForWhoMayDoAnythingOfIt_data();
    void isThereForWhoMayDoAnythingOfIt();
    void showsEverybody();
    void filtersByKey();
    void detailsOpenAndCloseByKey();
    void nothingCanBeChangedWithoutTheHub();
    void inviteIsThereWhileSomebodyListens();
    void rowsSpeak();
    void chordsOfHiddenSectionsAreOff();

private:
    QTemporaryDir *m_folder = nullptr;
    MadeProfile m_made;
    Theme *m_theme = nullptr;
    QSettings *m_settings = nullptr;
    client::Workspace *m_workspace = nullptr;
    ShellWindow *m_window = nullptr;
    SetupDesk *m_desk = nullptr;
    AdminPage *m_page = nullptr;
};

void TestAdminPage::init()
{
    m_folder = new QTemporaryDir;
    m_made = testing::makeProfile(m_folder->filePath("profile"));
    m_theme = new Theme;
    m_settings = new QSettings(m_folder->filePath("window.ini"), QSettings::IniFormat);
    m_workspace = new client::Workspace;
    const QFuture<Result<void>> opened = m_workspace->open(m_folder->filePath("profile"));
    QTRY_VERIFY(opened.isFinished());
    QVERIFY(opened.result().has_value());
    m_window = new ShellWindow(*m_theme, *m_settings);
    m_desk = new SetupDesk(*m_workspace, m_window);
    m_page = new AdminPage(*m_theme, *m_desk, *m_window);
    m_window->showSection(m_page);
    m_window->resize(1440, 900);
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window));
    QTRY_COMPARE(m_page->people().table().rows().size(), 2);
    m_page->people().focusTable();
    QTRY_VERIFY(m_page->people().table().hasFocus());
}

void TestAdminPage::cleanup()
{
    delete m_window;
    delete m_workspace;
    delete m_settings;
    delete m_theme;
    delete m_folder;
}

void TestAdminPage::isThereForWhoMayDoAnythingOfIt_data()
{
    QTest::addColumn<int>("role");
    QTest::addColumn<QString>("permission"); ///< Of a custom role; empty: none.
    QTest::addColumn<bool>("isActive");
    QTest::addColumn<bool>("isThere");
    using Role = model::Agent::Role;
    QTest::newRow("agents have no such section") << int(Role::Agent) << "" << true << false;
    QTest::newRow("leads neither") << int(Role::Lead) << "" << true << false;
    QTest::newRow("admins do") << int(Role::Admin) << "" << true << true;
    QTest::newRow("who is shut out does not") << int(Role::Admin) << "" << false << false;
    QTest::newRow("teams alone are enough") << int(Role::Agent) << "manage-teams" << true << true;
    QTest::newRow("fields alone are enough") << int(Role::Agent) << "manage-fields" << true << true;
    QTest::newRow("a custom role takes away as well") << int(Role::Admin) << "reply" << true << false;
}

void TestAdminPage::isThereForWhoMayDoAnythingOfIt()
{
    QFETCH(int, role);
    QFETCH(QString, permission);
    QFETCH(bool, isActive);
    QFETCH(bool, isThere);
    model::Agent agent{.role = model::Agent::Role(role), .active = isActive};
    if (!permission.isEmpty()) {
        const SystemClock clock;
        SeededRng rng(1);
        IdMaker ids(clock, rng);
        agent.customRole = ids.make<model::RoleId>();
        agent.permissions = {permission.toStdString()};
    }
    QCOMPARE(AdminPage::isFor(agent), isThere);
}

void TestAdminPage::showsEverybody()
{
    QCOMPARE(m_page->pageNames(), QStringList({"People", "Roles", "Teams", "Fields", "Statuses"}));
    const TableRow &me = m_page->people().table().rows().first();
    QCOMPARE(me.cells[0].text, QString("Mara Lindqvist (you)"));
    QCOMPARE(me.cells[1].text, QString("Admin"));
    QCOMPARE(me.cells[3].text, QString::number(m_made.conversations.size())); // all of them are open, and hers
}

void TestAdminPage::filtersByKey()
{
    QTest::keyClick(&m_page->people().table(), '/');
    QTRY_VERIFY(m_page->people().filter().hasFocus());
    QTest::keyClicks(&m_page->people().filter(), "tom");
    QCOMPARE(m_page->people().table().rows().size(), 1);
    QTest::keyClick(&m_page->people().filter(), Qt::Key_Escape);
    QCOMPARE(m_page->people().table().rows().size(), 2);
    QTRY_VERIFY(m_page->people().table().hasFocus());
}

void TestAdminPage::detailsOpenAndCloseByKey()
{
    RecordTable &table = m_page->people().table();
    QTest::keyClick(&table, Qt::Key_Down);
    QTest::keyClick(&table, Qt::Key_Enter);
    QVERIFY(m_page->people().pane().isVisible());
    QTest::keyClick(&table, Qt::Key_Escape);
    QVERIFY(!m_page->people().pane().isVisible());
    QVERIFY(table.hasFocus());
    QTest::keyClick(&table, Qt::Key_F6, Qt::ShiftModifier);
    QTRY_VERIFY(!table.hasFocus()); // the sidebar
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
    QCOMPARE(m_page->current(), &m_page->roles());
}

void TestAdminPage::nothingCanBeChangedWithoutTheHub()
{
    QVERIFY(m_page->findChild<Strip *>("adminStrip")->isVisible());
    for (SetupPage *page : std::initializer_list<SetupPage *>{&m_page->roles(), &m_page->teams(), &m_page->fields()}) {
        m_page->showPage(page);
        QVERIFY(!page->mainButton().isEnabled());
        QVERIFY(page->mainButton().toolTip().contains("hub"));
    }
    m_page->showPage(&m_page->people());
    m_page->people().open(m_made.colleague.id);
    QVERIFY(!m_page->people().findChild<QWidget *>("personRole")->isEnabled());
    QVERIFY(!m_page->people().pane().dangerButton()->isEnabled());
    QCOMPARE(m_workspace->status().outboxCount, 0);
}

void TestAdminPage::inviteIsThereWhileSomebodyListens()
{
    QVERIFY(!m_page->people().mainButton().isVisible());
    const QSignalSpy wanted(&m_page->people(), &PeoplePage::inviteWanted);
    QVERIFY(m_page->people().mainButton().isVisible());
}

void TestAdminPage::rowsSpeak()
{
    QAccessibleInterface *table = QAccessible::queryAccessibleInterface(&m_page->people().table());
    QVERIFY(table);
    QCOMPARE(table->childCount(), 2);
    const QString spoken = table->child(1)->text(QAccessible::Name);
    QVERIFY(spoken.contains("Tomás Ferreira"));
    QVERIFY(spoken.contains("Role: Agent"));
    QVERIFY(spoken.contains("State: Active"));
}

void TestAdminPage::chordsOfHiddenSectionsAreOff()
{
    Sections sections(*m_window, m_window);
    int triggered = 0;
    m_window->actions().add({.id = "resolve", .text = "Resolve", .chord = "Ctrl+Shift+E", .panes = InboxPanes}, this,
                            [&triggered] { ++triggered; });
    auto *inbox = new QWidget;
    inbox->setFocusPolicy(Qt::StrongFocus);
    inbox->setProperty("pane", int(ListPane));
    bool mayAdmin = true;
    sections.add({.id = "inbox", .text = "Inbox", .key = "G I", .chord = "Ctrl+1", .panes = InboxPanes, .page = [&] {
                      return inbox;
                  }});
    sections.add({.id = "admin",
                  .text = "Admin",
                  .key = "G T",
                  .chord = "Ctrl+5",
                  .panes = AdminPane,
                  .page = [&] { return m_page; },
                  .isThere = [&] { return mayAdmin; }});
    sections.show("inbox");
    inbox->setFocus();
    QTest::keyClick(inbox, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(triggered, 1);
    QTest::keyClick(inbox, Qt::Key_G);
    QTest::keyClick(inbox, Qt::Key_T);
    QCOMPARE(sections.current(), QString("admin"));
    QTest::keyClick(&m_page->people().table(), Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(triggered, 1);
    mayAdmin = false; // somebody has taken the right away
    sections.update();
    QCOMPARE(sections.current(), QString("inbox"));
    QVERIFY(!m_window->rail().findChild<QWidget *>("section-admin")->isVisible());
    sections.show("admin");
    QCOMPARE(sections.current(), QString("inbox"));
}

QTEST_MAIN(TestAdminPage)
#include "tst_admin_page.moc"
