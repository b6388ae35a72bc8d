#include "ui/composer/mentions.h"

#include <algorithm>

namespace tributary::ui {
namespace {

bool isSame(const QString &one, const QString &other)
{
    return one.compare(other, Qt::CaseInsensitive) == 0;
}

QString withAddress(const model::Agent &agent)
{
    return QStringLiteral("%1 (%2)").arg(QString::fromStdString(agent.name), QString::fromStdString(agent.email));
}

/// Every name that may stand in a note, the longest first. What was chosen with a name decides whose it is.
std::vector<Naming> knownNames(const std::vector<model::Agent> &agents, const std::vector<Mention> &chosen)
{
    std::vector<Naming> known;
    const auto add = [&known](const QString &name, model::AgentId agent, bool isChosen) {
        const auto at = std::ranges::find_if(known, [&name](const Naming &one) { return isSame(one.name, name); });
        if (at == known.end())
            known.push_back({name, {agent}, isChosen});
        else if (at->isChosen == isChosen && std::ranges::count(at->agents, agent) == 0)
            at->agents.push_back(agent);
    };
    for (const Mention &mention : chosen) {
        const auto agent = std::ranges::find(agents, mention.agent, &model::Agent::id);
        if (agent != agents.end() && agent->active && !mention.name.isEmpty())
            add(mention.name, mention.agent, true);
    }
    for (const model::Agent &agent : agents) {
        if (!agent.active || agent.name.empty())
            continue;
        add(QString::fromStdString(agent.name), agent.id, false);
        if (!agent.email.empty())
            add(withAddress(agent), agent.id, false);
    }
    std::ranges::stable_sort(known, std::greater(), [](const Naming &one) { return one.name.size(); });
    return known;
}

} // namespace

QString mentionName(const model::Agent &agent, const std::vector<model::Agent> &agents)
{
    const QString name = QString::fromStdString(agent.name);
    const bool isShared = std::ranges::any_of(agents, [&](const model::Agent &other) {
        return other.active && other.id != agent.id && isSame(QString::fromStdString(other.name), name);
    });
    return isShared && !agent.email.empty() ? withAddress(agent) : name;
}

std::vector<Naming> namingsIn(const QString &text, const std::vector<model::Agent> &agents,
                              const std::vector<Mention> &chosen)
{
    std::vector<Naming> namings;
    if (!text.contains(u'@'))
        return namings;
    const std::vector<Naming> known = knownNames(agents, chosen);
    for (qsizetype at = text.indexOf(u'@'); at >= 0; at = text.indexOf(u'@', at + 1)) {
        if (at > 0 && text[at - 1].isLetterOrNumber())
            continue;
        const QStringView rest = QStringView(text).mid(at + 1);
        const auto named = std::ranges::find_if(known, [&rest](const Naming &one) {
            const bool ends = rest.size() == one.name.size()
                              || (rest.size() > one.name.size() && !rest[one.name.size()].isLetterOrNumber());
            return ends && rest.startsWith(one.name, Qt::CaseInsensitive);
        });
        if (named != known.end() && std::ranges::count(namings, named->name, &Naming::name) == 0)
            namings.push_back(*named);
    }
    return namings;
}

std::vector<model::AgentId> mentionsIn(const QString &text, const std::vector<model::Agent> &agents,
                                       const std::vector<Mention> &chosen)
{
    std::vector<model::AgentId> named;
    for (const Naming &naming : namingsIn(text, agents, chosen)) {
        for (const model::AgentId &agent : naming.agents) {
            if (std::ranges::count(named, agent) == 0)
                named.push_back(agent);
        }
    }
    return named;
}

} // namespace tributary::ui
