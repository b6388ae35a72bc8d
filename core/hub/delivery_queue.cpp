#include "core/hub/delivery_queue.h"

#include "core/base/breaks.h"
#include "core/base/log.h"
#include "core/hub/conversations.h"
#include "core/hub/people.h"
#include "core/hub/teams.h"
#include "core/hub/timeline_events.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

#include <algorithm>
#include <array>
#include <map>

namespace tributary::hub {
namespace {

using namespace tributary::model;
using channels::OutboundMessage;
using channels::SendOutcome;
namespace sql = store::sql;

constexpr std::int64_t kForgottenAtOnce = 1000;
constexpr std::int64_t kMaxAttempts = 52; ///< With retryDelay(): about two days.
constexpr std::chrono::minutes kAfterRefusedSignIn{5};
constexpr Milliseconds kPatience{60'000}; ///< So long a message waits for an earlier one that goes by another account.
constexpr std::chrono::seconds kBeforeLooking{30}; ///< Gmail's own copy is in Sent only some seconds after it is out.

std::string domainOf(const std::string &address)
{
    const std::size_t at = address.rfind('@');
    return at == std::string::npos ? "tributary.invalid" : address.substr(at + 1);
}

Result<std::optional<OutboundMessage::Previous>> previousOf(store::Database &database, const TimelineItem &item)
{
    TimelineItem last;
    {
        TRIBUTARY_TRY_ASSIGN(const CustomerId root, rootOf(database, item.customer));
        auto query = database.query(sql::hub_last_inbound);
        query.bind("conversation_id", item.conversation).bind("root_id", root);
        TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
        if (!found)
            return std::optional<OutboundMessage::Previous>();
        last = store::readRow<TimelineItem>(query);
    }
    OutboundMessage::Previous previous;
    previous.authorName = last.authorName;
    previous.at = last.at;
    previous.text = last.body;
    previous.html = last.html;
    if (const auto id = last.details.find("messageId"); id != last.details.end())
        previous.messageId = id->second;
    if (const auto references = last.details.find("references"); references != last.details.end()) {
        std::size_t from = 0;
        while (from < references->second.size()) {
            const std::size_t end = std::min(references->second.find(' ', from), references->second.size());
            if (end > from)
                previous.references.push_back(references->second.substr(from, end - from));
            from = end + 1;
        }
    }
    if (!previous.messageId.empty())
        previous.references.push_back(previous.messageId);
    return std::optional<OutboundMessage::Previous>(std::move(previous));
}

int rankOf(Delivery::State state)
{
    switch (state) {
    case Delivery::State::Held: return 0;
    case Delivery::State::Queued: return 1;
    case Delivery::State::Sending: return 2;
    case Delivery::State::Uncertain: return 3;
    case Delivery::State::Sent: return 4;
    case Delivery::State::Delivered: return 5;
    case Delivery::State::Read: return 6;
    case Delivery::State::Failed: return 7;
    }
    return 0;
}

/// What @p now is after @p news; nothing: as it is. States only rise, and a problem is kept also where the state stays.
std::optional<Delivery> afterNews(const Delivery &now, const Delivery &news)
{
    if (rankOf(news.state) > rankOf(now.state))
        return news;
    // That it was late is over once it has arrived; a failure keeps its reason.
    const bool isOver = news.state == Delivery::State::Sent && now.state != Delivery::State::Sent;
    if (news.problem.empty() || isOver || now.state == Delivery::State::Failed)
        return std::nullopt;
    Delivery known = now;
    known.problem = news.problem;
    known.problemText = news.problemText;
    return known;
}

/// News that waits for its message.
struct Parked {
    Delivery news;
    TimePoint since;
};

/// What waits for a message of that name; taken out.
Result<std::optional<Parked>> unpark(store::Database &database, ChannelAccountId account, const std::string &name)
{
    auto query = database.query(sql::hub_take_parked);
    query.bind("account_id", account).bind("name", name);
    TRIBUTARY_TRY_ASSIGN(const bool isThere, query.step());
    if (!isThere)
        return std::optional<Parked>();
    Parked parked{.since = query.time(1)};
    TRIBUTARY_TRY_ASSIGN(parked.news, wire::deliveryFrom(query.blob(0)));
    return std::optional(std::move(parked));
}

Result<void> setState(ChangeLog &changes, TimelineItemId id, const Delivery &delivery)
{
    TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(changes.database(), id));
    if (!item || !item->delivery)
        return {};
    const std::int64_t attempts = std::max(item->delivery->attempts, delivery.attempts);
    item->delivery = delivery;
    item->delivery->attempts = attempts;
    return changes.put(*item);
}

/// What became of a message says something of the address that it was for: that there is none, or that something gets there.
Result<void> learnOfAddress(ChangeLog &changes, TimelineItemId id, const Delivery &delivery)
{
    const bool isGone = delivery.state == Delivery::State::Failed && delivery.problem == "recipient";
    const bool isReached = delivery.state == Delivery::State::Sent || delivery.state == Delivery::State::Delivered
                           || delivery.state == Delivery::State::Read;
    if (!isGone && !isReached)
        return {};
    TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(changes.database(), id));
    return item ? setReach(changes, item->identity, isGone ? delivery.problemText : std::string()) : Result<void>();
}

Result<void> run(store::Database &database, std::string_view statement, TimelineItemId item)
{
    auto query = database.query(statement);
    return query.bind("item_id", item).run();
}

Result<void> postpone(store::Database &database, TimelineItemId item, TimePoint now, std::chrono::seconds wait,
                      bool uncertain, bool givesBack = false)
{
    auto query = database.query(sql::hub_postpone_delivery);
    return query.bind("item_id", item)
        .bind("not_before_ms", now + wait)
        .bind("wait_ms", Milliseconds(wait).count())
        .bind("uncertain", uncertain)
        .bind("given_back", std::int64_t(givesBack))
        .run();
}

/// Each try to sign in that is refused brings an account nearer to being locked: what waits behind @p item waits as long.
Result<void> putOffAccount(store::Database &database, TimelineItemId item, TimePoint now, std::chrono::seconds wait)
{
    auto query = database.query(sql::hub_put_off_deliveries);
    return query.bind("item_id", item).bind("not_before_ms", now + wait).bind("wait_ms", Milliseconds(wait).count()).run();
}

/// A message that failed for good must be seen: its conversation opens again, with the reason on the timeline. That of
/// somebody who is blocked does not.
Result<void> tellOfFailure(ChangeLog &changes, IdMaker &ids, TimelineItemId id, const std::string &problem, TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(changes.database(), id));
    if (!item || !item->delivery)
        return {};
    TRIBUTARY_TRY_ASSIGN(auto conversation, store::conversation(changes.database(), item->conversation));
    if (!conversation)
        return {};
    TRIBUTARY_TRY_ASSIGN(conversation, goesOnIn(changes.database(), std::move(*conversation)));
    TRIBUTARY_TRY_ASSIGN(const bool blocked, isBlocked(changes.database(), item->identity));
    std::map<std::string, std::string> values{{"problem", problem}};
    if (!blocked && conversation->status != Conversation::Status::Open)
        values["opened"] = "yes";
    TRIBUTARY_TRY(addEvent(changes, ids, *conversation, "delivery-failed", std::move(values), std::nullopt, now));
    if (blocked)
        return {};
    const bool wasResolved = conversation->status == Conversation::Status::Resolved;
    setStatus(*conversation, Conversation::Status::Open, now);
    if (wasResolved)
        TRIBUTARY_TRY(freeOfWhoIsGone(changes, ids, *conversation, std::nullopt, now));
    return changes.put(*conversation);
}

