#include "ui/composer/composer.h"

#include "ui/composer/composer_editor.h"
#include "ui/shell/picker.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QTextCursor>

namespace tributary::ui {
namespace {

constexpr int kSaveMs = 400; ///< UX 6.6: drafts are saved this long after the last key.
constexpr int kMargin = 12;

ColorOf tertiary()
{
    return [](const Colors &c) { return c.text.tertiary; };
}

} // namespace

Composer::Composer(const Theme &theme, Picker &picker, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_picker(picker)
{
    setObjectName("composer");
    setAccessibleName(tr("Composer"));
    const int pad = theme.px(8);

    m_presence = new Surface(
        theme, [](const Colors &c) { return c.status.warning.tint; }, Surface::None, this);
    m_presence->setFixedHeight(theme.px(32));
    auto *presence = new QHBoxLayout(m_presence);
    presence->setContentsMargins(theme.px(12), 0, theme.px(12), 0);
    m_presenceText = new TextLabel(
        theme, Type::MetaStrong, [](const Colors &c) { return c.status.warning.fg; }, {}, m_presence);
    m_presenceText->setObjectName("composerPresence");
    presence->addWidget(m_presenceText);
    m_presence->setVisible(false);

    m_segment = new Segment(theme, this);
    m_segment->setObjectName("composerMode");
    m_segment->addChoice(tr("Reply"));
    m_segment->addChoice(tr("Note"), "lock");
    m_targetChip = new Button(theme, Button::Look::Chip, {}, this);
    m_targetChip->setObjectName("replyTarget");
    m_targetChip->setMenuArrow(true);
    m_targetChip->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    m_targetChip->setTone(
        [this](const Theme &t) { return m_target ? toneOf(t, m_target->channel) : t.colors().status.danger; });
    m_noteHint = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.bubble.noteMeta; }, tr("Only your team sees this"), this);
    auto *top = new QHBoxLayout;
    top->setContentsMargins(pad, 0, pad, 0);
    top->setSpacing(pad);
    top->addWidget(m_segment);
    top->addWidget(m_targetChip, 0);
    top->addWidget(m_noteHint);
    top->addStretch(1);
    auto *topRow = new QWidget(this);
    topRow->setFixedHeight(theme.px(36));
    topRow->setLayout(top);

    m_mailRow = new QWidget(this);
    m_mailRow->setFixedHeight(theme.px(32));
    auto *mail = new QHBoxLayout(m_mailRow);
    mail->setContentsMargins(theme.px(12), 0, theme.px(12), 0);
    mail->setSpacing(pad);
    m_subject = new QLineEdit(m_mailRow);
    m_cc = new QLineEdit(m_mailRow);
    m_subject->setFrame(false);
    m_cc->setFrame(false);
    m_subject->setObjectName("composerSubject");
    m_cc->setObjectName("composerCc");
    m_subject->setAccessibleName(tr("Subject"));
    m_cc->setAccessibleName(tr("Copies to"));
    m_cc->setPlaceholderText(tr("address, address"));
    mail->addWidget(new TextLabel(theme, Type::Meta, tertiary(), tr("Subject"), m_mailRow));
    mail->addWidget(m_subject, 3);
    mail->addWidget(new TextLabel(theme, Type::Meta, tertiary(), tr("Cc"), m_mailRow));
    mail->addWidget(m_cc, 2);

    m_strip = new Surface(
        theme, [](const Colors &c) { return c.status.warning.tint; }, Surface::None, this);
    m_strip->setFixedHeight(theme.px(32));
    m_stripText = new TextLabel(
        theme, Type::MetaStrong, [](const Colors &c) { return c.status.warning.fg; }, {}, m_strip);
    m_stripText->setObjectName("composerStrip");
    m_stripAction = new Button(theme, Button::Look::Normal, {}, m_strip);
    m_stripAction->setHeightClass(24);
    auto *strip = new QHBoxLayout(m_strip);
    strip->setContentsMargins(theme.px(12), 0, pad, 0);
    strip->addWidget(m_stripText, 1);
    strip->addWidget(m_stripAction);
    m_strip->setVisible(false);

