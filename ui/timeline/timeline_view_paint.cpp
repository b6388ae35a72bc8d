#include "ui/timeline/timeline_view.h"

#include <QPaintEvent>
#include <QPainter>

/// Painting of TimelineView: the braid, the rows on it, what sticks to the top.
namespace tributary::ui {

void TimelineView::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    const Colors &colors = m_theme.colors();
    painter.fillRect(event->rect(), colors.bg.surface);
    if (m_rows.empty()) {
        if (m_model.isLoading() && m_showSkeleton)
            paintSkeleton(painter);
        else if (!m_model.isLoading())
            paintEmpty(painter);
        return;
    }

    std::size_t top = m_anchor;
    int y = m_anchorY;
    while (top > 0 && y > 0)
        y -= m_heights.height(--top);
    while (top + 1 < m_rows.size() && y + m_heights.height(top) <= 0)
        y += m_heights.height(top++);

    bool ticking = false;
    int rowY = y;
    std::size_t row = top;
    for (; row < m_rows.size() && rowY < viewport()->height(); ++row) {
        const int before = m_heights.height(row);
        const RowLayout &layout = layoutOf(row);
        Q_ASSERT(m_heights.height(row) == before); // arrange() has been here: painting may not move anything
        Q_UNUSED(before)
        ticking = ticking || layout.ticking;
        if (event->rect().intersects(QRect(0, rowY - 6, viewport()->width(), layout.height + 12)))
            paintRow(painter, row, rowY);
        rowY += layout.height;
    }
    if (row == m_rows.size() && rowY < viewport()->height()) {
        // Past the last item the strand goes on to the composer, in the colour the reply will have.
        Row tail;
        tail.strand = m_replyStrand;
        paintTrunk(painter, tail, rowY, viewport()->height() - rowY);
    }
    paintSticky(painter, top, y);
    paintQuick(painter);
    if (ticking != m_tick.isActive())
        ticking ? m_tick.start() : m_tick.stop();
}

void TimelineView::paintTrunk(QPainter &painter, const Row &row, int y, int height) const
{
    const int trunk = m_theme.gutter(23);
    const int x = layoutDirection() == Qt::RightToLeft ? columnLeft() + columnWidth() - trunk - 2 : columnLeft() + trunk;
    const QColor color = row.strand ? toneOf(m_theme, *row.strand).fg : m_theme.colors().border.normal;
    paint::line(painter, QRectF(x, y, 2, height), color);
}

void TimelineView::paintRow(QPainter &painter, std::size_t index, int y)
{
    const Row &row = m_rows[index];
    const RowLayout &layout = layoutOf(index);
    Cached &cached = m_cache.at(row.key);
    const Colors &colors = m_theme.colors();
    const Qt::LayoutDirection direction = layoutDirection();
    const bool rightToLeft = direction == Qt::RightToLeft;
    const QPointF origin(columnLeft(), y);
    paintTrunk(painter, row, y, layout.height);

    const qreal centre = m_theme.gutter(24);
    const qreal nodeX = origin.x() + (rightToLeft ? columnWidth() - centre : centre);
    const bool isEvent =
        row.key.kind == RowKey::Kind::Changes
        || (row.key.kind == RowKey::Kind::Item && m_model.items()[row.first].kind == model::TimelineItem::Kind::Event);
    if (row.node) {
        const qreal side = m_theme.px(20);
        const model::TimelineItem *item = row.first < m_model.items().size() ? &m_model.items()[row.first] : nullptr;
        const Strand strand = row.strand ? *row.strand
                              : item
                                  ? (row.key.kind == RowKey::Kind::Conversation ? strandOf(item->channel) : strandOf(*item))
                                  : Strand::Chat;
        const QRectF node(nodeX - side / 2, y + (row.key.kind == RowKey::Kind::Conversation ? m_theme.px(6) : 0), side,
                          side);
        painter.save();
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colors.bg.surface);
        painter.drawEllipse(node.adjusted(-3, -3, 3, 3));
        painter.restore();
        paint::channelBadge(painter, m_theme, node, strand);
    } else if (isEvent) {
        const qreal side = 8;
        const QRectF ring(nodeX - side / 2, y + m_theme.px(8) - side / 2, side, side);
        paint::roundRect(painter, ring, side / 2, colors.bg.surface,
                         row.strand ? toneOf(m_theme, *row.strand).fg : colors.border.strong, 2);
    }
    layout.paint(painter, origin, m_theme, direction, *this, marksOf(index, cached));
    if (m_focus == row.key && hasFocus() && m_focusByKeyboard && !layout.focusBox.isNull())
        paint::focusRing(painter, m_theme, layout.focusBox.translated(origin), layout.focusRadius);
}

