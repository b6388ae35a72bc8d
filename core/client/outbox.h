#pragma once

#include "core/model/commands.h"
#include "core/model/entities.h"

namespace tributary::client {

/// Something of one's own that is not done yet, or came back: a row of the outbox. Texts are shortened to a line.
struct OutboxEntry {
    enum class State {
        NeedsYou, ///< Held at the hub's word: its author decides.
        Refused,  ///< The hub did not take it; a text is a draft again.
        Waits,    ///< For the hub.
        Sending,  ///< Given to the hub, which has not answered.
        Held,     ///< The hub has it and sends it at `heldUntil`: there is time to undo.
    };
    State state = State::Waits;
    model::Command command;
    model::Outcome::Reason reason = model::Outcome::Reason::None;
    model::ConversationId conversation; ///< Null: it is about a customer.
    std::string name;                   ///< Of the customer; empty if unknown.
    model::Channel channel = model::Channel::Email;
    std::string by;                     ///< NeedsYou: who has written since.
    std::optional<TimePoint> crossedAt; ///< NeedsYou: when.
    std::int64_t crossedUpTo = 0;       ///< NeedsYou: the newest change of what was said since; 0: nothing of it is here.
    std::optional<TimePoint> heldUntil;
    std::int64_t refusedRows = 0; ///< Refused: of one that did several things, how many were not done.

    friend bool operator==(const OutboxEntry &, const OutboxEntry &) = default;
};

/// A message that needs its author, beside what was said after the author last saw the conversation.
struct Crossing {
    model::Command command;
    std::string name;                       ///< The customer's.
    std::vector<model::TimelineItem> items; ///< Oldest first.
    std::int64_t upTo = 0;                  ///< The newest change of them; 0: there are none here.
};

} // namespace tributary::client
