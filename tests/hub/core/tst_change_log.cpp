// The hub's history, and how desktops get it: dense, chained, whole, and no more than one may see.
#include "tests/hub/core/hub_under_test.h"

#include "core/base/digest.h"
#include "core/hub/log_horizon.h"
#include "core/store/cache_reads.h"
#include "core/store/writer.h"
#include "core/wire/codec.h"

#include <QScopeGuard>
#include <atomic>

using namespace tributary;
using namespace tributary::hub;
using namespace tributary::model;

class TestChangeLog : public QObject {
    Q_OBJECT
private slots:
    void isDenseAndEachRowHasItsNewestSeq();
    void nothingComesBehindWhatWasSeen();
    void chainDependsOnEveryEntry();
    void changesReachTheHeadInAnyPieces_data();
    void changesReachTheHeadInAnyPieces();
    void readMarksAreTheirAgentsAlone();
    void outcomesAreTheirClientsAlone();
    void anAbandonedTransactionLeavesNothing();
    void numbersAreGivenOnce();
    void whatIsOldIsForgotten();
    void aLogOfTooManyRowsIsForgotten();
    void bootstrapCoversEverythingOnce_data();
    void bootstrapCoversEverythingOnce();
    void largeRowsMakePagesOfFewer_data();
    void largeRowsMakePagesOfFewer();
    void bootstrapRefusesOtherTokens_data();
    void bootstrapRefusesOtherTokens();
    void bootstrapSaysWhatIsWhole();
    void olderPagesAreBounded();
    void olderPagesSayWhatTheyCover_data();
    void olderPagesSayWhatTheyCover();
};

namespace {

struct History : HubUnderTest {
    explicit History(int letters)
    {
        for (int i = 0; i < letters; ++i) {
            clock.advance(std::chrono::minutes(1));
            const auto taken = take(letter("customer" + std::to_string(i % 7) + "@mail.test"));
            if (i % 3 == 0)
                mustApply(SetStatus{taken.conversation, Conversation::Status::Resolved});
            if (i % 4 == 0)
                mustApply(MarkRead{taken.conversation, 1, false});
        }
    }
    /// What an agent's copy would hold of a list of rows: the newest of each.
    static std::map<std::pair<EntityType, RawId>, std::int64_t> copyOf(const std::vector<Entity> &rows)
    {
        std::map<std::pair<EntityType, RawId>, std::int64_t> copy;
        for (const Entity &row : rows)
            copy[{typeOf(row), keyOf(row)}] = std::max(copy[{typeOf(row), keyOf(row)}], versionOf(row));
        return copy;
    }
};

} // namespace

void TestChangeLog::isDenseAndEachRowHasItsNewestSeq()
{
    History hub(50);
    QCOMPARE(hub.number("SELECT count(*) FROM log"), hub.head());
    QCOMPARE(hub.number("SELECT max(seq) FROM log"), hub.head());
    for (const char *table : {"customer", "identity", "conversation", "timeline_item", "channel_account", "agent"}) {
        const auto wrong = hub.number(std::string("SELECT count(*) FROM ") + table
                                      + " AS t WHERE t.version <> (SELECT max(seq) FROM log WHERE entity_key = t.id)");
        QCOMPARE(wrong, 0);
    }
}

