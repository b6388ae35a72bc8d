#include "app/desktop/session.h"

#include "ui/customers/customers_page.h"
#include "ui/inbox/inbox_page.h"
#include "ui/settings/settings_sheet.h"
#include "ui/settings/usual_pages.h"
#include "ui/shell/banner.h"
#include "ui/shell/rail.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/status_line.h"
#include "ui/shell/sync_presenter.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"
#include "ui/welcome/first_run.h"
#include "ui/welcome/hub_check.h"
#include "ui/welcome/sign_in.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QMenu>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QTcpServer>

namespace tributary::app {
namespace {

constexpr const char *kDemoEmail = "mara@juniperkiln.example";
constexpr const char *kDemoPassword = "demo-password";

/// A port that is free now. It is kept for the hub of this profile, so that its address stays the same.
int freePort()
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost, 0) ? probe.serverPort() : 0;
}

/// The hub's own words, without the name of its program.
QString problemIn(const Error &error)
{
    QString words = QString::fromStdString(error.detail);
    const QString program = QStringLiteral("tributary-hub: ");
    return words.startsWith(program) ? words.mid(program.size()) : words;
}

} // namespace

Session::Session(ui::Theme &theme, const Clock &clock, const Options &options)
    : m_theme(theme)
    , m_clock(clock)
    , m_options(options)
    , m_demoFolder(options.demo && options.profile.isEmpty() ? std::make_unique<QTemporaryDir>() : nullptr)
    , m_settings((m_demoFolder                ? m_demoFolder->path()
                  : options.profile.isEmpty() ? usualProfile()
                                              : options.profile)
                     + "/window.ini",
                 QSettings::IniFormat)
{
    m_usualProfile = options.demo ? QString() : options.profile;
    if (m_demoFolder)
        m_options.profile = m_demoFolder->filePath("profile");
    else if (m_options.profile.isEmpty())
        m_options.profile = usualProfile();
    m_theme.setOptions(ui::keptAppearance(m_settings));
    m_window = std::make_unique<ui::ShellWindow>(theme, m_settings);
    m_window->actions().setSingleKeys(ui::keptSingleKeys(m_settings));
    connect(&m_hub, &client::HubProcess::ended, this, [this] {
        m_window->toasts().add(tr("The hub on this computer has stopped. What you write is kept."), tr("Start it again"), {},
                               [this] { restartHub(); });
    });
    connect(&m_window->banner(), &ui::Banner::actionClicked, this, &Session::restartHub);
    connect(&m_window->statusLine(), &ui::StatusLine::chipClicked, this, &Session::showDemoMenu);
}

Session::~Session()
{
    m_window.reset(); // before the workspace its pages look at
    m_workspace.close();
    m_hub.stop();
}

void Session::start()
{
    QDir().mkpath(m_options.profile);
    ui::whenDone(m_workspace.open(m_options.profile), this, [this](const Result<void> &result) { opened(result); });
}

void Session::opened(const Result<void> &result)
{
    if (!result)
        return showBroken(result.error());
    if (const auto waiting = m_workspace.status().waitingForNewer; waiting > 0)
        m_window->toasts().add(
            tr("%n changes were made with a newer version of Tributary. They are kept, and sent when it runs again.",
               nullptr, int(waiting)));
    const bool known = m_workspace.status().state != client::Status::State::SignedOut;
    if (m_options.demo && !known)
        return openDemo();
    if (!m_options.hub.isEmpty())
        m_hubUrl = m_options.hub;
    else
        m_hubUrl = m_workspace.hubUrl();
    if (m_settings.value("hub/own").toBool())
        serveOwnHub([this](const client::HubProcess::Addresses &) { m_workspace.tryNow(); });
    if (known)
        return showInbox();
    if (!m_hubUrl.isEmpty())
        return showSignIn();
    showFirstRun();
}

void Session::showFirstRun()
{
    if (!m_firstRun) {
        m_firstRun = new ui::FirstRun(m_theme);
        auto *check = new ui::HubCheck(m_firstRun);
        connect(m_firstRun, &ui::FirstRun::addressTyped, check, &ui::HubCheck::check);
        connect(check, &ui::HubCheck::checked, m_firstRun, &ui::FirstRun::setAddressVerdict);
        connect(m_firstRun, &ui::FirstRun::demoWanted, this, &Session::openDemo);
        connect(m_firstRun, &ui::FirstRun::startWanted, this, &Session::startOwnHub);
        connect(m_firstRun, &ui::FirstRun::connectWanted, this, [this](const QUrl &hub) {
            m_hubUrl = hub;
            showSignIn();
        });
    }
    m_window->showPlain(m_firstRun);
    emit needsSomebody();
}

