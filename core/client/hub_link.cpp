#include "core/client/hub_link.h"

#include "core/base/log.h"
#include "core/client/hub_address.h"

#include <QAbstractSocket>
#include <QNetworkRequest>
#include <QRegularExpression>
#include <QWebSocketHandshakeOptions>

namespace tributary::client {
namespace {

constexpr int kFetchMs = 20'000;
constexpr int kNoCopyMs = 5'000;
constexpr int kLookForSleepMs = 2'000;
constexpr qint64 kMostPageBytes = 8 << 20;

} // namespace

HubLink::HubLink(LocalStore &store, WorkThread &storeThread)
    : m_store(store)
    , m_storeThread(storeThread)
    , m_trust(this)
    , m_http(m_trust, this)
    , m_comparer(
          store, storeThread, [this](const QByteArray &body, HubHttp::Done done) { askDigests(body, std::move(done)); },
          this)
    , m_timer(this)
    , m_sleepTimer(this)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        lookForSleep(); // first: silence while asleep proves nothing
        perform(m_client.timeReached(now()));
    });
    m_sleepTimer.setInterval(kLookForSleepMs);
    connect(&m_sleepTimer, &QTimer::timeout, this, &HubLink::lookForSleep);
}

/// Timers stand still while the machine sleeps, the time of the engine does not.
void HubLink::lookForSleep()
{
    if (!m_sleep.hasSlept())
        return;
    m_http.forgetConnections();
    perform(m_client.woke(now()));
}

void HubLink::start(const QUrl &hub)
{
    m_hub = hub;
    m_running = true;
    m_sleepTimer.start();
    begin();
}

void HubLink::restart()
{
    if (m_running)
        begin();
}

void HubLink::begin()
{
    onStore([](LocalStore &store) { return store.syncStart(); },
            [this](Result<engine::SyncClient::Start> from) {
                if (!m_running)
                    return;
                if (!from) { // no room for a cache, say: there may be later
                    log(LogLevel::Error, "tributary.client", "the copy cannot be read", {{"error", from.error().detail}});
                    QTimer::singleShot(kNoCopyMs, this, [this] { restart(); });
                    return;
                }
                m_token = from->token;
                perform(m_client.start(std::move(*from), now()));
            });
}

void HubLink::stop()
{
    m_running = false;
    m_sleepTimer.stop();
    if (m_page)
        m_http.cancel(m_page);
    m_page = 0;
    perform(m_client.stop(now()));
    m_comparer.stop();
    failFetches();
    m_http.abortAll();
}

void HubLink::tryNow()
{
    perform(m_client.tryNow(now()));
}

void HubLink::setPin(const QUrl &hub, const std::string &fingerprint)
{
    m_trust.setPin(hub, fingerprint);
    m_http.forgetConnections();
}

void HubLink::commandsAdded(std::vector<model::Command> commands)
{
    perform(m_client.commandsAdded(std::move(commands), now()));
}

void HubLink::sendPresence(wire::Presence presence)
{
    perform(m_client.send(std::move(presence), now()));
}

void HubLink::fileArrived(model::AttachmentId file)
{
    perform(m_client.fileArrived(file, now()));
}

void HubLink::fileFailed(model::AttachmentId file, std::int64_t session, Milliseconds atLeast)
{
    if (session == m_session)
        perform(m_client.fileFailed(file, now(), atLeast));
}

void HubLink::perform(engine::Effects effects)
{
    const std::int64_t session = m_session;
    if (effects.abortLink) {
        dropSocket();
        failFetches();
    }
    if (effects.openLink)
        openSocket();
    // What is written from here on is unsaid by leaving it out, until the next link has asked for the journal's commands.
    // Told like the work of a hand: what somebody does who sees that the link is gone comes behind it.
    if (std::exchange(m_connected, m_client.isConnected()) && !m_connected) {
        m_storeThread.post([this, session] { m_store.linkEnded(session); });
        m_http.forgetConnections(); // what became of this one may have become of them
    }
    for (const wire::Frame &frame : effects.send) {
        const Bytes bytes = wire::pack(frame);
        if (m_socket)
            m_socket->sendBinaryMessage(QByteArray(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size())));
    }
    if (effects.welcome) {
        const wire::Welcome welcome = *effects.welcome;
        m_storeThread.post(
            [this, welcome] {
                m_store.setHubFeatures(wire::Features(welcome.features));
                m_store.noteHubHas(welcome.outcomes);
                (void)m_store.setAgent(welcome.agent, welcome.workspace);
            },
            WorkThread::Urgency::Hub);
    }
    for (engine::StoreStep &step : effects.store) {
        if (const auto *changes = std::get_if<wire::Changes>(&step))
            m_comparer.noteChange(*changes);
        storeStep(std::move(step));
    }
    if (effects.loadCommands)
        loadCommands(*effects.loadCommands);
    if (effects.askPage)
        askPage(*effects.askPage, effects.seam);
    if (effects.askFile)
        emit fileWanted(*effects.askFile, m_session);
    for (const wire::Page &page : effects.pages)
        onPage(page);
    for (const wire::Presence &presence : effects.presence)
        emit presenceHeard(presence);
    if (effects.wakeAt)
        m_timer.start(std::max(Milliseconds(0), *effects.wakeAt - now()));
    else
        m_timer.stop();
    if (effects.statusChanged) {
        const engine::SyncStatus &status = m_client.status();
        m_comparer.setLive(status.state == engine::SyncStatus::State::Live && m_client.hub().has(wire::feature::kDigests));
        std::optional<TimePoint> retryAt;
        if (status.retryAt)
            retryAt = m_clock.now() + (*status.retryAt - now());
        emit statusChanged(status, retryAt);
    }
}

