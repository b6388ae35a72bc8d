#pragma once

#include "core/store/database.h"

#include <string>

namespace tributary::hub::exchange {

/// One hash over what was said, by whom, when: of every timeline item its channel, kind, time, subject, body, attachments,
/// whom it was with and who wrote it. Independent of ids, versions, order and the store: two stores with the same history
/// agree, one message twice or missing makes them differ. 32 hex digits.
Result<std::string> contentHash(store::Database &database);

} // namespace tributary::hub::exchange
