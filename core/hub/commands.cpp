#include "core/hub/commands.h"

#include "core/base/breaks.h"
#include "core/hub/delivery_queue.h"
#include "core/hub/epoch.h"
#include "core/hub/ingest.h"
#include "core/hub/people.h"
#include "core/hub/teams.h"
#include "core/hub/timeline_events.h"
#include "core/model/command_fields.h"
#include "core/model/rights.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/store/taken_back.h"

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;

constexpr std::int64_t kOutcomesKept = 1000; ///< Per client, for repeats.
constexpr std::int64_t kToldAtOnce = 400;    ///< They must fit into a frame.
/// So long after a restored hub has come up its channels bring again what customers had written since the backup.
constexpr std::chrono::seconds kCatchUp{60};
constexpr std::chrono::hours kOldest{24 * 60}; ///< A time of a command further back is a wrong clock, not a long journey.

struct Answer {
    Outcome::Kind kind = Outcome::Kind::Applied;
    Reason reason = Reason::None;
    std::string detail;
};

Answer refused(Reason reason, std::string detail = {})
{
    return {Outcome::Kind::Refused, reason, std::move(detail)};
}

/// How a command stands to this hub's history, which may have been restored from a backup since it was given.
struct Standing {
    EpochStart epoch;            ///< The newest.
    std::int64_t seen = 0;       ///< Up to here its author had seen this history.
    bool ofAnotherEpoch = false; ///< Given in a history that is over, in part or whole.
    bool again = false;          ///< Had been applied there: what it did is done, and is only to be known again.
};

Result<Standing> standingOf(store::Database &database, const Command &command)
{
    Standing standing;
    TRIBUTARY_TRY_ASSIGN(standing.epoch, newestEpoch(database));
    TRIBUTARY_TRY_ASSIGN(standing.seen, seenHere(database, command.baseEpoch, command.baseSeq));
    standing.ofAnotherEpoch = command.baseEpoch != RawId{} && command.baseEpoch != standing.epoch.epoch;
    standing.again = command.earlier == Outcome::Kind::Applied;
    return standing;
}

class Performer {
public:
    Performer(ChangeLog &changes, IdMaker &ids, const Agent &by, const Command &command, const Standing &standing,
              TimePoint at)
        : m_changes(changes)
        , m_ids(ids)
        , m_by(by)
        , m_command(command)
        , m_standing(standing)
        , m_at(at)
    {
    }

    /// An undo whose time is over: what it would take back has been changed since, by whomever.
    Result<std::optional<Answer>> overtaken()
    {
        const auto answer = [](bool asItWas, bool stands) -> std::optional<Answer> {
            if (asItWas)
                return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
            return stands ? std::nullopt : std::optional(refused(Reason::Taken, "changed since"));
        };
        if (const ConversationId about = conversationOf(m_command.body); !about.isNull()) {
            TRIBUTARY_TRY_ASSIGN(const auto found, seen(about));
            return found ? answer(stands(*found, m_command.body), stands(*found, *m_command.undoes)) : std::nullopt;
        }
        if (const auto *edit = std::get_if<EditCustomer>(&m_command.body)) {
            TRIBUTARY_TRY_ASSIGN(const auto found, store::customer(database(), edit->customer));
            return found ? answer(stands(*found, m_command.body), stands(*found, *m_command.undoes)) : std::nullopt;
        }
        if (const auto *dismiss = std::get_if<DismissSuggestion>(&m_command.body)) {
            TRIBUTARY_TRY_ASSIGN(const auto found, store::suggestion(database(), dismiss->suggestion));
            return found ? answer(stands(*found, m_command.body), stands(*found, *m_command.undoes)) : std::nullopt;
        }
        return std::optional(refused(Reason::Invalid, "not a thing to undo"));
    }

    Result<Answer> perform()
    {
        if (m_command.undoes) {
            TRIBUTARY_TRY_ASSIGN(const auto late, overtaken());
            if (late)
                return *late;
        }
        return std::visit(*this, m_command.body);
    }