/// A platform calls a message as it likes; its receipts may have come before its answer.
Result<void> nameSent(ChangeLog &changes, IdMaker &ids, TimelineItemId id, const std::string &externalId)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, store::timelineItem(changes.database(), id));
    if (!known || externalId.empty())
        return {};
    auto name = changes.database().query(sql::hub_add_message_name);
    name.bind("account_id", known->account).bind("name", externalId).bind("item_id", id);
    TRIBUTARY_TRY(name.bind("conversation_id", known->conversation).run());
    return takeParked(changes, ids, known->account, externalId, id);
}

/// How a claim stands to the queue.
enum class Hold {
    Own,    ///< The message is under this claim still.
    Others, ///< It has been given to somebody else since.
    Over,   ///< It is not in the queue any more: its platform has told of it, or it was taken away.
};

Result<Hold> holdOf(store::Database &database, const Claim &claim)
{
    auto query = database.query(sql::hub_queued_delivery);
    query.bind("item_id", claim.item);
    TRIBUTARY_TRY_ASSIGN(const bool queued, query.step());
    if (TRIBUTARY_BREAK(fencing))
        return Hold::Own;
    if (!queued)
        return Hold::Over;
    return query.integer(8) == claim.term ? Hold::Own : Hold::Others;
}

} // namespace

