#pragma once

#include "ui/theme/theme.h"

class QPainter;

namespace tributary::ui {

/// The drawings of first run: six streams that become one braid, and a picture for each of the three ways to begin.
namespace art {
/// @p origin: where the column of the page begins; the streams come in from the edge where reading begins and run to the
/// other one.
void river(QPainter &painter, const Theme &theme, const QPointF &origin, qreal windowWidth, bool mirrored);
enum class Card { Hub, Connect, Shop };
void card(QPainter &painter, const Theme &theme, const QRectF &rect, Card card);
} // namespace art

} // namespace tributary::ui
