#include "core/model/history.h"

#include <algorithm>

namespace tributary::model {

HistoryKey HistoryKey::beginning()
{
    return {TimePoint::min(), {}};
}

HistoryKey HistoryKey::end()
{
    HistoryKey key{TimePoint::max(), {}};
    key.id.bytes.fill(std::byte(0xff));
    return key;
}

HistoryKey HistoryKey::next() const
{
    HistoryKey key = *this;
    for (auto byte = key.id.bytes.rbegin(); byte != key.id.bytes.rend(); ++byte) {
        *byte = std::byte(std::to_integer<unsigned>(*byte) + 1);
        if (*byte != std::byte(0))
            return key;
    }
    key.at += Milliseconds(1); // the last id of that millisecond
    return key;
}

Coverage::Coverage(const std::vector<HistoryRange> &ranges)
{
    for (const HistoryRange &range : ranges)
        add(range);
}

void Coverage::add(const HistoryRange &range)
{
    if (range.isEmpty())
        return;
    HistoryRange joined = range;
    // The ranges that overlap or touch it become one with it.
    const auto first = std::ranges::lower_bound(m_ranges, range.from, {}, &HistoryRange::to);
    auto last = first;
    for (; last != m_ranges.end() && last->from <= range.to; ++last) {
        joined.from = std::min(joined.from, last->from);
        joined.to = std::max(joined.to, last->to);
    }
    m_ranges.insert(m_ranges.erase(first, last), joined);
}

void Coverage::remove(const HistoryRange &range)
{
    if (range.isEmpty())
        return;
    std::vector<HistoryRange> rest;
    for (const HistoryRange &one : m_ranges) {
        const HistoryRange before{one.from, std::min(one.to, range.from)};
        const HistoryRange behind{std::max(one.from, range.to), one.to};
        if (!before.isEmpty())
            rest.push_back(before);
        if (!behind.isEmpty())
            rest.push_back(behind);
    }
    m_ranges = std::move(rest);
}

Coverage Coverage::common(const Coverage &other) const
{
    Coverage both;
    auto theirs = other.m_ranges.begin();
    for (auto mine = m_ranges.begin(); mine != m_ranges.end() && theirs != other.m_ranges.end();) {
        const HistoryRange shared{std::max(mine->from, theirs->from), std::min(mine->to, theirs->to)};
        if (!shared.isEmpty())
            both.m_ranges.push_back(shared);
        mine->to < theirs->to ? void(++mine) : void(++theirs);
    }
    return both;
}

bool Coverage::contains(const HistoryKey &key) const
{
    const auto at = std::ranges::upper_bound(m_ranges, key, {}, &HistoryRange::to);
    return at != m_ranges.end() && at->contains(key);
}

bool Coverage::covers(const HistoryRange &range) const
{
    if (range.isEmpty())
        return true;
    const auto at = std::ranges::upper_bound(m_ranges, range.from, {}, &HistoryRange::to);
    return at != m_ranges.end() && at->from <= range.from && range.to <= at->to;
}

std::vector<HistoryRange> Coverage::missing(const HistoryRange &range) const
{
    std::vector<HistoryRange> gaps;
    HistoryKey from = range.from;
    for (const HistoryRange &one : m_ranges) {
        const HistoryRange gap{from, std::min(one.from, range.to)};
        if (!gap.isEmpty())
            gaps.push_back(gap);
        from = std::max(from, one.to);
    }
    if (from < range.to)
        gaps.push_back({from, range.to});
    return gaps;
}

std::vector<HistoryRange> gapsAround(const std::vector<HistoryKey> &items, const Coverage &coverage,
                                     const HistoryRange &range)
{
    if (coverage.covers(range))
        return {};
    Coverage known = coverage;
    for (const HistoryKey &item : items)
        known.add({item, item.next()});
    std::vector<HistoryRange> gaps;
    for (const HistoryRange &gap : known.missing(range)) {
        // What is here between two missing parts may be nothing but the knowledge that nothing is there.
        const auto between = gaps.empty() ? items.end() : std::ranges::lower_bound(items, gaps.back().to);
        if (!gaps.empty() && (between == items.end() || *between >= gap.from))
            gaps.back().to = gap.to;
        else
            gaps.push_back(gap);
    }
    return gaps;
}

} // namespace tributary::model
