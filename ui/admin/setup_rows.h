#pragma once

#include "core/client/hub_access.h"
#include "core/store/setup_reads.h"
#include "ui/admin/record_table.h"

/// The tables of the Admin section in words.
namespace tributary::ui {

QList<TableColumn> peopleColumns();
/// @p seen is what the hub has said of when they were here; nothing while it has not.
QList<TableRow> peopleRows(const store::WorkspaceSetup &setup, model::AgentId me,
                           const std::optional<client::HubAccess::People> &seen = std::nullopt, TimePoint now = {});
QList<TableColumn> teamColumns();
QList<TableRow> teamRows(const store::WorkspaceSetup &setup);
QList<TableColumn> fieldColumns();
QList<TableRow> fieldRows(const store::WorkspaceSetup &setup, model::FieldDefinition::Subject subject);
QList<TableColumn> statusColumns();
QList<TableRow> statusRows(const store::WorkspaceSetup &setup);

QList<TableColumn> reopeningColumns();
/// For how long what is resolved opens again: "Within 14 days", "Never".
QString reopenWords(std::int64_t days);
/// Whose the new conversations of an account are, in words.
QString accountTeam(const std::optional<model::TeamId> &team, const store::WorkspaceSetup &setup);
/// Channel accounts, whom their new conversations go to, and for how long resolved ones open again.
QList<TableRow> reopeningRows(const store::WorkspaceSetup &setup);

/// The custom role's name, or the plain one's.
QString roleOf(const model::Agent &agent, const store::WorkspaceSetup &setup);
/// @p agent with what their custom role gives, if they have one: as the hub would write their row.
model::Agent withRole(model::Agent agent, const store::WorkspaceSetup &setup);
/// "Care, Returns"; "none" for nobody's.
QString teamsOf(const std::vector<model::TeamId> &teams, const store::WorkspaceSetup &setup);
QString languagesOf(const std::vector<std::string> &languages);
/// Those of @p rows that match what was typed.
QList<TableRow> filtered(QList<TableRow> rows, const QString &typed);

} // namespace tributary::ui
