#include "ui/inbox/view_editor.h"

#include "core/model/permissions.h"
#include "ui/shell/picker.h"

#include <QKeyEvent>
#include <QLineEdit>
#include <QScrollArea>
#include <QVBoxLayout>

namespace tributary::ui {
namespace {

using namespace tributary::model;

constexpr int kWidth = 640, kHeight = 520;
constexpr int kAskMs = 150;
constexpr std::size_t kMostRows = 30;
constexpr int kMostName = 60;

QRect placeOf(const QWidget *widget)
{
    return {widget->mapToGlobal(QPoint()), widget->size()};
}

} // namespace

ViewEditor::ViewEditor(const Theme &theme, Picker &picker, QWidget *window)
    : Overlay(theme, window, Ground::Scrim)
    , m_picker(picker)
{
    setObjectName("viewEditor");
    const auto primary = [](const Colors &c) { return c.text.primary; };
    const auto secondary = [](const Colors &c) { return c.text.secondary; };
    auto *layout = new QVBoxLayout(panel());
    layout->setContentsMargins(theme.px(24), theme.px(20), theme.px(24), theme.px(16));
    layout->setSpacing(theme.px(12));
    m_title = new TextLabel(theme, Type::TitleMedium, primary, {}, panel());
    layout->addWidget(m_title);
    m_name = new QLineEdit(panel());
    m_name->setObjectName("viewName");
    m_name->setPlaceholderText(tr("Name of the view"));
    m_name->setAccessibleName(tr("Name of the view"));
    m_name->setMaxLength(kMostName);
    m_name->installEventFilter(this);
    layout->addWidget(m_name);
    auto *match = new QHBoxLayout;
    match->setSpacing(theme.px(8));
    m_scope = new TextLabel(theme, Type::Body, secondary, {}, panel());
    m_match = new Segment(theme, panel());
    m_match->setObjectName("viewMatch");
    m_match->addChoice(tr("All"));
    m_match->addChoice(tr("Any"));
    m_scope->setBuddy(m_match);
    match->addWidget(m_scope);
    match->addWidget(m_match);
    match->addStretch(1);
    layout->addLayout(match);
    auto *scroll = new QScrollArea(panel());
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->viewport()->setAutoFillBackground(false);
    m_list = new QWidget;
    scroll->setWidget(m_list);
    m_list->setAutoFillBackground(false); // which setWidget() has switched on
    m_rows = new QVBoxLayout(m_list);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(theme.px(6));
    layout->addWidget(scroll, 1);
    m_add = new Button(theme, Button::Look::Ghost, tr("Add a row"), panel());
    m_add->setObjectName("addCondition");
    m_add->setIconName("plus");
    layout->addWidget(m_add, 0, Qt::AlignLeading);
    auto *chips = new QHBoxLayout;
    chips->setSpacing(theme.px(6));
    m_sort = new Button(theme, Button::Look::Chip, {}, panel());
    m_sort->setObjectName("viewSort");
    m_sharing = new Button(theme, Button::Look::Chip, {}, panel());
    m_sharing->setObjectName("viewSharing");
    for (Button *chip : {m_sort, m_sharing}) {
        chip->setMenuArrow(true);
        chips->addWidget(chip);
    }
    chips->addStretch(1);
    layout->addLayout(chips);
    auto *foot = new QHBoxLayout;
    foot->setSpacing(theme.px(8));
    m_count = new TextLabel(theme, Type::BodyStrong, primary, {}, panel());
    m_count->setObjectName("viewCount");
    m_problem = new TextLabel(
        theme, Type::Meta, [](const Colors &c) { return c.status.warning.fg; }, {}, panel());
    m_problem->setObjectName("viewProblem");
    auto *cancel = new Button(theme, Button::Look::Normal, tr("Cancel"), panel());
    m_save = new Button(theme, Button::Look::Primary, tr("Save view"), panel());
    m_save->setObjectName("saveView");
    m_save->setKey(tr("Ctrl ↵"));
    foot->addWidget(m_count);
    foot->addWidget(m_problem, 1);
    foot->addWidget(cancel);
    foot->addWidget(m_save);
    layout->addLayout(foot);
    connect(m_name, &QLineEdit::textEdited, this, [this](const QString &text) {
        m_view.name = text.trimmed().toStdString();
        showRest();
    });
    connect(m_match, &Segment::chosen, this, [this](int index) {
        m_view.matchAny = index == 1;
        changed();
    });
    connect(m_add, &QAbstractButton::clicked, this, [this] {
        m_view.conditions.push_back({"tag", "is", ""});
        changed();
        const auto fields = m_list->findChildren<Button *>("field");
        if (!fields.isEmpty()) {
            fields.last()->setFocus(Qt::TabFocusReason);
            chooseField(m_view.conditions.size() - 1, fields.last());
        }
    });
    connect(m_sort, &QAbstractButton::clicked, this, &ViewEditor::chooseSort);
    connect(m_sharing, &QAbstractButton::clicked, this, &ViewEditor::chooseSharing);
    connect(cancel, &QAbstractButton::clicked, this, &Overlay::dismiss);
    connect(m_save, &QAbstractButton::clicked, this, &ViewEditor::save);
    m_ask.setSingleShot(true);
    m_ask.setInterval(kAskMs);
    connect(&m_ask, &QTimer::timeout, this, [this] { emit countWanted(m_view); });
}

void ViewEditor::edit(const SavedView &view, const views::Known &known, const Agent &agent, bool isNew)
{
    m_view = m_before = view;
    m_known = known;
    m_known.masks = masksOf(agent);
    m_agent = agent;
    m_isNew = isNew;
    m_title->setText(isNew ? tr("New view") : tr("Edit view"));
    setAccessibleName(m_title->text());
    m_name->setText(QString::fromStdString(view.name));
    m_match->setCurrent(view.matchAny ? 1 : 0);
    m_count->setText({});
    changed();
    openCentred(QSize(m_theme.px(kWidth), m_theme.px(kHeight)));
    m_name->setFocus(Qt::PopupFocusReason);
    m_name->selectAll();
}

void ViewEditor::setCount(std::int64_t count)
{
    QLocale numbers = locale();
    numbers.setNumberOptions(QLocale::DefaultNumberOptions);
    const bool many = count > 9999;
    //: How many conversations a view has as it is being edited; %1 is a number.
    m_count->setText(count == 1 ? tr("1 conversation")
                                : tr("%1 conversations")
                                      .arg(numbers.toString(qint64(std::min<std::int64_t>(count, 9999)))
                                           + (many ? QStringLiteral("+") : QString())));
}

void ViewEditor::changed()
{
    showRows();
    showRest();
    m_ask.start();
}

void ViewEditor::showRows()
{
    const QWidget *focus = focusWidget();
    const QString focusedName = focus ? focus->objectName() : QString();
    const QVariant focusedRow = focus ? focus->property("row") : QVariant();
    while (QLayoutItem *item = m_rows->takeAt(0)) {
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
            item->widget()->setObjectName({});
            for (QWidget *child : item->widget()->findChildren<QWidget *>())
                child->setObjectName({});
        }
        delete item;
    }
    for (std::size_t i = 0; i < m_view.conditions.size(); ++i) {
        const SavedView::Condition &condition = m_view.conditions[i];
        const auto field = viewField(condition.field, m_known.setup.fields);
        const auto operation = fromName<ViewOperation>(condition.operation);
        const auto problem = problemOf(condition, m_known.setup.fields);
        auto *row = new QWidget(m_list);
        row->setObjectName("conditionRow");
        auto *line = new QHBoxLayout(row);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(m_theme.px(6));
        const auto add = [&](const char *name, const QString &text, const QString &spoken, auto choose) {
            auto *chip = new Button(m_theme, Button::Look::Chip, text, row);
            chip->setObjectName(name);
            chip->setProperty("row", int(i));
            chip->setMenuArrow(true);
            chip->setAccessibleName(spoken);
            connect(chip, &QAbstractButton::clicked, this, [this, i, chip, choose] { (this->*choose)(i, chip); });
            line->addWidget(chip);
            if (chip->objectName() == focusedName && chip->property("row") == focusedRow)
                chip->setFocus(Qt::OtherFocusReason);
            return chip;
        };
        const int number = int(i) + 1;
        const QString fieldText = views::fieldName(condition.field, m_known);
        add("field", fieldText, tr("Row %1, field: %2").arg(number).arg(fieldText), &ViewEditor::chooseField);
        const bool isKnown = field && problem != ConditionProblem::UnknownOperation;
        const bool hidden = views::isHidden(condition.field, m_known);
        if (isKnown && !hidden) {
            const QString words = views::operationName(*operation, field->value);
            add("operation", words, tr("Row %1, operator: %2").arg(number).arg(words), &ViewEditor::chooseOperation);
            if (takesValue(*operation)) {
                const QString value = views::valueName(condition, m_known);
                const QString shown = value.isEmpty() ? tr("Choose") : value;
                Button *chip = add("value", shown, tr("Row %1, value: %2").arg(number).arg(shown), &ViewEditor::chooseValue);
                if (problem)
                    chip->setTone([](const Theme &theme) { return theme.colors().status.warning; });
            }
        } else {
            auto *kept = new TextLabel(
                m_theme, Type::Meta, [](const Colors &c) { return c.text.tertiary; },
                hidden ? tr("Hidden from you: here it counts as empty, and the row is kept.")
                       : tr("Not known here: it matches nothing, and is kept."),
                row);
            line->addWidget(kept, 1);
        }
        line->addStretch(1);
        auto *remove = new Button(m_theme, Button::Look::Icon, {}, row);
        remove->setIconName("close");
        remove->setObjectName("removeCondition");
        remove->setToolTip(tr("Remove this row"));
        remove->setAccessibleName(tr("Remove row %1").arg(number));
        connect(remove, &QAbstractButton::clicked, this, [this, i] {
            m_view.conditions.erase(m_view.conditions.begin() + std::ptrdiff_t(i));
            changed();
            m_add->setFocus(Qt::TabFocusReason);
        });
        line->addWidget(remove);
        m_rows->addWidget(row);
        row->show();
    }
    m_rows->addStretch(1);
}

