#pragma once

#include "core/hub/edge/handler.h"
#include "core/hub/hub_store.h"
#include "core/hub/loop.h"
#include "core/model/entities.h"

#include <functional>
#include <map>
#include <optional>

/// What the requests of desktops have in common: who asks, in which form, and how a refusal looks.
namespace tributary::hub {

/// `{"error": …}` with a status, and when to come again.
edge::Response jsonError(int status, std::string_view error, std::optional<std::int64_t> retryAfter = std::nullopt);

/// Calls @p then on the loop with the agent of the request's token, or answers 401.
void withAgent(HubStore &store, Loop &loop, const edge::Request &request, edge::Responder responder,
               std::function<void(const model::Agent &, edge::Responder)> then);

/// The texts of a flat JSON object; members that are no texts are left out. Nothing where it is no object, or says anything
/// twice (C23).
std::optional<std::map<std::string, std::string>> fieldsIn(const std::string &body);

} // namespace tributary::hub
