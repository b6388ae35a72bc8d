#include "core/store/ticket_reads.h"

#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
#include "core/store/sql.h"

#include <algorithm>

namespace tributary::store {
namespace {

using namespace tributary::model;

template<class T>
Result<std::vector<T>> allOf(Database &cache, EntityType type)
{
    std::vector<T> all;
    TRIBUTARY_TRY(scanRows(cache, {.type = type}, [&all](const Entity &entity, const Query &) {
        all.push_back(std::get<T>(entity));
        return Result<void>();
    }));
    return all;
}

} // namespace

Result<std::optional<Ticket>> ticket(Database &cache, ConversationId id, AgentId agent)
{
    TRIBUTARY_TRY_ASSIGN(auto found, conversation(cache, id));
    if (!found)
        return std::optional<Ticket>();
    Ticket ticket{.conversation = std::move(*found)};
    TRIBUTARY_TRY_ASSIGN(const auto mark, readMark(cache, agent, id));
    ticket.following = mark && mark->following;
    TRIBUTARY_TRY_ASSIGN(ticket.teams, allOf<Team>(cache, EntityType::Team));
    TRIBUTARY_TRY_ASSIGN(ticket.statuses, allOf<CustomStatus>(cache, EntityType::CustomStatus));
    TRIBUTARY_TRY_ASSIGN(ticket.fields, allOf<FieldDefinition>(cache, EntityType::FieldDefinition));
    std::erase_if(ticket.fields,
                  [](const FieldDefinition &field) { return field.subject != FieldDefinition::Subject::Conversation; });
    std::ranges::sort(ticket.teams, {}, &Team::name);
    std::ranges::stable_sort(ticket.statuses, {}, &CustomStatus::position);
    std::ranges::stable_sort(ticket.fields, {}, &FieldDefinition::position);
    for (const ConversationId &other : ticket.conversation.related) {
        TRIBUTARY_TRY_ASSIGN(const auto related, conversation(cache, other));
        if (related)
            ticket.related.push_back(*related);
    }
    {
        auto query = cache.query(sql::cache_side_conversations);
        query.bind("parent_id", id);
        TRIBUTARY_TRY_ASSIGN(ticket.sides, readAll<Conversation>(query));
    }
    if (ticket.conversation.parent) {
        TRIBUTARY_TRY_ASSIGN(ticket.parent, conversation(cache, *ticket.conversation.parent));
    }
    if (ticket.conversation.joinedInto) {
        TRIBUTARY_TRY_ASSIGN(ticket.into, conversation(cache, *ticket.conversation.joinedInto));
    }
    TRIBUTARY_TRY_ASSIGN(const CustomerId root, rootOf(cache, ticket.conversation.customer));
    TRIBUTARY_TRY_ASSIGN(const auto members, membersOf(cache, root));
    TRIBUTARY_TRY_ASSIGN(ticket.ofPerson, conversationsOf(cache, members));
    std::erase_if(ticket.ofPerson, [id](const Conversation &one) { return one.id == id || one.joinedInto; });
    return std::optional<Ticket>(std::move(ticket));
}

Result<std::optional<Conversation>> conversationNumbered(Database &cache, std::int64_t number)
{
    auto query = cache.query(sql::cache_conversation_numbered);
    query.bind("number", number);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<Conversation>(readRow<Conversation>(query)) : std::nullopt;
}

} // namespace tributary::store
