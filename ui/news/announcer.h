#pragma once

#include "ui/news/news_desk.h"
#include "ui/news/pop_ups.h"

#include <functional>
#include <map>

namespace tributary::ui {

/// Kinds of news that pop up unless switched off, or once switched on.
struct NewsSetting {
    store::News::Kind kind;
    const char *key; ///< Of the profile's settings: "on" or "off".
    bool usual;
};
const std::vector<NewsSetting> &newsSettings();
bool popsUp(const client::Workspace &workspace, store::News::Kind kind);
/// "hidden": a pop-up says that somebody wrote, not what.
inline constexpr const char *kNewsContent = "news.content";

/// Turns news into pop-ups: one a customer, none for what is being looked at (UX 9).
class Announcer : public QObject {
    Q_OBJECT
public:
    Announcer(NewsDesk &desk, client::Workspace &workspace, const Clock &clock, PopUps &popUps, QObject *parent);

    /// Whether somebody looks at that conversation just now: window in front, and it is the open one.
    std::function<bool(model::ConversationId)> isLookedAt;
    /// Nothing pops up until then. The list behind the bell goes on.
    void muteUntil(std::optional<TimePoint> time) { m_muted = time; }
    bool isMuted() const { return m_muted && *m_muted > m_clock.now(); }
    /// Its pop-ups have served.
    void forget(model::ConversationId conversation);
    void forgetAll(); ///< Whom they were for is gone.

signals:
    void openWanted(tributary::model::ConversationId conversation, tributary::model::TimelineItemId item);
    void replyWanted(tributary::model::ConversationId conversation);
    void snoozeWanted(tributary::model::ConversationId conversation);

private:
    void onArrived(const std::vector<store::News> &news);
    void onActivated(const QString &key, const QString &action);

    struct Said {
        store::News latest;
        int count = 0;
    };
    client::Workspace &m_workspace;
    const Clock &m_clock;
    PopUps &m_popUps;
    std::map<QString, Said> m_said; ///< What stands on the screen, by its key.
    std::optional<TimePoint> m_muted;
};

} // namespace tributary::ui
