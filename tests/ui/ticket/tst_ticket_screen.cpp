// What is done with conversations and their messages from the screen: split, moved, joined, linked, given to a team or a
// status, over a real workspace whose hub is away.
#include "tests/ui/inbox/open_inbox.h"
#include "ui/inbox/conversation_list.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"
#include "ui/ticket/ticket_sheet.h"

#include <QAbstractButton>
#include <QLineEdit>
#include <QMenu>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using Status = model::Conversation::Status;

class TestTicketScreen : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void aMessageIsMoved_data();
    void aMessageIsMoved();
    void aConversationIsSplit();
    void conversationsAreJoinedAndLinked_data();
    void conversationsAreJoinedAndLinked();
    void conversationsGoToATeam_data();
    void conversationsGoToATeam();
    void whatWasChosenLastIsOfferedFirst_data();
    void whatWasChosenLastIsOfferedFirst();
    void theSheetGivesATeam_data();
    void theSheetGivesATeam();
    void theSheetGivesAStatus_data();
    void theSheetGivesAStatus();

private:
    /// The first two conversations are one person's, and share a row.
    void startWithTwoOfOne()
    {
        model::CustomerId one;
        start({.change =
                   [&one](std::size_t i, model::Conversation &conversation) {
                       if (i == 0)
                           one = conversation.customer;
                       else if (i == 1)
                           conversation.customer = one;
                   }},
              9);
        QTRY_COMPARE(pane().card()->conversations.size(), 2u);
    }
    /// The only command that waits for the hub.
    template<class T>
    std::optional<T> given()
    {
        const std::vector<model::CommandBody> all = waiting();
        const auto *one = all.size() == 1 ? std::get_if<T>(&all.front()) : nullptr;
        return one ? std::optional(*one) : std::nullopt;
    }
    QMenu *menuOf(const model::TimelineItem &item)
    {
        const auto there = [&] { return pane().timeline().focusedItem() == item.id; };
        QTest::keyClick(&pane().timeline(), Qt::Key_End);
        for (int i = 0; i < 10 && !QTest::qWaitFor(there, 50); ++i)
            QTest::keyClick(&pane().timeline(), Qt::Key_Up);
        if (!there())
            return nullptr;
        QTest::keyClick(&pane().timeline(), Qt::Key_Menu);
        return m_page->findChild<QMenu *>("itemMenu");
    }
    /// Takes what a picker offers for @p typed; empty: the first.
    void pick(const QString &name, const QString &typed)
    {
        QTRY_VERIFY(m_window->picker().isVisible() && m_window->picker().findChild<QWidget *>(name));
        auto *field = m_window->picker().findChild<QLineEdit *>("pickerField");
        field->setText(typed);
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(!m_window->picker().isVisible());
    }
    TicketSheet *openSheet()
    {
        QTest::keyClick(&m_page->list(), Qt::Key_L);
        auto *sheet = &m_page->ticketSheet();
        const auto isOpen = [&] { return sheet && sheet->isVisible() && sheet->findChild<QWidget *>("checklistAdd"); };
        return QTest::qWaitFor(isOpen) ? sheet : nullptr;
    }
    static QString text(TicketSheet *sheet, const char *button)
    {
        const auto *found = sheet->findChild<QAbstractButton *>(button);
        return found ? found->text() : QString();
    }
};

void TestTicketScreen::aMessageIsMoved_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("isNew");
    QTest::newRow("to another conversation of the person") << "" << false;
    QTest::newRow("to one of its own") << "New conversation" << true;
}

