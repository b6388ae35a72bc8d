#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tributary::edge {

/// Sizes and counts one server accepts. Every one is enforced while bytes arrive, before memory is spent on them.
struct Limits {
    std::size_t headerBytes = 16 * 1024;       ///< Request line and all header lines; above: 431.
    std::size_t headerLines = 100;             ///< Above: 431.
    std::size_t requestLineBytes = 8 * 1024;   ///< Above: 414.
    std::size_t queryParameters = 100;         ///< Above: 400.
    std::size_t requestsPerConnection = 1'000; ///< Then the connection is closed after its answer.
    std::size_t connections = 4'000;           ///< In total; at the cap accepting pauses until one ends.
    std::size_t connectionsPerAddress = 20;    ///< One IPv4 address or IPv6 /64; above: closed at once.
    bool loopbackExempt = true;                ///< Loopback and the trusted proxies do not count for the cap above.

    std::size_t bodyBytes = 256 * 1024 * 1024; ///< Bodies of all requests under way; above: 503 for what is not small.
    std::size_t smallBodyBytes = 64 * 1024;    ///< These go on: somebody who signs in waits for nobody's uploads.

    std::size_t socketFrameBytes = 64 * 1024;       ///< One WebSocket frame received; above: close 1009.
    std::size_t socketMessageBytes = 64 * 1024;     ///< One WebSocket message of a stranger; above: close 1009.
    std::size_t socketTrustedBytes = 256 * 1024;    ///< The same of who has proven who they are: Socket::trust().
    std::size_t socketFragments = 16;               ///< Frames a message may come in; above: close 1009.
    std::size_t socketQueueBytes = 4 * 1024 * 1024; ///< Unsent bytes of one socket; above: it is aborted.
    std::size_t socketLowWaterBytes = 16 * 1024;    ///< SocketEvents::drained() when the queue falls to this.
    std::size_t filePieceBytes = 64 * 1024;         ///< How much of a file is in memory at a time.
};

/// Time bounds. Tests set them in milliseconds.
struct Times {
    using Duration = std::chrono::milliseconds;
    Duration handshake{10'000}; ///< TLS.
    Duration header{10'000};    ///< From the first byte of a request (or the connection) to the end of its header: 408.
    Duration idle{60'000};      ///< Between two requests on one connection.
    Duration paceGrace{10'000}; ///< Bodies and answers may be slower than `bytesPerSecond` for this long.
    std::size_t bytesPerSecond = 1024; ///< Mean pace below which a body (408) or the reading of an answer is given up.
    Duration bodyRest{20'000};         ///< However fast a body has come, it may then be slower for so long at most.
    Duration answer{120'000};          ///< For Handler to answer: 503.
    Duration linger{2'000};            ///< After a refusal, for the peer to read it before the connection is gone.
    Duration socketStall{20'000};      ///< A WebSocket that takes no byte of its queue for this long is aborted.
    Duration socketClose{5'000};       ///< For the peer to answer a close frame.
    Duration tcpUserTimeout{30'000};   ///< Kernel's bound for unacknowledged data (TCP_USER_TIMEOUT); zero leaves it alone.
    Duration acceptRetry{100};         ///< Pause after accept() failed, for example for want of file descriptors.
    Duration stop{10'000};             ///< What stop() allows for work in hand.
};

/// Certificate chain and private key, PEM text. The server then speaks TLS 1.2 or later only.
struct Tls {
    std::string certificatePem;
    std::string keyPem;
};

struct Settings {
    Limits limits;
    Times times;
    std::optional<Tls> tls;
    /// Without TLS only loopback addresses may be listened on, unless a proxy in front terminates TLS.
    bool plainBeyondLoopback = false;
    /// Addresses whose X-Forwarded-For and X-Forwarded-Proto are believed. Nobody's by default.
    std::vector<std::string> trustedProxies;
    /// Methods that reach the handler; others get 405.
    std::vector<std::string> methods{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};
    std::string name = "edge"; ///< Of this server in log lines: `agents`, `public`.
};

} // namespace tributary::edge
