#pragma once

#include <cstddef>
#include <cstdint>

/// What one message may have. What comes in with more is kept as a file beside it.
namespace tributary::model {

/// Of text, in bytes of UTF-8: a live frame must be able to carry the row.
inline constexpr std::size_t kMaxBodyBytes = 20 * 1024;
inline constexpr std::size_t kMaxAttachments = 50;
/// Its files together: to send it, a channel may need all of them in memory at once.
inline constexpr std::int64_t kMaxFilesBytes = std::int64_t(50) << 20;

} // namespace tributary::model
