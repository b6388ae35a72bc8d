#pragma once

#include "core/model/ids.h"

#include <optional>
#include <vector>

namespace tributary::ui {

/// The conversations that were open, each once, and the way back and forth among them: while one goes along it nothing
/// changes its place. Plain data, in memory alone.
class RecentConversations {
public:
    /// @p id is what is open. Where it was not come to by step(), it is the newest, and what was open the one before it. One
    /// that is passed on the way there, for steps may be quicker than what they come to is read, stays in its place.
    void opened(model::ConversationId id);
    /// The way is not gone to its end: what is open is where one is.
    void stay();
    /// Where one goes for -1, back, or 1, forth: one is there already. Nothing: there is no other.
    std::optional<model::ConversationId> step(int by);
    /// As step(), where what that gave cannot be opened any more: it is forgotten.
    std::optional<model::ConversationId> skip(int by);
    /// Where one is, or is going.
    model::ConversationId current() const { return m_at < m_all.size() ? m_all[m_at] : model::ConversationId(); }

private:
    std::vector<model::ConversationId> m_all; ///< The newest last.
    std::size_t m_at = 0;                     ///< Of current().
    model::ConversationId m_open;
    bool m_isOnTheWay = false; ///< To current(), which is not open yet.
};

} // namespace tributary::ui
