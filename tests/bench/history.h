#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tributary::bench {

/// Writes @p messages made-up messages of 1 customer in 30 as neutral history (JSON Lines), the same bytes each time: five
/// languages, eight channels, words as often as words are (Zipf), mails longer than chats, one customer in six merged into
/// another. The last of it is @p newestMs, the first 85 days before.
Result<void> writeHistory(const std::string &path, std::int64_t messages, std::int64_t newestMs);

/// What somebody types to find something in it, by class: "common", "rare", "two words", "prefix", "chinese" ...
struct Search {
    std::string kind, typed;
};
std::vector<Search> searches();

} // namespace tributary::bench
