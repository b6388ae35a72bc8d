#pragma once

#include "core/hub/accounts_api.h"
#include "core/hub/audit_api.h"
#include "core/hub/bootstrap.h"
#include "core/hub/comparisons.h"
#include "core/hub/edge/handler.h"
#include "core/hub/hasher.h"
#include "core/hub/hub_store.h"
#include "core/hub/loop.h"
#include "core/hub/people_api.h"
#include "core/hub/shared_pages.h"
#include "core/hub/sign_in_api.h"
#include "core/hub/sync_sockets.h"
#include "core/hub/turns.h"

#include <atomic>

namespace tributary::hub {

/// What the listen side serves to desktops: sign-in, the sync link, bootstrap, comparisons, attachments, health and metrics.
/// On the loop.
class AgentsApi final : public edge::Handler {
public:
    AgentsApi(HubStore &store, Loop &loop, SyncSockets &sockets, std::function<std::string()> metrics);
    ~AgentsApi() override;

    /// See SignInApi::setAddress().
    void setAddress(const std::string &address) { m_signIns.setAddress(address); }

    /// See AccountsApi::setChanged().
    void setAccountsChanged(std::function<void()> changed) { m_accounts.setChanged(std::move(changed)); }

    std::size_t bodyLimit(const edge::RequestHead &head) override;
    void request(edge::Request request, edge::Responder responder) override;
    edge::UpgradeDecision upgrade(const edge::Request &request) override;

    const Comparisons::Metrics &comparisons() const { return m_comparisons.metrics(); }
    std::uint64_t signInFailures() const { return m_signIns.failures(); }
    std::size_t pagesWaiting() const { return m_pages.waiting(); }
    /// Of first copies: all that were given to somebody, and of these those that had been read for somebody else.
    std::uint64_t pagesGiven() const { return m_pagesGiven; }
    std::uint64_t pagesShared() const { return m_sharedPages.shared(); }

private:
    bool mayBeSignedIn(std::string_view token);
    void metrics(const edge::Request &request, edge::Responder responder);
    void bootstrap(const edge::Request &request, edge::Responder responder);
    void givePage(const Result<Bytes> &page, edge::Responder &responder);
    void givePageOf(model::AgentId agent, const std::string &after, Pages pages, std::shared_ptr<edge::Responder> responder);
    void givePageOf(model::AgentId agent, SharedPages::Question question, std::shared_ptr<edge::Responder> responder);
    /// When it is its turn; TimedOut where too many are before it. Not if nobody waits any more by then.
    template<class T>
    void readPage(std::function<Result<T>(store::Database &, TimePoint)> work, std::function<bool()> isWanted,
                  std::function<void(const Result<T> &)> done);
    void forgetPagesLater();
    void compare(edge::Request request, edge::Responder responder);
    void upload(edge::Request request, edge::Responder responder);
    void download(const edge::Request &request, edge::Responder responder);

    HubStore &m_store;
    Loop &m_loop;
    SyncSockets &m_sockets;
    std::function<std::string()> m_metrics;
    Comparisons m_comparisons;
    std::unique_ptr<store::Database> m_tokens; ///< The loop's own: whose body is worth its bytes is decided at once.
    Turns m_pages;                             ///< Of bootstraps: they share the reader with all that is live.
    SharedPages m_sharedPages;
    Loop::Timer m_forgetTimer;
    bool m_forgetsLater = false;
    std::uint64_t m_pagesGiven = 0;
    SignInApi m_signIns;
    PeopleApi m_people;
    AuditApi m_audit;
    AccountsApi m_accounts;
    Hasher m_hasher; ///< The last: its jobs use the others.
};

} // namespace tributary::hub
