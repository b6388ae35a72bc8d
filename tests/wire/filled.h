#pragma once

#include "core/wire/fields.h"

/// Values with every listed field set to something that is not its default, the same on every run: what is left out of a
/// list, or lost on the way, shows in a comparison.
namespace tributary::wire {

class Filler {
public:
    template<class T>
    void fill(T &field)
    {
        if constexpr (IsId<T>::value) {
            for (std::byte &byte : field.bytes)
                byte = std::byte(++m_count);
        } else if constexpr (IsOptional<T>::value) {
            fill(field.emplace());
        } else if constexpr (IsVector<T>::value) {
            fill(field.emplace_back());
            fill(field.emplace_back());
        } else if constexpr (std::is_same_v<T, std::map<std::string, std::string>>) {
            fill(field["key"]);
            fill(field["schlüssel"]);
        } else if constexpr (std::is_same_v<T, TimePoint>) {
            field = fromMs(1'800'000'000'000 + ++m_count);
        } else if constexpr (std::is_enum_v<T>) {
            field = T((std::size_t(field) + 1) % model::kNames<T>.size());
        } else if constexpr (std::is_same_v<T, bool>) {
            field = !field;
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
            field = ++m_count;
        } else if constexpr (std::is_same_v<T, std::string>) {
            field = "text " + std::to_string(++m_count) + " é 茶";
        } else {
            listFields<T>([&](std::string_view, auto member) { fill(field.*member); });
        }
    }

private:
    std::int64_t m_count = 0;
};

template<class T>
T filled()
{
    T value{};
    Filler().fill(value);
    return value;
}

/// One of each alternative of a variant (Entity, CommandBody), all fields set.
template<class Variant, std::size_t Index = 0>
void fillEach(std::vector<Variant> &all)
{
    if constexpr (Index < std::variant_size_v<Variant>) {
        all.push_back(filled<std::variant_alternative_t<Index, Variant>>());
        fillEach<Variant, Index + 1>(all);
    }
}

template<class Variant>
std::vector<Variant> oneOfEach()
{
    std::vector<Variant> all;
    fillEach(all);
    return all;
}

} // namespace tributary::wire
