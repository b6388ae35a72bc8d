#include "core/hub/ingest.h"

#include "core/base/breaks.h"
#include "core/hub/conversations.h"
#include "core/hub/delivery_queue.h"
#include "core/hub/erasure.h"
#include "core/hub/people.h"
#include "core/hub/teams.h"
#include "core/hub/timeline_events.h"
#include "core/model/said.h"
#include "core/store/entities.h"
#include "core/store/homes.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

#include <algorithm>

namespace tributary::hub {
namespace {

using namespace tributary::model;
using channels::InboundEnvelope;
using channels::IngestOutcome;
namespace sql = store::sql;

class Ingestion {
public:
    Ingestion(store::Database &database, IdMaker &ids, const Clock &clock, const PreparedEnvelope &prepared)
        : m_database(database)
        , m_ids(ids)
        , m_clock(clock)
        , m_prepared(prepared)
        , m_envelope(prepared.envelope)
        , m_changes(database)
        , m_automatic(prepared.envelope.automatic)
    {
    }

    Result<IngestOutcome> run()
    {
        TRIBUTARY_TRY_ASSIGN(const bool known, isKnown());
        if (known && !TRIBUTARY_BREAK(envelopeRepeats))
            return m_outcome;
        TRIBUTARY_TRY_ASSIGN(auto account, store::channelAccount(m_database, m_envelope.account));
        if (!account)
            return failure(Error::Kind::NotFound, "no such channel account");
        m_account = std::move(*account);
        TRIBUTARY_TRY(take());
        TRIBUTARY_TRY(keepRaw());
        TRIBUTARY_TRY_ASSIGN(m_outcome.seq, m_changes.finish());
        return m_outcome;
    }

private:
    Result<bool> isKnown()
    {
        auto query = m_database.query(sql::hub_raw_known);
        query.bind("account_id", m_envelope.account).bind("external_id", m_envelope.externalId);
        TRIBUTARY_TRY_ASSIGN(m_outcome.known, query.step());
        if (m_outcome.known) {
            m_outcome.item = query.id<TimelineItemId>(0);
            m_outcome.conversation = query.id<ConversationId>(1);
            m_outcome.customer = query.id<CustomerId>(2);
            m_outcome.seq = query.integer(3);
        }
        return m_outcome.known;
    }

    Result<void> take()
    {
        TRIBUTARY_TRY_ASSIGN(m_isErased, isOfErased());
        if (m_isErased)
            return {};
        switch (m_envelope.kind) {
        case InboundEnvelope::Kind::Message: return takeMessageOrCopy();
        case InboundEnvelope::Kind::Echo: return takeEcho();
        case InboundEnvelope::Kind::Delivery: return takeDelivery();
        case InboundEnvelope::Kind::Identity: return takeIdentity();
        case InboundEnvelope::Kind::Ignored: return {};
        }
        return {};
    }

    /// Whether it is a copy of what we have sent to somebody who was erased, or says what became of it.
    Result<bool> isOfErased()
    {
        const bool isNews = m_envelope.kind == InboundEnvelope::Kind::Delivery;
        if (!isNews && m_envelope.kind != InboundEnvelope::Kind::Echo && !m_envelope.claimsEcho)
            return false;
        for (const std::string &name : isNews ? m_envelope.about : m_envelope.messageIds) {
            auto own = itemOfMessageId(name);
            if (!own && isNews) // an envelope's own name
                own = TimelineItemId::fromText(name);
            if (!own)
                continue;
            TRIBUTARY_TRY_ASSIGN(const bool erased, wasErased(m_database, *own));
            if (erased)
                return true;
        }
        return false;
    }

    /// Anybody can write our address into From, but only what we have sent has a name that we know.
    Result<void> takeMessageOrCopy()
    {
        if (!m_envelope.claimsEcho)
            return takeMessage();
        for (const std::string &name : m_envelope.messageIds) {
            TRIBUTARY_TRY_ASSIGN(const auto itemId, itemNamed(name));
            if (!itemId)
                continue;
            TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(m_database, *itemId));
            if (item && item->kind == TimelineItem::Kind::Outbound)
                return takeEcho();
        }
        return takeMessage();
    }

