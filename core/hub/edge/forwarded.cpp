#include "core/hub/edge/forwarded.h"

#include "core/hub/edge/ascii.h"

namespace tributary::edge {

using boost::asio::ip::address;

address forwardedAddress(const Headers &headers, const address &peer, const std::function<bool(const address &)> &isTrusted)
{
    if (!isTrusted(peer))
        return peer;
    std::string list; // several fields are one list (RFC 9110, 5.3)
    for (const auto &[name, value] : headers.fields()) {
        if (equalNoCase(name, "X-Forwarded-For"))
            list += (list.empty() ? "" : ",") + value;
    }
    address client = peer;
    std::string_view rest = list;
    while (!rest.empty()) {
        const std::size_t comma = rest.rfind(',');
        const std::string_view last = trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(0, comma);
        boost::system::error_code error;
        const address hop = boost::asio::ip::make_address(std::string(last), error);
        if (error)
            return client;
        client = hop;
        if (!isTrusted(hop))
            break;
    }
    return client;
}

} // namespace tributary::edge
