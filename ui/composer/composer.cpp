#include "ui/composer/composer.h"

#include "core/model/rights.h"
#include "ui/composer/composer_editor.h"
#include "ui/shell/focus_stops.h"
#include "ui/shell/picker.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMimeData>
#include <QTextCursor>
#include <algorithm>

namespace tributary::ui {
void Composer::open(const model::Conversation &conversation, const QString &customerName)
{
    if (conversation.id == m_conversation.id) {
        const bool isProposed = m_subject->text().trimmed() == proposedSubject();
        m_conversation = conversation;
        if (isProposed && m_subject->text() != proposedSubject())
            m_subject->setText(proposedSubject());
        if (std::exchange(m_customerName, customerName) != customerName)
            refresh();
        warnOfMentions(); // it may be another team's by now
        return;
    }
    saveNow();
    sendAway();
    m_conversation = conversation;
    m_customerName = customerName;
    m_targets.clear();
    m_target.reset();
    m_targetChosen = false;
    m_other = {};
    m_mentions.clear();
    m_pending.clear();
    m_confirmed.reset();
    hideStrip();
    m_presence->setVisible(false);
    m_crossingText->setText({});
    m_crossingShown.invalidate();
    m_kept.clear();
    m_seen = 0;
    m_filling = true;
    m_mode = Mode::Reply;
    m_segment->setCurrent(0);
    m_editor->clear();
    m_subject->setText(proposedSubject());
    m_subject->home(false); // a long one shows its beginning
    m_cc->clear();
    m_filling = false;
    m_dirty = false;
    m_saved->setText({});
    fetchAway();
    refreshAttachments();
    refresh();
}

void Composer::close()
{
    saveNow();
    sendAway();
    m_conversation = {};
    m_targets.clear();
    m_target.reset();
    refresh();
}

/// What is still being uploaded goes on for the draft it was meant for.
void Composer::sendAway()
{
    for (const Pending &file : m_pending) {
        if (!file.done)
            m_away.append({file, m_conversation.id, m_mode});
    }
    m_pending.clear();
}

void Composer::fetchAway()
{
    const auto isHere = [this](const Away &away) { return away.conversation == m_conversation.id && away.mode == m_mode; };
    for (const Away &away : std::as_const(m_away)) {
        if (isHere(away))
            m_pending.append(away.file);
    }
    m_away.removeIf(isHere);
}

void Composer::setTargets(std::vector<ReplyTarget> targets, std::optional<std::size_t> standard)
{
    const std::optional<ReplyTarget> before = m_target;
    const bool others = std::exchange(m_targets, std::move(targets)) != m_targets;
    // What was chosen stays, and with something written nothing changes by itself (UX 6.6): with what is known of it now.
    if (m_target && (m_targetChosen || hasReply())) {
        setWay(m_target->identity, m_target->account);
    } else {
        m_target = standard ? std::optional(m_targets[*standard]) : std::nullopt;
    }
    if (!others && m_target == before)
        return; // with each message that comes: there is nothing to draw anew
    refresh();
    emit targetChanged();
}

/// The way that something was written for, also where it is there no more: a text goes no other way by itself.
void Composer::setWay(model::IdentityId identity, model::ChannelAccountId account)
{
    if (const auto at = findTarget(m_targets, identity, account)) {
        m_target = m_targets[*at];
        return;
    }
    if (!m_target || m_target->identity != identity || m_target->account != account)
        m_target = ReplyTarget{.identity = identity, .account = account, .channel = m_conversation.channel};
    m_target->problem = tr("The way that this was written for is no longer there. Choose another one.");
}

void Composer::setDraft(Mode mode, const ComposerDraft &draft)
{
    if (draft.isEmpty())
        return;
    const ComposerDraft here = mode == m_mode ? currentDraft() : m_other;
    if (!here.isEmpty())
        add(m_conversation.id, mode, draft, true);
    else if (mode == m_mode)
        fill(draft);
    else
        setOther(draft);
}

/// The text of the other mode; with what its author has seen, where it is a reply.
void Composer::setOther(const ComposerDraft &draft)
{
    m_other = draft;
    if (m_mode == Mode::Note && draft.seen > 0)
        m_seen = draft.seen;
}

bool Composer::add(model::ConversationId conversation, Mode mode, const ComposerDraft &more, bool above)
{
    if (conversation.isNull() || conversation != m_conversation.id)
        return false;
    const ComposerDraft here = mode == m_mode ? currentDraft() : m_other;
    const ComposerDraft both = above ? joined(more, here) : joined(here, more);
    if (mode == m_mode) {
        if (more.body.isEmpty() && both.cc == here.cc && both.subject == here.subject) // the cursor stays where it is
            setFiles(both.attachments);
        else
            fill(both);
        refresh();
        m_dirty = true;
        saveNow();
    } else {
        setOther(both);
        emit draftChanged(m_conversation.id, mode, both);
    }
    return true;
}

bool Composer::giveBack(const Request &request)
{
    if (request.conversation != m_conversation.id)
        return false;
    return add(request.conversation, request.mode, request.draft, true);
}

void Composer::fill(const ComposerDraft &draft)
{
    m_filling = true;
    m_editor->setPlainText(draft.body);
    m_editor->moveCursor(QTextCursor::End);
    m_kept = draft.body;
    m_mentions = draft.mentions;
    if (draft.seen > 0)
        m_seen = draft.seen;
    if (m_mode == Mode::Reply) {
        if (!draft.subject.isEmpty())
            m_subject->setText(draft.subject);
        m_subject->home(false);
        m_cc->setText(draft.cc);
    }
    m_filling = false;
    setFiles(draft.attachments);
    if (m_mode == Mode::Reply && !draft.identity.isNull()) {
        setWay(draft.identity, draft.account);
        emit targetChanged();
    }
    m_saved->setText(tr("Draft saved"));
    refresh();
}

void Composer::setFiles(const std::vector<model::Attachment> &attachments)
{
    m_pending.removeIf([](const Pending &file) { return file.done.has_value(); }); // the others are on their way
    QList<Pending> files;
    for (const model::Attachment &attachment : attachments)
        files.append({.key = m_nextKey++,
                      .name = QString::fromStdString(attachment.name),
                      .problem = {},
                      .path = {},
                      .image = {},
                      .done = attachment});
    m_pending = files + m_pending;
    refreshAttachments();
}

void Composer::takeStored(Mode mode, const ComposerDraft &draft)
{
    if (mode != m_mode)
        return setOther(draft);
    const QString typed = m_editor->toPlainText();
    if (draft.body == typed && !draft.body.isEmpty())
        return;
    if (typed.trimmed().isEmpty() || typed == m_kept) {
        if (!draft.isEmpty())
            return fill(draft);
        m_filling = true;
        m_editor->clear();
        m_kept.clear();
        m_filling = false;
        m_mentions.clear();
        setFiles({});
        m_saved->setText({});
        return refresh();
    }
    if (draft.body == m_kept)
        return; // nothing came back: keys were pressed since it was stored
    // They were, and what came back is what the store has beyond that.
    const QString tail = QStringLiteral("\n\n") + m_kept;
    if (draft.isEmpty())
        return;
    ComposerDraft joined = draft;
    if (!m_kept.isEmpty() && draft.body.endsWith(tail))
        joined.body.chop(m_kept.size());
    else
        joined.body += QStringLiteral("\n\n");
    joined.body += typed;
    joined.mentions.insert(joined.mentions.end(), m_mentions.begin(), m_mentions.end());
    fill(joined);
    m_dirty = true;
    saveNow();
}

void Composer::setWhyNotResolved(const QString &why)
{
    if (std::exchange(m_whyNotResolved, why) != why)
        refresh();
}

void Composer::setOffline(bool offline)
{
    m_offline = offline;
    refresh();
}

void Composer::setPresence(const QString &text, bool hasDraft)
{
    m_presenceText->setText(text);
    m_seeDraft->setVisible(hasDraft);
    m_presence->setVisible(!text.isEmpty());
}

void Composer::setCrossing(const QString &text, bool grave, std::int64_t upTo)
{
    if (m_crossingText->text() == text && m_grave == grave && m_crossingUpTo == upTo)
        return;
    m_grave = grave;
    m_crossingUpTo = upTo;
    m_crossingText->setText(text);
    if (text.isEmpty())
        m_crossingShown.invalidate();
    else
        m_crossingShown.start();
    m_crossing->setAccessibleName(text);
    m_crossingSaid = text.isEmpty();
    refresh();
    sayCrossing();
}

/// UX 10: at once; where nobody could hear it, when they are back.
void Composer::sayCrossing()
{
    if (m_crossingSaid || !m_crossing->isVisible() || !isActiveWindow())
        return;
    m_crossingSaid = true;
    emit alerted(m_crossingText->text());
}

bool Composer::crossingSeen() const
{
    return m_crossing->isVisible() && m_crossingShown.isValid() && m_crossingShown.hasExpired(kSeenMs);
}

/// What stands there while the window is behind another one, or another section or mode is shown, is not seen.
bool Composer::eventFilter(QObject *watched, QEvent *event)
{
    const bool isSeenAnew = event->type() == QEvent::Show || event->type() == QEvent::WindowActivate;
    if (watched == m_crossing && isSeenAnew && m_crossingShown.isValid()) {
        m_crossingShown.start();
        sayCrossing();
    }
    return QWidget::eventFilter(watched, event);
}

bool Composer::hasReply() const
{
    return m_mode == Mode::Reply ? hasText() || !m_pending.isEmpty() : !m_other.isEmpty();
}

QString Composer::text() const
{
    return m_editor->toPlainText();
}

void Composer::setMode(Mode mode)
{
    if (mode == m_mode)
        return;
    saveNow();
    switchTexts(mode);
    m_segment->setCurrent(mode == Mode::Reply ? 0 : 1);
    refresh();
    emit modeChanged();
}

void Composer::switchTexts(Mode mode)
{
    ComposerDraft now = currentDraft();
    sendAway();
    std::swap(now, m_other);
    m_mode = mode;
    fetchAway();
    m_filling = true;
    m_editor->setPlainText(now.body);
    m_editor->moveCursor(QTextCursor::End);
    m_kept = now.body;
    m_mentions = now.mentions;
    setFiles(now.attachments);
    if (mode == Mode::Reply) {
        m_subject->setText(now.subject.isEmpty() ? proposedSubject() : now.subject);
        m_subject->home(false);
        m_cc->setText(now.cc);
        if (!now.identity.isNull())
            setWay(now.identity, now.account);
    }
    m_filling = false;
    m_confirmed.reset();
    hideStrip();
    m_saved->setText(now.isEmpty() ? QString() : tr("Draft saved"));
}

void Composer::focusEditor()
{
    m_editor->setFocus(Qt::ShortcutFocusReason);
}

bool Composer::hasText() const
{
    return !m_editor->toPlainText().trimmed().isEmpty();
}

bool Composer::hasDraft() const
{
    return !currentDraft().isEmpty() || !m_other.isEmpty();
}

QString Composer::proposedSubject() const
{
    return replySubject(QString::fromStdString(m_conversation.subject));
}

ComposerDraft Composer::currentDraft() const
{
    ComposerDraft draft{.body = m_editor->toPlainText()};
    for (const Pending &file : m_pending) {
        if (file.done)
            draft.attachments.push_back(*file.done);
    }
    if (m_mode == Mode::Note) {
        std::ranges::copy_if(m_mentions, std::back_inserter(draft.mentions), [&draft](const Mention &mention) {
            return draft.body.contains(u'@' + mention.name, Qt::CaseInsensitive);
        });
        return draft;
    }
    if (const QString subject = m_subject->text().trimmed(); subject != proposedSubject())
        draft.subject = subject;
    draft.cc = m_cc->text().trimmed();
    if (m_target && (m_targetChosen || !draft.isEmpty())) {
        draft.identity = m_target->identity;
        draft.account = m_target->account;
    }
    draft.seen = m_seen;
    return draft;
}

void Composer::onEdited()
{
    if (m_filling)
        return;
    m_dirty = true;
    m_confirmed.reset();
    hideStrip();
    m_saved->setText({});
    if (!m_save.isActive()) // steady typing is kept as well
        m_save.start();
    if (m_mode == Mode::Reply)
        emit typing();
    refresh();
}

void Composer::saveNow()
{
    m_save.stop();
    if (!m_dirty || m_conversation.id.isNull())
        return;
    m_dirty = false;
    m_kept = m_editor->toPlainText();
    emit draftChanged(m_conversation.id, m_mode, currentDraft());
    m_saved->setText(currentDraft().isEmpty() ? QString() : tr("Draft saved"));
}

void Composer::chooseTarget()
{
    if (m_mode == Mode::Note || m_targets.empty())
        return;
    Picker::Question question;
    question.objectName = "targetPicker";
    question.placeholder = tr("Reply by");
    question.width = 420;
    for (std::size_t i = 0; i < m_targets.size(); ++i) {
        const ReplyTarget &target = m_targets[i];
        question.choices.append(Choice{.id = QString::number(i),
                                       .text = targetWords(target),
                                       .detail = target.problem,
                                       .icon = iconOf(target.channel),
                                       .iconColor = toneOf(m_theme, target.channel).fg,
                                       .checked = m_target && *m_target == target,
                                       .enabled = target.usable()});
    }
    // By what it names: a message that arrives meanwhile puts another one first, or another conversation is open by then.
    question.apply = [this, shown = m_targets, conversation = m_conversation.id](const Choice &choice) {
        const std::size_t chosen = choice.id.toULong();
        if (chosen >= shown.size() || conversation != m_conversation.id)
            return;
        const auto found = std::ranges::find(m_targets, shown[chosen]);
        if (found != m_targets.end())
            setTarget(std::size_t(found - m_targets.begin()));
    };
    m_picker.ask(QRect(m_targetChip->mapToGlobal(QPoint(0, 0)), m_targetChip->size()), std::move(question));
}

void Composer::setTarget(std::size_t index)
{
    m_target = m_targets[index];
    m_targetChosen = true;
    m_dirty = true;
    saveNow();
    refresh();
    emit targetChanged();
    focusEditor();
}

/// The first of them that is as near as can be to where the reply goes now: another account of ours is another mailbox,
/// perhaps of another team.
bool Composer::chooseNearest(const std::function<bool(const ReplyTarget &)> &isWanted)
{
    const auto distance = [this](const ReplyTarget &target) {
        return m_target == target                                ? 0
               : m_target && target.account == m_target->account ? 1
               : target.account == m_conversation.account        ? 2
                                                                 : 3;
    };
    std::optional<std::size_t> nearest;
    for (std::size_t i = 0; i < m_targets.size(); ++i) {
        const ReplyTarget &target = m_targets[i];
        if (target.usable() && isWanted(target) && (!nearest || distance(target) < distance(m_targets[*nearest])))
            nearest = i;
    }
    if (nearest)
        setTarget(*nearest);
    return nearest.has_value();
}

bool Composer::chooseIdentity(model::IdentityId identity)
{
    return chooseNearest([identity](const ReplyTarget &target) { return target.identity == identity; });
}

bool Composer::chooseChannel(model::Channel channel)
{
    return chooseNearest([channel](const ReplyTarget &target) { return target.channel == channel; });
}

void Composer::attachFiles()
{
    auto *dialog = new QFileDialog(this, tr("Attach files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    // For what was being written when it was asked for: another conversation may be open by the time one is chosen.
    connect(dialog, &QFileDialog::filesSelected, this,
            [this, conversation = m_conversation.id, mode = m_mode](const QStringList &paths) {
                for (const QString &path : paths)
                    addFileTo(conversation, mode, path);
            });
    dialog->open();
}

bool Composer::canTake(const QMimeData &dropped) const
{
    return m_editor->isEnabled() && m_editor->canInsertFromMimeData(&dropped);
}

void Composer::take(const QMimeData &dropped)
{
    m_editor->insertFromMimeData(&dropped);
    focusEditor();
}

void Composer::addFile(const QString &path, const QImage &image)
{
    addFileTo(m_conversation.id, m_mode, path, image);
}

void Composer::addFileTo(model::ConversationId conversation, Mode mode, const QString &path, const QImage &image)
{
    if (conversation.isNull())
        return;
    const int key = m_nextKey++;
    m_away.append({{.key = key,
                    .name = path.isEmpty() ? tr("Picture") : QFileInfo(path).fileName(),
                    .problem = {},
                    .path = path,
                    .image = image,
                    .done = {}},
                   conversation,
                   mode});
    fetchAway();
    refreshAttachments();
    refresh();
    emit uploadsChanged();
    emit uploadWanted(key, path, image);
}

QList<Composer::Upload> Composer::uploads() const
{
    QList<Upload> all;
    for (const Pending &file : m_pending) {
        if (!file.done && !file.path.isEmpty())
            all.append({m_conversation.id, m_mode, file.path});
    }
    for (const Away &away : m_away) {
        if (!away.file.path.isEmpty())
            all.append({away.conversation, away.mode, away.file.path});
    }
    return all;
}

void Composer::forgetUploads()
{
    m_away.clear();
    m_pending.removeIf([](const Pending &file) { return !file.done; });
    refreshAttachments();
    refresh();
}

void Composer::uploadAgain()
{
    QList<Pending> again;
    const auto take = [&again](Pending &file) {
        if (!file.done && !std::exchange(file.problem, {}).isEmpty())
            again.append(file);
    };
    std::ranges::for_each(m_pending, take);
    for (Away &away : m_away)
        take(away.file);
    refreshAttachments();
    refresh();
    for (const Pending &file : again)
        emit uploadWanted(file.key, file.path, file.image);
}

void Composer::attachmentDone(int key, const model::Attachment &attachment)
{
    const auto file = std::ranges::find(m_pending, key, &Pending::key);
    if (file != m_pending.end()) {
        file->done = attachment;
        file->image = {};
        m_dirty = true; // it belongs to the draft
        saveNow();
        if (m_stripAbout == Strip::Check) // perhaps of this one
            hideStrip();
        refreshAttachments();
        refresh();
        return emit uploadsChanged();
    }
    const auto away = std::ranges::find_if(m_away, [key](const Away &one) { return one.file.key == key; });
    if (away == m_away.end())
        return; // taken out again
    const Away meant = *away;
    m_away.erase(away);
    if (!add(meant.conversation, meant.mode, {.attachments = {attachment}}))
        emit fileArrived(meant.conversation, meant.mode, attachment);
    emit uploadsChanged();
}

void Composer::attachmentFailed(int key, const QString &why)
{
    for (Pending &file : m_pending) {
        if (file.key == key)
            file.problem = why;
    }
    for (Away &away : m_away) { // said when its draft is on the screen again
        if (away.file.key == key)
            away.file.problem = why;
    }
    refreshAttachments();
    refresh();
}

void Composer::refreshAttachments()
{
    const FocusPlace focus = focusPlaceIn(m_files);
    qDeleteAll(m_files->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    auto *row = static_cast<QHBoxLayout *>(m_files->layout());
    while (QLayoutItem *item = row->takeAt(0))
        delete item;
    for (const Pending &file : m_pending) {
        const QString state = !file.problem.isEmpty() ? file.problem
                              : file.done             ? locale().formattedDataSize(file.done->sizeBytes, 0)
                                                      : tr("uploading");
        //: An attachment and its size or state.
        auto *chip = new Button(m_theme, Button::Look::Chip, tr("%1, %2").arg(file.name, state), m_files);
        chip->setObjectName("attachmentChip");
        chip->setIconName(file.problem.isEmpty() ? "close" : "warning");
        if (!file.problem.isEmpty())
            chip->setTone([](const Theme &t) { return t.colors().status.danger; });
        chip->setToolTip(tr("Remove %1").arg(file.name));
        connect(chip, &QAbstractButton::clicked, this, [this, key = file.key] {
            m_pending.removeIf([key](const Pending &p) { return p.key == key; });
            m_dirty = true;
            m_save.start();
            emit uploadsChanged();
            QTimer::singleShot(0, this, [this] {
                refreshAttachments();
                refresh();
            });
        });
        row->addWidget(chip);
        chip->show(); // now, not when its layout comes to it: it may be given the focus
    }
    row->addStretch(1);
    m_files->setVisible(!m_pending.isEmpty());
    if (focus.at >= 0 && m_pending.isEmpty())
        focusEditor();
    else
        giveFocus(*m_files, focus);
}

bool Composer::passesChecks(After after)
{
    QStringList wrong;
    const bool mail = m_mode == Mode::Reply && m_target && m_target->channel == model::Channel::Email;
    if (mail)
        addressesFrom(m_cc->text(), &wrong);
    if (!wrong.isEmpty()) {
        showStrip(Strip::Check, tr("“%1” is not an e-mail address").arg(wrong.first()), {});
        m_cc->setFocus();
        return false;
    }
    for (const Pending &file : m_pending) {
        if (!file.problem.isEmpty()) {
            showStrip(Strip::Check, tr("%1 could not be attached. Remove it, or try again").arg(file.name), {});
            return false;
        }
        if (!file.done) {
            showStrip(Strip::Check, tr("%1 is still being uploaded").arg(file.name), {});
            return false;
        }
    }
    const ComposerDraft written = currentDraft();
    if (const QString problem = tooMuchFor(written.body, written.attachments); !problem.isEmpty()) {
        showStrip(Strip::Check, problem, {});
        return false;
    }
    if (m_mode == Mode::Reply && m_pending.isEmpty() && m_confirmed != after
        && speaksOfAttachment(m_editor->toPlainText())) {
        m_confirmed = after;
        showStrip(Strip::Check, tr("You write of an attachment, but nothing is attached"), tr("Send anyway"));
        return false;
    }
    return true;
}

void Composer::showStrip(Strip about, const QString &text, const QString &action)
{
    const bool isNew = about == Strip::Check || m_stripText->text() != text;
    m_stripAbout = about;
    m_stripText->setText(text);
    m_strip->setAccessibleName(text);
    m_stripAction->setText(action);
    m_stripAction->updateGeometry();
    m_stripAction->setVisible(!action.isEmpty());
    m_strip->setVisible(true);
    if (isNew && m_strip->isVisible()) // UX 10: said at once
        emit alerted(text);
}

void Composer::hideStrip()
{
    m_stripAbout.reset();
    m_strip->setVisible(false);
}

void Composer::send(After after)
{
    if (!isVisible() || !m_send->isEnabled() || !passesChecks(after)) // nothing is sent unseen
        return;
    Request request{.conversation = m_conversation.id,
                    .name = m_customerName,
                    .mode = m_mode,
                    .draft = currentDraft(),
                    .after = after,
                    .anyway = crossingSeen()};
    if (m_mode == Mode::Reply)
        request.draft.subject = m_subject->text().trimmed();
    if (m_target) {
        request.target = *m_target;
        if (m_mode == Mode::Reply) {
            request.draft.identity = m_target->identity;
            request.draft.account = m_target->account;
        }
    }
    m_filling = true;
    m_editor->clear();
    m_cc->clear();
    m_subject->setText(proposedSubject());
    m_filling = false;
    m_mentions.clear();
    m_pending.clear();
    m_confirmed.reset();
    m_targetChosen = false;
    m_crossingText->setText({});
    m_crossingShown.invalidate();
    m_save.stop();
    m_dirty = false;
    m_kept.clear();
    hideStrip();
    refreshAttachments();
    m_saved->setText({});
    refresh();
    emit sendWanted(request);
}

void Composer::sendCompared(std::int64_t upTo)
{
    m_seen = upTo;
    m_crossingShown.invalidate(); // it stood behind what compared them
    send();
}

void Composer::quote(const QString &text)
{
    QString quoted = text;
    quoted.replace(u'\n', QStringLiteral("\n> "));
    m_editor->moveCursor(QTextCursor::Start);
    m_editor->insertPlainText(QStringLiteral("> ") + quoted + QStringLiteral("\n\n"));
    m_editor->moveCursor(QTextCursor::End);
}

std::optional<Strand> Composer::strand() const
{
    if (m_conversation.id.isNull())
        return {};
    if (m_mode == Mode::Note)
        return Strand::Note;
    return m_target ? std::optional(strandOf(m_target->channel)) : std::nullopt;
}

QColor Composer::strandColor() const
{
    const std::optional<Strand> shown = strand();
    return shown ? toneOf(m_theme, *shown).fg : m_theme.colors().border.normal;
}

void Composer::setColleagues(std::vector<model::Agent> agents)
{
    m_colleagues = std::move(agents);
    warnOfMentions();
}

void Composer::pickColleague()
{
    Picker::Question question{.objectName = "mentionPicker", .placeholder = tr("Mention a colleague"), .width = 420};
    for (const model::Agent &agent : m_colleagues) {
        if (!agent.active || agent.name.empty())
            continue;
        const bool sees = model::sees(agent, m_conversation); // the hub would not tell them
        question.choices.append(Choice{.id = QString::fromStdString(agent.id.text()),
                                       .text = mentionName(agent, m_colleagues),
                                       .detail = sees ? QString() : tr("cannot see this conversation"),
                                       .person = QString::fromStdString(agent.name),
                                       .personId = agent.id.bytes,
                                       .enabled = sees});
    }
    if (question.choices.isEmpty())
        return;
    question.apply = [this, conversation = m_conversation.id](const Choice &choice) {
        const auto agent = model::AgentId::fromText(choice.id.toStdString());
        if (!agent || conversation != m_conversation.id || m_mode != Mode::Note)
            return;
        const Mention mention{*agent, choice.text};
        if (std::ranges::count(m_mentions, mention) == 0)
            m_mentions.push_back(mention);
        m_editor->insertPlainText(choice.text + u' ');
    };
    const QRect at = m_editor->cursorRect();
    m_picker.ask(QRect(m_editor->viewport()->mapToGlobal(at.topLeft()), at.size()), std::move(question));
}

/// Whom the note names in vain, or without saying which of several; empty if each of them is told.
QString Composer::whyNotTold() const
{
    if (m_mode != Mode::Note)
        return {};
    const auto isTold = [this](model::AgentId id) {
        const auto agent = std::ranges::find(m_colleagues, id, &model::Agent::id);
        return agent != m_colleagues.end() && model::sees(*agent, m_conversation);
    };
    QStringList inVain, shared;
    for (const Naming &naming : namingsIn(m_editor->toPlainText(), m_colleagues, m_mentions)) {
        const auto told = std::ranges::count_if(naming.agents, isTold);
        if (told == 0)
            inVain.append(naming.name);
        else if (told > 1 && !naming.isChosen)
            shared.append(naming.name);
    }
    if (!inVain.isEmpty()) //: names
        return tr("Not told of this note, because they cannot see this conversation: %1")
            .arg(inVain.join(tr(", ", "between names")));
    if (!shared.isEmpty())
        return tr("Several people are called %1, and all of them are told. Choose one where @ opens the list.")
            .arg(shared.first());
    return {};
}

void Composer::warnOfMentions()
{
    const QString why = whyNotTold();
    if (!why.isEmpty())
        showStrip(Strip::Mentions, why, {});
    else if (m_stripAbout == Strip::Mentions)
        hideStrip();
}

} // namespace tributary::ui
