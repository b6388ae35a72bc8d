#include "core/hub/exchange/history_writer.h"

#include "core/hub/erased_list.h"
#include "core/hub/exchange/handles.h"
#include "core/hub/people.h"
#include "core/hub/timeline_events.h"
#include "core/model/said.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::hub::exchange {
namespace {

using namespace tributary::model;
namespace sql = store::sql;
using Type = HistoryLine::Type;
using Direction = HistoryLine::Direction;

TimelineItem::Kind kindOf(const HistoryLine &line)
{
    switch (line.type) {
    case Type::Note: return TimelineItem::Kind::Note;
    case Type::Call: return TimelineItem::Kind::Call;
    case Type::Order: return TimelineItem::Kind::Order;
    case Type::Payment: return TimelineItem::Kind::Payment;
    case Type::Form: return TimelineItem::Kind::Form;
    case Type::Rating: return TimelineItem::Kind::Rating;
    case Type::Comment: return TimelineItem::Kind::Comment;
    case Type::Event: return TimelineItem::Kind::Event;
    default: break;
    }
    if (line.direction == Direction::Internal)
        return TimelineItem::Kind::Note;
    return line.direction == Direction::Out ? TimelineItem::Kind::Outbound : TimelineItem::Kind::Inbound;
}

std::string customerRecord(const std::string &key)
{
    return "\x1f" + std::string(nameOf(Type::Customer)) + "\x1f" + key;
}

/// What was still to go out where it was exported. No queue has it here, and nothing would ever become of it.
Delivery endedHere(Delivery delivery)
{
    using State = Delivery::State;
    if (delivery.state == State::Held || delivery.state == State::Queued) {
        delivery.state = State::Failed;
        delivery.problem = "imported";
        delivery.problemText = "It was still to be sent when this history was exported, and was not sent from here.";
    } else if (delivery.state == State::Sending) {
        delivery.state = State::Uncertain;
        delivery.problem = "imported";
        delivery.problemText = "It was being sent when this history was exported: it may have gone out.";
    }
    return delivery;
}

/// What a line of no item is remembered by; 0x1f stands in no message id that people write.
std::string recordName(const HistoryLine &line)
{
    std::string name = "\x1f" + std::string(nameOf(line.type)) + "\x1f";
    switch (line.type) {
    case Type::Agent: return name + line.email;
    case Type::Team: return name + line.name;
    case Type::Account: return name + std::string(nameOf(*line.channel)) + "\x1f" + line.address + "\x1f" + line.name;
    case Type::Customer: return customerRecord(line.customerKey);
    default:
        return name + line.customerKey + "\x1f" + line.otherCustomerKey + "\x1f"
               + (line.at ? std::to_string(toMs(*line.at)) : "");
    }
}

} // namespace

Result<HistoryWriter::Counts> HistoryWriter::write(store::Database &database, const PreparedLines &lines,
                                                   const Complain &complain, bool isLast)
{
    ChangeLog changes(database);
    m_changes = &changes;
    TRIBUTARY_TRY(m_book.begin(changes));
    TRIBUTARY_TRY_ASSIGN(const ErasedList erased, ErasedList::read(m_store.folder()));
    m_whenErased = erased.whenErased();
    m_hides.clear();
    Counts counts;
    for (const auto &line : lines) {
        const Result<Outcome> outcome = take(*line);
        if (outcome) {
            ++(*outcome == Outcome::Taken ? counts.taken : *outcome == Outcome::Known ? counts.known : counts.erased);
        } else if (outcome.error().kind == Error::Kind::Invalid) { // said before anything was written for it
            ++counts.bad;
            complain(line->number, outcome.error().detail);
        } else {
            return failure(outcome.error());
        }
    }
    TRIBUTARY_TRY(m_book.end(isLast));
    TRIBUTARY_TRY_ASSIGN(const std::int64_t head, changes.finish());
    m_book.finished(head);
    return counts;
}

Result<bool> HistoryWriter::isTaken(const std::string &source, const std::string &name)
{
    auto query = m_changes->database().query(sql::exchange_imported_item);
    query.borrow("source", source).borrow("message_id", name);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.exists());
    return found ? Result<bool>(true) : isHidden(source, name);
}

