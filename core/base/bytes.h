#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tributary {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

inline ByteView bytesOf(std::string_view text)
{
    return {reinterpret_cast<const std::byte *>(text.data()), text.size()};
}

inline std::string_view textOf(ByteView bytes)
{
    return {reinterpret_cast<const char *>(bytes.data()), bytes.size()};
}

inline Bytes copyOf(ByteView bytes)
{
    return {bytes.begin(), bytes.end()};
}

/// Lower-case hexadecimal digits, two a byte.
std::string toHex(ByteView bytes);
/// The bytes of an even number of hexadecimal digits in either case; nothing if there is any other character.
std::optional<Bytes> fromHex(std::string_view digits);

/// RFC 4648, section 4 (with padding).
std::string toBase64(ByteView bytes);
/// RFC 4648, section 5 (URL-safe, no padding).
std::string toBase64Url(ByteView bytes);
/// Decodes either alphabet, padded or not; white space is skipped. Nothing if there is any other character.
std::optional<Bytes> fromBase64(std::string_view text);

} // namespace tributary