Result<void> enqueue(ChangeLog &changes, IdMaker &ids, const TimelineItem &item, const ChannelAccount &account,
                     TimePoint now, Doubt doubt)
{
    const std::string messageId = "t" + toHex(item.id.view()) + "@" + domainOf(account.address);
    auto query = changes.database().query(sql::hub_queue_delivery);
    query.bind("item_id", item.id).bind("account_id", item.account).bind("conversation_id", item.conversation);
    query.bind("message_id", messageId)
        .bind("uncertain", std::int64_t(doubt))
        .bind("queued_seq", TRIBUTARY_BREAK(orderOfSending) ? 0 : item.version);
    const TimePoint due = item.delivery && item.delivery->heldUntil ? std::max(*item.delivery->heldUntil, now) : now;
    query.bind("not_before_ms", due).bind("wait_ms", (due - now).count());
    TRIBUTARY_TRY(query.run());
    auto name = changes.database().query(sql::hub_add_message_name);
    name.bind("account_id", item.account).bind("name", messageId).bind("item_id", item.id);
    TRIBUTARY_TRY(name.bind("conversation_id", item.conversation).run());
    // A restored hub may have heard of its arrival before its author could offer it again.
    return takeParked(changes, ids, item.account, messageId, item.id);
}

Result<void> doubtAllOf(store::Database &database, ChannelAccountId account)
{
    auto query = database.query(sql::hub_doubt_deliveries_of);
    return query.bind("account_id", account).run();
}

std::optional<TimelineItemId> itemOfMessageId(std::string_view messageId)
{
    constexpr std::size_t digits = 32;
    if (!messageId.starts_with('t') || messageId.size() < digits + 2)
        return std::nullopt;
    const char end = messageId[digits + 1]; // a dot: before 0.2 the conversation's number came next
    return end == '@' || end == '.' ? TimelineItemId::fromText(messageId.substr(1, digits)) : std::nullopt;
}

Result<bool> isQueued(store::Database &database, TimelineItemId item)
{
    auto query = database.query(sql::hub_queued_delivery);
    query.bind("item_id", item);
    return query.exists();
}

Result<bool> cancel(ChangeLog &changes, TimelineItemId id, bool wasInTime)
{
    {
        auto query = changes.database().query(sql::hub_queued_delivery);
        query.bind("item_id", id);
        TRIBUTARY_TRY_ASSIGN(const bool queued, query.step());
        const bool isInHand =
            queued && !query.isNull(6) && Doubt(query.integer(7)) != Doubt::LeftOver && !TRIBUTARY_BREAK(inHand);
        if (isInHand || (!wasInTime && (!queued || query.flag(7))))
            return false;
        if (!queued) { // whether this history has given up on it, or has sent it
            TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(changes.database(), id));
            return item && item->delivery
                   && (item->delivery->state == Delivery::State::Uncertain
                       || item->delivery->state == Delivery::State::Failed);
        }
    }
    TRIBUTARY_TRY(run(changes.database(), sql::hub_end_delivery, id));
    return true;
}

