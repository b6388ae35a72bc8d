#include "ui/admin/role_matrix.h"

#include <QCoreApplication>
#include <algorithm>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::RoleMatrix)
};

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

} // namespace

bool mayAll(const model::Agent &by, const std::vector<std::string> &permissions)
{
    return std::ranges::all_of(permissions, [&by](const std::string &name) {
        const auto known = model::fromName<model::Permission>(name);
        return !known || model::may(by, *known); // a name that nobody knows here grants nothing
    });
}

RoleMatrix::RoleMatrix()
{
    std::optional<PermissionGroup> group;
    for (std::size_t i = 0; i < model::kPermissions; ++i) {
        const auto permission = model::Permission(i);
        if (group != groupOf(permission)) {
            group = groupOf(permission);
            m_rows.push_back({std::nullopt, *group});
        }
        m_rows.push_back({permission, *group});
    }
}

void RoleMatrix::set(const store::WorkspaceSetup &setup, const model::Agent &by)
{
    m_roles = setup.roles;
    m_agents = setup.agents;
    m_by = by;
}

QString RoleMatrix::columnName(int column) const
{
    const model::Role *custom = role(column);
    return custom ? shown(custom->name) : roleWords(model::Agent::Role(column));
}

QString RoleMatrix::columnDetail(int column) const
{
    const model::Role *custom = role(column);
    const auto has = [&](const model::Agent &agent) {
        if (!agent.active)
            return false;
        return custom ? agent.customRole == custom->id : !agent.customRole && agent.role == model::Agent::Role(column);
    };
    return Words::tr("%n people", nullptr, int(std::ranges::count_if(m_agents, has)));
}

const model::Role *RoleMatrix::role(int column) const
{
    const int at = column - kPlainRoles;
    return at >= 0 && at < int(m_roles.size()) ? &m_roles[std::size_t(at)] : nullptr;
}

int RoleMatrix::columnOf(model::RoleId role) const
{
    const auto found = std::ranges::find(m_roles, role, &model::Role::id);
    return found == m_roles.end() ? -1 : kPlainRoles + int(found - m_roles.begin());
}

bool RoleMatrix::isOn(int row, int column) const
{
    const auto permission = m_rows[std::size_t(row)].permission;
    if (!permission)
        return false;
    const model::Role *custom = role(column);
    if (!custom)
        return model::gives(model::Agent::Role(column), *permission);
    return std::ranges::count(custom->permissions, model::nameOf(*permission)) > 0;
}

QString RoleMatrix::whyFixed(int column) const
{
    const model::Role *custom = role(column);
    if (!custom)
        return Words::tr("This role is built in. Copy it to make one that you can change.");
    if (!model::may(m_by, model::Permission::ManageRoles))
        return Words::tr("Your role does not let you change roles. An admin can.");
    if (!mayAll(m_by, custom->permissions))
        return Words::tr("This role may do more than you may yourself. An admin can change it.");
    return {};
}

QString RoleMatrix::whyFixed(int row, int column) const
{
    if (const QString why = whyFixed(column); !why.isEmpty())
        return why;
    const auto permission = m_rows[std::size_t(row)].permission;
    if (permission && !model::may(m_by, *permission))
        return Words::tr("You may not do this yourself, so you cannot let others do it.");
    return {};
}

std::optional<model::SaveRole> RoleMatrix::toggled(int row, int column) const
{
    const auto permission = m_rows[std::size_t(row)].permission;
    if (!permission || !whyFixed(row, column).isEmpty())
        return {};
    model::SaveRole save{*role(column)};
    const std::string name(model::nameOf(*permission));
    if (std::erase(save.role.permissions, name) == 0)
        save.role.permissions.push_back(name);
    std::ranges::sort(save.role.permissions);
    return save;
}

QString RoleMatrix::spoken(int row, int column) const
{
    const auto permission = m_rows[std::size_t(row)].permission;
    if (!permission)
        return groupWords(m_rows[std::size_t(row)].group);
    const QString what = permissionWords(*permission), who = columnName(column);
    return isOn(row, column) ? Words::tr("%1, %2: allowed").arg(what, who) : Words::tr("%1, %2: not allowed").arg(what, who);
}

model::Role copyOf(const RoleMatrix &matrix, int column, const store::WorkspaceSetup &setup, model::RoleId id)
{
    model::Role made;
    if (const model::Role *custom = matrix.role(column))
        made = *custom;
    else
        made.permissions = model::permissionsOf(model::Agent::Role(column));
    made.id = id;
    made.version = 0;
    const auto isTaken = [&setup](const QString &name) {
        return std::ranges::any_of(setup.roles, [&name](const model::Role &other) {
            return shown(other.name).compare(name, Qt::CaseInsensitive) == 0;
        });
    };
    QString name = Words::tr("Copy of %1").arg(matrix.columnName(column));
    for (int i = 2; isTaken(name); ++i)
        name = Words::tr("Copy %2 of %1").arg(matrix.columnName(column), QString::number(i));
    made.name = name.toStdString();
    return made;
}

} // namespace tributary::ui
