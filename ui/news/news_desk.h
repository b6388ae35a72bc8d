#pragma once

#include "core/client/workspace.h"

#include <QTimer>

namespace tributary::ui {

/// What the agent is told about (UX 9): read from the copy, so that two computers and a restart agree, and only the time up
/// to which it was looked at is kept.
class NewsDesk : public QObject {
    Q_OBJECT
public:
    static constexpr int kDays = 30;
    static constexpr std::int64_t kMost = 200;

    NewsDesk(client::Workspace &workspace, const Clock &clock, QObject *parent);

    /// Newest first: of the last 30 days, and no more than kMost.
    const std::vector<store::News> &news() const { return m_news; }
    bool isRead() const { return m_read; } ///< For the first time.
    bool isUnseen(const store::News &news) const;
    int unseen() const;
    /// The list was looked at.
    void markSeen();

signals:
    void changed();
    /// What has come just now, oldest first: not what a catch-up brings from hours ago by the hundred.
    void arrived(const std::vector<tributary::store::News> &news);
    /// Nobody is signed in any more, or somebody else: what was told is not for whoever sits here now.
    void forgotten();

private:
    void onChanged(const store::ChangeSet &changes);
    void reload();
    void forgetOthers();
    using Items = std::set<model::TimelineItemId>;
    void tell(const Items &touched, bool live);

    client::Workspace &m_workspace;
    const Clock &m_clock;
    std::vector<store::News> m_news;
    std::set<std::pair<model::TimelineItemId, store::News::Kind>> m_told; ///< An item changes often: a receipt is no news.
    Items m_touched, m_caughtUp; ///< While the link is live, and while it catches up.
    model::AgentId m_agent;      ///< Whose news they are.
    std::int64_t m_seenMs = 0;   ///< 0: nobody has had a list yet.
    bool m_read = false;
    std::uint64_t m_question = 0;
    QTimer m_soon; ///< Joins changes that come close together.
};

} // namespace tributary::ui
