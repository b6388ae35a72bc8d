#pragma once

#include "core/base/executor.h"
#include "core/base/result.h"

#include <QFuture>
#include <QMetaObject>
#include <QPromise>

#include <atomic>
#include <memory>

namespace tributary::client {

/// The writing end of a QFuture<Result<T>>. Copies share one future, which is finished exactly once: with the first answer,
/// or as Offline when the last copy goes away without one. Callable from any thread.
template<class T>
class Promise {
public:
    Promise()
        : m_state(std::make_shared<State>())
    {
        m_state->promise.start();
    }

    QFuture<Result<T>> future() const { return m_state->promise.future(); }
    void finish(Result<T> result) const { m_state->finish(std::move(result)); }

private:
    struct State {
        QPromise<Result<T>> promise;
        std::atomic_flag finished;

        void finish(Result<T> result)
        {
            if (finished.test_and_set())
                return;
            promise.addResult(std::move(result));
            promise.finish();
        }
        ~State() { finish(failure(Error::Kind::Offline, "the workspace was closed")); }
    };
    std::shared_ptr<State> m_state;
};

/// A future that is finished already.
template<class T>
QFuture<Result<T>> ready(Result<T> result)
{
    Promise<T> promise;
    promise.finish(std::move(result));
    return promise.future();
}

/// Runs what it is given on the thread of @p object, which must outlive all that is handed over.
inline Executor executorOf(QObject *object)
{
    return
        [object](std::function<void()> call) { QMetaObject::invokeMethod(object, std::move(call), Qt::QueuedConnection); };
}

} // namespace tributary::client
