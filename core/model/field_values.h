#pragma once

#include "core/model/entities.h"

#include <string_view>

namespace tributary::model {

/// Whether @p value will do for a field: a number, a day (`2026-11-26`), one of the choices, `yes`, an http or https
/// address. Nothing always will.
bool fitsField(const FieldDefinition &definition, std::string_view value);

} // namespace tributary::model
