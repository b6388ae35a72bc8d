#include "core/hub/change_log.h"

#include "core/base/digest.h"
#include "core/model/command_fields.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

#include <cstring>
#include <set>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

constexpr std::int64_t kOutcomeType = -1; ///< A log row that is about a command, not about an entity.
constexpr std::int64_t kRowsAtOnce = 1000;

template<std::size_t Size>
void copyTo(std::array<std::byte, Size> &target, ByteView bytes)
{
    if (bytes.size() == Size)
        std::memcpy(target.data(), bytes.data(), Size);
}

/// Who may see an entity: everybody, or one agent.
std::optional<Bytes> scopeOf(const Entity &entity)
{
    if (const auto *mark = std::get_if<ReadMark>(&entity))
        return copyOf(mark->agent.view());
    return std::nullopt;
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
    return query.bind("name", name).bind("epoch", ByteView(epoch)).bind("chain", ByteView(wire::Chain{})).run();
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

Result<std::int64_t> ChangeLog::append(std::int64_t type, const RawId &key, std::string_view op,
                                       const std::optional<Bytes> &scope, bool withCause)
{
    TRIBUTARY_TRY(begin());
    const std::int64_t seq = ++m_head;
    m_chain = nextChain(m_chain, seq, type, key, op);
    auto query = m_database.query(sql::hub_append_log);
    query.bind("seq", seq).bind("entity_type", type).bind("entity_key", key).bind("op", op).bindNull("scope_before");
    if (scope)
        query.bind("scope_after", ByteView(*scope));
    else
        query.bindNull("scope_after");
    if (withCause && !m_cause.client.isNull())
        query.bind("client_id", m_cause.client).bind("client_n", m_cause.n);
    else
        query.bindNull("client_id").bindNull("client_n");
    query.bind("chain", ByteView(m_chain));
    TRIBUTARY_TRY(query.run());
    return seq;
}

Result<void> ChangeLog::put(Entity &entity)
{
    TRIBUTARY_TRY_ASSIGN(const std::int64_t seq,
                         append(std::int64_t(typeOf(entity)), keyOf(entity), "put", scopeOf(entity), true));
    setVersion(entity, seq);
    TRIBUTARY_TRY(store::put(m_database, entity));
    return {};
}

Result<void> ChangeLog::record(const Outcome &outcome)
{
    TRIBUTARY_TRY_ASSIGN(const std::int64_t seq, append(kOutcomeType, outcome.command.bytes, "outcome", std::nullopt, true));
    auto query = m_database.query(sql::hub_add_outcome);
    query.bind("client_id", m_cause.client).bind("n", outcome.n).bind("command_id", outcome.command);
    query.bind("kind", outcome.kind).bind("reason", outcome.reason).bind("detail", outcome.detail).bind("seq", seq);
    return query.run();
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
    std::string op;
    Bytes scope;
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
        row.op = query.text(3);
        row.scope = copyOf(query.blob(4));
        copyTo(row.chain, query.blob(6));
        rows.push_back(std::move(row));
    }
}

/// The entity of a log row as it is now.
Result<std::optional<Entity>> entityOf(store::Database &database, const LogRow &row, AgentId agent)
{
    if (EntityType(row.type) != EntityType::ReadMark)
        return store::find(database, EntityType(row.type), row.key);
    auto query = database.query(sql::hub_read_mark_by_key);
    query.bind("agent_id", agent).bind("version", row.seq); // replaced since then: a later log row brings it
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
        Outcome outcome;
        outcome.n = query.integer(0);
        outcome.command = query.id<CommandId>(1);
        outcome.kind = fromName<Outcome::Kind>(query.text(2)).value_or(Outcome::Kind::Refused);
        outcome.reason = fromName<Outcome::Reason>(query.text(3)).value_or(Outcome::Reason::None);
        outcome.detail = query.text(4);
        changes.outcomes.push_back(std::move(outcome));
    }
    auto last = database.query(sql::hub_last_n_at);
    last.bind("client_id", client).bind("seq", changes.to);
    TRIBUTARY_TRY(last.step());
    changes.lastN = last.integer(0);
    return {};
}

} // namespace

Result<wire::Changes> changesAfter(store::Database &database, std::int64_t from, AgentId agent, ClientId client,
                                   std::size_t maxBytes)
{
    wire::Changes changes;
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
    changes.from = changes.to = from;
    changes.head = head.seq;
    TRIBUTARY_TRY_ASSIGN(const auto startChain, chainAt(database, from));
    changes.chain = startChain.value_or(wire::Chain{});
    TRIBUTARY_TRY_ASSIGN(const std::vector<LogRow> rows, logAfter(database, from));
    std::set<std::pair<std::int64_t, RawId>> taken; // ten edits are one row
    std::size_t bytes = 0;
    for (const LogRow &row : rows) {
        const bool visible = row.type != kOutcomeType && (row.scope.empty() || std::ranges::equal(row.scope, agent.view()));
        if (visible && !taken.contains({row.type, row.key})) {
            TRIBUTARY_TRY_ASSIGN(auto entity, entityOf(database, row, agent));
            if (entity) {
                const std::size_t size = wire::encode(wire::toValue(*entity)).size();
                if (bytes > 0 && bytes + size > maxBytes)
                    break; // the rest comes with the next frame
                bytes += size;
                changes.rows.push_back(std::move(*entity));
                taken.insert({row.type, row.key});
            } else if (row.op == "remove") {
                changes.removals.push_back({EntityType(row.type), row.key, row.seq});
            }
        }
        changes.to = row.seq;
        changes.chain = row.chain;
    }
    TRIBUTARY_TRY(addOutcomes(database, changes, client));
    return changes;
}

} // namespace tributary::hub
