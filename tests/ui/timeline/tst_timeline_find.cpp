#include "tests/ui/timeline/timeline_stage.h"
#include "ui/timeline/item_words.h"

#include <QSignalSpy>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using testing::Item, testing::ItemId, testing::Stage;

namespace {

/// A timeline of which the newest part is here, and a host that has all of it and answers a page at a time, unless it holds
/// its answers back.
struct FarStage : Stage {
    static constexpr int kHere = 80, kPage = 80, kLookedThrough = 150;

    std::vector<Item> copy; ///< Oldest first.
    bool holds = false, fails = false, hasGaps = false;
    int pages = 0;
    QSignalSpy changed{view.get(), &TimelineView::findChanged};

    explicit FarStage(int count, const std::map<int, std::string> &said = {})
    {
        for (int i = 0; i < count; ++i) {
            Item item;
            item.id = samples::id<ItemId>(i + 1);
            item.conversation = samples::id<model::ConversationId>(1);
            item.kind = i % 3 == 2 ? Item::Kind::Outbound : Item::Kind::Inbound;
            item.channel = model::Channel::WhatsApp;
            item.at = samples::now() - std::chrono::minutes(10 * (count - i));
            item.body = said.contains(i) ? said.at(i) : "Message " + std::to_string(i);
            item.version = 1;
            copy.push_back(std::move(item));
        }
        QObject::connect(view.get(), &TimelineView::olderWanted, view.get(), [this] { later([this] { page(); }); });
        QObject::connect(view.get(), &TimelineView::findFurtherWanted, view.get(),
                         [this](const QString &text, const model::HistoryKey &before) {
                             later([this, text, before] { lookThrough(text, before); });
                         });
        open();
    }
    /// The newest of it; what was here before is forgotten.
    void open()
    {
        const TimelineModel::Batch whole(model);
        model.reset("Layla", {});
        page();
    }
    void release()
    {
        holds = false;
        for (const auto &answer : std::exchange(m_held, {}))
            answer();
    }
    ItemId idAt(int index) const { return samples::id<ItemId>(index + 1); }
    std::size_t here() const { return model.items().size(); }
    bool isFound(int current, int total) const { return changed.last() == QVariantList{current, total}; }

private:
    static model::HistoryKey keyOf(const Item &item) { return {item.at, item.id}; }
    /// Those before @p end, at most @p most.
    std::pair<std::vector<Item>, bool> before(const model::HistoryKey &end, int most) const
    {
        const auto last = std::ranges::lower_bound(copy, end, {}, keyOf);
        const auto first = last - std::min<std::ptrdiff_t>(most, last - copy.begin());
        return {{first, last}, first == copy.begin()};
    }
    void later(std::function<void()> answer)
    {
        m_held.push_back(std::move(answer));
        if (!holds)
            QMetaObject::invokeMethod(
                view.get(), [this] { holds ? void() : release(); }, Qt::QueuedConnection);
    }
    void page()
    {
        if (fails)
            return view->olderEnded();
        auto [items, isFirst] = before(model.from(), kPage);
        ++pages;
        model.setFrom(isFirst ? model::HistoryKey::beginning() : keyOf(items.front()));
        model.prependOlder(std::move(items), isFirst);
        view->olderEnded(true);
    }
    void lookThrough(const QString &text, const model::HistoryKey &end)
    {
        if (fails)
            return view->setFindFailed(text);
        const auto [items, isFirst] = before(end, kLookedThrough);
        TimelineView::FoundFurther part{
            {isFirst ? model::HistoryKey::beginning() : keyOf(items.front()), end}, isFirst, isFirst && hasGaps, {}};
        for (const Item &item : items) {
            if (const int count = occurrences(item, text))
                part.found.push_back({item.id, item.version, count, item.at});
        }
        view->setFoundFurther(text, part);
    }

    std::vector<std::function<void()>> m_held;
};

const std::map<int, std::string> kNeedles{
    {5, "A needle"}, {400, "the needle"}, {401, "Needle and needle"}, {995, "needles"}};

} // namespace

/// What is looked for in a timeline of which only the newest part is here.
class TestTimelineFind : public QObject {
    Q_OBJECT
private slots:
    void countsWhatIsFurtherBackWhereItIs()
    {
        FarStage stage(1000, kNeedles);
        stage.view->setFind("needle");
        QVERIFY(stage.isFound(1, 1));
        QVERIFY(stage.view->isFinding());
        QTRY_VERIFY(!stage.view->isFinding());
        QVERIFY(stage.isFound(5, 5)); // still the one that it went to at first
        QCOMPARE(stage.view->focusedItem(), std::optional(stage.idAt(995)));
        QCOMPARE(stage.here(), std::size_t(FarStage::kHere));
        QVERIFY(!stage.view->isFindCut());
        stage.view->setFind("no such thing");
        QVERIFY(stage.view->isFinding());
        QTRY_VERIFY(!stage.view->isFinding());
        QVERIFY(stage.isFound(0, 0));
        QCOMPARE(stage.here(), std::size_t(FarStage::kHere));
    }

