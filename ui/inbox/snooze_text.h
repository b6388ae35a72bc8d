#pragma once

#include <QDateTime>
#include <QString>
#include <optional>

namespace tributary::ui {

/// What somebody typed as a time to come: "fri 14:00", "tomorrow", "in 2 days", "in 45 min", "2h", "14:30", "9am", "12 sep",
/// "2026-12-24 10:00", "monday". English words, and the day and month names of @p locale. A day without a time means 9:00; a
/// time of day that is past means tomorrow; a weekday is the next one to come. Nothing if it means no time after @p now.
std::optional<QDateTime> parseSnooze(const QString &typed, const QDateTime &now, const QLocale &locale = QLocale());

/// "Tomorrow 09:00", "Friday 14:00", "12 Sep 09:00": how a snooze is said.
QString snoozeWords(const QDateTime &until, const QDateTime &now, const QLocale &locale = QLocale());

} // namespace tributary::ui
