#pragma once

#include "core/hub/edge/server_core.h"

#include <array>

namespace tributary::edge {

/// The end of a connection on which the peer may still be sending: says goodbye, then reads into the void until the peer
/// closes or Times::linger is over. Closing at once would make the kernel reset the link and the peer lose our last words.
class Linger final : public Peer, public std::enable_shared_from_this<Linger> {
public:
    static void start(std::shared_ptr<ServerCore> core, std::shared_ptr<Transport> transport, Ticket ticket);

    Linger(std::shared_ptr<ServerCore> core, std::shared_ptr<Transport> transport, Ticket ticket);
    void stopGently() override {}
    void drop() override;

private:
    void begin();
    void drain();

    std::shared_ptr<ServerCore> m_core;
    std::shared_ptr<Transport> m_transport;
    Ticket m_ticket;
    boost::asio::steady_timer m_timer;
    std::array<char, 4096> m_void;
    bool m_ended = false;
};

} // namespace tributary::edge
