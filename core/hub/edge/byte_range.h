#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace tributary::edge {

/// Which bytes of a file of known size a Range header asks for (RFC 9110, 14.2).
struct ByteRange {
    enum class Kind { Whole, Part, Unsatisfiable };
    Kind kind = Kind::Whole;
    std::uint64_t first = 0;
    std::uint64_t length = 0; ///< Of the part; the whole size for Whole.

    friend bool operator==(const ByteRange &, const ByteRange &) = default;
};

/// @p header is the value of Range, empty if absent. Several ranges, other units and nonsense mean the whole file, which the
/// RFC allows and which costs no more than it.
ByteRange parseByteRange(std::string_view header, std::uint64_t size);

} // namespace tributary::edge
