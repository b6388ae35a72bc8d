#include "core/hub/people_api.h"

#include "core/base/json_writer.h"
#include "core/hub/agent_requests.h"
#include "core/hub/audit.h"
#include "core/hub/devices.h"
#include "core/hub/one_time_links.h"
#include "core/hub/second_factor.h"
#include "core/hub/teams.h"
#include "core/model/limits.h"
#include "core/model/permissions.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

#include <algorithm>
#include <map>

namespace tributary::hub {
namespace {

using namespace tributary::model;
using edge::Responder;
using edge::Response;

using Seen = std::map<AgentId, TimePoint>;

struct People {
    Seen seen;
    std::set<AgentId> secondFactors;
    std::vector<OneTimeLink> links;
};

Result<People> readPeople(store::Database &database, TimePoint now)
{
    People people;
    auto query = database.query(store::sql::hub_last_seen);
    for (;;) {
        TRIBUTARY_TRY_ASSIGN(const bool more, query.step());
        if (!more)
            break;
        people.seen[query.id<AgentId>(0)] = query.time(1);
    }
    for (const auto &[agent, at] : people.seen) {
        TRIBUTARY_TRY_ASSIGN(const bool has, hasSecondFactor(database, agent));
        if (has)
            people.secondFactors.insert(agent);
    }
    TRIBUTARY_TRY_ASSIGN(people.links, openLinks(database, now));
    return people;
}

std::string told(const People &people, const std::set<AgentId> &here)
{
    JsonWriter json;
    json.beginObject().key("agents").beginArray();
    for (const auto &[agent, at] : people.seen) {
        json.beginObject().field("id", agent.text()).field("seen_ms", toMs(at));
        json.field("second_factor", people.secondFactors.contains(agent));
        json.field("connected", here.contains(agent)).endObject();
    }
    json.endArray().key("links").beginArray();
    for (const OneTimeLink &link : people.links) {
        json.beginObject().field("id", link.id).field("kind", nameOf(link.kind)).field("email", link.email);
        json.field("name", link.name).field("role", nameOf(link.role));
        json.field("custom_role", link.customRole ? link.customRole->text() : std::string());
        json.field("by", link.by ? link.by->text() : std::string());
        json.field("made_ms", toMs(link.made)).field("expires_ms", toMs(link.expires)).endObject();
    }
    json.endArray().endObject();
    return json.take();
}

/// Answers a request that changes something.
void answerDone(Responder &responder, const Result<void> &done)
{
    if (done)
        responder.send(Response::empty(204));
    else if (done.error().kind == Error::Kind::NotFound)
        responder.send(jsonError(404, "not-found"));
    else if (done.error().kind == Error::Kind::Rejected)
        responder.send(jsonError(403, "not-allowed"));
    else
        responder.send(jsonError(503, "unavailable", 5));
}

/// Signs a device of @p of out. NotFound: it is none of theirs, or it is signed out already. Rejected: they may do more than
/// @p by, who then has no say in where they work.
Result<void> signOut(store::Database &database, const Agent &by, AgentId of, const std::string &device, const Author &author)
{
    TRIBUTARY_TRY_ASSIGN(const auto agent, store::agent(database, of));
    if (!agent)
        return failure(Error::Kind::NotFound, "nobody has that id");
    if (by.id != of && whyNotGiven(by, *agent, *agent))
        return failure(Error::Kind::Rejected, "more than one may oneself");
    TRIBUTARY_TRY_ASSIGN(const std::vector<Device> devices, devicesOf(database, of));
    const auto found = std::ranges::find(devices, device, &Device::id);
    if (found == devices.end())
        return failure(Error::Kind::NotFound, "there is no device with that id");
    TRIBUTARY_TRY(revokeDeviceById(database, device, of));
    return note(database, author,
                {AuditEntry::Kind::DeviceRevoked, of.bytes, agent->name.empty() ? agent->email : agent->name,
                 "device: " + (found->name.empty() ? found->id : found->name)});
}

/// Takes the second factor of somebody who has lost it away. NotFound: there is none. Rejected: it is one's own, which goes
/// by the password, or they may do more than @p by.
Result<void> endFactorOf(store::Database &database, const Agent &by, AgentId of, const Author &author)
{
    TRIBUTARY_TRY_ASSIGN(const auto agent, store::agent(database, of));
    if (!agent)
        return failure(Error::Kind::NotFound, "nobody has that id");
    if (by.id == of || whyNotGiven(by, *agent, *agent))
        return failure(Error::Kind::Rejected, "more than one may oneself");
    TRIBUTARY_TRY_ASSIGN(const bool has, hasSecondFactor(database, of));
    if (!has)
        return failure(Error::Kind::NotFound, "there is no second factor");
    TRIBUTARY_TRY(endSecondFactor(database, of));
    TRIBUTARY_TRY(revokeDevicesOf(database, of)); // whoever has found the telephone is out as well
    return note(database, author,
                {AuditEntry::Kind::SecondFactorOff, of.bytes, agent->name.empty() ? agent->email : agent->name});
}

} // namespace

PeopleApi::PeopleApi(HubStore &store, Loop &loop, SyncSockets &sockets)
    : m_store(store)
    , m_loop(loop)
    , m_sockets(sockets)
{
}

void PeopleApi::request(edge::Request request, Responder responder)
{
    const bool isGet = request.method == "GET" || request.method == "HEAD";
    if (request.path == "/people" && isGet)
        list(request, std::move(responder));
    else if (request.path == "/people/withdraw" && request.method == "POST")
        withdraw(request, std::move(responder));
    else if (request.path == "/people/devices" && isGet)
        devices(request, std::move(responder));
    else if (request.path == "/people/devices/revoke" && request.method == "POST")
        revoke(request, std::move(responder));
    else if (request.path == "/people/second-factor/end" && request.method == "POST")
        endFactor(request, std::move(responder));
    else
        responder.send(edge::errorResponse(404, request.id));
}

void PeopleApi::list(const edge::Request &request, Responder responder)
{
    withAgent(m_store, m_loop, request, std::move(responder), [this](const Agent &agent, Responder answer) {
        if (!may(agent, Permission::ManageAgents))
            return answer.send(jsonError(403, "not-allowed"));
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.reader().read([now = m_store.clock().now()](store::Database &database) { return readPeople(database, now); },
                              m_loop.executor(),
                              [this, shared](Result<People> people) {
                                  if (!people)
                                      return shared->send(jsonError(503, "unavailable", 5));
                                  for (const auto &[agent, at] : m_sockets.lastHere())
                                      people->seen[agent] = std::max(people->seen[agent], at);
                                  shared->send(Response::json(200, told(*people, m_sockets.agents())));
                              });
    });
}

void PeopleApi::withdraw(const edge::Request &request, Responder responder)
{
    const auto fields = fieldsIn(request.body);
    const auto id = fields ? fields->find("id") : decltype(fields->find("id"))();
    if (!fields || id == fields->end()) {
        responder.send(jsonError(400, "invalid"));
        return;
    }
    const auto withdrawn = [this, id = id->second, from = request.remoteAddress](const Agent &by, Responder answer) {
        if (!may(by, Permission::ManageAgents))
            return answer.send(jsonError(403, "not-allowed"));
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.writer().write(
            [id, by, from, now = m_store.clock().now()](store::Database &database) -> Result<void> {
                TRIBUTARY_TRY_ASSIGN(const std::vector<OneTimeLink> links, openLinks(database, now));
                const auto found = std::ranges::find(links, id, &OneTimeLink::id);
                if (found == links.end())
                    return failure(Error::Kind::NotFound, "there is no such link");
                TRIBUTARY_TRY_ASSIGN(const Agent given, invited(database, *found));
                if (whyNotGiven(by, given, given))
                    return failure(Error::Kind::Rejected, "more than one may oneself");
                return withdrawLink(database, *found, {by.id, from, now});
            },
            m_loop.executor(), [shared](const Result<void> &done) { answerDone(*shared, done); });
    };
    withAgent(m_store, m_loop, request, std::move(responder), withdrawn);
}

void PeopleApi::devices(const edge::Request &request, Responder responder)
{
    const auto of = AgentId::fromText(request.parameter("agent").value_or(std::string_view()));
    if (!of) {
        responder.send(jsonError(400, "invalid"));
        return;
    }
    const std::string token(request.bearerToken());
    withAgent(m_store, m_loop, request, std::move(responder), [this, of, token](const Agent &by, Responder answer) {
        if (!may(by, Permission::ManageAgents))
            return answer.send(jsonError(403, "not-allowed"));
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.reader().read(
            [of, token](store::Database &database) -> Result<std::vector<Device>> {
                TRIBUTARY_TRY_ASSIGN(const auto agent, store::agent(database, *of));
                if (!agent)
                    return failure(Error::Kind::NotFound, "nobody has that id");
                return devicesOf(database, *of, token);
            },
            m_loop.executor(),
            [shared](const Result<std::vector<Device>> &devices) {
                if (!devices)
                    return answerDone(*shared, failure(devices.error()));
                JsonWriter json;
                json.beginObject().key("devices").beginArray();
                for (const Device &one : *devices) {
                    json.beginObject().field("id", one.id).field("name", one.name).field("current", one.current);
                    json.field("created_ms", toMs(one.created)).field("seen_ms", toMs(one.seen)).endObject();
                }
                shared->send(Response::json(200, json.endArray().endObject().take()));
            });
    });
}

void PeopleApi::revoke(const edge::Request &request, Responder responder)
{
    const auto fields = fieldsIn(request.body);
    const auto field = [&fields](const char *name) {
        const auto found = fields ? fields->find(name) : decltype(fields->find(name))();
        return fields && found != fields->end() ? found->second : std::string();
    };
    const auto of = AgentId::fromText(field("agent"));
    const std::string device = field("id");
    if (!of || device.empty()) {
        responder.send(jsonError(400, "invalid"));
        return;
    }
    const auto revoked = [this, of, device, from = request.remoteAddress](const Agent &by, Responder answer) {
        if (!may(by, Permission::ManageAgents))
            return answer.send(jsonError(403, "not-allowed"));
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.writer().write([of, device, by, author = Author{by.id, from, m_store.clock().now()}](
                                   store::Database &database) { return signOut(database, by, *of, device, author); },
                               m_loop.executor(),
                               [this, shared](const Result<void> &done) {
                                   m_sockets.recheckTokens();
                                   answerDone(*shared, done);
                               });
    };
    withAgent(m_store, m_loop, request, std::move(responder), revoked);
}

void PeopleApi::endFactor(const edge::Request &request, Responder responder)
{
    const auto fields = fieldsIn(request.body);
    const auto said = fields ? fields->find("agent") : decltype(fields->find("agent"))();
    const auto of = fields && said != fields->end() ? AgentId::fromText(said->second) : std::nullopt;
    if (!of) {
        responder.send(jsonError(400, "invalid"));
        return;
    }
    const auto ended = [this, of, from = request.remoteAddress](const Agent &by, Responder answer) {
        if (!may(by, Permission::ManageAgents))
            return answer.send(jsonError(403, "not-allowed"));
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.writer().write([of, by, author = Author{by.id, from, m_store.clock().now()}](
                                   store::Database &database) { return endFactorOf(database, by, *of, author); },
                               m_loop.executor(),
                               [this, shared](const Result<void> &done) {
                                   m_sockets.recheckTokens();
                                   answerDone(*shared, done);
                               });
    };
    withAgent(m_store, m_loop, request, std::move(responder), ended);
}

} // namespace tributary::hub
