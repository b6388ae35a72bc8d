#pragma once

#include "core/model/commands.h"
#include "core/store/setup_reads.h"
#include "ui/admin/permission_words.h"

#include <QString>
#include <optional>

namespace tributary::ui {

/// Who may do what: a row for each permission below the heading of its group, a column for each of the three plain roles and
/// for each custom one. Plain values; it says what a toggle would come to, and why it may not be done.
class RoleMatrix {
public:
    static constexpr int kPlainRoles = 3;
    struct Row {
        std::optional<model::Permission> permission; ///< Absent: a heading.
        PermissionGroup group = PermissionGroup::Conversations;
    };

    RoleMatrix();
    /// @p by is who looks: nobody gives or takes what they do not have.
    void set(const store::WorkspaceSetup &setup, const model::Agent &by);

    const std::vector<Row> &rows() const { return m_rows; }
    int columnCount() const { return kPlainRoles + int(m_roles.size()); }
    QString columnName(int column) const;
    /// How many have that role, in words.
    QString columnDetail(int column) const;
    /// The custom role of a column; null for the plain ones.
    const model::Role *role(int column) const;
    int columnOf(model::RoleId role) const; ///< -1 if there is none.
    bool isOn(int row, int column) const;   ///< false on a heading.

    /// Why the column as a whole is not to be changed; empty if it may.
    QString whyFixed(int column) const;
    /// Why a cell is not to be toggled; empty if it may.
    QString whyFixed(int row, int column) const;
    /// What toggling the cell comes to; nothing where it may not be done.
    std::optional<model::SaveRole> toggled(int row, int column) const;
    /// What a screen reader says of a cell: "Answer customers, Agent: allowed".
    QString spoken(int row, int column) const;

private:
    std::vector<Row> m_rows;
    std::vector<model::Role> m_roles;
    std::vector<model::Agent> m_agents;
    model::Agent m_by;
};

/// A role of its own that begins as @p column of @p matrix is. Its name is free.
model::Role copyOf(const RoleMatrix &matrix, int column, const store::WorkspaceSetup &setup, model::RoleId id);

/// Whether @p by may do everything that is in @p permissions.
bool mayAll(const model::Agent &by, const std::vector<std::string> &permissions);

} // namespace tributary::ui
