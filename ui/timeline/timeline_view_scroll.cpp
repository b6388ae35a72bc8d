#include "ui/timeline/timeline_view.h"

#include "ui/timeline/to_latest_button.h"

#include <QScrollBar>
#include <algorithm>

/// The anchor of TimelineView: which row stays where, and what the scroll bar makes of it.
namespace tributary::ui {
namespace {

constexpr int kOlderWithin = 3; // screens from the top at which the next page is asked for: nobody waits for it at the top
constexpr int kGapWithin = 800; // pixels off the screen at which a gap is

} // namespace

void TimelineView::arrange()
{
    if (!m_model.gaps().empty() || !m_model.isComplete())
        m_gapsNear.start();
    careForTexts();
    if (m_rows.empty()) {
        updateScrollBar();
        return;
    }
    m_anchor = std::min(m_anchor, m_rows.size() - 1);
    const int bottom = viewHeight();
    if (m_atEnd) {
        m_anchor = m_rows.size() - 1;
        m_anchorY = bottom - layoutOf(m_anchor).height;
    }
    // Lay out from the anchor to both edges; then take up the slack at an end of the timeline, which may show more rows.
    for (int pass = 0; pass < 3; ++pass) {
        int down = m_anchorY;
        std::size_t below = m_anchor;
        while (below < m_rows.size() && down < bottom) {
            layoutOf(below);
            down += m_heights.height(below++);
        }
        int up = m_anchorY;
        std::size_t above = m_anchor;
        while (above > 0 && up > 0) {
            layoutOf(--above);
            up -= m_heights.height(above);
        }
        const bool atBottom = below == m_rows.size(), atTop = above == 0;
        int shift = 0;
        if (atBottom && down < bottom)
            shift = bottom - down;
        else if (atTop && up > kTopRoom && !(atBottom && down <= bottom))
            shift = std::max(kTopRoom - up, atBottom ? bottom - down : kTopRoom - up);
        if (shift == 0)
            break;
        m_anchorY += shift;
    }
    updateScrollBar();
}

void TimelineView::updateScrollBar()
{
    m_adjusting = true;
    QScrollBar *bar = verticalScrollBar();
    const int total = m_heights.total() + kTopRoom;
    bar->setPageStep(viewHeight());
    bar->setRange(0, std::max(0, total - viewHeight()));
    if (!m_rows.empty())
        bar->setValue(m_atEnd ? bar->maximum() : m_heights.top(m_anchor) + kTopRoom - m_anchorY);
    m_adjusting = false;
}

void TimelineView::scrollContentsBy(int, int dy)
{
    if (m_adjusting || m_rows.empty())
        return;
    stopReaching();
    const QScrollBar *bar = verticalScrollBar();
    m_atEnd = false;
    if (bar->value() >= bar->maximum()) {
        m_atEnd = true; // the end is the end, however wrong the estimates before it
    } else if (std::abs(dy) <= viewHeight() + 40) {
        m_anchorY += dy; // by pixels of what is on the screen, so that estimates above cannot make it jump
    } else {
        const int y = bar->value() - kTopRoom;
        m_anchor = m_heights.rowAt(y);
        m_anchorY = m_heights.top(m_anchor) - y;
    }
    afterScroll();
}

void TimelineView::scrollBy(int pixels)
{
    if (pixels == 0 || m_rows.empty())
        return;
    stopReaching();
    m_atEnd = false;
    m_anchorY -= pixels;
    afterScroll();
}

void TimelineView::afterScroll()
{
    m_olderByItself = 0;
    arrange();
    holdTopmost();
    updateScrollBar();
    updateToLatest();
    askForOlder();
    findHovered();
    viewport()->update();
}

void TimelineView::holdTopmost()
{
    if (m_rows.empty())
        return;
    int y = m_anchorY;
    std::size_t row = m_anchor;
    while (row > 0 && y > 0)
        y -= m_heights.height(--row);
    while (row + 1 < m_rows.size() && y + m_heights.height(row) <= 0)
        y += m_heights.height(row++);
    // Dates and markers come and go with their neighbours; an item stays. Where a gap is on the screen, the first item below
    // it: what fills the gap comes in above.
    std::optional<std::pair<std::size_t, int>> held;
    bool afterGap = true;
    int top = y;
    for (std::size_t i = row; i < m_rows.size() && top < viewHeight(); top += m_heights.height(i++)) {
        if (m_rows[i].key.kind == RowKey::Kind::Item && std::exchange(afterGap, false))
            held = {i, top};
        else if (m_rows[i].key.kind == RowKey::Kind::Gap)
            afterGap = true;
    }
    if (held)
        std::tie(row, y) = *held;
    m_anchor = row;
    m_anchorY = y;

    int endY = m_anchorY;
    for (std::size_t i = m_anchor; i < m_rows.size() && endY <= viewHeight() + 2; ++i)
        endY += m_heights.height(i);
    setAtEnd(endY <= viewHeight() + 2);
}

void TimelineView::setAtEnd(bool atEnd)
{
    if (std::exchange(m_atEnd, atEnd) != atEnd)
        emit atEndChanged(atEnd);
}

void TimelineView::askForOlder()
{
    if (m_olderAsked || m_model.isComplete() || m_model.items().empty()
        || verticalScrollBar()->value() > kOlderWithin * viewHeight())
        return;
    m_olderAsked = true;
    emit olderWanted();
}

/// What is here may not fill the window, so that nobody can scroll; but folded away it would never do, however much came.
void TimelineView::askForOlderByItself()
{
    constexpr int kMostPages = 3;
    if (!isVisible() || m_olderAsked || m_olderByItself >= kMostPages)
        return;
    askForOlder();
    m_olderByItself += m_olderAsked;
}

/// The newest gap that is near and that nobody has asked for yet.
void TimelineView::askForGaps()
{
    if (m_rows.empty() || !isVisible())
        return;
    std::size_t row = m_anchor;
    int y = m_anchorY;
    while (row > 0 && y > -kGapWithin)
        y -= m_heights.height(--row);
    std::optional<std::size_t> wanted;
    for (; row < m_rows.size() && y < viewHeight() + kGapWithin; y += m_heights.height(row++)) {
        const bool isGap = m_rows[row].key.kind == RowKey::Kind::Gap && y + m_heights.height(row) > -kGapWithin;
        if (isGap && m_model.gaps()[m_rows[row].gap].state == TimelineGap::State::Missing)
            wanted = m_rows[row].gap;
    }
    if (wanted) {
        const TimelineGap gap = m_model.gaps()[*wanted];
        emit gapWanted(gap);
    }
}

void TimelineView::updateToLatest()
{
    const auto &items = m_model.items();
    if (m_atEnd && !items.empty() && m_placed) {
        if (items.back().id != m_seen && !hidesNewestOf(items.back().conversation)) {
            m_seen = items.back().id;
            m_seenAt = items.back().at;
            emit itemSeen(m_seen);
        }
        m_toLatest->hide();
        return;
    }
    if (items.empty()) {
        m_toLatest->hide();
        return;
    }
    int count = 0;
    for (auto item = items.rbegin(); item != items.rend() && std::tie(item->at, item->id) > std::tie(m_seenAt, m_seen);
         ++item) {
        if (m_seen.isNull() && m_model.firstUnread() != item->id && !m_model.firstUnread())
            break;
        count += item->kind == model::TimelineItem::Kind::Inbound;
        if (m_model.firstUnread() == item->id)
            break;
    }
    auto *button = static_cast<ToLatestButton *>(m_toLatest);
    button->setCount(count);
    const QSize size = button->size();
    const int x =
        layoutDirection() == Qt::RightToLeft ? columnLeft() + 10 : columnLeft() + columnWidth() - size.width() - 10;
    button->move(x, viewport()->height() - size.height() - 6);
    button->show();
}

} // namespace tributary::ui
