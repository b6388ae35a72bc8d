#pragma once

#include "app/desktop/options.h"
#include "core/base/time.h"
#include "core/client/hub_process.h"
#include "core/client/workspace.h"
#include "ui/theme/theme.h"

#include <QSettings>
#include <QTemporaryDir>
#include <memory>

namespace tributary::ui {
class CustomersPage;
class FirstRun;
class InboxPage;
class SettingsSheet;
class ShellWindow;
class SignIn;
struct HubSetup;
} // namespace tributary::ui

namespace tributary::app {

/// From start to inbox: which screen is next, a hub of one's own or of the demo, and the workspace behind the window.
class Session : public QObject {
    Q_OBJECT
public:
    Session(ui::Theme &theme, const Clock &clock, const Options &options);
    ~Session() override;

    void start();
    ui::ShellWindow &window() { return *m_window; }
    client::Workspace &workspace() { return m_workspace; }
    ui::InboxPage *inbox() { return m_inbox; }
    ui::CustomersPage *customers() { return m_customers; }
    /// "inbox", "customers"
    void showSection(const QString &id);
    ui::FirstRun *firstRun() { return m_firstRun; }
    ui::SignIn *signInPage() { return m_signIn; }
    void showFirstRun();
    void showSignIn();
    /// Starts the demo hub and signs in to it.
    void openDemo();
    void showSettings();
    ui::SettingsSheet *settingsSheet() { return m_sheet; }
    /// Ends the hub that this program started: the workspace works on without it.
    void stopHub() { m_hub.stop(); }

signals:
    void inboxReady();
    /// The program cannot go on without somebody (a password, a choice): where --shot stops waiting.
    void needsSomebody();

private:
    void opened(const Result<void> &result);
    void showInbox();
    void serveDemo();
    void showDemoMenu(const QRect &chip);
    /// Starts the program anew, as it was before the demo.
    void leaveDemo();
    void restartHub();
    void startOwnHub(const ui::HubSetup &setup);
    void serveOwnHub(std::function<void(const client::HubProcess::Addresses &)> then);
    void signIn(const QUrl &hub, const QString &email, const QString &password);
    void failed(const QString &words);
    void showAgentMenu(const QPoint &corner);
    void showBroken(const Error &error);
    void showRescued(const client::JournalRescue &rescue);

    ui::Theme &m_theme;
    const Clock &m_clock;
    Options m_options;
    std::unique_ptr<QTemporaryDir> m_demoFolder;
    QSettings m_settings;
    client::Workspace m_workspace;
    client::HubProcess m_hub;
    std::unique_ptr<ui::ShellWindow> m_window;
    ui::FirstRun *m_firstRun = nullptr;
    ui::SignIn *m_signIn = nullptr;
    ui::InboxPage *m_inbox = nullptr;
    ui::CustomersPage *m_customers = nullptr; ///< Made when it is first looked at.
    ui::SettingsSheet *m_sheet = nullptr;     ///< The window's.
    QUrl m_hubUrl;
    client::HubProcess::Addresses m_demo;
    QString m_usualProfile; ///< To come back to from the demo; empty: the usual one.
    bool m_ownHub = false;
};

} // namespace tributary::app
