#pragma once

#include <string>
#include <string_view>

namespace tributary {

/// What counts as one peer wherever peers are limited or slowed: an IPv4 address whole, also one written as IPv6; of an IPv6
/// address its first 64 bits, because whoever has one of those has all that share them (RFC 4291, 2.5.4). What is no address
/// stands for itself.
std::string networkKey(std::string_view address);
/// The same with the first 48 bits of an IPv6 address: what a whole site is given (RFC 6177), with 65,536 networks in it.
std::string siteKey(std::string_view address);

} // namespace tributary
