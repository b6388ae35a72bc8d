#include "core/hub/command_rules.h"

#include "core/hub/delivery_queue.h"
#include "core/hub/ingest.h"
#include "core/hub/people.h"
#include "core/hub/teams.h"
#include "core/hub/timeline_events.h"
#include "core/model/command_files.h"
#include "core/model/limits.h"
#include "core/model/masks.h"
#include "core/model/rights.h"
#include "core/store/entities.h"
#include "core/store/homes.h"
#include "core/store/sql.h"
#include "core/store/taken_back.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;

namespace {

constexpr std::string_view kTakenBack = "taken-back"; ///< Noted of an item that this history does not have yet.

} // namespace

Result<CommandRules::Answer> CommandRules::operator()(const SendMessage &message)
{
    TRIBUTARY_TRY_ASSIGN(auto conversation, seen(message.conversation));
    TRIBUTARY_TRY_ASSIGN(auto to, store::identity(database(), message.to));
    if (!to && conversation) { // its author typed an address, and the hub knew it under another id
        TRIBUTARY_TRY_ASSIGN(to, store::identity(database(), conversation->identity));
    }
    TRIBUTARY_TRY_ASSIGN(auto account, store::channelAccount(database(), message.from));
    if (!conversation || !to || message.item.isNull())
        return refused(Reason::NotFound);
    if (!account || account->removed || account->channel != to->channel)
        return refused(Reason::AccountGone);
    if (conversation->parent && to->id != conversation->identity) // never to the customer whom it is about
        return refused(Reason::Invalid, "a side conversation is with one person");
    if (message.body.empty() && message.attachments.empty())
        return refused(Reason::Invalid, "an empty message");
    if (!serves(m_by, message.from))
        return refused(Reason::NotAllowed, "an account that they do not serve");
    TRIBUTARY_TRY_ASSIGN(const std::vector<Customer> blocked, blockedOf(database(), to->customer));
    if (!blocked.empty() && !mayHaveGoneOut()) // as for strangers, below
        return refused(Reason::Blocked);
    if (message.body.size() > kMaxBodyBytes || message.attachments.size() > kMaxAttachments)
        return refused(Reason::Invalid, "a message that is too long");
    TRIBUTARY_TRY_ASSIGN(const auto known, store::timelineItem(database(), message.item));
    if (known && known->kind == TimelineItem::Kind::Outbound && !known->author && mayHaveGoneOut()) {
        TRIBUTARY_TRY_ASSIGN(auto itsOwn, seen(known->conversation));
        TRIBUTARY_TRY_ASSIGN(const bool cameBack, isOwnComeBack(known->id));
        if (itsOwn && cameBack)
            return adopt(message, *known, std::move(*itsOwn));
    }
    if (known)
        return repeated(*known);
    TRIBUTARY_TRY_ASSIGN(const bool isTakenBack, wasTakenBack(message.item));
    if (isTakenBack)
        return noEffect();
    if (!mayHaveGoneOut()) { // else it is looked for, and the queue says that nothing more goes there
        TRIBUTARY_TRY_ASSIGN(const bool itsOwn, belongs(database(), *to, *conversation));
        if (!itsOwn) // since a merge was undone, or the address was moved
            return refused(Reason::Changed, "the address is another customer's");
    }
    if (!m_standing.again) {
        TRIBUTARY_TRY_ASSIGN(const bool unwelcome, isUnwelcome(database(), to->customer, account->channel, conversation));
        if (unwelcome)
            return refused(Reason::NoConsent);
    }
    // What has been said already needs no second thought.
    if (!message.sendAnyway && !m_standing.again) {
        TRIBUTARY_TRY_ASSIGN(const Reason crossed, whatCrossed(*conversation));
        if (crossed != Reason::None)
            return Answer{Outcome::Kind::NeedsYou, crossed, {}};
    }
    std::vector<Attachment> files = message.attachments;
    TRIBUTARY_TRY_ASSIGN(const bool mine, takeUploads(files));
    if (!mine)
        return refused(Reason::NotFound, "an attachment is not there");
    if (!mayHaveGoneOut() && totalBytes(files) > kMaxFilesBytes)
        return refused(Reason::Invalid, "files that are too large together");
    return send(message, std::move(files), std::move(*conversation), *account);
}

