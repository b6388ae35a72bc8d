// A merge that was wrong is undone where it stands: on the timeline, and in the panel beside it.
#include "tests/ui/inbox/open_inbox.h"
#include "ui/customer/customer_panel.h"

#include <QAbstractButton>
#include <QSignalSpy>
#include <QtTest>

using namespace tributary;
using namespace tributary::testing;
using namespace tributary::ui;

class TestMergedPeople : public OpenInbox {
    Q_OBJECT
private slots:
    void aMergeIsUndone_data();
    void aMergeIsUndone();
    void whoMayNotMergeIsToldSo();

private:
    const model::CustomerLinkId m_link{RawId{std::byte(7)}};

    TimelineView &timeline() { return pane().timeline(); }
    /// What tells of the merge.
    std::optional<model::TimelineItem> event()
    {
        for (const model::TimelineItem &item : timeline().model().items()) {
            if (item.details.contains("link"))
                return item;
        }
        return {};
    }
    /// "Undo merge" behind it; nothing where that is not offered.
    std::optional<TimelineView::Offer> offer()
    {
        const auto item = event();
        const std::vector<TimelineView::Offer> offers =
            item ? timeline().offersOf(item->id) : std::vector<TimelineView::Offer>();
        const auto undo = std::ranges::find(offers, TimelineAction::UndoMerge, &TimelineView::Offer::action);
        return undo == offers.end() ? std::nullopt : std::optional(*undo);
    }
    void takeOffer()
    {
        const auto item = event();
        QVERIFY(item && timeline().goToItem(item->id));
        QTRY_VERIFY(timeline().itemRect(item->id));
        const auto undo = offer();
        QVERIFY(undo);
        timeline().takeOffer(std::size_t(timeline().rowAt(timeline().itemRect(item->id)->center())), *undo);
    }
    /// How often the end of the merge waits for the hub.
    qsizetype asked() { return std::ranges::count(waiting(), model::CommandBody(model::UnlinkCustomers{.link = m_link})); }
};

void TestMergedPeople::aMergeIsUndone_data()
{
    QTest::addColumn<bool>("onTheTimeline");
    QTest::newRow("on the timeline") << true;
    QTest::newRow("in the panel") << false;
}

/// They are two again at once, and it is not offered a second time.
void TestMergedPeople::aMergeIsUndone()
{
    QFETCH(const bool, onTheTimeline);
    start({.merge = m_link});
    auto *panel = m_page->findChild<CustomerPanel *>();
    QTRY_COMPARE(pane().card()->links.size(), std::size_t(1));
    QTRY_VERIFY(offer());
    QTRY_VERIFY(panel->findChild<QAbstractButton *>("unlink"));
    const QSignalSpy wanted(&pane(), &ConversationPane::unmergeWanted);
    if (onTheTimeline) {
        takeOffer();
        QCOMPARE(wanted.size(), 1);
    } else {
        panel->setLinked(true); // the hub is away here, and people are merged where it answers
        QTRY_VERIFY(panel->findChildren<QAbstractButton *>("unlink").constLast()->isEnabled());
        panel->findChildren<QAbstractButton *>("unlink").constLast()->click();
    }
    QTRY_COMPARE(asked(), 1);
    QTRY_VERIFY(pane().card() && pane().card()->links.empty());
    QTRY_VERIFY(event() && !offer());
}

void TestMergedPeople::whoMayNotMergeIsToldSo()
{
    start({.permissions = {"reply"}, .merge = m_link});
    QTRY_VERIFY(offer());
    const auto *panel = m_page->findChild<CustomerPanel *>();
    QTRY_VERIFY(panel->findChild<QAbstractButton *>("unlink"));
    const auto *unlink = panel->findChild<QAbstractButton *>("unlink");
    QVERIFY(unlink && !unlink->isEnabled() && !unlink->toolTip().isEmpty());
    takeOffer();
    QCOMPARE(asked(), 0);
    QCOMPARE(pane().card()->links.size(), std::size_t(1));
}

QTEST_MAIN(TestMergedPeople)
#include "tst_merged_people.moc"
