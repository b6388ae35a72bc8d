#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

#include <array>
#include <filesystem>
#include <functional>

/// Files of any size, sealed in pieces (libsodium's secretstream, XChaCha20-Poly1305): none can be left out, moved or cut
/// off.
namespace tributary::hub::exchange {

using FileKey = std::array<std::byte, 32>;

/// Writes @p from, sealed, to @p to (mode 0600), which must not be there, and makes it durable. @p taken is given each plain
/// piece, in order.
Result<void> sealFile(const std::filesystem::path &from, const std::filesystem::path &to, const FileKey &key,
                      const std::function<void(ByteView)> &taken);
/// The way back. Corrupt: it is damaged, or sealed by another key.
Result<void> unsealFile(const std::filesystem::path &from, const std::filesystem::path &to, const FileKey &key,
                        const std::function<void(ByteView)> &taken);

} // namespace tributary::hub::exchange
