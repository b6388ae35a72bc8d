#pragma once

#include <cstddef>

/// How long what is said of customers and companies may be, in bytes.
namespace tributary::hub {

inline constexpr std::size_t kLongestName = 500;
inline constexpr std::size_t kLongestNote = 2000;
inline constexpr std::size_t kLongestWord = 100;
inline constexpr std::size_t kMostShown = 200; ///< Characters of a value in an event.

} // namespace tributary::hub
