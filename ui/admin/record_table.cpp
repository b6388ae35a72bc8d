#include "ui/admin/record_table.h"

#include "ui/shell/controls.h"
#include "ui/theme/avatar.h"

#include <QContextMenuEvent>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QStyle>

namespace tributary::ui {
namespace {

constexpr int kHeader = 36, kRow = 52, kCompactRow = 40, kMargin = 24, kTile = 28, kGap = 20;

/// Logical rectangles of a row, mirrored where the frame is.
QRect placed(const QWidget *widget, const QRect &row, const QRect &logical)
{
    return QStyle::visualRect(widget->layoutDirection(), row, logical);
}

Tone toneOf(const Theme &theme, TableCell::Tone tone)
{
    const Colors::Status &status = theme.colors().status;
    switch (tone) {
    case TableCell::Tone::Success: return status.success;
    case TableCell::Tone::Warning: return status.warning;
    default: return status.neutral;
    }
}

} // namespace

RecordTable::RecordTable(const Theme &theme, const QString &title, QList<TableColumn> columns, QWidget *parent)
    : PaintedTable(theme, parent)
    , m_title(title)
    , m_columns(std::move(columns))
    , m_selection(new RowSelection({.count = [this] { return int(m_rows.size()); },
                                    .current = [this] { return m_current; },
                                    .page = [this] { return pageRows(); },
                                    .idAt = [this](int row) { return m_rows[row].id; },
                                    .moveTo = [this](int row) { moveTo(row); }},
                                   this))
    , m_editor(new QLineEdit(viewport()))
{
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_editor->hide();
    m_editor->setObjectName("nameInPlace");
    m_editor->setAccessibleName(tr("Name"));
    m_editor->installEventFilter(this);
    connect(&theme, &Theme::changed, this, &RecordTable::updateRange);
    connect(m_selection, &RowSelection::rowChanged, this, &RecordTable::announceSelected);
    connect(m_selection, &RowSelection::changed, this, [this] {
        viewport()->update();
        emit selectionChanged();
    });
}

void RecordTable::setRows(QList<TableRow> rows)
{
    if (rows == m_rows)
        return;
    const std::optional<RawId> kept = current();
    m_rows = std::move(rows);
    m_current = std::clamp(m_current, 0, std::max(0, int(m_rows.size()) - 1));
    for (int i = 0; kept && i < m_rows.size(); ++i) {
        if (m_rows[i].id == *kept)
            m_current = i;
    }
    updateRange();
    viewport()->update();
    m_selection->forgetGone();
    followEdited();
}

std::optional<RawId> RecordTable::current() const
{
    return m_current < m_rows.size() ? std::optional(m_rows[m_current].id) : std::nullopt;
}

void RecordTable::setCurrent(const RawId &id)
{
    if (const int row = indexOf(id); row >= 0)
        moveTo(row);
}

int RecordTable::indexOf(const RawId &id) const
{
    const auto at = std::ranges::find(m_rows, id, &TableRow::id);
    return at == m_rows.end() ? -1 : int(at - m_rows.begin());
}

QList<RawId> RecordTable::chosen() const
{
    const std::vector<RawId> ids = m_selection->chosen();
    return {ids.begin(), ids.end()};
}

int RecordTable::pageRows() const
{
    return std::max(1, (viewport()->height() - headerHeight()) / rowHeight() - 1);
}

void RecordTable::setOpened(std::optional<RawId> id)
{
    m_opened = id;
    viewport()->update();
}

QString RecordTable::spokenTitle() const
{
    return tr("%1, %n rows", nullptr, int(m_rows.size())).arg(m_title);
}

void RecordTable::describePart(int part, QAccessible::State &state) const
{
    state.selectable = true;
    state.selected = m_selection->isEmpty() ? part == m_current : m_selection->contains(m_rows[part].id);
}

int RecordTable::headerHeight() const
{
    return m_theme.px(kHeader);
}

int RecordTable::rowHeight() const
{
    return m_theme.px(m_theme.isCompact() ? kCompactRow : kRow);
}

QRect RecordTable::rowRect(int row) const
{
    return QRect(0, headerHeight() + row * rowHeight() - verticalScrollBar()->value(), viewport()->width(), rowHeight());
}

int RecordTable::rowAt(const QPoint &at) const
{
    if (at.y() < headerHeight())
        return -1;
    const int row = (at.y() - headerHeight() + verticalScrollBar()->value()) / rowHeight();
    return row < m_rows.size() ? row : -1;
}

void RecordTable::updateRange()
{
    QScrollBar *bar = verticalScrollBar();
    bar->setRange(0, std::max(0, headerHeight() + int(m_rows.size()) * rowHeight() - viewport()->height()));
    bar->setPageStep(std::max(1, viewport()->height() - headerHeight()));
    bar->setSingleStep(rowHeight() / 2);
}

QList<QRect> RecordTable::cellRects(const QRect &row) const
{
    int shown = int(m_columns.size()), fixed = 0, sharing = 0;
    for (;; --shown) { // the last ones go first where there is no room
        fixed = 2 * m_theme.px(kMargin) + (shown - 1) * m_theme.px(kGap);
        sharing = 0;
        for (const TableColumn &column : m_columns.mid(0, shown)) {
            fixed += m_theme.px(column.width);
            sharing += column.width == 0 ? column.share : 0;
        }
        if (shown <= 2 || row.width() - fixed >= std::max(m_theme.px(160), sharing * m_theme.px(40)))
            break;
    }
    const int left = std::max(0, row.width() - fixed);
    QList<QRect> rects;
    int x = row.left() + m_theme.px(kMargin);
    for (const TableColumn &column : m_columns.mid(0, shown)) {
        const int width = column.width > 0 ? m_theme.px(column.width)
                                           : std::max(m_theme.px(72), left * column.share / std::max(1, sharing));
        rects.append(QRect(x, row.top(), std::max(0, std::min(width, row.right() + 1 - m_theme.px(8) - x)), row.height()));
        x += width + m_theme.px(kGap);
    }
    while (rects.size() < m_columns.size())
        rects.append(QRect());
    return rects;
}

void RecordTable::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    painter.fillRect(event->rect(), m_theme.colors().bg.surface);
    for (int row = std::max(0, rowAt(QPoint(0, headerHeight()))); row < m_rows.size(); ++row) {
        if (rowRect(row).top() > event->rect().bottom())
            break;
        paintRow(painter, row);
    }
    paintHeader(painter);
}

