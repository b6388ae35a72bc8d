#include "ui/shell/focus_stops.h"

#include <QApplication>
#include <QLayout>
#include <QWidget>
#include <algorithm>

namespace tributary::ui {

QList<QWidget *> focusStops(const QWidget &part)
{
    QList<QWidget *> stops;
    for (QWidget *child = part.nextInFocusChain(); child != &part; child = child->nextInFocusChain()) {
        if (part.isAncestorOf(child) && child->isVisible() && child->isEnabled() && (child->focusPolicy() & Qt::TabFocus))
            stops.append(child);
    }
    return stops;
}

void stepFocus(const QWidget &part, bool next)
{
    const QList<QWidget *> stops = focusStops(part);
    if (stops.isEmpty())
        return;
    const qsizetype at = stops.indexOf(QApplication::focusWidget());
    const qsizetype to = next ? at + 1 : at < 0 ? stops.size() - 1 : at + stops.size() - 1;
    stops[to % stops.size()]->setFocus(next ? Qt::TabFocusReason : Qt::BacktabFocusReason);
}

FocusPlace focusPlaceIn(const QWidget *part)
{
    const QWidget *focus = QApplication::focusWidget();
    if (!part || !focus || !part->isAncestorOf(focus))
        return {};
    return {std::max<qsizetype>(focusStops(*part).indexOf(focus), 0), focus->objectName(), focus->accessibleName()};
}

FocusPlace clearRows(const QWidget &part)
{
    const FocusPlace place = focusPlaceIn(&part);
    if (place.at >= 0)
        QApplication::focusWidget()->clearFocus(); // or it went to whatever comes next, beside the part
    while (QLayoutItem *item = part.layout()->takeAt(0)) {
        if (QWidget *row = item->widget()) {
            row->hide(); // no stop any more
            row->deleteLater();
        }
        delete item;
    }
    return place;
}

void giveFocus(const QWidget &part, const FocusPlace &place)
{
    const QList<QWidget *> stops = place.at < 0 ? QList<QWidget *>() : focusStops(part);
    if (stops.isEmpty())
        return;
    const auto same = std::ranges::find_if(stops, [&place](const QWidget *stop) {
        return stop->objectName() == place.object && stop->accessibleName() == place.spoken;
    });
    QWidget *there = same != stops.end() ? *same : stops[std::min(place.at, stops.size() - 1)];
    there->setFocus(Qt::TabFocusReason);
}

} // namespace tributary::ui
