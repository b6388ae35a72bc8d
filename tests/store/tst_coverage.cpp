// A copy of parts of some timelines: what it shows has a gap wherever the whole has something that is not here (I16).
#include "core/base/rng.h"
#include "core/store/cache.h"
#include "core/store/coverage.h"
#include "core/store/entities.h"
#include "core/store/eviction.h"
#include "core/store/migrations.h"
#include "core/store/opened.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::store;

namespace {

HistoryKey keyOfItem(const TimelineItem &item)
{
    return {item.at, item.id};
}

HistoryKey at(std::int64_t minute)
{
    return {fromMs(1'800'000'000'000 + minute * 60'000), {}};
}

/// Two customers, one merged into the other, and a third; the whole of their timelines, and a copy of parts of it.
struct Shop {
    QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng;
    IdMaker ids{clock, rng};
    std::unique_ptr<Database> copy;
    CustomerId layla = ids.make<CustomerId>(), haddad = ids.make<CustomerId>(), omar = ids.make<CustomerId>();
    std::vector<TimelineItem> whole; ///< In order.
    std::vector<Conversation> conversations;

    explicit Shop(std::uint64_t seed, int items)
        : rng(seed)
    {
        copy = std::move(
            *Database::open(folder.filePath("cache.db").toStdString(), {.durability = Database::Durability::Normal}));
        must(migrate(*copy, cacheMigrations()));
        must(copy->begin());
        for (int i = 0; i < 12; ++i) {
            Conversation conversation{.id = ids.make<ConversationId>(), .version = 1};
            conversation.customer = std::array{layla, haddad, omar}[i % 3];
            conversation.status = i < 9 ? Conversation::Status::Resolved : Conversation::Status::Open;
            conversations.push_back(conversation);
            must(store::put(*copy, conversation));
        }
        for (int i = 0; i < items; ++i) {
            const Conversation &conversation = conversations[rng.below(conversations.size())];
            TimelineItem item{.id = ids.make<TimelineItemId>(), .conversation = conversation.id};
            item.customer = conversation.customer;
            item.body = "word" + std::to_string(i);
            item.at = at(std::int64_t(rng.below(40))).at; // several at the same time
            item.version = 1;
            whole.push_back(std::move(item));
        }
        std::ranges::sort(whole, {}, keyOfItem);
        must(store::put(*copy, CustomerLink{.id = ids.make<CustomerLinkId>(), .from = haddad, .into = layla, .version = 1}));
        must(copy->commit());
    }

    template<class T>
    static T must(Result<T> result)
    {
        if (!result)
            qFatal("%s", result.error().detail.c_str());
        if constexpr (!std::is_void_v<T>)
            return std::move(*result);
    }
    void bring(const TimelineItem &item) { must(store::put(*copy, item)); }
    void openWindow(const HistoryKey &since)
    {
        must(copy->begin());
        for (const TimelineItem &item : whole) {
            if (keyOfItem(item) >= since)
                bring(item);
        }
        must(addWindow(*copy, {since, HistoryKey::end()}));
        must(copy->commit());
    }
    /// What the hub answers: the newest items in a range, of all that make up the person.
    void fetch(const MissingHistory &missing, std::size_t count)
    {
        const std::vector<CustomerId> members = missing.customer == omar ? std::vector{omar} : std::vector{layla, haddad};
        HistoryRange covered = missing.range;
        for (auto item = whole.rbegin(); item != whole.rend(); ++item) {
            if (!missing.range.contains(keyOfItem(*item)) || std::ranges::count(members, item->customer) == 0)
                continue;
            bring(*item);
            if (--count == 0) {
                covered.from = keyOfItem(*item);
                break;
            }
        }
        for (const CustomerId &member : members)
            must(addCoverage(*copy, member, covered));
    }
    bool isOf(const TimelineItem &item, CustomerId root) const
    {
        return item.customer == root || (root == layla && item.customer == haddad);
    }
    /// Whether anything of the person's lies in a range, and is not on @p page.
    bool hides(CustomerId root, const HistoryRange &range, const TimelinePage &page) const
    {
        return std::ranges::any_of(whole, [&](const TimelineItem &item) {
            return isOf(item, root) && range.contains(keyOfItem(item)) && std::ranges::count(page.items, item) == 0
                   && std::ranges::none_of(page.gaps,
                                           [&](const HistoryRange &gap) { return gap.contains(keyOfItem(item)); });
        });
    }
    /// Every page of a person, newest first: no hole is hidden, and every gap is between two neighbours.
    void checkPages(CustomerId root, std::int64_t count)
    {
        HistoryKey before = HistoryKey::end();
        for (;;) {
            const TimelinePage page = must(historyBefore(*copy, root, before.at, before.id, count));
            QVERIFY(!hides(root, {page.from, before}, page));
            for (std::size_t i = 0; i < page.gaps.size(); ++i) {
                QVERIFY(!page.gaps[i].isEmpty());
                QVERIFY(page.from <= page.gaps[i].from && page.gaps[i].to <= before);
                QVERIFY(i == 0 || page.gaps[i - 1].to < page.gaps[i].from);
                for (const TimelineItem &item : page.items)
                    QVERIFY(!page.gaps[i].contains(keyOfItem(item)));
            }
            if (page.reachesStart)
                return;
            QVERIFY(page.from < before);
            before = page.from;
        }
    }
};

} // namespace

class TestCoverage : public QObject {
    Q_OBJECT
private slots:
    void knowsNothingAtFirst();
    void windowCountsForAll();
    void rangesOfOneAreTheirsAlone();
    void aPersonHasWhatAllMembersHave();
    void rangesBecomeOne();
    void growingRightsSuspendIt();
    void aCopyWithoutNotesIsFetchedAgain();
    void neverHidesAHole_data();
    void neverHidesAHole();
    void evictionIsNoDeletion_data();
    void evictionIsNoDeletion();
    void evictsThoseLookedAtLast();
    void whatStaysIsNotTakenForMissing();
    void opensByOneQuestion();
};

/// The newest page of somebody new, all from where one has been on of whom is shown; nothing of what is not there.
void TestCoverage::opensByOneQuestion()
{
    Shop shop(9, 60);
    for (const CustomerId &id : {shop.layla, shop.haddad, shop.omar})
        QVERIFY(store::put(*shop.copy, Customer{.id = id, .name = "somebody", .version = 1}));
    shop.openWindow(HistoryKey::beginning());
    std::vector<TimelineItem> hers;
    std::ranges::copy_if(shop.whole, std::back_inserter(hers),
                         [&](const TimelineItem &item) { return shop.isOf(item, shop.layla); });
    QVERIFY(hers.size() > 20);
    OpenQuery query{.conversation = shop.conversations[1].id, .newest = 10}; // haddad's, who is merged into layla
    const auto opened = Shop::must(openedConversation(*shop.copy, query));
    QVERIFY(opened);
    QCOMPARE(opened->row.conversation.id, query.conversation);
    QCOMPARE(opened->card.customer.id, shop.layla);
    QVERIFY(opened->page.items == std::vector(hers.end() - 10, hers.end()));
    QVERIFY(opened->since == keyOfItem(hers[hers.size() - 10]));
    const auto isKnown = [](const OpenedConversation &all) { // which conversations its items are in, each once
        std::set<ConversationId> in, known;
        for (const Conversation &one : all.card.conversations)
            known.insert(one.id);
        for (const Conversation &one : all.page.conversations) {
            if (!known.insert(one.id).second)
                return false;
        }
        for (const TimelineItem &item : all.page.items)
            in.insert(item.conversation);
        return std::ranges::includes(known, in);
    };
    QVERIFY(isKnown(*opened));

    query.shown = shop.layla;
    query.shownFrom = keyOfItem(hers[5]);
    auto again = Shop::must(openedConversation(*shop.copy, query));
    QVERIFY(again->page.items == std::vector(hers.begin() + 5, hers.end()));
    QVERIFY(again->since == query.shownFrom);
    QVERIFY(isKnown(*again));

    query.most = 7; // a page that is full says nothing of what is older
    again = Shop::must(openedConversation(*shop.copy, query));
    QVERIFY(again->page.items == std::vector(hers.end() - 7, hers.end()));
    QVERIFY(again->since == keyOfItem(hers[hers.size() - 7]));

    query.conversation = ConversationId(RawId{std::byte(1)});
    QVERIFY(!Shop::must(openedConversation(*shop.copy, query)));
}

void TestCoverage::knowsNothingAtFirst()
{
    Shop shop(1, 3);
    for (const TimelineItem &item : shop.whole)
        shop.bring(item);
    QVERIFY(coverageOf(*shop.copy, shop.layla)->ranges().empty());
    const auto page = historyBefore(*shop.copy, shop.omar, HistoryKey::end().at, {}, 10);
    QCOMPARE(page->gaps.size(), page->items.size() + 1); // on both sides of each
}

void TestCoverage::windowCountsForAll()
{
    Shop shop(2, 0);
    QVERIFY(addWindow(*shop.copy, {at(20), HistoryKey::end()}));
    QVERIFY(addWindow(*shop.copy, {at(10), HistoryKey::end()})); // it grows downwards while the first copy comes
    const HistoryRange window{at(10), HistoryKey::end()};
    QVERIFY(coverageOf(*shop.copy, shop.omar)->ranges() == std::vector{window});
    QVERIFY(windowOf(*shop.copy)->ranges() == std::vector{window});
}

void TestCoverage::rangesOfOneAreTheirsAlone()
{
    Shop shop(3, 0);
    QVERIFY(addWindow(*shop.copy, {at(10), HistoryKey::end()}));
    QVERIFY(addCoverage(*shop.copy, shop.omar, {at(2), at(4)}));
    QCOMPARE(coverageOf(*shop.copy, shop.omar)->ranges().size(), 2u);
    QCOMPARE(coverageOf(*shop.copy, shop.layla)->ranges().size(), 1u);
    // A range that touches the window stays where it is when the window's end moves up.
    QVERIFY(addCoverage(*shop.copy, shop.omar, {at(4), at(10)}));
    QVERIFY(setWindow(*shop.copy, Coverage({{at(20), HistoryKey::end()}})));
    QVERIFY(coverageOf(*shop.copy, shop.omar)->covers({at(2), HistoryKey::end()}));
    QVERIFY(!coverageOf(*shop.copy, shop.layla)->covers({at(10), at(20)}));
}

void TestCoverage::aPersonHasWhatAllMembersHave()
{
    Shop shop(4, 0);
    QVERIFY(addCoverage(*shop.copy, shop.layla, {at(0), at(10)}));
    QVERIFY(addCoverage(*shop.copy, shop.haddad, {at(5), at(20)}));
    const std::vector both{shop.layla, shop.haddad};
    QVERIFY(coverageOf(*shop.copy, both)->ranges() == (std::vector{HistoryRange{at(5), at(10)}}));
    const auto missing = *missingBefore(*shop.copy, shop.layla, at(12));
    QVERIFY(missing.has_value());
    QCOMPARE(missing->customer, shop.layla); // the one that lacks the newest part
    QVERIFY(missing->range == (HistoryRange{at(10), at(12)}));
    QVERIFY(addCoverage(*shop.copy, shop.layla, HistoryRange::everything()));
    QVERIFY(addCoverage(*shop.copy, shop.haddad, HistoryRange::everything()));
    QVERIFY(!missingBefore(*shop.copy, shop.layla, HistoryKey::end())->has_value());
}

void TestCoverage::rangesBecomeOne()
{
    Shop shop(5, 0);
    for (const auto &[from, to] : {std::pair(0, 2), {4, 6}, {2, 4}, {1, 5}})
        QVERIFY(addCoverage(*shop.copy, shop.omar, {at(from), at(to)}));
    auto rows = shop.copy->queryOnce("SELECT count(*) FROM coverage");
    QVERIFY(rows.step());
    QCOMPARE(rows.integer(0), std::int64_t(1));
}

void TestCoverage::growingRightsSuspendIt()
{
    Shop shop(6, 0);
    QVERIFY(addWindow(*shop.copy, {at(20), HistoryKey::end()}));
    QVERIFY(addCoverage(*shop.copy, shop.omar, HistoryRange::everything()));
    QVERIFY(suspendCoverage(*shop.copy));
    QVERIFY(coverageOf(*shop.copy, shop.omar)->ranges().empty());
    // What was gained comes, newest first and further back than the rest has been kept.
    QVERIFY(addWindow(*shop.copy, {at(30), HistoryKey::end()}));
    QVERIFY(windowOf(*shop.copy)->ranges() == (std::vector{HistoryRange{at(30), HistoryKey::end()}}));
    QVERIFY(addWindow(*shop.copy, {at(10), HistoryKey::end()}));
    QVERIFY(windowOf(*shop.copy)->ranges() == (std::vector{HistoryRange{at(20), HistoryKey::end()}}));
    QVERIFY(resumeCoverage(*shop.copy));
    QVERIFY(addWindow(*shop.copy, {at(10), HistoryKey::end()}));
    QVERIFY(windowOf(*shop.copy)->covers({at(10), HistoryKey::end()}));
}

void TestCoverage::aCopyWithoutNotesIsFetchedAgain()
{
    const QTemporaryDir folder;
    {
        const auto old = std::move(*Database::open(folder.filePath("old.db").toStdString(), {}));
        QVERIFY(migrate(*old, cacheMigrations().first(3)));
        QVERIFY(old->execute("INSERT INTO position (only, epoch, seq, chain, client_id, last_n, agent_id, workspace, "
                             "bootstrap_start, bootstrap_next, synced_ms, rights_changed) VALUES (1, zeroblob(16), 0, "
                             "zeroblob(16), zeroblob(16), 0, zeroblob(16), 'Tributary', 0, '', 0, 0)"));
        QVERIFY(old->execute("INSERT INTO coverage (customer_id, complete, from_ms) VALUES (zeroblob(16), 1, 0)"));
    }
    const auto database = std::move(*Database::open(folder.filePath("old.db").toStdString(), {}));
    QVERIFY(migrate(*database, cacheMigrations()));
    QVERIFY(!Cache(*database).state()->has_value()); // no position: the hub sends all
    QVERIFY(windowOf(*database)->ranges().empty());
}

void TestCoverage::neverHidesAHole_data()
{
    QTest::addColumn<quint64>("seed");
    for (quint64 seed = 0; seed < 40; ++seed)
        QTest::addRow("seed %llu", static_cast<unsigned long long>(seed)) << seed;
}

void TestCoverage::neverHidesAHole()
{
    QFETCH(const quint64, seed);
    Shop shop(seed, 60);
    if (shop.rng.below(4) > 0)
        shop.openWindow(at(20 + std::int64_t(shop.rng.below(20))));
    for (const TimelineItem &item : shop.whole) { // what live changes and open conversations brought
        if (shop.rng.below(6) == 0)
            shop.bring(item);
    }
    for (int round = 0; round < 12; ++round) {
        const CustomerId root = std::array{shop.layla, shop.omar}[shop.rng.below(2)];
        const std::int64_t count = 1 + std::int64_t(shop.rng.below(12));
        shop.checkPages(root, count);
        const TimelinePage page = Shop::must(historyFrom(*shop.copy, root, at(0).at, {}, 100));
        QVERIFY(!shop.hides(root, {at(0), HistoryKey::end()}, page));
        if (page.gaps.empty())
            continue;
        const HistoryRange gap = page.gaps[shop.rng.below(page.gaps.size())];
        const auto missing = Shop::must(missingBefore(*shop.copy, root, gap.to));
        QVERIFY(missing && missing->range.to == gap.to);
        shop.fetch(*missing, 1 + shop.rng.below(10));
        const TimelinePage after = Shop::must(historyFrom(*shop.copy, root, at(0).at, {}, 100));
        QVERIFY(std::ranges::count(after.gaps, gap) == 0); // it shrank or went
    }
    // Loaded to the end, all of it is here.
    for (const CustomerId &root : {shop.layla, shop.omar}) {
        while (const auto missing = Shop::must(missingBefore(*shop.copy, root, HistoryKey::end())))
            shop.fetch(*missing, 7);
        const TimelinePage all = Shop::must(historyFrom(*shop.copy, root, HistoryKey::beginning().at, {}, 1000));
        QVERIFY(all.gaps.empty());
        QCOMPARE(std::int64_t(all.items.size()),
                 std::ranges::count_if(shop.whole, [&](const TimelineItem &item) { return shop.isOf(item, root); }));
    }
}

void TestCoverage::evictionIsNoDeletion_data()
{
    neverHidesAHole_data();
}

/// Whatever a sweep takes, and wherever it is given up: no hole is hidden, nothing goes that is referred to, and when it is
/// loaded again everything is as before.
void TestCoverage::evictionIsNoDeletion()
{
    QFETCH(const quint64, seed);
    Shop shop(seed, 80);
    shop.openWindow(at(std::int64_t(shop.rng.below(10))));
    for (int i = 0; i < 2; ++i) {
        if (const auto missing = Shop::must(missingBefore(*shop.copy, shop.layla, at(10))); missing && shop.rng.below(2))
            shop.fetch(*missing, 1 + shop.rng.below(8));
    }
    if (shop.rng.below(2))
        Shop::must(noteOpened(*shop.copy, {shop.layla, shop.haddad}, at(100).at));
    if (shop.rng.below(2))
        Shop::must(noteOpened(*shop.copy, {shop.omar}, at(50).at));
    Retention retention{.openedSince = at(60).at};
    retention.conversations.insert(shop.conversations[shop.rng.below(12)].id);
    retention.items.insert(shop.whole[shop.rng.below(80)].id);
    const TimelineItem shadowed = shop.whole[shop.rng.below(80)];
    if (Shop::must(timelineItem(*shop.copy, shadowed.id))) {
        auto shadow = shop.copy->queryOnce("INSERT INTO shadow (entity_type, entity_key) VALUES (8, :key)");
        Shop::must(shadow.bind("key", shadowed.id).run());
    }
    const auto here = [&] {
        std::set<TimelineItemId> ids;
        auto query = shop.copy->queryOnce("SELECT id FROM timeline_item");
        while (Shop::must(query.step()))
            ids.insert(query.id<TimelineItemId>(0));
        return ids;
    };
    const std::set<TimelineItemId> before = here();
    const TimePoint since = at(15 + std::int64_t(shop.rng.below(10))).at;
    Eviction eviction(since);
    const std::uint64_t givenUp = shop.rng.below(30);
    for (std::uint64_t steps = 0; !eviction.isDone() && steps < 5 + givenUp; ++steps) {
        const std::int64_t most = 1 + std::int64_t(shop.rng.below(20));
        const auto changed =
            Shop::must(shop.copy->inTransaction([&] { return eviction.step(*shop.copy, retention, most); }));
        QVERIFY(std::int64_t(changed.items.size()) <= most);
        for (const CustomerId &root : {shop.layla, shop.omar})
            shop.checkPages(root, 7);
    }
    const std::set<TimelineItemId> after = here();
    QCOMPARE(std::int64_t(before.size() - after.size()), eviction.evicted());
    std::map<ConversationId, Conversation> byId;
    for (const Conversation &conversation : shop.conversations)
        byId[conversation.id] = conversation;
    auto opened = shop.copy->queryOnce("SELECT count(*) FROM opened WHERE customer_id = :layla");
    QVERIFY(opened.bind("layla", shop.layla).step());
    for (const TimelineItem &item : shop.whole) {
        const bool stays = item.at >= since || byId[item.conversation].status != Conversation::Status::Resolved
                           || retention.conversations.contains(item.conversation) || retention.items.contains(item.id)
                           || (item.id == shadowed.id && before.contains(item.id))
                           || (opened.integer(0) > 0 && shop.isOf(item, shop.layla));
        if (!before.contains(item.id))
            continue;
        QVERIFY(!stays || after.contains(item.id));
        QVERIFY(stays || !eviction.isDone() || !after.contains(item.id));
        const auto hits = Shop::must(searchItems(*shop.copy, item.body, 10));
        const bool found = std::ranges::any_of(hits, [&](const SearchHit &hit) { return hit.item.id == item.id; });
        QVERIFY(!found || after.contains(item.id));
    }
    QVERIFY(shop.copy->execute("INSERT INTO item_search (item_search) VALUES ('integrity-check')"));
    for (const CustomerId &root : {shop.layla, shop.omar}) {
        while (const auto missing = Shop::must(missingBefore(*shop.copy, root, HistoryKey::end())))
            shop.fetch(*missing, 9);
        const TimelinePage all = Shop::must(historyFrom(*shop.copy, root, HistoryKey::beginning().at, {}, 1000));
        std::vector<TimelineItem> theirs;
        std::ranges::copy_if(shop.whole, std::back_inserter(theirs),
                             [&](const TimelineItem &item) { return shop.isOf(item, root); });
        QVERIFY(all.items == theirs);
        QVERIFY(all.gaps.empty());
    }
}

void TestCoverage::evictsThoseLookedAtLast()
{
    Shop shop(9, 200);
    shop.openWindow(HistoryKey::beginning());
    QVERIFY(noteOpened(*shop.copy, {shop.omar}, at(50).at));
    QVERIFY(noteOpened(*shop.copy, {shop.layla}, at(49).at));
    QVERIFY(noteOpened(*shop.copy, {shop.layla}, at(40).at)); // a clock that went back: the later stands
    Eviction eviction(at(30).at);
    std::vector<CustomerId> order;
    while (!eviction.isDone()) {
        const auto changed = *eviction.step(*shop.copy, {.openedSince = at(60).at}, 15);
        for (const CustomerId &customer : changed.customers) {
            if (order.empty() || order.back() != customer)
                order.push_back(customer);
        }
    }
    QCOMPARE(order, (std::vector{shop.haddad, shop.layla, shop.omar}));
}

void TestCoverage::whatStaysIsNotTakenForMissing()
{
    Shop shop(11, 60);
    shop.openWindow(HistoryKey::beginning());
    QVERIFY(noteOpened(*shop.copy, {shop.layla, shop.haddad}, at(100).at));
    for (int day = 0; day < 3; ++day) { // each day a little more
        Eviction eviction(at(10 + 10 * day).at);
        while (!eviction.isDone())
            QVERIFY(eviction.step(*shop.copy, {.openedSince = at(60).at}, 7));
    }
    const TimelinePage kept = *historyFrom(*shop.copy, shop.layla, HistoryKey::beginning().at, {}, 1000);
    QVERIFY(kept.gaps.empty()); // looked at lately: whole, and known to be
    const TimelinePage rest = *historyFrom(*shop.copy, shop.omar, HistoryKey::beginning().at, {}, 1000);
    QVERIFY(!rest.gaps.empty());
    QVERIFY(rest.gaps.back().to <= at(30));
    QVERIFY(windowOf(*shop.copy)->covers({at(30), HistoryKey::end()}));
    auto rows = shop.copy->queryOnce("SELECT count(*) FROM coverage");
    QVERIFY(rows.step());
    QVERIFY(rows.integer(0) <= 4); // the window, and no more than a range a customer
}

QTEST_GUILESS_MAIN(TestCoverage)
#include "tst_coverage.moc"
