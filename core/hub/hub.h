#pragma once

#include "core/hub/account_runner.h"
#include "core/hub/agents_api.h"
#include "core/hub/assignment.h"
#include "core/hub/edge/server.h"
#include "core/hub/hasher.h"
#include "core/hub/housekeeping.h"
#include "core/hub/listen_certificate.h"
#include "core/hub/public_api.h"
#include "core/hub/slices.h"
#include "core/hub/sync_sockets.h"

#include <map>
#include <mutex>
#include <set>

namespace tributary::hub {

class VisitorListener;
class WebChatSqlStore;
struct ChatNews;

struct ServeOptions {
    std::string listenAddress = "127.0.0.1";
    std::uint16_t listenPort = 7600;
    std::string publicAddress = "127.0.0.1";
    std::uint16_t publicPort = 7601;
    /// Addresses of web servers in front, whose word on where a request comes from is believed. Without it everybody behind
    /// one counts as one address: a stranger's wrong passwords would keep all agents from signing in.
    std::vector<std::string> proxies;
    /// What the listen side proves itself with; absent: plain text, on loopback alone.
    std::optional<ListenCertificate> certificate;
    /// How long the log is kept, see log_horizon.h.
    std::chrono::hours logLife{30 * 24};
    /// How long after its start the hub first thinks of looking through its store (self_check.h): by then everybody is back.
    Milliseconds firstCheckAfter = std::chrono::minutes(10);
    /// How desktops reach it, such as `https://hub.shop.example:7600`, for the links that invite people; empty: not known.
    std::string address;
};

/// The hub at work: both listeners, the channel accounts, and the clockwork between them. Made, run and ended on one thread.
class Hub {
public:
    Hub(HubStore &store, Loop &loop);
    ~Hub();

    struct Ports {
        std::uint16_t listen = 0;
        std::uint16_t publicSide = 0;
    };
    Result<Ports> start(const ServeOptions &options);
    /// Finishes what is in hand, then calls @p done on the loop.
    void stop(std::function<void()> done);

    /// The accounts changed: starts, stops and restarts their drivers to match the store. On the loop.
    void reloadAccounts();
    /// Tries every part of an account. Not on the loop: it takes seconds.
    Result<std::vector<channels::ChannelDriver::Check>> testAccount(const std::string &which);

    /// See PublicApi::showPage().
    void showPage(std::string html, std::filesystem::path media) { m_publicApi.showPage(std::move(html), std::move(media)); }
    /// Passwords or rights changed: whoever may no longer be here is shown out.
    void recheckTokens() { m_sockets.recheckTokens(); }

    /// Of the certificate that the listen side shows; empty: it speaks plain text, or does not listen. From any thread,
    /// after start().
    std::string fingerprint() const;
    /// Shows another certificate to whoever connects from now on. Invalid: it is not good; the old one goes on. On the loop.
    Result<void> renewCertificate(const ListenCertificate &certificate);
    /// See ServeOptions; with the listening address where that names one.
    const std::string &address() const { return m_address; }

    HubStore &store() { return m_store; }
    Loop &loop() { return m_loop; }
    std::string metricsText();

private:
    struct Running {
        std::shared_ptr<AccountRunner> runner;
        std::string fingerprint; ///< Of its settings and secrets: a change restarts it.
    };
    std::unique_ptr<channels::ChannelDriver> makeDriver(const channels::AccountSettings &settings,
                                                        channels::DriverHost &host);
    channels::webchat::WebChatService *chatOf(model::ChannelAccountId account);
    void committed();
    void tellVisitors(const std::vector<ChatNews> &news);
    /// An agent looks at or writes in a conversation: a visitor sees the typing sign.
    void presenceHeard(const wire::Presence &presence, const model::Agent &agent);
    void desktopsChanged();
    /// Notes the head beside the database in a while, if it is not about to be.
    void noteHead();
    /// Sets the timer for the next conversation whose snooze ends.
    void wakeSnoozes();
    void wakeDue();
    /// Gives out work, or takes it back, in a while: see assignment.h.
    void distributeIn(std::chrono::seconds delay);
    void distributeNow();
    void stopRunner(Running &running);

    HubStore &m_store;
    Loop &m_loop;
    SyncSockets m_sockets;
    AgentsApi m_agentsApi;
    PublicApi m_publicApi;
    std::map<model::ChannelAccountId, std::unique_ptr<WebChatSqlStore>> m_webChatStores;
    std::unique_ptr<Hasher> m_uploads; ///< Writes what visitors upload.
    std::map<model::ChannelAccountId, std::unique_ptr<VisitorListener>> m_listeners;
    std::unique_ptr<edge::Server> m_agentsServer;
    std::unique_ptr<edge::Server> m_publicServer;
    std::map<model::ChannelAccountId, Running> m_accounts;
    std::mutex m_triedMutex;
    std::set<channels::ChannelDriver *> m_tried; ///< By testAccount(), each on a thread of its own; under m_triedMutex.
    Loop::Timer m_snoozeTimer;
    Loop::Timer m_workTimer;
    bool m_workSoon = false; ///< It is to run within a second.
    Watch m_watch;           ///< The writer's jobs alone use it.
    Housekeeping m_housekeeping;
    Slices m_matching;                     ///< Looks for who may be the same person as those who have changed.
    Slices m_endings;                      ///< Conversations leave the teams and statuses that were removed: see endings.h.
    Loop::Timer m_noteTimer;               ///< Until the head is noted beside the database.
    std::atomic<bool> m_headAsked = false; ///< A look at the head is on its way: commits in between need no other.
    std::int64_t m_head = 0;
    bool m_noting = false;
    std::atomic<std::uint64_t> m_commits = 0;
    std::string m_address; ///< Not changed after start().
    mutable std::mutex m_fingerprintMutex;
    std::string m_fingerprint;
    std::optional<bool> m_attended; ///< Whether visitors were last told that somebody is there.
    bool m_stopping = false;
};

} // namespace tributary::hub
