#pragma once

#include "core/hub/edge/request.h"
#include "core/hub/edge/response.h"
#include "core/hub/edge/socket.h"

#include <cstddef>
#include <memory>
#include <string>

namespace tributary::edge {

/// What becomes of a request to speak WebSocket. Decided before the 101: a denied one never becomes a socket.
struct UpgradeDecision {
    std::shared_ptr<SocketEvents> events; ///< Set: accepted.
    std::string subprotocol;              ///< One of those offered, or empty.
    Response denial;                      ///< Sent when `events` is not set.

    static UpgradeDecision accept(std::shared_ptr<SocketEvents> events, std::string subprotocol = {});
    static UpgradeDecision deny(Response denial);
};

/// What the hub does with requests. All calls come from the edge's thread and must not block: long work goes elsewhere and
/// takes the Responder along.
class Handler {
public:
    virtual ~Handler() = default;
    /// How many bytes of body this request may have; asked before the body is read. Above: 413.
    virtual std::size_t bodyLimit(const RequestHead &head) = 0;
    virtual void request(Request request, Responder responder) = 0;
    /// Look at path, token and Origin (originAllowed()) here.
    virtual UpgradeDecision upgrade(const Request &request) = 0;
};

} // namespace tributary::edge
