#pragma once

#include "core/base/result.h"

#include <QFutureWatcher>

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

} // namespace tributary::ui