// -- The socket
// ---------------------------------------------------------------------------------------------------------------

void HubLink::openSocket()
{
    dropSocket();
    ++m_session;
    m_socket = new QWebSocket(QString(), QWebSocketProtocol::VersionLatest, this);
    m_socket->setMaxAllowedIncomingFrameSize(wire::kMaxFromHub);
    m_socket->setMaxAllowedIncomingMessageSize(wire::kMaxFromHub);
    connect(m_socket, &QWebSocket::connected, this, &HubLink::onConnected);
    // A socket that never opens says so by an error, one that closes by `disconnected`; the engine takes either once.
    const auto closed = [this] {
        const bool isStranger = answeredLikeAStranger();
        dropSocket();
        failFetches();
        perform(isStranger ? m_client.linkRefused(now()) : m_client.linkClosed(now()));
    };
    connect(m_socket, &QWebSocket::disconnected, this, closed);
    connect(m_socket, qOverload<QAbstractSocket::SocketError>(&QWebSocket::error), this, closed);
    connect(m_socket, &QWebSocket::binaryMessageReceived, this, [this](const QByteArray &message) {
        perform(m_client.frameReceived(std::as_bytes(std::span(message.constData(), std::size_t(message.size()))), now()));
    });
    connect(m_socket, &QWebSocket::textMessageReceived, this,
            [this] { perform(m_client.frameReceived({}, now())); }); // no hub of ours says anything in text
    m_trust.watch(m_socket, m_hub, [this](const CertificateProblem &problem) { emit certificateRefused(problem); });
    QWebSocketHandshakeOptions options;
    options.setSubprotocols({QString::fromLatin1(wire::kSubProtocol.data(), qsizetype(wire::kSubProtocol.size()))});
    m_socket->open(QNetworkRequest(socketAddress(m_hub)), options);
}

/// Whether something spoke at the hub's address that is no hub. A server in front of one that is gone (5xx), or one that is
/// busy (429), is none.
bool HubLink::answeredLikeAStranger() const
{
    // Qt 6.4 says only in words what came instead of the handshake; whatever their language, it has the function's name and
    // the status in it.
    static const QRegularExpression status("\\b([1-5]\\d\\d)\\b");
    const QString words = m_socket->errorString();
    const int code = status.match(words).captured(1).toInt();
    return words.contains("processHandshake") && code < 500 && code != 429;
}

void HubLink::onConnected()
{
    if (m_socket->subprotocol().toStdString() != wire::kSubProtocol) {
        log(LogLevel::Warning, "tributary.client", "what answers there speaks no sync protocol of ours");
        dropSocket();
        perform(m_client.linkRefused(now()));
        return;
    }
    if (auto *tcp = m_socket->findChild<QAbstractSocket *>())
        tcp->setSocketOption(QAbstractSocket::LowDelayOption, 1);
    perform(m_client.linkOpened(now()));
}

void HubLink::dropSocket()
{
    if (!m_socket)
        return;
    m_socket->disconnect(this); // abort() reports at once
    m_socket->abort();          // close() would wait for the other side, which may be gone (E24)
    m_socket->deleteLater();
    m_socket = nullptr;
}

// -- The files
// ----------------------------------------------------------------------------------------------------------------

