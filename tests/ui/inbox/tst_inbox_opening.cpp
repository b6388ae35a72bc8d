// What opening a conversation costs: what is painted first, and what is left alone.
#include "tests/ui/inbox/open_inbox.h"
#include "ui/customer/customer_panel.h"
#include "ui/customer/customer_search.h"
#include "ui/customer/merge_flow.h"
#include "ui/customer/merge_sheet.h"
#include "ui/inbox/conversation_list.h"
#include "ui/shell/pane_splitter.h"
#include "ui/shell/toasts.h"
#include "ui/timeline/timeline_view.h"

#include <QTest>
#include <QTimer>

using namespace tributary;
using namespace tributary::ui;

namespace {

/// Calls back with each event of a widget, before the widget has it.
class Events : public QObject {
public:
    Events(QWidget *of, std::function<void(QEvent::Type)> seen)
        : m_seen(std::move(seen))
    {
        of->installEventFilter(this);
    }

protected:
    bool eventFilter(QObject *, QEvent *event) override
    {
        m_seen(event->type());
        return false;
    }

private:
    std::function<void(QEvent::Type)> m_seen;
};

} // namespace

class TestInboxOpening : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void thePanelIsMadeBehindTheTimeline();
    void whoMergesDoesNotWaitForThePanel();
    void theLinesBetweenThePanesStayAsTheyAre();
    void theLinesBetweenThePanesCanBeGrabbed();
    void whatCannotBeReadIsSaid();
    void aListThatCannotBeReadIsSaid();

private:
    QList<QSplitterHandle *> handles()
    {
        QList<QSplitterHandle *> all;
        auto *splitter = m_page->findChild<PaneSplitter *>();
        for (int i = 1; i < splitter->count(); ++i)
            all << splitter->handle(i);
        return all;
    }
};

/// Also where a timer is due in the very turn in which the answer comes.
void TestInboxOpening::thePanelIsMadeBehindTheTimeline()
{
    CustomerPanel &panel = m_page->customerPanel();
    QTRY_COMPARE(panel.customer(), m_made.conversations[0].customer);
    QVERIFY(m_made.conversations[0].customer != m_made.conversations[1].customer);
    QTimer always;
    always.start(0);
    std::optional<model::CustomerId> panelThen;
    const Events events(pane().timeline().viewport(), [&](QEvent::Type type) {
        if (type == QEvent::Paint && isHere(1) && !panelThen)
            panelThen = panel.customer();
    });
    m_page->openConversation(id(1));
    QTRY_COMPARE(panel.customer(), m_made.conversations[1].customer);
    QVERIFY(panelThen.has_value());
    QCOMPARE(*panelThen, m_made.conversations[0].customer);
}

/// Whom somebody may be the same as is known when their conversation is here, and asked for before their panel is.
void TestInboxOpening::whoMergesDoesNotWaitForThePanel()
{
    const CustomerPanel &panel = m_page->customerPanel();
    const model::CustomerId wanted = m_made.conversations[0].customer;
    m_page->openConversation(id(1));
    QTRY_COMPARE(panel.customer(), m_made.conversations[1].customer);
    bool isEarly = false;
    connect(&pane(), &ConversationPane::cardChanged, this, [&] {
        if (isEarly || !pane().card() || pane().card()->customer.id != wanted)
            return;
        isEarly = panel.customer() != wanted;
        m_window->actions().action("merge")->trigger();
    });
    m_page->openConversation(id(0));
    QTRY_VERIFY(m_page->mergeFlow().sheet().isVisible());
    QVERIFY(isEarly);
    QVERIFY(!m_page->mergeFlow().search().isVisible());
    disconnect(&pane(), nullptr, this, nullptr);
}

/// With each conversation the panes are laid out anew. A line that moves has itself painted, and a stripe of what is beside
/// it.
void TestInboxOpening::theLinesBetweenThePanesStayAsTheyAre()
{
    QTRY_COMPARE(m_page->customerPanel().customer(), m_made.conversations[0].customer);
    int moved = 0;
    std::vector<std::unique_ptr<Events>> events;
    for (QSplitterHandle *handle : handles()) {
        events.push_back(std::make_unique<Events>(handle, [&moved](QEvent::Type type) {
            moved += type == QEvent::Move || type == QEvent::Resize || type == QEvent::ZOrderChange;
        }));
    }
    QCOMPARE(events.size(), 3u);
    QEvent layOut(QEvent::LayoutRequest);
    QCoreApplication::sendEvent(m_page->findChild<PaneSplitter *>(), &layOut);
    QCOMPARE(moved, 0);
}

void TestInboxOpening::theLinesBetweenThePanesCanBeGrabbed()
{
    auto *splitter = m_page->findChild<PaneSplitter *>();
    const auto check = [&] {
        for (int i = 1; i < splitter->count(); ++i) {
            const QRect handle = splitter->handle(i)->geometry();
            if (splitter->handle(i)->isHidden())
                continue;
            QCOMPARE(handle.width(), 7);
            QCOMPARE(handle.height(), splitter->height());
            QCOMPARE(handle.center().x(), splitter->widget(i)->geometry().left() - 1); // the line, beside the pane
            QCOMPARE(splitter->childAt(handle.center() + QPoint(-3, 0)), splitter->handle(i));
            QCOMPARE(splitter->childAt(handle.center() + QPoint(3, 0)), splitter->handle(i));
        }
    };
    check();
    m_window->resize(1300, 800);
    QTRY_COMPARE(splitter->height(), m_page->height());
    check();
    key(Qt::Key_F9); // the panel goes, and comes back
    key(Qt::Key_F9);
    QTRY_VERIFY(m_page->customerPanel().isVisible());
    check();
    const int before = splitter->sizes()[0];
    QTest::mousePress(splitter->handle(1), Qt::LeftButton, {}, QPoint(6, 100));
    QTest::mouseMove(splitter->handle(1), QPoint(26, 100));
    QTest::mouseRelease(splitter->handle(1), Qt::LeftButton, {}, QPoint(6, 100));
    QVERIFY2(splitter->sizes()[0] > before, qPrintable(QString::number(splitter->sizes()[0])));
    check();
}

/// And can be asked for again: by what is said, or by choosing it once more.
void TestInboxOpening::whatCannotBeReadIsSaid()
{
    alter("cache.db", "ALTER TABLE timeline_item RENAME COLUMN body TO away");
    m_page->openConversation(id(1));
    QTRY_COMPARE(m_window->toasts().newestText(), QString("This conversation could not be read on this computer."));
    QVERIFY(!isHere(1));
    alter("cache.db", "ALTER TABLE timeline_item RENAME COLUMN away TO body");
    m_page->openConversation(id(1));
    QTRY_VERIFY(isHere(1));
}

void TestInboxOpening::aListThatCannotBeReadIsSaid()
{
    alter("cache.db", "ALTER TABLE conversation RENAME COLUMN preview TO away");
    m_page->chooseQueue(store::Queue::AllOpen);
    QTRY_VERIFY(!m_page->list().isLoading());
    QCOMPARE(m_page->list().model()->rowCount(), 0);
    alter("cache.db", "ALTER TABLE conversation RENAME COLUMN away TO preview");
    QVERIFY(m_page->list().actOnEmpty());
    QTRY_VERIFY(m_page->list().model()->rowCount() > 0);
}

QTEST_MAIN(TestInboxOpening)
#include "tst_inbox_opening.moc"
