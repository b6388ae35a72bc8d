#include "ui/composer/reply_target.h"

#include "core/model/limits.h"
#include "ui/theme/channel_look.h"
#include "ui/theme/scripts.h"

#include <QCoreApplication>
#include <algorithm>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::ReplyTarget)
};

/// Why nothing goes out from @p account now; empty if it does.
QString problemOf(const model::ChannelAccount &account)
{
    // An account in trouble still takes messages: they wait in its queue. A paused one was stopped on purpose.
    return account.health == model::ChannelAccount::Health::Paused ? Words::tr("This account is paused") : QString();
}

QString fromWords(const model::ChannelAccount &account)
{
    return QString::fromStdString(account.address.empty() ? account.name : account.address);
}

} // namespace

std::vector<ReplyTarget> replyTargets(const store::CustomerCard &card, const std::vector<model::ChannelAccount> &accounts,
                                      const model::Agent &me)
{
    std::vector<ReplyTarget> targets;
    const bool blocked = std::ranges::any_of(card.members, &model::Customer::blocked);
    for (const model::Identity &identity : card.identities) {
        const QString trouble = blocked ? Words::tr("This customer is blocked") : QString::fromStdString(identity.problem);
        for (const model::ChannelAccount &account : accounts) {
            const bool scoped = !identity.account.isNull();
            if (account.channel != identity.channel || account.removed || (scoped && identity.account != account.id)
                || !model::serves(me, account.id))
                continue;
            const std::string &to = identity.shown.empty() ? identity.address : identity.shown;
            targets.push_back(
                {.identity = identity.id,
                 .account = account.id,
                 .channel = identity.channel,
                 .from = fromWords(account),
                 .to = QString::fromStdString(
                     identity.channel == model::Channel::WebChat && !identity.name.empty() ? identity.name : to),
                 .problem = trouble.isEmpty() ? problemOf(account) : trouble});
        }
    }
    return targets;
}

std::vector<ReplyTarget> sideTargets(const store::ConversationRow &row, const std::vector<model::ChannelAccount> &accounts)
{
    const model::Conversation &conversation = row.conversation;
    const auto account = std::ranges::find(accounts, conversation.account, &model::ChannelAccount::id);
    if (account == accounts.end() || account->removed)
        return {};
    return {{.identity = conversation.identity,
             .account = account->id,
             .channel = conversation.channel,
             .from = fromWords(*account),
             .to = QString::fromStdString(row.identityShown),
             .problem = problemOf(*account)}};
}

std::optional<std::size_t> findTarget(const std::vector<ReplyTarget> &targets, model::IdentityId identity,
                                      model::ChannelAccountId account)
{
    const auto at = std::ranges::find_if(
        targets, [&](const ReplyTarget &target) { return target.identity == identity && target.account == account; });
    return at == targets.end() ? std::nullopt : std::optional(std::size_t(at - targets.begin()));
}

std::optional<std::size_t> defaultTarget(const std::vector<ReplyTarget> &targets,
                                         const std::deque<model::TimelineItem> &items,
                                         const model::Conversation &conversation)
{
    for (auto item = items.rbegin(); item != items.rend(); ++item) {
        if (item->conversation != conversation.id || item->kind != model::TimelineItem::Kind::Inbound)
            continue;
        if (const auto found = findTarget(targets, item->identity, item->account))
            return found;
        break; // the newest one alone decides; an older one could be somebody else's address by now
    }
    if (const auto found = findTarget(targets, conversation.identity, conversation.account))
        return found;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (targets[i].usable() && targets[i].channel == conversation.channel)
            return i;
    }
    for (std::size_t i = 0; i < targets.size(); ++i) {
        if (targets[i].usable())
            return i;
    }
    return {};
}

QString targetWords(const ReplyTarget &target)
{
    //: %1 a channel, %2 our address, %3 the customer's.
    return Words::tr("%1 from %2 to %3").arg(channelName(target.channel), isolated(target.from), isolated(target.to));
}

} // namespace tributary::ui
