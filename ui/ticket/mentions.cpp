#include "ui/ticket/mentions.h"

#include <algorithm>

namespace tributary::ui {

std::vector<model::AgentId> mentionsIn(const QString &text, const std::vector<model::Agent> &agents)
{
    std::vector<const model::Agent *> byLength;
    for (const model::Agent &agent : agents) {
        if (agent.active && !agent.name.empty())
            byLength.push_back(&agent);
    }
    std::ranges::stable_sort(byLength, std::greater(), [](const model::Agent *agent) { return agent->name.size(); });
    std::vector<model::AgentId> named;
    for (qsizetype at = text.indexOf(u'@'); at >= 0; at = text.indexOf(u'@', at + 1)) {
        if (at > 0 && text[at - 1].isLetterOrNumber())
            continue;
        const QStringView rest = QStringView(text).mid(at + 1);
        for (const model::Agent *agent : byLength) {
            const QString name = QString::fromStdString(agent->name);
            const bool ends =
                rest.size() == name.size() || (rest.size() > name.size() && !rest[name.size()].isLetterOrNumber());
            if (!ends || !rest.startsWith(name, Qt::CaseInsensitive))
                continue;
            if (std::ranges::count(named, agent->id) == 0)
                named.push_back(agent->id);
            break;
        }
    }
    return named;
}

} // namespace tributary::ui