/// Whoever has seen a number never sees a new row at it or before: on a thread of its own, while another one commits.
void TestChangeLog::nothingComesBehindWhatWasSeen()
{
    HubUnderTest hub;
    QTemporaryDir folder;
    const std::string path = folder.filePath("hub.db").toStdString();
    const auto open = [&] { return HubUnderTest::must(store::Database::open(path, {})); };
    {
        const auto database = open();
        HubUnderTest::must(store::migrate(*database, store::hubMigrations()));
        HubUnderTest::must(database->inTransaction([&] { return createWorkspace(*database, "Shop", hub.rng); }));
    }
    store::Writer writer(open());
    store::Reader reader(open());
    std::atomic<bool> isEnough = false;
    std::function<void(int)> commit = [&](int i) {
        writer.write(
            [&, i](store::Database &database) -> Result<std::int64_t> {
                ChangeLog changes(database);
                for (int row = 0; row <= i % 3; ++row) {
                    const std::string name = std::to_string(i) + "-" + std::to_string(row);
                    Team team{.id = hub.ids.make<TeamId>(), .name = name};
                    TRIBUTARY_TRY(changes.put(team));
                }
                if (i % 7 == 0)
                    return failure(Error::Kind::Conflict, "this one is taken back, with its numbers");
                return changes.finish();
            },
            [](std::function<void()> call) { call(); },
            [&, i](const Result<std::int64_t> &) {
                if (!isEnough)
                    commit(i + 1);
            });
    };
    const auto end = qScopeGuard([&] {
        isEnough = true;
        writer.close();
    });
    for (int i = 0; i < 3; ++i) // some wait while one is committed, and go together
        commit(i);
    std::int64_t seen = 0;
    for (int moves = 0; moves < 100;) {
        // In one look: the head, and all that the log has. Dense up to the head, nothing can come in between later.
        const auto look =
            HubUnderTest::must(reader.readAndWait([&](store::Database &database) -> Result<std::array<std::int64_t, 3>> {
                TRIBUTARY_TRY_ASSIGN(const auto head, headOf(database));
                auto query = database.queryOnce("SELECT count(*), coalesce(max(seq), 0) FROM log");
                TRIBUTARY_TRY(query.step());
                return std::array{head.seq, query.integer(0), query.integer(1)};
            }));
        QVERIFY(look[0] >= seen);
        QCOMPARE(look[1], look[0]);
        QCOMPARE(look[2], look[0]);
        moves += look[0] > seen;
        seen = look[0];
    }
}

void TestChangeLog::chainDependsOnEveryEntry()
{
    History hub(3);
    const std::int64_t head = hub.head();
    QVERIFY(*chainAt(*hub.database, 0) == wire::Chain{});
    QVERIFY(*chainAt(*hub.database, head) == (*headOf(*hub.database)).chain);
    QVERIFY(!chainAt(*hub.database, head + 1)->has_value());
    std::set<wire::Chain> all;
    for (std::int64_t seq = 0; seq <= head; ++seq)
        all.insert(**chainAt(*hub.database, seq));
    QCOMPARE(std::int64_t(all.size()), head + 1);
}

void TestChangeLog::changesReachTheHeadInAnyPieces_data()
{
    QTest::addColumn<int>("bytes");
    QTest::newRow("one row a frame") << 1;
    QTest::newRow("small") << 2'000;
    QTest::newRow("as live") << 40 * 1024;
    QTest::newRow("all at once") << (1 << 30);
}

void TestChangeLog::changesReachTheHeadInAnyPieces()
{
    QFETCH(int, bytes);
    History hub(400); // more than is read of the log at once
    std::int64_t at = 0;
    std::vector<Entity> rows;
    while (at < hub.head()) {
        const auto changes = *changesAfter(*hub.database, at, hub.mara.id, hub.desk, std::size_t(bytes));
        QCOMPARE(changes.from, at);
        QVERIFY(changes.to > at);
        QVERIFY(changes.chain == **chainAt(*hub.database, changes.to));
        std::size_t size = 0;
        for (const Entity &row : changes.rows)
            size += wire::encode(wire::toValue(row)).size();
        QVERIFY(size <= std::size_t(bytes) || changes.rows.size() == 1);
        rows.insert(rows.end(), changes.rows.begin(), changes.rows.end());
        at = changes.to;
    }
    std::int64_t there = 0;
    for (const auto name : kNames<EntityType>)
        there += hub.number("SELECT count(*) FROM " + std::string(name));
    const auto copy = History::copyOf(rows);
    QCOMPARE(std::int64_t(copy.size()), there);
    for (const auto &[key, version] : copy) {
        if (key.first == EntityType::ReadMark)
            continue;
        QCOMPARE(version, versionOf(**store::find(*hub.database, key.first, key.second)));
    }
    const auto nothing = *changesAfter(*hub.database, at, hub.mara.id, hub.desk, 1000);
    QVERIFY(nothing.rows.empty() && nothing.to == at && nothing.lastN == 0);
}

void TestChangeLog::readMarksAreTheirAgentsAlone()
{
    History hub(8);
    const auto marks = [&](AgentId agent) {
        const auto changes = *changesAfter(*hub.database, 0, agent, hub.desk, 1 << 30);
        return std::ranges::count_if(changes.rows, [](const Entity &row) { return typeOf(row) == EntityType::ReadMark; });
    };
    QVERIFY(marks(hub.mara.id) > 0);
    QCOMPARE(marks(hub.tom.id), 0);
}

