// What is done in the inbox, with one conversation or with all that are selected: by menus, pickers and the buttons of a
// row.
#include "tests/ui/inbox/open_inbox.h"
#include "ui/customer/customer_panel.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/triage.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"

#include <QClipboard>
#include <QContextMenuEvent>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

using namespace tributary;
using namespace tributary::ui;

class TestInboxActions : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void whatIsNobodysIsTakenOnlyWhileItIs();
    void theFasterOneKeepsIt();
    void aStatusIsGivenToAllSelected_data();
    void aStatusIsGivenToAllSelected();
    void colleaguesWhoWereChosenComeFirst();
    void itemsHaveAMenu();
    void rowsHaveAMenu_data();
    void rowsHaveAMenu();
    void spamAndBlockAreTwo();
    void whoIsSelectedIsBlocked_data();
    void whoIsSelectedIsBlocked();
    void theClickedRowIsMeant();
    void whatIsOfAPersonLeavesTheSelection();
    void quickButtonsActOnTheirRow_data();
    void quickButtonsActOnTheirRow();
    void quickButtonsAskBesideTheRow();
    void itemsHaveQuickButtons_data();
    void itemsHaveQuickButtons();
    void nothingCoversTheUndoOfWhatIsHeld();
    void quickButtonsSayWhyNot_data();
    void quickButtonsSayWhyNot();
    void thePickerShowsPresentFigures();
    void aHeldKeyIsDoneOnce_data();
    void aHeldKeyIsDoneOnce();
    void aHeldKeyGoesOnThroughTheList();
    void keysAfterAQuestionAreItsAnswer_data();
    void keysAfterAQuestionAreItsAnswer();

private:
    /// Pressed and kept down until the system has repeated it ten times; what it starts is done in between.
    void hold(Qt::Key key)
    {
        for (int i = 0; i <= 10; ++i) {
            QTest::simulateEvent(QApplication::focusWidget(), true, key, {}, QString(QChar(char16_t(key))).toLower(), i > 0);
            (void)waiting();
        }
    }
    /// As somebody does it with a mouse.
    void clickQuick(int row, int button)
    {
        ConversationList &list = m_page->list();
        const QPoint over = list.rowRect(row).center();
        QMouseEvent move(QEvent::MouseMove, over, list.viewport()->mapToGlobal(over), Qt::NoButton, Qt::NoButton,
                         Qt::NoModifier);
        QCoreApplication::sendEvent(list.viewport(), &move);
        QVERIFY(!list.quickButton(button).isEmpty());
        QTest::mouseClick(list.viewport(), Qt::LeftButton, {}, list.quickButton(button).center());
    }
};

void TestInboxActions::whatIsNobodysIsTakenOnlyWhileItIs()
{
    store::ConversationRow free, theirs;
    free.conversation.id = m_made.conversations[0].id;
    theirs.conversation.id = m_made.conversations[1].id;
    theirs.conversation.assignee = m_made.colleague.id;
    const triage::Commands commands = triage::assign({free, theirs}, m_made.me.id);
    QCOMPARE(commands.size(), std::size_t(2));
    QVERIFY(std::get<model::Assign>(commands[0]).ifFree);
    QVERIFY(!std::get<model::Assign>(commands[1]).ifFree);
    QVERIFY(!std::get<model::Assign>(triage::assign({theirs}, {})[0]).ifFree);
}

void TestInboxActions::theFasterOneKeepsIt()
{
    start({.change =
               [](std::size_t at, model::Conversation &conversation) {
                   if (at == 0)
                       conversation.assignee.reset();
               }},
          9);
    m_page->openConversation(id(0));
    QTRY_VERIFY(isHere(0));
    key(Qt::Key_A);
    QTRY_VERIFY(m_window->picker().isVisible());
    const std::string tomas = "x'" + toHex(m_made.colleague.id.view()) + "'";
    alter("cache.db", "UPDATE conversation SET assignee_id = " + tomas + " WHERE id = x'" + toHex(id(0).view()) + "'");
    emit m_workspace->changed({.conversations = {id(0)}});
    QTRY_VERIFY(m_page->pane().row()->conversation.assignee == m_made.colleague.id);
    type("Me");
    key(Qt::Key_Return);
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    const auto asked = m_workspace->outbox();
    QTRY_VERIFY(asked.isFinished());
    const auto written = asked.result();
    const auto *assign = std::get_if<model::Assign>(&written->front().command.body);
    QVERIFY(assign && assign->assignee == m_made.me.id);
    QVERIFY(assign->ifFree); // so that the hub says who was faster
}

