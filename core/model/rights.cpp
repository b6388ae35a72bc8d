#include "core/model/rights.h"

#include <algorithm>

namespace tributary::model {

bool sees(const Agent &agent, const std::optional<TeamId> &team)
{
    if (!agent.active)
        return false;
    return !team || agent.role == Agent::Role::Admin || std::ranges::count(agent.teams, *team) > 0;
}

bool sees(const Agent &agent, const Conversation &conversation)
{
    return sees(agent, conversation.team);
}

bool seesAllOf(const Agent &after, const Agent &before)
{
    if (!before.active)
        return true;
    if (!after.active)
        return false;
    if (after.role == Agent::Role::Admin)
        return true;
    return before.role != Agent::Role::Admin
           && std::ranges::all_of(before.teams, [&](TeamId team) { return std::ranges::count(after.teams, team) > 0; });
}

} // namespace tributary::model
