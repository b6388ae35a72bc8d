#include "core/store/suggestions.h"

#include "core/store/cache_reads.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

namespace tributary::store {

using namespace tributary::model;

Result<std::vector<Suggestion>> suggestionsBetween(Database &database, CustomerId a, CustomerId b)
{
    TRIBUTARY_TRY_ASSIGN(const CustomerId one, rootOf(database, a));
    TRIBUTARY_TRY_ASSIGN(const CustomerId other, rootOf(database, b));
    if (one == other)
        return std::vector<Suggestion>();
    auto query = database.query(sql::entity_suggestions_between);
    query.bind("a", one).bind("b", other);
    return readAll<Suggestion>(query);
}

Result<std::vector<Suggestion>> decidedWith(Database &database, const Suggestion &suggestion, bool dismissed)
{
    using State = Suggestion::State;
    const State from = dismissed ? State::Open : State::Dismissed, to = dismissed ? State::Dismissed : State::Open;
    TRIBUTARY_TRY_ASSIGN(std::vector<Suggestion> all, suggestionsBetween(database, suggestion.customer, suggestion.other));
    std::erase_if(all, [&](const Suggestion &one) { return one.id == suggestion.id || one.state != from; });
    if (suggestion.state == from) // where the two have been merged meanwhile nothing is decided
        all.push_back(suggestion);
    for (Suggestion &one : all)
        one.state = to;
    return all;
}

} // namespace tributary::store
