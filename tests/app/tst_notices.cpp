// What somebody is told of opens where it is, whatever has become of the window meanwhile.
#include "app/desktop/notices.h"
#include "tests/ui/inbox/open_inbox.h"

#include <QTest>

using namespace tributary;

class TestNotices : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void whatIsToldOfOpensTheWindow_data();
    void whatIsToldOfOpensTheWindow();
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
