#pragma once

#include "core/model/entities.h"

#include <optional>
#include <span>
#include <string_view>

namespace tributary::model {

/// What a field of customers says that two records of one person have in common.
enum class FieldMeaning { Phone, Email, Postcode, City, Address };

/// What a field of that name means, in the languages that shops name their fields in: `ZIP`, `Código postal`, `work_phone`,
/// `shop.mobile`. Case, accents, spaces, underscores and hyphens do not count; words before the one that counts do not
/// either. Nothing: something else.
std::optional<FieldMeaning> meaningOf(std::string_view name);

/// The same of the field @p key of a customer: by its name in @p fields, where those of other subjects do not count; else by
/// its key, which may be what an import has called it.
std::optional<FieldMeaning> meaningOf(std::string_view key, std::span<const FieldDefinition> fields);

} // namespace tributary::model
