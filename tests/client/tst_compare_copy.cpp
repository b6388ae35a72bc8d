// A copy that has silently become another than what the hub has is noticed and put right; whatever else may make the two
// differ is left alone. The hub's rules and store, the desktop's files, and nothing between them but calls.
#include "tests/client/compare_shop.h"

using namespace tributary;
using namespace tributary::client;
using namespace tributary::client::testing;

class TestCompareCopy : public QObject {
    Q_OBJECT
private slots:
    void alikeCopiesAreLeftAlone();
    void damageIsPutRight_data();
    void damageIsPutRight();
    void ownCommandsStayOnTop();
    void theIndexFollows();
    void olderHistoryComesRound();
    void everybodysHistoryComesRound();
    void whatGrowsOldHereComesRound();
    void whatIsOlderThanItsConversationComesRound();
    void evictedHistoryIsNoDivergence();
    void whatIsOutOfSightIsNotAskedFor();
    void rightsOfNowDecide();
    void aCopyThatMovesIsLeftAlone();
    void aCopyThatIsNotWholeIsNotCompared();
    void muchIsPutRightByAndBy();
    void whatCannotBePutRightIsFetchedAnew();
    void answersThatMakeNoSenseDoNoHarm();
};

void TestCompareCopy::alikeCopiesAreLeftAlone()
{
    Shop shop;
    const auto compared = shop.compare();
    QVERIFY2(compared, compared ? "" : compared.error().detail.c_str());
    QCOMPARE(int(compared->outcome), int(Compared::Outcome::Alike));
    QCOMPARE(shop.asked.size(), std::size_t(1)); // one question, whatever the number of tables
    QVERIFY(wire::pack(shop.asked[0]).size() < 1000);
    QVERIFY(shop.told.empty());
    QVERIFY(shop.asked[0].itemsFrom < shop.clock.now() - days(79));
    QVERIFY(shop.asked[0].itemsFrom < TimePoint::max());
}

void TestCompareCopy::damageIsPutRight_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<int>("repaired");
    QTest::addColumn<int>("removed");
    // %1 is the newest item, %2 its conversation, %3 another id.
    QTest::newRow("other text, same version") << "UPDATE timeline_item SET body = 'Never said.' WHERE id = %1" << 1 << 0;
    QTest::newRow("older version") << "UPDATE timeline_item SET subject = 'Draft', version = version - 1 WHERE id = %1" << 1
                                   << 0;
    QTest::newRow("newer version") << "UPDATE timeline_item SET deleted = 1, version = version + 500 WHERE id = %1" << 1
                                   << 0;
    QTest::newRow("missing item") << "DELETE FROM timeline_item WHERE id = %1" << 1 << 0;
    QTest::newRow("another time") << "UPDATE timeline_item SET at_ms = at_ms + 5 WHERE id = %1" << 1 << 0;
    QTest::newRow("extra item")
        << "INSERT INTO timeline_item SELECT row + 1, %3, conversation_id, customer_id, identity_id, "
           "account_id, channel, kind, author_id, author_name, at_ms, subject, body, html, "
           "attachments, delivery, in_reply_to_id, automatic, deleted, edited_ms, details, version, mentions, said_seq "
           "FROM timeline_item WHERE id = %1"
        << 0 << 1;
    QTest::newRow("item under another id") << "UPDATE timeline_item SET id = %3 WHERE id = %1" << 1 << 1;
    QTest::newRow("conversation") << "UPDATE conversation SET status = 'resolved', tags = x'80' WHERE id = %2" << 1 << 0;
    QTest::newRow("missing conversation") << "DELETE FROM conversation WHERE id = %2" << 1 << 0;
    QTest::newRow("identity") << "UPDATE identity SET shown = 'somebody'" << 2 << 0;
    QTest::newRow("no identities") << "DELETE FROM identity" << 2 << 0;
    QTest::newRow("read mark") << "UPDATE read_mark SET read_count = 7" << 1 << 0;
    QTest::newRow("no read mark") << "DELETE FROM read_mark" << 1 << 0;
    QTest::newRow("somebody else's read mark") << "UPDATE read_mark SET agent_id = %3" << 1 << 1;
    QTest::newRow("agent") << "UPDATE agent SET role = 'admin' WHERE name = 'Tom'" << 1 << 0;
    QTest::newRow("swapped names") << "UPDATE customer SET name = 'X' WHERE 1" << 2 << 0;
    QTest::newRow("an account that is not")
        << "INSERT INTO channel_account SELECT %3, channel, name, address, health, problem, "
           "problem_text, problem_since_ms, backfill_done, backfill_total, defects, "
           "undo_seconds, removed, version, reopen_days, team_id, region FROM channel_account LIMIT 1"
        << 0 << 1;
    QTest::newRow("all of it") << "DELETE FROM timeline_item; DELETE FROM conversation; DELETE FROM customer" << 6 + 4 << 0;
}

