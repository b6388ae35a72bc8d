#include "core/hub/edge/metrics.h"

namespace tributary::edge {

const char *name(Refusal refusal)
{
    switch (refusal) {
    case Refusal::TooManyConnections: return "too-many-connections";
    case Refusal::AcceptFailed: return "accept-failed";
    case Refusal::BadRequest: return "bad-request";
    case Refusal::HeaderTooLarge: return "header-too-large";
    case Refusal::BodyTooLarge: return "body-too-large";
    case Refusal::TooManyBodies: return "too-many-bodies";
    case Refusal::MethodNotAllowed: return "method-not-allowed";
    case Refusal::TooSlow: return "too-slow";
    case Refusal::HandlerTooSlow: return "handler-too-slow";
    case Refusal::UpgradeDenied: return "upgrade-denied";
    case Refusal::TlsFailed: return "tls-failed";
    case Refusal::SocketProtocol: return "socket-protocol";
    case Refusal::SocketStalled: return "socket-stalled";
    }
    return "unknown";
}

} // namespace tributary::edge
