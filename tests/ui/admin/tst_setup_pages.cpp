// The pages of Admin against a hub: what their forms, keys and menus change, and what they say of it.
#include "tests/ui/admin/setup_desk_test.h"
#include "ui/admin/fields_page.h"
#include "ui/admin/people_page.h"
#include "ui/admin/reopening_page.h"
#include "ui/admin/roles_page.h"
#include "ui/admin/team_members.h"
#include "ui/admin/teams_page.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"

#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QSpinBox>

using namespace tributary;
using namespace tributary::ui;
using model::Outcome;

class TestSetupPages : public SetupDeskTest {
    Q_OBJECT
private slots:
    void membersOfATeamAreChanged();
    void howLongAnAccountReopensIsChanged();
    void inWhichCountryNumbersAreIsChanged();
    void aSuccessorIsAskedForWithTheFigure_data();
    void aSuccessorIsAskedForWithTheFigure();
    void severalPeopleAreOneQuestion_data();
    void severalPeopleAreOneQuestion();
    void severalTeamsAreOneQuestion();
    void severalAccountsAreOneQuestion();
    void whenItWasSavedIsSaid();
    void howWorkIsGivenOutIsChanged_data();
    void howWorkIsGivenOutIsChanged();
    void whereATeamHasItsWorkFromIsSaid();
    void whatARoleSeesIsChanged_data();
    void whatARoleSeesIsChanged();
    void aNewNameInTheTableLeavesTheFormAlone();
    void whatIsRemovedUnderAFormIsSaid_data();
    void whatIsRemovedUnderAFormIsSaid();
    void aRefusedFormKeepsWhatOthersHaveDone();
};

/// Taken in, given less, taken out: each is one change of the person, with all else as it was.
void TestSetupPages::membersOfATeamAreChanged()
{
    const model::Team care{.id = idOf<model::TeamId>(20), .name = "Care"}, sales{.id = idOf<model::TeamId>(21), .name = "S"};
    model::Agent ben{.id = idOf<model::AgentId>(22), .email = "ben@teapots.example", .name = "Ben"};
    ben.teams = {sales.id};
    ben.capacity = 9;
    ben.languages = {"de"};
    m_hub->put(care);
    m_hub->put(sales);
    m_hub->put(ben);
    m_hub->judge = [&](const model::Command &command) {
        const auto *set = std::get_if<model::SetAgent>(&command.body);
        ben.teams = set->teams;
        ben.capacity = set->capacity;
        m_hub->put(ben);
        return Outcome{.n = command.n, .command = command.id};
    };
    QTRY_COMPARE(m_desk->shown().teams.size(), std::size_t(2));
    QTRY_COMPARE(m_desk->shown().agents.size(), std::size_t(2));
    Theme theme;
    ui::SettingsFile settings(m_folder->filePath("window.ini"));
    ShellWindow window(theme, settings);
    TeamMembers members({theme, *m_desk, window.picker(), window.toasts()});
    connect(m_desk.get(), &SetupDesk::changed, &members, [&] { members.showOf(care.id, {}); });
    members.showOf(care.id, {});
    members.show();
    const auto row = [&](const char *part) {
        QWidget *found = nullptr;
        for (QWidget *one : members.findChildren<QWidget *>(part))
            found = one->isVisibleTo(&members) ? one : found;
        return found;
    };
    QVERIFY(!row("memberRow"));
    window.show();
    members.findChild<QAbstractButton *>("addMember")->click();
    QTRY_VERIFY(window.picker().isVisible());
    auto *field = window.picker().findChild<QLineEdit *>();
    field->setText("Ben");
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    const auto last = [&] { return std::get<model::SetAgent>(m_hub->commands.back().body); };
    QVERIFY(last().agent == ben.id && last().teams == (std::vector{care.id, sales.id}));
    QCOMPARE(last().capacity, std::int64_t(9));
    QVERIFY(last().languages == ben.languages);
    QTRY_VERIFY(row("memberRow"));
    auto *most = qobject_cast<QSpinBox *>(row("memberCapacity"));
    QCOMPARE(most->value(), 9);
    most->setValue(4);
    emit most->editingFinished();
    QTRY_COMPARE(m_hub->commands.size(), 2u);
    QCOMPARE(last().capacity, std::int64_t(4));
    QVERIFY(last().teams == (std::vector{care.id, sales.id}));
    QVERIFY(last().before && last().before->teams == last().teams && last().before->capacity == 9);
    const auto shown = [&] { return qobject_cast<QSpinBox *>(row("memberCapacity")); }; // another one after each change
    QTRY_VERIFY(shown() && shown()->value() == 4);
    emit shown()->editingFinished(); // leaving it as it is changes nothing
    QTRY_COMPARE(m_workspace->status().outboxCount, 0);
    qobject_cast<QAbstractButton *>(row("removeMember"))->click();
    QTRY_COMPARE(m_hub->commands.size(), 3u);
    QVERIFY(last().teams == std::vector{sales.id});
    QTRY_VERIFY(!row("memberRow"));
}

