#include "ui/customer/customer_time.h"

#include "core/model/number_region.h"
#include "core/text/search_fold.h"

#include <QCoreApplication>
#include <QRegularExpression>

namespace tributary::ui {
namespace {

class Words {
    Q_DECLARE_TR_FUNCTIONS(CustomerTime)
};

/// The first value of a field that is called one of @p names, whoever of a merged person has it.
QString valueOf(const store::CustomerCard &card, const std::vector<model::FieldDefinition> &fields, const QStringList &names)
{
    const auto isMeant = [&names](const std::string &name) {
        std::string plain;
        for (const std::string &word : text::wordsForComparing(name))
            plain += word;
        return names.contains(QString::fromStdString(plain));
    };
    for (const model::Customer &member : card.members) {
        for (const auto &[key, value] : member.attributes) {
            const auto field = std::ranges::find(fields, key, &model::FieldDefinition::key);
            if (!value.empty() && (isMeant(key) || (field != fields.end() && isMeant(field->name))))
                return QString::fromStdString(value).trimmed();
        }
    }
    return {};
}

/// What somebody may have typed, and a file is looked for by.
bool isZoneName(const QString &text)
{
    static const QRegularExpression kForm(QStringLiteral("^[A-Za-z][A-Za-z0-9_+\\-/:]{1,63}$"));
    return kForm.match(text).hasMatch();
}

/// `AE`, or a country's name in English or in its own language.
QLocale::Territory territoryOf(const QString &text)
{
    if (text.size() == 2)
        return QLocale::codeToTerritory(text);
    if (text.size() < 3 || text.size() > 60)
        return QLocale::AnyTerritory;
    for (int i = QLocale::AnyTerritory + 1; i <= QLocale::LastTerritory; ++i) {
        const auto territory = QLocale::Territory(i);
        if (text.compare(QLocale::territoryToString(territory), Qt::CaseInsensitive) == 0)
            return territory;
    }
    return QLocale::AnyTerritory;
}

std::optional<CustomerPlace> placeIn(QLocale::Territory territory, const QDateTime &now)
{
    if (territory == QLocale::AnyTerritory)
        return std::nullopt;
    std::optional<QTimeZone> found;
    for (const QByteArray &id : QTimeZone::availableTimeZoneIds(territory)) {
        const QTimeZone zone(id);
        if (!zone.isValid())
            continue;
        if (found && found->offsetFromUtc(now) != zone.offsetFromUtc(now))
            return std::nullopt; // it is not known in which part of it they are
        if (!found)
            found = zone;
    }
    return found ? std::optional(CustomerPlace{*found, QLocale::territoryToString(territory)}) : std::nullopt;
}

/// Of the number that was used last.
std::string regionOf(const store::CustomerCard &card)
{
    const auto number = std::ranges::find_if(
        card.identities, [](const model::Identity &identity) { return identity.address.starts_with('+'); });
    return number == card.identities.end() ? std::string() : model::regionOfNumber(number->address);
}

QString distance(int seconds)
{
    const int minutes = std::abs(seconds) / 60, hours = minutes / 60, rest = minutes % 60;
    if (hours == 0)
        return Words::tr("%1 min").arg(rest);
    //: How far two clocks are apart: hours, or hours and minutes.
    return rest == 0 ? Words::tr("%1 h").arg(hours) : Words::tr("%1 h %2 min").arg(hours).arg(rest);
}

} // namespace

std::optional<CustomerPlace> placeOf(const store::CustomerCard &card, const std::vector<model::FieldDefinition> &fields,
                                     TimePoint now)
{
    const QString id = valueOf(card, fields, {"timezone", "tz"});
    if (isZoneName(id)) {
        const QTimeZone zone(id.toLatin1());
        if (zone.isValid()) {
            const QString town = valueOf(card, fields, {"city", "town"});
            const QString part = id.contains(u'/') ? id.section(u'/', -1).replace(u'_', u' ') : id;
            return CustomerPlace{zone, town.isEmpty() ? part : town};
        }
    }
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(toMs(now), Qt::UTC);
    if (auto place = placeIn(territoryOf(valueOf(card, fields, {"country"})), at))
        return place;
    return placeIn(QLocale::codeToTerritory(QString::fromStdString(regionOf(card))), at);
}

QString localTimeWords(const CustomerPlace &place, const TimeFormat &format, TimePoint now)
{
    const TimeFormat there(format.locale(), place.zone);
    const int ahead = there.local(now).offsetFromUtc() - format.local(now).offsetFromUtc();
    const QString clock = there.clock(now);
    if (ahead == 0)
        return Words::tr("%1 in %2, as here").arg(clock, place.name);
    //: The time where a customer is: "18:04 in Dubai, 4 h ahead of you".
    return ahead > 0 ? Words::tr("%1 in %2, %3 ahead of you").arg(clock, place.name, distance(ahead))
                     : Words::tr("%1 in %2, %3 behind you").arg(clock, place.name, distance(ahead));
}

} // namespace tributary::ui
