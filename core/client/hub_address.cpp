#include "core/client/hub_address.h"

#include <QHostAddress>

namespace tributary::client {

Result<QUrl> hubAddress(const QUrl &typed)
{
    const QString scheme = typed.scheme();
    const bool plain = scheme == "http" || scheme == "ws";
    const bool sealed = scheme == "https" || scheme == "wss";
    if (!typed.isValid() || typed.host().isEmpty() || (!plain && !sealed))
        return failure(Error::Kind::Invalid, "not the address of a hub");
    // By name or number: what resolves to the loopback today may not tomorrow.
    const QHostAddress number(typed.host());
    const bool here = typed.host() == "localhost" || (!number.isNull() && number.isLoopback());
    if (plain && !here)
        return failure(Error::Kind::Rejected, "the address is not encrypted and not on this computer");
    QUrl hub;
    hub.setScheme(plain ? "http" : "https");
    hub.setHost(typed.host());
    hub.setPort(typed.port());
    return hub;
}

QUrl socketAddress(const QUrl &hub)
{
    QUrl socket = hub;
    socket.setScheme(hub.scheme() == "https" ? "wss" : "ws");
    socket.setPath("/sync");
    return socket;
}

} // namespace tributary::client
