#pragma once

#include "core/hub/edge/settings.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace tributary::edge {

/// Judges a transfer by its mean speed: after a grace, at least so many bytes a second since it began. A bound per piece
/// alone would let a peer keep a connection for hours with a byte now and then; the mean alone, by having sent much.
class Pace {
public:
    using Time = std::chrono::steady_clock::time_point;

    void begin(Time now, const Times &times)
    {
        m_deadline = now + times.paceGrace;
        m_bytesPerSecond = std::max<std::uint64_t>(times.bytesPerSecond, 1);
    }
    void moved(std::uint64_t bytes) { m_deadline += std::chrono::microseconds(bytes * 1'000'000 / m_bytesPerSecond); }
    /// However much has moved, it has earned no more than until then.
    void restUntil(Time latest) { m_deadline = std::min(m_deadline, latest); }
    /// When this transfer will have been too slow unless more bytes move.
    Time deadline() const { return m_deadline; }

private:
    Time m_deadline;
    std::uint64_t m_bytesPerSecond = 1;
};

} // namespace tributary::edge
