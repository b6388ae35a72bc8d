#pragma once

#include "core/wire/fields.h"
#include "core/wire/frames.h"

/// What frames and answers over HTTP have in common. For the .cpp files of this folder.
namespace tributary::wire {

/// A byte that says how the rest is packed, and a CBOR map.
Bytes packValue(const Value &value, bool mayCompress);
Result<Value> unpackValue(ByteView message, std::size_t maxPlain = kMaxPlainBytes);

/// Entities as a list, each with its type beside its fields.
Value rowsValue(const std::vector<model::Entity> &rows);
/// What is of a newer program goes to @p unread, as well or instead.
Result<std::vector<model::Entity>> rowsFrom(const Value *value, std::vector<Unread> &unread);

Value positionValue(const Position &position);
bool positionFrom(const Value *value, Position &position);

template<std::size_t Size>
Value bytesValue(const std::array<std::byte, Size> &bytes)
{
    return Value(Bytes(bytes.begin(), bytes.end()));
}

template<std::size_t Size>
bool bytesFrom(const Value *value, std::array<std::byte, Size> &bytes)
{
    const Bytes *found = value ? value->as<Bytes>() : nullptr;
    if (!found || found->size() != Size)
        return false;
    std::copy(found->begin(), found->end(), bytes.begin());
    return true;
}

template<class T>
void put(Map &map, std::string_view name, const T &field)
{
    map.emplace_back(std::string(name), fieldToValue(field));
}

template<class T>
bool get(const Value &map, std::string_view name, T &field)
{
    const Value *value = map.find(name);
    return value && fieldFrom(*value, field);
}

Value keyValue(const model::HistoryKey &key);
bool keyFrom(const Value *value, model::HistoryKey &key);

} // namespace tributary::wire
