#include "core/base/rng.h"
#include "tests/ui/inbox/open_inbox.h"
#include "ui/customer/customer_panel.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/inbox/snooze_text.h"
#include "ui/inbox/triage.h"
#include "ui/search/command_palette.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"
#include "ui/ticket/ticket_sheet.h"

#include <QAccessible>
#include <QCalendarWidget>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QTimeEdit>
#include <QTimer>

using namespace tributary;
using namespace tributary::ui;

/// The inbox over a real workspace whose hub is away: everything must work all the same.
class TestInboxPage : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void showsTheQueueFromTheCopy();
    void saysWhatIsNotHere();
    void resolvesAndTakesBackByKey();
    void typingInAFieldIsText();
    void repliesGoWhereTheCustomerWrote();
    void draftsComeBack();
    void rowsSpeak();
    void paletteFindsPeople();
    void waitingIsADuration_data();
    void waitingIsADuration();
    void whatIsNobodysIsTakenOnlyWhileItIs();
    void theFasterOneKeepsIt();
    void colleaguesWhoAreAwayLookSo();
    void paletteGoesToTeamsAndViews_data();
    void paletteGoesToTeamsAndViews();
    void whatMayNotBeDoneSaysWhy();
    void whoMayNotChangeManyChangesOne_data();
    void whoMayNotChangeManyChangesOne();
    void confidentialFieldsAreNotSetByWhoDoesNotSeeThem_data();
    void confidentialFieldsAreNotSetByWhoDoesNotSeeThem();
    void ownStatusesAreShown_data();
    void ownStatusesAreShown();
    void aStatusIsGivenToAllSelected_data();
    void aStatusIsGivenToAllSelected();
    void whoMayNotChangeTheStatusIsNotAsked();
    void whatWasOpenIsGoneBackTo();
    void orderIsHeldAfterAKey();
    void afterResolvingGoesWhereItIsSaid_data();
    void afterResolvingGoesWhereItIsSaid();
    void whoHasGoneOnStaysThere();
    void whoMayNotAssignOthersIsToldInThePicker();
    void whatAColleagueHasIsNotTaken();
    void colleaguesWhoWereChosenComeFirst();
    void itemsHaveAMenu();
    void rowsHaveAMenu_data();
    void rowsHaveAMenu();
    void spamAndBlockAreTwo();
    void whoMayNotReplyKeepsTheText();
    void whoIsSelectedIsBlocked_data();
    void whoIsSelectedIsBlocked();
    void theClickedRowIsMeant();
    void whatIsOfAPersonLeavesTheSelection();
    void twoCommandsOfOneAreNoBulk();
    void whoCannotSeeItIsNotGivenIt();
    void snoozedUntilADateOfTheCalendar();
    void quickButtonsActOnTheirRow_data();
    void quickButtonsActOnTheirRow();
    void quickButtonsAskBesideTheRow();
    void itemsHaveQuickButtons_data();
    void itemsHaveQuickButtons();
    void quickButtonsSayWhyNot_data();
    void quickButtonsSayWhyNot();
    void vipsAreSeenInListAndHead();
    void thePickerShowsPresentFigures();

private:
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
    SeededRng m_rng{3};
    IdMaker m_ids{m_clock, m_rng};
};

void TestInboxPage::showsTheQueueFromTheCopy()
{
    QCOMPARE(rows().rows().front().conversation.id, m_made.conversations.front().id);
    QCOMPARE(m_page->pane().conversation(), m_made.conversations.front().id);
    QTRY_COMPARE(m_page->pane().timeline().model().items().size(), 4u);
    QVERIFY(m_page->findChild<QWidget *>("presenceUnknown")->isVisible()); // the hub is away
}

