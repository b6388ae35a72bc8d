#include "ui/inbox/triage.h"

#include "core/model/names.h"
#include "core/model/views.h"
#include "ui/inbox/snooze_text.h"

#include <QCoreApplication>
#include <algorithm>

namespace tributary::ui::triage {
namespace {

using Status = model::Conversation::Status;

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::Triage)
};

template<class Make>
Commands each(const Rows &rows, Make make)
{
    Commands commands;
    for (const store::ConversationRow &row : rows) {
        if (std::optional<model::CommandBody> body = make(row.conversation))
            commands.push_back(std::move(*body));
    }
    return commands;
}

QString priorityName(model::Conversation::Priority priority)
{
    switch (priority) {
    case model::Conversation::Priority::Low: return Words::tr("Low");
    case model::Conversation::Priority::Normal: return Words::tr("Normal");
    case model::Conversation::Priority::High: return Words::tr("High");
    case model::Conversation::Priority::Urgent: return Words::tr("Urgent");
    }
    return {};
}

} // namespace

Commands setStatus(const Rows &rows, Status status)
{
    return each(rows, [status](const model::Conversation &c) -> std::optional<model::CommandBody> {
        if (c.status == status)
            return {};
        return model::SetStatus{.conversation = c.id, .status = status};
    });
}

Commands setPlainStatus(const Rows &rows, Status status)
{
    return each(rows, [status](const model::Conversation &c) -> std::optional<model::CommandBody> {
        if (c.status != status)
            return model::SetStatus{.conversation = c.id, .status = status};
        if (c.customStatus)
            return model::SetCustomStatus{.conversation = c.id, .status = status};
        return {};
    });
}

Commands setCustomStatus(const Rows &rows, const model::CustomStatus &custom)
{
    return each(rows, [&custom](const model::Conversation &c) -> std::optional<model::CommandBody> {
        if (c.customStatus == custom.id && c.status == custom.status)
            return {};
        return model::SetCustomStatus{.conversation = c.id, .custom = custom.id, .status = custom.status};
    });
}

Commands resolveOrReopen(const Rows &rows)
{
    const bool allResolved = std::ranges::all_of(
        rows, [](const store::ConversationRow &row) { return row.conversation.status == Status::Resolved; });
    return setStatus(rows, allResolved ? Status::Open : Status::Resolved);
}

Commands snooze(const Rows &rows, std::optional<TimePoint> until)
{
    return each(rows, [until](const model::Conversation &c) -> std::optional<model::CommandBody> {
        return model::Snooze{.conversation = c.id, .until = until};
    });
}

Commands assign(const Rows &rows, std::optional<model::AgentId> agent)
{
    return each(rows, [agent](const model::Conversation &c) -> std::optional<model::CommandBody> {
        if (c.assignee == agent)
            return {};
        // What nobody had when it was shown is not taken from who was faster.
        return model::Assign{.conversation = c.id, .assignee = agent, .ifFree = agent && !c.assignee};
    });
}

Commands assign(const Rows &rows, std::optional<model::AgentId> agent, const Rows &asked)
{
    Commands commands = assign(rows, agent);
    for (model::CommandBody &command : commands) {
        auto &one = std::get<model::Assign>(command);
        one.ifFree |= agent && std::ranges::any_of(asked, [&one](const store::ConversationRow &row) {
                          return row.conversation.id == one.conversation && !row.conversation.assignee;
                      });
    }
    return commands;
}

Commands addTag(const Rows &rows, const std::string &tag)
{
    return each(rows, [&tag](const model::Conversation &c) -> std::optional<model::CommandBody> {
        if (std::ranges::count(c.tags, tag) > 0)
            return {};
        return model::SetTags{.conversation = c.id, .add = {tag}};
    });
}

Commands removeTag(const Rows &rows, const std::string &tag)
{
    return each(rows, [&tag](const model::Conversation &c) -> std::optional<model::CommandBody> {
        if (std::ranges::count(c.tags, tag) == 0)
            return {};
        return model::SetTags{.conversation = c.id, .remove = {tag}};
    });
}

