#include "ui/shell/painted_rows.h"

#include "ui/shell/controls.h"
#include "ui/shell/row_drag.h"
#include "ui/theme/paint.h"

#include <QAccessibleWidget>
#include <QKeyEvent>
#include <QPainter>
#include <QPointer>
#include <QScrollBar>
#include <QStyle>
#include <map>

namespace tributary::ui {
namespace {

class RowAccessible : public QAccessibleInterface {
public:
    RowAccessible(PaintedRows *rows, int row)
        : m_rows(rows)
        , m_row(row)
    {
    }
    bool isValid() const override { return m_rows && m_row < m_rows->count(); }
    QObject *object() const override { return nullptr; }
    QWindow *window() const override { return m_rows ? m_rows->window()->windowHandle() : nullptr; }
    QAccessibleInterface *parent() const override { return QAccessible::queryAccessibleInterface(m_rows); }
    QAccessibleInterface *child(int) const override { return nullptr; }
    QAccessibleInterface *childAt(int, int) const override { return nullptr; }
    int childCount() const override { return 0; }
    int indexOfChild(const QAccessibleInterface *) const override { return -1; }
    QString text(QAccessible::Text kind) const override
    {
        return isValid() && kind == QAccessible::Name ? m_rows->spoken(m_row) : QString();
    }
    void setText(QAccessible::Text, const QString &) override {}
    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRect at = m_rows->rowRect(m_row);
        return QRect(m_rows->viewport()->mapToGlobal(at.topLeft()), at.size());
    }
    QAccessible::Role role() const override { return QAccessible::ListItem; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        if (!isValid()) {
            state.invalid = true;
            return state;
        }
        state.selectable = state.focusable = true;
        state.selected = m_row == m_rows->current();
        state.focused = state.selected && m_rows->hasFocus();
        state.offscreen = !m_rows->viewport()->rect().intersects(m_rows->rowRect(m_row));
        return state;
    }

private:
    QPointer<PaintedRows> m_rows;
    int m_row;
};

class RowsAccessible : public QAccessibleWidget {
public:
    explicit RowsAccessible(PaintedRows *rows)
        : QAccessibleWidget(rows, QAccessible::List)
        , m_rows(rows)
    {
    }
    ~RowsAccessible() override
    {
        for (const auto &[row, id] : m_made)
            QAccessible::deleteAccessibleInterface(id);
    }
    int childCount() const override { return m_rows->count(); }
    QAccessibleInterface *child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        if (const auto known = m_made.find(index); known != m_made.end())
            return QAccessible::accessibleInterface(known->second);
        auto *made = new RowAccessible(m_rows, index);
        m_made[index] = QAccessible::registerAccessibleInterface(made);
        return made;
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        for (const auto &[row, id] : m_made) {
            if (QAccessible::accessibleInterface(id) == child)
                return row;
        }
        return -1;
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
    mutable std::map<int, QAccessible::Id> m_made;
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
