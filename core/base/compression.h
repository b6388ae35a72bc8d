#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace tributary {

/// One zstd frame (RFC 8878) whose header declares the plain size.
Bytes compress(ByteView plain, int level = 3);

/// The plain bytes of exactly one zstd frame. Refuses, before allocating, a frame that declares no size or more than
/// @p maxPlain bytes: a bomb costs nothing. It is unpacked in one go into that many bytes, so its window takes no memory.
Result<Bytes> decompress(ByteView frame, std::size_t maxPlain);

} // namespace tributary