    m_editor = new ComposerEditor(theme, this);
    auto *editorBox = new QHBoxLayout;
    editorBox->setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(4));
    editorBox->addWidget(m_editor);

    m_files = new QWidget(this);
    auto *files = new QHBoxLayout(m_files);
    files->setContentsMargins(theme.px(12), 0, theme.px(12), theme.px(4));
    files->setSpacing(theme.px(6));
    m_files->setVisible(false);

    m_attach = new Button(theme, Button::Look::Icon, {}, this);
    m_attach->setIconName("attach");
    m_attach->setObjectName("attach");
    m_attach->setAccessibleName(tr("Attach files"));
    m_attach->setToolTip(
        tr("Attach files (%1)").arg(QKeySequence(QStringLiteral("Ctrl+Shift+U")).toString(QKeySequence::NativeText)));
    m_saved = new TextLabel(theme, Type::Meta, tertiary(), {}, this);
    m_saved->setObjectName("draftState");
    m_sendResolve = new Button(theme, Button::Look::Ghost, tr("Send and resolve"), this);
    m_sendResolve->setObjectName("sendAndResolve");
    m_send = new Button(theme, Button::Look::Primary, tr("Send"), this);
    m_send->setObjectName("send");
    m_send->setJoined(false, true);
    m_send->setKey(QStringLiteral("Ctrl ↵"));
    m_sendMenu = new Button(theme, Button::Look::Primary, {}, this);
    m_sendMenu->setObjectName("sendMenu");
    m_sendMenu->setAccessibleName(tr("More ways to send"));
    m_sendMenu->setToolTip(tr("More ways to send"));
    m_sendMenu->setMenuArrow(true);
    m_sendMenu->setJoined(true, false);
    auto *bottom = new QHBoxLayout;
    bottom->setContentsMargins(theme.px(6), theme.px(6), theme.px(6), theme.px(6));
    bottom->setSpacing(0);
    bottom->addWidget(m_attach);
    bottom->addSpacing(theme.px(6));
    bottom->addWidget(m_saved, 1);
    bottom->addWidget(m_sendResolve);
    bottom->addSpacing(theme.px(6));
    bottom->addWidget(m_send);
    bottom->addWidget(m_sendMenu);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(theme.px(kMargin), 0, theme.px(kMargin), theme.px(kMargin));
    layout->setSpacing(0);
    auto *presenceGap = new QVBoxLayout;
    presenceGap->setContentsMargins(0, 0, 0, 0);
    presenceGap->addWidget(m_presence);
    layout->addLayout(presenceGap);
    layout->addSpacing(theme.px(2));
    layout->addWidget(topRow);
    layout->addWidget(m_mailRow);
    layout->addWidget(m_strip);
    layout->addLayout(editorBox);
    layout->addWidget(m_files);
    layout->addLayout(bottom);

    m_save.setSingleShot(true);
    m_save.setInterval(kSaveMs);
    connect(&m_save, &QTimer::timeout, this, &Composer::saveNow);
    connect(m_editor, &QTextEdit::textChanged, this, &Composer::onEdited);
    connect(m_subject, &QLineEdit::textEdited, this, &Composer::onEdited);
    connect(m_cc, &QLineEdit::textEdited, this, &Composer::onEdited);
    connect(m_editor, &ComposerEditor::heightWanted, this, &Composer::arrange);
    connect(m_editor, &ComposerEditor::leaveWanted, this, &Composer::leaveWanted);
    connect(m_editor, &ComposerEditor::imageGiven, this, [this](const QImage &image) { addFile({}, image); });
    connect(m_editor, &ComposerEditor::filesGiven, this, [this](const QStringList &paths) {
        for (const QString &path : paths)
            addFile(path);
    });
    connect(m_segment, &Segment::chosen, this, [this](int index) { setMode(index == 0 ? Mode::Reply : Mode::Note); });
    connect(m_targetChip, &QAbstractButton::clicked, this, &Composer::chooseTarget);
    connect(m_attach, &QAbstractButton::clicked, this, &Composer::attachFiles);
    connect(m_send, &QAbstractButton::clicked, this, [this] { send(); });
    connect(m_sendResolve, &QAbstractButton::clicked, this, [this] { send(After::Resolve); });
    connect(m_sendMenu, &QAbstractButton::clicked, this, [this] {
        QMenu menu(this);
        menu.addAction(tr("Send and resolve"), this, [this] { send(After::Resolve); });
        menu.addAction(tr("Send and snooze"), this, [this] { send(After::Snooze); });
        menu.exec(m_sendMenu->mapToGlobal(QPoint(0, -menu.sizeHint().height())));
    });
    connect(m_stripAction, &QAbstractButton::clicked, this, [this] {
        if (m_confirmed)
            send(*m_confirmed);
    });
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
    refresh();
}

