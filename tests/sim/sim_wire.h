#pragma once

#include "core/base/bytes.h"
#include "tests/sim/world.h"

#include <array>
#include <memory>

namespace tributary::sim {

/// One connection: whole messages, in order in each direction, until it is closed or cut. What an end sent before it was
/// gone may still arrive: a hub hears the end of an old link after the beginning of a new one.
class SimWire : public std::enable_shared_from_this<SimWire> {
public:
    enum End { Desk, Hub };

    explicit SimWire(World &world)
        : m_world(world)
    {
    }

    /// What an end does with messages, and when it hears that the other one is gone.
    void attach(End end, std::function<void(ByteView)> received, std::function<void()> closed);
    /// @p once: it makes no sense twice (the greeting), so it is not duplicated.
    void send(End from, Bytes message, bool once);
    /// This end listens no more; the other hears of it, if the link still works.
    void close(End from);
    /// This end's process is dead: nothing is said any more, and the other may never know.
    void die(End from);

private:
    void cut();
    void tellClosed(End end, Milliseconds delay);

    World &m_world;
    std::array<std::function<void(ByteView)>, 2> m_received;
    std::array<std::function<void()>, 2> m_closed;
    std::array<bool, 2> m_gone{false, false};
    std::array<Milliseconds, 2> m_lastArrival{Milliseconds(0), Milliseconds(0)};
    std::array<Milliseconds, 2> m_lostFrom{Milliseconds::max(), Milliseconds::max()}; ///< What arrives later does not.
    bool m_cut = false;
};

/// Damages a message as its format can notice: its end is missing, something is added, or it is packed in no known way.
/// (Text that was changed under way is for TLS to notice.)
void garble(World &world, Bytes &message);

} // namespace tributary::sim
