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
    m_scroll = new QScrollArea(panel());
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus);
    m_scroll->viewport()->setAutoFillBackground(false);
    m_list = new QWidget;
    m_scroll->setWidget(m_list);
    m_list->setAutoFillBackground(false); // which setWidget() has switched on
    m_rows = new QVBoxLayout(m_list);
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setSpacing(theme.px(6));
    layout->addWidget(m_scroll, 1);
    m_add = new Button(theme, Button::Look::Ghost, tr("Add a row"), panel());
    m_add->setObjectName("addCondition");
    m_addColumn = new Button(theme, Button::Look::Ghost, tr("Add a column"), panel());
    m_addColumn->setObjectName("addColumn");
    auto *adding = new QHBoxLayout;
    adding->setSpacing(theme.px(8));
    for (Button *button : {m_add, m_addColumn}) {
        button->setIconName("plus");
        adding->addWidget(button);
    }
    adding->addStretch(1);
    layout->addLayout(adding);
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
    connect(m_addColumn, &QAbstractButton::clicked, this, &ViewEditor::chooseColumn);
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
    addConditions();
    addColumns();
    m_rows->addStretch(1);
    if (focusedName.isEmpty() || !focusedRow.isValid())
        return;
    for (Button *button : m_list->findChildren<Button *>(focusedName)) {
        if (button->property("row") == focusedRow)
            button->setFocus(Qt::OtherFocusReason);
    }
}

void ViewEditor::addConditions()
{
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
        Button *remove = addRemove(row, "removeCondition", tr("Remove this row"), tr("Remove row %1").arg(number));
        connect(remove, &QAbstractButton::clicked, this, [this, i] {
            m_view.conditions.erase(m_view.conditions.begin() + std::ptrdiff_t(i));
            changed();
            m_add->setFocus(Qt::TabFocusReason);
        });
        m_rows->addWidget(row);
        row->show();
    }
}

/// At the end of a row.
Button *ViewEditor::addRemove(QWidget *row, const char *name, const QString &tip, const QString &spoken)
{
    auto *remove = new Button(m_theme, Button::Look::Icon, {}, row);
    remove->setIconName("close");
    remove->setObjectName(name);
    remove->setToolTip(tip);
    remove->setAccessibleName(spoken);
    row->layout()->addWidget(remove);
    return remove;
}

// -- What rows show

void ViewEditor::addColumns()
{
    const std::vector<std::string> columns = columnsOf(m_view);
    auto *head = new TextLabel(
        m_theme, Type::Body, [](const Colors &c) { return c.text.secondary; },
        columns.empty() ? tr("Rows show the conversation alone") : tr("Rows show besides, in this order"), m_list);
    head->setObjectName("columnsHead");
    head->setContentsMargins(0, m_theme.px(8), 0, 0);
    m_rows->addWidget(head);
    head->show();
    for (std::size_t i = 0; i < columns.size(); ++i) {
        auto *row = new QWidget(m_list);
        row->setObjectName("columnRow");
        auto *line = new QHBoxLayout(row);
        line->setContentsMargins(0, 0, 0, 0);
        line->setSpacing(m_theme.px(6));
        const QString words = views::fieldName(columns[i], m_known);
        const int number = int(i) + 1;
        auto *name = new Button(m_theme, Button::Look::Chip, words, row);
        name->setObjectName("column");
        name->setProperty("row", int(i));
        name->setToolTip(tr("Alt+Up and Alt+Down move it, Delete takes it out"));
        name->setAccessibleName(tr("Column %1: %2").arg(number).arg(words));
        name->installEventFilter(this);
        line->addWidget(name);
        if (views::isHidden(columns[i], m_known))
            line->addWidget(new TextLabel(
                                m_theme, Type::Meta, [](const Colors &c) { return c.text.tertiary; },
                                tr("Hidden from you: it is not shown here."), row),
                            1);
        line->addStretch(1);
        const auto addMove = [&](const char *objectName, const char *icon, const QString &tip, int by, bool can) {
            auto *button = new Button(m_theme, Button::Look::Icon, {}, row);
            button->setObjectName(objectName);
            button->setProperty("row", int(i));
            button->setIconName(icon);
            button->setToolTip(tip);
            button->setAccessibleName(tr("%1: %2", "what is done to a column, and which").arg(tip, words));
            button->setEnabled(can);
            connect(button, &QAbstractButton::clicked, this, [this, i, by] { moveColumn(i, by); });
            line->addWidget(button);
        };
        addMove("columnUp", "chevron-up", tr("Move up"), -1, i > 0);
        addMove("columnDown", "chevron-down", tr("Move down"), 1, i + 1 < columns.size());
        Button *remove = addRemove(row, "removeColumn", tr("Remove this column"), tr("Remove column %1").arg(number));
        connect(remove, &QAbstractButton::clicked, this, [this, i] { removeColumn(i); });
        m_rows->addWidget(row);
        row->show();
    }
}

