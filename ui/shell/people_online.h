#pragma once

#include "core/client/workspace.h"

#include <map>
#include <set>

namespace tributary::ui {

/// Colleagues who are here just now: of whom something is heard, at a conversation or at none.
class PeopleOnline {
public:
    /// What is heard at one conversation now. True: others are here than before.
    bool set(model::ConversationId conversation, const std::vector<client::Present> &present)
    {
        const std::set<model::AgentId> before = agents();
        auto &here = m_at[conversation];
        here.clear();
        for (const client::Present &one : present) {
            if (!one.agent.isNull()) // a customer
                here.insert(one.agent);
        }
        if (here.empty())
            m_at.erase(conversation);
        return agents() != before;
    }
    std::set<model::AgentId> agents() const
    {
        std::set<model::AgentId> all;
        for (const auto &[conversation, here] : m_at)
            all.insert(here.begin(), here.end());
        return all;
    }

private:
    std::map<model::ConversationId, std::set<model::AgentId>> m_at;
};

} // namespace tributary::ui
