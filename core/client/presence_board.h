#pragma once

#include "core/base/time.h"
#include "core/wire/frames.h"

#include <map>
#include <vector>

namespace tributary::client {

/// Who is at which conversation just now, in memory alone. What is not repeated is forgotten, so that a lost "gone" heals
/// itself. Who pauses typing is still there, for as long as they would be had they not typed.
class PresenceBoard {
public:
    static constexpr Milliseconds kTyping{10'000};
    static constexpr Milliseconds kViewing{60'000};

    /// True if somebody is shown differently now. @p now is Clock::steady().
    bool heard(const wire::Presence &presence, Milliseconds now);
    /// Forgets what is too old; the conversations that changed.
    std::vector<model::ConversationId> expire(Milliseconds now);
    std::vector<wire::Presence> at(model::ConversationId conversation) const;
    bool empty() const { return m_present.empty(); }
    /// Nobody is anywhere: the link is gone.
    std::vector<model::ConversationId> clear();

private:
    struct Entry {
        wire::Presence presence;
        Milliseconds until;
        Milliseconds viewingUntil{}; ///< Since they last said so; a customer never does.
    };
    std::map<model::ConversationId, std::map<model::AgentId, Entry>> m_present; ///< The null agent is the customer.
};

} // namespace tributary::client
