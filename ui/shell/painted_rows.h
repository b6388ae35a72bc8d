#pragma once

#include "ui/theme/theme.h"
#include "ui/theme/time_format.h"

#include <QAbstractScrollArea>

namespace tributary::ui {

class RowDrag;

/// Rows of one height of which only those on the screen are painted, one of them the current one; steered by keys and mouse,
/// and read by assistive technology row by row.
class PaintedRows : public QAbstractScrollArea {
    Q_OBJECT
public:
    PaintedRows(const Theme &theme, const Clock &clock, QWidget *parent = nullptr);

    virtual int count() const = 0;
    virtual int rowHeight() const = 0;
    virtual int headerHeight() const { return 0; }
    virtual QString spoken(int row) const = 0;

    int current() const { return m_current; } ///< -1: there is none.
    void setCurrent(int row);
    void step(int by) { setCurrent(m_current + by); }
    QRect rowRect(int row) const; ///< In the viewport.
    int rowAtGlobal(const QPoint &globalPosition) const;
    int pageRows() const; ///< That a page moves on by.
    /// Lets the current row be dragged; whoever listens to it says where to.
    RowDrag &allowDrag();
    /// The row that something is held over; -1: none.
    void setDropRow(int row);

signals:
    void opened(int row);
    void currentChanged();

protected:
    virtual void paintHeader(QPainter &, const QRect &) {}
    virtual void paintRow(QPainter &painter, int row, const QRect &box) = 0;
    /// The rows are others now; @p current is the one to go on with.
    void rowsReset(int current);
    /// A box @p x from where reading begins in @p of, in its middle.
    QRectF within(const QRectF &of, qreal x, qreal wide, qreal tall) const;

    void paintEvent(QPaintEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;
    void mousePressEvent(QMouseEvent *event) override;
    void mouseDoubleClickEvent(QMouseEvent *event) override;
    void mouseMoveEvent(QMouseEvent *event) override;
    void mouseReleaseEvent(QMouseEvent *event) override;
    void leaveEvent(QEvent *event) override;

    const Theme &m_theme;
    const Clock &m_clock;
    TimeFormat m_format;

private:
    int rowAt(const QPoint &position) const;
    void measure();

    RowDrag *m_drag = nullptr;
    int m_current = -1, m_hovered = -1, m_dropRow = -1;
};

} // namespace tributary::ui