void HubLink::storeStep(engine::StoreStep step)
{
    if (std::holds_alternative<engine::RenumberJournal>(step)) {
        onStore([](LocalStore &store) { return store.renumber(); },
                [this](Result<model::ClientId> client) {
                    perform(client ? m_client.renumbered(*client, now()) : m_client.storeFailed(now()));
                });
        return;
    }
    onStore(
        [this, step = std::move(step), session = m_session](LocalStore &store) -> Result<void> {
            if (session <= m_failedSession)
                return failure(Error::Kind::Conflict, "an earlier step failed");
            auto taken = store.take(step);
            if (!taken) {
                m_failedSession = session;
                log(LogLevel::Warning, "tributary.client", "what the hub sent could not be stored",
                    {{"kind", name(taken.error().kind)}, {"error", taken.error().detail}});
            }
            return taken;
        },
        [this](Result<void> taken) {
            if (taken)
                perform(m_client.stored(now()));
            else if (taken.error().kind == Error::Kind::Conflict && taken.error().detail == LocalStore::kForked)
                perform(m_client.storeForked(now()));
            else
                perform(m_client.storeFailed(now()));
        });
}

void HubLink::loadCommands(std::int64_t after)
{
    onStore([after, session = m_session](LocalStore &store) { return store.commandsAfter(after, session); },
            [this](Result<std::vector<model::Command>> commands) {
                perform(commands ? m_client.commandsLoaded(std::move(*commands), now()) : m_client.commandsNotLoaded(now()));
            });
}

void HubLink::askPage(const std::string &token, const std::optional<wire::Seam> &seam)
{
    if (m_page)
        m_http.cancel(m_page);
    HubHttp::Request request{.hub = m_hub, .token = m_token, .most = kMostPageBytes};
    request.path = "/sync/bootstrap?after=" + QString::fromLatin1(QUrl::toPercentEncoding(QString::fromStdString(token)));
    if (seam)
        request.path += "&seam=" + QString::fromStdString(wire::textOf(*seam));
    m_page = m_http.send(request, [this](Result<HubHttp::Answer> answer) {
        m_page = 0;
        if (!answer)
            return perform(m_client.pageFailed(answer.error().kind, now()));
        if (answer->status != 200) {
            const Error::Kind kind = HubHttp::kindOf(answer->status);
            // Whoever stands between may refuse as well: only the hub's own word ends a sign-in, which takes the copy with
            // it.
            const bool others = kind == Error::Kind::Denied && !answer->isHubsDenial();
            return perform(m_client.pageFailed(others ? Error::Kind::Failed : kind, now(), answer->retryAfter));
        }
        auto page = wire::unpackPage(std::as_bytes(std::span(answer->body.constData(), std::size_t(answer->body.size()))));
        perform(page ? m_client.pageArrived(std::move(*page), now()) : m_client.pageFailed(Error::Kind::Corrupt, now()));
    });
}

void HubLink::askDigests(const QByteArray &body, HubHttp::Done done)
{
    HubHttp::Request request{.hub = m_hub, .path = "/sync/digests", .token = m_token, .type = "application/octet-stream"};
    request.body = body;
    request.post = true;
    request.most = kMostPageBytes;
    m_http.send(request, std::move(done));
}

// -- Older history
// ------------------------------------------------------------------------------------------------------------

void HubLink::fetch(wire::Fetch wanted, Promise<void> promise)
{
    if (!m_client.isConnected()) {
        promise.finish(failure(Error::Kind::Offline, "not connected"));
        return;
    }
    if (!m_client.hub().has(wire::feature::kFetch)) {
        promise.finish(failure(Error::Kind::Rejected, "the hub gives no older history"));
        return;
    }
    const std::int64_t request = m_nextFetch++;
    wanted.request = request;
    m_fetching.emplace(request, Fetching{promise, wanted});
    QTimer::singleShot(kFetchMs, this, [this, request] {
        if (const auto late = m_fetching.extract(request); !late.empty())
            late.mapped().promise.finish(failure(Error::Kind::TimedOut, "the hub did not answer in time"));
    });
    perform(m_client.send(std::move(wanted), now()));
}

void HubLink::onPage(const wire::Page &page)
{
    const auto asked = m_fetching.extract(page.request);
    if (asked.empty())
        return; // too late
    const Fetching fetching = asked.mapped();
    onStore([page, asked = fetching.asked](LocalStore &store) { return store.takeOlder(asked, page); },
            [fetching](Result<void> taken) { fetching.promise.finish(std::move(taken)); });
}

void HubLink::failFetches()
{
    const auto fetching = std::exchange(m_fetching, {});
    for (const auto &[request, one] : fetching)
        one.promise.finish(failure(Error::Kind::Offline, "the link broke"));
}

} // namespace tributary::client