void Composer::open(const model::Conversation &conversation, const QString &customerName)
{
    if (conversation.id == m_conversation.id) {
        m_conversation = conversation;
        m_customerName = customerName;
        return;
    }
    saveNow();
    m_conversation = conversation;
    m_customerName = customerName;
    m_targets.clear();
    m_target.reset();
    m_targetChosen = false;
    m_other = {};
    m_pending.clear();
    m_confirmed.reset();
    m_strip->setVisible(false);
    m_presence->setVisible(false);
    m_filling = true;
    m_mode = Mode::Reply;
    m_segment->setCurrent(0);
    m_editor->clear();
    m_subject->setText(replySubject(QString::fromStdString(conversation.subject)));
    m_subject->home(false); // a long one shows its beginning
    m_cc->clear();
    m_filling = false;
    m_dirty = false;
    m_saved->setText({});
    refreshAttachments();
    refresh();
}

void Composer::close()
{
    saveNow();
    m_conversation = {};
    m_targets.clear();
    m_target.reset();
    refresh();
}

void Composer::setTargets(std::vector<ReplyTarget> targets, std::optional<std::size_t> standard)
{
    m_targets = std::move(targets);
    if (m_targetChosen && m_target) {
        // The choice stays, with what is known of it now.
        if (const auto at = findTarget(m_targets, m_target->identity, m_target->account))
            m_target = m_targets[*at];
    } else if (!m_target || !hasText()) {
        // With something written nothing changes by itself (UX 6.6).
        m_target = standard ? std::optional(m_targets[*standard]) : std::nullopt;
    }
    refresh();
    emit targetChanged();
}

void Composer::setDraft(Mode mode, const ComposerDraft &draft)
{
    if (mode != m_mode) {
        if (m_other.isEmpty())
            m_other = draft;
        return;
    }
    if (hasText() || draft.isEmpty())
        return;
    m_filling = true;
    m_editor->setPlainText(draft.body);
    m_editor->moveCursor(QTextCursor::End);
    if (!draft.subject.isEmpty())
        m_subject->setText(draft.subject);
    m_subject->home(false);
    m_cc->setText(draft.cc.join(QStringLiteral(", ")));
    m_filling = false;
    if (mode == Mode::Reply && !draft.identity.isNull()) {
        m_targetChosen = true;
        ReplyTarget kept{.identity = draft.identity, .account = draft.account};
        if (const auto at = findTarget(m_targets, draft.identity, draft.account))
            kept = m_targets[*at];
        m_target = kept;
        emit targetChanged();
    }
    m_saved->setText(tr("Draft saved"));
    refresh();
}

void Composer::setOffline(bool offline)
{
    m_offline = offline;
    refresh();
}

