#pragma once

#include "tests/hub/core/desk_under_test.h"

namespace tributary::hub {

/// A hub with teams and a conversation that waits for an answer, and short words for what is done with it.
struct Ticket : Desk {
    ConversationId id;

    Ticket() { id = take(line("layla")).conversation; }
    Outcome by(const Agent &agent, CommandBody body) { return must(apply(command(std::move(body)), agent)); }
    Outcome admin(CommandBody body) { return by(ada, std::move(body)); }
    /// The newest event of a conversation: its details.
    std::map<std::string, std::string> event(ConversationId of)
    {
        auto query = database->queryOnce("SELECT id FROM timeline_item WHERE conversation_id = x'" + toHex(of.view())
                                         + "' AND kind = 'event' ORDER BY version DESC LIMIT 1");
        return must(query.step()) ? item(query.id<TimelineItemId>(0)).details : std::map<std::string, std::string>();
    }
    std::vector<TimelineItemId> messages(ConversationId of)
    {
        std::vector<TimelineItemId> found;
        auto query = database->queryOnce("SELECT id FROM timeline_item WHERE conversation_id = x'" + toHex(of.view())
                                         + "' AND kind IN ('inbound', 'outbound') ORDER BY at_ms, id");
        while (must(query.step()))
            found.push_back(query.id<TimelineItemId>(0));
        return found;
    }
    /// Another message in the same conversation.
    TimelineItemId more()
    {
        clock.advance(std::chrono::minutes(1));
        return take(line("layla")).item;
    }
    /// Three conversations of the same person: each begins when the one before has been resolved for long.
    std::vector<ConversationId> threeOfOne()
    {
        std::vector<ConversationId> own{id};
        for (int i = 0; i < 2; ++i) {
            mustApply(SetStatus{own.back(), Conversation::Status::Resolved});
            clock.advance(std::chrono::hours(24 * 20));
            own.push_back(take(line("layla")).conversation);
        }
        return own;
    }
    ReadMark mark(const Agent &agent)
    {
        return must(store::readMark(*database, agent.id, id)).value_or(ReadMark{.agent = agent.id, .conversation = id});
    }
};

} // namespace tributary::hub
