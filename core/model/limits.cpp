#include "core/model/limits.h"

#include "core/model/permissions.h"
#include "core/model/rights.h"

#include <algorithm>

namespace tributary::model {

bool serves(const Agent &agent, ChannelAccountId account)
{
    return agent.accounts.empty() || std::ranges::count(agent.accounts, account) > 0;
}

bool servesAllOf(const Agent &agent, const Agent &other)
{
    if (agent.accounts.empty())
        return true;
    return !other.accounts.empty()
           && std::ranges::all_of(other.accounts, [&agent](ChannelAccountId account) { return serves(agent, account); });
}

std::optional<NotGiven> whyNotGiven(const Agent &by, Agent before, Agent after)
{
    before.active = after.active = true;
    for (std::size_t i = 0; i < kPermissions; ++i) {
        const auto permission = Permission(i);
        const bool differs = may(before, permission) || may(after, permission);
        if (differs && !may(by, permission))
            return NotGiven::MorePermissions;
    }
    const auto mostSeen = std::max(visibilityOf(before), visibilityOf(after));
    if (mostSeen > visibilityOf(by) || !servesAllOf(by, before) || !servesAllOf(by, after))
        return NotGiven::MoreSight;
    // What belongs to a team is shown to who comes into it, and to who is in it and comes to see more.
    const bool widens = visibilityOf(after) > visibilityOf(before) || !servesAllOf(before, after);
    for (const TeamId &team : after.teams) {
        const bool isNew = std::ranges::count(before.teams, team) == 0;
        if ((isNew || widens) && !sees(by, std::optional(team)))
            return NotGiven::AnotherTeam;
    }
    return {};
}

bool mayTakeFrom(const Agent &agent, const Agent &holder)
{
    return holder.id == agent.id || !holder.active || may(agent, Permission::AssignOthers);
}

} // namespace tributary::model
