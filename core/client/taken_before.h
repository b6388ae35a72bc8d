#pragma once

#include <string_view>

namespace tributary::client {

/// The detail of an outcome that came back for what the hub had taken once, before it went back to a backup: a message may
/// be with its customer all the same.
inline constexpr std::string_view kTakenBefore = "taken before the hub was restored";

} // namespace tributary::client
