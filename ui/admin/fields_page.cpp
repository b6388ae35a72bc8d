#include "ui/admin/fields_page.h"

#include "core/model/masks.h"
#include "core/model/rebased.h"
#include "ui/admin/permission_words.h"
#include "ui/admin/setup_edits.h"
#include "ui/admin/setup_rows.h"
#include "ui/shell/picker.h"

#include <QCheckBox>
#include <QLineEdit>
#include <QPlainTextEdit>

namespace tributary::ui {
namespace {

using FieldType = model::FieldDefinition::Type;

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

std::vector<std::string> linesOf(const QString &text)
{
    std::vector<std::string> lines;
    for (const QString &line : text.split(u'\n')) {
        const std::string one = line.trimmed().toStdString();
        if (!one.empty() && std::ranges::find(lines, one) == lines.end())
            lines.push_back(one);
    }
    return lines;
}

} // namespace

FieldsPage::FieldsPage(const AdminTools &tools, QWidget *parent)
    : OrderedPage(tools, tr("Fields"), model::Permission::ManageFields, parent)
    , m_table(new RecordTable(tools.theme, tr("Fields"), fieldColumns(), this))
    , m_subject(new Segment(tools.theme))
    , m_name(new QLineEdit)
    , m_key(new QLineEdit)
    , m_type(new ChoiceButton(tools.theme, tr("Type")))
    , m_choices(new QPlainTextEdit)
    , m_secret(new QCheckBox(tr("Confidential")))
{
    setObjectName("fieldsPage");
    m_table->setObjectName("fieldsTable");
    setRecords(m_table, "fieldMenu", "variable", m_name);
    setMainButton(tr("Add field"), "plus");
    m_subject->setObjectName("fieldSubject");
    m_subject->setTall(true);
    for (int i = 0; i <= int(model::FieldDefinition::Subject::Company); ++i)
        m_subject->addChoice(subjectWords(model::FieldDefinition::Subject(i)));
    addToHeader(m_subject);

    m_name->setObjectName("fieldName");
    m_key->setObjectName("fieldKey");
    m_type->setObjectName("fieldType");
    m_choices->setObjectName("fieldChoices");
    m_choices->setTabChangesFocus(true);
    m_choices->setFixedHeight(tools.theme.px(112));
    m_secret->setObjectName("fieldSecret");
    m_nameField = new FormField(tools.theme, tr("Name"), m_name);
    m_keyField = new FormField(tools.theme, tr("Key"), m_key);
    m_typeField = new FormField(tools.theme, tr("Type"), m_type);
    m_choicesField = new FormField(tools.theme, tr("Choices"), m_choices);
    m_choicesField->setHelp(tr("One a line, in the order in which they are offered."));
    m_secretField = new FormField(tools.theme, tr("Who sees it"), m_secret);
    for (FormField *field : {m_nameField, m_typeField, m_choicesField, m_secretField, m_keyField})
        pane().addField(field);

    connect(m_subject, &Segment::chosen, this, [this] {
        leaveForm();
        showPane(false);
        refresh();
    });
    connect(m_name, &QLineEdit::textChanged, this, &FieldsPage::formChanged);
    connect(m_key, &QLineEdit::textEdited, this, [this] {
        m_keyTyped = true;
        formChanged();
    });
    connect(m_choices, &QPlainTextEdit::textChanged, this, &FieldsPage::formChanged);
    connect(m_secret, &QCheckBox::toggled, this, &FieldsPage::formChanged);
    connect(m_type, &QAbstractButton::clicked, this, &FieldsPage::pickType);
}

std::optional<RawId> FieldsPage::openedId() const
{
    return opened() ? std::optional(m_draft.id.bytes) : std::nullopt;
}

model::FieldDefinition::Subject FieldsPage::subject() const
{
    return model::FieldDefinition::Subject(m_subject->current());
}

void FieldsPage::setSubject(model::FieldDefinition::Subject subject)
{
    m_subject->setCurrent(int(subject));
}

const model::FieldDefinition *FieldsPage::opened() const
{
    const auto at = std::ranges::find(setup().fields, m_draft.id, &model::FieldDefinition::id);
    return !m_isOpen || at == setup().fields.end() ? nullptr : &*at;
}

/// What somebody has changed in the form, on top of what others have made of it since.
model::FieldDefinition FieldsPage::rebase(const model::FieldDefinition &draft, const model::FieldDefinition &base) const
{
    using T = model::FieldDefinition;
    return model::rebased(draft, base, *opened(), &T::name, &T::key, &T::type, &T::choices);
}

/// Something else comes into the form: what was changed there and not saved can be gone back to.
void FieldsPage::leaveForm()
{
    const QString name = shown(m_draft.name.empty() && opened() ? opened()->name : m_draft.name);
    if (!m_isOpen || !pane().isDirty() || name.isEmpty())
        return;
    offerBack(name, [this, draft = m_draft, base = m_base, isKeyTyped = m_keyTyped] {
        if (m_draft != draft)
            leaveForm();
        showPane(false);
        setSubject(draft.subject);
        m_isOpen = true;
        m_draft = draft; // a new one is known to nobody else
        m_tried = false;
        m_keyTyped = isKeyTyped;
        m_table->setOpened(opened() ? std::optional(draft.id.bytes) : std::nullopt);
        showPane(true);
        fillForm(opened() ? rebase(draft, base) : draft);
    });
}

void FieldsPage::open(model::FieldDefinitionId field)
{
    if (isBeingWritten(field.bytes))
        return; // it goes on
    const auto at = std::ranges::find(setup().fields, field, &model::FieldDefinition::id);
    if (at == setup().fields.end())
        return;
    const model::FieldDefinition definition = *at;
    if (m_draft.id != field)
        leaveForm();
    m_isOpen = true;
    m_tried = false;
    m_draft = definition;
    m_table->setCurrent(field.bytes);
    m_table->setOpened(field.bytes);
    showPane(true);
    fillForm(definition);
}

void FieldsPage::mainClicked()
{
    leaveForm();
    m_isOpen = true;
    m_tried = m_keyTyped = false;
    model::FieldDefinition made{.id = m_tools.desk.makeId<model::FieldDefinitionId>(), .subject = subject()};
    for (const model::FieldDefinition &other : setup().fields)
        made.position = other.subject == made.subject ? std::max(made.position, other.position + 1) : made.position;
    m_draft = made;
    m_table->setOpened({});
    showPane(true);
    fillForm(made);
    pane().focusFirst();
}

void FieldsPage::showAll()
{
    const QList<TableRow> rows = filtered(fieldRows(setup(), subject()), typed());
    m_table->setRows(rows);
    m_table->setRenaming(whyReadOnly().isEmpty());
    setCount(locale().toString(rows.size()));
    if (typed().isEmpty())
        empty().setWords(tr("No fields yet"), tr("A field holds what you want to know of each, such as an order number."),
                         tr("Add field"));
    else
        empty().setWords(tr("Nothing matches"), tr("No field here begins with what you typed."), {});
    showEmpty(rows.isEmpty());
    if (!m_isOpen)
        return;
    if (!opened() && m_draft.version > 0)
        closeGone(m_draft.id.bytes);
    else if (!pane().isDirty() && opened())
        fillForm(*opened());
    else if (opened() && rebase(m_draft, m_base) != m_draft)
        fillForm(rebase(m_draft, m_base));
    else
        showForm();
}

void FieldsPage::reloadForm()
{
    if (const model::FieldDefinition *field = opened())
        fillForm(*field);
    else
        showPane(false); // a new one is given up
}

void FieldsPage::fillForm(const model::FieldDefinition &field)
{
    m_draft = field;
    m_base = opened() ? *opened() : m_draft;
    m_filling = true;
    m_name->setText(shown(field.name));
    m_key->setText(shown(field.key));
    QStringList choices;
    for (const std::string &choice : field.choices)
        choices.append(shown(choice));
    if (linesOf(m_choices->toPlainText()) != field.choices)
        m_choices->setPlainText(choices.join(u'\n'));
    m_secret->setChecked(model::isConfidential(field.key));
    m_filling = false;
    pane().setDirty(isNew() || m_draft != *opened());
    showForm();
}

void FieldsPage::showForm()
{
    if (!m_isOpen)
        return;
    const bool made = !isNew();
    pane().setTitle(made ? shown(opened()->name) : tr("New field"));
    m_type->setChoice(fieldTypeWords(m_draft.type));
    m_type->setEnabled(!made);
    m_key->setEnabled(!made);
    m_secret->setVisible(!made); // afterwards words alone say it
    const QString fixed = tr("Stays as it is: values of this field are there.");
    m_typeField->setHelp(made ? fixed : tr("Stays as it is once the field is saved."));
    m_keyField->setHelp(made ? fixed : tr("Made from the name, for imports and exports. Stays as it is once it is saved."));
    m_secretField->setHelp(m_secret->isChecked()
                               ? (made ? tr("Only who may see confidential fields. This stays as it is.")
                                       : tr("Only who may see confidential fields. This cannot be changed later."))
                               : (made ? tr("Everybody who sees the record. This stays as it is.")
                                       : tr("Everybody who sees the record. This cannot be changed later.")));
    m_choicesField->setVisible(m_draft.type == FieldType::Choice);
    pane().dangerButton()->setVisible(made);
    pane().dangerButton()->setEnabled(whyReadOnly().isEmpty());
    pane().dangerButton()->setToolTip(whyReadOnly());
    showProblems();
}

void FieldsPage::showProblems()
{
    const FieldProblems problems = m_tried ? fieldProblems(m_draft, setup()) : FieldProblems();
    m_nameField->setProblem(problems.name);
    // A key that is made from the name has nothing wrong of its own.
    m_keyField->setProblem(problems.name.isEmpty() || m_keyTyped ? problems.key : QString());
    m_choicesField->setProblem(problems.choices);
}

void FieldsPage::formChanged()
{
    if (m_filling || !m_isOpen)
        return;
    m_draft.name = m_name->text().trimmed().toStdString();
    m_draft.choices = m_draft.type == FieldType::Choice ? linesOf(m_choices->toPlainText()) : std::vector<std::string>();
    if (isNew()) {
        if (m_keyTyped) {
            m_draft.key = m_key->text().trimmed().toStdString();
            const bool has = model::isConfidential(m_draft.key);
            if (m_secret->isChecked() && !has)
                m_draft.key.insert(0, model::kConfidential);
            else if (!m_secret->isChecked() && has)
                m_draft.key.erase(0, model::kConfidential.size());
        } else {
            m_draft.key = m_draft.name.empty()
                              ? std::string()
                              : keyFromName(m_name->text(), m_secret->isChecked(), m_draft.subject, setup());
        }
        m_filling = true;
        if (m_key->text() != shown(m_draft.key) && !m_key->hasFocus())
            m_key->setText(shown(m_draft.key));
        m_filling = false;
    }
    pane().setProblem({});
    pane().setDirty(isNew() || m_draft != *opened());
    showForm();
}

void FieldsPage::pickType()
{
    Picker::Question question{.objectName = "typePicker", .placeholder = tr("Type")};
    const std::pair<FieldType, const char *> all[]{{FieldType::Text, "pencil"},   {FieldType::Number, "variable"},
                                                   {FieldType::Date, "calendar"}, {FieldType::Choice, "stack"},
                                                   {FieldType::Flag, "check"},    {FieldType::Link, "link"}};
    for (const auto &[type, icon] : all)
        question.choices.append(Choice{
            .id = QString::number(int(type)), .text = fieldTypeWords(type), .icon = icon, .checked = type == m_draft.type});
    question.apply = [this](const Choice &choice) {
        m_draft.type = FieldType(choice.id.toInt());
        formChanged();
    };
    m_tools.picker.ask(placeOf(m_type), std::move(question));
}

void FieldsPage::openRecord(const RawId &id)
{
    open(model::FieldDefinitionId(id));
}

QStringList FieldsPage::namesOf(const QList<RawId> &ids) const
{
    QStringList names;
    for (const model::FieldDefinition &one : setup().fields) {
        if (ids.contains(one.id.bytes))
            names.append(shown(one.name));
    }
    return names;
}

QString FieldsPage::staysWords(const QList<RawId> &) const
{
    return tr("Values stay, unseen");
}

model::CommandBody FieldsPage::removal(const RawId &id) const
{
    return model::RemoveFieldDefinition{model::FieldDefinitionId(id)};
}

std::vector<model::CommandBody> FieldsPage::moves(const RawId &id, int by) const
{
    std::vector<model::FieldDefinition> group;
    for (const model::FieldDefinition &field : setup().fields) {
        if (field.subject == subject())
            group.push_back(field);
    }
    std::vector<model::CommandBody> commands;
    for (const model::FieldDefinition &field : moved(group, model::FieldDefinitionId(id), by))
        commands.emplace_back(model::SaveFieldDefinition{field});
    return commands;
}

bool FieldsPage::saveForm()
{
    m_tried = true;
    const FieldProblems problems = fieldProblems(m_draft, setup());
    if (problems.any()) {
        showForm();
        QWidget *first = !problems.name.isEmpty()      ? static_cast<QWidget *>(m_name)
                         : !problems.choices.isEmpty() ? static_cast<QWidget *>(m_choices)
                                                       : static_cast<QWidget *>(m_key);
        first->setFocus(Qt::OtherFocusReason);
        return false;
    }
    pane().setDirty(false);
    m_sent = m_base;
    m_tools.desk.submit(model::SaveFieldDefinition{m_draft});
    m_table->setCurrent(m_draft.id.bytes);
    m_table->setOpened(m_draft.id.bytes);
    return true;
}

bool FieldsPage::refused(const model::CommandBody &body)
{
    const auto *save = std::get_if<model::SaveFieldDefinition>(&body);
    const bool isMine = m_isOpen && subjectOf(body) == m_draft.id.bytes;
    if (save && isMine)
        fillForm(opened() && m_sent.id == save->definition.id ? rebase(save->definition, m_sent)
                                                              : save->definition); // with what others did
    return isMine;
}

void FieldsPage::formClosed()
{
    m_isOpen = false;
    m_table->setOpened({});
}

} // namespace tributary::ui
