#include "core/client/personal_settings.h"

#include <algorithm>
#include <array>
#include <vector>

namespace tributary::client {
namespace {

bool beginsPersonal(std::string_view setting)
{
    static constexpr std::array<std::string_view, 5> kPrefixes{"drafts.", "inbox.", "news.", "reply.", "views."};
    return std::ranges::any_of(kPrefixes, [setting](std::string_view prefix) { return setting.starts_with(prefix); });
}

/// Whether it is kept under the id of somebody.
bool isGiven(std::string_view setting)
{
    const std::size_t at = setting.rfind('.');
    return at != setting.npos && model::AgentId::fromText(std::string(setting.substr(at + 1))).has_value();
}

} // namespace

bool isPersonal(std::string_view setting)
{
    return beginsPersonal(setting) && !isGiven(setting);
}

std::string keptName(const std::string &setting, model::AgentId agent)
{
    return isPersonal(setting) && !agent.isNull() ? setting + "." + agent.text() : setting;
}

void givePersonal(std::map<std::string, std::string> &settings, model::AgentId agent)
{
    if (agent.isNull())
        return;
    std::vector<std::string> nobodys;
    for (const auto &[name, value] : settings) {
        if (isPersonal(name))
            nobodys.push_back(name);
    }
    for (const std::string &name : nobodys) {
        auto node = settings.extract(name);
        node.key() = keptName(name, agent);
        settings.insert(std::move(node)); // what they have chosen since stays
    }
}

} // namespace tributary::client