Result<CommandRules::Answer> CommandRules::operator()(const CancelMessage &cancelled)
{
    TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(database(), cancelled.item));
    if (!item && (m_standing.again || may(m_by, Permission::Reply))) // whoever wrote it may come back later than this
        TRIBUTARY_TRY(overtaken(cancelled.item.bytes, kTakenBack));
    if (!item || item->deleted) // it was refused, or never came: it is taken back already
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(const auto visible, seenItem(cancelled.item));
    if (!visible && item->author != m_by.id) // one's own may be taken back from wherever it has gone
        return refused(Reason::NotFound);
    if (item->kind == TimelineItem::Kind::Note) {
        if (item->author != m_by.id)
            return refused(Reason::NotAllowed, "a note of somebody else");
    } else if (item->kind == TimelineItem::Kind::Outbound) {
        if (item->author != m_by.id && !may(m_by, Permission::Reply))
            return refused(Reason::NotAllowed, "a message of somebody else");
        // That it was taken back in time, in an earlier history, is believed of one's own; of a colleague's where there was
        // one.
        const bool wasInTime = m_standing.again && (item->author == m_by.id || !m_standing.epoch.isFirst);
        TRIBUTARY_TRY_ASSIGN(const bool inTime, cancel(m_changes, cancelled.item, wasInTime));
        if (!inTime)
            return refused(Reason::TooLate);
    } else {
        return refused(Reason::NotFound, "not something that was written here");
    }
    const bool isOthers = item->kind == TimelineItem::Kind::Outbound && item->author != m_by.id;
    const TimelineItem was = *item;
    item->deleted = true;
    item->body.clear();
    item->html.clear();
    item->subject.clear();
    item->mentions.clear();
    item->details.erase(std::string(kNotTold));
    item->attachments.clear();
    TRIBUTARY_TRY(m_changes.put(*item));
    auto free = database().query(sql::hub_free_attachments);
    TRIBUTARY_TRY(free.bind("item_id", item->id).bind("at_ms", m_now).run());
    TRIBUTARY_TRY_ASSIGN(auto conversation, store::conversation(database(), item->conversation));
    if (!conversation)
        return Answer{};
    if (isOthers) // its author, and who waits for it to go out, see who has stopped it
        TRIBUTARY_TRY(tell(*conversation, "message-stopped", {{"from", item->authorName}}));
    TRIBUTARY_TRY(askNoMore(was));
    const Conversation before = *conversation;
    TRIBUTARY_TRY(store::showWithout(database(), *conversation, item->id));
    TRIBUTARY_TRY(putBackStatus(*conversation, was));
    if (*conversation != before)
        TRIBUTARY_TRY(m_changes.put(*conversation));
    return Answer{};
}

/// What a reply had set the status from, if nothing has set it since: a customer who waits again is in a list again.
Result<void> CommandRules::putBackStatus(Conversation &conversation, const TimelineItem &reply)
{
    using Status = Conversation::Status;
    if (reply.kind != TimelineItem::Kind::Outbound)
        return {};
    TRIBUTARY_TRY_ASSIGN(const auto event, newestStatusEvent(database(), conversation.id));
    const auto from = event ? fromName<Status>(detailOf(*event, "was")) : std::nullopt;
    const bool isOfReply =
        event && detailOf(*event, "why") == "reply" && event->author == reply.author && event->at == reply.at;
    if (!isOfReply || !from || *from == conversation.status || nameOf(conversation.status) != detailOf(*event, "event"))
        return {};
    TRIBUTARY_TRY_ASSIGN(const bool isAnswered, isAnsweredSince(reply));
    if (isAnswered) // by another reply, which has the status to stand for it
        return {};
    setStatus(conversation, *from, m_at);
    const std::string until = detailOf(*event, "was_until_ms");
    std::int64_t untilMs = 0;
    std::from_chars(until.data(), until.data() + until.size(), untilMs);
    if (*from == Status::Snoozed && untilMs > 0)
        conversation.snoozedUntil = fromMs(untilMs);
    conversation.customStatus = CustomStatusId::fromText(detailOf(*event, "was_custom"));
    return tell(conversation, *from == Status::Open ? "reopened" : nameOf(*from), {{"why", "taken-back"}});
}

