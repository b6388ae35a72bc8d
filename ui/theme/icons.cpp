#include "ui/theme/icons.h"

#include <QFile>
#include <QPainter>
#include <QSet>
#include <QSvgRenderer>
#include <cmath>

namespace tributary::ui {
namespace {

constexpr int kKept = 2000; // pictures of about 1 KiB; far above what one theme at one ratio needs

QString pathOf(const QString &name)
{
    return QStringLiteral(":/icons/%1.svg").arg(name);
}

} // namespace

Icons::Icons() = default;
Icons::~Icons() = default;

bool Icons::has(const QString &name) const
{
    return QFile::exists(pathOf(name));
}

bool Icons::mirrors(const QString &name)
{
    // Arrows, chevrons, reply and send turn; clocks, ticks, play, phone, channel glyphs and the logo do not (UX 11).
    static const QSet<QString> sided{"chevron-left", "chevron-right", "reply",   "undo",   "external",   "call-in",
                                     "call-out",     "enter",         "log",     "route",  "sort",       "report",
                                     "filter",       "swap",          "refresh", "people", "search-list"};
    return sided.contains(name);
}

void Icons::paint(QPainter &painter, const QRectF &rect, const QString &name, const QColor &color,
                  Qt::LayoutDirection direction) const
{
    const qreal ratio = painter.device()->devicePixelRatio();
    const QPixmap picture = pixmap(name, int(std::lround(rect.width())), color, ratio, direction);
    if (picture.isNull())
        return;
    // Snapped to device pixels: half a pixel off turns a 1.4 px stroke to fog.
    const QPointF corner(std::round(rect.x() * ratio) / ratio, std::round(rect.y() * ratio) / ratio);
    painter.drawPixmap(corner, picture);
}

QPixmap Icons::pixmap(const QString &name, int size, const QColor &color, qreal devicePixelRatio,
                      Qt::LayoutDirection direction) const
{
    const bool mirrored = direction == Qt::RightToLeft && mirrors(name);
    QPixmap picture = rendered({name, int(std::ceil(size * devicePixelRatio)), color.rgba(), mirrored});
    picture.setDevicePixelRatio(devicePixelRatio);
    return picture;
}

QIcon Icons::icon(const QString &name, const QColor &color, const QColor &disabled, Qt::LayoutDirection direction) const
{
    QIcon icon;
    for (const int pixels : {14, 16, 18, 20, 24, 32, 48}) {
        icon.addPixmap(pixmap(name, pixels, color, 1, direction), QIcon::Normal);
        icon.addPixmap(pixmap(name, pixels, disabled, 1, direction), QIcon::Disabled);
    }
    return icon;
}

QPixmap Icons::rendered(const Key &key) const
{
    const auto known = m_pixmaps.constFind(key);
    if (known != m_pixmaps.constEnd())
        return *known;
    auto source = m_sources.constFind(key.name);
    if (source == m_sources.constEnd()) {
        QFile file(pathOf(key.name));
        if (!file.open(QIODevice::ReadOnly)) {
            qWarning("theme: no icon %s", qPrintable(key.name));
            m_sources.insert(key.name, {});
            return {};
        }
        source = m_sources.insert(key.name, file.readAll());
    }
    if (source->isEmpty() || key.pixels <= 0)
        return {};

    const QColor color = QColor::fromRgba(key.color);
    QByteArray svg = *source;
    svg.replace("currentColor", color.name(QColor::HexRgb).toLatin1());
    QSvgRenderer renderer(svg);
    QImage image(key.pixels, key.pixels, QImage::Format_ARGB32_Premultiplied);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(color.alphaF());
    renderer.render(&painter, QRectF(0, 0, key.pixels, key.pixels));
    painter.end();
    if (key.mirrored)
        image = image.mirrored(true, false);
    if (m_pixmaps.size() > kKept)
        m_pixmaps.clear();
    const QPixmap picture = QPixmap::fromImage(std::move(image));
    m_pixmaps.insert(key, picture);
    return picture;
}

} // namespace tributary::ui
