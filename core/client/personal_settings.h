#pragma once

#include "core/model/ids.h"

#include <map>
#include <string>
#include <string_view>

/// Settings are kept in the profile, at which several agents may work one after the other. What is of a person, and not of
/// the computer, is kept under their id: whoever signs in next finds their own, or the usual.
namespace tributary::client {

/// How they write, what they are told of, which views they see, and in what order: `drafts.`, `inbox.`, `news.`, `reply.`
/// and `views.`.
bool isPersonal(std::string_view setting);

/// The name under which @p setting of @p agent is kept.
std::string keptName(const std::string &setting, model::AgentId agent);

/// Gives @p agent, who works here, what was kept before there was a difference.
void givePersonal(std::map<std::string, std::string> &settings, model::AgentId agent);

} // namespace tributary::client