Result<std::optional<Claimed>> claimNext(ChangeLog &changes, IdMaker &ids, const ChannelAccount &account, TimePoint now)
{
    store::Database &database = changes.database();
    for (;;) {
        Claimed claimed;
        TimelineItemId id;
        {
            auto query = database.query(sql::hub_next_delivery);
            query.bind("account_id", account.id).bind("now_ms", now).bind("patience_ms", kPatience.count());
            TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
            if (!found)
                return std::optional<Claimed>();
            id = query.id<TimelineItemId>(0);
            claimed.message.messageId = query.text(1);
            claimed.claim = {.item = id, .attempts = query.integer(2) + 1, .inDoubt = query.flag(3)};
            claimed.message.lookFirst = query.flag(3) && !TRIBUTARY_BREAK(looksFirst);
            claimed.message.lookOnly = claimed.message.lookFirst && Doubt(query.integer(3)) == Doubt::LeftOver;
            claimed.message.mayBeElsewhere = claimed.message.lookFirst && Doubt(query.integer(3)) == Doubt::Elsewhere;
        }
        TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(database, id));
        if (!item || item->deleted || !item->delivery) { // erased meanwhile: nothing to send
            TRIBUTARY_TRY(run(database, sql::hub_end_delivery, id));
            continue;
        }
        TRIBUTARY_TRY_ASSIGN(auto conversation, store::conversation(database, item->conversation));
        TRIBUTARY_TRY_ASSIGN(auto to, store::identity(database, item->identity));
        TRIBUTARY_TRY_ASSIGN(const bool blocked, isBlocked(database, item->identity));
        bool estranged = false, unwelcome = false; // since it was written
        if (conversation && to) {
            TRIBUTARY_TRY_ASSIGN(const bool itsOwn, belongs(database, *to, *conversation));
            estranged = !itsOwn;
            TRIBUTARY_TRY_ASSIGN(unwelcome, isUnwelcome(database, to->customer, account.channel, conversation));
        }
        const bool lacksFile = !claimed.message.lookFirst
                               && std::ranges::count(item->attachments, Attachment::State::Failed, &Attachment::state) > 0;
        // Its author must see that it went to nobody.
        if (!conversation || !to || estranged || blocked || unwelcome || lacksFile) {
            Delivery failed{.state = Delivery::State::Failed,
                            .problem = "recipient",
                            .problemText = "The address that this was for is not known any more. Write to another "
                                           "address of the customer.",
                            .at = now};
            if (estranged) {
                failed.problemText = "The address is another customer's now. Write to another address of the customer.";
            } else if (blocked) {
                failed.problem = "blocked";
                failed.problemText = "The customer is blocked. Unblock them, and try again.";
            } else if (unwelcome) {
                failed.problem = "no-consent";
                failed.problemText = "The customer does not want to be written to on this channel. Ask them on another one.";
            } else if (conversation && to) {
                const SendOutcome lost = SendOutcome::lostFile(false);
                failed.problem = lost.problem;
                failed.problemText = lost.problemText;
            }
            if (estranged || blocked || unwelcome) {
                if (claimed.message.lookFirst) // it may have gone out before: to look for it might be to send it again
                    failed.state = Delivery::State::Uncertain;
            }
            TRIBUTARY_TRY(run(database, sql::hub_end_delivery, id));
            TRIBUTARY_TRY(setState(changes, id, failed));
            TRIBUTARY_TRY(tellOfFailure(changes, ids, id, failed.problemText, now));
            continue;
        }
        item->delivery->state = Delivery::State::Sending;
        item->delivery->at = now;
        item->delivery->attempts = claimed.claim.attempts;
        TRIBUTARY_TRY(changes.put(*item));
        claimed.claim.term = item->version;
        auto claim = database.query(sql::hub_claim_delivery);
        TRIBUTARY_TRY(claim.bind("item_id", id).bind("now_ms", now).bind("term", claimed.claim.term).run());
        TRIBUTARY_TRY_ASSIGN(claimed.message.previous, previousOf(database, *item));
        claimed.message.agentName = item->authorName;
        for (const Attachment &attachment : item->attachments)
            claimed.message.files.push_back({attachment, {}});
        claimed.message.item = std::move(*item);
        claimed.message.conversation = std::move(*conversation);
        claimed.message.to = std::move(*to);
        return std::optional<Claimed>(std::move(claimed));
    }
}

Result<std::optional<TimePoint>> nextDue(store::Database &database, ChannelAccountId account, TimePoint now)
{
    auto query = database.query(sql::hub_next_delivery_time);
    query.bind("account_id", account).bind("now_ms", now).bind("patience_ms", kPatience.count());
    TRIBUTARY_TRY(query.step());
    return query.isNull(0) ? std::nullopt : std::optional<TimePoint>(query.time(0));
}

