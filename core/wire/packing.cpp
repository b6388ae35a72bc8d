#include "core/wire/packing.h"

#include "core/base/compression.h"
#include "core/base/digest.h"
#include "core/wire/codec.h"

namespace tributary::wire {

using namespace tributary::model;

Bytes packValue(const Value &value, bool mayCompress)
{
    Bytes plain{std::byte(0)};
    encode(value, plain);
    if (!mayCompress || plain.size() <= kCompressFrom)
        return plain;
    const Bytes squeezed = compress(ByteView(plain).subspan(1));
    if (squeezed.empty() || squeezed.size() + 1 >= plain.size())
        return plain;
    Bytes packed{std::byte(1)};
    packed.insert(packed.end(), squeezed.begin(), squeezed.end());
    return packed;
}

Result<Value> unpackValue(ByteView message, std::size_t maxPlain)
{
    if (message.empty())
        return failure(Error::Kind::Invalid, "an empty frame");
    const auto packing = std::to_integer<unsigned>(message[0]);
    if (packing == 0)
        return decode(message.subspan(1));
    if (packing != 1)
        return failure(Error::Kind::Invalid, "a frame packed in an unknown way");
    TRIBUTARY_TRY_ASSIGN(const Bytes plain, decompress(message.subspan(1), maxPlain));
    return decode(plain);
}

namespace {

Value rowValue(const Entity &entity)
{
    Array row;
    row.emplace_back(std::int64_t(entity.index()));
    row.push_back(toValue(entity));
    return Value(std::move(row));
}

/// A row of a type that is not known is told from others by its id; without one, by what is in it.
Unread unreadFrom(std::int64_t type, const Value &value)
{
    Unread unread{.type = type, .entity = encode(value)};
    if (const Value *version = value.find("version"); version && version->as<std::int64_t>())
        unread.version = *version->as<std::int64_t>();
    if (!bytesFrom(value.find("id"), unread.key))
        unread.key = blake16(unread.entity);
    return unread;
}

} // namespace

Value rowsValue(const std::vector<Entity> &rows)
{
    Array array;
    array.reserve(rows.size());
    for (const Entity &entity : rows)
        array.push_back(rowValue(entity));
    return Value(std::move(array));
}

Result<std::vector<Entity>> rowsFrom(const Value *value, std::vector<Unread> &unread)
{
    std::vector<Entity> rows;
    const Array *array = value ? value->as<Array>() : nullptr;
    if (!array)
        return failure(Error::Kind::Invalid, "a frame lacks its rows");
    rows.reserve(array->size());
    for (const Value &element : *array) {
        const Array *row = element.as<Array>();
        const std::int64_t *type = row && row->size() == 2 ? (*row)[0].as<std::int64_t>() : nullptr;
        if (!type || *type < 0)
            return failure(Error::Kind::Invalid, "a row without a type");
        if (*type >= std::int64_t(std::variant_size_v<Entity>)) {
            unread.push_back(unreadFrom(*type, (*row)[1]));
            continue;
        }
        bool whole = true;
        TRIBUTARY_TRY_ASSIGN(Entity entity, entityFrom(EntityType(*type), (*row)[1], &whole));
        if (!whole)
            unread.push_back({*type, keyOf(entity), versionOf(entity), encode((*row)[1])});
        rows.push_back(std::move(entity));
    }
    return rows;
}

Value positionValue(const Position &position)
{
    Map map;
    map.emplace_back("epoch", bytesValue(position.epoch));
    map.emplace_back("seq", Value(position.seq));
    map.emplace_back("chain", bytesValue(position.chain));
    return Value(std::move(map));
}

bool positionFrom(const Value *value, Position &position)
{
    const Value *seq = value ? value->find("seq") : nullptr;
    return seq && fieldFrom(*seq, position.seq) && position.seq >= 0 && bytesFrom(value->find("epoch"), position.epoch)
           && bytesFrom(value->find("chain"), position.chain);
}

Value keyValue(const HistoryKey &key)
{
    Map map;
    put(map, "at_ms", key.at), put(map, "id", key.id);
    return Value(std::move(map));
}

bool keyFrom(const Value *value, HistoryKey &key)
{
    return value && get(*value, "at_ms", key.at) && get(*value, "id", key.id);
}

} // namespace tributary::wire