void ViewEditor::showRest()
{
    m_scope->setText(namesStatus(m_view) ? tr("Conversations that match") : tr("Open conversations that match"));
    m_add->setEnabled(m_view.conditions.size() < kMostRows);
    m_sort->setText(views::sortName(m_view.sort));
    m_sort->setAccessibleName(tr("Order: %1").arg(m_sort->text()));
    m_sharing->setText(views::sharingName(m_view, m_known));
    m_sharing->setAccessibleName(tr("Who has it: %1").arg(m_sharing->text()));
    for (Button *chip : {m_sort, m_sharing})
        chip->updateGeometry();
    const QString problem = whyNot();
    m_save->setEnabled(problem.isEmpty());
    m_save->setToolTip(problem.isEmpty() ? tr("Save view (Ctrl+S)") : problem);
    m_problem->setText(problem);
}

QString ViewEditor::sharingProblem(const SavedView &view) const
{
    if (!may(m_agent, SaveView{view}))
        return view.sharing == SavedView::Sharing::Team ? tr("Your role may not share with a team")
                                                        : tr("Your role may not share with everybody");
    if (view.owner != m_agent.id && !may(m_agent, Permission::ShareWithEverybody))
        return tr("This view is somebody else's: duplicate it to change it");
    return {};
}

QString ViewEditor::whyNot() const
{
    if (const QString problem = sharingProblem(m_view); !problem.isEmpty())
        return problem;
    if (m_view.name.empty())
        return tr("A name is missing");
    for (const SavedView::Condition &condition : m_view.conditions) {
        const auto problem = problemOf(condition, m_known.setup.fields);
        if (problem == ConditionProblem::NoValue || problem == ConditionProblem::BadValue)
            return tr("A value is missing: %1").arg(views::fieldName(condition.field, m_known));
    }
    return {};
}

