// The inbox over a real workspace whose hub is away, where everything must work all the same: what it shows, and where one
// goes in it.
#include "tests/ui/inbox/open_inbox.h"
#include "ui/customer/customer_panel.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/inbox/row_words.h"
#include "ui/inbox/snooze_text.h"
#include "ui/search/command_palette.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"

#include <QAbstractButton>
#include <QAccessible>
#include <QCalendarWidget>
#include <QLineEdit>
#include <QSignalSpy>
#include <QTest>
#include <QTimeEdit>

using namespace tributary;
using namespace tributary::ui;

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
    void paletteRunsWhatIsTypedBeforeItIsFound();
    void paletteAsksForWhatItLooksFor_data();
    void paletteAsksForWhatItLooksFor();
    void waitingIsADuration_data();
    void waitingIsADuration();
    void colleaguesWhoAreAwayLookSo();
    void paletteGoesToTeamsAndViews_data();
    void paletteGoesToTeamsAndViews();
    void ownStatusesAreShown_data();
    void ownStatusesAreShown();
    void whatWasOpenIsGoneBackTo();
    void orderIsHeldAfterAKey();
    void afterResolvingGoesWhereItIsSaid_data();
    void afterResolvingGoesWhereItIsSaid();
    void whoHasGoneOnStaysThere();
    void snoozedUntilADateOfTheCalendar();
    void vipsAreSeenInListAndHead();
    void anAccountThatStopsIsSaid();
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

/// Whoever types fast does not wait for what the copy has.
void TestInboxPage::paletteRunsWhatIsTypedBeforeItIsFound()
{
    m_page->openPalette();
    const auto offered = [this] {
        QStringList ids;
        for (const Choice &choice : m_page->palette().choices())
            ids << choice.id;
        return ids;
    };
    const QStringList before = offered();
    m_page->palette().setText("resolved today");
    QCOMPARE(offered(), before); // what is found comes with it
    key(Qt::Key_Return);
    QTRY_VERIFY(m_page->place() == QueuePlace(store::Queue::Resolved));
    m_page->openPalette();
    m_page->palette().setText("resolved today");
    QTRY_VERIFY(offered() != before);
}

void TestInboxPage::paletteAsksForWhatItLooksFor_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("says");
    QTest::newRow("people") << "@"
                            << "a name";
    QTest::newRow("messages") << "#"
                              << "a word";
    QTest::newRow("people, of whom there are none") << "@zzqq"
                                                    << "Nothing found";
}

/// Before anything was looked for, nothing was not found.
void TestInboxPage::paletteAsksForWhatItLooksFor()
{
    QFETCH(const QString, typed);
    QFETCH(const QString, says);
    m_page->openPalette();
    m_page->palette().setText(typed);
    const auto only = [this] {
        const QList<Choice> choices = m_page->palette().choices();
        return choices.size() == 1 && !choices.first().enabled ? choices.first().text : QString();
    };
    QTRY_VERIFY(only().contains(says));
    QCOMPARE(only().contains("Nothing found"), says == "Nothing found");
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

void TestInboxPage::anAccountThatStopsIsSaid()
{
    QTRY_VERIFY(m_page->sidebar().findChild<QWidget *>("accountNotice") == nullptr);
    model::ChannelAccount broken = m_made.mail;
    broken.health = model::ChannelAccount::Health::NotWorking;
    broken.problemText = "The password was refused.";
    const auto stop = [&](bool stopped) {
        alter("cache.db",
              stopped
                  ? "UPDATE channel_account SET health = 'not-working', problem_text = 'The password was refused.' WHERE id "
                    "= x'"
                        + QByteArray(reinterpret_cast<const char *>(broken.id.bytes.data()), 16).toHex().toStdString() + "'"
                  : "");
        emit m_workspace->changed({.accounts = true});
    };
    stop(true);
    QTRY_VERIFY2(m_window->toasts().newestText().contains("Help has stopped working"),
                 qPrintable(m_window->toasts().newestText()));
    QTRY_VERIFY(m_page->sidebar().findChild<QAbstractButton *>("accountNotice"));
    m_page->sidebar().findChild<QAbstractButton *>("accountNotice")->click();
    QVERIFY2(m_window->toasts().newestText().contains("The password was refused."),
             qPrintable(m_window->toasts().newestText()));
    QSignalSpy wanted(m_page, &InboxPage::accountWanted);
    QList<QAbstractButton *> actions = m_window->findChildren<QAbstractButton *>("toastAction");
    actions.back()->click();
    QCOMPARE(wanted.size(), 1);
}

QTEST_MAIN(TestInboxPage)
#include "tst_inbox_page.moc"
