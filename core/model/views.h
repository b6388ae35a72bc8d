#pragma once

#include "core/model/names.h"

#include <span>

/// What the rows of a saved view mean: which fields there are, which operators they take, and what a value is. The editor,
/// the SQL of lists and counts and the hub all read it here.
namespace tributary::model {

enum class ViewOperation { Is, IsNot, Contains, OlderThan, NewerThan, IsSet, IsNotSet, MoreThan, LessThan };
template<>
inline constexpr std::array<std::string_view, 9> kNames<ViewOperation>{
    "is", "is_not", "contains", "older_than", "newer_than", "is_set", "is_not_set", "more_than", "less_than"};

/// What stands behind an operator.
enum class ViewValue {
    Nothing, ///< `is_set` says all.
    Status,
    CustomStatus,
    Agent, ///< An id as text, or kMe.
    Team,
    Channel,
    Account,
    Priority,
    Tag,
    CustomerTag,
    Text,
    Minutes, ///< A span, a whole number.
    Number,
    Day,    ///< `2026-11-26` (ISO 8601)
    Choice, ///< One of FieldDefinition::choices.
};
/// Whoever looks at the view.
inline constexpr std::string_view kMe = "me";
inline constexpr std::int64_t kMostMinutes = 60LL * 24 * 366 * 20;

struct ViewField {
    std::string_view name; ///< `field.` for all custom ones.
    ViewValue value = ViewValue::Nothing;
    std::span<const ViewOperation> operations; ///< The usual one first.
};
/// The built-in ones, in the order of the editor.
std::span<const ViewField> viewFields();
/// What @p name is; nothing where it is not known here: of a newer program, or a custom field that is no more.
std::optional<ViewField> viewField(std::string_view name, std::span<const FieldDefinition> definitions);
const FieldDefinition *definitionOf(std::string_view name, std::span<const FieldDefinition> definitions);

bool takesValue(ViewOperation operation);

/// Why a condition matches nothing.
enum class ConditionProblem {
    UnknownField,     ///< Kept as it is, and said: another program knows it.
    UnknownOperation, ///< The same.
    NoValue,
    BadValue,
};
std::optional<ConditionProblem> problemOf(const SavedView::Condition &condition,
                                          std::span<const FieldDefinition> definitions);

/// Whether a condition says which statuses are meant, any of them too. Where none does, a view is of open work: open and
/// waiting.
bool namesStatus(const SavedView &view);
/// Whether a conversation may leave it by being looked at.
bool namesReading(const SavedView &view);

/// What rows can show besides the state they are in, by the names of the fields; any custom field of conversations too.
std::span<const std::string_view> viewColumns();
inline constexpr std::size_t kMostColumns = 10;
/// Those of @p view: the tags, where nobody has chosen.
std::vector<std::string> columnsOf(const SavedView &view);
/// @p saved as it is to be kept in place of @p known: a program that knows of no columns does not take them away.
SavedView withColumnsOf(SavedView saved, const SavedView &known);

bool isNumber(std::string_view text);
bool isDay(std::string_view text);

} // namespace tributary::model
