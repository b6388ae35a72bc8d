#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

/// In which country a number without a country code is one: by the regions of our own accounts (model/number_region.h).
namespace tributary::hub {

/// The region of an account; empty: none is set.
Result<std::string> regionOf(store::Database &database, model::ChannelAccountId account);

/// model::regionFor() of all accounts.
Result<std::string> regionFor(store::Database &database, model::Channel channel);

} // namespace tributary::hub
