#pragma once

#include <QList>
#include <QString>

class QWidget;

namespace tributary::ui {

/// Where Tab stops inside @p part, in its order. Not @p part itself.
QList<QWidget *> focusStops(const QWidget &part);

/// Tab that stays inside @p part: on to the next stop, or back to the one before, round the ends. Without stops focus stays
/// where it is.
void stepFocus(const QWidget &part, bool next);

/// Where the focus is among the stops of a part that is about to be made anew.
struct FocusPlace {
    qsizetype at = -1; ///< -1: it is not there.
    QString object, spoken;
};
FocusPlace focusPlaceIn(const QWidget *part);
/// Takes all out of the layout of @p part, which is about to be filled anew, and says where the focus was in it.
FocusPlace clearRows(const QWidget &part);
/// To the same in @p part, else to what stands there now. Nothing where it was not there.
void giveFocus(const QWidget &part, const FocusPlace &place);

} // namespace tributary::ui
