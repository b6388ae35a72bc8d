#pragma once

#include "core/base/id.h"

#include <QColor>
#include <QRectF>
#include <QString>

class QPainter;

namespace tributary::ui {

class Theme;

/// Letters for a person without a picture: first and last word's where letters stand alone (Latin, Cyrillic, Greek: "AR" for
/// Amélie Rousseau, "P" for Priya), one where they are joined or are whole words (ل, 陈, 김). "?" for a name without
/// letters.
QString initialsOf(const QString &name);

/// Which of the eight avatar colours belongs to @p id; the same on every computer.
int avatarColorOf(const RawId &id);

struct AvatarBadge {
    QString icon; ///< Channel glyph at the lower trailing corner; none if empty.
    QColor fg, tint;
    QColor presence; ///< A presence dot instead, if valid.
    QColor ring;     ///< What the avatar stands on, for the 2 px gap round the badge.
};

namespace paint {
/// A round avatar filling @p rect, with its letters and, if given, a badge that hangs over the corner by 4 and 3 px.
void avatar(QPainter &painter, const Theme &theme, const QRectF &rect, const QString &name, const RawId &id,
            const AvatarBadge &badge = {}, Qt::LayoutDirection direction = Qt::LeftToRight);
} // namespace paint

} // namespace tributary::ui