    Result<void> takeIdentity()
    {
        TRIBUTARY_TRY_ASSIGN(const Identity identity,
                             identityOf(m_changes, m_ids, m_account, m_envelope.sender, m_envelope.at));
        m_outcome.customer = identity.customer;
        return applyEvidence(m_changes, m_ids, m_account, identity, m_envelope.sender, m_envelope.at);
    }

    /// Who writes from an address has it. But what they had written before that which did not reach them, and is read only
    /// now, says nothing of it.
    Result<void> takeAsReachable(const Identity &identity)
    {
        {
            auto query = m_database.query(sql::hub_last_sent_to);
            query.bind("customer_id", identity.customer).bind("identity_id", identity.id);
            TRIBUTARY_TRY(query.step());
            if (m_envelope.at < query.time(0))
                return {};
        }
        return setReach(m_changes, identity.id, {});
    }

    /// What @p identity has sent already, with all that is in it: a mail to two of our addresses comes twice into the
    /// mailbox that both lead to, each time by another way. Another mail of the same name, which some programs write, is
    /// another.
    Result<std::optional<TimelineItem>> takenBefore(const Identity &identity)
    {
        const auto isAsHere = [](const Attachment &one, const Attachment &other) {
            return one.sha256 == other.sha256 && one.name == other.name && one.sizeBytes == other.sizeBytes;
        };
        for (const std::string &name : m_envelope.messageIds) {
            TRIBUTARY_TRY_ASSIGN(const auto itemId, itemNamed(name));
            if (!itemId)
                continue;
            TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(m_database, *itemId));
            if (item && item->kind == TimelineItem::Kind::Inbound && item->identity == identity.id
                && item->subject == m_envelope.subject && item->body == m_envelope.text
                && std::ranges::equal(item->attachments, m_prepared.attachments, isAsHere))
                return item;
        }
        return std::optional<TimelineItem>();
    }

    Result<void> takeMessage()
    {
        TRIBUTARY_TRY_ASSIGN(const Identity identity,
                             identityOf(m_changes, m_ids, m_account, m_envelope.sender, m_envelope.at));
        TRIBUTARY_TRY_ASSIGN(const auto before, takenBefore(identity));
        if (before && !TRIBUTARY_BREAK(envelopeRepeats)) {
            m_outcome.item = before->id;
            m_outcome.conversation = before->conversation;
            m_outcome.customer = before->customer;
            return {};
        }
        TRIBUTARY_TRY(applyEvidence(m_changes, m_ids, m_account, identity, m_envelope.sender, m_envelope.at));
        if (!identity.problem.empty() && !m_envelope.sender.disproved)
            TRIBUTARY_TRY(takeAsReachable(identity));
        TRIBUTARY_TRY(judgeMachine());
        TRIBUTARY_TRY_ASSIGN(auto conversation, conversationFor(identity));
        const bool isNew = !conversation;
        if (isNew) {
            TRIBUTARY_TRY_ASSIGN(conversation, newConversation(identity));
        }
        TRIBUTARY_TRY_ASSIGN(TimelineItem item, itemIn(*conversation, identity, TimelineItem::Kind::Inbound));
        TRIBUTARY_TRY_ASSIGN(m_blocked, isBlocked(m_database, identity.id));
        const auto statusBefore = conversation->status;
        const bool opens = !isNew && !m_automatic && !m_blocked && statusBefore != Conversation::Status::Open;
        if (opens)
            TRIBUTARY_TRY(addEvent(m_changes, m_ids, *conversation, "reopened",
                                   {{"why", "wrote"}, {"from", std::string(nameOf(statusBefore))}}, std::nullopt,
                                   m_envelope.at, identity.name));
        received(*conversation, item, isNew);
        if (opens && statusBefore == Conversation::Status::Resolved)
            TRIBUTARY_TRY(freeOfWhoIsGone(m_changes, m_ids, *conversation, std::nullopt, m_envelope.at));
        TRIBUTARY_TRY(m_changes.put(item));
        TRIBUTARY_TRY(m_changes.put(*conversation));
        if (isNew && m_blocked) // told as what a block resolves, so that what undoes the block opens it
            TRIBUTARY_TRY(addEvent(m_changes, m_ids, *conversation, "resolved", {{"why", "blocked"}, {"from", "open"}},
                                   std::nullopt, item.at));
        return named(item);
    }

