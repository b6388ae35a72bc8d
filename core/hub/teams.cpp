#include "core/hub/teams.h"

#include "core/hub/timeline_events.h"
#include "core/model/rights.h"
#include "core/store/entities.h"
#include "core/store/row_scan.h"
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

Result<void> saveTeam(ChangeLog &changes, Team team)
{
    TRIBUTARY_TRY(checkName(changes.database(), team.name, team.id));
    TRIBUTARY_TRY_ASSIGN(const bool ends, isEnding(changes.database(), team.id.bytes));
    if (ends)
        return failure(Error::Kind::Conflict, "it was removed, and what it had is on its way elsewhere");
    return changes.put(team);
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
                        TimePoint now, std::int64_t most)
{
    store::Database &database = changes.database();
    TRIBUTARY_TRY_ASSIGN(const Team team, teamNamed(database, name));
    std::optional<Team> next;
    if (into) {
        TRIBUTARY_TRY_ASSIGN(next, teamNamed(database, *into));
    }
    return removeTeam(changes, ids, team, next, now, std::nullopt, most);
}

Result<void> removeTeam(ChangeLog &changes, IdMaker &ids, const Team &team, const std::optional<Team> &into, TimePoint now,
                        const std::optional<Agent> &by, std::int64_t most)
{
    store::Database &database = changes.database();
    Ending ending{.id = team.id.bytes, .name = team.name};
    if (into) {
        if (into->id == team.id)
            return failure(Error::Kind::Invalid, "its conversations must go to another team");
        ending.into = into->id;
    }
    if (by)
        ending.by = by->id;
    TRIBUTARY_TRY(beginEnding(changes, ids, ending, now, most));
    std::vector<Agent> agents;
    {
        auto query = database.query(sql::hub_agents);
        TRIBUTARY_TRY_ASSIGN(agents, store::readAll<Agent>(query));
    }
    for (Agent &agent : agents) {
        if (std::erase(agent.teams, team.id) > 0)
            TRIBUTARY_TRY(changes.put(agent));
    }
    std::vector<SavedView> views;
    TRIBUTARY_TRY(store::scanRows(database, {.type = EntityType::SavedView}, [&](const Entity &entity, const auto &) {
        if (const auto &view = std::get<SavedView>(entity); view.team == team.id)
            views.push_back(view);
        return Result<void>();
    }));
    for (SavedView &view : views) { // its owner keeps it
        view.sharing = SavedView::Sharing::Private;
        view.team.reset();
        TRIBUTARY_TRY(changes.put(view));
    }
    std::vector<ChannelAccount> accounts;
    {
        auto query = database.query(sql::hub_accounts);
        TRIBUTARY_TRY_ASSIGN(accounts, store::readAll<ChannelAccount>(query));
    }
    for (ChannelAccount &account : accounts) {
        if (account.team != team.id)
            continue;
        account.team = ending.into;
        TRIBUTARY_TRY(changes.put(account));
    }
    return changes.remove(Entity(team));
}

