#pragma once

#include "ui/outbox/outbox_rows.h"
#include "ui/theme/theme.h"

#include <QAbstractScrollArea>
#include <optional>

namespace tributary::ui {

/// The rows of the outbox, painted; visible ones only. Up and Down go from row to row, Left and Right (as the eye sees them)
/// and Tab through a row's buttons, Enter does what has the focus: with none of the buttons chosen it opens the
/// conversation. Rows leave while somebody aims: a press on one that came under the pointer by itself does nothing.
class OutboxList : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit OutboxList(const Theme &theme, QWidget *parent = nullptr);

    /// Other rows: the current one, its button and the row at the top stay where they are if they are still there.
    void setRows(std::vector<OutboxRow> rows);
    const std::vector<OutboxRow> &rows() const { return m_rows; }
    /// What stands there without rows; no title: nothing.
    void setEmptyText(const QString &title, const QString &detail, const QString &icon);
    QString emptyTitle() const { return m_emptyTitle; }

    int currentRow() const { return m_row; }
    int currentButton() const { return m_button; } ///< -1: the row itself.
    void setCurrent(int row, int button = -1);
    void activate(int row, int button);

    int contentHeight() const;    ///< Of all rows, pixels.
    QRect rowRect(int row) const; ///< In viewport coordinates.
    QRect buttonRect(int row, int button) const;

signals:
    void activated(const tributary::ui::OutboxRow &row, tributary::ui::OutboxAction action);

protected:
    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void scrollContentsBy(int dx, int dy) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    bool focusNextPrevChild(bool next) override;
    void focusInEvent(QFocusEvent *event) override;
    void focusOutEvent(QFocusEvent *event) override;
    bool viewportEvent(QEvent *event) override;

private:
    void place();
    int heightOf(const OutboxRow &row) const;
    int buttonWidth(const OutboxButton &button) const;
    int buttonsWidth(const OutboxRow &row) const;
    bool buttonsBelow(const OutboxRow &row) const; ///< Chip and buttons do not fit beside each other.
    int rowAt(int y) const;
    int buttonAt(int row, const QPoint &at) const;
    void aimAt(int row, const QPointF &globalPosition);
    void show(int row);
    void announce();
    void paintRow(QPainter &painter, int row);
    void paintText(QPainter &painter, int row, const QRect &at);
    void paintLine(QPainter &painter, const OutboxRow &row, const QRect &at);
    void paintButtons(QPainter &painter, int row);

    const Theme &m_theme;
    std::vector<OutboxRow> m_rows;
    std::vector<int> m_tops; ///< Of each row, and the end of the last.
    int m_row = 0, m_button = -1;
    std::pair<int, int> m_hovered{-1, -1};
    struct Aim {
        OutboxRow::Kind kind;
        std::int64_t n;
        QPointF at; ///< On the screen: the list itself moves as it shrinks.
    };
    std::optional<Aim> m_aim; ///< The row that the pointer was moved to.
    QString m_emptyTitle, m_emptyDetail, m_emptyIcon;
};

/// Rows and buttons as a screen reader hears them. Install once.
void installOutboxAccessibility();

} // namespace tributary::ui