void TestInboxPage::saysWhatIsNotHere()
{
    const TimelineModel &shown = m_page->pane().timeline().model();
    QTRY_COMPARE(shown.gaps().size(), 1u); // what came before the first copy
    QVERIFY(shown.gaps()[0].range.from == model::HistoryKey::beginning());
    QCOMPARE(shown.gaps()[0].state, TimelineGap::State::Offline);
    QVERIFY(shown.isComplete());
    QVERIFY(m_page->pane().timeline().rowName(0).contains("Comes when the hub answers"));
}

void TestInboxPage::resolvesAndTakesBackByKey()
{
    const model::ConversationId first = m_made.conversations[0].id;
    QTest::keyClick(&m_page->list(), Qt::Key_E);
    QTRY_COMPARE(rows().indexOf(first), -1);
    QTRY_COMPARE(m_page->pane().conversation(), m_made.conversations[1].id);
    QTRY_VERIFY(m_window->toasts().newestText().contains("Layla"));
    QTest::keyClick(&m_page->list(), Qt::Key_Z);
    QTRY_VERIFY(rows().indexOf(first) >= 0 || rows().waiting() > 0);
}

void TestInboxPage::typingInAFieldIsText()
{
    QTest::keyClick(&m_page->list(), Qt::Key_R);
    QTRY_VERIFY(editor()->hasFocus());
    QTest::keyClicks(editor(), "neither e nor j act here");
    QCOMPARE(rows().rowCount(), int(m_made.conversations.size()));
    QCOMPARE(m_page->pane().conversation(), m_made.conversations.front().id);
    QVERIFY(m_page->pane().composer().hasText());
    QTest::keyClick(editor(), Qt::Key_Escape);
    QTRY_VERIFY(m_page->pane().timeline().hasFocus());
}

void TestInboxPage::repliesGoWhereTheCustomerWrote()
{
    QCOMPARE(m_page->pane().composer().target()->channel, model::Channel::WebChat);
    QTest::keyClick(&m_page->list(), Qt::Key_R);
    QTest::keyClicks(editor(), "On its way");
    m_page->pane().composer().send();
    QTRY_COMPARE(m_page->pane().timeline().model().items().size(), 5u);
    const model::TimelineItem &sent = m_page->pane().timeline().model().items().back();
    QCOMPARE(sent.body, std::string("On its way"));
    QCOMPARE(sent.account, m_made.chat.id);
    QVERIFY(!m_page->pane().composer().hasText());
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
}

void TestInboxPage::draftsComeBack()
{
    QTest::keyClick(&m_page->list(), Qt::Key_R);
    QTest::keyClicks(editor(), "Half a thought");
    QTest::keyClick(editor(), Qt::Key_Escape);
    QTest::keyClick(&m_page->pane().timeline(), Qt::Key_J);
    QTRY_COMPARE(m_page->pane().conversation(), m_made.conversations[1].id);
    QTRY_VERIFY(!m_page->pane().composer().hasText());
    QTest::keyClick(&m_page->pane().timeline(), Qt::Key_K);
    QTRY_VERIFY(m_page->pane().composer().hasText());
    QTRY_COMPARE(rows().draftOf(m_made.conversations[0].id), std::optional<QString>("Half a thought"));
}

void TestInboxPage::rowsSpeak()
{
    QAccessibleInterface *list = QAccessible::queryAccessibleInterface(&m_page->list());
    QVERIFY(list);
    QCOMPARE(list->childCount(), int(m_made.conversations.size()));
    QVERIFY(list->child(0)->text(QAccessible::Name).contains("Unread"));
    QVERIFY(list->child(2)->text(QAccessible::Name).contains("Email"));
}

void TestInboxPage::paletteFindsPeople()
{
    m_page->openPalette();
    m_page->palette().setText("chen");
    QTRY_VERIFY(std::ranges::any_of(m_page->palette().choices(),
                                    [](const Choice &choice) { return choice.id.startsWith("person:"); }));
    m_page->palette().dismiss();
    QTRY_VERIFY(m_page->list().hasFocus());
}