void TestInboxActions::aStatusIsGivenToAllSelected_data()
{
    using Status = model::Conversation::Status;
    QTest::addColumn<QString>("typed");
    QTest::addColumn<Status>("status");
    QTest::addColumn<bool>("isOwn");
    QTest::addColumn<int>("commands"); // the third has the own one already
    QTest::newRow("one of the workspace's own") << "courier" << Status::Waiting << true << 2;
    QTest::newRow("one of the four") << "waiting" << Status::Waiting << false << 3;
    QTest::newRow("one that ends it") << "resolved" << Status::Resolved << false << 3;
}

/// Several conversations of several statuses: one question, and one step to take back.
void TestInboxActions::aStatusIsGivenToAllSelected()
{
    using Status = model::Conversation::Status;
    QFETCH(const QString, typed);
    QFETCH(const Status, status);
    QFETCH(const bool, isOwn);
    QFETCH(const int, commands);
    const auto courier = m_ids.make<model::CustomStatusId>();
    start({.statuses = {{.id = courier, .name = "With the courier", .status = Status::Waiting}},
           .change = [courier](std::size_t at, model::Conversation &conversation) {
               conversation.status = at == 2 ? Status::Waiting : Status::Open;
               if (at == 2)
                   conversation.customStatus = courier;
           }});
    QTRY_VERIFY(
        m_page->list().words(rows().indexOf(id(2))).spoken.contains("With the courier")); // the statuses have been read
    for (const int index : {0, 1, 2})
        m_page->list().toggleSelected(id(index));
    m_window->actions().action("status")->trigger();
    QTRY_VERIFY(m_window->picker().isVisible());
    auto *field = m_window->picker().findChild<QLineEdit *>("pickerField");
    field->setText(typed);
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(m_workspace->status().outboxCount, commands);
    for (const int index : {0, 1, 2}) {
        const model::Conversation now = conversation(index);
        QCOMPARE(now.status, status);
        QCOMPARE(now.customStatus.has_value(), isOwn);
    }
    QCOMPARE(m_workspace->history().steps().size(), 1u);
    m_window->actions().action("undo")->trigger();
    QTRY_COMPARE(conversation(0).status, Status::Open);
    QCOMPARE(conversation(1).status, Status::Open);
    QTRY_VERIFY(conversation(2).customStatus == courier);
    QCOMPARE(conversation(2).status, Status::Waiting);
}

void TestInboxActions::colleaguesWhoWereChosenComeFirst()
{
    QTest::keyClick(&m_page->list(), Qt::Key_A);
    QTRY_VERIFY(m_window->picker().isVisible());
    m_window->picker().findChild<QLineEdit *>()->setText(QString::fromStdString(m_made.colleague.name));
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>(), Qt::Key_Return);
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    QCOMPARE(m_settings->value("inbox/recentAssignees").toStringList(),
             QStringList{QString::fromStdString(m_made.colleague.id.text())});
}

void TestInboxActions::itemsHaveAMenu()
{
    const TimelineModel &timeline = m_page->pane().timeline().model();
    QTRY_COMPARE(timeline.items().size(), 4u);
    const model::TimelineItem last = timeline.items().back();
    QTest::keyClick(&m_page->pane().timeline(), Qt::Key_End);
    QTRY_COMPARE(m_page->pane().timeline().focusedItem(), std::optional(last.id));
    QTest::keyClick(&m_page->pane().timeline(), Qt::Key_Menu);
    auto *menu = m_page->findChild<QMenu *>("itemMenu");
    QVERIFY(menu && menu->isVisible());
    menu->findChild<QAction *>("copyText")->trigger();
    QCOMPARE(QApplication::clipboard()->text(), QString::fromStdString(last.body));
    QVERIFY(menu->findChild<QAction *>("moveItem")->isEnabled());
    menu->findChild<QAction *>("moveItem")->trigger();
    menu->close();
    QTRY_VERIFY(m_window->picker().isVisible());
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>(), Qt::Key_Return); // a new one: there is no other
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);                           // the hub moves it
    QTRY_VERIFY(m_window->toasts().newestText().startsWith("Moved messages"));
}

