#pragma once

#include "core/hub/endings.h"

#include <map>

/// Teams, who is in them, and what belongs to them. What belongs to a team is seen by its members and by admins alone
/// (core/model/rights.h), so every change here decides who has what: the log tells it to those who gain and who lose.
namespace tributary::hub {

/// Makes or changes a team. Conflict: there is another one of that name, or it was removed a moment ago. Invalid: no name,
/// one that is too long.
Result<void> saveTeam(ChangeLog &changes, model::Team team);
/// Conflict: there is one of that name. Invalid: no name, or one that is too long.
Result<model::Team> addTeam(ChangeLog &changes, IdMaker &ids, const std::string &name);
Result<void> renameTeam(ChangeLog &changes, const std::string &name, const std::string &newName);
/// Ends a team. Its conversations and accounts go to @p into (absent: to everybody), its members leave it. @p most of its
/// conversations go now, the others by themselves: see endings.h.
Result<void> removeTeam(ChangeLog &changes, IdMaker &ids, const std::string &name, const std::optional<std::string> &into,
                        TimePoint now, std::int64_t most = kFollowAtOnce);
Result<void> removeTeam(ChangeLog &changes, IdMaker &ids, const model::Team &team, const std::optional<model::Team> &into,
                        TimePoint now, const std::optional<model::Agent> &by = std::nullopt,
                        std::int64_t most = kFollowAtOnce);
/// NotFound: no team has that name, whatever the case of its Latin letters.
Result<model::Team> teamNamed(store::Database &database, const std::string &name);
Result<std::vector<model::Team>> teams(store::Database &database);

/// What an agent may do and see, with how much work is given out to them: @p wanted has the plain role, the custom role and
/// the teams; what the custom role gives is written into the row. What they have taken and may see no more goes back to its
/// queue, with an event that names @p by. Invalid: more than 64 teams, or nobody would be an admin any more.
Result<model::Agent> setRights(ChangeLog &changes, IdMaker &ids, model::Agent wanted, TimePoint now,
                               const std::optional<model::Agent> &by = std::nullopt);
/// The same for a plain role and teams.
Result<model::Agent> setRights(ChangeLog &changes, IdMaker &ids, model::Agent agent, model::Agent::Role role,
                               std::vector<model::TeamId> teams, TimePoint now);

/// Writes into the agent's row what the custom role gives. NotFound: there is no such role.
Result<void> writeRole(store::Database &database, model::Agent &agent);
/// Those who have a custom role.
Result<std::vector<model::Agent>> agentsWith(store::Database &database, model::RoleId role);

/// Makes or changes a custom role, and with it what its agents may do. Conflict: there is another one of that name.
Result<void> saveRole(ChangeLog &changes, IdMaker &ids, model::Role role, TimePoint now,
                      const std::optional<model::Agent> &by = std::nullopt);
/// Its agents have what their plain role gives.
Result<void> removeRole(ChangeLog &changes, IdMaker &ids, const model::Role &role, TimePoint now,
                        const std::optional<model::Agent> &by = std::nullopt);

/// Who may set everything up, and is active, by their addresses.
Result<std::vector<model::Agent>> adminsOf(store::Database &database);
/// Whether somebody may sign in. Whoever may not any more is signed out everywhere, and their open work goes to @p workTo,
/// or back to its queues where they do not see it. Invalid: nobody would be an admin any more.
Result<void> setActive(ChangeLog &changes, IdMaker &ids, model::Agent agent, bool active,
                       const std::optional<model::Agent> &workTo, const std::optional<model::Agent> &by, TimePoint now);

/// Moves a conversation, with an event that says so; an assignee who may not see it there gives it back.
Result<void> moveToTeam(ChangeLog &changes, IdMaker &ids, model::Conversation conversation,
                        std::optional<model::TeamId> team, std::map<std::string, std::string> values,
                        const std::optional<model::Agent> &by, TimePoint now);

/// Of a conversation that opens again: whoever has it, and is not there any more or does not see it, has it no more; neither
/// has a team that has ended. Events say so; the caller writes the conversation.
Result<void> freeOfWhoIsGone(ChangeLog &changes, IdMaker &ids, model::Conversation &conversation,
                             const std::optional<model::Agent> &by, TimePoint at);

/// To which team an account's new conversations belong; absent: to nobody in particular. NotFound: no such account.
Result<std::optional<model::TeamId>> teamOfAccount(store::Database &database, model::ChannelAccountId account);
Result<void> setTeamOfAccount(ChangeLog &changes, model::ChannelAccountId account, const std::optional<model::TeamId> &team);

} // namespace tributary::hub