void TestChangeLog::outcomesAreTheirClientsAlone()
{
    History hub(8);
    const auto mine = *changesAfter(*hub.database, 0, hub.mara.id, hub.desk, 1 << 30);
    QCOMPARE(std::int64_t(mine.outcomes.size()), hub.n);
    QCOMPARE(mine.lastN, hub.n);
    for (std::size_t i = 0; i < mine.outcomes.size(); ++i)
        QCOMPARE(mine.outcomes[i].n, std::int64_t(i) + 1);
    const auto other = *changesAfter(*hub.database, 0, hub.mara.id, hub.ids.make<ClientId>(), 1 << 30);
    QVERIFY(other.outcomes.empty() && other.lastN == 0);
}

void TestChangeLog::anAbandonedTransactionLeavesNothing()
{
    History hub(3);
    const auto before = *headOf(*hub.database);
    HubUnderTest::must(hub.database->begin());
    QVERIFY(ingest(*hub.database, hub.ids, hub.clock, PreparedEnvelope{.envelope = hub.letter("x@mail.test")}));
    hub.database->rollback();
    QVERIFY(*headOf(*hub.database) == before);
    QCOMPARE(hub.number("SELECT count(*) FROM log"), before.seq);
}

/// ENGINE 2.1, 7: a copy from before the horizon is made anew; one at the head is continued however long nothing happens.
/// Those of conversations: several with one change, also where one comes to nothing.
void TestChangeLog::numbersAreGivenOnce()
{
    HubUnderTest hub;
    std::vector<std::int64_t> given;
    for (const int count : {1, 3, 2}) {
        for (const bool isKept : {false, true}) {
            std::vector<std::int64_t> numbers;
            const auto done = hub.database->inTransaction([&]() -> Result<void> {
                ChangeLog changes(*hub.database);
                for (int i = 0; i < count; ++i)
                    numbers.push_back(HubUnderTest::must(changes.nextNumber()));
                TRIBUTARY_TRY(changes.finish());
                return isKept ? Result<void>() : failure(Error::Kind::Invalid, "abandoned");
            });
            QCOMPARE(bool(done), isKept);
            if (isKept)
                given.insert(given.end(), numbers.begin(), numbers.end());
        }
    }
    for (std::size_t i = 1; i < given.size(); ++i)
        QCOMPARE(given[i], given[i - 1] + 1);
    QCOMPARE(given.size(), 6u);
}

void TestChangeLog::whatIsOldIsForgotten()
{
    using namespace std::chrono_literals;
    History hub(40);
    const auto forget = [&](std::chrono::hours life) {
        std::int64_t gone = 0;
        for (std::int64_t some = 1; some > 0; gone += some)
            some = HubUnderTest::must(
                hub.database->inTransaction([&] { return forgetLog(*hub.database, hub.clock.now() - life); }));
        return gone;
    };
    const auto mark = [&] {
        HubUnderTest::must(hub.database->inTransaction([&] { return markLog(*hub.database, hub.clock.now()); }));
    };
    QCOMPARE(forget(1h), std::int64_t(0)); // nobody knows yet when that was
    mark();
    const std::int64_t then = hub.head();
    hub.clock.advance(31min);
    hub.take(hub.letter("late@mail.test"));
    mark(); // within the same hour: not noted
    QCOMPARE(hub.number("SELECT count(*) FROM log_mark"), std::int64_t(1));
    hub.clock.advance(30 * 24h - 32min);
    QCOMPARE(forget(kLogLife), std::int64_t(0));
    hub.clock.advance(2min);
    QCOMPARE(forget(kLogLife), then - 1);
    QCOMPARE(hub.number("SELECT min(seq) FROM log"), then);
    QVERIFY(!*chainAt(*hub.database, then - 1)); // which is how a session knows of the horizon
    QVERIFY(*chainAt(*hub.database, then));
    QVERIFY(changesAfter(*hub.database, then, hub.mara.id, hub.desk, 1 << 30)->to == hub.head());
    QVERIFY(!changesAfter(*hub.database, then - 5, hub.mara.id, hub.desk, 1 << 30));
    // Nothing happens for a year: whoever has all of it has lost nothing.
    mark();
    hub.clock.advance(365 * 24h);
    forget(kLogLife);
    QVERIFY(*chainAt(*hub.database, hub.head()));
    hub.take(hub.letter("later@mail.test"));
    QVERIFY(changesAfter(*hub.database, hub.head() - 1, hub.mara.id, hub.desk, 1 << 30));
}

