#include "ui/admin/setup_rows.h"

#include "core/model/masks.h"
#include "ui/admin/permission_words.h"
#include "ui/shell/choices.h"
#include "ui/theme/channel_look.h"
#include "ui/theme/time_format.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>

namespace tributary::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(tributary::ui::Admin)
};

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

/// The cells of a row after their columns: what is read out is the row, not the grid.
void speak(TableRow &row, const QList<TableColumn> &columns)
{
    QStringList parts;
    for (int i = 0; i < row.cells.size(); ++i) {
        const TableCell &cell = row.cells[i];
        if (cell.text.isEmpty())
            continue;
        parts.append(
            i == 0 ? cell.text
                   : Words::tr("%1: %2", "the heading of a column, and what stands there").arg(columns[i].title, cell.text));
        if (!cell.detail.isEmpty())
            parts.append(cell.detail);
    }
    row.spoken = parts.join(QStringLiteral(". "));
}

TableCell stateOf(const model::Agent &agent)
{
    if (!agent.active)
        return {.text = Words::tr("Deactivated"), .tone = TableCell::Tone::Neutral, .icon = "pause"};
    if (agent.away)
        return {.text = Words::tr("Away"), .tone = TableCell::Tone::Warning, .icon = "moon"};
    return {.text = Words::tr("Active"), .tone = TableCell::Tone::Success, .icon = "check"};
}

} // namespace

QString roleOf(const model::Agent &agent, const store::WorkspaceSetup &setup)
{
    if (!agent.customRole)
        return roleWords(agent.role);
    const auto role = std::ranges::find(setup.roles, *agent.customRole, &model::Role::id);
    return role == setup.roles.end() ? Words::tr("A role of its own") : shown(role->name);
}

model::Agent withRole(model::Agent agent, const store::WorkspaceSetup &setup)
{
    agent.permissions.clear();
    agent.visibility = model::Visibility::Teams;
    agent.accounts.clear();
    const auto role = std::ranges::find_if(setup.roles, [&](const model::Role &one) { return agent.customRole == one.id; });
    if (role != setup.roles.end()) {
        agent.permissions = role->permissions;
        agent.visibility = role->visibility;
        agent.accounts = role->accounts;
    }
    return agent;
}

QString teamsOf(const std::vector<model::TeamId> &teams, const store::WorkspaceSetup &setup)
{
    QStringList names;
    for (const model::Team &team : setup.teams) {
        if (std::ranges::find(teams, team.id) != teams.end())
            names.append(shown(team.name));
    }
    return names.join(Words::tr(", ", "between names"));
}

QString languagesOf(const std::vector<std::string> &languages)
{
    QStringList names;
    for (const std::string &tag : languages)
        names.append(languageList(tag));
    return names.join(Words::tr(", ", "between names"));
}

QList<TableColumn> peopleColumns()
{
    return {{.title = Words::tr("Name"), .share = 5, .detail = Words::tr("E-mail")},
            {Words::tr("Role"), 96},
            {.title = Words::tr("Teams"), .share = 3},
            {Words::tr("In hand"), 60, true},
            {Words::tr("Languages"), 112},
            {Words::tr("Last seen"), 76},
            {Words::tr("State"), 88}};
}

namespace {

TableCell lastSeen(model::AgentId agent, const std::optional<client::HubAccess::People> &seen, TimePoint now)
{
    if (!seen)
        return {};
    if (seen->connected.contains(agent))
        return {.text = Words::tr("Now", "a desktop of this person is connected now")};
    const auto at = seen->seen.find(agent);
    if (at == seen->seen.end())
        return {.text = Words::tr("Never"), .pale = true};
    return {.text = TimeFormat().relative(at->second, now)};
}

} // namespace

QList<TableRow> peopleRows(const store::WorkspaceSetup &setup, model::AgentId me,
                           const std::optional<client::HubAccess::People> &seen, TimePoint now)
{
    const QLocale locale;
    QList<TableRow> rows;
    for (const model::Agent &agent : setup.agents) {
        const QString name = agent.name.empty() ? shown(agent.email) : shown(agent.name);
        TableRow row{.id = agent.id.bytes, .person = name, .faded = !agent.active};
        const auto work = setup.openWork.find(agent.id);
        const QString open = locale.toString(qint64(work == setup.openWork.end() ? 0 : work->second));
        const QString most = locale.toString(qint64(agent.capacity));
        const QString teams = teamsOf(agent.teams, setup), languages = languagesOf(agent.languages);
        row.cells = {{.text = agent.id == me ? Words::tr("%1 (you)").arg(name) : name, .detail = shown(agent.email)},
                     {.text = roleOf(agent, setup)},
                     {.text = teams.isEmpty() ? Words::tr("No team") : teams, .pale = teams.isEmpty()},
                     {.text = agent.capacity > 0
                                  ? Words::tr("%1 of %2", "open conversations, and how many at most").arg(open, most)
                                  : open},
                     {.text = languages},
                     lastSeen(agent.id, seen, now),
                     stateOf(agent)};
        speak(row, peopleColumns());
        rows.append(row);
    }
    return rows;
}

