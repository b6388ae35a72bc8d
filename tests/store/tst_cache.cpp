// The cache shows the hub's rows with own commands on top, at every moment, whatever comes in which order.
#include "core/base/rng.h"
#include "core/model/rights.h"
#include "core/store/cache.h"
#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/migrations.h"
#include "core/store/unread.h"

#include <QTemporaryDir>
#include <QtTest>

#include <functional>
#include <map>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::store;

namespace {

struct Desk {
    QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng{7};
    IdMaker ids{clock, rng};
    std::unique_ptr<Database> database;
    Agent mara;
    Customer customer;
    Identity identity;
    Conversation conversation;

    Desk()
    {
        database = std::move(*Database::open(folder.filePath("cache.db").toStdString(), {}));
        if (!migrate(*database, cacheMigrations()))
            qFatal("no schema");
        mara = {.id = ids.make<AgentId>(), .email = "mara@shop.test", .name = "Mara", .version = 1};
        customer = {.id = ids.make<CustomerId>(), .name = "Layla", .version = 2};
        identity = {.id = ids.make<IdentityId>(),
                    .customer = customer.id,
                    .address = "layla@mail.test",
                    .shown = "layla@mail.test",
                    .version = 3};
        conversation = {.id = ids.make<ConversationId>(),
                        .customer = customer.id,
                        .identity = identity.id,
                        .lastItemAt = clock.now(),
                        .inboundCount = 1,
                        .version = 4};
        Cache cache(*database);
        CacheState state;
        state.agent = mara.id;
        if (!cache.setState(state))
            qFatal("no state");
    }

    wire::Changes frame(std::int64_t from, std::int64_t to, std::vector<Entity> rows, std::int64_t lastN = 0)
    {
        wire::Changes changes;
        changes.from = from, changes.to = changes.head = to;
        changes.rows = std::move(rows);
        changes.lastN = lastN;
        return changes;
    }
    Command command(std::int64_t n, CommandBody body)
    {
        return {.n = n, .id = ids.make<CommandId>(), .at = clock.now(), .body = std::move(body)};
    }
    TimelineItem item(std::string body, std::int64_t version)
    {
        clock.advance(Milliseconds(10));
        return {.id = ids.make<TimelineItemId>(),
                .conversation = conversation.id,
                .customer = customer.id,
                .identity = identity.id,
                .kind = TimelineItem::Kind::Inbound,
                .at = clock.now(),
                .body = std::move(body),
                .version = version};
    }
    /// As the program does it: in a transaction, which ends with the full text taking what has changed.
    Result<ChangeSet> apply(Cache &cache, const wire::Changes &changes)
    {
        return database->inTransaction([&] { return cache.apply(changes, {}, mara); });
    }
    std::size_t hits(const char *words) { return searchItems(*database, words, 10)->size(); }
    Conversation shown() { return store::conversation(*database, conversation.id)->value(); }
};

} // namespace

class TestCache : public QObject {
    Q_OBJECT
private slots:
    void anAddressThatIsGivenAnew_data();
    void anAddressThatIsGivenAnew();
    void whatWasMovedByHandIsTakenOff();
    void showsOwnCommandsOnTop();
    void echoChangesNothing();
    void rowsNameWhoWroteLast();
    void rowsSayWhoIsVip_data();
    void rowsSayWhoIsVip();
    void rowsSayWhatIsFollowed();
    void puttingAllOnAnewChangesNothing_data();
    void puttingAllOnAnewChangesNothing();
    void whatComesBeforeItsConversationStays_data();
    void whatComesBeforeItsConversationStays();
    void whatWentByRightsAheadIsNoted_data();
    void whatWentByRightsAheadIsNoted();
    void aChangeOfOneselfIsOneOfRightsOrNot_data();
    void aChangeOfOneselfIsOneOfRightsOrNot();
    void rightsThatCameAndWentAreLookedFor_data();
    void rightsThatCameAndWentAreLookedFor();
    void refusalTakesTheEffectAway();
    void whatHasMovedUnderACommandStaysThere();
    void whatWasTakenAwayComesBack_data();
    void whatWasTakenAwayComesBack();
    void theListForgetsWhatHasMovedAway();
    void olderRowsChangeNothing();
    void pagesThatOverlapChangeNothing();
    void lateRowsDoNotBringBackWhatIsGone();
    void mergedCustomersShareATimeline();
    void findsWords_data();
    void findsWords();
    void newestHitsComeFirst();
    void indexFollowsEdits();
    void indexFollowsWithinATransaction();
    void peopleAreFoundByTheNameTheyAreShownUnder();
    void pagesThroughATimeline();
};

void TestCache::anAddressThatIsGivenAnew_data()
{
    QTest::addColumn<QString>("how");
    QTest::newRow("in one frame") << "frame";
    QTest::newRow("a page is ahead") << "page";
    QTest::newRow("a page is behind") << "late";
}

/// An address stands once in the table: somebody removed it and gave it to another customer, under another id.
void TestCache::anAddressThatIsGivenAnew()
{
    QFETCH(const QString, how);
    Desk desk;
    Cache cache(*desk.database);
    const Customer other{.id = desk.ids.make<CustomerId>(), .name = "Bo", .version = 5};
    QVERIFY(cache.apply(desk.frame(0, 5, {desk.customer, other, desk.identity}), {}, desk.mara));
    Identity anew = desk.identity;
    anew.id = desk.ids.make<IdentityId>();
    anew.customer = other.id;
    anew.version = 7;
    wire::Changes changes = desk.frame(5, 7, {anew});
    changes.removals = {{EntityType::Identity, desk.identity.id.bytes, 6}};
    if (how == "page")
        QVERIFY(cache.applyRows({anew}, {}, desk.mara));
    QVERIFY(cache.apply(changes, {}, desk.mara));
    if (how == "late")
        QVERIFY(cache.applyRows({desk.identity}, {}, desk.mara));
    QVERIFY(store::identity(*desk.database, anew.id)->has_value());
    QVERIFY(!store::identity(*desk.database, desk.identity.id)->has_value());
}

