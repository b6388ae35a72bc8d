#include "core/hub/change_log.h"

#include "core/base/breaks.h"
#include "core/base/digest.h"
#include "core/base/seal.h"
#include "core/hub/bootstrap.h"
#include "core/hub/sight.h"
#include "core/model/command_fields.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <cstring>
#include <set>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

constexpr std::int64_t kOutcomeType = -1; ///< A log row that is about a command, not about an entity.
constexpr std::int64_t kRowsAtOnce = 1000;
constexpr std::size_t kRemovalBytes = 32; ///< About what a removal takes in a frame.

template<std::size_t Size>
void copyTo(std::array<std::byte, Size> &target, ByteView bytes)
{
    if (bytes.size() == Size)
        std::memcpy(target.data(), bytes.data(), Size);
}

/// A conversation's scope in the log: team, assignee and account, of each 16 bytes, null where there is none.
Bytes scopeBytes(const Scope &scope)
{
    const RawId team = scope.team.value_or(TeamId()).bytes, assignee = scope.assignee.value_or(AgentId()).bytes;
    Bytes bytes;
    for (const RawId *id : {&team, &assignee, &scope.account.bytes})
        bytes.insert(bytes.end(), id->begin(), id->end());
    return bytes;
}

/// Logs of earlier programs hold the team alone: 16 bytes, or none for nobody in particular.
Scope scopeFrom(ByteView bytes)
{
    constexpr std::size_t kId = 16;
    Scope scope;
    if (const auto team = TeamId::fromBytes(bytes.first(std::min(bytes.size(), kId))); team && !team->isNull())
        scope.team = *team;
    if (bytes.size() == 3 * kId) {
        if (const auto assignee = AgentId::fromBytes(bytes.subspan(kId, kId)); assignee && !assignee->isNull())
            scope.assignee = *assignee;
        scope.account = ChannelAccountId::fromBytes(bytes.subspan(2 * kId)).value_or(ChannelAccountId());
    }
    return scope;
}

/// What an agent's rights rest on.
Agent rightsOf(const Agent &agent)
{
    return {.id = agent.id,
            .role = agent.role,
            .teams = agent.teams,
            .active = agent.active,
            .customRole = agent.customRole,
            .permissions = agent.permissions,
            .visibility = agent.visibility,
            .accounts = agent.accounts};
}

/// Whom a view is shared with.
SavedView sharingOf(const SavedView &view)
{
    return {.id = view.id, .owner = view.owner, .sharing = view.sharing, .team = view.team};
}

template<class T>
Bytes packed(const T &entity)
{
    return wire::encode(wire::toValue(Entity(entity)));
}

template<class T>
std::optional<T> unpacked(EntityType type, ByteView bytes)
{
    const auto value = wire::decode(bytes);
    const auto entity = value ? wire::entityFrom(type, *value) : Result<Entity>(failure(value.error()));
    return entity ? std::optional<T>(std::get<T>(*entity)) : std::nullopt;
}

Agent agentWith(AgentId id, ByteView rights)
{
    if (auto agent = unpacked<Agent>(EntityType::Agent, rights))
        return *agent;
    // Of an earlier program: active, role, teams.
    Agent agent{.id = id, .active = false};
    if (rights.size() < 2)
        return agent;
    agent.active = rights[0] != std::byte(0);
    agent.role = Agent::Role(std::to_integer<int>(rights[1]));
    for (std::size_t at = 2; at + 16 <= rights.size(); at += 16) {
        if (const auto team = TeamId::fromBytes(rights.subspan(at, 16)))
            agent.teams.push_back(*team);
    }
    return agent;
}

void add(Bytes &bytes, std::int64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes.push_back(std::byte(number >> shift & 0xff));
}

} // namespace

