#include "core/client/comparer.h"

#include "core/base/log.h"

#include <QRandomGenerator>

#include <algorithm>

namespace tributary::client {
namespace {

using namespace std::chrono_literals;

constexpr Milliseconds kFirst = 2min; ///< After the copy is live.
constexpr Milliseconds kFirstOfDoubtful = 20s;
constexpr Milliseconds kEvery = 1h;
constexpr Milliseconds kQuiet = 10s;  ///< Without news, before the hub is asked.
constexpr Milliseconds kAgain = 1min; ///< After a repair, or when the hub has no time.
constexpr Milliseconds kAfterManyTries = 10min;
constexpr int kManyTries = 6;

/// Not all desktops of a shop at once.
Milliseconds about(Milliseconds time)
{
    return time + Milliseconds(QRandomGenerator::global()->bounded(qint64(1 + time.count() / 5)));
}

} // namespace

Comparer::Comparer(LocalStore &store, WorkThread &storeThread, Ask ask, QObject *parent)
    : QObject(parent)
    , m_store(store)
    , m_storeThread(storeThread)
    , m_ask(std::move(ask))
    , m_timer(this)
{
    m_timer.setSingleShot(true);
    connect(&m_timer, &QTimer::timeout, this, &Comparer::due);
}

Comparer::~Comparer()
{
    stop();
}

void Comparer::setLive(bool live)
{
    if (std::exchange(m_live, live) == live)
        return;
    if (!live) {
        m_timer.stop();
        giveUp();
        return;
    }
    Milliseconds after = m_hurry ? kFirstOfDoubtful : about(kFirst);
    if (m_doneAt)
        after = std::max(after, *m_doneAt + kEvery - m_clock.steady());
    schedule(after);
}

void Comparer::noteChange(const wire::Changes &changes)
{
    if (changes.rows.empty() && changes.removals.empty())
        return;
    m_changedAt = m_clock.steady();
    const auto isAgent = [](const model::Entity &row) { return std::holds_alternative<model::Agent>(row); };
    if (m_waiting && std::ranges::any_of(changes.rows, isAgent)) {
        giveUp();
        schedule(about(kQuiet));
    }
}

void Comparer::compareNow(Promise<CopyCheck> promise)
{
    if (!m_live)
        return promise.finish(failure(Error::Kind::Offline, "the copy is not live"));
    m_promises.push_back(std::move(promise));
    m_tries = 0;
    if (!m_waiting)
        begin();
}

void Comparer::stop()
{
    m_live = false;
    m_timer.stop();
    giveUp();
    m_thread.reset();
}

/// The comparing thread finds nobody to talk to, and ends what it does.
void Comparer::giveUp()
{
    if (m_waiting) {
        const std::scoped_lock lock(m_waiting->mutex);
        m_waiting->givenUp = true;
        if (m_waiting->copy)
            m_waiting->copy->interrupt();
        m_waiting->wake.notify_all();
    }
    m_waiting.reset();
    for (const Promise<CopyCheck> &promise : std::exchange(m_promises, {}))
        promise.finish(failure(Error::Kind::Offline, "the link was closed"));
}

void Comparer::schedule(Milliseconds after)
{
    m_timer.start(after);
}

void Comparer::due()
{
    if (m_waiting || !m_live)
        return;
    if (m_promises.empty() && m_clock.steady() < m_changedAt + kQuiet)
        return schedule(kQuiet);
    begin();
}

void Comparer::begin()
{
    if (!m_thread)
        m_thread = std::make_unique<WorkThread>();
    m_timer.stop();
    m_waiting = std::make_shared<Waiting>();
    m_thread->post([this, waiting = m_waiting] {
        auto result = std::make_shared<Result<Compared>>(run(waiting));
        executorOf(this)([this, waiting, result] {
            if (waiting == m_waiting)
                ended(*result);
        });
    });
}

void Comparer::ended(const Result<Compared> &result)
{
    using Outcome = Compared::Outcome;
    m_waiting.reset();
    const bool done = result && (result->outcome == Outcome::Alike || result->outcome == Outcome::Repaired);
    const bool moving = result && result->outcome == Outcome::NotLevel;
    m_tries = moving ? m_tries + 1 : 0;
    if (moving && !m_promises.empty() && m_tries < kManyTries)
        return schedule(kQuiet / 50); // somebody waits for it
    if (done) {
        m_hurry = false;
        m_doneAt = m_clock.steady();
        ++m_check.compared;
        m_check.repaired += result->repaired;
        m_check.removed += result->removed;
        m_check.lastAt = m_clock.now();
        schedule(result->outcome == Outcome::Repaired ? about(kAgain) : about(kEvery));
        emit compared(m_check);
    } else if (moving) {
        schedule(m_tries < kManyTries ? about(kQuiet) : about(kAfterManyTries));
    } else if (result || result.error().kind == Error::Kind::Offline || result.error().kind == Error::Kind::TimedOut) {
        schedule(about(kAgain));
    } else {
        log(LogLevel::Warning, "tributary.client", "the copy could not be compared with the hub",
            {{"kind", name(result.error().kind)}, {"error", result.error().detail}});
        schedule(about(kEvery));
    }
    for (const Promise<CopyCheck> &promise : std::exchange(m_promises, {})) {
        if (done)
            promise.finish(m_check);
        else
            promise.finish(failure(result ? Error{Error::Kind::Offline, "the copy does not stand still"} : result.error()));
    }
}

// -- On the comparing thread
// --------------------------------------------------------------------------------------------------

Result<Compared> Comparer::run(const std::shared_ptr<Waiting> &waiting)
{
    const int which = m_store.replaced();
    TRIBUTARY_TRY_ASSIGN(const auto copy,
                         store::Database::open(m_store.cachePath().string(), {.mode = store::Database::Mode::ReadOnly}));
    /// Where it can be interrupted.
    struct Shown {
        Shown(Waiting &in, store::Database *copy)
            : waiting(in)
        {
            show(copy);
        }
        ~Shown() { show(nullptr); }
        void show(store::Database *copy)
        {
            const std::scoped_lock lock(waiting.mutex);
            waiting.copy = copy;
        }
        Waiting &waiting;
    } const shown(*waiting, copy.get());
    const CompareDoors doors{
        [&](const wire::DigestRequest &request) { return askHub(waiting, request); },
        [&](const store::Repair &found) { return repair(waiting, found); },
        [&] {
            const std::scoped_lock lock(waiting->mutex);
            return !waiting->givenUp;
        },
    };
    auto compared = compareCopy(*copy, doors, m_next);
    if (!compared && copy->isBroken()) {
        const std::string why = "a comparison found it damaged: " + compared.error().detail;
        m_storeThread.post([this, why, which] { m_store.replaceCache(why, which); }, WorkThread::Urgency::Hub);
    }
    return compared;
}

template<class T>
Result<T> Comparer::wait(Waiting &waiting, const std::shared_ptr<std::optional<Result<T>>> &answer)
{
    std::unique_lock lock(waiting.mutex);
    waiting.wake.wait(lock, [&] { return waiting.givenUp || answer->has_value(); });
    if (!answer->has_value())
        return failure(Error::Kind::Offline, "given up");
    return std::move(**answer);
}

template<class T>
void Comparer::tell(Waiting &waiting, std::optional<Result<T>> &answer, Result<T> result)
{
    const std::scoped_lock lock(waiting.mutex);
    answer.emplace(std::move(result));
    waiting.wake.notify_all();
}

Result<wire::DigestAnswer> Comparer::askHub(const std::shared_ptr<Waiting> &waiting, const wire::DigestRequest &request)
{
    const Bytes bytes = wire::pack(request);
    const QByteArray body(reinterpret_cast<const char *>(bytes.data()), qsizetype(bytes.size()));
    const auto answer = std::make_shared<std::optional<Result<HubHttp::Answer>>>();
    executorOf(this)([this, waiting, answer, body] {
        if (waiting != m_waiting)
            return; // given up meanwhile
        m_ask(body, [waiting, answer](Result<HubHttp::Answer> said) { tell(*waiting, *answer, std::move(said)); });
    });
    TRIBUTARY_TRY_ASSIGN(const HubHttp::Answer said, wait(*waiting, answer));
    if (said.status != 200)
        return failure(HubHttp::kindOf(said.status), "the hub answers " + std::to_string(said.status));
    return wire::unpackDigestAnswer(std::as_bytes(std::span(said.body.constData(), std::size_t(said.body.size()))));
}

Result<void> Comparer::repair(const std::shared_ptr<Waiting> &waiting, const store::Repair &found)
{
    const auto answer = std::make_shared<std::optional<Result<void>>>();
    m_storeThread.post([this, waiting, answer, found] { tell(*waiting, *answer, m_store.repair(found)); },
                       WorkThread::Urgency::Hub);
    return wait(*waiting, answer);
}

} // namespace tributary::client
