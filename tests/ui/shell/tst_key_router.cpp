#include "ui/shell/key_router.h"
#include "ui/shell/number_box.h"
#include "ui/shell/overlay.h"

#include <QApplication>
#include <QKeyEvent>
#include <QLineEdit>
#include <QTest>
#include <QTextEdit>
#include <QVBoxLayout>
#include <memory>

using namespace tributary::ui;

class TestKeyRouter : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void namesKeys_data();
    void namesKeys();
    void actsInItsPaneAlone();
    void neverInText();
    void pairsOfKeys();
    void canBeSwitchedOff();
    void chordsWorkFromText();
    void nothingActsBelowAnOverlay();
    void aHeldKeyActsOnce_data();
    void aHeldKeyActsOnce();
    void aHeldKeyIsNoPair();
    void repeatsMayLookLikePresses();
    void theNarrowerMeaningIsAskedFirst_data();
    void theNarrowerMeaningIsAskedFirst();
    void theWheelChangesNoNumber();

private:
    /// Pressed and kept down until the system has repeated it ten times.
    static void hold(QWidget *on, Qt::Key key, Qt::KeyboardModifiers modifiers = {})
    {
        for (int i = 0; i <= 10; ++i)
            QTest::simulateEvent(on, true, key, modifiers, QString(QChar(char16_t(key))).toLower(), i > 0);
        QTest::simulateEvent(on, false, key, modifiers, {}, false);
    }

    QWidget *m_window = nullptr, *m_list = nullptr, *m_panel = nullptr;
    QTextEdit *m_editor = nullptr;
    ActionRegistry *m_actions = nullptr;
    int m_resolved = 0, m_gone = 0, m_steps = 0;
};

void TestKeyRouter::init()
{
    m_resolved = m_gone = m_steps = 0;
    m_window = new QWidget;
    auto *layout = new QVBoxLayout(m_window);
    for (QWidget **pane : {&m_list, &m_panel}) {
        *pane = new QWidget;
        (*pane)->setFocusPolicy(Qt::StrongFocus);
        layout->addWidget(*pane);
    }
    m_list->setProperty("pane", int(ListPane));
    m_panel->setProperty("pane", int(CustomerPane));
    m_editor = new QTextEdit;
    m_editor->setProperty("pane", int(ListPane));
    layout->addWidget(m_editor);
    m_actions = new ActionRegistry(m_window);
    new KeyRouter(*m_actions, m_window);
    m_actions->add({.id = "resolve", .text = "Resolve", .key = "E", .chord = "Ctrl+Shift+E", .panes = ListPane}, m_window,
                   [this] { ++m_resolved; });
    m_actions->add({.id = "goMine", .text = "Go to Mine", .key = "G M"}, m_window, [this] { ++m_gone; });
    m_actions->add({.id = "next", .text = "Next", .key = "J", .chord = "Ctrl+J", .panes = ListPane, .repeats = true},
                   m_window, [this] { ++m_steps; });
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window));
    m_list->setFocus();
}

void TestKeyRouter::cleanup()
{
    delete m_window;
}

void TestKeyRouter::namesKeys_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("modifiers");
    QTest::addColumn<QString>("text");
    QTest::addColumn<int>("scanCode");
    QTest::addColumn<QString>("name");
    QTest::newRow("letter") << int(Qt::Key_E) << 0 << "e" << 26 << "E";
    QTest::newRow("with shift") << int(Qt::Key_J) << int(Qt::ShiftModifier) << "J" << 44 << "Shift+J";
    QTest::newRow("with control is no single key") << int(Qt::Key_E) << int(Qt::ControlModifier) << "" << 26 << "";
    QTest::newRow("sign by what is typed") << int(Qt::Key_Question) << int(Qt::ShiftModifier) << "?" << 61 << "?";
    QTest::newRow("Cyrillic by its place") << 0x0423 << 0 << QString(QChar(0x443)) << 26 << "E";
    QTest::newRow("Arabic by its place") << 0x062b << 0 << QString(QChar(0x62b)) << 26 << "E";
    QTest::newRow("enter") << int(Qt::Key_Return) << 0 << "\r" << 36 << "Enter";
    QTest::newRow("space is left alone") << int(Qt::Key_Space) << 0 << " " << 65 << "";
}

void TestKeyRouter::namesKeys()
{
#ifdef Q_OS_WIN
    QSKIP("scan codes of X11 and Wayland");
#endif
    QFETCH(int, key);
    QFETCH(int, modifiers);
    QFETCH(QString, text);
    QFETCH(int, scanCode);
    QFETCH(QString, name);
    const QKeyEvent event(QEvent::KeyPress, key, Qt::KeyboardModifiers(modifiers), quint32(scanCode), 0, 0, text);
    QCOMPARE(KeyRouter::nameOf(event), name);
}

void TestKeyRouter::actsInItsPaneAlone()
{
    QTest::keyClick(m_list, Qt::Key_E);
    QCOMPARE(m_resolved, 1);
    m_panel->setFocus();
    QTest::keyClick(m_panel, Qt::Key_E);
    QCOMPARE(m_resolved, 1);
}

void TestKeyRouter::neverInText()
{
    m_editor->setFocus();
    QTest::keyClicks(m_editor, "e");
    QCOMPARE(m_resolved, 0);
    QCOMPARE(m_editor->toPlainText(), QString("e"));
}

void TestKeyRouter::pairsOfKeys()
{
    QTest::keyClick(m_list, Qt::Key_G);
    QCOMPARE(m_gone, 0);
    QTest::keyClick(m_list, Qt::Key_M);
    QCOMPARE(m_gone, 1);
    QTest::keyClick(m_list, Qt::Key_M);
    QCOMPARE(m_gone, 1);
}