/// It was taken, and of somebody who has been erased since. Of most sources there is nobody, and no hash is made for each
/// line.
Result<bool> HistoryWriter::isHidden(const std::string &source, const std::string &name)
{
    auto hides = m_hides.find(source);
    if (hides == m_hides.end()) {
        TRIBUTARY_TRY_ASSIGN(const bool any, HiddenRecords::any(m_changes->database(), source));
        hides = m_hides.emplace(source, any).first;
    }
    if (!hides->second)
        return false;
    auto query = m_changes->database().query(sql::exchange_imported_item);
    query.bind("source", source).bind("message_id", m_hidden.nameOf(source, name));
    return query.exists();
}

/// Whether it was not taken before.
Result<bool> HistoryWriter::remember(const std::string &source, const std::string &name, TimelineItemId item)
{
    auto query = m_changes->database().query(sql::exchange_remember);
    query.borrow("source", source).borrow("message_id", name);
    if (item.isNull())
        query.bindNull("item_id");
    else
        query.borrow("item_id", item.view());
    TRIBUTARY_TRY(query.run());
    return m_changes->database().changedRows() > 0;
}

/// By what its system calls people: by the id they had here, or as the one whose records are hidden.
Result<bool> HistoryWriter::isErasedKey(const std::string &source, const std::string &key)
{
    if (key.empty())
        return false;
    TRIBUTARY_TRY_ASSIGN(const auto known, m_book.knownCustomer(source, key));
    if (known)
        return false;
    const auto id = CustomerId::fromText(key);
    if (id && m_whenErased.contains(*id))
        return true;
    return isHidden(source, customerRecord(key));
}

Result<bool> HistoryWriter::isOfErased(const HistoryLine &line)
{
    if (m_whenErased.empty())
        return false;
    for (const std::string &key : {line.customerKey, line.otherCustomerKey}) {
        TRIBUTARY_TRY_ASSIGN(const bool erased, isErasedKey(line.source, key));
        if (erased)
            return true;
    }
    const auto isErasedAt = [&](Channel channel, const std::string &handle, const std::string &name) -> Result<bool> {
        const std::string address = normalisedHandle(channel, handle);
        ChannelAccountId scope;
        if (isScoped(channel)) {
            const auto account = m_book.knownAccount(channel, name);
            if (!account) // nobody was ever met there
                return false;
            scope = account->id;
        }
        TRIBUTARY_TRY_ASSIGN(const CustomerId born, bornAt(m_changes->database(), channel, scope, address));
        const auto erased = m_whenErased.find(born);
        if (erased == m_whenErased.end())
            return false;
        auto query = m_changes->database().query(sql::hub_identity_at);
        query.bind("channel", channel).bind("address", address).bind("account_id", scope);
        TRIBUTARY_TRY_ASSIGN(const bool isHere, query.exists());
        return !isHere || !line.at || *line.at < erased->second;
    };
    if (line.type <= Type::Event)
        return isErasedAt(*line.channel, line.customerHandle, line.account);
    for (const HistoryIdentity &one : line.identities) {
        const std::string name = one.account.empty() ? m_book.onlyAccount(one.channel) : one.account;
        TRIBUTARY_TRY_ASSIGN(const bool erased, isErasedAt(one.channel, one.address, name));
        if (erased)
            return true;
    }
    return false;
}

Result<HistoryWriter::Outcome> HistoryWriter::take(PreparedLine &prepared)
{
    const HistoryLine &line = prepared.line;
    if (line.type == Type::File || line.type == Type::Reference)
        return Outcome::Taken;
    const bool isItem = line.type <= Type::Event;
    const std::string name = isItem ? line.messageId : recordName(line);
    // An item that was taken is known as it is remembered, and has to be looked for only where somebody may be erased.
    const bool isLookedFor = !isItem || !m_whenErased.empty();
    TRIBUTARY_TRY_ASSIGN(const bool taken, isLookedFor ? isTaken(line.source, name) : isHidden(line.source, name));
    if (taken)
        return Outcome::Known;
    TRIBUTARY_TRY_ASSIGN(const bool erased, isOfErased(line));
    if (erased)
        return Outcome::Erased;
    if (isItem)
        return takeItem(prepared);
    TRIBUTARY_TRY(remember(line.source, name, {}));
    switch (line.type) {
    case Type::Customer: TRIBUTARY_TRY(takeCustomer(line)); break;
    case Type::Agent: TRIBUTARY_TRY(takeAgent(line)); break;
    case Type::Team: TRIBUTARY_TRY(m_book.team(line.name)); break;
    case Type::Account: TRIBUTARY_TRY(m_book.account(*line.channel, line.name, line.address)); break;
    case Type::Suggestion: TRIBUTARY_TRY(takeSuggestion(line)); break;
    case Type::Link: TRIBUTARY_TRY(takeLink(line)); break;
    default: break;
    }
    return Outcome::Taken;
}

