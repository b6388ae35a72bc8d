#include "core/hub/edge/linger.h"

namespace tributary::edge {

void Linger::start(std::shared_ptr<ServerCore> core, std::shared_ptr<Transport> transport, Ticket ticket)
{
    const auto linger = std::make_shared<Linger>(core, std::move(transport), std::move(ticket));
    core->add(linger);
    linger->begin();
}

Linger::Linger(std::shared_ptr<ServerCore> core, std::shared_ptr<Transport> transport, Ticket ticket)
    : m_core(std::move(core))
    , m_transport(std::move(transport))
    , m_ticket(std::move(ticket))
    , m_timer(m_core->loop())
{
}

void Linger::begin()
{
    m_timer.expires_after(m_core->settings().times.linger);
    m_timer.async_wait([self = shared_from_this()](ErrorCode error) {
        if (!error)
            self->drop();
    });
    m_transport->shutdownSend([self = shared_from_this()](ErrorCode error, std::size_t) {
        if (error)
            self->drop();
        else
            self->drain();
    });
}

void Linger::drain()
{
    if (m_ended)
        return;
    m_transport->drainSome(m_void, [self = shared_from_this()](ErrorCode error, std::size_t) {
        if (error)
            self->drop();
        else
            self->drain();
    });
}

void Linger::drop()
{
    if (m_ended)
        return;
    m_ended = true;
    const auto self = shared_from_this();
    m_timer.cancel();
    m_transport->close();
    m_core->remove(this);
}

} // namespace tributary::edge
