#pragma once

#include "core/store/cache_reads.h"

#include <QString>
#include <deque>
#include <optional>
#include <vector>

namespace tributary::ui {

/// One way to reach a customer: an identity of theirs from an account of ours.
struct ReplyTarget {
    model::IdentityId identity;
    model::ChannelAccountId account;
    model::Channel channel = model::Channel::Email;
    QString from;    ///< Our address, as customers see it.
    QString to;      ///< Theirs.
    QString problem; ///< Why nothing can be sent this way, in words; empty if it can.

    bool usable() const { return problem.isEmpty(); }
    friend bool operator==(const ReplyTarget &, const ReplyTarget &) = default;
};

/// Every way in which @p me may reach the person of @p card, newest use first; those that do not work now come with the
/// reason.
std::vector<ReplyTarget> replyTargets(const store::CustomerCard &card, const std::vector<model::ChannelAccount> &accounts,
                                      const model::Agent &me);

/// The ways to go on in the side conversation of @p row: to the third party whom it is with, from the account that it began
/// with, and to nobody else. None: that account is gone.
std::vector<ReplyTarget> sideTargets(const store::ConversationRow &row, const std::vector<model::ChannelAccount> &accounts);

/// Where a reply in @p conversation goes unless the person chooses: by the channel, identity and account of the newest
/// message from the customer in it; without one, those that the conversation began with. Index into @p targets; nothing if
/// none fits.
std::optional<std::size_t> defaultTarget(const std::vector<ReplyTarget> &targets,
                                         const std::deque<model::TimelineItem> &items,
                                         const model::Conversation &conversation);

/// Index of the pair, as kept in a draft.
std::optional<std::size_t> findTarget(const std::vector<ReplyTarget> &targets, model::IdentityId identity,
                                      model::ChannelAccountId account);

/// "Email from help@shop.example to anna@mail.example".
QString targetWords(const ReplyTarget &target);

} // namespace tributary::ui