void TestSetupPages::howLongAnAccountReopensIsChanged()
{
    model::ChannelAccount help{.id = idOf<model::ChannelAccountId>(30), .name = "Help"};
    model::ChannelAccount chat{.id = idOf<model::ChannelAccountId>(31), .channel = model::Channel::WebChat, .name = "Chat"};
    m_hub->put(help);
    m_hub->put(chat);
    m_hub->judge = [&](const model::Command &command) {
        const auto *set = std::get_if<model::SetReopenDays>(&command.body);
        model::ChannelAccount &account = set->account == help.id ? help : chat;
        account.reopenDays = set->days;
        m_hub->put(account);
        return Outcome{.n = command.n, .command = command.id};
    };
    QTRY_COMPARE(m_desk->shown().accounts.size(), std::size_t(2));
    PageInWindow<ReopeningPage> place(*m_desk, *m_folder);
    ReopeningPage &page = place.page;
    connect(m_desk.get(), &SetupDesk::changed, &page, &SetupPage::refresh);
    page.open(help.id);
    auto *days = page.findChild<QSpinBox *>("reopenDays");
    days->setValue(3);
    QVERIFY(page.pane().isDirty());
    page.save();
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    QVERIFY(std::get<model::SetReopenDays>(m_hub->commands[0].body) == (model::SetReopenDays{help.id, 3}));
    QTRY_COMPARE(m_workspace->status().outboxCount, 0);
    QVERIFY(!page.pane().isDirty());
    auto *all = page.findChild<QAbstractButton *>("reopenForAll");
    QVERIFY(all->isEnabled());
    all->click();
    QTRY_COMPARE(m_hub->commands.size(), 2u);
    QVERIFY(std::get<model::SetReopenDays>(m_hub->commands[1].body) == (model::SetReopenDays{chat.id, 3}));
    QTRY_VERIFY(!all->isEnabled());
    days->setValue(0);
    QCOMPARE(days->text(), QString("Never"));
    page.save();
    QTRY_COMPARE(m_hub->commands.size(), 3u);
    QTRY_VERIFY(std::ranges::any_of(page.table().rows(), [](const TableRow &row) { return row.cells[3].text == "Never"; }));
}

