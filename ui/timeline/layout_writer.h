#pragma once

#include "ui/timeline/layout_maker.h"

#include <QFontMetricsF>

namespace tributary::ui {

/// Puts short texts, glyphs and pills one after another on a line, for LayoutMaker.
struct LayoutMaker::Writer {
    const Theme &theme;
    RowLayout &out;
    qreal x, y, height;

    /// Adds a label, at most @p room wide, and moves behind it. Returns its width.
    qreal label(Type type, int weight, const QColor &color, const QString &text, qreal room = 1e6, bool underline = false)
    {
        if (text.isEmpty())
            return 0;
        const qreal width = std::min(paint::textWidth(font(type, weight), text), std::max(room, 0.0));
        out.labels.push_back({QRectF(x, y, width, height), type, weight, color, text, Qt::AlignLeading, underline, false});
        x += width;
        return width;
    }
    /// Adds a label that ends at @p right; digits stand in cells. Returns where it begins.
    qreal labelEndingAt(qreal right, Type type, int weight, const QColor &color, const QString &text)
    {
        const qreal width = paint::digitsWidth(font(type, weight), text);
        out.labels.push_back(
            {QRectF(right - width, y, width, height), type, weight, color, text, Qt::AlignTrailing, false, true});
        return right - width;
    }
    void glyph(const QString &icon, qreal size, const QColor &color)
    {
        const qreal side = theme.px(size);
        out.glyphs.push_back({QRectF(x, y + (height - side) / 2, side, side), icon, color});
        x += side;
    }
    void pill(const Pill &pill)
    {
        const QSizeF size = paint::pillSize(theme, pill);
        out.pills.push_back({QRectF(QPointF(x, y + (height - size.height()) / 2), size), pill});
        x += size.width();
    }
    void gap(qreal size) { x += theme.px(size); }
    QFont font(Type type, int weight) const { return weight ? theme.font(type, QFont::Weight(weight)) : theme.font(type); }
};

} // namespace tributary::ui
