#include "core/hub/command_rules.h"

#include "core/hub/teams.h"
#include "core/hub/timeline_events.h"
#include "core/model/limits.h"
#include "core/model/masks.h"
#include "core/model/names.h"
#include "core/model/rights.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;

namespace {

constexpr std::size_t kMostTags = 50;
/// Of a conversation, in bytes: its row goes out in one live frame (wire::kMaxFrameBytes), whoever may have written so much.
constexpr std::size_t kMostWords = 32 * 1024;

std::size_t wordsIn(const Conversation &conversation)
{
    std::size_t bytes = conversation.subject.size();
    for (const std::string &tag : conversation.tags)
        bytes += tag.size();
    for (const auto &[key, value] : conversation.fields)
        bytes += key.size() + value.size();
    for (const ChecklistEntry &entry : conversation.checklist)
        bytes += entry.text.size();
    return bytes;
}

} // namespace

Result<CommandRules::Answer> CommandRules::operator()(const SetStatus &command)
{
    if (command.status == Conversation::Status::Snoozed)
        return refused(Reason::Invalid, "a snooze is a command of its own");
    const std::string_view event = command.status == Conversation::Status::Open ? "reopened" : nameOf(command.status);
    // Before it counts as the newest word on the status.
    TRIBUTARY_TRY_ASSIGN(const bool tooSoon, isPutAsideTooSoon(command.conversation, command.status));
    if (tooSoon)
        return refused(Reason::CustomerWrote);
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "status", command.conversation));
    return late ? Result<Answer>(noEffect()) : onConversation(event, {});
}

Result<bool> CommandRules::isPutAsideTooSoon(ConversationId id, Conversation::Status becomes)
{
    // A base of nothing is that of a conversation which its author has just begun. What was done before a restore is done.
    if (becomes == Conversation::Status::Open || m_command.baseSeq <= 0 || m_standing.again)
        return false;
    TRIBUTARY_TRY_ASSIGN(const auto conversation, seen(id));
    if (!conversation || conversation->version <= m_standing.seen)
        return false;
    auto query = database().query(sql::hub_written_after_seq);
    query.bind("conversation_id", id).bind("base_seq", m_standing.seen);
    return query.exists();
}

Result<CommandRules::Answer> CommandRules::operator()(const Snooze &command)
{
    TRIBUTARY_TRY_ASSIGN(const bool tooSoon, isPutAsideTooSoon(command.conversation, Conversation::Status::Snoozed));
    if (tooSoon)
        return refused(Reason::CustomerWrote);
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "status", command.conversation));
    if (late)
        return noEffect();
    std::map<std::string, std::string> values;
    if (command.until)
        values["until_ms"] = std::to_string(toMs(*command.until));
    return onConversation("snoozed", std::move(values));
}

Result<CommandRules::Answer> CommandRules::operator()(const Assign &command)
{
    std::map<std::string, std::string> values;
    TRIBUTARY_TRY_ASSIGN(const auto conversation, seen(command.conversation));
    if (!conversation)
        return refused(Reason::NotFound);
    if (command.assignee) {
        TRIBUTARY_TRY_ASSIGN(const auto agent, store::agent(database(), *command.assignee));
        if (!agent || !agent->active)
            return refused(Reason::NotFound, "no such agent");
        Conversation given = *conversation; // who sees only their own work sees it by being given it
        given.assignee = agent->id;
        if (!sees(*agent, given))
            return refused(Reason::NotAllowed, "that agent is not in the conversation's team");
        values = {{"to", agent->name}};
    }
    if (command.ifFree && conversation->assignee && conversation->assignee != command.assignee)
        return refused(Reason::Taken);
    if (conversation->assignee && conversation->assignee != command.assignee) {
        TRIBUTARY_TRY_ASSIGN(const auto holder, store::agent(database(), *conversation->assignee));
        if (holder && !mayTakeFrom(m_by, *holder))
            return refused(Reason::NotAllowed, "a colleague has it");
        if (holder)
            values["from"] = holder->name;
    }
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "assignee"));
    if (late)
        return noEffect();
    return onConversation("assigned", std::move(values));
}

