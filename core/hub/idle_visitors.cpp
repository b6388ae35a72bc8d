#include "core/hub/idle_visitors.h"

#include "core/store/sql.h"

namespace tributary::hub {

namespace sql = store::sql;

namespace {

constexpr std::int64_t kAtOnce = 500;

} // namespace

Result<void> meetVisitor(store::Database &database, const std::string &visitor, TimePoint now)
{
    auto query = database.query(sql::hub_meet_visitor);
    return query.bind("id", visitor).bind("now_ms", now).bind("before_ms", now - kMetAgain).run();
}

Result<std::int64_t> forgetIdleVisitors(store::Database &database, TimePoint before)
{
    std::vector<std::string> idle;
    {
        auto query = database.query(sql::hub_idle_visitors);
        query.bind("before_ms", before).bind("row_count", kAtOnce);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            idle.emplace_back(query.text(0));
        }
    }
    for (const std::string &visitor : idle) {
        TRIBUTARY_TRY(database.query(sql::hub_erase_visitor_tokens).bind("visitor_id", visitor).run());
        TRIBUTARY_TRY(database.query(sql::hub_erase_visitor).bind("visitor_id", visitor).run());
    }
    return std::int64_t(idle.size());
}

} // namespace tributary::hub
