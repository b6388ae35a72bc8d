#pragma once

#include "core/hub/change_log.h"

#include <map>

/// Teams, who is in them, and what belongs to them. What belongs to a team is seen by its members and by admins alone
/// (core/model/rights.h), so every change here decides who has what: the log tells it to those who gain and who lose.
namespace tributary::hub {

/// Conflict: there is one of that name. Invalid: no name, or one that is too long.
Result<model::Team> addTeam(ChangeLog &changes, IdMaker &ids, const std::string &name);
Result<void> renameTeam(ChangeLog &changes, const std::string &name, const std::string &newName);
/// Ends a team. Its conversations and accounts go to @p into (absent: to everybody), its members leave it.
Result<void> removeTeam(ChangeLog &changes, IdMaker &ids, const std::string &name, const std::optional<std::string> &into,
                        TimePoint now);
/// NotFound: no team has that name, whatever the case of its Latin letters.
Result<model::Team> teamNamed(store::Database &database, const std::string &name);
Result<std::vector<model::Team>> teams(store::Database &database);

/// Which teams an agent is in, and as what. What they have taken and may see no more goes back to its queue.
Result<model::Agent> setRights(ChangeLog &changes, IdMaker &ids, model::Agent agent, model::Agent::Role role,
                               std::vector<model::TeamId> teams, TimePoint now);

/// Moves a conversation, with an event that says so; an assignee who may not see it there gives it back.
Result<void> moveToTeam(ChangeLog &changes, IdMaker &ids, model::Conversation conversation,
                        std::optional<model::TeamId> team, std::map<std::string, std::string> values,
                        const std::optional<model::Agent> &by, TimePoint now);

/// To which team an account's new conversations belong; absent: to nobody in particular.
Result<std::optional<model::TeamId>> teamOfAccount(store::Database &database, model::ChannelAccountId account);
Result<void> setTeamOfAccount(store::Database &database, model::ChannelAccountId account,
                              const std::optional<model::TeamId> &team);

} // namespace tributary::hub
