#include "core/hub/admin/serve_settings.h"

#include <algorithm>
#include <fstream>

namespace tributary::hub::admin {
namespace {

std::string trimmed(const std::string &text)
{
    const auto from = text.find_first_not_of(" \t\r");
    return from == std::string::npos ? std::string() : text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

/// `listen` is `TRIBUTARY_LISTEN`.
std::string variableOf(const std::string &name)
{
    std::string variable = "TRIBUTARY_" + name;
    std::ranges::transform(variable, variable.begin(),
                           [](unsigned char c) { return c == '-' ? '_' : char(std::toupper(c)); });
    return variable;
}

} // namespace

const std::vector<std::string> &ServeSettings::names()
{
    static const std::vector<std::string> all{"listen", "public", "proxy",   "certificate",
                                              "key",    "tls",    "address", "log-days"};
    return all;
}

Result<ServeSettings> ServeSettings::read(const Arguments &arguments, const std::filesystem::path &dataFolder,
                                          const Environment &environment)
{
    ServeSettings settings;
    std::ifstream file;
    if (!dataFolder.empty())
        file.open(dataFolder / "hub.ini");
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        line = trimmed(line);
        if (line.empty() || line.front() == '#' || line.front() == ';')
            continue;
        const std::size_t equals = line.find('=');
        const std::string name = trimmed(line.substr(0, equals));
        if (equals == std::string::npos || std::ranges::count(names(), name) == 0)
            return failure(Error::Kind::Invalid, "hub.ini, line " + std::to_string(number) + ": there is no such setting");
        settings.m_values[name] = trimmed(line.substr(equals + 1));
    }
    for (const std::string &name : names()) {
        if (const char *said = environment(variableOf(name).c_str()); said && *said != '\0')
            settings.m_values[name] = said;
        if (arguments.has(name))
            settings.m_values[name] = arguments.value(name);
    }
    if (arguments.has("tls"))
        settings.m_values["tls"] = "on";
    return settings;
}

std::string ServeSettings::value(const std::string &name, const std::string &otherwise) const
{
    const auto found = m_values.find(name);
    return found == m_values.end() || found->second.empty() ? otherwise : found->second;
}

bool ServeSettings::isOn(const std::string &name) const
{
    const std::string said = value(name);
    return said == "on" || said == "yes" || said == "true" || said == "1";
}

} // namespace tributary::hub::admin
