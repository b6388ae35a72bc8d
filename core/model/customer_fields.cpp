#include "core/model/customer_fields.h"

#include "core/model/commands.h"
#include "core/model/names.h"

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

std::optional<IdentityId> preferredOn(const Customer &customer, Channel channel)
{
    const auto found = customer.preferred.find(std::string(nameOf(channel)));
    return found == customer.preferred.end() ? std::nullopt : IdentityId::fromText(found->second);
}

void setPreferred(Customer &customer, Channel channel, const std::optional<IdentityId> &identity)
{
    const std::string name(nameOf(channel));
    if (identity)
        customer.preferred[name] = identity->text();
    else
        customer.preferred.erase(name);
}

} // namespace tributary::model
