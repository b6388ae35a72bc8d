#pragma once

#include "ui/shell/overlay.h"

#include <QDateTime>

class QCalendarWidget;
class QTimeEdit;

namespace tributary::ui {

/// A calendar with a time: until when something sleeps. Nothing that has passed can be chosen.
class DatePopover : public Overlay {
    Q_OBJECT
public:
    DatePopover(const Theme &theme, QWidget *window);

    /// Opens at @p anchor (global coordinates) on the day after @p now, nine o'clock.
    void ask(const QRect &anchor, const QDateTime &now);

signals:
    void chosen(const QDateTime &at);

private:
    void choose();
    void refresh();
    QDateTime at() const;

    QCalendarWidget *m_days;
    QTimeEdit *m_time;
    Button *m_take;
    QDateTime m_now;
};

} // namespace tributary::ui
