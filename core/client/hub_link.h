#pragma once

#include "core/base/rng.h"
#include "core/client/async.h"
#include "core/client/comparer.h"
#include "core/client/hub_http.h"
#include "core/client/local_store.h"
#include "core/client/sleep_watch.h"
#include "core/client/work_thread.h"
#include "core/engine/sync_client.h"

#include <QObject>
#include <QTimer>
#include <QWebSocket>

#include <map>

namespace tributary::client {

/// The engine's hands: a socket, a timer, HTTP, and the store's thread. Lives on a thread of its own, so that nothing is
/// decoded in the window's; its functions are called there (executorOf()).
class HubLink : public QObject {
    Q_OBJECT
public:
    /// @p store is used on @p storeThread alone; both outlive this.
    HubLink(LocalStore &store, WorkThread &storeThread);
    ~HubLink() override = default; ///< After stop().

    void start(const QUrl &hub);
    void stop();
    void tryNow();
    /// The cache is another one now.
    void restart();
    /// In order of n; call it on the store's thread's behalf right after they were written.
    void commandsAdded(std::vector<model::Command> commands);
    /// Finished when the answer is in the copy. Offline without a link; TimedOut after 20 s.
    void fetch(wire::Fetch wanted, Promise<void> promise);
    void sendPresence(wire::Presence presence);
    /// The hub has this file, or never will.
    void fileArrived(model::AttachmentId file);
    /// It was asked for in @p session, and is not at the hub yet.
    void fileFailed(model::AttachmentId file, std::int64_t session, Milliseconds atLeast);
    HubHttp &http() { return m_http; }
    /// From now on; an empty fingerprint takes the pin away (HubTrust::setPin()).
    void setPin(const QUrl &hub, const std::string &fingerprint);
    Comparer &comparer() { return m_comparer; }

signals:
    /// The hub was not believed: it heard nothing. statusChanged() follows.
    void certificateRefused(const tributary::client::CertificateProblem &problem);
    void statusChanged(const tributary::engine::SyncStatus &status, std::optional<tributary::TimePoint> retryAt);
    void presenceHeard(const tributary::wire::Presence &presence);
    /// A command waits until this file is at the hub: fileArrived() or fileFailed().
    void fileWanted(const tributary::model::Attachment &file, std::int64_t session);

private:
    void begin();
    void perform(engine::Effects effects);
    void openSocket();
    void dropSocket();
    void onConnected();
    bool answeredLikeAStranger() const;
    void storeStep(engine::StoreStep step);
    void loadCommands(std::int64_t after);
    void lookForSleep();
    void askPage(const std::string &token, const std::optional<wire::Seam> &seam);
    void askDigests(const QByteArray &body, HubHttp::Done done);
    void onPage(const wire::Page &page);
    void failFetches();
    Milliseconds now() const { return m_clock.steady(); }
    /// Runs @p work on the store's thread and @p done with its result here.
    template<class Work, class Done>
    void onStore(Work work, Done done)
    {
        m_storeThread.post(
            [this, work = std::move(work), done = std::move(done)]() mutable {
                auto result = std::make_shared<std::invoke_result_t<Work, LocalStore &>>(work(m_store));
                executorOf(this)([done = std::move(done), result]() mutable { done(std::move(*result)); });
            },
            WorkThread::Urgency::Hub);
    }

    struct Fetching {
        Promise<void> promise;
        wire::Fetch asked;
    };

    LocalStore &m_store;
    WorkThread &m_storeThread;
    SystemClock m_clock;
    SystemRng m_rng;
    engine::SyncClient m_client{m_rng};
    HubTrust m_trust;
    HubHttp m_http;
    Comparer m_comparer;
    QTimer m_timer;
    QTimer m_sleepTimer;
    SleepWatch m_sleep;
    QWebSocket *m_socket = nullptr;
    QUrl m_hub;
    std::string m_token;
    quint64 m_page = 0; ///< The request for a page under way.
    std::map<std::int64_t, Fetching> m_fetching;
    std::int64_t m_nextFetch = 1;
    /// Steps of the session in which one failed are not carried out (store's thread).
    std::int64_t m_session = 0;
    std::int64_t m_failedSession = -1;
    bool m_running = false;
    bool m_connected = false; ///< As the store was last told.
};

} // namespace tributary::client