wire::Chain nextChain(const wire::Chain &before, std::int64_t seq, std::int64_t type, const RawId &key, std::string_view op)
{
    Bytes bytes(before.begin(), before.end());
    add(bytes, seq);
    add(bytes, type);
    bytes.insert(bytes.end(), key.begin(), key.end());
    const ByteView opBytes = bytesOf(op);
    bytes.insert(bytes.end(), opBytes.begin(), opBytes.end());
    return blake16(bytes);
}

Result<void> createWorkspace(store::Database &database, const std::string &name, Rng &rng)
{
    wire::Epoch epoch;
    rng.fill(epoch);
    auto query = database.query(sql::hub_create_workspace);
    TRIBUTARY_TRY(query.bind("name", name).bind("epoch", ByteView(epoch)).bind("chain", ByteView(wire::Chain{})).run());
    return database.query(sql::hub_first_epoch).run();
}

Result<Bytes> sealRoot(store::Database &database, Rng &rng)
{
    {
        auto query = database.query(sql::hub_seal_root);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (found)
            return copyOf(query.blob(0));
    }
    Bytes root(SealKey::kBytes);
    rng.fill(root);
    TRIBUTARY_TRY(database.query(sql::hub_set_seal_root).bind("seal_root", ByteView(root)).run());
    return root;
}

Result<WorkspaceState> workspaceState(store::Database &database)
{
    auto query = database.query(sql::hub_workspace);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return failure(Error::Kind::Corrupt, "the store has no workspace");
    WorkspaceState state;
    state.name = query.text(0);
    copyTo(state.head.epoch, query.blob(1));
    state.head.seq = query.integer(2);
    copyTo(state.head.chain, query.blob(3));
    return state;
}

Result<wire::Position> headOf(store::Database &database)
{
    TRIBUTARY_TRY_ASSIGN(const WorkspaceState state, workspaceState(database));
    return state.head;
}

Result<std::optional<wire::Chain>> chainAt(store::Database &database, std::int64_t seq)
{
    if (seq == 0)
        return std::optional<wire::Chain>(wire::Chain{});
    auto query = database.query(sql::hub_chain_at);
    query.bind("seq", seq);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<wire::Chain>();
    wire::Chain chain{};
    copyTo(chain, query.blob(0));
    return std::optional<wire::Chain>(chain);
}

Result<void> ChangeLog::begin()
{
    if (m_begun)
        return {};
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(m_database));
    m_head = head.seq;
    m_chain = head.chain;
    m_begun = true;
    return {};
}

Result<std::int64_t> ChangeLog::append(std::int64_t type, const RawId &key, std::string_view op, const Scopes &scopes)
{
    TRIBUTARY_TRY(begin());
    const std::int64_t seq = ++m_head;
    m_chain = nextChain(m_chain, seq, type, key, op);
    auto query = m_database.query(sql::hub_append_log);
    query.bind("seq", seq).bind("entity_type", type).bind("entity_key", key).bind("op", op);
    for (const auto &[name, scope] : {std::pair("scope_before", &scopes.before), std::pair("scope_after", &scopes.after)}) {
        if (*scope)
            query.bind(name, ByteView(**scope));
        else
            query.bindNull(name);
    }
    if (!m_cause.client.isNull())
        query.bind("client_id", m_cause.client).bind("client_n", m_cause.n);
    else
        query.bindNull("client_id").bindNull("client_n");
    query.bind("chain", ByteView(m_chain));
    TRIBUTARY_TRY(query.run());
    return seq;
}

Result<ChangeLog::Scopes> ChangeLog::scopesOf(TimelineItem &item)
{
    Scopes scopes;
    auto query = m_database.query(sql::hub_place_of_item);
    query.bind("id", item.id);
    TRIBUTARY_TRY_ASSIGN(const bool known, query.step());
    if (!known) {
        TRIBUTARY_TRY(begin());
        item.saidSeq = m_head + 1;
        return scopes;
    }
    item.saidSeq = query.integer(1);
    const auto place = query.id<ConversationId>(0);
    if (place != item.conversation) {
        TRIBUTARY_TRY_ASSIGN(const auto before, scopeOf(m_database, place));
        scopes.before = scopeBytes(before.value_or(Scope()));
    }
    return scopes;
}

