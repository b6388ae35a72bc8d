#pragma once

#include <string>
#include <string_view>

namespace tributary::text {

/// A mail address as it is compared: without `<>`, lower case, in Unicode normal form C, the domain in Unicode rather than
/// punycode and without a final dot. RFC 5321 lets local parts differ by case; nobody's do. International addresses (RFC
/// 6531) are fine. Empty if it is no address: no local part or domain, white space or control characters, longer than 320
/// bytes.
std::string normaliseAddress(std::string_view address);

} // namespace tributary::text
