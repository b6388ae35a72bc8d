#pragma once

#include "core/base/executor.h"
#include "core/store/database.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace tributary::store {

/// A thread that reads: each job sees one moment of the database, in a read transaction that ends with it, so that the log
/// of the writer never waits long for its checkpoint.
class Reader {
public:
    explicit Reader(std::unique_ptr<Database> database);
    ~Reader(); ///< close()

    Reader(const Reader &) = delete;
    Reader &operator=(const Reader &) = delete;

    /// Runs `work(Database &) -> Result<T>`; `done(Result<T>)` is handed to @p reply. Jobs run in the order given.
    template<class Work, class Done>
    void read(Work work, Executor reply, Done done)
    {
        using R = std::invoke_result_t<Work, Database &>;
        struct State {
            Work work;
            Executor reply;
            Done done;
            std::optional<R> result;
        };
        auto state = std::make_shared<State>(State{std::move(work), std::move(reply), std::move(done), std::nullopt});
        post([state](Database *database) {
            if (database)
                state->result.emplace(inReadTransaction(*database, state->work));
            else
                state->result.emplace(failure(Error::Kind::Offline, "the store is closed"));
            answer(state->reply, std::move(state->done), std::move(*state->result));
        });
    }

    /// Runs @p work on the reader's thread and waits for its result. Not to be called from a job.
    template<class Work>
    auto readAndWait(Work work) -> std::invoke_result_t<Work, Database &>
    {
        using R = std::invoke_result_t<Work, Database &>;
        std::mutex mutex;
        std::condition_variable ready;
        std::optional<R> answer;
        read(
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

    /// Finishes what was accepted and ends the thread. Jobs given afterwards fail as Offline.
    void close();

    /// Hands @p done its result by @p reply, which then alone holds what `done` has captured: that is for the thread it came
    /// from to let go of.
    template<class Done, class R>
    static void answer(const Executor &reply, Done done, R result)
    {
        auto both = std::make_shared<std::pair<Done, R>>(std::move(done), std::move(result));
        reply([both = std::move(both)] { both->first(std::move(both->second)); });
    }

private:
    template<class Work>
    static auto inReadTransaction(Database &database, Work &work) -> std::invoke_result_t<Work, Database &>
    {
        TRIBUTARY_TRY(database.execute("BEGIN"));
        auto result = work(database);
        database.rollback(); // nothing was written: this only ends the view
        return result;
    }
    void post(std::function<void(Database *)> job);
    void loop();

    std::unique_ptr<Database> m_database;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<std::function<void(Database *)>> m_jobs;
    bool m_closing = false;
    std::thread m_thread;
};

} // namespace tributary::store
