#include "ui/customers/company_merge.h"

#include <algorithm>

namespace tributary::ui {

std::optional<std::vector<model::CommandBody>> mergeOfCompanies(const model::Company &from, const model::Company &into,
                                                                const std::vector<model::CustomerId> &people)
{
    std::vector<model::CommandBody> commands;
    for (const model::CustomerId one : people)
        commands.push_back(model::SetCompany{one, into.id});
    if (from.domains.empty())
        return commands;
    model::Company emptied = from, filled = into;
    for (std::string &domain : emptied.domains) {
        if (std::ranges::count(filled.domains, domain) == 0)
            filled.domains.push_back(std::move(domain));
    }
    emptied.domains.clear();
    if (filled.domains.size() > kMostCompanyDomains)
        return std::nullopt;
    commands.push_back(model::SaveCompany{std::move(emptied)}); // first: a domain is one company's
    if (filled != into)
        commands.push_back(model::SaveCompany{std::move(filled)});
    return commands;
}

} // namespace tributary::ui
