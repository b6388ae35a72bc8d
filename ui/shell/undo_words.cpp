#include "ui/shell/undo_words.h"

#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

#include <QCoreApplication>
#include <algorithm>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::Undo)
};

} // namespace

QString overtakenWords(const client::Undone &undone)
{
    if (undone.overtaken.empty())
        return {};
    const int left = int(undone.overtaken.size());
    const bool sent = std::holds_alternative<model::SendMessage>(undone.overtaken.front());
    if (sent)
        return Words::tr("Too late: this has been sent already");
    if (left == int(undone.step.forward.size()))
        return Words::tr("Not undone: it has been changed since");
    return Words::tr("Undone but for %n, changed since", nullptr, left);
}

QString discardedWords(const client::UndoStep &discard, const QString &name)
{
    const bool isNote = std::holds_alternative<model::AddNote>(discard.forward.front());
    return isNote ? Words::tr("The note on %1 is not kept.").arg(name)
                  : Words::tr("The message to %1 is not sent.").arg(name);
}

void sayWhatWasUndone(QFuture<Result<client::Undone>> undone, Toasts &toasts, QObject *context)
{
    whenDone(std::move(undone), context, [&toasts](const Result<client::Undone> &done) {
        const QString words = done ? overtakenWords(*done)
                              : done.error().kind == Error::Kind::NotFound
                                  ? Words::tr("Too late: it can no longer be undone")
                                  : Words::tr("This could not be kept on this computer");
        if (!words.isEmpty())
            toasts.add(words, {}, {}, {}, 10'000);
    });
}

void offerUndo(const QString &words, const client::UndoStep &step, client::Workspace &workspace, Toasts &toasts,
               QObject *context, std::function<void(QFuture<Result<client::Undone>>)> then, int milliseconds)
{
    const auto canBe = [&workspace, step] { return std::ranges::count(workspace.history().steps(), step) > 0; };
    if (!canBe()) // a key was faster
        return toasts.add(words, {}, {}, {}, milliseconds);
    if (!then)
        then = [&toasts, context](auto undone) { sayWhatWasUndone(std::move(undone), toasts, context); };
    QWidget *toast = toasts.offer(
        words, Words::tr("Undo"), "Z", [&workspace, step, then = std::move(then)] { then(workspace.undoStep(step)); },
        milliseconds);
    QObject::connect(&workspace, &client::Workspace::historyChanged, toast, [&toasts, toast, canBe] {
        if (!canBe())
            toasts.remove(toast);
    });
}

} // namespace tributary::ui
