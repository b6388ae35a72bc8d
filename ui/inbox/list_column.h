#pragma once

#include "ui/inbox/view_words.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/controls.h"

#include <QTimer>

class QHBoxLayout;
class QLineEdit;

namespace tributary::ui {

class ConversationList;
class Picker;

/// The conversation list with its head: queue and count, or what to do with a selection; below it what is shown of the
/// queue, in which order, and what else it is filtered by (UX 6.4).
class ListColumn : public QWidget {
    Q_OBJECT
public:
    struct Filter {
        std::optional<model::SavedView::Condition> status; ///< Absent: what the queue has.
        std::optional<model::Channel> channel;
        std::optional<model::SavedView::Sort> sort; ///< Absent: the queue's own order.
        std::vector<model::SavedView::Condition> extra;
        QString words;

        /// All of it but words and order, as rows of a view.
        std::vector<model::SavedView::Condition> conditions() const;
        bool narrows() const { return status || channel || !extra.empty() || !words.isEmpty(); }
        friend bool operator==(const Filter &, const Filter &) = default;
    };

    ListColumn(const Theme &theme, ActionRegistry &actions, Picker &picker, ConversationList *list,
               QWidget *parent = nullptr);

    void setTitle(const QString &title, const QString &count, const QString &countTip = {});
    /// A way to the queues, where the sidebar is folded.
    void setPlacesShown(bool shown) { m_places->setVisible(shown); }
    /// @p goesOn: there are more than can be selected at a time, and the next ones can be had.
    void setSelected(int count, bool goesOn = false);
    /// Why what is done to a selection may not be, by the id of the action; empty: it may.
    void setBulkProblem(const std::function<QString(const QString &action)> &problemOf);
    void setWaiting(int count); ///< "3 new": arrivals that holding keeps out.
    const Filter &filter() const { return m_filter; }
    void setFilter(const Filter &filter);
    /// All of the place again, in the order it is in.
    void clearFilter();
    /// What is shown of a queue: its own order, and whether open and waiting are told apart there.
    void setPlace(model::SavedView::Sort usual, bool hasStatus);
    void setKnown(const views::Known &known);
    /// The field that filters in place.
    void startFiltering();
    void chooseExtra();
    QWidget *anchor() const { return m_head; }

signals:
    void filterChanged();
    void selectionCleared();
    void waitingClicked();
    void moreWanted(const QPoint &globalPosition);

protected:
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void chooseStatus();
    /// What the status may be filtered by, and its words: the usual ones and the workspace's own.
    std::vector<std::pair<model::SavedView::Condition, QString>> statusChoices() const;
    void chooseSort();
    void chooseChannel();
    void chooseValue(model::SavedView::Condition condition);
    void refreshChips();
    void refreshExtra();
    void apply();

    const Theme &m_theme;
    Picker &m_picker;
    ConversationList *m_list;
    views::Known m_known;
    Filter m_filter;
    model::SavedView::Sort m_usualSort = model::SavedView::Sort::Newest;
    bool m_hasStatus = true;
    QWidget *m_head, *m_bulk, *m_extra, *m_find;
    Button *m_places;
    QHBoxLayout *m_extraLine;
    TextLabel *m_title, *m_count, *m_selected;
    Button *m_status, *m_sort, *m_channel, *m_waiting, *m_filterButton, *m_next;
    QLineEdit *m_words;
    QTimer m_typed; ///< A moment after the last key.
    QList<Button *> m_bulkButtons;
    QStringList m_bulkTips;
};

} // namespace tributary::ui
