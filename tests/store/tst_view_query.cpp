// What a view shows is what a filter in plain C++ finds, for random views over random conversations; and no text gets into
// the SQL.
#include "core/base/rng.h"
#include "core/model/views.h"
#include "core/store/entities.h"
#include "core/store/migrations.h"
#include "core/store/view_query.h"
#include "core/text/search_fold.h"

#include <QTemporaryDir>
#include <QtTest>
#include <set>
#include <sstream>

using namespace tributary;
using namespace tributary::model;
using namespace tributary::store;
using Condition = SavedView::Condition;
using Status = Conversation::Status;

namespace {

template<class T>
T must(Result<T> result)
{
    if (!result)
        qFatal("%s", result.error().detail.c_str());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

const std::vector<std::string> kTags{"vip", "refund", "dhl", "x'); DROP TABLE conversation; --"};
const std::vector<std::string> kSubjects{"", "Réfund for order", "two broken CUPS", "请问青瓷茶盘", "100% 'quoted' _ text"};

/// A cache with conversations drawn from a seed, and what a naive look at them says.
struct Drawn {
    QTemporaryDir folder;
    ManualClock clock;
    SeededRng rng;
    IdMaker ids{clock, rng};
    std::unique_ptr<Database> database;
    std::vector<Agent> agents;
    std::vector<Team> teams;
    std::vector<CustomStatus> statuses;
    std::vector<ChannelAccountId> accounts;
    std::vector<Customer> customers;
    std::map<CustomerId, CustomerId> mergedInto;
    std::vector<Conversation> conversations;
    std::map<ConversationId, ReadMark> marks;
    std::vector<FieldDefinition> definitions;

    explicit Drawn(std::uint64_t seed, int count = 250)
        : rng(seed)
    {
        database = must(Database::open(folder.filePath("cache.db").toStdString(), {}));
        must(migrate(*database, cacheMigrations()));
        must(database->begin());
        for (int i = 0; i < 3; ++i) {
            agents.push_back({.id = ids.make<AgentId>(), .email = std::to_string(i), .version = 1});
            teams.push_back({.id = ids.make<TeamId>(), .name = std::to_string(i), .version = 1});
            accounts.push_back(ids.make<ChannelAccountId>());
        }
        for (const Status status : {Status::Open, Status::Waiting, Status::Resolved})
            statuses.push_back({.id = ids.make<CustomStatusId>(), .name = "s", .status = status, .version = 1});
        const auto define = [&](const char *key, FieldDefinition::Type type, std::vector<std::string> choices = {}) {
            definitions.push_back({.id = ids.make<FieldDefinitionId>(),
                                   .key = key,
                                   .name = key,
                                   .type = type,
                                   .choices = std::move(choices),
                                   .version = 1});
            keep(definitions.back());
        };
        define("note", FieldDefinition::Type::Text);
        define("amount", FieldDefinition::Type::Number);
        define("due", FieldDefinition::Type::Date);
        define("size", FieldDefinition::Type::Choice, {"small", "large"});
        define("gift", FieldDefinition::Type::Flag);
        for (int i = 0; i < 20; ++i) {
            Customer customer{.id = ids.make<CustomerId>(), .name = "c" + std::to_string(i), .version = 1};
            customer.blocked = draw(6) == 0;
            if (draw(3) == 0)
                customer.tags = {"gold"};
            customers.push_back(customer);
            keep(customer);
        }
        for (std::size_t i = 0; i < 4; ++i) { // the first ones have joined the last ones; one of them not any more
            CustomerLink link{.id = ids.make<CustomerLinkId>(), .from = customers[i].id, .into = customers[19 - i].id};
            link.version = 1;
            if (i == 3)
                link.endedAt = clock.now();
            else
                mergedInto[link.from] = link.into;
            keep(link);
        }
        for (int i = 0; i < count; ++i)
            keepOne();
        must(database->commit());
    }
    template<class T>
    void keep(const T &entity)
    {
        must(put(*database, Entity(entity)));
    }
    std::uint32_t draw(std::uint32_t below) { return std::uint32_t(rng.below(below)); }
    template<class T>
    const T &one(const std::vector<T> &of)
    {
        return of[draw(std::uint32_t(of.size()))];
    }
    TimePoint sometime() { return clock.now() - std::chrono::minutes(draw(300)); }

    void keepOne()
    {
        Conversation c{.id = ids.make<ConversationId>(), .number = std::int64_t(conversations.size()), .version = 1};
        c.customer = draw(12) ? one(customers).id : ids.make<CustomerId>(); // whose row is not here
        c.account = one(accounts);
        c.channel = Channel(draw(3));
        c.subject = one(kSubjects);
        c.status = Status(draw(4));
        if (c.status == Status::Resolved)
            c.resolvedAt = sometime();
        if (c.status == Status::Snoozed && draw(3))
            c.snoozedUntil = sometime() + std::chrono::minutes(150); // of some the time has come
        if (draw(3))
            c.assignee = one(agents).id;
        if (draw(3))
            c.team = one(teams).id;
        c.priority = Conversation::Priority(draw(4));
        for (const std::string &tag : kTags) {
            if (draw(3) == 0)
                c.tags.push_back(tag);
        }
        std::ranges::sort(c.tags);
        c.createdAt = sometime();
        c.lastItemAt = sometime();
        if (draw(2))
            c.waitingSince = sometime();
        c.inboundCount = draw(4);
        if (draw(4) == 0)
            c.customStatus = one(statuses).id;
        if (draw(2))
            c.fields["note"] = one(kSubjects);
        if (draw(2))
            c.fields["amount"] = std::to_string(draw(20)) + (draw(2) ? ".50" : "");
        if (draw(2))
            c.fields["due"] = draw(2) ? "2026-11-26" : "2026-02-01";
        if (draw(2))
            c.fields["size"] = draw(2) ? "small" : "large";
        if (draw(2))
            c.fields["gift"] = "yes";
        std::erase_if(c.fields, [](const auto &field) { return field.second.empty(); });
        if (draw(12) == 0 && !conversations.empty())
            c.joinedInto = conversations.front().id;
        keep(c);
        conversations.push_back(c);
        for (const Agent &agent : agents) {
            if (draw(2))
                continue;
            ReadMark mark{.agent = agent.id, .conversation = c.id, .readCount = draw(4), .version = 1};
            mark.following = draw(2);
            if (draw(3) == 0)
                mark.mentionedAt = sometime();
            if (draw(3) == 0)
                mark.mentionSeenAt = sometime();
            keep(mark);
            if (agent.id == me())
                marks[c.id] = mark;
        }
    }
    AgentId me() const { return agents.front().id; }
    const Customer &shownAs(CustomerId id) const
    {
        const auto merged = mergedInto.find(id);
        return known(merged == mergedInto.end() ? id : merged->second);
    }
    const Customer &known(CustomerId id) const
    {
        static const Customer nobody;
        const auto found = std::ranges::find(customers, id, &Customer::id);
        return found == customers.end() ? nobody : *found;
    }
    bool isBlocked(const Conversation &c) const { return known(c.customer).blocked || shownAs(c.customer).blocked; }
    /// A hub that cannot be reached wakes nobody: what has slept for long enough is open all the same.
    Status status(const Conversation &c) const
    {
        return c.status == Status::Snoozed && c.snoozedUntil && *c.snoozedUntil <= clock.now() ? Status::Open : c.status;
    }
    ReadMark mark(const Conversation &c) const
    {
        const auto found = marks.find(c.id);
        return found == marks.end() ? ReadMark() : found->second;
    }

    // -- The naive filter

    static bool isOf(const std::string &operation, bool is) { return operation == "is" ? is : !is; }
    static bool setOr(const std::string &operation, bool set) { return operation == "is_set" ? set : !set; }
    static bool aboutText(const Condition &row, const std::optional<std::string> &text)
    {
        if (row.operation == "is_set" || row.operation == "is_not_set")
            return setOr(row.operation, text.has_value());
        if (row.operation == "contains")
            return text && !text::foldForMatching(row.value).empty()
                   && text::foldForMatching(*text).find(text::foldForMatching(row.value)) != std::string::npos;
        return isOf(row.operation, text == row.value);
    }
    template<class IdType>
    static bool aboutId(const Condition &row, const std::optional<IdType> &id)
    {
        if (row.operation == "is_set" || row.operation == "is_not_set")
            return setOr(row.operation, id.has_value());
        return isOf(row.operation, id == IdType::fromText(row.value));
    }
    static bool aboutTags(const Condition &row, const std::vector<std::string> &tags)
    {
        if (row.operation == "is_set" || row.operation == "is_not_set")
            return setOr(row.operation, !tags.empty());
        return isOf(row.operation, std::ranges::count(tags, row.value) > 0);
    }
    bool aboutTime(const Condition &row, const std::optional<TimePoint> &at) const
    {
        if (row.operation == "is_set" || row.operation == "is_not_set")
            return setOr(row.operation, at.has_value());
        if (!at)
            return false;
        const TimePoint then = clock.now() - std::chrono::minutes(std::stoll(row.value));
        return row.operation == "older_than" ? *at < then : *at >= then;
    }
    bool hasWords(const Conversation &c, const std::string &typed) const
    {
        const std::string shown = text::foldForMatching(c.subject + " " + c.preview + " #" + std::to_string(c.number) + " "
                                                        + shownAs(c.customer).name);
        std::istringstream words(text::foldForMatching(typed));
        int count = 0;
        for (std::string word; words >> word; ++count) {
            if (shown.find(word) == std::string::npos)
                return false;
        }
        return count > 0;
    }
    bool meets(const Conversation &c, const Condition &row) const
    {
        if (problemOf(row, definitions))
            return false;
        if (row.field == "status" && row.operation == "is_set")
            return true;
        if (row.field == "resolved")
            return status(c) == Status::Resolved && aboutTime(row, c.resolvedAt);
        if (row.field == "status")
            return isOf(row.operation, nameOf(status(c)) == row.value);
        if (row.field == "channel")
            return isOf(row.operation, nameOf(c.channel) == row.value);
        if (row.field == "priority")
            return isOf(row.operation, nameOf(c.priority) == row.value);
        if (row.field == "custom_status")
            return aboutId(row, c.customStatus);
        if (row.field == "assignee" && row.value == "me" && takesValue(*fromName<ViewOperation>(row.operation)))
            return isOf(row.operation, c.assignee == me());
        if (row.field == "assignee")
            return aboutId(row, c.assignee);
        if (row.field == "team")
            return aboutId(row, c.team);
        if (row.field == "account")
            return aboutId(row, std::optional(c.account));
        if (row.field == "tag")
            return aboutTags(row, c.tags);
        if (row.field == "customer_tag")
            return aboutTags(row, shownAs(c.customer).tags);
        if (row.field == "subject")
            return aboutText(row, c.subject.empty() ? std::nullopt : std::optional(c.subject));
        if (row.field == "words")
            return hasWords(c, row.value);
        if (row.field == "waiting")
            return aboutTime(row, c.waitingSince);
        if (row.field == "last_item")
            return aboutTime(row, c.lastItemAt);
        if (row.field == "created")
            return aboutTime(row, c.createdAt);
        if (row.field == "unread")
            return setOr(row.operation, c.inboundCount > mark(c).readCount);
        if (row.field == "following")
            return setOr(row.operation, mark(c).following);
        if (row.field == "mentioned")
            return setOr(row.operation, mark(c).mentionedAt.has_value());
        const std::string key = row.field.substr(kFieldPrefix.size());
        const auto there = c.fields.find(key);
        const auto value = there == c.fields.end() ? std::nullopt : std::optional(there->second);
        if (row.operation == "more_than" || row.operation == "less_than") {
            if (!value)
                return false;
            const bool less = key == "amount" ? std::stod(*value) < std::stod(row.value) : *value < row.value;
            const bool same = key == "amount" ? std::stod(*value) == std::stod(row.value) : *value == row.value;
            return !same && less == (row.operation == "less_than");
        }
        if (key == "amount" && takesValue(*fromName<ViewOperation>(row.operation)))
            return isOf(row.operation, value && std::stod(*value) == std::stod(row.value));
        return aboutText(row, value);
    }
    bool isOpen(const Conversation &c) const
    {
        return (status(c) == Status::Open || status(c) == Status::Waiting) && !c.joinedInto && !isBlocked(c);
    }
    bool shows(const SavedView &view, const Conversation &c) const
    {
        if (c.joinedInto || (c.status != Status::Resolved && isBlocked(c)) || (!namesStatus(view) && !isOpen(c)))
            return false;
        const auto met = [&](const Condition &row) { return meets(c, row); };
        return view.conditions.empty()
               || (view.matchAny ? std::ranges::any_of(view.conditions, met) : std::ranges::all_of(view.conditions, met));
    }

    // -- What is drawn

    std::string valueFor(const ViewField &field, const std::string &name)
    {
        switch (field.value) {
        case ViewValue::Nothing: return {};
        case ViewValue::Status: return std::string(nameOf(Status(draw(4))));
        case ViewValue::CustomStatus: return one(statuses).id.text();
        case ViewValue::Agent: return draw(2) ? std::string("me") : one(agents).id.text();
        case ViewValue::Team: return one(teams).id.text();
        case ViewValue::Channel: return std::string(nameOf(Channel(draw(3))));
        case ViewValue::Account: return one(accounts).text();
        case ViewValue::Priority: return std::string(nameOf(Conversation::Priority(draw(4))));
        case ViewValue::Tag: return one(kTags);
        case ViewValue::CustomerTag: return draw(4) ? "gold" : "lead";
        case ViewValue::Text: {
            static const std::vector<std::string> texts{"refund",          "CUPS", "青瓷", "100% 'quoted'", "…", " ",
                                                        "Réfund for order"};
            return one(texts);
        }
        case ViewValue::Minutes: return std::to_string(draw(300));
        case ViewValue::Number: return draw(2) ? "10" : "7.5";
        case ViewValue::Day: return draw(2) ? "2026-11-26" : "2026-06-01";
        case ViewValue::Choice: return draw(2) ? "small" : "large";
        }
        return name;
    }
    Condition condition()
    {
        if (draw(25) == 0)
            return {"mood", "is", "glad"};
        std::string name(viewFields()[draw(std::uint32_t(viewFields().size()))].name);
        if (draw(3) == 0)
            name = "field." + one(definitions).key;
        const ViewField field = *viewField(name, definitions);
        const ViewOperation operation = field.operations[draw(std::uint32_t(field.operations.size()))];
        return {name, std::string(nameOf(operation)), draw(30) ? valueFor(field, name) : ""};
    }
    SavedView view()
    {
        SavedView drawn{.id = ids.make<SavedViewId>(), .name = "v", .owner = me(), .matchAny = draw(2) == 0, .version = 1};
        for (auto left = draw(4); left > 0; --left)
            drawn.conditions.push_back(condition());
        drawn.sort = SavedView::Sort(draw(4));
        return drawn;
    }
    ListQuery query() const { return {.agent = me(), .now = clock.now(), .countOthers = false}; }
    std::vector<ConversationId> shown(ListQuery query, std::int64_t page = 1000)
    {
        std::vector<ConversationId> all;
        query.count = page;
        for (;;) {
            const auto rows = must(conversationPage(*database, query));
            for (const ConversationRow &row : rows)
                all.push_back(row.conversation.id);
            if (std::int64_t(rows.size()) < page)
                return all;
            query.after = rows.back().place;
        }
    }
    std::string describe(const SavedView &view) const
    {
        std::string text = view.matchAny ? "any of" : "all of";
        for (const Condition &row : view.conditions)
            text += " [" + row.field + " " + row.operation + " " + row.value + "]";
        return text;
    }
};

} // namespace

class TestViewQuery : public QObject {
    Q_OBJECT
private slots:
    void showsWhatANaiveFilterFinds_data();
    void showsWhatANaiveFilterFinds();
    void pagesAreInOrder();
    void countsAreTheListsLengths();
    void queuesLeaveOutWhatIsNoWork();
    void whatIsFollowedIsThereHoweverItStands();
    void badInputMatchesNothing_data();
    void badInputMatchesNothing();
    void wordsAreLookedForInWhatARowShows_data();
    void wordsAreLookedForInWhatARowShows();
    void damagedListsHaveNothingInThem();
};

void TestViewQuery::showsWhatANaiveFilterFinds_data()
{
    QTest::addColumn<quint64>("seed");
    for (quint64 seed = 1; seed <= 6; ++seed)
        QTest::addRow("seed %llu", seed) << seed;
}

void TestViewQuery::showsWhatANaiveFilterFinds()
{
    QFETCH(const quint64, seed);
    Drawn drawn(seed);
    std::size_t matched = 0;
    for (int i = 0; i < 120; ++i) {
        const SavedView view = drawn.view();
        std::set<ConversationId> expected;
        for (const Conversation &c : drawn.conversations) {
            if (drawn.shows(view, c))
                expected.insert(c.id);
        }
        ListQuery query = drawn.query();
        query.queue = Queue::View;
        query.view = view;
        const auto shown = drawn.shown(query);
        const std::set<ConversationId> found(shown.begin(), shown.end());
        QCOMPARE(found.size(), shown.size());
        QVERIFY2(found == expected, drawn.describe(view).c_str());
        QCOMPARE(must(listLength(*drawn.database, query, 10'000)), std::int64_t(expected.size()));
        QCOMPARE(must(listLength(*drawn.database, query, 3)), std::min<std::int64_t>(3, std::int64_t(expected.size())));
        matched += expected.size();
        for (const Conversation &c : drawn.conversations) { // every third, of which the view is asked alone
            if (drawn.draw(3) > 0)
                continue;
            query.among.push_back(c.id);
        }
        std::erase_if(expected, [&](ConversationId id) { return std::ranges::count(query.among, id) == 0; });
        const auto some = drawn.shown(query);
        QVERIFY2(query.among.empty() || std::set(some.begin(), some.end()) == expected, drawn.describe(view).c_str());
    }
    QVERIFY(matched > 1000); // the draws are not all of views that nothing matches
}

void TestViewQuery::pagesAreInOrder()
{
    Drawn drawn(11);
    for (const auto sort :
         {SavedView::Sort::Newest, SavedView::Sort::Oldest, SavedView::Sort::LongestWaiting, SavedView::Sort::Priority}) {
        ListQuery query = drawn.query();
        query.sort = sort;
        const auto whole = drawn.shown(query);
        QVERIFY(whole.size() > 20);
        QCOMPARE(drawn.shown(query, 7), whole);
        const auto key = [&](ConversationId id) {
            const Conversation &c = *std::ranges::find(drawn.conversations, id, &Conversation::id);
            switch (sort) {
            case SavedView::Sort::Newest: return std::pair<std::int64_t, std::int64_t>(0, -toMs(c.lastItemAt));
            case SavedView::Sort::Oldest: return std::pair<std::int64_t, std::int64_t>(0, toMs(c.lastItemAt));
            case SavedView::Sort::LongestWaiting:
                return std::pair<std::int64_t, std::int64_t>(!c.waitingSince, toMs(c.waitingSince.value_or(c.lastItemAt)));
            case SavedView::Sort::Priority:
                return std::pair<std::int64_t, std::int64_t>(-int(c.priority), -toMs(c.lastItemAt));
            }
            return std::pair<std::int64_t, std::int64_t>();
        };
        QVERIFY(std::ranges::is_sorted(whole, {}, key));
    }
}

void TestViewQuery::countsAreTheListsLengths()
{
    Drawn drawn(12);
    SidebarQuery wanted{.agent = drawn.me(), .startOfToday = drawn.clock.now() - std::chrono::hours(2)};
    wanted.now = drawn.clock.now();
    std::vector<SavedView> views;
    for (int i = 0; i < 30; ++i) {
        views.push_back(drawn.view());
        drawn.keep(views.back());
        wanted.views.push_back(views.back().id);
    }
    for (std::size_t i = 0; i < 5; ++i)
        wanted.drafts.push_back(drawn.conversations[i * 3].id);
    wanted.drafts.push_back(drawn.ids.make<ConversationId>()); // of one that is not here
    const SidebarCounts counts = must(sidebarCounts(*drawn.database, wanted));
    const auto length = [&](auto change) {
        ListQuery query = drawn.query();
        query.startOfToday = wanted.startOfToday;
        query.drafts = wanted.drafts;
        change(query);
        return std::int64_t(drawn.shown(query).size());
    };
    const auto of = [&](Queue queue) { return length([queue](ListQuery &query) { query.queue = queue; }); };
    QCOMPARE(counts.queues.mine, of(Queue::Mine));
    QCOMPARE(counts.queues.unassigned, of(Queue::Unassigned));
    QCOMPARE(counts.queues.allOpen, of(Queue::AllOpen));
    QCOMPARE(counts.queues.snoozed, of(Queue::Snoozed));
    QCOMPARE(counts.queues.resolvedToday, of(Queue::Resolved));
    QVERIFY(counts.queues.resolvedToday > 0);
    const auto resolvedToday = [&](bool blocked) {
        return std::ranges::count_if(drawn.conversations, [&](const Conversation &c) {
            return c.status == Conversation::Status::Resolved && !c.joinedInto && c.resolvedAt
                   && *c.resolvedAt >= wanted.startOfToday && drawn.isBlocked(c) == blocked;
        });
    };
    QCOMPARE(counts.queues.resolvedToday, std::int64_t(resolvedToday(false))); // what nobody has worked on is no work done
    QVERIFY(resolvedToday(true) > 0);
    QCOMPARE(counts.drafts, 5);
    QCOMPARE(counts.drafts, of(Queue::Drafts));
    QCOMPARE(counts.mentions, of(Queue::Mentions));
    QVERIFY(counts.mentionsNew > 0 && counts.mentionsNew < counts.mentions);
    QVERIFY(counts.followed > 0);
    QCOMPARE(counts.followed, of(Queue::Followed));
    for (const Team &team : drawn.teams)
        QCOMPARE(counts.teams.at(team.id), length([&](ListQuery &query) {
                     query.queue = Queue::Team;
                     query.team = team.id;
                 }));
    for (const SavedView &view : views)
        QCOMPARE(counts.views.at(view.id), length([&](ListQuery &query) {
                     query.queue = Queue::View;
                     query.view = view;
                 }));
    const auto mentions = [&] {
        ListQuery query = drawn.query();
        query.queue = Queue::Mentions;
        return drawn.shown(query);
    }();
    QVERIFY(
        std::ranges::is_sorted(mentions, std::greater(), [&](ConversationId id) { return drawn.marks.at(id).mentionedAt; }));
}

void TestViewQuery::queuesLeaveOutWhatIsNoWork()
{
    Drawn drawn(13);
    const auto found = [&](Queue queue) {
        ListQuery query = drawn.query();
        query.queue = queue;
        const auto shown = drawn.shown(query);
        return std::set<ConversationId>(shown.begin(), shown.end());
    };
    const auto open = found(Queue::AllOpen), mine = found(Queue::Mine), snoozed = found(Queue::Snoozed);
    int leftOut = 0;
    for (const Conversation &c : drawn.conversations) {
        const bool isOpen = drawn.isOpen(c);
        QCOMPARE(open.contains(c.id), isOpen);
        QCOMPARE(mine.contains(c.id), isOpen && c.assignee == drawn.me());
        QCOMPARE(snoozed.contains(c.id), drawn.status(c) == Status::Snoozed && !c.joinedInto && !drawn.isBlocked(c));
        leftOut += !isOpen && (c.status == Status::Open || c.status == Status::Waiting);
    }
    QVERIFY(leftOut > 5);
}

/// The same as the view that it is saved as; and each row says whether it is followed, in whatever list.
void TestViewQuery::whatIsFollowedIsThereHoweverItStands()
{
    Drawn drawn(17);
    const SavedView saved{.conditions = {{"following", "is_set"}, {"status", "is_set"}}};
    ListQuery followed = drawn.query(), view = drawn.query(), open = drawn.query();
    followed.queue = Queue::Followed;
    view.queue = Queue::View;
    view.view = saved;
    const auto shown = drawn.shown(followed);
    const std::set<ConversationId> found(shown.begin(), shown.end());
    int ended = 0, leftOut = 0;
    for (const Conversation &c : drawn.conversations) {
        QCOMPARE(found.contains(c.id), drawn.shows(saved, c));
        ended += found.contains(c.id) && c.status == Status::Resolved;
        leftOut += drawn.mark(c).following && !found.contains(c.id);
    }
    QVERIFY(ended > 5 && leftOut > 5);
    QCOMPARE(drawn.shown(view), shown);
    QCOMPARE(drawn.shown(followed, 7), shown);
    open.count = 1000;
    std::set<bool> said;
    for (const ConversationRow &row : must(conversationPage(*drawn.database, open))) {
        QCOMPARE(row.following, drawn.mark(row.conversation).following);
        said.insert(row.following);
    }
    QCOMPARE(said.size(), 2u);
}

void TestViewQuery::badInputMatchesNothing_data()
{
    QTest::addColumn<QByteArray>("field");
    QTest::addColumn<QByteArray>("operation");
    QTest::addColumn<QByteArray>("value");
    const QByteArray attack = "'; DELETE FROM conversation; --";
    QTest::newRow("a field that is SQL") << attack << QByteArray("is") << QByteArray("x");
    QTest::newRow("an operator that is SQL") << QByteArray("tag") << attack << QByteArray("x");
    QTest::newRow("a value that is SQL") << QByteArray("subject") << QByteArray("contains") << attack;
    QTest::newRow("a key that is SQL") << QByteArray("field." + attack) << QByteArray("is") << QByteArray("x");
    QTest::newRow("bytes that are no text") << QByteArray("tag") << QByteArray("is") << QByteArray("\xff\xfe\x00z", 4);
    QTest::newRow("a wild card is none") << QByteArray("subject") << QByteArray("contains") << QByteArray("%r_f%");
    QTest::newRow("nothing") << QByteArray() << QByteArray() << QByteArray();
    QTest::newRow("a great deal") << QByteArray("tag") << QByteArray("is") << QByteArray(100'000, 'x');
}

void TestViewQuery::badInputMatchesNothing()
{
    QFETCH(const QByteArray, field);
    QFETCH(const QByteArray, operation);
    QFETCH(const QByteArray, value);
    Drawn drawn(14, 40);
    ListQuery query = drawn.query();
    query.queue = Queue::View;
    query.view = SavedView{.conditions = {{field.toStdString(), operation.toStdString(), value.toStdString()}}};
    QCOMPARE(drawn.shown(query).size(), 0u);
    query.view->conditions.push_back({"status", "is_not", "snoozed"});
    query.view->matchAny = true; // the other row counts all the same
    QVERIFY(!drawn.shown(query).empty());
}

void TestViewQuery::wordsAreLookedForInWhatARowShows_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<bool>("found");
    QTest::newRow("part of a word, without its accent") << "refun" << true;
    QTest::newRow("two words in any order") << "order REFUND" << true;
    QTest::newRow("one of them is not there") << "refund cups" << false;
    QTest::newRow("a name") << "layla" << true;
    QTest::newRow("an address") << "layla@mail" << true;
    QTest::newRow("the number") << "#4711" << true;
    QTest::newRow("nothing typed") << "   " << true;
    QTest::newRow("Chinese, a part of a run") << QStringLiteral("青瓷") << true;
}

void TestViewQuery::wordsAreLookedForInWhatARowShows()
{
    QFETCH(const QString, typed);
    QFETCH(const bool, found);
    Drawn drawn(15, 0);
    Customer layla{.id = drawn.ids.make<CustomerId>(), .name = "Layla Al-Haddad", .version = 1};
    Identity address{.id = drawn.ids.make<IdentityId>(), .customer = layla.id, .version = 1};
    address.address = address.shown = "layla@mail.test";
    Conversation c{.id = drawn.ids.make<ConversationId>(), .number = 4711, .customer = layla.id, .version = 1};
    c.identity = address.id;
    c.subject = "Réfund for my order";
    c.preview = "请问青瓷茶盘什么时候补货";
    drawn.keep(layla);
    drawn.keep(address);
    drawn.keep(c);
    ListQuery query = drawn.query();
    query.words = typed.toStdString();
    QCOMPARE(!drawn.shown(query).empty(), found);
    if (typed.trimmed().isEmpty()) // a row of a view that says nothing matches nothing
        return;
    ListQuery saved = drawn.query();
    saved.queue = Queue::View;
    saved.view = SavedView{.conditions = {{"words", "contains", query.words}}};
    QCOMPARE(drawn.shown(saved), drawn.shown(query));
}

void TestViewQuery::damagedListsHaveNothingInThem()
{
    Drawn drawn(16, 1);
    for (const char *list : {"x''", "x'ff'", "x'9f'", "x'83'", "x'8163'", "x'9bffffffffffffffff'", "x'817bffffffffffffffff'",
                             "'text'", "7", "NULL"}) {
        for (const char *function : {"list_has", "list_has_any_case", "map_get"}) {
            const std::string text = std::string("SELECT ") + function + "(" + list + ", 'vip')";
            auto query = drawn.database->queryOnce(text);
            QVERIFY(must(query.step()));
            QCOMPARE(query.integer(0), 0);
        }
    }
}

QTEST_GUILESS_MAIN(TestViewQuery)
#include "tst_view_query.moc"
