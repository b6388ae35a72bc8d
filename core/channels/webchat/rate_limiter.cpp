#include "core/channels/webchat/rate_limiter.h"

#include <algorithm>
#include <cmath>

namespace tributary::channels::webchat {

namespace {

constexpr std::size_t kMostKeys = 20'000;
constexpr Milliseconds kSweepEvery{1'000}; // a sweep looks at every key; a flood of new ones must not pay for it each time

} // namespace

double RateLimiter::filled(const Bucket &bucket, Milliseconds now) const
{
    return std::min(m_burst, bucket.left + m_perMinute * double((now - bucket.at).count()) / 60'000.0);
}

RateLimiter::Bucket &RateLimiter::bucketOf(std::string_view key, Milliseconds now)
{
    std::string name(key);
    if (!m_buckets.contains(name) && m_buckets.size() >= kMostKeys) {
        if (now - m_sweptAt >= kSweepEvery) {
            m_sweptAt = now;
            std::erase_if(m_buckets, [&](const auto &entry) { return filled(entry.second, now) >= m_burst; });
        }
        if (m_buckets.size() >= kMostKeys)
            name.clear();
    }
    return m_buckets.try_emplace(std::move(name), Bucket{m_burst, now}).first->second;
}

std::optional<std::chrono::seconds> RateLimiter::take(std::string_view key, Milliseconds now)
{
    Bucket &bucket = bucketOf(key, now);
    bucket.left = filled(bucket, now);
    bucket.at = now;
    if (bucket.left >= 1) {
        bucket.left -= 1;
        return std::nullopt;
    }
    const double seconds = (1 - bucket.left) * 60.0 / m_perMinute;
    return std::chrono::seconds(std::max<std::int64_t>(1, std::int64_t(std::ceil(seconds))));
}

} // namespace tributary::channels::webchat
