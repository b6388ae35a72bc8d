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

#include <algorithm>

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
    void codesThatNobodyKeptAreTold_data();
    void codesThatNobodyKeptAreTold();
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

void TestTokenNotice::codesThatNobodyKeptAreTold_data()
{
    QTest::addColumn<QByteArray>("said");
    QTest::addColumn<bool>("told");
    QTest::newRow("not kept") << QByteArray(R"({"second_factor":true,"recovery_codes":8,"recovery_codes_kept":false})")
                              << true;
    QTest::newRow("kept") << QByteArray(R"({"second_factor":true,"recovery_codes":8,"recovery_codes_kept":true})") << false;
    QTest::newRow("by a hub that does not know") << QByteArray(R"({"second_factor":true,"recovery_codes":8})") << false;
    QTest::newRow("there are none") << QByteArray(R"({"second_factor":false})") << false;
}

/// The program ended before they said so: once at its next start.
void TestTokenNotice::codesThatNobodyKeptAreTold()
{
    QFETCH(const QByteArray, said);
    QFETCH(const bool, told);
    QTemporaryDir folder;
    MiniHub hub;
    hub.agent = {.id = *model::AgentId::fromText("018f3c2a-7b1e-7c3d-9a55-0123456789ab"), .name = "Ana"};
    hub.says["/auth/devices"] = said;
    ui::SettingsFile settings(folder.filePath("window.ini"));
    ui::Theme theme;
    client::Workspace workspace;
    FakeKeyring::State keyring;
    workspace.setKeyring(std::make_unique<FakeKeyring>(keyring));
    ui::ShellWindow window(theme, settings);
    auto *notice = new TokenNotice(workspace, window.toasts(), settings, &window);
    const QSignalSpy wanted(notice, &TokenNotice::securityWanted);
    window.show();
    const auto asked = [&hub] {
        return std::ranges::count(hub.requests, QString("/auth/devices"), &std::pair<QString, QByteArray>::first);
    };
    QVERIFY(waited(workspace.open(folder.filePath("profile"))));
    QVERIFY(waited(workspace.signIn(hub.url(), "ana@teapots.example", hub.password)));
    QTRY_COMPARE_WITH_TIMEOUT(asked(), 1, 20'000);
    QVERIFY(waited(workspace.access().state())); // behind the answer to that
    QCOMPARE(window.toasts().count(), told ? 1 : 0);
    hub.stop();
    QTRY_VERIFY(workspace.status().state == State::Offline);
    hub.start();
    workspace.tryNow();
    QTRY_VERIFY_WITH_TIMEOUT(workspace.status().state == State::Live, 20'000);
    QVERIFY(waited(workspace.access().state()));
    QCOMPARE(asked(), 3); // it asks no more than once
    if (!told)
        return;
    QVERIFY2(window.toasts().newestText().contains("recovery codes"), qPrintable(window.toasts().newestText()));
    window.findChild<QAbstractButton *>("toastAction")->click();
    QCOMPARE(wanted.size(), 1);
}

QTEST_MAIN(TestTokenNotice)
#include "tst_token_notice.moc"
