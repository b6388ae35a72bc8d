#pragma once

#include "core/base/time.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace tributary::channels::webchat {

/// Token buckets by key: @p perMinute in the long run, @p burst at once. Memory is bounded: past 20,000 keys the full
/// buckets are forgotten, which changes nothing for them, and if none is full new keys share one bucket.
class RateLimiter {
public:
    RateLimiter(double perMinute, double burst)
        : m_perMinute(perMinute)
        , m_burst(burst)
    {
    }

    /// Takes one; or, when there is none left, says after how long there will be (at least a second). @p now is steady.
    std::optional<std::chrono::seconds> take(std::string_view key, Milliseconds now);
    std::size_t size() const { return m_buckets.size(); }

private:
    struct Bucket {
        double left = 0;
        Milliseconds at{0};
    };
    double filled(const Bucket &bucket, Milliseconds now) const;
    Bucket &bucketOf(std::string_view key, Milliseconds now);

    double m_perMinute;
    double m_burst;
    Milliseconds m_sweptAt = Milliseconds::min() / 2;
    std::unordered_map<std::string, Bucket> m_buckets;
};

} // namespace tributary::channels::webchat