void Session::showSignIn()
{
    if (!m_signIn) {
        m_signIn = new ui::SignIn(m_theme);
        connect(m_signIn, &ui::SignIn::signInWanted, this,
                [this](const QString &email, const QString &password) { signIn(m_hubUrl, email, password); });
        connect(m_signIn, &ui::SignIn::changeHubWanted, this, &Session::showFirstRun);
        connect(m_signIn, &ui::SignIn::workOfflineWanted, this, &Session::showInbox);
    }
    const client::Status &status = m_workspace.status();
    m_signIn->setWorkspace(QString::fromStdString(status.workspace), m_hubUrl.toDisplayString(),
                           QString::fromStdString(m_workspace.agentEmail()), status.completeAsOf.has_value());
    m_window->showPlain(m_signIn);
    emit needsSomebody();
}

void Session::signIn(const QUrl &hub, const QString &email, const QString &password)
{
    m_hubUrl = hub;
    if (m_signIn)
        m_signIn->setBusy(true);
    ui::whenDone(m_workspace.signIn(hub, email.toStdString(), password.toStdString()), this,
                 [this](const Result<void> &done) {
                     if (done)
                         return showInbox();
                     if (m_firstRun)
                         m_firstRun->setBusy({});
                     if (!m_signIn || !m_signIn->isVisible())
                         showSignIn();
                     m_signIn->showError(done.error());
                 });
}

void Session::openDemo()
{
    if (m_firstRun)
        m_firstRun->setBusy(tr("Starting the shop"));
    if (!m_options.demo) { // a profile of its own, so that the shop leaves no trace in the usual one
        m_demoFolder = std::make_unique<QTemporaryDir>();
        m_options.demo = true;
        m_options.profile = m_demoFolder->filePath("profile");
        m_workspace.close();
        return start();
    }
    if (!m_demoFolder)
        m_demoFolder = std::make_unique<QTemporaryDir>();
    serveDemo();
}

void Session::serveDemo()
{
    const QString data = m_demoFolder->filePath("hub");
    QDir().mkpath(data);
    const bool again = m_demo.agents.isValid();
    const auto at = [](const QUrl &url) { return QStringLiteral("127.0.0.1:%1").arg(url.port()); };
    const QStringList ports =
        again ? QStringList{"--listen", at(m_demo.agents), "--public", at(m_demo.customers)} : QStringList{};
    ui::whenDone(
        m_hub.start(data, ports, "demo"), this, [this, again](const Result<client::HubProcess::Addresses> &started) {
            if (!started)
                return failed(tr("The demo shop could not be started: %1").arg(problemIn(started.error())));
            m_demo = *started;
            m_window->statusLine().setChip(
                tr("Demo"), tr("The shop's page, where you can write as a customer: %1").arg(m_demo.customers.toString()));
            if (again)
                m_workspace.tryNow();
            else
                signIn(m_demo.agents, kDemoEmail, kDemoPassword);
        });
}

void Session::showDemoMenu(const QRect &chip)
{
    auto *menu = new QMenu(m_window.get());
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("The shop's page: %1").arg(m_demo.customers.toString()))->setEnabled(false);
    menu->addAction(tr("Open it and write as a customer"), this, [this] { QDesktopServices::openUrl(m_demo.customers); });
    menu->addAction(tr("Copy its address"), this,
                    [this] { QApplication::clipboard()->setText(m_demo.customers.toString()); });
    menu->addSeparator();
    menu->addAction(tr("Leave demo"), this, &Session::leaveDemo);
    const QSize size = menu->sizeHint();
    menu->popup(chip.topLeft() - QPoint(std::max(0, size.width() - chip.width()), size.height() + 4));
}

