#include "ui/admin/role_matrix_view.h"

#include "ui/shell/controls.h"
#include "ui/shell/plain_words.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyle>

namespace tributary::ui {
namespace {

constexpr int kHeader = 52, kRow = 32, kHeading = 40, kColumn = 104, kMargin = 24, kLeastWords = 296, kBox = 16;

} // namespace

RoleMatrixView::RoleMatrixView(const Theme &theme, QWidget *parent)
    : PaintedTable(theme, parent)
{
    setObjectName("roleMatrix");
    connect(&theme, &Theme::changed, this, &RoleMatrixView::updateRange);
}

void RoleMatrixView::setMatrix(RoleMatrix matrix)
{
    m_matrix = std::move(matrix);
    m_column = std::clamp(m_column, 0, m_matrix.columnCount() - 1);
    updateRange();
    viewport()->update();
}

void RoleMatrixView::setReadOnly(const QString &why)
{
    m_readOnly = why;
    viewport()->update();
}

void RoleMatrixView::setOpened(std::optional<model::RoleId> role)
{
    m_opened = role;
    viewport()->update();
}

void RoleMatrixView::setCurrent(int row, int column)
{
    m_row = std::clamp(row, -1, int(m_matrix.rows().size()) - 1);
    m_column = std::clamp(column, 0, m_matrix.columnCount() - 1);
    reveal();
    viewport()->update();
    announceCurrent();
}

QString RoleMatrixView::whyNot(int row, int column) const
{
    const QString why = row < 0 ? m_matrix.whyFixed(column) : m_matrix.whyFixed(row, column);
    return why.isEmpty() ? m_readOnly : why;
}

// --- Where things are -----------------------------------------------------------------------------------------------------

int RoleMatrixView::headerHeight() const
{
    return m_theme.px(kHeader);
}

int RoleMatrixView::columnWidth() const
{
    return m_theme.px(kColumn);
}

int RoleMatrixView::wordsWidth() const
{
    const int left = viewport()->width() - m_matrix.columnCount() * columnWidth() - m_theme.px(kMargin);
    const int most = std::max(m_theme.px(120), viewport()->width() - columnWidth() - m_theme.px(kMargin));
    return std::min(std::max(m_theme.px(kLeastWords), std::min(left, m_theme.px(460))), most);
}

int RoleMatrixView::rowTop(int row) const
{
    int y = headerHeight() - verticalScrollBar()->value();
    for (int i = 0; i < row; ++i)
        y += m_theme.px(m_matrix.rows()[std::size_t(i)].permission ? kRow : kHeading);
    return y;
}

int RoleMatrixView::contentHeight() const
{
    return rowTop(int(m_matrix.rows().size())) + verticalScrollBar()->value() + m_theme.px(16);
}

QRect RoleMatrixView::mirrored(const QRect &logical) const
{
    return QStyle::visualRect(layoutDirection(), viewport()->rect(), logical);
}

QRect RoleMatrixView::cellRect(int row, int column) const
{
    const int x = wordsWidth() + column * columnWidth() - horizontalScrollBar()->value();
    if (row < 0)
        return mirrored(QRect(x, 0, columnWidth(), headerHeight()));
    const bool heading = !m_matrix.rows()[std::size_t(row)].permission;
    return mirrored(QRect(x, rowTop(row), columnWidth(), m_theme.px(heading ? kHeading : kRow)));
}

RoleMatrixView::Spot RoleMatrixView::spotAt(const QPoint &at) const
{
    const QPoint logical = mirrored(QRect(at, QSize(1, 1))).topLeft();
    Spot spot;
    if (logical.x() >= wordsWidth()) {
        const int column = (logical.x() - wordsWidth() + horizontalScrollBar()->value()) / columnWidth();
        spot.column = column < m_matrix.columnCount() ? column : -1;
    }
    if (logical.y() < headerHeight()) {
        spot.row = -1;
        return spot;
    }
    for (int row = 0; row < int(m_matrix.rows().size()); ++row) {
        const int top = rowTop(row);
        if (logical.y() >= top && logical.y() < rowTop(row + 1))
            spot.row = row;
    }
    return spot;
}

void RoleMatrixView::updateRange()
{
    verticalScrollBar()->setRange(0, std::max(0, contentHeight() - viewport()->height()));
    verticalScrollBar()->setPageStep(std::max(1, viewport()->height() - headerHeight()));
    verticalScrollBar()->setSingleStep(m_theme.px(kRow) / 2);
    const int wide = wordsWidth() + m_matrix.columnCount() * columnWidth() + m_theme.px(kMargin);
    horizontalScrollBar()->setRange(0, std::max(0, wide - viewport()->width()));
    horizontalScrollBar()->setPageStep(columnWidth());
    horizontalScrollBar()->setSingleStep(columnWidth() / 2);
}

void RoleMatrixView::resizeEvent(QResizeEvent *)
{
    updateRange();
}

void RoleMatrixView::reveal()
{
    QScrollBar *down = verticalScrollBar(), *along = horizontalScrollBar();
    if (m_row >= 0) {
        const QRect at = cellRect(m_row, m_column);
        if (at.top() < headerHeight())
            down->setValue(down->value() + at.top() - headerHeight() - (m_row == 1 ? m_theme.px(kHeading) : 0));
        else if (at.bottom() >= viewport()->height())
            down->setValue(down->value() + at.bottom() + 1 - viewport()->height());
    }
    const int from = m_column * columnWidth(), room = viewport()->width() - wordsWidth();
    if (from < along->value())
        along->setValue(from);
    else if (from + columnWidth() > along->value() + room)
        along->setValue(from + columnWidth() - room);
}

// --- Painting -------------------------------------------------------------------------------------------------------------

void RoleMatrixView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), m_theme.colors().bg.surface);
    for (int row = 0; row < int(m_matrix.rows().size()); ++row) {
        const int top = rowTop(row);
        if (top > event->rect().bottom())
            break;
        if (top + m_theme.px(kHeading) >= headerHeight())
            paintRow(painter, row);
    }
    paintHeader(painter);
}

