#include "core/model/rights.h"

#include "core/model/limits.h"
#include "core/model/masks.h"

#include <algorithm>

namespace tributary::model {
namespace {

bool isIn(const std::vector<TeamId> &teams, TeamId team)
{
    return std::ranges::count(teams, team) > 0;
}

} // namespace

Scope scopeOf(const Conversation &conversation)
{
    return {conversation.team, conversation.assignee, conversation.account};
}

Visibility visibilityOf(const Agent &agent)
{
    return agent.role == Agent::Role::Admin && !agent.customRole ? Visibility::Everything : agent.visibility;
}

bool sees(const Agent &agent, const std::optional<TeamId> &team)
{
    if (!agent.active)
        return false;
    return !team || visibilityOf(agent) == Visibility::Everything || isIn(agent.teams, *team);
}

bool sees(const Agent &agent, const Scope &scope)
{
    if (!sees(agent, scope.team))
        return false;
    if (visibilityOf(agent) == Visibility::Assigned && scope.assignee != agent.id)
        return false;
    return serves(agent, scope.account);
}

bool sees(const Agent &agent, const Conversation &conversation)
{
    return sees(agent, scopeOf(conversation));
}

bool sees(const Agent &agent, const SavedView &view)
{
    if (!agent.active)
        return false;
    if (view.owner == agent.id || view.sharing == SavedView::Sharing::Everybody)
        return true;
    return view.sharing == SavedView::Sharing::Team && view.team && sees(agent, view.team);
}

bool seesAllConversationsOf(const Agent &after, const Agent &before)
{
    if (!before.active)
        return true;
    if (!after.active || visibilityOf(after) < visibilityOf(before) || !servesAllOf(after, before))
        return false;
    return visibilityOf(after) == Visibility::Everything
           || std::ranges::all_of(before.teams, [&](TeamId team) { return isIn(after.teams, team); });
}

bool seesAllOf(const Agent &after, const Agent &before)
{
    if (!before.active)
        return true;
    return seesAllConversationsOf(after, before) && masksOf(before).coverAllOf(masksOf(after));
}

} // namespace tributary::model