void TestInboxPage::waitingIsADuration_data()
{
    QTest::addColumn<int>("minutes");
    QTest::addColumn<QString>("shown");
    QTest::newRow("just now") << 0 << QString("1m");
    QTest::newRow("minutes") << 12 << QString("12m");
    QTest::newRow("hours, over midnight or not") << 190 << QString("3h");
    QTest::newRow("days, whatever day it was") << 3 * 24 * 60 << QString("3d");
}

void TestInboxPage::waitingIsADuration()
{
    QFETCH(int, minutes);
    const TimePoint now = m_clock.now();
    QTEST(waitedFor(now - std::chrono::minutes(minutes), TimeFormat(QLocale::English), now), "shown");
}

void TestInboxPage::whatIsNobodysIsTakenOnlyWhileItIs()
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

void TestInboxPage::theFasterOneKeepsIt()
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

void TestInboxPage::colleaguesWhoAreAwayLookSo()
{
    ConversationHeader &header = m_page->pane().header();
    const RawId tomas = m_made.colleague.id.bytes;
    const auto tip = [&header] {
        const auto *shown = header.findChild<AvatarView *>();
        return shown ? shown->toolTip() : QString();
    };
    header.setViewers({{"Tomás", tomas}});
    QCOMPARE(tip(), QString("Tomás is looking at this"));
    const QImage here = header.findChild<AvatarView *>()->grab().toImage();
    header.setViewers({{"Tomás", tomas, false, true}});
    QCOMPARE(tip(), QString("Tomás is away, and has this open"));
    QVERIFY(header.findChild<AvatarView *>()->grab().toImage() != here);
}

void TestInboxPage::paletteGoesToTeamsAndViews_data()
{
    QTest::addColumn<bool>("team");
    QTest::addColumn<QString>("typed");
    QTest::newRow("a team") << true << "retur";
    QTest::newRow("a view") << false << "angry";
}

void TestInboxPage::paletteGoesToTeamsAndViews()
{
    QFETCH(const bool, team);
    QFETCH(const QString, typed);
    const auto returns = m_ids.make<model::TeamId>();
    start({.teams = {{.id = returns, .name = "Returns"}}});
    const model::SavedView view{.id = m_ids.make<model::SavedViewId>(), .name = "Angry ones", .owner = m_made.me.id};
    const auto saved = m_workspace->submit({model::SaveView{view}}, {}, false);
    QTRY_VERIFY(saved.isFinished());
    QTRY_VERIFY(!m_page->sidebar().nameOf(QueuePlace(view.id)).isEmpty());
    m_page->openPalette();
    m_page->palette().setText(typed);
    QTRY_VERIFY(std::ranges::any_of(m_page->palette().choices(),
                                    [](const Choice &choice) { return choice.id.startsWith("place:"); }));
    key(Qt::Key_Return);
    QTRY_VERIFY(m_page->place() == (team ? QueuePlace(returns) : QueuePlace(view.id)));
}

void TestInboxPage::whatMayNotBeDoneSaysWhy()
{
    start({.permissions = {"reply", "edit-tags"}});
    QWidget *both = m_page->pane().composer().findChild<QWidget *>("sendAndResolve");
    QTest::keyClick(&m_page->list(), Qt::Key_R);
    QWidget *editor = m_page->pane().composer().findChild<QWidget *>("composerEditor");
    QTRY_VERIFY(editor->hasFocus());
    QTest::keyClicks(editor, "Bye");
    QVERIFY(m_page->pane().composer().findChild<QWidget *>("send")->isEnabled());
    QVERIFY(!both->isEnabled());
    QVERIFY(both->toolTip().contains("status"));
    m_window->actions().action("sendResolve")->trigger();
    QVERIFY(m_window->toasts().newestText().contains("may not change the status"));
    QVERIFY(m_page->pane().composer().hasText());
    QCOMPARE(m_workspace->status().outboxCount, 0);
    m_page->list().setFocus();
    QWidget *resolve = m_page->pane().header().findChild<QWidget *>("headerResolve");
    QVERIFY(!resolve->isEnabled());
    QVERIFY(resolve->toolTip().contains("status"));
    QTest::keyClick(&m_page->list(), Qt::Key_E);
    QVERIFY(m_window->toasts().newestText().contains("may not change the status"));
    QTest::keyClick(&m_page->list(), Qt::Key_H); // not even asked until when
    QVERIFY(!m_window->picker().isVisible());
    QCOMPARE(m_workspace->status().outboxCount, 0);
    QTest::keyClick(&m_page->list(), Qt::Key_T);
    QTRY_VERIFY(m_window->picker().isVisible());
}

