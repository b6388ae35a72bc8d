#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tributary::channels::webchat {

/// A flat JSON object as the chat wire uses them: text, whole numbers, truth values and lists of texts.
class JsonFields {
public:
    using Value = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

    /// Reads one object. Refuses (Kind::Invalid) anything else at the top, bad UTF-8, keys that stand twice (RFC 8259 leaves
    /// their meaning open), more than 64 fields, and nesting; a field of null counts as absent. Half surrogates in escapes
    /// become U+FFFD: browsers send them when a text is cut inside an emoji.
    static Result<JsonFields> read(std::string_view json);

    /// Empty when absent or not a text.
    std::string text(const std::string &key) const { return as<std::string>(key).value_or(std::string()); }
    std::optional<std::int64_t> number(const std::string &key) const { return as<std::int64_t>(key); }
    bool flag(const std::string &key) const { return as<bool>(key).value_or(false); }
    std::vector<std::string> list(const std::string &key) const
    {
        return as<std::vector<std::string>>(key).value_or(std::vector<std::string>());
    }
    /// `aud` of a JWT may be a text or a list of texts.
    bool isList(const std::string &key) const { return as<std::vector<std::string>>(key).has_value(); }

private:
    template<class T>
    std::optional<T> as(const std::string &key) const
    {
        const auto found = m_values.find(key);
        if (found == m_values.end() || !std::holds_alternative<T>(found->second))
            return std::nullopt;
        return std::get<T>(found->second);
    }

    std::map<std::string, Value> m_values;
};

} // namespace tributary::channels::webchat
