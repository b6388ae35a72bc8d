#include "core/base/compression.h"

#include <zstd.h>

namespace tributary {
namespace {

/// A frame of user data (RFC 8878, 3.1.2), which declares a plain size of nothing.
bool isSkippable(ByteView frame)
{
    return frame.size() >= 4 && (frame[0] & std::byte(0xf0)) == std::byte(0x50) && frame[1] == std::byte(0x2a)
           && frame[2] == std::byte(0x4d) && frame[3] == std::byte(0x18);
}

} // namespace

Bytes compress(ByteView plain, int level)
{
    Bytes frame(ZSTD_compressBound(plain.size()));
    const std::size_t size = ZSTD_compress(frame.data(), frame.size(), plain.data(), plain.size(), level);
    frame.resize(ZSTD_isError(size) ? 0 : size);
    return frame;
}

Result<Bytes> decompress(ByteView frame, std::size_t maxPlain)
{
    const unsigned long long declared = ZSTD_getFrameContentSize(frame.data(), frame.size());
    if (declared == ZSTD_CONTENTSIZE_ERROR || declared == ZSTD_CONTENTSIZE_UNKNOWN)
        return failure(Error::Kind::Invalid, "compressed data is damaged or declares no size");
    if (declared > maxPlain)
        return failure(Error::Kind::TooLarge, "compressed data declares more than is allowed");
    if (isSkippable(frame) || ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size())
        return failure(Error::Kind::Invalid, "compressed data is damaged or not one frame");
    Bytes plain(static_cast<std::size_t>(declared));
    const std::size_t size = ZSTD_decompress(plain.data(), plain.size(), frame.data(), frame.size());
    if (ZSTD_isError(size) || size != plain.size())
        return failure(Error::Kind::Invalid, "compressed data is damaged");
    return plain;
}

} // namespace tributary