std::vector<TextMarks> TimelineView::marksOf(std::size_t row, Cached &cached) const
{
    const Colors &colors = m_theme.colors();
    const auto range = selectedRange();
    const bool selected = range && row >= range->first.row && row <= range->second.row;
    if (!selected && m_find.isEmpty())
        return {};

    const auto &parts = cached.layout->parts;
    if (!m_find.isEmpty() && cached.findEpoch != m_findEpoch) {
        cached.findEpoch = m_findEpoch;
        cached.hits.assign(parts.size(), {});
        const Row &shown = m_rows[row];
        const bool searched =
            shown.key.kind == RowKey::Kind::Item && m_model.items()[shown.first].kind != model::TimelineItem::Kind::Event;
        int ordinal = 0;
        for (std::size_t i = 0; searched && i < parts.size(); ++i) {
            const QString text = parts[i].flow->text();
            for (qsizetype at = text.indexOf(m_find, 0, Qt::CaseInsensitive); at >= 0;
                 at = text.indexOf(m_find, at + m_find.size(), Qt::CaseInsensitive)) {
                const bool current = m_match >= 0 && m_matches[std::size_t(m_match)].item == shown.key.item
                                     && m_matches[std::size_t(m_match)].ordinal == ordinal;
                cached.hits[i].push_back({int(at), int(m_find.size()), current});
                ++ordinal;
            }
        }
    }
    std::vector<TextMarks> marks(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
        TextMarks &mark = marks[i];
        mark.selection = hasFocus() ? colors.accent.fill : colors.bg.selectedInactive;
        mark.selectionText = hasFocus() ? colors.accent.onFill : colors.text.primary;
        mark.match = colors.highlight.match;
        mark.current = colors.highlight.current;
        mark.hitText = colors.highlight.text;
        mark.currentEdge = colors.highlight.currentEdge;
        if (!m_find.isEmpty() && i < cached.hits.size())
            mark.hits = cached.hits[i];
        if (!selected)
            continue;
        const int part = int(i), all = int(parts[i].flow->text().size());
        const Place &from = range->first, &to = range->second;
        const std::pair here(row, part);
        if (here < std::pair(from.row, from.part) || here > std::pair(to.row, to.part))
            continue;
        mark.from = here == std::pair(from.row, from.part) ? from.position : 0;
        mark.to = here == std::pair(to.row, to.part) ? to.position : all;
    }
    return marks;
}

void TimelineView::paintSticky(QPainter &painter, std::size_t top, int topY)
{
    const bool conversationOrItem = m_rows[top].first < m_model.items().size();
    if (!conversationOrItem || (topY >= 0 && top == 0))
        return;
    const int height = m_theme.px(28);
    // The next date pushes this one out as it comes up.
    int y = 0, nextY = topY;
    for (std::size_t row = top; row < m_rows.size() && nextY < height; ++row) {
        if (m_rows[row].key.kind == RowKey::Kind::Date && nextY > 0) {
            y = std::min(0, nextY - height);
            break;
        }
        nextY += m_heights.height(row);
    }
    const QDate day = m_format.dateOf(m_model.items()[m_rows[top].first].at);
    const Colors &colors = m_theme.colors();
    const bool rightToLeft = layoutDirection() == Qt::RightToLeft;
    painter.fillRect(QRect(0, y, viewport()->width(), height), colors.bg.surface);
    paintTrunk(painter, Row{}, y, height);
    const qreal left = m_theme.gutter(48), right = columnWidth() - m_theme.gutter(16);
    const QFont &font = m_theme.font(Type::MetaStrong);
    const QString text = m_format.dayHeading(day, m_clock.now());
    const qreal width = paint::textWidth(font, text), gap = m_theme.px(12);
    const auto place = [&](qreal x, qreal w, qreal ry, qreal h) {
        return QRectF(columnLeft() + (rightToLeft ? columnWidth() - x - w : x), y + ry, w, h);
    };
    paint::text(painter, place(left, width, m_theme.px(6), m_theme.px(16)), font, colors.text.tertiary, text,
                Qt::AlignLeading, layoutDirection());
    paint::line(painter, place(left + width + gap, right - left - width - gap, m_theme.px(14), m_theme.hairline()),
                colors.border.subtle);
}

void TimelineView::paintEmpty(QPainter &painter) const
{
    const Colors &colors = m_theme.colors();
    const int width = std::min(m_theme.px(320), viewport()->width() - 32);
    const QRectF box((viewport()->width() - width) / 2.0, viewport()->height() / 2.0 - m_theme.px(70), width,
                     m_theme.px(140));
    const qreal side = m_theme.px(64);
    m_theme.icons().paint(painter, QRectF(box.center().x() - side / 2, box.top(), side, side), QStringLiteral("logo"),
                          colors.border.normal);
    paint::text(painter, QRectF(box.left(), box.top() + side + m_theme.px(12), box.width(), m_theme.px(20)),
                m_theme.font(Type::TitleMedium), colors.text.primary, m_emptyTitle, Qt::AlignHCenter);
    painter.setFont(m_theme.font(Type::Body));
    painter.setPen(colors.text.secondary);
    painter.drawText(QRectF(box.left(), box.top() + side + m_theme.px(38), box.width(), m_theme.px(54)),
                     Qt::AlignHCenter | Qt::AlignTop | Qt::TextWordWrap, m_emptySentence);
}

void TimelineView::paintSkeleton(QPainter &painter) const
{
    const Colors &colors = m_theme.colors();
    const bool rightToLeft = layoutDirection() == Qt::RightToLeft;
    const qreal left = m_theme.gutter(48), room = columnWidth() - m_theme.gutter(64);
    const struct {
        qreal from, width, height;
    } bars[]{{0, 0.55, 44}, {0.5, 0.5, 36}, {0, 1, 84}, {0, 0.4, 36}, {0.4, 0.6, 60}};
    qreal y = viewport()->height();
    paintTrunk(painter, Row{}, 0, viewport()->height());
    for (int i = 0; y > 0 && i < 40; ++i) {
        const auto &bar = bars[i % 5];
        y -= m_theme.px(bar.height) + m_theme.px(14);
        const qreal x = left + bar.from * room, width = bar.width * room;
        paint::roundRect(
            painter, QRectF(columnLeft() + (rightToLeft ? columnWidth() - x - width : x), y, width, m_theme.px(bar.height)),
            8, colors.bg.sunken);
    }
}

} // namespace tributary::ui
