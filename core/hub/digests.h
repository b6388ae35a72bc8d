#pragma once

#include "core/hub/change_log.h"
#include "core/model/masks.h"
#include "core/model/rights.h"
#include "core/wire/digests.h"

#include <array>
#include <atomic>
#include <map>
#include <memory>

/// What desktops compare their copies with.
namespace tributary::hub {

/// The whole store in digests, kept apart by who may see what: one look through it serves every desktop that stands where it
/// was taken, whatever its agent's rights. Some kilobytes a team.
struct DigestBook {
    using Buckets = std::array<wire::Digest, wire::kBuckets>;
    wire::Position at;
    TimePoint itemsFrom; ///< Items before are left out.
    /// Rows of one table that the same agents see.
    struct Part {
        model::EntityType table = model::EntityType::Customer;
        std::optional<model::Scope> scope; ///< Of conversations and items; absent: for everybody.
        model::Masks masks;                ///< As somebody sees them from whom this is hidden.
        friend auto operator<=>(const Part &, const Part &) = default;
    };
    /// Read marks and views are not in it: each is for one agent, or for few.
    std::map<Part, Buckets> buckets;

    /// What @p agent may see of a table.
    Buckets of(model::EntityType table, const model::Agent &agent) const;
};
/// Looks at every row: seconds, for a large store. Offline: @p stop was set, from whatever thread. Call in a read
/// transaction.
Result<DigestBook> readDigestBook(store::Database &database, TimePoint itemsFrom, const std::atomic<bool> *stop = nullptr);

/// Whether the copy stands where the hub does. Call in the same read transaction as what is asked next.
Result<bool> isLevel(store::Database &database, const wire::Position &copy);

/// Answers one step of a comparison for @p agent, from @p book where it asks for tables or buckets; then the book has to be
/// of where the copy stands. Rows that the agent may not see are as if they were not there. TooLarge: of that many rows
/// there are no keys; Invalid: nothing that is asked in a comparison. Call in a read transaction.
Result<wire::DigestAnswer> answerDigests(store::Database &database, const wire::DigestRequest &request, model::AgentId agent,
                                         const DigestBook *book);

} // namespace tributary::hub
