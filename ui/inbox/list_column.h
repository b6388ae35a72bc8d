#pragma once

#include "core/store/cache_reads.h"
#include "ui/shell/action_registry.h"
#include "ui/shell/controls.h"

class QHBoxLayout;

namespace tributary::ui {

class ConversationList;
class Picker;

/// The conversation list with its head: queue and count, or what to do with a selection; below it status, order and channel.
class ListColumn : public QWidget {
    Q_OBJECT
public:
    struct Filter {
        std::optional<model::Channel> channel;
        bool oldestFirst = false;
        friend bool operator==(const Filter &, const Filter &) = default;
    };

    ListColumn(const Theme &theme, ActionRegistry &actions, Picker &picker, ConversationList *list,
               QWidget *parent = nullptr);

    void setTitle(const QString &title, const QString &count);
    void setSelected(int count);
    void setWaiting(int count); ///< "3 new": arrivals that holding keeps out.
    const Filter &filter() const { return m_filter; }
    QWidget *anchor() const { return m_head; }

signals:
    void filterChanged();
    void selectionCleared();
    void waitingClicked();

protected:
    void resizeEvent(QResizeEvent *event) override;
    void paintEvent(QPaintEvent *event) override;

private:
    void chooseSort();
    void chooseChannel();
    void refreshChips();

    const Theme &m_theme;
    Picker &m_picker;
    ConversationList *m_list;
    Filter m_filter;
    QWidget *m_head, *m_bulk;
    TextLabel *m_title, *m_count, *m_selected;
    Button *m_sort, *m_channel, *m_waiting;
};

} // namespace tributary::ui
