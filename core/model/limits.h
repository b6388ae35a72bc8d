#pragma once

#include "core/model/entities.h"

/// What somebody may do only as far as they reach themselves, whatever their permissions: with rights of others, with our
/// accounts, and with what others have in hand. The hub refuses the rest, the desktop does not offer it.
namespace tributary::model {

/// Whether that is one of the accounts that a custom role is for; any is, where it names none.
bool serves(const Agent &agent, ChannelAccountId account);
/// Whether @p agent serves every account that @p other does.
bool servesAllOf(const Agent &agent, const Agent &other);

/// Why somebody may not make another agent into what they want.
enum class NotGiven {
    MorePermissions, ///< One of the two may do what they may not.
    MoreSight,       ///< They see more than their giver, or would.
    AnotherTeam,     ///< They would be shown a team that their giver does not see.
};
/// Whether @p by may make @p before into @p after: nobody gives what they do not have themselves, shows what they do not
/// see, or takes anything from who has more. Of who is not active it is asked what they would have. Nothing if they may.
std::optional<NotGiven> whyNotGiven(const Agent &by, Agent before, Agent after);

/// Whether @p agent may take a conversation from @p holder, who has it by now: from a colleague who is there only who may
/// assign to others.
bool mayTakeFrom(const Agent &agent, const Agent &holder);

} // namespace tributary::model