/// ENGINE 2.1, 7: it has a cap of rows as well, however new they are.
void TestChangeLog::aLogOfTooManyRowsIsForgotten()
{
    History hub(40);
    const std::int64_t head = hub.head(), kept = 25;
    const auto forget = [&] {
        return HubUnderTest::must(
            hub.database->inTransaction([&] { return forgetLog(*hub.database, hub.clock.now() - kLogLife, kept); }));
    };
    QVERIFY(head > kept + 10);
    QCOMPARE(forget(), head - kept - 1); // the row at the horizon stays, by its chain a copy that ends there is known
    QCOMPARE(forget(), std::int64_t(0));
    QCOMPARE(hub.number("SELECT min(seq) FROM log"), head - kept);
    QVERIFY(changesAfter(*hub.database, head - kept, hub.mara.id, hub.desk, 1 << 30)->to == head);
    const auto behind = changesAfter(*hub.database, head - kept - 1, hub.mara.id, hub.desk, 1 << 30);
    QVERIFY(!behind && behind.error().kind == Error::Kind::NotFound);
}

void TestChangeLog::bootstrapCoversEverythingOnce_data()
{
    QTest::addColumn<int>("letters");
    QTest::addColumn<bool>("busy");
    QTest::newRow("nothing but the accounts") << 0 << false;
    QTest::newRow("one page") << 20 << false;
    QTest::newRow("several pages") << 900 << false;
    QTest::newRow("while it changes") << 900 << true;
}

void TestChangeLog::bootstrapCoversEverythingOnce()
{
    QFETCH(int, letters);
    QFETCH(bool, busy);
    History hub(letters);
    const std::int64_t start = hub.head();
    std::vector<Entity> rows;
    std::string next;
    int pages = 0;
    std::int64_t total = 0;
    do {
        const auto page = *bootstrapPage(*hub.database, next, hub.mara.id, hub.clock.now());
        QCOMPARE(page.start.seq, start);
        QVERIFY(wire::pack(page).size() < wire::kMaxPlainBytes);
        QVERIFY(wire::unpackPage(wire::pack(page)).has_value());
        const auto again = *bootstrapPage(*hub.database, next, hub.mara.id, hub.clock.now());
        QVERIFY(again.rows == page.rows && (next.empty() || again.next == page.next)); // resumable from any page
        rows.insert(rows.end(), page.rows.begin(), page.rows.end());
        QCOMPARE(page.done, std::int64_t(rows.size()));
        if (pages == 0)
            total = page.total;
        QCOMPARE(page.total, std::max(total, page.done)); // counted once: that looks at every item
        next = page.next;
        QVERIFY(++pages < 100);
        if (busy)
            hub.take(hub.letter("customer1@mail.test"));
    } while (!next.empty());
    QVERIFY(letters < 900 || pages > 3);
    // What the log says since the start comes by the live stream.
    const auto live = *changesAfter(*hub.database, start, hub.mara.id, hub.desk, 1 << 30);
    rows.insert(rows.end(), live.rows.begin(), live.rows.end());
    const auto copy = History::copyOf(rows);
    std::int64_t there = 0;
    for (const auto name : kNames<EntityType>)
        there += hub.number("SELECT count(*) FROM " + std::string(name));
    QCOMPARE(std::int64_t(copy.size()), there);
    for (const auto &[key, version] : copy) {
        if (key.first != EntityType::ReadMark)
            QCOMPARE(version, versionOf(**store::find(*hub.database, key.first, key.second)));
    }
}

void TestChangeLog::largeRowsMakePagesOfFewer_data()
{
    QTest::addColumn<bool>("open");
    QTest::newRow("people of no conversation") << false;
    QTest::newRow("people of open conversations") << true;
}

