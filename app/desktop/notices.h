#pragma once

#include "ui/news/announcer.h"
#include "ui/news/news_panel.h"
#include "ui/news/tray.h"

namespace tributary::ui {
class InboxPage;
class SettingsFile;
class ShellWindow;
} // namespace tributary::ui

namespace tributary::app {

/// What the agent is told about: the bell and its list, pop-ups, and the icon beside the clock.
class Notices : public QObject {
    Q_OBJECT
public:
    /// Lives as long as @p window, whose child it is.
    Notices(ui::Theme &theme, const Clock &clock, client::Workspace &workspace, ui::ShellWindow &window,
            ui::InboxPage &inbox, ui::SettingsFile &settings);

    ui::NewsDesk &desk() { return *m_desk; }
    void showPanel();

signals:
    void settingsWanted();

private:
    /// Once the first list is there: the bus is not asked before.
    void startPopUps();
    void open(model::ConversationId conversation, model::TimelineItemId item);
    void addActions();
    void showState();
    void quiet(bool on);

    const Clock &m_clock;
    client::Workspace &m_workspace;
    ui::ShellWindow &m_window;
    ui::InboxPage &m_inbox;
    ui::SettingsFile &m_settings;
    ui::NewsDesk *m_desk;
    ui::NewsPanel *m_panel;
    ui::Tray *m_tray;
    ui::Announcer *m_announcer = nullptr; ///< Null until startPopUps().
    QTimer m_loud;                        ///< Runs while it is quiet.
};

} // namespace tributary::app