/// The same by hand, before the hub has heard of it: put on and taken off again.
void TestCache::whatWasMovedByHandIsTakenOff()
{
    Desk desk;
    Cache cache(*desk.database);
    const Customer other{.id = desk.ids.make<CustomerId>(), .name = "Bo", .version = 5};
    QVERIFY(cache.apply(desk.frame(0, 5, {desk.customer, other, desk.identity}), {}, desk.mara));
    for (int i = 0; i < 20; ++i) { // ids come in any order
        const Command away = desk.command(1, RemoveIdentity{desk.identity.id});
        const Command there = desk.command(2, AddIdentity{IdentityId(RawId{std::byte(i % 2 == 0 ? 1 : 255), std::byte(i)}),
                                                          other.id, Channel::Email, "layla@mail.test"});
        QVERIFY(cache.rebuildOverlay({away, there}, desk.mara));
        QVERIFY(!store::identity(*desk.database, desk.identity.id)->has_value());
        QVERIFY(cache.rebuildOverlay({}, desk.mara));
        QVERIFY(store::identity(*desk.database, desk.identity.id)->has_value());
    }
}

void TestCache::showsOwnCommandsOnTop()
{
    Desk desk;
    Cache cache(*desk.database);
    const Command tag = desk.command(1, SetTags{desk.conversation.id, {"refund"}, {}});
    const Command resolve = desk.command(2, SetStatus{desk.conversation.id, Conversation::Status::Resolved});
    QVERIFY(cache.apply(desk.frame(0, 4, {desk.customer, desk.identity, desk.conversation}), {}, desk.mara));
    QVERIFY(cache.show(tag, desk.mara));
    QVERIFY(cache.show(resolve, desk.mara));
    // The hub knows of neither yet, and changes the subject: both must still be seen, on top of the new subject.
    Conversation fromHub = desk.conversation;
    fromHub.subject = "Broken cup";
    fromHub.version = 5;
    QVERIFY(cache.apply(desk.frame(4, 5, {fromHub}), {tag, resolve}, desk.mara));
    QCOMPARE(desk.shown().subject, std::string("Broken cup"));
    QCOMPARE(desk.shown().tags, std::vector<std::string>{"refund"});
    QCOMPARE(desk.shown().status, Conversation::Status::Resolved);
    QVERIFY(conversationRow(*desk.database, desk.conversation.id, desk.mara.id)->value().pending);
}

/// A colleague by what the hub says, oneself as soon as one has written; in a list as in a row alone.
void TestCache::rowsNameWhoWroteLast()
{
    Desk desk;
    Cache cache(*desk.database);
    const Agent tom{.id = desk.ids.make<AgentId>(), .email = "tom@shop.test", .name = "Tom Ott", .version = 1};
    Conversation answered = desk.conversation;
    answered.preview = "Hello";
    answered.previewOutbound = true;
    answered.previewAuthor = tom.id;
    const ChannelAccount account{.id = desk.ids.make<ChannelAccountId>(), .version = 1};
    QVERIFY(cache.apply(desk.frame(0, 4, {desk.mara, tom, account, desk.customer, desk.identity, answered}), {}, desk.mara));
    const auto names = [&] {
        const ConversationRow row = conversationRow(*desk.database, desk.conversation.id, desk.mara.id)->value();
        const auto page = conversationPage(*desk.database, {.queue = Queue::AllOpen, .agent = desk.mara.id});
        if (!page || page->size() != 1 || page->front().previewAuthorName != row.previewAuthorName
            || page->front().place.id != desk.conversation.id)
            return QString("the list says otherwise");
        return QString::fromStdString(row.previewAuthorName);
    };
    QCOMPARE(names(), QString("Tom Ott"));
    QVERIFY(desk.shown().previewAuthor == tom.id);
    const Command reply = desk.command(1, SendMessage{.item = desk.ids.make<TimelineItemId>(),
                                                      .conversation = desk.conversation.id,
                                                      .to = desk.identity.id,
                                                      .from = account.id,
                                                      .body = "And bye"});
    QVERIFY(cache.show(reply, desk.mara));
    QVERIFY(desk.shown().previewAuthor == desk.mara.id);
    QCOMPARE(names(), QString("Mara"));
}

void TestCache::rowsSayWhoIsVip_data()
{
    using Tags = std::vector<std::string>;
    QTest::addColumn<Tags>("customer");
    QTest::addColumn<Tags>("merged"); // of somebody who is merged into them
    QTest::addColumn<Tags>("conversation");
    QTest::addColumn<bool>("vip");
    QTest::newRow("no tags") << Tags{} << Tags{} << Tags{} << false;
    QTest::newRow("the tag") << Tags{"tea", "vip"} << Tags{} << Tags{} << true;
    QTest::newRow("as an import had it") << Tags{"VIP"} << Tags{} << Tags{} << true;
    QTest::newRow("mixed") << Tags{"Vip"} << Tags{} << Tags{} << true;
    QTest::newRow("more than it") << Tags{"vips", "vi", "not-vip"} << Tags{} << Tags{} << false;
    QTest::newRow("of who is the same person") << Tags{"tea"} << Tags{"vip"} << Tags{} << true;
    QTest::newRow("of neither") << Tags{"tea"} << Tags{"tea"} << Tags{} << false;
    QTest::newRow("of the conversation alone") << Tags{} << Tags{} << Tags{"vip"} << false;
}