void RoleMatrixView::paintHeader(QPainter &painter)
{
    const Colors &c = m_theme.colors();
    painter.fillRect(0, 0, viewport()->width(), headerHeight(), c.bg.surface);
    painter.save();
    painter.setClipRect(mirrored(QRect(wordsWidth(), 0, viewport()->width() - wordsWidth(), headerHeight())));
    for (int column = 0; column < m_matrix.columnCount(); ++column) {
        const QRect cell = cellRect(-1, column);
        const model::Role *role = m_matrix.role(column);
        if (role && m_opened == role->id)
            painter.fillRect(cell, c.bg.selected);
        else if (m_hovered == Spot{-1, column})
            painter.fillRect(cell, c.bg.hover);
        const QRect inner = cell.adjusted(m_theme.px(6), 0, -m_theme.px(6), 0);
        const int line = m_theme.lineHeight(Type::MetaStrong), small = m_theme.lineHeight(Type::Micro);
        const int top = cell.center().y() + 1 - (line + small) / 2;
        paint::text(painter, QRectF(inner.left(), top, inner.width(), line), m_theme.font(Type::MetaStrong), c.text.primary,
                    m_matrix.columnName(column), Qt::AlignHCenter, layoutDirection());
        const QString detail = role ? m_matrix.columnDetail(column) : tr("Built in");
        paint::text(painter, QRectF(inner.left(), top + line, inner.width(), small), m_theme.font(Type::Micro),
                    c.text.tertiary, detail, Qt::AlignHCenter, layoutDirection());
        if (m_row == -1 && column == m_column && focusByKey(this))
            paint::focusRing(painter, m_theme, QRectF(cell).adjusted(4, 6, -4, -6), m_theme.px(4));
    }
    painter.restore();
    const QRect words = mirrored(QRect(m_theme.px(kMargin), 0, wordsWidth() - m_theme.px(kMargin), headerHeight()));
    paint::text(painter, words, m_theme.font(Type::MetaStrong), c.text.secondary, tr("May they …"), Qt::AlignLeading,
                layoutDirection());
    painter.fillRect(0, headerHeight() - 1, viewport()->width(), 1, c.border.normal);
}

