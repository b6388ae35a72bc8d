#include "ui/theme/time_format.h"

#include <QCoreApplication>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(TimeFormat)
};

} // namespace

TimeFormat::TimeFormat(QLocale locale, QTimeZone zone)
    : m_locale(std::move(locale))
    , m_zone(std::move(zone))
{
    // Grouping in "1 234" has no place in years and minutes.
    m_locale.setNumberOptions(m_locale.numberOptions() | QLocale::OmitGroupSeparator);
}

QDateTime TimeFormat::local(TimePoint at) const
{
    return QDateTime::fromMSecsSinceEpoch(toMs(at), m_zone);
}

QString TimeFormat::relative(TimePoint at, TimePoint now) const
{
    const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(now - at).count();
    if (minutes < 1)
        return Words::tr("now");
    //: Minutes since something happened, as short as can be: "2m".
    if (minutes < 60)
        return Words::tr("%1m").arg(m_locale.toString(qint64(minutes)));
    const QDate day = dateOf(at), today = dateOf(now);
    //: Hours since something happened: "1h".
    if (day == today || minutes < 6 * 60)
        return Words::tr("%1h").arg(m_locale.toString(qint64(minutes / 60)));
    if (day.daysTo(today) == 1)
        return Words::tr("yesterday");
    if (day.daysTo(today) < 7)
        return m_locale.dayName(day.dayOfWeek(), QLocale::ShortFormat);
    return shortDate(day, now);
}

QString TimeFormat::clock(TimePoint at) const
{
    // Some locales' short format has seconds: on a timeline they are noise.
    QString format = m_locale.timeFormat(QLocale::ShortFormat);
    format.remove(QStringLiteral(":ss")).remove(QStringLiteral(".ss"));
    return m_locale.toString(local(at).time(), format);
}

QString TimeFormat::stamp(TimePoint at, TimePoint now) const
{
    const QDate day = dateOf(at), today = dateOf(now);
    if (day == today)
        return clock(at);
    if (day < today && day.daysTo(today) < 7)
        return QStringLiteral("%1 %2").arg(m_locale.dayName(day.dayOfWeek(), QLocale::ShortFormat), clock(at));
    return shortDate(day, now);
}

QString TimeFormat::dayHeading(QDate day, TimePoint now) const
{
    const QDate today = dateOf(now);
    //: Format of a date (QLocale::toString): weekday, day and month, then the same with the year.
    const QString date =
        m_locale.toString(day, day.year() == today.year() ? Words::tr("dddd d MMMM") : Words::tr("dddd d MMMM yyyy"));
    if (day == today)
        return Words::tr("Today, %1").arg(date);
    if (day.daysTo(today) == 1)
        return Words::tr("Yesterday, %1").arg(date);
    return date;
}

QString TimeFormat::shortDate(QDate day, TimePoint now) const
{
    //: Format of a date (QLocale::toString): day and month, then the same with the year.
    return m_locale.toString(day, day.year() == dateOf(now).year() ? Words::tr("d MMM") : Words::tr("d MMM yyyy"));
}

QString TimeFormat::full(TimePoint at) const
{
    const QDateTime when = local(at);
    return QStringLiteral("%1, %2").arg(m_locale.toString(when, QLocale::LongFormat), QString::fromLatin1(m_zone.id()));
}

QString TimeFormat::duration(Milliseconds length) const
{
    const qint64 seconds = std::chrono::duration_cast<std::chrono::seconds>(length).count();
    const auto two = [&](qint64 value) { return m_locale.toString(value).rightJustified(2, m_locale.zeroDigit().at(0)); };
    if (seconds >= 3600)
        return QStringLiteral("%1:%2:%3").arg(m_locale.toString(seconds / 3600), two(seconds / 60 % 60), two(seconds % 60));
    return QStringLiteral("%1:%2").arg(m_locale.toString(seconds / 60), two(seconds % 60));
}

QString TimeFormat::remaining(Milliseconds left) const
{
    const bool over = left < Milliseconds(0);
    const Milliseconds length = over ? -left : left;
    const qint64 minutes = std::chrono::duration_cast<std::chrono::minutes>(length).count();
    QString text;
    if (minutes < 10)
        text = duration(length);
    else if (minutes < 60)
        text = Words::tr("%1 min").arg(m_locale.toString(minutes));
    else if (minutes < 24 * 60)
        //: Hours and minutes left: "1h 05m".
        text = Words::tr("%1h %2m").arg(m_locale.toString(minutes / 60),
                                        m_locale.toString(minutes % 60).rightJustified(2, m_locale.zeroDigit().at(0)));
    else
        text = Words::tr("%1 d").arg(m_locale.toString(minutes / (24 * 60)));
    return over ? QChar(0x2212) + text : text;
}

} // namespace tributary::ui
