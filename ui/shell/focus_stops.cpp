#include "ui/shell/focus_stops.h"

#include <QApplication>
#include <QWidget>

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

} // namespace tributary::ui
