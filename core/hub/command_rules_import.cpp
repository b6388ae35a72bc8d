#include "core/hub/command_rules.h"

#include "core/hub/audit.h"
#include "core/hub/customer_limits.h"
#include "core/hub/people.h"
#include "core/hub/regions.h"
#include "core/model/command_fields.h"
#include "core/model/masks.h"
#include "core/store/entities.h"
#include "core/text/search_fold.h"

#include <algorithm>

namespace tributary::hub {

using namespace tributary::model;
using Reason = Outcome::Reason;

namespace {

constexpr std::size_t kMostAddresses = 50;
constexpr std::size_t kMostWords = 100;      ///< Tags, or fields.
constexpr std::chrono::minutes kOnItsWay{1}; ///< What is older was given without the hub.

bool fits(const ImportedCustomer &row)
{
    const auto isTag = [](const std::string &tag) { return !tag.empty() && tag.size() <= kLongestWord; };
    return !row.customer.isNull() && !row.addresses.empty() && row.addresses.size() <= kMostAddresses
           && row.name.size() <= kLongestName && row.note.size() <= kLongestNote && row.company.size() <= kLongestName
           && row.tags.size() <= kMostWords && row.fields.size() <= kMostWords && std::ranges::all_of(row.tags, isTag);
}

} // namespace

Result<CommandRules::Answer> CommandRules::operator()(const ImportCustomers &command)
{
    if (command.rows.empty() || command.rows.size() > kMostRowsImported)
        return refused(Reason::Invalid, "no rows, or too many at once");
    if (!may(m_by, Permission::SeeContactDetails)) // whom an address belongs to is not for them to find out
        return refused(Reason::NotAllowed, "addresses that are hidden");
    TRIBUTARY_TRY_ASSIGN(store::CompaniesByName companies, store::companiesByName(database()));
    Answer answer = noEffect();
    for (std::size_t i = 0; i < command.rows.size(); ++i) {
        TRIBUTARY_TRY_ASSIGN(const Answer one, importRow(command.rows[i], companies));
        if (one.kind == Outcome::Kind::Refused)
            answer.refusedRows.push_back({std::int64_t(i), one.reason});
        else if (one.kind == Outcome::Kind::Applied)
            answer.kind = Outcome::Kind::Applied;
    }
    return answer;
}

Result<CommandRules::Answer> CommandRules::operator()(const ExportCustomers &command)
{
    if (command.count < 1 || command.tag.size() > kLongestWord)
        return refused(Reason::Invalid, "nobody, or a tag that is none");
    std::string lines = "customers: " + std::to_string(command.count) + "\nwhich: " + std::string(nameOf(command.which));
    if (!command.tag.empty()) {
        std::string tag = command.tag;
        std::ranges::replace(tag, '\n', ' '); // a line is one fact
        lines += "\ntag: " + tag;
    }
    if (m_at < m_now - kOnItsWay) // without the hub: the entry has its own time
        lines += "\ngiven: " + toIso(m_at);
    TRIBUTARY_TRY(note(database(), {m_by.id, kByDesktop, m_now},
                       {.kind = AuditEntry::Kind::Exported, .about = "customers", .became = std::move(lines)}));
    return Answer{};
}

/// Nothing of a row that is refused is written: all is checked before.
Result<CommandRules::Answer> CommandRules::importRow(const ImportedCustomer &row, store::CompaniesByName &companies)
{
    if (!fits(row))
        return refused(Reason::Invalid);
    store::ImportRow said{
        .name = row.name, .note = row.note, .company = row.company, .tags = row.tags, .fields = row.fields};
    for (const ImportedCustomer::Address &one : row.addresses) {
        TRIBUTARY_TRY_ASSIGN(const std::string region, regionFor(database(), one.channel));
        auto address = normalised(one.channel, one.address, region);
        if (!address)
            return refused(Reason::Invalid, "not an address of that channel");
        said.addresses.push_back({one.channel, std::move(*address)});
    }
    TRIBUTARY_TRY_ASSIGN(const store::ImportPlan plan, store::planRow(database(), said, companies));
    if (plan.kind == store::ImportPlan::Kind::TwoPeople)
        return refused(Reason::Taken, "addresses of two people");
    if (plan.kind == store::ImportPlan::Kind::Unchanged)
        return noEffect();
    TRIBUTARY_TRY_ASSIGN(const Reason why, whyNotFilled(plan));
    if (why != Reason::None)
        return refused(why);

    const bool isNew = plan.kind == store::ImportPlan::Kind::New;
    TRIBUTARY_TRY_ASSIGN(auto known, store::customer(database(), isNew ? row.customer : plan.customer));
    if (isNew && known) // brought before; who has its addresses now was decided by somebody
        return noEffect();
    if (!isNew && !known)
        return refused(Reason::NotFound);
    Customer customer = known.value_or(Customer{.id = row.customer, .createdAt = m_at});
    if (customer.name.empty()) // an address is no name: names are shown to those as well who are not shown addresses
        customer.name = row.name;
    if (!plan.setNote.empty())
        customer.note = plan.setNote;
    for (const auto &[key, value] : plan.fields)
        applyTo(customer, SetCustomerField{customer.id, key, value});
    applyTo(customer, SetCustomerTags{customer.id, plan.tags, {}});
    if (!fitsFrame(customer, known.value_or(Customer())))
        return refused(Reason::Invalid, "more than a customer's card can hold");
    if (plan.company) {
        customer.company = plan.company;
    } else if (!plan.newCompany.empty()) {
        TRIBUTARY_TRY_ASSIGN(customer.company, companyMade(row, companies));
    }
    if (customer != known)
        TRIBUTARY_TRY(m_changes.put(customer));
    for (const store::ImportRow::Address &address : plan.add) {
        const auto at = std::ranges::find(said.addresses, address);
        const IdentityId id = row.addresses[std::size_t(at - said.addresses.begin())].identity;
        TRIBUTARY_TRY(identityFor(m_changes, m_ids, address.channel, address.address, address.address, customer.name,
                                  customer.id, id, m_at));
    }
    if (!isNew) // of tens of thousands that a file brings, each says by itself since when it is there
        TRIBUTARY_TRY(tellOfCustomer(customer.id, "customer-imported", {}));
    return Answer{};
}

Result<Reason> CommandRules::whyNotFilled(const store::ImportPlan &plan)
{
    if (!plan.setNote.empty() && !may(m_by, Permission::SeeCustomerNotes))
        return Reason::NotAllowed;
    if ((plan.company || !plan.newCompany.empty()) && !may(m_by, Permission::ManageCompanies))
        return Reason::NotAllowed;
    for (const auto &[key, value] : plan.fields) {
        TRIBUTARY_TRY_ASSIGN(const auto definition, fieldNamed(database(), FieldDefinition::Subject::Customer, key));
        if (!definition || value.empty() || !fitsField(*definition, value))
            return Reason::Invalid;
        if (!seesField(m_by, key))
            return Reason::NotAllowed;
    }
    return Reason::None;
}

Result<CompanyId> CommandRules::companyMade(const ImportedCustomer &row, store::CompaniesByName &companies)
{
    const CompanyId id = row.companyId.isNull() ? m_ids.make<CompanyId>() : row.companyId;
    TRIBUTARY_TRY_ASSIGN(const auto there, store::company(database(), id)); // by an earlier part, and named otherwise since
    if (!there) {
        Company company{.id = id, .name = row.company};
        TRIBUTARY_TRY(m_changes.put(company));
    }
    companies.emplace(text::foldForMatching(row.company), id);
    return id;
}

} // namespace tributary::hub
