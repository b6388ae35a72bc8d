#include "core/store/cache_reads.h"

#include "core/model/fields.h"
#include "core/store/coverage.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/text/search_fold.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <limits>
#include <set>

namespace tributary::store {
namespace {

using namespace tributary::model;

std::string_view listStatement(Queue queue, bool oldestFirst)
{
    switch (queue) {
    case Queue::Mine: return oldestFirst ? sql::cache_list_mine_oldest : sql::cache_list_mine;
    case Queue::Unassigned: return oldestFirst ? sql::cache_list_unassigned_oldest : sql::cache_list_unassigned;
    case Queue::AllOpen: return oldestFirst ? sql::cache_list_all_open_oldest : sql::cache_list_all_open;
    case Queue::Snoozed: return oldestFirst ? sql::cache_list_snoozed_oldest : sql::cache_list_snoozed;
    case Queue::Resolved: return oldestFirst ? sql::cache_list_resolved_oldest : sql::cache_list_resolved;
    }
    return sql::cache_list_all_open;
}

template<class T>
constexpr int columnsOf()
{
    int count = 0;
    fieldsOf<T>([&count](const char *, auto) { ++count; });
    return count;
}

/// The row a list statement stands on.
ConversationRow readListRow(const Query &query)
{
    constexpr int more = columnsOf<Conversation>();
    ConversationRow row;
    row.conversation = readRow<Conversation>(query);
    row.customer = query.id<CustomerId>(more);
    row.customerName = query.text(more + 1);
    row.identityShown = query.text(more + 2);
    row.assigneeName = query.text(more + 3);
    row.unread = std::max<std::int64_t>(0, query.integer(more + 4));
    row.pending = query.flag(more + 5);
    return row;
}

Result<void> countOpen(Database &database, ConversationRow &row)
{
    auto query = database.query(sql::cache_open_of_customer);
    query.bind("root_id", row.customer);
    TRIBUTARY_TRY(query.step());
    row.openOfCustomer = query.integer(0);
    return {};
}

template<class T, class IdType>
Result<std::vector<T>> rowsOf(Database &database, std::string_view statement, IdType id)
{
    auto query = database.query(statement);
    query.bind("id", id);
    return readAll<T>(query);
}

/// (at, id), the order of a timeline.
bool earlier(const TimelineItem &a, const TimelineItem &b)
{
    return std::tie(a.at, a.id) < std::tie(b.at, b.id);
}

template<class Bind>
Result<TimelinePage> timelinePage(Database &database, CustomerId root, std::string_view statement, std::int64_t count,
                                  Bind bind)
{
    TimelinePage page;
    TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> members, membersOf(database, root));
    bool more = false;
    for (const CustomerId &member : members) {
        auto query = database.query(statement);
        bind(query);
        query.bind("customer_id", member).bind("row_count", count);
        TRIBUTARY_TRY_ASSIGN(std::vector<TimelineItem> items, readAll<TimelineItem>(query));
        more |= std::int64_t(items.size()) == count;
        std::ranges::move(items, std::back_inserter(page.items));
    }
    std::ranges::sort(page.items, earlier);
    if (std::int64_t(page.items.size()) > count) {
        more = true;
        page.items.erase(page.items.begin(), page.items.end() - count);
    }
    page.reachesStart = !more;
    page.from = more && !page.items.empty() ? HistoryKey{page.items.front().at, page.items.front().id}
                                            : HistoryKey::beginning();
    std::erase_if(page.items, &TimelineItem::deleted);
    return page;
}

} // namespace

Result<QueueCounts> queueCounts(Database &database, AgentId agent, TimePoint startOfToday)
{
    auto query = database.query(sql::cache_queue_counts);
    query.bind("agent_id", agent).bind("today_ms", startOfToday);
    TRIBUTARY_TRY(query.step());
    return QueueCounts{query.integer(0), query.integer(1), query.integer(2),
                       query.integer(3), query.integer(4), query.integer(5)};
}