/// As the panel says it; the same in a list as in a row alone.
void TestCache::rowsSayWhoIsVip()
{
    QFETCH(const std::vector<std::string>, customer);
    QFETCH(const std::vector<std::string>, merged);
    QFETCH(const std::vector<std::string>, conversation);
    QFETCH(const bool, vip);
    Desk desk;
    Cache cache(*desk.database);
    desk.customer.tags = customer;
    desk.conversation.tags = conversation;
    const Customer other{.id = desk.ids.make<CustomerId>(), .name = "L. Haddad", .tags = merged, .version = 5};
    Conversation theirs{.id = desk.ids.make<ConversationId>(), .customer = other.id, .version = 6};
    QVERIFY(cache.apply(desk.frame(0, 6, {desk.customer, other, desk.identity, desk.conversation, theirs}), {}, desk.mara));
    const Command link =
        desk.command(1, LinkCustomers{.link = desk.ids.make<CustomerLinkId>(), .from = other.id, .into = desk.customer.id});
    QVERIFY(cache.show(link, desk.mara));
    const auto page = conversationPage(*desk.database, {.queue = Queue::AllOpen, .agent = desk.mara.id});
    QVERIFY(page && page->size() == 2);
    for (const ConversationRow &row : *page) { // whichever of them it is with
        QCOMPARE(row.vip, vip);
        QCOMPARE(conversationRow(*desk.database, row.conversation.id, desk.mara.id)->value().vip, vip);
        QCOMPARE(row.place.id, row.conversation.id);
        QCOMPARE(row.place.ms, toMs(row.conversation.lastItemAt));
    }
    const Command untag = desk.command(2, SetCustomerTags{desk.customer.id, {}, {"vip"}}); // one's own, at once
    QVERIFY(cache.show(untag, desk.mara));
    const bool stays = vip && (customer != std::vector<std::string>{"tea", "vip"});
    QCOMPARE(conversationRow(*desk.database, desk.conversation.id, desk.mara.id)->value().vip, stays);
}

/// As the hub has it, and at once when one changes it oneself; the same in a list as in a row alone.
void TestCache::rowsSayWhatIsFollowed()
{
    Desk desk;
    Cache cache(*desk.database);
    const AgentId tomas = desk.ids.make<AgentId>();
    const ReadMark mine{.agent = desk.mara.id, .conversation = desk.conversation.id, .version = 6, .following = true};
    QVERIFY(cache.apply(desk.frame(0, 6, {desk.customer, desk.identity, desk.conversation, mine}), {}, desk.mara));
    const auto followed = [&](AgentId agent) {
        const auto all = conversationPage(*desk.database, {.queue = Queue::AllOpen, .agent = agent});
        const auto some = conversationPage(*desk.database, {.queue = Queue::Followed, .agent = agent});
        const auto one = conversationRow(*desk.database, desk.conversation.id, agent);
        const auto counts = sidebarCounts(*desk.database, {.agent = agent});
        const bool says = one->value().following;
        const bool agree = all->front().following == says && (some->size() == 1) == says && (counts->followed == 1) == says;
        return agree ? std::optional(says) : std::nullopt;
    };
    QVERIFY(followed(desk.mara.id) == true);
    QVERIFY(followed(tomas) == false);
    QVERIFY(cache.show(desk.command(1, Follow{desk.conversation.id, false}), desk.mara));
    QVERIFY(followed(desk.mara.id) == false);
    QVERIFY(cache.show(desk.command(2, Follow{desk.conversation.id}), desk.mara));
    QVERIFY(followed(desk.mara.id) == true);
}

void TestCache::puttingAllOnAnewChangesNothing_data()
{
    QTest::addColumn<quint64>("seed");
    for (quint64 seed = 1; seed <= 12; ++seed)
        QTest::addRow("seed %llu", seed) << seed;
}

/// A frame takes off and puts on what it reaches alone; what comes of it is what all of it put on anew would be.
void TestCache::puttingAllOnAnewChangesNothing()
{
    QFETCH(const quint64, seed);
    Desk desk;
    SeededRng rng(seed);
    Cache cache(*desk.database);
    std::vector<Conversation> hub;
    std::vector<Entity> rows{desk.customer, desk.identity};
    for (int i = 0; i < 6; ++i) {
        hub.push_back({.id = desk.ids.make<ConversationId>(), .customer = desk.customer.id, .identity = desk.identity.id});
        hub.back().version = 4;
        rows.emplace_back(hub.back());
    }
    QVERIFY(desk.database->begin()); // one for all: what is asked is not whether it is on the disk
    QVERIFY(cache.apply(desk.frame(0, 4, rows), {}, desk.mara));
    std::vector<Command> pending;
    std::int64_t seq = 4, n = 0, lastN = 0;
    const auto all = [&] {
        std::string text;
        for (const char *table : {"conversation", "timeline_item", "read_mark", "shadow"}) {
            auto query = desk.database->queryOnce(std::string("SELECT * FROM ") + table + " ORDER BY 1, 2");
            while (*query.step()) {
                for (int i = 0; i < query.columnCount(); ++i)
                    text += std::string(query.text(i)) + '|';
                text += '\n';
            }
        }
        return text;
    };
    const auto one = [&]() -> Conversation & { return hub[rng.below(hub.size())]; };
    for (int step = 0; step < 60; ++step) {
        const Conversation &about = one();
        if (rng.below(3)) {
            const CommandBody bodies[]{
                SetStatus{about.id, Conversation::Status(rng.below(4))},
                SetTags{about.id, {rng.below(2) ? "a" : "b"}, {rng.below(2) ? "c" : "a"}},
                MarkRead{about.id, std::int64_t(rng.below(5)), rng.below(2) == 0},
                AddNote{.item = desk.ids.make<TimelineItemId>(), .conversation = about.id, .body = "x"},
                Follow{about.id, rng.below(2) == 0},
                Assign{.conversation = about.id, .assignee = desk.mara.id},
                EditCustomer{desk.customer.id, "Layla", std::to_string(step)}};
            const Command command = desk.command(++n, bodies[rng.below(rng.below(8) ? 6 : 7)]);
            desk.clock.advance(Milliseconds(3));
            QVERIFY(cache.show(command, desk.mara));
            pending.push_back(command);
        } else {
            std::vector<Entity> changed;
            const std::int64_t settled = std::min<std::int64_t>(n, lastN + std::int64_t(rng.below(4)));
            for (const Command &command : pending) { // the hub does what it settles, and something of its own
                if (command.n > settled)
                    continue;
                for (Conversation &conversation : hub) {
                    if (conversation.id != conversationOf(command.body))
                        continue;
                    applyTo(conversation, command.body, desk.mara, command.at);
                    if (auto item = itemOf(command, conversation, desk.mara, 0)) {
                        item->version = seq + 1;
                        changed.emplace_back(*item);
                    }
                    conversation.version = seq + 1;
                    changed.emplace_back(conversation);
                }
            }
            Conversation &other = one();
            other.subject = std::to_string(step);
            other.version = seq + 1;
            changed.emplace_back(other);
            auto frame = desk.frame(seq, seq + 1, changed, settled);
            ++seq;
            QVERIFY(cache.apply(frame, pending, desk.mara));
            lastN = settled;
            std::erase_if(pending, [&](const Command &command) { return command.n <= lastN; });
        }
        const std::string before = all();
        QVERIFY(cache.rebuildOverlay(pending, desk.mara));
        QVERIFY2(before == all(), qPrintable(QString::number(step)));
    }
}

