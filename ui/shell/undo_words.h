#pragma once

#include "core/client/workspace.h"

namespace tributary::ui {

class Toasts;

/// Says in a toast what an undo left alone because somebody has changed it since; nothing if there is nothing to say.
QString overtakenWords(const client::Undone &undone);

/// Says what has become of the undo that a toast offered: nothing where it was done, else why it was not.
void sayWhatWasUndone(QFuture<Result<client::Undone>> undone, Toasts &toasts, QObject *context);

} // namespace tributary::ui