Result<ChangeLog::Scopes> ChangeLog::scopesOf(Entity &entity)
{
    Scopes scopes;
    if (auto *item = std::get_if<TimelineItem>(&entity))
        return scopesOf(*item);
    if (const auto *mark = std::get_if<ReadMark>(&entity)) {
        scopes.after = copyOf(mark->agent.view());
    } else if (const auto *conversation = std::get_if<Conversation>(&entity)) {
        scopes.after = scopeBytes(model::scopeOf(*conversation));
        TRIBUTARY_TRY_ASSIGN(const auto before, scopeOf(m_database, conversation->id));
        if (before && *before != model::scopeOf(*conversation))
            scopes.before = scopeBytes(*before);
    } else if (const auto *agent = std::get_if<Agent>(&entity)) {
        TRIBUTARY_TRY_ASSIGN(const auto known, store::agent(m_database, agent->id));
        scopes.after = packed(rightsOf(*agent));
        if (known && rightsOf(*known) != rightsOf(*agent))
            scopes.before = packed(rightsOf(*known));
    } else if (const auto *view = std::get_if<SavedView>(&entity)) {
        TRIBUTARY_TRY_ASSIGN(const auto known, store::savedView(m_database, view->id));
        if (known && sharingOf(*known) != sharingOf(*view))
            scopes.before = packed(sharingOf(*known));
    }
    return scopes;
}

Result<void> ChangeLog::put(Entity &entity)
{
    TRIBUTARY_TRY_ASSIGN(const Scopes scopes, scopesOf(entity));
    if (isAudited(entity)) {
        TRIBUTARY_TRY_ASSIGN(const auto before, store::find(m_database, typeOf(entity), keyOf(entity)));
        TRIBUTARY_TRY(noteChange(m_database, m_cause.author, before, entity));
    }
    TRIBUTARY_TRY_ASSIGN(const std::int64_t seq, append(std::int64_t(typeOf(entity)), keyOf(entity), "put", scopes));
    setVersion(entity, seq);
    TRIBUTARY_TRY(store::put(m_database, entity));
    if (const auto *conversation = std::get_if<Conversation>(&entity);
        conversation && scopes.before && !TRIBUTARY_BREAK(movedItems)) {
        TRIBUTARY_TRY_ASSIGN(const bool moves, movesAlong(*conversation, *scopes.before));
        if (moves)
            TRIBUTARY_TRY(moveAlong(conversation->id, *scopes.before));
    }
    return {};
}

/// Whether somebody comes to see a conversation by its new scope. Of those who see it no more each is told to remove it, and
/// with it what belongs to it.
Result<bool> ChangeLog::movesAlong(const Conversation &conversation, const Bytes &before)
{
    const Scope old = scopeFrom(before);
    if (old.team != conversation.team || old.account != conversation.account)
        return true;
    if (!conversation.assignee)
        return false;
    TRIBUTARY_TRY_ASSIGN(const auto assignee, store::agent(m_database, *conversation.assignee));
    return assignee && !sees(*assignee, old) && sees(*assignee, conversation);
}

