// A conversation with somebody else about a customer: who it is with stands where the customer's name would, and what is
// written in it goes to them.
#include "tests/ui/inbox/open_inbox.h"
#include "ui/inbox/row_words.h"

#include <QLabel>
#include <QtTest>

using namespace tributary;
using namespace tributary::testing;
using namespace tributary::ui;

class TestSideConversations : public OpenInbox {
    Q_OBJECT
private slots:
    void goesToWhomItIsWith();
    void goesNowhereWithoutItsAccount();
    void isCalledByWhomItIsWith_data();
    void isCalledByWhomItIsWith();

private:
    static constexpr int kAside = 2; ///< The third of the made conversations is about the customer of the first.

    MadeOptions withOneAside(bool accountIsGone)
    {
        MadeOptions options;
        options.change = [this, accountIsGone](std::size_t index, model::Conversation &conversation) {
            if (index == 0)
                m_about = conversation;
            if (index != kAside)
                return;
            conversation.parent = m_about.id;
            conversation.customer = m_about.customer;
            if (accountIsGone)
                conversation.account = model::ChannelAccountId();
        };
        return options;
    }

    model::Conversation m_about;
};

void TestSideConversations::goesToWhomItIsWith()
{
    start(withOneAside(false), 10); // it does not stand behind the customer's own
    m_page->openConversation(id(kAside));
    QTRY_VERIFY(isHere(kAside));
    const model::Conversation aside = conversation(kAside);
    QTRY_VERIFY(composer().target().has_value());
    QCOMPARE(composer().target()->identity, aside.identity);
    QCOMPARE(composer().target()->account, aside.account);
    QCOMPARE(composer().target()->to, QString("amelie@mail.example"));
    QVERIFY(pane().findChild<QLabel *>("conversationName")->text().contains("amelie@mail.example"));
    pane().replyTo(false);
    type("Where is the parcel?");
    composer().send();
    QTRY_COMPARE(waiting().size(), 1u);
    const auto sent = std::get<model::SendMessage>(waiting().front());
    QCOMPARE(sent.conversation, aside.id);
    QCOMPARE(sent.to, aside.identity);
    QCOMPARE(sent.from, aside.account);
}

/// It does not fall back to the customer.
void TestSideConversations::goesNowhereWithoutItsAccount()
{
    start(withOneAside(true), 10);
    m_page->openConversation(id(kAside));
    QTRY_VERIFY(isHere(kAside));
    pane().replyTo(false);
    type("Where is the parcel?");
    QVERIFY(!composer().target().has_value());
    composer().send();
    QVERIFY(waiting().empty());
    QVERIFY(composer().hasText());
}

void TestSideConversations::isCalledByWhomItIsWith_data()
{
    QTest::addColumn<bool>("aside");
    QTest::addColumn<QString>("customer");
    QTest::addColumn<QString>("address");
    QTest::addColumn<QString>("name");
    QTest::newRow("a customer's own") << false << "Layla"
                                      << "layla@mail.example"
                                      << "Layla";
    QTest::newRow("nobody's name") << false << ""
                                   << "layla@mail.example"
                                   << "layla@mail.example";
    QTest::newRow("aside") << true << "Layla"
                           << "courier@mail.example"
                           << "courier@mail.example, about Layla";
    QTest::newRow("aside, about nobody's name") << true << ""
                                                << "courier@mail.example"
                                                << "courier@mail.example";
    QTest::newRow("aside, its address hidden") << true << "Layla"
                                               << ""
                                               << "Layla";
}

void TestSideConversations::isCalledByWhomItIsWith()
{
    QFETCH(const bool, aside);
    QFETCH(const QString, customer);
    QFETCH(const QString, address);
    store::ConversationRow row{.customerName = customer.toStdString(), .identityShown = address.toStdString()};
    if (aside)
        row.conversation.parent = m_made.conversations.front().id;
    QTEST(shownName(row), "name");
}

QTEST_MAIN(TestSideConversations)
#include "tst_side_conversations.moc"
