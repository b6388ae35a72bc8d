#include "tests/ui/inbox/open_inbox.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/conversation_pane.h"
#include "ui/shell/toasts.h"

#include <QAccessible>
#include <QApplication>
#include <QDesktopServices>
#include <QMenu>
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
    void linksAreFollowedByKey_data();
    void linksAreFollowedByKey();

private:
    QList<QUrl> m_opened;
};

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

QTEST_MAIN(TestInboxSpoken)
#include "tst_inbox_spoken.moc"
