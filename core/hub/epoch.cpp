#include "core/hub/epoch.h"

#include "core/base/breaks.h"
#include "core/base/fixed_bytes.h"
#include "core/hub/change_log.h"
#include "core/store/sql.h"

#include <algorithm>

namespace tributary::hub {
namespace {

namespace sql = store::sql;

constexpr std::int64_t kNumbersSkipped = 10'000; ///< At least.

Result<std::vector<EpochStart>> epochs(store::Database &database)
{
    std::vector<EpochStart> all;
    auto query = database.query(sql::hub_epochs);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return all;
        EpochStart one{.seq = query.integer(1), .isFirst = all.empty()};
        copyTo(one.epoch, query.blob(0));
        if (query.integer(2) > 0)
            one.met = query.time(2);
        all.push_back(one);
    }
}

} // namespace

Result<EpochStart> newestEpoch(store::Database &database)
{
    TRIBUTARY_TRY_ASSIGN(const auto all, epochs(database));
    if (all.empty())
        return failure(Error::Kind::Corrupt, "the store has no epoch");
    return all.back();
}

Result<wire::Epoch> beginEpoch(store::Database &database, Rng &rng)
{
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
    wire::Epoch epoch;
    rng.fill(epoch);
    auto change = database.query(sql::hub_set_epoch);
    TRIBUTARY_TRY(change.bind("epoch", ByteView(epoch)).run());
    auto add = database.query(sql::hub_add_epoch);
    TRIBUTARY_TRY(add.bind("epoch", ByteView(epoch)).bind("start_seq", head.seq).bind("met_ms", 0).run());
    if (!TRIBUTARY_BREAK(doubt))
        TRIBUTARY_TRY(database.query(sql::hub_doubt_deliveries).run());
    auto numbers = database.query(sql::hub_skip_given_numbers);
    TRIBUTARY_TRY(numbers.bind("least", kNumbersSkipped).run());
    return epoch;
}

Result<void> meetEpoch(store::Database &database, TimePoint now)
{
    auto query = database.query(sql::hub_meet_epoch);
    return query.bind("now_ms", now).run();
}

Result<std::int64_t> seenHere(store::Database &database, const wire::Epoch &epoch, std::int64_t seq)
{
    if (epoch == wire::Epoch{})
        return seq;
    TRIBUTARY_TRY_ASSIGN(const auto all, epochs(database));
    auto one = std::ranges::find(all, epoch, &EpochStart::epoch);
    if (one == all.end())
        return 0;
    for (++one; one != all.end(); ++one)
        seq = std::min(seq, one->seq);
    return seq;
}

Result<bool> isOfThisHistory(store::Database &database, const wire::Epoch &epoch)
{
    if (epoch == wire::Epoch{})
        return true;
    TRIBUTARY_TRY_ASSIGN(const auto all, epochs(database));
    return std::ranges::find(all, epoch, &EpochStart::epoch) != all.end();
}

} // namespace tributary::hub
