#include "core/model/permissions.h"

#include "core/model/masks.h"

#include <algorithm>

namespace tributary::model {
namespace {

/// The first permission that needs more than a plain agent, and the first that needs an admin, in the order of the list.
constexpr Permission kFirstOfLeads = Permission::ShareWithEverybody;
constexpr Permission kFirstOfAdmins = Permission::ManageAgents;

struct Needs {
    AgentId by;

    using Need = std::optional<Permission>;
    Need operator()(const SendMessage &) const { return Permission::Reply; }
    Need operator()(const RetryMessage &) const { return Permission::Reply; }
    Need operator()(const AddNote &) const { return Permission::WriteNotes; }
    Need operator()(const SetStatus &) const { return Permission::ChangeStatus; }
    Need operator()(const SetCustomStatus &) const { return Permission::ChangeStatus; }
    Need operator()(const Snooze &) const { return Permission::ChangeStatus; }
    Need operator()(const Assign &command) const
    {
        return !command.assignee || command.assignee == by ? Permission::TakeWork : Permission::AssignOthers;
    }
    Need operator()(const SetTeam &) const { return Permission::MoveToTeams; }
    Need operator()(const SetTags &) const { return Permission::EditTags; }
    Need operator()(const SetPriority &) const { return Permission::EditDetails; }
    Need operator()(const SetSubject &) const { return Permission::EditDetails; }
    Need operator()(const SetField &) const { return Permission::EditDetails; }
    Need operator()(const EditChecklist &) const { return Permission::EditDetails; }
    Need operator()(const JoinConversation &) const { return Permission::RearrangeTimelines; }
    Need operator()(const SeparateConversation &) const { return Permission::RearrangeTimelines; }
    Need operator()(const RelateConversations &) const { return Permission::RearrangeTimelines; }
    Need operator()(const MoveItems &) const { return Permission::RearrangeTimelines; }
    Need operator()(const StartConversation &) const { return Permission::StartConversations; }
    Need operator()(const EditCustomer &) const { return Permission::EditCustomers; }
    Need operator()(const AddCustomer &) const { return Permission::EditCustomers; }
    Need operator()(const AddIdentity &) const { return Permission::EditCustomers; }
    Need operator()(const ImportCustomers &) const { return Permission::EditCustomers; }
    Need operator()(const SetCustomerField &) const { return Permission::EditCustomers; }
    Need operator()(const SetCustomerTags &) const { return Permission::EditCustomers; }
    Need operator()(const SetCompany &) const { return Permission::ManageCompanies; }
    Need operator()(const SaveCompany &) const { return Permission::ManageCompanies; }
    Need operator()(const LinkCustomers &) const { return Permission::MergeCustomers; }
    Need operator()(const UnlinkCustomers &) const { return Permission::MergeCustomers; }
    Need operator()(const model::MergeCustomers &) const { return Permission::MergeCustomers; }
    Need operator()(const MoveIdentity &) const { return Permission::MergeCustomers; }
    Need operator()(const DismissSuggestion &) const { return Permission::MergeCustomers; }
    Need operator()(const BlockCustomer &) const { return Permission::BlockCustomers; }
    Need operator()(const SetConsent &) const { return Permission::RecordConsent; }
    Need operator()(const SaveView &command) const
    {
        switch (command.view.sharing) {
        case SavedView::Sharing::Private: return std::nullopt;
        case SavedView::Sharing::Team: return Permission::ShareWithTeam;
        case SavedView::Sharing::Everybody: return Permission::ShareWithEverybody;
        }
        return Permission::ShareWithEverybody;
    }
    Need operator()(const SaveFieldDefinition &) const { return Permission::ManageFields; }
    Need operator()(const RemoveFieldDefinition &) const { return Permission::ManageFields; }
    Need operator()(const SaveCustomStatus &) const { return Permission::ManageFields; }
    Need operator()(const RemoveCustomStatus &) const { return Permission::ManageFields; }
    Need operator()(const SaveRole &) const { return Permission::ManageRoles; }
    Need operator()(const RemoveRole &) const { return Permission::ManageRoles; }
    Need operator()(const SaveTeam &) const { return Permission::ManageTeams; }
    Need operator()(const RemoveTeam &) const { return Permission::ManageTeams; }
    Need operator()(const SetAgent &) const { return Permission::ManageAgents; }
    Need operator()(const SetAgentActive &) const { return Permission::ManageAgents; }
    Need operator()(const SetReopenDays &) const { return Permission::ManageChannels; }
    Need operator()(const SetAccountTeam &) const { return Permission::ManageChannels; }
    Need operator()(const SetAccountRegion &) const { return Permission::ManageChannels; }
    Need operator()(const RemoveIdentity &) const { return Permission::EditCustomers; }
    Need operator()(const RemoveCustomer &) const { return Permission::EditCustomers; }
    Need operator()(const RemoveCompany &) const { return Permission::ManageCompanies; }
    Need operator()(const PreferIdentity &) const { return Permission::EditCustomers; }
    Need operator()(const RemoveConsent &) const { return Permission::RecordConsent; }
    Need operator()(const ExportCustomers &) const { return Permission::Export; }
    // Own things: what one has read, follows, wrote and takes back, one's own views and presence.
    Need operator()(const CancelMessage &) const { return std::nullopt; }
    Need operator()(const MarkRead &) const { return std::nullopt; }
    Need operator()(const Follow &) const { return std::nullopt; }
    Need operator()(const SeeMentions &) const { return std::nullopt; }
    Need operator()(const RemoveView &) const { return std::nullopt; }
    Need operator()(const SetAway &) const { return std::nullopt; }
    Need operator()(const SetOwnName &) const { return std::nullopt; }
};

/// The key of the custom field that is set; empty where none is. Of a company the whole record is saved: the hub says there.
std::string_view fieldOf(const CommandBody &body)
{
    if (const auto *set = std::get_if<SetField>(&body))
        return set->key;
    const auto *set = std::get_if<SetCustomerField>(&body);
    return set ? std::string_view(set->key) : std::string_view();
}

} // namespace

bool gives(Agent::Role role, Permission permission)
{
    switch (role) {
    case Agent::Role::Agent: return permission < kFirstOfLeads;
    case Agent::Role::Lead: return permission < kFirstOfAdmins;
    case Agent::Role::Admin: return true;
    }
    return false;
}

bool isKeptByDesktops(Permission permission)
{
    return permission == Permission::BulkActions;
}

std::vector<std::string> permissionsOf(Agent::Role role)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kPermissions; ++i) {
        if (gives(role, Permission(i)))
            names.emplace_back(nameOf(Permission(i)));
    }
    std::ranges::sort(names);
    return names;
}

bool may(const Agent &agent, Permission permission)
{
    if (!agent.active)
        return false;
    if (!agent.customRole)
        return gives(agent.role, permission);
    return std::ranges::count(agent.permissions, nameOf(permission)) > 0;
}

std::optional<Permission> neededFor(const CommandBody &body, AgentId by)
{
    return std::visit(Needs{by}, body);
}

std::optional<Permission> lackedFor(const Agent &agent, const CommandBody &body)
{
    const auto needed = neededFor(body, agent.id);
    if (needed && !may(agent, *needed))
        return needed;
    // Who may answer and not resolve: refused whole, so that the text comes back and nothing happens that they did not mean.
    const auto *message = std::get_if<SendMessage>(&body);
    if (message && message->resolveAfter && !may(agent, Permission::ChangeStatus))
        return Permission::ChangeStatus;
    if (!seesField(agent, fieldOf(body)))
        return Permission::SeeConfidentialFields;
    return std::nullopt;
}

bool may(const Agent &agent, const CommandBody &body)
{
    return agent.active && !lackedFor(agent, body);
}

} // namespace tributary::model
