#pragma once

#include "tests/sim/sim_hub.h"

namespace tributary::sim {

/// Somebody who decides, at the hub itself, which teams there are, who is in them and as what, and whose new work is whose:
/// rights change in the middle of everything.
class SimLead {
public:
    SimLead(World &world, SimHub &hub)
        : m_world(world)
        , m_hub(hub)
    {
    }

    void know(const model::Agent &agent) { m_agents.push_back(agent.id); }
    void know(const model::ChannelAccount &account) { m_accounts.push_back(account.id); }
    /// Before anybody works. Without it there are no teams, and everybody sees everything.
    void setUp();
    void act();

private:
    Result<void> decide(store::Database &database);
    Result<void> decideOn(hub::ChangeLog &changes);
    model::Role aRole();
    Result<std::vector<model::TeamId>> someTeams(store::Database &database);
    Result<std::optional<model::Team>> aTeam(store::Database &database);

    World &m_world;
    SimHub &m_hub;
    std::vector<model::AgentId> m_agents;
    std::vector<model::ChannelAccountId> m_accounts;
    std::vector<model::RoleId> m_roles; ///< Of those that were made; a hub that goes back may not have them.
    int m_named = 0;
};

} // namespace tributary::sim
