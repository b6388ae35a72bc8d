#include "ui/customers/company_merge.h"

#include "core/model/field_values.h"

#include <algorithm>

namespace tributary::ui {

std::vector<model::CommandBody> movesInto(model::CompanyId into, std::span<const model::CustomerId> people)
{
    std::vector<model::CommandBody> commands;
    for (const model::CustomerId one : people)
        commands.push_back(model::SetCompany{one, into});
    return commands;
}

std::optional<std::vector<model::CommandBody>> mergeOfCompanies(const model::Company &from, const model::Company &into,
                                                                std::span<const model::CustomerId> people,
                                                                std::span<const model::FieldDefinition> fields)
{
    model::Company filled = into;
    for (const std::string &domain : from.domains) {
        if (std::ranges::count(filled.domains, domain) == 0)
            filled.domains.push_back(domain);
    }
    if (filled.domains.size() > kMostCompanyDomains)
        return std::nullopt;
    if (filled.note.empty())
        filled.note = from.note;
    for (const auto &[key, value] : from.attributes) {
        const auto takes = [&key = key, &value = value](const model::FieldDefinition &field) {
            return field.subject == model::FieldDefinition::Subject::Company && field.key == key
                   && model::fitsField(field, value);
        };
        if (std::ranges::any_of(fields, takes)) // the hub takes no others, and the whole record with them
            filled.attributes.try_emplace(key, value);
    }
    std::vector<model::CommandBody> commands = movesInto(into.id, people);
    commands.push_back(model::RemoveCompany{from.id}); // first: a domain is one company's
    if (filled != into)
        commands.push_back(model::SaveCompany{std::move(filled)});
    return commands;
}

} // namespace tributary::ui
