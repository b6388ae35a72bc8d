#pragma once

#include <string>
#include <string_view>

namespace tributary {

/// What counts as one peer wherever peers are limited or slowed: an IPv4 address whole, also one written as IPv6; of an IPv6
/// address its first 64 bits, because whoever has one of those has all that share them (RFC 4291, 2.5.4). What is no address
/// stands for itself.
std::string networkKey(std::string_view address);

} // namespace tributary
