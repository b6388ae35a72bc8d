#include "ui/search/palette_choices.h"
#include "ui/shell/sections.h"
#include "ui/shell/settings_file.h"
#include "ui/shell/shell_window.h"

#include <QLineEdit>
#include <QListWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QVBoxLayout>

using namespace tributary;
using namespace tributary::ui;

class TestSections : public QObject {
    Q_OBJECT
private slots:
    void init();
    void cleanup();
    void commandsAreFoundFromElsewhere_data();
    void commandsAreFoundFromElsewhere();
    void aCommandGoesToItsSectionFirst();
    void nothingActsBehindAPlainPage();
    void aPlainPageHasTheFocusItAskedFor();
    void f6GoesFromPartToPart_data();
    void f6GoesFromPartToPart();

private:
    QStringList offered(const QString &typed)
    {
        QStringList ids;
        for (const Choice &choice :
             paletteChoices(parsePalette(typed), m_window->actions(), false, *m_theme, TimeFormat(), SystemClock().now()))
            ids.append(choice.id);
        return ids;
    }
    QWidget *makePeople();

    QTemporaryDir *m_folder = nullptr;
    Theme *m_theme = nullptr;
    ui::SettingsFile *m_settings = nullptr;
    ShellWindow *m_window = nullptr;
    Sections *m_sections = nullptr;
    QWidget *m_people = nullptr;
    QLineEdit *m_filter = nullptr;
    QListWidget *m_rows = nullptr;
    int m_added = 0, m_asked = 0;
    bool m_may = true, m_isThere = true;
};

QWidget *TestSections::makePeople()
{
    m_people = new QWidget;
    m_people->setProperty("pane", int(CustomersPane));
    m_rows = new QListWidget; // made first, and below
    m_filter = new QLineEdit;
    auto *head = new QWidget;
    (new QVBoxLayout(head))->addWidget(m_filter);
    auto *layout = new QVBoxLayout(m_people);
    layout->addWidget(head);
    layout->addWidget(m_rows);
    m_window->actions().add({.id = "addCustomer", .text = "New customer", .key = "N", .panes = CustomersPane}, m_people,
                            [this] { ++m_added; });
    return m_people;
}

void TestSections::init()
{
    m_added = m_asked = 0;
    m_may = m_isThere = true;
    m_people = nullptr;
    m_folder = new QTemporaryDir;
    m_theme = new Theme;
    m_settings = new ui::SettingsFile(m_folder->filePath("window.ini"));
    m_window = new ShellWindow(*m_theme, *m_settings);
    m_sections = new Sections(*m_window, m_window);
    m_sections->add(
        {.id = "inbox", .text = "Inbox", .icon = "inbox", .panes = InboxPanes, .page = [] { return new QWidget; }});
    m_sections->add({.id = "customers",
                     .text = "Customers",
                     .icon = "people",
                     .panes = CustomersPane,
                     .page = [this] { return makePeople(); },
                     .isThere = [this] { return m_isThere; },
                     .commands = {{.id = "addCustomer",
                                   .text = "New customer",
                                   .icon = "plus",
                                   .run = [this] { ++m_asked; },
                                   .may = [this] { return m_may; }}}});
    m_sections->show("inbox");
    m_window->show();
    m_window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(m_window));
}

void TestSections::cleanup()
{
    delete m_window;
    delete m_settings;
    delete m_theme;
    delete m_folder;
}

void TestSections::commandsAreFoundFromElsewhere_data()
{
    QTest::addColumn<QStringList>("shown");
    QTest::addColumn<bool>("may");
    QTest::addColumn<bool>("isThere");
    QTest::addColumn<QStringList>("found");
    const QString inbox = "inbox", customers = "customers";
    const QStringList fromElsewhere{"action:ask-addCustomer"}, own{"action:addCustomer"};
    QTest::newRow("before its page was ever shown") << QStringList{} << true << true << fromElsewhere;
    QTest::newRow("where it is shown its own action does") << QStringList{customers} << true << true << own;
    QTest::newRow("and after that") << QStringList{customers, inbox} << true << true << fromElsewhere;
    QTest::newRow("not by those who may not") << QStringList{} << false << true << QStringList{};
    QTest::newRow("nor of a section that is not theirs") << QStringList{} << true << false << QStringList{};
}

