#pragma once

#include "core/hub/change_log.h"

#include <set>

namespace tributary::hub {

/// How far back history comes by itself; what is older comes when it is asked for (DESIGN 14).
inline constexpr std::chrono::days kFirstSync{90};

/// What an agent's rights have grown by.
struct Gained {
    bool everyTeam = false;
    bool people = false; ///< Fields of people's rows that were masked.
    std::set<model::TeamId> teams;
};
/// The page at which to begin fetching the conversations of those teams, with all that belongs to them, and shared views.
std::string gainedPages(const Gained &gained);

/// Whether the page at @p after holds nothing that is somebody's own, and is the same for all who see the same. Not so where
/// it begins with somebody's own, or what rights have grown by; nor where @p after was not made here.
bool isShared(std::string_view after);
/// Such a page, as @p like sees it (model::anybodyLike()). Its rights are to be said by whoever gives it to somebody. Call
/// in a read transaction.
Result<wire::BootstrapPage> sharedPage(store::Database &database, std::string_view after, const model::Agent &like,
                                       TimePoint now);

/// What is somebody's own and what is shared: together, or on pages of their own, where what is somebody's own does not
/// count as done, so that the pages behind it have the same names for all.
enum class Pages { Together, Apart };

/// One page of what a new desktop needs and @p agent may see, in order of use: people and accounts, open work with its
/// newest messages (the agent's own first), the rest of the conversations, then history newest first. @p after is the `next`
/// of the page before, empty for the first. Invalid: @p after was not made here. Call in a read transaction.
Result<wire::BootstrapPage> bootstrapPage(store::Database &database, std::string_view after, model::AgentId agent,
                                          TimePoint now, Pages pages = Pages::Together);

/// Older history of a person as far as @p agent may see it, newest first, before (at, id): the answer to a Fetch.
Result<wire::Page> olderPage(store::Database &database, const wire::Fetch &fetch, model::AgentId agent);

} // namespace tributary::hub
