#include "ui/admin/permission_words.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>
#include <functional>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::Admin)
};

} // namespace

PermissionGroup groupOf(model::Permission permission)
{
    using model::Permission;
    if (permission < Permission::EditCustomers)
        return PermissionGroup::Conversations;
    if (permission < Permission::ShareWithTeam)
        return PermissionGroup::Customers;
    return permission < Permission::ManageAgents ? PermissionGroup::Sharing : PermissionGroup::Administration;
}

QString groupWords(PermissionGroup group)
{
    switch (group) {
    case PermissionGroup::Conversations: return Words::tr("Conversations");
    case PermissionGroup::Customers: return Words::tr("Customers");
    case PermissionGroup::Sharing: return Words::tr("Sharing and export");
    case PermissionGroup::Administration: return Words::tr("Administration");
    }
    return {};
}

QString permissionWords(model::Permission permission)
{
    using enum model::Permission;
    switch (permission) {
    case Reply: return Words::tr("Answer customers");
    case StartConversations: return Words::tr("Write to somebody first");
    case WriteNotes: return Words::tr("Write internal notes");
    case ChangeStatus: return Words::tr("Resolve, reopen and snooze");
    case TakeWork: return Words::tr("Take free conversations and give them back");
    case AssignOthers: return Words::tr("Assign conversations to others and take theirs");
    case MoveToTeams: return Words::tr("Move conversations to another team");
    case EditTags: return Words::tr("Tag conversations");
    case EditDetails: return Words::tr("Change subject, priority and fields");
    case RearrangeTimelines: return Words::tr("Join, split and relate conversations");
    case BulkActions: return Words::tr("Change many conversations at once");
    case EditCustomers: return Words::tr("Add and edit customers");
    case ManageCompanies: return Words::tr("Edit companies and who belongs to them");
    case MergeCustomers: return Words::tr("Merge customers and take merges apart");
    case BlockCustomers: return Words::tr("Block customers and mark spam");
    case RecordConsent: return Words::tr("Record what customers agree to");
    case SeeContactDetails: return Words::tr("See addresses, numbers and handles");
    case SeeCustomerNotes: return Words::tr("See notes on customers and companies");
    case SeeConfidentialFields: return Words::tr("See confidential fields");
    case ShareWithTeam: return Words::tr("Share views with their teams");
    case ShareWithEverybody: return Words::tr("Share views with everybody");
    case Export: return Words::tr("Export customers and the audit log");
    case ManageAgents: return Words::tr("Invite people, set their roles and teams");
    case ManageRoles: return Words::tr("Make and change roles");
    case ManageTeams: return Words::tr("Make and change teams");
    case ManageFields: return Words::tr("Make and change fields and statuses");
    case ManageChannels: return Words::tr("Add and change channels");
    case SeeAudit: return Words::tr("See the audit log");
    }
    return {};
}

QString permissionNote(model::Permission permission)
{
    using enum model::Permission;
    switch (permission) {
    case BulkActions:
        return Words::tr(
            "The desktop keeps to this, not the hub: who may change a conversation may change one after the other.");
    case Export:
        return Words::tr(
            "The hub refuses a list of customers without this, and its audit log says who has taken one away. Whoever sees "
            "customers has their rows on the desktop all the same.");
    default: return {};
    }
}

QString roleWords(model::Agent::Role role)
{
    switch (role) {
    case model::Agent::Role::Agent: return Words::tr("Agent");
    case model::Agent::Role::Lead: return Words::tr("Lead");
    case model::Agent::Role::Admin: return Words::tr("Admin");
    }
    return {};
}

QString visibilityWords(model::Visibility visibility)
{
    switch (visibility) {
    case model::Visibility::Everything: return Words::tr("Everything");
    case model::Visibility::Teams: return Words::tr("Their teams");
    case model::Visibility::Assigned: return Words::tr("Only what is assigned to them");
    }
    return {};
}

