#include "ui/timeline/timeline_view.h"

#include <QMouseEvent>
#include <QPainter>
#include <utility>

/// The quick bar of the item under the pointer (UX 8): where it lies, what it says, and what a click on it means.
namespace tributary::ui {
namespace {

constexpr int kGap = 6;     ///< Between an item and its bar.
constexpr int kSticky = 28; ///< The date stands over what is above that.

} // namespace

void TimelineView::setQuickActions(std::function<std::vector<QuickAction>(const model::TimelineItem &)> actions)
{
    m_quick = std::move(actions);
    viewport()->update();
}

std::vector<QuickAction> TimelineView::quickActions() const
{
    if (!m_quick || m_hovered < 0 || m_hovered >= int(m_rows.size()))
        return {};
    return m_quick(m_model.items()[m_rows[std::size_t(m_hovered)].first]);
}

/// Beside the item where there is room, after it or before it; else over its upper corner. An item that begins above the
/// window has it at the window's top.
QRect TimelineView::quickPlace(int count) const
{
    const RowLayout *layout = m_hovered < 0 || count == 0 ? nullptr : knownLayout(std::size_t(m_hovered));
    if (!layout || layout->focusBox.isNull())
        return {};
    const QRect row = rowRect(std::size_t(m_hovered));
    const QRect item = layout->focusBox.translated(row.topLeft()).toAlignedRect();
    const bool rightToLeft = layoutDirection() == Qt::RightToLeft;
    const int start = m_theme.gutter(48), end = m_theme.gutter(16);
    const int left = row.left() + (rightToLeft ? end : start), right = row.right() + 1 - (rightToLeft ? start : end);
    const int gap = m_theme.px(kGap), width = quickBarWidth(m_theme, count),
              height = quickRowFor(m_theme, {}, count).height();
    const int atLeft = item.left() - gap - width, atRight = item.right() + 1 + gap;
    const bool fitsLeft = atLeft >= left, fitsRight = atRight + width <= right;
    int x = rightToLeft ? item.left() + gap : item.right() + 1 - gap - width;
    if (rightToLeft ? fitsLeft : fitsLeft && !fitsRight)
        x = atLeft;
    else if (fitsRight)
        x = atRight;
    int y = item.center().y() - height / 2;
    if (item.height() > height)
        y = std::clamp(m_theme.px(kSticky), item.top(), item.bottom() + 1 - height);
    return quickRowFor(m_theme, {x, y}, count);
}

QRect TimelineView::quickButton(int index) const
{
    const int count = int(quickActions().size());
    const QRect place = quickPlace(count);
    return index < 0 || index >= count || place.isNull() ? QRect()
                                                         : quickButtonRect(m_theme, place, count, index, layoutDirection());
}

int TimelineView::quickAt(const QPoint &position) const
{
    const int count = int(quickActions().size());
    const QRect place = quickPlace(count);
    return place.isNull() ? -1 : quickButtonAt(m_theme, place, count, position, layoutDirection());
}

/// The pointer moves, and rows move under it.
void TimelineView::findHovered()
{
    const int row = m_quick && m_pointer && !m_dragging ? rowAt(*m_pointer) : -1;
    const bool isItem =
        row >= 0 && m_rows[std::size_t(row)].key.kind == RowKey::Kind::Item && !isRowAway(m_rows[std::size_t(row)]);
    const int hovered = isItem ? row : -1;
    if (std::exchange(m_hovered, hovered) != hovered)
        viewport()->update();
    const int button = m_pointer ? quickAt(*m_pointer) : -1;
    if (std::exchange(m_quickHovered, button) != button)
        viewport()->update();
}

/// Of two quick clicks the second does not come here, as in the list.
bool TimelineView::pressQuick(const QMouseEvent &event)
{
    const int button = quickAt(event.pos());
    if (button < 0)
        return false;
    m_quickPressed = button;
    m_quickOf = m_rows[std::size_t(m_hovered)].key.item;
    viewport()->update();
    return true;
}

bool TimelineView::releaseQuick(const QMouseEvent &event)
{
    if (m_quickPressed < 0 || event.button() != Qt::LeftButton)
        return false;
    const int pressed = std::exchange(m_quickPressed, -1);
    viewport()->update();
    if (quickAt(event.pos()) != pressed || m_rows[std::size_t(m_hovered)].key.item != m_quickOf)
        return true;
    const QuickAction action = quickActions()[std::size_t(pressed)];
    if (!action.whyNot.isEmpty())
        return true;
    const QRect at = quickButton(pressed);
    setFocusKey(m_rows[std::size_t(m_hovered)].key, false); // as its menu: what was clicked is meant
    emit quickWanted(action.id, m_quickOf, QRect(viewport()->mapToGlobal(at.topLeft()), at.size()));
    return true;
}

void TimelineView::paintQuick(QPainter &painter) const
{
    const std::vector<QuickAction> actions = quickActions();
    if (const QRect place = quickPlace(int(actions.size())); !place.isNull())
        paintQuickBar(painter, m_theme, place, actions,
                      {.hovered = m_quickHovered, .pressed = m_quickPressed, .direction = layoutDirection()});
}

QString TimelineView::quickTip(int button) const
{
    if (button < 0)
        return {};
    const QuickAction action = quickActions()[std::size_t(button)];
    return action.whyNot.isEmpty() ? action.tip : action.whyNot;
}

} // namespace tributary::ui
