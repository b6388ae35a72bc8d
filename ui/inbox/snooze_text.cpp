#include "ui/inbox/snooze_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>
#include <QTimeZone>

#include <cmath>

namespace tributary::ui {
namespace {

const QTime kMorning(9, 0);

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::Snooze)
};

/// "2 days", "45 min", "1.5h" from @p now on; nothing if it is no length of time. Days are those of the calendar: two days
/// from now is the same time of the day, also where the clocks are changed in between.
std::optional<QDateTime> after(const QDateTime &now, const QString &text)
{
    static const QRegularExpression pattern(
        QStringLiteral("^(?:in )?(\\d{1,4}(?:[.,]\\d)?|an?)\\s*"
                       "(m|min|mins|minutes?|h|hr|hrs|hours?|d|days?|w|wk|weeks?|months?)$"));
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch())
        return {};
    const QString count = match.captured(1);
    const double number = count.startsWith(u'a') ? 1 : QString(count).replace(u',', u'.').toDouble();
    const QString unit = match.captured(2);
    const bool isMonth = unit.startsWith(QLatin1String("mon"));
    if (!isMonth && (unit.startsWith(u'm') || unit.startsWith(u'h')))
        return now.addSecs(qint64(number * (unit.startsWith(u'm') ? 60 : 3600)));
    const double days = number * (isMonth ? 30 : unit.startsWith(u'd') ? 1 : 7);
    const double whole = std::floor(days);
    return now.addDays(qint64(whole)).addSecs(qint64((days - whole) * 86400));
}

/// "14:00", "14.30", "9am", "9:30 pm", "at 9"; takes it out of @p text.
std::optional<QTime> takeTime(QString &text)
{
    static const QRegularExpression pattern(QStringLiteral(
        "(?:^|\\s)(?:(?:at\\s+)?(\\d{1,2})[:.](\\d{2})\\s*(am|pm)?|(?:at\\s+)?(\\d{1,2})\\s*(am|pm)|at\\s+(\\d{1,2}))$"));
    const QRegularExpressionMatch match = pattern.match(text);
    if (!match.hasMatch())
        return {};
    const QString hourText = match.captured(1) + match.captured(4) + match.captured(6);
    const QString half = match.captured(3) + match.captured(5);
    int hour = hourText.toInt();
    if (!half.isEmpty() && (hour < 1 || hour > 12))
        return {};
    if (half == QLatin1String("pm") && hour < 12)
        hour += 12;
    if (half == QLatin1String("am") && hour == 12)
        hour = 0;
    const QTime time(hour, match.captured(2).toInt());
    if (!time.isValid())
        return {};
    text = text.left(match.capturedStart()).trimmed();
    return time;
}

/// 1 (Monday) to 7 for "fri", "Friday" or the locale's own name.
int weekdayOf(const QString &text, const QLocale &locale)
{
    if (text.size() < 2)
        return 0;
    const QLocale english(QLocale::English);
    for (int day = 1; day <= 7; ++day) {
        if (english.dayName(day).toLower() == text || english.dayName(day).left(3).toLower() == text
            || locale.dayName(day).toLower() == text
            || locale.dayName(day, QLocale::ShortFormat).toLower().remove(u'.') == text)
            return day;
    }
    return 0;
}

int monthOf(const QString &text, const QLocale &locale)
{
    if (text.size() < 3)
        return 0;
    const QLocale english(QLocale::English);
    for (int month = 1; month <= 12; ++month) {
        if (english.monthName(month).toLower() == text || english.monthName(month).left(3).toLower() == text
            || locale.monthName(month).toLower() == text
            || locale.monthName(month, QLocale::ShortFormat).toLower().remove(u'.') == text)
            return month;
    }
    return 0;
}

/// "12 sep", "sep 12", "2026-12-24", "tomorrow", "next monday".
std::optional<QDate> dateOf(QString text, const QDate &today, const QLocale &locale)
{
    if (text == QLatin1String("today"))
        return today;
    if (text == QLatin1String("tomorrow") || text == QLatin1String("tmr") || text == QLatin1String("tom"))
        return today.addDays(1);
    if (text == QLatin1String("next week"))
        return today.addDays(8 - today.dayOfWeek());
    const bool next = text.startsWith(QLatin1String("next "));
    if (next || text.startsWith(QLatin1String("on ")))
        text = text.mid(next ? 5 : 3);
    if (const int day = weekdayOf(text, locale))
        return today.addDays((day - today.dayOfWeek() + 6) % 7 + 1);
    if (const QDate iso = QDate::fromString(text, Qt::ISODate); iso.isValid())
        return iso;
    const QStringList parts = text.split(u' ', Qt::SkipEmptyParts);
    if (parts.size() != 2)
        return {};
    const bool dayFirst = parts[0][0].isDigit();
    const int month = monthOf(parts[dayFirst ? 1 : 0], locale);
    const int day = QString(parts[dayFirst ? 0 : 1]).remove(u'.').toInt();
    QDate date(today.year(), month, day);
    if (date.isValid() && date < today)
        date = QDate(today.year() + 1, month, day);
    return date.isValid() ? std::optional(date) : std::nullopt;
}

} // namespace

std::optional<QDateTime> parseSnooze(const QString &typed, const QDateTime &now, const QLocale &locale)
{
    QString text = typed.trimmed().toLower().simplified();
    if (text.isEmpty())
        return {};
    std::optional<QDateTime> found;
    if (const std::optional<QDateTime> later = after(now, text)) {
        found = later;
    } else {
        const std::optional<QTime> time = takeTime(text);
        if (text.isEmpty()) {
            if (!time)
                return {};
            const QDate day = *time > now.time() ? now.date() : now.date().addDays(1);
            found = QDateTime(day, *time, now.timeZone());
        } else if (const std::optional<QDate> date = dateOf(text, now.date(), locale)) {
            found = QDateTime(*date, time.value_or(kMorning), now.timeZone());
        } else if (const std::optional<QDateTime> day = after(now, text); day && time) {
            found = QDateTime(day->date(), *time, now.timeZone());
        }
    }
    if (found && !found->isValid()) // where the clocks are put forward, that time is not there: as much later
        found = QDateTime(found->date(), found->time().addSecs(3600), now.timeZone());
    return found && *found > now ? found : std::nullopt;
}

QString snoozeWords(const QDateTime &until, const QDateTime &now, const QLocale &locale)
{
    const QString clock = locale.toString(until.time(), QLocale::ShortFormat);
    const qint64 days = now.date().daysTo(until.date());
    if (days == 0)
        return Words::tr("Today %1").arg(clock);
    if (days == 1)
        return Words::tr("Tomorrow %1").arg(clock);
    if (days > 1 && days < 7)
        //: A weekday and a time: Friday 14:00.
        return Words::tr("%1 %2").arg(locale.dayName(until.date().dayOfWeek()), clock);
    const QString form = until.date().year() == now.date().year() ? QStringLiteral("d MMM") : QStringLiteral("d MMM yyyy");
    return Words::tr("%1 %2").arg(locale.toString(until.date(), form), clock);
}

} // namespace tributary::ui
