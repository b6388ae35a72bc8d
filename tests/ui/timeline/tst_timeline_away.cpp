#include "tests/ui/timeline/timeline_stage.h"

#include <QAccessible>
#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>
#include <map>

using namespace tributary;
using namespace tributary::ui;
using testing::Item, testing::ItemId, testing::Stage;

namespace {

/// A long timeline of long messages, and a host that has all of them and answers, at once unless it holds its answers back.
struct LongStage : Stage {
    std::map<ItemId, Item> copy;
    bool holds = false;
    int questions = 0;
    std::size_t mostAsked = 0;

    explicit LongStage(int count, std::function<void(int, Item &)> change = {})
    {
        model.reset("Layla", {});
        model.setComplete(true);
        std::vector<Item> items;
        for (int i = 0; i < count; ++i) {
            Item item;
            item.id = samples::id<ItemId>(i + 1);
            item.conversation = samples::id<model::ConversationId>(1);
            item.kind = i % 3 == 2 ? Item::Kind::Outbound : Item::Kind::Inbound;
            item.channel = model::Channel::WhatsApp;
            item.at = samples::now() - std::chrono::minutes(10 * (count - i));
            item.body = "Message " + std::to_string(i) + ", ";
            for (int word = 0; word < 60 + i % 7 * 10; ++word)
                item.body += "and so on ";
            item.version = 1;
            if (change)
                change(i, item);
            copy[item.id] = item;
            items.push_back(std::move(item));
        }
        QObject::connect(view.get(), &TimelineView::textsWanted, view.get(), [this](const std::vector<ItemId> &ids) {
            ++questions;
            mostAsked = std::max(mostAsked, ids.size());
            m_asked.push_back(ids);
            if (!holds)
                QMetaObject::invokeMethod(
                    view.get(), [this] { holds ? void() : answer(); }, Qt::QueuedConnection);
        });
        QObject::connect(view.get(), &TimelineView::findWanted, view.get(),
                         [this](const QString &text, const std::vector<ItemId> &ids) {
                             QMetaObject::invokeMethod(
                                 view.get(), [this, text, ids] { lookFor(text, ids); }, Qt::QueuedConnection);
                         });
        model.apply(std::move(items));
    }
    void answer()
    {
        for (const std::vector<ItemId> &ids : std::exchange(m_asked, {})) {
            std::vector<Item> found;
            for (const ItemId &id : ids) {
                if (copy.contains(id))
                    found.push_back(copy.at(id));
            }
            model.bringBack(ids, std::move(found));
        }
    }
    void lookFor(const QString &text, const std::vector<ItemId> &ids)
    {
        std::vector<TimelineView::Found> found;
        for (const ItemId &id : ids)
            found.push_back({id, copy.at(id).version, occurrences(copy.at(id), text)});
        view->setFound(text, found);
    }
    ItemId idAt(int index) const { return samples::id<ItemId>(index + 1); }
    bool isAway(int index) const { return model.isAway(*model.find(idAt(index))); }
    /// Goes there, and waits for the text.
    bool visit(int index)
    {
        return view->goToItem(idAt(index)) && QTest::qWaitFor([&] { return !isAway(index); });
    }
    /// Reads on from the item at @p from until so much has come that the item at @p gone is let go of.
    bool readUntilAway(int from, int gone)
    {
        for (int index = from; index < int(copy.size()) && !isAway(gone); index += 100) {
            if (!visit(index))
                return false;
            QCoreApplication::processEvents();
        }
        return QTest::qWaitFor([&] { return isAway(gone); });
    }
    std::size_t held() const
    {
        std::size_t bytes = 0;
        for (const Item &item : model.items())
            bytes += TimelineModel::heldBy(item);
        return bytes;
    }
    /// Rows on the screen, and where.
    std::map<ItemId, QRect> shown() const
    {
        std::map<ItemId, QRect> places;
        for (const Row &row : view->rows()) {
            const auto rect = row.key.kind == RowKey::Kind::Item ? view->itemRect(row.key.item) : std::nullopt;
            if (rect && rect->intersects(view->viewport()->rect()))
                places[row.key.item] = *rect;
        }
        return places;
    }
    QString nameOf(int index) const
    {
        return view->rowName(std::size_t(view->rowIndexOf({RowKey::Kind::Item, idAt(index)})));
    }

private:
    std::vector<std::vector<ItemId>> m_asked;
};

} // namespace

