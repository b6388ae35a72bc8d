// A hub that the program starts itself: whom it lets in, and that an invitation to it works.
#include "app/desktop/session.h"
#include "core/client/own_hub.h"
#include "tests/client/waited.h"
#include "ui/admin/admin_page.h"
#include "ui/admin/invite_sheet.h"
#include "ui/inbox/inbox_page.h"
#include "ui/settings/hub_page.h"
#include "ui/settings/settings_sheet.h"
#include "ui/shell/banner.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"
#include "ui/welcome/fingerprint_view.h"
#include "ui/welcome/first_run.h"
#include "ui/welcome/hub_ready.h"
#include "ui/welcome/sign_in.h"

#include <QAction>
#include <QFile>
#include <QLineEdit>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <unistd.h>

using namespace tributary;
using namespace tributary::ui;
using client::HubReach;
using client::testing::waited;
using State = client::Status::State;

namespace {

constexpr int kSoon = 60'000;
constexpr const char *kPassword = "correct horse battery staple";
constexpr const char *kCoras = "a phrase of her own";

struct Program {
    explicit Program(const QString &profile)
        : options{.profile = profile}
    {
        session.window().resize(1200, 800);
        session.start();
        session.window().show();
    }
    /// Fills the first screen in, as Ana.
    void startHub(int whoCanJoin)
    {
        QTRY_VERIFY_WITH_TIMEOUT(session.firstRun() && session.firstRun()->isVisible(), kSoon);
        FirstRun &page = *session.firstRun();
        page.findChild<QLineEdit *>("hubName")->setText("Teapots");
        page.findChild<QLineEdit *>("ownerName")->setText("Ana");
        page.findChild<QLineEdit *>("ownerEmail")->setText("ana@teapots.example");
        page.findChild<QLineEdit *>("ownerPassword")->setText(kPassword);
        page.findChild<Segment *>("whoCanJoin")->setCurrent(whoCanJoin);
        page.findChild<Button *>("continue")->click();
    }
    HubReady *hubReady() { return session.window().findChild<HubReady *>(); }
    bool isInInbox() { return session.inbox() && session.inbox()->isVisible(); }
    client::Workspace &workspace() { return session.workspace(); }
    bool isLive() { return workspace().status().state == State::Live; }
    Result<client::HubAccess::Link> inviteCora()
    {
        return waited(workspace().access().invite(kPassword, {"cora@teapots.example", "Cora"}));
    }

    Theme theme;
    SystemClock clock;
    app::Options options;
    app::Session session{theme, clock, options};
};

/// Somebody at another computer, who has got the link and nothing else.
void joins(const client::JoinLink &link)
{
    QTemporaryDir folder;
    client::Workspace desk;
    QVERIFY(waited(desk.open(folder.path())));
    const auto in = waited(desk.join(link, "Cora", kCoras));
    QVERIFY2(in, in ? "" : in.error().detail.c_str());
    QTRY_VERIFY_WITH_TIMEOUT(desk.status().state == State::Live, kSoon);
    QCOMPARE(desk.hubUrl(), link.hub);
    QCOMPARE(desk.pinOf(link.hub), link.fingerprint);
}

/// The hub that this process has started; 0: none.
pid_t hubOfThisProgram()
{
    QFile children(QStringLiteral("/proc/self/task/%1/children").arg(::getpid()));
    if (!children.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray &child : children.readAll().simplified().split(' ')) {
        QFile name("/proc/" + child + "/comm");
        if (name.open(QIODevice::ReadOnly) && name.readAll().startsWith("tributary-hub"))
            return child.toInt();
    }
    return 0;
}

} // namespace

class TestOwnHub : public QObject {
    Q_OBJECT
private slots:
    void servesWhoCanJoin_data();
    void servesWhoCanJoin();
    void aHubForTheNetworkIsJoined();
    void aHubForThisComputerLetsTheNetworkInLater();
    void aHubForTheNetworkGoesBackToThisComputer();
    void aHubThatEndsIsMissedUntilItRunsAgain();
    void whoSitsHereNextTypesThePassword();
    void anotherHostIsNotToldTheToken();
    void theDemoIsNotLeftWithoutAWord_data();
    void theDemoIsNotLeftWithoutAWord();
};

