#pragma once

#include "core/model/entities.h"

#include <optional>
#include <string>
#include <string_view>

namespace tributary::model {

/// An address as it is compared, from what somebody typed: mail as text::normaliseAddress() says, a number in E.164 by
/// libphonenumber, read as one of @p region (ISO 3166, `AE`) where it has no country code, anything else without the white
/// space around it. Nothing: it is no such address.
std::optional<std::string> normalised(Channel channel, std::string_view typed, std::string_view region = {});

/// An address as people read it: a number in E.164 in international form (`+44 20 7946 0018`), anything else as it is.
std::string shownAddress(Channel channel, std::string_view address);

/// Whether that is a region (ISO 3166, two capital letters) whose numbers can be told.
bool isRegion(std::string_view region);

/// Whether addresses of that channel are telephone numbers.
bool hasNumbers(Channel channel);

} // namespace tributary::model
