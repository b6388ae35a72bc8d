#include "core/hub/teams.h"

#include "core/hub/timeline_events.h"
#include "core/model/rights.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;

constexpr std::size_t kLongestName = 100;
constexpr std::size_t kMostTeams = 64; ///< Of an agent: they stand in each position of a bootstrap.

/// Names are told apart by more than the case of their Latin letters.
std::string folded(std::string name)
{
    for (char &letter : name)
        letter = letter >= 'A' && letter <= 'Z' ? char(letter - 'A' + 'a') : letter;
    return name;
}

Result<void> checkName(store::Database &database, const std::string &name, TeamId but = {})
{
    if (name.empty() || name.size() > kLongestName)
        return failure(Error::Kind::Invalid, "a team needs a name of at most 100 bytes");
    const auto known = teamNamed(database, name);
    if (known && known->id != but)
        return failure(Error::Kind::Conflict, "there is a team " + known->name + " already");
    if (!known && known.error().kind != Error::Kind::NotFound)
        return failure(known.error());
    return {};
}

Result<std::vector<Conversation>> readConversations(store::Query query)
{
    return store::readAll<Conversation>(query);
}

} // namespace

Result<std::vector<Team>> teams(store::Database &database)
{
    auto query = database.query(sql::hub_teams);
    return store::readAll<Team>(query);
}

Result<Team> teamNamed(store::Database &database, const std::string &name)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<Team> all, teams(database));
    const auto found = std::ranges::find_if(all, [&](const Team &team) { return folded(team.name) == folded(name); });
    if (found == all.end())
        return failure(Error::Kind::NotFound, "there is no team " + name);
    return *found;
}

Result<Team> addTeam(ChangeLog &changes, IdMaker &ids, const std::string &name)
{
    TRIBUTARY_TRY(checkName(changes.database(), name));
    Team team{.id = ids.make<TeamId>(), .name = name};
    TRIBUTARY_TRY(changes.put(team));
    return team;
}

Result<void> renameTeam(ChangeLog &changes, const std::string &name, const std::string &newName)
{
    TRIBUTARY_TRY_ASSIGN(Team team, teamNamed(changes.database(), name));
    TRIBUTARY_TRY(checkName(changes.database(), newName, team.id));
    team.name = newName;
    return changes.put(team);
}

Result<void> removeTeam(ChangeLog &changes, IdMaker &ids, const std::string &name, const std::optional<std::string> &into,
                        TimePoint now)
{
    store::Database &database = changes.database();
    TRIBUTARY_TRY_ASSIGN(const Team team, teamNamed(database, name));
    std::optional<TeamId> next;
    std::map<std::string, std::string> values;
    if (into) {
        TRIBUTARY_TRY_ASSIGN(const Team other, teamNamed(database, *into));
        if (other.id == team.id)
            return failure(Error::Kind::Invalid, "its conversations must go to another team");
        next = other.id;
        values["to"] = other.name;
    }
    auto mine = database.query(sql::hub_conversations_of_team);
    mine.bind("team_id", team.id);
    TRIBUTARY_TRY_ASSIGN(const std::vector<Conversation> conversations, readConversations(std::move(mine)));
    for (const Conversation &conversation : conversations)
        TRIBUTARY_TRY(moveToTeam(changes, ids, conversation, next, values, std::nullopt, now));
    std::vector<Agent> agents;
    {
        auto query = database.query(sql::hub_agents);
        TRIBUTARY_TRY_ASSIGN(agents, store::readAll<Agent>(query));
    }
    for (Agent &agent : agents) {
        if (std::erase(agent.teams, team.id) > 0)
            TRIBUTARY_TRY(changes.put(agent));
    }
    auto accounts = database.query(next ? sql::hub_hand_accounts_over : sql::hub_forget_team_of_accounts);
    accounts.bind("team_id", team.id);
    if (next)
        accounts.bind("into_id", *next);
    TRIBUTARY_TRY(accounts.run());
    return changes.remove(Entity(team));
}

Result<Agent> setRights(ChangeLog &changes, IdMaker &ids, Agent agent, Agent::Role role, std::vector<TeamId> teams,
                        TimePoint now)
{
    std::ranges::sort(teams);
    const auto repeated = std::ranges::unique(teams);
    teams.erase(repeated.begin(), repeated.end());
    if (teams.size() > kMostTeams)
        return failure(Error::Kind::Invalid, "nobody can be in more than 64 teams");
    const Agent before = agent;
    agent.role = role;
    agent.teams = std::move(teams);
    if (agent == before)
        return agent;
    TRIBUTARY_TRY(changes.put(agent));
    if (seesAllOf(agent, before))
        return agent;
    auto query = changes.database().query(sql::hub_open_conversations_of_agent);
    query.bind("agent_id", agent.id);
    TRIBUTARY_TRY_ASSIGN(const std::vector<Conversation> taken, readConversations(std::move(query)));
    for (Conversation conversation : taken) {
        if (sees(agent, conversation))
            continue;
        conversation.assignee.reset();
        TRIBUTARY_TRY(addEvent(changes, ids, conversation, "assigned", {}, std::nullopt, now));
        TRIBUTARY_TRY(changes.put(conversation));
    }
    return agent;
}

Result<void> moveToTeam(ChangeLog &changes, IdMaker &ids, Conversation conversation, std::optional<TeamId> team,
                        std::map<std::string, std::string> values, const std::optional<Agent> &by, TimePoint now)
{
    conversation.team = team;
    if (conversation.assignee) {
        TRIBUTARY_TRY_ASSIGN(const auto assignee, store::agent(changes.database(), *conversation.assignee));
        if (!assignee || !sees(*assignee, conversation))
            conversation.assignee.reset();
    }
    // The event is on the timeline before it moves, so that it moves along.
    TRIBUTARY_TRY(addEvent(changes, ids, conversation, "moved", std::move(values), by, now));
    return changes.put(conversation);
}

Result<std::optional<TeamId>> teamOfAccount(store::Database &database, ChannelAccountId account)
{
    auto query = database.query(sql::hub_team_of_account);
    query.bind("account_id", account);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<TeamId>(query.id<TeamId>(0)) : std::nullopt;
}

Result<void> setTeamOfAccount(store::Database &database, ChannelAccountId account, const std::optional<TeamId> &team)
{
    auto query = database.query(team ? sql::hub_set_team_of_account : sql::hub_forget_team_of_account);
    query.bind("account_id", account);
    if (team)
        query.bind("team_id", *team);
    return query.run();
}

} // namespace tributary::hub