void TestOwnHub::servesWhoCanJoin_data()
{
    QTest::addColumn<int>("reach");
    QTest::addColumn<QString>("here");
    QTest::addColumn<QString>("arguments");
    QTest::newRow("this computer") << int(HubReach::ThisComputer) << "192.168.1.5"
                                   << "--listen 127.0.0.1:7 --public 127.0.0.1:8";
    QTest::newRow("the local network") << int(HubReach::LocalNetwork) << "192.168.1.5"
                                       << "--listen 0.0.0.0:7 --public 127.0.0.1:8 --address https://192.168.1.5:7";
    QTest::newRow("on no network now") << int(HubReach::LocalNetwork) << ""
                                       << "--listen 0.0.0.0:7 --public 127.0.0.1:8";
}

void TestOwnHub::servesWhoCanJoin()
{
    QFETCH(const int, reach);
    QFETCH(const QString, here);
    QTEST(client::ownHubArguments(HubReach(reach), 7, 8, QHostAddress(here)).join(' '), "arguments");
}

/// From another address of this machine, as from another computer.
void TestOwnHub::aHubForTheNetworkIsJoined()
{
    QTemporaryDir folder;
    const QHostAddress here = client::localNetworkAddress();
    {
        Program program(folder.filePath("profile"));
        program.startHub(1);
        QTRY_VERIFY_WITH_TIMEOUT(program.hubReady() && program.hubReady()->isVisible(), kSoon);
        const QString address = program.hubReady()->findChild<TextLabel *>("hubReadyAddress")->text();
        const std::string print =
            program.hubReady()->findChild<FingerprintView *>("hubReadyPrint")->fingerprint().toStdString();
        QVERIFY(!print.empty());
        program.hubReady()->findChild<Button *>("hubReadyGoOn")->click();
        QTRY_VERIFY_WITH_TIMEOUT(program.isInInbox() && program.isLive(), kSoon);
        const QUrl own = program.workspace().hubUrl();
        QCOMPARE(own.scheme(), QString("https"));
        QCOMPARE(own.host(), QString("127.0.0.1")); // also where the network is gone
        QCOMPARE(program.workspace().pinOf(own), print);
        const auto made = program.inviteCora();
        QVERIFY2(made, made ? "" : made.error().detail.c_str());
        client::JoinLink link = made->link;
        QCOMPARE(link.fingerprint, print);
        QCOMPARE(link.hub.host(), here.isNull() ? QString("127.0.0.1") : here.toString());
        QCOMPARE(address, here.isNull() ? QString() : link.hub.toString());
        if (here.isNull())
            link.hub.setHost("127.0.0.2");
        joins(link);
    }
    Program again(folder.filePath("profile")); // and the next day
    QTRY_VERIFY_WITH_TIMEOUT(again.isInInbox() && again.isLive(), kSoon);
    QVERIFY(!again.hubReady());
}

void TestOwnHub::aHubForThisComputerLetsTheNetworkInLater()
{
    QTemporaryDir folder;
    Program program(folder.filePath("profile"));
    program.startHub(0);
    QTRY_VERIFY_WITH_TIMEOUT(program.isInInbox() && program.isLive(), kSoon);
    QVERIFY(!program.hubReady());
    QCOMPARE(program.workspace().hubUrl().scheme(), QString("http"));
    const auto made = program.inviteCora();
    QVERIFY2(made, made ? "" : made.error().detail.c_str());
    program.session.sections()->show("admin");
    InviteSheet &sheet = program.session.admin()->inviteSheet();
    sheet.invite();
    sheet.showMade(made);
    auto *letIn = sheet.findChild<QAbstractButton *>("inviteLetIn");
    QVERIFY(letIn->isVisible());
    letIn->click();
    QVERIFY(!letIn->isEnabled());
    QTRY_VERIFY_WITH_TIMEOUT(program.workspace().hubUrl().scheme() == "https" && program.isLive(), kSoon);
    const QHostAddress here = client::localNetworkAddress();
    if (here.isNull()) {
        QTRY_VERIFY(sheet.findChild<QLabel *>("inviteReach")->text().contains("no network"));
        return;
    }
    const auto shown = [&] { return client::joinLinkFrom(sheet.findChild<QLineEdit *>("inviteLink")->text()); };
    QTRY_VERIFY(shown() && shown()->hub.host() == here.toString());
    QCOMPARE(shown()->secret, made->link.secret); // the same link, with another way to the hub
    QVERIFY(!shown()->fingerprint.empty());
    joins(*shown());
}