void ViewEditor::chooseField(std::size_t row, QWidget *at)
{
    Picker::Question question{.objectName = "fieldPicker", .placeholder = tr("Field")};
    question.choices = views::fieldChoices(m_known);
    for (Choice &choice : question.choices)
        choice.checked = choice.id == QString::fromStdString(m_view.conditions[row].field);
    question.apply = [this, row](const Choice &choice) {
        views::changeField(m_view.conditions[row], choice.id.toStdString(), m_known);
        changed();
        for (Button *next : m_list->findChildren<Button *>("operation")) {
            if (next->property("row") == int(row))
                next->setFocus(Qt::TabFocusReason);
        }
    };
    m_picker.ask(placeOf(at), std::move(question));
}

void ViewEditor::chooseOperation(std::size_t row, QWidget *at)
{
    const auto field = viewField(m_view.conditions[row].field, m_known.setup.fields);
    if (!field)
        return;
    Picker::Question question{.objectName = "operationPicker", .placeholder = tr("Operator")};
    question.choices = views::operationChoices(*field);
    for (Choice &choice : question.choices)
        choice.checked = choice.id == QString::fromStdString(m_view.conditions[row].operation);
    question.apply = [this, row](const Choice &choice) {
        m_view.conditions[row].operation = choice.id.toStdString();
        views::changeField(m_view.conditions[row], std::string(m_view.conditions[row].field), m_known);
        changed();
        for (Button *next : m_list->findChildren<Button *>("value")) {
            if (next->property("row") == int(row))
                next->setFocus(Qt::TabFocusReason);
        }
    };
    m_picker.ask(placeOf(at), std::move(question));
}

