#pragma once

#include "core/base/time.h"

#include <QDate>
#include <QDateTime>
#include <QLocale>
#include <QString>
#include <QTimeZone>

namespace tributary::ui {

/// Times as people read them, in one locale and zone. A value: copy it freely.
class TimeFormat {
public:
    explicit TimeFormat(QLocale locale = QLocale(), QTimeZone zone = QTimeZone::systemTimeZone());

    QDateTime local(TimePoint at) const;
    QDate dateOf(TimePoint at) const { return local(at).date(); }
    /// When @p day begins, in milliseconds since 1970.
    qint64 startOfDay(QDate day) const { return day.startOfDay(m_zone).toMSecsSinceEpoch(); }

    /// For lists: "now", "2m", "1h", "yesterday", "Mon", "12 Sep", "12 Sep 2024". A time to come counts as now.
    QString relative(TimePoint at, TimePoint now) const;
    /// "13:52", as the locale writes it.
    QString clock(TimePoint at) const;
    /// The clock today, else "Mon 16:42" within a week, else "12 Sep".
    QString stamp(TimePoint at, TimePoint now) const;
    /// "Today, Tuesday 4 November", "Yesterday, ...", "Friday 31 October"; with the year when it is another one.
    QString dayHeading(QDate day, TimePoint now) const;
    /// "12 Sep", with the year when it is another one.
    QString shortDate(QDate day, TimePoint now) const;
    /// Everything, for tooltips: date, time, zone.
    QString full(TimePoint at) const;
    /// "4:05", "1:02:03": how long something lasted.
    QString duration(Milliseconds length) const;
    /// What is left of a limit: "7:05" below ten minutes, else "22 min", "1h 05m"; a minus sign before it once over.
    QString remaining(Milliseconds left) const;

    const QLocale &locale() const { return m_locale; }

private:
    QLocale m_locale;
    QTimeZone m_zone;
};

} // namespace tributary::ui