void Session::leaveDemo()
{
    QStringList arguments;
    if (!m_usualProfile.isEmpty())
        arguments << "--profile" << m_usualProfile;
    // The demo's folder goes with this program; nothing of it is left in the next one.
    if (QProcess::startDetached(QCoreApplication::applicationFilePath(), arguments))
        QCoreApplication::quit();
    else
        m_window->toasts().add(tr("Tributary could not be started again. Close this window to leave the demo."));
}

void Session::restartHub()
{
    if (m_hub.isRunning())
        return;
    if (m_demo.agents.isValid())
        serveDemo();
    else if (m_ownHub)
        serveOwnHub([this](const client::HubProcess::Addresses &) { m_workspace.tryNow(); });
}

void Session::startOwnHub(const ui::HubSetup &setup)
{
    m_firstRun->setBusy(tr("Starting the hub"));
    const QString data = m_options.profile + "/hub";
    QDir().mkpath(data);
    const QStringList owner{"user",      "add",    "--data",        data,     "--email",
                            setup.email, "--name", setup.ownerName, "--role", "admin"};
    ui::whenDone(m_hub.run(owner, setup.password.toUtf8() + '\n'), this,
                 [this, setup, data](const Result<QByteArray> &added) {
                     if (!added)
                         return failed(tr("The owner could not be created: %1").arg(problemIn(added.error())));
                     const auto serve = [this, setup](const Result<QByteArray> &) {
                         m_settings.setValue("hub/own", true);
                         m_settings.setValue("hub/agentsPort", freePort());
                         m_settings.setValue("hub/publicPort", freePort());
                         serveOwnHub([this, setup](const client::HubProcess::Addresses &addresses) {
                             signIn(addresses.agents, setup.email, setup.password);
                         });
                     };
                     ui::whenDone(m_hub.run({"workspace", "rename", "--data", data, "--name", setup.hubName}), this, serve);
                 });
}

void Session::serveOwnHub(std::function<void(const client::HubProcess::Addresses &)> then)
{
    m_ownHub = true;
    const auto at = [this](const char *key) { return QStringLiteral("127.0.0.1:%1").arg(m_settings.value(key).toInt()); };
    const QStringList ports{"--listen", at("hub/agentsPort"), "--public", at("hub/publicPort")};
    ui::whenDone(m_hub.start(m_options.profile + "/hub", ports), this,
                 [this, then](const Result<client::HubProcess::Addresses> &started) {
                     if (started)
                         return then(*started);
                     failed(tr("The hub on this computer could not be started: %1").arg(problemIn(started.error())));
                 });
}

void Session::failed(const QString &words)
{
    if (m_firstRun) {
        m_firstRun->setBusy({});
        m_firstRun->setProblem(words);
        return;
    }
    if (!m_inbox)
        showFirstRun();
    if (m_firstRun)
        m_firstRun->setProblem(words);
    m_window->toasts().add(words);
}

void Session::showInbox()
{
    if (!m_inbox) {
        ui::ShellWindow &window = *m_window;
        m_inbox = new ui::InboxPage(m_theme, m_clock, m_workspace, window, m_settings);
        window.rail().addSection("inbox", tr("Inbox"), "inbox", tr("Inbox"));
        window.rail().addSection("customers", tr("Customers"), "people", tr("Customers (G then C)"));
        connect(&window.rail(), &ui::Rail::sectionChosen, this, &Session::showSection);
        window.actions().add({.id = "goInbox",
                              .text = tr("Go to the inbox"),
                              .icon = "inbox",
                              .key = "G I",
                              .chord = "Ctrl+1",
                              .group = tr("Moving around")},
                             this, [this] { showSection("inbox"); });
        window.actions().add({.id = "goCustomers",
                              .text = tr("Go to customers"),
                              .icon = "people",
                              .key = "G C",
                              .chord = "Ctrl+2",
                              .group = tr("Moving around")},
                             this, [this] { showSection("customers"); });
        auto *presenter =
            new ui::SyncPresenter(m_workspace, m_clock, window.banner(), window.statusLine(), window.rail(), m_inbox);
        connect(presenter, &ui::SyncPresenter::signInWanted, this, &Session::showSignIn);
        connect(m_inbox, &ui::InboxPage::ready, this, &Session::inboxReady);
        connect(m_inbox, &ui::InboxPage::signOutWanted, this,
                [this] { ui::whenDone(m_workspace.signOut(), this, [this](const Result<void> &) { showSignIn(); }); });
        window.actions().add(
            {.id = "settings", .text = tr("Settings"), .icon = "admin", .chord = "Ctrl+,", .group = tr("Moving around")},
            this, [this] { showSettings(); });
        connect(&window.rail(), &ui::Rail::agentMenuWanted, this, &Session::showAgentMenu);
    }
    showSection("inbox");
}

