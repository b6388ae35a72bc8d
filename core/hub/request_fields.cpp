#include "core/hub/agent_requests.h"

#include <simdjson.h>

namespace tributary::hub {

std::optional<std::map<std::string, std::string>> fieldsIn(const std::string &body)
{
    simdjson::dom::parser parser;
    simdjson::dom::object object;
    if (parser.parse(body).get_object().get(object) != simdjson::SUCCESS)
        return std::nullopt;
    std::map<std::string, std::string> fields;
    std::map<std::string_view, int> seen;
    for (const auto &[key, value] : object) {
        if (++seen[key] > 1)
            return std::nullopt;
        std::string_view text;
        if (value.get_string().get(text) == simdjson::SUCCESS)
            fields.emplace(key, text);
    }
    return fields;
}

} // namespace tributary::hub
