#pragma once

#include "ui/inbox/conversation_rows.h"
#include "ui/inbox/row_words.h"
#include "ui/theme/quick_bar.h"
#include "ui/theme/theme.h"

#include <QAbstractScrollArea>
#include <QElapsedTimer>
#include <QTimer>
#include <functional>

namespace tributary::ui {

class Button;
class RowDrag;

/// The list of conversations, painted (UX 4, 6.4): 72 or 56 px a row, visible rows only. One row is open; any number may be
/// selected. It asks for more when its end comes near, and says when its order must not change.
class ConversationList : public QAbstractScrollArea {
    Q_OBJECT
public:
    ConversationList(const Theme &theme, const Clock &clock, QWidget *parent = nullptr);

    void setModel(ConversationRows *model);
    ConversationRows *model() const { return m_model; }

    /// The open conversation; null for none. Keeps its row in view.
    model::ConversationId current() const { return m_current; }
    void setCurrent(model::ConversationId id);
    /// The row @p by further down (negative: up) becomes current.
    void step(int by, bool extend = false);
    void openFirst();
    /// Says moreWanted() where the end is near.
    void lookForMore();

    const std::set<model::ConversationId> &selected() const { return m_selected; }
    void toggleSelected(model::ConversationId id);
    /// Those of @p ids that are in the list, besides what is selected.
    void select(const std::set<model::ConversationId> &ids);
    void clearSelection();
    /// All that was selected has left the list, and nothing has been chosen since; or the open row is gone, for as long as
    /// it still stands there and this has not been forgotten.
    bool hasLostSelection() const;
    void forgetLostSelection();
    /// What an action is about: the selection, else the open row; nothing where the selection was lost.
    std::vector<model::ConversationId> targets() const;

    void setMe(model::AgentId me); ///< What they wrote is theirs.
    void setShowOwner(bool show);
    /// Whether rows stand in the order of time: a long list (UX 6.4) has its days as headings then.
    void setByTime(bool byTime);
    /// Whether letters jump to a name; asked with each. They cannot where each is a command.
    void setJumpsByName(std::function<bool()> jumps) { m_jumps = std::move(jumps); }
    void setOffline(bool offline);
    void setStatuses(const StatusNames &names);
    /// What rows show besides the state they are in; absent: nobody has chosen.
    void setColumns(std::optional<RowColumns> columns);
    /// Who is at a conversation just now, in words; asked while painting.
    void setPresence(std::function<std::optional<RowPresence>(model::ConversationId)> presence)
    {
        m_presence = std::move(presence);
    }
    /// What an empty list says, and a button below it.
    void setEmptyText(const QString &title, const QString &detail, const QString &button = {}, const QString &key = {},
                      std::function<void()> act = {});
    void setLoading(bool loading);
    bool isLoading() const { return m_loading; }
    /// How many there are, also those that are not loaded: what is said of the list as a whole.
    void setTotal(qint64 total) { m_total = total; }
    qint64 total() const;
    /// Does what the button of an empty list does; false where there is none.
    bool actOnEmpty();

    /// Whether the pointer is inside or a key was pressed in the last 2 s: rows must stay where they are.
    bool isHeld() const;
    /// A key acted on the list.
    void touch();

    RowWords words(int row) const;
    QRect rowRect(int row) const; ///< In viewport coordinates, without the heading above it.
    /// What stands above a row that begins a day; empty for others, and where there are no headings.
    QString dayHeading(int row) const;
    int rowAtGlobal(const QPoint &globalPosition) const;

    /// What can be done at once to a row; asked of the one under the pointer alone, over the end of which its buttons lie.
    void setQuickActions(std::function<std::vector<QuickAction>(model::ConversationId)> actions);
    /// Those of the row under the pointer; none where there is no such row, or something is dragged.
    std::vector<QuickAction> quickActions() const;
    QRect quickButton(int index) const; ///< One of them, in viewport coordinates; empty where there is none.

    /// The rows that are targets() are being taken somewhere.
    RowDrag &drag() { return *m_drag; }
    /// The row that something is held over; -1: none.
    void setDropRow(int row);
    int rowHeight() const;

signals:
    /// The person opened @p id, by click or key.
    void opened(tributary::model::ConversationId id);
    void entered(tributary::model::ConversationId id); ///< By click.
    void selectionChanged(bool byHand = true);         ///< Not by hand: rows have come or gone.
    void everythingWanted();                           ///< All that match, not only what is loaded.
    void moreWanted();
    /// Holding is over: what waits may come in.
    void holdEnded();
    void menuWanted(const QPoint &globalPosition);
    /// One of quickActions() of the row @p id, which is the whole selection where it is one of several: @p button, in global
    /// coordinates.
    void quickWanted(const QString &action, tributary::model::ConversationId id, const QRect &button);

protected:
    bool viewportEvent(QEvent *event) override;
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    void contextMenuEvent(QContextMenuEvent *event) override;

private:
    void modelChanging();
    void modelChanged();
    void loseSelected();
    void choose(model::ConversationId id);
    void updateRange();
    void updateRow(int row); ///< To be painted again; -1: nothing.
    int rowAt(int y) const;
    void findDays() const;
    int top(int row) const; ///< Of its rectangle, from the top of the list.
    int rowBelow(int y) const;
    int headingHeight() const;
    void paintHeading(QPainter &painter, int row);
    bool jumpTo(const QKeyEvent &event);
    void paintRow(QPainter &painter, int row);
    void paintEmpty(QPainter &painter);
    void placeEmptyButton();
    void openAlone(int row);
    void announceCurrent();
    // conversation_list_quick.cpp
    void findHovered();
    int quickAt(const QPoint &position) const;
    bool pressQuick(const QMouseEvent &event);
    bool releaseQuick(const QMouseEvent &event);

    const Theme &m_theme;
    const Clock &m_clock;
    TimeFormat m_format;
    ConversationRows *m_model = nullptr;
    model::ConversationId m_current;
    model::ConversationId m_forgotten; ///< The open row, of which it has been said that it is gone.
    std::set<model::ConversationId> m_selected;
    std::function<std::optional<RowPresence>(model::ConversationId)> m_presence;
    StatusNames m_statuses;
    std::optional<RowColumns> m_columns;
    model::AgentId m_me;
    Button *m_emptyButton;
    std::function<void()> m_emptyAct;
    QString m_emptyTitle, m_emptyDetail;
    QTimer m_minute;   ///< Relative times grow old.
    QTimer m_holdOver; ///< 2 s after the last key.
    std::function<bool()> m_jumps;
    QString m_typed; ///< Letters of a name, while they follow each other.
    QElapsedTimer m_typedAge;
    mutable std::vector<int> m_days; ///< Rows that begin a day.
    mutable bool m_daysFound = false;
    bool m_byTime = false;
    model::ConversationId m_anchor; ///< The row at the top, and how far it is above it, while the model changes.
    RowDrag *m_drag;
    int m_anchorOffset = 0, m_hovered = -1, m_currentRow = 0, m_dropRow = -1;
    std::function<std::vector<QuickAction>(model::ConversationId)> m_quick;
    std::optional<QPoint> m_pointer; ///< Where it is in the viewport.
    model::ConversationId m_quickOf; ///< On whose button the mouse was pressed.
    int m_quickHovered = -1, m_quickPressed = -1;
    qint64 m_total = 0;
    int m_pressedRow = -1; ///< A selected one, which is opened alone when no drag comes of it.
    bool m_inside = false, m_showOwner = false, m_offline = false, m_loading = false, m_lostSelection = false;
};

} // namespace tributary::ui