/// And where it cannot let the network in again it goes on as it was, and says why.
void TestOwnHub::aHubForTheNetworkGoesBackToThisComputer()
{
    QTemporaryDir folder;
    Program program(folder.filePath("profile"));
    program.startHub(1);
    QTRY_VERIFY_WITH_TIMEOUT(program.hubReady() && program.hubReady()->isVisible(), kSoon);
    const QString address = program.hubReady()->findChild<TextLabel *>("hubReadyAddress")->text();
    const QString print = program.hubReady()->findChild<FingerprintView *>("hubReadyPrint")->fingerprint();
    program.hubReady()->findChild<Button *>("hubReadyGoOn")->click();
    QTRY_VERIFY_WITH_TIMEOUT(program.isInInbox() && program.isLive(), kSoon);
    program.session.showSettings();
    auto *page = program.session.settingsSheet()->findChild<HubPage *>();
    QVERIFY(page);
    page->read();
    auto *reach = page->findChild<Segment *>("hubReach");
    auto *restart = page->findChild<Button *>("hubRestart");
    const auto *problem = page->findChild<TextLabel *>("hubReachProblem");
    const auto words = [page] { return page->findChild<TextLabel *>("hubReachWords")->text(); };
    QCOMPARE(reach->current(), int(HubReach::LocalNetwork));
    QCOMPARE(page->findChild<TextLabel *>("hubPageAddress")->text(), address);
    QCOMPARE(page->findChild<FingerprintView *>("hubPagePrint")->fingerprint(), print);
    QVERIFY(!restart->isVisibleTo(page)); // it is so already

    reach->setCurrent(int(HubReach::ThisComputer));
    QVERIFY(restart->isVisibleTo(page) && restart->isEnabled());
    QVERIFY(words().contains("Nobody else reaches the hub any more"));
    restart->click();
    QVERIFY(!restart->isEnabled() && words().contains("being restarted"));
    QTRY_VERIFY_WITH_TIMEOUT(program.workspace().hubUrl().scheme() == "http" && program.isLive(), kSoon);
    QTRY_VERIFY(!restart->isVisibleTo(page));
    QVERIFY(problem->text().isEmpty());
    QCOMPARE(page->findChild<FingerprintView *>("hubPagePrint")->fingerprint(), QString());

    QTcpServer other; // so that nobody can listen everywhere
    const int port = program.workspace().hubUrl().port();
    QVERIFY(other.listen(QHostAddress("127.0.0.2"), quint16(port)));
    QVERIFY(!client::isFree(port));
    reach->setCurrent(int(HubReach::LocalNetwork));
    restart->click();
    QTRY_VERIFY_WITH_TIMEOUT(problem->text().contains(QString::number(port)), kSoon);
    QCOMPARE(reach->current(), int(HubReach::ThisComputer));
    QTRY_VERIFY_WITH_TIMEOUT(program.isLive(), kSoon);
    QCOMPARE(program.workspace().hubUrl().scheme(), QString("http"));
}

/// What says so stays until then.
void TestOwnHub::aHubThatEndsIsMissedUntilItRunsAgain()
{
    QTemporaryDir folder;
    Program program(folder.filePath("profile"));
    program.startHub(0);
    QTRY_VERIFY_WITH_TIMEOUT(program.isInInbox() && program.isLive(), kSoon);
    Banner &banner = program.session.window().banner();
    QVERIFY(!banner.accessibleName().contains("has stopped"));
    const pid_t hub = hubOfThisProgram();
    QVERIFY(hub > 0);
    QCOMPARE(::kill(hub, SIGKILL), 0);
    QTRY_VERIFY_WITH_TIMEOUT(banner.isVisible() && banner.accessibleName().contains("has stopped"), kSoon);
    QVERIFY(!program.session.window().toasts().newestText().contains("has stopped")); // once is enough
    QTRY_VERIFY_WITH_TIMEOUT(!program.isLive(), kSoon);
    QVERIFY(banner.accessibleName().contains("has stopped")); // what the link says besides does not take its place
    emit banner.actionClicked();
    QTRY_VERIFY_WITH_TIMEOUT(program.isLive() && !banner.isVisible(), kSoon);
}

