#include "core/hub/change_log.h"

#include "core/base/breaks.h"
#include "core/base/fixed_bytes.h"
#include "core/hub/bootstrap.h"
#include "core/hub/log_format.h"
#include "core/hub/sight.h"
#include "core/model/command_fields.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <set>

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;

Result<Outcome> readOutcome(const store::Query &query)
{
    Outcome outcome;
    outcome.n = query.integer(0);
    outcome.command = query.id<CommandId>(1);
    outcome.kind = fromName<Outcome::Kind>(query.text(2)).value_or(Outcome::Kind::Refused);
    outcome.reason = fromName<Outcome::Reason>(query.text(3)).value_or(Outcome::Reason::None);
    outcome.detail = query.text(4);
    if (!query.isNull(5)) {
        TRIBUTARY_TRY_ASSIGN(outcome.refusedRows, wire::refusedRowsFrom(query.blob(5)));
    }
    return outcome;
}

namespace {

constexpr std::int64_t kRowsAtOnce = 1000;
constexpr std::size_t kMostKept = 8 * 1024 * 1024; ///< Of entities in one look at the log, in bytes.
constexpr std::size_t kRemovalBytes = 32;          ///< About what a removal takes in a frame.

struct LogRow {
    std::int64_t seq = 0;
    std::int64_t type = 0;
    RawId key{};
    bool removed = false;
    std::optional<Bytes> before;
    AgentId reader; ///< Of a read mark.
    wire::Chain chain{};
};

Result<std::vector<LogRow>> logAfter(store::Database &database, std::int64_t from)
{
    std::vector<LogRow> rows;
    auto query = database.query(sql::hub_log_after);
    query.bind("seq", from).bind("row_count", kRowsAtOnce);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return rows;
        LogRow row;
        row.seq = query.integer(0);
        row.type = query.integer(1);
        copyTo(row.key, query.blob(2));
        row.removed = query.text(3) == "remove";
        if (!query.isNull(4))
            row.before = copyOf(query.blob(4));
        row.reader = query.id<AgentId>(5);
        copyTo(row.chain, query.blob(6));
        rows.push_back(std::move(row));
    }
}

/// The entity of a log row as it is now.
Result<std::optional<Entity>> entityOf(store::Database &database, const LogRow &row)
{
    if (EntityType(row.type) != EntityType::ReadMark)
        return store::find(database, EntityType(row.type), row.key);
    auto query = database.query(sql::hub_read_mark_by_key);
    query.bind("agent_id", row.reader).bind("version", row.seq); // replaced since then: a later log row brings it
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<Entity>(store::readRow<ReadMark>(query)) : std::nullopt;
}

Result<void> addOutcomes(store::Database &database, wire::Changes &changes, ClientId client)
{
    auto query = database.query(sql::hub_outcomes_between);
    query.bind("client_id", client).bind("from", changes.from).bind("to", changes.to);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            break;
        TRIBUTARY_TRY_ASSIGN(Outcome outcome, readOutcome(query));
        changes.outcomes.push_back(std::move(outcome));
    }
    auto last = database.query(sql::hub_last_n_at);
    last.bind("client_id", client).bind("seq", changes.to);
    TRIBUTARY_TRY(last.step());
    changes.lastN = last.integer(0);
    return {};
}

/// The entities that rows of the log are of. Many desktops are told much the same; those that are far apart or see little
/// would have all of the log kept here, so what is kept is let go of when it has become much.
class EntitiesOfLog {
public:
    struct Found {
        std::optional<Entity> entity;
        std::size_t bytes = 0; ///< As it is sent.
    };

    explicit EntitiesOfLog(store::Database &database)
        : m_database(database)
    {
    }
    /// Until it is asked for another.
    Result<const Found *> of(const LogRow &row)
    {
        if (m_bytes > kMostKept) {
            m_known.clear();
            m_bytes = 0;
        }
        const bool isMark = EntityType(row.type) == EntityType::ReadMark;
        const auto [known, fresh] = m_known.try_emplace({row.type, row.key, isMark ? row.seq : 0});
        if (fresh) {
            auto entity = entityOf(m_database, row);
            if (!entity) {
                m_known.erase(known);
                return failure(std::move(entity).error());
            }
            known->second.entity = std::move(*entity);
            if (known->second.entity)
                known->second.bytes = wire::encode(wire::toValue(*known->second.entity)).size();
            m_bytes += known->second.bytes;
        }
        return &known->second;
    }

private:
    store::Database &m_database;
    std::map<std::tuple<std::int64_t, RawId, std::int64_t>, Found> m_known;
    std::size_t m_bytes = 0; ///< As sent; in memory they take somewhat more.
};

