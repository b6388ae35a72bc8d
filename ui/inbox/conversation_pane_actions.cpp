// What the conversation pane does for its composer and timeline: sending, files, links, and what a row offers.
#include "ui/inbox/conversation_pane.h"

#include "ui/inbox/row_words.h"
#include "ui/inbox/triage.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"
#include "ui/ticket/mentions.h"

#include <QBuffer>
#include <QDesktopServices>
#include <QFile>
#include <QFileDialog>
#include <QPromise>
#include <QThreadPool>
#include <QUrl>

namespace tributary::ui {
namespace {

constexpr int kToastMs = 10'000;
constexpr qint64 kMostOfText = 1024 * 1024; ///< Bytes: more than anybody reads in a window.

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
    case Error::Kind::Offline:
    case Error::Kind::TimedOut: return ConversationPane::tr("needs the hub");
    case Error::Kind::TooLarge: return ConversationPane::tr("larger than 25 MB");
    default: return ConversationPane::tr("could not be attached");
    }
}

} // namespace

void ConversationPane::send(const Composer::Request &request)
{
    if (!m_row)
        return;
    // Where it was written: another may be wanted by now that is not here yet.
    const model::ConversationId here = m_row->conversation.id;
    model::CommandBody body;
    if (request.mode == Composer::Mode::Note) {
        body = model::AddNote{.item = m_workspace.makeId<model::TimelineItemId>(),
                              .conversation = here,
                              .body = request.draft.body.toStdString(),
                              .attachments = request.attachments,
                              .mentions = mentionsIn(request.draft.body, m_people)};
    } else {
        model::SendMessage message{.item = m_workspace.makeId<model::TimelineItemId>(),
                                   .conversation = here,
                                   .to = request.target.identity,
                                   .from = request.target.account,
                                   .body = request.draft.body.toStdString(),
                                   .attachments = request.attachments,
                                   .resolveAfter = request.after == Composer::After::Resolve,
                                   .sendAnyway = request.anyway,
                                   .leaveFree = m_workspace.setting("reply.claims", "on") == "off"};
        if (request.target.channel == model::Channel::Email) {
            message.subject = request.draft.subject.toStdString();
            for (const QString &address : request.draft.cc)
                message.cc.push_back(address.toStdString());
        }
        const std::vector<model::TimelineItem> &items = m_model.items();
        for (auto item = items.rbegin(); item != items.rend() && !message.inReplyTo; ++item) {
            if (item->conversation == here && item->kind == model::TimelineItem::Kind::Inbound)
                message.inReplyTo = item->id;
        }
        body = std::move(message);
    }
    const QString name = shownName(*m_row);
    // What was written against an older state says so, unless its author has seen what came since.
    const std::int64_t seen = request.draft.seen > 0 ? request.draft.seen : newestChange();
    whenDone(m_workspace.submit(body, seen > 0 ? std::optional(seen) : std::nullopt), this,
             [this, request, name, id = here](const Result<client::Submitted> &done) {
                 if (!done) { // nothing that was written is lost: it goes back where it was
                     if (id == m_composer->conversation())
                         m_composer->setDraft(request.mode, request.draft);
                     m_toasts.add(done.error().kind == Error::Kind::Full
                                      ? tr("The disk is full. Your text is back in the editor.")
                                      : tr("This could not be kept on this computer. Your text is back in the editor."));
                     return;
                 }
                 if (done->undo && done->undo->until) {
                     const auto left = std::chrono::duration_cast<Milliseconds>(*done->undo->until - m_clock.now()).count();
                     m_toasts.add(
                         tr("Sending to %1").arg(name), tr("Undo"), "Z",
                         [this, step = *done->undo] { whenDone(m_workspace.undoStep(step), this, [](const auto &) {}); },
                         int(std::clamp<std::int64_t>(left, 1000, kToastMs)));
                 }
                 if (request.after == Composer::After::Snooze)
                     emit snoozeWanted();
                 else if (request.after == Composer::After::Resolve)
                     emit resolvedBySend();
             });
}

void ConversationPane::upload(int key, const QString &path, const QImage &image)
{
    const auto done = [this, key](const Result<model::Attachment> &attachment) {
        if (attachment)
            m_composer->attachmentDone(key, *attachment);
        else
            m_composer->attachmentFailed(key, uploadProblem(attachment.error().kind));
    };
    if (!path.isEmpty()) {
        whenDone(m_workspace.upload(path), this, done);
        return;
    }
    whenDone(encoded(image), this, [this, key, done](const Result<QByteArray> &bytes) {
        if (!bytes)
            return m_composer->attachmentFailed(key, uploadProblem(bytes.error().kind));
        whenDone(m_workspace.upload("picture.png", "image/png", *bytes), this, done);
    });
}

