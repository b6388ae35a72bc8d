#include "core/hub/exchange/self_check.h"

#include "core/base/log.h"
#include "core/store/sql.h"

#include <ctime>

namespace tributary::hub::exchange {
namespace {

namespace sql = store::sql;

constexpr std::chrono::hours kADay{20}; ///< Last night's may have begun late.
constexpr std::chrono::hours kTwoDays{48};
constexpr int kNightBegins = 1, kNightEnds = 5;

Result<void> note(store::Database &database, const SelfCheck &check)
{
    auto query = database.query(sql::exchange_set_store_check);
    return query.bind("at_ms", check.at).bind("problems", check.problems).run();
}

} // namespace

Result<std::optional<SelfCheck>> lastSelfCheck(store::Database &database)
{
    auto query = database.query(sql::exchange_store_check);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    if (!found)
        return std::optional<SelfCheck>();
    return std::optional(SelfCheck{fromMs(query.integer(0)), query.integer(1)});
}

bool isSelfCheckDue(const SelfCheck &last, TimePoint now, int hour)
{
    if (last.at > now) // the clock was set back
        return true;
    const bool isNight = hour >= kNightBegins && hour < kNightEnds;
    return now - last.at >= (isNight ? kADay : kTwoDays);
}

int localHour(TimePoint at)
{
    const std::time_t seconds = std::time_t(toMs(at) / 1000);
    std::tm local{};
    localtime_r(&seconds, &local);
    return local.tm_hour;
}

Result<SelfCheck> checkByItself(HubStore &store)
{
    const Milliseconds began = store.clock().steady();
    TRIBUTARY_TRY_ASSIGN(const StoreCheck found, checkInParts(store));
    for (const std::string &problem : found.problems)
        log(LogLevel::Error, "tributary.hub", "the store is not as it should be", {{"problem", problem}});
    const SelfCheck check{store.clock().now(), std::int64_t(found.problems.size())};
    TRIBUTARY_TRY(store.writer().writeAndWait([&check](store::Database &database) { return note(database, check); }));
    log(LogLevel::Info, "tributary.hub", "the hub has looked through its store",
        {{"problems", check.problems}, {"head", found.head}, {"ms", (store.clock().steady() - began).count()}});
    return check;
}

} // namespace tributary::hub::exchange
