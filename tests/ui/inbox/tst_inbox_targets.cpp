// What somebody does is done to what they meant by it: what was open or selected then, whatever came on the screen since.
#include "tests/ui/inbox/open_inbox.h"
#include "ui/customer/customer_panel.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/shell/toasts.h"

#include <QApplication>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using Status = model::Conversation::Status;

class TestInboxTargets : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void aNewCompanyIsForWhomItWasMade();
    void pickersAreAboutWhatWasOpenThen_data();
    void pickersAreAboutWhatWasOpenThen();
    void aLostSelectionIsNotWhatIsOpen();
    void theHeadIsAboutWhatItStandsAbove();
    void whatIsOpenedIsMeantNext();
    void aListThatIsNotOnTheScreenIsNotMeant();
    void everythingEndsWithItsView_data();
    void everythingEndsWithItsView();
    void aNameLeavesTheNoteAlone();
};

/// Another person is on the screen when the name has been typed.
void TestInboxTargets::aNewCompanyIsForWhomItWasMade()
{
    m_page->openConversation(id(3));
    QTRY_VERIFY(isHere(3));
    emit m_page->customerPanel().newCompanyWanted(m_made.customers[0].id, "Desert Teas");
    const std::vector<model::CommandBody> given = waiting();
    QCOMPARE(given.size(), std::size_t(2));
    QCOMPARE(std::get<model::SetCompany>(given[1]).customer, m_made.customers[0].id);
    QCOMPARE(std::get<model::SetCompany>(given[1]).company, std::get<model::SaveCompany>(given[0]).company.id);
}

void TestInboxTargets::pickersAreAboutWhatWasOpenThen_data()
{
    QTest::addColumn<int>("key");
    QTest::addColumn<int>("pick");
    QTest::newRow("assign") << int(Qt::Key_A) << int(Qt::Key_3);
    QTest::newRow("tag") << int(Qt::Key_T) << int(Qt::Key_3);
    QTest::newRow("snooze") << int(Qt::Key_H) << int(Qt::Key_2);
    QTest::newRow("priority") << int(Qt::Key_P) << int(Qt::Key_1);
}

void TestInboxTargets::pickersAreAboutWhatWasOpenThen()
{
    QFETCH(const int, key);
    QFETCH(const int, pick);
    const model::Conversation first = conversation(0), other = conversation(3);
    QTest::keyClick(&m_page->list(), Qt::Key(key));
    QTRY_COMPARE(QApplication::focusWidget()->objectName(), QString("pickerField"));
    QWidget *field = QApplication::focusWidget();
    m_page->openConversation(id(3)); // a notification's button, say
    QTRY_VERIFY(isHere(3));
    QTest::keyClick(field, Qt::Key(pick));
    QTRY_COMPARE(m_workspace->history().steps().size(), 1u);
    QVERIFY(conversation(0) != first);
    QCOMPARE(conversation(3), other);
    QVERIFY2(m_window->toasts().newestText().contains("Layla"), qPrintable(m_window->toasts().newestText()));
}

void TestInboxTargets::aLostSelectionIsNotWhatIsOpen()
{
    m_page->list().toggleSelected(id(2));
    QTRY_VERIFY(m_page->findChild<QWidget *>("bulkBar")->isVisible());
    const auto gone = m_workspace->submit({model::SetStatus{.conversation = id(2), .status = Status::Resolved}}, {}, false);
    QTRY_VERIFY(gone.isFinished());
    QTRY_VERIFY(m_page->list().selected().empty());
    const model::Conversation open = conversation(0);
    QTest::keyClick(&m_page->list(), Qt::Key_E);
    QTRY_VERIFY(m_window->toasts().newestText().contains("not in this list any more"));
    QCOMPARE(conversation(0), open);
    QTest::keyClick(&m_page->list(), Qt::Key_E); // that was read
    QTRY_COMPARE(conversation(0).status, Status::Resolved);
}

/// Rows are selected, and the row after them is open.
void TestInboxTargets::theHeadIsAboutWhatItStandsAbove()
{
    m_page->list().setCurrent(id(0));
    m_page->list().step(1, true);
    m_page->list().step(1);
    QTRY_VERIFY(isHere(2));
    QTest::mouseClick(pane().header().findChild<QWidget *>("headerResolve"), Qt::LeftButton);
    QTRY_COMPARE(conversation(2).status, Status::Resolved);
    QCOMPARE(conversation(0).status, Status::Open);
    QCOMPARE(conversation(1).status, Status::Open);
}