Result<void> settle(ChangeLog &changes, IdMaker &ids, const Claim &claim, const SendOutcome &outcome, TimePoint now,
                    Rng &rng)
{
    store::Database &database = changes.database();
    const TimelineItemId item = claim.item;
    const std::int64_t attempts = claim.attempts;
    TRIBUTARY_TRY_ASSIGN(const Hold hold, holdOf(database, claim));
    // Not as the queue has it: the message may have been released meanwhile, by somebody who could not know what becomes of
    // it, and here is the answer.
    const bool inDoubt = claim.inDoubt && !outcome.isNotThere;
    if (hold != Hold::Own) {
        const bool isSent = outcome.kind == SendOutcome::Kind::Sent;
        // The platform has told what became of it: then a state that only rises does no harm.
        if (isSent && hold == Hold::Over)
            TRIBUTARY_TRY(recordDelivery(changes, item, Delivery{.state = Delivery::State::Sent, .at = now}));
        return isSent ? nameSent(changes, ids, item, outcome.externalId) : Result<void>();
    }
    Delivery delivery{.problem = outcome.problem, .problemText = outcome.problemText, .at = now, .attempts = attempts};
    switch (outcome.kind) {
    case SendOutcome::Kind::Sent:
        delivery.state = Delivery::State::Sent;
        TRIBUTARY_TRY(run(database, sql::hub_end_delivery, item));
        TRIBUTARY_TRY(recordDelivery(changes, item, delivery));
        if (!delivery.problemText.empty()) // a copy that was not taken
            TRIBUTARY_TRY(tellOfProblem(changes, ids, item, delivery.problemText, now));
        return nameSent(changes, ids, item, outcome.externalId);
    case SendOutcome::Kind::Retry:
        if (attempts < kMaxAttempts) {
            delivery.state = inDoubt ? Delivery::State::Uncertain : Delivery::State::Queued;
            TRIBUTARY_TRY(postpone(database, item, now, retryDelay(attempts, outcome.retryAfter, rng), inDoubt));
            return setState(changes, item, delivery);
        }
        [[fallthrough]];
    case SendOutcome::Kind::Failed:
        // That it cannot be looked for does not say that it did not go out.
        delivery.state =
            inDoubt && outcome.kind == SendOutcome::Kind::Retry ? Delivery::State::Uncertain : Delivery::State::Failed;
        TRIBUTARY_TRY(run(database, sql::hub_end_delivery, item));
        TRIBUTARY_TRY(setState(changes, item, delivery));
        TRIBUTARY_TRY(learnOfAddress(changes, item, delivery));
        return tellOfFailure(changes, ids, item, delivery.problemText, now);
    case SendOutcome::Kind::Reauthorise:
        // Nothing of this account goes out before its secrets are renewed: no attempt is used up, the order stays.
        delivery.state = inDoubt ? Delivery::State::Uncertain : Delivery::State::Queued;
        // Behind the others, so that one which alone is refused does not hold them up; nor does one that is looked for,
        // which is refused by another server.
        TRIBUTARY_TRY(postpone(database, item, now, kAfterRefusedSignIn + std::chrono::seconds(1), inDoubt, true));
        if (!inDoubt)
            TRIBUTARY_TRY(putOffAccount(database, item, now, kAfterRefusedSignIn));
        return setState(changes, item, delivery);
    case SendOutcome::Kind::Uncertain:
        delivery.state = Delivery::State::Uncertain;
        if (attempts >= 3 && claim.inDoubt) { // looked for it more than once: a person decides
            TRIBUTARY_TRY(run(database, sql::hub_end_delivery, item));
            TRIBUTARY_TRY(setState(changes, item, delivery));
            return tellOfFailure(changes, ids, item, delivery.problemText, now);
        }
        TRIBUTARY_TRY(postpone(database, item, now, kBeforeLooking, true));
        return setState(changes, item, delivery);
    }
    return {};
}

Result<void> endDeliveriesOf(ChangeLog &changes, IdMaker &ids, ChannelAccountId account, TimePoint now)
{
    std::vector<std::pair<TimelineItemId, bool>> waiting;
    {
        auto query = changes.database().query(sql::hub_deliveries_of_account);
        query.bind("account_id", account);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            waiting.emplace_back(query.id<TimelineItemId>(0), query.flag(1));
        }
    }
    for (const auto &[item, inDoubt] : waiting) {
        const Delivery ended{.state = inDoubt ? Delivery::State::Uncertain : Delivery::State::Failed,
                             .problem = "account",
                             .problemText =
                                 "The account that this was to go out by has been removed. Send it by another one.",
                             .at = now};
        TRIBUTARY_TRY(run(changes.database(), sql::hub_end_delivery, item));
        TRIBUTARY_TRY(setState(changes, item, ended));
        TRIBUTARY_TRY(tellOfFailure(changes, ids, item, ended.problemText, now));
    }
    return {};
}

Result<void> recordDelivery(ChangeLog &changes, TimelineItemId id, const Delivery &delivery)
{
    TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(changes.database(), id));
    if (!item || !item->delivery)
        return {};
    const std::optional<Delivery> after = afterNews(*item->delivery, delivery);
    if (!after)
        return {};
    const bool rises = rankOf(after->state) > rankOf(item->delivery->state);
    if (rises && rankOf(after->state) >= rankOf(Delivery::State::Sent)) // known to have gone out, however we learned it
        TRIBUTARY_TRY(run(changes.database(), sql::hub_end_delivery, id));
    TRIBUTARY_TRY(setState(changes, id, *after));
    return rises ? learnOfAddress(changes, id, *after) : Result<void>();
}

