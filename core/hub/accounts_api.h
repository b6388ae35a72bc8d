#pragma once

#include "core/hub/edge/handler.h"
#include "core/hub/hub_store.h"
#include "core/hub/loop.h"

namespace tributary::hub {

/// What the Admin section asks about the settings of channel accounts, which no desktop keeps a copy of. With the token of
/// somebody who may manage channels; on the loop.
///
/// | request | gives, or does |
/// |---|---|
/// | GET /accounts/believed?account=ID | `authserv_id`: whose findings about senders a mail account believes (mail_proof.h)
/// | | POST /accounts/believed | account, authserv_id: those from now on |
class AccountsApi {
public:
    AccountsApi(HubStore &store, Loop &loop);

    /// Called on the loop when a setting was renewed: the account starts anew with it.
    void setChanged(std::function<void()> changed) { m_changed = std::move(changed); }
    void request(edge::Request request, edge::Responder responder);

private:
    void believed(const edge::Request &request, edge::Responder responder);
    void believe(const edge::Request &request, edge::Responder responder);

    HubStore &m_store;
    Loop &m_loop;
    std::function<void()> m_changed;
};

} // namespace tributary::hub
