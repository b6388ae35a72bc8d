#pragma once

#include "core/hub/access.h"
#include "core/hub/edge/handler.h"
#include "core/hub/hasher.h"
#include "core/hub/hub_store.h"
#include "core/hub/loop.h"
#include "core/hub/one_time_links.h"
#include "core/hub/sync_sockets.h"

namespace tributary::hub {

/// What the listen side answers below `/auth/`. On the loop; passwords are verified on the hasher's thread. Bodies and
/// answers are flat JSON objects; a refusal is `{"error": …}`.
///
/// | POST | asks | with |
/// |---|---|---|
/// | sign-in | email, password, device, code where there is a second factor; whoever is turned off is told an admin's name |
/// | | sign-out | | a token | | link | secret: what a one-time link is good for | | | join | secret, password, name, device,
/// code: uses it up, and signs in | | | devices/revoke | id | a token | | second-factor/begin, /end | password | a token |
/// | second-factor/confirm | code | a token |
/// | password | password, next: a new password; signs the agent's other devices out | a token |
/// | invite | password, email, name, role, custom_role, teams, capacity: gives a link's secret and hub | a token |
/// | reset | password, email: the same for a new password | a token |
///
/// and GET devices, with a token: where its agent is signed in, and what stands of the second factor; GET seal-key, with a
/// token: the key (base64) that seals its agent's work on their own computers, the same each time, also after a restore.
///
/// Whoever makes links may manage agents, and may do and see all that whoever uses them will.
///
/// Where a password is asked for together with a token it is asked for again, before something grave (C31).
class SignInApi {
public:
    /// @p hasher may be made after this, and must end before it.
    SignInApi(HubStore &store, Loop &loop, SyncSockets &sockets, Hasher &hasher);

    /// How desktops reach this hub, for the links that it makes; empty: not known.
    void setAddress(std::string address) { m_address = std::move(address); }

    void request(edge::Request request, edge::Responder responder);
    /// Wrong passwords and codes since the start.
    std::uint64_t failures() const { return m_guard.failures(); }

private:
    using Fields = std::map<std::string, std::string>;
    struct Asked {
        edge::Request request;
        Fields fields;
    };
    void signIn(const Asked &asked, edge::Responder responder);
    void join(const Asked &asked, edge::Responder responder);
    /// On the hasher's thread. Denied: a code is missing, or is not good; after too many the link goes.
    Result<edge::Response> joinBy(const OneTimeLink &link, const Fields &fields, const std::string &from);
    void showLink(const Asked &asked, edge::Responder responder);
    void signOut(const edge::Request &request, edge::Responder responder);
    void devices(const edge::Request &request, edge::Responder responder);
    void sealKey(const edge::Request &request, edge::Responder responder);
    void revoke(const Asked &asked, edge::Responder responder);
    void beginFactor(const Asked &asked, edge::Responder responder);
    void confirmFactor(const Asked &asked, edge::Responder responder);
    void renewCodes(const Asked &asked, edge::Responder responder);
    void codesKept(const Asked &asked, edge::Responder responder);
    void endFactor(const Asked &asked, edge::Responder responder);
    void changePassword(const Asked &asked, edge::Responder responder);
    void makeLink(const Asked &asked, edge::Responder responder);

    /// Work for the hasher's thread, and what is answered if it does not fail.
    using Work = std::function<Result<edge::Response>()>;
    /// @p ofWhom pays for a wrong password or code by waiting longer; one that is right, and finds no second factor missing,
    /// forgets earlier failures.
    /// @p denied is the status of a wrong password or code: 401, but 403 for whoever has a good token, which 401 is about.
    void hashing(const SignInGuard::Who &ofWhom, int denied, edge::Responder responder, Work work);
    /// The same for whoever has a token and gives the password again.
    void withPassword(const Asked &asked, edge::Responder responder,
                      std::function<Result<edge::Response>(const model::Agent &)> work);
    /// Whether they have to wait; answers then.
    bool mustWait(const SignInGuard::Who &who, edge::Responder &responder);
    /// Counts it, and reports it.
    void noteFailure(const SignInGuard::Who &who);
    /// For the audit log and the alarm.
    void reportFailure(const SignInGuard::Who &who);
    void refuse(const SignInGuard::Who &who, const Error &error, edge::Responder &responder, int denied = 403);

    HubStore &m_store;
    Loop &m_loop;
    SyncSockets &m_sockets;
    Hasher &m_hasher;
    SignInGuard m_guard;
    std::string m_address;                   ///< Not changed once anybody asks.
    Milliseconds m_alarmFrom{0};             ///< The failures since then are counted,
    int m_alarmCount = 0;                    ///< and these are they.
    std::map<std::string, int> m_wrongCodes; ///< By the link's id; the hasher's thread alone looks at it.
    std::chrono::minutes m_noteMinute{-1};
    int m_noteCount = 0;            ///< In that minute, in the audit log,
    std::int64_t m_noteLeftOut = 0; ///< and those that are not.
};

} // namespace tributary::hub
