#pragma once

#include <QColor>
#include <QHash>
#include <QIcon>
#include <QPixmap>
#include <QRectF>
#include <QString>
#include <memory>
#include <unordered_map>

class QPainter;
class QSvgRenderer;

namespace tributary::ui {

/// The drawings of resources/icons, each `<name>.svg` on a 16 x 16 grid in one colour. Rendered at the device pixel ratio of
/// where they are painted, and kept. For the GUI thread.
class Icons {
public:
    Icons();
    ~Icons();

    bool has(const QString &name) const;
    /// Names that point somewhere, and so turn round in a right-to-left interface.
    static bool mirrors(const QString &name);

    /// Paints @p name into the square @p rect in @p color; flipped where @p direction asks for it and the drawing has a
    /// side.
    void paint(QPainter &painter, const QRectF &rect, const QString &name, const QColor &color,
               Qt::LayoutDirection direction = Qt::LeftToRight) const;
    /// A square of @p size device-independent pixels.
    QPixmap pixmap(const QString &name, int size, const QColor &color, qreal devicePixelRatio,
                   Qt::LayoutDirection direction = Qt::LeftToRight) const;
    /// For actions and buttons: @p color when enabled, @p disabled when not; sharp at ratios 1, 1.5, 2 and 3.
    QIcon icon(const QString &name, const QColor &color, const QColor &disabled,
               Qt::LayoutDirection direction = Qt::LeftToRight) const;

private:
    struct Key {
        QString name;
        int pixels;
        QRgb color;
        bool mirrored;
        friend bool operator==(const Key &, const Key &) = default;
        friend size_t qHash(const Key &key, size_t seed = 0)
        {
            return qHashMulti(seed, key.name, key.pixels, key.color, key.mirrored);
        }
    };
    QPixmap rendered(const Key &key) const;

    mutable QHash<Key, QPixmap> m_pixmaps;
    mutable QHash<QString, QByteArray> m_sources;
};

} // namespace tributary::ui
