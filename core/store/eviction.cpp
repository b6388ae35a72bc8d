#include "core/store/eviction.h"

#include "core/base/breaks.h"
#include "core/store/coverage.h"
#include "core/store/sql.h"

namespace tributary::store {

using namespace tributary::model;

/// An item that might go.
struct Eviction::Seen {
    std::int64_t row = 0;
    HistoryKey key;
    CustomerId customer;
    ConversationId conversation;
    bool resolved = false; ///< Its conversation; false too if that is not here.
    bool opened = false;   ///< Its customer has been looked at, whenever.
    bool touched = false;  ///< An own command is shown on it, or on its conversation.

    explicit Seen(const Query &query)
        : row(query.integer(0))
        , key{query.time(1), query.id<TimelineItemId>(2)}
        , customer(query.id<CustomerId>(3))
        , conversation(query.id<ConversationId>(4))
        , resolved(query.flag(5))
        , opened(query.flag(6))
        , touched(query.flag(7))
    {
    }
    bool mayGo(const Retention &retention) const
    {
        return resolved && !touched && !retention.conversations.contains(conversation) && !retention.items.contains(key.id);
    }
};

namespace {

Result<void> removeRow(Database &database, std::int64_t row)
{
    auto query = database.query(sql::cache_evict_item);
    return query.bind("row", row).run();
}

template<class SeenType>
Result<std::vector<SeenType>> readSeen(Query &query)
{
    std::vector<SeenType> seen;
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return seen;
        seen.emplace_back(query);
    }
}

} // namespace

Result<void> noteOpened(Database &database, const std::vector<CustomerId> &members, TimePoint now)
{
    for (const CustomerId &member : members) {
        auto query = database.query(sql::cache_note_opened);
        TRIBUTARY_TRY(query.bind("customer_id", member).bind("at_ms", now).run());
    }
    return {};
}

Result<ChangeSet> Eviction::step(Database &database, const Retention &retention, std::int64_t most)
{
    ChangeSet changed;
    if (m_stage == Stage::NotOpened)
        TRIBUTARY_TRY(sweepAll(database, retention, most, changed));
    else if (m_stage == Stage::OpenedLongAgo)
        TRIBUTARY_TRY(sweepOne(database, retention, most, changed));
    m_evicted += std::int64_t(changed.items.size());
    return changed;
}

Result<void> Eviction::sweepAll(Database &database, const Retention &retention, std::int64_t most, ChangeSet &changed)
{
    std::vector<Seen> seen;
    {
        auto query = database.query(sql::cache_evict_oldest);
        query.bind("from_ms", m_next.at).bind("from_id", m_next.id).bind("before_ms", m_since).bind("row_count", most);
        TRIBUTARY_TRY_ASSIGN(seen, readSeen<Seen>(query));
    }
    const bool last = std::int64_t(seen.size()) < most;
    const HistoryKey upTo = last ? HistoryKey{m_since, {}} : seen.back().key.next();
    // What goes leaves a gap down to the beginning: what is older of the same customer has gone before, or is shown alone.
    struct Left {
        std::optional<HistoryKey> goneUpTo;
        bool somethingAbove = false;
    };
    std::map<CustomerId, Left> customers;
    for (const Seen &one : seen) {
        Left &left = customers[one.customer];
        if (one.opened || !one.mayGo(retention)) {
            left.somethingAbove = true;
            continue;
        }
        TRIBUTARY_TRY(removeRow(database, one.row));
        left = {one.key.next(), false};
        changed.items.insert(one.key.id);
        changed.customers.insert(one.customer);
    }
    // The window ends where the sweep has come to. Those of whom something stays keep what is known of them.
    TRIBUTARY_TRY_ASSIGN(Coverage window, windowOf(database));
    std::map<CustomerId, Coverage> kept;
    for (const auto &[customer, left] : customers) {
        TRIBUTARY_TRY_ASSIGN(Coverage coverage, coverageOf(database, customer));
        if (left.goneUpTo && !TRIBUTARY_BREAK(gaps))
            coverage.remove({HistoryKey::beginning(), left.somethingAbove ? *left.goneUpTo : upTo});
        kept.emplace(customer, std::move(coverage));
    }
    if (!TRIBUTARY_BREAK(gaps))
        window.remove({HistoryKey::beginning(), upTo});
    TRIBUTARY_TRY(setWindow(database, window));
    for (const auto &[customer, coverage] : kept)
        TRIBUTARY_TRY(setCoverage(database, customer, coverage));
    m_next = upTo;
    if (last) {
        m_stage = Stage::OpenedLongAgo;
        m_next = HistoryKey::beginning();
    }
    return {};
}

Result<void> Eviction::sweepOne(Database &database, const Retention &retention, std::int64_t most, ChangeSet &changed)
{
    if (!m_customer) {
        auto query = database.query(sql::cache_opened_longest_ago);
        query.bind("before_ms", retention.openedSince);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found) {
            m_stage = Stage::Done;
            return {};
        }
        m_customer = query.id<CustomerId>(0);
        m_next = HistoryKey::beginning();
    }
    std::vector<Seen> seen;
    {
        auto query = database.query(sql::cache_evict_of_customer);
        query.bind("customer_id", *m_customer).bind("from_ms", m_next.at).bind("from_id", m_next.id);
        query.bind("before_ms", m_since).bind("row_count", most);
        TRIBUTARY_TRY_ASSIGN(seen, readSeen<Seen>(query));
    }
    std::optional<HistoryKey> goneUpTo;
    for (const Seen &one : seen) {
        if (!one.mayGo(retention))
            continue;
        TRIBUTARY_TRY(removeRow(database, one.row));
        goneUpTo = one.key.next();
        changed.items.insert(one.key.id);
        changed.customers.insert(one.customer);
    }
    if (goneUpTo) {
        TRIBUTARY_TRY_ASSIGN(Coverage coverage, coverageOf(database, *m_customer));
        coverage.remove({HistoryKey::beginning(), *goneUpTo});
        TRIBUTARY_TRY(setCoverage(database, *m_customer, coverage));
    }
    if (std::int64_t(seen.size()) == most) {
        m_next = seen.back().key.next();
        return {};
    }
    // Forgotten as one that was looked at: from now on it is swept with the rest.
    auto query = database.query(sql::cache_forget_opened);
    TRIBUTARY_TRY(query.bind("customer_id", *m_customer).bind("before_ms", retention.openedSince).run());
    m_customer.reset();
    return {};
}

} // namespace tributary::store