void TestTicketScreen::aMessageIsMoved()
{
    QFETCH(const QString, typed);
    QFETCH(const bool, isNew);
    startWithTwoOfOne();
    QTRY_VERIFY(!pane().timeline().model().items().empty());
    model::TimelineItem last;
    for (const model::TimelineItem &item : pane().timeline().model().items()) {
        if (item.conversation == id(0))
            last = item;
    }
    QMenu *menu = menuOf(last);
    QVERIFY(menu);
    menu->findChild<QAction *>("moveItem")->trigger();
    menu->close();
    pick("movePicker", typed);
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    const auto moved = given<model::MoveItems>();
    QVERIFY(moved);
    QCOMPARE(moved->conversation, id(0));
    QCOMPARE(moved->items, std::vector{last.id});
    QCOMPARE(moved->into == id(1), !isNew);
    QVERIFY(!moved->into.isNull() && moved->into != id(0));
    QCOMPARE(moved->subject, isNew ? m_made.conversations[0].subject : std::string());
    QTRY_VERIFY(m_window->toasts().newestText().startsWith("Moved messages"));
}

void TestTicketScreen::aConversationIsSplit()
{
    const TimelineModel &timeline = pane().timeline().model();
    QTRY_COMPARE(timeline.items().size(), 4u);
    const std::vector<model::TimelineItem> items(timeline.items().begin(), timeline.items().end());
    QMenu *menu = menuOf(items[0]);
    QVERIFY(menu);
    QVERIFY(!menu->findChild<QAction *>("splitHere")->isEnabled()); // it would be all of it
    QVERIFY(menu->findChild<QAction *>("splitHere")->toolTip().contains("begins here"));
    menu->close();
    QTRY_VERIFY(!m_page->findChild<QMenu *>("itemMenu"));
    menu = menuOf(items[2]);
    QVERIFY(menu);
    QVERIFY(menu->findChild<QAction *>("splitHere")->isEnabled());
    menu->findChild<QAction *>("splitHere")->trigger();
    menu->close();
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    const auto moved = given<model::MoveItems>();
    QVERIFY(moved);
    QCOMPARE(moved->conversation, id(0));
    QCOMPARE(moved->items, (std::vector{items[2].id, items[3].id})); // that one, and all behind it
    QVERIFY(!moved->into.isNull());
    QVERIFY(std::ranges::count(m_made.conversations, moved->into, &model::Conversation::id) == 0);
    QCOMPARE(moved->subject, m_made.conversations[0].subject);
    QCOMPARE(m_workspace->history().steps().size(), 1u);
}

void TestTicketScreen::conversationsAreJoinedAndLinked_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("joined into another one of the person") << "join";
    QTest::newRow("linked with another one of the person") << "link";
    QTest::newRow("linked with a number") << "number";
}

void TestTicketScreen::conversationsAreJoinedAndLinked()
{
    QFETCH(const QString, how);
    startWithTwoOfOne();
    TicketSheet *sheet = openSheet();
    QVERIFY(sheet);
    const int other = how == "number" ? 5 : 1;
    sheet->findChild<QAbstractButton *>("ticketLink")->click();
    pick("linkPicker", how == "join"   ? QString("Join into")
                       : how == "link" ? QString("Link with")
                                       : QString("#%1").arg(m_made.conversations[5].number));
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    if (how == "join") {
        QVERIFY(given<model::JoinConversation>() == (model::JoinConversation{id(0), id(other)}));
        QTRY_COMPARE(conversation(0).joinedInto, std::optional(id(other)));
    } else {
        QVERIFY(given<model::RelateConversations>() == (model::RelateConversations{id(0), id(other), true}));
        QTRY_COMPARE(conversation(0).related, std::vector{id(other)});
        QTRY_COMPARE(conversation(other).related, std::vector{id(0)});
    }
    const QString there = "open " + QString::fromStdString(id(other).text());
    QTRY_VERIFY(!sheet->isVisible() || sheet->findChild<QWidget *>(there)); // it is named where it can be gone to
}

