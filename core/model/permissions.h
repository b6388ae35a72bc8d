#pragma once

#include "core/model/commands.h"
#include "core/model/names.h"

#include <span>

/// What somebody may do. The hub asks before it applies a command; the desktop asks to say beforehand that it will not.
/// Which conversations it may be done to is another question: see rights.h.
namespace tributary::model {

enum class Permission {
    Reply,              ///< Answer customers, take messages back, try them again.
    StartConversations, ///< Write first, also to third parties.
    WriteNotes,         ///< Internal notes, mentions.
    ChangeStatus,       ///< Open, waiting, resolved, snoozed.
    TakeWork,           ///< Assign to oneself, give back to the queue.
    AssignOthers,       ///< Assign to somebody else.
    MoveToTeams,        ///< Move a conversation to another team.
    EditTags,           ///< Tags of conversations.
    EditDetails,        ///< Subject, priority, custom fields, checklist.
    RearrangeTimelines, ///< Join, split and relate conversations, move items.
    BulkActions,        ///< Change many conversations at once.
    EditCustomers,      ///< Name, note, fields, tags, addresses; add customers.
    ManageCompanies,    ///< Companies, and who belongs to them.
    MergeCustomers,     ///< Merge, unmerge, move identities, dismiss suggestions.
    BlockCustomers,     ///< Block, mark as spam.
    RecordConsent,
    SeeContactDetails,     ///< Addresses, numbers, handles.
    SeeCustomerNotes,      ///< Notes on customers and companies.
    SeeConfidentialFields, ///< Custom fields that are confidential.
    ShareWithTeam,         ///< Share a saved view with one's own teams.
    ShareWithEverybody,    ///< Share a saved view with the whole workspace; change what others share.
    Export,                ///< Take lists of customers and the audit log away as files.
    ManageAgents,          ///< Invite, deactivate, set roles, teams and capacity.
    ManageRoles,           ///< Custom roles.
    ManageTeams,           ///< Teams and how work is given out.
    ManageFields,          ///< Custom fields and statuses.
    ManageChannels,        ///< Channel accounts.
    SeeAudit,
};
inline constexpr std::size_t kPermissions = std::size_t(Permission::SeeAudit) + 1;

template<>
inline constexpr std::array<std::string_view, kPermissions> kNames<Permission>{
    "reply",
    "start-conversations",
    "write-notes",
    "change-status",
    "take-work",
    "assign-others",
    "move-to-teams",
    "edit-tags",
    "edit-details",
    "rearrange-timelines",
    "bulk-actions",
    "edit-customers",
    "manage-companies",
    "merge-customers",
    "block-customers",
    "record-consent",
    "see-contact-details",
    "see-customer-notes",
    "see-confidential-fields",
    "share-with-team",
    "share-with-everybody",
    "export",
    "manage-agents",
    "manage-roles",
    "manage-teams",
    "manage-fields",
    "manage-channels",
    "see-audit",
};

/// What a plain role gives: an agent the daily work, a lead also board, reports and what is shared, an admin everything.
bool gives(Agent::Role role, Permission permission);
/// Whether desktops alone keep to it: no command of many needs another right than one after the other does.
bool isKeptByDesktops(Permission permission);
/// The names of what a plain role gives, sorted: where a custom role begins.
std::vector<std::string> permissionsOf(Agent::Role role);

/// Whether @p agent may do that: by the custom role if there is one, else by the plain one. Nobody who is not active may.
bool may(const Agent &agent, Permission permission);

/// What its author needs to be allowed for @p body; nothing where everybody may. @p by tells own work from others'.
std::optional<Permission> neededFor(const CommandBody &body, AgentId by);
/// What @p agent would have to be allowed besides to give @p body; nothing where they may as they are.
std::optional<Permission> lackedFor(const Agent &agent, const CommandBody &body);
bool may(const Agent &agent, const CommandBody &body);

} // namespace tributary::model
