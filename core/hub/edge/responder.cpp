#include "core/hub/edge/answer_slot.h"
#include "core/hub/edge/connection.h"

namespace tributary::edge {

void AnswerSlot::send(Response response)
{
    if (m_used.exchange(true))
        return;
    m_gate->post([connection = m_connection, serial = m_serial, response = std::move(response)]() mutable {
        if (const auto alive = connection.lock())
            alive->answer(serial, std::move(response));
    });
}

Responder::Responder(std::shared_ptr<AnswerSlot> slot)
    : m_slot(std::move(slot))
{
}

Responder::Responder(Responder &&other) noexcept
    : m_slot(std::exchange(other.m_slot, nullptr))
{
}

Responder &Responder::operator=(Responder &&other) noexcept
{
    std::swap(m_slot, other.m_slot); // what was ours answers 500 when the other ends, if nobody has used it
    return *this;
}

Responder::~Responder()
{
    if (m_slot)
        m_slot->send(errorResponse(500, m_slot->requestId()));
}

void Responder::send(Response response)
{
    if (m_slot)
        m_slot->send(std::move(response));
}

bool Responder::isWanted() const
{
    return m_slot && m_slot->isWanted();
}

} // namespace tributary::edge
