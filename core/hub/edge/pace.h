#pragma once

#include "core/hub/edge/settings.h"

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace tributary::edge {

/// Judges a transfer by its mean speed: after a grace, at least so many bytes a second since it began. A bound per piece
/// alone would let a peer keep a connection for hours with a byte now and then.
class Pace {
public:
    using Time = std::chrono::steady_clock::time_point;

    void begin(Time now)
    {
        m_start = now;
        m_bytes = 0;
    }
    void moved(std::size_t bytes) { m_bytes += bytes; }
    /// When this transfer will have been too slow unless more bytes move.
    Time deadline(const Times &times) const
    {
        const auto earned = std::chrono::milliseconds(m_bytes * 1000 / std::max<std::size_t>(times.bytesPerSecond, 1));
        return m_start + times.paceGrace + earned;
    }

private:
    Time m_start;
    std::uint64_t m_bytes = 0;
};

} // namespace tributary::edge
