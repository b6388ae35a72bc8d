// Files that are attached in the conversation pane. Until one is taken in it is kept in the journal where it lies and which
// draft it is for, so that it goes on when the program is started again.
#include "ui/inbox/conversation_pane.h"

#include "ui/inbox/drop_zone.h"
#include "ui/shell/when_done.h"

#include <QBuffer>
#include <QDropEvent>
#include <QPromise>
#include <QThreadPool>
#include <QUrl>

namespace tributary::ui {
namespace {

using Mode = Composer::Mode;

/// PNG bytes of a pasted picture, made off the window's thread.
QFuture<Result<QByteArray>> encoded(const QImage &image)
{
    auto promise = std::make_shared<QPromise<Result<QByteArray>>>();
    promise->start();
    QFuture<Result<QByteArray>> future = promise->future();
    QThreadPool::globalInstance()->start([promise, image] {
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        if (image.save(&buffer, "PNG"))
            promise->addResult(bytes);
        else
            promise->addResult(failure(Error::Kind::Invalid, "picture cannot be encoded"));
        promise->finish();
    });
    return future;
}

QString uploadProblem(Error::Kind kind)
{
    switch (kind) {
    case Error::Kind::Full: return ConversationPane::tr("no room on this computer");
    case Error::Kind::TooLarge: return ConversationPane::tr("larger than 25 MB");
    default: return ConversationPane::tr("could not be attached");
    }
}

/// The setting that has the files of @p agent, a line each: conversation, mode and path.
std::string settingOf(const model::Agent &agent)
{
    return "uploads." + agent.id.text();
}

} // namespace

void ConversationPane::upload(int key, const QString &path, const QImage &image)
{
    const auto done = [this, key](const Result<model::Attachment> &attachment) {
        if (attachment)
            m_composer->attachmentDone(key, *attachment);
        else
            m_composer->attachmentFailed(key, uploadProblem(attachment.error().kind));
    };
    if (!path.isEmpty()) {
        whenDone(m_workspace.attach(path), this, done);
        return;
    }
    whenDone(encoded(image), this, [this, key, done](const Result<QByteArray> &bytes) {
        if (!bytes)
            return m_composer->attachmentFailed(key, uploadProblem(bytes.error().kind));
        whenDone(m_workspace.attach("picture.png", "image/png", *bytes), this, done);
    });
}

void ConversationPane::keepUploads()
{
    std::string kept;
    if (m_uploadsOf.isNull() || m_workspace.agent().id != m_uploadsOf)
        return; // nobody's, or not of who is here now
    for (const Composer::Upload &upload : m_composer->uploads())
        kept += upload.conversation.text() + (upload.mode == Mode::Note ? " note " : " reply ")
                + QUrl::toPercentEncoding(upload.path).toStdString() + "\n";
    if (std::exchange(m_keptUploads, kept) != kept)
        m_workspace.setSetting(settingOf(m_workspace.agent()), kept);
}

/// For whoever is here now: what somebody before them was uploading waits for them.
void ConversationPane::goOnUploading()
{
    const model::AgentId agent = m_workspace.agent().id;
    if (agent == m_uploadsOf)
        return;
    m_uploadsOf = {}; // the list is not whole before all of them are in it
    m_composer->forgetUploads();
    m_keptUploads = m_workspace.setting(settingOf(m_workspace.agent()), {});
    const QString kept = QString::fromStdString(m_keptUploads);
    for (const QString &line : kept.split(u'\n')) {
        const QStringList parts = line.split(u' ');
        const auto conversation = model::ConversationId::fromText(parts.front().toStdString());
        if (conversation && parts.size() == 3)
            m_composer->addFileTo(*conversation, parts[1] == u"note" ? Mode::Note : Mode::Reply,
                                  QUrl::fromPercentEncoding(parts[2].toLatin1()));
    }
    m_uploadsOf = agent;
    keepUploads();
}

/// What is held over timeline or composer is attached to what is being written (UX 8); text goes into it.
void ConversationPane::dragEnterEvent(QDragEnterEvent *event)
{
    if (!isComposerHere() || !m_composer->isVisible() || !m_composer->canTake(*event->mimeData()))
        return;
    event->acceptProposedAction();
    const bool note = m_composer->mode() == Mode::Note;
    m_dropZone->show(note ? tr("Drop it here for the note")
                          : tr("Drop it here for the reply to %1").arg(m_model.customerName()),
                     tr("Files may have up to 25 MB each."), m_composer->strandColor());
}

void ConversationPane::dragLeaveEvent(QDragLeaveEvent *)
{
    m_dropZone->hide();
}

void ConversationPane::dropEvent(QDropEvent *event)
{
    m_dropZone->hide();
    if (!isComposerHere())
        return;
    event->acceptProposedAction();
    m_composer->take(*event->mimeData());
}

} // namespace tributary::ui