/// A message is known by its source's name for it, by its UUID, or as a mail the account has fetched itself.
Result<bool> HistoryWriter::isNewItem(const PreparedLine &prepared, TimelineItemId item, ChannelAccountId account)
{
    TRIBUTARY_TRY_ASSIGN(const bool isNew, remember(prepared.line.source, prepared.line.messageId, item));
    if (!isNew)
        return false;
    if (!prepared.externalId.empty()) {
        auto query = m_changes->database().query(sql::hub_raw_known);
        query.bind("account_id", account).bind("external_id", prepared.externalId);
        TRIBUTARY_TRY_ASSIGN(const bool fetched, query.exists());
        return !fetched;
    }
    if (!TimelineItemId::fromText(prepared.line.messageId))
        return true;
    auto query = m_changes->database().query(sql::exchange_has_item);
    query.bind("id", item);
    TRIBUTARY_TRY_ASSIGN(const bool there, query.exists());
    return !there;
}

Result<HistoryWriter::Outcome> HistoryWriter::takeItem(PreparedLine &prepared)
{
    const HistoryLine &line = prepared.line;
    TRIBUTARY_TRY_ASSIGN(const ChannelAccount account, m_book.account(*line.channel, line.account));
    const TimelineItemId id = TimelineItemId::fromText(line.messageId).value_or(m_store.ids().make<TimelineItemId>());
    if (id.isNull())
        return failure(Error::Kind::Invalid, "message_id is the null UUID");
    TRIBUTARY_TRY_ASSIGN(const bool isNewItem, this->isNewItem(prepared, id, account.id));
    if (!isNewItem)
        return Outcome::Known;
    const bool fromCustomer = line.direction == Direction::In && line.type == Type::Message;
    const bool vouched = *line.channel != Channel::WebChat && *line.channel != Channel::Api;
    TRIBUTARY_TRY_ASSIGN(const Identity identity, m_book.identity({.channel = *line.channel,
                                                                   .handle = line.customerHandle,
                                                                   .shown = line.customerShown,
                                                                   .name = line.customerName,
                                                                   .source = line.source,
                                                                   .key = line.customerKey,
                                                                   .verified = fromCustomer && vouched},
                                                                  account.id, *line.at));
    TRIBUTARY_TRY_ASSIGN(Conversation *const named, conversationFor(prepared, identity, account));
    TRIBUTARY_TRY_ASSIGN(Conversation * conversation, m_book.goesOnIn(named));
    const bool isNew = !conversation;
    const bool isOther = conversation != named; // what the line says of its conversation is nothing about this one
    if (isNew) {
        const std::string &subject =
            line.conversationSubject ? *line.conversationSubject : prepared.prepared.envelope.subject;
        Conversation made{.id = ConversationId::fromText(line.conversationKey).value_or(ConversationId()),
                          .customer = identity.customer,
                          .identity = identity.id,
                          .account = account.id,
                          .channel = *line.channel,
                          .subject = text::plainName(subject, 500),
                          .createdAt = *line.at};
        if (made.id.isNull())
            made.id = m_store.ids().make<ConversationId>();
        TRIBUTARY_TRY_ASSIGN(made.number, m_changes->nextNumber());
        if (!line.conversationKey.empty())
            TRIBUTARY_TRY(m_book.setKey(line.source, "conversation", line.conversationKey, made.id.bytes));
        for (const std::string &name : prepared.references)
            TRIBUTARY_TRY(m_book.setKey(line.source, "thread", name, made.id.bytes));
        conversation = &m_book.add(std::move(made));
    } else if (!isOther && line.conversationSubject && !line.conversationSubject->empty()) {
        conversation->subject = text::plainName(*line.conversationSubject, 500);
    }
    m_book.changed(conversation->id);
    TRIBUTARY_TRY_ASSIGN(TimelineItem item, itemOf(prepared, identity, *conversation, id));
    applyItem(item, isNew, overInHistory(m_store.clock().now()), *conversation);
    if (!isOther)
        TRIBUTARY_TRY(applyState(line, *conversation));
    m_book.setLatest(*conversation);
    TRIBUTARY_TRY(m_changes->putNew(item));
    TRIBUTARY_TRY(keepBesides(prepared, item));
    return Outcome::Taken;
}

