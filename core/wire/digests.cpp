#include "core/wire/digests.h"

#include "core/wire/packing.h"

#include <algorithm>
#include <cstring>

namespace tributary::model {
template<>
inline constexpr std::array<std::string_view, 5> kNames<wire::DigestRequest::Ask>{"tables", "buckets", "keys", "rows",
                                                                                  "done"};
}

namespace tributary::wire {
namespace {

using namespace tributary::model;

constexpr std::size_t kRowDigestBytes = sizeof(RowDigest::key) + sizeof(RowDigest::digest);

Value digestsValue(const std::vector<Digest> &digests)
{
    Array array;
    array.reserve(digests.size());
    for (const Digest &digest : digests)
        array.push_back(Value(Array{Value(digest.count), bytesValue(digest.mixed)}));
    return Value(std::move(array));
}

/// A list that may be left out.
bool digestsFrom(const Value *value, std::vector<Digest> &digests)
{
    const Array *array = value ? value->as<Array>() : nullptr;
    if (!array)
        return !value;
    for (const Value &element : *array) {
        const Array *pair = element.as<Array>();
        Digest &digest = digests.emplace_back();
        if (!pair || pair->size() != 2 || !fieldFrom((*pair)[0], digest.count) || !bytesFrom(&(*pair)[1], digest.mixed))
            return false;
    }
    return true;
}

Value partsValue(const std::vector<TimelinePart> &parts)
{
    Array array;
    for (const TimelinePart &part : parts) {
        Map map;
        put(map, "customer_id", part.customer);
        map.emplace_back("from", keyValue(part.range.from));
        map.emplace_back("to", keyValue(part.range.to));
        array.push_back(Value(std::move(map)));
    }
    return Value(std::move(array));
}

bool partsFrom(const Value *value, std::vector<TimelinePart> &parts)
{
    const Array *array = value ? value->as<Array>() : nullptr;
    if (!array)
        return !value;
    if (array->size() > kMostParts)
        return false;
    for (const Value &element : *array) {
        TimelinePart &part = parts.emplace_back();
        if (!get(element, "customer_id", part.customer) || !keyFrom(element.find("from"), part.range.from)
            || !keyFrom(element.find("to"), part.range.to))
            return false;
    }
    return true;
}

/// Keys and digests as one run of bytes: there may be thousands.
Value keysValue(const std::vector<RowDigest> &keys)
{
    Bytes bytes;
    bytes.reserve(keys.size() * kRowDigestBytes);
    for (const RowDigest &one : keys) {
        bytes.insert(bytes.end(), one.key.begin(), one.key.end());
        bytes.insert(bytes.end(), one.digest.begin(), one.digest.end());
    }
    return Value(std::move(bytes));
}

bool keysFrom(const Value *value, std::vector<RowDigest> &keys)
{
    const Bytes *bytes = value ? value->as<Bytes>() : nullptr;
    if (!bytes)
        return !value;
    if (bytes->size() % kRowDigestBytes != 0)
        return false;
    keys.resize(bytes->size() / kRowDigestBytes);
    const std::byte *from = bytes->data();
    for (RowDigest &one : keys) {
        std::memcpy(one.key.data(), from, one.key.size());
        std::memcpy(one.digest.data(), from + one.key.size(), one.digest.size());
        from += kRowDigestBytes;
    }
    return true;
}

tl::unexpected<Error> wrong()
{
    return failure(Error::Kind::Invalid, "a comparison lacks a field or has one of a wrong kind");
}

} // namespace

void Digest::add(const std::array<std::byte, 16> &row)
{
    for (std::size_t i = 0; i < mixed.size(); ++i)
        mixed[i] ^= row[i];
    ++count;
}

void Digest::add(const Digest &other)
{
    for (std::size_t i = 0; i < mixed.size(); ++i)
        mixed[i] ^= other.mixed[i];
    count += other.count;
}

Bytes pack(const DigestRequest &request)
{
    Map map;
    put(map, "ask", request.ask), map.emplace_back("position", positionValue(request.position));
    map.emplace_back("vocabulary", bytesValue(request.vocabulary));
    put(map, "items_from_ms", request.itemsFrom), put(map, "table", request.table), put(map, "bucket", request.bucket);
    if (!request.parts.empty())
        map.emplace_back("parts", partsValue(request.parts));
    if (!request.keys.empty()) {
        Array keys;
        for (const RawId &key : request.keys)
            keys.push_back(bytesValue(key));
        map.emplace_back("keys", Value(std::move(keys)));
    }
    put(map, "repaired", request.repaired), put(map, "removed", request.removed);
    return packValue(Value(std::move(map)), true);
}

Result<DigestRequest> unpackDigestRequest(ByteView body)
{
    TRIBUTARY_TRY_ASSIGN(const Value value, unpackValue(body));
    DigestRequest request;
    bool whole = true; // what is asked for must be known
    const Value *ask = value.find("ask");
    const Value *table = value.find("table");
    if (!ask || !fieldFrom(*ask, request.ask, whole) || !table || !fieldFrom(*table, request.table, whole) || !whole
        || !positionFrom(value.find("position"), request.position)
        || !bytesFrom(value.find("vocabulary"), request.vocabulary) || !get(value, "items_from_ms", request.itemsFrom)
        || !get(value, "bucket", request.bucket) || request.bucket < 0 || request.bucket >= std::int64_t(kBuckets)
        || !partsFrom(value.find("parts"), request.parts) || !get(value, "repaired", request.repaired)
        || !get(value, "removed", request.removed))
        return wrong();
    if (const Value *keys = value.find("keys")) {
        const Array *array = keys->as<Array>();
        if (!array || array->size() > kMostKeys)
            return wrong();
        for (const Value &key : *array) {
            if (!bytesFrom(&key, request.keys.emplace_back()))
                return wrong();
        }
    }
    return request;
}

Bytes pack(const DigestAnswer &answer)
{
    Map map;
    put(map, "head", answer.head), put(map, "level", answer.isLevel);
    if (!answer.tables.empty())
        map.emplace_back("tables", digestsValue(answer.tables));
    if (!answer.parts.empty())
        map.emplace_back("parts", digestsValue(answer.parts));
    if (!answer.keys.empty())
        map.emplace_back("keys", keysValue(answer.keys));
    if (!answer.rows.empty())
        map.emplace_back("rows", rowsValue(answer.rows));
    put(map, "answered", answer.answered);
    return packValue(Value(std::move(map)), true);
}

Result<DigestAnswer> unpackDigestAnswer(ByteView body)
{
    TRIBUTARY_TRY_ASSIGN(const Value value, unpackValue(body));
    DigestAnswer answer;
    if (!get(value, "head", answer.head) || !get(value, "level", answer.isLevel)
        || !digestsFrom(value.find("tables"), answer.tables) || !digestsFrom(value.find("parts"), answer.parts)
        || !keysFrom(value.find("keys"), answer.keys) || !get(value, "answered", answer.answered))
        return wrong();
    if (const Value *rows = value.find("rows")) {
        std::vector<Unread> unread;
        TRIBUTARY_TRY_ASSIGN(answer.rows, rowsFrom(rows, unread));
        if (!unread.empty()) // the vocabularies were said to agree
            return wrong();
    }
    return answer;
}

} // namespace tributary::wire
