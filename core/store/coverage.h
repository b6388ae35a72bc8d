#pragma once

#include "core/model/history.h"
#include "core/store/cache_reads.h"

/// What a desktop's copy has of the timelines (DESIGN 6): a gap is known as a gap. Live changes bring every change of every
/// item this agent may see, so that what is complete once stays so; only eviction and growing rights take from it.
namespace tributary::store {

/// Of one customer (a home customer, not what it is merged into), what all customers have included.
Result<model::Coverage> coverageOf(Database &database, model::CustomerId customer);
/// Of a person: what is here of each of @p members.
Result<model::Coverage> coverageOf(Database &database, const std::vector<model::CustomerId> &members);
/// Customers behind @p after in order of their ids of whom something from before @p before is here, or may have to be.
Result<std::vector<model::CustomerId>> customersWithHistory(Database &database, model::CustomerId after, TimePoint before,
                                                            std::int64_t count);
/// What all customers have.
Result<model::Coverage> windowOf(Database &database);

/// The copy has all of @p customer in @p range. In the transaction that brings the rows.
Result<void> addCoverage(Database &database, model::CustomerId customer, const model::HistoryRange &range);
/// The copy has all of every customer in @p range.
Result<void> addWindow(Database &database, const model::HistoryRange &range);
/// Makes @p coverage what is here of @p customer beyond what all have.
Result<void> setCoverage(Database &database, model::CustomerId customer, const model::Coverage &coverage);
Result<void> setWindow(Database &database, const model::Coverage &coverage);

/// This agent may see more from now on: what is here has holes where that is. Until it has come, addWindow() gives back no
/// more than what all had before. In the transaction that says so.
Result<void> suspendCoverage(Database &database);
Result<void> resumeCoverage(Database &database);

/// The conversations that the items of @p page are in, but for those that are @p known.
Result<void> addConversations(Database &database, TimelinePage &page, std::span<const model::Conversation> known = {});
/// timelineBefore() and timelineFrom() with the gaps among what they give, read at one moment.
Result<TimelinePage> historyBefore(Database &database, model::CustomerId root, TimePoint beforeAt,
                                   model::TimelineItemId beforeId, std::int64_t count);
Result<TimelinePage> historyFrom(Database &database, model::CustomerId root, TimePoint fromAt, model::TimelineItemId fromId,
                                 std::int64_t most);

/// What to ask the hub for first, to fill a gap that ends at @p before: the newest missing part below, and whose it is.
struct MissingHistory {
    model::CustomerId customer; ///< A member of the person.
    model::HistoryRange range;
};
/// Nothing: all below is here.
Result<std::optional<MissingHistory>> missingBefore(Database &database, model::CustomerId root,
                                                    const model::HistoryKey &before);

} // namespace tributary::store
