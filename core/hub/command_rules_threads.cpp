#include "core/hub/command_rules.h"

#include "core/hub/conversations.h"
#include "core/hub/delivery_queue.h"
#include "core/hub/people.h"
#include "core/hub/regions.h"
#include "core/hub/teams.h"
#include "core/hub/timeline_events.h"
#include "core/model/masks.h"
#include "core/model/names.h"
#include "core/model/rights.h"
#include "core/model/said.h"
#include "core/model/split.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>

/// Conversations that are begun, joined, split and linked.
namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;

namespace {

constexpr std::size_t kLongestSubject = 1000;
constexpr std::size_t kMostItemsMoved = 500;
constexpr std::size_t kMostRelated = 100;

void add(std::vector<ConversationId> &ids, ConversationId id)
{
    const auto place = std::ranges::lower_bound(ids, id);
    if (place == ids.end() || *place != id)
        ids.insert(place, id);
}

/// The number of a conversation as people say it.
std::string numberOf(const Conversation &conversation)
{
    return std::to_string(conversation.number);
}

/// In what tells of a join: that it has opened the conversation which it was joined into, and what that was before.
constexpr const char *kReopened = "reopened";
constexpr const char *kUntil = "until_ms";

/// What tells that @p into is open for nothing but that @p joined was joined into it; nothing: for something else as well.
Result<std::optional<TimelineItem>> openedBy(store::Database &database, const Conversation &into, const Conversation &joined)
{
    if (into.status != Conversation::Status::Open)
        return std::optional<TimelineItem>();
    const auto opensOrCloses = [](const TimelineItem &item) {
        const std::string event = detailOf(item, "event");
        return event == "reopened" || event == "resolved" || event == "waiting" || event == "snoozed" || event == "woke"
               || event == "status" || event == "delivery-failed"
               || (event == "taken-in" && !detailOf(item, kReopened).empty());
    };
    TRIBUTARY_TRY_ASSIGN(const auto last, newestEvent(database, into.id, opensOrCloses));
    if (!last || detailOf(*last, "event") != "taken-in" || detailOf(*last, "number") != numberOf(joined))
        return std::optional<TimelineItem>();
    auto said = database.query(sql::hub_said_since);
    said.bind("conversation_id", into.id).bind("said_seq", last->saidSeq);
    TRIBUTARY_TRY_ASSIGN(const bool wasSaid, said.exists());
    return wasSaid ? std::nullopt : std::optional(*last);
}

/// Whether an address of @p channel, in its normal form, is somebody's already.
Result<bool> isKnown(store::Database &database, Channel channel, const std::string &address)
{
    auto query = database.query(sql::hub_identity_at);
    query.bind("channel", channel).bind("address", address).bind("account_id", ChannelAccountId());
    return query.exists();
}

} // namespace

CommandRules::Values CommandRules::reason() const
{
    return m_command.undoes ? Values{{"why", "undo"}} : Values();
}

Result<void> CommandRules::tell(const Conversation &conversation, std::string_view event, Values values)
{
    values.merge(reason()); // one of its own comes first
    return addEvent(m_changes, m_ids, conversation, event, std::move(values), m_by, m_at);
}

Result<bool> CommandRules::areOfOnePerson(const Conversation &a, const Conversation &b)
{
    TRIBUTARY_TRY_ASSIGN(const CustomerId first, rootOf(database(), a.customer));
    TRIBUTARY_TRY_ASSIGN(const CustomerId second, rootOf(database(), b.customer));
    return first == second;
}

Result<Reason> CommandRules::addressee(const StartConversation &command, const ChannelAccount &account, Identity &found)
{
    TRIBUTARY_TRY_ASSIGN(auto known, store::identity(database(), command.identity));
    if (known) {
        found = std::move(*known);
        return found.channel == account.channel ? Reason::None : Reason::Invalid;
    }
    TRIBUTARY_TRY_ASSIGN(const std::string region, regionOf(database(), account.id));
    const auto address = normalised(account.channel, command.address, region);
    if (!address)
        return Reason::Invalid;
    TRIBUTARY_TRY_ASSIGN(const bool isSomebodys, isKnown(database(), account.channel, *address));
    if (isSomebodys && !may(m_by, Permission::SeeContactDetails)) // whose it is, is not for them to find out
        return Reason::NotAllowed;
    if (!isSomebodys && !may(m_by, Permission::EditCustomers)) { // a stranger is made by being written to
        TRIBUTARY_TRY_ASSIGN(const auto customer, store::customer(database(), command.customer));
        if (customer)
            return Reason::NotAllowed;
    }
    if (isSomebodys) {
        TRIBUTARY_TRY_ASSIGN(found, identityFor(m_changes, m_ids, account.channel, *address, command.address, command.name,
                                                command.customer, command.identity, m_at));
    } else { // made when nothing is in the way any more
        found = Identity{.customer = command.customer, .channel = account.channel, .address = *address};
    }
    return Reason::None;
}

