#pragma once

#include "core/model/entities.h"

#include <string_view>

/// The fields of a customer by the names that CustomerLink::replaced has for them: `name`, `note`, `language`, `company`,
/// and `field.` with the key of any other.
namespace tributary::model {

/// A company as the text of its id; empty: there is none.
std::string fieldOf(const Customer &customer, std::string_view name);
void setFieldOf(Customer &customer, std::string_view name, const std::string &value);

/// The identity that is preferred on @p channel by this customer alone. Whether it is still theirs is not asked here.
std::optional<IdentityId> preferredOn(const Customer &customer, Channel channel);
void setPreferred(Customer &customer, Channel channel, const std::optional<IdentityId> &identity);

} // namespace tributary::model
