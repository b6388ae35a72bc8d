#pragma once

#include "core/hub/edge/response.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tributary::edge {

/// Status line and header fields as they go out. Fields with a line break or control character in name or value are left
/// out: foreign text must not start a header of its own. Framing fields are ours; the handler's are ignored.
std::string writeResponseHead(const Response &response, std::optional<std::uint64_t> contentLength, bool keepAlive,
                              std::string_view requestId);

} // namespace tributary::edge
