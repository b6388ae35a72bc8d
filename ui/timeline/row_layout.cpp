#include "ui/timeline/row_layout.h"

#include <QPainter>
#include <QPainterPath>
#include <cmath>

namespace tributary::ui {
namespace {

QRectF mirrored(const QRectF &rect, qreal width)
{
    return {width - rect.right(), rect.top(), rect.width(), rect.height()};
}

/// A rounded rectangle with one upper corner of its own.
QPainterPath bubblePath(const QRectF &box, qreal radius, qreal tail, bool tailLeft)
{
    const qreal left = tailLeft ? tail : radius, right = tailLeft ? radius : tail;
    QPainterPath path;
    path.moveTo(box.left() + left, box.top());
    path.lineTo(box.right() - right, box.top());
    path.quadTo(box.right(), box.top(), box.right(), box.top() + right);
    path.lineTo(box.right(), box.bottom() - radius);
    path.arcTo(QRectF(box.right() - 2 * radius, box.bottom() - 2 * radius, 2 * radius, 2 * radius), 0, -90);
    path.lineTo(box.left() + radius, box.bottom());
    path.arcTo(QRectF(box.left(), box.bottom() - 2 * radius, 2 * radius, 2 * radius), 270, -90);
    path.lineTo(box.left(), box.top() + left);
    path.quadTo(box.left(), box.top(), box.left() + left, box.top());
    path.closeSubpath();
    return path;
}

void paintShape(QPainter &painter, const RowLayout::Shape &shape, QPointF origin)
{
    const QRectF box = shape.rect.translated(origin);
    if (shape.tail < 0) {
        paint::roundRect(painter, box, shape.radius, shape.fill, shape.border, shape.borderWidth, shape.dashed);
        return;
    }
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    QRectF inside = paint::snapped(painter, box);
    if (shape.border.isValid()) {
        inside.adjust(0.5, 0.5, -0.5, -0.5);
        QPen pen(shape.border, shape.borderWidth);
        if (shape.dashed)
            pen.setDashPattern({3, 2.5});
        painter.setPen(pen);
    } else {
        painter.setPen(Qt::NoPen);
    }
    painter.setBrush(shape.fill);
    painter.drawPath(bubblePath(inside, shape.radius, shape.tail, shape.tailLeft));
    painter.restore();
}

/// Bars like those of a voice recording. What is known is only that there is one, so the pattern is the item's own, not the
/// sound's.
void paintWave(QPainter &painter, const RowLayout::Wave &wave, QPointF origin)
{
    const QRectF box = wave.rect.translated(origin);
    QColor color = wave.color;
    color.setAlphaF(0.55F);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    unsigned state = wave.seed;
    const int bars = int(box.width() / 4);
    for (int i = 0; i < bars; ++i) {
        state = state * 1103515245U + 12345U;
        const qreal random = qreal((state >> 8) & 0xFFFF) / 0xFFFF;
        const qreal height = box.height() * (0.2 + 0.7 * random * (0.5 + 0.5 * std::abs(std::sin(i / 5.0))));
        painter.drawRoundedRect(QRectF(box.left() + i * 4, box.center().y() - height / 2, 2, height), 1, 1);
    }
    painter.restore();
}

void paintPicture(QPainter &painter, const RowLayout::Picture &picture, QPointF origin, const Theme &theme,
                  PictureStore &store)
{
    const QRectF box = picture.rect.translated(origin);
    const qreal ratio = painter.device()->devicePixelRatio();
    const QPixmap pixmap = store.picture(picture.id, box.size().toSize(), ratio);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setRenderHint(QPainter::SmoothPixmapTransform);
    if (pixmap.isNull()) {
        paint::roundRect(painter, box, picture.radius, theme.colors().bg.sunken);
        const qreal side = std::min<qreal>(theme.px(20), box.width());
        theme.icons().paint(painter, QRectF(box.center().x() - side / 2, box.center().y() - side / 2, side, side),
                            QStringLiteral("image"), theme.colors().text.tertiary);
    } else {
        QPainterPath clip;
        clip.addRoundedRect(box, picture.radius, picture.radius);
        painter.setClipPath(clip, Qt::IntersectClip);
        // Fills the box and cuts what is over, as a window does.
        const QSizeF size = pixmap.deviceIndependentSize();
        const qreal scale = std::max(box.width() / size.width(), box.height() / size.height());
        const QSizeF shown = size * scale;
        painter.drawPixmap(QRectF(box.center() - QPointF(shown.width() / 2, shown.height() / 2), shown), pixmap,
                           QRectF(QPointF(0, 0), QSizeF(pixmap.size())));
    }
    painter.restore();
}

} // namespace

void RowLayout::mirror(qreal width)
{
    const auto turn = [width](auto &list) {
        for (auto &entry : list)
            entry.rect = mirrored(entry.rect, width);
    };
    focusBox = mirrored(focusBox, width);
    turn(shapes);
    turn(glyphs);
    turn(labels);
    turn(pills);
    turn(pictures);
    turn(waves);
    turn(keys);
    turn(hits);
    for (Shape &shape : shapes)
        shape.tailLeft = !shape.tailLeft;
    for (Part &part : parts) {
        // A flow knows its own width only as what its lines need; the box it was given ends where the clip does.
        part.clip = mirrored(part.clip, width);
        part.at.setX(part.clip.left());
    }
}

void RowLayout::paint(QPainter &painter, QPointF origin, const Theme &theme, Qt::LayoutDirection direction,
                      PictureStore &store, const std::vector<TextMarks> &marks) const
{
    for (const Shape &shape : shapes)
        paintShape(painter, shape, origin);
    for (const Picture &picture : pictures)
        paintPicture(painter, picture, origin, theme, store);
    for (const Wave &wave : waves)
        paintWave(painter, wave, origin);
    for (const Glyph &glyph : glyphs)
        theme.icons().paint(painter, glyph.rect.translated(origin), glyph.icon, glyph.color, direction);
    for (const PillAt &at : pills)
        paint::pill(painter, theme, at.rect.translated(origin), at.pill, direction);
    for (const KeyAt &at : keys)
        paint::keycap(painter, theme, at.rect.translated(origin), at.key, at.color);
    for (const Label &label : labels) {
        QFont font = label.weight ? theme.font(label.type, QFont::Weight(label.weight)) : theme.font(label.type);
        font.setUnderline(label.underline);
        if (label.digits)
            paint::digits(painter, label.rect.translated(origin), font, label.color, label.text, label.alignment, direction);
        else
            paint::text(painter, label.rect.translated(origin), font, label.color, label.text, label.alignment, direction);
    }
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Part &part = parts[i];
        painter.save();
        // Marks piled on letters and over-tall glyphs stay inside their own item.
        painter.setClipRect(part.clip.translated(origin).adjusted(-4, -4, 4, 4), Qt::IntersectClip);
        part.flow->paint(painter, part.at + origin, i < marks.size() ? marks[i] : TextMarks{});
        painter.restore();
    }
}

