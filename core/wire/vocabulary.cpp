#include "core/wire/vocabulary.h"

#include "core/base/digest.h"
#include "core/wire/fields.h"

#include <algorithm>
#include <set>

namespace tributary::wire {
namespace {

using namespace tributary::model;

template<class T>
void addNames(const std::string &where, std::string &text)
{
    if constexpr (IsOptional<T>::value || IsVector<T>::value) {
        addNames<typename T::value_type>(where, text);
    } else if constexpr (std::is_enum_v<T>) {
        for (const std::string_view name : kNames<T>)
            text += where + "=" + std::string(name) + "\n";
    } else {
        listFields<T>([&](std::string_view name, auto member) {
            const std::string here = where + "." + std::string(name);
            text += here + "\n";
            addNames<std::remove_cvref_t<decltype(std::declval<T>().*member)>>(here, text);
        });
    }
}

template<std::size_t Index = 0>
void addTypes(std::string &text)
{
    if constexpr (Index < std::variant_size_v<Entity>) {
        const std::string here(nameOf(EntityType(Index)));
        text += here + "\n";
        addNames<std::variant_alternative_t<Index, Entity>>(here, text);
        addTypes<Index + 1>(text);
    }
}

std::set<std::string_view> linesOf(std::string_view text)
{
    std::set<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.insert(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return lines;
}

} // namespace

const std::string &vocabulary()
{
    static const std::string all = [] {
        std::string text;
        addTypes(text);
        return text;
    }();
    return all;
}

std::array<std::byte, 16> vocabularyDigest()
{
    static const auto digest = blake16(bytesOf(vocabulary()));
    return digest;
}

bool knowsAllOf(std::string_view other)
{
    return std::ranges::includes(linesOf(vocabulary()), linesOf(other));
}

} // namespace tributary::wire