Result<CommandRules::Answer> CommandRules::operator()(const SetTeam &command)
{
    TRIBUTARY_TRY_ASSIGN(auto conversation, seen(command.conversation));
    if (!conversation)
        return refused(Reason::NotFound);
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "team"));
    if (late || conversation->team == command.team)
        return noEffect();
    Values values = reason();
    if (command.team) {
        TRIBUTARY_TRY_ASSIGN(const auto team, store::find(database(), EntityType::Team, command.team->bytes));
        if (!team)
            return refused(Reason::NotFound, "no such team");
        values["to"] = std::get<Team>(*team).name;
    }
    TRIBUTARY_TRY(moveToTeam(m_changes, m_ids, std::move(*conversation), command.team, std::move(values), m_by, m_at));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const SetTags &command)
{
    const auto joined = [](const std::vector<std::string> &tags) {
        std::string text;
        for (const std::string &tag : tags)
            text += (text.empty() ? "" : ", ") + tag;
        return text;
    };
    for (const std::string &tag : command.add) {
        if (tag.empty() || tag.size() > 100)
            return refused(Reason::Invalid, "a tag of a wrong length");
    }
    if (command.add.size() > kMostTags || command.remove.size() > kMostTags)
        return refused(Reason::Invalid, "too many tags at once");
    std::map<std::string, std::string> values;
    if (!command.add.empty())
        values["added"] = joined(command.add);
    if (!command.remove.empty())
        values["removed"] = joined(command.remove);
    return onConversation("tags", std::move(values));
}

Result<CommandRules::Answer> CommandRules::operator()(const SetPriority &command)
{
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "priority"));
    if (late)
        return noEffect();
    return onConversation("priority", {{"to", std::string(nameOf(command.priority))}});
}

Result<CommandRules::Answer> CommandRules::operator()(const SetSubject &command)
{
    if (command.subject.size() > SetSubject::kMostBytes)
        return refused(Reason::Invalid, "a subject that is too long");
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "subject"));
    if (late)
        return noEffect();
    return onConversation("subject", {{"to", command.subject}});
}

Result<CommandRules::Answer> CommandRules::operator()(const MarkRead &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto conversation, seen(command.conversation));
    if (!conversation)
        return refused(Reason::NotFound);
    TRIBUTARY_TRY_ASSIGN(auto known, store::readMark(database(), m_by.id, command.conversation));
    ReadMark mark = known.value_or(ReadMark{.agent = m_by.id, .conversation = command.conversation});
    const std::int64_t after =
        std::clamp<std::int64_t>(readCountAfter(mark.readCount, command), 0, conversation->inboundCount);
    if (known && after == mark.readCount)
        return noEffect();
    mark.readCount = after;
    TRIBUTARY_TRY(m_changes.put(mark));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::onConversation(std::string_view event, Values values)
{
    return onConversation(event, std::move(values), m_command.body);
}

Result<CommandRules::Answer> CommandRules::onConversation(std::string_view event, Values values, const CommandBody &change)
{
    TRIBUTARY_TRY_ASSIGN(auto conversation, seen(conversationOf(change)));
    if (!conversation)
        return refused(Reason::NotFound);
    const Conversation before = *conversation;
    applyTo(*conversation, change, m_by, m_at);
    if (*conversation == before)
        return noEffect();
    if (conversation->tags.size() > std::max(before.tags.size(), kMostTags))
        return refused(Reason::Invalid, "too many tags");
    if (wordsIn(*conversation) > std::max(wordsIn(before), kMostWords))
        return refused(Reason::Invalid, "more than a conversation can hold");
    if (before.status == Conversation::Status::Resolved && conversation->status != before.status)
        TRIBUTARY_TRY(freeOfWhoIsGone(m_changes, m_ids, *conversation, m_by, m_at));
    TRIBUTARY_TRY(tell(*conversation, event, std::move(values)));
    TRIBUTARY_TRY(m_changes.put(*conversation));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const SetCustomStatus &command)
{
    std::map<std::string, std::string> values;
    if (command.custom) {
        TRIBUTARY_TRY_ASSIGN(const auto status, store::customStatus(database(), *command.custom));
        if (!status)
            return refused(Reason::NotFound, "no such status");
        if (status->status != command.status)
            return refused(Reason::Changed, "that status counts as another one by now");
        values["to"] = status->name;
    }
    // Before it counts as the newest word on the status.
    TRIBUTARY_TRY_ASSIGN(const bool tooSoon, isPutAsideTooSoon(command.conversation, command.status));
    if (tooSoon)
        return refused(Reason::CustomerWrote);
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "status", command.conversation));
    TRIBUTARY_TRY_ASSIGN(const auto before, store::conversation(database(), command.conversation));
    if (before && before->status != command.status) // for who counts anew since when somebody waits (Said)
        values["counts"] = nameOf(command.status);
    return late ? Result<Answer>(noEffect()) : onConversation("status", std::move(values));
}

Result<CommandRules::Answer> CommandRules::operator()(const SetField &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto definition, fieldNamed(database(), FieldDefinition::Subject::Conversation, command.key));
    if (!definition)
        return refused(Reason::NotFound, "no such field");
    if (!fitsField(*definition, command.value))
        return refused(Reason::Invalid, "not a value of that field");
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "field." + command.key));
    if (late)
        return noEffect();
    return onConversation("field", {{"field", command.key}, {"name", definition->name}, {"to", command.value}});
}

