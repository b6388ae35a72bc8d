#pragma once

#include "core/hub/exchange/check_store.h"

namespace tributary::hub::exchange {

/// When the hub last looked through its store by itself, and how much was not as it should be.
struct SelfCheck {
    TimePoint at;
    std::int64_t problems = 0;

    bool operator==(const SelfCheck &) const = default;
};

/// Absent: it never has.
Result<std::optional<SelfCheck>> lastSelfCheck(store::Database &database);

/// Whether it is time for one: once a night, between one and five o'clock; and where nobody leaves a hub on by night,
/// whenever two days have gone by. @p hour is that of @p now where the hub stands.
bool isSelfCheckDue(const SelfCheck &last, TimePoint now, int hour);
/// The hour of the day, by this computer's time zone.
int localHour(TimePoint at);

/// Looks through the database (checkInParts()), says each problem in the log, and notes when that was. It takes a
/// while, on a thread of its own: ten seconds for a million messages. TimedOut: the hub stops meanwhile.
Result<SelfCheck> checkByItself(HubStore &store);

} // namespace tributary::hub::exchange
