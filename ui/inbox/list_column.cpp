#include "ui/inbox/list_column.h"

#include "ui/inbox/conversation_list.h"
#include "ui/shell/picker.h"

#include <QHBoxLayout>
#include <QPainter>

namespace tributary::ui {

ListColumn::ListColumn(const Theme &theme, ActionRegistry &actions, Picker &picker, ConversationList *list, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_picker(picker)
    , m_list(list)
{
    setProperty("pane", int(ListPane));
    const auto primary = [](const Colors &c) { return c.text.primary; };
    const auto tertiary = [](const Colors &c) { return c.text.tertiary; };
    m_head = new QWidget(this);
    m_head->setFixedHeight(theme.px(48));
    m_title = new TextLabel(theme, Type::TitleMedium, primary, {}, m_head);
    m_title->setObjectName("queueTitle");
    m_count = new TextLabel(theme, Type::Body, tertiary, {}, m_head);
    auto *head = new QHBoxLayout(m_head);
    head->setContentsMargins(theme.px(12), 0, theme.px(8), 0);
    head->setSpacing(theme.px(8));
    head->addWidget(m_title);
    head->addWidget(m_count);
    head->addStretch(1);

    m_bulk = new Surface(
        theme, [](const Colors &c) { return c.accent.tint; }, Surface::None, this);
    m_bulk->setObjectName("bulkBar");
    m_bulk->setFixedHeight(theme.px(48));
    m_selected = new TextLabel(theme, Type::BodyStrong, primary, {}, m_bulk);
    auto *bulk = new QHBoxLayout(m_bulk);
    bulk->setContentsMargins(theme.px(12), 0, theme.px(4), 0);
    bulk->setSpacing(0);
    bulk->addWidget(m_selected, 1);
    const std::pair<const char *, const char *> tools[]{
        {"assign", "user"}, {"snooze", "moon"}, {"tag", "tag"}, {"resolve", "check"}, {"mergeSelected", "merge"}};
    for (const auto &[id, icon] : tools) {
        auto *button = new Button(theme, Button::Look::Icon, {}, m_bulk);
        button->setIconName(icon);
        button->setObjectName(QStringLiteral("bulk-") + QLatin1String(id));
        button->setToolTip(actions.toolTip(id));
        button->setAccessibleName(actions.spec(id)->text);
        connect(button, &QAbstractButton::clicked, &actions, [&actions, id = id] { actions.action(id)->trigger(); });
        bulk->addWidget(button);
    }
    auto *clear = new Button(theme, Button::Look::Icon, {}, m_bulk);
    clear->setIconName("close");
    clear->setToolTip(tr("Clear the selection (Esc)"));
    clear->setAccessibleName(tr("Clear the selection"));
    connect(clear, &QAbstractButton::clicked, this, &ListColumn::selectionCleared);
    bulk->addWidget(clear);
    m_bulk->setVisible(false);

    auto *bar = new Surface(
        theme, [](const Colors &c) { return c.bg.list; }, Surface::Bottom, this);
    bar->setFixedHeight(theme.px(40));
    auto *chips = new QHBoxLayout(bar);
    chips->setContentsMargins(theme.px(12), 0, theme.px(12), 0);
    chips->setSpacing(theme.px(6));
    m_sort = new Button(theme, Button::Look::Chip, {}, bar);
    m_sort->setObjectName("sortChip");
    m_channel = new Button(theme, Button::Look::Chip, {}, bar);
    m_channel->setObjectName("channelChip");
    for (Button *chip : {m_sort, m_channel}) {
        chip->setMenuArrow(true);
        chips->addWidget(chip);
    }
    chips->addStretch(1);
    connect(m_sort, &QAbstractButton::clicked, this, &ListColumn::chooseSort);
    connect(m_channel, &QAbstractButton::clicked, this, &ListColumn::chooseChannel);

    list->setParent(this);
    m_waiting = new Button(theme, Button::Look::Primary, {}, this);
    m_waiting->setHeightClass(24);
    m_waiting->setObjectName("newArrivals");
    m_waiting->setVisible(false);
    connect(m_waiting, &QAbstractButton::clicked, this, &ListColumn::waitingClicked);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_head);
    layout->addWidget(m_bulk);
    layout->addWidget(bar);
    layout->addWidget(list, 1);
    refreshChips();
    followTheme(theme, this);
}

void ListColumn::setTitle(const QString &title, const QString &count)
{
    m_title->setText(title);
    m_count->setText(count);
    m_list->setAccessibleName(title);
}

void ListColumn::setSelected(int count)
{
    m_selected->setText(tr("%n selected", nullptr, count));
    m_bulk->setVisible(count > 0);
    m_head->setVisible(count == 0);
}

void ListColumn::setWaiting(int count)
{
    m_waiting->setText(tr("%n new", nullptr, count));
    m_waiting->setVisible(count > 0);
    m_waiting->raise();
    resizeEvent(nullptr);
}

void ListColumn::resizeEvent(QResizeEvent *)
{
    const QSize size = m_waiting->sizeHint();
    m_waiting->setGeometry((width() - size.width()) / 2, m_theme.px(96), size.width(), size.height());
}

void ListColumn::refreshChips()
{
    m_sort->setText(m_filter.oldestFirst ? tr("Oldest first") : tr("Newest first"));
    m_channel->setText(m_filter.channel ? channelName(*m_filter.channel) : tr("Any channel"));
    m_channel->setCheckable(true);
    m_channel->setChecked(m_filter.channel.has_value());
    for (Button *chip : {m_sort, m_channel}) {
        chip->setAccessibleName(chip->text());
        chip->updateGeometry();
    }
}

void ListColumn::chooseSort()
{
    Picker::Question question{.objectName = "sortPicker", .placeholder = tr("Order")};
    question.choices = {Choice{.id = "newest", .text = tr("Newest first"), .checked = !m_filter.oldestFirst},
                        Choice{.id = "oldest", .text = tr("Oldest first"), .checked = m_filter.oldestFirst}};
    question.apply = [this](const Choice &choice) {
        m_filter.oldestFirst = choice.id == QLatin1String("oldest");
        refreshChips();
        emit filterChanged();
    };
    m_picker.ask(QRect(m_sort->mapToGlobal(QPoint()), m_sort->size()), std::move(question));
}

void ListColumn::chooseChannel()
{
    refreshChips(); // a click toggled it; the picker decides
    Picker::Question question{.objectName = "channelPicker", .placeholder = tr("Channel")};
    question.choices.append(Choice{.id = "any", .text = tr("Any channel"), .icon = "inbox", .checked = !m_filter.channel});
    for (const model::Channel channel : {model::Channel::Email, model::Channel::WebChat}) {
        question.choices.append(Choice{.id = QString::number(int(channel)),
                                       .text = channelName(channel),
                                       .icon = iconOf(channel),
                                       .iconColor = toneOf(m_theme, channel).fg,
                                       .checked = m_filter.channel == channel});
    }
    question.apply = [this](const Choice &choice) {
        m_filter.channel =
            choice.id == QLatin1String("any") ? std::nullopt : std::optional(model::Channel(choice.id.toInt()));
        refreshChips();
        emit filterChanged();
    };
    m_picker.ask(QRect(m_channel->mapToGlobal(QPoint()), m_channel->size()), std::move(question));
}

void ListColumn::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_theme.colors().bg.list);
}

} // namespace tributary::ui
