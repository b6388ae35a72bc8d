#include "ui/inbox/conversation_header.h"

#include "ui/inbox/row_words.h"
#include "ui/theme/short_count.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QPainter>
#include <ranges>

namespace tributary::ui {

ConversationHeader::ConversationHeader(const Theme &theme, const Clock &clock, ActionRegistry &actions, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_clock(clock)
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setObjectName("conversationHeader");
    setFixedHeight(theme.px(48));
    m_name = new TextLabel(
        theme, Type::TitleMedium, [](const Colors &c) { return c.text.primary; }, {}, this);
    m_name->setObjectName("conversationName");
    m_state = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.text.tertiary; }, {}, this);
    m_state->setObjectName("conversationState");
    m_vip = new Button(theme, Button::Look::Chip, tr("VIP"), this);
    m_vip->setObjectName("headerVip");
    m_vip->setIconName("star");
    m_vip->setHeightClass(18);
    m_vip->setFocusPolicy(Qt::NoFocus);
    m_vip->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_vip->setTone([](const Theme &shown) { return shown.colors().status.warning; });
    m_following = new Button(theme, Button::Look::Chip, tr("Following"), this);
    m_following->setObjectName("headerFollowing");
    m_following->setIconName("eye");
    m_following->setHeightClass(18);
    m_following->setFocusPolicy(Qt::NoFocus);
    m_following->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_following->setTone([](const Theme &shown) { return shown.colors().status.neutral; });
    m_viewers = new QWidget(this);
    auto *viewers = new QHBoxLayout(m_viewers);
    viewers->setContentsMargins(0, 0, 0, 0);
    viewers->setSpacing(theme.px(2));
    m_back = new Button(theme, Button::Look::Icon, {}, this);
    m_back->setIconName("chevron-left");
    m_back->setObjectName("backToList");
    m_back->setAccessibleName(tr("Back to the list"));
    m_back->setToolTip(actions.toolTip("back"));
    m_back->hide();
    connect(m_back, &QAbstractButton::clicked, &actions, [&actions] { actions.action("back")->trigger(); });
    m_owner = new Button(theme, Button::Look::Ghost, {}, this);
    m_owner->setObjectName("owner");
    m_owner->setIconName("user");
    m_owner->setMenuArrow(true);
    m_snooze = new Button(theme, Button::Look::Icon, {}, this);
    m_snooze->setIconName("moon");
    m_more = new Button(theme, Button::Look::Icon, {}, this);
    m_more->setIconName("more");
    m_more->setAccessibleName(tr("More actions"));
    m_more->setToolTip(tr("More actions"));
    m_resolve = new Button(theme, Button::Look::Normal, tr("Resolve"), this);
    m_resolve->setIconName("check");
    m_resolve->setKey("E");
    m_resolve->setObjectName("headerResolve");
    const std::tuple<Button *, const char *, QString> wired[]{
        {m_owner, "assign", tr("Owner")}, {m_snooze, "snooze", tr("Snooze")}, {m_resolve, "resolve", tr("Resolve")}};
    for (const auto &[button, id, name] : wired) {
        button->setAccessibleName(name);
        m_tips[QLatin1String(id)] = {button, actions.toolTip(id)};
        button->setToolTip(actions.toolTip(id));
        connect(button, &QAbstractButton::clicked, this, [this, id = id] { emit actionWanted(QLatin1String(id)); });
    }
    connect(m_more, &QAbstractButton::clicked, this,
            [this] { emit moreWanted(m_more->mapToGlobal(QPoint(0, m_more->height()))); });

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(sided(theme.px(16), 0, theme.px(12), 0));
    layout->setSpacing(theme.px(4));
    layout->addWidget(m_back);
    auto *words = new QVBoxLayout;
    words->setSpacing(0);
    words->addStretch(1);
    auto *first = new QHBoxLayout;
    first->setSpacing(theme.px(6));
    first->addWidget(m_name);
    first->addWidget(m_vip);
    first->addWidget(m_following);
    first->addStretch(1);
    words->addLayout(first);
    words->addWidget(m_state);
    words->addStretch(1);
    layout->addLayout(words, 1);
    m_presenceUnknown = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.text.tertiary; }, tr("Presence unknown"), this);
    m_presenceUnknown->setObjectName("presenceUnknown");
    m_presenceUnknown->setToolTip(tr("Without the hub nobody knows who else is looking at this."));
    m_presenceUnknown->hide();
    layout->addWidget(m_presenceUnknown);
    layout->addWidget(m_viewers);
    layout->addWidget(m_owner);
    layout->addWidget(m_snooze);
    layout->addWidget(m_more);
    layout->addSpacing(theme.px(4));
    layout->addWidget(m_resolve);
    setRow({});
    followTheme(theme, this);
}