Result<CommandRules::Answer> CommandRules::operator()(const StartConversation &command)
{
    if (command.conversation.isNull() || command.subject.size() > kLongestSubject || command.name.size() > 500)
        return refused(Reason::Invalid);
    TRIBUTARY_TRY_ASSIGN(const auto there, store::conversation(database(), command.conversation));
    if (there) // after a restore, or by a copied installation
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(const auto account, store::channelAccount(database(), command.account));
    if (!account || account->removed)
        return refused(Reason::AccountGone);
    std::optional<Conversation> parent;
    if (command.parent) {
        TRIBUTARY_TRY_ASSIGN(parent, seen(*command.parent));
        if (!parent || parent->parent)
            return refused(Reason::NotFound, "nothing to have a side conversation of");
    }
    Conversation conversation{.id = command.conversation,
                              .account = account->id,
                              .channel = account->channel,
                              .subject = command.subject,
                              .assignee = m_by.id,
                              .createdAt = m_at,
                              .lastItemAt = m_at};
    TRIBUTARY_TRY_ASSIGN(conversation.team, teamOfAccount(database(), account->id));
    if (parent) {
        conversation.parent = parent->id;
        conversation.team = parent->team;
    }
    if (!sees(m_by, conversation))
        return refused(Reason::NotAllowed, "that account's conversations are another team's");
    Identity identity;
    TRIBUTARY_TRY_ASSIGN(const Reason whyNobody, addressee(command, *account, identity));
    if (whyNobody == Reason::NotAllowed)
        return refused(whyNobody, "an address that is hidden, or not theirs to add");
    if (whyNobody != Reason::None)
        return refused(whyNobody, "an address that cannot be written to");
    if (!m_standing.again) { // else it was begun, and what was written in it may have gone out
        TRIBUTARY_TRY_ASSIGN(const std::vector<Customer> blocked, blockedOf(database(), identity.customer));
        if (!blocked.empty())
            return refused(Reason::Blocked);
        TRIBUTARY_TRY_ASSIGN(const bool unwelcome, isUnwelcome(database(), identity.customer, account->channel, {}));
        if (unwelcome)
            return refused(Reason::NoConsent);
    }
    if (identity.id.isNull()) {
        TRIBUTARY_TRY_ASSIGN(identity, identityFor(m_changes, m_ids, account->channel, identity.address, command.address,
                                                   command.name, command.customer, command.identity, m_at));
    }
    conversation.customer = parent ? parent->customer : identity.customer;
    conversation.identity = identity.id;
    TRIBUTARY_TRY_ASSIGN(conversation.number, m_changes.nextNumber());
    TRIBUTARY_TRY(m_changes.put(conversation));
    TRIBUTARY_TRY(tell(conversation, "started", {}));
    if (parent)
        TRIBUTARY_TRY(tell(*parent, "side-conversation", {{"address", identity.shown}, {"number", numberOf(conversation)}}));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const JoinConversation &command)
{
    TRIBUTARY_TRY_ASSIGN(auto conversation, seen(command.conversation));
    TRIBUTARY_TRY_ASSIGN(auto into, seen(command.into));
    if (!conversation || !into)
        return refused(Reason::NotFound);
    if (conversation->joinedInto)
        return conversation->joinedInto == into->id ? noEffect() : refused(Reason::Taken, "joined into another one");
    TRIBUTARY_TRY_ASSIGN(const bool oneperson, areOfOnePerson(*conversation, *into));
    if (conversation->id == into->id || !oneperson || conversation->parent || into->parent)
        return refused(Reason::Invalid, "only conversations of one person go on as one");
    auto members = database().query(sql::hub_joined_into);
    members.bind("conversation_id", conversation->id);
    TRIBUTARY_TRY_ASSIGN(const bool hasMembers, members.exists());
    if (into->joinedInto || hasMembers)
        return refused(Reason::Chain);
    TRIBUTARY_TRY_ASSIGN(const bool separated, overtaken(conversation->id.bytes, "joined"));
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(conversation->id.bytes, "status", conversation->id));
    if (late || separated)
        return noEffect();
    const bool opens = opensByJoin(*conversation, *into);
    const auto waiting = conversation->waitingSince;
    const std::string before(nameOf(conversation->status));
    applyTo(*conversation, command, m_by, m_at);
    TRIBUTARY_TRY(tell(*conversation, "joined", {{"number", numberOf(*into)}, {"from", before}}));
    TRIBUTARY_TRY(m_changes.put(*conversation));
    Values values{{"number", numberOf(*conversation)}};
    if (opens) {
        values[kReopened] = nameOf(into->status);
        if (into->snoozedUntil)
            values[kUntil] = std::to_string(toMs(*into->snoozedUntil));
        setStatus(*into, Conversation::Status::Open, m_at);
        TRIBUTARY_TRY(freeOfWhoIsGone(m_changes, m_ids, *into, m_by, m_at));
    }
    if (waiting)
        into->waitingSince = std::min(into->waitingSince.value_or(*waiting), *waiting);
    TRIBUTARY_TRY(tell(*into, "taken-in", std::move(values)));
    TRIBUTARY_TRY(m_changes.put(*into));
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const SeparateConversation &command)
{
    TRIBUTARY_TRY_ASSIGN(auto conversation, seen(command.conversation));
    if (!conversation)
        return refused(Reason::NotFound);
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.conversation.bytes, "joined"));
    if (late)
        return noEffect();
    if (!conversation->joinedInto)
        return noEffect();
    TRIBUTARY_TRY(separate(std::move(*conversation), true));
    return Answer{};
}

