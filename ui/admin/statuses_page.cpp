#include "ui/admin/statuses_page.h"

#include "core/model/rebased.h"
#include "ui/admin/permission_words.h"
#include "ui/admin/setup_edits.h"
#include "ui/admin/setup_rows.h"
#include "ui/shell/picker.h"

#include <QLineEdit>

namespace tributary::ui {
namespace {

using Status = model::Conversation::Status;

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

QString wordsOf(model::Conversation::Status status)
{
    switch (status) {
    case model::Conversation::Status::Open: return StatusesPage::tr("Conversations stay open");
    case model::Conversation::Status::Waiting: return StatusesPage::tr("Conversations go on waiting");
    case model::Conversation::Status::Snoozed: return StatusesPage::tr("Conversations stay snoozed");
    case model::Conversation::Status::Resolved: return StatusesPage::tr("Conversations stay resolved");
    }
    return {};
}

} // namespace

StatusesPage::StatusesPage(const AdminTools &tools, QWidget *parent)
    : OrderedPage(tools, tr("Statuses"), model::Permission::ManageFields, parent)
    , m_table(new RecordTable(tools.theme, tr("Statuses"), statusColumns(), this))
    , m_name(new QLineEdit)
    , m_counts(new ChoiceButton(tools.theme, tr("Counts as")))
{
    setObjectName("statusesPage");
    m_table->setObjectName("statusesTable");
    setRecords(m_table, "statusMenu", "check-circle", m_name);
    setMainButton(tr("Add status"), "plus");
    m_name->setObjectName("statusName");
    m_counts->setObjectName("statusCounts");
    m_nameField = new FormField(tools.theme, tr("Name"), m_name);
    m_countsField = new FormField(tools.theme, tr("Counts as"), m_counts);
    pane().addField(m_nameField);
    pane().addField(m_countsField);

    connect(m_name, &QLineEdit::textChanged, this, &StatusesPage::formChanged);
    connect(m_counts, &QAbstractButton::clicked, this, &StatusesPage::pickCounts);
}

std::optional<RawId> StatusesPage::openedId() const
{
    return opened() ? std::optional(m_draft.id.bytes) : std::nullopt;
}

const model::CustomStatus *StatusesPage::opened() const
{
    const auto at = std::ranges::find(setup().statuses, m_draft.id, &model::CustomStatus::id);
    return !m_isOpen || at == setup().statuses.end() ? nullptr : &*at;
}

/// What somebody has changed in the form, on top of what others have made of it since.
model::CustomStatus StatusesPage::rebase(const model::CustomStatus &draft, const model::CustomStatus &base) const
{
    using T = model::CustomStatus;
    return model::rebased(draft, base, *opened(), &T::name, &T::status);
}

/// Something else comes into the form: what was changed there and not saved can be gone back to.
void StatusesPage::leaveForm()
{
    const QString name = shown(m_draft.name.empty() && opened() ? opened()->name : m_draft.name);
    if (!m_isOpen || !pane().isDirty() || name.isEmpty())
        return;
    offerBack(name, [this, draft = m_draft, base = m_base] {
        if (m_draft != draft)
            leaveForm();
        m_isOpen = true;
        m_draft = draft; // a new one is known to nobody else
        m_nameField->setProblem({});
        m_table->setOpened(opened() ? std::optional(draft.id.bytes) : std::nullopt);
        showPane(true);
        fillForm(opened() ? rebase(draft, base) : draft);
    });
}

void StatusesPage::open(model::CustomStatusId status)
{
    if (isBeingWritten(status.bytes))
        return; // it goes on
    const auto at = std::ranges::find(setup().statuses, status, &model::CustomStatus::id);
    if (at == setup().statuses.end())
        return;
    const model::CustomStatus found = *at;
    if (m_draft.id != status)
        leaveForm();
    m_isOpen = true;
    m_draft = found;
    m_table->setCurrent(status.bytes);
    m_table->setOpened(status.bytes);
    showPane(true);
    m_nameField->setProblem({});
    fillForm(found);
}

void StatusesPage::mainClicked()
{
    leaveForm();
    m_isOpen = true;
    model::CustomStatus made{.id = m_tools.desk.makeId<model::CustomStatusId>()};
    for (const model::CustomStatus &other : setup().statuses)
        made.position = std::max(made.position, other.position + 1);
    m_draft = made;
    m_table->setOpened({});
    showPane(true);
    m_nameField->setProblem({});
    fillForm(made);
    pane().focusFirst();
}

void StatusesPage::showAll()
{
    const QList<TableRow> rows = filtered(statusRows(setup()), typed());
    m_table->setRows(rows);
    m_table->setRenaming(whyReadOnly().isEmpty());
    setCount(locale().toString(rows.size()));
    if (typed().isEmpty())
        empty().setWords(tr("No statuses of your own"),
                         tr("One says more than Open or Waiting, such as “Waits for the courier”."), tr("Add status"));
    else
        empty().setWords(tr("Nothing matches"), tr("No status here begins with what you typed."), {});
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

void StatusesPage::reloadForm()
{
    m_nameField->setProblem({});
    if (const model::CustomStatus *status = opened())
        fillForm(*status);
    else
        showPane(false); // a new one is given up
}

void StatusesPage::fillForm(const model::CustomStatus &status)
{
    m_draft = status;
    m_base = opened() ? *opened() : m_draft;
    m_filling = true;
    if (m_name->text() != shown(status.name))
        m_name->setText(shown(status.name));
    m_filling = false;
    pane().setDirty(isNew() || m_draft != *opened());
    showForm();
}

void StatusesPage::showForm()
{
    if (!m_isOpen)
        return;
    const bool made = !isNew();
    pane().setTitle(made ? shown(opened()->name) : tr("New status"));
    m_counts->setChoice(statusWords(m_draft.status));
    m_counts->setEnabled(!made);
    m_countsField->setHelp(made ? tr("Stays as it is: conversations have this status.")
                                : tr("In lists, figures and reports. Stays as it is once it is saved."));
    pane().dangerButton()->setVisible(made);
    pane().dangerButton()->setEnabled(whyReadOnly().isEmpty());
    pane().dangerButton()->setToolTip(whyReadOnly());
}

void StatusesPage::formChanged()
{
    if (m_filling || !m_isOpen)
        return;
    m_draft.name = m_name->text().trimmed().toStdString();
    m_nameField->setProblem({});
    pane().setProblem({});
    pane().setDirty(isNew() || m_draft != *opened());
    showForm();
}

void StatusesPage::pickCounts()
{
    Picker::Question question{.objectName = "countsPicker", .placeholder = tr("Counts as")};
    const std::pair<Status, const char *> all[]{
        {Status::Open, "inbox"}, {Status::Waiting, "pause"}, {Status::Snoozed, "moon"}, {Status::Resolved, "check-circle"}};
    for (const auto &[status, icon] : all)
        question.choices.append(Choice{.id = QString::number(int(status)),
                                       .text = statusWords(status),
                                       .icon = icon,
                                       .checked = status == m_draft.status});
    question.apply = [this](const Choice &choice) {
        m_draft.status = Status(choice.id.toInt());
        formChanged();
    };
    m_tools.picker.ask(placeOf(m_counts), std::move(question));
}

void StatusesPage::openRecord(const RawId &id)
{
    open(model::CustomStatusId(id));
}

QStringList StatusesPage::namesOf(const QList<RawId> &ids) const
{
    QStringList names;
    for (const model::CustomStatus &one : setup().statuses) {
        if (ids.contains(one.id.bytes))
            names.append(shown(one.name));
    }
    return names;
}

QString StatusesPage::staysWords(const QList<RawId> &ids) const
{
    const auto first = std::ranges::find(setup().statuses, model::CustomStatusId(ids.front()), &model::CustomStatus::id);
    return ids.size() == 1 && first != setup().statuses.end() ? wordsOf(first->status)
                                                              : tr("Conversations stay open, waiting or resolved");
}

model::CommandBody StatusesPage::removal(const RawId &id) const
{
    return model::RemoveCustomStatus{model::CustomStatusId(id)};
}

std::vector<model::CommandBody> StatusesPage::moves(const RawId &id, int by) const
{
    std::vector<model::CommandBody> commands;
    for (const model::CustomStatus &status : moved(setup().statuses, model::CustomStatusId(id), by))
        commands.emplace_back(model::SaveCustomStatus{status});
    return commands;
}

QString StatusesPage::whyNotName() const
{
    QStringList others;
    for (const model::CustomStatus &other : setup().statuses) {
        if (other.id != m_draft.id)
            others.append(shown(other.name));
    }
    for (const Status status : {Status::Open, Status::Waiting, Status::Snoozed, Status::Resolved})
        others.append(statusWords(status));
    return nameProblem(shown(m_draft.name), others);
}

bool StatusesPage::saveForm()
{
    m_nameField->setProblem(whyNotName());
    if (m_nameField->hasProblem()) {
        m_name->setFocus(Qt::OtherFocusReason);
        return false;
    }
    pane().setDirty(false);
    m_sent = m_base;
    m_tools.desk.submit(model::SaveCustomStatus{m_draft});
    m_table->setCurrent(m_draft.id.bytes);
    m_table->setOpened(m_draft.id.bytes);
    return true;
}

bool StatusesPage::refused(const model::CommandBody &body)
{
    const auto *save = std::get_if<model::SaveCustomStatus>(&body);
    const bool isMine = m_isOpen && subjectOf(body) == m_draft.id.bytes;
    if (save && isMine)
        fillForm(opened() && m_sent.id == save->status.id ? rebase(save->status, m_sent)
                                                          : save->status); // with what others did
    return isMine;
}

void StatusesPage::formClosed()
{
    m_isOpen = false;
    m_table->setOpened({});
}

} // namespace tributary::ui
