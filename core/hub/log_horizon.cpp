#include "core/hub/log_horizon.h"

#include "core/hub/change_log.h"
#include "core/store/sql.h"

#include <algorithm>

namespace tributary::hub {

namespace sql = store::sql;

namespace {

constexpr std::chrono::hours kMarkEvery{1};
constexpr std::int64_t kAtOnce = 2000; ///< Others write in between.

} // namespace

Result<void> markLog(store::Database &database, TimePoint now)
{
    auto query = database.query(sql::hub_add_log_mark);
    return query.bind("now_ms", now).bind("every_ms", Milliseconds(kMarkEvery).count()).run();
}

Result<std::int64_t> forgetLog(store::Database &database, TimePoint before, std::int64_t mostRows)
{
    std::int64_t horizon = 0, gone = 0;
    {
        auto query = database.query(sql::hub_log_horizon);
        query.bind("before_ms", before);
        TRIBUTARY_TRY(query.step());
        horizon = query.integer(0);
    }
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
    horizon = std::max(horizon, head.seq - mostRows); // the log has no holes
    auto query = database.query(sql::hub_forget_log);
    query.bind("seq", horizon).bind("row_count", kAtOnce);
    for (;; ++gone) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            break;
    }
    TRIBUTARY_TRY(database.query(sql::hub_forget_log_marks).bind("before_ms", before).bind("seq", horizon).run());
    return gone;
}

} // namespace tributary::hub
