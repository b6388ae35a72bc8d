#include "core/hub/edge/server.h"

#include "core/hub/edge/server_core.h"

namespace tributary::edge {

Server::Server(boost::asio::io_context &loop, Settings settings, Handler &handler)
    : m_core(std::make_shared<ServerCore>(loop, std::move(settings), handler))
{
}

Server::~Server()
{
    m_core->shutDown();
}

Result<std::uint16_t> Server::listen(const std::string &address, std::uint16_t port)
{
    return m_core->listen(address, port);
}

Result<void> Server::renew(const Tls &tls)
{
    return m_core->renew(tls);
}

void Server::stop(std::function<void()> done)
{
    m_core->gate()->post([core = m_core, done = std::move(done)]() mutable { core->stop(std::move(done)); });
}

Metrics Server::metrics() const
{
    return m_core->counters().snapshot();
}

} // namespace tributary::edge
