#pragma once

#include "core/model/entities.h"

#include <span>
#include <string>
#include <string_view>

namespace tributary::model {

/// Where a telephone number is (ISO 3166, `AE`), by libphonenumber. Empty: it is no number in E.164, or of no country (a
/// satellite's, a toll-free one).
std::string regionOfNumber(std::string_view number);

/// As whose a number without a country code is read on that channel: the region of an account of it, else of one with
/// numbers, else of any that is not removed; of several alike, of the oldest. Empty: none has one.
std::string regionFor(std::span<const ChannelAccount> accounts, Channel channel);

} // namespace tributary::model
