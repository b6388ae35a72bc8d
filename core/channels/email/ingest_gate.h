#pragma once

#include "core/channels/channel_driver.h"
#include "core/channels/email/backoff.h"
#include "core/channels/email/health_board.h"
#include "core/channels/email/stop_signal.h"

namespace tributary::channels::email {

/// Hands mails to the hub and waits until all of them are durable, so that never more than one window of them is in flight.
class IngestGate {
public:
    IngestGate(DriverHost &host, HealthBoard &health, const StopSignal &stop, Backoff backoff)
        : m_host(host)
        , m_health(health)
        , m_stop(stop)
        , m_backoff(backoff)
    {
    }

    /// Returns how many the hub refused for what they are: those are left out. What it cannot take now is handed over again,
    /// for ever, after many tries without its files. The only error is Stopped.
    MailResult<std::int64_t> deliver(std::vector<InboundEnvelope> window);

private:
    DriverHost &m_host;
    HealthBoard &m_health;
    const StopSignal &m_stop;
    Backoff m_backoff;
};

} // namespace tributary::channels::email
