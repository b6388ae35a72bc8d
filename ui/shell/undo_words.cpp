#include "ui/shell/undo_words.h"

#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

#include <QCoreApplication>

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

} // namespace tributary::ui
