#pragma once

#include "core/client/workspace.h"

#include <functional>

namespace tributary::ui {

class Toasts;

/// Says in a toast what an undo left alone because somebody has changed it since; nothing if there is nothing to say.
QString overtakenWords(const client::Undone &undone);

/// "The message to Layla is not sent.": of a text that was thrown away, which @p discard gives back.
QString discardedWords(const client::UndoStep &discard, const QString &name);

/// Says what has become of the undo that a toast offered: nothing where it was done, else why it was not.
void sayWhatWasUndone(QFuture<Result<client::Undone>> undone, Toasts &toasts, QObject *context);

/// Says @p words in a toast that offers to take @p step back for as long as that can be done: the toast goes as soon as Z,
/// or anything else, takes the step out of the history. @p then gets what becomes of it; nothing: sayWhatWasUndone().
void offerUndo(const QString &words, const client::UndoStep &step, client::Workspace &workspace, Toasts &toasts,
               QObject *context, std::function<void(QFuture<Result<client::Undone>>)> then = {}, int milliseconds = 10'000);

} // namespace tributary::ui
