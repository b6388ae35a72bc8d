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

std::optional<Agent> anybodyLike(const Agent &agent)
{
    // All fields by name: one that is added does not compile before somebody has thought of what it lets an agent see.
    const auto &[id, email, name, role, teams, active, version, customRole, permissions, visibility, accounts, capacity,
                 away, languages] = agent;
    if (!active || visibilityOf(agent) == Visibility::Assigned)
        return std::nullopt;
    Agent like;
    like.customRole = RoleId(RawId{std::byte(1)}); // what counts stands below, not in a plain role
    like.visibility = visibilityOf(agent);
    for (const Permission permission :
         {Permission::SeeContactDetails, Permission::SeeCustomerNotes, Permission::SeeConfidentialFields}) {
        if (may(agent, permission))
            like.permissions.emplace_back(nameOf(permission));
    }
    const auto inOrder = [](auto ids) {
        std::ranges::sort(ids);
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        return ids;
    };
    if (like.visibility == Visibility::Teams)
        like.teams = inOrder(teams);
    like.accounts = inOrder(accounts);
    return like;
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

bool seesTheSame(const Agent &one, const Agent &other)
{
    return seesAllOf(one, other) && seesAllOf(other, one);
}

} // namespace tributary::model
