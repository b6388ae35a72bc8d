#pragma once

#include "core/store/row_scan.h"

#include <map>

namespace tributary::store {

/// A desktop's copy as the hub has said it, without own commands that are shown on top. Made and used within one read
/// transaction of the cache.
class BaseRows {
public:
    static Result<BaseRows> of(Database &cache);

    Result<void> each(const RowScan &scan, const std::function<Result<void>(const model::Entity &)> &visit) const;
    /// Items of a home customer, oldest first.
    Result<std::vector<model::TimelineItem>> items(model::CustomerId customer, const model::HistoryRange &range) const;

private:
    explicit BaseRows(Database &cache)
        : m_cache(&cache)
    {
    }

    Database *m_cache;
    /// Nothing: the hub does not have it.
    std::map<std::pair<model::EntityType, RawId>, std::optional<model::Entity>> m_shadows;
};

} // namespace tributary::store