    /// Many customers write by way of a group or a list, and what answers us is a person's all the same.
    Result<void> judgeMachine()
    {
        if (!m_automatic || !m_envelope.isToMany)
            return {};
        TRIBUTARY_TRY_ASSIGN(const auto answered, referencedConversation());
        m_automatic = !answered && !m_envelope.conversationNumber; // a number in the subject proves nothing
        return {};
    }

    /// What a message from the customer does to its conversation. Machines reopen nothing, nor does who is blocked.
    void received(Conversation &conversation, const TimelineItem &item, bool isNew) const
    {
        conversation.lastItemAt = std::max(conversation.lastItemAt, item.at);
        conversation.preview = previewOf(item);
        conversation.previewOutbound = false;
        conversation.previewAuthor.reset();
        if ((m_automatic || m_blocked) && !isNew)
            return;
        ++conversation.inboundCount;
        if (m_blocked) { // kept, and no work for anybody
            setStatus(conversation, Conversation::Status::Resolved, item.at);
            return;
        }
        // What was put aside without an answer is over: nobody has waited for one since.
        const bool wasPutAside =
            conversation.status == Conversation::Status::Resolved || conversation.status == Conversation::Status::Waiting;
        if (!conversation.waitingSince || wasPutAside)
            conversation.waitingSince = item.at;
        setStatus(conversation, Conversation::Status::Open, item.at);
    }

