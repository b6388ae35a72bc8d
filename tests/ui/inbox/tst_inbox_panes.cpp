#include "tests/ui/inbox/open_inbox.h"
#include "ui/customer/customer_panel.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/search/command_palette.h"
#include "ui/shell/controls.h"
#include "ui/shell/edge_overlay.h"
#include "ui/shell/picker.h"
#include "ui/shell/row_drag.h"
#include "ui/shell/toasts.h"

#include <QApplication>
#include <QLineEdit>
#include <QMenu>
#include <QMouseEvent>
#include <QTest>
#include <QTimer>

using namespace tributary;
using namespace tributary::ui;

/// What the inbox shows in windows of all widths, and what keys mean where one of its panes has the focus.
class TestInboxPanes : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void thePanelHasAColumnOrLiesOver_data();
    void thePanelHasAColumnOrLiesOver();
    void thePanelOverIsLeft_data();
    void thePanelOverIsLeft();
    void thePanelGoesBackToItsColumn_data();
    void thePanelGoesBackToItsColumn();
    void theWidthOfTheColumnStays();
    void keysActFromThePanelOver();
    void unreadBeginsAtTheFocusedItem_data();
    void unreadBeginsAtTheFocusedItem();
    void unreadFromTheListIsTheLastMessage();
    void theItemMenuMarksUnread();
    void aDotOpensTheMenuOfWhatHasTheFocus_data();
    void aDotOpensTheMenuOfWhatHasTheFocus();
    void withoutAMenuADotShowsEveryAction();
    void thePanelOffersTagsOfCustomers();
    void aTagIsDraggedOntoRows_data();
    void aTagIsDraggedOntoRows();
    void aTagThatGoesAwayEndsItsDrag();
    void whatNobodySeesIsNotSent_data();
    void whatNobodySeesIsNotSent();

private:
    static constexpr int kWide = 1440, kNarrow = 1100, kLeast = 960;

    CustomerPanel &panel() { return m_page->customerPanel(); }
    EdgeOverlay &over() { return *m_page->findChild<EdgeOverlay *>("customerPanelOver"); }
    bool isInPanel() const
    {
        const QWidget *focus = QApplication::focusWidget();
        return focus && m_page->customerPanel().isAncestorOf(focus);
    }
    void makeWide(int width)
    {
        m_window->resize(width, 700);
        QTRY_COMPARE(m_window->width(), width);
        QTRY_COMPARE(m_page->width(), width - m_theme->px(48));
    }
    static void dragTo(QWidget *pressed, const QPoint &globalPosition)
    {
        QMouseEvent move(QEvent::MouseMove, pressed->mapFromGlobal(globalPosition), globalPosition, Qt::NoButton,
                         Qt::LeftButton, {});
        QApplication::sendEvent(pressed, &move);
    }
    QPoint overRow(int index)
    {
        ConversationList &list = m_page->list();
        return list.viewport()->mapToGlobal(list.rowRect(rows().indexOf(id(index))).center());
    }
    void openOver()
    {
        makeWide(kNarrow);
        QVERIFY(!panel().isVisible());
        m_page->list().setFocus();
        key(Qt::Key_F9);
        QVERIFY(over().isOpen());
    }
    /// The item at @p index has the focus, by key.
    void goTo(int index)
    {
        QTRY_COMPARE(pane().timeline().model().items().size(), std::size_t(4));
        pane().timeline().setFocus();
        QTRY_VERIFY(pane().timeline().hasFocus());
        QVERIFY(pane().timeline().goToItem(pane().timeline().model().items()[std::size_t(index)].id));
    }
    /// The last command of the outbox, if it is one of these.
    std::optional<model::MarkRead> marked()
    {
        const auto kept = m_workspace->outbox();
        if (!QTest::qWaitFor([&] { return kept.isFinished(); }))
            return {};
        const auto waiting = kept.result();
        const auto *mark =
            waiting && !waiting->empty() ? std::get_if<model::MarkRead>(&waiting->back().command.body) : nullptr;
        return mark ? std::optional(*mark) : std::nullopt;
    }
};

void TestInboxPanes::thePanelHasAColumnOrLiesOver_data()
{
    QTest::addColumn<int>("width");
    QTest::addColumn<bool>("atFirst");
    QTest::addColumn<bool>("afterF9");
    QTest::addColumn<bool>("over");
    QTest::newRow("a column, which F9 hides") << int(kWide) << true << false << false;
    QTest::newRow("the least width with a column") << 1240 << true << false << false;
    QTest::newRow("over the timeline") << 1239 << false << true << true;
    QTest::newRow("where the sidebar is folded") << 1000 << false << true << true;
    QTest::newRow("the smallest window") << int(kLeast) << false << true << true;
}