/// The rights that @p agent had after @p from and has no more. What left their sight before those were taken away may be
/// gone from a frame that ends in between, and be theirs again by the next one.
Result<std::vector<Agent>> rightsSince(store::Database &database, const Agent &agent, std::int64_t from)
{
    std::vector<Agent> rights;
    if (agent.version <= from)
        return rights;
    auto query = database.query(sql::hub_agent_rights_since);
    query.bind("seq", from)
        .bind("version", agent.version)
        .bind("agent_type", std::int64_t(EntityType::Agent))
        .bind("id", agent.id);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return rights;
        rights.push_back(agentWith(agent.id, query.blob(0)));
    }
}

/// What of a stretch of the log one agent is sent.
class Selection {
public:
    /// @p earlier: what the agent's rights have been from where @p changes begin on.
    Selection(EntitiesOfLog &entities, Sight &sight, std::vector<Agent> earlier, wire::Changes &changes,
              std::size_t maxBytes)
        : m_entities(entities)
        , m_sight(sight)
        , m_rights(std::move(earlier))
        , m_changes(changes)
        , m_maxBytes(maxBytes)
    {
        m_rights.push_back(sight.agent());
    }

    /// False: the frame is full, this row comes with the next one.
    Result<bool> take(const LogRow &row)
    {
        const bool isMark = EntityType(row.type) == EntityType::ReadMark;
        if (row.type == kOutcomeType || m_taken.contains({row.type, row.key})
            || (isMark && row.reader != m_sight.agent().id))
            return true;
        TRIBUTARY_TRY_ASSIGN(const EntitiesOfLog::Found *found, m_entities.of(row));
        bool seen = false;
        if (found->entity) {
            TRIBUTARY_TRY_ASSIGN(seen, m_sight.sees(*found->entity));
        }
        if (seen) {
            if (m_bytes > 0 && m_bytes + found->bytes > m_maxBytes) // of what is masked it takes less
                return false;
            m_bytes += found->bytes;
            m_changes.rows.push_back(*found->entity);
            m_sight.mask(m_changes.rows.back());
        } else if (!isMark && couldSee(row)) { // a read mark goes with its conversation
            if (m_bytes > 0 && m_bytes + kRemovalBytes > m_maxBytes)
                return false;
            m_bytes += kRemovalBytes;
            // It may have come and gone again: a page that was read in between must not bring it back (seed 5000004).
            const std::int64_t last = found->entity ? versionOf(*found->entity) : m_changes.head;
            m_changes.removals.push_back({EntityType(row.type), row.key, std::max(row.seq, last)});
        } else {
            return true; // a later row may know of somebody who could see it
        }
        m_taken.insert({row.type, row.key});
        return true;
    }

    /// Of a row that has been taken: whether this agent's rights have grown with it.
    void noteRights(const LogRow &row)
    {
        if (EntityType(row.type) != EntityType::Agent || row.key != m_sight.agent().id.bytes || !row.before)
            return;
        const Agent before = agentWith(m_sight.agent().id, *row.before);
        const Agent &now = m_sight.agent();
        // Narrowed to what is theirs: by these rights the desktop lets go of what was given to them only further on in the
        // log. They could see it all the time, so nothing there brings it again.
        const bool narrowed =
            before.active && visibilityOf(now) == Visibility::Assigned && visibilityOf(before) != Visibility::Assigned;
        if (seesAllOf(before, now) && !narrowed)
            return;
        if (!m_gained)
            m_gained.emplace();
        const bool sameKind = before.active && visibilityOf(before) == visibilityOf(now) && before.accounts == now.accounts;
        // Fields that were masked stand in people's rows, and in items as well.
        m_gained->people |= !masksOf(now).coverAllOf(masksOf(before));
        m_gained->everyTeam |= narrowed || m_gained->people || (!sameKind && !seesAllConversationsOf(before, now));
        for (const TeamId &team : now.teams) {
            if (!sees(before, team))
                m_gained->teams.insert(team);
        }
    }
    /// What its rights have grown by: the first page of it, or nothing.
    std::optional<std::string> gained() const { return m_gained ? std::optional(gainedPages(*m_gained)) : std::nullopt; }

private:
    /// Whether this agent may have a row that is not to be seen any more, by the rights of now or those that their desktop
    /// has been told of. What everybody could see everybody is told of.
    bool couldSee(const LogRow &row) const
    {
        if (!row.before || TRIBUTARY_BREAK(scopeBefore))
            return row.removed;
        return std::ranges::any_of(m_rights, [&row](const Agent &by) { return couldSee(row, by); });
    }
    static bool couldSee(const LogRow &row, const Agent &by)
    {
        switch (EntityType(row.type)) {
        case EntityType::Conversation: return sees(by, scopeFrom(*row.before));
        case EntityType::TimelineItem: {
            const Scope scope = scopeFrom(*row.before);
            return scope == Scope() ? by.active : sees(by, scope); // in no conversation: everybody's (Sight::sees())
        }
        case EntityType::SavedView: {
            const auto view = viewSharedBy(*row.before);
            return view && sees(by, *view);
        }
        default: return row.removed;
        }
    }