/// After the owner has signed out, "Change" leads to the page that the hub was begun on.
void TestOwnHub::whoSitsHereNextTypesThePassword()
{
    QTemporaryDir folder;
    Program program(folder.filePath("profile"));
    program.startHub(0);
    QTRY_VERIFY_WITH_TIMEOUT(program.isInInbox() && program.isLive(), kSoon);
    program.session.window().actions().action("signOut")->trigger();
    QTRY_VERIFY_WITH_TIMEOUT(program.session.signInPage() && program.session.signInPage()->isVisible(), kSoon);
    program.session.signInPage()->findChild<Button *>("changeHub")->click();
    FirstRun &page = *program.session.firstRun();
    QVERIFY(page.isVisible());
    auto *password = page.findChild<QLineEdit *>("ownerPassword");
    QCOMPARE(password->text(), QString());
    QTest::keyClick(&page, Qt::Key_Return);
    QVERIFY(page.findChild<TextLabel *>("firstRunProblem")->text().contains("12 characters"));
    QCOMPARE(program.workspace().status().state, State::SignedOut);
    password->setText(kPassword); // and with it it goes on
    QTest::keyClick(&page, Qt::Key_Return);
    QTRY_VERIFY_WITH_TIMEOUT(program.isInInbox() && program.isLive(), kSoon);
}

/// "Connect anew", and another hub's address: whose "denied" would take this one's copy away, too.
void TestOwnHub::anotherHostIsNotToldTheToken()
{
    QTemporaryDir folder;
    Program program(folder.path());
    program.startHub(int(HubReach::ThisComputer));
    QTRY_VERIFY_WITH_TIMEOUT(program.isInInbox() && program.isLive(), kSoon);
    const QUrl hub = program.workspace().hubUrl();
    program.session.showFirstRun();
    emit program.session.firstRun()->connectWanted(QUrl("https://another.invalid"), false);
    QTRY_VERIFY_WITH_TIMEOUT(program.session.signInPage() && program.session.signInPage()->isVisible(), kSoon);
    QCOMPARE(program.workspace().hubUrl(), hub);
    program.session.showFirstRun();
    emit program.session.firstRun()->connectWanted(hub, false);
    QTRY_VERIFY_WITH_TIMEOUT(program.isInInbox() && program.isLive(), kSoon);
    QCOMPARE(program.workspace().hubUrl(), hub);
}

void TestOwnHub::theDemoIsNotLeftWithoutAWord_data()
{
    QTest::addColumn<int>("way");
    QTest::addColumn<QString>("address");
    QTest::newRow("a hub here") << int(FirstRun::Way::Start) << "";
    QTest::newRow("an address") << int(FirstRun::Way::Connect) << "hub.example.com";
    QTest::newRow("a link") << int(FirstRun::Way::Connect) << "tributary://join?hub=https%3A%2F%2Fhub.example&secret=abc";
}

/// What is typed does not come along.
void TestOwnHub::theDemoIsNotLeftWithoutAWord()
{
    QFETCH(const int, way);
    QFETCH(const QString, address);
    QTemporaryDir folder;
    Theme theme;
    SystemClock clock;
    app::Options options{.profile = folder.filePath("profile")};
    options.demo = true;
    app::Session session(theme, clock, options);
    session.window().resize(1200, 800);
    session.showFirstRun();
    session.window().show();
    FirstRun &page = *session.firstRun();
    page.findChild<QLineEdit *>("hubName")->setText("Teapots");
    page.findChild<QLineEdit *>("ownerName")->setText("Ana");
    page.findChild<QLineEdit *>("ownerEmail")->setText("ana@teapots.example");
    page.findChild<QLineEdit *>("ownerPassword")->setText(kPassword);
    page.findChild<QLineEdit *>("hubAddress")->setText(address);
    page.choose(FirstRun::Way(way));
    page.findChild<Button *>("continue")->click();
    auto *problem = page.findChild<TextLabel *>("firstRunProblem");
    QVERIFY(problem->isVisible() && problem->text().contains("demo"));
    QCOMPARE(page.findChild<QLineEdit *>("hubAddress")->text(), address);
    QCOMPARE(page.findChild<QLineEdit *>("ownerName")->text(), QString("Ana"));
}

QTEST_MAIN(TestOwnHub)
#include "tst_own_hub.moc"
