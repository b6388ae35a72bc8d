#pragma once

#include "ui/inbox/queue_place.h"
#include "ui/shell/controls.h"

#include <QTimer>

class QLineEdit;
class QScrollArea;
class QVBoxLayout;

namespace tributary::ui {

class Button;

/// The queues with their counts, the agent's teams, saved views, what they follow, and accounts that are in trouble
/// (UX 6.3). Counts change at most once a second and stand in fixed digit cells.
class QueueSidebar : public QWidget {
    Q_OBJECT
public:
    /// More than so many rows of a group scroll by themselves, with a filter.
    static constexpr int kMostRows = 12;

    QueueSidebar(const Theme &theme, QWidget *parent = nullptr);

    void setWorkspaceName(const QString &name);
    void setCounts(const store::SidebarCounts &counts);
    void setAccounts(const std::vector<model::ChannelAccount> &accounts);
    void setTeams(const std::vector<model::Team> &teams);
    /// In the order in which they are to stand.
    void setViews(const std::vector<model::SavedView> &views);
    void setCurrent(const QueuePlace &place);
    const QueuePlace &current() const { return m_current; }
    /// Of a team or view, the name it has; empty if it is not here.
    QString nameOf(const QueuePlace &place) const;
    static QString nameOf(store::Queue queue);
    struct Filled {
        QueuePlace place;
        std::int64_t count = 0;
    };
    /// What stands nearest to the current place and has something in it that is to be done.
    std::optional<Filled> nearestFilled() const;
    /// The views that can be seen just now: others need no count.
    std::vector<model::SavedViewId> shownViews() const;
    void setToolTips(const QString &search, const QString &newConversation);
    /// What stands there, if it is on the screen.
    std::optional<QueuePlace> placeAt(const QPoint &globalPosition) const;
    /// The place that something is held over.
    void setTarget(const std::optional<QueuePlace> &place);

signals:
    void queueChosen(const tributary::ui::QueuePlace &place);
    void searchClicked();
    void newConversationWanted();
    void workspaceMenuWanted(const QPoint &globalPosition);
    void accountClicked(tributary::model::ChannelAccountId account);
    void newViewWanted();
    void viewMenuWanted(tributary::model::SavedViewId view, const QPoint &globalPosition);
    /// A view was dragged, or moved by key, to stand at place @p to of all.
    void viewMoved(tributary::model::SavedViewId view, int to);
    void shownViewsChanged();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    class QueueButton;
    class SearchButton;
    class AccountNotice;
    class Group;
    QueueButton *button(const QueuePlace &place, const QString &text, const QString &icon, QWidget *parent);
    void showCounts();
    void step(QueueButton *from, int by);
    void moveView(QueueButton *moved, int by);
    void markDrop(QueueButton *moved, int y);
    void dropView(QueueButton *moved, int y);
    std::int64_t countOf(const QueuePlace &place) const;
    QList<QueueButton *> rows() const;

    const Theme &m_theme;
    TextLabel *m_name;
    SearchButton *m_search;
    Button *m_new;
    Group *m_teams, *m_views;
    QWidget *m_accounts, *m_scrolled;
    QList<QueueButton *> m_fixed;
    store::SidebarCounts m_counts;
    QueuePlace m_current;
    QTimer m_later; ///< Runs while a second has not passed since counts were painted.
    bool m_stale = false;
};

} // namespace tributary::ui
