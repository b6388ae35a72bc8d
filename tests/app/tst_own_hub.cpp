// A hub that the program starts itself: whom it lets in, and that an invitation to it works.
#include "app/desktop/session.h"
#include "core/client/own_hub.h"
#include "ui/admin/admin_page.h"
#include "ui/admin/invite_sheet.h"
#include "ui/inbox/inbox_page.h"
#include "ui/shell/shell_window.h"
#include "ui/welcome/fingerprint_view.h"
#include "ui/welcome/first_run.h"
#include "ui/welcome/hub_ready.h"

#include <QLineEdit>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using client::HubReach;
using State = client::Status::State;

namespace {

constexpr int kSoon = 60'000;
constexpr const char *kPassword = "correct horse battery staple";
constexpr const char *kCoras = "a phrase of her own";

template<class T>
T waited(QFuture<T> future)
{
    if (!QTest::qWaitFor([&] { return future.isFinished(); }, kSoon))
        qFatal("a future was never finished");
    return future.result();
}

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

} // namespace

class TestOwnHub : public QObject {
    Q_OBJECT
private slots:
    void servesWhoCanJoin_data();
    void servesWhoCanJoin();
    void aHubForTheNetworkIsJoined();
    void aHubForThisComputerLetsTheNetworkInLater();
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

QTEST_MAIN(TestOwnHub)
#include "tst_own_hub.moc"
