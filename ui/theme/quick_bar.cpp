#include "ui/theme/quick_bar.h"

#include "ui/theme/paint.h"

#include <QPainter>
#include <QStyle>

namespace tributary::ui {
namespace {

constexpr int kSide = 28;
constexpr int kEdge = 8; ///< From the end of the row.

} // namespace

QRect quickButtonRect(const Theme &theme, const QRect &row, int count, int index, Qt::LayoutDirection direction)
{
    const int side = theme.px(kSide);
    const QRect logical(row.right() + 1 - theme.px(kEdge) - (count - index) * side, row.top() + (row.height() - side) / 2,
                        side, side);
    return QStyle::visualRect(direction, row, logical);
}

int quickBarWidth(const Theme &theme, int count)
{
    return count * theme.px(kSide);
}

QRect quickRowFor(const Theme &theme, const QPoint &at, int count)
{
    const int edge = theme.px(kEdge); // on both sides, so that it is the same from right to left
    return {at.x() - edge, at.y(), quickBarWidth(theme, count) + 2 * edge, theme.px(kSide)};
}

int quickButtonAt(const Theme &theme, const QRect &row, int count, const QPoint &at, Qt::LayoutDirection direction)
{
    for (int i = 0; i < count; ++i) {
        if (quickButtonRect(theme, row, count, i, direction).contains(at))
            return i;
    }
    return -1;
}

void paintQuickBar(QPainter &painter, const Theme &theme, const QRect &row, const std::vector<QuickAction> &actions,
                   const QuickLook &look)
{
    if (actions.empty())
        return;
    const Colors &c = theme.colors();
    const int count = int(actions.size());
    const QRect bar = quickButtonRect(theme, row, count, 0, look.direction)
                          .united(quickButtonRect(theme, row, count, count - 1, look.direction));
    paint::roundRect(painter, QRectF(bar), theme.px(6), c.bg.raised, c.border.normal);
    const qreal glyph = theme.px(16);
    for (int i = 0; i < count; ++i) {
        const QuickAction &action = actions[std::size_t(i)];
        const QRectF button(quickButtonRect(theme, row, count, i, look.direction));
        const bool may = action.whyNot.isEmpty();
        if (may && (i == look.hovered || i == look.pressed))
            paint::roundRect(painter, button.adjusted(2, 2, -2, -2), theme.px(4),
                             i == look.hovered && i == look.pressed ? c.bg.pressed : c.bg.hover);
        const QRectF spot(button.center().x() - glyph / 2, button.center().y() - glyph / 2, glyph, glyph);
        theme.icons().paint(painter, spot, action.icon,
                            !may                ? c.text.disabled
                            : i == look.hovered ? c.text.primary
                                                : c.text.secondary,
                            look.direction);
    }
}

} // namespace tributary::ui
