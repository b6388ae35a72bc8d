#include "core/store/cache_reads.h"

#include "core/model/customer_fields.h"
#include "core/model/views.h"
#include "core/store/coverage.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"
#include "core/store/view_query.h"
#include "core/text/search_fold.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <map>
#include <set>

namespace tributary::store {
namespace {

using namespace tributary::model;

/// @p text with what it has before the comment @p mark put in the place of @p usual.
std::string with(std::string text, std::string_view usual, std::string_view mark, std::string_view meant)
{
    const std::string all = std::string(usual) + " /*" + std::string(mark) + "*/";
    const std::size_t at = text.find(all);
    return at == std::string::npos ? text : text.replace(at, all.size(), meant);
}

/// The statement of a list's page, for queryOnce(); its values are in @p parameters.
std::string pageStatement(const ListQuery &list, const ViewScope &scope, Parameters &parameters)
{
    const std::string which = listSql(list, scope, parameters);
    const ListOrder order = orderOf(list, scope, parameters);
    const std::string way = order.rising ? " ASC" : " DESC";
    std::string rank = order.rank + way + ", ", pageRank = "page.place_rank" + way + ", ";
    std::string place = "(" + order.rank + ", " + order.ms + ", c.id)";
    if (order.rank == "0") { // nothing to order by, and an index that fits
        rank.clear(), pageRank.clear();
        place = "(" + order.ms + ", c.id)";
    }
    std::string after = "TRUE";
    if (list.after) {
        after = place + (order.rising ? " > (" : " < (");
        if (!rank.empty())
            after += parameters.add(list.after->rank) + ", ";
        after += parameters.add(list.after->ms) + ", " + parameters.add(list.after->id.bytes) + ")";
    }
    std::string text(sql::cache_list_page);
    text = with(std::move(text), "0", "rank", order.rank);
    text = with(std::move(text), "c.last_item_ms", "ms", order.ms);
    text = with(std::move(text), "TRUE", "which", which);
    text = with(std::move(text), "TRUE", "after", after);
    text = with(std::move(text), "c.last_item_ms DESC, c.id DESC", "order", rank + order.ms + way + ", c.id" + way);
    return with(std::move(text), "page.place_ms DESC, page.id DESC", "page order",
                pageRank + "page.place_ms" + way + ", page.id" + way);
}

/// The row a list statement stands on.
ConversationRow readListRow(const Query &query)
{
    static const int more = columnsOf(EntityType::Conversation);
    ConversationRow row;
    row.conversation = readRow<Conversation>(query);
    row.customer = query.id<CustomerId>(more);
    row.customerName = query.text(more + 1);
    row.identityShown = query.text(more + 2);
    row.assigneeName = query.text(more + 3);
    row.unread = std::max<std::int64_t>(0, query.integer(more + 4));
    row.pending = query.flag(more + 5);
    row.mentionNew = query.flag(more + 6);
    row.previewAuthorName = query.text(more + 7);
    row.vip = query.flag(more + 8);
    row.following = query.flag(more + 9);
    if (query.columnCount() > more + 10)
        row.place = {query.integer(more + 10), query.integer(more + 11), row.conversation.id};
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

/// Conversations that are read of one person. More than so many that wait for an answer are a machine's.
constexpr std::int64_t kMostResolved = 50, kMostUnresolved = 1000;
constexpr std::int64_t kReserved = 100; ///< Rows of a page, mostly.

/// (at, id), the order of a timeline.
bool earlier(const TimelineItem &a, const TimelineItem &b)
{
    return std::tie(a.at, a.id) < std::tie(b.at, b.id);
}

template<class Bind>
Result<TimelinePage> timelinePage(Database &database, CustomerId root, std::string_view statement, std::int64_t count,
                                  Deleted deleted, Bind bind)
{
    TimelinePage page;
    TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> members, membersOf(database, root));
    page.items.reserve(std::size_t(std::clamp<std::int64_t>(count, 0, kReserved)));
    bool more = false;
    for (const CustomerId &member : members) {
        auto query = database.query(statement);
        bind(query);
        query.bind("customer_id", member).bind("row_count", count);
        const std::size_t before = page.items.size();
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                break;
            page.items.push_back(readRow<TimelineItem>(query));
        }
        more |= std::int64_t(page.items.size() - before) == count;
    }
    std::ranges::reverse(page.items); // each statement gives the newest first
    if (members.size() > 1)
        std::ranges::sort(page.items, earlier);
    if (std::int64_t(page.items.size()) > count) {
        more = true;
        page.items.erase(page.items.begin(), page.items.end() - count);
    }
    page.reachesStart = !more;
    page.from =
        more && !page.items.empty() ? HistoryKey{page.items.front().at, page.items.front().id} : HistoryKey::beginning();
    if (deleted == Deleted::Hidden)
        std::erase_if(page.items, &TimelineItem::deleted);
    return page;
}

} // namespace