void Session::showSection(const QString &id)
{
    if (!m_inbox)
        return;
    if (id == u"customers" && !m_customers) {
        m_customers = new ui::CustomersPage(m_theme, m_clock, m_workspace, *m_window, m_inbox->mergeFlow());
        connect(m_customers, &ui::CustomersPage::customerChosen, this, [this](model::CustomerId customer) {
            showSection("inbox");
            m_inbox->openCustomer(customer);
        });
    }
    m_window->rail().setCurrent(id);
    if (id == u"customers")
        m_window->showSection(m_customers);
    else
        m_window->showSection(m_inbox);
}

void Session::showSettings()
{
    if (!m_sheet) {
        m_sheet = new ui::SettingsSheet(m_theme, m_window.get());
        m_sheet->addPage("eye", ui::appearancePage(m_theme, m_settings));
        m_sheet->addPage("stack", ui::storagePage(m_theme, m_workspace));
        m_sheet->addPage("enter", ui::keysPage(m_theme, m_window->actions(), m_settings));
    }
    m_sheet->open();
}

void Session::showAgentMenu(const QPoint &corner)
{
    auto *menu = new QMenu(m_window.get());
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const char *id : {"settings", "shortcuts", "", "signOut"}) {
        if (QAction *action = m_window->actions().action(QString::fromLatin1(id)))
            menu->addAction(action);
        else
            menu->addSeparator();
    }
    menu->popup(corner - QPoint(0, menu->sizeHint().height()));
}

void Session::showBroken(const Error &error)
{
    // A page of its own with what is safe and what can be done; the window shows nothing else.
    QMessageBox box(m_window.get());
    box.setIcon(QMessageBox::Warning);
    QPushButton *aside = nullptr;
    if (error.kind == Error::Kind::Conflict) {
        box.setText(tr("Tributary is open already with this profile."));
        box.setInformativeText(tr("Use that window, or start with another profile."));
    } else {
        box.setText(tr("The file with your unsent work is damaged."));
        box.setInformativeText(
            tr("Nothing has been changed. The hub still has everything it has received. What can still be "
               "read of your unsent work and drafts can be saved; the damaged file is kept."));
        if (error.kind == Error::Kind::Corrupt)
            aside = box.addButton(tr("Save and go on"), QMessageBox::AcceptRole);
    }
    box.addButton(tr("Quit"), QMessageBox::RejectRole);
    box.setDetailedText(QString::fromStdString(error.detail));
    box.exec();
    if (aside && box.clickedButton() == aside) {
        ui::whenDone(client::Workspace::rescueJournal(m_options.profile), this,
                     [this](const Result<client::JournalRescue> &rescue) {
                         if (!rescue)
                             return showBroken(rescue.error());
                         showRescued(*rescue);
                         start();
                     });
        return;
    }
    QMetaObject::invokeMethod(
        qApp, [] { QCoreApplication::exit(1); }, Qt::QueuedConnection);
}

void Session::showRescued(const client::JournalRescue &rescue)
{
    QMessageBox box(m_window.get());
    box.setIcon(QMessageBox::Information);
    box.setText(rescue.commands + rescue.cameBack + rescue.drafts > 0
                    ? tr("What could be read of your unsent work was saved.")
                    : tr("No unsent work could be found in the damaged file."));
    QStringList saved{
        //: %n is the number of replies, notes and changes that were not sent yet.
        tr("Not sent yet, and sent when the hub is reached: %n", nullptr, int(rescue.commands)),
        tr("Needing your decision: %n", nullptr, int(rescue.cameBack)), tr("Drafts: %n", nullptr, int(rescue.drafts)),
        tr("Look through your last replies: what the damaged part held is not among them. The damaged file is %1.")
            .arg(QString::fromStdString(rescue.damaged.string()))};
    box.setInformativeText(saved.join("\n"));
    box.addButton(QMessageBox::Ok);
    box.exec();
}

} // namespace tributary::app
