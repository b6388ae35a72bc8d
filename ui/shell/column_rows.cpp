#include "ui/shell/column_rows.h"

#include "ui/shell/settings_file.h"
#include "ui/theme/paint.h"

#include <QContextMenuEvent>
#include <QPainter>

#include <algorithm>

namespace tributary::ui {

ColumnRows::ColumnRows(const Theme &theme, const Clock &clock, QList<Column> columns, QWidget *parent)
    : PaintedRows(theme, clock, parent)
    , m_columns(std::move(columns))
{
}

void ColumnRows::setOrder(Order order)
{
    m_order = order;
    for (const Column &column : m_columns) {
        if (column.order == order.by)
            setAccessibleDescription(wordsOf(column, order.rising));
    }
    viewport()->update();
}

void ColumnRows::keepOrder(SettingsFile &settings, const QString &name)
{
    const QString by = name + "/orderBy", rising = name + "/orderRising";
    bool isKept = false;
    const Order kept{settings.value(by).toInt(&isKept), settings.value(rising).toBool()};
    if (isKept && std::ranges::any_of(m_columns, [&kept](const Column &column) { return column.order == kept.by; })) {
        setOrder(kept);
        emit orderWanted(kept);
    }
    connect(this, &ColumnRows::orderWanted, this, [&settings, by, rising](const Order &order) {
        settings.setValue(by, order.by);
        settings.setValue(rising, order.rising);
    });
}

QString ColumnRows::wordsOf(const Column &column, bool rising)
{
    //: The column that a table is in order by, and which way: "Last contact, newest first".
    return tr("%1, %2").arg(column.title, rising ? column.rising : column.falling);
}

QRectF ColumnRows::headingRect(int column) const
{
    return cells(QRectF(0, 0, viewport()->width(), headerHeight())).value(column);
}

QList<QRectF> ColumnRows::cells(const QRectF &row) const
{
    const qreal margin = m_theme.px(16);
    QList<QRectF> cells;
    qreal x = margin;
    for (const qreal wide : widths(row.width() - 2 * margin)) {
        QRectF box(x, row.top(), wide, row.height());
        x += wide + gap();
        if (layoutDirection() == Qt::RightToLeft)
            box.moveLeft(row.width() - box.right());
        cells.append(box);
    }
    return cells;
}

void ColumnRows::mousePressEvent(QMouseEvent *event)
{
    if (event->pos().y() >= headerHeight())
        return PaintedRows::mousePressEvent(event);
    for (int i = 0; i < m_columns.size() && event->button() == Qt::LeftButton; ++i) {
        const Column &column = m_columns[i];
        if (column.order && headingRect(i).contains(event->pos()))
            emit orderWanted({*column.order, *column.order == m_order.by ? !m_order.rising : !column.startsFalling});
    }
}

void ColumnRows::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() != QContextMenuEvent::Mouse) {
        if (current() >= 0)
            emit menuWanted(viewport()->mapToGlobal(rowRect(current()).center()));
        return;
    }
    const int row = rowAtGlobal(event->globalPos());
    if (row < 0)
        return;
    chooseForMenu(row);
    emit menuWanted(event->globalPos());
}

void ColumnRows::paintHeader(QPainter &painter, const QRect &box)
{
    const Colors &c = m_theme.colors();
    const QFont &font = m_theme.font(Type::MetaStrong);
    const qreal glyph = m_theme.px(12), space = m_theme.px(4);
    const QList<QRectF> places = cells(box);
    for (int i = 0; i < m_columns.size(); ++i) {
        const bool orders = m_columns[i].order == m_order.by;
        const qreal room = places[i].width() - (orders ? glyph + space : 0);
        if (room <= 0)
            continue;
        const qreal wide = std::min(room, paint::textWidth(font, m_columns[i].title) + 1);
        paint::text(painter, within(places[i], 0, orders ? wide : room, box.height()), font,
                    orders ? c.text.primary : c.text.secondary, m_columns[i].title, Qt::AlignLeading, layoutDirection());
        if (orders)
            m_theme.icons().paint(painter, within(places[i], wide + space, glyph, glyph),
                                  m_order.rising ? "chevron-up" : "chevron-down", c.text.primary);
    }
}

} // namespace tributary::ui
