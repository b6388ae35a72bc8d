// The page on which somebody looks after the own sign-in.
#include "core/client/workspace.h"
#include "tests/client/mini_hub.h"
#include "tests/client/waited.h"
#include "ui/settings/security_page.h"
#include "ui/settings/settings_sheet.h"
#include "ui/shell/code_cells.h"
#include "ui/welcome/fingerprint_view.h"

#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace tributary;
using namespace tributary::ui;
using client::testing::waited;

class TestSecurityPage : public QObject {
    Q_OBJECT
private slots:
    void saysHowItStands_data();
    void saysHowItStands();
    void devicesCanBeSignedOutButNotThisOne();
    void theNextDeviceHasTheFocus_data();
    void theNextDeviceHasTheFocus();
    void theSecretDoesNotStay();
    void codesStayUntilTheyAreKept_data();
    void codesStayUntilTheyAreKept();
    void codesAreOfWhoSitsThere();
    void codesThatNobodyKeptAreMadeAnew();
    void codesHoldTheEnd();
    void saysNothingBeforeTheHubHas();
    void withoutTheHubItSaysSo();
    void namesTheFingerprintOfTheHub_data();
    void namesTheFingerprintOfTheHub();

private:
    Theme m_theme;
    client::Workspace m_workspace;
};

void TestSecurityPage::saysHowItStands_data()
{
    QTest::addColumn<bool>("on");
    QTest::addColumn<QString>("words");
    QTest::addColumn<QString>("button");
    QTest::newRow("on") << true << "Recovery codes left: 7."
                        << "Turn off";
    QTest::newRow("off") << false << "Off."
                         << "Set up";
}

void TestSecurityPage::saysHowItStands()
{
    QFETCH(const bool, on);
    QFETCH(const QString, words);
    SecurityPage page(m_theme, m_workspace);
    page.show({.secondFactor = on, .recoveryCodes = 7});
    QVERIFY(page.findChild<TextLabel *>("factorState")->text().contains(words));
    QTEST(page.findChild<Button *>("changeFactor")->text(), "button");
}

void TestSecurityPage::devicesCanBeSignedOutButNotThisOne()
{
    SecurityPage page(m_theme, m_workspace);
    const auto now = SystemClock().now();
    page.show({.devices = {{"01", "tower", now, now, true}, {"02", "laptop", now, now, false}}});
    QStringList outs;
    for (const Button *button : page.findChildren<Button *>()) {
        if (button->text() == "Sign out")
            outs.append(button->accessibleName());
    }
    QCOMPARE(outs, QStringList{"Sign out laptop"});
}

void TestSecurityPage::theNextDeviceHasTheFocus_data()
{
    QTest::addColumn<QString>("out");
    QTest::addColumn<QString>("next");
    QTest::newRow("the first") << "laptop"
                               << "phone";
    QTest::newRow("the last") << "phone"
                              << "laptop";
}

/// So that several are signed out by key; nothing below the sheet may have it.
void TestSecurityPage::theNextDeviceHasTheFocus()
{
    QFETCH(const QString, out);
    QFETCH(const QString, next);
    QWidget window;
    window.resize(1000, 700);
    window.show();
    window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    SettingsSheet sheet(m_theme, &window);
    auto *page = new SecurityPage(m_theme, m_workspace);
    sheet.addPage("lock", page);
    sheet.open();
    const auto now = SystemClock().now();
    const auto show = [page, now](const QStringList &names) {
        client::HubAccess::State state{.devices = {{"01", "tower", now, now, true}}};
        for (const QString &name : names)
            state.devices.push_back({name.toStdString(), name.toStdString(), now, now, false});
        page->show(state);
    };
    const auto button = [page](const QString &name) -> QWidget * {
        for (Button *one : page->findChildren<Button *>()) {
            if (one->isVisible() && one->accessibleName() == "Sign out " + name)
                return one;
        }
        return nullptr;
    };
    show({"laptop", "phone"});
    QTRY_VERIFY(button(out));
    button(out)->setFocus(Qt::TabFocusReason);
    show({next});
    QTRY_VERIFY(button(next) && button(next)->hasFocus());
    show({});
    QTRY_VERIFY(sheet.hasFocus());
}