const RowLayout::Hit *RowLayout::hitAt(QPointF point) const
{
    for (auto hit = hits.rbegin(); hit != hits.rend(); ++hit) {
        if (hit->rect.contains(point))
            return &*hit;
    }
    return nullptr;
}

std::optional<std::pair<int, int>> RowLayout::textPositionAt(QPointF point) const
{
    std::optional<std::pair<int, int>> found;
    qreal nearest = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const QRectF &box = parts[i].clip;
        const qreal away = point.y() < box.top() ? box.top() - point.y() : std::max(0.0, point.y() - box.bottom());
        if (found && away >= nearest)
            continue;
        nearest = away;
        const QPointF inside(point.x() - parts[i].at.x(), std::clamp(point.y(), box.top(), box.bottom()) - parts[i].at.y());
        int position = parts[i].flow->positionAt(inside);
        // Above the text is its beginning and below it its end, whatever the column.
        if (point.y() < box.top())
            position = 0;
        else if (point.y() > box.bottom())
            position = int(parts[i].flow->text().size());
        found = {int(i), position};
    }
    return found;
}

QString RowLayout::linkAt(QPointF point) const
{
    for (const Part &part : parts) {
        if (!part.clip.contains(point))
            continue;
        const QString link = part.flow->linkAt(point - part.at);
        if (!link.isEmpty())
            return link;
    }
    return {};
}

QStringList RowLayout::links() const
{
    QStringList links;
    for (const Part &part : parts) {
        for (const LinkSpan &link : part.flow->links()) {
            if (part.at.y() + part.flow->rectAt(link.start).top() < part.clip.bottom() && !links.contains(link.href))
                links.append(link.href);
        }
    }
    return links;
}

} // namespace tributary::ui
