#pragma once

#include "core/store/cache.h"
#include "core/wire/digests.h"

#include <functional>

namespace tributary::client {

/// How a comparison reaches the hub and the copy's writer. Both wait for their answer.
struct CompareDoors {
    std::function<Result<wire::DigestAnswer>(const wire::DigestRequest &)> ask;
    std::function<Result<void>(const store::Repair &)> repair;
    std::function<bool()> goOn; ///< Asked now and then; false: it is wanted no more.
};

struct Compared {
    enum class Outcome {
        Alike,    ///< What was compared is the same here and there.
        Repaired, ///< It was not, and is now; `more`: perhaps not all of it.
        NotLevel, ///< One of the two has moved on: nothing can be said. Soon again.
        NotYet,   ///< The copy is not whole yet.
    };
    Outcome outcome = Outcome::NotYet;
    std::int64_t repaired = 0; ///< Rows that were missing, or other than the hub has them.
    std::int64_t removed = 0;  ///< Rows that the hub does not have, or that are not to be seen.
    bool more = false;
    friend bool operator==(const Compared &, const Compared &) = default;
};

/// Compares a copy with the hub by digests, and repairs what has silently become another (ENGINE 14). What stands here only
/// because it was evicted, is not covered, or is an own command's effect is no difference. All tables, items of the last
/// weeks, and of older history here the next stretch from @p next on, which moves along: it comes round by and by.
/// @p copy is a connection for reading, on a thread where it may take a second for each hundred thousand rows. What was
/// found is put right in one transaction, if the copy has not moved on. Offline: it was given up.
Result<Compared> compareCopy(store::Database &copy, const CompareDoors &doors, model::CustomerId &next);

} // namespace tributary::client