void TestSecurityPage::theSecretDoesNotStay()
{
    SecurityPage page(m_theme, m_workspace);
    page.resize(500, 700);
    page.QWidget::show();
    page.showSecret({"GEZDGNBVGY3TQOJQ", "otpauth://totp/Shop:ana?secret=GEZDGNBVGY3TQOJQ"});
    auto *secret = page.findChild<TextLabel *>("factorSecret");
    QCOMPARE(secret->text(), QString("GEZD GNBV GY3T QOJQ"));
    QVERIFY(!page.findChild<QLabel *>("factorPicture")->pixmap(Qt::ReturnByValue).isNull());
    QVERIFY(page.findChild<CodeCells *>()->isVisible());
    page.showRecoveryCodes({"ABCD-EFGH", "IJKL-MNOP"});
    QVERIFY(secret->text().isEmpty());
    QVERIFY(page.findChild<QLabel *>("factorPicture")->pixmap(Qt::ReturnByValue).isNull());
    QCOMPARE(page.findChild<TextLabel *>("recoveryCodes")->text(), QString("ABCD-EFGH\nIJKL-MNOP"));
    // What else is done on the page leaves them there: they are shown this once.
    page.show({.secondFactor = true, .recoveryCodes = 8});
    page.read();
    QCOMPARE(page.findChild<TextLabel *>("recoveryCodes")->text(), QString("ABCD-EFGH\nIJKL-MNOP"));
    const auto press = [&page](const QString &text) {
        for (Button *button : page.findChildren<Button *>()) {
            if (button->text() == text)
                return button->click();
        }
        QFAIL("there is no such button");
    };
    press("I have kept them");
    QVERIFY(page.findChild<TextLabel *>("recoveryCodes")->text().isEmpty());
    page.showSecret({"GEZDGNBVGY3TQOJQ", "otpauth://totp/Shop:ana?secret=GEZDGNBVGY3TQOJQ"});
    page.hide();
    page.read();
    QVERIFY(secret->text().isEmpty());
}

void TestSecurityPage::codesStayUntilTheyAreKept_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("a click beside the sheet") << "beside";
    QTest::newRow("Esc") << "escape";
    QTest::newRow("they come when the sheet is closed") << "late";
}

/// The hub gives them this once, and without them and the telephone nobody comes in.
void TestSecurityPage::codesStayUntilTheyAreKept()
{
    QFETCH(const QString, how);
    QWidget window;
    window.resize(1000, 700);
    window.show();
    SettingsSheet sheet(m_theme, &window);
    sheet.addPage("eye", new SettingsPage(m_theme, "Appearance", {}));
    auto *page = new SecurityPage(m_theme, m_workspace);
    sheet.addPage("lock", page);
    const QSignalSpy left(&sheet, &SettingsSheet::workLeft);
    auto *pages = sheet.findChild<QStackedWidget *>();
    const auto clickBeside = [&sheet] { QTest::mouseClick(&sheet, Qt::LeftButton, {}, QPoint(2, 2)); };
    const auto codes = [page] { return page->findChild<TextLabel *>("recoveryCodes")->text(); };
    sheet.open();
    sheet.showPage(1);
    if (how == "late")
        clickBeside();
    page->showRecoveryCodes({"ABCD-EFGH", "IJKL-MNOP"});
    if (how == "beside") {
        clickBeside();
        QVERIFY(sheet.isVisible());
    } else if (how == "escape") {
        QTest::keyClick(&sheet, Qt::Key_Escape);
    }
    QCOMPARE(sheet.isVisible(), how == "beside");
    QCOMPARE(left.size(), how == "beside" ? 0 : 1); // it is said
    sheet.showPage(0);
    sheet.open();
    QCOMPARE(pages->currentIndex(), 1);
    QCOMPARE(codes(), QString("ABCD-EFGH\nIJKL-MNOP"));
    page->findChild<Button *>("codesKept")->click();
    QVERIFY(codes().isEmpty());
    sheet.showPage(0);
    clickBeside();
    QVERIFY(!sheet.isVisible());
    sheet.open();
    QCOMPARE(pages->currentIndex(), 0);
}