/// Texts far from the screen are let go of, and come back before they are shown.
class TestTimelineAway : public QObject {
    Q_OBJECT
private slots:
    void holdsTheTextsNearTheScreen()
    {
        constexpr int kCount = 5000;
        LongStage stage(kCount);
        const std::size_t all = stage.held();
        const std::size_t rows = stage.view->rows().size();
        QTRY_VERIFY(stage.isAway(0));
        QVERIFY(!stage.isAway(kCount - 1) && !stage.isAway(kCount - int(TimelineView::kKeptRows) + 200)); // dates are rows
        for (int index = kCount - 1; index >= 0; index -= 100)
            QVERIFY(stage.visit(index));
        QTRY_VERIFY(stage.isAway(kCount - 1));
        // Those of both sides, and what may come before all are gone through again.
        QVERIFY2(stage.held() < all / kCount * (2 * TimelineView::kKeptRows + 800),
                 qPrintable(QString::number(stage.held())));
        QCOMPARE(stage.view->rows().size(), rows);
        QVERIFY(stage.mostAsked <= 500);
        stage.view->goToEnd();
        QTRY_VERIFY(!stage.isAway(kCount - 1));
        stage.paint();
        QCOMPARE(stage.model.items().back(), stage.copy.at(stage.idAt(kCount - 1)));
    }

    void nothingMovesWhenTextsComeBack()
    {
        LongStage stage(3000);
        constexpr int kPlace = 2500;
        QTRY_VERIFY(stage.isAway(0));
        QVERIFY(stage.visit(kPlace));
        stage.paint();
        const auto before = stage.shown();
        QVERIFY(before.size() > 2 && before.contains(stage.idAt(kPlace)));
        QVERIFY(stage.readUntilAway(100, kPlace));
        stage.model.setAgentNames({}); // what is laid out is out of date
        stage.holds = true;
        const int asked = stage.questions;
        stage.view->goToItem(stage.idAt(kPlace));
        QTRY_VERIFY(stage.questions > asked);
        stage.paint();
        QVERIFY(stage.isAway(kPlace));
        QVERIFY(stage.nameOf(kPlace).contains("The text is on its way"));
        QCOMPARE(stage.shown(), before); // in its place, as high as it is
        const int questions = stage.questions;
        stage.paint();
        QCOMPARE(stage.questions, questions); // asked for once
        stage.answer();
        QVERIFY(!stage.isAway(kPlace));
        QCOMPARE(stage.shown(), before);
        stage.paint();
        QVERIFY(stage.nameOf(kPlace).contains("Message 2500, and so on"));
        QCOMPARE(stage.view->focusedItem(), std::optional(stage.idAt(kPlace)));
    }

    void draggedFarItShowsPlacesThenTexts()
    {
        LongStage stage(3000);
        QTRY_VERIFY(stage.isAway(0));
        stage.holds = true;
        stage.view->verticalScrollBar()->setValue(0);
        stage.paint();
        QVERIFY(stage.isAway(0));
        QVERIFY(stage.view->itemRect(stage.idAt(0)));
        QVERIFY(stage.view->offersOf(stage.idAt(0)).size() <= 1); // nothing that needs what is not here
        stage.offer();
        stage.hover(stage.idAt(0));
        QVERIFY(stage.view->quickActions().empty());
        QTRY_VERIFY(stage.questions > 0);
        const int top = stage.yOf(stage.idAt(0));
        stage.answer();
        QVERIFY(!stage.isAway(0));
        stage.paint();
        QCOMPARE(stage.yOf(stage.idAt(0)), top);
        QVERIFY(!stage.view->quickActions().empty());
    }

    void whatIsQuotedIsKept()
    {
        // The last one answers the first.
        LongStage stage(3000, [](int index, Item &item) {
            if (index == 2999)
                item.inReplyTo = samples::id<ItemId>(1);
        });
        QTRY_VERIFY(stage.isAway(1));
        QVERIFY(!stage.isAway(0));
        QCOMPARE(stage.questions, 0);
    }

    void whatIsGoneLeaves()
    {
        LongStage stage(3000);
        QTRY_VERIFY(stage.isAway(10));
        stage.copy.erase(stage.idAt(10)); // seen no more, and nobody has said so yet
        QVERIFY(stage.view->goToItem(stage.idAt(10)));
        QTRY_VERIFY(!stage.model.find(stage.idAt(10)));
        QVERIFY(!stage.isAway(11));
        stage.paint();
        QVERIFY(stage.view->rowIndexOf({RowKey::Kind::Item, stage.idAt(10)}) < 0);
    }

