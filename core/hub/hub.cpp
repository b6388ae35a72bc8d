#include "core/hub/hub.h"

#include "core/base/digest.h"
#include "core/base/log.h"
#include "core/channels/demo/demo_driver.h"
#include "core/channels/email/email_driver.h"
#include "core/hub/commands.h"
#include "core/hub/endings.h"
#include "core/hub/epoch.h"
#include "core/hub/matching.h"
#include "core/hub/webchat_news.h"
#include "core/hub/webchat_sql_store.h"
#include "core/store/entities.h"
#include "core/wire/codec.h"

#include <array>
#include <future>

namespace tributary::hub {
namespace {

using namespace tributary::model;

/// A session stops at a quarter of this (SyncSession); what is beyond it is a mistake, and the desktop is cut off.
constexpr std::size_t kDesktopQueueBytes = 1024 * 1024;
constexpr std::chrono::seconds kWorkSoon{1};   ///< After something has changed: work that waits is given out ...
constexpr std::chrono::seconds kWorkEvery{30}; ///< ... and after so long in any case: somebody may have gone.

const Executor kHere = [](std::function<void()> job) { job(); };
constexpr Milliseconds kMatchPause{20};
constexpr Milliseconds kEndPause{50};
constexpr std::chrono::seconds kNoteHeadAfter{5}; ///< An fsync each: see incarnation.h for what they buy.

std::string fingerprintOf(const StoredAccount &account)
{
    Bytes all = wire::encodeMap(account.settings.settings);
    const Bytes secrets = wire::encodeMap(account.settings.secrets);
    all.insert(all.end(), secrets.begin(), secrets.end());
    return toHex(blake16(all));
}

/// Reply addresses of conversations are signed with a key of the hub's own.
channels::AccountSettings withPlusKey(channels::AccountSettings settings, const Secrets &secrets)
{
    settings.secrets.try_emplace("plus_tag_key", toHex(secrets.derive("plus-address")));
    return settings;
}

/// Where it listens, as an address for desktops; empty for "everywhere", which is none.
std::string listeningAt(const ServeOptions &options, std::uint16_t port)
{
    const std::string &address = options.listenAddress;
    if (address == "0.0.0.0" || address == "::")
        return {};
    const bool isV6 = address.find(':') != std::string::npos;
    return (options.certificate ? "https://" : "http://") + (isV6 ? "[" + address + "]" : address) + ":"
           + std::to_string(port);
}

/// Connections from one address: the desktops of an office come from one, each with its link and, for a minute, with what
/// has brought its pages and attachments.
constexpr std::size_t kOfOneOffice = 600;

edge::Settings edgeSettings(const char *name, const ServeOptions &options)
{
    edge::Settings settings;
    settings.name = name;
    settings.trustedProxies = options.proxies;
    return settings;
}

} // namespace

/// Passes on what a visitor does to the desktops, as presence in its conversation.
class VisitorListener final : public channels::webchat::WebChatListener {
public:
    VisitorListener(HubStore &store, Loop &loop, SyncSockets &sockets, ChannelAccountId account)
        : m_store(store)
        , m_loop(loop)
        , m_sockets(sockets)
        , m_account(account)
    {
    }

    void visitorTyping(const std::string &visitor, bool typing) override
    {
        tell(visitor, typing ? wire::Presence::Kind::Typing : wire::Presence::Kind::Viewing);
    }
    void visitorPresent(const std::string &visitor, bool present, const std::string &) override
    {
        tell(visitor, present ? wire::Presence::Kind::Viewing : wire::Presence::Kind::Gone);
    }

private:
    void tell(const std::string &visitor, wire::Presence::Kind kind)
    {
        m_store.reader().read([account = m_account,
                               visitor](store::Database &database) { return conversationWith(database, account, visitor); },
                              m_loop.executor(),
                              [this, kind](const Result<std::optional<ConversationId>> &conversation) {
                                  if (conversation && *conversation)
                                      m_sockets.tellPresence({kind, **conversation, {}, {}});
                              });
    }

