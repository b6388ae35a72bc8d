#include "core/hub/admin/arguments.h"

#include <algorithm>
#include <iterator>

namespace tributary::hub::admin {

Result<Arguments> Arguments::parse(const std::vector<std::string> &arguments, const std::vector<std::string> &flags)
{
    Arguments parsed;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string &argument = arguments[i];
        if (argument == "--") {
            parsed.m_words.insert(parsed.m_words.end(), arguments.begin() + std::ptrdiff_t(i) + 1, arguments.end());
            break;
        }
        if (!argument.starts_with("--")) {
            parsed.m_words.push_back(argument);
            continue;
        }
        const std::size_t equals = argument.find('=');
        const std::string name = argument.substr(2, equals == std::string::npos ? equals : equals - 2);
        if (std::ranges::count(flags, name) > 0)
            parsed.m_options.emplace(name, "");
        else if (equals != std::string::npos)
            parsed.m_options.emplace(name, argument.substr(equals + 1));
        else if (i + 1 < arguments.size())
            parsed.m_options.emplace(name, arguments[++i]);
        else
            return failure(Error::Kind::Invalid, "--" + name + " needs a value");
    }
    return parsed;
}

std::string Arguments::value(const std::string &name, const std::string &otherwise) const
{
    const auto [from, to] = m_options.equal_range(name);
    return from == to ? otherwise : std::prev(to)->second; // given twice, the last one counts
}

Result<std::map<std::string, std::string>> Arguments::pairs(const std::string &name) const
{
    std::map<std::string, std::string> pairs;
    const auto [from, to] = m_options.equal_range(name);
    for (auto option = from; option != to; ++option) {
        const std::size_t equals = option->second.find('=');
        if (equals == std::string::npos || equals == 0)
            return failure(Error::Kind::Invalid, "--" + name + " needs key=value, not " + option->second);
        pairs[option->second.substr(0, equals)] = option->second.substr(equals + 1);
    }
    return pairs;
}

std::optional<std::string> Arguments::unknown(const std::vector<std::string> &known) const
{
    for (const auto &[name, value] : m_options) {
        if (std::ranges::count(known, name) == 0)
            return name;
    }
    return std::nullopt;
}

} // namespace tributary::hub::admin