/// What is no country is not sent, and what a colleague has set meanwhile is not put back.
void TestSetupPages::inWhichCountryNumbersAreIsChanged()
{
    model::ChannelAccount help{.id = idOf<model::ChannelAccountId>(30), .name = "Help"};
    m_hub->put(help);
    m_hub->judge = [&](const model::Command &command) {
        Outcome outcome{.n = command.n, .command = command.id};
        if (const auto *set = std::get_if<model::SetReopenDays>(&command.body)) {
            help.reopenDays = set->days;
        } else if (const auto &region = std::get<model::SetAccountRegion>(command.body).region; region == "FR") {
            outcome.kind = Outcome::Kind::Refused;
            outcome.reason = Outcome::Reason::NotAllowed;
            return outcome;
        } else {
            help.region = region;
        }
        m_hub->put(help);
        return outcome;
    };
    QTRY_COMPARE(m_desk->shown().accounts.size(), std::size_t(1));
    PageInWindow<ReopeningPage> place(*m_desk, *m_folder);
    ReopeningPage &page = place.page;
    connect(m_desk.get(), &SetupDesk::changed, &page, &SetupPage::refresh);
    page.open(help.id);
    connect(m_desk.get(), &SetupDesk::refused, &page,
            [&page](const model::CommandBody &body, const QString &words) { page.take(body, words); });
    auto *region = page.findChild<QLineEdit *>("accountRegion");
    auto *field = qobject_cast<FormField *>(region->parentWidget());
    QVERIFY(field && region->isEnabled() && region->text().isEmpty());
    const auto says = [field](const QString &words) {
        return std::ranges::any_of(field->findChildren<QLabel *>(),
                                   [&](const QLabel *label) { return label->text().contains(words); });
    };
    QTest::keyClicks(region, "ae"); // as it is typed
    QCOMPARE(region->text(), QString("AE"));
    QVERIFY(says("this country: United Arab Emirates"));
    QVERIFY(page.pane().isDirty());
    page.save();
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    QVERIFY(std::get<model::SetAccountRegion>(m_hub->commands[0].body) == (model::SetAccountRegion{help.id, "AE"}));
    QTRY_COMPARE(m_workspace->status().outboxCount, 0);
    QVERIFY(!page.pane().isDirty());

    region->clear();
    QTest::keyClicks(region, "xx");
    QVERIFY(!field->hasProblem()); // not while it is typed
    page.save();
    QVERIFY(field->hasProblem() && says(field->problem()));
    QVERIFY(page.pane().isDirty());
    QCOMPARE(region->text(), QString("XX"));
    QCOMPARE(m_workspace->status().outboxCount, 0);
    QCOMPARE(m_hub->commands.size(), 1u);
    region->clear();
    QTest::keyClicks(region, "AE");
    QVERIFY(!field->hasProblem() && !page.pane().isDirty());

    page.findChild<QSpinBox *>("reopenDays")->setValue(3);
    help.region = "GB"; // by somebody else, while the days are not saved
    m_hub->put(help);
    QTRY_COMPARE(region->text(), QString("GB"));
    QVERIFY(page.pane().isDirty());
    page.save();
    QTRY_COMPARE(m_hub->commands.size(), 2u);
    QVERIFY(std::holds_alternative<model::SetReopenDays>(m_hub->commands[1].body));
    QTRY_COMPARE(m_workspace->status().outboxCount, 0);
    QCOMPARE(m_desk->shown().accounts.front().region, std::string("GB"));

    region->selectAll();
    QTest::keyClick(region, Qt::Key_Delete);
    page.save();
    QTRY_COMPARE(m_hub->commands.size(), 3u);
    QVERIFY(std::get<model::SetAccountRegion>(m_hub->commands[2].body).region.empty());
    QTRY_COMPARE(m_workspace->status().outboxCount, 0);
    QTRY_VERIFY(!m_desk->isBeingSaved(help.id.bytes));
    m_hub->silent = true;
    QTest::keyClicks(region, "fr");
    page.save();
    QTRY_COMPARE(m_hub->commands.size(), 4u);
    QSignalSpy changed(m_desk.get(), &SetupDesk::changed);
    emit m_workspace->changed(store::ChangeSet{.setup = true});
    QVERIFY(changed.wait()); // read, with it on its way
    QCOMPARE(m_desk->shown().accounts.front().region, std::string("FR"));
    QVERIFY(!page.pane().isDirty());
    m_hub->speak();
    QTRY_VERIFY(page.pane().isDirty());
    QCOMPARE(m_desk->shown().accounts.front().region, std::string());
    QCOMPARE(region->text(), QString("FR")); // what was typed is not lost
}

void TestSetupPages::aSuccessorIsAskedForWithTheFigure_data()
{
    QTest::addColumn<int>("open");
    QTest::addColumn<int>("waiting");
    QTest::addColumn<int>("snoozed");
    QTest::addColumn<QString>("asked");
    QTest::newRow("open work") << 1 << 0 << 0 << "1 not resolved: who gets them?";
    QTest::newRow("only work that waits") << 0 << 2 << 0 << "2 not resolved: who gets them?";
    QTest::newRow("only what sleeps") << 0 << 0 << 1 << "1 not resolved: who gets them?";
    QTest::newRow("some of each") << 1 << 2 << 1 << "4 not resolved: who gets them?";
    QTest::newRow("nothing that is seen here") << 0 << 0 << 0 << "Who gets what is not resolved?";
}

