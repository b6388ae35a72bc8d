#pragma once

#include "ui/theme/theme.h"

#include <QRect>
#include <QString>
#include <vector>

class QPainter;

namespace tributary::ui {

/// A button of the quick bar.
struct QuickAction {
    QString id; ///< As the registry of actions has it.
    QString icon;
    QString tip;    ///< What it does, and its key.
    QString whyNot; ///< Why the agent may not; empty: they may.
};

struct QuickLook {
    int hovered = -1; ///< The button under the pointer ...
    int pressed = -1; ///< ... and the one it was pressed on.
    Qt::LayoutDirection direction = Qt::LeftToRight;
};

/// The button @p index of @p count in the 28 px bar that lies over the end of @p row (UX 8), of a list or a timeline. The
/// bar is painted and moves nothing: of rows without the pointer nobody asks.
QRect quickButtonRect(const Theme &theme, const QRect &row, int count, int index, Qt::LayoutDirection direction);
/// The row at whose end a bar of @p count buttons, with its first side at @p at, lies.
QRect quickRowFor(const Theme &theme, const QPoint &at, int count);
/// How wide a bar is.
int quickBarWidth(const Theme &theme, int count);
/// Which button of it is at @p at; -1 for none.
int quickButtonAt(const Theme &theme, const QRect &row, int count, const QPoint &at, Qt::LayoutDirection direction);

void paintQuickBar(QPainter &painter, const Theme &theme, const QRect &row, const std::vector<QuickAction> &actions,
                   const QuickLook &look);

} // namespace tributary::ui