namespace {

Result<QueueCounts> queueCounts(Database &database, AgentId agent, TimePoint startOfToday, TimePoint now)
{
    static const std::string text = with(std::string(sql::cache_queue_counts), "TRUE", "open", openWorkSql(":now_ms"));
    auto query = database.query(text);
    query.bind("agent_id", agent).bind("today_ms", startOfToday).bind("now_ms", now);
    TRIBUTARY_TRY(query.step());
    return QueueCounts{query.integer(0), query.integer(1), query.integer(2),
                       query.integer(3), query.integer(4), query.integer(5)};
}

/// Of rows that each hold some.
Result<std::vector<std::string>> tagsIn(Query query)
{
    std::set<std::string> tags;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            break;
        if (const auto some = wire::textsFrom(query.blob(0)))
            tags.insert(some->begin(), some->end());
    }
    return std::vector<std::string>(tags.begin(), tags.end());
}

template<class T>
Result<std::vector<T>> allOf(Database &database)
{
    std::vector<T> all;
    TRIBUTARY_TRY(scanRows(database, {.type = typeOf(Entity(T()))}, [&all](const Entity &entity, const Query &) {
        all.push_back(std::get<T>(entity));
        return Result<void>();
    }));
    return all;
}

Result<std::vector<FieldDefinition>> definitionsFor(Database &database, const std::vector<SavedView::Condition> &conditions)
{
    const bool any = std::ranges::any_of(conditions, [](const auto &one) { return one.field.starts_with(kFieldPrefix); });
    return any ? allOf<FieldDefinition>(database) : std::vector<FieldDefinition>();
}

Result<std::vector<FieldDefinition>> definitionsFor(Database &database, const ListQuery &list)
{
    auto conditions = list.filters;
    if (list.view)
        conditions.insert(conditions.end(), list.view->conditions.begin(), list.view->conditions.end());
    return definitionsFor(database, conditions);
}

Result<std::int64_t> lengthOf(Database &database, const std::string &which, const Parameters &parameters, std::int64_t most)
{
    const std::string text = with(std::string(sql::cache_list_length), "TRUE", "which", which);
    auto query = database.queryOnce(text);
    parameters.bindTo(query);
    query.bind("most", most);
    TRIBUTARY_TRY(query.step());
    return query.integer(0);
}

