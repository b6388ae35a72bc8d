#pragma once

#include "core/base/result.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QFutureWatcher>
#include <QTimer>

namespace tributary::ui {

/// Calls @p done with the result in the window's thread, and never when @p context is gone by then (QFuture::then() with a
/// context crashes in that case in Qt 6.4).
template<class T, class Done>
void whenDone(QFuture<Result<T>> future, QObject *context, Done done)
{
    auto *watcher = new QFutureWatcher<Result<T>>(context);
    QObject::connect(watcher, &QFutureWatcherBase::finished, context, [watcher, done = std::move(done)]() mutable {
        watcher->deleteLater();
        if (watcher->future().resultCount() > 0)
            done(watcher->result());
    });
    watcher->setFuture(std::move(future));
}

/// Goes on with what comes, but for what a person does, until @p isDone() or so many milliseconds are over. For the end of
/// the program, which comes before what it has begun to keep is kept.
template<class IsDone>
void waitUntil(QObject *context, int milliseconds, IsDone isDone)
{
    const QDeadlineTimer until(milliseconds);
    QTimer::singleShot(milliseconds, context, [] {}); // wakes the wait
    while (!isDone() && !until.hasExpired())
        QCoreApplication::processEvents(QEventLoop::ExcludeUserInputEvents | QEventLoop::WaitForMoreEvents);
}

} // namespace tributary::ui
