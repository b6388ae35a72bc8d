#include "core/hub/regions.h"

#include "core/model/addresses.h"
#include "core/model/names.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

namespace tributary::hub {
namespace {

namespace sql = store::sql;

std::string regionIn(ByteView settings)
{
    const auto map = wire::mapFrom(settings);
    if (!map)
        return {};
    const auto found = map->find(kRegionSetting);
    return found == map->end() ? std::string() : found->second;
}

} // namespace

Result<std::string> regionOf(store::Database &database, model::ChannelAccountId account)
{
    auto query = database.query(sql::hub_account_config);
    query.bind("account_id", account);
    TRIBUTARY_TRY_ASSIGN(const bool found, query.step());
    return found ? regionIn(query.blob(0)) : std::string();
}

Result<std::string> regionFor(store::Database &database, model::Channel channel)
{
    std::string best;
    int bestRank = 0;
    auto query = database.query(sql::hub_settings_of_accounts);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return best;
        const auto of = model::fromName<model::Channel>(query.text(1));
        const std::string region = regionIn(query.blob(2));
        if (!of || region.empty())
            continue;
        int rank = hasNumbers(*of) ? 2 : 1;
        if (*of == channel)
            rank = 3;
        if (rank > bestRank) {
            bestRank = rank;
            best = region;
        }
    }
}

} // namespace tributary::hub