/// The one at @p current has the keys then, or the button that adds one.
void ViewEditor::setColumns(std::vector<std::string> columns, std::size_t current)
{
    m_view.columns = std::move(columns);
    showRows();
    showRest();
    for (Button *column : m_list->findChildren<Button *>("column")) {
        if (column->property("row") != int(current))
            continue;
        column->setFocus(Qt::TabFocusReason);
        QTimer::singleShot(0, column, [this, column] { m_scroll->ensureWidgetVisible(column); }); // when it has its place
        return;
    }
    m_addColumn->setFocus(Qt::TabFocusReason);
}

void ViewEditor::moveColumn(std::size_t from, int by)
{
    std::vector<std::string> columns = columnsOf(m_view);
    const std::ptrdiff_t to = std::ptrdiff_t(from) + by;
    if (to < 0 || to >= std::ptrdiff_t(columns.size()))
        return;
    std::swap(columns[from], columns[std::size_t(to)]);
    setColumns(std::move(columns), std::size_t(to));
}

void ViewEditor::removeColumn(std::size_t column)
{
    std::vector<std::string> columns = columnsOf(m_view);
    columns.erase(columns.begin() + std::ptrdiff_t(column));
    const std::size_t next = columns.empty() ? 0 : std::min(column, columns.size() - 1);
    setColumns(std::move(columns), next);
}

void ViewEditor::chooseColumn()
{
    Picker::Question question{.objectName = "columnPicker", .placeholder = tr("Column")};
    question.choices = views::columnChoices(columnsOf(m_view), m_known);
    question.apply = [this](const Choice &choice) {
        std::vector<std::string> columns = columnsOf(m_view);
        columns.push_back(choice.id.toStdString());
        const std::size_t added = columns.size() - 1;
        setColumns(std::move(columns), added);
    };
    m_picker.ask(placeOf(m_addColumn), std::move(question));
}

bool ViewEditor::takeColumnKey(const QKeyEvent &event, std::size_t column)
{
    const bool up = event.key() == Qt::Key_Up, down = event.key() == Qt::Key_Down;
    if ((event.modifiers() & Qt::AltModifier) && (up || down)) {
        moveColumn(column, up ? -1 : 1);
        return true;
    }
    if (event.key() == Qt::Key_Delete && event.modifiers() == Qt::NoModifier) {
        removeColumn(column);
        return true;
    }
    return false;
}

void ViewEditor::showRest()
{
    m_scope->setText(namesStatus(m_view) ? tr("Conversations that match") : tr("Open conversations that match"));
    m_add->setEnabled(m_view.conditions.size() < kMostRows);
    const std::vector<std::string> columns = columnsOf(m_view);
    m_addColumn->setEnabled(columns.size() < kMostColumns && !views::columnChoices(columns, m_known).isEmpty());
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
    const bool isKey = event->type() == QEvent::KeyPress || event->type() == QEvent::ShortcutOverride;
    if (isKey && watched->objectName() == QLatin1String("column")) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (event->type() == QEvent::ShortcutOverride && (key->modifiers() & Qt::AltModifier)
            && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) { // as a key, not as a shortcut
            event->accept();
            return true;
        }
        if (event->type() == QEvent::KeyPress && takeColumnKey(*key, std::size_t(watched->property("row").toInt())))
            return true;
    }
    if (isKey && watched == m_name) {
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
