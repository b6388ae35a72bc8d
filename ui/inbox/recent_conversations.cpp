#include "ui/inbox/recent_conversations.h"

#include <algorithm>

namespace tributary::ui {
namespace {

constexpr std::size_t kMost = 50;

} // namespace

void RecentConversations::opened(model::ConversationId id)
{
    if (id.isNull() || id == m_open)
        return;
    m_open = id;
    if (id == current()) {
        m_isOnTheWay = false;
        return;
    }
    if (m_isOnTheWay && std::ranges::count(m_all, id) > 0)
        return;
    m_isOnTheWay = false;
    if (m_at < m_all.size()) // it was open just now, wherever on the way it was found
        std::rotate(m_all.begin() + std::ptrdiff_t(m_at), m_all.begin() + std::ptrdiff_t(m_at) + 1, m_all.end());
    std::erase(m_all, id);
    m_all.push_back(id);
    if (m_all.size() > kMost)
        m_all.erase(m_all.begin());
    m_at = m_all.size() - 1;
}

std::optional<model::ConversationId> RecentConversations::step(int by)
{
    const std::ptrdiff_t to = std::ptrdiff_t(m_at) + by;
    if (to < 0 || to >= std::ptrdiff_t(m_all.size()))
        return {};
    m_at = std::size_t(to);
    m_isOnTheWay = true;
    return m_all[m_at];
}

void RecentConversations::stay()
{
    m_isOnTheWay = false;
    if (const auto open = std::ranges::find(m_all, m_open); open != m_all.end())
        m_at = std::size_t(open - m_all.begin());
}

std::optional<model::ConversationId> RecentConversations::skip(int by)
{
    if (m_at >= m_all.size())
        return {};
    m_all.erase(m_all.begin() + std::ptrdiff_t(m_at));
    if (by < 0) { // in its place stands now what one has come from
        if (const auto further = step(by))
            return further;
    } else if (m_at >= m_all.size()) {
        m_at = m_all.empty() ? 0 : m_all.size() - 1;
    }
    // The last one on the way that is there, unless it is open.
    if (!current().isNull() && current() != m_open)
        return current();
    m_isOnTheWay = false;
    return {};
}

} // namespace tributary::ui
