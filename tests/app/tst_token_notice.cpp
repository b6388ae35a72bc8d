// Where no keyring answers, somebody is told so where they look, once.
#include "app/desktop/token_notice.h"
#include "core/client/workspace.h"
#include "tests/client/fake_keyring.h"
#include "tests/client/mini_hub.h"
#include "tests/client/waited.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"
#include "ui/shell/toasts.h"

#include <QAbstractButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::app;
using client::testing::waited;
using State = client::Status::State;

class TestTokenNotice : public QObject {
    Q_OBJECT
private slots:
    void aTokenInAFileIsToldOnce_data();
    void aTokenInAFileIsToldOnce();
    void workWithoutAKeyIsTold();
};

void TestTokenNotice::aTokenInAFileIsToldOnce_data()
{
    QTest::addColumn<bool>("absent");
    QTest::addColumn<int>("told");
    QTest::newRow("no keyring") << true << 1;
    QTest::newRow("a keyring") << false << 0;
}

void TestTokenNotice::aTokenInAFileIsToldOnce()
{
    QFETCH(const bool, absent);
    QFETCH(const int, told);
    QTemporaryDir folder;
    FakeKeyring::State keyring;
    keyring.absent = absent;
    MiniHub hub;
    hub.agent = {.id = *model::AgentId::fromText("018f3c2a-7b1e-7c3d-9a55-0123456789ab"), .name = "Ana"};
    ui::SettingsFile settings(folder.filePath("window.ini"));
    ui::Theme theme;
    for (const bool isFirst : {true, false}) {
        client::Workspace workspace;
        workspace.setKeyring(std::make_unique<FakeKeyring>(keyring));
        ui::ShellWindow window(theme, settings);
        auto *notice = new TokenNotice(workspace, window.toasts(), settings, &window);
        const QSignalSpy wanted(notice, &TokenNotice::securityWanted);
        window.resize(900, 700);
        window.show();
        QVERIFY(waited(workspace.open(folder.filePath("profile"))));
        QVERIFY(waited(workspace.signIn(hub.url(), "ana@teapots.example", hub.password)));
        QTRY_VERIFY_WITH_TIMEOUT(workspace.status().state == State::Live, 20'000);
        QCOMPARE(workspace.isTokenInFile(), absent);
        QCOMPARE(window.toasts().count(), isFirst ? told : 0);
        if (window.toasts().count() == 0)
            continue;
        QVERIFY2(window.toasts().newestText().contains("file"), qPrintable(window.toasts().newestText()));
        window.findChild<QAbstractButton *>("toastAction")->click();
        QCOMPARE(wanted.size(), 1);
    }
}

void TestTokenNotice::workWithoutAKeyIsTold()
{
    QTemporaryDir folder;
    ui::SettingsFile settings(folder.filePath("window.ini"));
    ui::Theme theme;
    client::Workspace workspace;
    ui::ShellWindow window(theme, settings);
    new TokenNotice(workspace, window.toasts(), settings, &window);
    emit workspace.workLocked(3);
    QCOMPARE(window.toasts().count(), 1);
    QVERIFY2(window.toasts().newestText().contains("encrypted"), qPrintable(window.toasts().newestText()));
}

QTEST_MAIN(TestTokenNotice)
#include "tst_token_notice.moc"
