#pragma once

#include "app/desktop/options.h"
#include "core/base/time.h"
#include "core/client/hub_process.h"
#include "core/client/own_hub.h"
#include "core/client/workspace.h"
#include "ui/shell/sections.h"
#include "ui/shell/settings_file.h"
#include "ui/theme/theme.h"

#include <QHostAddress>
#include <QTemporaryDir>
#include <memory>

namespace tributary::ui {
class AdminPage;
class CannotStart;
class CertificatePage;
class CustomersPage;
class FirstRun;
class HubCheck;
class HubPage;
class HubReady;
class InboxPage;
class JoinPage;
class SettingsSheet;
class SetupDesk;
class ShellWindow;
class SignIn;
class SyncPresenter;
struct HubSetup;
} // namespace tributary::ui

namespace tributary::app {

class Notices;

/// From start to inbox: which screen is next, a hub of one's own or of the demo, and the workspace behind the window.
class Session : public QObject {
    Q_OBJECT
public:
    Session(ui::Theme &theme, const Clock &clock, const Options &options);
    ~Session() override;

    void start();
    /// The window comes with what is in it, so that it is painted once, and empty only where that takes its time.
    void showWhenFilled();
    ui::ShellWindow &window() { return *m_window; }
    client::Workspace &workspace() { return m_workspace; }
    ui::InboxPage *inbox() { return m_inbox; }
    ui::Sections *sections() { return m_sections; }
    ui::AdminPage *admin() { return m_admin; }             ///< Null until it is first shown.
    ui::CustomersPage *customers() { return m_customers; } ///< Likewise.
    ui::FirstRun *firstRun() { return m_firstRun; }
    ui::SignIn *signInPage() { return m_signIn; }
    void showFirstRun();
    void showSignIn();
    /// Whose sign-in page is shown next.
    void setHubUrl(const QUrl &hub) { m_hubUrl = hub; }
    /// The page that says which certificate was not believed.
    void showCertificate(const client::CertificateProblem &problem);
    /// The page on which somebody joins, or chooses a new password.
    void showJoin(const client::JoinLink &link, const client::Invitation &invitation);
    /// Starts the demo hub and signs in to it.
    void openDemo();
    void showSettings();
    void showNewsSettings();
    void showSecuritySettings();
    Notices *notices() { return m_notices; } ///< Null until the inbox is shown.
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
    void addSections();
    /// What the palette offers of them from everywhere.
    QList<ui::Sections::Command> customerCommands();
    QList<ui::Sections::Command> adminCommands();
    void serveDemo();
    void showDemoMenu(const QRect &chip);
    /// Starts the program anew, as it was before the demo.
    void leaveDemo();
    /// Likewise, from the first screen: what is typed there does not come along, which is said first.
    void leaveDemoFromFirstRun();
    void restartHub();
    void startOwnHub(const ui::HubSetup &setup);
    void makeOwnHub(const ui::HubSetup &setup);
    using Served = std::function<void(const client::HubProcess::Addresses &)>;
    using Told = std::function<void(const QString &words)>;
    /// @p otherwise is told why it does not run; without it whoever looks at the window is.
    void serveOwnHub(Served then, Told otherwise = {});
    /// The hub that this program runs has ended by itself, or runs again.
    void setHubEnded(bool ended);
    /// How others reach it, once it has been started; empty: they do not.
    QUrl ownHubForOthers() const;
    void showHubReady();
    /// The hub one is signed in to is that of this profile.
    bool isAtOwnHub() const;
    /// It listens: connects there.
    void goToOwnHub(const client::HubProcess::Addresses &at);
    /// Serves the hub of one's own for others than until now; as it was, where that fails. @p done is told why it did.
    void changeReach(client::HubReach reach, Told done);
    void letNetworkIn();
    void addHubPage();
    void signIn(const QUrl &hub, const QString &email, const QString &password, const QString &code = {}, bool keep = true);
    /// With what is on this computer, whatever becomes of signing in.
    void workOffline();
    void checkHub(const QUrl &hub);
    void connectTo(const QUrl &hub, bool compared);
    void openLink(const client::JoinLink &link);
    /// A hub that was not believed is shown so; whether that was what went wrong.
    bool showedCertificate(const Error &error);
    void failed(const QString &words);
    /// Back to the profile that was open before; nothing that is done from here on goes with the demo's folder.
    void demoFailed(const QString &words);
    void showAgentMenu(const QPoint &corner);
    /// The profile could not be opened.
    void showCannotStart(const Error &error);
    void rescueJournal();

    ui::Theme &m_theme;
    const Clock &m_clock;
    Options m_options;
    std::unique_ptr<QTemporaryDir> m_demoFolder;
    ui::SettingsFile m_settings;
    client::Workspace m_workspace;
    client::HubProcess m_hub;
    std::unique_ptr<ui::ShellWindow> m_window;
    ui::FirstRun *m_firstRun = nullptr;
    ui::SignIn *m_signIn = nullptr;
    ui::CannotStart *m_cannotStart = nullptr;
    ui::CertificatePage *m_certificate = nullptr;
    ui::HubCheck *m_check = nullptr;
    ui::HubReady *m_hubReady = nullptr;
    ui::JoinPage *m_join = nullptr;
    client::JoinLink m_link; ///< The one that is being used.
    ui::InboxPage *m_inbox = nullptr;
    ui::Sections *m_sections = nullptr;
    ui::SetupDesk *m_desk = nullptr;
    ui::AdminPage *m_admin = nullptr;
    ui::CustomersPage *m_customers = nullptr;
    ui::SyncPresenter *m_presenter = nullptr; ///< Null until the inbox is shown.
    ui::SettingsSheet *m_sheet = nullptr;     ///< The window's.
    ui::HubPage *m_hubPage = nullptr;         ///< The sheet's; null: no hub of one's own.
    Notices *m_notices = nullptr;             ///< Likewise.
    int m_newsPage = 0;                       ///< Of the sheet.
    int m_securityPage = 0;                   ///< Likewise.
    QUrl m_hubUrl;
    std::uint64_t m_attempt = 0; ///< To sign in. One that somebody has gone on without changes nothing on the screen.
    client::HubProcess::Addresses m_demo, m_ownHubAt;
    QString m_usualProfile; ///< To come back to from the demo; empty: the usual one.
    QString m_ownProfile;   ///< To come back to when the demo cannot be opened; empty: the window's settings are the demo's.
    bool m_ownHub = false;
    bool m_hubEnded = false;
    bool m_changesReach = false; ///< It is being restarted.
    bool m_tellsHub = false;     ///< How others reach it is shown before the inbox.
    bool m_saidDemoEnds = false; ///< Continue on the first screen leaves the demo.
    QString m_ownHubName;
    QHostAddress m_ownHubAddress; ///< On the local network, when it was started.
};

} // namespace tributary::app