Result<void> CommandRules::separate(Conversation conversation, bool isAsked)
{
    TRIBUTARY_TRY_ASSIGN(auto into, store::conversation(database(), *conversation.joinedInto));
    applyTo(conversation, SeparateConversation{conversation.id}, m_by, m_at);
    TRIBUTARY_TRY(recount(m_changes, conversation));
    if (!isAsked) { // nobody wants to work on it: what was over is over
        TRIBUTARY_TRY_ASSIGN(const auto joined, newestEvent(database(), conversation.id, [](const TimelineItem &event) {
                                 return detailOf(event, "event") == "joined";
                             }));
        if (joined && detailOf(*joined, "from") == nameOf(Conversation::Status::Resolved)) {
            setStatus(conversation, Conversation::Status::Resolved, m_at);
            conversation.waitingSince.reset();
        }
    }
    TRIBUTARY_TRY(freeOfWhoIsGone(m_changes, m_ids, conversation, m_by, m_at));
    TRIBUTARY_TRY(tell(conversation, "separated", isAsked ? Values() : Values{{"why", "strangers"}}));
    TRIBUTARY_TRY(m_changes.put(conversation));
    auto others = database().query(sql::hub_joined_into);
    others.bind("conversation_id", into ? into->id : ConversationId());
    TRIBUTARY_TRY_ASSIGN(const bool hasOthers, others.exists());
    if (!into || hasOthers) // who waits in it may wait by another one that is joined
        return {};
    TRIBUTARY_TRY(recount(m_changes, *into));
    TRIBUTARY_TRY_ASSIGN(const auto opened, openedBy(database(), *into, conversation));
    if (opened) {
        const auto before = fromName<Conversation::Status>(detailOf(*opened, kReopened));
        setStatus(*into, before.value_or(Conversation::Status::Resolved), m_at);
        Values values{{"why", "separated"}};
        if (const std::string until = detailOf(*opened, kUntil); !until.empty()) {
            into->snoozedUntil = fromMs(std::strtoll(until.c_str(), nullptr, 10));
            values[kUntil] = until;
        }
        TRIBUTARY_TRY(tell(*into, nameOf(into->status), std::move(values)));
    }
    return m_changes.put(*into);
}

Result<void> CommandRules::separateStrangers(CustomerId customer)
{
    TRIBUTARY_TRY_ASSIGN(const CustomerId person, rootOf(database(), customer));
    TRIBUTARY_TRY_ASSIGN(const std::vector<ConversationId> joined, conversationsOf(person, sql::hub_joined_of_person));
    for (const ConversationId &id : joined) {
        TRIBUTARY_TRY_ASSIGN(auto conversation, store::conversation(database(), id));
        if (!conversation || !conversation->joinedInto)
            continue;
        TRIBUTARY_TRY_ASSIGN(const auto into, store::conversation(database(), *conversation->joinedInto));
        if (!into)
            continue;
        TRIBUTARY_TRY_ASSIGN(const bool onePerson, areOfOnePerson(*conversation, *into));
        if (!onePerson)
            TRIBUTARY_TRY(separate(std::move(*conversation), false));
    }
    return {};
}

