#pragma once

#include <QList>

class QWidget;

namespace tributary::ui {

/// Where Tab stops inside @p part, in its order. Not @p part itself.
QList<QWidget *> focusStops(const QWidget &part);

/// Tab that stays inside @p part: on to the next stop, or back to the one before, round the ends. Without stops focus stays
/// where it is.
void stepFocus(const QWidget &part, bool next);

} // namespace tributary::ui