Result<std::vector<ConversationRow>> conversationPage(Database &database, const ListQuery &list)
{
    std::vector<ConversationRow> rows;
    {
        auto query = database.query(listStatement(list.queue, list.oldestFirst));
        const TimePoint start = fromMs(list.oldestFirst ? -1 : std::numeric_limits<std::int64_t>::max());
        query.bind("agent_id", list.agent).bind("channel", list.channel ? nameOf(*list.channel) : std::string_view());
        query.bind("after_ms", list.after ? list.after->first : start);
        query.bind("after_id", list.after ? list.after->second : ConversationId()).bind("row_count", list.count);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                break;
            rows.push_back(readListRow(query));
        }
    }
    for (ConversationRow &row : rows)
        TRIBUTARY_TRY(countOpen(database, row));
    return rows;
}

Result<std::optional<ConversationRow>> conversationRow(Database &database, ConversationId id, AgentId agent)
{
    std::optional<ConversationRow> row;
    {
        auto query = database.query(sql::cache_list_one);
        query.bind("id", id).bind("agent_id", agent);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (found)
            row = readListRow(query);
    }
    if (row)
        TRIBUTARY_TRY(countOpen(database, *row));
    return row;
}

Result<CustomerId> rootOf(Database &database, CustomerId id)
{
    auto query = database.query(sql::cache_root_of);
    query.bind("id", id);
    TRIBUTARY_TRY_ASSIGN(const bool merged, query.step());
    return merged ? query.id<CustomerId>(0) : id;
}

Result<std::vector<CustomerId>> membersOf(Database &database, CustomerId root)
{
    std::vector<CustomerId> members{root};
    auto query = database.query(sql::cache_members_of);
    query.bind("id", root);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return members;
        members.push_back(query.id<CustomerId>(0));
    }
}

namespace {

Result<void> addSuggestions(Database &database, CustomerCard &card, CustomerId member)
{
    TRIBUTARY_TRY_ASSIGN(auto suggestions, rowsOf<Suggestion>(database, sql::cache_suggestions_of, member));
    for (Suggestion &found : suggestions) {
        const CustomerId otherSide = found.customer == member ? found.other : found.customer;
        TRIBUTARY_TRY_ASSIGN(const CustomerId otherRoot, rootOf(database, otherSide));
        if (otherRoot == card.customer.id)
            continue; // merged by now
        TRIBUTARY_TRY_ASSIGN(auto other, customer(database, otherRoot));
        if (!other)
            continue;
        CustomerCard::Suggested suggested{std::move(found), std::move(*other), {}};
        TRIBUTARY_TRY_ASSIGN(suggested.identities, rowsOf<Identity>(database, sql::cache_identities_of, otherSide));
        card.suggestions.push_back(std::move(suggested));
    }
    return {};
}

Result<void> addMember(Database &database, CustomerCard &card, CustomerId member)
{
    TRIBUTARY_TRY_ASSIGN(auto found, customer(database, member));
    if (found)
        card.members.push_back(std::move(*found));
    TRIBUTARY_TRY_ASSIGN(auto identities, rowsOf<Identity>(database, sql::cache_identities_of, member));
    std::ranges::move(identities, std::back_inserter(card.identities));
    TRIBUTARY_TRY_ASSIGN(auto conversations, rowsOf<Conversation>(database, sql::cache_conversations_of, member));
    std::ranges::move(conversations, std::back_inserter(card.conversations));
    auto counts = database.query(sql::cache_item_counts);
    counts.bind("id", member);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, counts.step());
        if (!row)
            break;
        const std::int64_t notes = counts.integer(2);
        if (const auto channel = fromName<Channel>(counts.text(0)); channel && counts.integer(1) > notes)
            card.itemCounts[*channel] += counts.integer(1) - notes;
        card.noteCount += notes;
    }
    return addSuggestions(database, card, member);
}

} // namespace