void TestInboxPanes::thePanelHasAColumnOrLiesOver()
{
    QFETCH(int, width);
    QFETCH(bool, atFirst);
    QFETCH(bool, afterF9);
    QFETCH(bool, over);
    makeWide(width);
    QCOMPARE(panel().isVisible(), atFirst);
    key(Qt::Key_F9);
    QCOMPARE(panel().isVisible(), afterF9);
    QCOMPARE(this->over().isOpen(), over);
    if (over) // at the far edge of the page, from top to bottom
        QTRY_COMPARE(QRect(panel().mapTo(m_page, QPoint()), panel().size()),
                     QRect(m_page->width() - 288, 0, 288, m_page->height()));
    key(Qt::Key_F9);
    QCOMPARE(panel().isVisible(), atFirst);
}

void TestInboxPanes::thePanelOverIsLeft_data()
{
    QTest::addColumn<QString>("by");
    QTest::newRow("F9") << "F9";
    QTest::newRow("Esc") << "Esc";
    QTest::newRow("a click beside it") << "click";
}

void TestInboxPanes::thePanelOverIsLeft()
{
    QFETCH(const QString, by);
    openOver();
    QVERIFY(isInPanel());
    if (by == "F9")
        key(Qt::Key_F9);
    else if (by == "Esc")
        key(Qt::Key_Escape);
    else
        QTest::mouseClick(&over(), Qt::LeftButton, {}, {100, 300});
    QVERIFY(!over().isOpen());
    QVERIFY(!panel().isVisible());
    QVERIFY(m_page->list().hasFocus());
}

void TestInboxPanes::thePanelGoesBackToItsColumn_data()
{
    QTest::addColumn<bool>("wanted");
    QTest::newRow("which is shown") << true;
    QTest::newRow("which was hidden") << false;
}

void TestInboxPanes::thePanelGoesBackToItsColumn()
{
    QFETCH(bool, wanted);
    if (!wanted)
        key(Qt::Key_F9);
    openOver();
    QVERIFY(isInPanel());
    makeWide(kWide);
    QVERIFY(!over().isOpen());
    QCOMPARE(panel().isVisible(), wanted);
    QCOMPARE(isInPanel(), wanted); // where there is none focus is where it came from
    QCOMPARE(m_page->list().hasFocus(), !wanted);
}

void TestInboxPanes::theWidthOfTheColumnStays()
{
    auto *splitter = m_page->findChild<QSplitter *>();
    QList<int> sizes = splitter->sizes();
    sizes[2] -= 60;
    sizes[3] += 60;
    splitter->setSizes(sizes);
    const int width = panel().width();
    openOver();
    key(Qt::Key_Escape);
    makeWide(kWide);
    QTRY_COMPARE(panel().width(), width);
}

void TestInboxPanes::keysActFromThePanelOver()
{
    openOver();
    key(Qt::Key_J);
    QTRY_COMPARE(pane().conversation(), id(1));
    QVERIFY(over().isOpen());
    QTRY_COMPARE(panel().customer(), m_made.conversations[1].customer);
    QTRY_VERIFY(isHere(1));
    QTRY_VERIFY(isInPanel()); // what had the focus has gone with the panel of the other person
    key(Qt::Key_R);           // what is written is seen
    QTRY_VERIFY(editor()->hasFocus());
    QVERIFY(!over().isOpen());
}

void TestInboxPanes::unreadBeginsAtTheFocusedItem_data()
{
    QTest::addColumn<int>("item");
    QTest::addColumn<bool>("byChord");
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("readCount");
    // The first and the last are the customer's, between them are a note and an answer.
    QTest::newRow("the first message") << 0 << false << 0 << 0;
    QTest::newRow("with Ctrl") << 0 << true << 0 << 0;
    QTest::newRow("a note: what came after it") << 1 << false << 3 << 1;
    QTest::newRow("the last message") << 3 << false << 3 << 1;
}

void TestInboxPanes::unreadBeginsAtTheFocusedItem()
{
    QFETCH(int, item);
    QFETCH(bool, byChord);
    QFETCH(int, first);
    QFETCH(int, readCount);
    goTo(item);
    key(Qt::Key_U, byChord ? Qt::ControlModifier : Qt::NoModifier);
    QTRY_VERIFY(m_window->toasts().newestText().contains("unread"));
    const std::optional<model::MarkRead> mark = marked();
    QVERIFY(mark && mark->backwards);
    QCOMPARE(mark->conversation, id(0));
    QCOMPARE(mark->readCount, std::int64_t(readCount));
    const TimelineModel &shown = pane().timeline().model();
    QCOMPARE(shown.firstUnread(), std::optional(shown.items()[std::size_t(first)].id));
}