/// Also where nothing is open: what waits changes hands as well. What is resolved stays.
void TestSetupPages::aSuccessorIsAskedForWithTheFigure()
{
    using Status = model::Conversation::Status;
    QFETCH(const int, open);
    QFETCH(const int, waiting);
    QFETCH(const int, snoozed);
    QFETCH(const QString, asked);
    const model::Agent ben{.id = idOf<model::AgentId>(22), .email = "ben@teapots.example", .name = "Ben"};
    const model::Customer layla{.id = idOf<model::CustomerId>(40), .name = "Layla"};
    m_hub->put(ben);
    m_hub->put(layla);
    int name = 50;
    const auto give = [&](int count, Status status) {
        for (int i = 0; i < count; ++i)
            m_hub->put(model::Conversation{.id = idOf<model::ConversationId>(++name),
                                           .customer = layla.id,
                                           .status = status,
                                           .assignee = ben.id,
                                           .lastItemAt = SystemClock().now()});
    };
    give(3, Status::Resolved);
    give(open, Status::Open);
    give(waiting, Status::Waiting);
    give(snoozed, Status::Snoozed);
    QTRY_COMPARE(m_desk->shown().agents.size(), std::size_t(2));
    const auto known = [&] {
        const auto at = m_desk->shown().unresolvedWork.find(ben.id);
        return at == m_desk->shown().unresolvedWork.end() ? 0 : int(at->second);
    };
    QTRY_COMPARE(known(), open + waiting + snoozed);
    PageInWindow<PeoplePage> place(*m_desk, *m_folder);
    PeoplePage &page = place.page;
    page.table().setCurrent(ben.id.bytes);
    QTest::keyClick(&page.table(), Qt::Key_Delete);
    QTRY_VERIFY(place.window.picker().isVisible());
    auto *field = place.window.picker().findChild<QLineEdit *>();
    QCOMPARE(field->placeholderText(), asked);
    field->setText("Ana");
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    QVERIFY(std::get<model::SetAgentActive>(m_hub->commands[0].body)
            == (model::SetAgentActive{.agent = ben.id, .active = false, .workTo = m_hub->agent.id}));
}

void TestSetupPages::severalPeopleAreOneQuestion_data()
{
    QTest::addColumn<QString>("action");
    QTest::addColumn<QString>("typed");
    QTest::newRow("shut out") << "deactivate"
                              << "queues";
    QTest::newRow("given a role") << "role"
                                  << "Lead";
    QTest::newRow("taken into a team") << "teams"
                                       << "Care";
}

void TestSetupPages::severalPeopleAreOneQuestion()
{
    QFETCH(const QString, action);
    QFETCH(const QString, typed);
    const model::Team care{.id = idOf<model::TeamId>(20), .name = "Care"};
    const model::Agent ben{.id = idOf<model::AgentId>(22), .email = "ben@teapots.example", .name = "Ben"};
    model::Agent cy{.id = idOf<model::AgentId>(23), .email = "cy@teapots.example", .name = "Cy"};
    cy.capacity = 7;
    m_hub->put(care);
    m_hub->put(ben);
    m_hub->put(cy);
    QTRY_COMPARE(m_desk->shown().agents.size(), std::size_t(3));
    QTRY_COMPARE(m_desk->shown().teams.size(), std::size_t(1));
    PageInWindow<PeoplePage> place(*m_desk, *m_folder);
    PeoplePage &page = place.page;
    const auto menu = [&] {
        QTest::keyClick(&page.table(), Qt::Key_Period);
        return page.findChild<QMenu *>("personMenu");
    };
    page.table().selectAll();
    QMenu *shown = menu();
    QVERIFY(shown);
    QVERIFY(!shown->findChild<QAction *>("deactivate")->isEnabled()); // Ana is among them
    QVERIFY(shown->findChild<QAction *>("deactivate")->toolTip().contains("themselves"));
    delete shown;
    page.table().clearSelection();
    page.table().setCurrent(ben.id.bytes);
    QTest::keyClick(&page.table(), Qt::Key_Down, Qt::ShiftModifier);
    QCOMPARE(page.table().chosen(), (QList<RawId>{ben.id.bytes, cy.id.bytes}));
    shown = menu();
    QVERIFY(shown);
    shown->findChild<QAction *>(action)->trigger();
    delete shown;
    QTRY_VERIFY(place.window.picker().isVisible());
    auto *field = place.window.picker().findChild<QLineEdit *>();
    field->setText(typed);
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(m_hub->commands.size(), 2u);
    for (int i = 0; i < 2; ++i) {
        const model::CommandBody &body = m_hub->commands[std::size_t(i)].body;
        const model::Agent &who = i == 0 ? ben : cy;
        if (action == "deactivate") {
            QVERIFY(std::get<model::SetAgentActive>(body) == (model::SetAgentActive{.agent = who.id, .active = false}));
            continue;
        }
        const auto set = std::get<model::SetAgent>(body);
        QVERIFY(set.agent == who.id);
        QCOMPARE(set.capacity, who.capacity); // all else stays
        QVERIFY(set.role == (action == "role" ? model::Agent::Role::Lead : model::Agent::Role::Agent));
        QVERIFY(set.teams == (action == "teams" ? std::vector{care.id} : std::vector<model::TeamId>()));
    }
}