/// Cards may have 32 KiB each, of what packing does not make smaller: a page of five hundred was more than a desktop takes.
void TestChangeLog::largeRowsMakePagesOfFewer()
{
    QFETCH(const bool, open);
    constexpr int count = 300;
    HubUnderTest hub;
    for (int i = 0; i < count; ++i) {
        std::string noise(24'000, 'x');
        for (char &letter : noise)
            letter = char('0' + hub.rng.below(75));
        Customer customer{.id = hub.ids.make<CustomerId>(), .note = noise};
        if (open)
            customer = *HubUnderTest::must(
                store::customer(*hub.database, hub.take(hub.letter(std::to_string(i) + "@mail.test")).customer));
        customer.note = noise;
        hub.change([&](ChangeLog &changes) { return changes.put(customer); });
    }
    std::set<CustomerId> arrived;
    std::string next;
    do {
        const auto page = bootstrapPage(*hub.database, next, hub.mara.id, hub.clock.now());
        QVERIFY(page);
        const auto read = wire::unpackPage(wire::pack(*page));
        QVERIFY2(read, read ? "" : read.error().detail.c_str());
        for (const Entity &row : read->rows) {
            if (const auto *customer = std::get_if<Customer>(&row))
                arrived.insert(customer->id);
        }
        QVERIFY(page->next != next);
        next = page->next;
    } while (!next.empty());
    QCOMPARE(int(arrived.size()), count);
}

void TestChangeLog::bootstrapRefusesOtherTokens_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::newRow("words") << QByteArray("next please");
    QTest::newRow("dots") << QByteArray("....");
    QTest::newRow("a stage beyond") << QByteArray("99.0.1.5.018f3c2a-7b1e-7c3d-9a55-0123456789ab");
    QTest::newRow("a negative stage") << QByteArray("-1.0.1.5.018f3c2a-7b1e-7c3d-9a55-0123456789ab");
    QTest::newRow("no id") << QByteArray("1.0.1.5.x");
    QTest::newRow("one part more") << QByteArray("1.0.1.5.018f3c2a-7b1e-7c3d-9a55-0123456789ab.6");
    QTest::newRow("a total that is none") << QByteArray("1.0.1.5.018f3c2a-7b1e-7c3d-9a55-0123456789ab..x");
    QTest::newRow("a negative total") << QByteArray("1.0.1.5.018f3c2a-7b1e-7c3d-9a55-0123456789ab..-6");
    QTest::newRow("two parts more") << QByteArray("1.0.1.5.018f3c2a-7b1e-7c3d-9a55-0123456789ab..6.7");
}

void TestChangeLog::bootstrapRefusesOtherTokens()
{
    QFETCH(QByteArray, token);
    HubUnderTest hub;
    const auto page = bootstrapPage(*hub.database, token.toStdString(), hub.mara.id, hub.clock.now());
    QVERIFY(!page);
    QCOMPARE(page.error().kind, Error::Kind::Invalid);
}

/// What a page calls whole is among the rows that have come until then, at every step.
void TestChangeLog::bootstrapSaysWhatIsWhole()
{
    History hub(400);
    hub.clock.advance(kFirstSync - std::chrono::minutes(150)); // most of it is too old to come by itself
    for (int i = 0; i < 30; ++i)
        hub.take(hub.letter("customer" + std::to_string(i % 3) + "@mail.test"));
    std::map<CustomerId, Coverage> whole;
    std::vector<TimelineItem> items;
    {
        auto query = hub.database->queryOnce("SELECT id FROM timeline_item");
        while (*query.step())
            items.push_back(**store::timelineItem(*hub.database, query.id<TimelineItemId>(0)));
    }
    std::set<TimelineItemId> here;
    std::string next;
    int claims = 0;
    do {
        const auto page = *bootstrapPage(*hub.database, next, hub.mara.id, hub.clock.now());
        for (const Entity &row : page.rows) {
            if (const auto *item = std::get_if<TimelineItem>(&row))
                here.insert(item->id);
        }
        for (const auto &[customer, from] : page.covered)
            whole[customer].add({from, HistoryKey::end()}), ++claims;
        for (const TimelineItem &item : items) {
            const HistoryKey key{item.at, item.id};
            const bool said = (page.since && key >= *page.since) || whole[item.customer].contains(key);
            QVERIFY(!said || here.contains(item.id));
        }
        next = page.next;
        if (next.empty())
            QVERIFY(page.since && page.since->at == hub.clock.now() - kFirstSync);
    } while (!next.empty());
    QVERIFY(claims >= 7); // each of the customers has open work
    QVERIFY(here.size() < items.size());
}