void TestInboxPanes::unreadFromTheListIsTheLastMessage()
{
    goTo(0);
    m_page->list().setFocus();
    key(Qt::Key_U);
    QTRY_VERIFY(m_window->toasts().newestText().contains("unread"));
    const std::optional<model::MarkRead> mark = marked();
    QVERIFY(mark);
    QCOMPARE(mark->readCount, std::int64_t(1));
}

void TestInboxPanes::theItemMenuMarksUnread()
{
    goTo(0);
    key(Qt::Key_Menu);
    QMenu *menu = nullptr;
    QTRY_VERIFY((menu = m_page->findChild<QMenu *>("itemMenu")) && menu->isVisible());
    const QList<QAction *> actions = menu->actions();
    const auto unread = std::ranges::find(actions, QString("Mark unread from here"), &QAction::text);
    QVERIFY(unread != actions.end());
    (*unread)->trigger();
    menu->close();
    QTRY_VERIFY(m_window->toasts().newestText().contains("unread"));
    const std::optional<model::MarkRead> mark = marked();
    QVERIFY(mark);
    QCOMPARE(mark->readCount, std::int64_t(0));
}

void TestInboxPanes::aDotOpensTheMenuOfWhatHasTheFocus_data()
{
    QTest::addColumn<QString>("where");
    QTest::addColumn<bool>("byChord");
    QTest::addColumn<QString>("menu");
    QTest::newRow("a row") << "list" << false << "rowMenu";
    QTest::newRow("a row, with Shift+F10") << "list" << true << "rowMenu";
    QTest::newRow("an item") << "item" << false << "itemMenu";
    QTest::newRow("an item, with Shift+F10") << "item" << true << "itemMenu";
    QTest::newRow("the conversation, where nothing has a menu") << "header" << false << "rowMenu";
}

void TestInboxPanes::aDotOpensTheMenuOfWhatHasTheFocus()
{
    QFETCH(const QString, where);
    QFETCH(bool, byChord);
    QFETCH(const QString, menu);
    if (where == "item")
        goTo(3);
    else if (where == "header")
        pane().header().moreButton()->setFocus();
    QString seen;
    QTimer look; // the menu of a row is waited for
    look.setInterval(10);
    connect(&look, &QTimer::timeout, this, [&] {
        if (auto *open = qobject_cast<QMenu *>(QApplication::activePopupWidget())) {
            seen = open->objectName();
            open->close();
            look.stop();
        }
    });
    look.start();
    byChord ? key(Qt::Key_F10, Qt::ShiftModifier) : key(Qt::Key_Period);
    QTRY_COMPARE(seen, menu);
    QVERIFY(!m_page->palette().isVisible());
}

void TestInboxPanes::withoutAMenuADotShowsEveryAction()
{
    QWidget elsewhere; // another section
    elsewhere.setFocusPolicy(Qt::StrongFocus);
    elsewhere.setProperty("pane", int(CustomersPane));
    m_window->showSection(&elsewhere);
    elsewhere.setFocus();
    QTRY_VERIFY(elsewhere.hasFocus());
    key(Qt::Key_Period);
    QTRY_VERIFY(m_page->palette().isVisible());
    QVERIFY(std::ranges::any_of(m_page->palette().choices(),
                                [](const Choice &choice) { return choice.id == QLatin1String("action:shortcuts"); }));
    QVERIFY(std::ranges::none_of(m_page->palette().choices(),
                                 [](const Choice &choice) { return choice.id.startsWith("person:"); }));
    m_page->palette().dismiss();
    m_window->showSection(m_page);
}

/// Customers have tags of their own: what conversations are tagged with is not offered for them.
void TestInboxPanes::thePanelOffersTagsOfCustomers()
{
    const auto tagged = m_workspace->submit(model::SetCustomerTags{m_made.silent.id, {"collector"}, {}});
    QTRY_VERIFY(tagged.isFinished());
    restart(); // what is in use is read anew
    makeWide(kWide);
    const auto read = m_workspace->setup(); // behind what the page has asked for
    QTRY_VERIFY(read.isFinished());
    QCoreApplication::processEvents();
    QTRY_VERIFY(panel().findChild<Button *>("addTag"));
    panel().findChildren<Button *>("addTag").constLast()->click();
    QTRY_VERIFY(m_window->picker().isVisible());
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>("pickerField"), Qt::Key_1);
    QTRY_COMPARE(m_workspace->status().outboxCount, 2);
    const auto kept = m_workspace->outbox();
    QTRY_VERIFY(kept.isFinished());
    const auto waiting = kept.result();
    QVERIFY(waiting && !waiting->empty());
    const auto *given = std::get_if<model::SetCustomerTags>(&waiting->back().command.body);
    QVERIFY(given);
    QCOMPARE(given->add, std::vector<std::string>{"collector"});
}