Result<void> tellOfProblem(ChangeLog &changes, IdMaker &ids, TimelineItemId id, const std::string &problem, TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(changes.database(), id));
    if (!item)
        return {};
    TRIBUTARY_TRY_ASSIGN(const auto conversation, store::conversation(changes.database(), item->conversation));
    return conversation
               ? addEvent(changes, ids, *conversation, "delivery-problem", {{"problem", problem}}, std::nullopt, now)
               : Result<void>();
}

Result<void> parkNews(store::Database &database, ChannelAccountId account, const std::string &name, const Delivery &news,
                      TimePoint now)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, unpark(database, account, name));
    const Delivery after = known ? afterNews(known->news, news).value_or(known->news) : news;
    auto query = database.query(sql::hub_park_delivery);
    query.bind("account_id", account).bind("name", name).bind("at_ms", known ? known->since : now);
    return query.bind("delivery", ByteView(wire::encodeDelivery(after))).run();
}

Result<void> takeParked(ChangeLog &changes, IdMaker &ids, ChannelAccountId account, const std::string &name,
                        TimelineItemId item)
{
    TRIBUTARY_TRY_ASSIGN(const auto parked, unpark(changes.database(), account, name));
    if (!parked || TRIBUTARY_BREAK(parkedNews))
        return {};
    const Delivery &news = parked->news;
    TRIBUTARY_TRY_ASSIGN(const auto before, store::timelineItem(changes.database(), item));
    const bool isTold = before && before->delivery && before->delivery->state == Delivery::State::Failed; // by another name
    TRIBUTARY_TRY(recordDelivery(changes, item, news));
    return news.state == Delivery::State::Failed && !isTold ? tellOfFailure(changes, ids, item, news.problemText, news.at)
                                                            : Result<void>();
}

Result<std::int64_t> forgetParked(store::Database &database, TimePoint before)
{
    std::map<ChannelAccountId, std::int64_t> gone;
    std::int64_t all = 0;
    {
        auto query = database.query(sql::hub_forget_parked);
        query.bind("before_ms", before).bind("row_count", kForgottenAtOnce);
        for (;; ++all) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            ++gone[query.id<ChannelAccountId>(0)];
        }
    }
    ChangeLog changes(database);
    for (const auto &[id, count] : gone) {
        log(LogLevel::Warning, "tributary.hub", "news of messages that never came was given up",
            {{"account", id.text()}, {"count", count}});
        TRIBUTARY_TRY_ASSIGN(auto account, store::channelAccount(database, id));
        if (!account)
            continue;
        account->defects += count;
        TRIBUTARY_TRY(changes.put(*account));
    }
    TRIBUTARY_TRY(changes.finish());
    return all;
}

Result<void> releaseAll(store::Database &database, TimePoint now)
{
    auto query = database.query(sql::hub_unclaim_deliveries);
    return query.bind("now_ms", now).bind("wait_ms", Milliseconds(kBeforeLooking).count()).run();
}

Result<void> releaseAllOf(store::Database &database, ChannelAccountId account, TimePoint now)
{
    auto query = database.query(sql::hub_unclaim_deliveries_of);
    query.bind("account_id", account).bind("now_ms", now);
    return query.bind("wait_ms", Milliseconds(kBeforeLooking).count()).run();
}

std::chrono::seconds retryDelay(std::int64_t attempt, std::optional<std::chrono::seconds> retryAfter, Rng &rng)
{
    constexpr std::array<std::chrono::minutes, 4> steps{std::chrono::minutes(1), std::chrono::minutes(5),
                                                        std::chrono::minutes(15), std::chrono::minutes(60)};
    const std::size_t step = std::min<std::size_t>(std::size_t(std::max<std::int64_t>(attempt, 1)) - 1, steps.size() - 1);
    const auto full = std::chrono::duration_cast<std::chrono::seconds>(steps[step]);
    const auto jittered = full - std::chrono::seconds(std::int64_t(double(full.count()) * 0.2 * rng.unit()));
    return retryAfter ? std::max(jittered, *retryAfter) : jittered;
}

} // namespace tributary::hub