    void whatHidesAMatchOpens_data()
    {
        QTest::addColumn<QString>("where");
        QTest::newRow("in a folded quote") << "quote";
        QTest::newRow("below Show all") << "below";
        QTest::newRow("below Show all, and in a quote") << "both";
    }

    /// And it is on the screen, however long its mail is.
    void whatHidesAMatchOpens()
    {
        QFETCH(const QString, where);
        Stage stage({900, 500});
        samples::fillMany(stage.model, 30);
        Item mail = stage.next(9001, Item::Kind::Inbound);
        mail.channel = model::Channel::Email;
        mail.body = "Good morning,\n";
        if (where != "quote") {
            for (int i = 0; i < 50; ++i)
                mail.body += "A long mail, line by line.\n";
        }
        if (where == "below")
            mail.body += "The needle is here.\n";
        mail.body += "\nOn Mon, 3 Nov 2025 at 10:00, Mara <m@x.example> wrote:\n> hello\n";
        if (where != "below")
            mail.body += "> the needle, quoted\n";
        stage.model.apply({mail});
        stage.paint();
        stage.view->setFind("needle");
        stage.view->findNext();
        stage.paint();
        const QImage image = stage.view->viewport()->grab().toImage();
        const QColor wanted = stage.theme.colors().highlight.current;
        int marked = 0;
        for (int y = 0; y < image.height(); ++y) {
            for (int x = 0; x < image.width(); ++x)
                marked += image.pixelColor(x, y) == wanted;
        }
        QVERIFY2(marked > 100, qPrintable(QString::number(marked)));
    }

    void aMatchFurtherBackIsLoadedWhenOneGoesThere()
    {
        FarStage stage(1000, kNeedles);
        stage.view->setFind("needle");
        QTRY_VERIFY(!stage.view->isFinding());
        stage.paint();
        const ItemId read = stage.reading();
        const int before = stage.yOf(read);
        stage.holds = true;
        stage.view->findPrevious();
        QVERIFY(stage.isFound(4, 5));
        QVERIFY(stage.view->isReachingMatch());
        stage.paint();
        QCOMPARE(stage.yOf(read), before);
        stage.release(); // a page, not yet the one
        stage.paint();
        QVERIFY(stage.view->isReachingMatch());
        QCOMPARE(stage.yOf(read), before);
        QTRY_COMPARE(stage.view->focusedItem(), std::optional(stage.idAt(401)));
        QVERIFY(!stage.view->isReachingMatch());
        QVERIFY(stage.isFound(4, 5));
        QCoreApplication::processEvents();
        QVERIFY(stage.here() < 1000 - 400 + std::size_t(FarStage::kPage)); // so far, and no further
        QCOMPARE(stage.pages, int(stage.here()) / FarStage::kPage);
        stage.view->findPrevious();
        QVERIFY(stage.isFound(3, 5)); // the same message
        stage.view->findPrevious();
        QVERIFY(stage.isFound(2, 5));
        QCOMPARE(stage.view->focusedItem(), std::optional(stage.idAt(400)));
        stage.view->findPrevious();
        QTRY_COMPARE(stage.view->focusedItem(), std::optional(stage.idAt(5)));
        QVERIFY(stage.isFound(1, 5));
        stage.view->findPrevious(); // and round
        QCOMPARE(stage.view->focusedItem(), std::optional(stage.idAt(995)));
    }

    void whoGoesElsewhereMeanwhileStaysThere_data()
    {
        QTest::addColumn<QString>("how");
        QTest::newRow("scrolled") << "scroll";
        QTest::newRow("to the end") << "end";
        QTest::newRow("another item") << "item";
        QTest::newRow("a match that is here") << "match";
        QTest::newRow("another text") << "text";
    }
    void whoGoesElsewhereMeanwhileStaysThere()
    {
        QFETCH(const QString, how);
        FarStage stage(1000, kNeedles);
        stage.view->setFind("needle");
        QTRY_VERIFY(!stage.view->isFinding());
        stage.holds = true;
        stage.view->findPrevious();
        QVERIFY(stage.view->isReachingMatch());
        if (how == "scroll")
            stage.scrollBy(-200);
        else if (how == "end")
            stage.view->goToEnd();
        else if (how == "item")
            stage.view->goToItem(stage.idAt(990));
        else if (how == "match")
            stage.view->findNext();
        else
            stage.view->setFind("Message 999");
        QVERIFY(!stage.view->isReachingMatch());
        stage.paint();
        const ItemId read = stage.reading();
        const int before = stage.yOf(read);
        stage.release();
        QTRY_VERIFY(!stage.view->isFinding());
        stage.paint();
        QCOMPARE(stage.yOf(read), before);
        QCOMPARE(stage.here(), std::size_t(FarStage::kHere + FarStage::kPage)); // what was asked for already
    }

