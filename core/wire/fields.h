#pragma once

#include "core/model/command_fields.h"
#include "core/model/fields.h"
#include "core/wire/cbor.h"

#include <cstring>

/// How one field of a value struct becomes a CBOR value and back. The lists of fields are in core/model.
namespace tributary::wire {

template<class T>
struct IsId : std::false_type {
};
template<class Tag>
struct IsId<Id<Tag>> : std::true_type {
};
template<class T>
struct IsOptional : std::false_type {
};
template<class T>
struct IsOptional<std::optional<T>> : std::true_type {
};
template<class T>
struct IsVector : std::false_type {
};
template<class T>
struct IsVector<std::vector<T>> : std::true_type {
};

template<class T>
Value fieldToValue(const T &field);
/// False if @p value is of a wrong kind for @p field. @p whole becomes false where something in it is of a newer program: a
/// field or an enumerator that this one does not know.
template<class T>
bool fieldFrom(const Value &value, T &field, bool &whole);
template<class T>
bool fieldFrom(const Value &value, T &field)
{
    bool whole = true;
    return fieldFrom(value, field, whole);
}

/// Structs that are listed in fields.h or command_fields.h.
template<class T, class F>
constexpr void listFields(F &&f)
{
    model::fieldsOf<T>(f);
    model::commandFieldsOf<T>(f);
}

template<class T>
Value structToValue(const T &object)
{
    [[maybe_unused]] static const T defaults{};
    Map map;
    listFields<T>([&](std::string_view name, auto member) {
        if (!(object.*member == defaults.*member))
            map.emplace_back(std::string(name), fieldToValue(object.*member));
    });
    return Value(std::move(map));
}

/// False if @p value is no map or a known field is of a wrong kind. Fields that are absent keep their defaults.
template<class T>
bool structFrom(const Value &value, T &object, bool &whole)
{
    const Map *map = value.as<Map>();
    if (!map)
        return false;
    bool good = true;
    std::size_t known = 0;
    listFields<T>([&](std::string_view name, auto member) {
        const Value *field = value.find(name);
        known += field != nullptr;
        if (field && !field->isNull())
            good = good && fieldFrom(*field, object.*member, whole);
    });
    whole = whole && known == map->size();
    return good;
}
template<class T>
bool structFrom(const Value &value, T &object)
{
    bool whole = true;
    return structFrom(value, object, whole);
}

template<class T>
Value fieldToValue(const T &field)
{
    if constexpr (IsId<T>::value) {
        return Value(copyOf(field.view()));
    } else if constexpr (IsOptional<T>::value) {
        return field ? fieldToValue(*field) : Value();
    } else if constexpr (IsVector<T>::value) {
        Array array;
        for (const auto &element : field)
            array.push_back(fieldToValue(element));
        return Value(std::move(array));
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
        Map map;
        for (const auto &[key, text] : field)
            map.emplace_back(key, Value(text));
        return Value(std::move(map));
    } else if constexpr (std::is_same_v<T, TimePoint>) {
        return Value(toMs(field));
    } else if constexpr (std::is_enum_v<T>) {
        return Value(model::nameOf(field));
    } else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::string>) {
        return Value(field);
    } else {
        return structToValue(field);
    }
}

template<class T>
bool fieldFrom(const Value &value, T &field, bool &whole)
{
    if constexpr (IsId<T>::value) {
        const Bytes *bytes = value.as<Bytes>();
        if (!bytes || bytes->size() != field.bytes.size())
            return false;
        std::memcpy(field.bytes.data(), bytes->data(), bytes->size());
        return true;
    } else if constexpr (IsOptional<T>::value) {
        return fieldFrom(value, field.emplace(), whole);
    } else if constexpr (IsVector<T>::value) {
        const Array *array = value.as<Array>();
        if (!array)
            return false;
        field.clear();
        for (const Value &element : *array) {
            if (!fieldFrom(element, field.emplace_back(), whole))
                return false;
        }
        return true;
    } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
        const Map *map = value.as<Map>();
        if (!map)
            return false;
        field.clear();
        for (const auto &[key, text] : *map) {
            const std::string *string = text.template as<std::string>();
            if (!string)
                return false;
            field[key] = *string;
        }
        return true;
    } else if constexpr (std::is_same_v<T, TimePoint>) {
        const std::int64_t *ms = value.as<std::int64_t>();
        if (ms)
            field = fromMs(*ms);
        return ms != nullptr;
    } else if constexpr (std::is_enum_v<T>) {
        // An enumerator of a newer program keeps the default: shown as such, never a reason to drop the entity.
        const std::string *name = value.as<std::string>();
        if (name) {
            const auto known = model::fromName<T>(*name);
            field = known.value_or(field);
            whole = whole && known;
        }
        return name != nullptr;
    } else if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::string>) {
        const T *same = value.as<T>();
        if (same)
            field = *same;
        return same != nullptr;
    } else {
        return structFrom(value, field, whole);
    }
}

} // namespace tributary::wire
