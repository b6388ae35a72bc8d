#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

#include <optional>
#include <string>

namespace tributary::store {

/// Something an agent is told about: when it happens, and in the list behind the bell (UX 9).
struct News {
    enum class Kind {
        Message,    ///< The customer wrote, called or filled in a form, in a conversation of the agent's.
        Assigned,   ///< Somebody, or a rule, gave the agent a conversation.
        Mention,    ///< A colleague asks the agent to look.
        Followed,   ///< Something was said in a conversation that the agent follows.
        Failed,     ///< What the agent sent did not arrive.
        Unassigned, ///< The customer wrote, in a conversation that is nobody's.
        Resolved,   ///< A colleague resolved a conversation of the agent's.
        NotTold,    ///< Whom a note of the agent's mentions does not see its conversation.
    };
    Kind kind = Kind::Message;
    model::TimelineItemId item;
    model::ConversationId conversation;
    model::CustomerId customer; ///< The root.
    std::string customerName;   ///< Or their address; empty: a visitor.
    std::string by;             ///< The colleague or the rule; empty: the customer. NotTold: who was not, a name a line.
    model::Channel channel = model::Channel::Email;
    std::string text; ///< What was said, on one line and at most kMostText bytes; or the subject.
    TimePoint at;
    bool looked = false; ///< The agent has read on from there since, on any device.
    friend bool operator==(const News &, const News &) = default;

    static constexpr std::size_t kMostText = 200;
};

/// What @p item is to @p agent; nothing: no news.
std::optional<News::Kind> newsKind(const model::TimelineItem &item, const model::Conversation &conversation,
                                   model::AgentId agent, bool following);

/// What @p agent was told since then about work of their own, what they follow and where they are mentioned, newest first.
Result<std::vector<News>> newsSince(Database &cache, model::AgentId agent, TimePoint since, std::int64_t count);
/// What of these items is news to @p agent, oldest first.
Result<std::vector<News>> newsAmong(Database &cache, model::AgentId agent, const std::vector<model::TimelineItemId> &items);

} // namespace tributary::store