void TestCompareCopy::damageIsPutRight()
{
    QFETCH(const QString, sql);
    QFETCH(const int, repaired);
    QFETCH(const int, removed);
    Shop shop;
    const TimelineItem item = shop.item(shop.newest);
    TimelineItemId other = shop.newest;
    other.bytes[15] ^= std::byte(1);
    QString text = sql;
    text.replace("%1", QString::fromStdString(shop.x(shop.newest)));
    text.replace("%2", QString::fromStdString(shop.x(item.conversation)));
    text.replace("%3", QString::fromStdString(shop.x(other)));
    shop.damage(text.toStdString());

    const auto compared = shop.compare();
    QVERIFY2(compared, compared ? "" : compared.error().detail.c_str());
    QCOMPARE(int(compared->outcome), int(Compared::Outcome::Repaired));
    if (qstrcmp(QTest::currentDataTag(), "all of it") != 0)
        QCOMPARE(compared->repaired, repaired);
    else
        QVERIFY(compared->repaired >= repaired);
    QCOMPARE(compared->removed, removed);
    QVERIFY(!compared->more);
    QVERIFY(!shop.told.empty());                              // the screen reads again what it shows of it
    QCOMPARE(shop.asked.back().repaired, compared->repaired); // and the hub hears of it
    QCOMPARE(shop.asked.back().removed, compared->removed);
    QCOMPARE(int(shop.asked.back().ask), int(wire::DigestRequest::Ask::Done));
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
    QCOMPARE(shop.shown(shop.newest), item);
    shop.take(shop.letter("layla@mail.test")); // and life goes on
    shop.follow();
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
}

/// What is shown of own commands is no difference, is not asked for, and outlives a repair under it.
void TestCompareCopy::ownCommandsStayOnTop()
{
    Shop shop;
    const TimelineItem item = shop.item(shop.newest);
    const Conversation conversation = shop.conversation(item.conversation);
    SendMessage reply = shop.reply(conversation, "On its way.");

    QVERIFY(shop.files->submit({SetTags{conversation.id, {"refund"}, {}}, reply,
                                AddNote{shop.ids.make<TimelineItemId>(), conversation.id, "Hm.", {}}},
                               std::nullopt, false));
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
    shop.damage("UPDATE timeline_item SET body = 'Never said.' WHERE id = " + shop.x(shop.newest)
                + "; DELETE FROM customer WHERE id = " + shop.x(conversation.customer));
    shop.told = {};
    const auto compared = shop.compare();
    QCOMPARE(compared->repaired, 2);
    QCOMPARE(compared->removed, 0);
    QVERIFY(shop.told.items.contains(shop.newest));
    QCOMPARE(shop.shown(shop.newest).body, item.body);
    QCOMPARE(shop.shown(reply.item).body, reply.body);
    QCOMPARE(HubUnderTest::must(store::conversation(*shop.copy(), conversation.id))->tags,
             std::vector<std::string>{"refund"});
    QCOMPARE(shop.files->facts().outboxCount, 3);
    // Damage under an own command: in what the hub says of the conversation.
    shop.damage("DELETE FROM shadow WHERE entity_key = " + shop.x(conversation.id));
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Repaired));
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
    QCOMPARE(HubUnderTest::must(store::conversation(*shop.copy(), conversation.id))->tags,
             std::vector<std::string>{"refund"});
}

