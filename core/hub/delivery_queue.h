#pragma once

#include "core/channels/channel_driver.h"
#include "core/hub/change_log.h"

/// The durable queue of what is to be sent (DESIGN 8). Each function is one step inside a write transaction; the worker of
/// an account (core/hub/account_runner.h) calls them around the driver.
namespace tributary::hub {

/// Whether a message may have gone out before it is sent, as the queue keeps it.
enum class Doubt {
    None,      ///< It has not.
    Here,      ///< It may have, by its account as that is set up now: look first.
    LeftOver,  ///< Likewise; nor is it known whether it is still to go out: a look is all.
    Elsewhere, ///< It may have, and the account may have been set up in another way then: where it is not found, a person
               ///< decides.
};

/// Puts a message that is on the timeline into its account's queue, with a Message-ID that is the same at every try, also
/// of a hub that was restored from a backup. What has been heard of it meanwhile is applied, which may change its
/// conversation.
Result<void> enqueue(ChangeLog &changes, IdMaker &ids, const model::TimelineItem &item, const model::ChannelAccount &account,
                     TimePoint now, Doubt doubt = Doubt::None);
/// An account is set up in another way from now on: by what is in doubt then, or in hand, its Sent folder tells no more than
/// what it has.
Result<void> doubtAllOf(store::Database &database, model::ChannelAccountId account);
/// The item that a Message-ID made by enqueue() belongs to.
std::optional<model::TimelineItemId> itemOfMessageId(std::string_view messageId);

/// Takes a waiting message out again. False: it is too late, it is being sent or has been, or may have been. @p wasInTime:
/// in a history that is over it was not too late, so that it had not gone out there; then it is here as long as it was not
/// handed over here.
Result<bool> cancel(ChangeLog &changes, model::TimelineItemId item, bool wasInTime = false);

/// Under what a worker has a message in hand. Each claim has another term, so that one who was paused while the message was
/// given to somebody else is told apart from that one.
struct Claim {
    model::TimelineItemId item;
    std::int64_t attempts = 0;
    std::int64_t term = 0; ///< The seq of the change that made it.
    bool inDoubt = false;  ///< It may have gone out before this claim, which looks for it first.
};

/// The next message that @p account may send at @p now, marked as in hand, with all a driver needs but the files' places.
/// Nothing if none is due.
struct Claimed {
    channels::OutboundMessage message;
    Claim claim;
};
Result<std::optional<Claimed>> claimNext(ChangeLog &changes, IdMaker &ids, const model::ChannelAccount &account,
                                         TimePoint now);
/// When to look again: the earliest time at which something waits; nothing if nothing does. @p now if the clock has been set
/// back since something began to wait: a message waits no longer than it was to.
Result<std::optional<TimePoint>> nextDue(store::Database &database, model::ChannelAccountId account, TimePoint now);

/// Records the driver's answer, and when to try again if that is the answer. Of a claim that is not the message's any more
/// only what can harm nobody is kept: how the platform calls it.
Result<void> settle(ChangeLog &changes, IdMaker &ids, const Claim &claim, const channels::SendOutcome &outcome,
                    TimePoint now, Rng &rng);

/// An account is removed: what waits to go out by it has failed, or is uncertain, and its conversation says so.
Result<void> endDeliveriesOf(ChangeLog &changes, IdMaker &ids, model::ChannelAccountId account, TimePoint now);

/// News of a message from its platform: states only rise, and failed is final. A problem is kept also where the state stays
/// (a delay, a complaint). That its address takes nothing, or something, stands on the identity as well.
Result<void> recordDelivery(ChangeLog &changes, model::TimelineItemId item, const model::Delivery &delivery);

/// Something about a message of ours that is no failure of it, and that somebody should see: an event on its timeline.
Result<void> tellOfProblem(ChangeLog &changes, IdMaker &ids, model::TimelineItemId item, const std::string &problem,
                           TimePoint now);

/// How long news of a message that is not known waits for it. Platforms answer in seconds, and tell again for a few days.
inline constexpr std::chrono::hours kParkedLife{7 * 24};
/// News that has waited since @p before goes, some of it at a time, and counts as a defect of its account, for somebody to
/// look why. Returns how much went. In a transaction.
Result<std::int64_t> forgetParked(store::Database &database, TimePoint before);

/// News of a message that is not known waits for it. Of several the message will have what they come to together.
Result<void> parkNews(store::Database &database, model::ChannelAccountId account, const std::string &name,
                      const model::Delivery &news, TimePoint now);
/// News of @p item that came before the hub knew this name of it: applied now. A failure opens its conversation.
Result<void> takeParked(ChangeLog &changes, IdMaker &ids, model::ChannelAccountId account, const std::string &name,
                        model::TimelineItemId item);

/// Whether a message is still to be sent or looked for.
Result<bool> isQueued(store::Database &database, model::TimelineItemId item);

/// After a crash: what was in hand may have gone out. A mail is looked for only a while after @p now, when a copy of it can
/// be found.
Result<void> releaseAll(store::Database &database, TimePoint now);
/// The same of one account, whose runner was stopped.
Result<void> releaseAllOf(store::Database &database, model::ChannelAccountId account, TimePoint now);

/// How long to wait before try @p attempt + 1 (1-based): 1, 5, 15, 60 minutes, then hourly with jitter (email.md).
std::chrono::seconds retryDelay(std::int64_t attempt, std::optional<std::chrono::seconds> retryAfter, Rng &rng);

} // namespace tributary::hub