    Result<Answer> operator()(const SendMessage &message)
    {
        TRIBUTARY_TRY_ASSIGN(auto conversation, seen(message.conversation));
        TRIBUTARY_TRY_ASSIGN(auto to, store::identity(database(), message.to));
        TRIBUTARY_TRY_ASSIGN(auto account, store::channelAccount(database(), message.from));
        if (!conversation || !to || message.item.isNull())
            return refused(Reason::NotFound);
        if (!account || account->removed || account->channel != to->channel)
            return refused(Reason::AccountGone);
        if (message.body.empty() && message.attachments.empty())
            return refused(Reason::Invalid, "an empty message");
        if (message.body.size() > kMaxBodyBytes || message.attachments.size() > kMaxAttachments)
            return refused(Reason::Invalid, "a message that is too long");
        TRIBUTARY_TRY_ASSIGN(const auto known, store::timelineItem(database(), message.item));
        if (known && known->kind == TimelineItem::Kind::Outbound && !known->author && mayHaveGoneOut()) {
            TRIBUTARY_TRY_ASSIGN(auto itsOwn, seen(known->conversation));
            if (itsOwn)
                return adopt(message, *known, std::move(*itsOwn));
        }
        if (known)
            return repeated(*known);
        // What has been said already needs no second thought.
        if (!message.sendAnyway && !m_standing.again) {
            TRIBUTARY_TRY_ASSIGN(const Reason crossed, whatCrossed(*conversation));
            if (crossed != Reason::None)
                return Answer{Outcome::Kind::NeedsYou, crossed, {}};
        }
        TRIBUTARY_TRY_ASSIGN(const bool mine, ownsUploads(message.attachments));
        if (!mine)
            return refused(Reason::NotFound, "an attachment is not there");
        return send(message, std::move(*conversation), *account);
    }

