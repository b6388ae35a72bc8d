#include "core/model/commands.h"

#include "core/base/breaks.h"
#include "core/model/command_fields.h"
#include "core/model/customer_fields.h"
#include "core/model/permissions.h"
#include "core/model/rebased.h"

#include <algorithm>
#include <utility>

namespace tributary::model {
namespace {

void normalise(std::vector<std::string> &tags)
{
    std::ranges::sort(tags);
    const auto repeated = std::ranges::unique(tags);
    tags.erase(repeated.begin(), repeated.end());
}

void setField(std::map<std::string, std::string> &fields, const std::string &key, const std::string &value)
{
    if (value.empty())
        fields.erase(key);
    else
        fields[key] = value;
}

void changeTags(std::vector<std::string> &tags, const std::vector<std::string> &add, const std::vector<std::string> &remove)
{
    std::erase_if(tags, [&](const std::string &tag) { return std::ranges::count(remove, tag) > 0; });
    tags.insert(tags.end(), add.begin(), add.end());
    normalise(tags);
}

/// What is common to everything an agent says on a conversation.
void showAsNewest(Conversation &conversation, std::string_view body, AgentId by, TimePoint at)
{
    conversation.lastItemAt = std::max(conversation.lastItemAt, at);
    conversation.preview = previewOf(body);
    conversation.previewOutbound = true;
    conversation.previewAuthor = by;
}

struct Applier {
    Conversation &conversation;
    const Agent &by;
    TimePoint at;

    void operator()(const SendMessage &command) const
    {
        showAsNewest(conversation, command.body, by.id, at);
        conversation.waitingSince.reset();
        if (!conversation.assignee && !command.leaveFree && may(by, Permission::TakeWork))
            conversation.assignee = by.id; // who answers an unassigned conversation takes it, if they may take work
        (*this)(SetStatus{conversation.id,
                          command.resolveAfter ? Conversation::Status::Resolved : Conversation::Status::Waiting});
    }
    void operator()(const AddNote &) const { conversation.lastItemAt = std::max(conversation.lastItemAt, at); }
    void operator()(const SetStatus &command) const { setStatus(conversation, command.status, at); }
    void operator()(const SetCustomStatus &command) const
    {
        if (command.custom && command.status != conversation.status)
            setStatus(conversation, command.status, at);
        conversation.customStatus = command.custom;
    }
    void operator()(const Snooze &command) const
    {
        setStatus(conversation, Conversation::Status::Snoozed, at);
        conversation.snoozedUntil = command.until;
    }
    void operator()(const Assign &command) const { conversation.assignee = command.assignee; }
    void operator()(const SetTeam &command) const { conversation.team = command.team; }
    void operator()(const SetTags &command) const { changeTags(conversation.tags, command.add, command.remove); }
    void operator()(const SetPriority &command) const { conversation.priority = command.priority; }
    void operator()(const SetSubject &command) const { conversation.subject = command.subject; }
    void operator()(const SetField &command) const { setField(conversation.fields, command.key, command.value); }
    void operator()(const EditChecklist &command) const
    {
        auto &entries = conversation.checklist;
        const auto known = std::ranges::find(entries, command.entry, &ChecklistEntry::id);
        if (command.removed) {
            if (known != entries.end())
                entries.erase(known);
            return;
        }
        ChecklistEntry &entry = known != entries.end() ? *known : entries.emplace_back(ChecklistEntry{.id = command.entry});
        entry.text = command.text;
        if (entry.done != command.done)
            entry.doneBy = command.done ? std::optional(by.id) : std::nullopt;
        entry.done = command.done;
    }
    void operator()(const JoinConversation &command) const
    {
        conversation.joinedInto = command.into;
        setStatus(conversation, Conversation::Status::Resolved, at);
        conversation.waitingSince.reset();
    }
    void operator()(const SeparateConversation &) const
    {
        conversation.joinedInto.reset();
        setStatus(conversation, Conversation::Status::Open, at);
    }
    void operator()(const RelateConversations &command) const
    {
        auto &related = conversation.related;
        std::erase(related, command.other);
        if (command.related)
            related.insert(std::ranges::lower_bound(related, command.other), command.other);
    }
    template<class Other>
    void operator()(const Other &) const
    {
    }
};

/// The customer a command changes, and how.
struct CustomerApplier {
    Customer &customer;

