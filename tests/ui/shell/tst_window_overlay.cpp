#include "ui/shell/overlay.h"

#include <QPainter>
#include <QTest>

using namespace tributary::ui;

namespace {

/// A window full of one widget that notes what of it is painted.
class Below : public QWidget {
public:
    explicit Below(QWidget *window)
        : QWidget(window)
    {
        setAttribute(Qt::WA_OpaquePaintEvent); // as panes are, whom their parent does not paint
    }
    QRegion painted;

protected:
    void paintEvent(QPaintEvent *event) override
    {
        painted += event->region();
        QPainter(this).fillRect(event->rect(), Qt::white);
    }
};

constexpr QSize kPanel{200, 100}, kSmaller{200, 60};

} // namespace

/// What lies below is painted again where something changes, and nowhere else: the frame behind a key waits for it.
class TestWindowOverlay : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void aClearOneIsPaintedWhereItsPanelIs();
    void aScrimIsPaintedWhole();
    void aPanelThatGrowsIsPaintedAlone_data();
    void aPanelThatGrowsIsPaintedAlone();
    void aClickBesideClosesIt_data();
    void aClickBesideClosesIt();
    void focusThatGoesIsTheTopmosts_data();
    void focusThatGoesIsTheTopmosts();

private:
    /// What is painted by the next frame.
    QRegion after(const std::function<void()> &what);
    Overlay &make(Overlay::Ground ground);

    Theme *m_theme = nullptr;
    QWidget *m_window = nullptr;
    Below *m_below = nullptr;
};

void TestWindowOverlay::init()
{
    m_theme = new Theme;
    m_window = new QWidget;
    m_window->resize(900, 600);
    m_below = new Below(m_window);
    m_below->resize(m_window->size());
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
}

void TestWindowOverlay::cleanup()
{
    delete m_window;
    delete m_theme;
}

QRegion TestWindowOverlay::after(const std::function<void()> &what)
{
    const auto frame = [this] {
        m_below->painted = {};
        return QTest::qWaitFor([this] { return !m_below->painted.isEmpty(); });
    };
    m_below->update(0, 0, 1, 1);
    if (!frame()) // with whatever there was to be painted still
        return {};
    what();
    return frame() ? m_below->painted : QRegion();
}

Overlay &TestWindowOverlay::make(Overlay::Ground ground)
{
    return *new Overlay(*m_theme, m_window, ground);
}

void TestWindowOverlay::aClearOneIsPaintedWhereItsPanelIs()
{
    Overlay &overlay = make(Overlay::Ground::Clear);
    const QRect near = QRect(QPoint(100, 105), kPanel).adjusted(-30, -30, 30, 30);
    const auto open = [&] { overlay.openAt(QRect(m_window->mapToGlobal(QPoint(100, 80)), QSize(50, 20)), kPanel); };
    const auto close = [&] { overlay.dismiss(); };
    open(); // to be made, it has all painted once
    close();
    for (const std::function<void()> &step : {std::function<void()>(open), std::function<void()>(close)}) {
        const QRegion painted = after(step);
        QVERIFY(painted.contains(QPoint(200, 150))); // below the panel
        QVERIFY((painted - near).isEmpty());
    }
    QVERIFY(!overlay.isVisible());
}

void TestWindowOverlay::aScrimIsPaintedWhole()
{
    Overlay &overlay = make(Overlay::Ground::Scrim);
    QCOMPARE(after([&] { overlay.openCentred(kPanel); }), QRegion(m_below->rect()));
    QCOMPARE(after([&] { overlay.dismiss(); }), QRegion(m_below->rect()));
}

void TestWindowOverlay::aPanelThatGrowsIsPaintedAlone_data()
{
    QTest::addColumn<bool>("isScrim");
    QTest::addRow("clear") << false;
    QTest::addRow("scrim") << true;
}

void TestWindowOverlay::aPanelThatGrowsIsPaintedAlone()
{
    QFETCH(const bool, isScrim);
    Overlay &overlay = make(isScrim ? Overlay::Ground::Scrim : Overlay::Ground::Clear);
    overlay.openCentred(kPanel, 100);
    const QRect near = QRect(QPoint(350, 100), kPanel).adjusted(-60, -60, 60, 60);
    for (const QSize size : {kSmaller, kPanel}) {
        const QRegion painted = after([&] { overlay.resizePanel(size); });
        QVERIFY(painted.contains(QPoint(450, 180))); // where the panel ends or goes on
        QVERIFY((painted - near).isEmpty());
    }
}

void TestWindowOverlay::aClickBesideClosesIt_data()
{
    aPanelThatGrowsIsPaintedAlone_data();
}

void TestWindowOverlay::aClickBesideClosesIt()
{
    QFETCH(const bool, isScrim);
    Overlay &overlay = make(isScrim ? Overlay::Ground::Scrim : Overlay::Ground::Clear);
    overlay.openCentred(kPanel, 100);
    QTest::mouseClick(m_window->windowHandle(), Qt::LeftButton, {}, QPoint(450, 150));
    QVERIFY(overlay.isVisible());
    QTest::mouseClick(m_window->windowHandle(), Qt::LeftButton, {}, QPoint(20, 580));
    QVERIFY(!overlay.isVisible());
}

void TestWindowOverlay::focusThatGoesIsTheTopmosts_data()
{
    QTest::addColumn<bool>("isCovered");
    QTest::addColumn<bool>("isOpen");
    QTest::newRow("of the only one") << false << true;
    QTest::newRow("of one over another") << true << true;
    QTest::newRow("of the window") << false << false;
}

/// Or Esc would not close it, and the window's keys would do what they do.
void TestWindowOverlay::focusThatGoesIsTheTopmosts()
{
    QFETCH(const bool, isCovered);
    QFETCH(const bool, isOpen);
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window));
    Overlay &first = make(Overlay::Ground::Scrim), &second = make(Overlay::Ground::Scrim);
    if (isOpen)
        first.openCentred(kPanel);
    if (isCovered)
        second.openCentred(kPanel);
    Overlay &top = isCovered ? second : first;
    auto *button = new Button(*m_theme, Button::Look::Normal, "One", isOpen ? top.panel() : m_below);
    button->show();
    button->setFocus(Qt::TabFocusReason);
    QTRY_VERIFY(button->hasFocus());
    delete button;
    QCoreApplication::processEvents();
    QCOMPARE(top.hasFocus(), isOpen);
    if (isOpen)
        QTest::keyClick(&top, Qt::Key_Escape);
    QVERIFY(!top.isVisible());
    QCOMPARE(first.isVisible(), isCovered);
}

QTEST_MAIN(TestWindowOverlay)
#include "tst_window_overlay.moc"
