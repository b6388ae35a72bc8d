#pragma once

#include "core/base/time.h"
#include "core/model/ids.h"

#include <vector>

/// Which stretches of a timeline a copy has. A timeline is in order of (at, id); what a copy does not have is never taken
/// for what does not exist.
namespace tributary::model {

/// A place in a timeline.
struct HistoryKey {
    TimePoint at;
    TimelineItemId id;

    static HistoryKey beginning();
    static HistoryKey end(); ///< Behind every item.
    /// The place right behind this one: nothing can be between.
    HistoryKey next() const;

    friend auto operator<=>(const HistoryKey &, const HistoryKey &) = default;
};

/// Every place from @p from up to and without @p to.
struct HistoryRange {
    HistoryKey from;
    HistoryKey to;

    static HistoryRange everything() { return {HistoryKey::beginning(), HistoryKey::end()}; }
    bool isEmpty() const { return from >= to; }
    bool contains(const HistoryKey &key) const { return from <= key && key < to; }
    friend bool operator==(const HistoryRange &, const HistoryRange &) = default;
};

/// A set of places, kept as the fewest ranges: in order, none empty, none touching another.
class Coverage {
public:
    Coverage() = default;
    explicit Coverage(const std::vector<HistoryRange> &ranges);

    void add(const HistoryRange &range);
    void remove(const HistoryRange &range);
    /// What both have.
    Coverage common(const Coverage &other) const;

    const std::vector<HistoryRange> &ranges() const { return m_ranges; }
    bool contains(const HistoryKey &key) const;
    bool covers(const HistoryRange &range) const;
    /// What is missing of @p range, in order.
    std::vector<HistoryRange> missing(const HistoryRange &range = HistoryRange::everything()) const;

    friend bool operator==(const Coverage &, const Coverage &) = default;

private:
    std::vector<HistoryRange> m_ranges;
};

/// The gaps to be drawn where a timeline shows @p items, all of what is known of @p range and in order: at most one between
/// two of them, before the first or behind the last. Two items with no gap between them have nothing between them.
std::vector<HistoryRange> gapsAround(const std::vector<HistoryKey> &items, const Coverage &coverage,
                                     const HistoryRange &range);

} // namespace tributary::model
