#include "ui/shell/painted_rows.h"

#include "ui/shell/controls.h"
#include "ui/shell/painted_parts.h"
#include "ui/shell/row_drag.h"
#include "ui/theme/paint.h"

#include <QKeyEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyle>

namespace tributary::ui {
namespace {

class RowsAccessible : public PaintedParts {
public:
    explicit RowsAccessible(PaintedRows *rows)
        : PaintedParts(rows, QAccessible::List)
        , m_rows(rows)
    {
    }
    int childCount() const override { return m_rows->count(); }
    QString nameOf(int row) const override { return m_rows->spoken(row); }
    QRect placeOf(int row) const override { return m_rows->rowRect(row); }
    QAccessible::Role roleOf(int) const override { return QAccessible::ListItem; }
    void describe(int row, QAccessible::State &state) const override
    {
        state.selectable = true;
        state.selected = row == m_rows->current();
        state.focused = state.selected && m_rows->hasFocus();
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        const QPoint at = m_rows->viewport()->mapFromGlobal(QPoint(x, y));
        const int first = m_rows->rowHeight() > 0 ? (at.y() - m_rows->rowRect(0).top()) / m_rows->rowHeight() : -1;
        return at.y() >= m_rows->headerHeight() ? child(first) : nullptr;
    }
    QAccessibleInterface *focusChild() const override { return m_rows->hasFocus() ? child(m_rows->current()) : nullptr; }
    QString text(QAccessible::Text kind) const override
    {
        if (kind == QAccessible::Name)
            return PaintedRows::tr("%1, %n row(s)", nullptr, childCount()).arg(m_rows->accessibleName());
        return QAccessibleWidget::text(kind);
    }

private:
    PaintedRows *m_rows;
};

QAccessibleInterface *factory(const QString &, QObject *object)
{
    auto *rows = qobject_cast<PaintedRows *>(object);
    return rows ? new RowsAccessible(rows) : nullptr;
}

} // namespace

PaintedRows::PaintedRows(const Theme &theme, const Clock &clock, QWidget *parent)
    : QAbstractScrollArea(parent)
    , m_theme(theme)
    , m_clock(clock)
{
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    QAccessible::installFactory(factory); // Qt keeps each once
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setMouseTracking(true);
    viewport()->setAttribute(Qt::WA_OpaquePaintEvent);
    connect(&theme, &Theme::changed, this, [this] {
        measure();
        viewport()->update();
    });
}

void PaintedRows::rowsReset(int current)
{
    m_current = count() > 0 ? std::clamp(current, 0, count() - 1) : -1;
    m_hovered = -1;
    measure();
    viewport()->update();
    emit currentChanged();
}

void PaintedRows::measure()
{
    const int all = count() * rowHeight(), page = std::max(0, viewport()->height() - headerHeight());
    verticalScrollBar()->setRange(0, std::max(0, all - page));
    verticalScrollBar()->setPageStep(page);
    verticalScrollBar()->setSingleStep(rowHeight());
}

QRect PaintedRows::rowRect(int row) const
{
    return {0, headerHeight() + row * rowHeight() - verticalScrollBar()->value(), viewport()->width(), rowHeight()};
}

int PaintedRows::rowAt(const QPoint &position) const
{
    if (position.y() < headerHeight())
        return -1;
    const int row = (position.y() - headerHeight() + verticalScrollBar()->value()) / rowHeight();
    return row < count() ? row : -1;
}

void PaintedRows::setCurrent(int row)
{
    if (count() == 0)
        return;
    m_current = std::clamp(row, 0, count() - 1);
    const QRect box = rowRect(m_current);
    QScrollBar *bar = verticalScrollBar();
    if (box.top() < headerHeight())
        bar->setValue(bar->value() - (headerHeight() - box.top()));
    else if (box.bottom() >= viewport()->height())
        bar->setValue(bar->value() + box.bottom() - viewport()->height() + 1);
    viewport()->update();
    emit currentChanged();
    QAccessibleEvent focused(this, QAccessible::Focus);
    focused.setChild(m_current);
    QAccessible::updateAccessibility(&focused);
}

QRectF PaintedRows::within(const QRectF &of, qreal x, qreal wide, qreal tall) const
{
    const QRect place(int(of.left() + x), int(of.center().y() - tall / 2), int(wide), int(tall));
    return QRectF(QStyle::visualRect(layoutDirection(), of.toRect(), place));
}

void PaintedRows::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    const Colors &c = m_theme.colors();
    painter.fillRect(viewport()->rect(), c.bg.surface);
    const int first = verticalScrollBar()->value() / rowHeight();
    const int last = std::min(count() - 1, first + viewport()->height() / rowHeight() + 1);
    for (int row = first; row <= last; ++row) {
        const QRect box = rowRect(row);
        if (row == m_current)
            painter.fillRect(box, hasFocus() ? c.bg.selected : c.bg.selectedInactive);
        else if (row == m_hovered)
            painter.fillRect(box, c.bg.hover);
        paint::line(painter, QRectF(0, box.bottom(), box.width(), 1), c.border.subtle);
        paintRow(painter, row, box);
        if ((row == m_current && focusByKey(this)) || row == m_dropRow)
            paint::focusRing(painter, m_theme, QRectF(box).adjusted(3, 3, -3, -3), m_theme.px(4));
    }
    if (headerHeight() > 0) {
        const QRect head(0, 0, viewport()->width(), headerHeight());
        painter.fillRect(head, c.bg.surface);
        paint::line(painter, QRectF(0, head.bottom(), head.width(), 1), c.border.normal);
        paintHeader(painter, head);
    }
}

void PaintedRows::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    measure();
}

int PaintedRows::pageRows() const
{
    return std::max(1, (viewport()->height() - headerHeight()) / rowHeight() - 1);
}

void PaintedRows::keyPressEvent(QKeyEvent *event)
{
    const int page = pageRows();
    switch (event->key()) {
    case Qt::Key_Down: return step(1);
    case Qt::Key_Up: return step(-1);
    case Qt::Key_PageDown: return step(page);
    case Qt::Key_PageUp: return step(-page);
    case Qt::Key_Home: return setCurrent(0);
    case Qt::Key_End: return setCurrent(count() - 1);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_current >= 0)
            emit opened(m_current);
        return;
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

void PaintedRows::mousePressEvent(QMouseEvent *event)
{
    const int row = rowAt(event->pos());
    if (row < 0)
        return;
    setCurrent(row);
    if (m_drag)
        m_drag->press(*event);
}

void PaintedRows::mouseReleaseEvent(QMouseEvent *)
{
    if (m_drag)
        m_drag->release();
}

RowDrag &PaintedRows::allowDrag()
{
    if (!m_drag)
        m_drag = new RowDrag(m_theme, this);
    return *m_drag;
}

void PaintedRows::setDropRow(int row)
{
    if (std::exchange(m_dropRow, row) != row)
        viewport()->update();
}

int PaintedRows::rowAtGlobal(const QPoint &globalPosition) const
{
    const QPoint at = viewport()->mapFromGlobal(globalPosition);
    return viewport()->rect().contains(at) ? rowAt(at) : -1;
}

void PaintedRows::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (const int row = rowAt(event->pos()); row >= 0)
        emit opened(row);
}

void PaintedRows::mouseMoveEvent(QMouseEvent *event)
{
    if (m_drag && m_drag->move(*event))
        return;
    const int row = rowAt(event->pos());
    if (std::exchange(m_hovered, row) != row)
        viewport()->update();
}

void PaintedRows::leaveEvent(QEvent *)
{
    m_hovered = -1;
    viewport()->update();
}

} // namespace tributary::ui
