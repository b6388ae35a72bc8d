#include "core/hub/agent_requests.h"

#include "core/base/json_writer.h"
#include "core/hub/devices.h"

#include <simdjson.h>

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