    Result<Answer> operator()(const CancelMessage &cancelled)
    {
        TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(database(), cancelled.item));
        if (!item || item->deleted) // it was refused, or never came: it is taken back already
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        TRIBUTARY_TRY_ASSIGN(const auto visible, seenItem(cancelled.item));
        if (!visible && item->author != m_by.id) // one's own may be taken back from wherever it has gone
            return refused(Reason::NotFound);
        if (item->kind == TimelineItem::Kind::Note) {
            if (item->author != m_by.id)
                return refused(Reason::NotAllowed, "a note of somebody else");
        } else if (item->kind == TimelineItem::Kind::Outbound) {
            TRIBUTARY_TRY_ASSIGN(const bool inTime, cancel(m_changes, cancelled.item));
            if (!inTime)
                return refused(Reason::TooLate);
        } else {
            return refused(Reason::NotFound, "not something that was written here");
        }
        item->deleted = true;
        item->body.clear();
        item->html.clear();
        TRIBUTARY_TRY(m_changes.put(*item));
        TRIBUTARY_TRY_ASSIGN(auto conversation, store::conversation(database(), item->conversation));
        if (!conversation)
            return Answer{};
        const Conversation before = *conversation;
        TRIBUTARY_TRY(store::showWithout(database(), *conversation, item->id));
        if (*conversation != before)
            TRIBUTARY_TRY(m_changes.put(*conversation));
        return Answer{};
    }

    Result<Answer> operator()(const RetryMessage &retried)
    {
        TRIBUTARY_TRY_ASSIGN(auto item, seenItem(retried.item));
        if (!item || !item->delivery)
            return refused(Reason::NotFound);
        if (item->delivery->state != Delivery::State::Failed && item->delivery->state != Delivery::State::Uncertain)
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        TRIBUTARY_TRY_ASSIGN(const auto conversation, store::conversation(database(), item->conversation));
        TRIBUTARY_TRY_ASSIGN(const auto account, store::channelAccount(database(), item->account));
        if (!conversation || !account || account->removed)
            return refused(Reason::AccountGone);
        TRIBUTARY_TRY_ASSIGN(const bool queued, isQueued(database(), item->id));
        if (queued) // an uncertain one that is still looked for, and sent if it is not found
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        item->delivery = Delivery{.state = Delivery::State::Queued, .at = m_at};
        TRIBUTARY_TRY(m_changes.put(*item));
        TRIBUTARY_TRY(enqueue(m_changes, *item, *account));
        return Answer{};
    }

    Result<Answer> operator()(const AddNote &note)
    {
        TRIBUTARY_TRY_ASSIGN(auto conversation, seen(note.conversation));
        if (!conversation || note.item.isNull())
            return refused(Reason::NotFound);
        if (note.body.size() > kMaxBodyBytes)
            return refused(Reason::Invalid, "a note that is too long");
        TRIBUTARY_TRY_ASSIGN(const auto known, store::timelineItem(database(), note.item));
        if (known)
            return repeated(*known);
        TRIBUTARY_TRY_ASSIGN(const bool mine, ownsUploads(note.attachments));
        if (!mine)
            return refused(Reason::NotFound, "an attachment is not there");
        auto item = itemOf(m_command, *conversation, m_by, 0);
        item->at = m_at;
        TRIBUTARY_TRY(m_changes.put(*item));
        for (const Attachment &attachment : note.attachments)
            TRIBUTARY_TRY(addAttachmentRef(database(), attachment, item->id, m_at));
        applyTo(*conversation, note, m_by.id, m_at);
        TRIBUTARY_TRY(m_changes.put(*conversation));
        return Answer{};
    }

    Result<Answer> operator()(const SetStatus &command)
    {
        if (command.status == Conversation::Status::Snoozed)
            return refused(Reason::Invalid, "a snooze is a command of its own");
        const std::string_view event = command.status == Conversation::Status::Open ? "reopened" : nameOf(command.status);
        TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "status", command.conversation));
        return late ? Result<Answer>(Answer{Outcome::Kind::NoEffect, Reason::None, {}}) : onConversation(command, event, {});
    }
    Result<Answer> operator()(const Snooze &command)
    {
        TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "status", command.conversation));
        if (late)
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        std::map<std::string, std::string> values;
        if (command.until)
            values["until_ms"] = std::to_string(toMs(*command.until));
        return onConversation(command, "snoozed", std::move(values));
    }
    Result<Answer> operator()(const Assign &command)
    {
        std::map<std::string, std::string> values;
        TRIBUTARY_TRY_ASSIGN(const auto conversation, seen(command.conversation));
        if (!conversation)
            return refused(Reason::NotFound);
        if (command.assignee) {
            TRIBUTARY_TRY_ASSIGN(const auto agent, store::agent(database(), *command.assignee));
            if (!agent || !agent->active)
                return refused(Reason::NotFound, "no such agent");
            if (!sees(*agent, *conversation))
                return refused(Reason::NotAllowed, "that agent is not in the conversation's team");
            values = {{"to", agent->name}};
        }
        if (command.ifFree && conversation->assignee && conversation->assignee != command.assignee)
            return refused(Reason::Taken);
        TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "assignee"));
        if (late)
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        return onConversation(command, "assigned", std::move(values));
    }
    Result<Answer> operator()(const SetTeam &command)
    {
        TRIBUTARY_TRY_ASSIGN(auto conversation, seen(command.conversation));
        if (!conversation)
            return refused(Reason::NotFound);
        TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "team"));
        if (late || conversation->team == command.team)
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        std::map<std::string, std::string> values;
        if (command.team) {
            TRIBUTARY_TRY_ASSIGN(const auto team, store::find(database(), EntityType::Team, command.team->bytes));
            if (!team)
                return refused(Reason::NotFound, "no such team");
            values["to"] = std::get<Team>(*team).name;
        }
        TRIBUTARY_TRY(moveToTeam(m_changes, m_ids, std::move(*conversation), command.team, std::move(values), m_by, m_at));
        return Answer{};
    }
    Result<Answer> operator()(const SetTags &command)
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
        std::map<std::string, std::string> values;
        if (!command.add.empty())
            values["added"] = joined(command.add);
        if (!command.remove.empty())
            values["removed"] = joined(command.remove);
        return onConversation(command, "tags", std::move(values));
    }
    Result<Answer> operator()(const SetPriority &command)
    {
        TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "priority"));
        if (late)
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        return onConversation(command, "priority", {{"to", std::string(nameOf(command.priority))}});
    }
    Result<Answer> operator()(const SetSubject &command)
    {
        if (command.subject.size() > 1000)
            return refused(Reason::Invalid, "a subject that is too long");
        TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "subject"));
        if (late)
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        return onConversation(command, "subject", {{"to", command.subject}});
    }

    Result<Answer> operator()(const MarkRead &command)
    {
        TRIBUTARY_TRY_ASSIGN(const auto conversation, seen(command.conversation));
        if (!conversation)
            return refused(Reason::NotFound);
        TRIBUTARY_TRY_ASSIGN(auto known, store::readMark(database(), m_by.id, command.conversation));
        ReadMark mark = known.value_or(ReadMark{.agent = m_by.id, .conversation = command.conversation});
        const std::int64_t after =
            std::clamp<std::int64_t>(readCountAfter(mark.readCount, command), 0, conversation->inboundCount);
        if (known && after == mark.readCount)
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        mark.readCount = after;
        TRIBUTARY_TRY(m_changes.put(mark));
        return Answer{};
    }

    Result<Answer> operator()(const EditCustomer &command)
    {
        TRIBUTARY_TRY_ASSIGN(auto customer, store::customer(database(), command.customer));
        if (!customer)
            return refused(Reason::NotFound);
        if (command.name.size() > 500 || command.note.size() > 2000)
            return refused(Reason::Invalid, "a name or note that is too long");
        TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.customer.bytes, "card"));
        if (late)
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        customer->name = command.name;
        customer->note = command.note;
        TRIBUTARY_TRY(m_changes.put(*customer));
        return Answer{};
    }

    Result<Answer> operator()(const LinkCustomers &command)
    {
        if (command.link.isNull())
            return refused(Reason::NotFound);
        TRIBUTARY_TRY_ASSIGN(const auto known, store::customerLink(database(), command.link));
        if (known)
            return known->by == m_by.id && known->from == command.from && known->into == command.into
                       ? Answer{Outcome::Kind::NoEffect, Reason::None, {}}
                       : refused(Reason::Taken);
        TRIBUTARY_TRY_ASSIGN(const Reason reason, link(m_changes, CustomerLink{.id = command.link,
                                                                               .from = command.from,
                                                                               .into = command.into,
                                                                               .evidence = command.evidence,
                                                                               .by = m_by.id,
                                                                               .at = m_at}));
        if (reason != Reason::None)
            return refused(reason);
        TRIBUTARY_TRY(tellOfLink(command.into, command.from, "merged"));
        return Answer{};
    }

    Result<Answer> operator()(const UnlinkCustomers &command)
    {
        TRIBUTARY_TRY_ASSIGN(auto link, store::customerLink(database(), command.link));
        if (!link)
            return refused(Reason::NotFound);
        if (link->endedAt)
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        link->endedAt = m_at;
        link->endedBy = m_by.id;
        TRIBUTARY_TRY(m_changes.put(*link));
        TRIBUTARY_TRY(tellOfLink(link->into, link->from, "unmerged"));
        return Answer{};
    }

    Result<Answer> operator()(const DismissSuggestion &command)
    {
        TRIBUTARY_TRY_ASSIGN(auto suggestion, store::suggestion(database(), command.suggestion));
        if (!suggestion)
            return refused(Reason::NotFound);
        TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.suggestion.bytes, "state"));
        if (late)
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        suggestion->state = command.dismissed ? Suggestion::State::Dismissed : Suggestion::State::Open;
        TRIBUTARY_TRY(m_changes.put(*suggestion));
        return Answer{};
    }