void TestInboxActions::rowsHaveAMenu_data()
{
    QTest::addColumn<bool>("ofRow");
    QTest::newRow("of a row") << true;
    QTest::newRow("of what is open") << false;
}

void TestInboxActions::rowsHaveAMenu()
{
    QFETCH(const bool, ofRow);
    QStringList words;
    QTimer::singleShot(0, this, [this, &words] {
        auto *menu = m_page->findChild<QMenu *>("rowMenu");
        for (const QAction *action : menu->actions())
            words.append(action->text().section(u'\t', 0, 0));
        menu->close();
    });
    if (ofRow)
        emit m_page->list().menuWanted(m_page->list().mapToGlobal(QPoint(10, 10)));
    else
        emit pane().header().moreWanted(pane().header().mapToGlobal(QPoint(10, 10)));
    QCOMPARE(words.contains("Open conversation"), ofRow);
    for (const char *each : {"Reply", "Internal note", "Assign", "Tag", "Set the status", "Snooze", "Mark unread",
                             "Resolve or reopen", "Block or unblock the customer"})
        QVERIFY2(words.contains(each), each);
}

void TestInboxActions::spamAndBlockAreTwo()
{
    QTest::keyClick(&m_page->list(), Qt::Key_Delete, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(m_window->picker().isVisible());
    QTest::keyClicks(m_window->picker().findChild<QLineEdit *>(), "spam");
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>(), Qt::Key_Return);
    QTRY_VERIFY(m_page->pane().card() && m_page->pane().card()->customer.spam);
    QVERIFY(m_page->pane().card()->customer.blocked);
}

void TestInboxActions::whoIsSelectedIsBlocked_data()
{
    QTest::addColumn<QList<int>>("selected");
    QTest::newRow("one that is not open") << QList<int>{2};
    QTest::newRow("several") << QList<int>{1, 3};
}

/// A row that was ticked without being opened is meant, not whoever is on the screen.
void TestInboxActions::whoIsSelectedIsBlocked()
{
    QFETCH(const QList<int>, selected);
    for (const int index : selected)
        m_page->list().toggleSelected(id(index));
    QTest::keyClick(&m_page->list(), Qt::Key_Delete, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(m_window->picker().isVisible());
    QTest::keyClicks(m_window->picker().findChild<QLineEdit *>(), "spam");
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>(), Qt::Key_Return);
    QTRY_COMPARE(m_workspace->status().outboxCount, selected.size());
    const auto kept = m_workspace->outbox();
    QTRY_VERIFY(kept.isFinished());
    for (int i = 0; i < selected.size(); ++i) {
        const auto block = std::get<model::BlockCustomer>((*kept.result())[std::size_t(i)].command.body);
        QCOMPARE(block.customer, m_made.conversations[std::size_t(selected[i])].customer);
        QVERIFY(block.blocked && block.spam);
    }
    m_workspace->undo(); // one step: each is taken back
    QTRY_COMPARE(m_workspace->status().outboxCount, 2 * selected.size());
}

void TestInboxActions::theClickedRowIsMeant()
{
    ConversationList &list = m_page->list();
    list.toggleSelected(id(1));
    list.toggleSelected(id(2));
    const auto rightClick = [&list](int row) {
        const QPoint at(20, list.rowRect(row).center().y());
        QContextMenuEvent event(QContextMenuEvent::Mouse, at, list.viewport()->mapToGlobal(at));
        QSignalSpy wanted(&list, &ConversationList::menuWanted);
        QTimer::singleShot(0, &list, [&list] {
            for (QMenu *menu : list.window()->findChildren<QMenu *>("rowMenu"))
                menu->close();
        });
        QCoreApplication::sendEvent(list.viewport(), &event);
        return wanted.size();
    };
    QCOMPARE(rightClick(2), 1); // one of those that are selected
    QCOMPARE(list.selected().size(), 2u);
    QCOMPARE(rightClick(4), 1);
    QVERIFY(list.selected().empty());
    QTRY_COMPARE(m_page->pane().conversation(), rows().rows()[4].conversation.id);
}

