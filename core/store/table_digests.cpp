#include "core/store/table_digests.h"

#include "core/model/names.h"
#include "core/store/row_scan.h"

#include <algorithm>

namespace tributary::store {

using namespace tributary::model;

TimePoint comparedFrom(TimePoint now)
{
    return std::chrono::floor<std::chrono::days>(now) - std::chrono::days(80);
}

Result<std::vector<TableDigest>> digestTables(Database &database, TimePoint itemsFrom,
                                              const std::function<Result<bool>(Entity &)> &counts)
{
    std::vector<TableDigest> digests;
    for (std::size_t type = 0; type < std::variant_size_v<Entity>; ++type) {
        TableDigest &digest = digests.emplace_back(TableDigest{.table = std::string(nameOf(EntityType(type)))});
        const RowScan scan{.type = EntityType(type), .itemsFrom = itemsFrom};
        TRIBUTARY_TRY(scanRows(database, scan, [&](const Entity &row, const Query &) -> Result<void> {
            Entity entity = row;
            TRIBUTARY_TRY_ASSIGN(const bool belongs, counts(entity));
            if (!belongs)
                return {};
            const auto one = digestOf(entity);
            for (std::size_t i = 0; i < one.size(); ++i)
                digest.mixed[i] ^= one[i];
            digest.newest = std::max(digest.newest, versionOf(entity));
            ++digest.count;
            return {};
        }));
    }
    return digests;
}

std::string lineOf(const TableDigest &digest)
{
    return "digest " + digest.table + " " + std::to_string(digest.count) + " " + std::to_string(digest.newest) + " "
           + toHex(digest.mixed);
}

} // namespace tributary::store