void TestSetupPages::severalTeamsAreOneQuestion()
{
    const model::Team care{.id = idOf<model::TeamId>(20), .name = "Care"},
        post{.id = idOf<model::TeamId>(21), .name = "Post"}, sales{.id = idOf<model::TeamId>(24), .name = "Sales"};
    for (const model::Team &team : {care, post, sales})
        m_hub->put(team);
    QTRY_COMPARE(m_desk->shown().teams.size(), std::size_t(3));
    PageInWindow<TeamsPage> place(*m_desk, *m_folder);
    TeamsPage &page = place.page;
    page.table().setCurrent(care.id.bytes);
    page.table().extend(1);
    QTest::keyClick(&page.table(), Qt::Key_Delete);
    QTRY_VERIFY(place.window.picker().isVisible());
    for (const Choice &choice : place.window.picker().findChild<ChoiceList *>()->choices())
        QVERIFY(!choice.text.contains("Care") && !choice.text.contains("Post")); // none of them inherits
    auto *field = place.window.picker().findChild<QLineEdit *>();
    field->setText("Sales");
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(m_hub->commands.size(), 2u);
    QVERIFY(std::get<model::RemoveTeam>(m_hub->commands[0].body) == (model::RemoveTeam{care.id, sales.id}));
    QVERIFY(std::get<model::RemoveTeam>(m_hub->commands[1].body) == (model::RemoveTeam{post.id, sales.id}));
}

void TestSetupPages::severalAccountsAreOneQuestion()
{
    const model::ChannelAccount help{.id = idOf<model::ChannelAccountId>(30), .name = "Help"};
    const model::ChannelAccount chat{
        .id = idOf<model::ChannelAccountId>(31), .channel = model::Channel::WebChat, .name = "Chat"};
    m_hub->put(help);
    m_hub->put(chat);
    QTRY_COMPARE(m_desk->shown().accounts.size(), std::size_t(2));
    PageInWindow<ReopeningPage> place(*m_desk, *m_folder);
    ReopeningPage &page = place.page;
    page.table().selectAll();
    QTest::keyClick(&page.table(), Qt::Key_Period);
    auto *menu = page.findChild<QMenu *>("accountMenu");
    QVERIFY(menu);
    menu->findChild<QAction *>("days")->trigger();
    delete menu;
    QTRY_VERIFY(place.window.picker().isVisible());
    auto *field = place.window.picker().findChild<QLineEdit *>();
    field->setText("21"); // not one of those that are offered
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(m_hub->commands.size(), 2u);
    for (const model::Command &command : m_hub->commands)
        QCOMPARE(std::get<model::SetReopenDays>(command.body).days, std::int64_t(21));
}

/// By a colleague, then by oneself; before anything happens nothing is said.
void TestSetupPages::whenItWasSavedIsSaid()
{
    model::Team care{.id = idOf<model::TeamId>(20), .name = "Care"};
    m_hub->put(care);
    QTRY_COMPARE(m_desk->shown().teams.size(), std::size_t(1));
    Theme theme;
    ui::SettingsFile settings(m_folder->filePath("window.ini"));
    ShellWindow window(theme, settings);
    SetupDesk desk(*m_workspace); // one that has known the team from the beginning
    desk.start();
    QTRY_VERIFY(desk.isRead());
    TeamsPage page({theme, desk, window.picker(), window.toasts()});
    page.resize(1000, 700);
    page.show();
    page.refresh();
    page.open(care.id);
    auto *saved = page.findChild<QLabel *>("savedAt");
    QVERIFY(!saved->isVisibleTo(&page));
    care.name = "Care and repair";
    m_hub->put(care);
    QTRY_VERIFY2(saved->text().startsWith("Saved by somebody else at "), qPrintable(saved->text()));
    QVERIFY(saved->isVisibleTo(&page));
    m_hub->judge = [&](const model::Command &command) {
        care = std::get<model::SaveTeam>(command.body).team;
        m_hub->put(care);
        return Outcome{.n = command.n, .command = command.id};
    };
    page.findChild<QLineEdit *>("teamName")->setText("Repair");
    page.save();
    QTRY_VERIFY2(saved->text().startsWith("Saved at "), qPrintable(saved->text()));
}