    EntitiesOfLog &m_entities;
    Sight &m_sight;
    std::vector<Agent> m_rights;
    wire::Changes &m_changes;
    std::size_t m_maxBytes;
    std::size_t m_bytes = 0;
    std::set<std::pair<std::int64_t, RawId>> m_taken; ///< Ten edits are one row.
    std::optional<Gained> m_gained;
};

} // namespace

struct LogReading::Known {
    /// The log from one position on.
    struct Stretch {
        wire::Chain start{};
        std::vector<LogRow> rows;
        std::set<ClientId> authors; ///< Whose commands it tells the outcome of.
    };

    explicit Known(store::Database &opened)
        : database(opened)
        , entities(opened)
    {
    }
    Result<const Stretch *> stretchAfter(std::int64_t from);
    Result<Sight *> sightOf(AgentId agent);

    store::Database &database;
    EntitiesOfLog entities;
    std::optional<wire::Position> head;
    std::map<std::int64_t, Stretch> stretches;
    std::shared_ptr<Sight::Scopes> scopes = std::make_shared<Sight::Scopes>();
    std::map<AgentId, Sight> sights;
};

Result<const LogReading::Known::Stretch *> LogReading::Known::stretchAfter(std::int64_t from)
{
    if (const auto known = stretches.find(from); known != stretches.end())
        return &known->second;
    Stretch stretch;
    TRIBUTARY_TRY_ASSIGN(const auto chain, chainAt(database, from));
    if (!chain) { // it has been forgotten while somebody was on the way there: at the next hello they hear of it
        auto first = database.query(sql::hub_first_seq);
        TRIBUTARY_TRY(first.step());
        if (from < first.integer(0))
            return failure(Error::Kind::NotFound, "the log begins later");
    }
    stretch.start = chain.value_or(wire::Chain{});
    TRIBUTARY_TRY_ASSIGN(stretch.rows, logAfter(database, from));
    for (const LogRow &row : stretch.rows) {
        if (row.type != kOutcomeType)
            continue;
        auto query = database.query(sql::hub_client_of_outcome);
        query.bind("command_id", CommandId(row.key)).bind("seq", row.seq);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (found)
            stretch.authors.insert(query.id<ClientId>(0));
    }
    return &stretches.emplace(from, std::move(stretch)).first->second;
}

Result<Sight *> LogReading::Known::sightOf(AgentId agent)
{
    auto known = TRIBUTARY_BREAK(sharedSight) ? sights.begin() : sights.find(agent);
    if (known == sights.end()) {
        TRIBUTARY_TRY_ASSIGN(Sight sight, Sight::of(database, agent, scopes));
        known = sights.emplace(agent, std::move(sight)).first;
    }
    return &known->second;
}

LogReading::LogReading(store::Database &database)
    : m_known(std::make_unique<Known>(database))
{
}

LogReading::~LogReading() = default;

Result<wire::Changes> LogReading::after(std::int64_t from, AgentId agent, ClientId client, std::size_t maxBytes)
{
    if (!m_known->head) {
        TRIBUTARY_TRY_ASSIGN(m_known->head, headOf(m_known->database));
    }
    TRIBUTARY_TRY_ASSIGN(const Known::Stretch *stretch, m_known->stretchAfter(from));
    TRIBUTARY_TRY_ASSIGN(Sight * sight, m_known->sightOf(agent));
    wire::Changes changes;
    changes.from = changes.to = from;
    changes.head = m_known->head->seq;
    changes.chain = stretch->start;
    TRIBUTARY_TRY_ASSIGN(auto earlier, rightsSince(m_known->database, sight->agent(), from));
    Selection selection(m_known->entities, *sight, std::move(earlier), changes, maxBytes);
    for (const LogRow &row : stretch->rows) {
        TRIBUTARY_TRY_ASSIGN(const bool fits, selection.take(row));
        if (!fits)
            break;
        selection.noteRights(row);
        // Only an erasure deletes one (see remove()). Whoever has had it may have written there.
        if (row.removed && EntityType(row.type) == EntityType::Conversation)
            changes.erased.emplace_back(row.key);
        changes.to = row.seq;
        changes.chain = row.chain;
    }
    if (!TRIBUTARY_BREAK(gained))
        changes.bootstrap = selection.gained();
    if (stretch->authors.contains(client))
        TRIBUTARY_TRY(addOutcomes(m_known->database, changes, client));
    return changes;
}

Result<wire::Changes> changesAfter(store::Database &database, std::int64_t from, AgentId agent, ClientId client,
                                   std::size_t maxBytes)
{
    return LogReading(database).after(from, agent, client, maxBytes);
}

Result<std::set<ConversationId>> conversationsChangedAfter(store::Database &database, std::int64_t from)
{
    std::set<ConversationId> changed;
    auto query = database.query(sql::hub_conversations_changed);
    query.bind("from_seq", from).bind("conversation_type", std::int64_t(EntityType::Conversation));
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return changed;
        changed.insert(query.id<ConversationId>(0));
    }
}

} // namespace tributary::hub
