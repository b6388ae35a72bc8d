#pragma once

#include "core/model/commands.h"

#include <optional>
#include <vector>

namespace tributary::ui {

inline constexpr std::size_t kMostCompanyDomains = 50; ///< As many as the hub takes.

/// One company goes on as another: @p people, who belong to @p from, come to @p into, and so does whoever writes from one of
/// its domains for the first time. Its note and fields stay where they are: nothing is lost until somebody removes it.
/// Nothing: together they have more domains than a company takes. To be given as one step.
std::optional<std::vector<model::CommandBody>> mergeOfCompanies(const model::Company &from, const model::Company &into,
                                                                const std::vector<model::CustomerId> &people);

} // namespace tributary::ui
