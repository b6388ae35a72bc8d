#include "core/base/network_key.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace tributary {
namespace {

/// @p bits of an IPv6 address, a multiple of 8.
std::string keyOf(std::string_view address, int bits)
{
    const std::string plain(address.substr(0, address.find('%'))); // without the zone (RFC 4007, 11)
    in6_addr six{};
    if (::inet_pton(AF_INET6, plain.c_str(), &six) != 1)
        return plain;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (IN6_IS_ADDR_V4MAPPED(&six))
        return ::inet_ntop(AF_INET, six.s6_addr + 12, text.data(), text.size());
    std::fill(six.s6_addr + bits / 8, six.s6_addr + 16, std::uint8_t(0));
    return std::string(::inet_ntop(AF_INET6, &six, text.data(), text.size())) + "/" + std::to_string(bits);
}

} // namespace

std::string networkKey(std::string_view address)
{
    return keyOf(address, 64);
}

std::string siteKey(std::string_view address)
{
    return keyOf(address, 48);
}

} // namespace tributary