Result<Conversation *> HistoryWriter::namedConversation(const PreparedLine &prepared, ChannelAccountId account)
{
    for (const std::string &name : prepared.references) {
        auto query = m_changes->database().query(sql::hub_message_named);
        query.bind("account_id", account).bind("name", name);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found)
            continue;
        TRIBUTARY_TRY_ASSIGN(Conversation *const conversation, m_book.conversation(query.id<ConversationId>(1)));
        if (conversation)
            return conversation;
    }
    // Archives are not always in order: an answer may have come before what it answers.
    for (const auto *names : {&prepared.names, &prepared.references}) {
        for (const std::string &name : *names) {
            TRIBUTARY_TRY_ASSIGN(const auto known, m_book.keyed(prepared.line.source, "thread", name));
            if (known)
                return m_book.conversation(ConversationId(*known));
        }
    }
    return nullptr;
}

Result<Conversation *> HistoryWriter::conversationFor(const PreparedLine &prepared, const Identity &identity,
                                                      const ChannelAccount &account)
{
    const HistoryLine &line = prepared.line;
    if (!line.conversationKey.empty()) {
        TRIBUTARY_TRY_ASSIGN(const auto known, m_book.keyed(line.source, "conversation", line.conversationKey));
        const auto own = ConversationId::fromText(line.conversationKey);
        if (known)
            return m_book.conversation(ConversationId(*known));
        if (own)
            return m_book.conversation(*own);
        return nullptr;
    }
    if (!prepared.externalId.empty()) // a mail: its headers say, as with live mail
        return namedConversation(prepared, account.id);
    return m_book.latest(identity, account.id, *line.at);
}

Result<void> HistoryWriter::setAuthor(const HistoryLine &line, TimelineItem &item)
{
    item.authorName = text::plainName(line.authorName);
    if (line.author == "system")
        return {};
    if (line.author == "customer" || (line.author.empty() && item.kind == TimelineItem::Kind::Inbound)) {
        if (item.authorName.empty())
            item.authorName = text::plainName(line.customerName);
        return {};
    }
    TRIBUTARY_TRY_ASSIGN(const auto agent, m_book.agentAs(line.author));
    if (agent)
        item.author = agent->id;
    if (item.authorName.empty())
        item.authorName = agent ? agent->name : text::plainName(line.author);
    return {};
}

Result<TimelineItem> HistoryWriter::itemOf(PreparedLine &prepared, const Identity &identity,
                                           const Conversation &conversation, TimelineItemId id)
{
    const HistoryLine &line = prepared.line;
    channels::InboundEnvelope &envelope = prepared.prepared.envelope;
    TimelineItem item{.id = id,
                      .conversation = conversation.id,
                      .customer = identity.customer,
                      .identity = identity.id,
                      .account = conversation.account,
                      .channel = *line.channel,
                      .kind = kindOf(line),
                      .at = *line.at,
                      .subject = std::move(envelope.subject),
                      .body = std::move(envelope.text),
                      .html = std::move(envelope.html),
                      .attachments = std::move(prepared.prepared.attachments),
                      .automatic = line.automatic,
                      .deleted = line.deleted,
                      .editedAt = line.editedAt,
                      .details = std::move(envelope.details)};
    TRIBUTARY_TRY(setAuthor(line, item));
    if (item.kind != TimelineItem::Kind::Inbound && item.kind != TimelineItem::Kind::Note && line.direction)
        item.details.try_emplace("direction", nameOf(*line.direction));
    if (item.kind == TimelineItem::Kind::Outbound) {
        item.details.erase("direction");
        item.delivery = endedHere({.state = line.delivery.value_or(Delivery::State::Sent),
                                   .problem = text::plainName(line.deliveryProblem),
                                   .problemText = text::plainName(line.deliveryProblemText, 1000),
                                   .at = *line.at});
    }
    if (!line.inReplyTo.empty()) {
        auto query = m_changes->database().query(sql::exchange_imported_item);
        query.bind("source", line.source).bind("message_id", line.inReplyTo);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        item.inReplyTo = found && !query.isNull(0) ? std::optional(query.id<TimelineItemId>(0))
                                                   : TimelineItemId::fromText(line.inReplyTo);
    }
    return item;
}