    /// Something we said from elsewhere. Known by its names: then it only proves that it went out.
    Result<void> takeEcho()
    {
        for (const std::string &name : m_envelope.messageIds) {
            TRIBUTARY_TRY_ASSIGN(const auto itemId, itemNamed(name));
            if (!itemId)
                continue;
            TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(m_database, *itemId));
            const bool isLetter = item && item->kind == TimelineItem::Kind::Inbound && item->channel == Channel::Email;
            if (isLetter && !saysItIsThis(*item)) {
                TRIBUTARY_TRY(unname(name)); // ours by proof; who writes under a name of ours only claims it
                continue;
            }
            if (isLetter) {
                TRIBUTARY_TRY_ASSIGN(const auto sender, store::identity(m_database, item->identity));
                if (sender && isNamedIn(*item, "from", sender->address))
                    return turnToOurs(*item);
            } // else a form of ours has sent it for the customer
            m_outcome.item = *itemId;
            TRIBUTARY_TRY(recordDelivery(m_changes, *itemId, Delivery{.state = Delivery::State::Sent, .at = m_envelope.at}));
            TRIBUTARY_TRY_ASSIGN(const auto after, store::timelineItem(m_database, *itemId));
            return after ? nameItem(*after) : Result<void>(); // as others call it who answer it
        }
        // An echo's sender is the customer it was written to.
        TRIBUTARY_TRY_ASSIGN(const Identity identity,
                             identityOf(m_changes, m_ids, m_account, m_envelope.sender, m_envelope.at));
        TRIBUTARY_TRY_ASSIGN(auto conversation, conversationFor(identity));
        if (!conversation) {
            TRIBUTARY_TRY_ASSIGN(conversation, newConversation(identity));
            conversation->status = Conversation::Status::Waiting;
        }
        TRIBUTARY_TRY_ASSIGN(TimelineItem item, saidIn(*conversation, identity));
        TRIBUTARY_TRY(ownAgain(item));
        conversation->lastItemAt = std::max(conversation->lastItemAt, item.at);
        conversation->preview = previewOf(item);
        conversation->previewOutbound = true;
        conversation->previewAuthor = item.author;
        conversation->waitingSince.reset();
        TRIBUTARY_TRY(m_changes.put(item));
        TRIBUTARY_TRY(m_changes.put(*conversation));
        return named(item);
    }

    Result<TimelineItem> saidIn(const Conversation &conversation, const Identity &identity)
    {
        TRIBUTARY_TRY_ASSIGN(TimelineItem item, itemIn(conversation, identity, TimelineItem::Kind::Outbound));
        item.authorName = m_account.name;
        item.delivery = Delivery{.state = Delivery::State::Sent, .at = m_envelope.at};
        return item;
    }

    /// Whether a message that came in has our own address for its sender, as this copy of ours has it.
    bool saysItIsThis(const TimelineItem &item) const
    {
        const auto from = item.details.find("from");
        const auto ours = m_envelope.details.find("from");
        return from != item.details.end() && ours != m_envelope.details.end() && from->second == ours->second;
    }

    /// Who sends themselves a copy has it in their inbox, where it may be read before the one that proves it: then it was
    /// taken for a message of somebody at our own address, and is what we said to the one whom it was written to.
    Result<void> turnToOurs(const TimelineItem &copy)
    {
        TRIBUTARY_TRY_ASSIGN(const Identity identity,
                             identityOf(m_changes, m_ids, m_account, m_envelope.sender, m_envelope.at));
        TRIBUTARY_TRY_ASSIGN(auto stoodIn, store::conversation(m_database, copy.conversation));
        TRIBUTARY_TRY_ASSIGN(auto conversation, conversationFor(identity));
        if (!conversation && stoodIn && stoodIn->identity == copy.identity) {
            TRIBUTARY_TRY(handOver(*stoodIn, identity));
            conversation = stoodIn;
        } else if (!conversation) {
            TRIBUTARY_TRY_ASSIGN(conversation, newConversation(identity));
            conversation->status = Conversation::Status::Waiting;
        }
        TRIBUTARY_TRY_ASSIGN(TimelineItem item, saidIn(*conversation, identity));
        item.id = copy.id;
        item.at = copy.at;
        TRIBUTARY_TRY(
            m_database.query(sql::hub_free_attachments).bind("item_id", copy.id).bind("at_ms", m_clock.now()).run());
        TRIBUTARY_TRY(moveItems(m_changes, {item}, conversation->id));
        TRIBUTARY_TRY(named(item));
        const bool moves = conversation->id != copy.conversation;
        if (moves && stoodIn) {
            TRIBUTARY_TRY(withoutCopy(*stoodIn, copy));
            TRIBUTARY_TRY(m_changes.put(*stoodIn));
        }
        if (moves)
            TRIBUTARY_TRY(recount(m_changes, *conversation));
        else
            TRIBUTARY_TRY(withoutCopy(*conversation, copy));
        return m_changes.put(*conversation);
    }

    /// A conversation with ourselves is one with whom we wrote to.
    Result<void> handOver(Conversation &conversation, const Identity &to)
    {
        const CustomerId ours = conversation.customer;
        conversation.customer = to.customer;
        conversation.identity = to.id;
        std::vector<TimelineItem> items;
        {
            auto query = m_database.query(sql::hub_items_in);
            query.bind("conversation_id", conversation.id);
            TRIBUTARY_TRY_ASSIGN(items, store::readAll<TimelineItem>(query));
        }
        for (TimelineItem &item : items) {
            if (item.customer != ours)
                continue;
            item.customer = to.customer;
            TRIBUTARY_TRY(m_changes.put(item));
        }
        return {};
    }

    /// What a conversation is once a message of the customer's that was none counts no more: what it had opened is not.
    Result<void> withoutCopy(Conversation &conversation, const TimelineItem &copy)
    {
        using Status = Conversation::Status;
        TRIBUTARY_TRY_ASSIGN(const bool isSomethingLeft, recount(m_changes, conversation));
        if (conversation.status != Status::Open || conversation.waitingSince)
            return {};
        TRIBUTARY_TRY_ASSIGN(auto event, newestStatusEvent(m_database, conversation.id));
        if (!isSomethingLeft) {
            setStatus(conversation, Status::Resolved, m_envelope.at);
            return addEvent(m_changes, m_ids, conversation, "resolved", {{"why", "emptied"}, {"from", "open"}}, std::nullopt,
                            m_envelope.at);
        }
        if (!event) { // as it began: by the copy, where no customer has written
            if (conversation.inboundCount == 0)
                setStatus(conversation, Status::Waiting, m_envelope.at);
            return {};
        }
        const auto from = fromName<Status>(detailOf(*event, "from"));
        const bool isOfCopy = detailOf(*event, "why") == "wrote" && event->at == copy.at;
        if (!isOfCopy || !from || *from == Status::Snoozed) // until when is not known
            return {};
        event->deleted = true;
        TRIBUTARY_TRY(m_changes.put(*event));
        setStatus(conversation, *from, m_envelope.at);
        return {};
    }

    Result<void> takeDelivery()
    {
        for (const std::string &name : m_envelope.about) {
            TRIBUTARY_TRY_ASSIGN(auto itemId, itemNamed(name));
            if (!itemId) {
                TRIBUTARY_TRY_ASSIGN(itemId, ownItem(name));
            }
            if (!itemId)
                continue;
            m_outcome.item = *itemId;
            const Delivery &news = m_envelope.delivery;
            const bool isFailure = news.state == Delivery::State::Failed;
            if (isFailure) {
                TRIBUTARY_TRY_ASSIGN(const bool copiesOnly, failedForCopiesOnly(*itemId));
                if (copiesOnly)
                    return tellOfProblem(m_changes, m_ids, *itemId, news.problemText, m_envelope.at);
            }
            TRIBUTARY_TRY(recordDelivery(m_changes, *itemId, news));
            if (isFailure)
                return reopenFor(*itemId);
            if (news.problem == "complaint")
                return tellOfProblem(m_changes, m_ids, *itemId, news.problemText, m_envelope.at);
            return {};
        }
        // A letter about nothing we know is shown as what it is, so that nobody misses it. What a platform says of a message
        // that it has not named yet is no letter, and nobody's: it waits.
        const bool isLetter = !m_envelope.sender.address.empty();
        if (isLetter && (m_envelope.delivery.state == Delivery::State::Failed || !m_envelope.text.empty()))
            return takeMessage();
        for (const std::string &name : m_envelope.about)
            TRIBUTARY_TRY(parkNews(m_database, m_envelope.account, name, m_envelope.delivery, m_clock.now()));
        return {};
    }

    /// A bounce days later must be seen: the conversation opens again.
    Result<void> reopenFor(TimelineItemId itemId)
    {
        TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(m_database, itemId));
        if (!item)
            return {};
        TRIBUTARY_TRY_ASSIGN(auto conversation, store::conversation(m_database, item->conversation));
        if (!conversation)
            return {};
        TRIBUTARY_TRY_ASSIGN(conversation, goesOnIn(m_database, std::move(*conversation)));
        m_outcome.conversation = conversation->id;
        TRIBUTARY_TRY_ASSIGN(const bool blocked, isBlocked(m_database, item->identity));
        const bool opens = !blocked && conversation->status != Conversation::Status::Open;
        std::map<std::string, std::string> values{{"problem", m_envelope.delivery.problemText}};
        if (opens)
            values["opened"] = "yes";
        TRIBUTARY_TRY(
            addEvent(m_changes, m_ids, *conversation, "delivery-failed", std::move(values), std::nullopt, m_envelope.at));
        if (!opens)
            return {};
        setStatus(*conversation, Conversation::Status::Open, m_envelope.at);
        TRIBUTARY_TRY(freeOfWhoIsGone(m_changes, m_ids, *conversation, std::nullopt, m_envelope.at));
        return m_changes.put(*conversation);
    }

    /// Whether the one whom it was written to got it as far as we know, and only somebody who was to have a copy did not.
    Result<bool> failedForCopiesOnly(TimelineItemId itemId)
    {
        TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(m_database, itemId));
        if (!item || m_envelope.failedFor.empty())
            return false;
        TRIBUTARY_TRY_ASSIGN(const auto to, store::identity(m_database, item->identity));
        // Somebody whom we do not know may be where the customer's mail is forwarded to.
        return std::ranges::all_of(m_envelope.failedFor, [&](const std::string &address) {
            return (!to || address != to->address) && isNamedIn(*item, "cc", address);
        });
    }

    /// One that goes by its own id, as e-mail's envelopes do.
    Result<std::optional<TimelineItemId>> ownItem(const std::string &name)
    {
        const auto id = TimelineItemId::fromText(name);
        if (!id)
            return std::optional<TimelineItemId>();
        TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(m_database, *id));
        const bool isOurs = item && item->account == m_envelope.account && item->delivery;
        return isOurs ? id : std::nullopt;
    }

    Result<std::optional<TimelineItemId>> itemNamed(const std::string &name)
    {
        auto query = m_database.query(sql::hub_message_named);
        query.bind("account_id", m_envelope.account).bind("name", name);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        return found ? std::optional<TimelineItemId>(query.id<TimelineItemId>(0)) : std::nullopt;
    }

    Result<void> unname(const std::string &name)
    {
        auto query = m_database.query(sql::hub_remove_message_name);
        return query.bind("account_id", m_envelope.account).bind("name", name).run();
    }

    /// By the account that the conversation is of: mail to one mailbox may answer what was said by another. What a machine
    /// says opens nothing, however old that is, and begins nothing where there is something.
    Result<bool> mayContinue(const Conversation &conversation)
    {
        if (m_automatic || conversation.status != Conversation::Status::Resolved || !conversation.resolvedAt)
            return true;
        TimePoint from = reopensFrom(m_account, m_clock.now());
        if (conversation.account != m_account.id) {
            TRIBUTARY_TRY_ASSIGN(const auto account, store::channelAccount(m_database, conversation.account));
            from = reopensFrom(account.value_or(ChannelAccount()), m_clock.now());
        }
        return *conversation.resolvedAt >= from;
    }

    /// Whether the referenced message was also addressed to this sender: a participant, not a stranger it was forwarded to.
    Result<bool> wasAddressed(const Identity &identity, TimelineItemId itemId)
    {
        TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(m_database, itemId));
        if (!item || identity.address.empty())
            return false;
        return isNamedIn(*item, "to", identity.address) || isNamedIn(*item, "cc", identity.address);
    }

    static bool isNamedIn(const TimelineItem &item, const char *field, const std::string &address)
    {
        const auto found = item.details.find(field);
        if (found == item.details.end())
            return false;
        std::string lower = found->second;
        std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return char(std::tolower(c)); });
        const auto isPart = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c))
                   || std::string_view("._%+-@").find(c) != std::string_view::npos;
        };
        for (std::size_t at = lower.find(address); at != lower.npos; at = lower.find(address, at + 1)) {
            const std::size_t end = at + address.size();
            if ((at == 0 || !isPart(lower[at - 1])) && (end == lower.size() || !isPart(lower[end])))
                return true;
        }
        return false;
    }

    Result<std::optional<Conversation>> byNumber(std::int64_t number)
    {
        auto query = m_database.query(sql::hub_conversation_by_number);
        query.bind("number", number);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        return found ? std::optional<Conversation>(store::readRow<Conversation>(query)) : std::nullopt;
    }

    /// The conversation of the nearest message it answers.
    Result<std::optional<Conversation>> referencedConversation(TimelineItemId *about = nullptr)
    {
        for (const std::string &name : m_envelope.references) {
            ConversationId id;
            {
                auto query = m_database.query(sql::hub_message_named);
                query.bind("account_id", m_envelope.account).bind("name", name);
                TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
                if (!found)
                    continue;
                id = query.id<ConversationId>(1);
                if (about)
                    *about = query.id<TimelineItemId>(0);
            }
            TRIBUTARY_TRY_ASSIGN(auto conversation, store::conversation(m_database, id));
            if (conversation)
                return conversation;
        }
        return std::optional<Conversation>();
    }

    /// That one, or the one it was joined into, as long as both are of one person; nothing where what comes now begins a new
    /// one.
    Result<std::optional<Conversation>> continued(std::optional<Conversation> conversation)
    {
        if (!conversation)
            return conversation;
        TRIBUTARY_TRY_ASSIGN(conversation, goesOnIn(m_database, std::move(*conversation)));
        TRIBUTARY_TRY_ASSIGN(const bool goesOn, mayContinue(*conversation));
        return goesOn ? std::move(conversation) : std::nullopt;
    }

    /// In the order of channels/email.md, "Threading"; other channels continue the identity's newest conversation.
    Result<std::optional<Conversation>> conversationFor(const Identity &identity)
    {
        if (m_envelope.conversationNumber) { // signed: proof enough
            TRIBUTARY_TRY_ASSIGN(auto numbered, byNumber(*m_envelope.conversationNumber));
            TRIBUTARY_TRY_ASSIGN(auto found, continued(std::move(numbered)));
            if (found)
                return found;
        }
        TimelineItemId about;
        TRIBUTARY_TRY_ASSIGN(auto answered, referencedConversation(&about));
        TRIBUTARY_TRY_ASSIGN(auto referenced, continued(std::move(answered)));
        if (referenced) {
            TRIBUTARY_TRY_ASSIGN(const bool own, belongs(m_database, identity, *referenced));
            TRIBUTARY_TRY_ASSIGN(const bool participant, wasAddressed(identity, about));
            if (own || participant)
                return referenced;
        }
        if (m_envelope.claimedNumber && !m_envelope.sender.disproved) {
            TRIBUTARY_TRY_ASSIGN(auto numbered, byNumber(*m_envelope.claimedNumber));
            TRIBUTARY_TRY_ASSIGN(auto claimed, continued(std::move(numbered)));
            if (claimed) {
                TRIBUTARY_TRY_ASSIGN(const bool own, belongs(m_database, identity, *claimed));
                if (own)
                    return claimed;
            }
        }
        if (m_envelope.channel == Channel::Email)
            return std::optional<Conversation>();
        auto query = m_database.query(sql::hub_latest_conversation);
        query.bind("identity_id", identity.id).bind("account_id", m_envelope.account);
        query.bind("reopen_after_ms", reopensFrom(m_account, m_clock.now()));
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        return continued(found ? std::optional<Conversation>(store::readRow<Conversation>(query)) : std::nullopt);
    }

    Result<Conversation> newConversation(const Identity &identity)
    {
        Conversation conversation;
        TRIBUTARY_TRY_ASSIGN(conversation.id, bornAs<ConversationId>("conversation"));
        TRIBUTARY_TRY_ASSIGN(conversation.number, m_changes.nextNumber());
        conversation.customer = identity.customer;
        conversation.identity = identity.id;
        conversation.account = m_envelope.account;
        TRIBUTARY_TRY_ASSIGN(conversation.team, teamOfAccount(m_database, m_envelope.account));
        conversation.channel = m_envelope.channel;
        conversation.subject = m_envelope.subject;
        conversation.createdAt = m_envelope.at;
        return conversation;
    }

    /// An id that is the same when this envelope is taken in again by a hub that was restored from before it: what agents
    /// did since then, and offer again, is about it.
    template<class IdType>
    Result<IdType> bornAs(std::string_view what)
    {
        Bytes of = copyOf(m_envelope.account.view());
        const ByteView name = bytesOf(what), external = bytesOf(m_envelope.externalId);
        of.insert(of.end(), name.begin(), name.end());
        of.insert(of.end(), external.begin(), external.end());
        // A browser brings it again at another time than it came at, under the name that it gave it. Messages keep theirs:
        // of two of one time the later one is the one with the higher id.
        constexpr bool isConversation = std::is_same_v<IdType, ConversationId>;
        const bool isTimeless = isConversation && m_envelope.channel == Channel::WebChat;
        const IdType id(derivedId(isTimeless ? fromMs(0) : m_envelope.at, of));
        bool taken = false;
        if constexpr (std::is_same_v<IdType, ConversationId>) {
            TRIBUTARY_TRY_ASSIGN(const auto there, store::conversation(m_database, id));
            taken = there.has_value();
        } else {
            TRIBUTARY_TRY_ASSIGN(const auto there, store::timelineItem(m_database, id));
            taken = there.has_value();
        }
        return taken ? m_ids.make<IdType>() : id; // removed and come again: another thing
    }

    /// One of our own messages whose command has not come back yet: it is born with the id that its author gave it.
    Result<void> ownAgain(TimelineItem &item)
    {
        for (const std::string &name : m_envelope.messageIds) {
            const auto own = itemOfMessageId(name);
            if (!own)
                continue;
            TRIBUTARY_TRY_ASSIGN(const auto there, store::timelineItem(m_database, *own));
            if (!there)
                item.id = *own;
            return {};
        }
        return {};
    }

    Result<TimelineItem> itemIn(const Conversation &conversation, const Identity &identity, TimelineItem::Kind kind)
    {
        TimelineItem item;
        TRIBUTARY_TRY_ASSIGN(item.id, bornAs<TimelineItemId>("item"));
        item.conversation = conversation.id;
        // A participant's mail stays on the timeline of the conversation it is part of.
        TRIBUTARY_TRY_ASSIGN(item.customer, store::homeIn(m_database, conversation, identity));
        item.identity = identity.id;
        item.account = m_envelope.account;
        item.channel = m_envelope.channel;
        item.kind = kind;
        item.authorName = identity.name;
        item.at = m_envelope.at;
        // Where the time is our own and somebody has set the clock back, what comes after still stands after.
        if (const TimePoint now = m_clock.now(); item.channel == Channel::WebChat && conversation.lastItemAt > now)
            item.at = std::max(item.at, conversation.lastItemAt + Milliseconds(1));
        item.subject = m_envelope.subject;
        item.body = m_envelope.text;
        item.html = m_envelope.html;
        item.attachments = m_prepared.attachments;
        item.automatic = m_automatic;
        item.details = m_envelope.details;
        return item;
    }

    Result<void> named(const TimelineItem &item)
    {
        m_outcome.item = item.id;
        m_outcome.conversation = item.conversation;
        m_outcome.customer = item.customer;
        TRIBUTARY_TRY(nameItem(item));
        for (const Attachment &attachment : item.attachments)
            TRIBUTARY_TRY(addAttachmentRef(m_database, attachment, item.id, m_clock.now()));
        return {};
    }

    /// By the envelope's names, of which it may have some already.
    Result<void> nameItem(const TimelineItem &item)
    {
        for (const std::string &name : m_envelope.messageIds) {
            auto query = m_database.query(sql::hub_add_message_name);
            query.bind("account_id", m_envelope.account).bind("name", name);
            TRIBUTARY_TRY(query.bind("item_id", item.id).bind("conversation_id", item.conversation).run());
            TRIBUTARY_TRY(takeParked(m_changes, m_ids, m_envelope.account, name, item.id));
        }
        return {};
    }

    Result<void> keepRaw()
    {
        if (m_outcome.known)
            return {};
        std::string problems;
        for (const std::string &problem : m_envelope.problems)
            problems += (problems.empty() ? "" : "\n") + problem;
        auto query = m_database.query(sql::hub_add_raw);
        query.bind("account_id", m_envelope.account).bind("external_id", m_envelope.externalId);
        query.bind("received_ms", m_clock.now()).bind("problems", problems);
        if (m_outcome.item.isNull())
            query.bindNull("item_id");
        else
            query.bind("item_id", m_outcome.item);
        if (m_prepared.raw.empty() || m_isErased)
            query.bindNull("payload");
        else
            query.bind("payload", ByteView(m_prepared.raw));
        TRIBUTARY_TRY(query.bind("reader", m_envelope.reader).run());
        if (problems.empty())
            return {};
        ++m_account.defects;
        return m_changes.put(m_account);
    }

    store::Database &m_database;
    IdMaker &m_ids;
    const Clock &m_clock;
    const PreparedEnvelope &m_prepared;
    const InboundEnvelope &m_envelope;
    ChangeLog m_changes;
    ChannelAccount m_account;
    IngestOutcome m_outcome;
    bool m_automatic = false; ///< A machine's, and opens nothing.
    bool m_isErased = false;  ///< And nothing of it is kept.
    bool m_blocked = false;   ///< Of a person whom nobody here wants to hear.
};

} // namespace

TimePoint reopensFrom(const ChannelAccount &account, TimePoint now)
{
    return account.reopenDays > 0 ? now - std::chrono::days(account.reopenDays) : TimePoint::max();
}

Result<IngestOutcome> ingest(store::Database &database, IdMaker &ids, const Clock &clock, const PreparedEnvelope &prepared)
{
    return Ingestion(database, ids, clock, prepared).run();
}

} // namespace tributary::hub
