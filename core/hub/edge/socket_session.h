#pragma once

#include "core/hub/edge/handler.h"
#include "core/hub/edge/server_core.h"

#include <string>

namespace tributary::edge {

/// One WebSocket on the edge's thread. Others reach it through its SocketHandle.
class SocketSession : public Peer {
public:
    /// Takes over a connection whose upgrade was accepted. @p leftover was received behind the request.
    static void start(std::shared_ptr<ServerCore> core, std::shared_ptr<Transport> transport, Ticket ticket, Request request,
                      std::string leftover, UpgradeDecision decision);

    virtual void enqueue(std::shared_ptr<const std::string> payload, bool binary) = 0;
    virtual void flush() = 0;
    virtual void beginClose(std::uint16_t code, std::string reason) = 0;
    virtual void setReading(bool reading) = 0;
    virtual void trust() = 0;
    virtual void stalled() = 0; ///< Drops the link because its reader does not keep up.
};

} // namespace tributary::edge