void TestInboxPage::whoMayNotChangeManyChangesOne_data()
{
    QTest::addColumn<QString>("action");
    QTest::newRow("resolved") << "resolve";
    QTest::newRow("set to wait") << "waiting";
}

void TestInboxPage::whoMayNotChangeManyChangesOne()
{
    QFETCH(const QString, action);
    start({.permissions = {"change-status", "edit-tags", "assign-others", "take-work"}});
    for (const int index : {0, 1})
        m_page->list().toggleSelected(id(index));
    QCOMPARE(m_page->list().selected().size(), 2u);
    for (const char *name : {"bulk-assign", "bulk-snooze", "bulk-tag", "bulk-resolve"}) {
        const auto *button = m_page->findChild<QAbstractButton *>(name);
        QVERIFY2(button && !button->isEnabled() && button->toolTip().contains("several conversations at once"), name);
    }
    m_window->actions().action(action)->trigger();
    QVERIFY(m_window->toasts().newestText().contains("several conversations at once"));
    QCOMPARE(m_workspace->status().outboxCount, 0);
    m_page->list().toggleSelected(id(1));
    QCOMPARE(m_page->list().selected().size(), 1u);
    m_window->actions().action(action)->trigger();
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
}

void TestInboxPage::confidentialFieldsAreNotSetByWhoDoesNotSeeThem_data()
{
    QTest::addColumn<bool>("ofCustomer");
    QTest::newRow("of a customer") << true;
    QTest::newRow("of a conversation") << false;
}

/// Whichever way it is asked for: it is said here, and nothing is given to the hub to send back.
void TestInboxPage::confidentialFieldsAreNotSetByWhoDoesNotSeeThem()
{
    QFETCH(const bool, ofCustomer);
    start({.permissions = {"edit-customers", "edit-details"}});
    auto *panel = m_page->findChild<CustomerPanel *>();
    QTRY_VERIFY(!panel->customer().isNull());
    const auto set = [&](const std::string &key) {
        if (ofCustomer)
            emit panel->commandWanted(model::SetCustomerField{panel->customer(), key, "x"});
        else
            emit m_page->ticketSheet().commandsWanted({model::SetField{id(0), key, "x"}});
    };
    set("confidential.iban");
    QVERIFY(m_window->toasts().newestText().contains("confidential"));
    QCOMPARE(m_workspace->status().outboxCount, 0);
    set("size");
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
}

void TestInboxPage::ownStatusesAreShown_data()
{
    using Status = model::Conversation::Status;
    QTest::addColumn<Status>("status");
    QTest::addColumn<bool>("hasEnd"); // of its sleep
    QTest::addColumn<QString>("pill");
    QTest::addColumn<QString>("header");
    QTest::addColumn<QString>("absent");
    QTest::newRow("open") << Status::Open << false << "waits"
                          << "With the courier"
                          << "Open";
    QTest::newRow("waiting") << Status::Waiting << false << ""
                             << "With the courier"
                             << "Waiting on customer";
    QTest::newRow("resolved") << Status::Resolved << false << ""
                              << "With the courier"
                              << "Resolved";
    QTest::newRow("until they write") << Status::Snoozed << false << "Until they write"
                                      << "With the courier, snoozed until the customer writes"
                                      << "Snoozed";
    QTest::newRow("until then") << Status::Snoozed << true << "%1"
                                << "With the courier, snoozed until %1"
                                << "Snoozed";
}

