#pragma once

#include "core/client/async.h"
#include "core/client/work_thread.h"
#include "core/store/database.h"

#include <atomic>
#include <filesystem>
#include <map>

namespace tributary::client {

/// A read-only connection to the cache on a thread of its own. It is opened at the first question and after each reset().
class ReadThread {
public:
    /// @p which says which file is at @p path now: LocalStore::replaced(). @p damaged is called on the thread, with what
    /// that was before it was opened, when the file turns out to be broken.
    ReadThread(std::filesystem::path path, std::function<int()> which, std::function<void(int)> damaged)
        : m_path(std::move(path))
        , m_which(std::move(which))
        , m_damaged(std::move(damaged))
    {
    }

    template<class T>
    QFuture<Result<T>> read(std::function<Result<T>(store::Database &)> work)
    {
        const Promise<T> promise;
        read(promise, std::move(work));
        return promise.future();
    }
    template<class T>
    void read(const Promise<T> &promise, std::function<Result<T>(store::Database &)> work)
    {
        m_thread.post([this, promise, work = std::move(work)] { promise.finish(run<T>(work)); });
    }

    /// As read(), but of the questions of one @p kind only the newest is answered: others end with Conflict, also one that
    /// runs.
    template<class T>
    QFuture<Result<T>> readNewest(int kind, std::function<Result<T>(store::Database &)> work)
    {
        const Promise<T> promise;
        const std::uint64_t turn = beginKind(kind);
        m_thread.post([this, promise, kind, turn, work = std::move(work)] {
            const auto outdated = failure(Error::Kind::Conflict, "there is a newer question");
            if (!enterKind(kind, turn))
                return promise.finish(outdated);
            auto answer = run<T>(work);
            promise.finish(leaveKind(kind, turn) ? std::move(answer) : Result<T>(outdated));
        });
        return promise.future();
    }

    /// The file is another one now.
    void reset()
    {
        m_thread.post([this] {
            const std::scoped_lock lock(m_mutex);
            m_database.reset();
        });
    }
    void close();

private:
    template<class T>
    Result<T> run(const std::function<Result<T>(store::Database &)> &work)
    {
        if (const auto opened = open(); !opened) {
            if (opened.error().kind == Error::Kind::Corrupt)
                broken();
            return failure(opened.error());
        }
        Result<T> answer = work(*m_database);
        if (!answer && m_database->isBroken())
            broken();
        return answer;
    }
    Result<void> open();
    void broken();
    std::uint64_t beginKind(int kind);
    bool enterKind(int kind, std::uint64_t turn);
    bool leaveKind(int kind, std::uint64_t turn);

    std::filesystem::path m_path;
    std::function<int()> m_which;
    std::function<void(int)> m_damaged;
    int m_opened = 0; ///< Which one is open.
    std::mutex m_mutex;
    std::unique_ptr<store::Database> m_database; ///< Used on the thread; interrupted under the mutex.
    std::map<int, std::uint64_t> m_newest;
    std::optional<int> m_running; ///< The kind of question that runs now.
    WorkThread m_thread;          ///< Last: it ends first.
};

} // namespace tributary::client