void RecordTable::paintHeader(QPainter &painter)
{
    const Colors &c = m_theme.colors();
    const QRect header(0, 0, viewport()->width(), headerHeight());
    painter.fillRect(header, c.bg.surface);
    const QList<QRect> rects = cellRects(header);
    for (int i = 0; i < m_columns.size(); ++i)
        paint::text(painter, placed(this, header, rects[i]), m_theme.font(Type::MetaStrong), c.text.secondary,
                    m_columns[i].title, m_columns[i].atEnd ? Qt::AlignTrailing : Qt::AlignLeading, layoutDirection());
    painter.fillRect(0, header.bottom(), header.width(), 1, c.border.normal);
}

void RecordTable::paintRow(QPainter &painter, int row)
{
    const Colors &c = m_theme.colors();
    const QRect at = rowRect(row);
    const TableRow &shown = m_rows[row];
    const bool isOpen = m_opened == shown.id;
    const bool isCurrent = row == m_current && hasFocus(), isSelected = m_selection->contains(shown.id);
    if (isSelected)
        painter.fillRect(at, hasFocus() ? c.bg.selected : c.bg.selectedInactive);
    else if (isOpen || isCurrent)
        painter.fillRect(at, isOpen ? c.bg.selected : c.bg.hover);
    else if (row == m_hovered)
        painter.fillRect(at, c.bg.hover);
    if (isSelected) // not by its colour alone
        painter.fillRect(placed(this, at, QRect(at.left(), at.top(), m_theme.px(3), at.height() - 1)), c.accent.fill);
    painter.fillRect(at.left(), at.bottom(), at.width(), 1, c.border.subtle);
    const QList<QRect> rects = cellRects(at);
    for (int i = 0; i < std::min(m_columns.size(), shown.cells.size()); ++i) {
        QRect cell = rects[i];
        if (cell.isEmpty())
            continue;
        if (i == 0 && (!shown.person.isEmpty() || !shown.icon.isEmpty())) {
            const int tile = m_theme.px(kTile);
            const QRect spot = placed(this, at, QRect(cell.left(), at.center().y() - tile / 2, tile, tile));
            if (!shown.person.isEmpty()) {
                painter.setOpacity(shown.faded ? 0.55 : 1);
                paint::avatar(painter, m_theme, spot, shown.person, shown.id, {}, layoutDirection());
                painter.setOpacity(1);
            } else {
                paint::roundRect(painter, spot, tile / 2.0, c.bg.sunken);
                const int glyph = m_theme.px(14);
                m_theme.icons().paint(
                    painter,
                    QRectF(spot.center().x() + 0.5 - glyph / 2.0, spot.center().y() + 0.5 - glyph / 2.0, glyph, glyph),
                    shown.icon, c.text.secondary, layoutDirection());
            }
            cell.setLeft(cell.left() + tile + m_theme.px(12));
        }
        paintCell(painter, placed(this, at, cell), shown.cells[i], i == 0, shown.faded, m_columns[i].atEnd);
    }
    if (row == m_current && focusByKey(this))
        paint::focusRing(painter, m_theme, QRectF(at).adjusted(3, 3, -3, -4), m_theme.px(4));
}