/// The name, and what it counts as where that says more: for how long.
void TestInboxPage::ownStatusesAreShown()
{
    using Status = model::Conversation::Status;
    QFETCH(const Status, status);
    QFETCH(const bool, hasEnd);
    QFETCH(QString, pill);
    QFETCH(QString, header);
    QFETCH(const QString, absent);
    const auto own = m_ids.make<model::CustomStatusId>();
    const TimeFormat format;
    const TimePoint now = m_clock.now(), end = now + std::chrono::hours(24 * 30);
    const bool isHere = status == Status::Open || status == Status::Waiting;
    start({.statuses = {{.id = own, .name = "With the courier", .status = status}},
           .change =
               [&](std::size_t at, model::Conversation &conversation) {
                   if (at > 0)
                       return;
                   conversation.status = status;
                   conversation.customStatus = own;
                   if (hasEnd)
                       conversation.snoozedUntil = end;
                   if (status == Status::Resolved)
                       conversation.resolvedAt = now;
               }},
          isHere ? 10 : 9);
    if (!isHere)
        m_page->chooseQueue(status == Status::Snoozed ? store::Queue::Snoozed : store::Queue::Resolved);
    const QString until = snoozeWords(format.local(end), format.local(now), format.locale());
    const auto plain = [](QString text) { return text.remove(QChar(0x2068)).remove(QChar(0x2069)); };
    const auto spoken = [&] { return m_page->list().words(0).spoken; };
    QTRY_COMPARE(rows().rowCount(), isHere ? 10 : 1);
    QTRY_VERIFY(spoken().contains("With the courier"));
    QVERIFY2(spoken().contains(pill.replace("%1", until)), qPrintable(spoken()));
    QVERIFY2(!spoken().contains(absent), qPrintable(spoken()));
    m_page->openConversation(id(0));
    const auto *state = m_page->pane().header().findChild<TextLabel *>("conversationState");
    QTRY_VERIFY2(plain(state->text()).startsWith(header.replace("%1", until)), qPrintable(state->text()));
}

void TestInboxPage::aStatusIsGivenToAllSelected_data()
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
void TestInboxPage::aStatusIsGivenToAllSelected()
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

void TestInboxPage::whoMayNotChangeTheStatusIsNotAsked()
{
    start({.permissions = {"reply", "edit-tags"}});
    m_window->actions().action("status")->trigger();
    QVERIFY(m_window->toasts().newestText().contains("may not change the status"));
    QVERIFY(!m_window->picker().isVisible());
}

void TestInboxPage::whatWasOpenIsGoneBackTo()
{
    for (const int index : {3, 5}) {
        m_page->openConversation(id(index));
        QTRY_VERIFY(isHere(index));
    }
    for (const int index : {3, 0}) {
        key(Qt::Key_Tab, Qt::ControlModifier);
        QTRY_VERIFY(isHere(index));
    }
    QCOMPARE(m_page->list().current(), id(0));
    key(Qt::Key_Tab, Qt::ControlModifier);
    QVERIFY(m_window->toasts().newestText().contains("open before"));
    m_window->actions().action("recentForth")->trigger();
    QTRY_VERIFY(isHere(3));
}

void TestInboxPage::orderIsHeldAfterAKey()
{
    QVERIFY(!m_page->list().isHeld());
    QTest::keyClick(&m_page->list(), Qt::Key_P);
    QVERIFY(m_page->list().isHeld());
}

void TestInboxPage::afterResolvingGoesWhereItIsSaid_data()
{
    QTest::addColumn<QString>("setting");
    QTest::addColumn<int>("shown");
    QTest::newRow("next") << "next" << 3;
    QTest::newRow("previous") << "previous" << 1;
    QTest::newRow("stay") << "stay" << 2;
}