void TestCache::echoChangesNothing()
{
    Desk desk;
    Cache cache(*desk.database);
    QVERIFY(cache.apply(desk.frame(0, 4, {desk.customer, desk.identity, desk.conversation}), {}, desk.mara));
    const Command send = desk.command(1, SendMessage{.item = desk.ids.make<TimelineItemId>(),
                                                     .conversation = desk.conversation.id,
                                                     .to = desk.identity.id,
                                                     .body = "On its way"});
    QVERIFY(cache.show(send, desk.mara));
    const Conversation before = desk.shown();
    Conversation echoed = desk.conversation;
    applyTo(echoed, send.body, desk.mara, send.at);
    echoed.version = 5;
    TimelineItem echoedItem = *itemOf(send, desk.conversation, desk.mara, 0);
    echoedItem.version = 6;
    QVERIFY(cache.apply(desk.frame(4, 6, {echoed, echoedItem}, 1), {send}, desk.mara));
    Conversation after = desk.shown();
    after.version = before.version;
    QCOMPARE(after, before);
    QVERIFY(!conversationRow(*desk.database, desk.conversation.id, desk.mara.id)->value().pending);
    QCOMPARE(timelineBefore(*desk.database, desk.customer.id, fromMs(INT64_MAX), {}, 10)->items.size(), std::size_t(1));
}

void TestCache::whatComesBeforeItsConversationStays_data()
{
    QTest::addColumn<qint64>("bootstrapStart");
    QTest::addColumn<bool>("stays");
    QTest::newRow("its page is yet to come") << qint64(1) << true;
    QTest::newRow("all has come") << qint64(0) << false;
}

/// A frame that reaches the head takes away what rights have left without a conversation, but not in the middle of a first
/// copy.
void TestCache::whatComesBeforeItsConversationStays()
{
    QFETCH(qint64, bootstrapStart);
    QFETCH(bool, stays);
    Desk desk;
    Cache cache(*desk.database);
    QVERIFY(cache.setState({.agent = desk.mara.id, .bootstrapStart = bootstrapStart, .bootstrapNext = "next"}));
    const ReadMark mark{.agent = desk.mara.id, .conversation = desk.conversation.id, .readCount = 1, .version = 5};
    desk.mara.version = 6;
    QVERIFY(cache.applyRows({Entity(mark)}, {}, desk.mara));
    QVERIFY(cache.apply(desk.frame(0, 6, {Entity(desk.mara)}), {}, desk.mara)); // of changed rights, up to the head
    QVERIFY(cache.apply(desk.frame(6, 6, {}), {}, desk.mara));
    QCOMPARE(store::readMark(*desk.database, desk.mara.id, desk.conversation.id)->has_value(), stays);
}

namespace {

/// Who does not see everything, at the head, with something put aside for a newer program.
struct Colleague : Desk {
    Cache cache{*database};
    ChannelAccountId account = ids.make<ChannelAccountId>();
    TeamId care = ids.make<TeamId>();
    Agent me = mara;
    std::int64_t seq = 0;

    Colleague()
    {
        me.customRole = ids.make<RoleId>();
        me.permissions = {std::string(nameOf(Permission::SeeContactDetails))};
        me.teams = {care};
        me.accounts = {account};
        conversation.team = care;
        conversation.account = account;
        wire::Changes aside;
        aside.unread = {{.type = 77, .key = me.id.bytes, .version = 5, .entity = Bytes{std::byte(0xa0)}}};
        hear({.rows = {Entity(me), customer, identity, conversation}});
        hear({});
        hear(aside);
    }
    /// Up to the head, or @p behind it.
    void hear(wire::Changes changes, std::int64_t behind = 0)
    {
        changes.from = seq;
        seq += !changes.rows.empty() || !changes.unread.empty();
        changes.to = seq;
        changes.head = seq + behind;
        for (Entity &row : changes.rows)
            std::visit([this](auto &one) { one.version = seq; }, row);
        if (!database->inTransaction([&] { return cache.apply(changes, {}, me); }))
            qFatal("not taken");
    }
    CacheState state() { return cache.state()->value(); }
    bool isAside() { return *hasUnread(*database); }
    bool has(const Conversation &one) { return store::conversation(*database, one.id)->has_value(); }
};

} // namespace

void TestCache::whatWentByRightsAheadIsNoted_data()
{
    QTest::addColumn<int>("by");
    QTest::newRow("a welcome") << 0;
    QTest::newRow("a page") << 1;
    QTest::newRow("a frame that carries what is further on") << 2;
}

void TestCache::whatWentByRightsAheadIsNoted()
{
    QFETCH(const int, by);
    Colleague desk;
    const std::int64_t before = desk.state().position.seq;
    Agent me = desk.me;
    me.teams.clear();
    me.version = before + 40;
    const auto done = desk.database->inTransaction([&] {
        if (by == 0)
            return desk.cache.purge(me, {});
        if (by == 1)
            return desk.cache.applyRows({me}, {}, me, {}, me.version);
        wire::Changes changes{.from = before, .to = before + 1, .head = before + 50, .rows = {me}};
        return desk.cache.apply(changes, {}, me);
    });
    QVERIFY(done);
    QCOMPARE(desk.state().removedBy, before + 40);
    QCOMPARE(desk.state().position.seq, by == 2 ? before + 1 : before);
}