void Composer::setPresence(const QString &text)
{
    m_presenceText->setText(text);
    m_presence->setVisible(!text.isEmpty());
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
    std::swap(now, m_other);
    m_mode = mode;
    m_filling = true;
    m_editor->setPlainText(now.body);
    m_editor->moveCursor(QTextCursor::End);
    if (mode == Mode::Reply) {
        m_subject->setText(now.subject.isEmpty() ? replySubject(QString::fromStdString(m_conversation.subject))
                                                 : now.subject);
        m_subject->home(false);
        m_cc->setText(now.cc.join(QStringLiteral(", ")));
    }
    m_filling = false;
    m_confirmed.reset();
    m_strip->setVisible(false);
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

ComposerDraft Composer::currentDraft() const
{
    ComposerDraft draft{.body = m_editor->toPlainText()};
    if (m_mode == Mode::Note)
        return draft;
    draft.subject = m_subject->text().trimmed();
    draft.cc = addressesFrom(m_cc->text());
    if (m_targetChosen && m_target) {
        draft.identity = m_target->identity;
        draft.account = m_target->account;
    }
    return draft;
}

void Composer::onEdited()
{
    if (m_filling)
        return;
    m_dirty = true;
    m_confirmed.reset();
    m_strip->setVisible(false);
    m_saved->setText({});
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
    emit draftChanged(m_conversation.id, m_mode, currentDraft());
    m_saved->setText(hasText() ? tr("Draft saved") : QString());
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
    question.apply = [this](const Choice &choice) {
        const std::size_t at = choice.id.toULong();
        if (at >= m_targets.size())
            return;
        m_target = m_targets[at];
        m_targetChosen = true;
        m_dirty = true;
        saveNow();
        refresh();
        emit targetChanged();
        focusEditor();
    };
    m_picker.ask(QRect(m_targetChip->mapToGlobal(QPoint(0, 0)), m_targetChip->size()), std::move(question));
}

void Composer::attachFiles()
{
    auto *dialog = new QFileDialog(this, tr("Attach files"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setFileMode(QFileDialog::ExistingFiles);
    connect(dialog, &QFileDialog::filesSelected, this, [this](const QStringList &paths) {
        for (const QString &path : paths)
            addFile(path);
    });
    dialog->open();
}

void Composer::addFile(const QString &path, const QImage &image)
{
    const int key = m_nextKey++;
    m_pending.append({.key = key, .name = path.isEmpty() ? tr("Picture") : QFileInfo(path).fileName()});
    refreshAttachments();
    refresh();
    emit uploadWanted(key, path, image);
}

void Composer::attachmentDone(int key, const model::Attachment &attachment)
{
    for (Pending &file : m_pending) {
        if (file.key == key)
            file.done = attachment;
    }
    refreshAttachments();
    refresh();
}

void Composer::attachmentFailed(int key, const QString &why)
{
    for (Pending &file : m_pending) {
        if (file.key == key)
            file.problem = why;
    }
    refreshAttachments();
    refresh();
}

void Composer::refreshAttachments()
{
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
            QTimer::singleShot(0, this, [this] {
                refreshAttachments();
                refresh();
            });
        });
        row->addWidget(chip);
    }
    row->addStretch(1);
    m_files->setVisible(!m_pending.isEmpty());
}

bool Composer::passesChecks(After after)
{
    QStringList wrong;
    const bool mail = m_mode == Mode::Reply && m_target && m_target->channel == model::Channel::Email;
    if (mail)
        addressesFrom(m_cc->text(), &wrong);
    if (!wrong.isEmpty()) {
        showStrip(tr("“%1” is not an e-mail address").arg(wrong.first()), {});
        m_cc->setFocus();
        return false;
    }
    for (const Pending &file : m_pending) {
        if (!file.problem.isEmpty()) {
            showStrip(tr("%1 could not be attached. Remove it, or try again").arg(file.name), {});
            return false;
        }
        if (!file.done) {
            showStrip(tr("%1 is still being uploaded").arg(file.name), {});
            return false;
        }
    }
    if (m_mode == Mode::Reply && m_pending.isEmpty() && m_confirmed != after
        && speaksOfAttachment(m_editor->toPlainText())) {
        m_confirmed = after;
        showStrip(tr("You write of an attachment, but nothing is attached"), tr("Send anyway"));
        return false;
    }
    return true;
}

void Composer::showStrip(const QString &text, const QString &action)
{
    m_stripText->setText(text);
    m_stripAction->setText(action);
    m_stripAction->updateGeometry();
    m_stripAction->setVisible(!action.isEmpty());
    m_strip->setVisible(true);
}