void TestSetupPages::howWorkIsGivenOutIsChanged_data()
{
    QTest::addColumn<int>("routing");
    QTest::addColumn<QString>("returns"); ///< As it is typed; empty: untouched.
    QTest::addColumn<std::int64_t>("minutes");
    using Routing = model::Team::Routing;
    QTest::newRow("in turn") << int(Routing::RoundRobin) << "" << std::int64_t(0);
    QTest::newRow("to who has the least") << int(Routing::LeastLoad) << "" << std::int64_t(0);
    QTest::newRow("by hand, and back after a while") << int(Routing::ByHand) << "30 min" << std::int64_t(30);
    QTest::newRow("both") << int(Routing::LeastLoad) << "A day" << std::int64_t(1440);
}

void TestSetupPages::howWorkIsGivenOutIsChanged()
{
    QFETCH(const int, routing);
    QFETCH(const QString, returns);
    QFETCH(const std::int64_t, minutes);
    const model::Team care{.id = idOf<model::TeamId>(20), .name = "Care"};
    m_hub->put(care);
    m_hub->judge = [this](const model::Command &command) {
        m_hub->put(std::get<model::SaveTeam>(command.body).team);
        return Outcome{.n = command.n, .command = command.id};
    };
    QTRY_COMPARE(m_desk->shown().teams.size(), std::size_t(1));
    PageInWindow<TeamsPage> place(*m_desk, *m_folder);
    TeamsPage &page = place.page;
    page.open(care.id);
    auto *segment = page.findChild<Segment *>("teamRouting");
    for (int step = 0; step < routing; ++step)
        QTest::keyClick(segment, Qt::Key_Right);
    if (!returns.isEmpty()) {
        page.findChild<QAbstractButton *>("teamReturn")->click();
        QTRY_VERIFY(place.window.picker().isVisible());
        auto *field = place.window.picker().findChild<QLineEdit *>();
        field->setText(returns);
        QTest::keyClick(field, Qt::Key_Return);
        QCOMPARE(page.findChild<QAbstractButton *>("teamReturn")->text(), returns);
    }
    QVERIFY(page.pane().isDirty());
    page.save();
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    const model::Team saved = std::get<model::SaveTeam>(m_hub->commands[0].body).team;
    QCOMPARE(int(saved.routing), routing);
    QCOMPARE(saved.returnMinutes, minutes);
    QVERIFY(saved.id == care.id && saved.name == care.name);
    QTRY_COMPARE(m_workspace->status().outboxCount, 0);
    QVERIFY(!page.pane().isDirty());
    QCOMPARE(segment->current(), routing);
}

/// Without an account that goes to it, nothing is there to be given out.
void TestSetupPages::whereATeamHasItsWorkFromIsSaid()
{
    const model::Team care{.id = idOf<model::TeamId>(20), .name = "Care", .routing = model::Team::Routing::RoundRobin};
    model::ChannelAccount help{.id = idOf<model::ChannelAccountId>(30), .name = "Help"};
    m_hub->put(care);
    m_hub->put(help);
    QTRY_COMPARE(m_desk->shown().teams.size(), std::size_t(1));
    QTRY_COMPARE(m_desk->shown().accounts.size(), std::size_t(1));
    Theme theme;
    ui::SettingsFile settings(m_folder->filePath("window.ini"));
    ShellWindow window(theme, settings);
    TeamsPage teams({theme, *m_desk, window.picker(), window.toasts()});
    ReopeningPage accounts({theme, *m_desk, window.picker(), window.toasts()});
    const auto says = [](const QWidget &page, const QString &words) {
        const QList<QLabel *> labels = page.findChildren<QLabel *>();
        return std::ranges::any_of(labels, [&words](const QLabel *label) { return label->text().contains(words); });
    };
    for (SetupPage *page : std::initializer_list<SetupPage *>{&teams, &accounts}) {
        page->show();
        page->refresh();
    }
    teams.open(care.id);
    accounts.open(help.id);
    QVERIFY(says(teams, "So far nothing comes in here"));
    QVERIFY(says(accounts, "within teams alone"));
    help.team = care.id;
    m_hub->put(help);
    QTRY_VERIFY(says(teams, "what comes in on Help"));
    QVERIFY(!says(teams, "So far nothing comes in here"));
    QTRY_VERIFY(says(accounts, "is given out by itself, which is set under Teams"));
}

void TestSetupPages::whatARoleSeesIsChanged_data()
{
    QTest::addColumn<QString>("sight"); ///< As it is typed.
    QTest::addColumn<int>("visibility");
    QTest::addColumn<QStringList>("accounts");
    using model::Visibility;
    QTest::newRow("everything") << "Everything" << int(Visibility::Everything) << QStringList{};
    QTest::newRow("what is theirs") << "Only what" << int(Visibility::Assigned) << QStringList{};
    QTest::newRow("on one channel") << "" << int(Visibility::Teams) << QStringList{"Help"};
    QTest::newRow("all of it, on two channels")
        << "Everything" << int(Visibility::Everything) << QStringList{"Help", "Chat"};
    QTest::newRow("on and off again") << "Everything" << int(Visibility::Everything) << QStringList{"Help", "Chat", "Help"};
}

