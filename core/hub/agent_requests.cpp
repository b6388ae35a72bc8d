#include "core/hub/agent_requests.h"

#include "core/base/fixed_bytes.h"
#include "core/base/json_writer.h"
#include "core/hub/devices.h"
#include "core/hub/epoch.h"

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
    wire::Epoch epoch{};
    if (const auto bytes = fromHex(request.parameter("epoch").value_or("")); bytes && bytes->size() == epoch.size())
        copyTo(epoch, *bytes);
    auto shared = std::make_shared<Responder>(std::move(responder));
    store.reader().read(
        [token, epoch](store::Database &database) -> Result<std::optional<model::Agent>> {
            TRIBUTARY_TRY_ASSIGN(auto agent, agentOfToken(database, token));
            TRIBUTARY_TRY_ASSIGN(const bool isOurs, isOfThisHistory(database, epoch));
            return agent || isOurs ? Result<std::optional<model::Agent>>(std::move(agent))
                                   : failure(Error::Kind::NotFound, "another history");
        },
        loop.executor(),
        [shared, then = std::move(then)](const Result<std::optional<model::Agent>> &agent) {
            if (!agent && agent.error().kind == Error::Kind::NotFound)
                shared->send(jsonError(401, "other-history"));
            else if (!agent)
                shared->send(jsonError(503, "unavailable", 5));
            else if (!*agent)
                shared->send(jsonError(401, "denied"));
            else
                then(**agent, std::move(*shared));
        });
}

} // namespace tributary::hub
