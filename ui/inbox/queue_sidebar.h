#pragma once

#include "core/store/cache_reads.h"
#include "ui/shell/controls.h"

#include <QTimer>

namespace tributary::ui {

class Button;

/// The queues with their counts, and accounts that are in trouble (UX 6.3). Counts change at most once a second and stand in
/// fixed digit cells.
class QueueSidebar : public QWidget {
    Q_OBJECT
public:
    QueueSidebar(const Theme &theme, QWidget *parent = nullptr);

    void setWorkspaceName(const QString &name);
    void setCounts(const store::QueueCounts &counts);
    void setAccounts(const std::vector<model::ChannelAccount> &accounts);
    void setCurrent(store::Queue queue);
    store::Queue current() const { return m_current; }
    static QString nameOf(store::Queue queue);
    void setToolTips(const QString &search);

signals:
    void queueChosen(tributary::store::Queue queue);
    void searchClicked();
    void accountClicked(tributary::model::ChannelAccountId account);

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void showCounts();

    class QueueButton;
    class SearchButton;
    class AccountNotice;
    const Theme &m_theme;
    TextLabel *m_name;
    SearchButton *m_search;
    QList<QueueButton *> m_queues;
    QWidget *m_accounts;
    store::QueueCounts m_counts;
    store::Queue m_current = store::Queue::Mine;
    QTimer m_later; ///< Runs while a second has not passed since counts were painted.
    bool m_stale = false;
};

} // namespace tributary::ui