void TestSections::commandsAreFoundFromElsewhere()
{
    QFETCH(const QStringList, shown);
    QFETCH(const QStringList, found);
    QFETCH(bool, may);
    QFETCH(bool, isThere);
    m_may = may;
    m_isThere = isThere;
    m_sections->update(); // as when the agent has changed
    for (const QString &section : shown)
        m_sections->show(section);
    for (const char *typed : {"new customer", "> new customer"}) {
        QStringList ids = offered(typed);
        ids.removeAll(QString()); // the heading
        QCOMPARE(ids, found);
    }
}

/// Sign-in, say, has the window for itself: a chord must not send what it hides.
void TestSections::nothingActsBehindAPlainPage()
{
    int sent = 0, closed = 0;
    m_window->actions().add({.id = "send", .text = "Send", .chord = "Ctrl+Return"}, m_window, [&sent] { ++sent; });
    m_window->actions().add({.id = "close", .text = "Close", .chord = "Ctrl+W", .always = true}, m_window,
                            [&closed] { ++closed; });
    const auto press = [this] {
        QTest::keyClick(m_window, Qt::Key_Return, Qt::ControlModifier);
        QTest::keyClick(m_window, Qt::Key_W, Qt::ControlModifier);
    };
    m_window->showPlain(new QWidget);
    press();
    QCOMPARE(sent, 0);
    QCOMPARE(closed, 1);
    m_sections->show("inbox");
    press();
    QCOMPARE(sent, 1);
    QCOMPARE(closed, 2);
}

/// Whoever is asked for an e-mail address types it.
void TestSections::aPlainPageHasTheFocusItAskedFor()
{
    auto *page = new QWidget;
    auto *layout = new QVBoxLayout(page);
    QLineEdit *fields[2]{new QLineEdit, new QLineEdit};
    for (QLineEdit *field : fields)
        layout->addWidget(field);
    fields[1]->setFocus();
    m_window->showPlain(page);
    QTRY_VERIFY(fields[1]->hasFocus());
    m_sections->show("inbox");
    fields[0]->setFocus(); // another time it asks for another
    m_window->showPlain(page);
    QTRY_VERIFY(fields[0]->hasFocus());
}

void TestSections::aCommandGoesToItsSectionFirst()
{
    m_window->actions().action("ask-addCustomer")->trigger();
    QCOMPARE(m_sections->current(), QString("customers"));
    QVERIFY(m_people && m_people->isVisible());
    QCOMPARE(m_asked, 1);
    QCOMPARE(m_added, 0);
}

void TestSections::f6GoesFromPartToPart_data()
{
    QTest::addColumn<bool>("inRows");
    QTest::addColumn<bool>("forward");
    QTest::addColumn<bool>("toRows");
    QTest::newRow("down") << false << true << true;
    QTest::newRow("from the last to the first") << true << true << false;
    QTest::newRow("up") << true << false << false;
    QTest::newRow("from the first to the last") << false << false << true;
}

void TestSections::f6GoesFromPartToPart()
{
    QFETCH(bool, inRows);
    QFETCH(bool, forward);
    QFETCH(bool, toRows);
    m_sections->show("customers");
    const auto part = [this](bool rows) { return rows ? static_cast<QWidget *>(m_rows) : m_filter; };
    part(inRows)->setFocus();
    QTRY_VERIFY(part(inRows)->hasFocus());
    QTest::keyClick(part(inRows), Qt::Key_F6, forward ? Qt::NoModifier : Qt::ShiftModifier);
    QVERIFY(part(toRows)->hasFocus());
}

QTEST_MAIN(TestSections)
#include "tst_sections.moc"