void TestKeyRouter::canBeSwitchedOff()
{
    m_actions->setSingleKeys(false);
    QTest::keyClick(m_list, Qt::Key_E);
    QCOMPARE(m_resolved, 0);
    QTest::keyClick(m_list, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(m_resolved, 1);
}

void TestKeyRouter::chordsWorkFromText()
{
    m_editor->setFocus();
    QTest::keyClick(m_editor, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(m_resolved, 1);
}

void TestKeyRouter::nothingActsBelowAnOverlay()
{
    const Theme theme;
    Overlay overlay(theme, m_window, Overlay::Ground::Scrim);
    QLineEdit inside(overlay.panel());
    overlay.openCentred({100, 60});
    inside.setFocus();
    QTest::keyClick(&inside, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(m_resolved, 0);
    overlay.dismiss();
    m_list->setFocus();
    QTest::keyClick(m_list, Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(m_resolved, 1);
}

void TestKeyRouter::aHeldKeyActsOnce_data()
{
    QTest::addColumn<Qt::Key>("key");
    QTest::addColumn<Qt::KeyboardModifiers>("modifiers");
    QTest::addColumn<int>("resolved");
    QTest::addColumn<int>("steps");
    QTest::newRow("what changes something") << Qt::Key_E << Qt::KeyboardModifiers() << 1 << 0;
    QTest::newRow("what changes something, by its chord")
        << Qt::Key_E << Qt::KeyboardModifiers(Qt::ControlModifier | Qt::ShiftModifier) << 1 << 0;
    QTest::newRow("what only moves goes on") << Qt::Key_J << Qt::KeyboardModifiers() << 0 << 11;
    QTest::newRow("what only moves, by its chord") << Qt::Key_J << Qt::KeyboardModifiers(Qt::ControlModifier) << 0 << 11;
}

void TestKeyRouter::aHeldKeyActsOnce()
{
    QFETCH(const Qt::Key, key);
    QFETCH(const Qt::KeyboardModifiers, modifiers);
    hold(m_list, key, modifiers);
    QTEST(m_resolved, "resolved");
    QTEST(m_steps, "steps");
}

/// The second key of a pair means something else alone, and the first one of a pair is not its own second.
void TestKeyRouter::aHeldKeyIsNoPair()
{
    int macros = 0, twice = 0;
    m_actions->add({.id = "macro", .text = "Macro", .key = "M"}, m_window, [&macros] { ++macros; });
    m_actions->add({.id = "twice", .text = "Twice", .key = "G G"}, m_window, [&twice] { ++twice; });
    hold(m_list, Qt::Key_G);
    QCOMPARE(twice, 0);
    hold(m_list, Qt::Key_M); // G is still the first one
    QCOMPARE(m_gone, 1);
    QCOMPARE(macros, 0);
}

/// On X a key that is held is let go of and pressed at one moment, again and again; now and then Qt does not see it.
void TestKeyRouter::repeatsMayLookLikePresses()
{
    const auto send = [this](QEvent::Type type, quint64 at, Qt::Key key = Qt::Key_E) {
        QKeyEvent event(type, key, Qt::NoModifier, QString(QChar(char16_t(key))).toLower());
        event.setTimestamp(at);
        QCoreApplication::sendEvent(m_list, &event);
    };
    send(QEvent::KeyPress, 100);
    for (const quint64 at : {600, 640, 680}) {
        send(QEvent::KeyRelease, at);
        send(QEvent::KeyPress, at);
    }
    QCOMPARE(m_resolved, 1);
    send(QEvent::KeyRelease, 720);
    send(QEvent::KeyPress, 780); // a person again
    QCOMPARE(m_resolved, 2);
    send(QEvent::KeyRelease, 800, Qt::Key_J);
    send(QEvent::KeyPress, 800); // another key
    QCOMPARE(m_resolved, 3);
}

void TestKeyRouter::theNarrowerMeaningIsAskedFirst_data()
{
    QTest::addColumn<bool>("isThere");
    QTest::addColumn<bool>("taken");
    QTest::addColumn<int>("asked");
    QTest::addColumn<int>("resolved");
    QTest::newRow("it has done it all") << true << true << 1 << 0;
    QTest::newRow("it has nothing to do") << true << false << 1 << 1;
    QTest::newRow("whoever said so is gone") << false << true << 0 << 1;
}

void TestKeyRouter::theNarrowerMeaningIsAskedFirst()
{
    QFETCH(bool, isThere);
    QFETCH(bool, taken);
    auto context = std::make_unique<QObject>();
    int asked = 0;
    m_actions->askFirst("resolve", context.get(), [&asked, taken] {
        ++asked;
        return taken;
    });
    if (!isThere)
        context.reset();
    QTest::keyClick(m_list, Qt::Key_E);
    QTEST(asked, "asked");
    QTEST(m_resolved, "resolved");
}

void TestKeyRouter::theWheelChangesNoNumber()
{
    NumberBox box(m_window);
    box.setValue(5);
    box.show();
    const auto turn = [&box] {
        QWheelEvent event(box.rect().center(), box.mapToGlobal(box.rect().center()), {}, {0, 120}, {}, {}, Qt::NoScrollPhase,
                          false);
        QCoreApplication::sendEvent(&box, &event);
    };
    turn();
    QCOMPARE(box.value(), 5);
    box.setFocus();
    turn();
    QCOMPARE(box.value(), 6); // somebody works in it
}

QTEST_MAIN(TestKeyRouter)
#include "tst_key_router.moc"