Result<bool> CommandRules::isAnsweredSince(const TimelineItem &reply)
{
    auto query = database().query(sql::hub_items_in);
    query.bind("conversation_id", reply.conversation);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return false;
        const auto item = store::readRow<TimelineItem>(query);
        if (item.kind == reply.kind && item.id != reply.id && !item.deleted && item.at >= reply.at)
            return true;
    }
}

/// Whoever a note had asked to look, and no other does there.
Result<void> CommandRules::askNoMore(const TimelineItem &note)
{
    for (const AgentId &id : note.mentions) {
        TRIBUTARY_TRY_ASSIGN(auto mark, store::readMark(database(), id, note.conversation));
        if (!mark || !mark->mentionedAt)
            continue;
        bool isAsked = false;
        auto query = database().query(sql::hub_items_in);
        query.bind("conversation_id", note.conversation);
        while (!isAsked) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            const auto item = store::readRow<TimelineItem>(query);
            isAsked = item.id != note.id && !item.deleted && std::ranges::count(item.mentions, id) > 0;
        }
        if (isAsked)
            continue;
        mark->mentionedAt.reset();
        TRIBUTARY_TRY(m_changes.put(*mark));
    }
    return {};
}

Result<CommandRules::Answer> CommandRules::operator()(const RetryMessage &retried)
{
    TRIBUTARY_TRY_ASSIGN(auto item, seenItem(retried.item));
    if (!item || item->deleted || !item->delivery) // taken back by somebody in a history that is over, say
        return refused(Reason::NotFound);
    if (item->delivery->state != Delivery::State::Failed && item->delivery->state != Delivery::State::Uncertain)
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(const auto conversation, store::conversation(database(), item->conversation));
    TRIBUTARY_TRY_ASSIGN(const auto account, store::channelAccount(database(), item->account));
    if (!conversation || !account || account->removed)
        return refused(Reason::AccountGone);
    TRIBUTARY_TRY_ASSIGN(const bool blocked, isBlocked(database(), item->identity));
    if (blocked)
        return refused(Reason::Blocked);
    TRIBUTARY_TRY_ASSIGN(const bool queued, isQueued(database(), item->id));
    if (queued) // an uncertain one that is still looked for: what becomes of it is told
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(const auto to, store::identity(database(), item->identity));
    if (to) {
        TRIBUTARY_TRY_ASSIGN(const bool itsOwn, belongs(database(), *to, *conversation));
        if (!itsOwn)
            return refused(Reason::Changed, "the address is another customer's");
        TRIBUTARY_TRY_ASSIGN(const bool unwelcome, isUnwelcome(database(), to->customer, account->channel, conversation));
        if (unwelcome)
            return refused(Reason::NoConsent);
    }
    item->delivery = Delivery{.state = Delivery::State::Queued, .at = m_at};
    TRIBUTARY_TRY(m_changes.put(*item));
    TRIBUTARY_TRY(tell(*conversation, "message-retried", {}));
    TRIBUTARY_TRY(enqueue(m_changes, m_ids, *item, *account, m_now, doubt()));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const AddNote &note)
{
    TRIBUTARY_TRY_ASSIGN(auto conversation, seen(note.conversation));
    if (!conversation || note.item.isNull())
        return refused(Reason::NotFound);
    if (note.body.size() > kMaxBodyBytes)
        return refused(Reason::Invalid, "a note that is too long");
    TRIBUTARY_TRY_ASSIGN(const auto known, store::timelineItem(database(), note.item));
    if (known)
        return repeated(*known);
    TRIBUTARY_TRY_ASSIGN(const bool isTakenBack, wasTakenBack(note.item));
    if (isTakenBack)
        return noEffect();
    std::vector<Attachment> files = note.attachments;
    TRIBUTARY_TRY_ASSIGN(const bool mine, takeUploads(files));
    if (!mine)
        return refused(Reason::NotFound, "an attachment is not there");
    auto item = itemOf(m_command, *conversation, m_by, 0);
    item->at = m_at;
    item->attachments = std::move(files);
    TRIBUTARY_TRY(askToLook(*item, note, *conversation));
    TRIBUTARY_TRY(m_changes.put(*item));
    TRIBUTARY_TRY(referToFiles(*item));
    applyTo(*conversation, note, m_by, m_at);
    TRIBUTARY_TRY(m_changes.put(*conversation));
    return Answer{};
}