void TestInboxPage::afterResolvingGoesWhereItIsSaid()
{
    QFETCH(QString, setting);
    QFETCH(int, shown);
    m_workspace->setSetting(kAfterResolving, setting.toStdString());
    m_page->list().step(2);
    QTRY_COMPARE(m_page->pane().conversation(), m_made.conversations[2].id);
    QTRY_VERIFY(m_page->pane().row() && m_page->pane().row()->conversation.id == m_made.conversations[2].id);
    QTest::keyClick(&m_page->list(), Qt::Key_E);
    QTRY_COMPARE(rows().indexOf(m_made.conversations[2].id), -1);
    QCOMPARE(m_page->pane().conversation(), m_made.conversations[std::size_t(shown)].id);
}

/// What the key did is kept a moment later: the next conversation does not take the place of the one that was opened since.
void TestInboxPage::whoHasGoneOnStaysThere()
{
    QTest::keyClick(&m_page->list(), Qt::Key_E);
    m_page->openConversation(id(3));
    QTRY_VERIFY(m_window->toasts().newestText().contains("Layla"));
    QCOMPARE(m_page->pane().conversation(), id(3));
    QTRY_VERIFY(isHere(3));
    QTRY_COMPARE(rows().indexOf(id(0)), -1);
    QCOMPARE(m_page->pane().conversation(), id(3));
}

void TestInboxPage::whoMayNotAssignOthersIsToldInThePicker()
{
    start({.permissions = {"take-work"}});
    QTest::keyClick(&m_page->list(), Qt::Key_A);
    QTRY_VERIFY(m_window->picker().isVisible());
    m_window->picker().findChild<QLineEdit *>()->setText(QString::fromStdString(m_made.colleague.name));
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>(), Qt::Key_Return);
    QCOMPARE(m_workspace->status().outboxCount, 0);
    QVERIFY(m_window->picker().isVisible());
}

/// To take work is not to take it away.
void TestInboxPage::whatAColleagueHasIsNotTaken()
{
    start({.permissions = {"take-work"}, .theirs = 1});
    m_page->openConversation(m_made.conversations[0].id);
    QTRY_VERIFY(m_page->pane().row() && m_page->pane().row()->conversation.id == m_made.conversations[0].id);
    m_window->actions().action("assignMe")->trigger();
    QVERIFY(m_window->toasts().newestText().contains(QString::fromStdString(m_made.colleague.name)));
    m_window->actions().action("assign")->trigger();
    QTRY_VERIFY(m_window->picker().isVisible());
    m_window->picker().findChild<QLineEdit *>()->setText("Nobody");
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>(), Qt::Key_Return);
    QCOMPARE(m_workspace->status().outboxCount, 0);
}

void TestInboxPage::colleaguesWhoWereChosenComeFirst()
{
    QTest::keyClick(&m_page->list(), Qt::Key_A);
    QTRY_VERIFY(m_window->picker().isVisible());
    m_window->picker().findChild<QLineEdit *>()->setText(QString::fromStdString(m_made.colleague.name));
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>(), Qt::Key_Return);
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    QCOMPARE(m_settings->value("inbox/recentAssignees").toStringList(),
             QStringList{QString::fromStdString(m_made.colleague.id.text())});
}

void TestInboxPage::itemsHaveAMenu()
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

void TestInboxPage::rowsHaveAMenu_data()
{
    QTest::addColumn<bool>("ofRow");
    QTest::newRow("of a row") << true;
    QTest::newRow("of what is open") << false;
}

void TestInboxPage::rowsHaveAMenu()
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

void TestInboxPage::spamAndBlockAreTwo()
{
    QTest::keyClick(&m_page->list(), Qt::Key_Delete, Qt::ControlModifier | Qt::ShiftModifier);
    QTRY_VERIFY(m_window->picker().isVisible());
    QTest::keyClicks(m_window->picker().findChild<QLineEdit *>(), "spam");
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>(), Qt::Key_Return);
    QTRY_VERIFY(m_page->pane().card() && m_page->pane().card()->customer.spam);
    QVERIFY(m_page->pane().card()->customer.blocked);
}

