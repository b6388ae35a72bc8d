// What somebody is told of opens where it is, whatever has become of the window meanwhile.
#include "app/desktop/notices.h"
#include "tests/ui/inbox/open_inbox.h"
#include "ui/shell/overlay.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"

#include <QTest>

using namespace tributary;

namespace {

class Sheet : public ui::Overlay {
public:
    Sheet(const ui::Theme &theme, QWidget *window, bool holds)
        : Overlay(theme, window, Ground::Scrim)
        , m_holds(holds)
    {
    }
    bool holdsWork() const override { return m_holds; }

private:
    bool m_holds;
};

} // namespace

class TestNotices : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void whatIsToldOfOpensTheWindow_data();
    void whatIsToldOfOpensTheWindow();
    void nothingOpensBelowASheet_data();
    void nothingOpensBelowASheet();
    void snoozingIsOfWhoIsSeen_data();
    void snoozingIsOfWhoIsSeen();
    void onlyWhatIsSeenIsLookedAt_data();
    void onlyWhatIsSeenIsLookedAt();
    void quittingAsksTheWindow_data();
    void quittingAsksTheWindow();

private:
    void furnish() override { new app::Notices(*m_theme, m_clock, *m_workspace, *m_window, *m_page, *m_settings); }
};

void TestNotices::whatIsToldOfOpensTheWindow_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("shown") << "shown";
    QTest::newRow("in the tray") << "hidden";
    QTest::newRow("minimised") << "minimised";
}

void TestNotices::whatIsToldOfOpensTheWindow()
{
    QFETCH(const QString, how);
    if (how == "hidden")
        m_window->hide();
    else if (how == "minimised")
        m_window->showMinimized();
    QCOMPARE(m_window->isMinimized(), how == "minimised");
    emit m_window->findChild<ui::NewsPanel *>()->newsChosen({.conversation = id(3)});
    QVERIFY(m_window->isVisible());
    QVERIFY(!m_window->isMinimized());
    QTRY_VERIFY(isHere(3));
}

void TestNotices::nothingOpensBelowASheet_data()
{
    QTest::addColumn<bool>("holdsWork");
    QTest::newRow("a picker") << false;
    QTest::newRow("a sheet with work in it") << true;
}

/// What lies over the page is of what was open there: keys in it would be for somebody who is not seen any more.
void TestNotices::nothingOpensBelowASheet()
{
    QFETCH(const bool, holdsWork);
    Sheet sheet(*m_theme, m_window.get(), holdsWork);
    sheet.openCentred({300, 200});
    emit m_window->findChild<ui::NewsPanel *>()->newsChosen({.conversation = id(3)});
    QCOMPARE(sheet.isVisible(), holdsWork);
    if (holdsWork) {
        QVERIFY(isHere(0));
        QCOMPARE(m_window->toasts().count(), 1);
        sheet.dismiss();
        m_window->toasts().takeNewestAction();
    }
    QTRY_VERIFY(isHere(3));
    QVERIFY(!sheet.isVisible());
}

void TestNotices::snoozingIsOfWhoIsSeen_data()
{
    QTest::addColumn<bool>("holdsWork");
    QTest::newRow("nothing is in the way") << false;
    QTest::newRow("a sheet with work in it") << true;
}

/// The button of a pop-up: the question names nobody, so it is asked only where its conversation came.
void TestNotices::snoozingIsOfWhoIsSeen()
{
    QFETCH(const bool, holdsWork);
    Sheet sheet(*m_theme, m_window.get(), holdsWork);
    sheet.openCentred({300, 200});
    auto *announcer = m_window->findChild<ui::Announcer *>();
    QVERIFY(announcer);
    emit announcer->openWanted(id(3), {});
    emit announcer->snoozeWanted(id(3));
    (void)conversation(3); // asked behind it
    QCoreApplication::processEvents();
    if (!holdsWork) {
        QTRY_VERIFY(isHere(3));
        QTRY_VERIFY(m_window->picker().isVisible());
        return;
    }
    QVERIFY(sheet.isVisible() && isHere(0));
    QVERIFY(!m_window->picker().isVisible());
}

void TestNotices::onlyWhatIsSeenIsLookedAt_data()
{
    QTest::addColumn<int>("textScale");
    QTest::addColumn<QStringList>("actions");
    QTest::addColumn<bool>("lookedAt");
    QTest::newRow("beside the list") << 100 << QStringList{"back"} << true;
    QTest::newRow("behind the list") << 200 << QStringList{"back"} << false;
    QTest::newRow("in the place of the list") << 200 << QStringList{"back", "open"} << true;
}

/// What is not is told of, though the list stands on it.
void TestNotices::onlyWhatIsSeenIsLookedAt()
{
    QFETCH(const int, textScale);
    QFETCH(const QStringList, actions);
    QFETCH(const bool, lookedAt);
    m_theme->setOptions({.textScale = textScale});
    m_window->resize(1100, 700); // where they take turns if the text is large
    QTRY_COMPARE(m_window->width(), 1100);
    for (const QString &action : actions)
        m_window->actions().action(action)->trigger();
    QTRY_VERIFY(isHere(0));
    auto *announcer = m_window->findChild<ui::Announcer *>();
    QVERIFY(announcer && m_window->isActiveWindow());
    QTRY_COMPARE(announcer->isLookedAt(id(0)), lookedAt);
    QVERIFY(!announcer->isLookedAt(id(1)));
}

void TestNotices::quittingAsksTheWindow_data()
{
    QTest::addColumn<bool>("inTray");
    QTest::newRow("shown") << false;
    QTest::newRow("in the tray") << true;
}

/// What is not kept holds it, wherever the window is.
void TestNotices::quittingAsksTheWindow()
{
    QFETCH(const bool, inTray);
    m_window->addUnkept(this, [] { return QString("Codes."); });
    if (inTray)
        m_window->hide();
    m_window->actions().action("quit")->trigger();
    QVERIFY(m_window->isVisible());
    m_window->actions().action("quit")->trigger();
    QVERIFY(!m_window->isVisible());
}

QTEST_MAIN(TestNotices)
#include "tst_notices.moc"
