#pragma once

#include "core/base/result.h"

#include <string>
#include <vector>

namespace tributary::bench {

/// The first @p count mails of a made-up history as they travel (RFC 5322), the same bytes each time.
Result<std::vector<std::string>> someMails(std::size_t count);

} // namespace tributary::bench