void TestCache::aChangeOfOneselfIsOneOfRightsOrNot_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("ofRights");
    for (const char *what : {"nothing", "away", "name", "capacity", "languages", "the order of teams"})
        QTest::newRow(what) << what << false;
    for (const char *what : {"a team left", "a team more", "other accounts", "all accounts", "visibility",
                             "a permission less", "a permission more", "an admin", "deactivated"})
        QTest::newRow(what) << what << true;
}

/// To go through all that is here takes seconds, and what a newer program is to read is not to be fetched anew because
/// somebody is away.
void TestCache::aChangeOfOneselfIsOneOfRightsOrNot()
{
    QFETCH(const QString, what);
    QFETCH(const bool, ofRights);
    Colleague desk;
    QVERIFY(desk.isAside());
    QVERIFY(!desk.state().rightsChanged);
    Agent me = desk.me;
    const std::map<QString, std::function<void()>> changes{
        {"nothing", [] {}},
        {"away", [&] { me.away = true; }},
        {"name", [&] { me.name = "Mara B."; }},
        {"capacity", [&] { me.capacity = 7; }},
        {"languages", [&] { me.languages = {"de"}; }},
        {"the order of teams", [&] { me.teams.push_back(desk.care); }},
        {"a team left", [&] { me.teams.clear(); }},
        {"a team more", [&] { me.teams.push_back(desk.ids.make<TeamId>()); }},
        {"other accounts", [&] { me.accounts = {desk.ids.make<ChannelAccountId>()}; }},
        {"all accounts", [&] { me.accounts.clear(); }},
        {"visibility", [&] { me.visibility = Visibility::Assigned; }},
        {"a permission less", [&] { me.permissions.clear(); }},
        {"a permission more", [&] { me.permissions.emplace_back(nameOf(Permission::SeeCustomerNotes)); }},
        {"an admin",
         [&] {
             me.customRole.reset();
             me.role = Agent::Role::Admin;
         }},
        {"deactivated", [&] { me.active = false; }}};
    changes.at(what)();
    desk.hear({.rows = {Entity(me)}});
    QCOMPARE(desk.state().rightsChanged, ofRights);
    QCOMPARE(desk.isAside(), !ofRights || what == "an admin"); // who sees everything loses nothing
    QCOMPARE(desk.has(desk.conversation), sees(me, desk.conversation));
    if (what == "a permission less")
        QVERIFY(store::identity(*desk.database, desk.identity.id)->value().address.starts_with("•••"));
}

void TestCache::rightsThatCameAndWentAreLookedFor_data()
{
    QTest::addColumn<QString>("how");
    QTest::addColumn<bool>("goes");
    QTest::newRow("a frame that is behind the head") << "behind" << true;
    QTest::newRow("a page by newer rights") << "page" << true;
    QTest::newRow("a page by rights that it does not name") << "unnamed" << true;
    QTest::newRow("a copy of an older program") << "older" << true;
    QTest::newRow("a page by the rights that are known") << "known" << false;
}

/// What came by rights that were over when they could be heard of: the row says nothing of them.
void TestCache::rightsThatCameAndWentAreLookedFor()
{
    QFETCH(const QString, how);
    QFETCH(const bool, goes);
    Colleague desk;
    Conversation others = desk.conversation;
    others.id = desk.ids.make<ConversationId>();
    others.team = desk.ids.make<TeamId>();
    others.version = 1;
    if (how == "behind") {
        desk.hear({.rows = {others}}, 1);
    } else {
        const std::int64_t rights = how == "page" ? desk.seq + 1 : how == "unnamed" ? 0 : 1;
        QVERIFY(desk.cache.applyRows({others}, {}, desk.me, {}, rights));
    }
    if (how == "page") // it was on its way before the page was read
        desk.hear({});
    if (how == "older")
        QVERIFY(desk.database->execute("UPDATE position SET rights_until = 9223372036854775807"));
    QVERIFY(desk.has(others));
    desk.hear({.rows = {Entity(desk.me)}});
    QCOMPARE(desk.has(others), !goes);
    QCOMPARE(desk.state().rightsChanged, goes);
    desk.hear({}); // nothing is on its way by now
    QVERIFY(!desk.state().rightsChanged);
    desk.hear({.rows = {Entity(desk.me)}});
    QVERIFY(!desk.state().rightsChanged);
}

void TestCache::refusalTakesTheEffectAway()
{
    Desk desk;
    Cache cache(*desk.database);
    QVERIFY(cache.apply(desk.frame(0, 4, {desk.customer, desk.identity, desk.conversation}), {}, desk.mara));
    const Command send = desk.command(1, SendMessage{.item = desk.ids.make<TimelineItemId>(),
                                                     .conversation = desk.conversation.id,
                                                     .to = desk.identity.id,
                                                     .body = "Too late"});
    QVERIFY(cache.show(send, desk.mara));
    QCOMPARE(timelineBefore(*desk.database, desk.customer.id, fromMs(INT64_MAX), {}, 10)->items.size(), std::size_t(1));
    QVERIFY(cache.apply(desk.frame(4, 5, {}, 1), {send}, desk.mara)); // its n is used up, without an effect
    QCOMPARE(timelineBefore(*desk.database, desk.customer.id, fromMs(INT64_MAX), {}, 10)->items.size(), std::size_t(0));
    QCOMPARE(desk.shown(), desk.conversation);
}

