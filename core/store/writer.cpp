#include "core/store/writer.h"

#include "core/base/log.h"

#include <sqlite3.h>

namespace tributary::store {
namespace {

constexpr std::size_t kGroup = 200;       ///< Jobs in one transaction at most (DESIGN 9).
constexpr int kCheckpointPages = 4000;    ///< About 16 MiB of log.
constexpr int kIdleCheckpointPages = 250; ///< Less, when there is nothing else to do.

void tellBroken(const Error &error, const std::function<void(Error)> &broken)
{
    log(LogLevel::Error, "tributary.store", "the database cannot be written any more", {{"error", error.detail}});
    if (broken)
        broken(error);
}

} // namespace

Writer::Writer(std::unique_ptr<Database> database, std::function<void(Error)> broken)
    : m_database(std::move(database))
    , m_broken(std::move(broken))
{
    sqlite3_wal_hook(
        m_database->handle(),
        [](void *self, sqlite3 *, const char *, int pages) {
            static_cast<Writer *>(self)->m_pagesInLog = pages;
            return SQLITE_OK;
        },
        this);
    m_thread = std::thread([this] { loop(); });
}

Writer::~Writer()
{
    close();
}

void Writer::setCommitted(std::function<void()> committed)
{
    const std::scoped_lock lock(m_mutex);
    m_committed = std::move(committed);
}

void Writer::post(Job job)
{
    {
        const std::scoped_lock lock(m_mutex);
        if (!m_closing) {
            m_jobs.push_back(std::move(job));
            m_wake.notify_one();
            return;
        }
    }
    const Error closed{Error::Kind::Offline, "the store is closed"};
    job.finish(&closed);
}

void Writer::close()
{
    {
        const std::scoped_lock lock(m_mutex);
        m_closing = true;
        m_wake.notify_one();
    }
    if (m_thread.joinable())
        m_thread.join();
}

void Writer::loop()
{
    for (;;) {
        std::deque<Job> group;
        {
            std::unique_lock lock(m_mutex);
            if (m_jobs.empty() && !m_closing) {
                lock.unlock();
                checkpointIfDue(false);
                lock.lock();
            }
            m_wake.wait(lock, [this] { return m_closing || !m_jobs.empty(); });
            if (m_jobs.empty())
                break; // closing, and everything accepted is done
            while (!m_jobs.empty() && group.size() < kGroup && (group.empty() || !m_jobs.front().isUpkeep)) {
                group.push_back(std::move(m_jobs.front()));
                m_jobs.pop_front();
                if (group.back().isUpkeep)
                    break;
            }
        }
        if (group.front().isUpkeep)
            keepUp(group.front());
        else
            runGroup(group);
    }
    checkpointIfDue(true);
}

void Writer::keepUp(Job &job)
{
    const std::optional<Error> before = m_brokenBy;
    if (!before) {
        (void)job.run(*m_database);
        if (m_database->isBroken()) {
            m_brokenBy = Error{Error::Kind::Failed, "database: an error of the disk in its upkeep"};
            tellBroken(*m_brokenBy, m_broken);
        }
    }
    job.finish(before ? &*before : nullptr); // the one that met it has its own answer
}

void Writer::runGroup(std::deque<Job> &group)
{
    std::optional<Error> error = m_brokenBy;
    if (!error) {
        if (const auto begun = m_database->begin(); !begun)
            error = begun.error();
    }
    if (!error) {
        for (Job &job : group) {
            bool good = false;
            std::optional<Error> reason;
            const auto run = [&]() -> Result<void> {
                Result<void> done = job.run(*m_database);
                good = done.has_value();
                if (!done)
                    reason = done.error();
                return done;
            };
            // A savepoint copies every page that is changed behind it. One that has the transaction to itself needs none.
            const bool isAlone = group.size() == 1;
            const Result<void> part = isAlone ? run() : m_database->inSavepoint(run);
            if (!part && (isAlone || good || !m_database->inTransaction() || m_database->isBroken())) {
                error = reason ? *reason : part.error(); // SQLite gave up on the whole transaction (disk full, I/O error):
                                                         // all share the reason
                break;
            }
        }
        if (!error) {
            if (const auto committed = m_database->commit(); !committed)
                error = committed.error();
        }
        m_database->rollback();
    }
    if (error && m_database->isBroken() && !m_brokenBy) {
        m_brokenBy = error;
        tellBroken(*error, m_broken);
    }
    if (!error) {
        std::function<void()> committed;
        {
            const std::scoped_lock lock(m_mutex);
            committed = m_committed;
        }
        if (committed)
            committed();
    }
    for (Job &job : group)
        job.finish(error ? &*error : nullptr);
    if (m_pagesInLog > kCheckpointPages)
        checkpointIfDue(false);
}

void Writer::checkpointIfDue(bool atEnd)
{
    if (m_brokenBy || (!atEnd && m_pagesInLog < kIdleCheckpointPages))
        return;
    if (const auto done = m_database->checkpoint(atEnd); !done)
        log(LogLevel::Warning, "tributary.store", "checkpoint failed", {{"error", done.error().detail}});
    m_pagesInLog = 0;
}

} // namespace tributary::store
