#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/client/join_link.h"
#include "core/model/entities.h"
#include "core/model/names.h"

#include <QFuture>
#include <QJsonObject>

#include <functional>
#include <map>
#include <set>

namespace tributary::client {

/// What an agent may do about signing in, and an admin about others': asked of the hub, over HTTP, with this desktop's
/// token. Workspace::access() has one. Every future is finished with a value; Denied means that the password (or code) given
/// is wrong, with the detail `locked SECONDS` that it was wrong too often; Rejected that it is not for this agent to do.
class HubAccess {
public:
    struct Device {
        std::string id;
        std::string name;
        TimePoint created, seen;
        bool current = false; ///< This one.
        friend bool operator==(const Device &, const Device &) = default;
    };
    struct State {
        std::vector<Device> devices; ///< The one used last first.
        bool secondFactor = false;
        int recoveryCodes = 0; ///< How many are left.
        bool codesKept = true; ///< The agent has said so, or the hub is too old to know.
    };
    struct SecondFactor {
        std::string secret; ///< Base32.
        std::string uri;    ///< `otpauth://…`, for a QR code.
    };
    struct Link {
        JoinLink link;
        TimePoint expires;
    };
    /// Whom to invite, and to what.
    struct Invite {
        std::string email, name;
        model::Agent::Role role = model::Agent::Role::Agent;
        std::optional<model::RoleId> customRole;
        std::vector<model::TeamId> teams;
        std::int64_t capacity = 0;
        friend bool operator==(const Invite &, const Invite &) = default;
    };
    /// A link that nobody has used yet.
    struct OpenLink {
        std::string id;
        bool isReset = false;
        std::string email, name;
        model::Agent::Role role = model::Agent::Role::Agent;
        std::optional<model::RoleId> customRole;
        std::optional<model::AgentId> by; ///< Absent: made at the hub's command line.
        TimePoint made, expires;
        friend bool operator==(const OpenLink &, const OpenLink &) = default;
    };
    struct People {
        std::map<model::AgentId, TimePoint> seen; ///< When a desktop of theirs was connected last.
        std::set<model::AgentId> connected;       ///< Whose is now.
        std::set<model::AgentId> secondFactors;   ///< Who is asked for a code as well.
        std::vector<OpenLink> links;              ///< The newest first.
        friend bool operator==(const People &, const People &) = default;
    };
    /// One entry of the audit log. Kinds and the names in `was` and `became` (lines `name: value`) are the hub's; a newer
    /// one may have others.
    struct AuditEntry {
        std::int64_t n = 0;
        TimePoint at;
        std::string kind;
        std::optional<model::AgentId> by;
        std::string byName;
        std::string place; ///< `desktop`, `command-line`, `hub`, or a network address.
        RawId subject{};
        std::string about, was, became;
        friend bool operator==(const AuditEntry &, const AuditEntry &) = default;
    };
    struct AuditFilter {
        std::optional<model::AgentId> person; ///< By them, or about them.
        std::string kind;
        std::optional<TimePoint> from, until;
        std::string text;
        friend bool operator==(const AuditFilter &, const AuditFilter &) = default;
    };
    struct AuditPage {
        std::vector<AuditEntry> entries; ///< The newest first.
        std::int64_t next = 0;           ///< Where the next page begins; 0: there is no more.
    };
    using Done = std::function<void(Result<QJsonObject>)>;
    /// Asks the hub: with a body by POST, without by GET.
    using Ask = std::function<void(const QString &path, const std::optional<QJsonObject> &body, Done done)>;

    /// @p here gives the hub's address and the fingerprint that a link to it should carry.
    HubAccess(Ask ask, std::function<JoinLink()> here)
        : m_ask(std::move(ask))
        , m_here(std::move(here))
    {
    }

    /// Where this agent is signed in, and what stands of the second factor.
    QFuture<Result<State>> state() const;
    /// Signs one of the agent's own devices out. NotFound: there is none with that id.
    QFuture<Result<void>> revokeDevice(const std::string &id) const;

    /// Conflict: there is one already.
    QFuture<Result<SecondFactor>> beginSecondFactor(const std::string &password) const;
    /// From then on the hub asks for a code. Gives the recovery codes, which nobody can see again.
    QFuture<Result<std::vector<std::string>>> confirmSecondFactor(const std::string &code) const;
    /// Others in the place of those that are left. NotFound: there is no second factor, or the hub is too old.
    QFuture<Result<std::vector<std::string>>> renewRecoveryCodes(const std::string &password, const std::string &code) const;
    /// Until then the hub says in state() that they are not.
    QFuture<Result<void>> recoveryCodesKept() const;
    QFuture<Result<void>> endSecondFactor(const std::string &password) const;

    /// One's own. It signs all other devices out. Invalid: the new one is too easy to guess, or too short.
    QFuture<Result<void>> changePassword(const std::string &password, const std::string &next) const;

    // For those who manage agents.

    /// Who was here when, and the links that nobody has used yet.
    QFuture<Result<People>> people() const;
    /// A link is good for nothing any more. NotFound: it is used, or over. Rejected: it gives more than one may oneself.
    QFuture<Result<void>> withdraw(const std::string &id) const;

    /// Where somebody is signed in, the device used last first. NotFound: nobody has that id.
    QFuture<Result<std::vector<Device>>> devicesOf(model::AgentId agent) const;
    /// Signs one of somebody's devices out: its session ends at once. NotFound: it is not theirs, or signed out already.
    /// Rejected: they may do more than one may oneself.
    QFuture<Result<void>> revokeDeviceOf(model::AgentId agent, const std::string &id) const;

    /// Whoever has lost their second factor: it is no more asked for, and all their devices are signed out, which have to
    /// come in by the password. NotFound: there is none. Rejected: they may do more than one may oneself.
    QFuture<Result<void>> endSecondFactorOf(model::AgentId agent) const;

    /// A page of the audit log, before entry @p before (0: the newest). With @p exports the hub notes that a table is made
    /// of it. Rejected: not for this agent to see.
    QFuture<Result<AuditPage>> audit(const AuditFilter &filter, std::int64_t before, bool exports = false) const;

    // For those who manage channel accounts.

    /// Whose findings about senders a mail account believes: names of servers, parted by commas. NotFound: it is not
    /// connected.
    QFuture<Result<std::string>> believedServers(model::ChannelAccountId account) const;
    /// Those from now on. Invalid: they are no names of servers.
    QFuture<Result<void>> believeServers(model::ChannelAccountId account, const std::string &names) const;

    // With their own password once more.

    /// Conflict: somebody with that address is there already. Rejected: it gives more than one may oneself.
    QFuture<Result<Link>> invite(const std::string &password, const Invite &whom) const;
    /// A link with which somebody chooses a new password; it signs all of their devices out. NotFound: nobody active has
    /// that address.
    QFuture<Result<Link>> resetPassword(const std::string &password, const std::string &email) const;

private:
    QFuture<Result<Link>> link(const QString &path, const QJsonObject &body) const;

    Ask m_ask;
    std::function<JoinLink()> m_here;
};

} // namespace tributary::client