void TestCompareCopy::theIndexFollows()
{
    Shop shop;
    shop.damage("UPDATE timeline_item SET body = 'marmalade' WHERE id = " + shop.x(shop.newest));
    QCOMPARE(HubUnderTest::must(store::searchItems(*shop.copy(), "marmalade", 5)).size(), std::size_t(1));
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Repaired));
    QCOMPARE(HubUnderTest::must(store::searchItems(*shop.copy(), "marmalade", 5)).size(), std::size_t(0));
    QCOMPARE(HubUnderTest::must(store::searchItems(*shop.copy(), shop.item(shop.newest).body, 5)).size(), std::size_t(1));
    QVERIFY(shop.copy(store::Database::Mode::ReadWrite)
                ->execute("INSERT INTO item_search (item_search, rank) VALUES ('integrity-check', 1)"));
}

/// Older history that is here is compared a stretch at a time.
void TestCompareCopy::olderHistoryComesRound()
{
    Shop shop;
    const CustomerId layla = shop.item(shop.oldest).customer;
    QVERIFY(!shop.shown(shop.oldest).id.isNull()); // the newest of an open conversation come by themselves
    shop.damage("DELETE FROM timeline_item WHERE id = " + shop.x(shop.oldest));
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Repaired));
    QCOMPARE(shop.shown(shop.oldest), shop.item(shop.oldest));
    QVERIFY(std::ranges::any_of(shop.asked, [&](const auto &asked) {
        return asked.ask == wire::DigestRequest::Ask::Keys && !asked.parts.empty() && asked.parts[0].customer == layla;
    }));
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
}

/// With more people than one question takes, each comes by and by, and then again.
void TestCompareCopy::everybodysHistoryComesRound()
{
    Shop shop;
    shop.clock.step(fromMs(1'700'000'000'000));
    std::set<CustomerId> people;
    for (int i = 0; i < 130; ++i)
        people.insert(shop.take(shop.letter("customer" + std::to_string(i) + "@mail.test")).customer);
    shop.clock.step(fromMs(1'700'000'000'000) + days(200));
    shop.bootstrap();
    for (int turn = 0; turn < 2; ++turn) {
        std::set<CustomerId> asked;
        for (int i = 0; i < 3; ++i) {
            QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
            QVERIFY(shop.asked[0].parts.size() <= wire::kMostParts);
            for (const wire::TimelinePart &part : shop.asked[0].parts)
                asked.insert(part.customer);
        }
        QVERIFY(std::ranges::includes(asked, people));
    }
}

/// What came by itself and is older by now than what all copies have is compared as well, without ever having been fetched.
void TestCompareCopy::whatGrowsOldHereComesRound()
{
    Shop shop;
    const TimelineItemId once = shop.take(shop.letter("omar@mail.test")).item;
    shop.follow();
    shop.clock.advance(days(120));
    shop.take(shop.letter("layla@mail.test"));
    shop.follow();
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
    QVERIFY(shop.asked[0].itemsFrom > shop.item(once).at);
    for (const std::string damage : {"UPDATE timeline_item SET body = 'Never said.'", "DELETE FROM timeline_item"}) {
        shop.damage(damage + " WHERE id = " + shop.x(once));
        int repaired = 0;
        for (int round = 0; round < 3; ++round) // by and by, and then from the beginning
            repaired += shop.compare()->outcome == Compared::Outcome::Repaired;
        QCOMPARE(repaired, 1);
        QCOMPARE(shop.shown(once), shop.item(once));
    }
}