/// A page is ahead of the frames: it has a reply whose echo is still to come, and which a colleague has moved to another
/// conversation since. The row says where it is now, the command where its author wrote it.
void TestCache::whatHasMovedUnderACommandStaysThere()
{
    Desk desk;
    Cache cache(*desk.database);
    Conversation other = desk.conversation;
    other.id = desk.ids.make<ConversationId>();
    other.version = 5;
    QVERIFY(cache.apply(desk.frame(0, 5, {desk.customer, desk.identity, desk.conversation, other}), {}, desk.mara));
    const std::vector<Command> pending{desk.command(1, SendMessage{.item = desk.ids.make<TimelineItemId>(),
                                                                   .conversation = desk.conversation.id,
                                                                   .to = desk.identity.id,
                                                                   .body = "On its way."})};
    QVERIFY(cache.show(pending.front(), desk.mara));
    TimelineItem reply = desk.item("On its way.", 7);
    reply.id = std::get<SendMessage>(pending.front().body).item;
    reply.kind = TimelineItem::Kind::Outbound;
    reply.conversation = other.id;
    QVERIFY(cache.applyRows({reply}, pending, desk.mara));
    QVERIFY(cache.apply(desk.frame(5, 7, {}, 1), pending, desk.mara));
    const auto kept = timelineItem(*desk.database, reply.id);
    QVERIFY(kept && *kept);
    QCOMPARE((*kept)->conversation, other.id);
}

void TestCache::whatWasTakenAwayComesBack_data()
{
    QTest::addColumn<QString>("what");
    QTest::addColumn<bool>("isRefused");
    for (const char *what : {"view", "role", "team", "field", "split", "identity"}) {
        QTest::addRow("%s, refused", what) << what << true;
        QTest::addRow("%s, still on its way", what) << what << false;
    }
}

/// A command that is not answered yet stays shown through a frame that changes the same rows; a refused one leaves nothing.
void TestCache::whatWasTakenAwayComesBack()
{
    QFETCH(const QString, what);
    QFETCH(const bool, isRefused);
    Desk desk;
    Cache cache(*desk.database);
    Team care{.id = desk.ids.make<TeamId>(), .name = "Care", .version = 5};
    Role helper{.id = desk.ids.make<RoleId>(), .name = "Helper", .version = 6};
    const SavedView view{.id = desk.ids.make<SavedViewId>(), .name = "Late", .owner = desk.mara.id, .version = 7};
    const FieldDefinition field{.id = desk.ids.make<FieldDefinitionId>(), .key = "size", .name = "Size", .version = 8};
    Agent tom{.id = desk.ids.make<AgentId>(), .name = "Tom", .version = 9};
    tom.customRole = helper.id;
    tom.teams = {care.id};
    desk.conversation.team = care.id;
    const TimelineItem first = desk.item("One", 10), second = desk.item("Two", 11);
    const std::vector<Entity> rows{desk.customer, desk.identity, desk.conversation, care, helper, view, field, tom,
                                   first,         second};
    QVERIFY(cache.apply(desk.frame(0, 11, rows), {}, desk.mara));
    const auto all = [&] {
        std::vector<Entity> found;
        for (const Entity &row : rows) {
            const auto there = find(*desk.database, typeOf(row), keyOf(row));
            if (there && *there)
                found.push_back(**there);
        }
        return found;
    };
    const auto before = all();
    CommandBody body = RemoveView{view.id};
    if (what == "role")
        body = RemoveRole{helper.id};
    else if (what == "team")
        body = RemoveTeam{care.id, std::nullopt};
    else if (what == "field")
        body = RemoveFieldDefinition{field.id};
    else if (what == "split")
        body = MoveItems{desk.conversation.id, desk.ids.make<ConversationId>(), {second.id}, "The lid"};
    else if (what == "identity")
        body = MoveIdentity{desk.identity.id, desk.ids.make<CustomerId>()};
    const Command command = desk.command(1, body);
    const auto told = cache.show(command, desk.mara);
    QVERIFY(told && !told->empty());
    const auto shown = all();
    QVERIFY(shown != before);
    if (isRefused) {
        const auto back = cache.apply(desk.frame(11, 12, {}, 1), {command}, desk.mara);
        QVERIFY(back && !back->empty()); // whoever shows it hears of it
        QVERIFY(all() == before);
        QCOMPARE(desk.database->queryOnce("SELECT 1 FROM shadow").exists().value_or(true), false);
        return;
    }
    care.name = "Care and repair", care.version = 12;
    helper.name = "Helpers", helper.version = 13;
    QVERIFY(cache.apply(desk.frame(11, 13, {care, helper}), {command}, desk.mara));
    QCOMPARE(all().size(), shown.size());
    QVERIFY(cache.rebuildOverlay({}, desk.mara));
    QCOMPARE(all().size(), before.size());
    QCOMPARE(store::role(*desk.database, helper.id)->value().name, std::string("Helpers"));
    QCOMPARE(store::team(*desk.database, care.id)->value().name, std::string("Care and repair"));
}

/// All that was said goes to another conversation, a note stays.
void TestCache::theListForgetsWhatHasMovedAway()
{
    Desk desk;
    Cache cache(*desk.database);
    const TimelineItem said = desk.item("The lid is broken", 10);
    TimelineItem note = desk.item("Ask the kiln", 11);
    note.kind = TimelineItem::Kind::Note;
    desk.conversation.preview = said.body;
    desk.conversation.inboundCount = 1;
    desk.conversation.waitingSince = said.at;
    QVERIFY(cache.apply(desk.frame(0, 11, {desk.customer, desk.identity, desk.conversation, said, note}), {}, desk.mara));
    const ConversationId into = desk.ids.make<ConversationId>();
    QVERIFY(cache.show(desk.command(1, MoveItems{desk.conversation.id, into, {said.id}, "The lid"}), desk.mara));
    QCOMPARE(desk.shown().preview, std::string());
    QVERIFY(!desk.shown().waitingSince);
    QCOMPARE(desk.shown().lastItemAt, note.at);
    QCOMPARE(store::conversation(*desk.database, into)->value().preview, said.body);
}

void TestCache::olderRowsChangeNothing()
{
    Desk desk;
    Cache cache(*desk.database);
    Conversation newer = desk.conversation;
    newer.subject = "new";
    newer.version = 9;
    QVERIFY(cache.apply(desk.frame(0, 9, {newer}), {}, desk.mara));
    QVERIFY(cache.applyRows({desk.conversation}, {}, desk.mara));
    QCOMPARE(desk.shown().subject, std::string("new"));
}

