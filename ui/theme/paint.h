#pragma once

#include "ui/theme/channel_look.h"
#include "ui/theme/tokens.h"

#include <QFont>
#include <QRectF>
#include <QString>

class QPainter;

/// Painting that several views share. Rectangles are in device-independent pixels and already mirrored where the frame is
/// (QStyle::visualRect); @p direction turns what is inside them. Every function leaves the painter as it found it.
namespace tributary::ui {

class Theme;

/// A small rounded label: SLA, status, "VIP", "2 open".
struct Pill {
    QString text;
    QColor fg, bg;
    QString icon;       ///< Drawing before the text; none if empty.
    qreal ring = -1;    ///< A ring filled to this fraction before the text; none below 0.
    QColor outline;     ///< 1 px border if valid: tags.
    bool large = false; ///< 20 high instead of 16.
};

namespace paint {

/// The rectangle moved to whole device pixels, so that its edges are sharp at any ratio.
QRectF snapped(const QPainter &painter, const QRectF &rect);

/// Fills @p rect, a line of 1 or 2 px, on whole device pixels so that it is never blurred.
void line(QPainter &painter, const QRectF &rect, const QColor &color);

/// A filled rectangle with round corners; a border inside it if @p border is valid.
void roundRect(QPainter &painter, const QRectF &rect, qreal radius, const QColor &fill, const QColor &border = {},
               qreal borderWidth = 1, bool dashed = false);

/// One line of text, elided at the end if too long, its base line centred in @p rect. Takes its direction from its first
/// strong letter, its side from @p alignment (Qt::AlignLeading follows @p direction).
void text(QPainter &painter, const QRectF &rect, const QFont &font, const QColor &color, const QString &text,
          Qt::Alignment alignment = Qt::AlignLeading, Qt::LayoutDirection direction = Qt::LeftToRight);
/// Width that text() needs.
qreal textWidth(const QFont &font, const QString &text);

/// Numbers whose digits stand in cells as wide as the widest, so that a clock does not tremble. Qt 6.4 cannot ask for
/// `tnum`.
void digits(QPainter &painter, const QRectF &rect, const QFont &font, const QColor &color, const QString &text,
            Qt::Alignment alignment = Qt::AlignTrailing, Qt::LayoutDirection direction = Qt::LeftToRight);
qreal digitsWidth(const QFont &font, const QString &text);

QSizeF pillSize(const Theme &theme, const Pill &pill);
void pill(QPainter &painter, const Theme &theme, const QRectF &rect, const Pill &pill,
          Qt::LayoutDirection direction = Qt::LeftToRight);

/// A ring of which @p fraction is left, for limits that run out.
void ring(QPainter &painter, const QRectF &rect, qreal fraction, const QColor &color);

/// A round tile with the channel's glyph: 20 px on the braid, 16 on avatars.
void channelBadge(QPainter &painter, const Theme &theme, const QRectF &rect, Strand strand);

/// A count in an accent-coloured capsule, 16 high; "9,999+" past four digits.
void countBadge(QPainter &painter, const Theme &theme, const QRectF &rect, qint64 count);
QSizeF countBadgeSize(const Theme &theme, qint64 count);

/// A key as on a keyboard: "Z", "Ctrl K".
void keycap(QPainter &painter, const Theme &theme, const QRectF &rect, const QString &key, const QColor &color = {});
QSizeF keycapSize(const Theme &theme, const QString &key);

/// 2 px round @p rect with 1 px between: what has the keyboard.
void focusRing(QPainter &painter, const Theme &theme, const QRectF &rect, qreal radius);

/// How far a shadow reaches beyond its rectangle, in px.
int shadowMargin(int elevation);
/// Shadow of elevation 1, 2 or 3 round @p rect, from a cached nine-patch: never a live blur.
void shadow(QPainter &painter, const Theme &theme, const QRectF &rect, qreal radius, int elevation);

} // namespace paint
} // namespace tributary::ui