/// Views of open work are counted together, in one pass over it; the others each by itself, and not to the end.
Result<void> countViews(Database &database, const SidebarQuery &wanted, SidebarCounts &counts)
{
    std::vector<SavedView> together, apart;
    for (const SavedViewId &id : wanted.views) {
        TRIBUTARY_TRY_ASSIGN(auto view, savedView(database, id));
        if (view)
            (namesStatus(*view) ? apart : together).push_back(std::move(*view));
    }
    if (together.empty() && apart.empty())
        return {};
    TRIBUTARY_TRY_ASSIGN(const auto definitions, allOf<FieldDefinition>(database));
    const ViewScope scope{wanted.agent, wanted.now, definitions};
    for (const SavedView &view : apart) {
        Parameters parameters;
        const std::string which = viewSql(view, scope, parameters);
        TRIBUTARY_TRY_ASSIGN(counts.views[view.id], lengthOf(database, which, parameters, SidebarCounts::kMost));
    }
    if (together.empty())
        return {};
    Parameters parameters;
    std::string text;
    for (const SavedView &view : together)
        text +=
            (text.empty() ? "SELECT " : ", ") + ("count(*) FILTER (WHERE " + conditionsSql(view, scope, parameters) + ")");
    text += " FROM conversation AS c WHERE " + openWorkSql(parameters.add(toMs(wanted.now)));
    auto query = database.queryOnce(text);
    parameters.bindTo(query);
    TRIBUTARY_TRY(query.step());
    for (std::size_t i = 0; i < together.size(); ++i)
        counts.views[together[i].id] = query.integer(int(i));
    return {};
}

} // namespace

Result<QueueCounts> queueCounts(Database &database, AgentId agent, TimePoint startOfToday)
{
    return queueCounts(database, agent, startOfToday, TimePoint());
}

Result<SidebarCounts> sidebarCounts(Database &database, const SidebarQuery &wanted)
{
    SidebarCounts counts;
    TRIBUTARY_TRY_ASSIGN(counts.queues, queueCounts(database, wanted.agent, wanted.startOfToday, wanted.now));
    {
        static const std::string text = with(std::string(sql::cache_team_counts), "TRUE", "open", openWorkSql(":now_ms"));
        auto query = database.query(text);
        query.bind("now_ms", wanted.now);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                break;
            counts.teams[query.id<TeamId>(0)] = query.integer(1);
        }
    }
    {
        auto query = database.query(sql::cache_mention_counts);
        query.bind("agent_id", wanted.agent);
        TRIBUTARY_TRY(query.step());
        counts.mentions = query.integer(0);
        counts.mentionsNew = query.integer(1);
    }
    {
        Parameters parameters;
        const ListQuery followed{.queue = Queue::Followed, .agent = wanted.agent, .now = wanted.now};
        const std::string which = listSql(followed, {wanted.agent, wanted.now, {}}, parameters);
        TRIBUTARY_TRY_ASSIGN(counts.followed, lengthOf(database, which, parameters, SidebarCounts::kMost));
    }
    if (!wanted.drafts.empty()) {
        Parameters parameters;
        const std::string which = amongSql(wanted.drafts, parameters);
        TRIBUTARY_TRY_ASSIGN(counts.drafts, lengthOf(database, which, parameters, SidebarCounts::kMost));
    }
    TRIBUTARY_TRY(countViews(database, wanted, counts));
    return counts;
}

Result<std::vector<ConversationRow>> conversationPage(Database &database, const ListQuery &list)
{
    TRIBUTARY_TRY_ASSIGN(const auto definitions, definitionsFor(database, list));
    std::vector<ConversationRow> rows;
    {
        Parameters parameters;
        const std::string text = pageStatement(list, {list.agent, list.now, definitions}, parameters);
        auto query = database.queryOnce(text);
        parameters.bindTo(query);
        query.bind("agent_id", list.agent).bind("row_count", list.count);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                break;
            rows.push_back(readListRow(query));
        }
    }
    for (ConversationRow &row : rows) {
        if (list.countOthers)
            TRIBUTARY_TRY(countOpen(database, row));
    }
    return rows;
}

Result<std::int64_t> listLength(Database &database, const ListQuery &list, std::int64_t most)
{
    TRIBUTARY_TRY_ASSIGN(const auto definitions, definitionsFor(database, list));
    Parameters parameters;
    const std::string which = listSql(list, {list.agent, list.now, definitions}, parameters);
    return lengthOf(database, which, parameters, most);
}