/// A message that came late, the only old one of its customer (simulated life 4000996).
void TestCompareCopy::whatIsOlderThanItsConversationComesRound()
{
    Shop shop;
    shop.take(shop.line("visitor"));
    channels::InboundEnvelope came = shop.line("visitor");
    came.at = shop.clock.now() - days(85);
    const TimelineItem late = shop.item(shop.take(came).item);
    shop.follow();
    QVERIFY(late.at < shop.conversation(late.conversation).createdAt);
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
    shop.damage("DELETE FROM timeline_item WHERE id = " + shop.x(late.id));
    int repaired = 0;
    for (int round = 0; round < 3; ++round)
        repaired += shop.compare()->outcome == Compared::Outcome::Repaired;
    QCOMPARE(repaired, 1);
    QCOMPARE(shop.shown(late.id), late);
}

void TestCompareCopy::evictedHistoryIsNoDivergence()
{
    Shop shop;
    // What is open stays; resolved, it may go.
    const auto resolved = [&](TimelineItemId id) {
        shop.mustApply(SetStatus{shop.item(id).conversation, Conversation::Status::Resolved});
    };
    resolved(shop.oldest);
    resolved(shop.newest);
    shop.clock.advance(days(120));
    shop.take(shop.letter("omar@mail.test"));
    shop.follow();
    while (HubUnderTest::must(shop.files->evict()))
        ;
    QVERIFY(shop.shown(shop.oldest).id.isNull());
    QVERIFY(shop.shown(shop.newest).id.isNull());
    for (int i = 0; i < 3; ++i)
        QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
    QVERIFY(shop.shown(shop.oldest).id.isNull());
    // Nor where less is kept than is compared elsewhere.
    HubUnderTest::must(shop.files->setSetting("history.days", "30"));
    const TimelineItemId recent = shop.take(shop.letter("layla@mail.test")).item;
    shop.mustApply(SetStatus{shop.item(recent).conversation, Conversation::Status::Resolved});
    shop.clock.advance(days(40));
    shop.follow();
    while (HubUnderTest::must(shop.files->evict()))
        ;
    QVERIFY(shop.shown(recent).id.isNull());
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
    QVERIFY(shop.asked[0].itemsFrom > shop.clock.now() - days(36));
    // A copy that knows of no window says nothing of items.
    shop.damage("DELETE FROM coverage; DELETE FROM timeline_item");
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
}

void TestCompareCopy::whatIsOutOfSightIsNotAskedFor()
{
    Shop shop;
    const Team care = shop.change([&](hub::ChangeLog &changes) { return hub::addTeam(changes, shop.ids, "Care"); });
    const ConversationId hidden = shop.item(shop.newest).conversation;
    shop.change([&](hub::ChangeLog &changes) {
        return hub::moveToTeam(changes, shop.ids, shop.conversation(hidden), care.id, {}, std::nullopt, shop.clock.now());
    });
    shop.follow();
    QVERIFY(shop.shown(shop.newest).id.isNull());
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
    // Nor does the hub give it to who asks for it by name.
    wire::DigestRequest request{.ask = wire::DigestRequest::Ask::Rows,
                                .position = HubUnderTest::must(hub::headOf(*shop.database))};
    request.table = EntityType::TimelineItem;
    request.keys = {shop.newest.bytes, shop.oldest.bytes};
    auto rows = shop.answer(request);
    QCOMPARE(rows->answered, 2);
    QCOMPARE(rows->rows.size(), std::size_t(1));
    request.ask = wire::DigestRequest::Ask::Keys;
    request.keys.clear();
    request.bucket = std::int64_t(store::bucketOf(shop.newest.bytes));
    auto keys = shop.answer(request);
    for (const auto &key : keys->keys)
        QVERIFY(key.key != shop.newest.bytes);
    request.parts = {{shop.item(shop.newest).customer, HistoryRange::everything()}};
    keys = shop.answer(request);
    for (const auto &key : keys->keys)
        QVERIFY(key.key != shop.newest.bytes);
    // A row that should have left is taken away.
    const auto stray = shop.item(shop.newest);
    {
        const auto file = shop.copy(store::Database::Mode::ReadWrite);
        QVERIFY(store::put(*file, stray));
        QVERIFY(store::put(*file, shop.conversation(hidden)));
    }
    const auto compared = shop.compare();
    QCOMPARE(compared->removed, 2);
    QCOMPARE(compared->repaired, 0);
    QVERIFY(shop.shown(shop.newest).id.isNull());
}

