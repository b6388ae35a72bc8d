#include "tests/ui/gallery/samples.h"
#include "ui/timeline/height_index.h"
#include "ui/timeline/timeline_rows.h"

#include <QAbstractItemModelTester>
#include <QRandomGenerator>
#include <QSignalSpy>
#include <QTest>

using namespace tributary;
using namespace tributary::ui;
using Item = model::TimelineItem;

namespace {

Item message(int number, int minute, std::int64_t version = 1, Item::Kind kind = Item::Kind::Inbound)
{
    Item item;
    item.id = samples::id<model::TimelineItemId>(number);
    item.conversation = samples::id<model::ConversationId>(1);
    item.kind = kind;
    item.channel = model::Channel::WhatsApp;
    item.at = samples::now() + std::chrono::minutes(minute);
    item.body = "message " + std::to_string(number);
    item.version = version;
    return item;
}

/// One with all that an item may have.
Item heavy(int number, int minute, std::int64_t version = 1, Item::Kind kind = Item::Kind::Inbound)
{
    Item item = message(number, minute, version, kind);
    item.subject = "About " + std::to_string(number);
    item.body += std::string(400, '.');
    item.html = "<p>" + item.body + "</p>";
    model::Attachment file;
    file.name = "cup.jpg";
    item.attachments = {file};
    item.details = {{"direction", "in"}, {"from", "layla@mail.example"}};
    return item;
}

void letGoOfAll(TimelineModel &model)
{
    model.letGo(std::vector<bool>(model.items().size()));
}

/// Rows as one letter each, events as `e`, items as `i` or, where a name stands above, `N`; a node before it is `*`.
QString shape(const TimelineModel &model, const RowOptions &options = {})
{
    QString text;
    for (const Row &row : buildRows(model, options, TimeFormat(QLocale("en_GB"), QTimeZone::utc()))) {
        switch (row.key.kind) {
        case RowKey::Kind::Item: {
            const bool event = model.items()[row.first].kind == Item::Kind::Event;
            text += row.node ? "*" : "";
            text += event ? "e" : row.name ? "N" : "i";
            break;
        }
        case RowKey::Kind::Date: text += "D"; break;
        case RowKey::Kind::Unread: text += QString("U%1").arg(row.count); break;
        case RowKey::Kind::Gap: text += "G"; break;
        case RowKey::Kind::Changes: text += QString("c%1").arg(row.count); break;
        case RowKey::Kind::Conversation: text += row.open ? QString("[") : QString("f%1").arg(row.count); break;
        case RowKey::Kind::Hidden: text += QString("h%1").arg(row.count); break;
        case RowKey::Kind::Older: text += "O"; break;
        case RowKey::Kind::Typing: text += "t"; break;
        }
    }
    return text;
}

} // namespace

class TestTimelineModel : public QObject {
    Q_OBJECT
private slots:
    void keepsOrderWhateverComesIn()
    {
        TimelineModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QRandomGenerator random(7);
        std::map<int, int> minutes;
        for (int round = 0; round < 200; ++round) {
            std::vector<Item> batch;
            for (int i = 0; i < random.bounded(1, 8); ++i) {
                const int number = random.bounded(1, 120);
                const int minute = random.bounded(0, 500);
                batch.push_back(message(number, minute, round + 1));
                minutes[number] = minute;
            }
            // The same id twice in a batch has one version: the last one wins here only if it is new, so keep one.
            std::map<model::TimelineItemId, Item> once;
            for (Item &item : batch)
                once[item.id] = item;
            batch.clear();
            for (auto &[id, item] : once)
                batch.push_back(item);
            model.apply(batch);
            if (round % 9 == 0) {
                const int gone = random.bounded(1, 120);
                model.remove({samples::id<model::TimelineItemId>(gone)});
                minutes.erase(gone);
            }
        }
        QCOMPARE(model.items().size(), minutes.size());
        for (std::size_t i = 0; i < model.items().size(); ++i) {
            const Item &item = model.items()[i];
            QCOMPARE(model.find(item.id), &item);
            QCOMPARE(model.indexOf(item.id), std::optional(i));
            if (i > 0)
                QVERIFY(std::tie(model.items()[i - 1].at, model.items()[i - 1].id) < std::tie(item.at, item.id));
        }
    }

