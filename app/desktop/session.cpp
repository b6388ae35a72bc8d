#include "app/desktop/session.h"

#include "app/desktop/notices.h"
#include "app/desktop/token_notice.h"
#include "core/client/customer_import.h"
#include "core/client/own_hub.h"
#include "core/model/permissions.h"
#include "ui/admin/admin_page.h"
#include "ui/admin/audit_page.h"
#include "ui/admin/fields_page.h"
#include "ui/admin/invite_sheet.h"
#include "ui/admin/people_page.h"
#include "ui/admin/reopening_page.h"
#include "ui/admin/roles_page.h"
#include "ui/admin/statuses_page.h"
#include "ui/admin/teams_page.h"
#include "ui/customers/customers_page.h"
#include "ui/inbox/inbox_page.h"
#include "ui/settings/hub_page.h"
#include "ui/settings/security_page.h"
#include "ui/settings/settings_sheet.h"
#include "ui/settings/usual_pages.h"
#include "ui/shell/availability.h"
#include "ui/shell/banner.h"
#include "ui/shell/rail.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/status_line.h"
#include "ui/shell/sync_presenter.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"
#include "ui/welcome/cannot_start.h"
#include "ui/welcome/certificate_page.h"
#include "ui/welcome/first_run.h"
#include "ui/welcome/hub_check.h"
#include "ui/welcome/hub_ready.h"
#include "ui/welcome/join_page.h"
#include "ui/welcome/sign_in.h"

#include <QApplication>
#include <QClipboard>
#include <QDesktopServices>
#include <QDir>
#include <QMenu>
#include <QProcess>
#include <QTimer>