void TestInboxPage::whoMayNotReplyKeepsTheText()
{
    start({.permissions = {"write-notes"}});
    for (const char *action : {"reply", "quote", "newConversation"}) {
        m_window->actions().action(action)->trigger();
        QVERIFY2(m_window->toasts().newestText().contains("Your role"), action);
    }
    editor()->setFocus();
    QTRY_VERIFY(editor()->hasFocus());
    QTest::keyClicks(editor(), "It is on its way.");
    QTest::keyClick(editor(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(composer().text(), QString("It is on its way."));
    QCOMPARE(m_workspace->status().outboxCount, 0);
    m_window->actions().action("note")->trigger();
    QCOMPARE(composer().mode(), Composer::Mode::Note);
}

void TestInboxPage::whoIsSelectedIsBlocked_data()
{
    QTest::addColumn<QList<int>>("selected");
    QTest::newRow("one that is not open") << QList<int>{2};
    QTest::newRow("several") << QList<int>{1, 3};
}

/// A row that was ticked without being opened is meant, not whoever is on the screen.
void TestInboxPage::whoIsSelectedIsBlocked()
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

void TestInboxPage::theClickedRowIsMeant()
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

void TestInboxPage::whatIsOfAPersonLeavesTheSelection()
{
    m_page->list().toggleSelected(id(2));
    auto *panel = m_page->findChild<CustomerPanel *>();
    emit panel->commandWanted(model::SetCustomerTags{panel->customer(), {"vip"}, {}});
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    QCOMPARE(m_page->list().selected().size(), 1u);
}

/// Two commands for one conversation, or one person, are not many conversations.
void TestInboxPage::twoCommandsOfOneAreNoBulk()
{
    start({.permissions = {"manage-companies", "edit-customers"}}); // and not to act on many at once
    auto *panel = m_page->findChild<CustomerPanel *>();
    QTRY_VERIFY(!panel->customer().isNull());
    emit panel->newCompanyWanted(panel->customer(), "Teahouse");
    QTRY_COMPARE(m_workspace->status().outboxCount, 2);
}

/// The hub would send it back, and say no more than that it was not taken.
void TestInboxPage::whoCannotSeeItIsNotGivenIt()
{
    const auto claims = m_ids.make<model::TeamId>(); // the colleague is in no team
    start({.change = [claims](std::size_t i, model::Conversation &one) {
        if (i == 0)
            one.team = claims;
    }});
    const auto assign = [this] {
        m_window->actions().action("assign")->trigger();
        if (!QTest::qWaitFor([this] { return m_window->picker().isVisible(); }))
            return;
        m_window->picker().findChild<QLineEdit *>()->setText(QString::fromStdString(m_made.colleague.name));
        QTest::keyClick(m_window->picker().findChild<QLineEdit *>(), Qt::Key_Return);
    };
    assign();
    QVERIFY(m_window->picker().isVisible());
    QCOMPARE(m_workspace->status().outboxCount, 0);
    m_window->picker().dismiss();
    m_page->openConversation(id(1));
    QTRY_VERIFY(isHere(1));
    assign();
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
}

void TestInboxPage::snoozedUntilADateOfTheCalendar()
{
    const model::ConversationId first = m_made.conversations.front().id;
    QTest::keyClick(&m_page->list(), Qt::Key_H);
    QTRY_VERIFY(m_window->picker().isVisible());
    QTest::keyClicks(m_window->picker().findChild<QLineEdit *>(), "pick a date");
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>(), Qt::Key_Return);
    auto *days = m_window->findChild<QCalendarWidget *>("snoozeDays");
    QTRY_VERIFY(days && days->isVisible());
    auto *take = m_window->findChild<QAbstractButton *>("snoozeTake");
    const QDate today = QDate::currentDate();
    days->setSelectedDate(today);
    m_window->findChild<QTimeEdit *>("snoozeTime")->setTime(QTime(0, 0));
    QVERIFY(!take->isEnabled()); // midnight has passed
    days->setSelectedDate(today.addDays(12));
    m_window->findChild<QTimeEdit *>("snoozeTime")->setTime(QTime(8, 30));
    QVERIFY(take->isEnabled());
    take->click();
    QTRY_COMPARE(rows().indexOf(first), -1);
    const auto read = m_workspace->conversationRow(first);
    QTRY_VERIFY(read.isFinished());
    const auto until = (*read.result())->conversation.snoozedUntil;
    QVERIFY(until);
    QCOMPARE(TimeFormat().local(*until), QDateTime(today.addDays(12), QTime(8, 30)));
}

void TestInboxPage::quickButtonsActOnTheirRow_data()
{
    QTest::addColumn<QList<int>>("selected");
    QTest::addColumn<int>("row");
    QTest::addColumn<QList<int>>("resolved");
    QTest::newRow("it alone") << QList<int>{} << 3 << QList<int>{3};
    QTest::newRow("all that are selected with it") << QList<int>{2, 3} << 3 << QList<int>{2, 3};
    QTest::newRow("not those selected beside it") << QList<int>{1, 2} << 4 << QList<int>{4};
}

/// It needs not be opened for that: whoever is being read stays on the screen, and unread stays unread.
void TestInboxPage::quickButtonsActOnTheirRow()
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

void TestInboxPage::quickButtonsAskBesideTheRow()
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

void TestInboxPage::itemsHaveQuickButtons_data()
{
    QTest::addColumn<int>("button");
    QTest::newRow("reply, quoting it") << 0;
    QTest::newRow("copy") << 1;
    QTest::newRow("more") << 2;
}

void TestInboxPage::itemsHaveQuickButtons()
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

void TestInboxPage::quickButtonsSayWhyNot_data()
{
    QTest::addColumn<std::vector<std::string>>("permissions");
    QTest::addColumn<QList<int>>("selected");
    QTest::addColumn<QString>("why"); // of resolving; empty: they may
    QTest::newRow("may") << std::vector<std::string>{"change-status"} << QList<int>{} << "";
    QTest::newRow("may not") << std::vector<std::string>{"reply"} << QList<int>{} << "status";
    QTest::newRow("may not with several") << std::vector<std::string>{"change-status"} << QList<int>{2, 3} << "several";
}

void TestInboxPage::quickButtonsSayWhyNot()
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

void TestInboxPage::vipsAreSeenInListAndHead()
{
    auto *panel = m_page->findChild<CustomerPanel *>();
    const QWidget *star = pane().header().findChild<QWidget *>("headerVip");
    QVERIFY(star && !star->isVisible());
    QTRY_COMPARE(panel->customer(), m_made.conversations[0].customer);
    emit panel->commandWanted(model::SetCustomerTags{panel->customer(), {"vip"}, {}});
    QTRY_VERIFY(rows().find(id(0))->vip);
    QTRY_VERIFY(star->isVisible());
    QVERIFY(!rows().find(id(1))->vip);
    emit panel->commandWanted(model::SetCustomerTags{panel->customer(), {}, {"vip"}});
    QTRY_VERIFY(!rows().find(id(0))->vip);
    QTRY_VERIFY(!star->isVisible());
    m_page->openCustomer(m_made.silent.id); // with whom nothing has been said
    QTRY_COMPARE(panel->customer(), m_made.silent.id);
    emit panel->commandWanted(model::SetCustomerTags{panel->customer(), {"VIP"}, {}});
    QTRY_VERIFY(star->isVisible());
}

/// Not those of the last time it was open; and neither what is chosen nor what is typed is lost when they come.
void TestInboxPage::thePickerShowsPresentFigures()
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

QTEST_MAIN(TestInboxPage)
#include "tst_inbox_page.moc"
