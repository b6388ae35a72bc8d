#include "core/model/commands.h"

#include "core/base/breaks.h"
#include "core/model/command_fields.h"

#include <algorithm>

namespace tributary::model {
namespace {

void normalise(std::vector<std::string> &tags)
{
    std::ranges::sort(tags);
    const auto repeated = std::ranges::unique(tags);
    tags.erase(repeated.begin(), repeated.end());
}

/// What is common to everything an agent says on a conversation.
void showAsNewest(Conversation &conversation, std::string_view body, TimePoint at)
{
    conversation.lastItemAt = std::max(conversation.lastItemAt, at);
    conversation.preview = previewOf(body);
    conversation.previewOutbound = true;
}

struct Applier {
    Conversation &conversation;
    AgentId by;
    TimePoint at;

    void operator()(const SendMessage &command) const
    {
        showAsNewest(conversation, command.body, at);
        conversation.waitingSince.reset();
        if (!conversation.assignee)
            conversation.assignee = by; // who answers an unassigned conversation takes it
        (*this)(SetStatus{conversation.id,
                          command.resolveAfter ? Conversation::Status::Resolved : Conversation::Status::Waiting});
    }
    void operator()(const AddNote &) const { conversation.lastItemAt = std::max(conversation.lastItemAt, at); }
    void operator()(const SetStatus &command) const
    {
        conversation.status = command.status;
        conversation.snoozedUntil.reset();
        if (command.status == Conversation::Status::Resolved)
            conversation.resolvedAt = at;
        else
            conversation.resolvedAt.reset();
    }
    void operator()(const Snooze &command) const
    {
        conversation.status = Conversation::Status::Snoozed;
        conversation.snoozedUntil = command.until;
        conversation.resolvedAt.reset();
    }
    void operator()(const Assign &command) const { conversation.assignee = command.assignee; }
    void operator()(const SetTeam &command) const { conversation.team = command.team; }
    void operator()(const SetTags &command) const
    {
        auto &tags = conversation.tags;
        std::erase_if(tags, [&](const std::string &tag) { return std::ranges::count(command.remove, tag) > 0; });
        tags.insert(tags.end(), command.add.begin(), command.add.end());
        normalise(tags);
    }
    void operator()(const SetPriority &command) const { conversation.priority = command.priority; }
    void operator()(const SetSubject &command) const { conversation.subject = command.subject; }
    template<class Other>
    void operator()(const Other &) const
    {
    }
};

} // namespace

std::string_view nameOf(const CommandBody &body)
{
    return kCommandNames[body.index()];
}

bool isMeant(const CommandBody &body)
{
    if (const auto *mark = std::get_if<MarkRead>(&body))
        return mark->backwards;
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

void applyTo(Conversation &conversation, const CommandBody &body, AgentId by, TimePoint at)
{
    std::visit(Applier{conversation, by, at}, body);
}

bool stands(const Conversation &conversation, const CommandBody &done)
{
    const bool setsField = std::holds_alternative<SetStatus>(done) || std::holds_alternative<Snooze>(done)
                           || std::holds_alternative<Assign>(done) || std::holds_alternative<SetTeam>(done)
                           || std::holds_alternative<SetPriority>(done) || std::holds_alternative<SetSubject>(done);
    if (!setsField || conversationOf(done) != conversation.id)
        return false;
    Conversation again = conversation;
    applyTo(again, done, AgentId(), TimePoint());
    if (again.resolvedAt && conversation.resolvedAt)
        again.resolvedAt = conversation.resolvedAt; // when it was is not part of the question
    return again == conversation;
}

bool stands(const Customer &customer, const CommandBody &done)
{
    const auto *edit = std::get_if<EditCustomer>(&done);
    return edit && edit->customer == customer.id && edit->name == customer.name && edit->note == customer.note;
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
    for (std::size_t i = 0; i < body.size();) {
        const auto lead = static_cast<unsigned char>(body[i]);
        const std::size_t length = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        if (lead <= ' ') {
            gap = !line.empty();
            ++i;
            continue;
        }
        if (characters + (gap ? 1 : 0) >= maxCharacters) {
            line += "…";
            break;
        }
        if (gap) {
            line += ' ';
            ++characters;
            gap = false;
        }
        line.append(body.substr(i, length));
        i += length;
        ++characters;
    }
    return line;
}

} // namespace tributary::model
