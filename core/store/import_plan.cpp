#include "core/store/import_plan.h"

#include "core/store/entities.h"
#include "core/store/people_reads.h"
#include "core/text/search_fold.h"

#include <algorithm>

namespace tributary::store {

using namespace tributary::model;

Result<CompaniesByName> companiesByName(Database &database)
{
    CompaniesByName known;
    TRIBUTARY_TRY_ASSIGN(const std::vector<Company> all, companies(database));
    for (const Company &company : all)
        known.emplace(text::foldForMatching(company.name), company.id);
    return known;
}

Result<ImportPlan> planRow(Database &database, const ImportRow &row, const CompaniesByName &known)
{
    ImportPlan plan{.add = {}, .fields = row.fields};
    for (const ImportRow::Address &address : row.addresses) {
        TRIBUTARY_TRY_ASSIGN(const auto holder, addressHolder(database, address.channel, address.address));
        if (!holder) {
            plan.add.push_back(address);
        } else if (plan.customer.isNull()) {
            plan.customer = holder->customer;
            plan.name = holder->name;
        } else if (plan.customer != holder->customer) {
            plan.kind = ImportPlan::Kind::TwoPeople;
            plan.other = holder->name;
            return plan;
        }
    }
    plan.tags = row.tags;
    const auto company = known.find(text::foldForMatching(row.company));
    if (!row.company.empty() && company != known.end())
        plan.company = company->second;
    else
        plan.newCompany = row.company;
    plan.setName = row.name;
    plan.setNote = row.note;
    if (plan.customer.isNull())
        return plan;

    TRIBUTARY_TRY_ASSIGN(const auto person, customer(database, plan.customer));
    if (person) {
        if (!person->name.empty())
            plan.setName.clear();
        if (!person->note.empty())
            plan.setNote.clear();
        plan.keptNote = person->note;
        TRIBUTARY_TRY_ASSIGN(const auto has, companyOf(database, *person));
        if (has) {
            plan.company.reset();
            plan.newCompany.clear();
        }
        std::erase_if(plan.fields, [&](const auto &field) { return person->attributes.contains(field.first); });
        std::erase_if(plan.tags, [&](const std::string &tag) { return std::ranges::count(person->tags, tag) > 0; });
    }
    const bool changes = !plan.setName.empty() || !plan.setNote.empty() || !plan.add.empty() || !plan.tags.empty()
                         || !plan.fields.empty() || plan.company || !plan.newCompany.empty();
    plan.kind = changes ? ImportPlan::Kind::Joins : ImportPlan::Kind::Unchanged;
    if (plan.setName.empty() && person)
        plan.setName = person->name; // it goes along with a new note
    return plan;
}

Result<std::vector<ImportPlan>> planImport(Database &database, const std::vector<ImportRow> &rows)
{
    CompaniesByName known;
    if (std::ranges::any_of(rows, [](const ImportRow &row) { return !row.company.empty(); })) {
        TRIBUTARY_TRY_ASSIGN(known, companiesByName(database));
    }
    std::vector<ImportPlan> plans;
    plans.reserve(rows.size());
    for (const ImportRow &row : rows) {
        TRIBUTARY_TRY_ASSIGN(ImportPlan plan, planRow(database, row, known));
        plans.push_back(std::move(plan));
    }
    return plans;
}

} // namespace tributary::store