void TestTicketScreen::conversationsGoToATeam_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<int>("team"); // -1: none
    QTest::addColumn<QList<int>>("selected");
    QTest::addColumn<QString>("said");
    QTest::newRow("one to a team") << "Returns" << 1 << QList<int>{} << "to another team";
    QTest::newRow("one to nobody") << "Nobody" << -1 << QList<int>{} << "out of its team";
    QTest::newRow("several to a team") << "Returns" << 1 << QList<int>{0, 2, 3} << "3 conversation";
}

void TestTicketScreen::conversationsGoToATeam()
{
    QFETCH(const QString, typed);
    QFETCH(const int, team);
    QFETCH(const QList<int>, selected);
    QFETCH(const QString, said);
    const std::vector<model::Team> teams{{.id = m_ids.make<model::TeamId>(), .name = "Care"},
                                         {.id = m_ids.make<model::TeamId>(), .name = "Returns"}};
    start({.teams = teams, .change = [&](std::size_t, model::Conversation &one) { one.team = teams[0].id; }});
    for (const int index : selected)
        m_page->list().toggleSelected(id(index));
    QTest::keyClick(&m_page->list(), Qt::Key_V);
    pick("teamPicker", typed);
    const auto into = team < 0 ? std::nullopt : std::optional(teams[std::size_t(team)].id);
    const QList<int> all = selected.isEmpty() ? QList<int>{0} : selected;
    QTRY_COMPARE(m_workspace->status().outboxCount, all.size());
    for (const int index : all)
        QTRY_COMPARE(conversation(index).team, into);
    QCOMPARE(conversation(1).team, std::optional(teams[0].id));
    QTRY_VERIFY2(m_window->toasts().newestText().contains(said), qPrintable(m_window->toasts().newestText()));
    m_page->list().setFocus();
    QTest::keyClick(&m_page->list(), Qt::Key_Z); // one step
    for (const int index : all)
        QTRY_COMPARE(conversation(index).team, std::optional(teams[0].id));
}

void TestTicketScreen::whatWasChosenLastIsOfferedFirst_data()
{
    QTest::addColumn<QString>("action");
    QTest::addColumn<QString>("picker");
    QTest::addColumn<QString>("typed");
    QTest::newRow("a team") << "team"
                            << "teamPicker"
                            << "Returns";
    QTest::newRow("a tag") << "tag"
                           << "tagPicker"
                           << "wholesale";
}

void TestTicketScreen::whatWasChosenLastIsOfferedFirst()
{
    QFETCH(const QString, action);
    QFETCH(const QString, picker);
    QFETCH(const QString, typed);
    start({.teams = {{.id = m_ids.make<model::TeamId>(), .name = "Care"},
                     {.id = m_ids.make<model::TeamId>(), .name = "Returns"}},
           .change = [](std::size_t i, model::Conversation &one) {
               one.tags.clear(); // the first has none: none stands first for being its own
               if (i > 0)
                   one.tags = {"angry", "broken", "wholesale"};
           }});
    const auto areTagsKnown = [this] {
        m_window->actions().action("tag")->trigger();
        const auto choices = m_window->picker().findChild<ChoiceList *>("pickerList")->choices();
        return std::ranges::any_of(choices, [](const Choice &choice) { return choice.text == "wholesale"; });
    };
    QVERIFY(QTest::qWaitFor(areTagsKnown));
    QTest::keyClick(m_window->picker().findChild<QLineEdit *>("pickerField"), Qt::Key_Escape);
    QTRY_VERIFY(!m_window->picker().isVisible());
    m_page->list().setFocus();
    const auto first = [this] { return m_window->picker().findChild<ChoiceList *>("pickerList")->choices().front().text; };
    m_window->actions().action(action)->trigger();
    QTRY_VERIFY(m_window->picker().isVisible());
    QVERIFY(first() != typed);
    pick(picker, typed);
    QTRY_COMPARE(m_workspace->status().outboxCount, 1);
    m_page->openConversation(id(0));
    QTRY_VERIFY(isHere(0));
    m_window->actions().action("undo")->trigger(); // so that it is not the first for being there
    if (action == "tag")
        QTRY_VERIFY(conversation(0).tags.empty());
    else
        QTRY_VERIFY(!conversation(0).team);
    m_window->actions().action(action)->trigger();
    QTRY_VERIFY(m_window->picker().isVisible());
    QCOMPARE(first(), typed);
}