    void operator()(const EditCustomer &command) const
    {
        customer.name = command.name;
        customer.note = command.note;
    }
    void operator()(const SetCustomerField &command) const
    {
        if (command.key == kLanguageField)
            customer.language = command.value;
        else
            setField(customer.attributes, command.key, command.value);
    }
    void operator()(const SetCustomerTags &command) const { changeTags(customer.tags, command.add, command.remove); }
    void operator()(const SetCompany &command) const { customer.company = command.company; }
    void operator()(const PreferIdentity &command) const { setPreferred(customer, command.channel, command.identity); }
    void operator()(const BlockCustomer &command) const
    {
        customer.blocked = command.blocked;
        customer.spam = command.blocked && command.spam;
    }
    template<class Other>
    void operator()(const Other &) const
    {
    }
};

} // namespace

void setStatus(Conversation &conversation, Conversation::Status status, TimePoint at)
{
    if (conversation.status != status)
        conversation.customStatus.reset(); // it counted as the one before
    conversation.status = status;
    conversation.snoozedUntil.reset();
    if (status == Conversation::Status::Resolved)
        conversation.resolvedAt = at;
    else
        conversation.resolvedAt.reset();
}

CustomerId customerOf(const CommandBody &body)
{
    return std::visit(
        []<class T>(const T &one) {
            constexpr bool changesOne =
                std::is_same_v<
                    T,
                    EditCustomer> || std::is_same_v<T, SetCustomerField> || std::is_same_v<T, SetCustomerTags> || std::is_same_v<T, SetCompany> || std::is_same_v<T, BlockCustomer> || std::is_same_v<T, PreferIdentity>;
            if constexpr (changesOne)
                return one.customer;
            else
                return CustomerId();
        },
        body);
}

void applyTo(Customer &customer, const CommandBody &body)
{
    std::visit(CustomerApplier{customer}, body);
}

AgentSettings settingsOf(const Agent &agent)
{
    return {.role = agent.role,
            .customRole = agent.customRole,
            .teams = agent.teams,
            .capacity = agent.capacity,
            .languages = agent.languages};
}

void applyTo(Agent &agent, const SetAgent &set)
{
    using Settings = AgentSettings;
    const AgentSettings before = set.before.value_or(settingsOf(agent));
    const AgentSettings wanted{.role = set.role,
                               .customRole = set.customRole,
                               .teams = set.teams,
                               .capacity = set.capacity,
                               .languages = set.languages};
    AgentSettings now = settingsOf(agent);
    if (wanted.role != before.role || wanted.customRole != before.customRole) { // one choice
        now.role = wanted.role;
        now.customRole = wanted.customRole;
    }
    now = rebased(wanted, before, std::move(now), &Settings::teams, &Settings::capacity, &Settings::languages);
    std::ranges::sort(now.teams);
    agent.role = now.role;
    agent.customRole = now.customRole;
    agent.teams = std::move(now.teams);
    agent.capacity = now.capacity;
    agent.languages = std::move(now.languages);
}

std::string_view nameOf(const CommandBody &body)
{
    return kCommandNames[body.index()];
}

bool isMeant(const CommandBody &body)
{
    if (const auto *mark = std::get_if<MarkRead>(&body))
        return mark->backwards;
    if (std::holds_alternative<SeeMentions>(body))
        return false;
    const auto *cancel = std::get_if<CancelMessage>(&body);
    return !cancel || !cancel->item.isNull();
}

ConversationId conversationOf(const CommandBody &body)
{
    return std::visit(
        [](const auto &one) {
            if constexpr (requires { one.conversation; })
                return one.conversation;
            else
                return ConversationId();
        },
        body);
}

void applyTo(Conversation &conversation, const CommandBody &body, const Agent &by, TimePoint at)
{
    std::visit(Applier{conversation, by, at}, body);
}

bool stands(const Conversation &conversation, const CommandBody &done)
{
    const bool setsField = std::holds_alternative<SetStatus>(done) || std::holds_alternative<Snooze>(done)
                           || std::holds_alternative<Assign>(done) || std::holds_alternative<SetTeam>(done)
                           || std::holds_alternative<SetPriority>(done) || std::holds_alternative<SetSubject>(done)
                           || std::holds_alternative<SetCustomStatus>(done) || std::holds_alternative<SetField>(done)
                           || std::holds_alternative<EditChecklist>(done) || std::holds_alternative<JoinConversation>(done)
                           || std::holds_alternative<SeparateConversation>(done)
                           || std::holds_alternative<RelateConversations>(done);
    if (!setsField || conversationOf(done) != conversation.id)
        return false;
    Conversation again = conversation;
    applyTo(again, done, Agent(), TimePoint());
    for (std::size_t i = 0; i < again.checklist.size() && i < conversation.checklist.size(); ++i)
        again.checklist[i].doneBy = conversation.checklist[i].doneBy; // nor who it was
    if (again.resolvedAt && conversation.resolvedAt)
        again.resolvedAt = conversation.resolvedAt; // when it was is not part of the question
    return again == conversation;
}

bool stands(const Customer &customer, const CommandBody &done)
{
    if (const auto *add = std::get_if<AddCustomer>(&done))
        return customer
               == Customer{
                   .id = add->customer, .name = add->name, .createdAt = customer.createdAt, .version = customer.version};
    if (customerOf(done) != customer.id || std::holds_alternative<SetCustomerTags>(done))
        return false;
    Customer again = customer;
    applyTo(again, done);
    return again == customer;
}

bool stands(const Suggestion &suggestion, const CommandBody &done)
{
    const auto *dismiss = std::get_if<DismissSuggestion>(&done);
    return dismiss && dismiss->suggestion == suggestion.id
           && suggestion.state == (dismiss->dismissed ? Suggestion::State::Dismissed : Suggestion::State::Open);
}

std::optional<TimelineItem> itemOf(const Command &command, const Conversation &conversation, const Agent &by,
                                   std::int64_t undoSeconds)
{
    TimelineItem item;
    item.conversation = conversation.id;
    item.customer = conversation.customer;
    item.identity = conversation.identity;
    item.account = conversation.account;
    item.channel = conversation.channel;
    item.author = by.id;
    item.authorName = by.name;
    item.at = command.at;
    if (const auto *message = std::get_if<SendMessage>(&command.body)) {
        item.id = message->item;
        item.kind = TimelineItem::Kind::Outbound;
        item.identity = message->to;
        item.account = message->from;
        item.subject = message->subject;
        item.body = message->body;
        item.attachments = message->attachments;
        item.inReplyTo = message->inReplyTo;
        Delivery delivery;
        delivery.at = command.at;
        delivery.state = undoSeconds > 0 ? Delivery::State::Held : Delivery::State::Queued;
        if (undoSeconds > 0)
            delivery.heldUntil = command.at + std::chrono::seconds(undoSeconds);
        item.delivery = delivery;
        std::string cc;
        for (const std::string &address : message->cc)
            cc += (cc.empty() ? "" : ", ") + address;
        if (!cc.empty())
            item.details["cc"] = cc;
        return item;
    }
    if (const auto *note = std::get_if<AddNote>(&command.body)) {
        item.id = note->item;
        item.kind = TimelineItem::Kind::Note;
        item.body = note->body;
        item.attachments = note->attachments;
        item.mentions = note->mentions;
        return item;
    }
    return std::nullopt;
}

std::int64_t readCountAfter(std::int64_t before, const MarkRead &command)
{
    if (TRIBUTARY_BREAK(readMarks))
        return command.readCount;
    return command.backwards ? std::min(before, command.readCount) : std::max(before, command.readCount);
}

std::string previewOf(std::string_view body, std::size_t maxCharacters)
{
    std::string line;
    std::size_t characters = 0;
    bool gap = false;
    const auto leadAt = [&body](std::size_t i) { return static_cast<unsigned char>(body[i]); };
    for (std::size_t i = 0; i < body.size();) {
        if (leadAt(i) <= ' ') {
            gap = !line.empty();
            ++i;
            continue;
        }
        if (characters + (gap ? 1 : 0) >= maxCharacters) {
            line += "…";
            break;
        }
        if (std::exchange(gap, false)) {
            line += ' ';
            ++characters;
        }
        const std::size_t word = i; // or as much of it as there is room for
        for (; i < body.size() && leadAt(i) > ' ' && characters < maxCharacters; ++characters) {
            const unsigned char lead = leadAt(i);
            i += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        }
        line.append(body.substr(word, i - word));
    }
    return line;
}

} // namespace tributary::model
