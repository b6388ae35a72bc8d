#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

/// A strict subset of CBOR (RFC 8949): what our frames need and nothing that an attacker could use.
///
/// Definite lengths only, integers in their shortest form within 64-bit signed, byte strings, text that is valid UTF-8,
/// arrays, maps with text keys that differ, true, false and null. No floats, no tags. At most 16 arrays and maps in each
/// other.
namespace tributary::wire {

class Value;
using Array = std::vector<Value>;
using MapEntry = std::pair<std::string, Value>;
using Map = std::vector<MapEntry>; ///< In the order written: small maps, searched in line.

class Value {
public:
    Value() = default;
    Value(std::nullptr_t) {}
    Value(bool value)
        : m_value(value)
    {
    }
    Value(std::int64_t value)
        : m_value(value)
    {
    }
    Value(int value)
        : m_value(std::int64_t(value))
    {
    }
    Value(std::string value)
        : m_value(std::move(value))
    {
    }
    Value(std::string_view value)
        : m_value(std::string(value))
    {
    }
    Value(const char *value)
        : m_value(std::string(value))
    {
    }
    Value(Bytes value)
        : m_value(std::move(value))
    {
    }
    Value(Array value)
        : m_value(std::move(value))
    {
    }
    Value(Map value)
        : m_value(std::move(value))
    {
    }

    bool isNull() const { return std::holds_alternative<std::monostate>(m_value); }
    /// The value as that type, or null if it is another.
    template<class T>
    const T *as() const
    {
        return std::get_if<T>(&m_value);
    }
    template<class T>
    T *as()
    {
        return std::get_if<T>(&m_value);
    }
    /// The entry of a map under @p key, or null if this is no map or has no such key.
    const Value *find(std::string_view key) const;

    friend bool operator==(const Value &, const Value &) = default;

private:
    std::variant<std::monostate, bool, std::int64_t, std::string, Bytes, Array, Map> m_value;
};

inline constexpr int kMaxDepth = 16;

void encode(const Value &value, Bytes &out);
Bytes encode(const Value &value);

/// Decodes exactly one value that fills @p bytes. Memory is bounded by a small multiple of the input's size: more than 1,024
/// values are taken only where they have four bytes each on average.
Result<Value> decode(ByteView bytes);

} // namespace tributary::wire