namespace {

Result<std::vector<Agent>> allAgents(store::Database &database)
{
    auto query = database.query(sql::hub_agents);
    return store::readAll<Agent>(query);
}

bool isAdmin(const Agent &agent)
{
    return agent.active && agent.role == Agent::Role::Admin && !agent.customRole;
}

/// A workspace that nobody could set up any more.
Result<void> checkAdminIsLeft(store::Database &database, const Agent &before, const Agent &after)
{
    if (!isAdmin(before) || isAdmin(after))
        return {};
    TRIBUTARY_TRY_ASSIGN(const std::vector<Agent> admins, adminsOf(database));
    if (std::ranges::none_of(admins, [&after](const Agent &admin) { return admin.id != after.id; }))
        return failure(Error::Kind::Invalid, "nobody would be an admin any more");
    return {};
}

/// Whoever has taken what they may not see gives it back; of who is not active all goes, to @p workTo where they may see it.
Result<void> giveBack(ChangeLog &changes, IdMaker &ids, const Agent &agent, const std::optional<Agent> &workTo,
                      const std::optional<Agent> &by, TimePoint now)
{
    auto query = changes.database().query(sql::hub_open_conversations_of_agent);
    query.bind("agent_id", agent.id);
    TRIBUTARY_TRY_ASSIGN(const std::vector<Conversation> taken, readConversations(std::move(query)));
    for (Conversation conversation : taken) {
        if (sees(agent, conversation))
            continue;
        conversation.assignee.reset();
        std::map<std::string, std::string> values{{"from", agent.name}, {"why", agent.active ? "out-of-sight" : "gone"}};
        Conversation given = conversation;
        given.assignee = workTo ? std::optional(workTo->id) : std::nullopt;
        if (workTo && sees(*workTo, given)) {
            conversation = given;
            values["to"] = workTo->name;
        }
        TRIBUTARY_TRY(addEvent(changes, ids, conversation, "assigned", std::move(values), by, now));
        TRIBUTARY_TRY(changes.put(conversation));
    }
    return {};
}

} // namespace

Result<std::vector<Agent>> adminsOf(store::Database &database)
{
    TRIBUTARY_TRY_ASSIGN(std::vector<Agent> agents, allAgents(database));
    std::erase_if(agents, [](const Agent &agent) { return !isAdmin(agent); });
    return agents;
}

Result<void> writeRole(store::Database &database, Agent &agent)
{
    agent.permissions.clear();
    agent.visibility = Visibility::Teams;
    agent.accounts.clear();
    if (!agent.customRole)
        return {};
    TRIBUTARY_TRY_ASSIGN(const auto role, store::role(database, *agent.customRole));
    if (!role)
        return failure(Error::Kind::NotFound, "there is no such role");
    agent.permissions = role->permissions;
    agent.visibility = role->visibility;
    agent.accounts = role->accounts;
    return {};
}

Result<std::vector<Agent>> agentsWith(store::Database &database, RoleId role)
{
    TRIBUTARY_TRY_ASSIGN(std::vector<Agent> agents, allAgents(database));
    std::erase_if(agents, [role](const Agent &agent) { return agent.customRole != role; });
    return agents;
}

Result<Agent> setRights(ChangeLog &changes, IdMaker &ids, Agent wanted, TimePoint now, const std::optional<Agent> &by)
{
    std::ranges::sort(wanted.teams);
    const auto repeated = std::ranges::unique(wanted.teams);
    wanted.teams.erase(repeated.begin(), repeated.end());
    if (wanted.teams.size() > kMostTeams)
        return failure(Error::Kind::Invalid, "nobody can be in more than 64 teams");
    TRIBUTARY_TRY(writeRole(changes.database(), wanted));
    TRIBUTARY_TRY_ASSIGN(const auto before, store::agent(changes.database(), wanted.id));
    if (!before)
        return failure(Error::Kind::NotFound, "there is no such agent");
    if (wanted == *before)
        return wanted;
    TRIBUTARY_TRY(checkAdminIsLeft(changes.database(), *before, wanted));
    TRIBUTARY_TRY(changes.put(wanted));
    if (!seesAllConversationsOf(wanted, *before))
        TRIBUTARY_TRY(giveBack(changes, ids, wanted, std::nullopt, by, now));
    return wanted;
}

Result<Agent> setRights(ChangeLog &changes, IdMaker &ids, Agent agent, Agent::Role role, std::vector<TeamId> teams,
                        TimePoint now)
{
    agent.role = role;
    agent.teams = std::move(teams);
    return setRights(changes, ids, std::move(agent), now);
}