void RecordTable::paintCell(QPainter &painter, const QRect &rect, const TableCell &cell, bool first, bool faded, bool atEnd)
{
    const Colors &c = m_theme.colors();
    const Qt::Alignment side = atEnd ? Qt::AlignTrailing : Qt::AlignLeading;
    if (cell.tone != TableCell::Tone::Plain) {
        const Tone tone = toneOf(m_theme, cell.tone);
        const Pill pill{.text = cell.text, .fg = tone.fg, .bg = tone.tint, .icon = cell.icon, .large = true};
        const QSizeF size = paint::pillSize(m_theme, pill);
        const qreal x = layoutDirection() == Qt::RightToLeft ? rect.right() + 1 - size.width() : rect.left();
        paint::pill(painter, m_theme, QRectF(x, rect.center().y() - size.height() / 2, size.width(), size.height()), pill,
                    layoutDirection());
        return;
    }
    const QFont font = first ? m_theme.font(Type::Body, QFont::Medium) : m_theme.font(Type::Body);
    const QColor color = faded || cell.pale ? c.text.tertiary : first ? c.text.primary : c.text.secondary;
    if (cell.detail.isEmpty() || m_theme.isCompact()) {
        paint::text(painter, rect, font, color, cell.text, side, layoutDirection());
        return;
    }
    const int line = m_theme.lineHeight(Type::Body), small = m_theme.lineHeight(Type::Meta);
    const int top = rect.center().y() + 1 - (line + small) / 2;
    paint::text(painter, QRectF(rect.left(), top, rect.width(), line), font, color, cell.text, side, layoutDirection());
    paint::text(painter, QRectF(rect.left(), top + line, rect.width(), small), m_theme.font(Type::Meta),
                faded ? c.text.tertiary : c.text.secondary, cell.detail, side, layoutDirection());
}

void RecordTable::resizeEvent(QResizeEvent *)
{
    updateRange();
    for (int row = 0; row < m_rows.size(); ++row) {
        if (m_edited != RawId{} && m_rows[row].id == m_edited)
            placeEditor(row);
    }
}

void RecordTable::mousePressEvent(QMouseEvent *event)
{
    const int row = rowAt(event->pos());
    if (row < 0 || event->button() != Qt::LeftButton)
        return;
    if (m_selection->takeClick(row, event->modifiers()))
        return;
    moveTo(row);
    emit opened(m_rows[row].id);
}

void RecordTable::mouseDoubleClickEvent(QMouseEvent *event)
{
    const int row = rowAt(event->pos());
    if (row < 0 || event->modifiers() != Qt::NoModifier)
        return;
    const QList<QRect> rects = cellRects(rowRect(row));
    if (placed(this, rowRect(row), rects.first()).contains(event->pos()))
        rename(row);
}

void RecordTable::mouseMoveEvent(QMouseEvent *event)
{
    const int row = rowAt(event->pos());
    if (row != m_hovered) {
        m_hovered = row;
        viewport()->update();
    }
}

void RecordTable::leaveEvent(QEvent *)
{
    m_hovered = -1;
    viewport()->update();
}

void RecordTable::moveTo(int row)
{
    if (m_rows.isEmpty())
        return;
    m_current = std::clamp(row, 0, int(m_rows.size()) - 1);
    QScrollBar *bar = verticalScrollBar();
    const QRect at = rowRect(m_current);
    if (at.top() < headerHeight())
        bar->setValue(bar->value() + at.top() - headerHeight());
    else if (at.bottom() >= viewport()->height())
        bar->setValue(bar->value() + at.bottom() + 1 - viewport()->height());
    viewport()->update();
    announceCurrent();
}