Result<CommandRules::Answer> CommandRules::operator()(const RelateConversations &command)
{
    TRIBUTARY_TRY_ASSIGN(auto conversation, seen(command.conversation));
    TRIBUTARY_TRY_ASSIGN(auto other, seen(command.other));
    if (!conversation || !other || conversation->id == other->id)
        return refused(Reason::NotFound);
    const bool are = std::ranges::count(conversation->related, other->id) > 0;
    const auto [first, second] = std::minmax(conversation->id, other->id);
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(first.bytes, "related." + second.text()));
    if (late || are == command.related)
        return noEffect();
    if (command.related && (conversation->related.size() >= kMostRelated || other->related.size() >= kMostRelated))
        return refused(Reason::Invalid, "linked with too many already");
    for (const auto &[one, with] : {std::pair(&*conversation, &*other), std::pair(&*other, &*conversation)}) {
        if (command.related)
            add(one->related, with->id);
        else
            std::erase(one->related, with->id);
        TRIBUTARY_TRY(tell(*one, command.related ? "related" : "unrelated", {{"number", numberOf(*with)}}));
        TRIBUTARY_TRY(m_changes.put(*one));
    }
    return Answer{};
}

Result<CommandRules::Answer> CommandRules::operator()(const MoveItems &command)
{
    TRIBUTARY_TRY_ASSIGN(auto from, seen(command.conversation));
    if (!from || command.into.isNull() || command.into == command.conversation)
        return refused(Reason::NotFound);
    if (command.items.empty() || command.items.size() > kMostItemsMoved || command.subject.size() > kLongestSubject)
        return refused(Reason::Invalid, "nothing to move, or too much at once");
    std::vector<TimelineItem> items;
    for (const TimelineItemId &id : command.items) {
        TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(database(), id));
        if (!item || (item->conversation != from->id && item->conversation != command.into))
            return refused(Reason::Changed, "an item stands elsewhere by now");
        TRIBUTARY_TRY_ASSIGN(const bool queued, isQueued(database(), id));
        if (queued)
            return refused(Reason::TooLate, "a message is on its way");
        if (item->conversation == from->id)
            items.push_back(std::move(*item));
    }
    if (items.empty())
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(auto into, store::conversation(database(), command.into));
    const auto waited = into ? into->waitingSince : std::nullopt;
    if (into) {
        TRIBUTARY_TRY_ASSIGN(const bool onePerson, areOfOnePerson(*from, *into));
        if (!sees(m_by, *into))
            return refused(Reason::NotFound);
        if (!onePerson || into->joinedInto || into->parent || from->parent)
            return refused(Reason::Invalid, "items stay with their person");
    } else {
        into = splitOff(*from, items.front(), command.into, command.subject);
        if (!sees(m_by, *into)) // it came by another account than the rest
            return refused(Reason::NotAllowed, "that account's conversations are another team's");
        TRIBUTARY_TRY_ASSIGN(into->number, m_changes.nextNumber());
        TRIBUTARY_TRY(m_changes.put(*into));
        TRIBUTARY_TRY(freeOfWhoIsGone(m_changes, m_ids, *into, m_by, m_at));
    }
    const std::string count = std::to_string(items.size());
    TRIBUTARY_TRY(moveItems(m_changes, std::move(items), into->id));
    TRIBUTARY_TRY(tell(*from, "items-moved", {{"items", count}, {"number", numberOf(*into)}}));
    TRIBUTARY_TRY(tell(*into, "items-came", {{"items", count}, {"number", numberOf(*from)}}));
    TRIBUTARY_TRY(recount(m_changes, *into));
    TRIBUTARY_TRY_ASSIGN(const bool isSomethingLeft, recount(m_changes, *from));
    if (opensByMove(*from, *into, into->waitingSince != waited, isSomethingLeft)) {
        setStatus(*into, Conversation::Status::Open, m_at);
        TRIBUTARY_TRY(freeOfWhoIsGone(m_changes, m_ids, *into, m_by, m_at));
        TRIBUTARY_TRY(tell(*into, "reopened", {{"why", "moved-here"}}));
    }
    TRIBUTARY_TRY(m_changes.put(*into));
    if (!isSomethingLeft && from->status != Conversation::Status::Resolved) { // there is no work in it
        setStatus(*from, Conversation::Status::Resolved, m_at);
        TRIBUTARY_TRY(tell(*from, "resolved", {{"why", "emptied"}}));
    }
    TRIBUTARY_TRY(m_changes.put(*from));
    return Answer{};
}

} // namespace tributary::hub