/// One look at the store serves every agent: each sees in it what its rights are now.
void TestCompareCopy::rightsOfNowDecide()
{
    Shop shop;
    const Team care = shop.change([&](hub::ChangeLog &changes) { return hub::addTeam(changes, shop.ids, "Care"); });
    shop.change([&](hub::ChangeLog &changes) {
        return hub::moveToTeam(changes, shop.ids, shop.conversation(shop.item(shop.newest).conversation), care.id, {},
                               std::nullopt, shop.clock.now());
    });
    const hub::DigestBook book = HubUnderTest::must(hub::readDigestBook(*shop.database, TimePoint::min()));
    const auto count = [&](const Agent &agent) {
        std::int64_t items = 0;
        for (const wire::Digest &bucket : book.of(EntityType::TimelineItem, agent))
            items += bucket.count;
        return items;
    };
    const std::int64_t all = shop.number("SELECT count(*) FROM timeline_item");
    Agent member = shop.mara, admin = shop.mara, gone = shop.mara;
    member.teams = {care.id};
    admin.role = Agent::Role::Admin;
    gone.active = false;
    QVERIFY(count(shop.mara) < all && count(shop.mara) > 0);
    QCOMPARE(count(member), all);
    QCOMPARE(count(admin), all);
    QCOMPARE(count(gone), 0);
}

void TestCompareCopy::aCopyThatMovesIsLeftAlone()
{
    Shop shop;
    shop.damage("UPDATE timeline_item SET body = 'Never said.' WHERE id = " + shop.x(shop.newest));
    // The hub is ahead.
    shop.take(shop.letter("omar@mail.test"));
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::NotLevel));
    QCOMPARE(shop.books, 0); // and has not looked through its store to say so
    QCOMPARE(shop.shown(shop.newest).body, std::string("Never said."));
    shop.follow();
    // The copy goes on between what was found and its repair.
    const auto file = shop.copy();
    int repairs = 0;
    const CompareDoors doors{[&](const auto &request) { return shop.answer(request); },
                             [&](const store::Repair &repair) {
                                 ++repairs;
                                 shop.take(shop.letter("omar@mail.test"));
                                 shop.follow();
                                 return shop.files->repair(repair);
                             },
                             [] { return true; }};
    QCOMPARE(int(compareCopy(*file, doors, shop.next)->outcome), int(Compared::Outcome::NotLevel));
    QCOMPARE(repairs, 1);
    QCOMPARE(shop.shown(shop.newest).body, std::string("Never said."));
    // Or between two questions.
    const CompareDoors between{[&](const wire::DigestRequest &request) {
                                   auto said = shop.answer(request);
                                   if (request.ask == wire::DigestRequest::Ask::Buckets) {
                                       shop.take(shop.letter("omar@mail.test"));
                                       shop.follow();
                                   }
                                   return said;
                               },
                               doors.repair, [] { return true; }};
    QCOMPARE(int(compareCopy(*file, between, shop.next)->outcome), int(Compared::Outcome::NotLevel));
    QCOMPARE(repairs, 1);
    // Another history under the same number is not level either.
    wire::DigestRequest request{.position = HubUnderTest::must(hub::headOf(*shop.database))};
    request.position.chain[0] ^= std::byte(1);
    QVERIFY(!shop.answer(request)->isLevel);
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Repaired)); // when both stand still, it is done
}