void RoleMatrixView::paintRow(QPainter &painter, int row)
{
    const Colors &c = m_theme.colors();
    const RoleMatrix::Row &shown = m_matrix.rows()[std::size_t(row)];
    const int top = rowTop(row), high = m_theme.px(shown.permission ? kRow : kHeading);
    const QRect words = mirrored(QRect(m_theme.px(kMargin), top, wordsWidth() - m_theme.px(kMargin + 8), high));
    if (!shown.permission) {
        painter.fillRect(0, top, viewport()->width(), high, c.bg.surface);
        const QRect low(words.left(), words.top() + m_theme.px(10), words.width(), words.height() - m_theme.px(10));
        paint::text(painter, low, m_theme.font(Type::MetaStrong), c.text.primary, groupWords(shown.group), Qt::AlignLeading,
                    layoutDirection());
        painter.fillRect(0, top + high - 1, viewport()->width(), 1, c.border.subtle);
        return;
    }
    if (m_hovered.row == row || (m_row == row && hasFocus()))
        painter.fillRect(0, top, viewport()->width(), high, c.bg.hover);
    painter.save();
    painter.setClipRect(mirrored(
        QRect(wordsWidth(), headerHeight(), viewport()->width() - wordsWidth(), viewport()->height() - headerHeight())));
    for (int column = 0; column < m_matrix.columnCount(); ++column)
        paintMark(painter, row, column);
    painter.restore();
    paint::text(painter, words, m_theme.font(Type::Body), c.text.primary, permissionWords(*shown.permission),
                Qt::AlignLeading, layoutDirection());
    painter.fillRect(0, top + high - 1, viewport()->width(), 1, c.border.subtle);
}

/// Plain roles have a tick or a dash, custom ones a box: what can be changed looks like it.
void RoleMatrixView::paintMark(QPainter &painter, int row, int column)
{
    const Colors &c = m_theme.colors();
    const QRect cell = cellRect(row, column);
    const model::Role *role = m_matrix.role(column);
    const bool on = m_matrix.isOn(row, column);
    if (role && m_opened == role->id)
        painter.fillRect(cell.adjusted(0, 0, 0, -1), c.bg.selected);
    const qreal box = m_theme.px(kBox);
    const QRectF spot(cell.center().x() + 0.5 - box / 2, cell.center().y() - box / 2, box, box);
    if (!role) {
        if (on)
            m_theme.icons().paint(painter, spot, "check", c.text.secondary);
        else
            paint::text(painter, spot.adjusted(-4, 0, 4, 0), m_theme.font(Type::Body), c.text.tertiary, QStringLiteral("–"),
                        Qt::AlignHCenter);
    } else if (!whyNot(row, column).isEmpty()) {
        paint::roundRect(painter, spot, 4, on ? c.border.strong : c.bg.sunken, on ? QColor() : c.border.normal);
        if (on)
            m_theme.icons().paint(painter, spot.adjusted(1, 1, -1, -1), "check", c.bg.surface);
    } else {
        paint::roundRect(painter, spot, 4, on ? c.accent.fill : c.bg.field, on ? QColor() : c.border.strong);
        if (on)
            m_theme.icons().paint(painter, spot.adjusted(1, 1, -1, -1), "check", c.accent.onFill);
    }
    if (m_row == row && m_column == column && hasFocus())
        paint::focusRing(painter, m_theme, spot.adjusted(-2, -2, 2, 2), 5);
}

// --- Keys and mouse -------------------------------------------------------------------------------------------------------

void RoleMatrixView::step(int down, int along)
{
    int row = m_row + down;
    // Headings have nothing to toggle: they are passed by.
    while (row > 0 && row < int(m_matrix.rows().size()) && !m_matrix.rows()[std::size_t(row)].permission)
        row += down < 0 ? -1 : 1;
    if (row == 0)
        row = down < 0 ? -1 : 1;
    setCurrent(row, m_column + along);
}

void RoleMatrixView::toggle()
{
    if (m_row < 0) {
        emit roleOpened(m_column);
        return;
    }
    const QString why = whyNot(m_row, m_column);
    if (const auto save = m_matrix.toggled(m_row, m_column); save && why.isEmpty()) {
        emit toggled(*save);
        announceState();
    } else if (!why.isEmpty()) {
        emit fixedTouched(why);
    }
}

void RoleMatrixView::mousePressEvent(QMouseEvent *event)
{
    const Spot spot = spotAt(event->pos());
    if (event->button() != Qt::LeftButton || spot.row == -2 || spot.column < 0)
        return;
    if (spot.row >= 0 && !m_matrix.rows()[std::size_t(spot.row)].permission)
        return;
    setCurrent(spot.row, spot.column);
    toggle();
}

