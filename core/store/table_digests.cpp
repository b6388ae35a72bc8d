#include "core/store/table_digests.h"

#include "core/base/digest.h"
#include "core/model/fields.h"
#include "core/store/entities.h"
#include "core/wire/codec.h"

#include <algorithm>

namespace tributary::store {
namespace {

using namespace tributary::model;

template<class T>
std::string selectAll(TimePoint itemsFrom)
{
    std::string columns;
    fieldsOf<T>([&columns](const char *name, auto) { columns += (columns.empty() ? "" : ", ") + std::string(name); });
    std::string text = "SELECT " + columns + " FROM " + std::string(nameOf(typeOf(Entity(T{}))));
    if constexpr (std::is_same_v<T, TimelineItem>)
        text += " WHERE at_ms >= " + std::to_string(toMs(itemsFrom));
    return text;
}

template<std::size_t Index = 0>
Result<void> addTables(Database &database, TimePoint itemsFrom, const std::function<Result<bool>(const Entity &)> &counts,
                       std::vector<TableDigest> &digests)
{
    if constexpr (Index < std::variant_size_v<Entity>) {
        using T = std::variant_alternative_t<Index, Entity>;
        TableDigest digest{.table = std::string(nameOf(EntityType(Index)))};
        const std::string text = selectAll<T>(itemsFrom);
        auto query = database.queryOnce(text);
        for (;;) {
            TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
            if (!more)
                break;
            const Entity entity = readRow<T>(query);
            TRIBUTARY_TRY_ASSIGN(const bool belongs, counts(entity));
            if (!belongs)
                continue;
            const auto one = blake16(wire::encode(wire::toValue(entity)));
            for (std::size_t i = 0; i < one.size(); ++i)
                digest.mixed[i] ^= one[i];
            digest.newest = std::max(digest.newest, versionOf(entity));
            ++digest.count;
        }
        digests.push_back(std::move(digest));
        return addTables<Index + 1>(database, itemsFrom, counts, digests);
    } else {
        return {};
    }
}

} // namespace

TimePoint comparedFrom(TimePoint now)
{
    return std::chrono::floor<std::chrono::days>(now) - std::chrono::days(80);
}

Result<std::vector<TableDigest>> digestTables(Database &database, TimePoint itemsFrom,
                                              const std::function<Result<bool>(const Entity &)> &counts)
{
    std::vector<TableDigest> digests;
    TRIBUTARY_TRY(addTables(database, itemsFrom, counts, digests));
    return digests;
}

std::string lineOf(const TableDigest &digest)
{
    return "digest " + digest.table + " " + std::to_string(digest.count) + " " + std::to_string(digest.newest) + " "
           + toHex(digest.mixed);
}

} // namespace tributary::store
