#include "core/wire/vocabulary.h"

#include "core/base/digest.h"
#include "core/wire/fields.h"

#include <string>

namespace tributary::wire {
namespace {

using namespace tributary::model;

template<class T>
void addNames(std::string &text)
{
    if constexpr (IsOptional<T>::value || IsVector<T>::value) {
        addNames<typename T::value_type>(text);
    } else if constexpr (std::is_enum_v<T>) {
        for (const std::string_view name : kNames<T>)
            text += "|" + std::string(name);
    } else {
        listFields<T>([&text](std::string_view name, auto member) {
            text += "\n" + std::string(name);
            addNames<std::remove_cvref_t<decltype(std::declval<T>().*member)>>(text);
        });
    }
}

template<std::size_t Index = 0>
void addTypes(std::string &text)
{
    if constexpr (Index < std::variant_size_v<Entity>) {
        text += "\n\n" + std::string(nameOf(EntityType(Index)));
        addNames<std::variant_alternative_t<Index, Entity>>(text);
        addTypes<Index + 1>(text);
    }
}

} // namespace

std::array<std::byte, 16> vocabulary()
{
    static const auto digest = [] {
        std::string text;
        addTypes(text);
        return blake16(bytesOf(text));
    }();
    return digest;
}

} // namespace tributary::wire
