#pragma once

#include "core/model/entities.h"
#include "ui/theme/time_format.h"

#include <variant>

/// Values of custom fields: as people read and type them, and as they are kept.
namespace tributary::ui {

/// As people read it: a day in the locale's way, "Yes" for a flag.
QString shownValue(const model::FieldDefinition &field, const std::string &value, const TimeFormat &format);
/// As it stands in an editor.
QString editedValue(const model::FieldDefinition &field, const std::string &value, const TimeFormat &format);

/// What is wrong with what was typed, in a sentence that says what would do.
struct FieldProblem {
    QString words;
};
/// What was typed as it is kept; nothing is always possible and gives an empty value.
std::variant<std::string, FieldProblem> keptValue(const model::FieldDefinition &field, const QString &typed,
                                                  const TimeFormat &format);

} // namespace tributary::ui
