#include "tests/ui/inbox/open_inbox.h"
#include "ui/customer/customer_panel.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/shell/announcements.h"
#include "ui/shell/toasts.h"

#include <QAccessible>
#include <QApplication>
#include <QDesktopServices>
#include <QLineEdit>
#include <QMenu>
#include <QScopeGuard>
#include <QSignalSpy>
#include <QTest>
#include <QUrl>

using namespace tributary;
using namespace tributary::ui;

/// The inbox for who does not see it, or has no mouse.
class TestInboxSpoken : public testing::OpenInbox {
    Q_OBJECT
public slots:
    void open(const QUrl &url) { m_opened += url; }
private slots:
    void whatAFilterLeavesIsSaid();
    void whatIsFoundIsSaid();
    void whatKeepsAReplyBackIsSaid();
    void aLinkIsCalledAsItIsLookedUp();
    void linksAreFollowedByKey_data();
    void linksAreFollowedByKey();
    void numbersAreCalled_data();
    void numbersAreCalled();

private:
    void furnish() override { m_said = std::make_unique<QSignalSpy>(&m_window->announcements(), &Announcements::said); }
    QStringList said() const
    {
        QStringList all;
        for (const QVariantList &one : *m_said)
            all += one.first().toString();
        return all;
    }

    std::unique_ptr<QSignalSpy> m_said;
    QList<QUrl> m_opened;
};

void TestInboxSpoken::whatAFilterLeavesIsSaid()
{
    QCOMPARE(said(), QStringList()); // opening is no news
    auto *words = m_page->findChild<QLineEdit *>("listWords");
    words->setText("indigo");
    QTRY_COMPARE(said(), QStringList("1 conversation(s)"));
    words->setText("nobody says this");
    QTRY_COMPARE(said().size(), 2);
    QCOMPARE(said().last(), QString("Nothing here"));
    emit m_workspace->changed({.conversations = {id(0)}}); // what comes by itself
    words->clear();
    QTRY_COMPARE(said().size(), 3);
    QCOMPARE(said().last(), QString("10 conversation(s)"));
}

void TestInboxSpoken::whatIsFoundIsSaid()
{
    pane().showFind();
    auto *find = pane().findChild<QLineEdit *>("timelineFind");
    for (const char *typed : {"c", "ce", "cel", "celadon"})
        find->setText(typed);
    QTRY_COMPARE(said(), QStringList("1 of 1. Some of the history is only at the hub."));
    find->setText("nobody says this");
    QTRY_COMPARE(said().size(), 2);
    QCOMPARE(said().last(), QString("Not found here. Some of the history is only at the hub."));
    find->setText("celadon");
    key(Qt::Key_Escape); // it is not looked for any more
    m_window->announcements().say("And then");
    QTRY_COMPARE(said().size(), 3);
    QCOMPARE(said().last(), QString("And then"));
}

void TestInboxSpoken::whatKeepsAReplyBackIsSaid()
{
    pane().replyTo(false);
    QTest::keyClicks(editor(), "Please see the attached photo");
    QTest::keyClick(editor(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_COMPARE(said(), QStringList("You write of an attachment, but nothing is attached"));
}

/// Not as what its letters look like (ENGINE C68).
void TestInboxSpoken::aLinkIsCalledAsItIsLookedUp()
{
    emit pane().timeline().linkActivated("https://xn--80ak6aa92e.com/login");
    QVERIFY2(m_window->toasts().newestText().contains("xn--80ak6aa92e.com"), qPrintable(m_window->toasts().newestText()));
    emit pane().timeline().linkActivated(QString::fromUtf8("https://аррӏе.com/login"));
    QVERIFY2(m_window->toasts().newestText().contains("xn--80ak6aa92e.com"), qPrintable(m_window->toasts().newestText()));
    emit pane().timeline().linkActivated("https://apple.com/login");
    QCOMPARE(m_window->toasts().newestText(), QString("This link leads to apple.com"));
}

void TestInboxSpoken::linksAreFollowedByKey_data()
{
    QTest::addColumn<bool>("isRead");
    QTest::newRow("from the menu") << false;
    QTest::newRow("by a screen reader") << true;
}

void TestInboxSpoken::linksAreFollowedByKey()
{
    QFETCH(const bool, isRead);
    alter("cache.db", "UPDATE timeline_item SET body = 'Look at https://shop.example/returns?a=1&b=2 please' WHERE "
                      "body LIKE 'Hello, the set%' AND conversation_id = x'"
                          + toHex(id(1).view()) + "'");
    m_page->openConversation(id(1));
    QTRY_VERIFY(isHere(1));
    TimelineView &view = pane().timeline();
    const model::TimelineItemId item = view.model().items().front().id;
    QVERIFY(view.goToItem(item));
    view.setFocus();
    QTRY_VERIFY(view.hasFocus());
    const QString words = "Open the link to shop.example/returns?a=1&b=2";
    if (isRead) {
        QAccessibleInterface *row = QAccessible::queryAccessibleInterface(&view)->child(view.focusedRow());
        QVERIFY(row->actionInterface()->actionNames().contains(words));
        row->actionInterface()->doAction(words);
    } else {
        key(Qt::Key_Menu);
        QMenu *menu = nullptr;
        QTRY_VERIFY((menu = m_page->findChild<QMenu *>("itemMenu")) && menu->isVisible());
        const QList<QAction *> actions = menu->actions();
        const auto open =
            std::ranges::find_if(actions, [&](const QAction *action) { return action->text().replace("&&", "&") == words; });
        QVERIFY(open != actions.end());
        (*open)->trigger();
        menu->close();
    }
    QCOMPARE(m_window->toasts().newestText(), QString("This link leads to shop.example"));
    QVERIFY(m_opened.isEmpty()); // it asks
    QDesktopServices::setUrlHandler("https", this, "open");
    editor()->setFocus();
    QTest::keyClick(editor(), Qt::Key_F4);
    QDesktopServices::unsetUrlHandler("https");
    QCOMPARE(m_opened, QList<QUrl>{QUrl("https://shop.example/returns?a=1&b=2")});
    m_opened.clear();
}

void TestInboxSpoken::numbersAreCalled_data()
{
    QTest::addColumn<bool>("inMessage");
    QTest::newRow("of a message") << true;
    QTest::newRow("of the panel") << false;
}

/// By the same program, wherever it stands.
void TestInboxSpoken::numbersAreCalled()
{
    QFETCH(const bool, inMessage);
    const auto path = qgetenv("PATH");
    const auto restore = qScopeGuard([&path] { qputenv("PATH", path); });
    qputenv("PATH", "/nowhere"); // nothing says which program it would be: it is tried
    QDesktopServices::setUrlHandler("tel", this, "open");
    if (inMessage) {
        emit pane().timeline().linkActivated("tel:+4930123456;ext=7");
        QCOMPARE(m_window->toasts().newestText(), QString("This link calls +4930123456"));
        QVERIFY(m_opened.isEmpty()); // it asks
        pane().replyTo(false);
        QTest::keyClick(editor(), Qt::Key_F4);
    } else {
        model::Identity identity;
        identity.address = "+4930123456";
        emit m_page->customerPanel().callWanted(identity);
    }
    QTRY_COMPARE(m_opened, QList<QUrl>{QUrl("tel:+4930123456")});
    QDesktopServices::unsetUrlHandler("tel");
    m_opened.clear();
}

QTEST_MAIN(TestInboxSpoken)
#include "tst_inbox_spoken.moc"
