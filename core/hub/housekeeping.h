#pragma once

#include "core/hub/audit_chain.h"
#include "core/hub/hasher.h"
#include "core/hub/hub_store.h"
#include "core/hub/loop.h"
#include "core/hub/visitor_uploads.h"

#include <atomic>

namespace tributary::hub {

/// What a hub does by itself now and then: it signs out what nobody uses, forgets what is over, deletes files that nothing
/// names, and looks through its store. On the loop.
class Housekeeping {
public:
    Housekeeping(HubStore &store, Loop &loop);

    /// See ServeOptions.
    void start(std::chrono::hours logLife, Milliseconds firstCheckAfter);
    /// Nothing more is begun.
    void stop();
    /// Waits for what is in hand; for when it has stopped.
    void finish() { m_worker.reset(); }

    /// What the last look through the store found ...
    std::int64_t storeProblems() const { return m_problems; }
    /// ... and when that was, in milliseconds since 1970; 0: none yet.
    std::int64_t storeCheckedMs() const { return m_checkedMs; }

private:
    /// Signs out what nobody has used for long, once a day.
    void sweepSignIns();
    bool mayForgetLog() const;
    /// Forgets what the log has from before its horizon and uploads that no message has followed, hourly; then, once a day,
    /// the files that nothing names, and hourly what is left of the erased. Says where the audit log stands.
    void tidyUp();
    void tidyFiles();
    /// Looks through the store where it is time for that: asked every hour.
    void checkStore();

    HubStore &m_store;
    Loop &m_loop;
    std::unique_ptr<Hasher> m_worker;
    Loop::Timer m_sweepTimer;
    Loop::Timer m_tidyTimer;
    Loop::Timer m_checkTimer;
    std::chrono::hours m_logLife{};
    TimePoint m_startedAt; ///< By the wall, and by the steady clock: to see that the former was set.
    Milliseconds m_startedSteady{0};
    SweepTimes m_sweeps; ///< Of files that nothing names.
    AuditMark m_audit;   ///< Where the audit log stood when that was last said.
    std::atomic<std::int64_t> m_problems = 0;
    std::atomic<std::int64_t> m_checkedMs = 0;
    bool m_stopped = false;
};

} // namespace tributary::hub