private:
    store::Database &database() { return m_changes.database(); }

    /// What its author may not see is answered like what is not there.
    Result<std::optional<Conversation>> seen(ConversationId id)
    {
        TRIBUTARY_TRY_ASSIGN(auto conversation, store::conversation(database(), id));
        if (conversation && !sees(m_by, *conversation))
            conversation.reset();
        return conversation;
    }
    Result<std::optional<TimelineItem>> seenItem(TimelineItemId id)
    {
        TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(database(), id));
        if (item) {
            TRIBUTARY_TRY_ASSIGN(const auto conversation, store::conversation(database(), item->conversation));
            if (conversation && !sees(m_by, *conversation))
                item.reset();
        }
        return item;
    }

    bool mayHaveGoneOut() const { return m_standing.again || m_standing.ofAnotherEpoch; }

    /// Whether a command that had been applied before a restore comes too late: since then the same was set by a later one,
    /// or (@p whereCustomerWrites) the customer has written. Fields have their last writer by the time of writing then, for
    /// desktops come back in any order. Notes the time where it matters.
    Result<bool> overtaken(const RawId &about, std::string_view field,
                           std::optional<ConversationId> whereCustomerWrites = std::nullopt)
    {
        if (m_standing.epoch.isFirst)
            return false;
        if (m_standing.again) {
            auto query = database().query(sql::hub_field_set);
            query.bind("about", about).bind("field", field);
            TRIBUTARY_TRY_ASSIGN(const bool set, query.step());
            if (set && query.time(0) > m_at)
                return true;
            if (whereCustomerWrites) {
                TRIBUTARY_TRY_ASSIGN(const bool written, writtenSince(*whereCustomerWrites));
                if (written)
                    return true;
            }
        }
        auto note = database().query(sql::hub_set_field_set);
        TRIBUTARY_TRY(note.bind("about", about).bind("field", field).bind("at_ms", m_at).run());
        return false;
    }

    /// The customer has written after this command was given, and this history has only now learned of it.
    Result<bool> writtenSince(ConversationId conversation)
    {
        auto query = database().query(sql::hub_written_since);
        query.bind("conversation_id", conversation).bind("at_ms", m_at).bind("start_seq", m_standing.epoch.seq);
        return query.exists();
    }

    /// The platform has told of this message before its author could: it is on the timeline, as written from elsewhere.
    Result<Answer> adopt(const SendMessage &message, TimelineItem item, Conversation conversation)
    {
        item.author = m_by.id;
        item.authorName = m_by.name;
        item.body = message.body;
        item.html.clear();
        TRIBUTARY_TRY(m_changes.put(item));
        TRIBUTARY_TRY(afterSending(message, std::move(conversation)));
        return Answer{};
    }

    /// Changes a conversation as the desktop did, with an event that says so.
    template<class Body>
    Result<Answer> onConversation(const Body &command, std::string_view event, std::map<std::string, std::string> values)
    {
        TRIBUTARY_TRY_ASSIGN(auto conversation, seen(command.conversation));
        if (!conversation)
            return refused(Reason::NotFound);
        const Conversation before = *conversation;
        applyTo(*conversation, command, m_by.id, m_at);
        if (*conversation == before)
            return Answer{Outcome::Kind::NoEffect, Reason::None, {}};
        TRIBUTARY_TRY(addEvent(m_changes, m_ids, *conversation, event, std::move(values), m_by, m_at));
        TRIBUTARY_TRY(m_changes.put(*conversation));
        return Answer{};
    }

    /// A merge and its end stand on the timeline of the customer that stays, in its newest conversation.
    Result<void> tellOfLink(CustomerId into, CustomerId from, std::string_view event)
    {
        std::vector<Conversation> conversations;
        {
            auto query = database().query(sql::cache_conversations_of);
            query.bind("id", into);
            TRIBUTARY_TRY_ASSIGN(conversations, store::readAll<Conversation>(query));
        }
        TRIBUTARY_TRY_ASSIGN(const auto other, store::customer(database(), from));
        if (conversations.empty() || !other)
            return {};
        return addEvent(m_changes, m_ids, conversations.front(), event, {{"from", other->name}}, m_by, m_at);
    }

    /// An item that is there already: the author's own, sent again under another number (after a restored hub, or by a copy
    /// of the installation), changes nothing; anybody else's id is taken.
    Answer repeated(const TimelineItem &known) const
    {
        return known.author == m_by.id ? Answer{Outcome::Kind::NoEffect, Reason::None, {}}
                                       : refused(Reason::Taken, "an item of that id exists");
    }

    /// The send guard: what was said after the author last looked.
    Result<Reason> whatCrossed(const Conversation &conversation)
    {
        // What is said changes its conversation too. News of how an older message was delivered does not, and crosses
        // nothing.
        if (conversation.version <= m_standing.seen)
            return Reason::None;
        auto query = database().query(sql::hub_crossing_items);
        query.bind("conversation_id", conversation.id).bind("base_seq", m_standing.seen);
        Reason crossed = Reason::None;
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                return crossed;
            if (query.text(0) == nameOf(TimelineItem::Kind::Inbound))
                crossed = crossed == Reason::None ? Reason::CustomerWrote : crossed;
            else if (query.id<AgentId>(1) != m_by.id)
                crossed = Reason::ColleagueReplied; // the graver one: the customer would be answered twice
        }
    }

    /// Attachments were uploaded by this agent before, under the ids that the command names.
    Result<bool> ownsUploads(const std::vector<Attachment> &attachments)
    {
        for (const Attachment &attachment : attachments) {
            auto query = database().query(sql::hub_attachment);
            query.bind("attachment_id", attachment.id);
            TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
            if (!found || query.text(5) != m_by.id.text() || query.text(1) != attachment.sha256)
                return false;
        }
        return true;
    }

    Result<Answer> send(const SendMessage &message, Conversation conversation, const ChannelAccount &account)
    {
        TimelineItem item = *itemOf(m_command, conversation, m_by, account.undoSeconds);
        item.at = m_at;
        item.delivery->at = m_at;
        if (item.delivery
                ->heldUntil) // counted from now: the author's clock, or a long way here, must not shorten it to nothing
            item.delivery->heldUntil = m_at + std::chrono::seconds(account.undoSeconds);
        TRIBUTARY_TRY(m_changes.put(item));
        for (const Attachment &attachment : message.attachments)
            TRIBUTARY_TRY(addAttachmentRef(database(), attachment, item.id, m_at));
        TRIBUTARY_TRY(enqueue(m_changes, item, account, mayHaveGoneOut()));
        TRIBUTARY_TRY(afterSending(message, std::move(conversation)));
        return Answer{};
    }

    /// What a message does to its conversation.
    Result<void> afterSending(SendMessage message, Conversation conversation)
    {
        if (m_standing.again) { // the customer's answer came later than what is told again here
            TRIBUTARY_TRY_ASSIGN(const bool answered, writtenSince(conversation.id));
            if (answered)
                return {};
        }
        const Conversation before = conversation;
        applyTo(conversation, message, m_by.id, m_at);
        if (message.resolveAfter)
            TRIBUTARY_TRY(addEvent(m_changes, m_ids, conversation, "resolved", {}, m_by, m_at));
        if (!before.assignee && conversation.assignee)
            TRIBUTARY_TRY(addEvent(m_changes, m_ids, conversation, "assigned", {{"to", m_by.name}}, m_by, m_at));
        return m_changes.put(conversation);
    }

    ChangeLog &m_changes;
    IdMaker &m_ids;
    const Agent &m_by;
    const Command &m_command;
    const Standing &m_standing;
    TimePoint m_at;
};

