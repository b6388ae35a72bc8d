#pragma once

#include "core/base/digest.h"
#include "core/store/database.h"

#include <optional>
#include <string>
#include <string_view>

/// The chain of the audit log (ENGINE I54): the hash of an entry covers the entry and the hash before it, so that who
/// changes, removes or slips in one has to make all later hashes anew. Against somebody who does that, and against a log cut
/// at its end, a mark helps that was written down elsewhere: the hub puts one into its own log each hour in which there were
/// entries, and `tributary-hub audit --verify` prints one and takes one.
namespace tributary::hub {

/// An entry as it is kept.
struct AuditRow {
    std::int64_t n = 0, atMs = 0;
    std::string_view kind, place, about, was, became;
    ByteView by, subject; ///< Empty: none.
};

/// Where the log stood.
struct AuditMark {
    std::int64_t n = 0; ///< 0: nothing was noted yet.
    Sha256 hash{};

    /// `N:HEX`.
    std::string text() const;
    static std::optional<AuditMark> fromText(std::string_view text);
    friend bool operator==(const AuditMark &, const AuditMark &) = default;
};

/// The mark behind @p row, which follows @p before.
AuditMark markAfter(const AuditMark &before, const AuditRow &row);

/// Where the log stands. Reads the last entry; the whole log if that is from before there were hashes.
Result<AuditMark> auditMark(store::Database &database);

/// What a look through the whole log found.
struct AuditCheck {
    AuditMark last;
    std::string problem; ///< A sentence; empty: every hash is right, and @p known stands where it says.
};
Result<AuditCheck> checkAudit(store::Database &database, const std::optional<AuditMark> &known = std::nullopt);

} // namespace tributary::hub
