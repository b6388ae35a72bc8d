#pragma once

#include "core/base/rng.h"
#include "core/base/time.h"

namespace tributary::channels::email {

/// How long to wait before the next try: exponential with full jitter, so that many accounts cut off together do not come
/// back together ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015).
class Backoff {
public:
    struct Limits {
        Milliseconds first{1'000};
        Milliseconds most{300'000};
    };
    Backoff(Limits limits, Rng &rng)
        : m_limits(limits)
        , m_rng(rng)
    {
    }

    /// Evenly from (0, min(most, first * 2^failures)], counting this failure; never under a tenth of `first`, so that a
    /// server which refuses at once is not hammered.
    Milliseconds next();
    /// After something worked: the next failure counts as the first.
    void reset() { m_failures = 0; }
    int failures() const { return m_failures; }

private:
    Limits m_limits;
    Rng &m_rng;
    int m_failures = 0;
};

} // namespace tributary::channels::email