/// A command given before a restore may be about a conversation that the channels have yet to bring again: it waits a little
/// for them rather than come to nothing.
Result<bool> mustWait(store::Database &database, const Command &command, const Standing &standing, TimePoint now)
{
    const ConversationId about = conversationOf(command.body);
    if (!standing.ofAnotherEpoch || about.isNull() || !standing.epoch.met || now >= *standing.epoch.met + kCatchUp)
        return false;
    TRIBUTARY_TRY_ASSIGN(const auto conversation, store::conversation(database, about));
    return !conversation;
}

Result<Answer> perform(ChangeLog &changes, IdMaker &ids, const Agent &by, const Command &command, const Standing &standing,
                       TimePoint at)
{
    if (!command.unknown.empty())
        return refused(Reason::NotKnown, "not known here: " + command.unknown);
    if (command.earlier && !standing.again) // it came back to its author then, or changed nothing
        return Answer{Outcome::Kind::NoEffect, Reason::None, "decided in an earlier history"};
    TRIBUTARY_TRY_ASSIGN(Answer answer, Performer(changes, ids, by, command, standing, at).perform());
    const bool isText = std::holds_alternative<SendMessage>(command.body) || std::holds_alternative<AddNote>(command.body);
    // What it was about is no more, or was decided otherwise: nobody is asked about it a second time. A text comes back.
    if (standing.again && answer.kind == Outcome::Kind::Refused && !isText)
        answer.kind = Outcome::Kind::NoEffect;
    return answer;
}