    void aLiveVersionOfWhatIsAwayIsShown()
    {
        LongStage stage(3000);
        QTRY_VERIFY(stage.isAway(10));
        Item newer = stage.copy.at(stage.idAt(10));
        newer.version = 7;
        newer.body = "Edited";
        stage.model.apply({newer});
        QVERIFY(!stage.isAway(10));
        QVERIFY(stage.view->isAtEnd());
        stage.view->goToItem(stage.idAt(10));
        QVERIFY(stage.nameOf(10).contains("Edited"));
    }

    void findsWhatIsAway()
    {
        LongStage stage(3000, [](int index, Item &item) {
            if (index == 20 || index == 40)
                item.body += "the needle";
            if (index == 20)
                item.subject = "A needle";
            if (index == 2990)
                item.body = "Needle";
            if (index == 60)
                item.body += "a pin";
        });
        QTRY_VERIFY(stage.isAway(20));
        QSignalSpy spy(stage.view.get(), &TimelineView::findChanged);
        stage.view->setFind("needle");
        QCOMPARE(spy.last(), (QVariantList{1, 1}));
        QVERIFY(stage.view->isFinding());
        QTRY_COMPARE(spy.last(), (QVariantList{4, 4})); // still the one it went to at first
        QTRY_VERIFY(!stage.view->isFinding());
        QCOMPARE(stage.view->focusedItem(), std::optional(stage.idAt(2990)));
        stage.view->findPrevious();
        QCOMPARE(stage.view->focusedItem(), std::optional(stage.idAt(40)));
        QTRY_VERIFY(!stage.isAway(40));
        stage.paint();
        QVERIFY(stage.nameOf(40).contains("Message 40"));
        stage.view->findPrevious();
        stage.view->findPrevious();
        QCOMPARE(spy.last(), (QVariantList{1, 4}));

        // Edited meanwhile, by a version that comes live.
        Item newer = stage.copy.at(stage.idAt(20));
        newer.version = 2;
        newer.subject.clear();
        stage.model.apply({newer});
        QCOMPARE(spy.last().at(1), QVariant(3));

        stage.view->goToEnd();
        stage.view->setFind("no such thing");
        QTRY_VERIFY(!stage.view->isFinding());
        QCOMPARE(spy.last(), (QVariantList{0, 0}));
    }

    void findGoesToWhatIsFoundLater()
    {
        LongStage stage(3000, [](int index, Item &item) {
            if (index == 60)
                item.body += "a pin";
        });
        QTRY_VERIFY(stage.isAway(60));
        QSignalSpy spy(stage.view.get(), &TimelineView::findChanged);
        stage.view->setFind("a pin");
        QCOMPARE(spy.last(), (QVariantList{0, 0}));
        QTRY_COMPARE(spy.last(), (QVariantList{1, 1}));
        QCOMPARE(stage.view->focusedItem(), std::optional(stage.idAt(60)));
    }

    void copiesWhatIsAway()
    {
        constexpr int kCount = 3000;
        LongStage stage(kCount);
        QTRY_VERIFY(stage.isAway(0));
        QGuiApplication::clipboard()->setText("before");
        stage.view->selectAll();
        stage.view->copy();
        QCOMPARE(QGuiApplication::clipboard()->text(), QString("before")); // words are missing still
        QTRY_VERIFY_WITH_TIMEOUT(QGuiApplication::clipboard()->text() != "before", 30'000);
        const QString text = QGuiApplication::clipboard()->text();
        QCOMPARE(text.count("Message "), kCount);
        QVERIFY(text.indexOf("Message 0,") >= 0 && text.indexOf("Message 0,") < text.indexOf("Message 2999,"));
        QVERIFY(stage.mostAsked <= 500);
        QTRY_VERIFY(stage.isAway(0)); // let go of again
        // The focused item alone, from far away.
        stage.view->clearSelection();
        QVERIFY(stage.visit(5));
        QVERIFY(stage.readUntilAway(1200, 5));
        stage.view->goToItem(stage.idAt(5));
        stage.view->goToEnd();
        stage.view->copy();
        QTRY_VERIFY(QGuiApplication::clipboard()->text().startsWith("Message 5,"));
    }
};

QTEST_MAIN(TestTimelineAway)
#include "tst_timeline_away.moc"
