#pragma once

#include "core/hub/edge/request.h"

#include <string_view>

namespace tributary::edge {

/// What is wrong with a WebSocket hand-shake (RFC 6455, 4.2.1): 0 nothing, 400, or 426 for another version than 13.
int upgradeProblem(const Request &request);

} // namespace tributary::edge