void TestTicketScreen::theSheetGivesATeam_data()
{
    QTest::addColumn<bool>("hasEnded");
    QTest::addColumn<QString>("before");
    QTest::newRow("from a team") << false << "Care";
    QTest::newRow("from one that has ended") << true << "Nobody in particular";
}

void TestTicketScreen::theSheetGivesATeam()
{
    QFETCH(const bool, hasEnded);
    QFETCH(const QString, before);
    const std::vector<model::Team> teams{{.id = m_ids.make<model::TeamId>(), .name = "Care"},
                                         {.id = m_ids.make<model::TeamId>(), .name = "Returns"}};
    const model::TeamId of = hasEnded ? m_ids.make<model::TeamId>() : teams[0].id;
    start({.teams = teams, .change = [of](std::size_t i, model::Conversation &one) {
               if (i == 0)
                   one.team = of;
           }});
    TicketSheet *sheet = openSheet();
    QVERIFY(sheet);
    QCOMPARE(text(sheet, "ticketTeam"), before);
    sheet->findChild<QAbstractButton *>("ticketTeam")->click();
    pick("teamPicker", "Returns");
    QTRY_COMPARE(conversation(0).team, std::optional(teams[1].id));
    QTRY_COMPARE(text(sheet, "ticketTeam"), QString("Returns"));
    sheet->findChild<QAbstractButton *>("ticketTeam")->click();
    pick("teamPicker", "Nobody");
    QTRY_COMPARE(conversation(0).team, std::optional<model::TeamId>());
    QTRY_COMPARE(text(sheet, "ticketTeam"), QString("Nobody in particular"));
}

void TestTicketScreen::theSheetGivesAStatus_data()
{
    QTest::addColumn<bool>("hasOwn");
    QTest::addColumn<QString>("typed");
    QTest::addColumn<Status>("status");
    QTest::addColumn<bool>("isOwn");
    QTest::addColumn<QString>("shown");
    QTest::newRow("one of the workspace's own")
        << false << "courier" << Status::Waiting << true << "With the courier (Waiting on customer)";
    QTest::newRow("the plain one that it counts as")
        << true << "Waiting on customer" << Status::Waiting << false << "Waiting on customer";
    QTest::newRow("another one") << true << "Open" << Status::Open << false << "Open";
}

void TestTicketScreen::theSheetGivesAStatus()
{
    QFETCH(const bool, hasOwn);
    QFETCH(const QString, typed);
    QFETCH(const Status, status);
    QFETCH(const bool, isOwn);
    QFETCH(const QString, shown);
    const auto courier = m_ids.make<model::CustomStatusId>();
    start({.statuses = {{.id = courier, .name = "With the courier", .status = Status::Waiting}},
           .change = [&](std::size_t i, model::Conversation &one) {
               if (i != 0 || !hasOwn)
                   return;
               one.status = Status::Waiting;
               one.customStatus = courier;
           }});
    m_page->openConversation(id(0));
    QTRY_VERIFY(isHere(0));
    m_page->list().setFocus();
    TicketSheet *sheet = openSheet();
    QVERIFY(sheet);
    sheet->findChild<QAbstractButton *>("ticketStatus")->click();
    pick("statusPicker", typed);
    QTRY_COMPARE(conversation(0).customStatus, isOwn ? std::optional(courier) : std::nullopt);
    QTRY_COMPARE(conversation(0).status, status);
    QTRY_COMPARE(text(sheet, "ticketStatus"), shown);
    QCOMPARE(m_workspace->history().steps().size(), 1u);
}

QTEST_MAIN(TestTicketScreen)
#include "tst_ticket_screen.moc"
