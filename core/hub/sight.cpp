#include "core/hub/sight.h"

#include "core/store/entities.h"
#include "core/store/sql.h"

namespace tributary::hub {

using namespace tributary::model;

Result<Sight> Sight::of(store::Database &database, AgentId agent, std::shared_ptr<Scopes> scopes)
{
    TRIBUTARY_TRY_ASSIGN(auto found, store::agent(database, agent));
    return Sight(database, found ? std::move(*found) : Agent{.id = agent, .active = false},
                 scopes ? std::move(scopes) : std::make_shared<Scopes>());
}

Result<bool> Sight::sees(ConversationId id)
{
    if (id.isNull())
        return m_agent.active;
    auto known = m_scopes->find(id);
    if (known == m_scopes->end()) {
        TRIBUTARY_TRY_ASSIGN(const auto scope, scopeOf(*m_database, id));
        known = m_scopes->emplace(id, scope.value_or(Scope())).first;
    }
    return model::sees(m_agent, known->second);
}

Result<bool> Sight::sees(const Entity &entity)
{
    if (const auto *conversation = std::get_if<Conversation>(&entity))
        return model::sees(m_agent, *conversation);
    if (const auto *item = std::get_if<TimelineItem>(&entity))
        return sees(item->conversation);
    if (const auto *mark = std::get_if<ReadMark>(&entity)) {
        if (mark->agent != m_agent.id)
            return false;
        return sees(mark->conversation);
    }
    if (const auto *view = std::get_if<SavedView>(&entity))
        return model::sees(m_agent, *view);
    return m_agent.active;
}

Result<std::optional<Scope>> scopeOf(store::Database &database, ConversationId id)
{
    auto query = database.query(store::sql::hub_conversation_scope);
    query.bind("id", id);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<Scope>();
    Scope scope;
    if (!query.isNull(0))
        scope.team = query.id<TeamId>(0);
    if (!query.isNull(1))
        scope.assignee = query.id<AgentId>(1);
    scope.account = query.id<ChannelAccountId>(2);
    return std::optional<Scope>(scope);
}

} // namespace tributary::hub