/// What the role may do stays as the matrix has it.
void TestSetupPages::whatARoleSeesIsChanged()
{
    QFETCH(const QString, sight);
    QFETCH(const int, visibility);
    QFETCH(const QStringList, accounts);
    const model::ChannelAccount help{.id = idOf<model::ChannelAccountId>(30), .name = "Help"};
    const model::ChannelAccount chat{
        .id = idOf<model::ChannelAccountId>(31), .channel = model::Channel::WebChat, .name = "Chat"};
    m_hub->put(help);
    m_hub->put(chat);
    m_hub->judge = [this](const model::Command &command) {
        m_hub->put(std::get<model::SaveRole>(command.body).role);
        return Outcome{.n = command.n, .command = command.id};
    };
    QTRY_COMPARE(m_desk->shown().accounts.size(), std::size_t(2));
    PageInWindow<RolesPage> place(*m_desk, *m_folder);
    RolesPage &page = place.page;
    page.open(kHelp.id);
    auto *field = place.window.picker().findChild<QLineEdit *>();
    const auto choose = [&](const QString &typed) {
        QTRY_VERIFY(place.window.picker().isVisible());
        field->setText(typed);
        QTest::keyClick(field, Qt::Key_Return);
    };
    if (!sight.isEmpty()) {
        page.findChild<QAbstractButton *>("roleSight")->click();
        choose(sight);
    }
    if (!accounts.isEmpty())
        page.findChild<QAbstractButton *>("roleAccounts")->click();
    for (const QString &account : accounts)
        choose(account); // the question stays for the next one
    place.window.picker().dismiss();
    QVERIFY(page.pane().isDirty());
    page.save();
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    const model::Role saved = std::get<model::SaveRole>(m_hub->commands[0].body).role;
    std::vector<model::ChannelAccountId> wanted;
    for (const model::ChannelAccount &account : {help, chat}) {
        if (accounts.count(QString::fromStdString(account.name)) == 1)
            wanted.push_back(account.id);
    }
    QCOMPARE(int(saved.visibility), visibility);
    QVERIFY(saved.accounts == wanted);
    QVERIFY(saved.permissions == kHelp.permissions && saved.name == kHelp.name);
    QTRY_COMPARE(m_workspace->status().outboxCount, 0);
    QVERIFY(!page.pane().isDirty());
    QCOMPARE(page.findChild<QAbstractButton *>("roleAccounts")->text().contains("All channels"), wanted.empty());
}

/// F2 while the details are being written: all of it is saved.
void TestSetupPages::aNewNameInTheTableLeavesTheFormAlone()
{
    model::FieldDefinition size{.id = idOf<model::FieldDefinitionId>(20), .key = "size", .name = "Size"};
    size.type = model::FieldDefinition::Type::Choice;
    size.choices = {"Small", "Large"};
    m_hub->put(size);
    QTRY_COMPARE(m_desk->shown().fields.size(), std::size_t(1));
    PageInWindow<FieldsPage> place(*m_desk, *m_folder);
    FieldsPage &page = place.page;
    page.open(size.id);
    page.findChild<QPlainTextEdit *>("fieldChoices")->setPlainText("Small\nLarge\nHuge");
    QTest::keyClick(&page.table(), Qt::Key_F2);
    auto *editor = page.table().findChild<QLineEdit *>("nameInPlace");
    QVERIFY(editor && editor->isVisible());
    editor->setText("Cup size");
    QTest::keyClick(editor, Qt::Key_Return);
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    const auto saved = std::get<model::SaveFieldDefinition>(m_hub->commands[0].body).definition;
    QCOMPARE(saved.name, std::string("Cup size"));
    QCOMPARE(saved.choices, (std::vector<std::string>{"Small", "Large", "Huge"}));
}

void TestSetupPages::whatIsRemovedUnderAFormIsSaid_data()
{
    QTest::addColumn<bool>("field");
    QTest::addColumn<bool>("own");
    QTest::newRow("a team, by a colleague") << false << false;
    QTest::newRow("a team, by whoever was writing") << false << true;
    QTest::newRow("a field, by a colleague") << true << false;
    QTest::newRow("a field, by whoever was writing") << true << true;
}

