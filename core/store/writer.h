#pragma once

#include "core/base/executor.h"
#include "core/store/database.h"
#include "core/store/reader.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace tributary::store {

/// The one thread that writes to a database, and that does its checkpoints.
///
/// Jobs run in the order they were given. Those that wait together share one transaction and one fsync (group commit), each
/// in a savepoint of its own: one that fails takes nothing of the others with it. `done` is called only after the commit, so
/// what it acknowledges is durable; if the commit fails, every job of the group gets that error.
class Writer {
public:
    /// @p broken is called once, on the writer's thread, when the file cannot be written any more (DESIGN 9): from then on
    /// every job fails with that error.
    explicit Writer(std::unique_ptr<Database> database, std::function<void(Error)> broken = {});
    ~Writer(); ///< close()

    Writer(const Writer &) = delete;
    Writer &operator=(const Writer &) = delete;

    /// Runs `work(Database &) -> Result<T>` in a transaction: committed on a value, undone on an Error.
    /// `done(Result<T>)` is handed to @p reply.
    template<class Work, class Done>
    void write(Work work, Executor reply, Done done)
    {
        using R = std::invoke_result_t<Work, Database &>;
        struct State {
            Work work;
            Executor reply;
            Done done;
            std::optional<R> result;
        };
        auto state = std::make_shared<State>(State{std::move(work), std::move(reply), std::move(done), std::nullopt});
        Job job;
        job.run = [state](Database &database) -> Result<void> {
            state->result.emplace(state->work(database));
            return *state->result ? Result<void>() : failure(state->result->error());
        };
        job.finish = [state](const Error *error) {
            if (error)
                state->result.emplace(failure(*error));
            Reader::answer(state->reply, std::move(state->done), std::move(*state->result));
        };
        post(std::move(job));
    }

    /// Runs @p work on the writer's thread and waits for its result. Not to be called from a job.
    template<class Work>
    auto writeAndWait(Work work) -> std::invoke_result_t<Work, Database &>
    {
        using R = std::invoke_result_t<Work, Database &>;
        std::mutex mutex;
        std::condition_variable ready;
        std::optional<R> answer;
        write(
            std::move(work), [](std::function<void()> call) { call(); },
            [&](R result) {
                const std::scoped_lock lock(mutex);
                answer.emplace(std::move(result));
                ready.notify_one();
            });
        std::unique_lock lock(mutex);
        ready.wait(lock, [&] { return answer.has_value(); });
        return std::move(*answer);
    }

    /// Runs `work(Database &) -> Result<T>` between two transactions, on the writer's thread, and waits for its result: for
    /// the upkeep of the file. Not to be called from a job.
    template<class Work>
    auto keepUpAndWait(Work work) -> std::invoke_result_t<Work, Database &>
    {
        using R = std::invoke_result_t<Work, Database &>;
        std::mutex mutex;
        std::condition_variable ready;
        std::optional<R> answer;
        const auto say = [&](R result) {
            const std::scoped_lock lock(mutex);
            answer.emplace(std::move(result));
            ready.notify_one();
        };
        std::optional<R> done;
        Job job;
        job.isUpkeep = true;
        job.run = [&](Database &database) -> Result<void> {
            done.emplace(work(database));
            return {};
        };
        job.finish = [&](const Error *error) { say(error ? R(failure(*error)) : std::move(*done)); };
        post(std::move(job));
        std::unique_lock lock(mutex);
        ready.wait(lock, [&] { return answer.has_value(); });
        return std::move(*answer);
    }

    /// Finishes what was accepted, moves the log into the file, and ends the thread. Jobs given afterwards fail as Offline.
    void close();

    /// Called on the writer's thread after each commit, before the jobs' `done`s.
    void setCommitted(std::function<void()> committed);

private:
    struct Job {
        std::function<Result<void>(Database &)> run;
        std::function<void(const Error *)> finish;
        bool isUpkeep = false; ///< Runs outside a transaction.
    };
    void post(Job job);
    void loop();
    void runGroup(std::deque<Job> &group);
    void keepUp(Job &job);
    void checkpointIfDue(bool atEnd);

    std::unique_ptr<Database> m_database;
    std::function<void(Error)> m_broken;
    std::function<void()> m_committed;
    std::optional<Error> m_brokenBy;
    int m_pagesInLog = 0;

    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    bool m_closing = false;
    std::thread m_thread;
};

} // namespace tributary::store
