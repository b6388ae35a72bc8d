#pragma once

#include "core/base/bytes.h"
#include "core/base/rng.h"

#include <optional>

/// Sealing of bytes: XChaCha20-Poly1305 under a key of 32 bytes, with a nonce of its own in front.
namespace tributary::hub {

/// By how much the sealed bytes are more than the plain ones.
inline constexpr std::size_t kSealBytes = 24 + 16;

/// @p about is bound to the sealed bytes: they open for nothing else.
Bytes sealBytes(ByteView key, ByteView plain, ByteView about, Rng &rng);
/// Nothing: another key, about something else, or damaged.
std::optional<Bytes> unsealBytes(ByteView key, ByteView sealed, ByteView about);

} // namespace tributary::hub
