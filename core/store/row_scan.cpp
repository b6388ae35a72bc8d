#include "core/store/row_scan.h"

#include "core/base/digest.h"
#include "core/model/fields.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"

namespace tributary::store {
namespace {

using namespace tributary::model;

template<class T>
std::string textOf(const RowScan &scan)
{
    std::string columns;
    fieldsOf<T>([&columns](const char *name, auto) { columns += (columns.empty() ? "" : ", ") + std::string(name); });
    if (!scan.more.empty())
        columns += ", " + std::string(scan.more);
    std::string text = "SELECT " + columns + " FROM " + std::string(nameOf(scan.type)) + " WHERE 1";
    if constexpr (std::is_same_v<T, TimelineItem>)
        text += " AND at_ms >= " + std::to_string(toMs(scan.itemsFrom));
    constexpr bool hasId = !std::is_same_v<T, ReadMark>;
    if (hasId && scan.bucket)
        text += " AND substr(id, 16, 1) = x'" + toHex(std::array{std::byte(*scan.bucket)}) + "'";
    return text;
}

template<std::size_t Index = 0>
Result<void> scanAt(Database &database, const RowScan &scan, const RowVisitor &visit)
{
    if constexpr (Index < std::variant_size_v<Entity>) {
        if (Index != std::size_t(scan.type))
            return scanAt<Index + 1>(database, scan, visit);
        using T = std::variant_alternative_t<Index, Entity>;
        const std::string text = textOf<T>(scan);
        auto query = database.queryOnce(text);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                return {};
            const Entity entity = readRow<T>(query);
            if (scan.bucket && bucketOf(keyOf(entity)) != *scan.bucket)
                continue; // a read mark has its key from two columns
            TRIBUTARY_TRY(visit(entity, query));
        }
    } else {
        return failure(Error::Kind::Invalid, "no such table");
    }
}

template<std::size_t Index = 0>
int columnsAt(std::size_t index)
{
    if constexpr (Index < std::variant_size_v<Entity>) {
        if (index != Index)
            return columnsAt<Index + 1>(index);
        int count = 0;
        fieldsOf<std::variant_alternative_t<Index, Entity>>([&count](const char *, auto) { ++count; });
        return count;
    } else {
        return 0;
    }
}

} // namespace

Result<void> scanRows(Database &database, const RowScan &scan, const RowVisitor &visit)
{
    return scanAt(database, scan, visit);
}

int columnsOf(EntityType type)
{
    return columnsAt(std::size_t(type));
}

Result<std::vector<TimelineItem>> itemsOf(Database &database, CustomerId customer, const HistoryRange &range,
                                          std::int64_t most)
{
    auto query = database.query(sql::entity_items_between);
    query.bind("customer_id", customer).bind("from_ms", range.from.at).bind("from_id", range.from.id);
    query.bind("to_ms", range.to.at).bind("to_id", range.to.id).bind("row_count", most);
    return readAll<TimelineItem>(query);
}

std::array<std::byte, 16> digestOf(const Entity &entity)
{
    return blake16(wire::encode(wire::toValue(entity)));
}

std::size_t bucketOf(const RawId &key)
{
    return std::to_integer<std::size_t>(key.back());
}

} // namespace tributary::store
