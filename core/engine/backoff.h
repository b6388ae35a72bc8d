#pragma once

#include "core/base/rng.h"
#include "core/base/time.h"

namespace tributary::engine {

/// How long to wait before the next try to reach the other side: full jitter, evenly from @p least to a ceiling that doubles
/// with each failure up to @p most, so that desktops cut off together do not come back together.
class Backoff {
public:
    explicit Backoff(Milliseconds least = Milliseconds(500), Milliseconds most = Milliseconds(30'000))
        : m_least(least)
        , m_most(most)
    {
    }

    /// After one more failure. Where the other side named a time (@p atLeast), that plus the jitter.
    Milliseconds next(Rng &rng, Milliseconds atLeast = Milliseconds(0));
    /// It works again.
    void reset() { m_failures = 0; }

private:
    Milliseconds m_least;
    Milliseconds m_most;
    int m_failures = 0;
};

} // namespace tributary::engine
