#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

namespace tributary::store {

/// What a conversation is as a ticket, with what it can be: for its details on the screen.
struct Ticket {
    model::Conversation conversation;
    bool following = false;
    std::vector<model::Team> teams;
    std::vector<model::CustomStatus> statuses;  ///< In their order.
    std::vector<model::FieldDefinition> fields; ///< Of conversations, in their order.
    std::vector<model::Conversation> related;   ///< As far as they are here.
    std::vector<model::Conversation> sides;     ///< Side conversations of it.
    std::optional<model::Conversation> parent;  ///< Of a side conversation.
    std::optional<model::Conversation> into;    ///< What it was joined into.
    std::vector<model::Conversation> ofPerson;  ///< Others of the same person, as conversationsOf() has them.
};

/// Nothing: the conversation is not here.
Result<std::optional<Ticket>> ticket(Database &cache, model::ConversationId id, model::AgentId agent);

/// The conversation with that short number, if it is here.
Result<std::optional<model::Conversation>> conversationNumbered(Database &cache, std::int64_t number);

} // namespace tributary::store