Result<std::optional<CustomerCard>> customerCard(Database &database, CustomerId id)
{
    TRIBUTARY_TRY_ASSIGN(const CustomerId root, rootOf(database, id));
    TRIBUTARY_TRY_ASSIGN(auto rootCustomer, customer(database, root));
    if (!rootCustomer)
        return std::optional<CustomerCard>();
    CustomerCard card;
    card.customer = std::move(*rootCustomer);
    TRIBUTARY_TRY_ASSIGN(card.links, rowsOf<CustomerLink>(database, sql::cache_links_into, root));
    TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> members, membersOf(database, root));
    for (const CustomerId &member : members)
        TRIBUTARY_TRY(addMember(database, card, member));
    std::ranges::sort(card.identities, std::greater(), &Identity::lastUsedAt);
    std::ranges::sort(card.conversations, std::greater(), &Conversation::lastItemAt);
    if (card.conversations.size() > 50)
        card.conversations.resize(50);
    TRIBUTARY_TRY_ASSIGN(const Coverage coverage, coverageOf(database, members));
    card.historyComplete = coverage.covers(HistoryRange::everything());
    return std::optional<CustomerCard>(std::move(card));
}

Result<TimelinePage> timelineBefore(Database &database, CustomerId root, TimePoint beforeAt, TimelineItemId beforeId,
                                    std::int64_t count)
{
    return timelinePage(database, root, sql::cache_timeline_before, count,
                        [&](Query &query) { query.bind("before_ms", beforeAt).bind("before_id", beforeId); });
}

Result<TimelinePage> timelineFrom(Database &database, CustomerId root, TimePoint fromAt, TimelineItemId fromId,
                                  std::int64_t most)
{
    return timelinePage(database, root, sql::cache_timeline_from, most,
                        [&](Query &query) { query.bind("from_ms", fromAt).bind("from_id", fromId); });
}

Result<std::vector<TimelineItem>> itemsByIds(Database &database, const std::vector<TimelineItemId> &ids)
{
    std::vector<TimelineItem> items;
    for (const TimelineItemId &id : ids) {
        TRIBUTARY_TRY_ASSIGN(auto found, timelineItem(database, id));
        if (found)
            items.push_back(std::move(*found));
    }
    return items;
}

Result<std::vector<ChannelAccount>> channelAccounts(Database &database)
{
    auto query = database.query(sql::cache_accounts);
    return readAll<ChannelAccount>(query);
}

Result<std::vector<Agent>> agents(Database &database)
{
    auto query = database.query(sql::cache_agents);
    return readAll<Agent>(query);
}

Result<std::vector<std::string>> knownTags(Database &database)
{
    std::set<std::string> tags;
    auto query = database.query(sql::cache_open_tags);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            break;
        if (const auto some = wire::textsFrom(query.blob(0)))
            tags.insert(some->begin(), some->end());
    }
    return std::vector<std::string>(tags.begin(), tags.end());
}

Result<std::vector<SearchHit>> searchItems(Database &database, std::string_view text, std::int64_t count)
{
    std::vector<SearchHit> hits;
    const std::string match = text::matchExpression(text);
    if (match.empty())
        return hits;
    auto query = database.query(sql::cache_search_items);
    query.bind("match", match).bind("row_count", count);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return hits;
        constexpr int more = columnsOf<TimelineItem>();
        hits.push_back({readRow<TimelineItem>(query), std::string(query.text(more)), query.id<CustomerId>(more + 1)});
    }
}

Result<std::vector<PersonHit>> searchPeople(Database &database, std::string_view text, std::int64_t count)
{
    std::vector<PersonHit> hits;
    const std::string match = text::matchExpression(text);
    if (match.empty())
        return hits;
    std::set<CustomerId> seen;
    std::vector<IdentityId> matched;
    {
        auto query = database.query(sql::cache_search_people);
        query.bind("match", match).bind("row_count", count * 4);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row || std::int64_t(hits.size()) == count)
                break;
            const auto customerId = query.id<CustomerId>(0);
            if (!seen.insert(customerId).second)
                continue;
            hits.push_back({customerId, std::string(query.text(1)), {}});
            matched.push_back(query.id<IdentityId>(2));
        }
    }
    for (std::size_t i = 0; i < hits.size(); ++i) {
        TRIBUTARY_TRY_ASSIGN(const auto found, identity(database, matched[i]));
        hits[i].identity = found.value_or(Identity());
    }
    return hits;
}

} // namespace tributary::store
