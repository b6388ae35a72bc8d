#include "core/hub/commands.h"

#include "core/hub/delivery_queue.h"
#include "core/hub/ingest.h"
#include "core/hub/people.h"
#include "core/hub/teams.h"
#include "core/hub/timeline_events.h"
#include "core/model/command_fields.h"
#include "core/model/rights.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

namespace tributary::hub {
namespace {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;

constexpr std::int64_t kOutcomesKept = 1000;   ///< Per client, for repeats.
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

class Performer {
public:
    Performer(ChangeLog &changes, IdMaker &ids, const Agent &by, const Command &command, TimePoint at)
        : m_changes(changes)
        , m_ids(ids)
        , m_by(by)
        , m_command(command)
        , m_at(at)
    {
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
        if (known)
            return repeated(*known);
        if (!message.sendAnyway) {
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
        TRIBUTARY_TRY_ASSIGN(auto item, seenItem(cancelled.item));
        if (!item || item->kind != TimelineItem::Kind::Outbound)
            return refused(Reason::NotFound);
        TRIBUTARY_TRY_ASSIGN(const bool inTime, cancel(m_changes, cancelled.item));
        if (!inTime)
            return refused(Reason::TooLate);
        item->deleted = true;
        item->body.clear();
        item->html.clear();
        TRIBUTARY_TRY(m_changes.put(*item));
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
        TRIBUTARY_TRY(enqueue(m_changes, *item, *conversation, *account));
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
        return onConversation(command, event, {});
    }
    Result<Answer> operator()(const Snooze &command)
    {
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
        return onConversation(command, "assigned", std::move(values));
    }
    Result<Answer> operator()(const SetTeam &command)
    {
        TRIBUTARY_TRY_ASSIGN(auto conversation, seen(command.conversation));
        if (!conversation)
            return refused(Reason::NotFound);
        if (conversation->team == command.team)
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
        return onConversation(command, "priority", {{"to", std::string(nameOf(command.priority))}});
    }
    Result<Answer> operator()(const SetSubject &command)
    {
        if (command.subject.size() > 1000)
            return refused(Reason::Invalid, "a subject that is too long");
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
        auto query = database().query(sql::hub_crossing_items);
        query.bind("conversation_id", conversation.id).bind("base_seq", m_command.baseSeq);
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
        TRIBUTARY_TRY(enqueue(m_changes, item, conversation, account));
        const Conversation before = conversation;
        applyTo(conversation, message, m_by.id, m_at);
        if (message.resolveAfter)
            TRIBUTARY_TRY(addEvent(m_changes, m_ids, conversation, "resolved", {}, m_by, m_at));
        if (!before.assignee && conversation.assignee)
            TRIBUTARY_TRY(addEvent(m_changes, m_ids, conversation, "assigned", {{"to", m_by.name}}, m_by, m_at));
        TRIBUTARY_TRY(m_changes.put(conversation));
        return Answer{};
    }

    ChangeLog &m_changes;
    IdMaker &m_ids;
    const Agent &m_by;
    const Command &m_command;
    TimePoint m_at;
};

Result<std::optional<Outcome>> earlierOutcome(store::Database &database, ClientId client, std::int64_t n)
{
    auto query = database.query(sql::hub_outcome);
    query.bind("client_id", client).bind("n", n);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<Outcome>();
    Outcome outcome;
    outcome.n = query.integer(0);
    outcome.command = query.id<CommandId>(1);
    outcome.kind = fromName<Outcome::Kind>(query.text(2)).value_or(Outcome::Kind::Refused);
    outcome.reason = fromName<Reason>(query.text(3)).value_or(Reason::None);
    outcome.detail = query.text(4);
    return std::optional<Outcome>(std::move(outcome));
}

} // namespace

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
    if (command.n <= last) {
        TRIBUTARY_TRY_ASSIGN(auto earlier, earlierOutcome(database, client, command.n));
        if (!earlier) // older than what is kept: it was applied, that much is certain
            return Outcome{.n = command.n, .command = command.id};
        if (earlier->command != command.id)
            return failure(Error::Kind::Conflict, "forked");
        return *earlier;
    }
    if (command.n != last + 1)
        return failure(Error::Kind::Conflict, "not the next command");
    const TimePoint now = clock.now();
    // The author's own time, as far as it can be true: what was written offline stands where it was written.
    const TimePoint at = std::clamp(command.at, now - kOldest, now);
    ChangeLog changes(database, Cause{client, command.n});
    TRIBUTARY_TRY_ASSIGN(const Answer answer, std::visit(Performer(changes, ids, by, command, at), command.body));
    Outcome outcome{
        .n = command.n, .command = command.id, .kind = answer.kind, .reason = answer.reason, .detail = answer.detail};
    TRIBUTARY_TRY(changes.record(outcome));
    auto query = database.query(sql::hub_set_client);
    TRIBUTARY_TRY(query.bind("id", client).bind("agent_id", by.id).bind("last_n", command.n).run());
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