void TestCache::pagesThatOverlapChangeNothing()
{
    Desk desk;
    Cache cache(*desk.database);
    const TimelineItem item{.id = desk.ids.make<TimelineItemId>(),
                            .conversation = desk.conversation.id,
                            .customer = desk.conversation.customer,
                            .body = "Hello",
                            .version = 7};
    const auto changedBy = [&](const TimelineItem &one) {
        const auto changed = cache.applyRows({one}, {}, desk.mara);
        return changed && !changed->empty();
    };
    QVERIFY(changedBy(item));
    QVERIFY(!changedBy(item));    // nobody reads anything again for it
    TimelineItem unmasked = item; // rights that have grown show more of the same version
    unmasked.body = "Hello, 4711";
    QVERIFY(changedBy(unmasked));
    QCOMPARE(timelineItem(*desk.database, item.id)->value().body, unmasked.body);
}

void TestCache::lateRowsDoNotBringBackWhatIsGone()
{
    Desk desk;
    Cache cache(*desk.database);
    CacheState state = cache.state()->value();
    state.bootstrapStart = 1;
    QVERIFY(cache.setState(state));
    wire::Changes changes = desk.frame(0, 9, {});
    changes.removals.push_back({EntityType::Conversation, desk.conversation.id.bytes, 8});
    QVERIFY(cache.apply(changes, {}, desk.mara));
    const ReadMark mark{.agent = desk.mara.id, .conversation = desk.conversation.id, .readCount = 1, .version = 5};
    QVERIFY(cache.applyRows({desk.conversation, mark}, {}, desk.mara));
    QVERIFY(!store::conversation(*desk.database, desk.conversation.id)->has_value());
    QVERIFY(!store::readMark(*desk.database, mark.agent, mark.conversation)->has_value()); // it has gone with it
}

void TestCache::mergedCustomersShareATimeline()
{
    Desk desk;
    Cache cache(*desk.database);
    Customer other{.id = desk.ids.make<CustomerId>(), .name = "L. Haddad", .version = 5};
    const TimelineItem first = desk.item("first", 6);
    TimelineItem theirs = desk.item("from the other", 7);
    theirs.customer = other.id;
    QVERIFY(cache.apply(desk.frame(0, 9, {desk.customer, other, desk.conversation, first, theirs, desk.item("last", 8)}), {},
                        desk.mara));
    const Command link =
        desk.command(1, LinkCustomers{.link = desk.ids.make<CustomerLinkId>(), .from = other.id, .into = desk.customer.id});
    QVERIFY(cache.show(link, desk.mara));
    QCOMPARE(*rootOf(*desk.database, other.id), desk.customer.id);
    const auto merged = timelineBefore(*desk.database, desk.customer.id, fromMs(INT64_MAX), {}, 10);
    QCOMPARE(merged->items.size(), std::size_t(3));
    QCOMPARE(merged->items[1].body, std::string("from the other"));
    const Command unlink = desk.command(2, UnlinkCustomers{std::get<LinkCustomers>(link.body).link});
    QVERIFY(cache.show(unlink, desk.mara));
    QCOMPARE(timelineBefore(*desk.database, desk.customer.id, fromMs(INT64_MAX), {}, 10)->items.size(), std::size_t(2));
    QCOMPARE(timelineBefore(*desk.database, other.id, fromMs(INT64_MAX), {}, 10)->items.size(), std::size_t(1));
}

void TestCache::findsWords_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("found");
    QTest::newRow("word") << "cup" << true;
    QTest::newRow("prefix while typing") << "cera" << true;
    QTest::newRow("diacritics folded") << "creme" << true;
    QTest::newRow("two words, any order") << "ceramic cup" << true;
    QTest::newRow("a missing word") << "cup teapot" << false;
    QTest::newRow("part of a Chinese run") << QString::fromUtf8("茶盘") << true;
    QTest::newRow("characters apart are no word") << QString::fromUtf8("盘茶") << false;
    QTest::newRow("syntax is only text") << "\"cup\" (*" << true;
    QTest::newRow("nothing to search") << "***" << false;
}

void TestCache::findsWords()
{
    QFETCH(const QString, typed);
    QFETCH(const bool, found);
    Desk desk;
    Cache cache(*desk.database);
    QVERIFY(desk.apply(cache, desk.frame(0, 9,
                                         {desk.customer, desk.item("Ceramic cup, crème; or 请问青瓷茶盘什么时候补货", 6),
                                          desk.item("something else", 7)})));
    const auto hits = searchItems(*desk.database, typed.toStdString(), 10);
    QVERIFY(hits);
    QCOMPARE(hits->size(), std::size_t(found ? 1 : 0));
}

void TestCache::newestHitsComeFirst()
{
    Desk desk;
    Cache cache(*desk.database);
    std::vector<Entity> items{desk.customer};
    for (int i = 0; i < 8; ++i)
        items.push_back(desk.item("cup number " + std::to_string(i), 10 + i));
    std::ranges::reverse(items); // as a bootstrap brings them: newest first, and the oldest last
    QVERIFY(desk.apply(cache, desk.frame(0, 20, std::move(items))));
    const auto hits = searchItems(*desk.database, "cup", 3);
    QVERIFY(hits);
    QCOMPARE(hits->size(), std::size_t(3));
    QCOMPARE(hits->at(0).item.body, std::string("cup number 7"));
    QCOMPARE(hits->at(2).item.body, std::string("cup number 5"));
    auto rows = desk.database->queryOnce("SELECT count(*) FROM timeline_item WHERE row > 0");
    QVERIFY(rows.step());
    QCOMPARE(rows.integer(0), std::int64_t(8)); // whoever pages through the table by row begins at 0
}

