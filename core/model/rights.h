#pragma once

#include "core/model/entities.h"

/// Who may see what. The hub asks when it sends, the desktop when its rights have changed; both ask here.
///
/// A conversation belongs to a team or to nobody in particular, and its items and read marks go with it. People (customers,
/// identities, links, suggestions), accounts, agents and teams are the workspace's common directory: who could not see that
/// somebody is known already would make a second customer of them.
namespace tributary::model {

/// Whether @p agent may see what belongs to @p team; absent: to nobody in particular. Admins see every team.
bool sees(const Agent &agent, const std::optional<TeamId> &team);
bool sees(const Agent &agent, const Conversation &conversation);

/// Whether somebody with the rights of @p after may see everything that @p before may.
bool seesAllOf(const Agent &after, const Agent &before);

} // namespace tributary::model
