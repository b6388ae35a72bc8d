// A hub that answers late, or not at all, to somebody who works on without it by then.
#include "app/desktop/session.h"
#include "tests/ui/inbox/made_profile.h"
#include "ui/inbox/inbox_page.h"
#include "ui/shell/controls.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"
#include "ui/welcome/sign_in.h"

#include <QLineEdit>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

class TestLateSignIn : public QObject {
    Q_OBJECT
private slots:
    void whoWorksOnIsNotCalledBack_data();
    void whoWorksOnIsNotCalledBack();
};

void TestLateSignIn::whoWorksOnIsNotCalledBack_data()
{
    QTest::addColumn<bool>("goesOn");
    QTest::newRow("whoever waits is told there") << false;
    QTest::newRow("whoever works on") << true;
}

void TestLateSignIn::whoWorksOnIsNotCalledBack()
{
    QFETCH(const bool, goesOn);
    QTemporaryDir folder;
    testing::makeProfile(folder.filePath("profile"));
    QTcpServer silent; // takes what is said, and says nothing
    QVERIFY(silent.listen(QHostAddress::LocalHost));
    SystemClock clock;
    app::Options options{.profile = folder.filePath("profile")};
    Theme theme;
    app::Session session(theme, clock, options);
    session.window().resize(1200, 800);
    session.start();
    session.window().show();
    const auto isInInbox = [&] { return session.inbox() && session.inbox()->isVisible(); };
    QTRY_VERIFY(isInInbox());
    session.setHubUrl(QUrl(QStringLiteral("http://127.0.0.1:%1").arg(silent.serverPort())));
    session.showSignIn();
    SignIn &page = *session.signInPage();
    QTRY_VERIFY(page.isVisible());
    page.findChild<QLineEdit *>("email")->setText("mara@shop.example");
    page.findChild<QLineEdit *>("password")->setText("a phrase of her own");
    page.findChild<QAbstractButton *>("signInButton")->click();
    QTRY_VERIFY(silent.hasPendingConnections());
    if (goesOn) {
        page.findChild<QAbstractButton *>("workOffline")->click();
        QVERIFY(isInInbox());
    }
    silent.close();
    while (QTcpSocket *one = silent.nextPendingConnection())
        one->abort();
    if (goesOn) {
        QTRY_VERIFY(session.window().toasts().newestText().contains("Not signed in"));
        QVERIFY(isInInbox() && !page.isVisible());
    } else {
        QTRY_VERIFY(page.findChild<QWidget *>("signInError")->isVisible());
        QVERIFY(page.isVisible());
    }
}

QTEST_MAIN(TestLateSignIn)
#include "tst_late_sign_in.moc"
