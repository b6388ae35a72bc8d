// The Admin section over a real workspace whose hub is away: who sees which page, and that nothing can be changed.
#include "core/base/rng.h"
#include "core/base/time.h"
#include "core/client/workspace.h"
#include "tests/ui/inbox/made_profile.h"
#include "ui/admin/admin_page.h"
#include "ui/admin/audit_export.h"
#include "ui/admin/audit_page.h"
#include "ui/admin/device_list.h"
#include "ui/admin/fields_page.h"
#include "ui/admin/invite_sheet.h"
#include "ui/admin/people_page.h"
#include "ui/admin/reopening_page.h"
#include "ui/admin/roles_page.h"
#include "ui/admin/statuses_page.h"
#include "ui/admin/table_export.h"
#include "ui/admin/team_members.h"
#include "ui/admin/teams_page.h"
#include "ui/shell/picker.h"
#include "ui/shell/rail.h"
#include "ui/shell/sections.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"

#include <QAccessible>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QDesktopServices>
#include <QHBoxLayout>
#include <QJsonArray>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>
#include <QUrlQuery>

using namespace tributary;
using namespace tributary::ui;
using tributary::testing::MadeProfile;

/// Where a link that begins with mailto: is opened.
class MailProgram : public QObject {
    Q_OBJECT
public:
    MailProgram() { QDesktopServices::setUrlHandler("mailto", this, "open"); }
    ~MailProgram() override { QDesktopServices::unsetUrlHandler("mailto"); }
    QList<QUrl> opened;

public slots:
    void open(const QUrl &url) { opened.append(url); }
};

class TestAdminPage : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void isThereForWhoMayDoAnythingOfIt_data();
    void isThereForWhoMayDoAnythingOfIt();
    void showsEverybody();
    void filtersByKey();
    void aSlashWithoutAFilterGoesToTheTable();
    void severalRowsAreSelected_data();
    void severalRowsAreSelected();
    void theMenuIsAboutWhatIsChosen_data();
    void theMenuIsAboutWhatIsChosen();
    void whatMayNotBeDoneSaysWhy();
    void rowsAreExported_data();
    void rowsAreExported();
    void whoMayNotBeGivenATeamIsNotOffered();
    void detailsOpenAndCloseByKey();
    void nothingCanBeChangedWithoutTheHub();
    void languagesAreChosenByName();
    void invitingNeedsTheHub();
    void lastSeenIsSaid();
    void devicesAreListed();
    void membersAreListed();
    void accountsAreListedWithTheirTime();
    void aLinkIsShownAndForgotten();
    void aLinkGoesIntoAMail_data();
    void aLinkGoesIntoAMail();
    void aLinkThatNobodyElseCanUseIsSaid_data();
    void aLinkThatNobodyElseCanUseIsSaid();
    void refusalsAreSaid_data();
    void refusalsAreSaid();
    void openLinksAreListed();
    void theLogIsShown();
    void theLogNeedsTheHub();
    void allOfItIsExported_data();
    void allOfItIsExported();
    void cellsAreHarmless_data();
    void cellsAreHarmless();
    void rowsSpeak();
    void chordsOfHiddenSectionsAreOff();
    void whatIsLeftUnsavedCanBeGoneBackTo();
    void whatIsOpenAlreadyGoesOn_data();
    void whatIsOpenAlreadyGoesOn();
    void noAccountIsLeftUnsaid();
    void noFieldIsLeftUnsaid_data();
    void noFieldIsLeftUnsaid();
    void noStatusIsLeftUnsaid_data();
    void noStatusIsLeftUnsaid();
    void theFormHasTheKeyboardAgain_data();
    void theFormHasTheKeyboardAgain();
    void aNameIsEditedOverItsRow();

