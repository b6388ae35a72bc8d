#include "core/model/field_values.h"

#include "core/model/views.h"

#include <algorithm>

namespace tributary::model {
namespace {

constexpr std::size_t kLongestValue = 2000;

} // namespace

bool fitsField(const FieldDefinition &definition, std::string_view value)
{
    if (value.empty())
        return true;
    if (value.size() > kLongestValue)
        return false;
    switch (definition.type) {
    case FieldDefinition::Type::Text: return true;
    case FieldDefinition::Type::Number: return isNumber(value);
    case FieldDefinition::Type::Date: return isDay(value);
    case FieldDefinition::Type::Choice: return std::ranges::count(definition.choices, value) > 0;
    case FieldDefinition::Type::Flag: return value == "yes";
    case FieldDefinition::Type::Link: return value.starts_with("https://") || value.starts_with("http://");
    }
    return false;
}

} // namespace tributary::model
