#include "core/channels/email/backoff.h"

#include <algorithm>

namespace tributary::channels::email {

Milliseconds Backoff::next()
{
    constexpr int kMostDoublings = 20; // beyond that 1 ms would have become 17 minutes: past any sensible limit
    const Milliseconds grown = m_limits.first * (std::int64_t(1) << std::min(m_failures, kMostDoublings));
    const Milliseconds ceiling = std::min(m_limits.most, grown);
    ++m_failures;
    const auto jittered = Milliseconds(std::int64_t(m_rng.below(std::uint64_t(ceiling.count()))) + 1);
    return std::max(jittered, m_limits.first / 10);
}

} // namespace tributary::channels::email
