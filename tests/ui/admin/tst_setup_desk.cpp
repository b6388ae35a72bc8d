// Changes of the setup against a hub: shown at once, several clicks as one, taken off again and said where it refuses.
#include "tests/ui/admin/setup_desk_test.h"
#include "ui/shell/availability.h"
#include "ui/shell/rail.h"

#include <QSignalSpy>

using namespace tributary;
using namespace tributary::ui;
using model::Outcome;

class TestSetupDesk : public SetupDeskTest {
    Q_OBJECT
private slots:
    void showsAChangeBeforeTheHubHasAnswered();
    void takesARefusedChangeOffAndSaysWhy();
    void aLateRefusalFindsWhatStands();
    void severalClicksAreOneChange();
    void keepsWhatStandsWhenTheHubHasDoneIt();
    void doesNotOfferToUndoRights();
    void awayIsSaidByKeyAndShown();
};

void TestSetupDesk::showsAChangeBeforeTheHubHasAnswered()
{
    m_hub->silent = true;
    const std::vector<std::string> wanted{"export", "reply"};
    m_desk->submit(with(wanted));
    QVERIFY(permissions() == wanted);
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    // What is read again meanwhile does not take it away.
    m_hub->silent = false;
    QSignalSpy changed(m_desk.get(), &SetupDesk::changed);
    emit m_workspace->changed(store::ChangeSet{.agents = true});
    QVERIFY(changed.wait());
    QVERIFY(permissions() == wanted);
}

void TestSetupDesk::takesARefusedChangeOffAndSaysWhy()
{
    m_hub->judge = [](const model::Command &command) {
        return Outcome{
            .n = command.n, .command = command.id, .kind = Outcome::Kind::Refused, .reason = Outcome::Reason::NotAllowed};
    };
    QSignalSpy refused(m_desk.get(), &SetupDesk::refused);
    m_desk->submit(with({"see-audit", "reply"}));
    QTRY_COMPARE(refused.size(), 1);
    QVERIFY(refused[0][1].toString().contains("nobody gives or takes"));
    QTRY_VERIFY(permissions() == std::vector<std::string>{"reply"});
    // There is nothing to decide about it: it does not wait in the outbox.
    QTRY_COMPARE(m_workspace->status().needsYouCount, 0);
}

/// The hub answers when the rows were read with the change in them, as any does that is further away. Whoever hears of the
/// refusal finds what stands, so that what was typed differs from it, and a change that was refused was never saved.
void TestSetupDesk::aLateRefusalFindsWhatStands()
{
    const model::Team care{.id = idOf<model::TeamId>(20), .name = "Care"};
    m_hub->put(care);
    QTRY_COMPARE(m_desk->shown().teams.size(), std::size_t(1));
    const auto name = [this] { return m_desk->shown().teams.front().name; };
    m_hub->silent = true;
    m_hub->judge = [](const model::Command &command) {
        return Outcome{
            .n = command.n, .command = command.id, .kind = Outcome::Kind::Refused, .reason = Outcome::Reason::NotAllowed};
    };
    model::SaveTeam save{care};
    save.team.name = "Repair";
    m_desk->submit(save);
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    QSignalSpy changed(m_desk.get(), &SetupDesk::changed);
    emit m_workspace->changed(store::ChangeSet{.setup = true});
    QVERIFY(changed.wait()); // read, with it
    QVERIFY(m_desk->isBeingSaved(care.id.bytes));
    std::string found;
    connect(m_desk.get(), &SetupDesk::refused, m_desk.get(), [&] { found = name(); });
    const auto lastSaved = m_desk->lastSaved(care.id.bytes);
    m_hub->speak();
    QTRY_VERIFY(!found.empty());
    QCOMPARE(found, std::string("Care"));
    QCOMPARE(name(), std::string("Care"));
    QVERIFY(!m_desk->isBeingSaved(care.id.bytes));
    QVERIFY(m_desk->lastSaved(care.id.bytes).has_value() == lastSaved.has_value());
    QVERIFY(!lastSaved || (!lastSaved->own && m_desk->lastSaved(care.id.bytes)->at == lastSaved->at));
}

void TestSetupDesk::severalClicksAreOneChange()
{
    m_desk->submitSoon(with({"export", "reply"}));
    QVERIFY(permissions() == (std::vector<std::string>{"export", "reply"}));
    m_desk->submitSoon(with({"export"}));
    m_desk->submitSoon(with({"edit-tags", "export"}));
    QVERIFY(permissions() == (std::vector<std::string>{"edit-tags", "export"}));
    QVERIFY(m_hub->commands.empty());
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    const auto *save = std::get_if<model::SaveRole>(&m_hub->commands[0].body);
    QVERIFY(save && save->role.permissions == (std::vector<std::string>{"edit-tags", "export"}));
}

void TestSetupDesk::keepsWhatStandsWhenTheHubHasDoneIt()
{
    m_hub->judge = [this](const model::Command &command) {
        m_hub->put(std::get<model::SaveRole>(command.body).role);
        return Outcome{.n = command.n, .command = command.id};
    };
    const std::vector<std::string> wanted{"export", "reply"};
    bool flickered = false;
    connect(m_desk.get(), &SetupDesk::changed, m_desk.get(), [&] { flickered |= permissions() != wanted; });
    m_desk->submit(with(wanted));
    QTRY_COMPARE(m_workspace->status().outboxCount, 0);
    QTRY_VERIFY(std::ranges::find(m_desk->shown().roles, kHelp.id, &model::Role::id)->version > 2);
    QVERIFY(permissions() == wanted);
    QVERIFY(!flickered);
}

void TestSetupDesk::doesNotOfferToUndoRights()
{
    m_desk->submit(with({"export"}));
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    QVERIFY(!m_workspace->history().newest(SystemClock().now()));
}

void TestSetupDesk::awayIsSaidByKeyAndShown()
{
    Theme theme;
    ui::SettingsFile settings(m_folder->filePath("window.ini"));
    ShellWindow window(theme, settings);
    window.rail().setAgent("Ana", m_hub->agent.id.bytes);
    window.rail().setOnline(true);
    const QWidget *own = window.rail().findChild<QWidget *>("ownPresence");
    Availability availability(*m_workspace, window, &window);
    QVERIFY(own->accessibleName().contains("available"));
    window.actions().action("away")->trigger();
    QVERIFY(own->accessibleName().contains("away"));
    QCOMPARE(window.actions().action("away")->text(), QString("Set yourself available"));
    QTRY_COMPARE(m_hub->commands.size(), 1u);
    QVERIFY(std::get<model::SetAway>(m_hub->commands[0].body).away);
    model::Agent away = m_hub->agent;
    away.away = true;
    m_hub->put(away); // and it stays so when the hub's row is here
    QTRY_COMPARE(m_workspace->status().outboxCount, 0);
    QTRY_VERIFY(availability.isAway());
    window.actions().action("away")->trigger();
    QTRY_COMPARE(m_hub->commands.size(), 2u);
    QVERIFY(!std::get<model::SetAway>(m_hub->commands[1].body).away);
}

QTEST_MAIN(TestSetupDesk)
#include "tst_setup_desk.moc"
