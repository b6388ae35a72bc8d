#include "tests/ui/inbox/open_inbox.h"
#include "ui/inbox/conversation_list.h"
#include "ui/inbox/queue_sidebar.h"
#include "ui/shell/toasts.h"

#include <QTest>
#include <QTimer>

using namespace tributary;
using namespace tributary::ui;

/// As many at once as there can be.
class TestInboxBulk : public testing::OpenInbox {
    Q_OBJECT
private slots:
    void allThatAViewHasAreResolvedAndBack();

private:
    static constexpr int kAll = 5'000;
    static constexpr int kPatience = 60'000; ///< In ms: under a sanitizer it takes long.
    std::int64_t countOf(const model::SavedView &view)
    {
        const auto asked = m_workspace->listLength(
            {.queue = store::Queue::View, .view = view, .now = m_clock.now(), .countOthers = false}, 2 * kAll);
        const bool answered = QTest::qWaitFor([&] { return asked.isFinished(); }, kPatience);
        return answered && asked.result() ? *asked.result() : -1;
    }
};

void TestInboxBulk::allThatAViewHasAreResolvedAndBack()
{
    start({.more = kAll - 10});
    const model::SavedView view{.id = m_workspace->makeId<model::SavedViewId>(),
                                .name = "All of mine",
                                .owner = m_workspace->agent().id,
                                .conditions = {{"status", "is", "open"}, {"assignee", "is", std::string(model::kMe)}}};
    const auto saved = m_workspace->submit({model::SaveView{view}}, {}, false);
    QTRY_VERIFY(saved.isFinished());
    QTRY_COMPARE(m_page->sidebar().nameOf(QueuePlace(view.id)), QString("All of mine"));
    m_page->chooseQueue(QueuePlace(view.id));
    QTRY_COMPARE(rows().rowCount(), 100);
    QTRY_COMPARE_WITH_TIMEOUT(countOf(view), std::int64_t(kAll), kPatience);
    QTest::keyClick(&m_page->list(), Qt::Key_A, Qt::ControlModifier);
    QTRY_COMPARE(m_page->findChild<TextLabel *>("selectedCount")->text(), QString("5,000 selected"));
    const std::int64_t before = m_workspace->status().outboxCount;

    // It comes in parts (tst_bulk), as many together as have come while the window had no turn.
    std::set<model::ConversationId> shown;
    QObject watching;
    connect(m_workspace.get(), &client::Workspace::changed, &watching,
            [&shown](const store::ChangeSet &some) { shown.insert(some.conversations.begin(), some.conversations.end()); });
    const auto allIsShown = [&shown] { return shown.size() >= std::size_t(kAll); };
    const auto newest = [this] { return m_window->toasts().newestText(); };
    QTest::keyClick(&m_page->list(), Qt::Key_E);
    QTRY_VERIFY_WITH_TIMEOUT(newest().startsWith("Resolved 5,000"), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(allIsShown(), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(m_workspace->status().outboxCount, before + kAll, kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(countOf(view), std::int64_t(0), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(rows().rowCount(), 0, kPatience);
    QCOMPARE(m_workspace->history().steps().size(), 1u);

    shown.clear();
    m_page->list().setFocus();
    QTest::keyClick(&m_page->list(), Qt::Key_Z); // one step
    QTRY_VERIFY_WITH_TIMEOUT(newest().startsWith("Undone: Resolved 5,000"), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(allIsShown(), kPatience);
    QTRY_COMPARE_WITH_TIMEOUT(countOf(view), std::int64_t(kAll), kPatience);
    QTRY_VERIFY_WITH_TIMEOUT(rows().rowCount() > 0, kPatience);
    for (const int index : {0, kAll / 2, kAll - 1})
        QCOMPARE(conversation(index).status, model::Conversation::Status::Open);
    QVERIFY(m_workspace->history().steps().empty());
}

QTEST_MAIN(TestInboxBulk)
#include "tst_inbox_bulk.moc"
