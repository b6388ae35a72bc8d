#include "core/store/base_rows.h"

#include "core/store/shadows.h"

#include <algorithm>
#include <limits>

namespace tributary::store {

using namespace tributary::model;

Result<BaseRows> BaseRows::of(Database &cache)
{
    BaseRows rows(cache);
    TRIBUTARY_TRY_ASSIGN(std::vector<Shadow> all, shadows(cache));
    for (Shadow &shadow : all) {
        const auto key = std::pair(typeOf(shadow.entity), keyOf(shadow.entity));
        rows.m_shadows.emplace(key, shadow.wasThere ? std::optional(std::move(shadow.entity)) : std::nullopt);
    }
    return rows;
}

Result<void> BaseRows::each(const RowScan &scan, const std::function<Result<void>(const Entity &)> &visit) const
{
    TRIBUTARY_TRY(scanRows(*m_cache, scan, [&](const Entity &entity, const Query &) -> Result<void> {
        return m_shadows.contains({scan.type, keyOf(entity)}) ? Result<void>() : visit(entity);
    }));
    for (const auto &[key, entity] : m_shadows) {
        if (key.first != scan.type || !entity || (scan.bucket && bucketOf(key.second) != *scan.bucket))
            continue;
        if (const auto *item = std::get_if<TimelineItem>(&*entity); item && item->at < scan.itemsFrom)
            continue;
        TRIBUTARY_TRY(visit(*entity));
    }
    return {};
}

Result<std::vector<TimelineItem>> BaseRows::items(CustomerId customer, const HistoryRange &range) const
{
    TRIBUTARY_TRY_ASSIGN(auto found, itemsOf(*m_cache, customer, range, std::numeric_limits<std::int64_t>::max()));
    std::erase_if(found, [&](const TimelineItem &item) {
        return m_shadows.contains({EntityType::TimelineItem, item.id.bytes});
    });
    for (const auto &[key, entity] : m_shadows) {
        const auto *item = entity ? std::get_if<TimelineItem>(&*entity) : nullptr;
        if (item && item->customer == customer && range.contains({item->at, item->id}))
            found.push_back(*item);
    }
    std::ranges::sort(found, {}, [](const TimelineItem &item) { return HistoryKey{item.at, item.id}; });
    return found;
}

} // namespace tributary::store