/// Whoever comes after them does not see them.
void TestSecurityPage::codesAreOfWhoSitsThere()
{
    MiniHub hub;
    hub.agent = {.id = *model::AgentId::fromText("018f3c2a-7b1e-7c3d-9a55-0123456789ab"), .name = "Ana"};
    QTemporaryDir folder;
    client::Workspace workspace;
    QVERIFY(waited(workspace.open(folder.path())));
    QVERIFY(waited(workspace.signIn(hub.url(), "ana@teapots.example", hub.password)));
    QTRY_VERIFY_WITH_TIMEOUT(workspace.agent().id == hub.agent.id, 20'000);
    SecurityPage page(m_theme, workspace);
    page.showRecoveryCodes({"ABCD-EFGH"});
    QVERIFY(page.holdsWork());
    QVERIFY(waited(workspace.signOut()));
    QTRY_VERIFY(!page.holdsWork());
    QVERIFY(page.findChild<TextLabel *>("recoveryCodes")->text().isEmpty());
}

/// With the password and a code, and until somebody says that they have kept them it is said that nobody has.
void TestSecurityPage::codesThatNobodyKeptAreMadeAnew()
{
    MiniHub hub;
    hub.agent = {.id = *model::AgentId::fromText("018f3c2a-7b1e-7c3d-9a55-0123456789ab"), .name = "Ana"};
    hub.says["/auth/devices"] = R"({"second_factor":true,"recovery_codes":8,"recovery_codes_kept":false})";
    hub.says["/auth/second-factor/codes"] = R"({"recovery_codes":["ABCD-EFGH","IJKL-MNOP"]})";
    QTemporaryDir folder;
    client::Workspace workspace;
    QVERIFY(waited(workspace.open(folder.path())));
    QVERIFY(waited(workspace.signIn(hub.url(), "ana@teapots.example", hub.password)));
    QTRY_VERIFY_WITH_TIMEOUT(workspace.agent().id == hub.agent.id, 20'000);
    SecurityPage page(m_theme, workspace);
    page.resize(500, 900);
    page.QWidget::show();
    auto *state = page.findChild<TextLabel *>("factorState");
    auto *renew = page.findChild<Button *>("renewCodes");
    QVERIFY(renew->isHidden());
    page.read();
    QTRY_VERIFY(state->text().contains("not said that you kept"));
    auto *there = page.findChild<Button *>("codesThere"); // for whom the hub has not heard say so
    QVERIFY(renew->isVisible() && there->isVisible());
    renew->click();
    QVERIFY(!page.findChild<QLabel *>("factorPicture")->isVisible()); // the secret stays the same
    auto *password = page.findChild<QLineEdit *>("factorPassword");
    auto *code = page.findChild<CodeCells *>();
    const auto asked = [&hub] {
        QList<QByteArray> bodies;
        for (const auto &[path, body] : hub.requests) {
            if (path == "/auth/second-factor/codes")
                bodies += body;
        }
        return bodies;
    };
    code->setText("123456"); // without the password it is not sent
    QVERIFY(asked().isEmpty());
    QTest::keyClicks(password, "open sesame");
    QTest::keyClick(password, Qt::Key_Return);
    QTRY_COMPARE(page.findChild<TextLabel *>("recoveryCodes")->text(), QString("ABCD-EFGH\nIJKL-MNOP"));
    QCOMPARE(asked().size(), 1);
    QVERIFY(asked().front().contains("open sesame") && asked().front().contains("123456"));
    QVERIFY(password->text().isEmpty() && code->text().isEmpty());
    hub.says["/auth/devices"] = R"({"second_factor":true,"recovery_codes":8,"recovery_codes_kept":true})";
    page.findChild<Button *>("codesKept")->click();
    QTRY_VERIFY(state->text().contains("Recovery codes left: 8."));
    QVERIFY(renew->isVisible() && !there->isVisible());
    QVERIFY(
        std::ranges::any_of(hub.requests, [](const auto &one) { return one.first == "/auth/second-factor/codes-kept"; }));
}

/// Whoever closes the window has not seen them yet, perhaps.
void TestSecurityPage::codesHoldTheEnd()
{
    QWidget window;
    window.resize(1000, 700);
    window.show();
    SettingsSheet sheet(m_theme, &window);
    sheet.addPage("eye", new SettingsPage(m_theme, "Appearance", {}));
    auto *page = new SecurityPage(m_theme, m_workspace);
    sheet.addPage("lock", page);
    QCOMPARE(sheet.showUnkept(), QString());
    page->showRecoveryCodes({"ABCD-EFGH"});
    for (int i = 0; i < 2; ++i) { // closed, and open at another page
        QCOMPARE(sheet.showUnkept(), QString("Your recovery codes are still to be kept."));
        QVERIFY(sheet.isVisible());
        QCOMPARE(sheet.findChild<QStackedWidget *>()->currentIndex(), 1);
        sheet.showPage(0);
    }
    page->findChild<Button *>("codesKept")->click();
    QCOMPARE(sheet.showUnkept(), QString());
}

void TestSecurityPage::saysNothingBeforeTheHubHas()
{
    SecurityPage page(m_theme, m_workspace);
    QVERIFY(!page.findChild<TextLabel *>("factorState")->text().startsWith("Off"));
    QVERIFY(page.findChild<Button *>("changeFactor")->isHidden());
    page.show(client::HubAccess::State{});
    QVERIFY(page.findChild<TextLabel *>("factorState")->text().startsWith("Off"));
    QVERIFY(!page.findChild<Button *>("changeFactor")->isHidden());
}

void TestSecurityPage::withoutTheHubItSaysSo()
{
    SecurityPage page(m_theme, m_workspace);
    page.read();
    QTRY_VERIFY(page.findChild<TextLabel *>("factorState")->text().contains("needs the hub"));
    QVERIFY(page.findChild<Button *>("changeFactor")->isHidden());
}

void TestSecurityPage::namesTheFingerprintOfTheHub_data()
{
    QTest::addColumn<QUrl>("hub");
    QTest::addColumn<QString>("fingerprint");
    QTest::addColumn<QString>("words");
    QTest::newRow("pinned") << QUrl("wss://hub.shop.test:8440") << "AB:CD:EF:01"
                            << "hub.shop.test is believed by this fingerprint";
    QTest::newRow("trusted by the system") << QUrl("wss://hub.shop.test") << ""
                                           << "trusts";
    QTest::newRow("on this computer") << QUrl("ws://127.0.0.1:8440") << ""
                                      << "on this computer";
}

void TestSecurityPage::namesTheFingerprintOfTheHub()
{
    QFETCH(const QUrl, hub);
    QFETCH(const QString, fingerprint);
    QFETCH(const QString, words);
    SecurityPage page(m_theme, m_workspace);
    page.showHub(hub, fingerprint);
    QVERIFY(page.findChild<TextLabel *>("hubWords")->text().contains(words));
    auto *print = page.findChild<FingerprintView *>("hubFingerprint");
    QCOMPARE(print->fingerprint(), fingerprint);
    QCOMPARE(print->isHidden(), fingerprint.isEmpty());
}

QTEST_MAIN(TestSecurityPage)
#include "tst_security_page.moc"