/// Who is asked to look, of those who may: each has it in their mark. Who may not is named in @p item instead, for its
/// author: they may have lost sight of it while the note was under way.
Result<void> CommandRules::askToLook(TimelineItem &item, const AddNote &note, const Conversation &conversation)
{
    item.mentions.clear();
    std::set<AgentId> seen;
    for (const AgentId &id : note.mentions) {
        TRIBUTARY_TRY_ASSIGN(const auto agent, store::agent(database(), id));
        if (!agent || !seen.insert(id).second)
            continue;
        if (!sees(*agent, conversation)) {
            std::string &names = item.details[std::string(kNotTold)];
            names += (names.empty() ? "" : "\n") + agent->name;
            continue;
        }
        item.mentions.push_back(id);
        if (id == m_by.id)
            continue;
        TRIBUTARY_TRY_ASSIGN(const auto known, store::readMark(database(), id, conversation.id));
        ReadMark mark = known.value_or(ReadMark{.agent = id, .conversation = conversation.id});
        // From when they can know of it: its author may have been away for days.
        mark.mentionedAt = std::max(mark.mentionedAt.value_or(m_now), m_now);
        TRIBUTARY_TRY(m_changes.put(mark));
    }
    return {};
}

/// Whether a message that a channel has brought is one that was sent under this id: what was written elsewhere is nobody's
/// to put other words into.
Result<bool> CommandRules::isOwnComeBack(TimelineItemId item)
{
    auto query = database().query(sql::hub_names_of_item);
    query.bind("item_id", item);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return false;
        if (itemOfMessageId(query.text(0)) == item)
            return true;
    }
}

Result<CommandRules::Answer> CommandRules::adopt(const SendMessage &message, TimelineItem item, Conversation conversation)
{
    item.author = m_by.id;
    item.authorName = m_by.name;
    item.body = message.body;
    item.html.clear();
    TRIBUTARY_TRY(m_changes.put(item));
    TRIBUTARY_TRY(afterSending(message, std::move(conversation)));
    return Answer{};
}

/// At another desktop than this one's, which has come back to this history first.
Result<bool> CommandRules::wasTakenBack(TimelineItemId item)
{
    if (!mayHaveGoneOut())
        return false;
    auto query = database().query(sql::hub_field_set);
    query.bind("about", item).bind("field", kTakenBack);
    return query.exists();
}

CommandRules::Answer CommandRules::repeated(const TimelineItem &known) const
{
    return known.author == m_by.id ? noEffect() : refused(Reason::Taken, "an item of that id exists");
}

Result<Reason> CommandRules::whatCrossed(const Conversation &conversation)
{
    // What is said changes its conversation too. News of how an older message was delivered does not, and crosses
    // nothing.
    if (conversation.version <= m_standing.seen)
        return Reason::None;
    Reason crossed = Reason::None;
    for (const ConversationId &id : {conversation.id, m_joined}) {
        auto query = database().query(sql::hub_crossing_items);
        query.bind("conversation_id", id).bind("base_seq", m_standing.seen);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            if (query.text(0) == nameOf(TimelineItem::Kind::Inbound))
                crossed = crossed == Reason::None ? Reason::CustomerWrote : crossed;
            else if (query.id<AgentId>(1) != m_by.id)
                crossed = Reason::ColleagueReplied; // the graver one: the customer would be answered twice
        }
    }
    return crossed;
}

