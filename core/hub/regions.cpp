#include "core/hub/regions.h"

#include "core/model/number_region.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

namespace tributary::hub {

Result<std::string> regionOf(store::Database &database, model::ChannelAccountId account)
{
    TRIBUTARY_TRY_ASSIGN(const auto known, store::channelAccount(database, account));
    return known ? known->region : std::string();
}

Result<std::string> regionFor(store::Database &database, model::Channel channel)
{
    auto query = database.query(store::sql::hub_accounts);
    TRIBUTARY_TRY_ASSIGN(const auto accounts, store::readAll<model::ChannelAccount>(query));
    return model::regionFor(accounts, channel);
}

} // namespace tributary::hub