void Composer::send(After after)
{
    if (!m_send->isEnabled() || !passesChecks(after))
        return;
    Request request{.mode = m_mode, .draft = currentDraft(), .after = after};
    if (m_target)
        request.target = *m_target;
    for (const Pending &file : m_pending)
        request.attachments.push_back(*file.done);
    m_filling = true;
    m_editor->clear();
    m_cc->clear();
    m_filling = false;
    m_pending.clear();
    m_confirmed.reset();
    m_targetChosen = false;
    m_dirty = true; // the draft is gone with the sending: an empty one removes it
    m_strip->setVisible(false);
    refreshAttachments();
    saveNow();
    m_saved->setText({});
    refresh();
    emit sendWanted(request);
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

void Composer::refresh()
{
    const bool note = m_mode == Mode::Note, open = !m_conversation.id.isNull();
    const bool mail = !note && m_target && m_target->channel == model::Channel::Email;
    m_segment->setNoteTone(note);
    m_noteHint->setVisible(note);
    m_targetChip->setVisible(!note);
    m_targetChip->setText(m_target ? targetWords(*m_target) : tr("No way to reach this customer"));
    m_targetChip->setIconName(m_target ? iconOf(m_target->channel) : QStringLiteral("warning"));
    m_targetChip->setToolTip(
        tr("%1. Change with %2")
            .arg(m_targetChip->text(), QKeySequence(QStringLiteral("Ctrl+Shift+P")).toString(QKeySequence::NativeText)));
    m_mailRow->setVisible(mail);
    m_editor->setNote(note);
    m_editor->setAccessibleName(note ? tr("Internal note") : tr("Reply to %1").arg(m_customerName));
    m_editor->setHint(note ? tr("Write a note for your team")
                      : m_offline
                          ? tr("Write a reply to %1. It waits in the outbox until the hub answers.").arg(m_customerName)
                          : tr("Write a reply to %1").arg(m_customerName));
    m_editor->setEnabled(open);
    m_send->setText(note ? tr("Add note") : m_offline ? tr("Send later") : tr("Send"));
    m_send->setAccessibleName(note || !m_target ? m_send->text() : tr("%1, %2").arg(m_send->text(), targetWords(*m_target)));
    m_send->updateGeometry();
    const auto noteTone = [](const Theme &t) { return Tone{t.colors().note.onFill, t.colors().note.fill, {}}; };
    m_send->setTone(note ? std::function<Tone(const Theme &)>(noteTone) : nullptr);
    m_send->setJoined(false, !note);
    m_sendMenu->setVisible(!note);
    m_sendResolve->setVisible(!note && width() > m_theme.px(520));
    const bool sendable = open && (hasText() || !m_pending.isEmpty()) && (note || (m_target && m_target->usable()));
    m_send->setEnabled(sendable);
    m_sendMenu->setEnabled(sendable);
    m_sendResolve->setEnabled(sendable);
    if (!note && m_target && !m_target->usable())
        showStrip(m_target->problem, {});
    update();
}

void Composer::setMaximumHeightFor(int paneHeight)
{
    m_paneHeight = paneHeight;
    arrange();
}

void Composer::arrange()
{
    const int chrome = m_theme.px(36 + 40 + 12 + 12) + (m_mailRow->isVisible() ? m_theme.px(32) : 0);
    m_editor->setFixedHeight(std::clamp(m_editor->wantedHeight(), 2 * m_theme.lineHeight(Type::BodyLarge),
                                        std::max(60, m_paneHeight / 2 - chrome)));
}

void Composer::resizeEvent(QResizeEvent *event)
{
    m_sendResolve->setVisible(m_mode == Mode::Reply && width() > m_theme.px(520));
    arrange();
    QWidget::resizeEvent(event);
}

void Composer::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    const Colors &c = m_theme.colors();
    painter.fillRect(rect(), c.bg.surface);
    const int margin = m_theme.px(kMargin), radius = m_theme.px(8);
    const int top = m_presence->isVisible() ? m_presence->geometry().bottom() + 1 : 0;
    const QRectF box(margin, top, width() - 2 * margin, height() - margin - top);
    const bool note = m_mode == Mode::Note;
    // The strand of the braid ends in this edge: 2 px in the colour of the channel that the reply takes.
    paint::roundRect(painter, box, radius, strandColor());
    paint::roundRect(painter, box.adjusted(0, 2, 0, 0), radius, note ? c.note.edge : c.border.normal);
    paint::roundRect(painter, box.adjusted(1, 2, -1, -1), radius - 1, note ? c.bubble.note : c.bg.field);
    const QWidget *topRow = m_segment->parentWidget();
    painter.fillRect(QRectF(box.left() + 1, topRow->geometry().bottom(), box.width() - 2, 1),
                     note ? c.note.edge : c.border.subtle);
    if (m_mailRow->isVisible())
        painter.fillRect(QRectF(box.left() + 1, m_mailRow->geometry().bottom(), box.width() - 2, 1), c.border.subtle);
}

} // namespace tributary::ui
