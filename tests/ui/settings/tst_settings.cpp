// The settings: what is chosen applies at once, is kept, and can be put back.
#include "core/client/workspace.h"
#include "tests/client/waited.h"
#include "ui/settings/hub_page.h"
#include "ui/settings/settings_sheet.h"
#include "ui/settings/usual_pages.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/settings_file.h"

#include <QApplication>
#include <QLabel>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using client::testing::waited;

class TestSettings : public QObject {
    Q_OBJECT
private slots:
    void appearanceAppliesAndIsKept();
    void nonsenseInTheFileIsTheUsual();
    void storageIsKeptInTheProfile();
    void singleKeysCanBeSwitchedOff();
    void resetPutsAPageBack();
    void aHubOfOnesOwnSaysWhoCanJoin();
    void keysAloneAreEnough();

private:
    QTemporaryDir m_folder;
    QString file() const { return m_folder.filePath(QString::fromLatin1(QTest::currentTestFunction()) + ".ini"); }
    static Segment *segment(QWidget *in, const char *id) { return in->findChild<Segment *>(QString::fromLatin1(id)); }
};

void TestSettings::appearanceAppliesAndIsKept()
{
    Theme theme;
    {
        SettingsFile settings(file());
        const std::unique_ptr<SettingsPage> page(appearancePage(theme, settings));
        QSignalSpy changed(&theme, &Theme::changed);
        segment(page.get(), "appearance-theme")->setCurrent(2);
        QVERIFY(theme.isDark());
        QCOMPARE(changed.size(), 1);
        segment(page.get(), "appearance-contrast")->setCurrent(1);
        segment(page.get(), "appearance-density")->setCurrent(1);
        segment(page.get(), "appearance-text")->setCurrent(4);
        segment(page.get(), "appearance-motion")->setCurrent(1);
    }
    const SettingsFile again(file());
    const Theme::Options kept = keptAppearance(again);
    QVERIFY(kept == theme.options());
    QVERIFY(kept
            == (Theme::Options{.appearance = Theme::Appearance::Dark,
                               .density = Theme::Density::Compact,
                               .highContrast = true,
                               .reducedMotion = true,
                               .textScale = 150}));
}

void TestSettings::nonsenseInTheFileIsTheUsual()
{
    SettingsFile settings(file());
    settings.setValue("appearance/theme", "pink");
    settings.setValue("appearance/text", "-4000");
    settings.setValue("appearance/density", QByteArray("\xff"));
    settings.setValue("appearance/contrast", {});
    settings.setValue("appearance/motion", 12);
    QVERIFY(keptAppearance(settings) == Theme::Options());
}

void TestSettings::storageIsKeptInTheProfile()
{
    Theme theme;
    const QString profile = m_folder.filePath("profile");
    {
        client::Workspace workspace;
        QVERIFY(waited(workspace.open(profile)));
        const std::unique_ptr<SettingsPage> page(storagePage(theme, workspace));
        segment(page.get(), "history-days")->setCurrent(0);
        segment(page.get(), "attachments-megabytes")->setCurrent(2);
        QCOMPARE(workspace.setting("history.days"), std::string("30"));
    }
    client::Workspace workspace;
    QVERIFY(waited(workspace.open(profile)));
    QCOMPARE(workspace.setting("history.days"), std::string("30"));
    QCOMPARE(workspace.setting("attachments.megabytes"), std::string("10240"));
}

void TestSettings::singleKeysCanBeSwitchedOff()
{
    Theme theme;
    QWidget window;
    ActionRegistry actions(&window);
    SettingsFile settings(file());
    const std::unique_ptr<SettingsPage> page(keysPage(theme, actions, settings));
    segment(page.get(), "keys-single")->setCurrent(1);
    QVERIFY(!actions.singleKeys());
    QVERIFY(!keptSingleKeys(settings));
    page->reset();
    QVERIFY(actions.singleKeys());
    QVERIFY(keptSingleKeys(settings));
}

