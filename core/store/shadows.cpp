#include "core/store/shadows.h"

#include "core/store/sql.h"
#include "core/wire/codec.h"

namespace tributary::store {

using namespace tributary::model;

namespace {

/// Of the row that the query stands on.
Result<Shadow> read(const Query &query)
{
    TRIBUTARY_TRY_ASSIGN(const wire::Value stored, wire::decode(query.blob(2)));
    const auto *pair = stored.as<wire::Array>();
    const bool *wasThere = pair && pair->size() == 2 ? (*pair)[0].as<bool>() : nullptr;
    if (!wasThere)
        return failure(Error::Kind::Corrupt, "a shadow is damaged");
    TRIBUTARY_TRY_ASSIGN(Entity entity, wire::entityFrom(EntityType(query.integer(0)), (*pair)[1]));
    return Shadow{*wasThere, std::move(entity)};
}

} // namespace

Result<std::vector<Shadow>> shadows(Database &cache)
{
    std::vector<Shadow> all;
    auto query = cache.query(sql::cache_shadows);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return all;
        TRIBUTARY_TRY_ASSIGN(Shadow one, read(query));
        all.push_back(std::move(one));
    }
}

Result<std::optional<Shadow>> takeShadow(Database &cache, EntityType type, const RawId &key)
{
    std::optional<Shadow> found;
    {
        auto query = cache.query(sql::cache_shadow);
        query.bind("entity_type", std::int64_t(type)).bind("entity_key", key);
        TRIBUTARY_TRY_ASSIGN(const bool row, query.step());
        if (!row)
            return found;
        TRIBUTARY_TRY_ASSIGN(found, read(query));
    }
    auto remove = cache.query(sql::cache_remove_shadow);
    TRIBUTARY_TRY(remove.bind("entity_type", std::int64_t(type)).bind("entity_key", key).run());
    return found;
}

} // namespace tributary::store
