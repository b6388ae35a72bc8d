#pragma once

#include "core/model/rights.h"
#include "core/store/database.h"

#include <map>

namespace tributary::hub {

/// What one agent may see, asked of the store at one moment: rights are those of now, never those of when a link was opened.
/// Remembers the teams of conversations it has looked up; use it within one read transaction.
class Sight {
public:
    /// An agent who is not there, or deactivated, sees nothing.
    static Result<Sight> of(store::Database &database, model::AgentId agent);

    const model::Agent &agent() const { return m_agent; }
    /// What belongs to no conversation (a null @p id) is seen like what belongs to nobody in particular.
    Result<bool> sees(model::ConversationId id);
    Result<bool> sees(const model::Entity &entity);

private:
    Sight(store::Database &database, model::Agent agent)
        : m_database(&database)
        , m_agent(std::move(agent))
    {
    }
    store::Database *m_database;
    model::Agent m_agent;
    std::map<model::ConversationId, bool> m_seen;
};

} // namespace tributary::hub