QList<TableColumn> teamColumns()
{
    return {{Words::tr("Name")},
            {Words::tr("People"), 80, true},
            {Words::tr("Work is given out"), 160},
            {Words::tr("Goes back to the queue after"), 200}};
}

QList<TableRow> teamRows(const store::WorkspaceSetup &setup)
{
    QList<TableRow> rows;
    for (const model::Team &team : setup.teams) {
        const auto isIn = [&team](const model::Agent &agent) {
            return agent.active && std::ranges::find(agent.teams, team.id) != agent.teams.end();
        };
        TableRow row{.id = team.id.bytes, .icon = "people"};
        row.cells = {{.text = shown(team.name)},
                     {.text = QLocale().toString(qint64(std::ranges::count_if(setup.agents, isIn)))},
                     {.text = routingWords(team.routing)},
                     {.text = minutesWords(team.returnMinutes), .pale = team.returnMinutes == 0}};
        speak(row, teamColumns());
        rows.append(row);
    }
    return rows;
}

QList<TableColumn> fieldColumns()
{
    return {{.title = Words::tr("Name"), .detail = Words::tr("Key")},
            {Words::tr("Type"), 104},
            {Words::tr("Choices")},
            {Words::tr("Seen by"), 152}};
}

QList<TableRow> fieldRows(const store::WorkspaceSetup &setup, model::FieldDefinition::Subject subject)
{
    QList<TableRow> rows;
    for (const model::FieldDefinition &field : setup.fields) {
        if (field.subject != subject)
            continue;
        QStringList choices;
        for (const std::string &choice : field.choices)
            choices.append(shown(choice));
        const bool secret = model::isConfidential(field.key);
        TableRow row{.id = field.id.bytes, .icon = secret ? "lock" : "variable"};
        row.cells = {{.text = shown(field.name), .detail = shown(field.key)},
                     {.text = fieldTypeWords(field.type)},
                     {.text = choices.join(Words::tr(", ", "between names"))},
                     secret ? TableCell{.text = Words::tr("Confidential"), .tone = TableCell::Tone::Warning, .icon = "lock"}
                            : TableCell{.text = Words::tr("Everybody"), .pale = true}};
        speak(row, fieldColumns());
        rows.append(row);
    }
    return rows;
}

QList<TableColumn> statusColumns()
{
    return {{Words::tr("Name")}, {Words::tr("Counts as"), 160}};
}

QList<TableRow> statusRows(const store::WorkspaceSetup &setup)
{
    using Status = model::Conversation::Status;
    const auto iconOf = [](Status status) {
        switch (status) {
        case Status::Open: return "inbox";
        case Status::Waiting: return "pause";
        case Status::Snoozed: return "moon";
        case Status::Resolved: return "check-circle";
        }
        return "inbox";
    };
    QList<TableRow> rows;
    for (const model::CustomStatus &status : setup.statuses) {
        TableRow row{.id = status.id.bytes, .icon = iconOf(status.status)};
        row.cells = {{.text = shown(status.name)}, {.text = statusWords(status.status)}};
        speak(row, statusColumns());
        rows.append(row);
    }
    return rows;
}

QList<TableColumn> reopeningColumns()
{
    return {{.title = Words::tr("Account"), .share = 3, .detail = Words::tr("Channel")},
            {.title = Words::tr("Address"), .share = 3},
            {.title = Words::tr("Goes to"), .share = 2},
            {Words::tr("Resolved conversations open again"), 240}};
}

QString reopenWords(std::int64_t days)
{
    return days == 0 ? Words::tr("Never") : Words::tr("Within %n day(s)", nullptr, int(days));
}

QString accountTeam(const std::optional<model::TeamId> &team, const store::WorkspaceSetup &setup)
{
    if (!team)
        return Words::tr("Everybody");
    const QString name = teamsOf({*team}, setup);
    return name.isEmpty() ? Words::tr("A team that is not here") : name;
}

QList<TableRow> reopeningRows(const store::WorkspaceSetup &setup)
{
    QList<TableRow> rows;
    for (const model::ChannelAccount &account : setup.accounts) {
        TableRow row{.id = account.id.bytes, .icon = iconOf(account.channel)};
        const bool never = account.reopenDays == 0;
        row.cells = {{.text = shown(account.name), .detail = channelName(account.channel)},
                     {.text = shown(account.address)},
                     {.text = accountTeam(account.team, setup), .pale = !account.team.has_value()},
                     {.text = reopenWords(account.reopenDays), .pale = never}};
        speak(row, reopeningColumns());
        rows.append(row);
    }
    return rows;
}

QList<TableRow> filtered(QList<TableRow> rows, const QString &typed)
{
    if (!typed.isEmpty())
        rows.removeIf([&typed](const TableRow &row) { return !matchesTyped(row.spoken, typed); });
    return rows;
}

} // namespace tributary::ui
