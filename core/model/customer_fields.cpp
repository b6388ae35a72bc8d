#include "core/model/customer_fields.h"

#include "core/model/commands.h"

namespace tributary::model {

std::string fieldOf(const Customer &customer, std::string_view name)
{
    if (name == "name")
        return customer.name;
    if (name == "note")
        return customer.note;
    if (name == kLanguageField)
        return customer.language;
    if (name == "company")
        return customer.company ? customer.company->text() : std::string();
    if (!name.starts_with(kFieldPrefix))
        return {};
    const auto found = customer.attributes.find(std::string(name.substr(kFieldPrefix.size())));
    return found == customer.attributes.end() ? std::string() : found->second;
}

void setFieldOf(Customer &customer, std::string_view name, const std::string &value)
{
    if (name == "name") {
        customer.name = value;
    } else if (name == "note") {
        customer.note = value;
    } else if (name == "company") {
        customer.company = CompanyId::fromText(value);
    } else if (name == kLanguageField) {
        customer.language = value;
    } else if (name.starts_with(kFieldPrefix)) {
        const std::string key(name.substr(kFieldPrefix.size()));
        if (value.empty())
            customer.attributes.erase(key);
        else
            customer.attributes[key] = value;
    }
}

} // namespace tributary::model