Outcome readOutcome(const store::Query &query)
{
    Outcome outcome;
    outcome.n = query.integer(0);
    outcome.command = query.id<CommandId>(1);
    outcome.kind = fromName<Outcome::Kind>(query.text(2)).value_or(Outcome::Kind::Refused);
    outcome.reason = fromName<Reason>(query.text(3)).value_or(Reason::None);
    outcome.detail = query.text(4);
    return outcome;
}

Result<std::optional<Outcome>> earlierOutcome(store::Database &database, ClientId client, std::int64_t n)
{
    auto query = database.query(sql::hub_outcome);
    query.bind("client_id", client).bind("n", n);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? std::optional<Outcome>(readOutcome(query)) : std::nullopt;
}

/// What another numbering of the same command has come to.
Result<std::optional<Answer>> earlierAnswer(store::Database &database, CommandId id)
{
    auto query = database.query(sql::hub_outcome_of_command);
    query.bind("command_id", id);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<Answer>();
    const Outcome outcome = readOutcome(query);
    return std::optional<Answer>({outcome.kind, outcome.reason, outcome.detail});
}

} // namespace

Result<std::vector<Outcome>> cameBackAfter(store::Database &database, ClientId client, std::int64_t n)
{
    std::vector<Outcome> outcomes;
    auto query = database.query(sql::hub_told_outcomes);
    query.bind("client_id", client).bind("n", n).bind("row_count", kToldAtOnce);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return outcomes;
        outcomes.push_back(readOutcome(query));
    }
}

