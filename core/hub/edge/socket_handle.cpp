#include "core/hub/edge/socket_handle.h"

#include "core/hub/edge/socket_session.h"

namespace tributary::edge {

SocketHandle::SocketHandle(std::shared_ptr<LoopGate> gate, std::weak_ptr<SocketSession> session, const Limits &limits,
                           std::string remoteAddress)
    : m_gate(std::move(gate))
    , m_session(std::move(session))
    , m_queueLimit(limits.socketQueueBytes)
    , m_remoteAddress(std::move(remoteAddress))
{
}

bool SocketHandle::send(std::shared_ptr<const std::string> payload, bool binary)
{
    if (!m_open)
        return false;
    const std::size_t size = payload->size() + frameHeaderBytes(payload->size());
    if (m_queued.fetch_add(size) + size > m_queueLimit) {
        if (m_open.exchange(false))
            m_gate->post([session = m_session] {
                if (const auto alive = session.lock())
                    alive->stalled();
            });
        return false;
    }
    if (m_gate->isLoopThread()) {
        const auto session = m_session.lock();
        if (!session)
            return false;
        emptyInbox(*session);
        session->enqueue(std::move(payload), binary);
        return true;
    }
    const std::scoped_lock lock(m_mutex);
    m_inbox.push_back({std::move(payload), binary});
    if (std::exchange(m_isPosted, true))
        return true;
    m_gate->post([self = shared_from_this()] {
        if (const auto session = self->m_session.lock())
            self->emptyInbox(*session);
    });
    return true;
}

void SocketHandle::emptyInbox(SocketSession &session)
{
    std::vector<Outgoing> waiting;
    {
        const std::scoped_lock lock(m_mutex);
        waiting.swap(m_inbox);
        m_isPosted = false;
    }
    for (Outgoing &one : waiting)
        session.enqueue(std::move(one.payload), one.binary);
}

void SocketHandle::onSession(std::function<void(SocketSession &)> work)
{
    m_gate->post([self = shared_from_this(), work = std::move(work)] {
        if (const auto session = self->m_session.lock()) {
            self->emptyInbox(*session);
            work(*session);
        }
    });
}

void SocketHandle::close(std::uint16_t code, std::string_view reason)
{
    if (!m_open.exchange(false))
        return;
    onSession([code, reason = std::string(reason)](SocketSession &session) { session.beginClose(code, reason); });
}

void SocketHandle::abort()
{
    m_open = false;
    onSession([](SocketSession &session) { session.drop(); });
}

void SocketHandle::trust()
{
    onSession([](SocketSession &session) { session.trust(); });
}

void SocketHandle::setReading(bool reading)
{
    onSession([reading](SocketSession &session) { session.setReading(reading); });
}

void SocketHandle::ended()
{
    m_open = false;
    m_queued = 0;
    const std::scoped_lock lock(m_mutex);
    m_inbox.clear();
}

} // namespace tributary::edge
