#include "core/model/views.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace tributary::model {
namespace {

using enum ViewOperation;

constexpr std::array kChosen{Is, IsNot};
constexpr std::array kAnyOrChosen{Is, IsNot, IsSet};
constexpr std::array kMaybe{Is, IsNot, IsSet, IsNotSet};
constexpr std::array kText{Contains, Is, IsNot, IsSet, IsNotSet};
constexpr std::array kWords{Contains};
constexpr std::array kSince{OlderThan, NewerThan};
constexpr std::array kMaybeSince{OlderThan, NewerThan, IsSet, IsNotSet};
constexpr std::array kFlag{IsSet, IsNotSet};
constexpr std::array kMeasure{MoreThan, LessThan, Is, IsNot, IsSet, IsNotSet};

constexpr std::array kFields{
    ViewField{"status", ViewValue::Status, kAnyOrChosen},
    ViewField{"custom_status", ViewValue::CustomStatus, kMaybe},
    ViewField{"assignee", ViewValue::Agent, kMaybe},
    ViewField{"team", ViewValue::Team, kMaybe},
    ViewField{"channel", ViewValue::Channel, kChosen},
    ViewField{"account", ViewValue::Account, kChosen},
    ViewField{"tag", ViewValue::Tag, kMaybe},
    ViewField{"customer_tag", ViewValue::CustomerTag, kMaybe},
    ViewField{"priority", ViewValue::Priority, kChosen},
    ViewField{"subject", ViewValue::Text, kText},
    ViewField{"words", ViewValue::Text, kWords}, // all of them, in what a row shows: what a list is filtered by
    ViewField{"waiting", ViewValue::Minutes, kMaybeSince},
    ViewField{"last_item", ViewValue::Minutes, kSince},
    ViewField{"created", ViewValue::Minutes, kSince},
    ViewField{"resolved", ViewValue::Minutes, kSince}, // of what is resolved now
    ViewField{"unread", ViewValue::Nothing, kFlag},
    ViewField{"following", ViewValue::Nothing, kFlag},
    ViewField{"mentioned", ViewValue::Nothing, kFlag},
};

ViewField customField(const FieldDefinition &definition)
{
    switch (definition.type) {
    case FieldDefinition::Type::Text: return {kFieldPrefix, ViewValue::Text, kText};
    case FieldDefinition::Type::Number: return {kFieldPrefix, ViewValue::Number, kMeasure};
    case FieldDefinition::Type::Date: return {kFieldPrefix, ViewValue::Day, kMeasure};
    case FieldDefinition::Type::Choice: return {kFieldPrefix, ViewValue::Choice, kMaybe};
    case FieldDefinition::Type::Flag: return {kFieldPrefix, ViewValue::Nothing, kFlag};
    case FieldDefinition::Type::Link: return {kFieldPrefix, ViewValue::Text, kText};
    }
    return {kFieldPrefix, ViewValue::Text, kText};
}

template<class Number>
bool isWhole(std::string_view text, Number &number)
{
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool isMinutes(std::string_view text)
{
    std::int64_t minutes = 0;
    return isWhole(text, minutes) && minutes >= 0 && minutes <= kMostMinutes;
}

bool fits(ViewValue value, std::string_view text, const FieldDefinition *definition)
{
    switch (value) {
    case ViewValue::Nothing: return true;
    case ViewValue::Status: return fromName<Conversation::Status>(text).has_value();
    case ViewValue::Channel: return fromName<Channel>(text).has_value();
    case ViewValue::Priority: return fromName<Conversation::Priority>(text).has_value();
    case ViewValue::Agent: return text == kMe || AgentId::fromText(text);
    case ViewValue::CustomStatus:
    case ViewValue::Team:
    case ViewValue::Account: return idFromText(text).has_value();
    case ViewValue::Tag:
    case ViewValue::CustomerTag:
    case ViewValue::Text: return true;
    case ViewValue::Minutes: return isMinutes(text);
    case ViewValue::Number: return isNumber(text);
    case ViewValue::Day: return isDay(text);
    case ViewValue::Choice: return definition && std::ranges::count(definition->choices, text) > 0;
    }
    return false;
}

} // namespace

std::span<const ViewField> viewFields()
{
    return kFields;
}

const FieldDefinition *definitionOf(std::string_view name, std::span<const FieldDefinition> definitions)
{
    if (!name.starts_with(kFieldPrefix))
        return nullptr;
    const auto found = std::ranges::find_if(definitions, [&](const FieldDefinition &one) {
        return one.subject == FieldDefinition::Subject::Conversation && one.key == name.substr(kFieldPrefix.size());
    });
    return found == definitions.end() ? nullptr : &*found;
}

std::optional<ViewField> viewField(std::string_view name, std::span<const FieldDefinition> definitions)
{
    const auto known = std::ranges::find(kFields, name, &ViewField::name);
    if (known != kFields.end())
        return *known;
    const FieldDefinition *custom = definitionOf(name, definitions);
    return custom ? std::optional(customField(*custom)) : std::nullopt;
}

bool takesValue(ViewOperation operation)
{
    return operation != IsSet && operation != IsNotSet;
}

std::optional<ConditionProblem> problemOf(const SavedView::Condition &condition,
                                          std::span<const FieldDefinition> definitions)
{
    const auto field = viewField(condition.field, definitions);
    if (!field)
        return ConditionProblem::UnknownField;
    const auto operation = fromName<ViewOperation>(condition.operation);
    if (!operation || std::ranges::count(field->operations, *operation) == 0)
        return ConditionProblem::UnknownOperation;
    if (!takesValue(*operation))
        return std::nullopt;
    if (condition.value.empty())
        return ConditionProblem::NoValue;
    if (!fits(field->value, condition.value, definitionOf(condition.field, definitions)))
        return ConditionProblem::BadValue;
    return std::nullopt;
}

bool namesStatus(const SavedView &view)
{
    return std::ranges::any_of(view.conditions, [](const SavedView::Condition &one) {
        return one.field == "status" || one.field == "custom_status" || one.field == "resolved";
    });
}

bool namesReading(const SavedView &view)
{
    return std::ranges::any_of(
        view.conditions, [](const SavedView::Condition &one) { return one.field == "unread" || one.field == "mentioned"; });
}

std::span<const std::string_view> viewColumns()
{
    static constexpr std::array<std::string_view, 5> kColumns{"tag", "priority", "team", "assignee", "status"};
    return kColumns;
}

std::vector<std::string> columnsOf(const SavedView &view)
{
    return view.columns.value_or(std::vector<std::string>{"tag"});
}

SavedView withColumnsOf(SavedView saved, const SavedView &known)
{
    if (!saved.columns)
        saved.columns = known.columns;
    return saved;
}

bool isNumber(std::string_view text)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size();
}

bool isDay(std::string_view text)
{
    constexpr std::size_t kLength = 10;
    if (text.size() != kLength || text[4] != '-' || text[7] != '-')
        return false;
    int year = 0;
    unsigned month = 0, day = 0;
    if (!isWhole(text.substr(0, 4), year) || !isWhole(text.substr(5, 2), month) || !isWhole(text.substr(8, 2), day))
        return false;
    return std::chrono::year_month_day(std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)).ok();
}

} // namespace tributary::model