void TestInboxTargets::whatIsOpenedIsMeantNext()
{
    m_page->list().setCurrent(id(0));
    m_page->list().step(1, true);
    m_page->openConversation(id(3)); // by a pop-up
    QTRY_VERIFY(isHere(3));
    QTest::keyClick(&m_page->list(), Qt::Key_E);
    QTRY_COMPARE(conversation(3).status, Status::Resolved);
    QCOMPARE(conversation(0).status, Status::Open);
    QCOMPARE(conversation(1).status, Status::Open);
}

void TestInboxTargets::aListThatIsNotOnTheScreenIsNotMeant()
{
    m_theme->setOptions({.textScale = 200}); // one alone has room
    m_window->resize(1100, 700);
    QTRY_VERIFY(!pane().isVisible() || !m_page->list().isVisible());
    key(Qt::Key_Escape);
    QTRY_VERIFY(m_page->list().isVisible());
    m_page->list().setCurrent(id(0));
    key(Qt::Key_X);
    key(Qt::Key_J);
    key(Qt::Key_Return);
    QTRY_VERIFY(isHere(1) && !m_page->list().isVisible());
    key(Qt::Key_E);
    QTRY_COMPARE(conversation(1).status, Status::Resolved);
    QCOMPARE(conversation(0).status, Status::Open);
}

void TestInboxTargets::everythingEndsWithItsView_data()
{
    QTest::addColumn<int>("how");
    QTest::newRow("another queue") << 0;
    QTest::newRow("a filter") << 1;
    QTest::newRow("a filter while it is being asked") << 2;
    QTest::newRow("done by somebody else") << 3;
    QTest::newRow("another queue that has them all") << 4;
}

void TestInboxTargets::everythingEndsWithItsView()
{
    QFETCH(const int, how);
    QTest::keyClick(&m_page->list(), Qt::Key_A, Qt::ControlModifier);
    if (how != 2)
        QTRY_VERIFY(m_page->findChild<QWidget *>("bulkBar")->isVisible());
    if (how == 0) {
        m_page->chooseQueue(store::Queue::Snoozed);
        QTRY_COMPARE(m_page->list().model()->rowCount(), 0);
    } else if (how == 4) {
        m_page->chooseQueue(store::Queue::AllOpen);
    } else if (how == 3) {
        std::vector<model::CommandBody> all;
        for (const model::Conversation &one : m_made.conversations)
            all.push_back(model::SetStatus{.conversation = one.id, .status = Status::Resolved});
        const auto gone = m_workspace->submit(all, {}, false);
        QTRY_VERIFY(gone.isFinished());
        QTRY_COMPARE(m_page->list().model()->rowCount(), 0);
    } else {
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Slash);
        type("rousseau");
        QTRY_COMPARE(m_page->list().model()->rowCount(), 1);
        m_page->list().setFocus();
    }
    QTRY_VERIFY(!m_page->findChild<QWidget *>("bulkBar")->isVisible());
    const model::ConversationId open = pane().conversation();
    m_window->actions().action("waiting")->trigger();
    for (const model::CommandBody &body : waiting()) {
        if (const auto *status = std::get_if<model::SetStatus>(&body); status && status->status == Status::Waiting)
            QCOMPARE(status->conversation, open);
    }
}

/// A colleague writes a note while the name is being edited here.
void TestInboxTargets::aNameLeavesTheNoteAlone()
{
    const model::CustomerId customer = m_made.conversations[0].customer;
    const std::string name = m_made.customers[0].name;
    const auto theirs = m_workspace->submit({model::EditCustomer{customer, name, "Wants to be called"}}, {}, false);
    QTRY_VERIFY(theirs.isFinished());
    emit m_page->customerPanel().cardEdited(customer, "Layla H.", std::nullopt);
    const auto now = [&] {
        auto asked = m_workspace->customerCard(customer);
        return QTest::qWaitFor([&] { return asked.isFinished(); }) ? (*asked.result())->customer : model::Customer();
    };
    QTRY_COMPARE(now().name, std::string("Layla H."));
    QCOMPARE(now().note, std::string("Wants to be called"));
    emit m_page->customerPanel().cardEdited(customer, "Layla", std::nullopt); // one on the heels of the other
    emit m_page->customerPanel().cardEdited(customer, std::nullopt, "Called");
    QTRY_COMPARE(now().note, std::string("Called"));
    QCOMPARE(now().name, std::string("Layla"));
}

QTEST_MAIN(TestInboxTargets)
#include "tst_inbox_targets.moc"
