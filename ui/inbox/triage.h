#pragma once

#include "core/model/commands.h"
#include "core/store/cache_reads.h"
#include "ui/inbox/queue_place.h"
#include "ui/theme/time_format.h"

#include <QString>
#include <set>
#include <vector>

/// What keys and menus mean as commands, and what is said after: pure functions over the rows they are about.
namespace tributary::ui::triage {

using Rows = std::vector<store::ConversationRow>;
using Commands = std::vector<model::CommandBody>;

/// Resolves what is not; if all of it is resolved, opens it again.
Commands resolveOrReopen(const Rows &rows);
Commands setStatus(const Rows &rows, model::Conversation::Status status);
/// One of the four alone: what counts as it already loses the workspace's own status that it had.
Commands setPlainStatus(const Rows &rows, model::Conversation::Status status);
Commands setCustomStatus(const Rows &rows, const model::CustomStatus &custom);
Commands snooze(const Rows &rows, std::optional<TimePoint> until);
/// Nobody: back to the queue. Rows that are theirs already are left out; those that are nobody's are only taken while that
/// is so.
Commands assign(const Rows &rows, std::optional<model::AgentId> agent);
/// The same, of what was decided on @p asked: rows as they were then. What was nobody's is not taken from who was faster.
Commands assign(const Rows &rows, std::optional<model::AgentId> agent, const Rows &asked);
/// Adds @p tag to the rows that lack it.
Commands addTag(const Rows &rows, const std::string &tag);
/// Takes it from the rows that have it.
Commands removeTag(const Rows &rows, const std::string &tag);
Commands setPriority(const Rows &rows, model::Conversation::Priority priority);
Commands markUnread(const Rows &rows);
Commands moveToTeam(const Rows &rows, std::optional<model::TeamId> team);
/// What brings @p rows to a place of the sidebar: mine are assigned to @p me, those of a team moved to it, and what a view
/// asks for is done where all of it can be done, with the custom fields and statuses of @p setup. Nothing: they are there
/// already, or it cannot.
Commands moveInto(const Rows &rows, const QueuePlace &place, const model::SavedView *view, model::AgentId me,
                  const store::Setup &setup);

/// Which conversations @p commands are about.
std::set<model::ConversationId> conversationsOf(const std::vector<model::CommandBody> &commands);

/// "Resolved Layla Al-Haddad", "Assigned 3 conversations to Tomás": for toasts and menus. @p names: of the customers, in the
/// order of the commands, or the address that was moved; @p agentName: whom an assignment goes to, or an address.
QString doneWords(const std::vector<model::CommandBody> &commands, const QStringList &names, const QString &agentName,
                  const TimeFormat &format, TimePoint now);

/// A tag as it is stored: trimmed, lower case, white space as a hyphen; at most 40 characters.
std::string tagFrom(const QString &typed);

} // namespace tributary::ui::triage