void RecordTable::keyPressEvent(QKeyEvent *event)
{
    if (m_selection->takeKey(*event))
        return;
    const int page = pageRows();
    if ((event->modifiers() & Qt::AltModifier) && (event->key() == Qt::Key_Up || event->key() == Qt::Key_Down)) {
        if (m_moving && current())
            emit moveWanted(*current(), event->key() == Qt::Key_Up ? -1 : 1);
        return;
    }
    switch (event->key()) {
    case Qt::Key_Down: moveTo(m_current + 1); return;
    case Qt::Key_Up: moveTo(m_current - 1); return;
    case Qt::Key_PageDown: moveTo(m_current + page); return;
    case Qt::Key_PageUp: moveTo(m_current - page); return;
    case Qt::Key_Home: moveTo(0); return;
    case Qt::Key_End: moveTo(int(m_rows.size()) - 1); return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
    case Qt::Key_Space:
        if (current())
            emit opened(*current());
        return;
    case Qt::Key_F2: rename(m_current); return;
    case Qt::Key_Period: askForMenu(m_current); return;
    case Qt::Key_Delete:
        if (current())
            emit removeWanted(chosen());
        return;
    default: QAbstractScrollArea::keyPressEvent(event);
    }
}

void RecordTable::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() == QContextMenuEvent::Mouse && rowAt(event->pos()) < 0)
        return;
    if (event->reason() == QContextMenuEvent::Mouse) {
        m_selection->takeMenu(rowAt(event->pos()));
        emit menuWanted(chosen(), QRect(event->globalPos(), QSize(1, 1)));
        return;
    }
    askForMenu(m_current);
}

void RecordTable::askForMenu(int row)
{
    if (row < 0 || row >= m_rows.size())
        return;
    const QRect at = rowRect(row);
    emit menuWanted(chosen(), QRect(viewport()->mapToGlobal(at.topLeft()), at.size()));
}

void RecordTable::rename(int row)
{
    if (!m_renaming || row < 0 || row >= m_rows.size())
        return;
    m_edited = m_rows[row].id;
    placeEditor(row);
    m_editor->setText(m_rows[row].cells.first().text);
    m_editor->selectAll();
    m_editor->show();
    m_editor->setFocus(Qt::OtherFocusReason);
}

void RecordTable::placeEditor(int row)
{
    const QRect at = rowRect(row);
    QRect cell = cellRects(at).first();
    if (!m_rows[row].person.isEmpty() || !m_rows[row].icon.isEmpty())
        cell.setLeft(cell.left() + m_theme.px(kTile) + m_theme.px(4));
    const int high = m_theme.px(28);
    m_editor->setGeometry(
        placed(this, at, QRect(cell.left(), at.center().y() - high / 2, std::max(cell.width(), m_theme.px(120)), high)));
}

/// It stands over its row wherever that goes, and goes with it.
void RecordTable::followEdited()
{
    if (m_edited == RawId{})
        return;
    if (const int row = indexOf(m_edited); row >= 0)
        return placeEditor(row);
    endRename(false);
}

void RecordTable::scrollContentsBy(int dx, int dy)
{
    PaintedTable::scrollContentsBy(dx, dy);
    followEdited();
}

void RecordTable::endRename(bool keep)
{
    const RawId edited = std::exchange(m_edited, {}); // hiding takes the focus away, which ends it as well
    if (edited == RawId{})
        return;
    const QString name = m_editor->text().trimmed();
    const bool hadFocus = m_editor->hasFocus();
    m_editor->hide();
    if (hadFocus)
        setFocus(Qt::OtherFocusReason);
    for (const TableRow &row : m_rows) {
        if (keep && row.id == edited && row.cells.first().text != name) {
            emit renamed(edited, name);
            return;
        }
    }
}

bool RecordTable::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_editor && event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent *>(event)->key()) {
        case Qt::Key_Return:
        case Qt::Key_Enter: endRename(true); return true;
        case Qt::Key_Escape: endRename(false); return true;
        default: break;
        }
    }
    if (watched == m_editor && event->type() == QEvent::FocusOut) {
        const Qt::FocusReason why = static_cast<QFocusEvent *>(event)->reason();
        if (why != Qt::PopupFocusReason && why != Qt::ActiveWindowFocusReason) // its own menu, or a look elsewhere
            endRename(true);
    }
    return PaintedTable::eventFilter(watched, event);
}

} // namespace tributary::ui