    void whatIsFoundFirstIsGoneToOnce()
    {
        FarStage stage(1000, {{400, "the needle"}});
        stage.view->setFind("needle");
        QVERIFY(stage.isFound(0, 0));
        QTRY_COMPARE(stage.view->focusedItem(), std::optional(stage.idAt(400)));
        QVERIFY(stage.isFound(1, 1));
        // Another customer is opened with it: it is counted, and they are shown as they are.
        stage.open();
        QVERIFY(stage.view->isFinding());
        QTRY_VERIFY(!stage.view->isFinding());
        QVERIFY(stage.isFound(0, 1));
        QCOMPARE(stage.here(), std::size_t(FarStage::kHere));
        QVERIFY(stage.view->isAtEnd());
        stage.view->findNext();
        QTRY_COMPARE(stage.view->focusedItem(), std::optional(stage.idAt(400)));
    }

    void whatChangesFurtherBackIsCountedAnew()
    {
        FarStage stage(1000, kNeedles);
        stage.view->setFind("needle");
        QTRY_VERIFY(!stage.view->isFinding());
        stage.copy[5].body = "A pin";
        stage.copy[300].body = "One needle, two needles";
        stage.changed.clear();
        stage.view->lookFurtherAgain();
        QVERIFY(!stage.view->isFinding()); // what is known stands until it is known anew
        QTRY_VERIFY(!stage.changed.isEmpty() && stage.isFound(6, 6));
        for (const QVariantList &said : stage.changed)
            QVERIFY(said.at(1).toInt() >= 5);
        // And again while it looks.
        stage.copy[5].body = "A needle";
        stage.view->lookFurtherAgain();
        stage.view->lookFurtherAgain();
        QTRY_VERIFY(stage.isFound(7, 7));
    }

    void whatIsGoneIsGoneToNoMore()
    {
        FarStage stage(1000, kNeedles);
        stage.view->setFind("needle");
        QTRY_VERIFY(!stage.view->isFinding());
        stage.view->findPrevious();
        QTRY_COMPARE(stage.view->focusedItem(), std::optional(stage.idAt(401)));
        stage.copy.erase(stage.copy.begin() + 5); // and nobody has said so
        stage.view->findNext();
        stage.view->findNext();
        QVERIFY(stage.isFound(1, 5));
        QTRY_VERIFY(!stage.view->isReachingMatch());
        QVERIFY(stage.isFound(0, 4));
        QCOMPARE(stage.view->focusedItem(), std::optional(stage.idAt(995)));
    }

    void whatIsNotOnThisComputerIsKnownOf()
    {
        FarStage stage(1000, kNeedles);
        stage.hasGaps = true;
        stage.view->setFind("needle");
        QTRY_VERIFY(!stage.view->isFinding());
        QVERIFY(stage.view->isFindCut());
        stage.hasGaps = false; // it has come
        stage.view->lookFurtherAgain();
        QVERIFY(stage.view->isFindCut());
        QTRY_VERIFY(!stage.view->isFindCut());
        stage.model.setGaps({{{model::HistoryKey::beginning(), stage.model.from()}, TimelineGap::State::Offline}});
        QVERIFY(stage.view->isFindCut());
    }

    void whatCannotBeReadIsSaid()
    {
        FarStage stage(1000, kNeedles);
        stage.fails = true;
        stage.view->setFind("needle");
        QTRY_VERIFY(stage.view->hasFindFailed());
        QVERIFY(!stage.view->isFinding());
        QVERIFY(stage.isFound(1, 1));
        stage.fails = false;
        stage.view->setFind("Needle");
        QTRY_VERIFY(!stage.view->isFinding());
        QVERIFY(!stage.view->hasFindFailed());
        QVERIFY(stage.isFound(5, 5));
        stage.fails = true;
        stage.view->findPrevious();
        QTRY_VERIFY(stage.view->hasFindFailed());
        QVERIFY(!stage.view->isReachingMatch());
    }
};

QTEST_MAIN(TestTimelineFind)
#include "tst_timeline_find.moc"
