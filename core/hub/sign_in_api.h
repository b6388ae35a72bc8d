#pragma once

#include "core/hub/access.h"
#include "core/hub/edge/handler.h"
#include "core/hub/hasher.h"
#include "core/hub/hub_store.h"
#include "core/hub/loop.h"
#include "core/hub/sync_sockets.h"

namespace tributary::hub {

/// What the listen side answers below `/auth/`: signing in and out, and an agent's own devices. On the loop; passwords are
/// verified on the hasher's thread.
class SignInApi {
public:
    /// @p hasher may be made after this, and must end before it.
    SignInApi(HubStore &store, Loop &loop, SyncSockets &sockets, Hasher &hasher);

    void request(edge::Request request, edge::Responder responder);
    /// Wrong passwords and codes since the start.
    std::uint64_t failures() const { return m_guard.failures(); }

private:
    using Fields = std::map<std::string, std::string>;
    void signIn(const Fields &fields, const std::string &address, edge::Responder responder);
    void signOut(const edge::Request &request, edge::Responder responder);
    void devices(const edge::Request &request, edge::Responder responder);
    void revoke(const edge::Request &request, const Fields &fields, edge::Responder responder);
    /// Whether they have to wait; answers then.
    bool mustWait(const SignInGuard::Who &who, edge::Responder &responder);
    void noteFailure(const SignInGuard::Who &who);

    HubStore &m_store;
    Loop &m_loop;
    SyncSockets &m_sockets;
    Hasher &m_hasher;
    SignInGuard m_guard;
    Milliseconds m_alarmFrom{0}; ///< The failures since then are counted,
    int m_alarmCount = 0;        ///< and these are they.
};

} // namespace tributary::hub
