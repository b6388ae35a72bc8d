#include "core/client/readable.h"

#include "core/model/addresses.h"

namespace tributary::client {
namespace {

/// Who has no name goes by their number.
std::string numberOrName(std::string name)
{
    return name.starts_with('+') ? model::shownAddress(model::Channel::Phone, name) : std::move(name);
}

} // namespace

void makeReadable(model::Identity &identity)
{
    // Hidden ones have dots for an address, and say so in what is shown.
    if (model::hasNumbers(identity.channel) && identity.address.starts_with('+'))
        identity.shown = model::shownAddress(identity.channel, identity.address);
}

void makeReadable(model::Suggestion &suggestion)
{
    if (suggestion.reason == model::Suggestion::Reason::SamePhone)
        suggestion.evidence = model::shownAddress(model::Channel::Phone, suggestion.evidence);
}

void makeReadable(model::ChannelAccount &account)
{
    account.address = model::shownAddress(account.channel, account.address);
}

void makeReadable(store::ConversationRow &row)
{
    if (row.customerName.empty()) // else nobody sees the number
        row.identityShown = model::shownAddress(row.conversation.channel, row.identityShown);
}

void makeReadable(store::CustomerCard &card)
{
    makeReadable(card.identities);
    for (store::CustomerCard::Suggested &one : card.suggestions) {
        makeReadable(one.suggestion);
        makeReadable(one.identities);
    }
}

void makeReadable(store::PersonHit &hit)
{
    makeReadable(hit.identity);
}

void makeReadable(store::AddressHolder &holder)
{
    makeReadable(holder.identity);
}

void makeReadable(store::MergePair &pair)
{
    makeReadable(pair.one.card);
    makeReadable(pair.other.card);
    makeReadable(pair.suggestion);
}

void makeReadable(store::CustomerRow &row)
{
    row.name = numberOrName(std::move(row.name));
}

void makeReadable(store::News &news)
{
    news.customerName = numberOrName(std::move(news.customerName));
}

void makeReadable(store::Duplicates &page)
{
    for (store::Duplicate &one : page.pairs) {
        makeReadable(one.suggestion);
        makeReadable(one.customer);
        makeReadable(one.other);
    }
}

void makeReadable(store::WorkspaceSetup &setup)
{
    makeReadable(setup.accounts);
}

} // namespace tributary::client
