#pragma once

#include <array>
#include <cstdint>

namespace tributary::edge {

/// Why the edge itself turned something away.
enum class Refusal {
    TooManyConnections, ///< Of one address.
    AcceptFailed,       ///< accept() failed, mostly for want of file descriptors.
    BadRequest,
    HeaderTooLarge,
    BodyTooLarge,
    TooManyBodies, ///< Bodies of all requests together are more than Limits::bodyBytes.
    MethodNotAllowed,
    TooSlow,        ///< Header, body, or the reading of an answer took too long.
    HandlerTooSlow, ///< No answer within Times::answer.
    UpgradeDenied,
    TlsFailed,
    SocketProtocol, ///< A WebSocket broke the protocol or a size limit.
    SocketStalled,  ///< A WebSocket whose reader did not keep up.
};
inline constexpr std::size_t kRefusals = std::size_t(Refusal::SocketStalled) + 1;
/// `too-many-connections` ...: a label for /metrics.
const char *name(Refusal refusal);

/// A snapshot of one server's counters since its start; those called open are gauges.
struct Metrics {
    std::uint64_t connections = 0;
    std::uint64_t connectionsOpen = 0;
    std::array<std::uint64_t, 5> requests{}; ///< By status class: [0] is 1xx (upgrades), [1] 2xx ... [4] 5xx.
    std::uint64_t sockets = 0;
    std::uint64_t socketsOpen = 0;
    std::uint64_t messagesIn = 0;
    std::uint64_t messagesOut = 0;
    std::uint64_t writes =
        0; ///< System calls that took `messagesOut` and answers out; fewer than messages: coalescing works.
    std::uint64_t bytesIn = 0;
    std::uint64_t bytesOut = 0;
    std::array<std::uint64_t, kRefusals> refused{}; ///< By Refusal.
};

} // namespace tributary::edge
