#pragma once

#include "core/model/history.h"
#include "core/store/cache.h"

/// Taking old history off a desktop's copy again. Leaving is not deletion: what goes is a gap from then on, and comes back
/// when it is looked for (ENGINE 26).
namespace tributary::store {

/// What stays. Open conversations stay whole, and whatever own commands have been done to.
struct Retention {
    TimePoint openedSince;                         ///< All of those customers that were looked at since then.
    std::set<model::ConversationId> conversations; ///< These stay whole: commands, drafts and decisions refer to them.
    std::set<model::TimelineItemId> items;
};

/// A person's timeline is looked at: of all @p members.
Result<void> noteOpened(Database &database, const std::vector<model::CustomerId> &members, TimePoint now);

/// One sweep through the copy, in steps so small that nobody waits for one: first customers that were not looked at, oldest
/// items first, then those that were, longest ago first. It may be given up after any step.
class Eviction {
public:
    /// Items from @p since on stay.
    explicit Eviction(TimePoint since)
        : m_since(since)
    {
    }

    /// Looks at no more than @p most items. Call it in a transaction: rows, index and coverage go together.
    Result<ChangeSet> step(Database &database, const Retention &retention, std::int64_t most);
    bool isDone() const { return m_stage == Stage::Done; }
    std::int64_t evicted() const { return m_evicted; } ///< Items so far.

private:
    enum class Stage { NotOpened, OpenedLongAgo, Done };
    struct Seen;

    Result<void> sweepAll(Database &database, const Retention &retention, std::int64_t most, ChangeSet &changed);
    Result<void> sweepOne(Database &database, const Retention &retention, std::int64_t most, ChangeSet &changed);

    TimePoint m_since;
    Stage m_stage = Stage::NotOpened;
    model::HistoryKey m_next = model::HistoryKey::beginning();
    std::optional<model::CustomerId> m_customer; ///< OpenedLongAgo: whose items are looked at.
    std::int64_t m_evicted = 0;
};

} // namespace tributary::store