Result<Setup> setup(Database &database)
{
    Setup found;
    TRIBUTARY_TRY_ASSIGN(found.views, allOf<SavedView>(database));
    TRIBUTARY_TRY_ASSIGN(found.teams, allOf<Team>(database));
    TRIBUTARY_TRY_ASSIGN(found.fields, allOf<FieldDefinition>(database));
    TRIBUTARY_TRY_ASSIGN(found.statuses, allOf<CustomStatus>(database));
    std::ranges::sort(found.views, [](const SavedView &a, const SavedView &b) {
        return std::tie(a.position, a.name, a.id) < std::tie(b.position, b.name, b.id);
    });
    std::ranges::sort(found.teams, {}, &Team::name);
    std::ranges::stable_sort(found.fields, {}, &FieldDefinition::position);
    std::ranges::stable_sort(found.statuses, {}, &CustomStatus::position);
    TRIBUTARY_TRY_ASSIGN(found.customerTags, tagsIn(database.query(sql::cache_customer_tags)));
    return found;
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
        const bool isThere = std::ranges::any_of(card.suggestions, [&](const CustomerCard::Suggested &suggested) {
            return suggested.other.id == otherRoot; // another of theirs was offered
        });
        if (otherRoot == card.customer.id || isThere) // or merged by now
            continue;
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

/// Whoever stayed in a merge has the word, then those who joined; what is no longer theirs says nothing.
void addPreferred(CustomerCard &card)
{
    std::set<Channel> decided;
    for (const Customer &member : card.members) {
        for (const Identity &identity : card.identities) {
            if (preferredOn(member, identity.channel) == identity.id && decided.insert(identity.channel).second)
                card.preferred.insert(identity.id);
        }
    }
    std::ranges::stable_partition(card.identities,
                                  [&card](const Identity &identity) { return card.preferred.contains(identity.id); });
}

bool isNewer(const Conversation &a, const Conversation &b)
{
    return std::tie(a.lastItemAt, a.id) > std::tie(b.lastItemAt, b.id);
}

/// As conversationsOf() of the header. @p isAll: the person has no others, which is so of nearly everybody and costs least
/// to find out.
Result<std::vector<Conversation>> conversationsOf(Database &database, const std::vector<CustomerId> &members, bool &isAll)
{
    std::vector<Conversation> found;
    isAll = true;
    for (const CustomerId &member : members) {
        auto query = database.query(sql::cache_conversations_of);
        query.bind("id", member).bind("row_count", kMostResolved + 1);
        TRIBUTARY_TRY_ASSIGN(auto newest, readAll<Conversation>(query));
        isAll = isAll && std::int64_t(newest.size()) <= kMostResolved;
        std::ranges::move(newest, std::back_inserter(found));
    }
    if (!isAll) {
        found.clear();
        for (const CustomerId &member : members) {
            auto query = database.query(sql::cache_resolved_of);
            query.bind("id", member).bind("row_count", kMostResolved);
            TRIBUTARY_TRY_ASSIGN(auto resolved, readAll<Conversation>(query));
            std::ranges::move(resolved, std::back_inserter(found));
        }
        std::ranges::sort(found, isNewer);
        if (found.size() > std::size_t(kMostResolved))
            found.resize(std::size_t(kMostResolved));
        auto query = database.query(sql::cache_unresolved_of);
        query.bind("root_id", members.front()).bind("row_count", kMostUnresolved);
        TRIBUTARY_TRY_ASSIGN(auto unresolved, readAll<Conversation>(query));
        std::ranges::move(unresolved, std::back_inserter(found));
    }
    std::ranges::sort(found, isNewer);
    return found;
}

Result<void> addConversations(Database &database, CustomerCard &card, const std::vector<CustomerId> &members)
{
    bool isAll = false;
    TRIBUTARY_TRY_ASSIGN(card.conversations, conversationsOf(database, members, isAll));
    if (isAll)
        return {};
    auto counts = database.query(sql::cache_conversation_counts);
    counts.bind("root_id", members.front());
    TRIBUTARY_TRY(counts.step());
    const std::int64_t unresolved = counts.integer(1), resolved = counts.integer(0) - unresolved;
    const std::int64_t here = std::ranges::count(card.conversations, Conversation::Status::Resolved, &Conversation::status);
    card.moreResolved = std::max<std::int64_t>(0, resolved - here);
    card.moreUnresolved = std::max<std::int64_t>(0, unresolved - (std::int64_t(card.conversations.size()) - here));
    return {};
}

} // namespace

