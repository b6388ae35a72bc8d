#include "ui/admin/roles_page.h"

#include "core/model/rebased.h"
#include "ui/admin/setup_edits.h"
#include "ui/shell/picker.h"
#include "ui/shell/toasts.h"

#include <QLineEdit>

namespace tributary::ui {
namespace {

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

/// What the form of a role is about: the rest of it stands in the matrix.
bool sameForm(const model::Role &a, const model::Role &b)
{
    return a.name == b.name && a.visibility == b.visibility && a.accounts == b.accounts;
}

} // namespace

RolesPage::RolesPage(const AdminTools &tools, QWidget *parent)
    : SetupPage(tools, tr("Roles"), model::Permission::ManageRoles, parent)
    , m_view(new RoleMatrixView(tools.theme, this))
    , m_name(new QLineEdit)
    , m_sight(new ChoiceButton(tools.theme, tr("They see")))
    , m_accounts(new ChoiceButton(tools.theme, tr("Channels")))
{
    setObjectName("rolesPage");
    setTable(m_view);
    setMainButton(tr("New role"), "plus");
    filter().hide();
    m_name->setObjectName("roleName");
    m_sight->setObjectName("roleSight");
    m_accounts->setObjectName("roleAccounts");
    m_nameField = new FormField(tools.theme, tr("Name"), m_name);
    m_sightField = new FormField(tools.theme, tr("They see"), m_sight);
    m_accountsField = new FormField(tools.theme, tr("Channels"), m_accounts);
    m_accountsField->setHelp(tr("Conversations on other channels are not there for them."));
    for (FormField *field : {m_nameField, m_sightField, m_accountsField})
        pane().addField(field);
    pane().dangerButton()->setText(tr("Remove"));
    pane().dangerButton()->show();

    connect(m_view, &RoleMatrixView::toggled, &m_tools.desk, &SetupDesk::submitSoon);
    connect(m_view, &RoleMatrixView::fixedTouched, this,
            [this](const QString &why) { m_tools.toasts.add(why, {}, {}, {}, 4000); });
    connect(m_view, &RoleMatrixView::roleOpened, this, [this](int column) {
        if (const model::Role *role = m_view->matrix().role(column))
            open(role->id);
        else
            m_tools.toasts.add(m_view->matrix().whyFixed(column), {}, {}, {}, 4000);
    });
    connect(m_name, &QLineEdit::textChanged, this, &RolesPage::formChanged);
    connect(m_sight, &QAbstractButton::clicked, this, &RolesPage::pickSight);
    connect(m_accounts, &QAbstractButton::clicked, this, &RolesPage::pickAccounts);
    connect(pane().dangerButton(), &QAbstractButton::clicked, this, &RolesPage::pickRemoval);
}

const model::Role *RolesPage::opened() const
{
    if (!m_opened)
        return nullptr;
    const auto at = std::ranges::find(setup().roles, *m_opened, &model::Role::id);
    return at == setup().roles.end() ? nullptr : &*at;
}

/// What somebody has changed in the form, on top of what others have made of it since.
model::Role RolesPage::rebase(const model::Role &draft, const model::Role &base) const
{
    using T = model::Role;
    T now = model::rebased(draft, base, *opened(), &T::name, &T::permissions, &T::visibility, &T::accounts);
    std::ranges::sort(now.permissions);
    std::ranges::sort(now.accounts);
    return now;
}

std::optional<RawId> RolesPage::openedId() const
{
    return m_opened ? std::optional(m_opened->bytes) : std::nullopt;
}

void RolesPage::open(model::RoleId role)
{
    if (isBeingWritten(role.bytes))
        return; // it goes on
    if (const model::Role *left = opened(); left && left->id != role && pane().isDirty())
        offerBack(shown(left->name), [this, id = left->id, draft = m_draft, base = m_base] {
            open(id);
            if (opened())
                fillForm(rebase(draft, base));
        });
    m_opened = role;
    m_view->setOpened(role);
    showPane(true);
    reloadForm();
}

void RolesPage::showAll()
{
    RoleMatrix matrix;
    matrix.set(setup(), m_tools.desk.me());
    m_view->setMatrix(std::move(matrix));
    m_view->setReadOnly(whyReadOnly());
    setCount(locale().toString(m_view->matrix().columnCount()));
    if (!opened())
        closeGone(m_base.id.bytes, m_base.version > 0);
    else if (!pane().isDirty())
        reloadForm();
    else if (const model::Role now = rebase(m_draft, m_base); now != m_draft)
        fillForm(now);
    else
        showForm();
}

void RolesPage::reloadForm()
{
    if (const model::Role *role = opened())
        fillForm(*role);
}

void RolesPage::fillForm(const model::Role &role)
{
    m_draft = role;
    m_base = *opened();
    m_filling = true;
    if (m_name->text() != shown(role.name))
        m_name->setText(shown(role.name));
    m_filling = false;
    pane().setDirty(!sameForm(m_draft, *opened()));
    showForm();
}

void RolesPage::showForm()
{
    const model::Role *role = opened();
    if (!role)
        return;
    pane().setTitle(shown(role->name));
    m_sight->setChoice(visibilityWords(m_draft.visibility));
    QStringList names;
    for (const model::ChannelAccount &account : setup().accounts) {
        if (std::ranges::count(m_draft.accounts, account.id) > 0)
            names.append(shown(account.name));
    }
    m_accounts->setChoice(names.isEmpty() ? tr("All channels") : names.join(tr(", ", "between names")));
    m_accounts->setToolTip(names.join(tr(", ", "between names")));
    const QString fixed = m_view->matrix().whyFixed(m_view->matrix().columnOf(role->id));
    const QString why = whyReadOnly().isEmpty() ? fixed : whyReadOnly();
    pane().setReadOnly(why);
    pane().dangerButton()->setEnabled(why.isEmpty());
    pane().dangerButton()->setToolTip(why);
}

void RolesPage::formChanged()
{
    if (m_filling || !opened())
        return;
    m_draft.name = m_name->text().trimmed().toStdString();
    m_nameField->setProblem({});
    pane().setProblem({});
    pane().setDirty(!sameForm(m_draft, *opened()));
    showForm();
}

void RolesPage::pickSight()
{
    Picker::Question question{.objectName = "sightPicker", .placeholder = tr("They see")};
    for (const auto sight : {model::Visibility::Everything, model::Visibility::Teams, model::Visibility::Assigned})
        question.choices.append(Choice{.id = QString::number(int(sight)),
                                       .text = visibilityWords(sight),
                                       .icon = "eye",
                                       .checked = sight == m_draft.visibility});
    question.apply = [this](const Choice &choice) {
        m_draft.visibility = model::Visibility(choice.id.toInt());
        formChanged();
    };
    m_tools.picker.ask(placeOf(m_sight), std::move(question));
}

void RolesPage::pickAccounts()
{
    Picker::Question question{.objectName = "accountsPicker", .placeholder = tr("Channels, each on or off")};
    question.choices.append(
        Choice{.id = "all", .text = tr("All channels"), .icon = "plug", .checked = m_draft.accounts.empty()});
    for (const model::ChannelAccount &account : setup().accounts)
        question.choices.append(Choice{.id = shown(account.id.text()),
                                       .text = shown(account.name),
                                       .icon = iconOf(account.channel),
                                       .iconColor = toneOf(m_tools.theme, account.channel).fg,
                                       .checked = std::ranges::count(m_draft.accounts, account.id) > 0});
    question.choices.append(Choice{.id = "done", .text = tr("Done"), .icon = "check"});
    question.apply = [this](const Choice &choice) {
        const auto account = model::ChannelAccountId::fromText(choice.id.toStdString());
        if (account && std::erase(m_draft.accounts, *account) == 0)
            m_draft.accounts.push_back(*account);
        if (choice.id == QLatin1String("all"))
            m_draft.accounts.clear();
        std::ranges::sort(m_draft.accounts);
        formChanged();
        if (account)
            pickAccounts();
    };
    m_tools.picker.ask(placeOf(m_accounts), std::move(question));
}

void RolesPage::pickRemoval()
{
    const model::Role *role = opened();
    if (!role)
        return;
    const auto has = [role](const model::Agent &agent) { return agent.customRole == role->id; };
    const int count = int(std::ranges::count_if(setup().agents, has));
    Picker::Question question{.objectName = "removePicker",
                              .placeholder = count > 0 ? tr("%n people become plain again", nullptr, count)
                                                       : tr("Nobody has this role"),
                              .width = 320};
    question.choices.append(Choice{.id = "remove", .text = tr("Remove %1").arg(shown(role->name)), .icon = "close"});
    question.choices.append(Choice{.id = "keep", .text = tr("Keep it"), .icon = "undo"});
    question.apply = [this, id = role->id](const Choice &choice) {
        if (choice.id == QLatin1String("remove"))
            m_tools.desk.submit(model::RemoveRole{id});
    };
    m_tools.picker.ask(placeOf(pane().dangerButton()), std::move(question));
}

void RolesPage::mainClicked()
{
    Picker::Question question{.objectName = "copyPicker", .placeholder = tr("Begin as a copy of")};
    for (int column = 0; column < m_view->matrix().columnCount(); ++column) {
        const model::Role *custom = m_view->matrix().role(column);
        const auto permissions = custom ? custom->permissions : model::permissionsOf(model::Agent::Role(column));
        const bool fits = mayAll(m_tools.desk.me(), permissions);
        question.choices.append(
            Choice{.id = QString::number(column),
                   .text = m_view->matrix().columnName(column),
                   .detail = fits ? m_view->matrix().columnDetail(column) : tr("More than you may do yourself"),
                   .icon = "shield",
                   .enabled = fits});
    }
    question.apply = [this](const Choice &choice) { makeCopy(choice.id.toInt()); };
    m_tools.picker.ask(placeOf(&mainButton()), std::move(question));
}

void RolesPage::makeCopy(int column)
{
    const model::Role made = copyOf(m_view->matrix(), column, setup(), m_tools.desk.makeId<model::RoleId>());
    m_tools.desk.submit(model::SaveRole{made});
    open(made.id);
    m_view->setCurrent(1, m_view->matrix().columnOf(made.id));
    pane().focusFirst();
}

bool RolesPage::saveForm()
{
    QStringList others;
    for (const model::Role &role : setup().roles) {
        if (role.id != m_draft.id)
            others.append(shown(role.name));
    }
    for (const auto role : {model::Agent::Role::Agent, model::Agent::Role::Lead, model::Agent::Role::Admin})
        others.append(roleWords(role)); // two of one name could not be told apart in a picker
    m_nameField->setProblem(nameProblem(shown(m_draft.name), others));
    if (m_nameField->hasProblem()) {
        m_name->setFocus(Qt::OtherFocusReason);
        return false;
    }
    model::Role role = m_draft;
    role.permissions = opened()->permissions; // of the matrix, where they may have been changed since
    pane().setDirty(false);
    m_sent = m_base;
    m_tools.desk.submit(model::SaveRole{role});
    return true;
}

bool RolesPage::refused(const model::CommandBody &body)
{
    const bool isMine = m_opened && subjectOf(body) == m_opened->bytes;
    const auto *save = std::get_if<model::SaveRole>(&body);
    if (save && isMine && opened() && !sameForm(save->role, *opened()))
        fillForm(m_sent.id == save->role.id ? rebase(save->role, m_sent) : save->role); // with what others did
    return isMine;
}

void RolesPage::formClosed()
{
    m_opened.reset();
    m_view->setOpened({});
    m_nameField->setProblem({});
}

void RolesPage::hideEvent(QHideEvent *event)
{
    m_tools.desk.flush();
    SetupPage::hideEvent(event);
}

} // namespace tributary::ui
