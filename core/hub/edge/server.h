#pragma once

#include "core/base/result.h"
#include "core/hub/edge/handler.h"
#include "core/hub/edge/metrics.h"
#include "core/hub/edge/settings.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace boost::asio {
class io_context;
}

namespace tributary::edge {

class ServerCore;

/// HTTP/1.1 and WebSocket on one or more addresses, with every limit from the first byte. A process may have several.
///
/// The io_context is run by exactly one thread, "the edge's thread"; constructor, listen() and destructor are called there
/// or while it does not run. What other threads may touch says so: Responder, Socket, metrics(), stop().
class Server {
public:
    /// @p handler outlives the server.
    Server(boost::asio::io_context &loop, Settings settings, Handler &handler);
    /// Drops every connection at once. Call stop() before, and wait for it, to be polite.
    ~Server();
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    /// Listens on a numeric address; port 0 takes a free one. Returns the port. Invalid: not an address, a bad certificate
    /// or key; Rejected: plain text beyond loopback without Settings::plainBeyondLoopback; Conflict: in use; Failed: the
    /// rest.
    Result<std::uint16_t> listen(const std::string &address, std::uint16_t port);

    /// Shows another certificate from the next connection on; those that are open stay as they are. On the edge's thread,
    /// after listen(). Invalid: a bad certificate or key, or the server speaks plain text; the old one goes on then.
    Result<void> renew(const Tls &tls);

    /// Stops accepting, closes idle connections, lets answers in hand finish, closes WebSockets with 1001; drops the rest
    /// after Times::stop. Then calls @p done on the edge's thread. Callable from any thread, more than once.
    void stop(std::function<void()> done = {});

    /// Callable from any thread.
    Metrics metrics() const;

private:
    std::shared_ptr<ServerCore> m_core;
};

} // namespace tributary::edge
