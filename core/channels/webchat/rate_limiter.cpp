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

std::string limitKeyOfAddress(std::string_view address)
{
    if (address.find(':') == std::string_view::npos)
        return std::string(address);
    if (const auto mapped = address.rfind(':'); address.find('.') != std::string_view::npos)
        return std::string(address.substr(mapped + 1)); // ::ffff:192.0.2.1
    // Four groups, those that `::` stands for being zero.
    std::string out;
    int groups = 0;
    for (std::size_t at = 0; at < address.size() && groups < 4; ++groups) {
        if (address.substr(at).starts_with("::") || (at == 0 && address.starts_with("::"))) {
            out += "::";
            break;
        }
        if (address[at] == ':')
            ++at;
        const auto end = std::min(address.find(':', at), address.size());
        out += std::string(address.substr(at, end - at)) + ":";
        at = end;
    }
    return out;
}

} // namespace tributary::channels::webchat
