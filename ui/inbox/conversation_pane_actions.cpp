// What the conversation pane does for its timeline: files, links, and what a row offers.
#include "ui/inbox/conversation_pane.h"

#include "ui/inbox/may_be_opened.h"
#include "ui/shell/not_kept.h"
#include "ui/shell/phone_call.h"
#include "ui/shell/toasts.h"
#include "ui/shell/when_done.h"

#include <QDesktopServices>
#include <QFile>
#include <QFileDialog>
#include <QUrl>

namespace tributary::ui {
namespace {

constexpr qint64 kMostOfText = 1024 * 1024;            ///< Bytes: more than anybody reads in a window.
constexpr qint64 kMostAttached = 25 * 1024 * 1024 + 1; ///< Of what is attached: more is refused.

} // namespace

void ConversationPane::linkWanted(const QString &href)
{
    const QUrl url(href);
    // A link says where it leads before anything is opened.
    if (const QString number = ui::numberOf(url); !number.isEmpty()) {
        m_toasts.add(tr("This link calls %1").arg(number), tr("Call"), {}, [this, number] { callNumber(number, m_toasts); });
        return;
    }
    if (url.scheme() != QLatin1String("http") && url.scheme() != QLatin1String("https")
        && url.scheme() != QLatin1String("mailto"))
        return;
    const QString host = url.host(QUrl::FullyEncoded); // as it is looked up, not as it may look
    const QString where = host.isEmpty() ? url.path() : host;
    const bool isForeign = host.contains(QLatin1String("xn--"), Qt::CaseInsensitive);
    m_toasts.add(isForeign ? tr("This link leads to %1. That name has letters which can look like others.").arg(where)
                           : tr("This link leads to %1").arg(where),
                 tr("Open"), {}, [url] { QDesktopServices::openUrl(url); });
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
        whenDone(m_workspace.attachmentBytes(attachment, kMostOfText), this, [this, id, html](const auto &bytes) {
            if (!bytes) {
                m_toasts.add(tr("The whole text is not on this computer yet. It comes when the hub answers."));
                return;
            }
            const WholeBody *known = m_model.whole(id);
            WholeBody whole = known ? *known : WholeBody{};
            (html ? whole.html : whole.text) = bytes->toStdString();
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
    const QString name = QString::fromStdString(attachment.name);
    const auto failed = [this, name](const Error &error) {
        m_toasts.add(error.kind == Error::Kind::Offline
                         ? tr("%1 is not on this computer yet. It comes when the hub answers.").arg(name)
                         : tr("%1 could not be fetched").arg(name));
    };
    const auto open = [this, attachment, failed](const Result<bool> &may) {
        if (!may.value_or(false))
            return saveFile(attachment);
        whenDone(m_workspace.attachmentFile(attachment), this, [failed](const Result<QString> &file) {
            file ? void(QDesktopServices::openUrl(QUrl::fromLocalFile(*file))) : failed(file.error());
        });
    };
    // Its beginning first: no plain copy is made of what is not opened.
    whenDone(m_workspace.attachmentBytes(attachment, kLookedAtBytes), this,
             [this, attachment, save, failed, open](const Result<QByteArray> &beginning) {
                 if (!beginning)
                     failed(beginning.error());
                 else if (save)
                     saveFile(attachment);
                 else
                     whenDone(mayBeOpened(*beginning, attachment.mediaType), this, open);
             });
}

void ConversationPane::saveFile(const model::Attachment &attachment)
{
    const QString name = QString::fromStdString(attachment.name);
    auto *dialog = new QFileDialog(this, tr("Save %1").arg(name));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->selectFile(name);
    connect(dialog, &QFileDialog::fileSelected, this, [this, attachment](const QString &to) {
        whenDone(m_workspace.saveAttachment(attachment, to), this, [this, to](const Result<void> &saved) {
            m_toasts.add(saved ? tr("Saved %1").arg(QFileInfo(to).fileName()) : tr("%1 could not be written").arg(to));
        });
    });
    dialog->open();
}

/// @p files as one's own, to be sent with something else: the hub takes what was uploaded by whoever sends it.
void ConversationPane::attachAgain(std::vector<model::Attachment> files, std::vector<model::Attachment> here,
                                   std::function<void(const std::vector<model::Attachment> &)> done)
{
    if (files.empty())
        return done(here);
    const model::Attachment next = std::move(files.front());
    files.erase(files.begin());
    auto goOn = [this, files, here, done, name = next.name](const Result<model::Attachment> &file) mutable {
        if (file)
            here.push_back(*file);
        else
            m_toasts.add(tr("%1 could not be fetched, and is not attached").arg(QString::fromStdString(name)));
        attachAgain(std::move(files), std::move(here), std::move(done));
    };
    whenDone(m_workspace.attachmentBytes(next, kMostAttached), this,
             [this, next, goOn](const Result<QByteArray> &content) mutable {
                 if (content)
                     whenDone(m_workspace.attach(next.name, next.mediaType, *content), this, goOn);
                 else
                     goOn(tl::unexpected(content.error()));
             });
}

/// What could not be sent, text and files, for another way; by a channel if one is wanted, not by the way that has just
/// failed.
void ConversationPane::writeAgain(const model::TimelineItemId &item, std::optional<model::Channel> by)
{
    const model::TimelineItem *failed = m_model.find(item);
    if (!composerHere() || !failed)
        return;
    const auto write = [this, by, body = failed->body, id = m_wanted](const std::vector<model::Attachment> &files) {
        if (id != m_wanted || !composerHere())
            return;
        if (!m_composer->hasText() && !m_composer->hasReply()) {
            m_composer->setMode(Composer::Mode::Reply);
            if (by)
                m_composer->chooseChannel(*by);
            m_composer->add(id, Composer::Mode::Reply, {.body = QString::fromStdString(body), .attachments = files});
        }
        m_composer->chooseTarget();
    };
    attachAgain(failed->attachments, {}, write);
}

void ConversationPane::onAction(const model::TimelineItemId &item, TimelineAction action)
{
    const auto sayProblem = [this](const Error &error) { m_toasts.add(notKeptWords(error)); };
    switch (action) {
    case TimelineAction::UndoSend:
    case TimelineAction::EditPending: return takeBack(item, true);
    case TimelineAction::CancelPending: return takeBack(item, false);
    case TimelineAction::EditHeld: {
        const model::TimelineItem *held = m_model.find(item);
        const bool note = held && held->kind == model::TimelineItem::Kind::Note;
        const model::ConversationId id = held ? held->conversation : m_wanted;
        return whenDone(m_workspace.edit(numberOf(item)), this, [this, note, id, sayProblem](const Result<void> &done) {
            if (done)
                writeOn(id, note);
            else if (done.error().kind != Error::Kind::NotFound) // else it has been decided about already
                sayProblem(done.error());
        });
    }
    case TimelineAction::DiscardHeld: return discardHeld(item);
    case TimelineAction::Retry:
        return whenDone(m_workspace.submit(model::RetryMessage{.item = item}), this, [sayProblem](const auto &given) {
            if (!given)
                sayProblem(given.error());
        });
    case TimelineAction::SendAsEmail: return writeAgain(item, model::Channel::Email);
    case TimelineAction::TryAnotherNumber: return writeAgain(item, {});
    case TimelineAction::ReviewHeld: emit compareWanted(numberOf(item)); return;
    case TimelineAction::UnreadFromHere: emit unreadWanted(item); return;
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