    HubStore &m_store;
    Loop &m_loop;
    SyncSockets &m_sockets;
    const ChannelAccountId m_account;
};

Hub::Hub(HubStore &store, Loop &loop)
    : m_store(store)
    , m_loop(loop)
    , m_sockets(store, loop)
    , m_agentsApi(store, loop, m_sockets, [this] { return metricsText(); })
    , m_publicApi(loop)
    , m_uploads(std::make_unique<Hasher>())
    , m_snoozeTimer(loop)
    , m_workTimer(loop)
    , m_housekeeping(store, loop)
    , m_matching(store, loop, kMatchPause, [](auto &database, auto &ids, auto now) { return matchSome(database, ids, now); })
    , m_endings(store, loop, kEndPause, [](auto &database, auto &ids, auto now) { return endSome(database, ids, now); })
    , m_noteTimer(loop)
{
    m_sockets.setPresenceHeard(
        [this](const wire::Presence &presence, const Agent &agent) { presenceHeard(presence, agent); });
    m_sockets.setCountChanged([this] { desktopsChanged(); });
    m_agentsApi.setAccountsChanged([this] {
        if (!m_stopping)
            reloadAccounts();
    });
    m_store.writer().setCommitted([this] {
        ++m_commits;
        if (!m_headAsked.exchange(true))
            m_loop.post([this] { committed(); });
    });
}

Hub::~Hub()
{
    m_stopping = true;
    m_housekeeping.stop();
    m_matching.stop();
    m_endings.stop();
    m_store.writer().setCommitted({});
    for (auto &[id, running] : m_accounts)
        stopRunner(running);
    // What they have in hand may ask the store for more.
    m_housekeeping.finish();
    m_uploads.reset();
    // Jobs that the store has accepted may still use what ends here: let them pass. Those of the reader may have given the
    // writer one more.
    const auto nothing = [](store::Database &) { return Result<void>(); };
    (void)m_store.reader().readAndWait(nothing);
    (void)m_store.writer().writeAndWait(nothing);
}

Result<Hub::Ports> Hub::start(const ServeOptions &options)
{
    edge::Settings agents = edgeSettings("agents", options);
    agents.limits.socketQueueBytes = kDesktopQueueBytes;
    agents.limits.connectionsPerAddress = kOfOneOffice;
    if (options.certificate) {
        agents.tls = options.certificate->tls;
        m_fingerprint = options.certificate->fingerprint;
    }
    m_agentsServer = std::make_unique<edge::Server>(m_loop.context(), std::move(agents), m_agentsApi);
    m_publicServer = std::make_unique<edge::Server>(m_loop.context(), edgeSettings("public", options), m_publicApi);
    TRIBUTARY_TRY(m_store.writer().writeAndWait(
        [now = m_store.clock().now()](store::Database &database) { return meetEpoch(database, now); }));
    Ports ports;
    const auto told = [](const char *side, const Error &error) {
        std::string words = std::string(side) + ": " + error.detail;
        if (error.kind == Error::Kind::Rejected)
            words += "; put a web server with TLS before it, on this computer";
        return failure(error.kind, std::move(words));
    };
    const auto listening = m_agentsServer->listen(options.listenAddress, options.listenPort);
    if (!listening)
        return told("--listen", listening.error());
    const auto open = m_publicServer->listen(options.publicAddress, options.publicPort);
    if (!open)
        return told("--public", open.error());
    ports.listen = *listening;
    ports.publicSide = *open;
    m_address = options.address.empty() ? listeningAt(options, ports.listen) : options.address;
    m_agentsApi.setAddress(m_address);
    TRIBUTARY_TRY_ASSIGN(const wire::Position head, m_store.reader().readAndWait(&headOf));
    m_head = head.seq;
    m_sockets.headMoved(head.seq, {});
    reloadAccounts();
    wakeSnoozes();
    distributeIn(kWorkSoon);
    m_housekeeping.start(options.logLife, options.firstCheckAfter);
    m_matching.run();
    m_endings.run();
    return ports;
}

std::string Hub::fingerprint() const
{
    const std::scoped_lock lock(m_fingerprintMutex);
    return m_fingerprint;
}

Result<void> Hub::renewCertificate(const ListenCertificate &certificate)
{
    if (!m_agentsServer)
        return failure(Error::Kind::Invalid, "it does not listen");
    TRIBUTARY_TRY(m_agentsServer->renew(certificate.tls));
    const std::scoped_lock lock(m_fingerprintMutex);
    m_fingerprint = certificate.fingerprint;
    return {};
}

void Hub::stop(std::function<void()> done)
{
    if (std::exchange(m_stopping, true))
        return;
    m_snoozeTimer.cancel();
    m_workTimer.cancel();
    m_noteTimer.cancel();
    m_housekeeping.stop();
    m_matching.stop();
    m_endings.stop();
    m_store.endLongReads();
    m_sockets.endAll("stopping", "The hub is stopping.", 2000);
    for (auto &[id, running] : m_accounts)
        stopRunner(running);
    m_accounts.clear();
    {
        const std::scoped_lock lock(m_triedMutex);
        for (channels::ChannelDriver *driver : m_tried)
            driver->stop();
    }
    // Both at once: each may wait for what it has in hand.
    const std::array servers{m_publicServer.get(), m_agentsServer.get()};
    const auto open = std::make_shared<std::size_t>(servers.size());
    const auto stopped = [open, done = std::move(done)] {
        if (--*open == 0)
            done();
    };
    for (edge::Server *server : servers)
        server ? server->stop(stopped) : stopped();
}

void Hub::stopRunner(Running &running)
{
    if (auto *chat = dynamic_cast<channels::webchat::WebChatService *>(running.runner->driver()))
        m_publicApi.remove(*chat);
    running.runner->stop();
}

std::unique_ptr<channels::ChannelDriver> Hub::makeDriver(const channels::AccountSettings &settings,
                                                         channels::DriverHost &host)
{
    if (settings.settings.contains("demo"))
        return std::make_unique<channels::demo::DemoDriver>(settings, host, m_store.clock(), m_store.rng());
    switch (settings.account.channel) {
    case Channel::Email:
        return channels::email::makeEmailDriver(withPlusKey(settings, m_store.secrets()), host, m_store.clock());
    case Channel::WebChat: {
        auto &chatStore = m_webChatStores[settings.account.id];
        if (!chatStore)
            chatStore = std::make_unique<WebChatSqlStore>(m_store, settings.account.id, [this](std::function<void()> job) {
                return m_uploads && m_uploads->post(std::move(job));
            });
        auto &listener = m_listeners[settings.account.id];
        if (!listener)
            listener = std::make_unique<VisitorListener>(m_store, m_loop, m_sockets, settings.account.id);
        channels::webchat::Surroundings surroundings{*chatStore,        host,          m_store.clock(), m_store.rng(),
                                                     m_loop.executor(), listener.get()};
        auto service = std::make_unique<channels::webchat::WebChatService>(settings, std::move(surroundings));
        m_publicApi.add(*service);
        service->setPresence(m_sockets.count() > 0);
        return service;
    }
    default: return nullptr;
    }
}

void Hub::reloadAccounts()
{
    auto stored = storedAccounts(m_store);
    if (!stored) {
        log(LogLevel::Error, "tributary.hub", "accounts cannot be read", {{"error", stored.error().detail}});
        return;
    }
    std::map<ChannelAccountId, Running> kept;
    for (StoredAccount &account : *stored) {
        const ChannelAccountId id = account.settings.account.id;
        if (account.paused)
            continue;
        std::string fingerprint = fingerprintOf(account);
        if (const auto running = m_accounts.find(id);
            running != m_accounts.end() && running->second.fingerprint == fingerprint) {
            kept.insert(m_accounts.extract(running));
            continue;
        }
        if (const auto old = m_accounts.find(id); old != m_accounts.end())
            stopRunner(old->second);
        auto runner = std::make_shared<AccountRunner>(m_store, m_loop, std::move(account));
        runner->start([this](const channels::AccountSettings &settings, channels::DriverHost &host) {
            return makeDriver(settings, host);
        });
        kept.emplace(id, Running{std::move(runner), std::move(fingerprint)});
    }
    for (auto &[id, running] : m_accounts) {
        if (!kept.contains(id))
            stopRunner(running);
    }
    m_accounts = std::move(kept);
}

Result<std::vector<channels::ChannelDriver::Check>> Hub::testAccount(const std::string &which)
{
    TRIBUTARY_TRY_ASSIGN(const StoredAccount account, findAccount(m_store, which));
    /// A driver of its own that listens to nothing: the one at work is not disturbed.
    class Deaf final : public channels::DriverHost {
    public:
        Deaf(HubStore &store, ChannelAccountId id)
            : m_store(store)
            , m_id(id)
        {
        }

    private:
        void ingest(channels::InboundEnvelope, std::function<void(Result<channels::IngestOutcome>)> done) override
        {
            done(failure(Error::Kind::Offline, "only a test"));
        }
        void reportHealth(channels::AccountHealth) override {}
        std::string loadState(const std::string &) override { return {}; }
        void saveState(const std::string &, const std::string &) override {}
        std::string loadSecret(const std::string &name) override { return accountSecret(m_store, m_id, name); }
        Result<void> replaceSecret(const std::string &name, const std::string &was, const std::string &becomes) override
        {
            return replaceAccountSecret(m_store, m_id, name, was, becomes);
        }

        HubStore &m_store;
        const ChannelAccountId m_id;
    } host(m_store, account.settings.account.id);
    if (account.settings.account.channel == Channel::Email) {
        const auto driver =
            channels::email::makeEmailDriver(withPlusKey(account.settings, m_store.secrets()), host, m_store.clock());
        {
            const std::scoped_lock lock(m_triedMutex);
            if (m_store.endsLongReads()) // stop() has looked through them already, or is about to
                return failure(Error::Kind::Offline, "the hub stops");
            m_tried.insert(driver.get());
        }
        auto checks = driver->test();
        const std::scoped_lock lock(m_triedMutex);
        m_tried.erase(driver.get());
        return checks;
    }
    if (account.paused)
        return failure(Error::Kind::Offline, "the account is paused");
    // Asked of the one at work, which is the loop's. A loop that has ended meanwhile answers no more.
    using Answer = Result<std::vector<channels::ChannelDriver::Check>>;
    const auto promise = std::make_shared<std::promise<Answer>>();
    m_loop.post([this, promise, id = account.settings.account.id] {
        const auto running = m_accounts.find(id);
        const bool works = running != m_accounts.end() && running->second.runner->driver();
        promise->set_value(works ? running->second.runner->driver()->test()
                                 : Answer(failure(Error::Kind::Offline, "the account is not at work")));
    });
    auto answer = promise->get_future();
    if (answer.wait_for(std::chrono::seconds(5)) != std::future_status::ready)
        return failure(Error::Kind::TimedOut, "only a hub that serves can tell");
    return answer.get();
}

void Hub::committed()
{
    m_headAsked = false;
    if (m_stopping)
        return;
    struct News {
        std::int64_t head = 0;
        std::set<ConversationId> conversations;
        std::vector<ChatNews> chat;
        bool people = false, endings = false;
    };
    m_store.reader().read(
        [from = m_head](store::Database &database) -> Result<News> {
            News news;
            TRIBUTARY_TRY_ASSIGN(const wire::Position head, headOf(database));
            news.head = head.seq;
            TRIBUTARY_TRY_ASSIGN(news.conversations, conversationsChangedAfter(database, from));
            TRIBUTARY_TRY_ASSIGN(news.chat, chatNewsAfter(database, from));
            TRIBUTARY_TRY_ASSIGN(news.people, havePeopleChanged(database, from));
            TRIBUTARY_TRY_ASSIGN(news.endings, areEndings(database));
            return news;
        },
        m_loop.executor(),
        [this](const Result<News> &news) {
            if (!news || m_stopping)
                return;
            tellVisitors(news->chat);
            if (news->people)
                m_matching.run();
            if (news->endings)
                m_endings.run();
            if (news->head > m_head) {
                m_head = news->head;
                m_sockets.headMoved(m_head, news->conversations);
                wakeSnoozes();
                distributeIn(kWorkSoon);
                noteHead();
                // Whatever makes a message due moves the head; a commit that does not, such as a runner's own look at an
                // empty queue, must not make it look again.
                for (auto &[id, running] : m_accounts)
                    running.runner->poke();
            }
        });
}

void Hub::noteHead()
{
    if (std::exchange(m_noting, true))
        return;
    m_noteTimer.start(kNoteHeadAfter, [this] {
        m_store.reader().read([this](store::Database &database) { return m_store.noteHead(database); }, m_loop.executor(),
                              [this](const Result<void> &noted) {
                                  m_noting = false;
                                  if (!noted)
                                      log(LogLevel::Warning, "tributary.hub", "the head is not noted beside the database",
                                          {{"error", noted.error().detail}});
                              });
    });
}

channels::webchat::WebChatService *Hub::chatOf(ChannelAccountId account)
{
    const auto running = m_accounts.find(account);
    return running == m_accounts.end() ? nullptr
                                       : dynamic_cast<channels::webchat::WebChatService *>(running->second.runner->driver());
}

void Hub::tellVisitors(const std::vector<ChatNews> &news)
{
    for (const ChatNews &one : news) {
        channels::webchat::WebChatService *service = chatOf(one.account);
        if (!service)
            continue;
        service->agentMarks(one.visitor, m_sockets.count() > 0 ? one.arrived : one.seen, one.seen);
        if (one.changed)
            service->eventChanged(one.visitor, *one.changed);
    }
}

void Hub::presenceHeard(const wire::Presence &presence, const Agent &agent)
{
    m_store.reader().read(
        [id = presence.conversation](store::Database &database) { return chatPartnerOf(database, id); }, m_loop.executor(),
        [this, kind = presence.kind, name = agent.name](const Result<std::optional<ChatPartner>> &partner) {
            if (!partner || !*partner || m_stopping)
                return;
            if (auto *service = chatOf((*partner)->account))
                service->agentTyping((*partner)->visitor, name, kind == wire::Presence::Kind::Typing);
        });
}

void Hub::desktopsChanged()
{
    distributeIn(kWorkSoon);
    const bool attended = m_sockets.count() > 0;
    if (m_attended == attended || m_stopping)
        return;
    m_attended = attended;
    for (auto &[id, running] : m_accounts) {
        if (auto *service = chatOf(id))
            service->setPresence(attended);
    }
}

void Hub::wakeSnoozes()
{
    m_store.reader().read([](store::Database &database) { return nextSnooze(database); }, m_loop.executor(),
                          [this](const Result<std::optional<TimePoint>> &next) {
                              if (m_stopping || !next || !*next)
                                  return;
                              const auto wait = **next - m_store.clock().now();
                              // The timer stands while this machine sleeps, the time does not.
                              m_snoozeTimer.start(std::clamp<Milliseconds>(wait, Milliseconds(0), std::chrono::minutes(1)),
                                                  [this] { wakeDue(); });
                          });
}

void Hub::wakeDue()
{
    m_store.writer().write(
        [&store = m_store](store::Database &database) { return wakeSnoozed(database, store.ids(), store.clock().now()); },
        m_loop.executor(),
        [this](const Result<bool> &done) {
            if (m_stopping)
                return;
            if (done)
                wakeSnoozes();
            else // the store takes no writes now: it is not asked again and again
                m_snoozeTimer.start(std::chrono::seconds(10), [this] { wakeSnoozes(); });
        });
}

void Hub::distributeIn(std::chrono::seconds delay)
{
    const bool soon = delay <= kWorkSoon;
    if (m_stopping || m_workSoon)
        return;
    m_workSoon = soon;
    m_workTimer.start(delay, [this] { distributeNow(); });
}

void Hub::distributeNow()
{
    m_workSoon = false;
    m_store.writer().write(
        [&store = m_store, &watch = m_watch, agents = m_sockets.agents()](store::Database &database) -> Result<bool> {
            const TimePoint now = store.clock().now();
            TRIBUTARY_TRY_ASSIGN(const bool routed, givesOutWork(database));
            if (!routed)
                return false;
            TRIBUTARY_TRY(noteAtWork(database, watch, agents, now));
            return distribute(database, store.ids(), watch, now);
        },
        m_loop.executor(), [this](const Result<bool> &more) { distributeIn(more && *more ? kWorkSoon : kWorkEvery); });
}

} // namespace tributary::hub
