#pragma once

#include "core/hub/edge/handler.h"
#include "core/hub/hub_store.h"
#include "core/hub/loop.h"
#include "core/hub/sync_sockets.h"

namespace tributary::hub {

/// What the Admin section asks about people that no desktop keeps a copy of. With the token of somebody who may manage
/// agents; on the loop.
///
/// | request | gives, or does |
/// |---|---|
/// | GET /people | when each was connected last, who has a second factor, and links that nobody has used yet |
/// | POST /people/withdraw | id: that link is good for nothing any more |
/// | GET /people/devices?agent=ID | where that agent is signed in |
/// | POST /people/devices/revoke | agent, id: signs that device of theirs out, and ends its session |
/// | POST /people/second-factor/end | agent: no code is asked of them any more, and all their devices are signed out |
class PeopleApi {
public:
    PeopleApi(HubStore &store, Loop &loop, SyncSockets &sockets);

    void request(edge::Request request, edge::Responder responder);

private:
    void list(const edge::Request &request, edge::Responder responder);
    void withdraw(const edge::Request &request, edge::Responder responder);
    void devices(const edge::Request &request, edge::Responder responder);
    void revoke(const edge::Request &request, edge::Responder responder);
    void endFactor(const edge::Request &request, edge::Responder responder);

    HubStore &m_store;
    Loop &m_loop;
    SyncSockets &m_sockets;
};

} // namespace tributary::hub
