#include "ui/shell/edge_overlay.h"

#include <QPushButton>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

using namespace tributary::ui;

class TestEdgeOverlay : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void focusGoesInAndComesBack_data();
    void focusGoesInAndComesBack();
    void whatTakesTheFocusKeepsIt();
    void whatGoesLeavesTheFocusInside();
    void tabStaysInside();
    void standsAtTheFarEdge_data();
    void standsAtTheFarEdge();
    void aClickInsideIsForThePane();

private:
    Theme *m_theme = nullptr;
    QWidget *m_page = nullptr, *m_pane = nullptr;
    QPushButton *m_list = nullptr, *m_first = nullptr, *m_last = nullptr;
    EdgeOverlay *m_over = nullptr;
};

void TestEdgeOverlay::init()
{
    m_theme = new Theme;
    m_page = new QWidget;
    m_page->resize(900, 600);
    m_list = new QPushButton("List", m_page);
    m_pane = new QWidget(m_page);
    m_first = new QPushButton("First", m_pane);
    m_last = new QPushButton("Last", m_pane);
    auto *layout = new QVBoxLayout(m_pane);
    layout->addWidget(m_first);
    layout->addWidget(m_last);
    layout->addStretch(1);
    m_pane->hide();
    m_over = new EdgeOverlay(*m_theme, m_page, 288);
    m_page->show();
    m_page->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_page));
    m_list->setFocus();
}

void TestEdgeOverlay::cleanup()
{
    delete m_page;
    delete m_theme;
}

void TestEdgeOverlay::focusGoesInAndComesBack_data()
{
    QTest::addColumn<QString>("by");
    QTest::newRow("Esc") << "esc";
    QTest::newRow("a click beside it") << "click";
    QTest::newRow("being told to") << "call";
}

void TestEdgeOverlay::focusGoesInAndComesBack()
{
    QFETCH(const QString, by);
    QSignalSpy closed(m_over, &EdgeOverlay::closed);
    m_over->open(m_pane);
    QVERIFY(m_pane->isVisible());
    QVERIFY(m_first->hasFocus());
    if (by == "esc")
        QTest::keyClick(m_first, Qt::Key_Escape);
    else if (by == "click")
        QTest::mouseClick(m_over, Qt::LeftButton, {}, {40, 40});
    else
        m_over->dismiss();
    QVERIFY(!m_over->isOpen());
    QCOMPARE(closed.count(), 1);
    QVERIFY(m_list->hasFocus());
}

void TestEdgeOverlay::whatTakesTheFocusKeepsIt()
{
    QPushButton other("Other", m_page);
    other.show();
    m_over->open(m_pane);
    other.setFocus();
    QVERIFY(!m_over->isOpen());
    QVERIFY(other.hasFocus());
}

/// What had it is gone from the pane, which shows somebody else by now: keys are for the pane all the same.
void TestEdgeOverlay::whatGoesLeavesTheFocusInside()
{
    m_over->open(m_pane);
    m_last->setFocus();
    m_last->clearFocus();
    delete m_last;
    QTRY_VERIFY(m_first->hasFocus());
    QVERIFY(m_over->isOpen());
}

void TestEdgeOverlay::tabStaysInside()
{
    m_over->open(m_pane);
    QTest::keyClick(m_first, Qt::Key_Tab);
    QVERIFY(m_last->hasFocus());
    QTest::keyClick(m_last, Qt::Key_Tab);
    QVERIFY(m_first->hasFocus());
    QTest::keyClick(m_first, Qt::Key_Backtab);
    QVERIFY(m_last->hasFocus());
}

void TestEdgeOverlay::standsAtTheFarEdge_data()
{
    QTest::addColumn<Qt::LayoutDirection>("direction");
    QTest::addColumn<int>("left");
    QTest::newRow("left to right") << Qt::LeftToRight << 700 - 288;
    QTest::newRow("right to left") << Qt::RightToLeft << 0;
}

void TestEdgeOverlay::standsAtTheFarEdge()
{
    QFETCH(const Qt::LayoutDirection, direction);
    QFETCH(int, left);
    m_page->setLayoutDirection(direction);
    m_over->open(m_pane);
    m_page->resize(700, 500);
    QTRY_COMPARE(m_over->size(), QSize(700, 500));
    QTRY_COMPARE(QRect(m_pane->mapTo(m_page, QPoint()), m_pane->size()), QRect(left, 0, 288, 500));
}

void TestEdgeOverlay::aClickInsideIsForThePane()
{
    m_over->open(m_pane);
    QTest::mouseClick(m_pane, Qt::LeftButton, {}, {20, 400});
    QVERIFY(m_over->isOpen());
    QTest::keyClick(m_over, Qt::Key_Escape); // wherever the click has put the focus
    QVERIFY(m_list->hasFocus());
}

QTEST_MAIN(TestEdgeOverlay)
#include "tst_edge_overlay.moc"
