#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tributary::channels::email {

/// What lies inside an `application/pkcs7-mime` that is signed and not encrypted (RFC 8551, 3.5.2): a part of a mail, with
/// its headers. Whether the signature holds is not looked at, and nothing is said of it. Nothing: @p der is something else,
/// or encrypted.
std::optional<std::string> contentOfSigned(std::string_view der);

} // namespace tributary::channels::email