namespace tributary::app {
namespace {

constexpr const char *kDemoEmail = "mara@juniperkiln.example";
constexpr const char *kDemoPassword = "demo-password";

constexpr const char *kKeepSignedIn = "signIn/keep"; ///< As it was said the last time.
constexpr const char *kReach = "hub/reach";
constexpr int kCodesLeftMs = 30'000; ///< Whoever misses it finds them at the next opening of the settings.
const QString kNetwork = QStringLiteral("network");

/// Who can join the hub of this profile; one from before there was a choice is for this computer.
client::HubReach reachIn(const ui::SettingsFile &settings)
{
    return settings.value(kReach).toString() == kNetwork ? client::HubReach::LocalNetwork : client::HubReach::ThisComputer;
}

void keepReach(ui::SettingsFile &settings, client::HubReach reach)
{
    settings.setValue(kReach, reach == client::HubReach::LocalNetwork ? kNetwork : QString());
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
                 + "/window.ini")
{
    m_usualProfile = options.demo ? QString() : options.profile;
    if (m_demoFolder)
        m_options.profile = m_demoFolder->filePath("profile");
    else if (m_options.profile.isEmpty())
        m_options.profile = usualProfile();
    if (!options.demo && options.shots.isEmpty()) // those are gone when they end
        m_workspace.setKeyring(client::systemKeyring());
    m_theme.setOptions(ui::keptAppearance(m_settings));
    m_window = std::make_unique<ui::ShellWindow>(theme, m_settings);
    if (options.shots.isEmpty() && !m_settings.value("window/geometry").isValid())
        m_window->fitToScreen();
    m_window->actions().setSingleKeys(ui::keptSingleKeys(m_settings));
    auto *token = new TokenNotice(m_workspace, m_window->toasts(), m_settings, m_window.get());
    connect(token, &TokenNotice::securityWanted, this, &Session::showSecuritySettings);
    connect(&m_hub, &client::HubProcess::ended, this, [this] { setHubEnded(true); });
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

void Session::showWhenFilled()
{
    constexpr std::chrono::milliseconds kPatience{100};
    auto *patience = new QTimer(this);
    patience->setSingleShot(true);
    connect(patience, &QTimer::timeout, m_window.get(), &QWidget::show);
    const auto isFilled = [patience] {
        if (patience->isActive())
            patience->start(0);
    };
    connect(this, &Session::inboxReady, patience, isFilled);
    connect(this, &Session::needsSomebody, patience, isFilled);
    patience->start(kPatience);
}

void Session::opened(const Result<void> &result)
{
    if (!result)
        return showCannotStart(result.error());
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
        serveOwnHub([this](const client::HubProcess::Addresses &at) { goToOwnHub(at); });
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
        m_check = new ui::HubCheck(m_firstRun);
        connect(m_firstRun, &ui::FirstRun::addressTyped, this, &Session::checkHub);
        connect(m_check, &ui::HubCheck::checked, m_firstRun, [this](const QString &words, bool good) {
            m_firstRun->setAddressVerdict(words, good);
            const auto &unknown = m_check->unknown();
            m_firstRun->setCertificate(unknown ? QString::fromStdString(unknown->problem.seen) : QString(),
                                       unknown ? QString::fromStdString(unknown->problem.pinned) : QString());
        });
        connect(m_firstRun, &ui::FirstRun::demoWanted, this, &Session::openDemo);
        connect(m_firstRun, &ui::FirstRun::startWanted, this, &Session::startOwnHub);
        connect(m_firstRun, &ui::FirstRun::connectWanted, this, &Session::connectTo);
        connect(m_firstRun, &ui::FirstRun::linkGiven, this, &Session::openLink);
    }
    m_saidDemoEnds = false;
    m_window->showPlain(m_firstRun);
    emit needsSomebody();
}

void Session::checkHub(const QUrl &hub)
{
    m_check->check(hub, m_workspace.pinOf(hub));
}

void Session::connectTo(const QUrl &hub, bool compared)
{
    if (m_options.demo)
        return leaveDemoFromFirstRun();
    const auto &unknown = m_check->unknown();
    if (compared && unknown)
        m_workspace.trustHub(hub, unknown->systemTrusts ? std::string() : unknown->problem.seen);
    m_hubUrl = hub;
    // Another host is not told by what token its user is known at this one: who signs in there says so.
    const QUrl known = m_workspace.hubUrl();
    const bool isSameHost = known.host().compare(hub.host(), Qt::CaseInsensitive) == 0
                            || (client::isThisComputer(known.host()) && client::isThisComputer(hub.host()));
    if (m_workspace.status().state == client::Status::State::SignedOut || !isSameHost)
        return showSignIn();
    // Signed in already, and the certificate was what kept it from the hub.
    ui::whenDone(m_workspace.hubMoved(hub), this, [this](const Result<void> &) { showInbox(); });
}

void Session::openLink(const client::JoinLink &link)
{
    if (m_options.demo)
        return leaveDemoFromFirstRun();
    m_hubUrl = link.hub;
    m_firstRun->setBusy(tr("Asking the hub"));
    ui::whenDone(m_workspace.lookAt(link), this, [this, link](const Result<client::Invitation> &found) {
        m_firstRun->setBusy({});
        if (found)
            return showJoin(link, *found);
        if (showedCertificate(found.error()))
            return;
        m_firstRun->setProblem(found.error().kind == Error::Kind::NotFound
                                   ? tr("This link was used already, or has expired. Ask for a new one.")
                                   : ui::SignIn::words(found.error()));
    });
}

void Session::showJoin(const client::JoinLink &link, const client::Invitation &invitation)
{
    m_link = link;
    if (!m_join) {
        m_join = new ui::JoinPage(m_theme);
        connect(m_join, &ui::JoinPage::backWanted, this, &Session::showFirstRun);
        connect(m_join, &ui::JoinPage::joinWanted, this,
                [this](const QString &name, const QString &password, const QString &code) {
                    m_join->setBusy(true);
                    ui::whenDone(m_workspace.join(m_link, name.toStdString(), password.toStdString(), code.toStdString()),
                                 this, [this](const Result<void> &done) {
                                     if (done)
                                         return showInbox();
                                     m_join->setBusy(false);
                                     if (!showedCertificate(done.error()))
                                         m_join->showError(done.error());
                                 });
                });
    }
    m_join->setInvitation(invitation, link.hub.host());
    m_window->showPlain(m_join);
    emit needsSomebody();
}

bool Session::showedCertificate(const Error &error)
{
    const auto problem = client::certificateProblemIn(error);
    if (!problem)
        return false;
    if (problem->pinned.empty()) {
        showFirstRun(); // where it is compared
        m_firstRun->setAddress(m_hubUrl.toString());
    } else {
        showCertificate(*problem);
    }
    return true;
}

void Session::showCertificate(const client::CertificateProblem &problem)
{
    if (!m_certificate) {
        m_certificate = new ui::CertificatePage(m_theme);
        const auto back = [this] {
            if (m_workspace.status().state == client::Status::State::SignedOut)
                return showSignIn();
            m_workspace.tryNow();
            showInbox();
        };
        connect(m_certificate, &ui::CertificatePage::tryAgainWanted, this, back);
        connect(m_certificate, &ui::CertificatePage::workOfflineWanted, this, &Session::showInbox);
        connect(m_certificate, &ui::CertificatePage::connectAnewWanted, this, [this] {
            showFirstRun();
            m_firstRun->setAddress(m_hubUrl.toString());
        });
    }
    m_certificate->setProblem(problem, m_hubUrl.host(), m_workspace.status().completeAsOf.has_value());
    m_window->showPlain(m_certificate);
    emit needsSomebody();
}

void Session::showSignIn()
{
    if (!m_signIn) {
        m_signIn = new ui::SignIn(m_theme);
        m_signIn->setKeep(m_settings.value(kKeepSignedIn, true).toBool());
        connect(m_signIn, &ui::SignIn::signInWanted, this,
                [this](const QString &email, const QString &password, const QString &code, bool keep) {
                    m_settings.setValue(kKeepSignedIn, keep);
                    signIn(m_hubUrl, email, password, code, keep);
                });
        connect(m_signIn, &ui::SignIn::changeHubWanted, this, &Session::showFirstRun);
        connect(m_signIn, &ui::SignIn::workOfflineWanted, this, &Session::workOffline);
        connect(m_signIn, &ui::SignIn::linkGiven, this, [this](const client::JoinLink &link) {
            ui::whenDone(m_workspace.lookAt(link), this, [this, link](const Result<client::Invitation> &found) {
                if (!m_signIn->isVisible())
                    return; // something else was chosen meanwhile
                if (found) {
                    m_hubUrl = link.hub;
                    return showJoin(link, *found);
                }
                if (client::certificateProblemIn(found.error())) {
                    m_hubUrl = link.hub;
                    showedCertificate(found.error());
                    return;
                }
                m_signIn->setLinkProblem(found.error().kind == Error::Kind::NotFound
                                             ? tr("This link was used already, or has expired. Ask for a new one.")
                                             : ui::SignIn::words(found.error()));
            });
        });
    }
    const client::Status &status = m_workspace.status();
    m_signIn->setWorkspace(QString::fromStdString(status.workspace), m_hubUrl.toDisplayString(),
                           QString::fromStdString(m_workspace.agentEmail()), status.completeAsOf.has_value());
    m_window->showPlain(m_signIn);
    emit needsSomebody();
}

void Session::signIn(const QUrl &hub, const QString &email, const QString &password, const QString &code, bool keep)
{
    m_hubUrl = hub;
    if (m_signIn)
        m_signIn->setBusy(true);
    ui::whenDone(m_workspace.signIn(hub, email.toStdString(), password.toStdString(), code.toStdString(), keep), this,
                 [this, attempt = ++m_attempt](const Result<void> &done) {
                     if (attempt != m_attempt) { // somebody is at work: the screen stays as it is
                         if (!done && !(m_signIn && m_signIn->isVisible()))
                             m_window->toasts().add(tr("Not signed in. %1").arg(ui::SignIn::words(done.error())),
                                                    tr("Sign in"), {}, [this] { showSignIn(); });
                         return;
                     }
                     if (m_firstRun)
                         m_firstRun->setBusy({});
                     if (m_signIn)
                         m_signIn->setBusy(false);
                     if (done)
                         return m_tellsHub && m_hubUrl == m_ownHubAt.agents ? showHubReady() : showInbox();
                     if (m_options.demo && !m_ownProfile.isEmpty())
                         return demoFailed(tr("The demo shop could not be opened: %1").arg(ui::SignIn::words(done.error())));
                     if (showedCertificate(done.error()))
                         return;
                     if (!m_signIn || !m_signIn->isVisible())
                         showSignIn();
                     m_signIn->showError(done.error());
                 });
}

void Session::workOffline()
{
    ++m_attempt;
    m_signIn->setBusy(false);
    showInbox();
}

void Session::openDemo()
{
    if (m_firstRun)
        m_firstRun->setBusy(tr("Starting the shop"));
    if (!m_options.demo) { // a profile of its own, so that the shop leaves no trace in the usual one
        m_ownProfile = m_options.profile;
        m_demoFolder = std::make_unique<QTemporaryDir>();
        m_options.demo = true;
        m_options.profile = m_demoFolder->filePath("profile");
        m_workspace.close();
        m_workspace.setKeyring({}); // what signs in there goes with the folder
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
                return demoFailed(tr("The demo shop could not be started: %1").arg(problemIn(started.error())));
            setHubEnded(false);
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
        QCoreApplication::exit(); // without asking the window, which stays in a tray
    else
        m_window->toasts().add(tr("Tributary could not be started again. Close this window to leave the demo."));
}

void Session::leaveDemoFromFirstRun()
{
    if (std::exchange(m_saidDemoEnds, true))
        return leaveDemo();
    m_firstRun->setProblem(
        tr("The demo ends first: Tributary starts again, and asks for all of this once more. Continue again "
           "to go on."));
}

void Session::restartHub()
{
    if (m_hub.isRunning() || m_changesReach)
        return;
    if (m_demo.agents.isValid())
        serveDemo();
    else if (m_ownHub)
        serveOwnHub([this](const client::HubProcess::Addresses &at) { goToOwnHub(at); });
}

void Session::startOwnHub(const ui::HubSetup &setup)
{
    if (m_options.demo) // whatever is made here would go with it
        return leaveDemoFromFirstRun();
    m_firstRun->setBusy(tr("Starting the hub"));
    QDir().mkpath(m_options.profile + "/hub");
    if (setup.reach == reachIn(m_settings))
        return makeOwnHub(setup);
    // An earlier try has begun it otherwise.
    ui::whenDone(m_hub.end(), this, [this, setup](const Result<void> &) { makeOwnHub(setup); });
}

void Session::makeOwnHub(const ui::HubSetup &setup)
{
    const QString data = m_options.profile + "/hub";
    keepReach(m_settings, setup.reach);
    m_ownHubName = setup.hubName;
    const auto serve = [this, setup] {
        serveOwnHub([this, setup](const client::HubProcess::Addresses &addresses) {
            m_settings.setValue("hub/own", true);
            m_tellsHub = setup.reach == client::HubReach::LocalNetwork;
            signIn(addresses.agents, setup.email, setup.password);
        });
    };
    const bool ownerIsThere = m_settings.value("hub/owner").toString() == setup.email;
    if (ownerIsThere && m_settings.value("hub/own").toBool())
        return serve(); // it has run already: the password is asked for, not set
    // A try that got no further than the owner goes on from there, with the password that was typed now.
    const QStringList owner = ownerIsThere ? QStringList{"user", "password", "--data", data, "--email", setup.email}
                                           : QStringList{"user",      "add",    "--data",        data,     "--email",
                                                         setup.email, "--name", setup.ownerName, "--role", "admin"};
    ui::whenDone(m_hub.run(owner, setup.password.toUtf8() + '\n'), this,
                 [this, setup, data, serve](const Result<QByteArray> &added) {
                     if (!added)
                         return failed(tr("The owner could not be created: %1").arg(problemIn(added.error())));
                     m_settings.setValue("hub/owner", setup.email);
                     m_settings.setValue("hub/agentsPort", client::freePort());
                     m_settings.setValue("hub/publicPort", client::freePort());
                     ui::whenDone(m_hub.run({"workspace", "rename", "--data", data, "--name", setup.hubName}), this,
                                  [serve](const Result<QByteArray> &) { serve(); });
                 });
}

void Session::setHubEnded(bool ended)
{
    m_hubEnded = ended;
    if (m_presenter)
        m_presenter->setHubEnded(ended);
    else
        m_window->banner().setText(ended ? ui::hubEndedText() : ui::BannerText());
}

void Session::serveOwnHub(Served then, Told otherwise)
{
    if (m_hub.isRunning() && m_ownHubAt.agents.isValid())
        return then(m_ownHubAt); // an earlier try got so far
    m_ownHub = true;
    const auto port = [this](const char *key) { return m_settings.value(key).toInt(); };
    m_ownHubAddress = client::localNetworkAddress();
    const QStringList words =
        client::ownHubArguments(reachIn(m_settings), port("hub/agentsPort"), port("hub/publicPort"), m_ownHubAddress);
    ui::whenDone(m_hub.start(m_options.profile + "/hub", words), this,
                 [this, then, otherwise](const Result<client::HubProcess::Addresses> &started) {
                     if (started) {
                         setHubEnded(false);
                         m_ownHubAt = *started;
                         // It is our own child that says so: there is nothing to compare here.
                         if (!started->fingerprint.empty())
                             m_workspace.trustHub(started->agents, started->fingerprint);
                         return then(*started);
                     }
                     const int taken = m_settings.value("hub/agentsPort").toInt();
                     const QString words =
                         client::isFree(taken)
                             ? tr("The hub on this computer could not be started: %1").arg(problemIn(started.error()))
                             : tr("The hub on this computer could not be started: another program uses its port, %1. End "
                                  "that program, or restart this computer, and try again.")
                                   .arg(taken);
                     if (otherwise)
                         return otherwise(words);
                     if (m_settings.value("hub/own").toBool()) // it has run before, and is missed
                         setHubEnded(true);
                     failed(words);
                 });
}

void Session::showHubReady()
{
    m_tellsHub = false;
    if (!m_hubReady) {
        m_hubReady = new ui::HubReady(m_theme);
        connect(m_hubReady, &ui::HubReady::goOnWanted, this, &Session::showInbox);
    }
    m_window->showPlain(m_hubReady);
    m_hubReady->setHub(m_ownHubName, ownHubForOthers(), QString::fromStdString(m_ownHubAt.fingerprint));
    emit needsSomebody();
}

QUrl Session::ownHubForOthers() const
{
    if (reachIn(m_settings) != client::HubReach::LocalNetwork || m_ownHubAddress.isNull())
        return {};
    QUrl address = m_ownHubAt.agents;
    address.setHost(m_ownHubAddress.toString());
    return address;
}

bool Session::isAtOwnHub() const
{
    const QUrl at = m_workspace.hubUrl();
    return m_ownHub && client::isThisComputer(at.host()) && at.port() == m_settings.value("hub/agentsPort").toInt();
}

void Session::goToOwnHub(const client::HubProcess::Addresses &at)
{
    if (!isAtOwnHub() || m_workspace.hubUrl() == at.agents)
        return m_workspace.tryNow();
    m_hubUrl = at.agents; // it speaks TLS since
    m_workspace.hubMoved(at.agents);
}

void Session::changeReach(client::HubReach reach, Told done)
{
    if (!isAtOwnHub() || m_changesReach)
        return done(tr("The hub on this computer is being restarted already, or is not the one you are signed in to."));
    const client::HubReach before = reachIn(m_settings);
    m_changesReach = true;
    const auto over = [this, done](const QString &problem) {
        m_changesReach = false;
        done(problem);
    };
    // It says goodbye to the desktops that are connected, which come back by themselves as soon as it listens again.
    ui::whenDone(m_hub.end(), this, [this, reach, before, over](const Result<void> &) {
        keepReach(m_settings, reach);
        serveOwnHub(
            [this, over](const client::HubProcess::Addresses &at) {
                goToOwnHub(at);
                over({});
            },
            [this, before, over](const QString &problem) {
                keepReach(m_settings, before);
                serveOwnHub([this](const client::HubProcess::Addresses &at) { goToOwnHub(at); });
                over(problem);
            });
    });
}

void Session::letNetworkIn()
{
    changeReach(client::HubReach::LocalNetwork, [this](const QString &problem) {
        if (problem.isEmpty())
            m_admin->inviteSheet().showReach(ownHubForOthers(), m_ownHubAt.fingerprint);
        else
            m_admin->inviteSheet().showReachProblem(problem);
    });
}

void Session::addHubPage()
{
    m_hubPage = new ui::HubPage(m_theme, [this] {
        ui::HubPage::Hub hub{.reach = reachIn(m_settings), .forOthers = ownHubForOthers()};
        hub.fingerprint = QString::fromStdString(m_ownHubAt.fingerprint);
        if (!isAtOwnHub())
            hub.whyFixed = tr("You are signed in to another hub now.");
        else if (!model::may(m_workspace.agent(), model::Permission::ManageAgents))
            hub.whyFixed = tr("Your role does not let you change who can join.");
        return hub;
    });
    m_sheet->addPage("server", m_hubPage);
    connect(m_hubPage, &ui::HubPage::reachWanted, this, [this](client::HubReach reach) {
        changeReach(reach, [this](const QString &problem) { m_hubPage->showDone(problem); });
    });
}

void Session::failed(const QString &words)
{
    const bool inFrame = m_inbox && m_window->rail().isVisible(); // whichever section is shown
    const bool elsewhere = inFrame || (m_signIn && m_signIn->isVisible());
    if (m_firstRun)
        m_firstRun->setBusy({});
    if (elsewhere) { // said where somebody looks
        m_window->toasts().add(words);
        return;
    }
    showFirstRun();
    m_firstRun->setProblem(words);
}

void Session::demoFailed(const QString &words)
{
    if (m_ownProfile.isEmpty()) { // it was begun as a demo: leaving it starts the program anew
        failed(words);
        m_window->toasts().add(tr("Leave the demo to work in a profile that is kept."), tr("Leave demo"), {},
                               [this] { leaveDemo(); });
        return;
    }
    m_workspace.close();
    ui::whenDone(m_hub.end(), this, [this, words](const Result<void> &) {
        m_demoFolder.reset();
        m_demo = {};
        m_window->statusLine().setChip({});
        m_options.demo = false;
        m_options.profile = std::exchange(m_ownProfile, {});
        m_workspace.setKeyring(client::systemKeyring());
        QDir().mkpath(m_options.profile);
        ui::whenDone(m_workspace.open(m_options.profile), this, [this, words](const Result<void> &result) {
            if (!result)
                return showCannotStart(result.error());
            m_hubUrl = m_workspace.hubUrl();
            failed(words);
        });
    });
}

void Session::showInbox()
{
    if (!m_inbox) {
        ui::ShellWindow &window = *m_window;
        m_inbox = new ui::InboxPage(m_theme, m_clock, m_workspace, window, m_settings);
        addSections();
        m_presenter =
            new ui::SyncPresenter(m_workspace, m_clock, window.banner(), window.statusLine(), window.rail(), m_inbox);
        m_presenter->setHubEnded(m_hubEnded);
        connect(m_presenter, &ui::SyncPresenter::signInWanted, this, &Session::showSignIn);
        connect(m_presenter, &ui::SyncPresenter::certificateWanted, this, [this] {
            if (const auto &problem = m_workspace.status().certificate)
                showCertificate(*problem);
        });
        connect(m_inbox, &ui::InboxPage::ready, this, &Session::inboxReady);
        connect(m_inbox, &ui::InboxPage::signOutWanted, this, [this] {
            ui::whenDone(m_workspace.signOut(), this, [this](const Result<void> &done) {
                showSignIn();
                if (!done) // the copy is gone, and the link; that nobody is signed in could not be written down
                    m_window->toasts().add(
                        tr("This computer could not keep that you have signed out. Make room on its disk, and "
                           "sign out again."));
            });
        });
        window.actions().add(
            {.id = "settings", .text = tr("Settings"), .icon = "admin", .chord = "Ctrl+,", .group = tr("Moving around")},
            this, [this] { showSettings(); });
        connect(&window.rail(), &ui::Rail::agentMenuWanted, this, &Session::showAgentMenu);
    }
    m_sections->show("inbox");
    m_inbox->takeKeys();
}

QList<ui::Sections::Command> Session::customerCommands()
{
    using model::Permission;
    const auto may = [this](Permission needed) { return model::may(m_workspace.agent(), needed); };
    return {{.id = "addCustomer",
             .text = tr("New customer"),
             .icon = "plus",
             .run = [this] { m_customers->addCustomer(); },
             .may = [may] { return may(Permission::EditCustomers); }},
            {.id = "importCustomers",
             .text = tr("Import customers from a file"),
             .icon = "download",
             .run = [this] { m_customers->importCustomers(); },
             .may = [this] { return !client::CustomerImport::missingFor(m_workspace.agent()); }},
            {.id = "duplicates",
             .text = tr("Customers who may be one person"),
             .icon = "people",
             .run = [this] { m_customers->setView(ui::CustomersPage::View::Duplicates); }},
            {.id = "companies", .text = tr("Companies"), .icon = "people", .run = [this] {
                 m_customers->setView(ui::CustomersPage::View::Companies);
             }}};
}

QList<ui::Sections::Command> Session::adminCommands()
{
    using model::Permission;
    const auto command = [this](const char *id, const QString &text, const char *icon, Permission needed, auto run) {
        return ui::Sections::Command{.id = id, .text = text, .icon = icon, .run = run, .may = [this, needed] {
                                         return model::may(m_workspace.agent(), needed);
                                     }};
    };
    const auto page = [this, command](const char *id, const QString &text, const char *icon, Permission needed, auto which) {
        return command(id, text, icon, needed, [this, which] { m_admin->showPage(&(m_admin->*which)()); });
    };
    using ui::AdminPage;
    return {
        page("adminPeople", tr("Admin: people"), "user", Permission::ManageAgents, &AdminPage::people),
        page("adminRoles", tr("Admin: roles"), "shield", Permission::ManageRoles, &AdminPage::roles),
        page("adminTeams", tr("Admin: teams"), "people", Permission::ManageTeams, &AdminPage::teams),
        page("adminFields", tr("Admin: fields"), "variable", Permission::ManageFields, &AdminPage::fields),
        page("adminStatuses", tr("Admin: statuses"), "check-circle", Permission::ManageFields, &AdminPage::statuses),
        page("adminChannels", tr("Admin: channel accounts"), "plug", Permission::ManageChannels, &AdminPage::reopening),
        page("adminAudit", tr("Admin: audit log"), "log", Permission::SeeAudit, &AdminPage::audit),
        command("invite", tr("Invite a colleague"), "plus", Permission::ManageAgents,
                [this] {
                    m_admin->showPage(&m_admin->people());
                    m_admin->inviteSheet().invite();
                }),
    };
}

void Session::addSections()
{
    ui::ShellWindow &window = *m_window;
    // Both talk to the workspace until the window goes, and so go with it.
    m_sections = new ui::Sections(window, &window);
    m_desk = new ui::SetupDesk(m_workspace, &window);
    m_sections->add({.id = "inbox",
                     .text = tr("Inbox"),
                     .icon = "inbox",
                     .key = "G I",
                     .chord = "Ctrl+1",
                     .panes = ui::InboxPanes,
                     .page = [this] { return m_inbox; }});
    m_sections->add({.id = "customers",
                     .text = tr("Customers"),
                     .icon = "people",
                     .key = "G C",
                     .chord = "Ctrl+2",
                     .panes = ui::CustomersPane,
                     .page = [this]() -> QWidget * {
                         m_customers = new ui::CustomersPage(m_theme, m_clock, m_workspace, *m_window, m_inbox->mergeFlow(),
                                                             m_settings);
                         connect(m_customers, &ui::CustomersPage::customerChosen, this, [this](model::CustomerId customer) {
                             m_sections->show("inbox");
                             m_inbox->openCustomer(customer);
                         });
                         connect(m_customers, &ui::CustomersPage::companyChosen, m_inbox, &ui::InboxPage::openCompany);
                         return m_customers;
                     },
                     .commands = customerCommands()});
    m_sections->add({.id = "admin",
                     .text = tr("Admin"),
                     .icon = "admin",
                     .key = "G T",
                     .chord = "Ctrl+5",
                     .panes = ui::AdminPane,
                     .page =
                         [this] {
                             m_admin = new ui::AdminPage(m_theme, *m_desk, *m_window);
                             m_admin->inviteSheet().setRunsHub([this] { return isAtOwnHub(); });
                             connect(&m_admin->inviteSheet(), &ui::InviteSheet::networkWanted, this, &Session::letNetworkIn);
                             return m_admin;
                         },
                     .isThere = [this] { return ui::AdminPage::isFor(m_workspace.agent()); },
                     .commands = adminCommands()});
    connect(&m_workspace, &client::Workspace::agentChanged, m_sections, &ui::Sections::update);
    connect(m_inbox, &ui::InboxPage::customersWanted, m_sections, [this](const QString &typed) {
        m_sections->show("customers");
        m_customers->showFiltered(typed);
    });
    connect(m_inbox, &ui::InboxPage::accountWanted, m_sections, [this](model::ChannelAccountId account) {
        m_sections->show("admin");
        if (!m_admin)
            return; // nobody who may
        m_admin->showPage(&m_admin->reopening());
        m_admin->reopening().open(account);
    });
    connect(m_inbox, &ui::InboxPage::attentionWanted, m_sections, [this] { m_sections->show("inbox"); });
    connect(m_desk, &ui::SetupDesk::refused, this, [this](const model::CommandBody &body, const QString &words) {
        if (!m_admin || !m_admin->take(body, words))
            m_window->toasts().add(words);
    });
    new ui::Availability(m_workspace, window, &window);
    m_notices = new Notices(m_theme, m_clock, m_workspace, window, *m_inbox, m_settings);
    connect(m_notices, &Notices::settingsWanted, this, &Session::showNewsSettings);
}

void Session::showSettings()
{
    if (!m_sheet) {
        m_sheet = new ui::SettingsSheet(m_theme, m_window.get());
        m_sheet->addPage("eye", ui::appearancePage(m_theme, m_settings));
        m_sheet->addPage("inbox", ui::inboxPage(m_theme, m_workspace));
        m_sheet->addPage("stack", ui::storagePage(m_theme, m_workspace));
        m_securityPage = m_sheet->addPage("lock", new ui::SecurityPage(m_theme, m_workspace));
        m_sheet->addPage("pencil", ui::writingPage(m_theme, m_workspace));
        m_newsPage = m_sheet->addPage("bell", ui::newsPage(m_theme, m_workspace));
        m_sheet->addPage("enter", ui::keysPage(m_theme, m_window->actions(), m_settings));
        if (m_ownHub)
            addHubPage();
        connect(m_sheet, &ui::SettingsSheet::workLeft, this, [this] {
            m_window->toasts().add(
                tr("Your recovery codes are still to be kept."), tr("Show"), {}, [this] { showSettings(); }, kCodesLeftMs);
        });
        m_window->addUnkept(m_sheet, [this] { return m_sheet->showUnkept(); });
    }
    m_sheet->open();
}

void Session::showNewsSettings()
{
    showSettings();
    m_sheet->showPage(m_newsPage);
}

void Session::showSecuritySettings()
{
    showSettings();
    m_sheet->showPage(m_securityPage);
}

void Session::showAgentMenu(const QPoint &corner)
{
    auto *menu = new QMenu(m_window.get());
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const char *id : {"away", "", "settings", "shortcuts", "", "signOut"}) {
        if (QAction *action = m_window->actions().action(QString::fromLatin1(id)))
            menu->addAction(action);
        else
            menu->addSeparator();
    }
    menu->popup(corner - QPoint(0, menu->sizeHint().height()));
}

void Session::showCannotStart(const Error &error)
{
    if (!m_cannotStart) {
        m_cannotStart = new ui::CannotStart(m_theme);
        const auto again = [this] {
            m_cannotStart->setBusy(tr("Opening the files"));
            start();
        };
        connect(m_cannotStart, &ui::CannotStart::tryAgainWanted, this, again);
        connect(m_cannotStart, &ui::CannotStart::goOnWanted, this, again);
        connect(m_cannotStart, &ui::CannotStart::rescueWanted, this, &Session::rescueJournal);
        connect(m_cannotStart, &ui::CannotStart::quitWanted, this, [] { QCoreApplication::exit(1); });
    }
    m_cannotStart->setProblem(error, m_options.profile);
    m_window->showPlain(m_cannotStart);
    emit needsSomebody();
}

void Session::rescueJournal()
{
    m_cannotStart->setBusy(tr("Saving what can be read"));
    ui::whenDone(client::Workspace::rescueJournal(m_options.profile), this,
                 [this](const Result<client::JournalRescue> &rescue) {
                     if (!rescue)
                         return showCannotStart(rescue.error());
                     m_cannotStart->setRescued(*rescue);
                     emit needsSomebody();
                 });
}

} // namespace tributary::app