void RoleMatrixView::mouseMoveEvent(QMouseEvent *event)
{
    const Spot spot = spotAt(event->pos());
    if (spot == m_hovered)
        return;
    m_hovered = spot;
    viewport()->update();
}

void RoleMatrixView::leaveEvent(QEvent *)
{
    m_hovered = {};
    viewport()->update();
}

void RoleMatrixView::keyPressEvent(QKeyEvent *event)
{
    const bool rtl = layoutDirection() == Qt::RightToLeft;
    const int page = std::max(1, (viewport()->height() - headerHeight()) / m_theme.px(kRow) - 2);
    switch (event->key()) {
    case Qt::Key_Down: step(1, 0); return;
    case Qt::Key_Up: step(-1, 0); return;
    case Qt::Key_Left: step(0, rtl ? 1 : -1); return; // Left and Right follow the eye (UX 11)
    case Qt::Key_Right: step(0, rtl ? -1 : 1); return;
    case Qt::Key_PageDown: step(page, 0); return;
    case Qt::Key_PageUp: setCurrent(std::max(1, m_row - page), m_column); return;
    case Qt::Key_Home: setCurrent(1, m_column); return;
    case Qt::Key_End: setCurrent(int(m_matrix.rows().size()) - 1, m_column); return;
    case Qt::Key_Space: toggle(); return;
    case Qt::Key_Return:
    case Qt::Key_Enter: emit roleOpened(m_column); return;
    default: PaintedTable::keyPressEvent(event);
    }
}

bool RoleMatrixView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const Spot spot = spotAt(help->pos());
        QString why = spot.row == -2 || spot.column < 0 ? QString() : whyNot(spot.row, spot.column);
        if (spot.row >= 0 && spot.column < 0 && m_matrix.rows()[std::size_t(spot.row)].permission) {
            const model::Permission permission = *m_matrix.rows()[std::size_t(spot.row)].permission;
            const QString note = permissionNote(permission);
            why = permissionWords(permission); // it may be cut short
            if (!note.isEmpty())
                why += u'\n' + note;
        }
        showPlainToolTip(help->globalPos(), why, viewport());
        return true;
    }
    return PaintedTable::viewportEvent(event);
}

// --- For screen readers ---------------------------------------------------------------------------------------------------

int RoleMatrixView::partCount() const
{
    return int(m_matrix.rows().size() + 1) * m_matrix.columnCount();
}

QString RoleMatrixView::partName(int part) const
{
    const int row = part / m_matrix.columnCount() - 1, column = part % m_matrix.columnCount();
    if (row < 0)
        return tr("%1, %2", "a role, and how many have it").arg(m_matrix.columnName(column), m_matrix.columnDetail(column));
    const QString why = whyNot(row, column);
    QString spoken = m_matrix.spoken(row, column);
    const auto permission = m_matrix.rows()[std::size_t(row)].permission;
    if (permission && !permissionNote(*permission).isEmpty())
        spoken = tr("%1. %2", "a cell, and what is to be known of it").arg(spoken, permissionNote(*permission));
    const bool says = !why.isEmpty() && permission.has_value();
    return says ? tr("%1. %2", "a cell, and why it cannot be changed").arg(spoken, why) : spoken;
}

QRect RoleMatrixView::partRect(int part) const
{
    return cellRect(part / m_matrix.columnCount() - 1, part % m_matrix.columnCount());
}

QAccessible::Role RoleMatrixView::partRole(int part) const
{
    const int row = part / m_matrix.columnCount() - 1;
    if (row < 0)
        return QAccessible::ColumnHeader;
    return m_matrix.rows()[std::size_t(row)].permission ? QAccessible::CheckBox : QAccessible::StaticText;
}

void RoleMatrixView::describePart(int part, QAccessible::State &state) const
{
    const int row = part / m_matrix.columnCount() - 1, column = part % m_matrix.columnCount();
    if (row < 0)
        return;
    state.checkable = true;
    state.checked = m_matrix.isOn(row, column);
    state.readOnly = !whyNot(row, column).isEmpty();
}

int RoleMatrixView::currentPart() const
{
    return (m_row + 1) * m_matrix.columnCount() + m_column;
}

QString RoleMatrixView::spokenTitle() const
{
    return tr("Roles and what they may do");
}

} // namespace tributary::ui
