#include "core/base/compression.h"

#include <memory>
#include <zstd.h>

namespace tributary {

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
    const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(), &ZSTD_freeDCtx);
    ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, 23);
    Bytes plain(static_cast<std::size_t>(declared));
    const std::size_t size = ZSTD_decompressDCtx(context.get(), plain.data(), plain.size(), frame.data(), frame.size());
    if (ZSTD_isError(size) || size != plain.size())
        return failure(Error::Kind::Invalid, "compressed data is damaged");
    return plain;
}

} // namespace tributary
