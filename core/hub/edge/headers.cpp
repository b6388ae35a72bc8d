#include "core/hub/edge/ascii.h"
#include "core/hub/edge/request.h"

#include <algorithm>

namespace tributary::edge {

void Headers::set(std::string_view name, std::string value)
{
    std::erase_if(m_fields, [&](const auto &field) { return equalNoCase(field.first, name); });
    m_fields.emplace_back(std::string(name), std::move(value));
}

std::string_view Headers::value(std::string_view name) const
{
    const auto found = std::ranges::find_if(m_fields, [&](const auto &field) { return equalNoCase(field.first, name); });
    return found == m_fields.end() ? std::string_view() : std::string_view(found->second);
}

std::size_t Headers::count(std::string_view name) const
{
    return std::size_t(std::ranges::count_if(m_fields, [&](const auto &field) { return equalNoCase(field.first, name); }));
}

bool Headers::hasToken(std::string_view name, std::string_view token) const
{
    for (const auto &[fieldName, value] : m_fields) {
        if (!equalNoCase(fieldName, name))
            continue;
        std::string_view rest = value;
        while (!rest.empty()) {
            const std::size_t comma = rest.find(',');
            if (equalNoCase(trimmed(rest.substr(0, comma)), token))
                return true;
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        }
    }
    return false;
}

std::optional<std::string_view> RequestHead::parameter(std::string_view key) const
{
    const auto found = std::ranges::find(query, key, &Query::value_type::first);
    return found == query.end() ? std::nullopt : std::optional<std::string_view>(found->second);
}

std::string_view RequestHead::bearerToken() const
{
    constexpr std::string_view kScheme = "Bearer ";
    const std::string_view value = headers.value("Authorization");
    if (value.size() <= kScheme.size() || !equalNoCase(value.substr(0, kScheme.size()), kScheme))
        return {};
    return trimmed(value.substr(kScheme.size()));
}

} // namespace tributary::edge
