#include "tests/ui/inbox/open_inbox.h"
#include "ui/inbox/conversation_pane.h"

#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QMenu>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using Item = model::TimelineItem;

/// A timeline that is read back for thousands of messages: texts that are far are let go of, and read from the copy when
/// they are needed again.
class TestInboxLong : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void farTextsComeBack();
    void whatIsNotInTheCopyAnyMoreLeaves();
    void findReadsWhatIsFar();
    void findLooksThroughAllThatIsHere();
    void whatHasTheFocusIsReadFirst_data();
    void whatHasTheFocusIsReadFirst();

private:
    static constexpr int kMessages = 2400;

    TimelineView &view() { return pane().timeline(); }
    const TimelineModel &timeline() { return view().model(); }
    bool isAway(const Item &item)
    {
        const Item *here = timeline().find(item.id);
        return here && timeline().isAway(*here);
    }
    /// Opens it, gives the newest of the long messages the focus, and reads on from there to the beginning, until that is
    /// far.
    void readToTheBeginning(Item &newest)
    {
        start({.messages = kMessages});
        QTRY_VERIFY(timeline().items().size() >= 80);
        newest = timeline().items()[timeline().items().size() - 5]; // after it there are four short ones
        QVERIFY(newest.body.starts_with("Message 1 of"));
        QVERIFY(view().goToItem(newest.id));
        const auto isRead = [this] {
            view().goToStart();
            return timeline().items().size() == kMessages + 4;
        };
        QVERIFY(QTest::qWaitFor(isRead, 60'000));
        QTRY_VERIFY(isAway(newest));
        QCOMPARE(view().focusedItem(), std::optional(newest.id));
    }
};

void TestInboxLong::farTextsComeBack()
{
    Item newest;
    readToTheBeginning(newest);
    QVERIFY(!isAway(timeline().items().front())); // on the screen
    std::size_t held = 0;
    for (const Item &item : timeline().items())
        held += TimelineModel::heldBy(item);
    // One side of the screen, and what has come since all were gone through.
    QVERIFY(held < TimelineModel::heldBy(newest) * (TimelineView::kKeptRows + 800));
    view().goToEnd();
    QTRY_VERIFY(!isAway(newest));
    QCOMPARE(*timeline().find(newest.id), newest);
    QCOMPARE(timeline().items().size(), std::size_t(kMessages + 4));
}

void TestInboxLong::whatIsNotInTheCopyAnyMoreLeaves()
{
    Item newest;
    readToTheBeginning(newest);
    alter("cache.db", "UPDATE timeline_item SET deleted = 1 WHERE body LIKE 'Message 1 of%'");
    view().goToEnd();
    QTRY_VERIFY(!timeline().find(newest.id));
    QCOMPARE(timeline().items().size(), std::size_t(kMessages + 3));
}

void TestInboxLong::findReadsWhatIsFar()
{
    Item newest;
    readToTheBeginning(newest);
    pane().showFind();
    auto *find = pane().findChild<QLineEdit *>("timelineFind");
    view().goToItem(timeline().items().front().id);
    find->setText("message 1 OF"); // there is one
    QTRY_COMPARE(view().focusedItem(), std::optional(newest.id));
    QTRY_VERIFY(!view().isFinding());
    QTRY_VERIFY(!isAway(newest));
    find->setText("nobody has said this");
    QTRY_VERIFY(!view().isFinding());
    auto *count = pane().findChild<TextLabel *>("timelineFindCount");
    QCOMPARE(count->text(), QString("Not found here. Some of the history is only at the hub."));
    m_workspace->close(); // whose copy cannot be read any more
    find->setText("nor this");
    QTRY_COMPARE(count->text(), QString("Older messages cannot be read"));
    find->setText("Message 9");
    QTRY_VERIFY(count->text().contains(" of "));
}

void TestInboxLong::findLooksThroughAllThatIsHere()
{
    start({.messages = kMessages});
    QTRY_VERIFY(timeline().items().size() >= 80);
    pane().showFind();
    auto *find = pane().findChild<QLineEdit *>("timelineFind");
    auto *count = pane().findChild<TextLabel *>("timelineFindCount");
    const QString rest = " Some of the history is only at the hub."; // what came before these three months
    find->setText("of long ago");
    QVERIFY2(count->text().endsWith(". Looking further back…"), qPrintable(count->text()));
    QTRY_COMPARE(count->text(), "2400 of 2400." + rest);
    find->setText("nobody has said this");
    QCOMPARE(count->text(), QString("Looking…"));
    QTRY_COMPARE(count->text(), "Not found here." + rest);
    const std::size_t here = timeline().items().size();
    QVERIFY(here < 200); // nothing was loaded for it
    find->setText("Message 1500 of");
    QTRY_COMPARE(count->text(), "1 of 1." + rest);
    QVERIFY(view().focusedItem());
    QVERIFY(timeline().find(*view().focusedItem())->body.starts_with("Message 1500 of"));
    QVERIFY(timeline().items().size() > here && timeline().items().size() < 1700);
    alter("cache.db", "UPDATE timeline_item SET deleted = 1 WHERE body LIKE 'Message 2000 of%'");
    find->setText("of long ago");
    QTRY_COMPARE(count->text(), "2399 of 2399." + rest);
}

void TestInboxLong::whatHasTheFocusIsReadFirst_data()
{
    QTest::addColumn<QString>("what");
    QTest::newRow("copied") << "copy";
    QTest::newRow("quoted") << "quote";
    QTest::newRow("its menu") << "menu";
}

void TestInboxLong::whatHasTheFocusIsReadFirst()
{
    QFETCH(const QString, what);
    Item newest;
    readToTheBeginning(newest);
    const QString body = QString::fromStdString(newest.body);
    QApplication::clipboard()->setText("before");
    if (what == QLatin1String("quote")) {
        pane().replyTo(true);
        QTRY_VERIFY(composer().text().contains("> " + body.trimmed()));
        return;
    }
    if (what == QLatin1String("copy")) {
        view().copy();
        QTRY_VERIFY(QApplication::clipboard()->text().startsWith("Message 1 of"));
        return;
    }
    view().setFocus();
    QTRY_VERIFY(view().hasFocus());
    key(Qt::Key_Menu);
    QMenu *menu = nullptr;
    QTRY_VERIFY((menu = m_page->findChild<QMenu *>("itemMenu")) && menu->isVisible());
    auto *copy = menu->findChild<QAction *>("copyText");
    QVERIFY(copy && copy->isEnabled());
    copy->trigger();
    menu->close();
    QCOMPARE(QApplication::clipboard()->text(), body);
}

QTEST_MAIN(TestInboxLong)
#include "tst_inbox_long.moc"
