#include "core/store/coverage.h"

#include "core/store/entities.h"
#include "core/store/sql.h"

#include <set>

namespace tributary::store {
namespace {

using namespace tributary::model;

const CustomerId kEverybody;                             ///< The null customer.
const CustomerId kSuspended(HistoryKey::end().id.bytes); ///< What everybody had before rights grew.

HistoryKey keyAt(const Query &query, int column)
{
    return {query.time(column), query.id<TimelineItemId>(column + 1)};
}

Result<void> addGaps(Database &database, CustomerId root, const HistoryKey &to, TimelinePage &page)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> members, membersOf(database, root));
    TRIBUTARY_TRY_ASSIGN(const Coverage coverage, coverageOf(database, members));
    const HistoryRange shown{page.from, to};
    if (coverage.covers(shown))
        return {};
    std::vector<HistoryKey> items;
    for (const TimelineItem &item : page.items)
        items.push_back({item.at, item.id});
    page.gaps = gapsAround(items, coverage, shown);
    return {};
}

} // namespace

Result<void> addConversations(Database &database, TimelinePage &page, std::span<const Conversation> known)
{
    std::set<ConversationId> wanted;
    for (const TimelineItem &item : page.items)
        wanted.insert(item.conversation);
    for (const Conversation &one : known)
        wanted.erase(one.id);
    page.conversations.reserve(wanted.size());
    for (const ConversationId &id : wanted) {
        TRIBUTARY_TRY_ASSIGN(auto found, conversation(database, id));
        if (found)
            page.conversations.push_back(std::move(*found));
    }
    return {};
}

namespace {

Result<Coverage> rangesOf(Database &database, CustomerId customer, CustomerId other)
{
    Coverage coverage;
    auto query = database.query(sql::cache_coverage);
    query.bind("customer_id", customer).bind("everybody", other);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return coverage;
        coverage.add({keyAt(query, 0), keyAt(query, 2)});
    }
}

} // namespace

Result<Coverage> coverageOf(Database &database, CustomerId customer)
{
    return rangesOf(database, customer, kEverybody);
}

Result<Coverage> coverageOf(Database &database, const std::vector<CustomerId> &members)
{
    std::optional<Coverage> all;
    for (const CustomerId &member : members) {
        TRIBUTARY_TRY_ASSIGN(Coverage one, coverageOf(database, member));
        all = all ? all->common(one) : std::move(one);
    }
    return all.value_or(Coverage());
}

Result<std::vector<CustomerId>> customersWithHistory(Database &database, CustomerId after, TimePoint before,
                                                     std::int64_t count)
{
    std::vector<CustomerId> customers;
    auto query = database.query(sql::cache_customers_with_history);
    query.bind("after", after).bind("before_ms", before).bind("row_count", count);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return customers;
        if (const auto customer = query.id<CustomerId>(0); customer != kEverybody && customer != kSuspended)
            customers.push_back(customer);
    }
}

Result<Coverage> windowOf(Database &database)
{
    return coverageOf(database, kEverybody);
}

Result<void> setCoverage(Database &database, CustomerId customer, const Coverage &coverage)
{
    {
        auto query = database.query(sql::cache_coverage_forget);
        TRIBUTARY_TRY(query.bind("customer_id", customer).run());
    }
    Coverage window;
    if (customer != kEverybody) {
        TRIBUTARY_TRY_ASSIGN(window, windowOf(database));
    }
    for (const HistoryRange &range : coverage.ranges()) {
        if (window.covers(range))
            continue; // said once for all
        auto query = database.query(sql::cache_coverage_add);
        query.bind("customer_id", customer).bind("from_ms", range.from.at).bind("from_id", range.from.id);
        TRIBUTARY_TRY(query.bind("to_ms", range.to.at).bind("to_id", range.to.id).run());
    }
    return {};
}

Result<void> setWindow(Database &database, const Coverage &coverage)
{
    return setCoverage(database, kEverybody, coverage);
}

Result<void> addCoverage(Database &database, CustomerId customer, const HistoryRange &range)
{
    // With the window in it: its end may move up later, and what stands here must not be left behind.
    TRIBUTARY_TRY_ASSIGN(Coverage coverage, coverageOf(database, customer));
    if (coverage.covers(range))
        return {};
    coverage.add(range);
    return setCoverage(database, customer, coverage);
}

Result<void> addWindow(Database &database, const HistoryRange &range)
{
    TRIBUTARY_TRY_ASSIGN(const Coverage suspended, rangesOf(database, kSuspended, kSuspended));
    if (suspended.ranges().empty())
        return addCoverage(database, kEverybody, range);
    const Coverage back = suspended.common(Coverage({range}));
    for (const HistoryRange &had : back.ranges())
        TRIBUTARY_TRY(addCoverage(database, kEverybody, had));
    return {};
}

Result<void> suspendCoverage(Database &database)
{
    TRIBUTARY_TRY_ASSIGN(const Coverage had, windowOf(database));
    TRIBUTARY_TRY(database.query(sql::cache_forget_coverage).run());
    return setCoverage(database, kSuspended, had);
}

Result<void> resumeCoverage(Database &database)
{
    auto query = database.query(sql::cache_coverage_forget);
    return query.bind("customer_id", kSuspended).run();
}

Result<TimelinePage> historyBefore(Database &database, CustomerId root, TimePoint beforeAt, TimelineItemId beforeId,
                                   std::int64_t count)
{
    return database.atOneMoment([&]() -> Result<TimelinePage> {
        TRIBUTARY_TRY_ASSIGN(TimelinePage page, timelineBefore(database, root, beforeAt, beforeId, count));
        TRIBUTARY_TRY(addGaps(database, root, {beforeAt, beforeId}, page));
        return page;
    });
}

Result<TimelinePage> historyFrom(Database &database, CustomerId root, TimePoint fromAt, TimelineItemId fromId,
                                 std::int64_t most)
{
    return database.atOneMoment([&]() -> Result<TimelinePage> {
        TRIBUTARY_TRY_ASSIGN(TimelinePage page, timelineFrom(database, root, fromAt, fromId, most));
        TRIBUTARY_TRY(addGaps(database, root, HistoryKey::end(), page));
        return page;
    });
}

Result<std::optional<MissingHistory>> missingBefore(Database &database, CustomerId root, const HistoryKey &before)
{
    return database.atOneMoment([&]() -> Result<std::optional<MissingHistory>> {
        TRIBUTARY_TRY_ASSIGN(const std::vector<CustomerId> members, membersOf(database, root));
        std::optional<MissingHistory> newest;
        for (const CustomerId &member : members) {
            TRIBUTARY_TRY_ASSIGN(const Coverage coverage, coverageOf(database, member));
            const auto missing = coverage.missing({HistoryKey::beginning(), before});
            if (!missing.empty() && (!newest || missing.back().to > newest->range.to))
                newest = MissingHistory{member, missing.back()};
        }
        return newest;
    });
}

} // namespace tributary::store
