#include "tests/ui/timeline/timeline_stage.h"

#include <QAccessible>
#include <QSignalSpy>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using testing::Item, testing::ItemId, testing::Stage;

namespace {

/// A timeline of which a part is missing.
struct GapInTheMiddle {
    Item above, below;
    model::HistoryRange range;

    explicit GapInTheMiddle(TimelineModel &model, TimelineGap::State state = TimelineGap::State::Missing)
    {
        samples::fillMany(model, 300);
        model.setComplete(true);
        above = model.items()[149];
        below = model.items()[150];
        range = {model::HistoryKey{above.at, above.id}.next(), {below.at, below.id}};
        model.setGaps({{range, state}});
    }
    /// Its newest part arrives.
    void fill(TimelineModel &model, int count, bool whole)
    {
        std::vector<Item> items;
        for (int i = 0; i < count; ++i) {
            Item item = below;
            item.id = samples::id<ItemId>(9500 + ++m_filled);
            item.kind = m_filled % 2 ? Item::Kind::Inbound : Item::Kind::Outbound;
            item.author = samples::id<model::AgentId>(1); // who looks: what they once wrote moves nothing
            item.at -= std::chrono::milliseconds(m_filled);
            item.body = "Of the gap";
            items.push_back(item);
        }
        model.apply(items);
        range.to = {items.back().at, items.back().id};
        model.setGaps(whole ? std::vector<TimelineGap>() : std::vector{TimelineGap{range, TimelineGap::State::Failed}});
    }

private:
    int m_filled = 0;
};

} // namespace

Q_DECLARE_METATYPE(TimelineGap)

/// What is not on this computer, as the timeline shows it.
class TestTimelineGaps : public QObject {
    Q_OBJECT
private slots:
    void gapsThatComeNearAreAskedForOnce()
    {
        Stage stage;
        GapInTheMiddle gap(stage.model);
        QSignalSpy wanted(stage.view.get(), &TimelineView::gapWanted);
        QCoreApplication::processEvents();
        QCOMPARE(wanted.count(), 0); // far above
        QVERIFY(stage.view->goToItem(gap.below.id));
        QTRY_COMPARE(wanted.count(), 1);
        QVERIFY(wanted[0][0].value<TimelineGap>().range == gap.range);
        for (const auto state : {TimelineGap::State::Loading, TimelineGap::State::Offline, TimelineGap::State::Failed}) {
            stage.model.setGaps({{gap.range, state}});
            stage.scrollBy(-10);
            QCoreApplication::processEvents();
            QCOMPARE(wanted.count(), 1);
        }
        stage.model.setGaps({{gap.range, TimelineGap::State::Missing}}); // there is a link again
        QTRY_COMPARE(wanted.count(), 2);
    }

    void fillingAGapMovesNothing_data()
    {
        QTest::addColumn<bool>("whole");
        QTest::newRow("a part of it") << false;
        QTest::newRow("all of it") << true;
    }
    void fillingAGapMovesNothing()
    {
        QFETCH(bool, whole);
        Stage stage;
        GapInTheMiddle gap(stage.model);
        QVERIFY(stage.view->goToItem(gap.below.id));
        stage.scrollBy(-60);
        stage.paint();
        const int row = stage.view->rowIndexOf({RowKey::Kind::Gap, gap.below.id});
        QVERIFY(row >= 0 && stage.view->rowRect(std::size_t(row)).top() > 0); // on the screen, with what is above
        const int before = stage.yOf(gap.below.id);
        gap.fill(stage.model, 30, whole);
        stage.paint();
        QCOMPARE(stage.yOf(gap.below.id), before);
        QCOMPARE(stage.view->rowIndexOf({RowKey::Kind::Gap, gap.below.id}), -1);
    }

    void gapsAreLoadedByKey()
    {
        Stage stage;
        GapInTheMiddle gap(stage.model, TimelineGap::State::Failed);
        QSignalSpy wanted(stage.view.get(), &TimelineView::gapWanted);
        QVERIFY(stage.view->goToItem(gap.below.id));
        stage.view->setFocus();
        QTest::keyClick(stage.view.get(), Qt::Key_Up);
        const auto focused = [&] { return stage.view->rows()[std::size_t(stage.view->focusedRow())].key; };
        QVERIFY(focused().kind == RowKey::Kind::Gap);
        QAccessibleInterface *view = QAccessible::queryAccessibleInterface(stage.view.get());
        const QString spoken = view->child(stage.view->focusedRow())->text(QAccessible::Name);
        QVERIFY2(spoken.contains("is not on this computer. Not loaded. Try again."), qPrintable(spoken));
        QTest::keyClick(stage.view.get(), Qt::Key_Space);
        QCOMPARE(wanted.count(), 1);
        gap.fill(stage.model, 10, false);
        QVERIFY(focused().kind == RowKey::Kind::Gap); // for the next part
        QTest::keyClick(stage.view.get(), Qt::Key_Return);
        QCOMPARE(wanted.count(), 2);
        gap.fill(stage.model, 20, true);
        QVERIFY(focused().kind != RowKey::Kind::Gap);
        QVERIFY(stage.view->focusedRow() >= 0);
    }

    void gapsSayWhatIsMissing_data()
    {
        const auto day = [](int number) { return model::HistoryKey{fromMs(1'746'000'000'000 + number * 86'400'000LL), {}}; };
        const auto beginning = model::HistoryKey::beginning(), end = model::HistoryKey::end();
        QTest::addColumn<TimelineGap>("gap");
        QTest::addColumn<QString>("words");
        QTest::newRow("between") << TimelineGap{{day(2), day(9)}} << "2 May to 9 May is not on this computer";
        QTest::newRow("of a day") << TimelineGap{{day(2), day(2).next()}} << "Part of 2 May is not on this computer";
        QTest::newRow("before") << TimelineGap{{beginning, day(2)}} << "What came before 2 May is not on this computer";
        QTest::newRow("after") << TimelineGap{{day(2), end}} << "What came after 2 May is not on this computer";
        QTest::newRow("all") << TimelineGap{{beginning, end}} << "This history is not on this computer";
    }
    void gapsSayWhatIsMissing()
    {
        QFETCH(TimelineGap, gap);
        QFETCH(QString, words);
        Stage stage;
        stage.model.reset("Nobody", {});
        stage.model.setComplete(true);
        const TimeFormat format(QLocale("en_GB"), QTimeZone::utc());
        QCOMPARE(gapText(gap, format, fromMs(1'750'000'000'000)), words);
        gap.state = TimelineGap::State::Offline;
        stage.model.setGaps({gap});
        stage.paint();
        QCOMPARE(stage.view->rows().size(), 1u); // also where nothing else is to be seen
        QVERIFY(stage.view->rowName(0).endsWith("is not on this computer. Comes when the hub answers."));
    }
};

QTEST_MAIN(TestTimelineGaps)
#include "tst_timeline_gaps.moc"