void ConversationHeader::setProblem(const QString &action, const QString &why)
{
    const auto found = m_tips.find(action);
    if (found == m_tips.end())
        return;
    found->second.first->setEnabled(why.isEmpty());
    found->second.first->setToolTip(why.isEmpty() ? found->second.second : why);
}

void ConversationHeader::setStatuses(const StatusNames &names)
{
    if (std::exchange(m_statuses, names) != names && m_row)
        setRow(std::optional(m_row));
}

void ConversationHeader::setRow(const std::optional<store::ConversationRow> &row)
{
    m_row = row;
    for (QWidget *button : {static_cast<QWidget *>(m_owner), static_cast<QWidget *>(m_snooze),
                            static_cast<QWidget *>(m_more), static_cast<QWidget *>(m_resolve)})
        button->setVisible(row.has_value());
    m_vip->setVisible(row && row->vip);
    m_following->setVisible(row && row->following);
    if (!row) {
        m_name->clear();
        m_state->clear();
        return;
    }
    const model::Conversation &conversation = row->conversation;
    m_name->setText(shownName(*row));
    QStringList parts{statusWords(conversation, m_format, m_clock.now(), m_statuses)};
    if (!conversation.subject.empty())
        parts.append(QString::fromStdString(conversation.subject));
    if (conversation.number > 0)
        parts.append(u'#' + QString::number(conversation.number));
    if (conversation.status == model::Conversation::Status::Open && conversation.waitingSince)
        parts.append(tr("waiting for %1").arg(waitedFor(*conversation.waitingSince, m_format, m_clock.now())));
    m_state->setText(parts.join(QStringLiteral(" · ")));
    m_owner->setText(row->assigneeName.empty() ? tr("Unassigned")
                                               : QString::fromStdString(row->assigneeName).section(u' ', 0, 0));
    m_owner->setAccessibleName(tr("Owner: %1").arg(m_owner->text()));
    m_owner->updateGeometry();
    const bool resolved = conversation.status == model::Conversation::Status::Resolved;
    m_resolve->setText(resolved ? tr("Reopen") : tr("Resolve"));
    m_resolve->setIconName(resolved ? "undo" : "check");
    m_resolve->updateGeometry();
}

void ConversationHeader::setPerson(const QString &name, bool vip)
{
    setRow({});
    m_vip->setVisible(vip);
    m_name->setText(name);
    m_state->setText(tr("No conversation yet"));
}

void ConversationHeader::setViewers(const QList<Viewer> &viewers)
{
    qDeleteAll(m_viewers->findChildren<QWidget *>(QString(), Qt::FindDirectChildrenOnly));
    for (const Viewer &viewer : viewers.mid(0, 3)) {
        auto *avatar = new AvatarView(m_theme, 20, m_viewers);
        avatar->setPerson(viewer.name, viewer.id);
        avatar->setToolTip(viewer.writing ? tr("%1 is writing").arg(viewer.name)
                           : viewer.away  ? tr("%1 is away, and has this open").arg(viewer.name)
                                          : tr("%1 is looking at this").arg(viewer.name));
        avatar->setAccessibleName(avatar->toolTip());
        avatar->setPresence([away = viewer.away](const Colors &c) { return away ? c.presence.away : c.presence.online; },
                            [](const Colors &c) { return c.bg.surface; });
        m_viewers->layout()->addWidget(avatar);
    }
}

void ConversationHeader::setPresenceKnown(bool known)
{
    m_presenceUnknown->setVisible(!known);
}

void ConversationHeader::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.colors().bg.surface);
    painter.fillRect(0, height() - 1, width(), 1, m_theme.colors().border.subtle);
}

// --- ChannelChips ---------------------------------------------------------------------------------------------------------

