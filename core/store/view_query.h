#pragma once

#include "core/store/cache_reads.h"

#include <variant>

/// Saved views, queues and what is filtered in them, as SQL over `conversation AS c`. What somebody has typed or chosen is
/// bound, never part of the text.
namespace tributary::store {

/// The values of a statement that is put together: each add() gives the parameter's name for the text.
class Parameters {
public:
    using Value = std::variant<std::int64_t, std::string, RawId, Bytes>;
    std::string add(Value value);
    void bindTo(Query &query) const;

private:
    std::vector<Value> m_values;
};

/// Who looks, and when.
struct ViewScope {
    model::AgentId agent;
    TimePoint now;
    const std::vector<model::FieldDefinition> &definitions;
};

/// What one condition asks. One that is not known here, or is not finished, is false.
std::string conditionSql(const model::SavedView::Condition &condition, const ViewScope &scope, Parameters &parameters);
/// What a view is of: its conditions, and open work where they name no status. Nothing that goes on in another
/// conversation, and nothing open of who is blocked.
std::string viewSql(const model::SavedView &view, const ViewScope &scope, Parameters &parameters);
/// The same of any list.
std::string listSql(const ListQuery &list, const ViewScope &scope, Parameters &parameters);
/// Which rows every open queue is of; what makes it up besides is to be added. @p now names the parameter with the time:
/// what is to wake by then is open, whether a hub has said so or not.
std::string openWorkSql(std::string_view now);
/// Open work of views, so that several can be counted in one pass over it.
std::string conditionsSql(const model::SavedView &view, const ViewScope &scope, Parameters &parameters);

/// An order and the columns that a place in it is made of.
struct ListOrder {
    std::string rank, ms; ///< Expressions over `c`, of numbers that are never null.
    bool rising = false;
};
ListOrder orderOf(const ListQuery &list, const ViewScope &scope, Parameters &parameters);
/// Whether @p one stands further down in that list than @p other.
bool isBehind(const ListQuery &list, const ListPlace &one, const ListPlace &other);

/// Ids as one value, for `c.id IN (…)`.
std::string amongSql(const std::vector<model::ConversationId> &ids, Parameters &parameters);

} // namespace tributary::store
