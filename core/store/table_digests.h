#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

#include <functional>

/// One number a table for what is in it, the same in the hub's store and in a desktop's copy: so that two copies that should
/// be equal can be compared by a few lines.
namespace tributary::store {

struct TableDigest {
    std::string table;
    std::int64_t count = 0;
    std::int64_t newest = 0;           ///< Highest version.
    std::array<std::byte, 16> mixed{}; ///< XOR of a digest of each row, all its fields: in any order.
    friend bool operator==(const TableDigest &, const TableDigest &) = default;
};

/// Items are compared as far back as every copy has them: from the start of the day (UTC) 80 days before @p now. A copy has
/// 90 days from when it was made (DESIGN 14).
TimePoint comparedFrom(TimePoint now);

/// Every table of entities, in the order of model::EntityType. @p counts says which rows belong to it: what somebody may
/// see; it may take from a row what they are not shown of it. Items before @p itemsFrom are left out. In one transaction.
Result<std::vector<TableDigest>> digestTables(Database &database, TimePoint itemsFrom,
                                              const std::function<Result<bool>(model::Entity &)> &counts);

/// `digest timeline_item 1234 5678 0123…`: table, rows, highest version, digest in hex.
std::string lineOf(const TableDigest &digest);

} // namespace tributary::store
