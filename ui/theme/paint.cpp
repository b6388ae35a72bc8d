#include "ui/theme/paint.h"

#include "ui/theme/short_count.h"
#include "ui/theme/theme.h"

#include <QCache>
#include <QFontMetricsF>
#include <QImage>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <QPixmapCache>
#include <QTextLayout>
#include <cmath>

namespace tributary::ui::paint {
namespace {

/// Saves and restores, with smooth edges on.
class Smooth {
public:
    explicit Smooth(QPainter &painter)
        : m_painter(painter)
    {
        m_painter.save();
        m_painter.setRenderHint(QPainter::Antialiasing);
    }
    ~Smooth() { m_painter.restore(); }
    Smooth(const Smooth &) = delete;
    Smooth &operator=(const Smooth &) = delete;

private:
    QPainter &m_painter;
};

bool toTheRight(Qt::Alignment alignment, Qt::LayoutDirection direction)
{
    const bool trailing = alignment & Qt::AlignTrailing;
    return trailing != (direction == Qt::RightToLeft);
}

/// What is known of a font: asking it costs more than painting with it.
struct Measures {
    explicit Measures(const QFont &font)
        : metrics(font)
    {
        for (char16_t digit = u'0'; digit <= u'9'; ++digit)
            cell = std::max(cell, metrics.horizontalAdvance(QChar(digit)));
    }
    QFontMetricsF metrics;
    qreal cell = 0; ///< The width of the widest digit.
};

/// A line as it is painted: shaped once, for as long as it is painted now and then.
struct Line {
    Line(const QFont &font, const QString &text, Qt::LayoutDirection direction)
        : layout(text, font)
    {
        QTextOption option;
        option.setTextDirection(direction);
        option.setWrapMode(QTextOption::NoWrap);
        layout.setTextOption(option);
        layout.setCacheEnabled(true);
        layout.beginLayout();
        QTextLine line = layout.createLine();
        layout.endLayout();
        width = line.naturalTextWidth();
        ascent = line.ascent();
    }
    void draw(QPainter &painter, qreal x, qreal base) const { layout.draw(&painter, QPointF(x, base - ascent)); }

