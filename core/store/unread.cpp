#include "core/store/unread.h"

#include "core/base/fixed_bytes.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/wire/codec.h"
#include "core/wire/vocabulary.h"

namespace tributary::store {

using namespace tributary::model;

Result<bool> hasUnread(Database &cache)
{
    return cache.query(sql::cache_has_unread).exists();
}

Result<void> dropUnread(Database &cache, std::int64_t type, const RawId &key, std::int64_t version)
{
    auto query = cache.query(sql::cache_drop_unread);
    return query.bind("entity_type", type).bind("entity_key", key).bind("version", version).run();
}

Result<void> keepUnread(Database &cache, const std::vector<wire::Unread> &unread)
{
    for (const wire::Unread &one : unread) {
        if (one.entity.empty()) {
            TRIBUTARY_TRY(dropUnread(cache, one.type, one.key, one.version));
            continue;
        }
        auto query = cache.query(sql::cache_keep_unread);
        query.bind("entity_type", one.type).bind("entity_key", one.key).bind("version", one.version);
        TRIBUTARY_TRY(query.bind("entity", ByteView(one.entity)).run());
    }
    return {};
}

Result<void> readUnread(Database &cache)
{
    constexpr std::int64_t kAtOnce = 500;
    wire::Unread last{.type = -1};
    for (;;) {
        std::vector<wire::Unread> some;
        {
            auto query = cache.query(sql::cache_unread_after);
            query.bind("entity_type", last.type).bind("entity_key", last.key).bind("row_count", kAtOnce);
            for (;;) {
                TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
                if (!more)
                    break;
                wire::Unread &one = some.emplace_back();
                one.type = query.integer(0);
                copyTo(one.key, query.blob(1));
                one.version = query.integer(2);
                one.entity = copyOf(query.blob(3));
            }
        }
        if (some.empty())
            return {};
        for (const wire::Unread &one : some) {
            if (one.type >= std::int64_t(std::variant_size_v<Entity>))
                continue; // for a program that is newer still
            TRIBUTARY_TRY_ASSIGN(const wire::Value value, wire::decode(one.entity));
            bool whole = true;
            const auto entity = wire::entityFrom(EntityType(one.type), value, &whole);
            if (!entity)
                return failure(Error::Kind::Corrupt, "what was put aside makes no sense: " + entity.error().detail);
            TRIBUTARY_TRY(put(cache, *entity));
            if (whole)
                TRIBUTARY_TRY(dropUnread(cache, one.type, one.key, one.version));
        }
        last = some.back();
    }
}

Result<void> noteVocabulary(Database &cache)
{
    auto query = cache.query(sql::cache_set_vocabulary);
    query.bind("digest", ByteView(wire::vocabularyDigest())).bind("names", wire::vocabulary());
    return query.run();
}

} // namespace tributary::store