void TestInboxActions::whatIsOfAPersonLeavesTheSelection()
{
    m_page->list().toggleSelected(id(2));
    auto *panel = m_page->findChild<CustomerPanel *>();
    emit panel->commandWanted(model::SetCustomerTags{panel->customer(), {"vip"}, {}});
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    QCOMPARE(m_page->list().selected().size(), 1u);
}

void TestInboxActions::quickButtonsActOnTheirRow_data()
{
    QTest::addColumn<QList<int>>("selected");
    QTest::addColumn<int>("row");
    QTest::addColumn<QList<int>>("resolved");
    QTest::newRow("it alone") << QList<int>{} << 3 << QList<int>{3};
    QTest::newRow("all that are selected with it") << QList<int>{2, 3} << 3 << QList<int>{2, 3};
    QTest::newRow("not those selected beside it") << QList<int>{1, 2} << 4 << QList<int>{4};
}

/// It needs not be opened for that: whoever is being read stays on the screen, and unread stays unread.
void TestInboxActions::quickButtonsActOnTheirRow()
{
    QFETCH(const QList<int>, selected);
    QFETCH(const int, row);
    QFETCH(const QList<int>, resolved);
    for (const int index : selected)
        m_page->list().toggleSelected(id(index));
    clickQuick(row, 2);
    QTRY_COMPARE(m_workspace->status().outboxCount, resolved.size());
    for (const int index : resolved) {
        QTRY_COMPARE(rows().indexOf(id(index)), -1);
        QCOMPARE(conversation(index).status, model::Conversation::Status::Resolved);
    }
    QCOMPARE(rows().rowCount(), int(m_made.conversations.size() - std::size_t(resolved.size())));
    QCOMPARE(m_page->pane().conversation(), id(0));
    QVERIFY(m_page->list().selected().empty());
    QTest::keyClick(&m_page->list(), Qt::Key_Z);
    QTRY_COMPARE(conversation(resolved.front()).status, model::Conversation::Status::Open);
}

void TestInboxActions::quickButtonsAskBesideTheRow()
{
    const auto anchored = [this](const char *picker) {
        auto *panel = m_window->picker().findChild<QWidget *>(picker);
        const QRect row = m_page->list().rowRect(3);
        const int top = m_window->mapFromGlobal(m_page->list().viewport()->mapToGlobal(row.topLeft())).y();
        return panel && m_window->picker().isVisible() && panel->y() > top && panel->y() < top + 2 * row.height();
    };
    clickQuick(3, 1);
    QTRY_VERIFY(anchored("assignPicker"));
    m_window->picker().dismiss();
    clickQuick(3, 0);
    QTRY_VERIFY(anchored("snoozePicker"));
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>(), Qt::Key_Return); // later today
    QTRY_COMPARE(rows().indexOf(id(3)), -1);
    QCOMPARE(conversation(3).status, model::Conversation::Status::Snoozed);
    QCOMPARE(m_page->pane().conversation(), id(0));
}

void TestInboxActions::itemsHaveQuickButtons_data()
{
    QTest::addColumn<int>("button");
    QTest::newRow("reply, quoting it") << 0;
    QTest::newRow("copy") << 1;
    QTest::newRow("more") << 2;
}