Result<std::int64_t> lastApplied(store::Database &database, ClientId client)
{
    auto query = database.query(sql::hub_client);
    query.bind("id", client);
    TRIBUTARY_TRY_ASSIGN(const bool known, query.step());
    return known ? query.integer(1) : 0;
}

Result<Outcome> applyCommand(store::Database &database, IdMaker &ids, const Clock &clock, const Agent &by, ClientId client,
                             const Command &command)
{
    TRIBUTARY_TRY_ASSIGN(const std::int64_t last, lastApplied(database, client));
    const bool isRepeat = command.n <= last;
    if (isRepeat && !TRIBUTARY_BREAK(commandRepeats)) {
        TRIBUTARY_TRY_ASSIGN(auto earlier, earlierOutcome(database, client, command.n));
        if (!earlier) // older than what is kept: it was applied, that much is certain
            return Outcome{.n = command.n, .command = command.id};
        if (earlier->command != command.id && !TRIBUTARY_BREAK(forkedClient))
            return failure(Error::Kind::Conflict, "forked");
        return *earlier;
    }
    if (command.n != last + 1 && !isRepeat)
        return failure(Error::Kind::Conflict, "not the next command");
    const TimePoint now = clock.now();
    // The author's own time, as far as it can be true: what was written offline stands where it was written.
    const TimePoint at = std::clamp(command.at, now - kOldest, now);
    TRIBUTARY_TRY_ASSIGN(const Standing standing, standingOf(database, command));
    TRIBUTARY_TRY_ASSIGN(const bool early, mustWait(database, command, standing, now));
    if (early)
        return failure(Error::Kind::Offline, "the channels have not brought again yet what this is about");
    ChangeLog changes(database, Cause{client, command.n});
    TRIBUTARY_TRY_ASSIGN(std::optional<Answer> known, earlierAnswer(database, command.id));
    if (!known || TRIBUTARY_BREAK(commandRepeats)) {
        TRIBUTARY_TRY_ASSIGN(known, perform(changes, ids, by, command, standing, at));
    }
    const Answer &answer = *known;
    Outcome outcome{
        .n = command.n, .command = command.id, .kind = answer.kind, .reason = answer.reason, .detail = answer.detail};
    if (!isRepeat)
        TRIBUTARY_TRY(changes.record(outcome));
    auto query = database.query(sql::hub_set_client);
    TRIBUTARY_TRY(query.bind("id", client).bind("agent_id", by.id).bind("last_n", std::max(last, command.n)).run());
    if (command.n % 100 == 0) {
        auto prune = database.query(sql::hub_prune_outcomes);
        TRIBUTARY_TRY(prune.bind("client_id", client).bind("n", command.n - kOutcomesKept).run());
    }
    TRIBUTARY_TRY(changes.finish());
    return outcome;
}

Result<bool> wakeSnoozed(store::Database &database, IdMaker &ids, TimePoint now)
{
    std::vector<Conversation> due;
    {
        auto query = database.query(sql::hub_due_snoozes);
        query.bind("now_ms", now);
        TRIBUTARY_TRY_ASSIGN(due, store::readAll<Conversation>(query));
    }
    if (due.empty())
        return false;
    ChangeLog changes(database);
    for (Conversation &conversation : due) {
        conversation.status = Conversation::Status::Open;
        conversation.snoozedUntil.reset();
        TRIBUTARY_TRY(addEvent(changes, ids, conversation, "woke", {}, std::nullopt, now));
        TRIBUTARY_TRY(changes.put(conversation));
    }
    TRIBUTARY_TRY(changes.finish());
    return due.size() >= 200;
}

Result<std::optional<TimePoint>> nextSnooze(store::Database &database)
{
    auto query = database.query(sql::hub_next_snooze);
    TRIBUTARY_TRY(query.step());
    return query.isNull(0) ? std::nullopt : std::optional<TimePoint>(query.time(0));
}

} // namespace tributary::hub
