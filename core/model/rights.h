#pragma once

#include "core/model/entities.h"

/// Who may see what. The hub asks when it sends, the desktop when its rights have changed; both ask here.
///
/// A conversation belongs to a team or to nobody in particular, comes in on an account and may be assigned; its items and
/// read marks go with it. People (customers, identities, links, suggestions), accounts, agents and teams are the workspace's
/// common directory: who could not see that somebody is known already would make a second customer of them. What of such
/// rows somebody may not see is another question: see masks.h.
namespace tributary::model {

/// What decides who sees a conversation.
struct Scope {
    std::optional<TeamId> team; ///< Absent: nobody in particular.
    std::optional<AgentId> assignee;
    ChannelAccountId account;
    friend auto operator<=>(const Scope &, const Scope &) = default;
};
Scope scopeOf(const Conversation &conversation);

/// Admins see everything, unless a custom role says otherwise.
Visibility visibilityOf(const Agent &agent);

/// Whether @p agent may see what belongs to @p team; absent: to nobody in particular.
bool sees(const Agent &agent, const std::optional<TeamId> &team);
bool sees(const Agent &agent, const Scope &scope);
bool sees(const Agent &agent, const Conversation &conversation);
bool sees(const Agent &agent, const SavedView &view);

/// Nobody in particular, who sees exactly what @p agent does of all that is not somebody's own (their views, read marks, the
/// work that is assigned to them and seen for that): equal for all who see the same. Nothing: what @p agent sees depends on
/// who they are.
std::optional<Agent> anybodyLike(const Agent &agent);

/// Whether somebody with the rights of @p after may see everything that @p before may: rows and fields.
bool seesAllOf(const Agent &after, const Agent &before);
/// That neither sees anything that the other does not, but for what is somebody's own.
bool seesTheSame(const Agent &one, const Agent &other);
/// As seesAllOf(), of conversations alone.
bool seesAllConversationsOf(const Agent &after, const Agent &before);

} // namespace tributary::model
