#include "core/hub/command_rules.h"

#include "core/hub/customer_limits.h"
#include "core/hub/people.h"
#include "core/model/customer_fields.h"
#include "core/model/masks.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;

Result<std::string> CommandRules::companyName(const std::optional<CompanyId> &id)
{
    if (!id)
        return std::string();
    TRIBUTARY_TRY_ASSIGN(const auto company, store::company(database(), *id));
    return company && !company->removed ? company->name : std::string();
}

Result<CommandRules::Answer> CommandRules::operator()(const SaveCompany &command)
{
    Company company = command.company;
    if (company.id.isNull() || company.name.empty() || company.name.size() > kLongestName
        || company.note.size() > kLongestNote || company.domains.size() > 50)
        return refused(Reason::Invalid, "a company needs a name");
    for (std::string &domain : company.domains) {
        domain = text::asciiLower(text::trimmed(domain));
        if (domain.find('.') == std::string::npos || domain.find('@') != std::string::npos || domain.size() > kLongestWord)
            return refused(Reason::Invalid, "not the domain of a mail address");
    }
    TRIBUTARY_TRY_ASSIGN(const auto known, store::company(database(), company.id));
    if (known && known->removed) // whoever brings it back says so
        return refused(Reason::NotFound, "a company that was removed");
    company.removed = false;
    if (known && !may(m_by, Permission::SeeCustomerNotes))
        company.note = known->note;
    if (known) {
        for (const auto &[key, value] : known->attributes) {
            if (!seesField(m_by, key))
                company.attributes[key] = value;
        }
    }
    for (const auto &[key, value] : company.attributes) {
        TRIBUTARY_TRY_ASSIGN(const auto definition, fieldNamed(database(), FieldDefinition::Subject::Company, key));
        const bool wasThere = known && known->attributes.contains(key) && known->attributes.at(key) == value;
        if (!wasThere && !seesField(m_by, key))
            return refused(Reason::NotAllowed, "a confidential field");
        if (!wasThere && (!definition || !fitsField(*definition, value)))
            return refused(Reason::Invalid, "not a value of a field");
    }
    for (const std::string &domain : company.domains) {
        if (known && std::ranges::count(known->domains, domain) > 0)
            continue; // two may have it from before: it stays with whom it is
        TRIBUTARY_TRY_ASSIGN(const auto other, companyOfDomain(database(), domain));
        if (other && *other != company.id) {
            TRIBUTARY_TRY_ASSIGN(const std::string name, companyName(other));
            return refused(Reason::Taken, domain + " is a domain of " + name);
        }
    }
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(company.id.bytes, "company"));
    company.version = known ? known->version : 0;
    if (late || (known && *known == company))
        return noEffect();
    TRIBUTARY_TRY(m_changes.put(company));
    TRIBUTARY_TRY(takeDomains(company));
    return Answer{};
}

Result<void> CommandRules::takeDomains(const Company &company)
{
    TRIBUTARY_TRY(database().query(sql::hub_forget_company_domains).bind("company_id", company.id).run());
    if (company.removed)
        return {};
    for (const std::string &domain : company.domains) {
        auto query = database().query(sql::hub_set_company_domain);
        TRIBUTARY_TRY(query.bind("domain", domain).bind("company_id", company.id).run());
    }
    return {};
}

/// One row, however many belong to it: nobody's own row is written, and so taking it back is exact.
Result<CommandRules::Answer> CommandRules::operator()(const RemoveCompany &command)
{
    TRIBUTARY_TRY_ASSIGN(auto company, store::company(database(), command.company));
    if (!company)
        return refused(Reason::NotFound, "no such company");
    if (command.removed && m_command.undoes && std::holds_alternative<SaveCompany>(*m_command.undoes)) {
        auto query = database().query(sql::cache_customers_of_company);
        query.bind("id", command.company);
        TRIBUTARY_TRY_ASSIGN(const bool hasPeople, query.exists());
        if (hasPeople) // it was new, and others have used it since
            return refused(Reason::Taken, "people belong to it by now");
    }
    TRIBUTARY_TRY_ASSIGN(const bool late, overtaken(command.company.bytes, "removed"));
    if (late || company->removed == command.removed)
        return noEffect();
    company->removed = command.removed;
    TRIBUTARY_TRY(m_changes.put(*company));
    TRIBUTARY_TRY(takeDomains(*company));
    return Answer{};
}

} // namespace tributary::hub
