#include "core/store/shadows.h"

#include "core/store/sql.h"
#include "core/wire/codec.h"

namespace tributary::store {

using namespace tributary::model;

Result<std::vector<Shadow>> shadows(Database &cache)
{
    std::vector<Shadow> all;
    auto query = cache.query(sql::cache_shadows);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            return all;
        TRIBUTARY_TRY_ASSIGN(const wire::Value stored, wire::decode(query.blob(2)));
        const auto *pair = stored.as<wire::Array>();
        const bool *wasThere = pair && pair->size() == 2 ? (*pair)[0].as<bool>() : nullptr;
        if (!wasThere)
            return failure(Error::Kind::Corrupt, "a shadow is damaged");
        TRIBUTARY_TRY_ASSIGN(Entity entity, wire::entityFrom(EntityType(query.integer(0)), (*pair)[1]));
        all.push_back({*wasThere, std::move(entity)});
    }
}

} // namespace tributary::store
