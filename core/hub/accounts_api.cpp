#include "core/hub/accounts_api.h"

#include "core/base/json_writer.h"
#include "core/hub/account_store.h"
#include "core/hub/agent_requests.h"
#include "core/model/permissions.h"
#include "core/text/host_names.h"

namespace tributary::hub {
namespace {

using namespace tributary::model;
using edge::Responder;
using edge::Response;

constexpr const char *kSetting = "authserv_id";

edge::Response refusal(const Error &error)
{
    switch (error.kind) {
    case Error::Kind::NotFound: return jsonError(404, "not-found");
    case Error::Kind::Invalid: return jsonError(400, "invalid");
    default: return jsonError(503, "unavailable", 5);
    }
}

} // namespace

AccountsApi::AccountsApi(HubStore &store, Loop &loop)
    : m_store(store)
    , m_loop(loop)
{
}

void AccountsApi::request(edge::Request request, Responder responder)
{
    if (request.path == "/accounts/believed" && (request.method == "GET" || request.method == "HEAD"))
        believed(request, std::move(responder));
    else if (request.path == "/accounts/believed" && request.method == "POST")
        believe(request, std::move(responder));
    else
        responder.send(edge::errorResponse(404, request.id));
}

void AccountsApi::believed(const edge::Request &request, Responder responder)
{
    const auto account = ChannelAccountId::fromText(request.parameter("account").value_or(std::string_view()));
    if (!account) {
        responder.send(jsonError(400, "invalid"));
        return;
    }
    withAgent(m_store, m_loop, request, std::move(responder), [this, account](const Agent &by, Responder answer) {
        if (!may(by, Permission::ManageChannels))
            return answer.send(jsonError(403, "not-allowed"));
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.reader().read([account](store::Database &database) { return accountSetting(database, *account, kSetting); },
                              m_loop.executor(),
                              [shared](const Result<std::string> &names) {
                                  if (!names)
                                      return shared->send(refusal(names.error()));
                                  JsonWriter json;
                                  json.beginObject().field(kSetting, *names).endObject();
                                  shared->send(Response::json(200, json.take()));
                              });
    });
}

void AccountsApi::believe(const edge::Request &request, Responder responder)
{
    const auto fields = fieldsIn(request.body);
    const auto field = [&fields](const char *name) {
        const auto found = fields ? fields->find(name) : decltype(fields->find(name))();
        return fields && found != fields->end() ? std::optional(found->second) : std::nullopt;
    };
    const auto account = ChannelAccountId::fromText(field("account").value_or(std::string()));
    const auto said = field(kSetting);
    const auto names = said ? text::hostNames(*said) : std::nullopt;
    if (!account || !names) {
        responder.send(jsonError(400, "invalid"));
        return;
    }
    const auto renew = [this, account, names, from = request.remoteAddress](const Agent &by, Responder answer) {
        if (!may(by, Permission::ManageChannels))
            return answer.send(jsonError(403, "not-allowed"));
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.writer().write(
            [this, account, names, author = Author{by.id, from, m_store.clock().now()}](store::Database &database) {
                return changeAccount(m_store, database, *account, {{kSetting, *names}}, {}, author);
            },
            m_loop.executor(),
            [this, shared](const Result<void> &done) {
                if (done && m_changed)
                    m_changed();
                shared->send(done ? Response::empty(204) : refusal(done.error()));
            });
    };
    withAgent(m_store, m_loop, request, std::move(responder), renew);
}

} // namespace tributary::hub
