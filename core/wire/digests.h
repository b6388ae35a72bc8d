#pragma once

#include "core/wire/frames.h"

/// How a desktop's copy is compared with the hub: bodies of `POST /sync/digests`, packed like frames. The desktop asks in
/// steps, each only for what the one before has shown to differ: tables, buckets of a table, keys of a bucket, rows.
namespace tributary::wire {

/// A set of rows in a few bytes, the same in any order: how many, and an exclusive-or of a digest of each.
struct Digest {
    std::int64_t count = 0;
    std::array<std::byte, 16> mixed{};

    void add(const std::array<std::byte, 16> &row);
    void add(const Digest &other);
    friend bool operator==(const Digest &, const Digest &) = default;
};

inline constexpr std::size_t kBuckets = 256; ///< Of a table, by the last byte of the key.

/// A row's key with a digest of all its fields.
struct RowDigest {
    RawId key{};
    std::array<std::byte, 16> digest{};
    friend auto operator<=>(const RowDigest &, const RowDigest &) = default;
};

/// Part of a home customer's timeline.
struct TimelinePart {
    model::CustomerId customer;
    model::HistoryRange range;
    friend bool operator==(const TimelinePart &, const TimelinePart &) = default;
};

struct DigestRequest {
    enum class Ask {
        Tables,  ///< A digest of each table and each of `parts`.
        Buckets, ///< The buckets of `table`.
        Keys,    ///< The rows in `bucket` of `table`; with `parts`, in the first of them.
        Rows,    ///< Rows of `table` by `keys`.
        Done,    ///< Nothing: how it ended.
    };
    Ask ask = Ask::Tables;
    Position position;                      ///< Where the copy stands; only a hub that stands there too can answer.
    std::array<std::byte, 16> vocabulary{}; ///< wire::vocabularyDigest(): what one side alone understands would differ.
    TimePoint itemsFrom;                    ///< Older items are not part of the table's digests.
    model::EntityType table = model::EntityType::Customer;
    std::int64_t bucket = 0;
    std::vector<TimelinePart> parts; ///< At most kMostParts.
    std::vector<RawId> keys;         ///< At most kMostKeys.
    std::int64_t repaired = 0;       ///< Done: rows that were missing or other than here ...
    std::int64_t removed = 0;        ///< ... and such as are not here.
    friend bool operator==(const DigestRequest &, const DigestRequest &) = default;
};
inline constexpr std::size_t kMostParts = 100;
inline constexpr std::size_t kMostKeys = 200;

struct DigestAnswer {
    std::int64_t head = 0;       ///< Of the hub.
    bool isLevel = false;        ///< It stands where the copy does. Otherwise nothing else is said.
    std::vector<Digest> tables;  ///< Tables: in the order of EntityType. Buckets: those of the one table.
    std::vector<Digest> parts;   ///< Tables: in the order asked for.
    std::vector<RowDigest> keys; ///< Keys: sorted.
    std::vector<model::Entity> rows;
    std::int64_t answered = 0; ///< Rows: of so many of the keys; what is not in `rows` is not to be seen.
    friend bool operator==(const DigestAnswer &, const DigestAnswer &) = default;
};

Bytes pack(const DigestRequest &request);
Result<DigestRequest> unpackDigestRequest(ByteView body);
Bytes pack(const DigestAnswer &answer);
Result<DigestAnswer> unpackDigestAnswer(ByteView body);

} // namespace tributary::wire
