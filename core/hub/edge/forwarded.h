#pragma once

#include "core/hub/edge/request.h"

#include <boost/asio/ip/address.hpp>
#include <functional>

namespace tributary::edge {

/// Who really asked, by X-Forwarded-For: the last address of the list that is no trusted proxy. @p peer if the list is empty
/// or makes no sense; what stands further left was written by whoever is there and proves nothing.
boost::asio::ip::address forwardedAddress(const Headers &headers, const boost::asio::ip::address &peer,
                                          const std::function<bool(const boost::asio::ip::address &)> &isTrusted);

} // namespace tributary::edge