private:
    QTemporaryDir *m_folder = nullptr;
    testing::MadeProfile m_made;
    const model::Team m_team{.id = *model::TeamId::fromText("0190a0b0-0000-7000-8000-000000000001"), .name = "Care"};
    const std::vector<model::FieldDefinition> m_fields{
        {.id = model::FieldDefinitionId(RawId{std::byte(1)}), .key = "courier", .name = "Courier"},
        {.id = model::FieldDefinitionId(RawId{std::byte(2)}), .key = "parcel", .name = "Parcel"},
        {.id = model::FieldDefinitionId(RawId{std::byte(3)}),
         .subject = model::FieldDefinition::Subject::Company,
         .key = "terms",
         .name = "Terms"}};
    const std::vector<model::CustomStatus> m_statuses{
        {.id = model::CustomStatusId(RawId{std::byte(4)}), .name = "With the courier"},
        {.id = model::CustomStatusId(RawId{std::byte(5)}), .name = "Being mended"}};
    /// Presses "Go back to it" of the newest toast, which is about @p name.
    void goBack(const char *name)
    {
        QVERIFY2(m_window->toasts().newestText().contains(name), qPrintable(m_window->toasts().newestText()));
        m_window->findChildren<QAbstractButton *>("toastAction").back()->click();
    }
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
    m_made =
        testing::makeProfile(m_folder->filePath("profile"), {.fields = m_fields, .statuses = m_statuses, .teams = {m_team}});
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

void TestAdminPage::severalRowsAreSelected_data()
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

void TestAdminPage::severalRowsAreSelected()
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

void TestAdminPage::theMenuIsAboutWhatIsChosen_data()
{
    QTest::addColumn<bool>("all");
    QTest::addColumn<bool>("byMouse");
    QTest::addColumn<QString>("about"); ///< Whom: empty where one is meant.
    QTest::newRow("the current one by key") << false << false << "";
    QTest::newRow("the one that is clicked") << false << true << "";
    QTest::newRow("all that are selected") << true << false << "2 selected";
    QTest::newRow("all, by the mouse on one of them") << true << true << "2 selected";
}

void TestAdminPage::theMenuIsAboutWhatIsChosen()
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

void TestAdminPage::rowsAreExported_data()
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
void TestAdminPage::rowsAreExported()
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