void TestInboxActions::itemsHaveQuickButtons()
{
    QFETCH(const int, button);
    TimelineView &view = m_page->pane().timeline();
    QTRY_COMPARE(view.model().items().size(), 4u);
    const model::TimelineItem item = view.model().items().back();
    QTRY_VERIFY(view.itemRect(item.id) && view.viewport()->rect().contains(view.itemRect(item.id)->center()));
    const QPoint over = view.itemRect(item.id)->center();
    QMouseEvent move(QEvent::MouseMove, over, view.viewport()->mapToGlobal(over), Qt::NoButton, Qt::NoButton,
                     Qt::NoModifier);
    QCoreApplication::sendEvent(view.viewport(), &move);
    const std::vector<QuickAction> actions = view.quickActions();
    QCOMPARE(actions.size(), 3u);
    for (const QuickAction &action : actions)
        QVERIFY2(action.tip.endsWith(')') && action.whyNot.isEmpty(), qPrintable(action.tip)); // with its key
    QTest::mouseClick(view.viewport(), Qt::LeftButton, {}, view.quickButton(button).center());
    const QString text = QString::fromStdString(item.body);
    if (button == 0) {
        QTRY_VERIFY(m_page->pane().composer().text().contains("> " + text.section(u'\n', 0, 0)));
    } else if (button == 1) {
        QCOMPARE(QApplication::clipboard()->text(), text);
    } else {
        auto *menu = m_page->findChild<QMenu *>("itemMenu");
        QVERIFY(menu && menu->isVisible());
        menu->close();
    }
}

/// For ten seconds the way back is all there is to decide: nothing lies over it.
void TestInboxActions::nothingCoversTheUndoOfWhatIsHeld()
{
    TimelineView &view = m_page->pane().timeline();
    QTRY_COMPARE(view.model().items().size(), 4u);
    model::TimelineItem held = view.model().items().back();
    held.kind = model::TimelineItem::Kind::Outbound;
    held.author = m_workspace->agent().id;
    held.delivery = model::Delivery{.state = model::Delivery::State::Held};
    ++held.version;
    const_cast<TimelineModel &>(view.model()).apply({held});
    QTRY_VERIFY(view.itemRect(held.id) && view.viewport()->rect().contains(view.itemRect(held.id)->center()));
    const QPoint over = view.itemRect(held.id)->center();
    QMouseEvent move(QEvent::MouseMove, over, view.viewport()->mapToGlobal(over), Qt::NoButton, Qt::NoButton,
                     Qt::NoModifier);
    QCoreApplication::sendEvent(view.viewport(), &move);
    QVERIFY(view.quickActions().empty());
}

void TestInboxActions::quickButtonsSayWhyNot_data()
{
    QTest::addColumn<std::vector<std::string>>("permissions");
    QTest::addColumn<QList<int>>("selected");
    QTest::addColumn<QString>("why"); // of resolving; empty: they may
    QTest::newRow("may") << std::vector<std::string>{"change-status"} << QList<int>{} << "";
    QTest::newRow("may not") << std::vector<std::string>{"reply"} << QList<int>{} << "status";
    QTest::newRow("may not with several") << std::vector<std::string>{"change-status"} << QList<int>{2, 3} << "several";
}

void TestInboxActions::quickButtonsSayWhyNot()
{
    QFETCH(const std::vector<std::string>, permissions);
    QFETCH(const QList<int>, selected);
    QFETCH(const QString, why);
    start({.permissions = permissions});
    for (const int index : selected)
        m_page->list().toggleSelected(id(index));
    clickQuick(3, 2);
    const std::vector<QuickAction> offered = m_page->list().quickActions();
    if (why.isEmpty()) {
        QTRY_COMPARE(m_workspace->status().outboxCount, 1);
        return;
    }
    QCOMPARE(offered.size(), 3u);
    QVERIFY2(offered[2].whyNot.contains(why), qPrintable(offered[2].whyNot));
    QCOMPARE(m_page->list().selected().size(), std::size_t(selected.size()));
    QCOMPARE(m_workspace->status().outboxCount, 0);
    QVERIFY(!offered[1].whyNot.isEmpty()); // nobody may take work or give it
}

