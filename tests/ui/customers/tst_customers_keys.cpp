// Keys of the Customers section beside those of the inbox: of the two that share a chord, the one that is shown acts.
#include "tests/ui/inbox/open_inbox.h"
#include "ui/customer/customer_search.h"
#include "ui/customer/merge_flow.h"
#include "ui/customer/merge_sheet.h"
#include "ui/customers/customers_page.h"
#include "ui/inbox/conversation_list.h"
#include "ui/shell/sections.h"

#include <QApplication>
#include <QLineEdit>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;

class TestCustomersKeys : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void chordsActInTheSectionThatIsShown_data();
    void chordsActInTheSectionThatIsShown();
    void f6GoesFromTheTableToTheHead();

private:
    void furnish() override
    {
        m_customers = nullptr;
        m_sections = new Sections(*m_window, m_window.get());
        m_sections->add(
            {.id = "inbox", .text = "Inbox", .icon = "inbox", .panes = InboxPanes, .page = [this] { return m_page; }});
        m_sections->add({.id = "customers",
                         .text = "Customers",
                         .icon = "people",
                         .panes = CustomersPane,
                         .page = [this]() -> QWidget * {
                             m_customers = new CustomersPage(*m_theme, m_clock, *m_workspace, *m_window, m_page->mergeFlow(),
                                                             *m_settings);
                             return m_customers;
                         }});
    }
    /// As the program is used: the other section has been looked at before.
    void show(const QString &section)
    {
        for (const QString &id : {QString("customers"), QString("inbox"), section})
            m_sections->show(id);
        QTRY_COMPARE(m_customers->table().count(), int(m_made.customers.size()) + 2);
        m_customers->table().setCurrent(1);
        QWidget *rows = section == "inbox" ? static_cast<QWidget *>(&m_page->list()) : &m_customers->table();
        rows->setFocus();
        QTRY_VERIFY(rows->hasFocus());
    }

    Sections *m_sections = nullptr;
    CustomersPage *m_customers = nullptr;
};

void TestCustomersKeys::chordsActInTheSectionThatIsShown_data()
{
    QTest::addColumn<QString>("section");
    QTest::addColumn<int>("key");
    QTest::newRow("filter the table") << "customers" << int(Qt::Key_L);
    QTest::newRow("filter the list") << "inbox" << int(Qt::Key_L);
    QTest::newRow("merge who is in the row") << "customers" << int(Qt::Key_G);
    QTest::newRow("merge whom the conversation is with") << "inbox" << int(Qt::Key_G);
}

void TestCustomersKeys::chordsActInTheSectionThatIsShown()
{
    QFETCH(const QString, section);
    QFETCH(int, key);
    show(section);
    this->key(key, Qt::ControlModifier | Qt::ShiftModifier);
    if (key == Qt::Key_G) {
        MergeFlow &merge = m_page->mergeFlow(); // of who is in the inbox another record is known
        QTRY_VERIFY(section == "inbox" ? merge.sheet().isVisible() : merge.search().isVisible());
        return;
    }
    const QWidget *page = section == "inbox" ? static_cast<QWidget *>(m_page) : m_customers;
    QTRY_VERIFY(qobject_cast<QLineEdit *>(QApplication::focusWidget()));
    QVERIFY(page->isAncestorOf(QApplication::focusWidget()));
}

void TestCustomersKeys::f6GoesFromTheTableToTheHead()
{
    show("customers");
    const QWidget *head = m_customers->findChild<QWidget *>("newCustomer")->parentWidget();
    for (const Qt::KeyboardModifiers modifiers : {Qt::KeyboardModifiers(), Qt::KeyboardModifiers(Qt::ShiftModifier)}) {
        key(Qt::Key_F6, modifiers);
        QVERIFY(head->isAncestorOf(QApplication::focusWidget()));
        key(Qt::Key_F6, modifiers);
        QVERIFY(m_customers->table().hasFocus());
    }
}

QTEST_MAIN(TestCustomersKeys)
#include "tst_customers_keys.moc"
