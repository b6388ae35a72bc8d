#include "core/wire/features.h"

#include "core/model/command_fields.h"

#include <algorithm>
#include <array>

namespace tributary::wire {
namespace {

constexpr std::string_view kCommand = "command:";

/// What programs could do that named nothing, or no commands.
constexpr std::array kFirstFeatures{feature::kPresence, feature::kFetch};
constexpr std::array<std::string_view, 16> kFirstCommands{
    "send_message",   "cancel_message",   "retry_message",      "add_note",    "set_status", "snooze",
    "assign",         "set_tags",         "set_priority",       "set_subject", "mark_read",  "edit_customer",
    "link_customers", "unlink_customers", "dismiss_suggestion", "set_team"};

} // namespace

std::vector<std::string> ownFeatures()
{
    std::vector<std::string> names;
    for (const std::string_view name : {feature::kPresence, feature::kFetch, feature::kDigests, feature::kViewColumns,
                                        feature::kEarlierStart, feature::kNamedUploads, feature::kTellsErased})
        names.emplace_back(name);
    for (const std::string_view name : model::kCommandNames)
        names.push_back(std::string(kCommand) + std::string(name));
    return names;
}

Features::Features(const std::vector<std::string> &named)
    : m_names(named)
{
    if (named.empty())
        m_names.assign(kFirstFeatures.begin(), kFirstFeatures.end());
    if (std::ranges::none_of(named, [](const std::string &name) { return name.starts_with(kCommand); })) {
        for (const std::string_view name : kFirstCommands)
            m_names.push_back(std::string(kCommand) + std::string(name));
    }
    std::ranges::sort(m_names);
}

bool Features::has(std::string_view feature) const
{
    return std::ranges::binary_search(m_names, feature);
}

bool Features::knows(const model::CommandBody &body) const
{
    const auto *save = std::get_if<model::SaveView>(&body);
    if (save && save->view.columns && !has(feature::kViewColumns))
        return false;
    return has(std::string(kCommand) + std::string(model::nameOf(body)));
}

bool Features::knows(const model::Command &command) const
{
    return knows(command.body) && (!command.undoes || knows(*command.undoes));
}

} // namespace tributary::wire
