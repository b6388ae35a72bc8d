#include "ui/customer/field_value.h"

#include <QCoreApplication>
#include <QUrl>

#include <algorithm>
#include <cmath>

namespace tributary::ui {
namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(FieldValue)
};

using Type = model::FieldDefinition::Type;
constexpr qsizetype kLongest = 2000; ///< Bytes, as at the hub.

QDate dayOf(const QString &typed, const QLocale &locale)
{
    QDate day = QDate::fromString(typed, Qt::ISODate);
    for (const auto format : {QLocale::ShortFormat, QLocale::LongFormat}) {
        if (!day.isValid())
            day = locale.toDate(typed, format);
    }
    if (!day.isValid())
        day = locale.toDate(typed, QStringLiteral("d MMM yyyy"));
    constexpr int kPivot = 1940; // of two digits: birthdays lie before it, most other days after
    if (day.isValid() && day.year() >= 1900 && day.year() < kPivot && !typed.contains(QString::number(day.year())))
        day = day.addYears(100);
    return day;
}

} // namespace

QString shownValue(const model::FieldDefinition &field, const std::string &value, const TimeFormat &format)
{
    const QString text = QString::fromStdString(value);
    if (value.empty())
        return {};
    switch (field.type) {
    case Type::Date: {
        const QDate day = QDate::fromString(text, Qt::ISODate);
        return day.isValid() ? format.locale().toString(day, QStringLiteral("d MMM yyyy")) : text;
    }
    case Type::Number: {
        bool isNumber = false;
        const double number = text.toDouble(&isNumber);
        return isNumber ? format.locale().toString(number, 'f', QLocale::FloatingPointShortest) : text;
    }
    case Type::Flag: return value == "yes" ? Words::tr("Yes") : text;
    default: return text;
    }
}

QString editedValue(const model::FieldDefinition &field, const std::string &value, const TimeFormat &format)
{
    return field.type == Type::Date ? shownValue(field, value, format) : QString::fromStdString(value);
}

std::variant<std::string, FieldProblem> keptValue(const model::FieldDefinition &field, const QString &typed,
                                                  const TimeFormat &format)
{
    const QString text = typed.trimmed();
    const std::string bytes = text.toStdString();
    if (bytes.empty())
        return std::string();
    if (qsizetype(bytes.size()) > kLongest)
        return FieldProblem{Words::tr("This is too long. Keep it under 2,000 characters.")};
    switch (field.type) {
    case Type::Text: return bytes;
    case Type::Number: {
        bool isNumber = false;
        double number = text.toDouble(&isNumber);
        if (!isNumber)
            number = format.locale().toDouble(text, &isNumber);
        if (!isNumber || !std::isfinite(number))
            return FieldProblem{Words::tr("This takes a number, such as %1.").arg(format.locale().toString(12.5, 'g', 15))};
        return QString::number(number, 'g', 15).toStdString();
    }
    case Type::Date: {
        const QDate day = dayOf(text, format.locale());
        if (!day.isValid())
            return FieldProblem{Words::tr("This takes a day, such as %1.")
                                    .arg(format.locale().toString(QDate(2026, 11, 26), QStringLiteral("d MMM yyyy")))};
        return day.toString(Qt::ISODate).toStdString();
    }
    case Type::Choice:
        if (std::ranges::count(field.choices, bytes) == 0)
            return FieldProblem{Words::tr("This takes one of its choices.")};
        return bytes;
    case Type::Flag: return std::string("yes");
    case Type::Link: {
        const QUrl url(text, QUrl::StrictMode);
        if (!url.isValid() || url.host().isEmpty() || (url.scheme() != u"https" && url.scheme() != u"http"))
            return FieldProblem{Words::tr("This takes a link that begins with https://.")};
        return bytes;
    }
    }
    return bytes;
}

} // namespace tributary::ui
