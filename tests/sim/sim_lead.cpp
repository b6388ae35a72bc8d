#include "tests/sim/sim_lead.h"

#include "core/hub/teams.h"
#include "core/model/permissions.h"
#include "core/store/entities.h"

namespace tributary::sim {

using namespace tributary::model;

void SimLead::setUp()
{
    const auto change = [&](auto work) {
        m_world.must(m_hub.database().inTransaction([&]() -> Result<std::int64_t> {
            hub::ChangeLog changes(m_hub.database());
            TRIBUTARY_TRY(work(changes));
            return changes.finish();
        }),
                     "teams");
    };
    for (int i = 0; i < 2; ++i) {
        change([&](hub::ChangeLog &changes) -> Result<void> {
            const auto made = hub::addTeam(changes, m_hub.ids(), "Team " + std::to_string(++m_named));
            return made ? Result<void>() : failure(made.error());
        });
    }
    for (int i = 0; i < 6; ++i)
        change([&](hub::ChangeLog &changes) { return decideOn(changes); });
}

void SimLead::act()
{
    m_hub.write([this](store::Database &database) { return decide(database); }, [](const Result<void> &) {});
}

Result<void> SimLead::decide(store::Database &database)
{
    hub::ChangeLog changes(database);
    TRIBUTARY_TRY(decideOn(changes));
    const auto head = changes.finish();
    return head ? Result<void>() : failure(head.error());
}

Result<void> SimLead::decideOn(hub::ChangeLog &changes)
{
    store::Database &database = changes.database();
    const TimePoint now = m_hub.clock().now();
    const auto outcome = [this](const auto &done, const std::string &what) -> Result<void> {
        if (done)
            m_world.note("lead: " + what);
        else if (done.error().kind != Error::Kind::Conflict && done.error().kind != Error::Kind::NotFound)
            return failure(done.error());
        return {};
    };
    switch (m_world.rng.below(9)) {
    case 0: {
        TRIBUTARY_TRY_ASSIGN(const auto team, aTeam(database));
        TRIBUTARY_TRY_ASSIGN(const auto other, aTeam(database));
        if (!team || !other || team->id == other->id)
            break;
        if (m_world.rng.below(2) == 0)
            return outcome(hub::renameTeam(changes, team->name, "Team " + std::to_string(++m_named)), "a team is renamed");
        const auto into = m_world.rng.below(2) == 0 ? std::optional(other->name) : std::nullopt;
        return outcome(hub::removeTeam(changes, m_hub.ids(), team->name, into, now), "a team is removed");
    }
    case 1: return outcome(hub::addTeam(changes, m_hub.ids(), "Team " + std::to_string(++m_named)), "a new team");
    case 2: {
        TRIBUTARY_TRY_ASSIGN(const auto team, aTeam(database));
        const auto whose = m_world.rng.below(3) == 0 || !team ? std::nullopt : std::optional(team->id);
        return outcome(hub::setTeamOfAccount(changes, m_accounts[m_world.rng.below(m_accounts.size())], whose),
                       "new work goes elsewhere");
    }
    case 3: return outcome(hub::saveRole(changes, m_hub.ids(), aRole(), now), "a role");
    default: {
        TRIBUTARY_TRY_ASSIGN(const auto agent, store::agent(database, m_agents[m_world.rng.below(m_agents.size())]));
        if (!agent)
            break;
        TRIBUTARY_TRY_ASSIGN(auto teams, someTeams(database));
        const auto role = m_world.rng.below(6) == 0 ? Agent::Role::Admin : Agent::Role(m_world.rng.below(2));
        Agent wanted = *agent;
        wanted.role = role;
        wanted.teams = std::move(teams);
        wanted.customRole.reset();
        if (!m_roles.empty() && m_world.rng.below(3) == 0)
            wanted.customRole = m_roles[m_world.rng.below(m_roles.size())];
        const auto changed = hub::setRights(changes, m_hub.ids(), std::move(wanted), now);
        if (!changed && changed.error().kind == Error::Kind::Invalid)
            break; // nobody would be an admin any more
        return outcome(changed, "the rights of " + agent->name + " change");
    }
    }
    return {};
}

/// What a lead may do, or most of it, on another part of the work. One that is known changes for all who have it.
Role SimLead::aRole()
{
    Role role{.name = "Role " + std::to_string(++m_named)};
    if (m_roles.size() < 3)
        m_roles.push_back(m_hub.ids().make<RoleId>());
    role.id = m_roles[m_world.rng.below(m_roles.size())];
    role.permissions = permissionsOf(Agent::Role::Lead);
    const bool isMasked = m_world.chance(m_world.faults.masks);
    std::erase_if(role.permissions, [&](const std::string &permission) {
        return permission.starts_with("see-") ? isMasked && m_world.rng.below(2) == 0 : m_world.rng.below(10) == 0;
    });
    role.visibility = Visibility(m_world.rng.below(3));
    if (m_world.rng.below(3) == 0)
        role.accounts = {m_accounts[m_world.rng.below(m_accounts.size())]};
    return role;
}

Result<std::vector<TeamId>> SimLead::someTeams(store::Database &database)
{
    TRIBUTARY_TRY_ASSIGN(const auto all, hub::teams(database));
    std::vector<TeamId> some;
    for (const Team &team : all) {
        if (m_world.rng.below(2) == 0)
            some.push_back(team.id);
    }
    return some;
}

Result<std::optional<Team>> SimLead::aTeam(store::Database &database)
{
    TRIBUTARY_TRY_ASSIGN(const auto all, hub::teams(database));
    return all.empty() ? std::nullopt : std::optional(all[m_world.rng.below(all.size())]);
}

} // namespace tributary::sim
