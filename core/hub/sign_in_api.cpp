#include "core/hub/sign_in_api.h"

#include "core/base/json_writer.h"
#include "core/base/log.h"
#include "core/hub/agent_requests.h"
#include "core/text/utf8.h"

namespace tributary::hub {
namespace {

using namespace tributary::model;
using edge::Request;
using edge::Responder;
using edge::Response;

constexpr std::chrono::minutes kAlarmTime{15};
constexpr int kAlarmFailures = 100; ///< In that time, over all accounts: somebody is trying them out.

std::string fieldOf(const std::map<std::string, std::string> &fields, const std::string &name)
{
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
}

/// Somebody who has just come in.
struct SignedIn {
    Agent agent;
    std::string token;
    std::string workspace;
};

Result<SignedIn> admit(store::Database &database, HubStore &store, const Agent &agent, const std::string &device)
{
    SignedIn in{agent, makeToken(store.rng()), {}};
    TRIBUTARY_TRY(addDevice(database, agent.id, in.token, device, store.clock().now()));
    TRIBUTARY_TRY_ASSIGN(const WorkspaceState workspace, workspaceState(database));
    in.workspace = workspace.name;
    return in;
}

Response welcome(const SignedIn &in)
{
    JsonWriter json;
    json.beginObject().field("token", in.token).field("agent_id", in.agent.id.text());
    json.field("workspace", in.workspace).endObject();
    return Response::json(200, json.take());
}

} // namespace

SignInApi::SignInApi(HubStore &store, Loop &loop, SyncSockets &sockets, Hasher &hasher)
    : m_store(store)
    , m_loop(loop)
    , m_sockets(sockets)
    , m_hasher(hasher)
    , m_guard(store.clock())
{
}

void SignInApi::request(Request request, Responder responder)
{
    if (request.path == "/auth/devices" && (request.method == "GET" || request.method == "HEAD"))
        return devices(request, std::move(responder));
    if (request.method != "POST") {
        responder.send(edge::errorResponse(404, request.id));
        return;
    }
    if (request.path == "/auth/sign-out")
        return signOut(request, std::move(responder));
    const auto fields = fieldsIn(request.body);
    if (!fields)
        responder.send(jsonError(400, "invalid"));
    else if (request.path == "/auth/sign-in")
        signIn(*fields, request.remoteAddress, std::move(responder));
    else if (request.path == "/auth/devices/revoke")
        revoke(request, *fields, std::move(responder));
    else
        responder.send(edge::errorResponse(404, request.id));
}

bool SignInApi::mustWait(const SignInGuard::Who &who, Responder &responder)
{
    const auto wait = m_guard.wait(who);
    if (wait.count() > 0)
        responder.send(jsonError(429, "locked", wait.count()));
    return wait.count() > 0;
}

void SignInApi::noteFailure(const SignInGuard::Who &who)
{
    m_guard.failed(who);
    const Milliseconds now = m_store.clock().steady();
    if (now - m_alarmFrom > kAlarmTime) {
        m_alarmFrom = now;
        m_alarmCount = 0;
    }
    if (++m_alarmCount == kAlarmFailures)
        log(LogLevel::Warning, "tributary.hub", "many sign-ins fail: somebody may be trying passwords out",
            {{"failures", m_alarmCount}, {"minutes", kAlarmTime.count()}});
}

void SignInApi::signIn(const Fields &fields, const std::string &address, Responder responder)
{
    const SignInGuard::Who who{fieldOf(fields, "email"), address};
    if (mustWait(who, responder))
        return;
    auto shared = std::make_shared<Responder>(std::move(responder));
    const bool queued = m_hasher.post(
        [this, shared, who, password = fieldOf(fields, "password"), device = text::scrubbed(fieldOf(fields, "device"))] {
            auto found =
                m_store.reader().readAndWait([&](store::Database &database) { return credentialsOf(database, who.email); });
            const std::string hash = found && *found ? (*found)->hash : std::string();
            Result<SignedIn> answer = failure(Error::Kind::Denied, "wrong password");
            if (!found) {
                answer = failure(found.error());
            } else if (fitsPassword(hash, password) && *found) {
                const auto renewed = wantsNewHash(hash) ? hashPassword(password) : Result<std::string>(std::string());
                answer = m_store.writer().writeAndWait([&](store::Database &database) -> Result<SignedIn> {
                    if (renewed && !renewed->empty())
                        TRIBUTARY_TRY(setPassword(database, (*found)->agent.id, *renewed));
                    return admit(database, m_store, (*found)->agent, device);
                });
            }
            m_loop.post([this, shared, who, answer] {
                log(LogLevel::Info, "tributary.hub", "sign-in", {{"result", answer ? "ok" : name(answer.error().kind)}});
                if (answer) {
                    m_guard.succeeded(who);
                    shared->send(welcome(*answer));
                } else if (answer.error().kind == Error::Kind::Denied) {
                    noteFailure(who);
                    shared->send(jsonError(401, "denied"));
                } else {
                    shared->send(jsonError(503, "unavailable", 5));
                }
            });
        });
    if (!queued)
        shared->send(jsonError(429, "busy", 2));
}

void SignInApi::signOut(const Request &request, Responder responder)
{
    const std::string token(request.bearerToken());
    withAgent(m_store, m_loop, request, std::move(responder), [this, token](const Agent &, Responder answer) {
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.writer().write([token](store::Database &database) { return revokeDevice(database, token); },
                               m_loop.executor(),
                               [this, shared](const Result<void> &done) {
                                   m_sockets.recheckTokens();
                                   shared->send(done ? Response::empty(204) : jsonError(503, "unavailable", 5));
                               });
    });
}

void SignInApi::devices(const Request &request, Responder responder)
{
    const std::string token(request.bearerToken());
    withAgent(m_store, m_loop, request, std::move(responder), [this, token](const Agent &agent, Responder answer) {
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.reader().read(
            [id = agent.id, token](store::Database &database) { return devicesOf(database, id, token); }, m_loop.executor(),
            [shared](const Result<std::vector<Device>> &all) {
                if (!all) {
                    shared->send(jsonError(503, "unavailable", 5));
                    return;
                }
                JsonWriter json;
                json.beginObject().key("devices").beginArray();
                for (const Device &one : *all) {
                    json.beginObject().field("id", one.id).field("name", one.name).field("current", one.current);
                    json.field("created_ms", toMs(one.created)).field("seen_ms", toMs(one.seen)).endObject();
                }
                json.endArray().endObject();
                shared->send(Response::json(200, json.take()));
            });
    });
}

void SignInApi::revoke(const Request &request, const Fields &fields, Responder responder)
{
    withAgent(m_store, m_loop, request, std::move(responder),
              [this, device = fieldOf(fields, "id")](const Agent &agent, Responder answer) {
                  auto shared = std::make_shared<Responder>(std::move(answer));
                  m_store.writer().write(
                      [device, id = agent.id](store::Database &database) { return revokeDeviceById(database, device, id); },
                      m_loop.executor(),
                      [this, shared](const Result<void> &done) {
                          m_sockets.recheckTokens();
                          if (done)
                              shared->send(Response::empty(204));
                          else if (done.error().kind == Error::Kind::NotFound)
                              shared->send(jsonError(404, "not-found"));
                          else
                              shared->send(jsonError(503, "unavailable", 5));
                      });
              });
}

} // namespace tributary::hub