    void countsByStrandWhateverComesIn()
    {
        TimelineModel model;
        QRandomGenerator random(11);
        for (int round = 0; round < 300; ++round) {
            Item item = message(random.bounded(1, 40), random.bounded(0, 90), round + 1,
                                Item::Kind(random.bounded(int(Item::Kind::Event) + 1)));
            item.channel = random.bounded(2) ? model::Channel::WhatsApp : model::Channel::Email;
            if (random.bounded(4) == 0)
                model.remove({item.id});
            else if (random.bounded(3) == 0)
                model.prependOlder({item}, false);
            else
                model.apply({item});
            std::map<Strand, int> counted;
            for (const Item &shown : model.items()) {
                if (shown.kind != Item::Kind::Event)
                    ++counted[strandOf(shown)];
            }
            QCOMPARE(model.countByStrand(), counted);
        }
        model.reset("Layla", {});
        QVERIFY(model.countByStrand().empty());
    }

    /// Pages of older history are told of as such: who shows them has only them to add.
    void tellsOfOlderPages_data()
    {
        QTest::addColumn<QList<int>>("minutes");
        QTest::addColumn<bool>("another");
        QTest::addColumn<qulonglong>("older");
        QTest::newRow("all before what is here") << QList<int>{-5, -3, -1} << false << qulonglong(3);
        QTest::newRow("one of them between") << QList<int>{-5, -3, 5} << false << qulonglong(0);
        QTest::newRow("all between") << QList<int>{5, 6} << false << qulonglong(0);
        QTest::newRow("with another change") << QList<int>{-5} << true << qulonglong(0);
    }
    void tellsOfOlderPages()
    {
        QFETCH(QList<int>, minutes);
        QFETCH(bool, another);
        QFETCH(qulonglong, older);
        TimelineModel model;
        model.apply({message(1, 0), message(2, 10)});
        std::vector<ItemsChange> told;
        connect(&model, &TimelineModel::itemsChanged, this, [&told](const ItemsChange &change) { told.push_back(change); });
        {
            const TimelineModel::Batch whole(model);
            std::vector<Item> page;
            for (const int minute : minutes)
                page.push_back(message(100 + minute, minute));
            model.prependOlder(page, false);
            if (another)
                model.apply({message(2, 10, 2)});
        }
        QCOMPARE(told.size(), std::size_t(1));
        QCOMPARE(qulonglong(told.front().older), older);
    }

    /// What a page brings with it is drawn with its items: what is shown already is not laid out again for it.
    void conversationsOfItemsToComeChangeNothing()
    {
        TimelineModel model;
        model.apply({message(1, 0)});
        QSignalSpy context(&model, &TimelineModel::contextChanged);
        model::Conversation other;
        other.id = samples::id<model::ConversationId>(2);
        model.setConversations({other});
        QCOMPARE(context.count(), 0);
        other.subject = "Broken lid";
        model.setConversations({other});
        QCOMPARE(context.count(), 1);
        model::Conversation own;
        own.id = samples::id<model::ConversationId>(1);
        model.setConversations({own});
        QCOMPARE(context.count(), 2);
    }