Result<void> ChangeLog::moveAlong(ConversationId conversation, const Bytes &before)
{
    std::vector<TimelineItemId> items;
    {
        auto query = m_database.query(sql::hub_items_of_conversation);
        query.bind("conversation_id", conversation);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            items.push_back(query.id<TimelineItemId>(0));
        }
    }
    for (const TimelineItemId &item : items) {
        TRIBUTARY_TRY_ASSIGN(const std::int64_t seq,
                             append(std::int64_t(EntityType::TimelineItem), item.bytes, "put", {.before = before}));
        auto query = m_database.query(sql::hub_touch_item);
        TRIBUTARY_TRY(query.bind("id", item).bind("version", seq).run());
    }
    std::vector<AgentId> agents;
    {
        auto query = m_database.query(sql::hub_marks_of_conversation);
        query.bind("conversation_id", conversation);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            agents.push_back(query.id<AgentId>(0));
        }
    }
    for (const AgentId &agent : agents) {
        const ReadMark mark{.agent = agent, .conversation = conversation};
        TRIBUTARY_TRY_ASSIGN(const std::int64_t seq, append(std::int64_t(EntityType::ReadMark), keyOf(mark), "put",
                                                            {.before = before, .after = copyOf(agent.view())}));
        auto query = m_database.query(sql::hub_touch_mark);
        TRIBUTARY_TRY(query.bind("agent_id", agent).bind("conversation_id", conversation).bind("version", seq).run());
    }
    return {};
}

Result<void> ChangeLog::remove(const Entity &entity)
{
    const EntityType type = typeOf(entity);
    if (type == EntityType::Conversation || type == EntityType::TimelineItem || type == EntityType::ReadMark)
        return failure(Error::Kind::Invalid, "what a team may see is not deleted this way");
    const auto *view = std::get_if<SavedView>(&entity);
    TRIBUTARY_TRY(noteChange(m_database, m_cause.author, entity, std::nullopt));
    TRIBUTARY_TRY(
        append(std::int64_t(type), keyOf(entity), "remove", {.before = view ? packed(sharingOf(*view)) : Bytes()}));
    TRIBUTARY_TRY(store::remove(m_database, type, keyOf(entity)));
    return {};
}

Result<void> ChangeLog::erase(const Entity &entity)
{
    Scopes scopes{.before = Bytes()};
    if (const auto *conversation = std::get_if<Conversation>(&entity)) {
        scopes.before = scopeBytes(model::scopeOf(*conversation));
    } else if (const auto *item = std::get_if<TimelineItem>(&entity)) {
        TRIBUTARY_TRY_ASSIGN(const auto place, scopeOf(m_database, item->conversation));
        scopes.before = scopeBytes(place.value_or(Scope()));
    }
    TRIBUTARY_TRY(append(std::int64_t(typeOf(entity)), keyOf(entity), "remove", scopes));
    TRIBUTARY_TRY(store::remove(m_database, typeOf(entity), keyOf(entity)));
    return {};
}

Result<void> ChangeLog::record(const Outcome &outcome)
{
    TRIBUTARY_TRY_ASSIGN(const std::int64_t seq, append(kOutcomeType, outcome.command.bytes, "outcome", {}));
    auto query = m_database.query(sql::hub_add_outcome);
    query.bind("client_id", m_cause.client).bind("n", outcome.n).bind("command_id", outcome.command);
    query.bind("kind", outcome.kind).bind("reason", outcome.reason).bind("detail", outcome.detail).bind("seq", seq);
    const Bytes rows = wire::encodeList(outcome.refusedRows);
    if (!outcome.refusedRows.empty()) // else NULL
        query.bind("refused_rows", ByteView(rows));
    return query.run();
}

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

Result<std::int64_t> ChangeLog::nextNumber()
{
    auto query = m_database.query(sql::hub_next_number);
    TRIBUTARY_TRY(query.step());
    return query.integer(0);
}

Result<std::int64_t> ChangeLog::finish()
{
    TRIBUTARY_TRY(begin());
    auto query = m_database.query(sql::hub_set_head);
    TRIBUTARY_TRY(query.bind("head", m_head).bind("chain", ByteView(m_chain)).run());
    return m_head;
}

namespace {

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

/// The entities that rows of the log are of.
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
    Result<const Found *> of(const LogRow &row)
    {
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
        }
        return &known->second;
    }

private:
    store::Database &m_database;
    std::map<std::tuple<std::int64_t, RawId, std::int64_t>, Found> m_known;
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
            const auto view = unpacked<SavedView>(EntityType::SavedView, *row.before);
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