void TestSetupPages::whatIsRemovedUnderAFormIsSaid()
{
    QFETCH(const bool, field);
    QFETCH(const bool, own);
    const model::Team care{.id = idOf<model::TeamId>(20), .name = "Care"};
    const model::FieldDefinition parcel{.id = idOf<model::FieldDefinitionId>(21), .key = "parcel", .name = "Parcel"};
    m_hub->put(care);
    m_hub->put(parcel);
    QTRY_COMPARE(m_desk->shown().teams.size(), std::size_t(1));
    QTRY_COMPARE(m_desk->shown().fields.size(), std::size_t(1));
    PageInWindow<TeamsPage> teams(*m_desk, *m_folder);
    PageInWindow<FieldsPage> fields(*m_desk, *m_folder);
    teams.page.open(care.id);
    fields.page.open(parcel.id);
    SetupPage &page = field ? static_cast<SetupPage &>(fields.page) : teams.page;
    page.findChild<QLineEdit *>(field ? "fieldName" : "teamName")->setText("Another name");
    QVERIFY(page.pane().isVisible() && page.pane().isDirty());
    if (own) {
        m_hub->silent = true;
        m_desk->submit(field ? model::CommandBody(model::RemoveFieldDefinition{parcel.id})
                             : model::CommandBody(model::RemoveTeam{care.id, {}}));
    } else {
        wire::Changes gone{.from = m_hub->head, .to = m_hub->head + 1, .head = m_hub->head + 1};
        gone.removals = {field ? wire::Removal{model::EntityType::FieldDefinition, parcel.id.bytes, gone.to}
                               : wire::Removal{model::EntityType::Team, care.id.bytes, gone.to}};
        m_hub->say(gone);
    }
    QTRY_VERIFY(!page.pane().isVisible());
    const QString said = (field ? fields.window : teams.window).toasts().newestText();
    const QString words = QString("Somebody has removed %1.").arg(field ? "Parcel" : "Care");
    QVERIFY2(own ? said.isEmpty() : said.startsWith(words), qPrintable(said));
}

/// What was typed comes back, and saving it once more does not put back what a colleague has changed meanwhile.
void TestSetupPages::aRefusedFormKeepsWhatOthersHaveDone()
{
    using Routing = model::Team::Routing;
    model::Team care{.id = idOf<model::TeamId>(20), .name = "Care"};
    m_hub->put(care);
    bool isTaken = true; // the name
    m_hub->judge = [&](const model::Command &command) {
        return Outcome{.n = command.n,
                       .command = command.id,
                       .kind = isTaken ? Outcome::Kind::Refused : Outcome::Kind::Applied,
                       .reason = isTaken ? Outcome::Reason::Taken : Outcome::Reason::None};
    };
    QTRY_COMPARE(m_desk->shown().teams.size(), std::size_t(1));
    PageInWindow<TeamsPage> place(*m_desk, *m_folder);
    TeamsPage &page = place.page;
    connect(m_desk.get(), &SetupDesk::refused, &page,
            [&page](const model::CommandBody &body, const QString &words) { page.take(body, words); });
    page.open(care.id);
    auto *name = page.findChild<QLineEdit *>("teamName");
    name->setText("Repair");
    m_hub->silent = true;
    page.save();
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    QSignalSpy changed(m_desk.get(), &SetupDesk::changed);
    emit m_workspace->changed(store::ChangeSet{.setup = true});
    QVERIFY(changed.wait()); // read, with it on its way
    QVERIFY(!page.pane().isDirty());
    care.routing = Routing::RoundRobin; // by a colleague, of whom the hub says so before it answers
    const std::int64_t judged = std::exchange(m_hub->lastN, 0);
    m_hub->put(care);
    m_hub->lastN = judged;
    m_hub->speak();
    QTRY_VERIFY(page.pane().isDirty());
    QCOMPARE(name->text(), QString("Repair"));
    QCOMPARE(page.findChild<Segment *>("teamRouting")->current(), int(Routing::RoundRobin));
    isTaken = false;
    page.save();
    QTRY_COMPARE(m_hub->commands.size(), 2u);
    const model::Team saved = std::get<model::SaveTeam>(m_hub->commands[1].body).team;
    QCOMPARE(saved.name, std::string("Repair"));
    QCOMPARE(saved.routing, Routing::RoundRobin);
}

QTEST_MAIN(TestSetupPages)
#include "tst_setup_pages.moc"
