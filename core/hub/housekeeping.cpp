#include "core/hub/housekeeping.h"

#include "core/base/log.h"
#include "core/hub/delivery_queue.h"
#include "core/hub/devices.h"
#include "core/hub/erased_remains.h"
#include "core/hub/exchange/self_check.h"
#include "core/hub/idle_visitors.h"
#include "core/hub/log_horizon.h"

namespace tributary::hub {
namespace {

constexpr std::chrono::hours kSweepEvery{24}, kFirstSweep{1};
constexpr std::chrono::hours kTidyEvery{1};
constexpr Milliseconds kTidyPause{50};
constexpr std::chrono::hours kCheckEvery{1}; ///< Whether it is time is asked.

} // namespace

Housekeeping::Housekeeping(HubStore &store, Loop &loop)
    : m_store(store)
    , m_loop(loop)
    , m_worker(std::make_unique<Hasher>())
    , m_sweepTimer(loop)
    , m_tidyTimer(loop)
    , m_checkTimer(loop)
{
}

void Housekeeping::start(std::chrono::hours logLife, Milliseconds firstCheckAfter)
{
    m_logLife = logLife;
    m_startedAt = m_store.clock().now();
    m_startedSteady = m_store.clock().steady();
    // Not at once: a hub that was away for long lets its desktops come first, however often it is started.
    m_sweepTimer.start(kFirstSweep, [this] { sweepSignIns(); });
    tidyUp();
    m_checkTimer.start(firstCheckAfter, [this] { checkStore(); });
}

void Housekeeping::stop()
{
    m_stopped = true;
    m_sweepTimer.cancel();
    m_tidyTimer.cancel();
    m_checkTimer.cancel();
}

void Housekeeping::sweepSignIns()
{
    m_store.writer().write(
        [now = m_store.clock().now()](store::Database &database) { return hub::sweepSignIns(database, now); },
        m_loop.executor(),
        [this](const Result<void> &done) {
            if (m_stopped)
                return;
            if (!done)
                log(LogLevel::Warning, "tributary.hub", "unused sign-ins cannot be looked for",
                    {{"error", done.error().detail}});
            m_sweepTimer.start(kSweepEvery, [this] { sweepSignIns(); }); // links are ended by SyncSockets
        });
}

/// What is forgotten is gone for good, so nothing by a clock that has been set since the start, and nothing in the first
/// hours, in which desktops come back to a hub that was away.
bool Housekeeping::mayForgetLog() const
{
    constexpr std::chrono::hours kSettling{6};
    constexpr std::chrono::hours kDrift{1};
    const Milliseconds runs = m_store.clock().steady() - m_startedSteady;
    const Milliseconds drift = m_store.clock().now() - m_startedAt - runs;
    return runs >= kSettling && drift < kDrift;
}

void Housekeeping::tidyUp()
{
    struct Gone {
        std::int64_t changes = 0, uploads = 0, news = 0, visitors = 0;
        AuditMark audit;
    };
    m_store.writer().write(
        [now = m_store.clock().now(), life = m_logLife,
         forgets = mayForgetLog()](store::Database &database) -> Result<Gone> {
            Gone gone;
            TRIBUTARY_TRY(markLog(database, now));
            if (forgets) {
                TRIBUTARY_TRY_ASSIGN(gone.changes, forgetLog(database, now - life));
            }
            TRIBUTARY_TRY_ASSIGN(gone.uploads, forgetUploads(database, now - kUploadLife));
            TRIBUTARY_TRY_ASSIGN(gone.news, forgetParked(database, now - kParkedLife));
            if (forgets) {
                TRIBUTARY_TRY_ASSIGN(const std::int64_t ofAgents, forgetAgentUploads(database, now - kIdleLife));
                gone.uploads += ofAgents;
                TRIBUTARY_TRY_ASSIGN(gone.visitors, forgetIdleVisitors(database, now - kIdleVisitorLife));
            }
            TRIBUTARY_TRY_ASSIGN(gone.audit, auditMark(database));
            return gone;
        },
        m_loop.executor(),
        [this](const Result<Gone> &gone) {
            if (m_stopped)
                return;
            if (gone
                && (gone->changes > 0 || gone->uploads > 0 || gone->news > 0
                    || gone->visitors > 0)) { // others write in between
                log(LogLevel::Info, "tributary.hub", "what is over was forgotten",
                    {{"log", gone->changes},
                     {"uploads", gone->uploads},
                     {"news", gone->news},
                     {"visitors", gone->visitors}});
                if (gone->uploads > 0)
                    m_sweeps.forgotten();
                m_tidyTimer.start(kTidyPause, [this] { tidyUp(); });
                return;
            }
            if (!gone)
                log(LogLevel::Warning, "tributary.hub", "what is over cannot be forgotten",
                    {{"error", gone.error().detail}});
            else if (gone->audit != std::exchange(m_audit, gone->audit))
                log(LogLevel::Info, "tributary.hub", "where the audit log stands", {{"mark", gone->audit.text()}});
            tidyFiles();
            m_tidyTimer.start(kTidyEvery, [this] { tidyUp(); });
        });
}

void Housekeeping::tidyFiles()
{
    m_worker->post([this] {
        if (const auto done = finishErasures(m_store); !done && !m_store.endsLongReads())
            log(LogLevel::Warning, "tributary.hub", "something of who was erased is on the disk yet: it is tried again",
                {{"error", done.error().detail}});
    });
    if (!m_sweeps.isDue(m_store.clock().steady()))
        return;
    m_worker->post([this] {
        const auto gone = sweepBlobs(m_store, kUploadLife);
        if (!gone)
            log(LogLevel::Warning, "tributary.hub", "files that nothing names cannot be looked for",
                {{"error", gone.error().detail}});
        else if (*gone > 0)
            log(LogLevel::Info, "tributary.hub", "files that nothing names were deleted", {{"files", std::int64_t(*gone)}});
    });
}

void Housekeeping::checkStore()
{
    m_checkTimer.start(kCheckEvery, [this] { checkStore(); });
    m_worker->post([this] {
        const TimePoint now = m_store.clock().now();
        auto last = m_store.reader().readAndWait(&exchange::lastSelfCheck);
        if (last && (!*last || exchange::isSelfCheckDue(**last, now, exchange::localHour(now)))) {
            const auto done = exchange::checkByItself(m_store);
            last = done ? Result<std::optional<exchange::SelfCheck>>(*done) : failure(done.error());
        }
        if (!last) {
            if (!m_store.endsLongReads())
                log(LogLevel::Warning, "tributary.hub", "the store cannot be looked through",
                    {{"error", last.error().detail}});
            return;
        }
        m_problems = (*last)->problems;
        m_checkedMs = toMs((*last)->at);
    });
}

} // namespace tributary::hub