/// Neither who has more than one may oneself, nor what one does not see: the hub would send both back.
void TestAdminPage::whoMayNotBeGivenATeamIsNotOffered()
{
    const MadeProfile made = testing::makeProfile(m_folder->filePath("other"),
                                                  {.permissions = {"manage-agents", "manage-teams"}, .teams = {m_team}});
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

void TestAdminPage::invitingNeedsTheHub()
{
    QVERIFY(m_page->people().mainButton().isVisible());
    QVERIFY(!m_page->people().mainButton().isEnabled());
    InviteSheet &sheet = m_page->inviteSheet();
    sheet.invite();
    QVERIFY(sheet.isVisible());
    QVERIFY(!sheet.findChild<QAbstractButton *>("inviteMake")->isEnabled());
    QVERIFY(sheet.findChild<QLabel *>("inviteProblem")->isVisible());
    QTest::keyClick(sheet.findChild<QLineEdit *>("inviteName"), Qt::Key_Escape);
    QTRY_VERIFY(!sheet.isVisible());
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

void TestAdminPage::aLinkIsShownAndForgotten()
{
    InviteSheet &sheet = m_page->inviteSheet();
    sheet.invite();
    auto *link = sheet.findChild<QLineEdit *>("inviteLink");
    sheet.findChild<QLineEdit *>("inviteEmail")->setText("cora@shop.test");
    client::HubAccess::Link made;
    made.link.hub = QUrl("https://hub.shop.test:7600");
    made.link.secret = "s3cret";
    made.expires = SystemClock().now() + std::chrono::days(7);
    sheet.showMade(made);
    QVERIFY(link->isVisible() && link->isReadOnly());
    QVERIFY(client::joinLinkFrom(link->text()) == made.link);
    QVERIFY(sheet.findChild<QLabel *>("inviteMade")->text().contains("cora@shop.test"));
    QTest::mouseClick(sheet.findChild<QAbstractButton *>("inviteCopy"), Qt::LeftButton);
    QCOMPARE(QGuiApplication::clipboard()->text(), link->text());
    sheet.dismiss();
    QVERIFY(link->text().isEmpty());
}

void TestAdminPage::aLinkThatNobodyElseCanUseIsSaid_data()
{
    QTest::addColumn<QUrl>("hub");
    QTest::addColumn<bool>("runsHub");
    QTest::addColumn<QString>("says");
    QTest::addColumn<bool>("letsIn");
    QTest::newRow("a hub with a name") << QUrl("https://hub.shop.test:7600") << false << "https://hub.shop.test:7600"
                                       << false;
    QTest::newRow("one's own for the network") << QUrl("https://192.168.1.5:7600") << true << "192.168.1.5" << false;
    QTest::newRow("one's own for this computer")
        << QUrl("http://127.0.0.1:7600") << true << "does not let the network in" << true;
    QTest::newRow("another one on this computer") << QUrl("http://localhost:7600") << false << "--listen" << false;
}

void TestAdminPage::aLinkThatNobodyElseCanUseIsSaid()
{
    QFETCH(const QUrl, hub);
    QFETCH(const bool, runsHub);
    QFETCH(const QString, says);
    QFETCH(const bool, letsIn);
    InviteSheet &sheet = m_page->inviteSheet();
    sheet.setRunsHub([runsHub] { return runsHub; });
    sheet.invite();
    client::HubAccess::Link made;
    made.link.hub = hub;
    made.link.secret = "s3cret";
    sheet.showMade(made);
    QVERIFY(sheet.findChild<QLabel *>("inviteReach")->text().contains(says));
    auto *letIn = sheet.findChild<QAbstractButton *>("inviteLetIn");
    QCOMPARE(letIn->isVisible(), letsIn);
    if (letsIn) {
        QSignalSpy wanted(&sheet, &InviteSheet::networkWanted);
        QTest::mouseClick(letIn, Qt::LeftButton);
        QCOMPARE(wanted.size(), 1);
        QVERIFY(!letIn->isEnabled());
        sheet.showReach({}, {}); // on no network
        QVERIFY(letIn->isVisible() && letIn->isEnabled());
        const std::string print = QStringList(32, "AB").join(':').toStdString();
        sheet.showReach(QUrl("https://192.168.1.5:7600"), print);
        const auto link = client::joinLinkFrom(sheet.findChild<QLineEdit *>("inviteLink")->text());
        QVERIFY(link && link->hub == QUrl("https://192.168.1.5:7600") && link->secret == "s3cret");
        QCOMPARE(link->fingerprint, print);
        QVERIFY(!letIn->isVisible());
    }
    QTest::mouseClick(sheet.findChild<QAbstractButton *>("inviteCopy"), Qt::LeftButton);
    sheet.dismiss();
}

void TestAdminPage::aLinkGoesIntoAMail_data()
{
    QTest::addColumn<bool>("reset");
    QTest::addColumn<QString>("greeting");
    QTest::addColumn<QString>("subject");
    QTest::newRow("somebody is invited") << false << "Hello Cora & Co + 1 = 2,"
                                         << "Join us in Tributary";
    QTest::newRow("a new password") << true << "Hello Tomás Ferreira,"
                                    << "Your new password for Tributary";
}

/// As it stands, whatever is in it: to whom, about what, and the whole link.
void TestAdminPage::aLinkGoesIntoAMail()
{
    QFETCH(const bool, reset);
    QFETCH(const QString, greeting);
    QFETCH(const QString, subject);
    MailProgram program;
    InviteSheet &sheet = m_page->inviteSheet();
    QString to = "cora+shop@shop.test";
    if (reset) {
        sheet.resetPassword(m_made.colleague);
        to = QString::fromStdString(m_made.colleague.email);
    } else {
        sheet.invite();
        sheet.findChild<QLineEdit *>("inviteName")->setText("Cora & Co + 1 = 2");
        sheet.findChild<QLineEdit *>("inviteEmail")->setText(to);
    }
    client::HubAccess::Link made;
    made.link.hub = QUrl("https://hub.shop.test:7600");
    made.link.secret = "s3cret";
    made.expires = SystemClock().now() + std::chrono::days(7);
    sheet.showMade(made);
    sheet.findChild<QAbstractButton *>("inviteMail")->click();
    QCOMPARE(program.opened.size(), 1);
    const QUrl mail = program.opened.first();
    const QUrlQuery query(mail);
    const auto said = [&query](const char *key) { return query.queryItemValue(key, QUrl::FullyDecoded); };
    QCOMPARE(mail.path(), to);
    QCOMPARE(said("subject"), subject);
    QVERIFY2(said("body").startsWith(greeting + "\r\n\r\n"), qPrintable(said("body")));
    QVERIFY2(said("body").contains("\r\n" + sheet.findChild<QLineEdit *>("inviteLink")->text() + "\r\n"),
             qPrintable(said("body")));
    QVERIFY(said("body").endsWith(QString::fromStdString(m_made.me.name)));
    sheet.dismiss(); // it has been given, and nothing holds it
    QVERIFY(!sheet.isVisible());
}

void TestAdminPage::refusalsAreSaid_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("detail");
    QTest::addColumn<QString>("word");
    QTest::newRow("a wrong password") << int(Error::Kind::Denied) << "denied"
                                      << "password is wrong";
    QTest::newRow("tried too often") << int(Error::Kind::Denied) << "locked 30"
                                     << "Wait";
    QTest::newRow("more than one may") << int(Error::Kind::Rejected) << ""
                                       << "another role";
    QTest::newRow("there already") << int(Error::Kind::Conflict) << ""
                                   << "there already";
    QTest::newRow("no hub") << int(Error::Kind::Offline) << ""
                            << "cannot be reached";
}

void TestAdminPage::refusalsAreSaid()
{
    QFETCH(const int, kind);
    QFETCH(const QString, detail);
    QFETCH(const QString, word);
    InviteSheet &sheet = m_page->inviteSheet();
    sheet.invite();
    sheet.showMade(failure(Error::Kind(kind), detail.toStdString()));
    auto *problem = sheet.findChild<QLabel *>("inviteProblem");
    QVERIFY(!sheet.findChild<QLineEdit *>("inviteLink")->isVisible());
    QVERIFY2(sheet.problemWords({Error::Kind(kind), detail.toStdString()}).contains(word), qPrintable(problem->text()));
    QVERIFY(problem->isVisible());
}

void TestAdminPage::openLinksAreListed()
{
    InviteSheet &sheet = m_page->inviteSheet();
    sheet.invite();
    client::HubAccess::People people;
    client::HubAccess::OpenLink link{.id = "0011223344556677", .email = "cora@shop.test", .name = "Cora"};
    link.role = model::Agent::Role::Lead;
    link.by = m_desk->me().id;
    link.expires = SystemClock().now();
    people.links = {link, link};
    people.links[1].isReset = true;
    sheet.showLinks(people);
    QCOMPARE(sheet.findChildren<QWidget *>("openLink").size(), 2);
    QStringList words;
    for (const QLabel *label : sheet.findChild<QWidget *>("inviteList")->findChildren<QLabel *>())
        words.append(label->text());
    QVERIFY(words.contains("Lead, invited by Mara Lindqvist"));
    QVERIFY(words.contains("New password, by Mara Lindqvist"));
    sheet.showLinks(failure(Error::Kind::Offline, ""));
    QVERIFY(sheet.findChild<QLabel *>("inviteListWords")->isVisible());
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

void TestAdminPage::allOfItIsExported_data()
{
    QTest::addColumn<bool>("whole");
    QTest::newRow("two pages") << true;
    QTest::newRow("the hub goes away in between") << false;
}

/// Page by page into one file, which is there when all of it is.
void TestAdminPage::allOfItIsExported()
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

void TestAdminPage::cellsAreHarmless_data()
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

void TestAdminPage::cellsAreHarmless()
{
    QFETCH(const QStringList, cells);
    QFETCH(const QByteArray, row);
    QCOMPARE(csvRow(cells), row);
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

void TestAdminPage::whatIsLeftUnsavedCanBeGoneBackTo()
{
    PeoplePage &people = m_page->people();
    people.open(m_made.colleague.id);
    auto *capacity = people.findChild<QSpinBox *>();
    const int before = capacity->value();
    capacity->setValue(before + 5);
    QVERIFY(people.pane().isDirty());
    people.open(m_made.me.id);
    QVERIFY(!people.pane().isDirty());
    QVERIFY2(m_window->toasts().newestText().contains("Tomás"), qPrintable(m_window->toasts().newestText()));
    auto *back = m_window->findChild<QAbstractButton *>("toastAction");
    QVERIFY(back);
    back->click();
    QCOMPARE(capacity->value(), before + 5);
    QVERIFY(people.pane().isDirty());
}

void TestAdminPage::whatIsOpenAlreadyGoesOn_data()
{
    QTest::addColumn<QString>("field");
    QTest::newRow("People") << "personCapacity";
    QTest::newRow("Roles") << "roleName";
    QTest::newRow("Teams") << "teamName";
    QTest::newRow("Fields") << "fieldName";
    QTest::newRow("Statuses") << "statusName";
    QTest::newRow("Channel accounts") << "reopenDays";
}

/// A click on its row, or Enter there, takes nothing away that is being written.
void TestAdminPage::whatIsOpenAlreadyGoesOn()
{
    QFETCH(const QString, field);
    const model::Role help{.id = model::RoleId(RawId{std::byte(6)}), .name = "Help", .permissions = {"reply"}};
    m_desk->submit(model::SaveRole{help});
    const auto pages = m_page->findChildren<SetupPage *>();
    const auto at = std::ranges::find(pages, QString(QTest::currentDataTag()), &SetupPage::title);
    QVERIFY(at != pages.end());
    SetupPage &page = **at;
    m_page->showPage(&page);
    const auto openByKey = [&] {
        if (RecordTable *table = page.records())
            return QTest::keyClick(table, Qt::Key_Return);
        RoleMatrixView &view = m_page->roles().matrix();
        emit view.roleOpened(view.matrix().columnOf(help.id));
    };
    openByKey();
    QVERIFY(page.pane().isVisible());
    auto *input = page.findChild<QWidget *>(field);
    const auto text = [input] { return input->property("text").toString(); };
    const QString before = text();
    if (auto *number = qobject_cast<QSpinBox *>(input))
        number->setValue(number->value() + 5);
    else
        qobject_cast<QLineEdit *>(input)->setText("Another name");
    const QString typed = text();
    QVERIFY(typed != before && page.pane().isDirty());
    openByKey();
    if (RecordTable *table = page.records())
        QTest::mouseClick(table->viewport(), Qt::LeftButton, {}, table->rowRect(table->currentPart()).center());
    QCOMPARE(text(), typed);
    QVERIFY(page.pane().isDirty());
}

void TestAdminPage::noAccountIsLeftUnsaid()
{
    ReopeningPage &page = m_page->reopening();
    m_page->showPage(&page);
    auto *days = page.findChild<QSpinBox *>("reopenDays");
    auto *region = page.findChild<QLineEdit *>("accountRegion");
    page.open(m_made.mail.id);
    region->setText("GB");
    days->setValue(3);
    page.open(m_made.chat.id);
    QCOMPARE(days->value(), int(m_made.chat.reopenDays));
    QVERIFY(region->text().isEmpty());
    days->setValue(4);
    goBack("Help");
    QCOMPARE(days->value(), 3);
    QCOMPARE(region->text(), QString("GB"));
    QVERIFY(page.pane().isDirty());
    goBack("juniperkiln.example");
    QCOMPARE(days->value(), 4);
    QVERIFY(region->text().isEmpty());
    QVERIFY(page.pane().isDirty());
}

void TestAdminPage::noFieldIsLeftUnsaid_data()
{
    QTest::addColumn<QString>("goes");
    QTest::newRow("another is opened") << "open";
    QTest::newRow("one is added") << "add";
    QTest::newRow("fields of something else are shown") << "subject";
}

/// Whatever comes into the form: what was typed there can be gone back to, and what is typed then as well.
void TestAdminPage::noFieldIsLeftUnsaid()
{
    QFETCH(const QString, goes);
    FieldsPage &page = m_page->fields();
    auto *name = page.findChild<QLineEdit *>("fieldName");
    page.open(m_fields[0].id);
    name->setText("Courier, by hand");
    if (goes == "open")
        page.open(m_fields[1].id);
    else if (goes == "add")
        emit page.mainButton().clicked();
    else
        page.setSubject(model::FieldDefinition::Subject::Company);
    if (goes == "subject")
        page.open(m_fields[2].id);
    QVERIFY(name->text() != "Courier, by hand");
    name->setText("Another");
    const int told = m_window->toasts().count();
    goBack("Courier, by hand");
    QCOMPARE(name->text(), QString("Courier, by hand"));
    QVERIFY(page.pane().isDirty());
    QCOMPARE(m_window->toasts().count(), told); // one has gone, one has come
    goBack("Another");
    QCOMPARE(name->text(), QString("Another"));
    QVERIFY(page.pane().isDirty());
    goBack("Courier, by hand");
    QCOMPARE(name->text(), QString("Courier, by hand"));
    name->setText("Courier, once more");
    page.revert();
    QCOMPARE(name->text(), QString("Courier"));
}

void TestAdminPage::noStatusIsLeftUnsaid_data()
{
    QTest::addColumn<bool>("adds");
    QTest::newRow("another is opened") << false;
    QTest::newRow("one is added") << true;
}

void TestAdminPage::noStatusIsLeftUnsaid()
{
    QFETCH(const bool, adds);
    StatusesPage &page = m_page->statuses();
    auto *name = page.findChild<QLineEdit *>("statusName");
    page.open(m_statuses[0].id);
    name->setText("On the road");
    if (adds)
        emit page.mainButton().clicked();
    else
        page.open(m_statuses[1].id);
    QVERIFY(name->text() != "On the road");
    name->setText("Another");
    goBack("On the road");
    QCOMPARE(name->text(), QString("On the road"));
    goBack("Another");
    QCOMPARE(name->text(), QString("Another"));
    QVERIFY(page.pane().isDirty());
}

void TestAdminPage::theFormHasTheKeyboardAgain_data()
{
    QTest::addColumn<bool>("elsewhere");
    QTest::newRow("where it was") << false;
    QTest::newRow("but not from where somebody has gone") << true;
}

/// For a moment the hub is away, and nothing can be changed.
void TestAdminPage::theFormHasTheKeyboardAgain()
{
    QFETCH(const bool, elsewhere);
    QWidget window;
    auto *filter = new QLineEdit, *name = new QLineEdit;
    auto *pane = new DetailPane(*m_theme);
    pane->addField(new FormField(*m_theme, "Capacity", new QSpinBox));
    pane->addField(new FormField(*m_theme, "Name", name));
    auto *line = new QHBoxLayout(&window);
    line->addWidget(filter);
    line->addWidget(pane);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    name->setFocus();
    QTRY_VERIFY(name->hasFocus());
    for (int i = 0; i < 2; ++i) // each time something is read meanwhile
        pane->setReadOnly("The hub is away.");
    QVERIFY(!name->isEnabled() && !name->hasFocus());
    if (elsewhere)
        filter->setFocus();
    pane->setReadOnly({});
    QTRY_VERIFY((elsewhere ? filter : name)->hasFocus());
    QCOMPARE(name->hasFocus(), !elsewhere);
}

/// Colleagues add and remove rows meanwhile, and one scrolls.
void TestAdminPage::aNameIsEditedOverItsRow()
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

QTEST_MAIN(TestAdminPage)
#include "tst_admin_page.moc"
