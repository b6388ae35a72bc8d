#include "app/desktop/notices.h"

#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/inbox_page.h"
#include "ui/news/bus_pop_ups.h"
#include "ui/shell/rail.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"

#include <QCoreApplication>

namespace tributary::app {
namespace {

constexpr auto kQuiet = std::chrono::hours(1);
constexpr const char *kToldOfTray = "tray/told";

} // namespace

Notices::Notices(ui::Theme &theme, const Clock &clock, client::Workspace &workspace, ui::ShellWindow &window,
                 ui::InboxPage &inbox, ui::SettingsFile &settings)
    : QObject(&window)
    , m_clock(clock)
    , m_workspace(workspace)
    , m_window(window)
    , m_inbox(inbox)
    , m_settings(settings)
    , m_desk(new ui::NewsDesk(workspace, clock, this))
    , m_panel(new ui::NewsPanel(theme, clock, *m_desk, &window))
    , m_tray(new ui::Tray(theme, window.actions(), window, this))
{
    connect(m_panel, &ui::NewsPanel::newsChosen, this,
            [this](const store::News &news) { open(news.conversation, news.item); });
    connect(m_panel, &ui::NewsPanel::settingsWanted, this, &Notices::settingsWanted);
    connect(&m_inbox, &ui::InboxPage::ready, this, &Notices::startPopUps);
    connect(&window.rail(), &ui::Rail::newsWanted, m_panel, &ui::NewsPanel::openAt);
    connect(m_desk, &ui::NewsDesk::changed, this, &Notices::showState);
    connect(&workspace, &client::Workspace::statusChanged, this, &Notices::showState);
    connect(m_tray, &ui::Tray::muteWanted, this, &Notices::quiet);
    connect(m_tray, &ui::Tray::hidden, this, [this] {
        if (m_settings.value(kToldOfTray).toBool())
            return;
        m_settings.setValue(kToldOfTray, true);
        m_tray->show({.key = {},
                      .title = tr("Tributary goes on"),
                      .text = tr("It tells you here when somebody writes. Quit ends it, in the menu of this icon.")});
    });
    m_loud.setSingleShot(true);
    connect(&m_loud, &QTimer::timeout, this, [this] { quiet(false); });
    addActions();
    showState();
}

void Notices::startPopUps()
{
    if (m_announcer)
        return;
    auto *popUps = new ui::BusPopUps(QDBusConnection::sessionBus(), *m_tray, this);
    m_announcer = new ui::Announcer(*m_desk, m_workspace, m_clock, *popUps, this);
    m_announcer->isLookedAt = [this](model::ConversationId id) {
        // In a narrow window the list takes its place, and stands on a conversation that is not seen.
        return m_inbox.pane().isLookedAt(id);
    };
    connect(m_announcer, &ui::Announcer::openWanted, this, &Notices::open);
    connect(m_announcer, &ui::Announcer::replyWanted, this, [this](model::ConversationId id) {
        if (m_inbox.pane().conversation() == id)
            m_window.actions().action("reply")->trigger();
    });
    connect(m_announcer, &ui::Announcer::snoozeWanted, this, [this](model::ConversationId id) {
        if (m_inbox.pane().conversation() == id && m_window.clearOverlays()) // else nobody sees whom it would be of
            m_inbox.snooze(id);
    });
    const auto forget = [this] {
        if (const model::ConversationId open = m_inbox.pane().conversation(); m_inbox.pane().isLookedAt(open))
            m_announcer->forget(open);
    };
    connect(&m_inbox.pane(), &ui::ConversationPane::rowChanged, m_announcer, forget);
    connect(&m_inbox.pane(), &ui::ConversationPane::lookedAt, m_announcer, forget);
    if (m_loud.isActive())
        quiet(true);
}

void Notices::open(model::ConversationId conversation, model::TimelineItemId item)
{
    m_tray->openWindow();
    // Below a sheet of somebody else its keys would be for what is not seen.
    if (m_window.clearOverlays())
        return m_inbox.openConversation(conversation, item);
    m_window.toasts().offer(
        tr("Finish what is open here, then look at who has written."), tr("Look"), {},
        [this, conversation, item] { open(conversation, item); }, ui::Toasts::kStays);
}

void Notices::addActions()
{
    ui::ActionRegistry &actions = m_window.actions();
    const QString group = tr("Moving around");
    actions.add({.id = "notifications", .text = tr("Notifications"), .icon = "bell", .group = group}, this,
                [this] { showPanel(); });
    actions.add({.id = "closeWindow", .text = tr("Close the window"), .chord = "Ctrl+W", .group = group, .always = true},
                this, [this] { m_window.close(); });
    actions.add({.id = "quit", .text = tr("Quit Tributary"), .chord = "Ctrl+Q", .group = group, .always = true}, this,
                [this] { m_tray->quit(); });
}

void Notices::showPanel()
{
    m_panel->openAt(m_window.rail().besideBell());
}

void Notices::showState()
{
    const client::Status &status = m_workspace.status();
    const bool linked = status.state == client::Status::State::Live || status.state == client::Status::State::CatchingUp;
    m_window.rail().setNews(m_desk->unseen());
    m_tray->setState(m_desk->unseen(), linked, status.outboxCount);
}

void Notices::quiet(bool on)
{
    if (m_announcer)
        m_announcer->muteUntil(on ? std::optional(m_clock.now() + kQuiet) : std::nullopt);
    m_tray->setMuted(on);
    if (on)
        m_loud.start(kQuiet);
    else
        m_loud.stop();
}

} // namespace tributary::app