void TestInboxPanes::aTagIsDraggedOntoRows_data()
{
    QTest::addColumn<QList<int>>("selected");
    QTest::addColumn<int>("onto");
    QTest::addColumn<bool>("esc");
    QTest::addColumn<QList<int>>("tagged");
    QTest::newRow("one") << QList<int>{} << 3 << false << QList<int>{3};
    QTest::newRow("all that are selected, on one of them") << QList<int>{3, 4} << 4 << false << QList<int>{3, 4};
    QTest::newRow("one beside those that are selected") << QList<int>{3, 4} << 6 << false << QList<int>{6};
    QTest::newRow("one that has it already") << QList<int>{} << 0 << false << QList<int>{};
    QTest::newRow("not after Esc") << QList<int>{} << 3 << true << QList<int>{};
}

void TestInboxPanes::aTagIsDraggedOntoRows()
{
    QFETCH(const QList<int>, selected);
    QFETCH(const int, onto);
    QFETCH(const bool, esc);
    QFETCH(const QList<int>, tagged);
    QTRY_VERIFY(panel().findChild<Button *>("conversationTag"));
    Button *chip = panel().findChild<Button *>("conversationTag");
    QCOMPARE(chip->text(), QString("breakage"));
    std::set<model::ConversationId> chosen;
    for (const int index : selected)
        chosen.insert(id(index));
    m_page->list().select(chosen);
    int clicks = 0;
    connect(chip, &QAbstractButton::clicked, this, [&clicks] { ++clicks; });
    const QPoint to = overRow(onto);
    QTest::mousePress(chip, Qt::LeftButton, {}, chip->rect().center());
    dragTo(chip, to);
    QVERIFY(panel().tagDrag().isDragging());
    QCOMPARE(panel().tagDrag().words().startsWith("Tag "), !tagged.isEmpty() || esc);
    if (esc)
        QTest::keyClick(chip, Qt::Key_Escape);
    QTest::mouseRelease(chip, Qt::LeftButton, {}, chip->mapFromGlobal(to));
    QVERIFY(!panel().tagDrag().isDragging());
    QCOMPARE(clicks, 0);
    const auto has = [this](int index) { return std::ranges::count(conversation(index).tags, "breakage") > 0; };
    for (const int index : tagged)
        QTRY_VERIFY(has(index));
    for (int index = 1; index < 10; ++index)
        QCOMPARE(has(index), tagged.contains(index));
    if (tagged.isEmpty())
        return;
    QTRY_VERIFY(m_window->toasts().newestText().startsWith("Tagged "));
    m_page->list().setFocus();
    key(Qt::Key_Z);
    for (const int index : tagged)
        QTRY_VERIFY(!has(index));
}

/// As when the panel shows somebody else meanwhile.
void TestInboxPanes::aTagThatGoesAwayEndsItsDrag()
{
    QTRY_VERIFY(panel().findChild<Button *>("conversationTag"));
    Button *chip = panel().findChild<Button *>("conversationTag");
    QTest::mousePress(chip, Qt::LeftButton, {}, chip->rect().center());
    dragTo(chip, overRow(3));
    QVERIFY(panel().tagDrag().isDragging());
    panel().clear();
    QVERIFY(!panel().tagDrag().isDragging());
    QVERIFY(panel().tagDrag().words().isEmpty());
    QTest::mouseRelease(m_window.get(), Qt::LeftButton); // as the hand does in the end
}

void TestInboxPanes::whatNobodySeesIsNotSent_data()
{
    QTest::addColumn<QString>("action");
    for (const char *action : {"send", "sendResolve", "sendSnooze"})
        QTest::newRow(action) << action;
}

/// Where list and conversation take turns, the keys that send show first what would be sent (UX 14.7).
void TestInboxPanes::whatNobodySeesIsNotSent()
{
    QFETCH(const QString, action);
    composer().add(id(0), Composer::Mode::Reply, {.body = "Half a sentence"});
    m_theme->setOptions({.textScale = 200});
    m_window->resize(kNarrow, 700);
    QTRY_VERIFY(!pane().isVisible() && m_page->list().isVisible());
    QAction *send = m_window->actions().action(action);
    send->trigger();
    QVERIFY(composer().isVisible());
    QCOMPARE(composer().text(), QString("Half a sentence"));
    QCOMPARE(QApplication::focusWidget(), editor());
    QCOMPARE(waiting().size(), 0u);
    if (action == "sendSnooze")
        return; // asks how long
    send->trigger();
    QTRY_VERIFY(composer().text().isEmpty());
    QTRY_VERIFY(!waiting().empty());
}

QTEST_MAIN(TestInboxPanes)
#include "tst_inbox_panes.moc"