    QTextLayout layout;
    qreal width, ascent;
};

struct LineKey {
    QFont font;
    QString text;
    int most; ///< The room there is, in 64ths of a pixel; -1: whatever it needs.
    Qt::LayoutDirection direction;
    friend bool operator==(const LineKey &, const LineKey &) = default;
};
size_t qHash(const LineKey &key, size_t seed = 0)
{
    return qHashMulti(seed, key.font, key.text, key.most, int(key.direction));
}

constexpr qsizetype kFonts = 64, kLines = 1024; // a full screen has some three hundred lines

// Both stay until the end of the program: fonts outlive no application object that could take them away.
const Measures &measuresOf(const QFont &font)
{
    static auto &known = *new QCache<QFont, Measures>(kFonts);
    if (const Measures *found = known.object(font))
        return *found;
    auto *measures = new Measures(font);
    known.insert(font, measures);
    return *measures;
}

/// So many letters are wider than @p most together, but for the narrowest ones.
qsizetype enoughOf(const QFont &font, qreal most)
{
    return qsizetype(most / (0.3 * std::max(1, font.pixelSize()))) + 8;
}

/// @p text, which is one line, with its end left out where it is wider than @p most; below 0: all of it.
const Line &lineOf(const QFont &font, const QString &text, qreal most = -1, Qt::LayoutDirection direction = Qt::LeftToRight)
{
    static auto &known = *new QCache<LineKey, Line>(kLines);
    const LineKey whole{font, text, -1, directionOf(text, direction)}, cut{font, text, int(most * 64), whole.direction};
    const auto keep = [&](const LineKey &key, const QString &shown) -> const Line & {
        auto *line = new Line(font, shown, directionOf(shown, direction));
        known.insert(key, line);
        return *line;
    };
    const auto elided = [&](const QString &of) { return measuresOf(font).metrics.elidedText(of, Qt::ElideRight, most); };
    if (most >= 0) {
        if (const Line *found = known.object(cut))
            return *found;
        // That a long text does not fit is to be seen by its beginning, and what is shown of it ends within that.
        if (const qsizetype enough = enoughOf(font, most); text.size() > enough) {
            const QString beginning = text.left(enough);
            if (const QString shown = elided(beginning); shown != beginning)
                return keep(cut, shown);
        }
    }
    // What fits is the line that was measured: it is not shaped again for each room that it is painted in.
    const Line *line = known.object(whole);
    if (!line)
        line = &keep(whole, text);
    return most < 0 || line->width <= most + 0.5 ? *line : keep(cut, elided(text));
}

/// @p text as one line; never longer, since measuring a megabyte would stall the frame.
QString oneLine(const QString &text)
{
    QString line = text.left(1000);
    line.replace(u'\n', u' ');
    return line;
}

qreal pillPadding(const Theme &theme, const Pill &pill)
{
    return theme.px(pill.large ? 7 : 5);
}

qreal pillGlyph(const Theme &theme, const Pill &pill)
{
    return pill.icon.isEmpty() && pill.ring < 0 ? 0 : theme.px(11) + theme.px(3);
}

/// A box with round corners, whose corners are painted once.
struct Box {
    qreal radius, borderWidth; ///< In px; no border: 0.
    QRgb fill, border;         ///< No fill: 0.
    qreal ratio;               ///< Device pixels a px.
    friend bool operator==(const Box &, const Box &) = default;
};
size_t qHash(const Box &box, size_t seed = 0)
{
    return qHashMulti(seed, box.radius, box.borderWidth, box.fill, box.border, box.ratio);
}

constexpr qsizetype kBoxes = 256;

void drawBox(QPainter &painter, QRectF rect, qreal radius, const QColor &fill, const QColor &border, qreal borderWidth,
             bool dashed)
{
    const Smooth smooth(painter);
    if (border.isValid() && border.alpha() > 0) {
        rect.adjust(borderWidth / 2, borderWidth / 2, -borderWidth / 2, -borderWidth / 2);
        QPen pen(border, borderWidth);
        if (dashed)
            pen.setDashPattern({3, 2.5});
        painter.setPen(pen);
        radius = std::max(0.0, radius - borderWidth / 2);
    } else {
        painter.setPen(Qt::NoPen);
    }
    painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(rect, radius, radius);
}

/// The same out of four corners that are kept and plain rectangles between them, for a tenth of the time where it is large.
/// False: it cannot be put together on whole pixels.
bool drawPieces(QPainter &painter, const QRectF &rect, qreal radius, const QColor &fill, const QColor &border,
                qreal borderWidth)
{
    const qreal ratio = painter.device()->devicePixelRatio();
    const auto isWhole = [ratio](qreal value) { return std::abs(value * ratio - std::round(value * ratio)) < 1e-3; };
    // Of a child widget the place in its window is part of this one alone, and it counts device pixels.
    const QTransform toDevice = painter.deviceTransform();
    const auto isPixel = [](qreal value) { return std::abs(value - std::round(value)) < 1e-3; };
    const bool hasBorder = border.isValid() && border.alpha() > 0;
    const int side = int(std::ceil(radius * ratio)) + 1; // of a corner, in device pixels
    const qreal corner = side / ratio;
    if (painter.worldTransform().type() > QTransform::TxTranslate || !isPixel(toDevice.dx()) || !isPixel(toDevice.dy())
        || rect.width() <= 3 * corner || rect.height() <= 3 * corner
        || (hasBorder && (border.alpha() < 255 || !isWhole(borderWidth))))
        return false;
    static auto &known = *new QCache<Box, QImage>(kBoxes); // stays until the end of the program
    const Box box{radius, hasBorder ? borderWidth : 0, fill.isValid() ? fill.rgba() : 0, hasBorder ? border.rgba() : 0,
                  ratio};
    const QImage *corners = known.object(box);
    if (!corners) {
        auto *image = new QImage(3 * side, 3 * side, QImage::Format_ARGB32_Premultiplied);
        image->fill(Qt::transparent);
        image->setDevicePixelRatio(ratio);
        {
            QPainter inside(image);
            drawBox(inside, QRectF(0, 0, 3 * corner, 3 * corner), radius, fill, border, borderWidth, false);
        }
        image->setDevicePixelRatio(1);
        known.insert(box, image);
        corners = image;
    }
    const qreal right = rect.right() - corner, bottom = rect.bottom() - corner;
    const auto put = [&](qreal x, qreal y, int fromX, int fromY) {
        painter.drawImage(QRectF(x, y, corner, corner), *corners, QRectF(fromX, fromY, side, side));
    };
    put(rect.left(), rect.top(), 0, 0);
    put(right, rect.top(), 2 * side, 0);
    put(rect.left(), bottom, 0, 2 * side);
    put(right, bottom, 2 * side, 2 * side);
    const qreal wide = rect.width() - 2 * corner, high = rect.height() - 2 * corner;
    if (fill.isValid()) {
        painter.fillRect(QRectF(rect.left() + corner, rect.top(), wide, corner), fill);
        painter.fillRect(QRectF(rect.left(), rect.top() + corner, rect.width(), high), fill);
        painter.fillRect(QRectF(rect.left() + corner, bottom, wide, corner), fill);
    }
    if (hasBorder) {
        painter.fillRect(QRectF(rect.left() + corner, rect.top(), wide, borderWidth), border);
        painter.fillRect(QRectF(rect.left() + corner, rect.bottom() - borderWidth, wide, borderWidth), border);
        painter.fillRect(QRectF(rect.left(), rect.top() + corner, borderWidth, high), border);
        painter.fillRect(QRectF(rect.right() - borderWidth, rect.top() + corner, borderWidth, high), border);
    }
    return true;
}

} // namespace

QRectF snapped(const QPainter &painter, const QRectF &rect)
{
    const qreal ratio = painter.device()->devicePixelRatio();
    const auto snap = [ratio](qreal value) { return std::round(value * ratio) / ratio; };
    return QRectF(QPointF(snap(rect.left()), snap(rect.top())), QPointF(snap(rect.right()), snap(rect.bottom())));
}

void line(QPainter &painter, const QRectF &rect, const QColor &color)
{
    painter.fillRect(snapped(painter, rect), color);
}

void roundRect(QPainter &painter, const QRectF &rect, qreal radius, const QColor &fill, const QColor &border,
               qreal borderWidth, bool dashed)
{
    const QRectF box = snapped(painter, rect);
    radius = std::min({radius, box.width() / 2, box.height() / 2});
    if (dashed || !drawPieces(painter, box, radius, fill, border, borderWidth))
        drawBox(painter, box, radius, fill, border, borderWidth, dashed);
}

void text(QPainter &painter, const QRectF &rect, const QFont &font, const QColor &color, const QString &text,
          Qt::Alignment alignment, Qt::LayoutDirection direction)
{
    if (text.isEmpty() || rect.width() <= 0)
        return;
    const QFontMetricsF &metrics = measuresOf(font).metrics;
    const Line &line = lineOf(font, oneLine(text), rect.width(), direction);
    const qreal x = alignment & Qt::AlignHCenter       ? rect.center().x() - line.width / 2
                    : toTheRight(alignment, direction) ? rect.right() - line.width
                                                       : rect.left();
    // On the base line of the font itself: faces that fill in for other scripts are taller and would push it down.
    const qreal base = rect.top() + (rect.height() - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent();
    const QPen pen = painter.pen();
    painter.setPen(color);
    line.draw(painter, x, base);
    painter.setPen(pen);
}

qreal textWidth(const QFont &font, const QString &text)
{
    return std::ceil(lineOf(font, oneLine(text)).width);
}

namespace {

/// Calls @p each(part, width, indent) for the digits of @p text, each in its cell, and what stands between them ("22 min").
template<class Each>
void forParts(const QFont &font, const QString &text, Each each)
{
    const Measures &measures = measuresOf(font);
    for (qsizetype i = 0; i < text.size();) {
        qsizetype end = i + 1;
        if (text[i].isDigit()) {
            const QString digit(text[i]);
            each(digit, measures.cell, (measures.cell - lineOf(font, digit).width) / 2);
        } else {
            while (end < text.size() && !text[end].isDigit())
                ++end;
            const QString rest = text.mid(i, end - i);
            each(rest, lineOf(font, rest).width, 0.0);
        }
        i = end;
    }
}

} // namespace

void digits(QPainter &painter, const QRectF &rect, const QFont &font, const QColor &color, const QString &text,
            Qt::Alignment alignment, Qt::LayoutDirection direction)
{
    const QFontMetricsF &metrics = measuresOf(font).metrics;
    const qreal width = digitsWidth(font, text);
    qreal x = alignment & Qt::AlignHCenter       ? rect.center().x() - width / 2
              : toTheRight(alignment, direction) ? rect.right() - width
                                                 : rect.left();
    const qreal base = rect.top() + (rect.height() - metrics.ascent() - metrics.descent()) / 2 + metrics.ascent();
    const QPen pen = painter.pen();
    painter.setPen(color);
    // Left to right throughout: else a blank before a digit goes to the other side of its word.
    forParts(font, oneLine(text), [&](const QString &part, qreal room, qreal indent) {
        lineOf(font, part).draw(painter, x + indent, base);
        x += room;
    });
    painter.setPen(pen);
}

qreal digitsWidth(const QFont &font, const QString &text)
{
    qreal width = 0;
    forParts(font, oneLine(text), [&width](const QString &, qreal room, qreal) { width += room; });
    return std::ceil(width);
}

QSizeF pillSize(const Theme &theme, const Pill &pill)
{
    const qreal height = theme.px(pill.large ? 20 : 16);
    return {2 * pillPadding(theme, pill) + pillGlyph(theme, pill) + digitsWidth(theme.font(Type::Micro), pill.text), height};
}

void pill(QPainter &painter, const Theme &theme, const QRectF &rect, const Pill &pill, Qt::LayoutDirection direction)
{
    roundRect(painter, rect, pill.large ? 5 : 4, pill.bg, pill.outline);
    const bool rightToLeft = direction == Qt::RightToLeft;
    QRectF inside = rect.adjusted(pillPadding(theme, pill), 0, -pillPadding(theme, pill), 0);
    const qreal glyph = pillGlyph(theme, pill);
    if (glyph > 0) {
        const qreal side = theme.px(11);
        const QRectF spot(rightToLeft ? inside.right() - side : inside.left(), rect.center().y() - side / 2, side, side);
        if (pill.ring >= 0)
            ring(painter, spot, pill.ring, pill.fg);
        else
            theme.icons().paint(painter, spot, pill.icon, pill.fg, direction);
        inside.adjust(rightToLeft ? 0 : glyph, 0, rightToLeft ? -glyph : 0, 0);
    }
    if (directionOf(pill.text) == Qt::RightToLeft)
        text(painter, inside, theme.font(Type::Micro), pill.fg, pill.text, Qt::AlignLeading, direction);
    else
        digits(painter, inside, theme.font(Type::Micro), pill.fg, pill.text, Qt::AlignLeading, direction);
}

void ring(QPainter &painter, const QRectF &rect, qreal fraction, const QColor &color)
{
    const Smooth smooth(painter);
    const qreal pen = rect.width() / 6;
    const QRectF circle = rect.adjusted(pen, pen, -pen, -pen);
    QColor faint = color;
    faint.setAlphaF(float(0.28 * color.alphaF()));
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(faint, pen));
    painter.drawEllipse(circle);
    painter.setPen(QPen(color, pen, Qt::SolidLine, Qt::FlatCap));
    // Sixteenths of a degree, from twelve o'clock on.
    painter.drawArc(circle, 90 * 16, -int(std::clamp(fraction, 0.0, 1.0) * 360 * 16));
}

void channelBadge(QPainter &painter, const Theme &theme, const QRectF &rect, Strand strand)
{
    const Tone &tone = toneOf(theme, strand);
    {
        const Smooth smooth(painter);
        painter.setPen(Qt::NoPen);
        painter.setBrush(tone.tint);
        painter.drawEllipse(rect);
    }
    const qreal glyph = std::round(rect.width() * 0.64);
    const qreal inset = (rect.width() - glyph) / 2;
    theme.icons().paint(painter, QRectF(rect.x() + inset, rect.y() + inset, glyph, glyph), iconOf(strand), tone.fg);
}

namespace {

QString countText(qint64 count)
{
    return shortCount(count, QLocale());
}

} // namespace

QSizeF countBadgeSize(const Theme &theme, qint64 count)
{
    const qreal height = theme.px(16);
    const qreal width = digitsWidth(theme.font(Type::Micro, QFont::DemiBold), countText(count)) + 2 * theme.px(5);
    return {std::max(height, width), height};
}

void countBadge(QPainter &painter, const Theme &theme, const QRectF &rect, qint64 count)
{
    roundRect(painter, rect, rect.height() / 2, theme.colors().accent.fill);
    digits(painter, rect, theme.font(Type::Micro, QFont::DemiBold), theme.colors().accent.onFill, countText(count),
           Qt::AlignHCenter);
}

QSizeF keycapSize(const Theme &theme, const QString &key)
{
    return {std::max<qreal>(theme.px(16), textWidth(theme.font(Type::Micro), key) + 2 * theme.px(5)), qreal(theme.px(16))};
}

void keycap(QPainter &painter, const Theme &theme, const QRectF &rect, const QString &key, const QColor &color)
{
    const bool own = color.isValid();
    roundRect(painter, rect, 4, own ? QColor() : theme.colors().bg.sunken, own ? color : theme.colors().border.normal);
    text(painter, rect, theme.font(Type::Micro), own ? color : theme.colors().text.secondary, key, Qt::AlignHCenter);
}

void focusRing(QPainter &painter, const Theme &theme, const QRectF &rect, qreal radius)
{
    const Smooth smooth(painter);
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(theme.colors().border.focus, 2));
    painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), radius + 2, radius + 2);
}

