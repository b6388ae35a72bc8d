// What somebody may not do in the inbox: it is said there and then, and nothing is given to the hub to send back.
#include "tests/ui/inbox/open_inbox.h"
#include "ui/customer/customer_panel.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"
#include "ui/ticket/ticket_sheet.h"

#include <QAbstractButton>
#include <QLineEdit>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

class TestInboxRights : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void whatMayNotBeDoneSaysWhy();
    void whoMayNotChangeManyChangesOne_data();
    void whoMayNotChangeManyChangesOne();
    void confidentialFieldsAreNotSetByWhoDoesNotSeeThem_data();
    void confidentialFieldsAreNotSetByWhoDoesNotSeeThem();
    void whoMayNotChangeTheStatusIsNotAsked();
    void whoMayNotAssignOthersIsToldInThePicker();
    void whatAColleagueHasIsNotTaken();
    void whoMayNotReplyKeepsTheText();
    void twoCommandsOfOneAreNoBulk();
    void whoCannotSeeItIsNotGivenIt();
};

void TestInboxRights::whatMayNotBeDoneSaysWhy()
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

void TestInboxRights::whoMayNotChangeManyChangesOne_data()
{
    QTest::addColumn<QString>("action");
    QTest::newRow("resolved") << "resolve";
    QTest::newRow("set to wait") << "waiting";
}

void TestInboxRights::whoMayNotChangeManyChangesOne()
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

void TestInboxRights::confidentialFieldsAreNotSetByWhoDoesNotSeeThem_data()
{
    QTest::addColumn<bool>("ofCustomer");
    QTest::newRow("of a customer") << true;
    QTest::newRow("of a conversation") << false;
}

/// Whichever way it is asked for: it is said here, and nothing is given to the hub to send back.
void TestInboxRights::confidentialFieldsAreNotSetByWhoDoesNotSeeThem()
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

void TestInboxRights::whoMayNotChangeTheStatusIsNotAsked()
{
    start({.permissions = {"reply", "edit-tags"}});
    m_window->actions().action("status")->trigger();
    QVERIFY(m_window->toasts().newestText().contains("may not change the status"));
    QVERIFY(!m_window->picker().isVisible());
}

void TestInboxRights::whoMayNotAssignOthersIsToldInThePicker()
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
void TestInboxRights::whatAColleagueHasIsNotTaken()
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

void TestInboxRights::whoMayNotReplyKeepsTheText()
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

/// Two commands for one conversation, or one person, are not many conversations.
void TestInboxRights::twoCommandsOfOneAreNoBulk()
{
    start({.permissions = {"manage-companies", "edit-customers"}}); // and not to act on many at once
    auto *panel = m_page->findChild<CustomerPanel *>();
    QTRY_VERIFY(!panel->customer().isNull());
    emit panel->newCompanyWanted(panel->customer(), "Teahouse");
    QTRY_COMPARE(m_workspace->status().outboxCount, 2);
}

/// The hub would send it back, and say no more than that it was not taken.
void TestInboxRights::whoCannotSeeItIsNotGivenIt()
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

QTEST_MAIN(TestInboxRights)
#include "tst_inbox_rights.moc"