    /// Page for page the same rows come out as when all of them are built.
    void olderRowsAreThoseOfAll()
    {
        const TimeFormat format(QLocale("en_GB"), QTimeZone::utc());
        QRandomGenerator random(23);
        int kept = 0;
        for (int round = 0; round < 3'000; ++round) {
            TimelineModel model;
            const int quiet = random.bounded(1, 8); // changes alone, or hardly any
            std::vector<model::Conversation> conversations;
            for (int number = 1; number <= 4; ++number) {
                model::Conversation conversation;
                conversation.id = samples::id<model::ConversationId>(number);
                conversation.status =
                    random.bounded(2) ? model::Conversation::Status::Resolved : model::Conversation::Status::Open;
                conversations.push_back(conversation);
            }
            model.setConversations(conversations);
            std::vector<Item> all;
            int minute = 0;
            const int step = random.bounded(2, 400); // many a day, or some days one
            for (int number = 1; number <= 60; ++number) {
                const bool isEvent = random.bounded(8) >= quiet;
                const auto said = random.bounded(2) ? Item::Kind::Inbound : Item::Kind::Comment;
                Item item = message(number, minute += random.bounded(step), 1, isEvent ? Item::Kind::Event : said);
                const bool isSame = !all.empty() && random.bounded(5) > 0; // runs of one conversation
                item.conversation =
                    isSame ? all.back().conversation : samples::id<model::ConversationId>(random.bounded(1, 5));
                item.channel = random.bounded(4) ? model::Channel::WhatsApp : model::Channel::Email;
                item.identity = samples::id<model::IdentityId>(random.bounded(1, 3));
                all.push_back(std::move(item));
            }
            RowOptions options;
            options.events = random.bounded(3) > 0;
            if (random.bounded(3) == 0)
                options.shown = {Strand::WhatsApp};
            if (random.bounded(2))
                options.unfolded = {samples::id<model::ConversationId>(1), samples::id<model::ConversationId>(2)};
            if (random.bounded(2))
                options.focused = samples::id<model::ConversationId>(3);
            for (const Item &item : all) {
                if (random.bounded(6) == 0)
                    options.openChanges.insert(item.id);
            }
            std::vector<TimelineGap> gaps;
            for (int i = 0; i < random.bounded(3); ++i) {
                const Item &at = all[random.bounded(60u)];
                gaps.push_back({{{at.at - std::chrono::seconds(1), {}}, {at.at, at.id}}});
            }
            model.setGaps(gaps);
            if (random.bounded(2))
                model.setFirstUnread(all[random.bounded(60u)].id);
            std::vector<Row> rows = buildRows(model, options, format);
            for (std::size_t end = all.size(); end > 0;) {
                const std::size_t begin = end - std::min<std::size_t>(end, std::size_t(random.bounded(1, 20)));
                model.prependOlder({all.begin() + std::ptrdiff_t(begin), all.begin() + std::ptrdiff_t(end)}, begin == 0);
                const RowsInFront fresh = buildOlderRows(model, options, format, rows, end - begin);
                std::vector<Row> joined = fresh.rows;
                for (std::size_t i = fresh.instead; i < rows.size(); ++i) {
                    joined.push_back(rows[i]);
                    joined.back().first += end - begin;
                }
                kept += int(rows.size() - fresh.instead);
                rows = buildRows(model, options, format);
                QVERIFY2(joined == rows, qPrintable(QString("round %1, %2 items").arg(round).arg(model.items().size())));
                end = begin;
            }
        }
        QVERIFY2(kept > 100'000, qPrintable(QString::number(kept)));
    }

    /// Above what is folded away there is no day, so that the marker of what is new is drawn on the run before it.
    void theRunBehindTheMarkerMayBeginInAnOlderPage()
    {
        const TimeFormat format(QLocale("en_GB"), QTimeZone::utc());
        constexpr int kDay = 24 * 60;
        TimelineModel model;
        model::Conversation resolved;
        resolved.id = samples::id<model::ConversationId>(2);
        resolved.status = model::Conversation::Status::Resolved;
        model.setConversations({resolved});
        Item folded = message(3, kDay);
        folded.conversation = resolved.id;
        model.setFirstUnread(folded.id);
        model.apply({message(2, 1, 1, Item::Kind::Event), folded, message(4, kDay + 1)});
        const std::vector<Row> rows = buildRows(model, {}, format);
        model.prependOlder({message(1, 0)}, false);
        const RowsInFront fresh = buildOlderRows(model, {}, format, rows, 1);
        std::vector<Row> joined = fresh.rows;
        for (std::size_t i = fresh.instead; i < rows.size(); ++i) {
            joined.push_back(rows[i]);
            ++joined.back().first;
        }
        QVERIFY(joined == buildRows(model, {}, format));
        const auto marker = std::ranges::find(joined, RowKey::Kind::Unread, [](const Row &row) { return row.key.kind; });
        QVERIFY(marker != joined.end() && marker->strand == Strand::WhatsApp);
    }

    void appliesVersions_data()
    {
        QTest::addColumn<qint64>("version");
        QTest::addColumn<bool>("changes");
        QTest::newRow("newer replaces") << qint64(3) << true;
        QTest::newRow("same is a repeat") << qint64(2) << false;
        QTest::newRow("older is late") << qint64(1) << false;
        QTest::newRow("own, not confirmed") << qint64(0) << true;
    }
    void appliesVersions()
    {
        QFETCH(qint64, version);
        QFETCH(bool, changes);
        TimelineModel model;
        model.apply({message(1, 0, 2)});
        QSignalSpy spy(&model, &TimelineModel::itemsChanged);
        Item other = message(1, 0, version);
        other.body = "edited";
        model.apply({other});
        QCOMPARE(QString::fromStdString(model.items()[0].body), changes ? "edited" : "message 1");
        QCOMPARE(spy.count(), changes ? 1 : 0);
    }

    void saysOnceWhatBelongsTogether()
    {
        TimelineModel model;
        model.reset("X", samples::id<model::AgentId>(1));
        QSignalSpy items(&model, &TimelineModel::itemsChanged), context(&model, &TimelineModel::contextChanged);
        Item own = message(1, 0, 0, Item::Kind::Outbound);
        own.author = samples::id<model::AgentId>(1);
        {
            const TimelineModel::Batch outer(model);
            model.setLoading(true);
            {
                const TimelineModel::Batch inner(model);
                model.expectOwn(own.id);
                model.apply({own});
                model.apply({message(2, 1)});
            }
            QCOMPARE(items.count() + context.count(), 0); // the outer one still holds
            model.setFirstUnread(own.id);
        }
        QCOMPARE(items.count(), 1);
        QCOMPARE(context.count(), 1);
        QVERIFY(items.last().first().value<ItemsChange>().ownSend); // one of them was an own send
        model.apply({message(3, 2)});
        QCOMPARE(items.count(), 2);
        QVERIFY(!items.last().first().value<ItemsChange>().ownSend); // which is forgotten by then
    }

    void tellsOwnSends()
    {
        TimelineModel model;
        model.reset("X", samples::id<model::AgentId>(1));
        QSignalSpy spy(&model, &TimelineModel::itemsChanged);
        Item own = message(1, 0, 0, Item::Kind::Outbound);
        own.author = samples::id<model::AgentId>(1);
        model.expectOwn(own.id);
        model.apply({own});
        QCOMPARE(spy.last().first().value<ItemsChange>().ownSend, true);
        own.id = samples::id<model::TimelineItemId>(3);
        model.apply({own}); // written before, or on another device
        QCOMPARE(spy.last().first().value<ItemsChange>().ownSend, false);
        Item colleague = message(2, 1, 1, Item::Kind::Outbound);
        colleague.author = samples::id<model::AgentId>(2);
        model.apply({colleague});
        QCOMPARE(spy.last().first().value<ItemsChange>().ownSend, false);
    }

    void rowsFollowRuns()
    {
        TimelineModel model;
        model.setComplete(true);
        model.apply({message(1, 0), message(2, 1), message(3, 10)});
        QCOMPARE(shape(model), "D*Nii"); // one node and one name for the run
        Item mail = message(4, 11);
        mail.channel = model::Channel::Email;
        model.apply({mail, message(5, 12)});
        QCOMPARE(shape(model), "D*Nii*N*N");
        model.apply({message(6, 12 + 61)});
        QVERIFY(shape(model).endsWith("*N*NN")); // named again after an hour of silence
    }

    void foldsThreeEventsAndMore()
    {
        TimelineModel model;
        model.setComplete(true);
        model.apply({message(1, 0), message(2, 1, 1, Item::Kind::Event), message(3, 2, 1, Item::Kind::Event)});
        QCOMPARE(shape(model), "D*Nee");
        model.apply({message(4, 3, 1, Item::Kind::Event), message(5, 4)});
        QCOMPARE(shape(model), "D*Nc3i");
        RowOptions options;
        options.openChanges.insert(samples::id<model::TimelineItemId>(2));
        QCOMPARE(shape(model, options), "D*Nc3eeei");
        options.events = false;
        QCOMPARE(shape(model, options), "D*Nh3i");
    }

    void foldsResolvedConversations()
    {
        TimelineModel model;
        model.setComplete(true);
        model::Conversation old;
        old.id = samples::id<model::ConversationId>(2);
        old.status = model::Conversation::Status::Resolved;
        model.setConversations({old});
        Item first = message(1, 0), second = message(2, 1);
        first.conversation = second.conversation = old.id;
        model.apply({first, second, message(3, 2)});
        QCOMPARE(shape(model), "f2D*N");
        RowOptions options;
        model.setConversations({}); // another page knows of others: what is known stays so
        QCOMPARE(shape(model), "f2D*N");
        options.unfolded.insert(old.id);
        QCOMPARE(shape(model, options), "D[Nii"); // the bar carries the node
        options = {};
        options.focused = old.id;
        QCOMPARE(shape(model, options), "D*Nii");
        model.remove({samples::id<model::TimelineItemId>(3)});
        QCOMPARE(shape(model), "D[Ni"); // the newest conversation is what one came for
    }

    void showsGapsMarksAndFilters()
    {
        TimelineModel model;
        model.apply({message(1, 0), message(2, 60), message(3, 61)});
        QCOMPARE(shape(model), "OD*NNi");
        model.setComplete(true);
        model.setGaps({{{{message(0, 10).at, {}}, {message(0, 50).at, {}}}, TimelineGap::State::Missing}});
        model.setFirstUnread(samples::id<model::TimelineItemId>(3));
        QCOMPARE(shape(model), "D*NG*NU1i");
        RowOptions options;
        options.shown = {Strand::Email};
        QCOMPARE(shape(model, options), "h1Gh1U1h1");
    }

    void letsGoOfWhatIsHeavyAndFar_data()
    {
        QTest::addColumn<Item>("item");
        QTest::addColumn<bool>("near");
        QTest::addColumn<bool>("goes");
        QTest::newRow("a message") << heavy(1, 0) << false << true;
        QTest::newRow("a note") << heavy(1, 0, 1, Item::Kind::Note) << false << true;
        QTest::newRow("a comment") << heavy(1, 0, 1, Item::Kind::Comment) << false << true;
        QTest::newRow("an order") << heavy(1, 0, 1, Item::Kind::Order) << false << true;
        QTest::newRow("near the screen") << heavy(1, 0) << true << false;
        QTest::newRow("an event: rows are made of what it says") << heavy(1, 0, 1, Item::Kind::Event) << false << false;
        QTest::newRow("not confirmed: nobody else has it") << heavy(1, 0, 0) << false << false;
        QTest::newRow("a few words: nothing would be saved") << message(1, 0) << false << false;
    }
    void letsGoOfWhatIsHeavyAndFar()
    {
        QFETCH(const Item, item);
        QFETCH(bool, near);
        QFETCH(bool, goes);
        TimelineModel model;
        model.apply({item, heavy(2, 61), heavy(3, 62, 1, Item::Kind::Outbound)});
        QCOMPARE(model.comeSince(), std::size_t(3));
        const QString rows = shape(model);
        model.letGo({near, true, true});
        QCOMPARE(shape(model), rows);
        QCOMPARE(model.comeSince(), std::size_t(0));
        QCOMPARE(model.hasAway(), goes);
        const Item &left = model.items()[0];
        QCOMPARE(model.isAway(left), goes);
        QVERIFY(!model.isAway(model.items()[1]));
        if (!goes) {
            QCOMPARE(left, item);
            return;
        }
        QCOMPARE(TimelineModel::heldBy(left), std::size_t(0));
        QVERIFY(left.body.empty() && left.html.empty() && left.subject.empty() && left.attachments.empty());
        QCOMPARE(left.details, (std::map<std::string, std::string>{{"direction", "in"}})); // whose a comment is
        QCOMPARE(left.at, item.at);
        QCOMPARE(left.version, item.version);
    }

    void comesBackById()
    {
        TimelineModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.apply({heavy(1, 0), heavy(2, 1), heavy(3, 2)});
        letGoOfAll(model);
        const auto id = [](int number) { return samples::id<model::TimelineItemId>(number); };
        QVERIFY(model.ask(id(1)));
        QVERIFY(!model.ask(id(1))); // it is on its way
        QVERIFY(!model.ask(id(9))); // there is no such item
        QVERIFY(model.ask(id(2)));
        QSignalSpy arrived(&model, &TimelineModel::textsArrived), changed(&model, &TimelineModel::itemsChanged);
        model.apply({heavy(3, 2)}); // the hub repeats itself: nobody has asked for that one
        QVERIFY(model.isAway(model.items()[2]));
        model.bringBack({id(1), id(2)}, {heavy(1, 0), heavy(2, 1)});
        QCOMPARE(arrived.count(), 1);
        QCOMPARE(changed.count(), 0);
        QCOMPARE(model.items()[0], heavy(1, 0));
        QCOMPARE(model.items()[1], heavy(2, 1));
        QVERIFY(!model.isAway(model.items()[0]) && !model.isAway(model.items()[1]));
        QVERIFY(model.ask(id(3)));
        model.bringLater({id(3)});
        QVERIFY(model.ask(id(3))); // it could not be read
    }

    void answersMayBeLate_data()
    {
        QTest::addColumn<qint64>("live");
        QTest::addColumn<qint64>("found");
        QTest::addColumn<qint64>("shown");
        QTest::addColumn<bool>("isAway");
        QTest::newRow("nothing else") << qint64(-1) << qint64(2) << qint64(2) << false;
        QTest::newRow("a newer one came live") << qint64(3) << qint64(2) << qint64(3) << false;
        QTest::newRow("the answer is newer") << qint64(-1) << qint64(4) << qint64(4) << false;
        QTest::newRow("the answer is older: there will be another") << qint64(-1) << qint64(1) << qint64(2) << true;
        QTest::newRow("it is not there any more") << qint64(-1) << qint64(-1) << qint64(-1) << false;
        QTest::newRow("not there yet, and came live") << qint64(3) << qint64(-1) << qint64(3) << false;
    }
    void answersMayBeLate()
    {
        QFETCH(qint64, live);
        QFETCH(qint64, found);
        QFETCH(qint64, shown);
        QFETCH(bool, isAway);
        TimelineModel model;
        QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.apply({heavy(1, 0, 2), message(2, 1)});
        letGoOfAll(model);
        const auto id = samples::id<model::TimelineItemId>(1);
        QVERIFY(model.ask(id));
        if (live >= 0)
            model.apply({heavy(1, 0, live)});
        model.bringBack({id}, found < 0 ? std::vector<Item>() : std::vector{heavy(1, 0, found)});
        const Item *item = model.find(id);
        QCOMPARE(item != nullptr, shown >= 0);
        QCOMPARE(model.items().size(), shown >= 0 ? std::size_t(2) : std::size_t(1));
        if (!item)
            return;
        QCOMPARE(item->version, shown);
        QCOMPARE(model.isAway(*item), isAway);
        QCOMPARE(model.ask(id), isAway);
    }

    void whatIsAwayChangesAsAnything()
    {
        TimelineModel model;
        model.apply({heavy(1, 0), heavy(2, 1), heavy(3, 2)});
        letGoOfAll(model);
        const auto id = samples::id<model::TimelineItemId>(1);
        QSignalSpy changed(&model, &TimelineModel::itemsChanged);
        model.apply({heavy(1, 5, 2)}); // a newer version, at another time
        QCOMPARE(model.items()[2], heavy(1, 5, 2));
        QVERIFY(!model.isAway(model.items()[2]));
        QVERIFY(model.isAway(model.items()[0]));
        model.remove({samples::id<model::TimelineItemId>(2)});
        QCOMPARE(model.items().size(), std::size_t(2));
        QCOMPARE(changed.count(), 2);
        model.bringBack({samples::id<model::TimelineItemId>(2)}, {heavy(2, 1)}); // an answer from before
        QCOMPARE(model.items().size(), std::size_t(2));
        model.setWhole(id, {.text = std::string(5000, '.'), .html = {}});
        const auto folded = model.letGo(std::vector<bool>(2));
        QCOMPARE(folded, std::vector{id});
        QVERIFY(!model.whole(id));
    }

    void heightsSumUp()
    {
        QRandomGenerator random(3);
        std::vector<int> heights(257);
        for (int &height : heights)
            height = random.bounded(0, 90);
        HeightIndex index;
        index.assign(heights);
        for (int round = 0; round < 300; ++round) {
            const std::size_t row = std::size_t(random.bounded(257));
            heights[row] = random.bounded(0, 90);
            index.setHeight(row, heights[row]);
            const std::size_t at = std::size_t(random.bounded(257));
            int sum = 0;
            for (std::size_t i = 0; i < at; ++i)
                sum += heights[i];
            QCOMPARE(index.top(at), sum);
            if (heights[at] > 0) {
                QCOMPARE(index.rowAt(sum), at);
                QCOMPARE(index.rowAt(sum + heights[at] - 1), at);
            }
        }
        QCOMPARE(index.rowAt(index.total() + 5), std::size_t(256));
    }
};

QTEST_MAIN(TestTimelineModel)
#include "tst_timeline_model.moc"
