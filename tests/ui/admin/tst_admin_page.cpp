// The Admin section and what its pages show: who sees which, how one goes about in it, and that nothing can be changed while
// the hub is away.
#include "core/base/rng.h"
#include "core/base/time.h"
#include "tests/ui/admin/open_admin.h"
#include "ui/admin/audit_page.h"
#include "ui/admin/device_list.h"
#include "ui/admin/fields_page.h"
#include "ui/admin/people_page.h"
#include "ui/admin/reopening_page.h"
#include "ui/admin/roles_page.h"
#include "ui/admin/team_members.h"
#include "ui/admin/teams_page.h"
#include "ui/shell/picker.h"
#include "ui/shell/rail.h"
#include "ui/shell/sections.h"
#include "ui/shell/toasts.h"

#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QSpinBox>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

class TestAdminPage : public testing::OpenAdmin {
    Q_OBJECT
private slots:
    void isThereForWhoMayDoAnythingOfIt_data();
    void isThereForWhoMayDoAnythingOfIt();
    void showsEverybody();
    void filtersByKey();
    void aSlashWithoutAFilterGoesToTheTable();
    void whatMayNotBeDoneSaysWhy();
    void whoMayNotBeGivenATeamIsNotOffered();
    void detailsOpenAndCloseByKey();
    void nothingCanBeChangedWithoutTheHub();
    void languagesAreChosenByName();
    void lastSeenIsSaid();
    void devicesAreListed();
    void membersAreListed();
    void accountsAreListedWithTheirTime();
    void theLogIsShown();
    void theLogNeedsTheHub();
    void chordsOfHiddenSectionsAreOff();
};

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
    QTest::newRow("channels alone are enough") << int(Role::Agent) << "manage-channels" << true << true;
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
    QCOMPARE(m_page->pageNames(),
             QStringList({"People", "Roles", "Teams", "Fields", "Statuses", "Channel accounts", "Audit log"}));
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

void TestAdminPage::aSlashWithoutAFilterGoesToTheTable()
{
    m_page->showPage(&m_page->roles());
    QVERIFY(!m_page->roles().filter().isVisible());
    auto *sidebar = m_page->findChild<QWidget *>("adminSidebar");
    sidebar->setFocus();
    QTRY_VERIFY(sidebar->hasFocus());
    QTest::keyClick(sidebar, '/');
    QTRY_VERIFY(m_page->roles().matrix().hasFocus());
}

/// The hub is away: nothing can be changed, by key or by menu.
void TestAdminPage::whatMayNotBeDoneSaysWhy()
{
    RecordTable &table = m_page->people().table();
    table.setCurrent(m_made.colleague.id.bytes);
    QTest::keyClick(&table, Qt::Key_Period);
    auto *menu = m_page->findChild<QMenu *>("personMenu");
    QVERIFY(menu);
    for (const char *id : {"role", "teams", "password", "deactivate"}) {
        const auto *action = menu->findChild<QAction *>(id);
        QVERIFY2(action && !action->isEnabled(), id);
        QVERIFY2(action->toolTip().contains("hub"), qPrintable(action->toolTip()));
    }
    menu->close();
    table.setFocus();
    QTest::keyClick(&table, Qt::Key_Delete);
    QVERIFY(!m_window->picker().isVisible());
    QVERIFY(m_window->toasts().newestText().contains("hub"));
    m_page->showPage(&m_page->fields());
    QTest::keyClick(&m_page->fields().table(), Qt::Key_Delete);
    QVERIFY(!m_window->picker().isVisible());
    QCOMPARE(m_workspace->status().outboxCount, 0);
}

