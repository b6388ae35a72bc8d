#include "ui/welcome/river_art.h"

#include "ui/theme/channel_look.h"
#include "ui/theme/paint.h"

#include <QPainter>
#include <QPainterPath>

namespace tributary::ui::art {
namespace {

constexpr Strand kStreams[]{Strand::Chat, Strand::WhatsApp, Strand::Email, Strand::Instagram, Strand::WeChat, Strand::Phone};

/// A vessel's body between a rim and a foot, with rounded lower corners.
QPainterPath vessel(qreal x, qreal top, qreal width, qreal height, qreal taper)
{
    QPainterPath path(QPointF(x, top));
    path.lineTo(x + width, top);
    path.lineTo(x + width - taper, top + height - 5);
    path.quadTo(x + width - taper - 1, top + height, x + width - taper - 6, top + height);
    path.lineTo(x + taper + 6, top + height);
    path.quadTo(x + taper + 1, top + height, x + taper, top + height - 5);
    path.closeSubpath();
    return path;
}

void shop(QPainter &painter)
{
    // The goods of the demo shop; the same colours by day and night, as things have.
    painter.setPen(QPen(QColor(0xB3, 0xA3, 0x89), 3, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(QPointF(20, 84), QPointF(204, 84));
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0x9D, 0xB8, 0xA5));
    painter.drawPath(vessel(26, 46, 44, 37, 4));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0x9D, 0xB8, 0xA5), 4.5));
    QPainterPath handle(QPointF(69, 50));
    handle.cubicTo(81, 47, 84, 66, 66, 67);
    painter.drawPath(handle);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0x7E, 0x9A, 0x87));
    painter.drawEllipse(QPointF(48, 46), 22, 4);
    QPainterPath vase(QPointF(112, 20));
    vase.cubicTo(110, 28, 116, 30, 116, 38);
    vase.cubicTo(128, 42, 134, 52, 134, 62);
    vase.cubicTo(134, 74, 126, 83, 110, 83);
    vase.cubicTo(94, 83, 86, 74, 86, 62);
    vase.cubicTo(86, 52, 92, 42, 104, 38);
    vase.cubicTo(104, 30, 110, 28, 108, 20);
    vase.closeSubpath();
    painter.setBrush(QColor(0x4F, 0x67, 0xA3));
    painter.drawPath(vase);
    QPainterPath band(QPointF(91, 56));
    band.cubicTo(103, 62, 117, 62, 129, 56);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0x8D, 0xA0, 0xCF), 2.5));
    painter.drawPath(band);
    QPainterPath bowl(QPointF(148, 56));
    bowl.lineTo(192, 56);
    bowl.cubicTo(192, 72, 183, 83, 170, 83);
    bowl.cubicTo(157, 83, 148, 72, 148, 56);
    painter.setPen(Qt::NoPen);
    painter.setBrush(QColor(0xC9, 0x8F, 0x6B));
    painter.drawPath(bowl);
    painter.setBrush(QColor(0xA9, 0x71, 0x4F));
    painter.drawEllipse(QPointF(170, 56), 22, 4);
}

} // namespace

void river(QPainter &painter, const Theme &theme, const QPointF &origin, qreal windowWidth, bool mirrored)
{
    const auto at = [=](qreal x) { return mirrored ? windowWidth - x : x; };
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    for (int i = 0; i < 6; ++i) {
        const qreal from = origin.y() + 30 + i * 38, to = origin.y() + 124 + (i - 2.5) * 5;
        QPainterPath path(QPointF(at(0), from));
        path.lineTo(at(origin.x()), from);
        path.cubicTo(at(origin.x() + 150), from, at(origin.x() + 190), to, at(origin.x() + 360), to);
        path.lineTo(at(windowWidth), to);
        QColor color = toneOf(theme, kStreams[i]).fg;
        color.setAlphaF(0.9f);
        painter.setPen(QPen(color, 3));
        painter.drawPath(path);
    }
    painter.setPen(Qt::NoPen);
    for (int i = 0; i < 6; ++i) {
        const QPointF centre(at(origin.x() + 36 + (i % 2) * 18), origin.y() + 30 + i * 38);
        painter.setBrush(theme.colors().bg.window);
        painter.drawEllipse(centre, 15, 15);
        paint::channelBadge(painter, theme, QRectF(centre.x() - 12, centre.y() - 12, 24, 24), kStreams[i]);
    }
    painter.restore();
}

void card(QPainter &painter, const Theme &theme, const QRectF &rect, Card which)
{
    const Colors &c = theme.colors();
    paint::roundRect(painter, rect, 8, c.bg.sunken);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const QPen outline(c.text.secondary, 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
    const QPen accent(c.accent.fill, 2.5, Qt::SolidLine, Qt::RoundCap);
    painter.setBrush(c.bg.surface);
    painter.setPen(outline);
    if (which == Card::Shop) {
        painter.translate(rect.center() - QPointF(112, 48));
        shop(painter);
    } else if (which == Card::Hub) {
        painter.translate(rect.center() - QPointF(100, 40));
        painter.drawRoundedRect(QRectF(64, 10, 72, 48), 5, 5);
        painter.drawLine(QPointF(88, 70), QPointF(112, 70));
        painter.drawLine(QPointF(100, 58), QPointF(100, 70));
        painter.setPen(accent);
        painter.setBrush(Qt::NoBrush);
        QPainterPath mark(QPointF(86, 22));
        mark.lineTo(86, 27);
        mark.cubicTo(86, 36, 100, 35, 100, 44);
        mark.lineTo(100, 50);
        mark.moveTo(114, 22);
        mark.lineTo(114, 27);
        mark.cubicTo(114, 36, 100, 35, 100, 44);
        painter.drawPath(mark);
    } else {
        painter.translate(rect.center() - QPointF(100, 40));
        painter.drawRoundedRect(QRectF(24, 24, 48, 32), 4, 4);
        painter.drawLine(QPointF(40, 64), QPointF(56, 64));
        for (const qreal top : {14.0, 42.0}) {
            painter.drawRoundedRect(QRectF(126, top, 44, 22), 4, 4);
            painter.drawPoint(QPointF(134, top + 11));
            painter.drawLine(QPointF(146, top + 11), QPointF(162, top + 11));
        }
        QPen dots = accent;
        dots.setDashPattern({0.1, 2.8});
        painter.setPen(dots);
        painter.drawLine(QPointF(76, 40), QPointF(120, 40));
    }
    painter.restore();
}

} // namespace tributary::ui::art