void ConversationPane::linkWanted(const QString &href)
{
    const QUrl url(href);
    if (url.scheme() != QLatin1String("http") && url.scheme() != QLatin1String("https")
        && url.scheme() != QLatin1String("mailto"))
        return;
    // A link says where it leads before anything is opened.
    const QString where = url.host().isEmpty() ? url.path() : url.host();
    m_toasts.add(tr("This link leads to %1").arg(where), tr("Open"), {}, [url] { QDesktopServices::openUrl(url); });
}

void ConversationPane::fetchWhole(const model::TimelineItemId &id)
{
    const model::TimelineItem *item = m_model.find(id);
    if (!item)
        return;
    for (const model::Attachment &attachment : item->attachments) {
        if (!isWholeBody(attachment))
            continue;
        const bool html = attachment.name == kWholeHtmlName;
        whenDone(m_workspace.attachmentFile(attachment), this, [this, id, html](const Result<QString> &path) {
            QFile file(path ? *path : QString());
            if (!path || !file.open(QIODevice::ReadOnly)) {
                m_toasts.add(tr("The whole text is not on this computer yet. It comes when the hub answers."));
                return;
            }
            const WholeBody *known = m_model.whole(id);
            WholeBody whole = known ? *known : WholeBody{};
            (html ? whole.html : whole.text) = file.read(kMostOfText).toStdString();
            if (m_model.find(id))
                m_model.setWhole(id, std::move(whole));
        });
    }
}

void ConversationPane::openAttachment(const model::TimelineItemId &, const model::AttachmentId &id)
{
    if (const std::optional<model::Attachment> attachment = findAttachment(id))
        openFile(*attachment, false);
}

void ConversationPane::openFile(const model::Attachment &attachment, bool save)
{
    whenDone(m_workspace.attachmentFile(attachment), this, [this, attachment, save](const Result<QString> &file) {
        const QString name = QString::fromStdString(attachment.name);
        if (!file) {
            m_toasts.add(file.error().kind == Error::Kind::Offline
                             ? tr("%1 is not on this computer yet. It comes when the hub answers.").arg(name)
                             : tr("%1 could not be fetched").arg(name));
            return;
        }
        // Opened as what it was found to be, and only kinds that show and do not run; all else is saved.
        const std::string &type = attachment.mediaType;
        if (!save && (type.starts_with("image/") || type == "application/pdf" || type == "text/plain")) {
            QDesktopServices::openUrl(QUrl::fromLocalFile(*file));
            return;
        }
        auto *dialog = new QFileDialog(this, tr("Save %1").arg(name));
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->setAcceptMode(QFileDialog::AcceptSave);
        dialog->selectFile(name);
        connect(dialog, &QFileDialog::fileSelected, this, [this, from = *file](const QString &to) {
            QFile::remove(to);
            m_toasts.add(QFile::copy(from, to) ? tr("Saved %1").arg(QFileInfo(to).fileName())
                                               : tr("%1 could not be written").arg(to));
        });
        dialog->open();
    });
}

void ConversationPane::onAction(const model::TimelineItemId &item, TimelineAction action)
{
    const auto ignore = [](const auto &) {};
    switch (action) {
    case TimelineAction::UndoSend:
    case TimelineAction::EditPending: return takeBack(item, true);
    case TimelineAction::CancelPending: return takeBack(item, false);
    case TimelineAction::EditHeld: return whenDone(m_workspace.edit(numberOf(item)), this, ignore);
    case TimelineAction::DiscardHeld: return whenDone(m_workspace.discard(numberOf(item)), this, ignore);
    case TimelineAction::Retry: whenDone(m_workspace.submit(model::RetryMessage{.item = item}), this, ignore); return;
    case TimelineAction::SendAsEmail:
    case TimelineAction::TryAnotherNumber:
        if (const model::TimelineItem *failed = m_model.find(item); failed && !m_composer->hasText()) {
            m_composer->setMode(Composer::Mode::Reply);
            m_composer->setDraft(Composer::Mode::Reply, {.body = QString::fromStdString(failed->body)});
        }
        m_composer->chooseTarget();
        return;
    case TimelineAction::ReviewHeld: emit compareWanted(numberOf(item)); return;
    case TimelineAction::UndoMerge:
        if (const model::TimelineItem *event = m_model.find(item)) {
            const auto link = event->details.find("link");
            const auto id = link == event->details.end() ? std::nullopt : model::CustomerLinkId::fromText(link->second);
            if (id)
                emit unmergeWanted(*id);
        }
        return;
    default: return; // the view does the rest itself
    }
}

} // namespace tributary::ui
