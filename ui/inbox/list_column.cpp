#include "ui/inbox/list_column.h"

#include "ui/inbox/conversation_list.h"
#include "ui/shell/picker.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QPainter>

namespace tributary::ui {
namespace {

constexpr int kTypedMs = 120;
constexpr const char *kBulk = "bulk-";
using model::SavedView;
using Status = model::Conversation::Status;

} // namespace

std::vector<SavedView::Condition> ListColumn::Filter::conditions() const
{
    std::vector<SavedView::Condition> all;
    if (status)
        all.push_back(*status);
    if (channel)
        all.push_back({"channel", "is", std::string(model::nameOf(*channel))});
    all.insert(all.end(), extra.begin(), extra.end());
    return all;
}

ListColumn::ListColumn(const Theme &theme, ActionRegistry &actions, Picker &picker, ConversationList *list, QWidget *parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_picker(picker)
    , m_list(list)
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setProperty("pane", int(ListPane));
    const auto primary = [](const Colors &c) { return c.text.primary; };
    const auto tertiary = [](const Colors &c) { return c.text.tertiary; };
    m_head = new QWidget(this);
    m_head->setFixedHeight(theme.px(48));
    m_title = new TextLabel(theme, Type::TitleMedium, primary, {}, m_head);
    m_title->setObjectName("queueTitle");
    m_count = new TextLabel(theme, Type::Body, tertiary, {}, m_head);
    m_count->setObjectName("queueCount");
    auto *head = new QHBoxLayout(m_head);
    head->setContentsMargins(sided(theme.px(12), 0, theme.px(8), 0));
    head->setSpacing(theme.px(8));
    head->addWidget(m_title);
    head->addWidget(m_count);
    m_places = new Button(theme, Button::Look::Icon, {}, m_head);
    m_places->setIconName("chevron-down");
    m_places->setObjectName("foldedPlaces");
    m_places->setAccessibleName(tr("Queues and views"));
    m_places->setToolTip(tr("Queues and views (F7)"));
    m_places->hide();
    head->addWidget(m_places);
    connect(m_places, &QAbstractButton::clicked, &actions, [&actions] { actions.action("sidebar")->trigger(); });
    head->addStretch(1);
    const auto tool = [&](const char *icon, const char *name, const QString &tip) {
        auto *button = new Button(theme, Button::Look::Icon, {}, m_head);
        button->setIconName(icon);
        button->setObjectName(name);
        button->setToolTip(tip);
        button->setAccessibleName(tip);
        head->addWidget(button);
        return button;
    };
    m_filterButton = tool("filter", "addFilter", tr("Filter this list"));
    connect(m_filterButton, &QAbstractButton::clicked, this, &ListColumn::chooseExtra);
    Button *more = tool("more", "listMore", tr("More for this list"));
    connect(more, &QAbstractButton::clicked, this,
            [this, more] { emit moreWanted(more->mapToGlobal(QPoint(0, more->height()))); });

    m_bulk = new Surface(
        theme, [](const Colors &c) { return c.accent.tint; }, Surface::None, this);
    m_bulk->setObjectName("bulkBar");
    m_bulk->setFixedHeight(theme.px(48));
    m_selected = new TextLabel(theme, Type::BodyStrong, primary, {}, m_bulk);
    m_selected->setObjectName("selectedCount");
    auto *bulk = new QHBoxLayout(m_bulk);
    bulk->setContentsMargins(sided(theme.px(12), 0, theme.px(4), 0));
    bulk->setSpacing(0);
    bulk->addWidget(m_selected, 1);
    const std::pair<const char *, const char *> tools[]{
        {"assign", "user"}, {"snooze", "moon"}, {"tag", "tag"}, {"resolve", "check"}, {"mergeSelected", "merge"}};
    for (const auto &[id, icon] : tools) {
        auto *button = new Button(theme, Button::Look::Icon, {}, m_bulk);
        button->setIconName(icon);
        button->setObjectName(QLatin1String(kBulk) + QLatin1String(id));
        button->setToolTip(actions.toolTip(id));
        button->setAccessibleName(actions.spec(id)->text);
        connect(button, &QAbstractButton::clicked, &actions, [&actions, id = id] { actions.action(id)->trigger(); });
        bulk->addWidget(button);
        m_bulkButtons.append(button);
        m_bulkTips.append(button->toolTip());
    }
    m_next = new Button(theme, Button::Look::Icon, {}, m_bulk);
    m_next->setObjectName("bulkNext");
    m_next->hide();
    m_next->setIconName("chevron-right");
    m_next->setToolTip(tr("Select the next ones of this list (Ctrl+A)"));
    m_next->setAccessibleName(tr("Select the next ones of this list"));
    connect(m_next, &QAbstractButton::clicked, list, &ConversationList::everythingWanted);
    bulk->addWidget(m_next);
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
    m_status = new Button(theme, Button::Look::Chip, {}, bar);
    m_status->setObjectName("statusChip");
    m_sort = new Button(theme, Button::Look::Chip, {}, bar);
    m_sort->setObjectName("sortChip");
    m_channel = new Button(theme, Button::Look::Chip, {}, bar);
    m_channel->setObjectName("channelChip");
    for (Button *chip : {m_status, m_sort, m_channel}) {
        chip->setMenuArrow(true);
        chips->addWidget(chip);
    }
    chips->addStretch(1);
    connect(m_status, &QAbstractButton::clicked, this, &ListColumn::chooseStatus);
    connect(m_sort, &QAbstractButton::clicked, this, &ListColumn::chooseSort);
    m_list->setJumpsByName([&actions] { return !actions.singleKeys(); });
    connect(m_channel, &QAbstractButton::clicked, this, &ListColumn::chooseChannel);

    m_extra = new Surface(
        theme, [](const Colors &c) { return c.bg.list; }, Surface::Bottom, this);
    m_extra->setObjectName("extraFilters");
    m_extra->setFixedHeight(theme.px(36));
    m_extraLine = new QHBoxLayout(m_extra);
    m_extraLine->setContentsMargins(theme.px(12), 0, theme.px(12), 0);
    m_extraLine->setSpacing(theme.px(6));
    m_find = new Surface(
        theme, [](const Colors &c) { return c.bg.list; }, Surface::Bottom, this);
    m_words = new QLineEdit(m_find);
    m_words->setObjectName("listWords");
    m_words->setPlaceholderText(tr("Filter this list by words"));
    m_words->setAccessibleName(tr("Filter this list by words"));
    // Its icon is looked for in every theme of the system, which the start of the program should not wait for.
    connect(m_words, &QLineEdit::textChanged, m_words, [this] { m_words->setClearButtonEnabled(true); });
    m_words->installEventFilter(this);
    auto *find = new QHBoxLayout(m_find);
    find->setContentsMargins(theme.px(12), theme.px(4), theme.px(12), theme.px(6));
    find->addWidget(m_words);
    m_find->setVisible(false);
    m_typed.setSingleShot(true);
    m_typed.setInterval(kTypedMs);
    connect(m_words, &QLineEdit::textChanged, &m_typed, qOverload<>(&QTimer::start));
    connect(&m_typed, &QTimer::timeout, this, [this] {
        if (m_filter.words == m_words->text().trimmed())
            return;
        m_filter.words = m_words->text().trimmed();
        emit filterChanged();
    });

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
    layout->addWidget(m_extra);
    layout->addWidget(m_find);
    layout->addWidget(list, 1);
    refreshChips();
    followTheme(theme, this);
}

void ListColumn::setTitle(const QString &title, const QString &count, const QString &countTip)
{
    m_title->setText(title);
    m_count->setText(count);
    m_count->setToolTip(countTip);
    m_list->setAccessibleName(title);
}

void ListColumn::setSelected(int count, bool goesOn)
{
    m_next->setVisible(goesOn);
    m_selected->setText(tr("%Ln selected", nullptr, count));
    m_bulk->setVisible(count > 0);
    m_head->setVisible(count == 0);
}

void ListColumn::setBulkProblem(const std::function<QString(const QString &action)> &problemOf)
{
    for (qsizetype i = 0; i < m_bulkButtons.size(); ++i) {
        const QString problem = problemOf(m_bulkButtons[i]->objectName().mid(int(qstrlen(kBulk))));
        m_bulkButtons[i]->setEnabled(problem.isEmpty());
        m_bulkButtons[i]->setToolTip(problem.isEmpty() ? m_bulkTips[i] : problem);
    }
}

void ListColumn::setFilter(const Filter &filter)
{
    m_filter = filter;
    {
        const QSignalBlocker quiet(m_words);
        m_words->setText(filter.words);
    }
    m_find->setVisible(!filter.words.isEmpty());
    refreshChips();
}

void ListColumn::clearFilter()
{
    m_typed.stop();
    setFilter({.sort = m_filter.sort});
    emit filterChanged();
}

void ListColumn::setPlace(SavedView::Sort usual, bool hasStatus)
{
    m_usualSort = usual;
    m_hasStatus = hasStatus;
    refreshChips();
}

void ListColumn::setKnown(const views::Known &known)
{
    m_known = known;
    refreshExtra();
}

void ListColumn::startFiltering()
{
    m_find->setVisible(true);
    m_words->setFocus(Qt::ShortcutFocusReason);
    m_words->selectAll();
}

bool ListColumn::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_words && event->type() == QEvent::KeyPress) {
        const int key = static_cast<QKeyEvent *>(event)->key();
        const bool enter = key == Qt::Key_Return || key == Qt::Key_Enter;
        if (key == Qt::Key_Escape)
            m_words->clear();
        if (key == Qt::Key_Escape || enter || key == Qt::Key_Down) {
            m_typed.stop();
            m_filter.words = m_words->text().trimmed();
            m_find->setVisible(!m_filter.words.isEmpty());
            emit filterChanged();
            m_list->setFocus(Qt::ShortcutFocusReason);
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void ListColumn::apply()
{
    refreshChips();
    emit filterChanged();
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
    m_waiting->setGeometry((width() - size.width()) / 2, m_list->y() + m_theme.px(8), size.width(), size.height());
}

void ListColumn::refreshChips()
{
    m_status->setVisible(m_hasStatus);
    QString status = tr("Open");
    for (const auto &[condition, text] : statusChoices()) {
        if (m_filter.status == condition)
            status = text;
    }
    m_status->setText(status);
    const auto sort = m_filter.sort.value_or(m_usualSort);
    m_sort->setText(views::sortName(sort));
    m_list->setByTime(sort == model::SavedView::Sort::Newest || sort == model::SavedView::Sort::Oldest);
    m_channel->setText(m_filter.channel ? channelName(*m_filter.channel) : tr("Any channel"));
    m_status->setCheckable(true);
    m_status->setChecked(m_filter.status.has_value());
    m_channel->setCheckable(true);
    m_channel->setChecked(m_filter.channel.has_value());
    for (Button *chip : {m_status, m_sort, m_channel}) {
        chip->setAccessibleName(chip->text());
        chip->updateGeometry();
    }
    refreshExtra();
}

void ListColumn::refreshExtra()
{
    while (QLayoutItem *item = m_extraLine->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    for (std::size_t i = 0; i < m_filter.extra.size(); ++i) {
        const QString text = views::chipText(m_filter.extra[i], m_known);
        auto *chip = new Button(m_theme, Button::Look::Chip, text, m_extra);
        chip->setObjectName("extraFilter");
        chip->setIconName("close");
        chip->setHeightClass(24);
        chip->setToolTip(tr("Remove this filter"));
        chip->setAccessibleName(tr("%1. Remove this filter").arg(text));
        connect(chip, &QAbstractButton::clicked, this, [this, i] {
            m_filter.extra.erase(m_filter.extra.begin() + std::ptrdiff_t(i));
            apply();
        });
        m_extraLine->addWidget(chip);
    }
    m_extraLine->addStretch(1);
    m_extra->setVisible(!m_filter.extra.empty());
}

std::vector<std::pair<SavedView::Condition, QString>> ListColumn::statusChoices() const
{
    const auto is = [](Status status) { return SavedView::Condition{"status", "is", std::string(model::nameOf(status))}; };
    std::vector<std::pair<SavedView::Condition, QString>> choices{{is(Status::Open), tr("Not answered")},
                                                                  {is(Status::Waiting), tr("Waiting on customer")},
                                                                  {is(Status::Snoozed), tr("Snoozed")},
                                                                  {is(Status::Resolved), tr("Resolved")}};
    for (const model::CustomStatus &own : m_known.setup.statuses)
        choices.push_back({{"custom_status", "is", own.id.text()}, QString::fromStdString(own.name)});
    return choices;
}

void ListColumn::chooseStatus()
{
    refreshChips(); // a click toggled it; the picker decides
    Picker::Question question{.objectName = "statusPicker", .placeholder = tr("Status")};
    question.choices = {Choice{.id = "-", .text = tr("Open"), .detail = tr("answered or not"), .checked = !m_filter.status}};
    const auto choices = statusChoices();
    for (std::size_t i = 0; i < choices.size(); ++i)
        question.choices.append(
            Choice{.id = QString::number(i), .text = choices[i].second, .checked = m_filter.status == choices[i].first});
    question.apply = [this, choices](const Choice &choice) {
        bool isOne = false;
        const std::size_t at = choice.id.toULong(&isOne);
        m_filter.status = isOne ? std::optional(choices[at].first) : std::nullopt;
        apply();
    };
    m_picker.ask(QRect(m_status->mapToGlobal(QPoint()), m_status->size()), std::move(question));
}

void ListColumn::chooseSort()
{
    Picker::Question question{.objectName = "sortPicker", .placeholder = tr("Order")};
    for (const std::string_view name : model::kNames<SavedView::Sort>) {
        const auto sort = *model::fromName<SavedView::Sort>(name);
        question.choices.append(Choice{.id = QString::fromUtf8(name.data(), qsizetype(name.size())),
                                       .text = views::sortName(sort),
                                       .checked = sort == m_filter.sort.value_or(m_usualSort)});
    }
    question.apply = [this](const Choice &choice) {
        m_filter.sort = model::fromName<SavedView::Sort>(choice.id.toStdString());
        apply();
    };
    m_picker.ask(QRect(m_sort->mapToGlobal(QPoint()), m_sort->size()), std::move(question));
}

void ListColumn::chooseExtra()
{
    Picker::Question question{.objectName = "filterPicker", .placeholder = tr("Filter by")};
    question.choices = views::fieldChoices(m_known);
    question.choices.removeIf([](const Choice &choice) { return choice.id == "status" || choice.id == "channel"; });
    question.apply = [this](const Choice &choice) {
        SavedView::Condition condition;
        views::changeField(condition, choice.id.toStdString(), m_known);
        if (model::problemOf(condition, m_known.setup.fields) != model::ConditionProblem::NoValue) {
            m_filter.extra.push_back(condition);
            return apply();
        }
        chooseValue(condition);
    };
    m_picker.ask(QRect(m_filterButton->mapToGlobal(QPoint()), m_filterButton->size()), std::move(question));
}

void ListColumn::chooseValue(SavedView::Condition condition)
{
    Picker::Question question{.objectName = "valuePicker"};
    question.choices = views::valueChoices(condition, m_known);
    if (condition.field == "assignee")
        question.choices.prepend(Choice{.id = "-", .text = tr("Nobody"), .icon = "user-unassigned"});
    question.placeholder =
        question.choices.isEmpty() ? tr("Type it, then Enter") : views::fieldName(condition.field, m_known);
    question.interpret = [condition, this](const QString &typed) { return views::interpret(condition, typed, m_known); };
    question.apply = [this, condition](const Choice &choice) mutable {
        if (choice.id.isEmpty())
            return;
        if (choice.id == QLatin1String("-"))
            condition.operation = "is_not_set";
        else
            condition.value = choice.id.toStdString();
        m_filter.extra.push_back(condition);
        apply();
    };
    m_picker.ask(QRect(m_filterButton->mapToGlobal(QPoint()), m_filterButton->size()), std::move(question));
}

void ListColumn::chooseChannel()
{
    refreshChips(); // a click toggled it; the picker decides
    Picker::Question question{.objectName = "channelPicker", .placeholder = tr("Channel")};
    question.choices.append(Choice{.id = "any", .text = tr("Any channel"), .icon = "inbox", .checked = !m_filter.channel});
    for (const std::string_view name : model::kNames<model::Channel>) {
        const model::Channel channel = *model::fromName<model::Channel>(name);
        if (std::ranges::none_of(m_known.accounts, [channel](const auto &account) { return account.channel == channel; }))
            continue;
        question.choices.append(Choice{.id = QString::number(int(channel)),
                                       .text = channelName(channel),
                                       .icon = iconOf(channel),
                                       .iconColor = toneOf(m_theme, channel).fg,
                                       .checked = m_filter.channel == channel});
    }
    question.apply = [this](const Choice &choice) {
        m_filter.channel =
            choice.id == QLatin1String("any") ? std::nullopt : std::optional(model::Channel(choice.id.toInt()));
        apply();
    };
    m_picker.ask(QRect(m_channel->mapToGlobal(QPoint()), m_channel->size()), std::move(question));
}

void ListColumn::paintEvent(QPaintEvent *)
{
    QPainter(this).fillRect(rect(), m_theme.colors().bg.list);
}

} // namespace tributary::ui
