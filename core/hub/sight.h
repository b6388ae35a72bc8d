#pragma once

#include "core/model/masks.h"
#include "core/model/rights.h"
#include "core/store/database.h"

#include <map>
#include <memory>

namespace tributary::hub {

/// What one agent may see, asked of the store at one moment: rights are those of now, never those of when a link was opened.
/// Remembers the conversations it has looked up; use it within one read transaction.
class Sight {
public:
    /// Who decides over conversations, as looked up within one read transaction; for several who look.
    using Scopes = std::map<model::ConversationId, model::Scope>;

    /// An agent who is not there, or deactivated, sees nothing. @p scopes: what is known of conversations already.
    static Result<Sight> of(store::Database &database, model::AgentId agent, std::shared_ptr<Scopes> scopes = nullptr);

    /// Of somebody who need not be there: model::anybodyLike().
    static Sight like(store::Database &database, model::Agent agent)
    {
        return Sight(database, std::move(agent), std::make_shared<Scopes>());
    }

    const model::Agent &agent() const { return m_agent; }
    /// What belongs to no conversation (a null @p id) is seen like what belongs to nobody in particular.
    Result<bool> sees(model::ConversationId id);
    Result<bool> sees(const model::Entity &entity);
    /// Leaves of a row that is seen what may be seen of it.
    void mask(model::Entity &entity) const { model::mask(entity, m_masks); }
    const model::Masks &masks() const { return m_masks; }

private:
    Sight(store::Database &database, model::Agent agent, std::shared_ptr<Scopes> scopes)
        : m_database(&database)
        , m_agent(std::move(agent))
        , m_masks(model::masksOf(m_agent))
        , m_scopes(std::move(scopes))
    {
    }
    store::Database *m_database;
    model::Agent m_agent;
    model::Masks m_masks;
    std::shared_ptr<Scopes> m_scopes;
};

/// What decides who sees a conversation, as it is in the store; nothing if it is not there.
Result<std::optional<model::Scope>> scopeOf(store::Database &database, model::ConversationId id);

} // namespace tributary::hub