Result<void> HistoryWriter::keepBesides(const PreparedLine &prepared, const TimelineItem &item)
{
    store::Database &database = m_changes->database();
    for (const Attachment &attachment : item.attachments)
        TRIBUTARY_TRY(addAttachmentRef(database, attachment, item.id, m_store.clock().now()));
    for (const std::string &name : prepared.names) {
        auto query = database.query(sql::hub_add_message_name);
        query.bind("account_id", item.account).bind("name", name);
        TRIBUTARY_TRY(query.bind("item_id", item.id).bind("conversation_id", item.conversation).run());
    }
    if (prepared.prepared.raw.empty() && prepared.externalId.empty())
        return {};
    std::string problems;
    for (const std::string &problem : prepared.prepared.envelope.problems)
        problems += (problems.empty() ? "" : "\n") + problem;
    auto query = database.query(sql::hub_add_raw);
    query.bind("account_id", item.account).bind("received_ms", m_store.clock().now()).bind("problems", problems);
    query.bind("external_id", prepared.externalId.empty() ? "imported:" + item.id.text() : prepared.externalId);
    query.bind("item_id", item.id);
    if (prepared.prepared.raw.empty())
        query.bindNull("payload");
    else
        query.bind("payload", ByteView(prepared.prepared.raw));
    return query.bind("reader", prepared.prepared.envelope.reader).run();
}

Result<void> HistoryWriter::applyState(const HistoryLine &line, Conversation &conversation)
{
    if (line.status) {
        conversation.status = *line.status;
        conversation.snoozedUntil.reset();
        conversation.resolvedAt.reset();
        if (*line.status == Conversation::Status::Resolved)
            conversation.resolvedAt = line.resolvedAt.value_or(*line.at);
        if (*line.status == Conversation::Status::Resolved || *line.status == Conversation::Status::Waiting)
            conversation.waitingSince.reset();
        if (*line.status == Conversation::Status::Snoozed)
            conversation.snoozedUntil = line.snoozedUntil;
    }
    if (line.assignee) {
        TRIBUTARY_TRY_ASSIGN(const auto agent, m_book.agentAs(*line.assignee));
        conversation.assignee = agent ? std::optional(agent->id) : std::nullopt;
    }
    if (line.team) {
        conversation.team.reset();
        if (!line.team->empty()) {
            TRIBUTARY_TRY_ASSIGN(conversation.team, m_book.team(*line.team));
        }
    }
    if (line.tags) {
        conversation.tags.clear();
        for (const std::string &tag : *line.tags)
            conversation.tags.push_back(text::plainName(tag));
        std::ranges::sort(conversation.tags);
        conversation.tags.erase(std::unique(conversation.tags.begin(), conversation.tags.end()), conversation.tags.end());
        std::erase(conversation.tags, "");
    }
    if (line.priority)
        conversation.priority = *line.priority;
    return {};
}

void applyItem(const TimelineItem &item, bool isNew, TimePoint overFrom, Conversation &conversation)
{
    using Kind = TimelineItem::Kind;
    using Status = Conversation::Status;
    const bool isNewest = item.at >= conversation.lastItemAt;
    const bool fromCustomer = isFromCustomer(item);
    if (item.kind != Kind::Event || conversation.lastItemAt == TimePoint())
        conversation.lastItemAt = std::max(conversation.lastItemAt, item.at);
    if ((isMessage(item) && isNewest)
        || (conversation.preview.empty() && item.kind != Kind::Event && item.kind != Kind::Note)) {
        conversation.preview = previewOf(item);
        conversation.previewOutbound = isMessage(item) && !fromCustomer;
        conversation.previewAuthor = conversation.previewOutbound ? item.author : std::nullopt;
    }
    const bool isOld = item.at < overFrom;
    const bool isOver = isOld && (isNew || conversation.status == Status::Resolved);
    if (fromCustomer && (!item.automatic || isNew)) {
        ++conversation.inboundCount;
        if (isNewest && !conversation.waitingSince && !isOver)
            conversation.waitingSince = item.at;
        if (isNewest && !isOver)
            conversation.status = Status::Open;
    } else if (isMessage(item) && !fromCustomer && isNewest) {
        conversation.waitingSince.reset();
        if (!isOver)
            conversation.status = Status::Waiting;
    }
    if (isOver) {
        conversation.status = Status::Resolved;
        conversation.resolvedAt = std::max(conversation.resolvedAt.value_or(item.at), item.at);
        conversation.waitingSince.reset();
    } else if (conversation.status != Status::Resolved) {
        conversation.resolvedAt.reset();
    }
    if (conversation.status != Status::Snoozed)
        conversation.snoozedUntil.reset();
}

} // namespace tributary::hub::exchange