Result<void> saveRole(ChangeLog &changes, IdMaker &ids, Role role, TimePoint now, const std::optional<Agent> &by)
{
    if (role.name.empty() || role.name.size() > kLongestName)
        return failure(Error::Kind::Invalid, "a role needs a name of at most 100 bytes");
    std::optional<Role> same;
    TRIBUTARY_TRY(store::scanRows(changes.database(), {.type = EntityType::Role}, [&](const Entity &entity, const auto &) {
        if (const auto &other = std::get<Role>(entity); other.id != role.id && folded(other.name) == folded(role.name))
            same = other;
        return Result<void>();
    }));
    if (same)
        return failure(Error::Kind::Conflict, "there is a role " + same->name + " already");
    std::ranges::sort(role.permissions);
    const auto repeated = std::ranges::unique(role.permissions);
    role.permissions.erase(repeated.begin(), repeated.end());
    TRIBUTARY_TRY(changes.put(role));
    TRIBUTARY_TRY_ASSIGN(const std::vector<Agent> agents, agentsWith(changes.database(), role.id));
    for (const Agent &agent : agents) {
        TRIBUTARY_TRY(setRights(changes, ids, agent, now, by));
    }
    return {};
}

Result<void> removeRole(ChangeLog &changes, IdMaker &ids, const Role &role, TimePoint now, const std::optional<Agent> &by)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<Agent> agents, agentsWith(changes.database(), role.id));
    for (Agent agent : agents) {
        agent.customRole.reset();
        TRIBUTARY_TRY(setRights(changes, ids, agent, now, by));
    }
    return changes.remove(Entity(role));
}

Result<void> setActive(ChangeLog &changes, IdMaker &ids, Agent agent, bool active, const std::optional<Agent> &workTo,
                       const std::optional<Agent> &by, TimePoint now)
{
    const Agent before = agent;
    if (before.active == active)
        return {};
    agent.active = active;
    TRIBUTARY_TRY(checkAdminIsLeft(changes.database(), before, agent));
    TRIBUTARY_TRY(changes.put(agent));
    if (active)
        return {};
    auto revoke = changes.database().query(sql::hub_revoke_devices);
    TRIBUTARY_TRY(revoke.bind("agent_id", agent.id).run());
    return giveBack(changes, ids, agent, workTo, by, now);
}

Result<void> moveToTeam(ChangeLog &changes, IdMaker &ids, Conversation conversation, std::optional<TeamId> team,
                        std::map<std::string, std::string> values, const std::optional<Agent> &by, TimePoint now)
{
    conversation.team = team;
    // The events are on the timeline before it moves, so that they move along.
    TRIBUTARY_TRY(addEvent(changes, ids, conversation, "moved", std::move(values), by, now));
    TRIBUTARY_TRY(freeOfWhoIsGone(changes, ids, conversation, std::nullopt, now));
    return changes.put(conversation);
}

Result<void> freeOfWhoIsGone(ChangeLog &changes, IdMaker &ids, Conversation &conversation, const std::optional<Agent> &by,
                             TimePoint at)
{
    TRIBUTARY_TRY(leaveEndedTeam(changes, ids, conversation, at));
    if (!conversation.assignee)
        return {};
    TRIBUTARY_TRY_ASSIGN(const auto assignee, store::agent(changes.database(), *conversation.assignee));
    if (assignee && sees(*assignee, conversation))
        return {};
    conversation.assignee.reset();
    std::map<std::string, std::string> values{{"why", assignee && assignee->active ? "out-of-sight" : "gone"}};
    if (assignee)
        values["from"] = assignee->name;
    return addEvent(changes, ids, conversation, "assigned", std::move(values), by, at);
}

Result<std::optional<TeamId>> teamOfAccount(store::Database &database, ChannelAccountId id)
{
    TRIBUTARY_TRY_ASSIGN(const auto account, store::channelAccount(database, id));
    return account ? account->team : std::nullopt;
}

Result<void> setTeamOfAccount(ChangeLog &changes, ChannelAccountId id, const std::optional<TeamId> &team)
{
    TRIBUTARY_TRY_ASSIGN(auto account, store::channelAccount(changes.database(), id));
    if (!account || account->removed)
        return failure(Error::Kind::NotFound, "no such account");
    if (account->team == team)
        return {};
    account->team = team;
    return changes.put(*account);
}

} // namespace tributary::hub
