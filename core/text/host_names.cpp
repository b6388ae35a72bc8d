#include "core/text/host_names.h"

#include "core/text/utf8.h"

#include <algorithm>

namespace tributary::text {
namespace {

constexpr std::size_t kLongestLabel = 63, kLongestName = 253, kLongest = 1000;

bool isLabel(std::string_view label)
{
    const auto isPart = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
    return !label.empty() && label.size() <= kLongestLabel && label.front() != '-' && label.back() != '-'
           && std::ranges::all_of(label, isPart);
}

bool isHostName(std::string_view name)
{
    if (name.size() > kLongestName)
        return false;
    for (;;) {
        const std::size_t dot = name.find('.');
        if (!isLabel(name.substr(0, dot)))
            return false;
        if (dot == std::string_view::npos)
            return true;
        name.remove_prefix(dot + 1);
    }
}

} // namespace

std::optional<std::string> hostNames(std::string_view typed)
{
    if (typed.size() > kLongest)
        return std::nullopt;
    std::string names;
    while (!typed.empty()) {
        const std::size_t comma = std::min(typed.find(','), typed.size());
        const std::string name = asciiLower(trimmed(typed.substr(0, comma)));
        typed.remove_prefix(std::min(comma + 1, typed.size()));
        if (name.empty())
            continue;
        if (!isHostName(name))
            return std::nullopt;
        names += (names.empty() ? "" : ", ") + name;
    }
    return names;
}

} // namespace tributary::text
