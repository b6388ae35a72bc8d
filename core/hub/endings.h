#pragma once

#include "core/hub/change_log.h"

/// What a team or a custom status leaves behind when it is removed: conversations that still name it. Those that are not
/// resolved come first, and of them alone an event tells; the others follow a slice at a time, so that a hundred thousand
/// of them keep nobody from writing. Until it has followed, a conversation belongs to the team that has ended: whoever sees
/// everything sees it, others do when it comes to them.
namespace tributary::hub {

/// So many follow with the removal itself.
inline constexpr std::int64_t kFollowAtOnce = 500;

struct Ending {
    RawId id{}; ///< Of the team, or of the custom status.
    bool isTeam = true;
    std::string name;
    std::optional<model::TeamId> into; ///< Where a team's conversations go; absent: to nobody in particular.
    std::optional<model::AgentId> by;  ///< Who has removed it.
};

/// Its first @p most conversations follow now, and what is left of them by endSome(). The caller removes it itself.
Result<void> beginEnding(ChangeLog &changes, IdMaker &ids, const Ending &ending, TimePoint now,
                         std::int64_t most = kFollowAtOnce);
/// Lets at most @p most conversations follow of what was removed. True: there is more to do. In a write transaction.
Result<bool> endSome(store::Database &database, IdMaker &ids, TimePoint now, std::int64_t most = 200);
/// Whether endSome() has something to do.
Result<bool> areEndings(store::Database &database);

/// Whether this was removed and is still named: it cannot come back until then.
Result<bool> isEnding(store::Database &database, const RawId &id);
/// Where a conversation of @p team is to be: there, unless the team has ended.
Result<std::optional<model::TeamId>> teamAfter(store::Database &database, const std::optional<model::TeamId> &team);
/// Of a conversation that opens again: it follows at once if its team has ended. An event says so; the caller writes the
/// conversation.
Result<void> leaveEndedTeam(ChangeLog &changes, IdMaker &ids, model::Conversation &conversation, TimePoint now);

} // namespace tributary::hub
