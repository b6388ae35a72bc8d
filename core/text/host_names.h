#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tributary::text {

/// Names of hosts or domains (RFC 1123, 2.1) parted by commas, as somebody has typed them: in lower case, with one blank
/// behind each comma, empty ones left out. Nothing where one is no such name, or all are longer than 1,000 bytes.
std::optional<std::string> hostNames(std::string_view typed);

} // namespace tributary::text