void TestSettings::resetPutsAPageBack()
{
    Theme theme;
    SettingsFile settings(file());
    const std::unique_ptr<SettingsPage> page(appearancePage(theme, settings));
    segment(page.get(), "appearance-theme")->setCurrent(2);
    segment(page.get(), "appearance-text")->setCurrent(5);
    page->findChild<Button *>("resetPage")->click();
    QVERIFY(theme.options() == Theme::Options());
    QCOMPARE(segment(page.get(), "appearance-theme")->current(), 0);
    QCOMPARE(segment(page.get(), "appearance-text")->current(), 1);
}

void TestSettings::aHubOfOnesOwnSaysWhoCanJoin()
{
    using client::HubReach;
    Theme theme;
    HubPage::Hub hub;
    HubPage page(theme, [&hub] { return hub; });
    page.show();
    auto *reach = segment(&page, "hubReach");
    auto *restart = page.findChild<Button *>("hubRestart");
    const auto *problem = page.findChild<QLabel *>("hubReachProblem");
    const auto words = [&page] { return page.findChild<QLabel *>("hubReachWords")->text(); };
    QSignalSpy wanted(&page, &HubPage::reachWanted);
    QVERIFY(words().contains("nobody else reaches the hub"));
    QVERIFY(!restart->isVisibleTo(&page));
    reach->setCurrent(int(HubReach::LocalNetwork));
    QVERIFY(words().contains("certificate") && words().contains("connected again by itself"));
    reach->setCurrent(int(HubReach::ThisComputer)); // nothing is done by looking
    QVERIFY(!restart->isVisibleTo(&page));
    QCOMPARE(wanted.size(), 0);

    reach->setCurrent(int(HubReach::LocalNetwork));
    restart->click();
    QCOMPARE(wanted.size(), 1);
    QVERIFY(wanted[0][0].value<HubReach>() == HubReach::LocalNetwork);
    QVERIFY(!restart->isEnabled() && !reach->isEnabled());
    page.showDone("It could not be done."); // and is as it was
    QCOMPARE(reach->current(), int(HubReach::ThisComputer));
    QVERIFY(reach->isEnabled() && problem->isVisibleTo(&page));
    reach->setCurrent(int(HubReach::LocalNetwork));
    restart->click();
    QVERIFY(problem->text().isEmpty());
    hub = {HubReach::LocalNetwork, QUrl("https://192.168.1.5:7600"), "AB:CD", {}};
    page.showDone({});
    QCOMPARE(reach->current(), int(HubReach::LocalNetwork));
    QVERIFY(!problem->isVisibleTo(&page) && !restart->isVisibleTo(&page));
    QCOMPARE(page.findChild<QLabel *>("hubPageAddress")->text(), QString("https://192.168.1.5:7600"));

    hub.whyFixed = "You are signed in to another hub now.";
    page.read();
    QVERIFY(!reach->isEnabled() && words().contains(hub.whyFixed));
}

void TestSettings::keysAloneAreEnough()
{
    Theme theme;
    theme.install(*qApp);
    QWidget window;
    window.resize(1000, 700);
    window.show();
    QVERIFY(QTest::qWaitForWindowActive(&window));
    SettingsFile settings(file());
    ActionRegistry actions(&window);
    SettingsSheet sheet(theme, &window);
    sheet.addPage("eye", appearancePage(theme, settings));
    sheet.addPage("enter", keysPage(theme, actions, settings));
    sheet.open();
    QVERIFY(sheet.isVisible());
    auto *pages = sheet.findChild<QStackedWidget *>();
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
    QCOMPARE(pages->currentIndex(), 1);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down); // the last one
    QCOMPARE(pages->currentIndex(), 1);
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
    QCOMPARE(QApplication::focusWidget(), static_cast<QWidget *>(segment(&sheet, "keys-single")));
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Right);
    QVERIFY(!actions.singleKeys());
    QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
    QVERIFY(!sheet.isVisible());
}

QTEST_MAIN(TestSettings)
#include "tst_settings.moc"