Result<bool> CommandRules::takeUploads(std::vector<Attachment> &attachments)
{
    for (Attachment &attachment : attachments) {
        auto query = database().query(sql::hub_attachment);
        query.bind("attachment_id", attachment.id);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (found && query.text(5) == m_by.id.text() && query.text(1) == attachment.sha256) {
            attachment.sizeBytes = query.integer(2); // whatever the command says
            continue;
        }
        if (!mayHaveGoneOut())
            return false;
        // It was uploaded to a hub that was restored since from before. Without its hash: that would be a right to whatever
        // has it.
        attachment.state = Attachment::State::Failed;
        attachment.sha256.clear();
    }
    return true;
}

Result<void> CommandRules::referToFiles(const TimelineItem &item)
{
    for (const Attachment &attachment : item.attachments) {
        if (!attachment.sha256.empty())
            TRIBUTARY_TRY(addAttachmentRef(database(), attachment, item.id, m_at));
    }
    return {};
}

Result<CommandRules::Answer> CommandRules::send(const SendMessage &message, std::vector<Attachment> files,
                                                Conversation conversation, const ChannelAccount &account)
{
    TimelineItem item = *itemOf(m_command, conversation, m_by, account.undoSeconds);
    item.attachments = std::move(files);
    TRIBUTARY_TRY_ASSIGN(const auto to, store::identity(database(), item.identity));
    if (!to) { // the one that it was checked against: to nobody it would be taken out of the queue without a word
        item.identity = conversation.identity;
    } else {
        TRIBUTARY_TRY_ASSIGN(item.customer, store::homeIn(database(), conversation, *to));
    }
    item.at = m_at;
    item.delivery->at = m_at;
    if (item.delivery->heldUntil) // counted from now: the author's clock, or a long way here, must not shorten it to nothing
        item.delivery->heldUntil = m_now + std::chrono::seconds(account.undoSeconds);
    TRIBUTARY_TRY(m_changes.put(item));
    TRIBUTARY_TRY(referToFiles(item));
    TRIBUTARY_TRY(afterSending(message, std::move(conversation)));
    TRIBUTARY_TRY(enqueue(m_changes, m_ids, item, account, m_now, doubt())); // a failure opens what was resolved
    return Answer{};
}

Result<void> CommandRules::afterSending(SendMessage message, Conversation conversation)
{
    if (m_standing.again) { // the customer's answer came later than what is told again here
        TRIBUTARY_TRY_ASSIGN(const bool answered, writtenSince(conversation.id));
        if (answered)
            return {};
    }
    if (conversation.status == Conversation::Status::Resolved) // who answers takes it from somebody who is gone
        TRIBUTARY_TRY(freeOfWhoIsGone(m_changes, m_ids, conversation, m_by, m_at));
    const Conversation before = conversation;
    applyTo(conversation, message, m_by, m_at);
    if (message.resolveAfter || conversation.status != before.status) {
        Values values{{"why", "reply"}, {"was", std::string(nameOf(before.status))}};
        if (before.snoozedUntil)
            values["was_until_ms"] = std::to_string(toMs(*before.snoozedUntil));
        if (before.customStatus)
            values["was_custom"] = before.customStatus->text();
        TRIBUTARY_TRY(addEvent(m_changes, m_ids, conversation, message.resolveAfter ? "resolved" : "waiting",
                               std::move(values), m_by, m_at));
    }
    if (!before.assignee && conversation.assignee)
        TRIBUTARY_TRY(
            addEvent(m_changes, m_ids, conversation, "assigned", {{"to", m_by.name}, {"why", "reply"}}, m_by, m_at));
    return m_changes.put(conversation);
}

} // namespace tributary::hub