/// Not those of the last time it was open; and neither what is chosen nor what is typed is lost when they come.
void TestInboxActions::thePickerShowsPresentFigures()
{
    alter("cache.db", "UPDATE agent SET capacity = 5");
    emit m_workspace->changed({.agents = true});
    Picker &picker = m_window->picker();
    auto *list = picker.findChild<ChoiceList *>("pickerList");
    auto *field = picker.findChild<QLineEdit *>("pickerField");
    const auto load = [&]() -> QString {
        for (const Choice &choice : list->choices()) {
            if (choice.id == QString::fromStdString(m_made.colleague.id.text()))
                return choice.detail;
        }
        return "not there";
    };
    const auto ask = [&] {
        m_window->actions().action("assign")->trigger();
        QVERIFY(picker.isVisible());
        QTest::keyClick(field, Qt::Key_Down);
        QTest::keyClick(field, Qt::Key_Down);
        QCOMPARE(list->currentChoice()->text, QString::fromStdString(m_made.colleague.name));
    };
    const auto give = [&](int index) {
        alter("cache.db", "UPDATE conversation SET assignee_id = x'" + toHex(m_made.colleague.id.view()) + "' WHERE id = x'"
                              + toHex(id(index).view()) + "'");
    };
    QTRY_COMPARE((picker.dismiss(), m_window->actions().action("assign")->trigger(), load()), QString("0 of 5"));
    picker.dismiss();
    give(7);
    ask();
    QTRY_COMPARE(load(), QString("1 of 5"));
    QCOMPARE(list->currentChoice()->text, QString::fromStdString(m_made.colleague.name));
    give(8); // while it is open
    emit m_workspace->changed({.conversations = {id(8)}});
    QTRY_COMPARE(load(), QString("2 of 5"));
    QCOMPARE(list->currentChoice()->text, QString::fromStdString(m_made.colleague.name));
    QTest::keyClicks(field, "tom");
    QCOMPARE(load(), QString("2 of 5"));
    give(9);
    emit m_workspace->changed({.conversations = {id(9)}});
    QTRY_COMPARE(load(), QString("3 of 5"));
    QCOMPARE(field->text(), QString("tom"));
    QTest::keyClick(field, Qt::Key_Return);
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
}

void TestInboxActions::aHeldKeyIsDoneOnce_data()
{
    QTest::addColumn<QString>("afterResolving");
    QTest::newRow("the next one is shown") << "next";
    QTest::newRow("the same one stays, and would be reopened") << "stay";
}

void TestInboxActions::aHeldKeyIsDoneOnce()
{
    QFETCH(const QString, afterResolving);
    m_workspace->setSetting(kAfterResolving, afterResolving.toStdString());
    hold(Qt::Key_E);
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    const std::vector<model::CommandBody> given = waiting();
    QCOMPARE(given.size(), 1u);
    QCOMPARE(std::get<model::SetStatus>(given.front()).conversation, id(0));
    // Nor is more than one taken back.
    m_page->list().setFocus();
    key(Qt::Key_W);
    QTRY_COMPARE(m_workspace->history().steps().size(), 2u);
    hold(Qt::Key_Z);
    QTRY_COMPARE(m_workspace->history().steps().size(), 1u);
    QCOMPARE(waiting().size(), 3u); // one of the two, by a command of its own
}

void TestInboxActions::aHeldKeyGoesOnThroughTheList()
{
    const int from = rows().indexOf(m_page->list().current());
    hold(Qt::Key_J);
    QCOMPARE(rows().indexOf(m_page->list().current()), std::min(from + 11, rows().rowCount() - 1));
    QVERIFY(rows().rowCount() > 3);
}

void TestInboxActions::keysAfterAQuestionAreItsAnswer_data()
{
    QTest::addColumn<Qt::Key>("asks");
    QTest::newRow("to whom") << Qt::Key_A;
    QTest::newRow("to which team") << Qt::Key_V;
    QTest::newRow("until when") << Qt::Key_H;
    QTest::newRow("which tag") << Qt::Key_T;
    QTest::newRow("how urgent") << Qt::Key_P;
}

/// However busy the copy is: nothing is read first.
void TestInboxActions::keysAfterAQuestionAreItsAnswer()
{
    QFETCH(const Qt::Key, asks);
    start({.teams = {{.id = m_ids.make<model::TeamId>(), .name = "Express"}}});
    key(asks);
    key(Qt::Key_E); // in the same turn of the event loop
    QVERIFY(m_window->picker().isVisible());
    QCOMPARE(m_window->picker().findChild<QLineEdit *>("pickerField")->text(), QString("e"));
    QVERIFY(waiting().empty());
}

QTEST_MAIN(TestInboxActions)
#include "tst_inbox_actions.moc"
