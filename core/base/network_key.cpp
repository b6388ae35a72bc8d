#include "core/base/network_key.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>

namespace tributary {

std::string networkKey(std::string_view address)
{
    const std::string plain(address.substr(0, address.find('%'))); // without the zone (RFC 4007, 11)
    in6_addr six{};
    if (::inet_pton(AF_INET6, plain.c_str(), &six) != 1)
        return plain;
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (IN6_IS_ADDR_V4MAPPED(&six))
        return ::inet_ntop(AF_INET, six.s6_addr + 12, text.data(), text.size());
    std::fill(six.s6_addr + 8, six.s6_addr + 16, std::uint8_t(0));
    return std::string(::inet_ntop(AF_INET6, &six, text.data(), text.size())) + "/64";
}

} // namespace tributary
