#include "tests/crash/raw_desk.h"

#include <utility>

namespace tributary::testing {

Milliseconds now()
{
    return SystemClock().steady();
}

Desk::Desk(int port, std::string token, Rng &rng)
    : RawSocket(port)
    , m_token(std::move(token))
    , m_rng(rng)
{
    rng.fill(m_client.bytes);
}

void Desk::connectNow()
{
    m_live = false;
    m_toGrant = 0;
    connectTo("/sync", std::string(wire::kSubProtocol));
    send(wire::Hello{.token = m_token, .position = m_position, .client = m_client});
    send(wire::Credit{.bytes = kCredit});
    m_beatAt = now() + Milliseconds(15'000);
}

void Desk::beat()
{
    if (!m_live || now() < m_beatAt)
        return;
    m_beatAt = now() + Milliseconds(15'000);
    send(wire::Beat{.ms = now().count()});
}

void Desk::received(std::string_view message)
{
    m_toGrant += std::int64_t(message.size());
    if (!m_live || m_heard) {
        const auto frame = wire::unpack(bytesOf(message));
        if (!frame || !*frame)
            return lost();
        if (const auto *welcome = std::get_if<wire::Welcome>(&**frame)) {
            m_live = true;
            m_position = welcome->head;
            m_backoff.reset();
        } else if (const auto *changes = std::get_if<wire::Changes>(&**frame)) {
            m_position.seq = changes->to;
            m_position.chain = changes->chain;
            if (m_heard)
                m_heard(*changes);
        } else if (std::holds_alternative<wire::Goodbye>(**frame)) {
            return lost();
        }
    }
    if (m_toGrant > kCredit / 2)
        send(wire::Credit{.bytes = std::exchange(m_toGrant, 0), .seq = m_position.seq});
}

void Desk::lost()
{
    drop();
    m_live = false;
    m_retryAt = now() + m_backoff.next(m_rng);
}

} // namespace tributary::testing