QString whoCanAllow(const std::vector<model::Agent> &agents, model::Permission permission)
{
    constexpr std::size_t kNamed = 3;
    std::vector<model::Agent> able;
    std::ranges::copy_if(agents, std::back_inserter(able), [permission](const model::Agent &agent) {
        return model::may(agent, model::Permission::ManageAgents) && model::may(agent, permission);
    });
    std::ranges::stable_sort(able, std::greater(), [](const model::Agent &agent) { // those with everything first
        return agent.role == model::Agent::Role::Admin && !agent.customRole;
    });
    const auto name = [&able](std::size_t at) {
        return QString::fromStdString(able[at].name.empty() ? able[at].email : able[at].name);
    };
    switch (std::min(able.size(), kNamed)) {
    case 0: return Words::tr("An admin can allow it.");
    case 1: return Words::tr("%1 can allow it.").arg(name(0));
    case 2: return Words::tr("%1 or %2 can allow it.").arg(name(0), name(1));
    default: return Words::tr("%1, %2 or %3 can allow it.").arg(name(0), name(1), name(2));
    }
}

QString notGivenWords(model::NotGiven why)
{
    switch (why) {
    case model::NotGiven::MorePermissions: return Words::tr("More than you may do yourself");
    case model::NotGiven::MoreSight: return Words::tr("More than you see yourself");
    case model::NotGiven::AnotherTeam: return Words::tr("Shows a team that you do not see yourself");
    }
    return {};
}

QString routingWords(model::Team::Routing routing)
{
    switch (routing) {
    case model::Team::Routing::ByHand: return Words::tr("By hand");
    case model::Team::Routing::RoundRobin: return Words::tr("Round robin");
    case model::Team::Routing::LeastLoad: return Words::tr("Least load");
    }
    return {};
}

QString statusWords(model::Conversation::Status status)
{
    switch (status) {
    case model::Conversation::Status::Open: return Words::tr("Open");
    case model::Conversation::Status::Waiting: return Words::tr("Waiting");
    case model::Conversation::Status::Snoozed: return Words::tr("Snoozed");
    case model::Conversation::Status::Resolved: return Words::tr("Resolved");
    }
    return {};
}

QString subjectWords(model::FieldDefinition::Subject subject)
{
    switch (subject) {
    case model::FieldDefinition::Subject::Conversation: return Words::tr("Conversations");
    case model::FieldDefinition::Subject::Customer: return Words::tr("Customers");
    case model::FieldDefinition::Subject::Company: return Words::tr("Companies");
    }
    return {};
}

QString fieldTypeWords(model::FieldDefinition::Type type)
{
    switch (type) {
    case model::FieldDefinition::Type::Text: return Words::tr("Text");
    case model::FieldDefinition::Type::Number: return Words::tr("Number");
    case model::FieldDefinition::Type::Date: return Words::tr("Date");
    case model::FieldDefinition::Type::Choice: return Words::tr("Choice");
    case model::FieldDefinition::Type::Flag: return Words::tr("Yes or no");
    case model::FieldDefinition::Type::Link: return Words::tr("Link");
    }
    return {};
}

QString minutesWords(std::int64_t minutes)
{
    constexpr std::int64_t kHour = 60, kDay = 24 * kHour;
    if (minutes <= 0)
        return Words::tr("Never");
    if (minutes == kDay)
        return Words::tr("A day");
    if (minutes % kDay == 0)
        return Words::tr("%n day(s)", nullptr, int(minutes / kDay));
    if (minutes % kHour == 0)
        return Words::tr("%1 h", "hours").arg(QLocale().toString(qint64(minutes / kHour)));
    return Words::tr("%1 min", "minutes").arg(QLocale().toString(qint64(minutes)));
}

QString languageList(const std::string &tag)
{
    const QString text = QString::fromStdString(tag);
    const QLocale spoken(text);
    return spoken.language() == QLocale::C ? text : QLocale::languageToString(spoken.language());
}

} // namespace tributary::ui
