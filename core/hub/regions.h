#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

/// In which country a number without a country code is one: a setting `region` (ISO 3166, `AE`) of our own accounts.
namespace tributary::hub {

inline constexpr const char *kRegionSetting = "region";

/// The region of an account; empty: none is set.
Result<std::string> regionOf(store::Database &database, model::ChannelAccountId account);

/// The region of any account of that channel, else of any account with numbers, else of any account at all; empty: none.
Result<std::string> regionFor(store::Database &database, model::Channel channel);

} // namespace tributary::hub
