#pragma once

#include "core/base/bytes.h"
#include "core/base/rng.h"
#include "core/base/time.h"

#include <array>
#include <compare>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tributary {

using RawId = std::array<std::byte, 16>;

/// `018f3c2a-7b1e-7c3d-9a55-0123456789ab`
std::string idToText(const RawId &raw);
/// Either form, with or without hyphens, either case; nothing if it is not 16 bytes.
std::optional<RawId> idFromText(std::string_view text);

/// A UUIDv7 (RFC 9562): 16 bytes, ordered by the time of making; that time is for display only, clocks lie.
/// The tag keeps ids of different things apart.
template<class Tag>
struct Id {
    Id() = default;
    explicit Id(const RawId &raw)
        : bytes(raw)
    {
    } // a constructor on purpose: g++ 12 destroys awaited aggregates twice

    RawId bytes{};

    bool isNull() const { return *this == Id{}; }
    std::string text() const { return idToText(bytes); }
    ByteView view() const { return bytes; }

    static std::optional<Id> fromText(std::string_view text)
    {
        const auto raw = idFromText(text);
        return raw ? std::optional<Id>(Id(*raw)) : std::nullopt;
    }
    static std::optional<Id> fromBytes(ByteView view)
    {
        if (view.size() != 16)
            return std::nullopt;
        Id id;
        std::memcpy(id.bytes.data(), view.data(), 16);
        return id;
    }

    friend auto operator<=>(const Id &, const Id &) = default;
    friend bool operator==(const Id &, const Id &) = default;
};

/// Makes UUIDv7 values. Ids made by one generator always rise, also within a millisecond and when the clock goes back.
class IdMaker {
public:
    IdMaker(const Clock &clock, Rng &rng)
        : m_clock(clock)
        , m_rng(rng)
    {
    }

    RawId makeRaw();
    template<class IdType>
    IdType make()
    {
        return IdType(makeRaw());
    }

private:
    const Clock &m_clock;
    Rng &m_rng;
    std::int64_t m_lastMs = 0;
    std::uint32_t m_counter = 0;
};

/// The same id for the same thing, so that what is taken in again after a restore has the name it had. A UUIDv8 (RFC 9562,
/// 5.8): the time first, that it lies beside those made in order, then a digest of @p what.
RawId derivedId(TimePoint at, ByteView what);

} // namespace tributary

template<class Tag>
struct std::hash<tributary::Id<Tag>> {
    std::size_t operator()(const tributary::Id<Tag> &id) const noexcept
    {
        std::size_t value = 0;
        std::memcpy(&value, id.bytes.data() + 8, sizeof value); // the random half
        return value;
    }
};
