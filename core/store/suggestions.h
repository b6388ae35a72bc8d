#pragma once

#include "core/model/entities.h"
#include "core/store/database.h"

/// What machines have offered to merge, and what people have said to it: that two are not one is said of whole persons, of
/// everybody who is merged into them. Hub and desktop both ask here.
namespace tributary::store {

/// What was offered, in whatever state, between anybody of the one person and anybody of the other; nothing if they are one.
Result<std::vector<model::Suggestion>> suggestionsBetween(Database &database, model::CustomerId a, model::CustomerId b);

/// What changes when somebody says of @p suggestion that its two are not one, or takes that back: as it is then.
Result<std::vector<model::Suggestion>> decidedWith(Database &database, const model::Suggestion &suggestion, bool dismissed);

} // namespace tributary::store
