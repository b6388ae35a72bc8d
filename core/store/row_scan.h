#pragma once

#include "core/model/entities.h"
#include "core/model/history.h"
#include "core/store/database.h"

#include <functional>

/// Rows one after the other, however many there are, and a digest of each: for whoever compares copies.
namespace tributary::store {

struct RowScan {
    model::EntityType type = model::EntityType::Customer;
    TimePoint itemsFrom = TimePoint::min(); ///< Items before are left out.
    std::optional<std::size_t> bucket;      ///< Only rows whose key ends with this byte.
    std::string_view more = {};             ///< SQL of one more column.
};
/// The query stands on the row, for the column asked for by `more`: the one behind the entity's.
using RowVisitor = std::function<Result<void>(const model::Entity &, const Query &)>;
/// In a transaction, where more than one scan is to see the same.
Result<void> scanRows(Database &database, const RowScan &scan, const RowVisitor &visit);
/// How many columns an entity of that type has.
int columnsOf(model::EntityType type);

/// The items of a home customer in @p range, oldest first, at most @p most.
Result<std::vector<model::TimelineItem>> itemsOf(Database &database, model::CustomerId customer,
                                                 const model::HistoryRange &range, std::int64_t most);

/// Of all fields of a row: the same here and at the hub where both understand the same.
std::array<std::byte, 16> digestOf(const model::Entity &entity);

/// Rows fall into buckets by the random end of their key.
std::size_t bucketOf(const RawId &key);

} // namespace tributary::store