ChannelChips::ChannelChips(const Theme &theme, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_box(new QWidget(this))
    , m_everything(chip({}))
    , m_eventsChip(chip({}))
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setObjectName("channelChips");
    setAccessibleName(tr("Channels shown"));
    setFixedHeight(theme.px(40));
    m_line = new QHBoxLayout(m_box);
    m_line->setContentsMargins(0, 0, 0, 0);
    m_line->setSpacing(theme.px(2));
    m_line->addWidget(m_everything);
    m_line->addWidget(m_eventsChip);
    setTabOrder(m_everything, m_eventsChip);
    connect(m_everything, &QAbstractButton::clicked, this, [this] {
        m_shown.clear();
        m_events = true;
        emitFilter();
    });
    connect(m_eventsChip, &QAbstractButton::clicked, this, [this] {
        m_events = !m_events;
        emitFilter();
    });
    m_find = new Button(theme, Button::Look::Icon, {}, this);
    m_find->setIconName("search");
    m_find->setAccessibleName(tr("Find in this timeline"));
    m_find->setToolTip(
        tr("Find in this timeline (%1)").arg(QKeySequence(QKeySequence::Find).toString(QKeySequence::NativeText)));
    connect(m_find, &QAbstractButton::clicked, this, &ChannelChips::findWanted);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(sided(theme.px(14), 0, theme.px(12), 0));
    layout->addWidget(m_box);
    layout->addStretch(1);
    layout->addWidget(m_find);
    rebuild();
    followTheme(theme, this);
}

void ChannelChips::setCounts(const std::map<Strand, int> &counts)
{
    if (counts == m_counts)
        return;
    m_counts = counts;
    rebuild();
}

void ChannelChips::reset()
{
    m_shown.clear();
    m_events = true;
    rebuild();
}

Button *ChannelChips::chip(const QString &icon)
{
    auto *chip = new Button(m_theme, Button::Look::Chip, {}, m_box);
    chip->setFlat(true);
    chip->setCheckable(true);
    chip->setIconName(icon);
    return chip;
}

/// Once for each channel that there is ever something of.
void ChannelChips::make(Strand strand)
{
    auto *one = m_chips[strand] = chip(iconOf(strand));
    m_line->insertWidget(1 + int(std::distance(m_chips.begin(), m_chips.find(strand))), one);
    connect(one, &QAbstractButton::clicked, this, [this, strand] {
        if (QApplication::keyboardModifiers() & Qt::AltModifier)
            m_shown = {strand};
        else if (!m_shown.erase(strand))
            m_shown.insert(strand);
        emitFilter();
    });
    QWidget *before = m_everything; // Tab goes as they stand
    for (const auto &[other, button] : m_chips)
        setTabOrder(std::exchange(before, button), button);
    setTabOrder(before, m_eventsChip);
}

/// From one customer to the next and with each message the chips stay: what they say changes, and which are to be seen.
void ChannelChips::rebuild()
{
    for (const Strand strand : m_counts | std::views::keys) {
        if (!m_chips.contains(strand))
            make(strand);
    }
    for (const auto &[strand, button] : m_chips)
        button->setVisible(m_counts.contains(strand));
    m_everything->setVisible(!m_counts.empty());
    m_eventsChip->setVisible(!m_counts.empty());
    const QLocale locale;
    const auto say = [](Button *chip, const QString &text, bool on, const QString &name) {
        if (chip->text() != text)
            chip->setText(text);
        chip->setChecked(on);
        chip->setAccessibleName(name);
        chip->setToolTip(name);
    };
    int all = 0;
    for (const auto &[strand, count] : m_counts) {
        all += count;
        const bool isShown = m_shown.contains(strand);
        say(m_chips[strand], shortCount(count, locale), isShown,
            tr("%1, %n item(s)", nullptr, count).arg(strandName(strand)));
        m_chips[strand]->setTone(isShown ? std::function<Tone(const Theme &)>() : [strand = strand](const Theme &t) {
            return Tone{toneOf(t, strand).fg, Qt::transparent, {}};
        });
    }
    say(m_everything, tr("All %1").arg(shortCount(all, locale)), m_shown.empty() && m_events,
        tr("Everything, %n item(s)", nullptr, all));
    say(m_eventsChip, tr("Events"), m_events && !m_shown.empty(), tr("Show events"));
}

void ChannelChips::emitFilter()
{
    rebuild();
    emit filterChanged(m_shown, m_events);
}

void ChannelChips::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), m_theme.colors().bg.surface);
    painter.fillRect(0, height() - 1, width(), 1, m_theme.colors().border.subtle);
}

} // namespace tributary::ui