Result<CommandRules::Answer> CommandRules::operator()(const EditChecklist &command)
{
    constexpr std::size_t kMostEntries = 100;
    constexpr std::size_t kLongestEntry = 500;
    TRIBUTARY_TRY_ASSIGN(const auto conversation, seen(command.conversation));
    if (!conversation || command.entry.isNull())
        return refused(Reason::NotFound);
    const auto known = std::ranges::find(conversation->checklist, command.entry, &ChecklistEntry::id);
    const bool isNew = known == conversation->checklist.end();
    if (command.removed || isNew) { // else what was ticked or reworded since then is looked for, below
        TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.entry.bytes, "there"));
        if (late || (command.removed && isNew))
            return noEffect();
    }
    if (isNew && !m_command.undoes) { // ticked by somebody who had not heard that it is gone
        TRIBUTARY_TRY_ASSIGN(const auto gone, newestEvent(database(), command.conversation, [&](const TimelineItem &event) {
                                 return detailOf(event, "event") == "checklist" && detailOf(event, "change") == "removed"
                                        && detailOf(event, "entry") == command.entry.text();
                             }));
        if (gone)
            return noEffect();
    }
    if (!command.removed && (command.text.empty() || command.text.size() > kLongestEntry))
        return refused(Reason::Invalid, "an entry of a wrong length");
    if (isNew && conversation->checklist.size() >= kMostEntries)
        return refused(Reason::Invalid, "too many entries");
    EditChecklist edit = command;
    std::string change = "text";
    if (command.removed) {
        change = "removed";
    } else if (isNew) {
        change = "added";
    } else if (known->done != command.done) {
        // Both are given, and one of them may only be as its author had seen it: what was changed since then stays.
        TRIBUTARY_TRY_ASSIGN(const auto since, newestEvent(database(), command.conversation, [&](const TimelineItem &event) {
                                 return event.saidSeq > m_standing.seen && detailOf(event, "event") == "checklist"
                                        && detailOf(event, "entry") == command.entry.text()
                                        && detailOf(event, "change").ends_with("done");
                             }));
        if (since && known->text != command.text) {
            edit.done = known->done;
        } else {
            change = command.done ? "done" : "undone";
            edit.text = known->text;
        }
    }
    Values values{{"change", change}, {"to", command.removed ? known->text : edit.text}, {"entry", command.entry.text()}};
    if (change == "text")
        values["from"] = known->text;
    return onConversation("checklist", std::move(values), edit);
}

Result<ReadMark> CommandRules::ownMark(ConversationId conversation)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, store::readMark(database(), m_by.id, conversation));
    return known.value_or(ReadMark{.agent = m_by.id, .conversation = conversation});
}

Result<CommandRules::Answer> CommandRules::operator()(const Follow &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto conversation, seen(command.conversation));
    if (!conversation)
        return refused(Reason::NotFound);
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "following." + m_by.id.text()));
    TRIBUTARY_TRY_ASSIGN(ReadMark mark, ownMark(command.conversation));
    if (late || mark.following == command.following)
        return noEffect();
    mark.following = command.following;
    TRIBUTARY_TRY(m_changes.put(mark));
    return Answer{};
}

Result<bool> CommandRules::askedSinceSeen(ConversationId conversation)
{
    auto query = database().query(sql::hub_items_in);
    query.bind("conversation_id", conversation);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return false;
        const auto item = store::readRow<TimelineItem>(query);
        if (item.saidSeq > m_standing.seen && item.author != m_by.id && std::ranges::count(item.mentions, m_by.id) > 0)
            return true;
    }
}

Result<CommandRules::Answer> CommandRules::operator()(const SeeMentions &command)
{
    TRIBUTARY_TRY_ASSIGN(const auto conversation, seen(command.conversation));
    if (!conversation)
        return refused(Reason::NotFound);
    TRIBUTARY_TRY_ASSIGN(ReadMark mark, ownMark(command.conversation));
    if (!mark.mentionedAt || (mark.mentionSeenAt && *mark.mentionSeenAt >= *mark.mentionedAt))
        return noEffect();
    // By what they had seen, not by their clock: of a mention that came since they know nothing yet.
    TRIBUTARY_TRY_ASSIGN(const bool askedSince, askedSinceSeen(command.conversation));
    if (askedSince)
        return noEffect();
    mark.mentionSeenAt = std::max(*mark.mentionedAt, m_now);
    TRIBUTARY_TRY(m_changes.put(mark));
    return Answer{};
}

} // namespace tributary::hub
