#include "tests/sim/sim_wire.h"

#include <algorithm>

namespace tributary::sim {

void garble(World &world, Bytes &message)
{
    if (message.empty())
        return;
    switch (world.rng.below(4)) {
    case 0: message.push_back(std::byte(0)); break;
    case 1: message.front() = std::byte(0xff); break;
    default: message.resize(world.rng.below(message.size()));
    }
}

void SimWire::attach(End end, std::function<void(ByteView)> received, std::function<void()> closed)
{
    m_received[end] = std::move(received);
    m_closed[end] = std::move(closed);
}

void SimWire::send(End from, Bytes message, bool once)
{
    if (m_cut || m_gone[from])
        return;
    if (m_world.chance(m_world.faults.cut))
        return cut();
    const End to = from == Desk ? Hub : Desk;
    Milliseconds delay = m_world.some(m_world.faults.latency);
    if (m_world.chance(m_world.faults.stall))
        delay += m_world.some(Milliseconds(20'000));
    if (m_world.chance(m_world.faults.garble)) {
        m_world.note("a frame is damaged");
        garble(m_world, message);
    }
    const int times = !once && m_world.chance(m_world.faults.duplicate) ? 2 : 1;
    const Milliseconds arrival = std::max(m_lastArrival[from], m_world.now() + delay);
    m_lastArrival[from] = arrival;
    for (int i = 0; i < times; ++i) {
        // The second one comes any time later, behind others.
        const Milliseconds behind = i == 0 ? Milliseconds(0) : m_world.some(Milliseconds(2'000));
        m_world.after(arrival + behind - m_world.now(), [self = shared_from_this(), message, to, from] {
            if (!self->m_gone[to] && self->m_world.now() < self->m_lostFrom[from])
                self->m_received[to](message);
        });
    }
}

void SimWire::cut()
{
    m_cut = true;
    m_world.note("a link is cut");
    for (const End end : {Desk, Hub}) {
        m_lostFrom[end] = m_world.now() + m_world.some(m_world.faults.latency);
        if (!m_world.chance(m_world.faults.halfOpen))
            tellClosed(end, m_world.some(Milliseconds(2'000)));
    }
}

void SimWire::tellClosed(End end, Milliseconds delay)
{
    m_world.after(delay, [self = shared_from_this(), end] {
        if (self->m_gone[end])
            return;
        self->m_gone[end] = true;
        if (self->m_closed[end]) // given up before it was opened, there is nobody to tell
            self->m_closed[end]();
    });
}

void SimWire::close(End from)
{
    if (m_gone[from])
        return;
    m_gone[from] = true;
    const End to = from == Desk ? Hub : Desk;
    const Milliseconds arrival = std::max(m_lastArrival[from], m_world.now() + m_world.some(m_world.faults.latency));
    if (!m_cut)
        tellClosed(to, arrival - m_world.now());
}

void SimWire::die(End from)
{
    if (m_world.chance(m_world.faults.halfOpen))
        m_gone[from] = true;
    else
        close(from);
}

} // namespace tributary::sim
