#pragma once

#include "core/store/cache_reads.h"
#include "ui/theme/time_format.h"

#include <optional>

namespace tributary::ui {

/// Where a customer is, as far as their clock goes.
struct CustomerPlace {
    QTimeZone zone;
    QString name; ///< A town or a country, as people read it.
};

/// From what is kept of them: a field for the time zone (`Time zone`, `timezone`) or the country, else the country of their
/// telephone number. Nothing: not known, or a country whose clocks do not agree at @p now.
std::optional<CustomerPlace> placeOf(const store::CustomerCard &card, const std::vector<model::FieldDefinition> &fields,
                                     TimePoint now);

/// "18:04 in Dubai, 4 h ahead of you".
QString localTimeWords(const CustomerPlace &place, const TimeFormat &format, TimePoint now);

} // namespace tributary::ui
