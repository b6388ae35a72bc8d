// The icon beside the clock, where no other service has pop-ups.
#include "ui/news/tray.h"
#include "ui/shell/action_registry.h"

#include <QSignalSpy>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

class TestTray : public QObject {
    Q_OBJECT
private slots:
    void aPopUpOpensWhatItIsAbout_data();
    void aPopUpOpensWhatItIsAbout();
};

void TestTray::aPopUpOpensWhatItIsAbout_data()
{
    QTest::addColumn<QString>("withdrawn");
    QTest::addColumn<bool>("opensIt");
    QTest::newRow("that is up") << "" << true;
    QTest::newRow("while another is withdrawn") << "ben" << true;
    QTest::newRow("until it is withdrawn itself") << "ada" << false;
}

/// What has been read meanwhile is not gone to again; the window still is.
void TestTray::aPopUpOpensWhatItIsAbout()
{
    QFETCH(const QString, withdrawn);
    QFETCH(const bool, opensIt);
    const Theme theme;
    QWidget window;
    ActionRegistry actions(&window);
    Tray tray(theme, actions, window, nullptr);
    const QSignalSpy activated(&tray, &Tray::activated);
    tray.show({.key = "ada", .title = "Ada", .text = "Hello"});
    tray.withdraw(withdrawn);
    emit tray.findChild<QSystemTrayIcon *>()->messageClicked();
    QCOMPARE(activated.size(), opensIt ? 1 : 0);
    QCOMPARE(window.isVisible(), !opensIt);
}

QTEST_MAIN(TestTray)
#include "tst_tray.moc"