void TestChangeLog::olderPagesAreBounded()
{
    HubUnderTest hub;
    CustomerId ada;
    for (int i = 0; i < 120; ++i) {
        hub.clock.advance(std::chrono::minutes(1));
        auto letter = hub.letter("ada@mail.test");
        letter.text.assign(i % 10 == 0 ? 20'000 : 100, 'a');
        ada = hub.take(letter).customer;
    }
    std::set<TimelineItemId> seen;
    wire::Fetch fetch{.customer = ada, .beforeAt = fromMs(1LL << 50), .count = 100'000};
    for (int pages = 0;; ++pages) {
        QVERIFY(pages < 100);
        const auto page = *olderPage(*hub.database, fetch, hub.mara.id);
        QVERIFY(wire::pack(page).size() <= wire::kMaxFrameBytes);
        for (const Entity &row : page.rows) {
            const auto &item = std::get<TimelineItem>(row);
            QVERIFY(seen.insert(item.id).second);
            fetch.beforeAt = item.at;
            fetch.beforeId = item.id;
        }
        if (page.complete)
            break;
    }
    QCOMPARE(seen.size(), std::size_t(120));
}

void TestChangeLog::olderPagesSayWhatTheyCover_data()
{
    QTest::addColumn<int>("count");
    QTest::addColumn<bool>("bounded");
    QTest::addColumn<int>("size");
    QTest::newRow("to the beginning") << 200 << false << 10;
    QTest::newRow("in pages") << 7 << false << 10;
    QTest::newRow("full by size") << 200 << false << 9'000;
    QTest::newRow("down to a place") << 200 << true << 10;
    QTest::newRow("down to a place in pages") << 4 << true << 10;
}

void TestChangeLog::olderPagesSayWhatTheyCover()
{
    QFETCH(const int, count);
    QFETCH(const bool, bounded);
    QFETCH(const int, size);
    HubUnderTest hub;
    CustomerId ada, other;
    for (int i = 0; i < 40; ++i) {
        if (i % 3 > 0) // some come in the same millisecond
            hub.clock.advance(std::chrono::minutes(1));
        auto letter = hub.letter(i % 2 ? "ada@mail.test" : "lovelace@mail.test");
        letter.text.assign(std::size_t(size), 'a');
        (i % 2 ? ada : other) = hub.take(letter).customer;
    }
    hub.mustApply(LinkCustomers{.link = hub.ids.make<CustomerLinkId>(), .from = other, .into = ada});
    const auto all = store::timelineBefore(*hub.database, ada, HistoryKey::end().at, {}, 1000)->items;
    const std::optional<HistoryKey> after = bounded ? std::optional(HistoryKey{all[10].at, all[10].id}) : std::nullopt;
    wire::Fetch fetch{
        .customer = other, .beforeAt = all.back().at, .beforeId = all.back().id, .count = count, .after = after};
    std::set<TimelineItemId> seen;
    for (int pages = 0;; ++pages) {
        QVERIFY(pages < 50);
        const HistoryKey before{fetch.beforeAt, fetch.beforeId};
        const auto page = *olderPage(*hub.database, fetch, hub.mara.id);
        QCOMPARE(page.customers, (std::vector{ada, other}));
        QCOMPARE(page.complete, !page.from.has_value());
        const HistoryRange covered{page.from.value_or(HistoryKey::beginning()), before};
        for (const Entity &row : page.rows)
            seen.insert(std::get<TimelineItem>(row).id);
        for (const TimelineItem &item : all)
            QVERIFY(!covered.contains({item.at, item.id}) || seen.contains(item.id));
        if (page.complete || page.from == after)
            break;
        QVERIFY(*page.from < before);
        fetch.beforeAt = page.from->at;
        fetch.beforeId = page.from->id;
    }
    QCOMPARE(seen.size(), all.size() - 1 - (bounded ? 10 : 0));
}

QTEST_GUILESS_MAIN(TestChangeLog)
#include "tst_change_log.moc"