Result<std::vector<Conversation>> conversationsOf(Database &database, const std::vector<CustomerId> &members)
{
    bool isAll = false;
    return conversationsOf(database, members, isAll);
}

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
    std::ranges::stable_sort(card.identities, std::greater(), &Identity::lastUsedAt);
    addPreferred(card);
    TRIBUTARY_TRY(addConversations(database, card, members));
    TRIBUTARY_TRY_ASSIGN(const Coverage coverage, coverageOf(database, members));
    card.historyComplete = coverage.covers(HistoryRange::everything());
    return std::optional<CustomerCard>(std::move(card));
}

Result<TimelinePage> timelineBefore(Database &database, CustomerId root, TimePoint beforeAt, TimelineItemId beforeId,
                                    std::int64_t count, Deleted deleted)
{
    return timelinePage(database, root, sql::cache_timeline_before, count, deleted,
                        [&](Query &query) { query.bind("before_ms", beforeAt).bind("before_id", beforeId); });
}

Result<TimelinePage> timelineFrom(Database &database, CustomerId root, TimePoint fromAt, TimelineItemId fromId,
                                  std::int64_t most)
{
    return timelinePage(database, root, sql::cache_timeline_from, most, Deleted::Hidden,
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
    return tagsIn(database.query(sql::cache_open_tags));
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
        static const int more = columnsOf(EntityType::TimelineItem);
        hits.push_back({readRow<TimelineItem>(query), std::string(query.text(more)), query.id<CustomerId>(more + 1)});
    }
}

namespace {

/// Of somebody who was found by name: the address on that channel that is preferred.
Result<void> preferTo(Database &database, CustomerId root, Identity &shown)
{
    TRIBUTARY_TRY_ASSIGN(const auto person, customer(database, root));
    const auto preferred = person ? preferredOn(*person, shown.channel) : std::nullopt;
    if (!preferred)
        return {};
    TRIBUTARY_TRY_ASSIGN(auto found, identity(database, *preferred));
    if (!found)
        return {};
    TRIBUTARY_TRY_ASSIGN(const CustomerId home, rootOf(database, found->customer));
    if (home == root)
        shown = std::move(*found);
    return {};
}

} // namespace

Result<std::vector<PersonHit>> searchPeople(Database &database, std::string_view text, std::int64_t count)
{
    std::vector<PersonHit> hits;
    const std::string match = text::matchExpression(text);
    if (match.empty())
        return hits;
    struct Matched {
        IdentityId identity;
        bool byAddress = false, hasPreferred = false;
    };
    std::map<CustomerId, std::size_t> seen;
    std::vector<Matched> matched;
    {
        auto query = database.query(sql::cache_search_people);
        query.bind("match", match).bind("row_count", count * 4);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
            if (!row)
                break;
            const auto customerId = query.id<CustomerId>(0);
            const Matched one{query.id<IdentityId>(2), query.flag(3), query.flag(4)};
            const auto [known, isNew] = seen.emplace(customerId, hits.size());
            if (!isNew) {
                // What was typed may be of this address, where the newest one was only taken for want of a better.
                if (known->second < matched.size() && one.byAddress && !matched[known->second].byAddress)
                    matched[known->second] = one;
            } else if (std::int64_t(hits.size()) < count) {
                hits.push_back({customerId, std::string(query.text(1)), {}});
                matched.push_back(one);
            }
        }
    }
    for (std::size_t i = 0; i < hits.size(); ++i) {
        TRIBUTARY_TRY_ASSIGN(auto found, identity(database, matched[i].identity));
        if (found && !matched[i].byAddress && matched[i].hasPreferred)
            TRIBUTARY_TRY(preferTo(database, hits[i].customer, *found));
        hits[i].identity = found.value_or(Identity());
    }
    return hits;
}

} // namespace tributary::store
