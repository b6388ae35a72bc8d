#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/client/join_link.h"
#include "core/model/entities.h"
#include "core/model/names.h"

#include <QFuture>
#include <QJsonObject>

#include <functional>

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
    };
    struct SecondFactor {
        std::string secret; ///< Base32.
        std::string uri;    ///< `otpauth://…`, for a QR code.
    };
    struct Link {
        JoinLink link;
        TimePoint expires;
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
    QFuture<Result<void>> endSecondFactor(const std::string &password) const;

    // For admins, who give their own password again.

    /// Conflict: somebody with that address is there already.
    QFuture<Result<Link>> invite(const std::string &password, const std::string &email, const std::string &name,
                                 model::Agent::Role role) const;
    /// A link with which somebody chooses a new password; it signs all of their devices out. NotFound: nobody active has
    /// that address.
    QFuture<Result<Link>> resetPassword(const std::string &password, const std::string &email) const;

private:
    QFuture<Result<Link>> link(const QString &path, const QJsonObject &body) const;

    Ask m_ask;
    std::function<JoinLink()> m_here;
};

} // namespace tributary::client