Commands setPriority(const Rows &rows, model::Conversation::Priority priority)
{
    return each(rows, [priority](const model::Conversation &c) -> std::optional<model::CommandBody> {
        if (c.priority == priority)
            return {};
        return model::SetPriority{.conversation = c.id, .priority = priority};
    });
}

Commands markUnread(const Rows &rows)
{
    return each(rows, [](const model::Conversation &c) -> std::optional<model::CommandBody> {
        if (c.inboundCount == 0)
            return {};
        return model::MarkRead{.conversation = c.id, .readCount = c.inboundCount - 1, .backwards = true};
    });
}

Commands moveToTeam(const Rows &rows, std::optional<model::TeamId> team)
{
    Commands commands;
    for (const store::ConversationRow &row : rows) {
        if (row.conversation.team != team)
            commands.push_back(model::SetTeam{row.conversation.id, team});
    }
    return commands;
}

namespace {

using Condition = model::SavedView::Condition;

Commands setField(const Rows &rows, const std::string &key, const std::string &value)
{
    return each(rows, [&](const model::Conversation &c) -> std::optional<model::CommandBody> {
        const auto found = c.fields.find(key);
        if ((found == c.fields.end() ? std::string() : found->second) == value)
            return {};
        return model::SetField{.conversation = c.id, .key = key, .value = value};
    });
}

/// What a custom field has to have in it for @p condition; nothing where no value is the one.
std::optional<std::string> fieldValue(const model::FieldDefinition &field, const Condition &condition)
{
    if (condition.operation == "is_not_set")
        return std::string();
    if (field.type == model::FieldDefinition::Type::Flag)
        return condition.operation == "is_set" ? std::optional<std::string>("yes") : std::nullopt;
    return condition.operation == "is" ? std::optional(condition.value) : std::nullopt;
}

/// The workspace's own status that @p view asks for.
const model::CustomStatus *ownStatusOf(const model::SavedView &view, const store::Setup &setup)
{
    for (const Condition &condition : view.conditions) {
        const auto id = condition.field == "custom_status" && condition.operation == "is"
                            ? model::CustomStatusId::fromText(condition.value)
                            : std::nullopt;
        const auto found = id ? std::ranges::find(setup.statuses, *id, &model::CustomStatus::id) : setup.statuses.end();
        if (found != setup.statuses.end())
            return &*found;
    }
    return nullptr;
}

/// What makes @p condition true of @p rows; nothing where nothing can. An empty list: it is true already. @p own: the
/// workspace's own status that they are to have.
std::optional<Commands> satisfy(const Rows &rows, const Condition &condition, model::AgentId me, const store::Setup &setup,
                                const model::CustomStatus *own)
{
    const bool is = condition.operation == "is", isNotSet = condition.operation == "is_not_set";
    if (condition.field == "assignee" && isNotSet)
        return assign(rows, {});
    if (const model::FieldDefinition *field = model::definitionOf(condition.field, setup.fields)) {
        const std::optional<std::string> value = fieldValue(*field, condition);
        return value ? std::optional(setField(rows, field->key, *value)) : std::nullopt;
    }
    if (condition.field == "custom_status" && isNotSet)
        return each(rows, [](const model::Conversation &c) -> std::optional<model::CommandBody> {
            if (!c.customStatus)
                return {};
            return model::SetCustomStatus{.conversation = c.id, .status = c.status};
        });
    if (!is && !(condition.field == "team" && isNotSet))
        return {};
    if (condition.field == "assignee") {
        const auto agent = condition.value == model::kMe ? std::optional(me) : model::AgentId::fromText(condition.value);
        return agent ? std::optional(assign(rows, agent)) : std::nullopt;
    }
    if (condition.field == "team") {
        const auto team = isNotSet ? std::nullopt : model::TeamId::fromText(condition.value);
        return team || isNotSet ? std::optional(moveToTeam(rows, team)) : std::nullopt;
    }
    if (condition.field == "priority") {
        const auto priority = model::fromName<model::Conversation::Priority>(condition.value);
        return priority ? std::optional(setPriority(rows, *priority)) : std::nullopt;
    }
    if (condition.field == "status") {
        const auto status = model::fromName<model::Conversation::Status>(condition.value);
        if (own) // which brings its own with it, or cannot be had with another
            return own->status == status ? std::optional(Commands()) : std::nullopt;
        if (!status || *status == model::Conversation::Status::Snoozed) // until when, nobody has said
            return {};
        return setStatus(rows, *status);
    }
    if (condition.field == "custom_status") // else two are asked for, or one that is no more
        return own && own->id.text() == condition.value ? std::optional(setCustomStatus(rows, *own)) : std::nullopt;
    if (condition.field == "tag") {
        Commands commands;
        for (const store::ConversationRow &row : rows) {
            if (std::ranges::count(row.conversation.tags, condition.value) == 0)
                commands.push_back(model::SetTags{row.conversation.id, {condition.value}, {}});
        }
        return commands;
    }
    return {};
}

} // namespace

