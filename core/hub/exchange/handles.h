#pragma once

#include "core/model/entities.h"

#include <string>
#include <string_view>

namespace tributary::hub::exchange {

/// A customer's handle as identities are compared: addresses case-folded, telephone numbers in E.164 where they can be read
/// as such (else their digits), ids of platforms as they are. Empty if nothing is left.
std::string normalisedHandle(model::Channel channel, std::string_view handle);

/// Whether an address of this channel means something for one account alone.
bool isScoped(model::Channel channel);

} // namespace tributary::hub::exchange
