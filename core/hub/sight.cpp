#include "core/hub/sight.h"

#include "core/store/entities.h"
#include "core/store/sql.h"

namespace tributary::hub {

using namespace tributary::model;

Result<Sight> Sight::of(store::Database &database, AgentId agent)
{
    TRIBUTARY_TRY_ASSIGN(auto found, store::agent(database, agent));
    return Sight(database, found ? std::move(*found) : Agent{.id = agent, .active = false});
}

Result<bool> Sight::sees(ConversationId id)
{
    if (m_agent.active && (m_agent.role == Agent::Role::Admin || id.isNull()))
        return true;
    const auto known = m_seen.find(id);
    if (known != m_seen.end())
        return known->second;
    auto query = m_database->query(store::sql::hub_conversation_team);
    query.bind("id", id);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    std::optional<TeamId> team;
    if (found && !query.isNull(0))
        team = query.id<TeamId>(0);
    const bool seen = model::sees(m_agent, team);
    m_seen.emplace(id, seen);
    return seen;
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
    return m_agent.active;
}

} // namespace tributary::hub
