// What is done to one person of the table, or to several of them.
#include "core/model/permissions.h"
#include "ui/admin/people_page.h"
#include "ui/admin/permission_words.h"
#include "ui/admin/setup_rows.h"
#include "ui/shell/picker.h"

#include <QDateTime>

namespace tributary::ui {
namespace {

QString shown(const std::string &text)
{
    return QString::fromStdString(text);
}

QString nameOf(const model::Agent &agent)
{
    return shown(agent.name.empty() ? agent.email : agent.name);
}

} // namespace

QString PeoplePage::whyStays(const std::vector<model::AgentId> &agents, bool active) const
{
    for (const model::AgentId id : agents) {
        const model::Agent *one = agent(id);
        if (!one)
            continue;
        if (id == m_tools.desk.me().id)
            return tr("Nobody shuts themselves out. Another admin can.");
        if (const QString why = whyNot(*one, settingsOf(*one)); !why.isEmpty())
            return why;
        if (active && whyNotLetIn(*one))
            return tr("They are in a team that you do not see. An admin can let them in.");
    }
    return whyReadOnly();
}

QString PeoplePage::whyNotAll(const std::vector<model::AgentId> &agents,
                              const std::function<void(model::SetAgent &)> &change) const
{
    for (const model::AgentId id : agents) {
        const model::Agent *one = agent(id);
        if (!one)
            continue;
        model::SetAgent wanted = settingsOf(*one);
        change(wanted);
        if (const QString why = whyNot(*one, wanted); !why.isEmpty())
            return agents.size() == 1 ? why
                                      //: Why nothing is done to several people: the name of one of them, and the reason.
                                      : tr("%1: %2").arg(nameOf(*one), why);
    }
    return whyReadOnly();
}

/// Each is a change of its own: the hub decides about it by itself.
void PeoplePage::setAll(const std::vector<model::AgentId> &agents, const std::function<void(model::SetAgent &)> &change)
{
    for (const model::AgentId id : agents) {
        const model::Agent *one = agent(id);
        if (!one)
            continue;
        model::SetAgent wanted = settingsOf(*one);
        change(wanted);
        std::ranges::sort(wanted.teams);
        if (wanted != settingsOf(*one))
            m_tools.desk.submit(wanted);
    }
}

void PeoplePage::showMenu(const std::vector<model::AgentId> &agents, const QRect &place)
{
    QStringList names;
    bool anyActive = false, anyInactive = false;
    for (const model::AgentId id : agents) {
        if (const model::Agent *one = agent(id)) {
            names.append(nameOf(*one));
            (one->active ? anyActive : anyInactive) = true;
        }
    }
    if (names.isEmpty())
        return;
    Picker::Question question{.objectName = "personMenu", .placeholder = aboutWords(names)};
    const auto add = [&question](const char *id, const QString &text, const QString &icon, const QString &why,
                                 const QString &key = {}) {
        question.choices.append(Choice{.id = QLatin1String(id),
                                       .text = text,
                                       .detail = why,
                                       .icon = icon,
                                       .key = why.isEmpty() ? key : QString(),
                                       .enabled = why.isEmpty()});
    };
    if (agents.size() == 1)
        add("details", tr("Details"), "user", {}, tr("Enter"));
    const QString why = whyNotAll(agents, [](model::SetAgent &) {});
    add("role", tr("Role"), "shield", why);
    add("teams", tr("Teams"), "people", whyReadOnly());
    if (agents.size() == 1)
        add("password", tr("New password link"), "link", whyNotPassword(*agent(agents.front())));
    if (anyActive)
        add("deactivate", tr("Deactivate"), "pause", whyStays(agents, false), tr("Del"));
    if (anyInactive)
        add("activate", tr("Activate"), "play", whyStays(agents, true));
    question.apply = [this, agents, place](const Choice &choice) {
        if (choice.id == u"password")
            emit newPasswordWanted(agents.front());
        else if (choice.id == u"role")
            pickRoleFor(agents, place);
        else if (choice.id == u"teams")
            pickTeamFor(agents, place);
        else if (choice.id == u"deactivate")
            pickSuccessor(agents, place);
        else if (choice.id == u"activate")
            setActive(agents, true, {});
        else
            open(agents.front());
    };
    popUp(place, std::move(question));
}

void PeoplePage::pickRoleFor(const std::vector<model::AgentId> &agents, const QRect &place)
{
    using Role = model::Agent::Role;
    Picker::Question question{.objectName = "roleForPicker", .placeholder = tr("Role"), .width = 360};
    const auto with = [](Role role, std::optional<model::RoleId> custom) {
        return [role, custom](model::SetAgent &set) {
            if (custom && set.customRole == custom) // below it lies the plain one that stays if it is removed
                return;
            set.role = role;
            set.customRole = custom;
        };
    };
    const auto add = [&](const QString &id, const QString &name, const std::function<void(model::SetAgent &)> &change) {
        const QString why = whyNotAll(agents, change);
        const bool isSo = std::ranges::all_of(agents, [&](model::AgentId one) {
            model::SetAgent wanted = agent(one) ? settingsOf(*agent(one)) : model::SetAgent();
            const model::SetAgent before = wanted;
            change(wanted);
            return wanted == before;
        });
        question.choices.append(
            Choice{.id = id, .text = name, .detail = why, .icon = "shield", .checked = isSo, .enabled = why.isEmpty()});
    };
    for (const Role role : {Role::Agent, Role::Lead, Role::Admin})
        add(QString::number(int(role)), roleWords(role), with(role, {}));
    for (const model::Role &role : setup().roles)
        add(shown(role.id.text()), shown(role.name), with(Role::Agent, role.id));
    question.apply = [this, agents, with](const Choice &choice) {
        const auto custom = model::RoleId::fromText(choice.id.toStdString());
        setAll(agents, with(custom ? Role::Agent : Role(choice.id.toInt()), custom));
    };
    m_tools.picker.ask(place, std::move(question));
}

/// All of them come into the team that is chosen, or out of it where all are in.
void PeoplePage::pickTeamFor(const std::vector<model::AgentId> &agents, const QRect &place)
{
    Picker::Question question{.objectName = "teamForPicker", .placeholder = tr("Into a team, or out of it"), .width = 360};
    const auto isIn = [this](model::AgentId one, model::TeamId team) {
        return agent(one) && std::ranges::count(agent(one)->teams, team) > 0;
    };
    const auto change = [](model::TeamId team, bool joins) {
        return [team, joins](model::SetAgent &set) {
            std::erase(set.teams, team);
            if (joins)
                set.teams.push_back(team);
        };
    };
    for (const model::Team &team : setup().teams) {
        const bool allIn = std::ranges::all_of(agents, [&](model::AgentId one) { return isIn(one, team.id); });
        const QString why = whyNotAll(agents, change(team.id, !allIn));
        question.choices.append(Choice{.id = shown(team.id.text()),
                                       .text = shown(team.name),
                                       .detail = why,
                                       .icon = "people",
                                       .checked = allIn,
                                       .enabled = why.isEmpty()});
    }
    if (question.choices.isEmpty())
        question.choices.append(Choice{.id = "none", .text = tr("No teams yet"), .icon = "people", .enabled = false});
    question.apply = [this, agents, change](const Choice &choice) {
        if (const auto team = model::TeamId::fromText(choice.id.toStdString()))
            setAll(agents, change(*team, !choice.checked));
    };
    m_tools.picker.ask(place, std::move(question));
}

void PeoplePage::pickSuccessor(const std::vector<model::AgentId> &agents, const QRect &place)
{
    std::vector<model::AgentId> leaving;
    std::int64_t work = 0;
    for (const model::AgentId id : agents) {
        const model::Agent *one = agent(id);
        if (!one || !one->active)
            continue;
        leaving.push_back(id);
        const auto known = setup().unresolvedWork.find(id);
        work += known == setup().unresolvedWork.end() ? 0 : known->second;
    }
    if (leaving.empty())
        return;
    const int count = int(leaving.size());
    // Asked also where nothing is known of: there may be work that is not seen here.
    Picker::Question question{.objectName = "successorPicker",
                              .placeholder = work > 0 ? tr("%n not resolved: who gets them?", nullptr, int(work))
                                                      : tr("Who gets what is not resolved?"),
                              .width = 360};
    question.choices.append(Choice{.id = "queues",
                                   .text = count == 1
                                               ? tr("Deactivate, work goes back to the queues")
                                               : tr("Deactivate %n people, work goes back to the queues", nullptr, count),
                                   .icon = "undo"});
    for (const model::Agent &other : setup().agents) {
        if (!other.active || std::ranges::count(leaving, other.id) > 0)
            continue;
        question.choices.append(Choice{.id = shown(other.id.text()),
                                       .text = (count == 1 ? tr("Deactivate, work goes to %1")
                                                           : tr("Deactivate %n people, work goes to %1", nullptr, count))
                                                   .arg(nameOf(other)),
                                       .person = nameOf(other),
                                       .personId = other.id.bytes});
    }
    question.apply = [this, leaving](const Choice &choice) {
        setActive(leaving, false, model::AgentId::fromText(choice.id.toStdString()));
    };
    m_tools.picker.ask(place, std::move(question));
}

void PeoplePage::setActive(const std::vector<model::AgentId> &agents, bool active, std::optional<model::AgentId> workTo)
{
    pane().setProblem({});
    for (const model::AgentId id : agents) {
        if (const model::Agent *one = agent(id); one && one->active != active)
            m_tools.desk.submit(model::SetAgentActive{.agent = id, .active = active, .workTo = workTo});
    }
}

/// When they were last seen is a time there, not how long ago that is.
QList<TableRow> PeoplePage::rowsToExport() const
{
    constexpr int kSeen = 5;
    QList<TableRow> rows = SetupPage::rowsToExport();
    const QList<TableRow> all = peopleRows(setup(), {}, {}, {});
    for (TableRow &row : rows) {
        const auto plain = std::ranges::find(all, row.id, &TableRow::id);
        if (plain != all.end())
            row = *plain;
        if (!m_seen)
            continue;
        if (const auto seen = m_seen->seen.find(model::AgentId(row.id)); seen != m_seen->seen.end())
            row.cells[kSeen].text = QDateTime::fromMSecsSinceEpoch(toMs(seen->second), Qt::UTC).toString(Qt::ISODate);
    }
    return rows;
}

} // namespace tributary::ui