Commands moveInto(const Rows &rows, const QueuePlace &place, const model::SavedView *view, model::AgentId me,
                  const store::Setup &setup)
{
    switch (place.queue) {
    case store::Queue::Mine: return assign(rows, me);
    case store::Queue::Unassigned: return assign(rows, {});
    case store::Queue::Resolved: return setStatus(rows, model::Conversation::Status::Resolved);
    case store::Queue::Team: return moveToTeam(rows, place.team);
    case store::Queue::View: break;
    default: return {};
    }
    if (!view || view->conditions.empty() || (view->matchAny && view->conditions.size() > 1))
        return {};
    Commands all;
    const model::CustomStatus *own = ownStatusOf(*view, setup);
    for (const Condition &condition : view->conditions) {
        std::optional<Commands> some = satisfy(rows, condition, me, setup, own);
        if (!some)
            return {};
        std::ranges::move(*some, std::back_inserter(all));
    }
    return all;
}

std::set<model::ConversationId> conversationsOf(const std::vector<model::CommandBody> &commands)
{
    std::set<model::ConversationId> all;
    for (const model::CommandBody &command : commands) {
        if (const model::ConversationId id = model::conversationOf(command); !id.isNull())
            all.insert(id);
    }
    return all;
}

QString doneWords(const std::vector<model::CommandBody> &commands, const QStringList &names, const QString &agentName,
                  const TimeFormat &format, TimePoint now)
{
    if (commands.empty())
        return {};
    const std::set<model::ConversationId> about = conversationsOf(commands);
    const int count = about.empty() ? int(commands.size()) : int(about.size());
    const QString who = count == 1 && !names.isEmpty() ? names.first() : Words::tr("%Ln conversation(s)", nullptr, count);
    return std::visit(
        [&](const auto &first) -> QString {
            using T = std::decay_t<decltype(first)>;
            if constexpr (std::is_same_v<T, model::SetStatus>) {
                return first.status == Status::Resolved  ? Words::tr("Resolved %1").arg(who)
                       : first.status == Status::Waiting ? Words::tr("%1 waits on the customer").arg(who)
                                                         : Words::tr("Reopened %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::Snooze>) {
                return first.until
                           ? Words::tr("Snoozed %1 until %2")
                                 .arg(who, snoozeWords(format.local(*first.until), format.local(now), format.locale()))
                           : Words::tr("Snoozed %1 until they write").arg(who);
            } else if constexpr (std::is_same_v<T, model::Assign>) {
                return first.assignee ? Words::tr("Assigned %1 to %2").arg(who, agentName)
                                      : Words::tr("Put %1 back to Unassigned").arg(who);
            } else if constexpr (std::is_same_v<T, model::SetTeam>) {
                return first.team ? Words::tr("Moved %1 to another team").arg(who)
                                  : Words::tr("Took %1 out of its team").arg(who);
            } else if constexpr (std::is_same_v<T, model::SetTags>) {
                return first.add.empty()
                           ? Words::tr("Removed tag %1 from %2").arg(QString::fromStdString(first.remove.front()), who)
                           : Words::tr("Tagged %2 with %1").arg(QString::fromStdString(first.add.front()), who);
            } else if constexpr (std::is_same_v<T, model::SetPriority>) {
                return Words::tr("Priority of %1 is %2").arg(who, priorityName(first.priority));
            } else if constexpr (std::is_same_v<T, model::SetSubject>) {
                return Words::tr("Changed the subject of %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::MarkRead>) {
                return Words::tr("Marked %1 unread").arg(who);
            } else if constexpr (std::is_same_v<T, model::AddNote>) {
                return Words::tr("Note on %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::EditCustomer>) {
                return Words::tr("Edited the customer");
            } else if constexpr (std::is_same_v<T, model::SendMessage>) {
                return Words::tr("Sending to %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::LinkCustomers>) {
                return Words::tr("Linked as the same person");
            } else if constexpr (std::is_same_v<T, model::UnlinkCustomers>) {
                return Words::tr("Unlinked");
            } else if constexpr (std::is_same_v<T, model::DismissSuggestion>) {
                return Words::tr("Kept as two people");
            } else if constexpr (std::is_same_v<T, model::SetCustomStatus>) {
                return Words::tr("Changed the status of %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::SetField>) {
                return Words::tr("Changed a field of %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::EditChecklist>) {
                return Words::tr("Changed the checklist of %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::Follow>) {
                return first.following ? Words::tr("Following %1").arg(who) : Words::tr("No longer following %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::JoinConversation>) {
                return Words::tr("Joined two conversations of %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::SeparateConversation>) {
                return Words::tr("Separated two conversations of %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::RelateConversations>) {
                return Words::tr("Changed the linked conversations of %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::MoveItems>) {
                return Words::tr("Moved messages of %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::MergeCustomers>) {
                return Words::tr("Merged into %1").arg(who);
            } else if constexpr (std::is_same_v<T, model::MoveIdentity>) {
                if (names.isEmpty())
                    return Words::tr("Moved an address");
                return agentName.isEmpty() ? Words::tr("%1 is of a person of its own now").arg(who)
                                           //: %1 is an address, %2 a customer.
                                           : Words::tr("Moved %1 to %2").arg(who, agentName);
            } else if constexpr (std::is_same_v<T, model::SetCustomerField>) {
                return Words::tr("Changed a field of the customer");
            } else if constexpr (std::is_same_v<T, model::SetCustomerTags>) {
                return Words::tr("Changed the tags of the customer");
            } else if constexpr (std::is_same_v<T, model::SetCompany> || std::is_same_v<T, model::SaveCompany>) {
                return Words::tr("Changed the company");
            } else if constexpr (std::is_same_v<T, model::RemoveCompany>) {
                return first.removed ? Words::tr("Removed the company") : Words::tr("Brought the company back");
            } else if constexpr (std::is_same_v<T, model::PreferIdentity>) {
                return first.identity ? Words::tr("This address comes first now") : Words::tr("No address is preferred now");
            } else if constexpr (std::is_same_v<T, model::SetConsent>) {
                return first.granted ? Words::tr("Recorded the consent") : Words::tr("Recorded that consent is withdrawn");
            } else if constexpr (std::is_same_v<T, model::BlockCustomer>) {
                if (count > 1)
                    return !first.blocked ? Words::tr("Unblocked these people")
                           : first.spam   ? Words::tr("Marked these people as spam")
                                          : Words::tr("Blocked these people");
                if (!first.blocked)
                    return Words::tr("Unblocked the customer");
                return first.spam ? Words::tr("Marked the customer as spam") : Words::tr("Blocked the customer");
            } else if constexpr (std::is_same_v<T, model::SaveView>) {
                return Words::tr("Saved the view");
            } else if constexpr (std::is_same_v<T, model::RemoveView>) {
                return Words::tr("Removed the view");
            } else {
                return {};
            }
        },
        commands.front());
}

std::string tagFrom(const QString &typed)
{
    QString tag = typed.simplified().toLower().left(40).trimmed();
    tag.replace(u' ', u'-');
    return tag.toStdString();
}

} // namespace tributary::ui::triage
