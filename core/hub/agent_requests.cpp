#include "core/hub/agent_requests.h"

#include "core/base/json_writer.h"
#include "core/hub/devices.h"

namespace tributary::hub {

using edge::Responder;
using edge::Response;

Response jsonError(int status, std::string_view error, std::optional<std::int64_t> retryAfter)
{
    JsonWriter json;
    json.beginObject().field("error", error);
    if (retryAfter)
        json.field("retry_after", *retryAfter);
    json.endObject();
    Response response = Response::json(status, json.take());
    if (retryAfter)
        response.headers.set("Retry-After", std::to_string(*retryAfter));
    return response;
}

void withAgent(HubStore &store, Loop &loop, const edge::Request &request, Responder responder,
               std::function<void(const model::Agent &, Responder)> then)
{
    const std::string token(request.bearerToken());
    if (token.empty()) {
        responder.send(jsonError(401, "denied"));
        return;
    }
    auto shared = std::make_shared<Responder>(std::move(responder));
    store.reader().read([token](store::Database &database) { return agentOfToken(database, token); }, loop.executor(),
                        [shared, then = std::move(then)](const Result<std::optional<model::Agent>> &agent) {
                            if (!agent)
                                shared->send(jsonError(503, "unavailable", 5));
                            else if (!*agent)
                                shared->send(jsonError(401, "denied"));
                            else
                                then(**agent, std::move(*shared));
                        });
}

} // namespace tributary::hub
