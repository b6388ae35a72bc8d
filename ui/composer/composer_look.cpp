#include "ui/composer/composer.h"

#include "ui/composer/composer_editor.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>

/// How the composer is put together, arranged and painted. composer.cpp has what it does.
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
    setAttribute(Qt::WA_OpaquePaintEvent);
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
    presence->addWidget(m_presenceText, 1);
    m_seeDraft = new Button(theme, Button::Look::Ghost, tr("See draft"), m_presence);
    m_seeDraft->setObjectName("seeDraft");
    m_seeDraft->setHeightClass(24);
    m_seeDraft->setToolTip(tr("Look at what is being written. It cannot be changed here."));
    connect(m_seeDraft, &QAbstractButton::clicked, this,
            [this] { emit draftOfOtherWanted(QRect(m_seeDraft->mapToGlobal(QPoint(0, 0)), m_seeDraft->size())); });
    presence->addWidget(m_seeDraft);
    m_seeDraft->setVisible(false);
    m_presence->setVisible(false);

    const ColorOf crossed = [this](const Colors &c) { return m_grave ? c.status.danger.fg : c.status.warning.fg; };
    m_crossing = new Surface(
        theme, [this](const Colors &c) { return m_grave ? c.status.danger.tint : c.status.warning.tint; }, Surface::None,
        this);
    m_crossing->setFixedHeight(theme.px(32));
    m_crossing->installEventFilter(this);
    m_crossingText = new TextLabel(theme, Type::MetaStrong, crossed, {}, m_crossing);
    m_crossingText->setObjectName("composerCrossing");
    m_compare = new Button(theme, Button::Look::Normal, tr("Compare"), m_crossing);
    m_compare->setHeightClass(24);
    m_compare->setObjectName("composerCompare");
    auto *crossing = new QHBoxLayout(m_crossing);
    crossing->setContentsMargins(sided(theme.px(12), 0, pad, 0));
    crossing->addWidget(m_crossingText, 1);
    crossing->addWidget(m_compare);
    m_crossing->setVisible(false);

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
    m_subject->setAcceptDrops(false); // a file is attached, wherever it is dropped
    m_cc->setObjectName("composerCc");
    m_cc->setAcceptDrops(false);
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
    strip->setContentsMargins(sided(theme.px(12), 0, pad, 0));
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
    presenceGap->setSpacing(0);
    presenceGap->addWidget(m_presence);
    presenceGap->addWidget(m_crossing);
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
    connect(m_editor, &ComposerEditor::lastWanted, this, &Composer::lastWanted);
    connect(m_editor, &ComposerEditor::mentionWanted, this, &Composer::pickColleague);
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
        menu.setToolTipsVisible(true);
        for (QAction *action : {menu.addAction(tr("Send and resolve"), this, [this] { send(After::Resolve); }),
                                menu.addAction(tr("Send and snooze"), this, [this] { send(After::Snooze); })}) {
            action->setEnabled(m_whyNotResolved.isEmpty());
            action->setToolTip(m_whyNotResolved);
        }
        menu.exec(m_sendMenu->mapToGlobal(QPoint(0, -menu.sizeHint().height())));
    });
    connect(m_compare, &QAbstractButton::clicked, this, &Composer::compareWanted);
    connect(m_stripAction, &QAbstractButton::clicked, this, [this] {
        if (m_confirmed)
            send(*m_confirmed);
    });
    connect(&theme, &Theme::changed, this, qOverload<>(&QWidget::update));
    refresh();
}

void Composer::refresh()
{
    const bool note = m_mode == Mode::Note, open = !m_conversation.id.isNull();
    const bool mail = !note && m_target && m_target->channel == model::Channel::Email;
    m_segment->setNoteTone(note);
    m_noteHint->setVisible(note);
    m_targetChip->setVisible(!note);
    m_targetChip->setText(!m_target                ? tr("No way to reach this customer")
                          : m_target->to.isEmpty() ? tr("Choose a way to reach this customer")
                                                   : targetWords(*m_target));
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
    m_crossing->setVisible(!note && open && !m_crossingText->text().isEmpty());
    m_send->setText(note                      ? tr("Add note")
                    : !m_crossing->isHidden() ? tr("Send anyway")
                    : m_offline               ? tr("Send later")
                                              : tr("Send"));
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
    m_sendResolve->setEnabled(sendable && m_whyNotResolved.isEmpty());
    m_sendResolve->setToolTip(m_whyNotResolved);
    if (!note && m_target && !m_target->usable() && !m_targets.empty()) // none: they are not known yet
        showStrip(Strip::Target, m_target->problem, {});
    else if (m_stripAbout == Strip::Target)
        hideStrip();
    warnOfMentions();
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
    const QWidget *above = m_crossing->isVisible() ? m_crossing : m_presence;
    const int top = above->isVisible() ? above->geometry().bottom() + 1 : 0;
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