void TestCompareCopy::aCopyThatIsNotWholeIsNotCompared()
{
    Shop shop;
    shop.damage("UPDATE position SET bootstrap_start = 1");
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::NotYet));
    QVERIFY(shop.asked.empty());
    shop.damage("UPDATE position SET bootstrap_start = 0, rights_changed = 1");
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::NotYet));
    shop.damage("DELETE FROM position");
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::NotYet));
}

void TestCompareCopy::muchIsPutRightByAndBy()
{
    Shop shop;
    shop.change([&](hub::ChangeLog &changes) -> Result<void> {
        for (int i = 0; i < 5'000; ++i) {
            Customer customer{.id = shop.ids.make<CustomerId>(), .name = "Customer " + std::to_string(i)};
            TRIBUTARY_TRY(changes.put(customer));
        }
        return {};
    });
    shop.follow();
    shop.damage("DELETE FROM customer");
    int rounds = 0;
    std::int64_t repaired = 0;
    for (; rounds < 10; ++rounds) {
        const auto compared = shop.compare();
        if (compared->outcome == Compared::Outcome::Alike)
            break;
        QVERIFY(compared->repaired < 2'200); // in one transaction
        repaired += compared->repaired;
    }
    QCOMPARE(rounds, 3);
    QCOMPARE(repaired, 5'002);
}

/// Another row is in the way that only the hub's own order of changes explains.
void TestCompareCopy::whatCannotBePutRightIsFetchedAnew()
{
    Shop shop;
    store::Repair repair{.at = HubUnderTest::must(shop.files->syncStart()).position};
    Agent twin = shop.tom; // a second agent of that address
    twin.id = shop.ids.make<AgentId>();
    repair.rows = {twin};
    QVERIFY(!shop.files->repair(repair));
    QVERIFY(shop.files->facts().rebuilding);
    QVERIFY(HubUnderTest::must(shop.files->syncStart()).position.epoch == wire::Epoch{});
    shop.bootstrap();
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Alike));
}

void TestCompareCopy::answersThatMakeNoSenseDoNoHarm()
{
    Shop shop;
    shop.damage("UPDATE timeline_item SET body = 'Never said.'; DELETE FROM customer");
    SeededRng rng(5);
    const auto file = shop.copy();
    for (int round = 0; round < 40; ++round) {
        int left = int(rng.below(6));
        const CompareDoors doors{[&](const wire::DigestRequest &request) -> Result<wire::DigestAnswer> {
                                     TRIBUTARY_TRY_ASSIGN(auto said, shop.answer(request));
                                     if (left-- > 0)
                                         return said;
                                     switch (rng.below(5)) {
                                     case 0: return failure(Error::Kind::Offline, "gone");
                                     case 1: said.tables.resize(3); break;
                                     case 2: said.answered = 0; break;
                                     case 3: said.parts.resize(300); break;
                                     default: return wire::DigestAnswer{.isLevel = true};
                                     }
                                     return said;
                                 },
                                 [](const store::Repair &) { return failure(Error::Kind::Offline, "not now"); },
                                 [] { return true; }};
        const auto compared = compareCopy(*file, doors, shop.next);
        QVERIFY(!compared || compared->outcome == Compared::Outcome::NotLevel);
    }
    const CompareDoors never{[&](const auto &request) { return shop.answer(request); },
                             [](const store::Repair &) { return Result<void>(); }, [] { return false; }};
    (void)compareCopy(*file, never, shop.next); // given up: it ends
    QCOMPARE(int(shop.compare()->outcome), int(Compared::Outcome::Repaired));
}

QTEST_GUILESS_MAIN(TestCompareCopy)
#include "tst_compare_copy.moc"
