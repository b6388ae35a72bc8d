#pragma once

#include "core/channels/webchat/webchat_store.h"
#include "core/store/database.h"

/// What has changed in the store that visitors of a web chat are to see: ticks, and messages that were withdrawn or edited.
namespace tributary::hub {

struct ChatNews {
    model::ChannelAccountId account;
    std::string visitor; ///< In whose log it is: after a sign-in another one than the identity's.
    std::int64_t arrived =
        0; ///< The visitor's events up to here are in the store: desktops have them as soon as they are told.
    std::int64_t seen = 0; ///< An agent has looked at events up to here.
    std::optional<channels::webchat::ChatEvent> changed;
};

/// News of the log rows after @p from. Empty for most changes: other channels cost one look at the log. In a read
/// transaction.
Result<std::vector<ChatNews>> chatNewsAfter(store::Database &database, std::int64_t from);

/// The web chat visitor a conversation is with, as who it is by now; nothing for other channels.
struct ChatPartner {
    model::ChannelAccountId account;
    std::string visitor;
};
Result<std::optional<ChatPartner>> chatPartnerOf(store::Database &database, model::ConversationId conversation);
/// The newest conversation with a visitor, under any of the ids it has had.
Result<std::optional<model::ConversationId>> conversationWith(store::Database &database, model::ChannelAccountId account,
                                                              const std::string &visitor);

} // namespace tributary::hub
