#pragma once

#include "core/client/async.h"
#include "core/client/compare_copy.h"
#include "core/client/hub_http.h"
#include "core/client/local_store.h"
#include "core/client/work_thread.h"

#include <QObject>
#include <QTimer>

#include <condition_variable>
#include <mutex>

namespace tributary::client {

/// Compares the copy with the hub when there is nothing else to do: soon after it is live, then each hour. Lives on the
/// link's thread; what takes time happens on one of its own.
class Comparer : public QObject {
    Q_OBJECT
public:
    /// Sends a question to the hub; the answer comes on this object's thread.
    using Ask = std::function<void(QByteArray body, HubHttp::Done done)>;

    Comparer(LocalStore &store, WorkThread &storeThread, Ask ask, QObject *parent);
    ~Comparer() override; ///< stop()

    /// The last end was no clean one: compare as soon as may be.
    void hurry() { m_hurry = true; }
    /// The copy is at the hub's head, and the hub can compare.
    void setLive(bool live);
    /// The hub has said something new: wait until it is quiet. Where rights may have changed, what reads the copy just now
    /// ends, so that what goes is rewritten at once.
    void noteChange(const wire::Changes &changes);
    /// Now. Offline: it cannot be done, or the copy would not stand still.
    void compareNow(Promise<CopyCheck> promise);
    void stop();

signals:
    void compared(const tributary::client::CopyCheck &check);

private:
    /// What the comparing thread waits for; nothing comes any more once it is given up.
    struct Waiting {
        std::mutex mutex;
        std::condition_variable wake;
        store::Database *copy = nullptr; ///< What it reads just now.
        bool givenUp = false;
    };

    void schedule(Milliseconds after);
    void due();
    void begin();
    Result<Compared> run(const std::shared_ptr<Waiting> &waiting);
    Result<wire::DigestAnswer> askHub(const std::shared_ptr<Waiting> &waiting, const wire::DigestRequest &request);
    Result<void> repair(const std::shared_ptr<Waiting> &waiting, const store::Repair &repair);
    void ended(const Result<Compared> &result);
    void giveUp();
    template<class T>
    static Result<T> wait(Waiting &waiting, const std::shared_ptr<std::optional<Result<T>>> &answer);
    template<class T>
    static void tell(Waiting &waiting, std::optional<Result<T>> &answer, Result<T> result);

    LocalStore &m_store;
    WorkThread &m_storeThread;
    Ask m_ask;
    SystemClock m_clock;
    QTimer m_timer;
    std::unique_ptr<WorkThread> m_thread; ///< Made with the first comparison.
    std::shared_ptr<Waiting> m_waiting;   ///< Of the comparison under way.
    model::CustomerId m_next;             ///< Comparing thread: where older history goes on.
    CopyCheck m_check;
    std::vector<Promise<CopyCheck>> m_promises;
    std::optional<Milliseconds> m_doneAt; ///< By Clock::steady().
    Milliseconds m_changedAt{0};
    int m_tries = 0; ///< In a row that found the two at different places.
    bool m_live = false;
    bool m_hurry = false;
};

} // namespace tributary::client
