#include "core/hub/change_log.h"

#include "core/base/breaks.h"
#include "core/base/digest.h"
#include "core/base/fixed_bytes.h"
#include "core/base/seal.h"
#include "core/hub/log_format.h"
#include "core/hub/sight.h"
#include "core/model/command_fields.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;

namespace {

void add(Bytes &bytes, std::int64_t number)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        bytes.push_back(std::byte(number >> shift & 0xff));
}

} // namespace

wire::Chain nextChain(const wire::Chain &before, std::int64_t seq, std::int64_t type, const RawId &key, std::string_view op)
{
    Bytes bytes;
    bytes.reserve(before.size() + 2 * sizeof seq + key.size() + op.size());
    bytes.assign(before.begin(), before.end());
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
    query.bind("seq", seq).bind("entity_type", type).borrow("entity_key", ByteView(key)).borrow("op", op);
    for (const auto &[name, scope] : {std::pair("scope_before", &scopes.before), std::pair("scope_after", &scopes.after)}) {
        if (*scope)
            query.borrow(name, ByteView(**scope));
        else
            query.bindNull(name);
    }
    if (!m_cause.client.isNull())
        query.bind("client_id", m_cause.client).bind("client_n", m_cause.n);
    else
        query.bindNull("client_id").bindNull("client_n");
    query.borrow("chain", ByteView(m_chain));
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
        scopes.after = rightsBytes(*agent);
        if (known && rightsBytes(*known) != *scopes.after)
            scopes.before = rightsBytes(*known);
    } else if (const auto *view = std::get_if<SavedView>(&entity)) {
        TRIBUTARY_TRY_ASSIGN(const auto known, store::savedView(m_database, view->id));
        if (known && sharingBytes(*known) != sharingBytes(*view))
            scopes.before = sharingBytes(*known);
    }
    return scopes;
}

Result<void> ChangeLog::put(Entity &entity)
{
    TRIBUTARY_TRY_ASSIGN(const Scopes scopes, scopesOf(entity));
    return put(entity, scopes);
}

Result<void> ChangeLog::putNew(TimelineItem &item)
{
    TRIBUTARY_TRY(begin());
    item.saidSeq = m_head + 1;
    Entity entity(std::move(item));
    TRIBUTARY_TRY(put(entity, Scopes()));
    item = std::get<TimelineItem>(std::move(entity));
    return {};
}

Result<void> ChangeLog::put(Entity &entity, const Scopes &scopes)
{
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
    TRIBUTARY_TRY(append(std::int64_t(type), keyOf(entity), "remove", {.before = view ? sharingBytes(*view) : Bytes()}));
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

Result<std::int64_t> ChangeLog::nextNumber()
{
    if (m_number > 0) {
        ++m_unwritten;
        return ++m_number;
    }
    auto query = m_database.query(sql::hub_next_number);
    TRIBUTARY_TRY(query.step());
    m_number = query.integer(0);
    return m_number;
}

Result<std::int64_t> ChangeLog::finish()
{
    TRIBUTARY_TRY(begin());
    if (m_unwritten > 0) {
        auto numbers = m_database.query(sql::hub_skip_numbers);
        TRIBUTARY_TRY(numbers.bind("count", std::exchange(m_unwritten, 0)).run());
    }
    auto query = m_database.query(sql::hub_set_head);
    TRIBUTARY_TRY(query.bind("head", m_head).bind("chain", ByteView(m_chain)).run());
    return m_head;
}

} // namespace tributary::hub
