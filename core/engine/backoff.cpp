#include "core/engine/backoff.h"

#include <algorithm>

namespace tributary::engine {

Milliseconds Backoff::next(Rng &rng, Milliseconds atLeast)
{
    m_failures = std::min(m_failures + 1, 20); // 2^20 is beyond any ceiling; more would overflow
    const Milliseconds ceiling = std::min(m_most, m_least * (std::int64_t(1) << m_failures));
    const Milliseconds span = std::max(Milliseconds(1), ceiling - m_least);
    const Milliseconds delay = m_least + Milliseconds(std::int64_t(rng.below(std::uint64_t(span.count()) + 1)));
    return std::max(Milliseconds(0), atLeast) + delay;
}

} // namespace tributary::engine