void TestCache::indexFollowsEdits()
{
    Desk desk;
    Cache cache(*desk.database);
    TimelineItem item = desk.item("celadon bowl", 6);
    QVERIFY(desk.apply(cache, desk.frame(0, 6, {desk.customer, item})));
    item.body = "indigo bowl";
    item.version = 7;
    QVERIFY(desk.apply(cache, desk.frame(6, 7, {item})));
    QCOMPARE(desk.hits("celadon"), std::size_t(0));
    QCOMPARE(desk.hits("indigo"), std::size_t(1));
    wire::Changes gone = desk.frame(7, 8, {});
    gone.removals.push_back({EntityType::TimelineItem, item.id.bytes, 8});
    QVERIFY(desk.apply(cache, gone));
    QCOMPARE(desk.hits("indigo"), std::size_t(0));
}

/// Names that colleagues or an import gave, and also of who has no address.
void TestCache::peopleAreFoundByTheNameTheyAreShownUnder()
{
    Desk desk;
    Cache cache(*desk.database);
    const auto found = [&desk](const char *typed) { return *searchPeople(*desk.database, typed, 10); };
    Customer named = desk.customer, alone = desk.customer;
    named.name = "Zéphyrine Okonkwo";
    named.version = 2;
    alone.id = *CustomerId::fromText("018f3c2a-7b1e-7c3d-9a55-0123456789ff");
    alone.name = "Quillon without addresses";
    alone.version = 3;
    QVERIFY(desk.apply(cache, desk.frame(0, 3, {named, desk.identity, alone})));
    QCOMPARE(found("zephyr").size(), std::size_t(1));
    QCOMPARE(found("zephyr")[0].customer, named.id);
    QCOMPARE(found("zephyr")[0].name, named.name);
    QCOMPARE(found("zephyr")[0].identity.id, desk.identity.id);
    QCOMPARE(found("quillon").size(), std::size_t(1));
    QVERIFY(found("quillon")[0].identity.id.isNull());
    named.name = "Wilhelmina";
    named.version = 4;
    QVERIFY(desk.apply(cache, desk.frame(3, 4, {named})));
    QCOMPARE(found("zephyr").size(), std::size_t(0));
    QCOMPARE(found("wilhelm").size(), std::size_t(1));
    wire::Changes removal = desk.frame(4, 5, {});
    removal.removals = {{EntityType::Customer, alone.id.bytes, 5}};
    QVERIFY(desk.apply(cache, removal));
    QCOMPARE(found("quillon").size(), std::size_t(0));
    QVERIFY(cache.clear());
    QVERIFY(desk.database->execute("INSERT INTO customer_search (customer_search, rank) VALUES ('integrity-check', 1)"));
}

/// Rows that change more than once before the transaction ends, which is when the full text hears of them.
void TestCache::indexFollowsWithinATransaction()
{
    Desk desk;
    Cache cache(*desk.database);
    desk.customer.name = "Somebody"; // found by their address alone
    TimelineItem edited = desk.item("celadon bowl", 6), gone = desk.item("celadon jug", 7);
    const auto done = desk.database->inTransaction([&]() -> Result<void> {
        TRIBUTARY_TRY(cache.apply(desk.frame(0, 7, {desk.customer, edited, gone, desk.identity}), {}, desk.mara));
        edited.body = "indigo bowl";
        edited.version = 8;
        TRIBUTARY_TRY(cache.apply(desk.frame(7, 8, {edited}), {}, desk.mara));
        desk.identity.shown = "l.haddad@mail.test";
        desk.identity.version = 9;
        TRIBUTARY_TRY(cache.apply(desk.frame(8, 9, {desk.identity}), {}, desk.mara));
        wire::Changes removal = desk.frame(9, 10, {});
        removal.removals.push_back({EntityType::TimelineItem, gone.id.bytes, 10});
        TRIBUTARY_TRY(cache.apply(removal, {}, desk.mara));
        return {};
    });
    QVERIFY(done);
    QCOMPARE(desk.hits("celadon"), std::size_t(0));
    QCOMPARE(desk.hits("indigo"), std::size_t(1));
    QCOMPARE(searchPeople(*desk.database, "layla", 10)->size(), std::size_t(0));
    QCOMPARE(searchPeople(*desk.database, "haddad", 10)->size(), std::size_t(1));
    wire::Changes removal = desk.frame(10, 12, {});
    removal.removals = {{EntityType::TimelineItem, edited.id.bytes, 11}, {EntityType::Identity, desk.identity.id.bytes, 12}};
    QVERIFY(desk.apply(cache, removal));
    QCOMPARE(desk.hits("indigo"), std::size_t(0));
    QCOMPARE(searchPeople(*desk.database, "haddad", 10)->size(), std::size_t(0));
    for (const char *table : {"item_to_search", "identity_to_search", "identity_row"}) {
        auto rows = desk.database->queryOnce(std::string("SELECT count(*) FROM ") + table);
        QVERIFY(rows.step());
        QCOMPARE(rows.integer(0), std::int64_t(0));
    }
    for (const std::string index : {"item_search", "identity_search", "customer_search"})
        QVERIFY(desk.database->execute("INSERT INTO " + index + " (" + index + ", rank) VALUES ('integrity-check', 1)"));
}

void TestCache::pagesThroughATimeline()
{
    Desk desk;
    Cache cache(*desk.database);
    std::vector<Entity> rows{desk.customer, desk.conversation};
    for (int i = 0; i < 25; ++i)
        rows.push_back(desk.item("message " + std::to_string(i), 10 + i));
    QVERIFY(cache.apply(desk.frame(0, 40, std::move(rows)), {}, desk.mara));
    std::vector<std::string> bodies;
    TimePoint at = fromMs(INT64_MAX);
    TimelineItemId id;
    for (bool start = false; !start;) {
        const auto page = timelineBefore(*desk.database, desk.customer.id, at, id, 10);
        QVERIFY(page);
        start = page->reachesStart;
        for (auto item = page->items.rbegin(); item != page->items.rend(); ++item)
            bodies.push_back(item->body);
        if (!page->items.empty())
            at = page->items.front().at, id = page->items.front().id;
    }
    QCOMPARE(bodies.size(), std::size_t(25));
    QCOMPARE(bodies.front(), std::string("message 24"));
    QCOMPARE(bodies.back(), std::string("message 0"));
}

QTEST_GUILESS_MAIN(TestCache)
#include "tst_cache.moc"