/// Neither who has more than one may oneself, nor what one does not see: the hub would send both back.
void TestAdminPage::whoMayNotBeGivenATeamIsNotOffered()
{
    const testing::MadeProfile made = testing::makeProfile(
        m_folder->filePath("other"), {.permissions = {"manage-agents", "manage-teams"}, .teams = {m_team}});
    client::Workspace workspace;
    const QFuture<Result<void>> opened = workspace.open(m_folder->filePath("other"));
    QTRY_VERIFY(opened.isFinished());
    QVERIFY(opened.result().has_value());
    SetupDesk desk(workspace);
    desk.start();
    QTRY_VERIFY(desk.isRead());
    TeamMembers members({*m_theme, desk, m_window->picker(), m_window->toasts()});
    members.showOf(m_team.id, {});
    members.show();
    const auto *out = members.findChild<QAbstractButton *>("removeMember");
    QVERIFY(out && !out->isEnabled());
    QVERIFY2(out->toolTip().contains("than you do yourself"), qPrintable(out->toolTip()));
    auto *add = members.findChild<QAbstractButton *>("addMember");
    QVERIFY(add->isEnabled());
    add->click();
    QTRY_VERIFY(m_window->picker().isVisible());
    const QList<Choice> choices = m_window->picker().findChild<ChoiceList *>()->choices();
    QCOMPARE(choices.size(), 1);
    QCOMPARE(choices[0].text, QString::fromStdString(made.me.name));
    QVERIFY(!choices[0].enabled);
    QVERIFY2(choices[0].detail.contains("team"), qPrintable(choices[0].detail));
    m_window->picker().dismiss();
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

void TestAdminPage::languagesAreChosenByName()
{
    PeoplePage &people = m_page->people();
    people.open(m_made.colleague.id);
    auto *languages = people.findChild<ChoiceButton *>("personLanguages");
    const QString none = languages->text();
    auto *field = m_window->picker().findChild<QLineEdit *>();
    const auto choose = [&](const char *typed) {
        emit languages->clicked();
        QTRY_VERIFY(m_window->picker().isVisible());
        QTest::keyClicks(field, typed);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(m_window->picker().isVisible()); // the next one
        QTest::keyClick(field, Qt::Key_Escape);
    };
    choose("Portug");
    QVERIFY(languages->text().contains("Portuguese"));
    QVERIFY(people.pane().isDirty());
    choose("Arab");
    QVERIFY(languages->text().contains("Portuguese") && languages->text().contains("Arabic"));
    choose("zh-TW"); // what the list does not have by name
    QVERIFY(languages->toolTip().contains("Chinese"));
    for (const char *again : {"Portug", "Arab", "zh-TW"})
        choose(again);
    QCOMPARE(languages->text(), none);
}

void TestAdminPage::lastSeenIsSaid()
{
    constexpr int column = 5;
    const QList<TableRow> &rows = m_page->people().table().rows();
    QVERIFY(rows[0].cells[column].text.isEmpty()); // the hub has not said
    client::HubAccess::People people;
    people.connected.insert(model::AgentId(rows[0].id));
    people.seen[model::AgentId(rows[0].id)] = fromMs(0);
    m_page->people().showSeen(people);
    QCOMPARE(rows[0].cells[column].text, QString("Now"));
    QCOMPARE(rows[1].cells[column].text, QString("Never"));
    people.connected.clear();
    people.seen[model::AgentId(rows[1].id)] = SystemClock().now() - std::chrono::minutes(3);
    m_page->people().showSeen(people);
    QCOMPARE(rows[1].cells[column].text, QString("3m"));
    QVERIFY(rows[1].spoken.contains("Last seen: 3m"));
}

/// Each with a button that signs it out, but for the one that is looked from; nobody has none in silence.
void TestAdminPage::devicesAreListed()
{
    PeoplePage &page = m_page->people();
    page.open(m_made.colleague.id);
    DeviceList &list = page.devices();
    QVERIFY(list.findChild<TextLabel *>("deviceWords")->text().contains("Offline"));
    const TimePoint now = SystemClock().now();
    list.show({{.id = "aa", .name = "Tomás’ laptop", .created = now - std::chrono::days(3), .seen = now},
               {.id = "bb", .name = "", .created = now, .seen = now - std::chrono::days(2)},
               {.id = "cc", .name = "Here", .created = now, .seen = now, .current = true}});
    QVERIFY(!list.findChild<TextLabel *>("deviceWords")->isVisibleTo(&list));
    QCOMPARE(list.findChildren<QWidget *>("deviceRow").size(), 3);
    const QList<Button *> out = list.findChildren<Button *>("signOutDevice");
    QCOMPARE(out.size(), 2);
    QCOMPARE(out[0]->accessibleName(),
             QString("Sign out Tomás’ laptop of %1").arg(QString::fromStdString(m_made.colleague.name)));
    QVERIFY(out[1]->accessibleName().contains("A computer without a name"));
    list.setReadOnly("because");
    QVERIFY(!out[0]->isEnabled());
    QCOMPARE(out[0]->toolTip(), QString("because"));
    list.show({});
    QCOMPARE(list.findChildren<QWidget *>("deviceRow").size(), 0);
    QCOMPARE(list.findChild<TextLabel *>("deviceWords")->text(), QString("Nowhere signed in"));
}

void TestAdminPage::membersAreListed()
{
    TeamsPage &page = m_page->teams();
    m_page->showPage(&page);
    QVERIFY(!page.table().rows().isEmpty());
    const model::TeamId team(page.table().rows().first().id);
    page.open(team);
    const auto members = [&] {
        return std::ranges::count_if(m_desk->shown().agents, [&](const model::Agent &one) {
            return one.active && std::ranges::count(one.teams, team) > 0;
        });
    };
    auto *list = page.findChild<QWidget *>("teamMembers");
    QVERIFY(list);
    int rows = 0;
    for (QWidget *row : list->findChildren<QWidget *>("memberRow"))
        rows += row->isVisibleTo(list);
    QCOMPARE(rows, int(members()));
    QVERIFY(!list->findChild<QAbstractButton *>("addMember")->isEnabled()); // the hub is away
    QVERIFY(list->findChild<QAbstractButton *>("addMember")->toolTip().contains("hub"));
}

void TestAdminPage::accountsAreListedWithTheirTime()
{
    ReopeningPage &page = m_page->reopening();
    m_page->showPage(&page);
    QCOMPARE(page.table().rows().size(), qsizetype(m_desk->shown().accounts.size()));
    QVERIFY(!page.table().rows().isEmpty());
    QVERIFY(!page.mainButton().isVisible());
    for (const TableRow &row : page.table().rows()) {
        QCOMPARE(row.cells[2].text, QString("Everybody"));
        QCOMPARE(row.cells[3].text, QString("Within 14 day(s)")); // no translation is installed here
        QVERIFY(row.spoken.contains("Resolved conversations open again"));
    }
    page.open(model::ChannelAccountId(page.table().rows().first().id));
    auto *days = page.findChild<QSpinBox *>("reopenDays");
    QCOMPARE(days->value(), 14);
    QVERIFY(!days->isEnabled()); // the hub is away
    QVERIFY(!page.findChild<QLineEdit *>("accountRegion")->isEnabled());
    // Whose findings about senders count is asked for mailboxes alone, and nothing is shown before the hub has said it.
    auto *servers = page.findChild<QLineEdit *>("believedServers");
    for (const model::ChannelAccount &account : m_desk->shown().accounts) {
        page.open(account.id);
        QCOMPARE(servers->isVisibleTo(&page), account.channel == model::Channel::Email);
        QVERIFY(servers->text().isEmpty() && !servers->isEnabled());
    }
}

void TestAdminPage::theLogIsShown()
{
    AuditPage &page = m_page->audit();
    m_page->showPage(&page);
    client::HubAccess::AuditPage said;
    client::HubAccess::AuditEntry entry{.n = 7, .at = SystemClock().now(), .kind = "person-changed"};
    entry.byName = "Mara Lindqvist";
    entry.place = "desktop";
    entry.about = "Tom";
    entry.was = "role: agent\n";
    entry.became = "role: lead\nactive: yes\nof-a-newer-hub: x\n";
    said.entries = {entry, {.n = 6, .at = SystemClock().now(), .kind = "of-a-newer-hub", .place = "10.0.0.9"}};
    said.next = 0;
    page.show(said, true);
    QCOMPARE(page.table().rows().size(), 2);
    QCOMPARE(page.table().rows()[0].cells[0].text, QString("Person changed"));
    QCOMPARE(page.table().rows()[1].cells[0].text, QString("of-a-newer-hub"));
    QVERIFY(page.table().rows()[0].spoken.contains("Tom") && page.table().rows()[0].spoken.contains("Mara"));
    QTest::keyClick(&page.table(), Qt::Key_Return);
    QVERIFY(page.pane().isVisible());
    QCOMPARE(page.findChild<QLabel *>("auditWas")->text(), QString("Role: Agent"));
    QCOMPARE(page.findChild<QLabel *>("auditBecame")->text(), QString("Role: Lead\nActive: yes\nof-a-newer-hub: x"));
    QVERIFY(!page.pane().saveButton()->isVisible()); // nobody changes an entry
    page.show(said, false);                          // another page joins
    QCOMPARE(page.table().rows().size(), 4);
    page.show(failure(Error::Kind::Rejected, ""), true);
    QVERIFY(!page.table().isVisible());
}

void TestAdminPage::theLogNeedsTheHub()
{
    AuditPage &page = m_page->audit();
    m_page->showPage(&page);
    QVERIFY(!page.table().isVisible());
    QVERIFY(!page.mainButton().isEnabled());
    QStringList words;
    for (const QLabel *label : page.findChildren<QLabel *>())
        words.append(label->text());
    QVERIFY(words.contains("The log is at the hub"));
}

void TestAdminPage::chordsOfHiddenSectionsAreOff()
{
    Sections sections(*m_window, m_window.get());
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
