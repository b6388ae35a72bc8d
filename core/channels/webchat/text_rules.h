#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// How much visitors may say and send.
namespace tributary::channels::webchat {

inline constexpr std::size_t kMostTextCharacters = 10'000;
inline constexpr std::size_t kMostNameCharacters = 120;
inline constexpr std::size_t kMostUploadBytes = 20 * 1024 * 1024;
inline constexpr std::size_t kMostBodyBytes = 64 * 1024; ///< Of anything else that a request may bring.
inline constexpr std::size_t kMostFilesPerMessage = 10;

/// Unicode code points of @p text.
std::size_t characterCount(std::string_view text);

/// Text of several lines as it is kept: see text::scrubbedLines(); at most @p mostCharacters. All else stays as it was
/// written; whoever shows it shows it as text.
std::string cleanText(std::string_view text, std::size_t mostCharacters);

/// Nothing but white space and invisible characters: there is nothing to show.
bool isBlank(std::string_view text);

} // namespace tributary::channels::webchat