void ViewEditor::chooseValue(std::size_t row, QWidget *at)
{
    const SavedView::Condition condition = m_view.conditions[row];
    Picker::Question question{.objectName = "valuePicker"};
    question.choices = views::valueChoices(condition, m_known);
    question.placeholder =
        question.choices.isEmpty() ? tr("Type it, then Enter") : views::fieldName(condition.field, m_known);
    for (Choice &choice : question.choices)
        choice.checked = choice.id == QString::fromStdString(condition.value);
    question.interpret = [condition, this](const QString &typed) { return views::interpret(condition, typed, m_known); };
    question.apply = [this, row](const Choice &choice) {
        if (choice.id.isEmpty())
            return;
        m_view.conditions[row].value = choice.id.toStdString();
        changed();
    };
    m_picker.ask(placeOf(at), std::move(question));
}

void ViewEditor::chooseSort()
{
    Picker::Question question{.objectName = "viewSortPicker", .placeholder = tr("Order")};
    for (const std::string_view name : kNames<SavedView::Sort>) {
        const auto sort = *fromName<SavedView::Sort>(name);
        question.choices.append(Choice{.id = QString::fromUtf8(name.data(), qsizetype(name.size())),
                                       .text = views::sortName(sort),
                                       .checked = sort == m_view.sort});
    }
    question.apply = [this](const Choice &choice) {
        m_view.sort = fromName<SavedView::Sort>(choice.id.toStdString()).value_or(SavedView::Sort::Newest);
        showRest();
    };
    m_picker.ask(placeOf(m_sort), std::move(question));
}

void ViewEditor::chooseSharing()
{
    Picker::Question question{.objectName = "viewSharingPicker", .placeholder = tr("Share with")};
    const auto offer = [&](SavedView::Sharing sharing, std::optional<TeamId> team, const QString &icon) {
        SavedView shared = m_view;
        shared.sharing = sharing;
        shared.team = team;
        const QString problem = sharingProblem(shared);
        question.choices.append(
            Choice{.id = QString::number(int(sharing)) + (team ? u':' + QString::fromStdString(team->text()) : QString()),
                   .text = views::sharingName(shared, m_known),
                   .detail = problem,
                   .icon = icon,
                   .checked = m_view.sharing == sharing && m_view.team == team,
                   .enabled = problem.isEmpty()});
    };
    offer(SavedView::Sharing::Private, {}, "user");
    for (const Team &team : m_known.setup.teams) {
        if (std::ranges::count(m_agent.teams, team.id) > 0 || may(m_agent, Permission::ShareWithEverybody))
            offer(SavedView::Sharing::Team, team.id, "people");
    }
    offer(SavedView::Sharing::Everybody, {}, "globe");
    question.apply = [this](const Choice &choice) {
        m_view.sharing = SavedView::Sharing(choice.id.section(u':', 0, 0).toInt());
        m_view.team = TeamId::fromText(choice.id.section(u':', 1).toStdString());
        showRest();
    };
    question.width = 360;
    m_picker.ask(placeOf(m_sharing), std::move(question));
}

void ViewEditor::save()
{
    if (!whyNot().isEmpty())
        return;
    m_ask.stop();
    dismiss();
    emit saved(m_view);
}

void ViewEditor::keyPressEvent(QKeyEvent *event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if ((event->modifiers() & Qt::ControlModifier) && (enter || event->key() == Qt::Key_S)) {
        save();
        event->accept();
        return;
    }
    Overlay::keyPressEvent(event);
}

bool ViewEditor::eventFilter(QObject *watched, QEvent *event)
{
    if (watched == m_name && (event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride)) {
        auto *key = static_cast<QKeyEvent *>(event);
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if ((key->modifiers() & Qt::ControlModifier) && (enter || key->key() == Qt::Key_S)) {
            if (event->type() == QEvent::KeyPress)
                save();
            event->accept();
            return true;
        }
        if (event->type() == QEvent::KeyPress && key->key() == Qt::Key_Escape) {
            dismiss();
            return true;
        }
    }
    return Overlay::eventFilter(watched, event);
}

} // namespace tributary::ui