int shadowMargin(int elevation)
{
    return elevation == 3 ? 48 : elevation == 2 ? 22 : 4;
}

void shadow(QPainter &painter, const Theme &theme, const QRectF &rect, qreal radius, int elevation)
{
    struct Layer {
        qreal y, blur, spread, alpha;
    };
    static constexpr Layer kLayers[3][2]{
        {{1, 2, 0, .06}, {}}, {{1, 2, 0, .06}, {6, 16, -2, .12}}, {{2, 4, 0, .06}, {16, 40, -4, .20}}};
    const int margin = shadowMargin(elevation);
    const int core = int(radius) + margin;
    const int side = 2 * (core + margin) + 2;
    const qreal ratio = painter.device()->devicePixelRatio();
    const QString key =
        QStringLiteral("tributary-shadow-%1-%2-%3-%4").arg(elevation).arg(radius).arg(theme.isDark()).arg(ratio);
    QPixmap patch;
    if (!QPixmapCache::find(key, &patch)) {
        patch = QPixmap(int(side * ratio), int(side * ratio));
        patch.setDevicePixelRatio(ratio);
        patch.fill(Qt::transparent);
        QPainter p(&patch);
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(Qt::NoPen);
        const QRectF box(margin, margin, side - 2 * margin, side - 2 * margin);
        for (const Layer &layer : kLayers[elevation - 1]) {
            // A stack of ever smaller rectangles, each adding its share: near enough to a Gaussian at these alphas.
            const int steps = int(layer.blur);
            for (int step = 0; step < steps; ++step) {
                const qreal grow = layer.spread + layer.blur / 2 - step;
                QColor color = theme.colors().shadow;
                color.setAlphaF(float(layer.alpha * (theme.isDark() ? 2 : 1) / steps));
                p.setBrush(color);
                const qreal corner = std::max(1.0, radius + grow);
                p.drawRoundedRect(box.adjusted(-grow, -grow, grow, grow).translated(0, layer.y), corner, corner);
            }
        }
        p.end();
        QPixmapCache::insert(key, patch);
    }
    const QRectF outer = rect.adjusted(-margin, -margin, margin, margin);
    const qreal cut = core + margin;
    const qreal xs[4]{outer.left(), outer.left() + std::min(cut, outer.width() / 2),
                      outer.right() - std::min(cut, outer.width() / 2), outer.right()};
    const qreal ys[4]{outer.top(), outer.top() + std::min(cut, outer.height() / 2),
                      outer.bottom() - std::min(cut, outer.height() / 2), outer.bottom()};
    const qreal from[4]{0, cut, side - cut, qreal(side)};
    for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 3; ++column) {
            const QRectF target(QPointF(xs[column], ys[row]), QPointF(xs[column + 1], ys[row + 1]));
            const QRectF source(QPointF(from[column], from[row]) * ratio, QPointF(from[column + 1], from[row + 1]) * ratio);
            const bool isUnder = row == 1 && column == 1; // the box, which is painted over it
            if (!isUnder && !target.isEmpty())
                painter.drawPixmap(target, patch, source);
        }
    }
}

} // namespace tributary::ui::paint
