#include "ui/inbox/row_painter.h"

#include "ui/theme/avatar.h"
#include "ui/theme/channel_look.h"
#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyle>

namespace tributary::ui {
namespace {

constexpr qreal kGoneOpacity = 0.55;

/// Places things inside a row from its leading edge, mirrored where the frame is.
class RowGrid {
public:
    RowGrid(const QRect &row, Qt::LayoutDirection direction)
        : m_row(row)
        , m_direction(direction)
    {
    }
    QRectF at(qreal x, qreal y, qreal width, qreal height) const
    {
        const QRect logical(m_row.left() + int(x), m_row.top() + int(y), int(width), int(height));
        return QStyle::visualRect(m_direction, m_row, logical);
    }

private:
    QRect m_row;
    Qt::LayoutDirection m_direction;
};

QColor groundOf(const Colors &c, const RowLook &look)
{
    if (look.open || look.chosen)
        return look.active ? c.bg.selected : c.bg.selectedInactive;
    return look.hovered ? c.bg.hover : c.bg.list;
}

/// A box with a tick, in place of the unread dot while rows are being chosen.
void paintBox(QPainter &painter, const Theme &theme, const QRectF &rect, bool on)
{
    const Colors &c = theme.colors();
    paint::roundRect(painter, rect, 3, on ? c.accent.fill : c.bg.field, on ? c.accent.fill : c.border.strong);
    if (on)
        theme.icons().paint(painter, rect.adjusted(1, 1, -1, -1), "check", c.accent.onFill);
}

/// Line three: pills, columns, then at the end the unread count or who is there or whose it is.
void paintFoot(QPainter &painter, const Theme &theme, const RowGrid &grid, qreal y, qreal width, qint64 unread,
               const RowWords &words, const RowLook &look)
{
    const Colors &c = theme.colors();
    const qreal height = theme.px(16), gap = theme.px(6);
    qreal x = theme.px(62), end = width - theme.px(12);
    if (unread > 0) {
        const QSizeF size = paint::countBadgeSize(theme, unread);
        end -= size.width();
        paint::countBadge(painter, theme, grid.at(end, y, size.width(), size.height()), unread);
        end -= gap;
        if (words.present) { // who is there counts as much as what is unread; their name is in the words for the ear
            end -= height;
            paint::avatar(painter, theme, grid.at(end, y, height, height), words.present->name, words.present->id, {},
                          look.direction);
            end -= gap;
        }
    } else if (!words.owner.isEmpty()) {
        const QFont font = theme.font(Type::Micro, QFont::Medium);
        const qreal wide = std::min<qreal>(paint::textWidth(font, words.owner) + 1, theme.px(110));
        end -= wide;
        paint::text(painter, grid.at(end, y, wide, height), font, c.text.tertiary, words.owner, Qt::AlignTrailing,
                    look.direction);
        end -= gap;
        if (words.present) {
            end -= height;
            paint::avatar(painter, theme, grid.at(end, y, height, height), words.present->name, words.present->id, {},
                          look.direction);
            end -= gap;
        }
    }
    QList<Pill> pills = words.pills;
    for (const RowColumn &column : words.columns)
        pills.append(column.pill);
    for (Pill &pill : pills) {
        if (look.open && pill.bg == c.status.neutral.tint)
            pill.bg = c.bg.surface;
        const QSizeF size = paint::pillSize(theme, pill);
        if (x + size.width() > end)
            return;
        paint::pill(painter, theme, grid.at(x, y, size.width(), height), pill, look.direction);
        x += size.width() + gap;
    }
}

} // namespace

void paintConversationRow(QPainter &painter, const Theme &theme, const QRect &rect, const store::ConversationRow &row,
                          const RowWords &words, const RowLook &look)
{
    const Colors &c = theme.colors();
    const RowGrid grid(rect, look.direction);
    const bool compact = theme.isCompact(), unread = row.unread > 0 || row.mentionNew;
    const QColor ground = groundOf(c, look);
    const qreal width = rect.width();
    painter.fillRect(rect, ground);
    painter.fillRect(grid.at(0, rect.height() - 1, width, 1).toRect(), c.border.subtle);
    if (look.open)
        painter.fillRect(grid.at(0, 0, 3, rect.height()).toRect(), c.accent.fill);

    if (look.gone)
        painter.setOpacity(kGoneOpacity);
    const qreal avatar = theme.px(32), avatarTop = compact ? theme.px(12) : theme.px(8);
    if (look.choosing) {
        paintBox(painter, theme, grid.at(theme.px(4), avatarTop + (avatar - theme.px(13)) / 2, theme.px(13), theme.px(13)),
                 look.chosen);
    } else if (unread) {
        const qreal dot = theme.px(7);
        paint::roundRect(painter, grid.at(theme.px(8), avatarTop + (avatar - dot) / 2, dot, dot), dot / 2, c.accent.fill);
    }
    const Tone &tone = toneOf(theme, row.conversation.channel);
    paint::avatar(painter, theme, grid.at(theme.px(20), avatarTop, avatar, avatar), words.name, row.customer.bytes,
                  {.icon = iconOf(row.conversation.channel), .fg = tone.fg, .tint = tone.tint, .ring = ground},
                  look.direction);

    const qreal x = theme.px(62), top = compact ? theme.px(10) : theme.px(8);
    qreal end = width - theme.px(12);
    const qreal timeWidth = paint::digitsWidth(theme.font(Type::Meta), words.time);
    end -= timeWidth;
    paint::digits(painter, grid.at(end, top + 1, timeWidth, theme.px(16)), theme.font(Type::Meta), c.text.tertiary,
                  words.time, Qt::AlignTrailing, look.direction);
    end -= theme.px(6);
    if (compact && !words.pills.isEmpty()) {
        const QSizeF size = paint::pillSize(theme, words.pills.first());
        end -= size.width();
        paint::pill(painter, theme, grid.at(end, top + 1, size.width(), theme.px(16)), words.pills.first(), look.direction);
        end -= theme.px(6);
    }
    const Pill many{
        .text = words.manyOpen, .fg = c.status.neutral.fg, .bg = look.open ? c.bg.surface : c.status.neutral.tint};
    const qreal manyWidth = words.manyOpen.isEmpty() ? 0 : paint::pillSize(theme, many).width() + theme.px(6);
    const qreal mark = theme.px(13), step = mark + theme.px(6);
    const qreal marksWidth = (words.vip ? step : 0) + (words.following ? step : 0);
    const QFont nameFont = theme.font(Type::Body, unread ? QFont::DemiBold : QFont::Medium);
    const qreal nameWidth = std::min(paint::textWidth(nameFont, words.name) + 1, end - x - marksWidth - manyWidth);
    paint::text(painter, grid.at(x, top, nameWidth, theme.px(18)), nameFont, c.text.primary, words.name, Qt::AlignLeading,
                look.direction);
    qreal at = x + nameWidth + theme.px(6);
    const auto paintMark = [&](const char *icon, const QColor &color) {
        theme.icons().paint(painter, grid.at(at, top + (theme.px(18) - mark) / 2, mark, mark), icon, color);
        at += step;
    };
    if (words.vip)
        paintMark("star", c.status.warning.fg);
    if (words.following)
        paintMark("eye", c.text.tertiary);
    if (manyWidth > 0)
        paint::pill(painter, theme, grid.at(at, top + 1, manyWidth - theme.px(6), theme.px(16)), many, look.direction);

    const QRectF second = grid.at(x, top + theme.px(compact ? 19 : 17), width - x - theme.px(12), theme.px(18));
    const QFont &meta = theme.font(Type::Meta);
    qreal prefix = 0;
    if (!words.prefix.isEmpty()) {
        prefix = std::min(paint::textWidth(meta, words.prefix) + theme.px(2), second.width() / 2);
        paint::text(painter, grid.at(x, top + theme.px(compact ? 19 : 17), prefix, theme.px(18)), meta, c.text.tertiary,
                    words.prefix, Qt::AlignLeading, look.direction);
    }
    QRectF preview = second;
    (look.direction == Qt::RightToLeft ? preview.setRight(second.right() - prefix)
                                       : preview.setLeft(second.left() + prefix));
    paint::text(painter, preview, meta, unread ? c.text.primary : c.text.secondary, words.preview, Qt::AlignLeading,
                look.direction);
    if (!compact)
        paintFoot(painter, theme, grid, theme.px(47), width, row.unread, words, look);
    painter.setOpacity(1);
    if (look.focusRing)
        paint::focusRing(painter, theme, QRectF(rect).adjusted(6, 4, -4, -5), theme.px(4));
}

} // namespace tributary::ui
