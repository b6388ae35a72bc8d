#include "core/client/presence_board.h"

namespace tributary::client {

using Kind = wire::Presence::Kind;

bool PresenceBoard::heard(const wire::Presence &presence, Milliseconds now)
{
    auto &here = m_present[presence.conversation];
    const auto known = here.find(presence.agent);
    bool changed = false;
    if (presence.kind == Kind::Gone) {
        changed = known != here.end();
        if (changed)
            here.erase(known);
    } else {
        changed = known == here.end() || known->second.presence != presence;
        Entry &entry = here[presence.agent];
        entry.presence = presence;
        entry.until = now + (presence.kind == Kind::Typing ? kTyping : kViewing);
        if (presence.kind == Kind::Viewing)
            entry.viewingUntil = entry.until;
    }
    if (here.empty())
        m_present.erase(presence.conversation);
    return changed;
}

std::vector<model::ConversationId> PresenceBoard::expire(Milliseconds now)
{
    std::vector<model::ConversationId> changed;
    for (auto here = m_present.begin(); here != m_present.end();) {
        bool isOther = false;
        for (auto at = here->second.begin(); at != here->second.end();) {
            Entry &entry = at->second;
            const bool isOver = now >= entry.until;
            isOther |= isOver;
            if (isOver && now < entry.viewingUntil) {
                entry.presence.kind = Kind::Viewing;
                entry.presence.text.clear();
                entry.until = entry.viewingUntil;
            }
            at = now >= entry.until ? here->second.erase(at) : std::next(at);
        }
        if (isOther)
            changed.push_back(here->first);
        here = here->second.empty() ? m_present.erase(here) : std::next(here);
    }
    return changed;
}

std::vector<wire::Presence> PresenceBoard::at(model::ConversationId conversation) const
{
    std::vector<wire::Presence> found;
    if (const auto here = m_present.find(conversation); here != m_present.end()) {
        for (const auto &[agent, entry] : here->second)
            found.push_back(entry.presence);
    }
    return found;
}

std::vector<model::ConversationId> PresenceBoard::clear()
{
    std::vector<model::ConversationId> changed;
    for (const auto &[conversation, here] : m_present)
        changed.push_back(conversation);
    m_present.clear();
    return changed;
}

} // namespace tributary::client
