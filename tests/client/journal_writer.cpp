#include "core/client/workspace.h"

#include <QCoreApplication>
#include <QFutureWatcher>

#include <cstdio>

/// Opens the profile given, writes a draft and a command, says so, and waits to be killed.
int main(int argc, char **argv)
{
    using namespace tributary;
    QCoreApplication app(argc, argv);
    if (argc < 3)
        return 2;
    const auto conversation = model::ConversationId::fromText(argv[2]);
    client::Workspace workspace;
    workspace.open(QString::fromLocal8Bit(argv[1])).then(&app, [&](const Result<void> &opened) {
        if (!opened || !conversation)
            return app.exit(1);
        workspace.saveDraft({.conversation = *conversation, .body = "half written"}).waitForFinished();
        const auto done = workspace.submit(model::SetStatus{*conversation, model::Conversation::Status::Resolved});
        const bool good = QFuture(done).result().has_value();
        std::puts(good ? "written" : "failed");
        std::fflush(stdout);
    });
    return app.exec();
}
