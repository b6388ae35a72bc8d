#pragma once

#include "core/model/commands.h"

#include <optional>
#include <span>
#include <vector>

namespace tributary::ui {

inline constexpr std::size_t kMostCompanyDomains = 50; ///< As many as the hub takes.

/// @p people belong to the company @p into from now on.
std::vector<model::CommandBody> movesInto(model::CompanyId into, std::span<const model::CustomerId> people);

/// One company goes on as another, and is removed: @p people, all who belong to @p from, come to @p into, and so does
/// whoever writes from one of its domains for the first time. Its note and those of its @p fields that are still defined go
/// along where the other has none; what else it had stays in its row, and is there again when the step is undone. Nothing:
/// together they have more domains than a company takes. To be given as one step.
std::optional<std::vector<model::CommandBody>> mergeOfCompanies(const model::Company &from, const model::Company &into,
                                                                std::span<const model::CustomerId> people,
                                                                std::span<const model::FieldDefinition> fields);

} // namespace tributary::ui
