#pragma once

#include "core/base/time.h"
#include "core/model/entities.h"
#include "core/model/names.h"
#include "core/store/database.h"

/// The audit log: who did what, where, what was before and what came of it (UX 6.13, ENGINE C81). An entry is written in the
/// transaction of the act; the database refuses to change or remove one. It is on no desktop, and read over HTTP by those
/// who may. Nothing secret is in it: no password, code, token or link, no value of a field, no address of a customer.
namespace tributary::hub {

/// Of what was, and of what came of it, each: what is longer is cut.
inline constexpr std::size_t kAuditBytes = 2000;

/// Places that are no network address.
inline constexpr const char *kByDesktop = "desktop", *kByCommandLine = "command-line", *kByHub = "hub";

/// Who is behind a change, and where.
struct Author {
    std::optional<model::AgentId> by; ///< Absent: nobody in particular, or whoever has the hub's folder.
    std::string place = kByHub;       ///< One of the above, or the network address a request came from.
    TimePoint at;                     ///< By the hub's clock; the epoch: now.
};

struct AuditEntry {
    enum class Kind {
        SignedIn,
        SignInFailed,
        SignedOut,
        DeviceRevoked,
        SecondFactorOn,
        SecondFactorOff,
        PasswordSet,
        Invited,
        PasswordLinkMade,
        LinkWithdrawn,
        Joined,
        PersonAdded,
        PersonChanged,
        PersonActivated,
        PersonDeactivated,
        RoleAdded,
        RoleChanged,
        RoleRemoved,
        TeamAdded,
        TeamChanged,
        TeamRemoved,
        FieldAdded,
        FieldChanged,
        FieldRemoved,
        StatusAdded,
        StatusChanged,
        StatusRemoved,
        AccountAdded,
        AccountChanged,
        AccountRemoved,
        Merged,
        Unmerged,
        Blocked,
        Unblocked,
        Refused,
        Imported,
        Exported,
        BackedUp,
        WorkspaceRenamed,
        IdentityMoved,
        ConsentRecorded,
        CustomerErased,
        CompanyRemoved,
        CompanyRestored,
        ErasureConfirmed,
        Restored, ///< An older state of the hub is there again: what happened since is not in this log.
    };
    Kind kind = Kind::SignedIn;
    RawId subject{};   ///< An agent, role, team …, a customer, or the link of a merge; null: nothing with an id.
    std::string about; ///< Its name; for customers empty in the store, and read with the entry.
    /// Lines `key: value`, only those that differ.
    std::string was, became;
    // Set when it is read.
    std::int64_t n = 0;
    Author author;
    std::string byName;
};

/// Writes an entry.
Result<void> note(store::Database &database, const Author &author, AuditEntry entry);
/// Writes what a change of a row means, where it means something here. Either may be absent, not both.
Result<void> noteChange(store::Database &database, const Author &author, const std::optional<model::Entity> &before,
                        const std::optional<model::Entity> &after);
/// Role, teams and capacity of somebody in such lines.
Result<std::string> rightsIn(store::Database &database, const model::Agent &agent);
/// Whether noteChange() may have something to say of such rows.
bool isAudited(const model::Entity &entity);

struct AuditQuery {
    std::int64_t before = 0;     ///< Entries before this number; 0: the newest.
    std::optional<RawId> person; ///< By them, or about them.
    std::optional<AuditEntry::Kind> kind;
    std::optional<TimePoint> from, until;
    std::string text; ///< Stands in names, was or became.
    std::int64_t rows = 100;
};
/// The newest first.
Result<std::vector<AuditEntry>> auditEntries(store::Database &database, const AuditQuery &query);

} // namespace tributary::hub

namespace tributary::model {
template<>
inline constexpr std::array<std::string_view, 46> kNames<hub::AuditEntry::Kind>{
    "signed-in",       "sign-in-failed",   "signed-out",
    "device-revoked",  "second-factor-on", "second-factor-off",
    "password-set",    "invited",          "password-link-made",
    "link-withdrawn",  "joined",           "person-added",
    "person-changed",  "person-activated", "person-deactivated",
    "role-added",      "role-changed",     "role-removed",
    "team-added",      "team-changed",     "team-removed",
    "field-added",     "field-changed",    "field-removed",
    "status-added",    "status-changed",   "status-removed",
    "account-added",   "account-changed",  "account-removed",
    "merged",          "unmerged",         "blocked",
    "unblocked",       "refused",          "imported",
    "exported",        "backed-up",        "workspace-renamed",
    "identity-moved",  "consent-recorded", "customer-erased",
    "company-removed", "company-restored", "erasure-confirmed",
    "restored"};
}
