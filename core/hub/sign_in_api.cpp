#include "core/hub/sign_in_api.h"

#include "core/base/json_writer.h"
#include "core/base/log.h"
#include "core/hub/agent_requests.h"
#include "core/hub/one_time_links.h"
#include "core/hub/second_factor.h"
#include "core/hub/teams.h"
#include "core/model/permissions.h"
#include "core/store/entities.h"
#include "core/text/utf8.h"

#include <charconv>
#include <sstream>

namespace tributary::hub {
namespace {

using namespace tributary::model;
using edge::Request;
using edge::Responder;
using edge::Response;

constexpr std::chrono::minutes kAlarmTime{15};
constexpr int kNotedFailures = 20;  ///< In a minute, each in the audit log; of more it says how many they were.
constexpr int kMostWrongCodes = 10; ///< Of a second factor, with one link; then it is good no more.
constexpr int kAlarmFailures = 100; ///< In that time, over all accounts: somebody is trying them out.

/// Why somebody is not let in, as it is said to the desktop.
constexpr const char *kWrongPassword = "denied", *kCodeNeeded = "code-needed", *kCodeWrong = "code-wrong";

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

/// Denied: a code is missing, or is not good.
Result<void> checkCode(store::Database &database, HubStore &store, AgentId agent, const std::string &code)
{
    TRIBUTARY_TRY_ASSIGN(const bool asked, hasSecondFactor(database, agent));
    if (!asked)
        return {};
    if (code.empty())
        return failure(Error::Kind::Denied, kCodeNeeded);
    TRIBUTARY_TRY_ASSIGN(const bool good, takeCode(database, store.secrets(), agent, code, store.clock().now()));
    return good ? Result<void>() : failure(Error::Kind::Denied, kCodeWrong);
}

/// Whether it counts against whoever asked. A code that is missing does not: the password was right, and the code has yet to
/// come.
bool isFailure(const Error &error)
{
    return error.kind == Error::Kind::Denied && error.detail != kCodeNeeded;
}

Response shownOnce(const std::vector<std::string> &recoveryCodes)
{
    JsonWriter json;
    json.beginObject().key("recovery_codes").beginArray();
    for (const std::string &one : recoveryCodes)
        json.value(one);
    json.endArray().endObject();
    return Response::json(200, json.take());
}

Result<SignedIn> admit(store::Database &database, HubStore &store, const Agent &agent, const std::string &device,
                       const std::string &place)
{
    SignedIn in{agent, makeToken(store.rng()), {}};
    const std::string named = text::plainName(device); // a line of the audit log is no other one
    TRIBUTARY_TRY(note(database, {agent.id, place, store.clock().now()},
                       {.kind = AuditEntry::Kind::SignedIn, .became = named.empty() ? "" : "device: " + named}));
    TRIBUTARY_TRY(addDevice(database, agent.id, in.token, named, store.clock().now()));
    TRIBUTARY_TRY(noteSignInPlace(database, agent.id, place, store.clock().now()));
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

/// The admin to ask: one who has joined, if there is one.
Result<std::string> adminToAsk(store::Database &database)
{
    TRIBUTARY_TRY_ASSIGN(const std::vector<Agent> admins, adminsOf(database));
    for (const Agent &admin : admins) {
        TRIBUTARY_TRY_ASSIGN(const auto credentials, credentialsOf(database, admin.email));
        if (credentials && !credentials->hash.empty())
            return admin.name;
    }
    return admins.empty() ? std::string() : admins.front().name;
}

/// For who has the right password, and is let in no more: whom they ask.
Result<Response> turnedOff(HubStore &store)
{
    TRIBUTARY_TRY_ASSIGN(const std::string admin, store.reader().readAndWait(adminToAsk));
    JsonWriter json;
    json.beginObject().field("error", "turned-off").field("admin", admin).endObject();
    return Response::json(403, json.take());
}

} // namespace

SignInApi::SignInApi(HubStore &store, Loop &loop, SyncSockets &sockets, Hasher &hasher)
    : m_store(store)
    , m_loop(loop)
    , m_sockets(sockets)
    , m_hasher(hasher)
    , m_guard(store.clock())
{
    const auto places = m_store.reader().readAndWait([](store::Database &database) { return signInPlaces(database); });
    if (!places)
        log(LogLevel::Warning, "tributary.hub", "where people have signed in before cannot be read",
            {{"error", places.error().detail}});
    for (const auto &[email, place] : places.value_or(std::vector<std::pair<std::string, std::string>>()))
        m_guard.knows(email, place);
}

void SignInApi::request(Request request, Responder responder)
{
    if (request.path == "/auth/devices" && (request.method == "GET" || request.method == "HEAD"))
        return devices(request, std::move(responder));
    if (request.path == "/auth/seal-key" && request.method == "GET")
        return sealKey(request, std::move(responder));
    if (request.method != "POST") {
        responder.send(edge::errorResponse(404, request.id));
        return;
    }
    if (request.path == "/auth/sign-out")
        return signOut(request, std::move(responder));
    auto fields = fieldsIn(request.body);
    if (!fields) {
        responder.send(jsonError(400, "invalid"));
        return;
    }
    using Answer = void (SignInApi::*)(const Asked &, Responder);
    static const std::map<std::string, Answer, std::less<>> answers{
        {"/auth/sign-in", &SignInApi::signIn},
        {"/auth/link", &SignInApi::showLink},
        {"/auth/join", &SignInApi::join},
        {"/auth/devices/revoke", &SignInApi::revoke},
        {"/auth/second-factor/begin", &SignInApi::beginFactor},
        {"/auth/second-factor/confirm", &SignInApi::confirmFactor},
        {"/auth/second-factor/codes", &SignInApi::renewCodes},
        {"/auth/second-factor/codes-kept", &SignInApi::codesKept},
        {"/auth/second-factor/end", &SignInApi::endFactor},
        {"/auth/password", &SignInApi::changePassword},
        {"/auth/invite", &SignInApi::makeLink},
        {"/auth/reset", &SignInApi::makeLink},
    };
    const auto answer = answers.find(request.path);
    if (answer == answers.end()) {
        responder.send(edge::errorResponse(404, request.id));
        return;
    }
    (this->*answer->second)({std::move(request), std::move(*fields)}, std::move(responder));
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
    reportFailure(who);
}

void SignInApi::reportFailure(const SignInGuard::Who &who)
{
    const Milliseconds now = m_store.clock().steady();
    if (now - m_alarmFrom > kAlarmTime) {
        m_alarmFrom = now;
        m_alarmCount = 0;
    }
    if (++m_alarmCount == kAlarmFailures)
        log(LogLevel::Warning, "tributary.hub", "many sign-ins fail: somebody may be trying passwords out",
            {{"failures", m_alarmCount}, {"minutes", kAlarmTime.count()}});
    const auto minute = std::chrono::floor<std::chrono::minutes>(now);
    std::int64_t leftOut = 0;
    if (minute != m_noteMinute) {
        m_noteMinute = minute;
        m_noteCount = 0;
        leftOut = std::exchange(m_noteLeftOut, 0);
    }
    if (++m_noteCount > kNotedFailures) { // a flood must not fill the disk
        ++m_noteLeftOut;
        return;
    }
    m_store.writer().write(
        [who, leftOut, at = m_store.clock().now()](store::Database &database) -> Result<void> {
            AuditEntry entry{.kind = AuditEntry::Kind::SignInFailed};
            if (leftOut > 0)
                entry.became = "left-out: " + std::to_string(leftOut) + "\n";
            // What was typed may be a password in the wrong place: it is named only where it is somebody's address.
            TRIBUTARY_TRY_ASSIGN(const auto known, agentByEmail(database, who.email));
            if (known) {
                entry.subject = known->id.bytes;
                entry.about = known->email;
            }
            return note(database, {std::nullopt, who.address, at}, std::move(entry));
        },
        m_loop.executor(), [](const Result<void> &) {}); // a store that takes no writes is told of elsewhere
}

void SignInApi::refuse(const SignInGuard::Who &who, const Error &error, Responder &responder, int denied)
{
    switch (error.kind) {
    case Error::Kind::Denied:
        if (isFailure(error))
            noteFailure(who);
        responder.send(jsonError(denied, error.detail));
        break;
    case Error::Kind::Rejected: responder.send(jsonError(403, "not-allowed")); break;
    case Error::Kind::NotFound: responder.send(jsonError(404, "not-found")); break;
    case Error::Kind::Conflict: responder.send(jsonError(409, "conflict")); break;
    case Error::Kind::Invalid: responder.send(jsonError(400, error.detail)); break;
    default: responder.send(jsonError(503, "unavailable", 5));
    }
}

void SignInApi::hashing(const SignInGuard::Who &who, int denied, Responder responder, Work work)
{
    if (mustWait(who, responder))
        return;
    auto shared = std::make_shared<Responder>(std::move(responder));
    const bool queued = m_hasher.post([this, shared, who, denied, work = std::move(work)] {
        // Many may have been queued while nobody had failed yet: each counts before the next is looked at.
        if (m_guard.wait(who).count() > 0) {
            m_loop.post([this, shared, who] {
                if (!mustWait(who, *shared))
                    shared->send(jsonError(429, "locked", 1)); // over meanwhile
            });
            return;
        }
        auto answer = std::make_shared<Result<Response>>(work());
        const bool failed = !*answer && isFailure(answer->error());
        if (failed)
            m_guard.failed(who);
        else if (*answer)
            m_guard.succeeded(who);
        m_loop.post([this, shared, who, denied, failed, answer] {
            log(LogLevel::Info, "tributary.hub", "sign-in", {{"result", *answer ? "ok" : name(answer->error().kind)}});
            if (failed) {
                reportFailure(who);
                return shared->send(jsonError(denied, answer->error().detail));
            }
            if (!*answer)
                return refuse(who, answer->error(), *shared, denied);
            m_sockets.recheckTokens();
            shared->send(std::move(**answer));
        });
    });
    if (!queued)
        shared->send(jsonError(429, "busy", 2));
}

void SignInApi::withPassword(const Asked &asked, Responder responder, std::function<Result<Response>(const Agent &)> work)
{
    const auto verified = [this, password = fieldOf(asked.fields, "password"), address = asked.request.remoteAddress,
                           work = std::move(work)](const Agent &agent, Responder answer) {
        hashing({agent.email, address}, 403, std::move(answer), [this, agent, password, work]() -> Result<Response> {
            TRIBUTARY_TRY_ASSIGN(const auto found, m_store.reader().readAndWait([&](store::Database &database) {
                return credentialsOf(database, agent.email);
            }));
            if (!fitsPassword(found ? found->hash : std::string(), password) || !found || !found->agent.active)
                return failure(Error::Kind::Denied, kWrongPassword);
            return work(found->agent);
        });
    };
    withAgent(m_store, m_loop, asked.request, std::move(responder), verified);
}

void SignInApi::signIn(const Asked &asked, Responder responder)
{
    const SignInGuard::Who who{fieldOf(asked.fields, "email"), asked.request.remoteAddress};
    hashing(who, 401, std::move(responder), [this, who, fields = asked.fields]() -> Result<Response> {
        TRIBUTARY_TRY_ASSIGN(const auto found, m_store.reader().readAndWait([&](store::Database &database) {
            return credentialsOf(database, who.email);
        }));
        const std::string hash = found ? found->hash : std::string();
        const std::string password = fieldOf(fields, "password");
        if (!fitsPassword(hash, password) || !found)
            return failure(Error::Kind::Denied, kWrongPassword);
        if (!found->agent.active)
            return turnedOff(m_store);
        std::string renewed;
        if (wantsNewHash(hash))
            renewed = hashUnchecked(password).value_or(std::string());
        TRIBUTARY_TRY_ASSIGN(const SignedIn in,
                             m_store.writer().writeAndWait([&](store::Database &database) -> Result<SignedIn> {
                                 TRIBUTARY_TRY(checkCode(database, m_store, found->agent.id, fieldOf(fields, "code")));
                                 if (!renewed.empty())
                                     TRIBUTARY_TRY(setPassword(database, found->agent.id, renewed));
                                 return admit(database, m_store, found->agent, fieldOf(fields, "device"), who.address);
                             }));
        return welcome(in);
    });
}

void SignInApi::showLink(const Asked &asked, Responder responder)
{
    const SignInGuard::Who who{{}, asked.request.remoteAddress};
    if (mustWait(who, responder))
        return;
    struct Found {
        OneTimeLink link;
        std::string workspace;
    };
    auto shared = std::make_shared<Responder>(std::move(responder));
    m_store.reader().read(
        [secret = fieldOf(asked.fields, "secret"), now = m_store.clock().now()](store::Database &database) -> Result<Found> {
            TRIBUTARY_TRY_ASSIGN(const auto link, linkOf(database, secret, now));
            if (!link)
                return failure(Error::Kind::NotFound, "no such link");
            TRIBUTARY_TRY_ASSIGN(const WorkspaceState workspace, workspaceState(database));
            return Found{*link, workspace.name};
        },
        m_loop.executor(),
        [this, shared, who](const Result<Found> &found) {
            if (!found) {
                if (found.error().kind == Error::Kind::NotFound)
                    noteFailure(who);
                return refuse(who, found.error(), *shared);
            }
            JsonWriter json;
            json.beginObject().field("kind", nameOf(found->link.kind)).field("email", found->link.email);
            json.field("name", found->link.name).field("role", nameOf(found->link.role));
            json.field("workspace", found->workspace).field("expires_ms", toMs(found->link.expires)).endObject();
            shared->send(Response::json(200, json.take()));
        });
}

void SignInApi::join(const Asked &asked, Responder responder)
{
    const std::string from = asked.request.remoteAddress;
    if (mustWait({{}, from}, responder))
        return;
    auto shared = std::make_shared<Responder>(std::move(responder));
    m_store.reader().read([secret = fieldOf(asked.fields, "secret"),
                           now = m_store.clock().now()](store::Database &database) { return linkOf(database, secret, now); },
                          m_loop.executor(),
                          [this, shared, fields = asked.fields, from](const Result<std::optional<OneTimeLink>> &link) {
                              if (!link)
                                  return refuse({{}, from}, link.error(), *shared);
                              if (!*link) // nobody makes us hash for nothing
                                  return refuse({{}, from}, Error{Error::Kind::NotFound, "no such link"}, *shared);
                              // Wrong codes count against the account as they do where it signs in.
                              hashing({(*link)->email, from}, 401, std::move(*shared),
                                      [this, fields, from, link = **link] { return joinBy(link, fields, from); });
                          });
}

Result<Response> SignInApi::joinBy(const OneTimeLink &link, const Fields &fields, const std::string &from)
{
    const TimePoint now = m_store.clock().now();
    const std::string name = text::scrubbed(fieldOf(fields, "name"));
    TRIBUTARY_TRY_ASSIGN(const std::string hash, hashPassword(fieldOf(fields, "password"), {link.email, link.name, name}));
    const auto in = m_store.writer().writeAndWait([&](store::Database &database) -> Result<SignedIn> {
        TRIBUTARY_TRY_ASSIGN(const Agent agent,
                             useLink(database, m_store.ids(), fieldOf(fields, "secret"), name, hash, now, from));
        TRIBUTARY_TRY(checkCode(database, m_store, agent.id, fieldOf(fields, "code")));
        return admit(database, m_store, agent, fieldOf(fields, "device"), from);
    });
    if (in) {
        m_wrongCodes.erase(link.id);
        return welcome(*in);
    }
    if (isFailure(in.error()) && ++m_wrongCodes[link.id] >= kMostWrongCodes) {
        m_wrongCodes.erase(link.id);
        TRIBUTARY_TRY(m_store.writer().writeAndWait([&](store::Database &database) {
            return withdrawLink(database, link, {std::nullopt, kByHub, now});
        }));
    }
    return failure(in.error());
}

void SignInApi::signOut(const Request &request, Responder responder)
{
    const std::string token(request.bearerToken());
    const auto known = [this, token, from = request.remoteAddress](const Agent &agent, Responder answer) {
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.writer().write(
            [token, author = Author{agent.id, from, m_store.clock().now()}](store::Database &database) -> Result<void> {
                TRIBUTARY_TRY(note(database, author, {.kind = AuditEntry::Kind::SignedOut}));
                return revokeDevice(database, token);
            },
            m_loop.executor(),
            [this, shared](const Result<void> &done) {
                m_sockets.recheckTokens();
                shared->send(done ? Response::empty(204) : jsonError(503, "unavailable", 5));
            });
    };
    withAgent(m_store, m_loop, request, std::move(responder), known);
}

/// Nothing of it is kept here: a desktop that has lost it is given it again.
void SignInApi::sealKey(const Request &request, Responder responder)
{
    withAgent(m_store, m_loop, request, std::move(responder), [this](const Agent &agent, Responder answer) {
        JsonWriter json;
        json.beginObject().field("key", toBase64(m_store.sealKeyOf(agent.id))).endObject();
        Response response = Response::json(200, json.take());
        response.headers.set("Cache-Control", "no-store");
        answer.send(std::move(response));
    });
}

void SignInApi::devices(const Request &request, Responder responder)
{
    struct Found {
        std::vector<Device> devices;
        bool factor = false;
        int recoveryCodes = 0;
        bool codesKept = true;
    };
    const std::string token(request.bearerToken());
    withAgent(m_store, m_loop, request, std::move(responder), [this, token](const Agent &agent, Responder answer) {
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.reader().read(
            [this, id = agent.id, token](store::Database &database) -> Result<Found> {
                Found found;
                TRIBUTARY_TRY_ASSIGN(found.devices, devicesOf(database, id, token));
                TRIBUTARY_TRY_ASSIGN(found.factor, hasSecondFactor(database, id));
                TRIBUTARY_TRY_ASSIGN(found.recoveryCodes, recoveryCodesLeft(database, id));
                found.codesKept = areRecoveryCodesKept(database, m_store.secrets(), id).value_or(true);
                return found;
            },
            m_loop.executor(),
            [shared](const Result<Found> &found) {
                if (!found) {
                    shared->send(jsonError(503, "unavailable", 5));
                    return;
                }
                JsonWriter json;
                json.beginObject().field("second_factor", found->factor).field("recovery_codes", found->recoveryCodes);
                json.field("recovery_codes_kept", found->codesKept);
                json.key("devices").beginArray();
                for (const Device &one : found->devices) {
                    json.beginObject().field("id", one.id).field("name", one.name).field("current", one.current);
                    json.field("created_ms", toMs(one.created)).field("seen_ms", toMs(one.seen)).endObject();
                }
                json.endArray().endObject();
                shared->send(Response::json(200, json.take()));
            });
    });
}

void SignInApi::revoke(const Asked &asked, Responder responder)
{
    const auto known = [this, device = fieldOf(asked.fields, "id"), from = asked.request.remoteAddress](const Agent &agent,
                                                                                                        Responder answer) {
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.writer().write(
            [device, author = Author{agent.id, from, m_store.clock().now()}](store::Database &database) -> Result<void> {
                TRIBUTARY_TRY(revokeDeviceById(database, device, author.by));
                return note(database, author, {AuditEntry::Kind::DeviceRevoked, author.by->bytes, {}, "device: " + device});
            },
            m_loop.executor(),
            [this, shared](const Result<void> &done) {
                m_sockets.recheckTokens();
                if (done)
                    shared->send(Response::empty(204));
                else
                    refuse({}, done.error(), *shared);
            });
    };
    withAgent(m_store, m_loop, asked.request, std::move(responder), known);
}

void SignInApi::beginFactor(const Asked &asked, Responder responder)
{
    withPassword(asked, std::move(responder), [this](const Agent &agent) -> Result<Response> {
        const auto begin = [&](store::Database &database) -> Result<NewSecondFactor> {
            TRIBUTARY_TRY_ASSIGN(const WorkspaceState workspace, workspaceState(database));
            return beginSecondFactor(database, m_store.secrets(), m_store.rng(), agent, workspace.name);
        };
        TRIBUTARY_TRY_ASSIGN(const NewSecondFactor made, m_store.writer().writeAndWait(begin));
        JsonWriter json;
        json.beginObject().field("secret", made.secret).field("uri", made.uri).endObject();
        return Response::json(200, json.take());
    });
}

void SignInApi::confirmFactor(const Asked &asked, Responder responder)
{
    const auto known = [this, code = fieldOf(asked.fields, "code"),
                        address = asked.request.remoteAddress](const Agent &agent, Responder answer) {
        const SignInGuard::Who who{agent.email, address};
        if (mustWait(who, answer))
            return;
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.writer().write(
            [this, code, author = Author{agent.id, who.address, m_store.clock().now()}](
                store::Database &database) -> Result<std::vector<std::string>> {
                TRIBUTARY_TRY_ASSIGN(
                    std::vector<std::string> codes,
                    confirmSecondFactor(database, m_store.secrets(), m_store.rng(), *author.by, code, author.at));
                TRIBUTARY_TRY(note(database, author, {AuditEntry::Kind::SecondFactorOn, author.by->bytes}));
                return codes;
            },
            m_loop.executor(),
            [this, shared, who](const Result<std::vector<std::string>> &codes) {
                if (!codes)
                    return refuse(who, codes.error(), *shared);
                shared->send(shownOnce(*codes));
            });
    };
    withAgent(m_store, m_loop, asked.request, std::move(responder), known);
}

/// With the password and a code, as for signing in: whoever has found the desktop open makes no way in for later.
void SignInApi::renewCodes(const Asked &asked, Responder responder)
{
    const auto renew = [this, code = fieldOf(asked.fields, "code"),
                        from = asked.request.remoteAddress](const Agent &agent) -> Result<Response> {
        const Author author{agent.id, from, m_store.clock().now()};
        const auto made = [&](store::Database &database) -> Result<std::vector<std::string>> {
            TRIBUTARY_TRY(note(database, author,
                               {AuditEntry::Kind::SecondFactorOn, agent.id.bytes, {}, {}, "recovery codes: renewed"}));
            return renewRecoveryCodes(database, m_store.secrets(), m_store.rng(), agent.id, code, author.at);
        };
        TRIBUTARY_TRY_ASSIGN(const auto codes, m_store.writer().writeAndWait(made));
        return shownOnce(codes);
    };
    withPassword(asked, std::move(responder), renew);
}

void SignInApi::codesKept(const Asked &asked, Responder responder)
{
    withAgent(m_store, m_loop, asked.request, std::move(responder), [this](const Agent &agent, Responder answer) {
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_store.writer().write(
            [this, id = agent.id](store::Database &database) {
                return noteRecoveryCodesKept(database, m_store.secrets(), m_store.rng(), id);
            },
            m_loop.executor(),
            [this, shared](const Result<void> &done) {
                if (done)
                    shared->send(Response::empty(204));
                else
                    refuse({}, done.error(), *shared);
            });
    });
}

void SignInApi::endFactor(const Asked &asked, Responder responder)
{
    const std::string from = asked.request.remoteAddress;
    withPassword(asked, std::move(responder), [this, from](const Agent &agent) -> Result<Response> {
        TRIBUTARY_TRY(m_store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
            TRIBUTARY_TRY(note(database, {agent.id, from, m_store.clock().now()},
                               {AuditEntry::Kind::SecondFactorOff, agent.id.bytes}));
            return endSecondFactor(database, agent.id);
        }));
        return Response::empty(204);
    });
}

void SignInApi::changePassword(const Asked &asked, Responder responder)
{
    const std::string token(asked.request.bearerToken());
    withPassword(asked, std::move(responder),
                 [this, token, next = fieldOf(asked.fields, "next"),
                  from = asked.request.remoteAddress](const Agent &agent) -> Result<Response> {
                     TRIBUTARY_TRY_ASSIGN(const std::string hash, hashPassword(next, {agent.email, agent.name}));
                     TRIBUTARY_TRY(m_store.writer().writeAndWait([&](store::Database &database) -> Result<void> {
                         TRIBUTARY_TRY(hub::changePassword(database, agent, hash, {agent.id, from, m_store.clock().now()}));
                         TRIBUTARY_TRY_ASSIGN(const std::vector<Device> devices, devicesOf(database, agent.id, token));
                         for (const Device &device : devices) {
                             if (!device.current) // who had the old one is out
                                 TRIBUTARY_TRY(revokeDeviceById(database, device.id, agent.id));
                         }
                         return {};
                     }));
                     return Response::empty(204);
                 });
}

/// What somebody is invited to, as it was asked for. Invalid: it makes no sense.
static Result<OneTimeLink> wantedFrom(const std::map<std::string, std::string> &fields, AgentId by)
{
    OneTimeLink wanted{.email = fieldOf(fields, "email"), .name = text::scrubbed(fieldOf(fields, "name"))};
    const auto role = fromName<Agent::Role>(fieldOf(fields, "role"));
    if (!role)
        return failure(Error::Kind::Invalid, "no such role");
    wanted.role = *role;
    wanted.by = by;
    if (const std::string custom = fieldOf(fields, "custom_role"); !custom.empty()) {
        wanted.customRole = RoleId::fromText(custom);
        if (!wanted.customRole)
            return failure(Error::Kind::Invalid, "no such role");
    }
    std::istringstream teams(fieldOf(fields, "teams"));
    for (std::string one; teams >> one;) {
        const auto team = TeamId::fromText(one);
        if (!team)
            return failure(Error::Kind::Invalid, "no such team");
        wanted.teams.push_back(*team);
    }
    if (const std::string capacity = fieldOf(fields, "capacity"); !capacity.empty()) {
        const auto [end, error] = std::from_chars(capacity.data(), capacity.data() + capacity.size(), wanted.capacity);
        if (error != std::errc() || end != capacity.data() + capacity.size())
            return failure(Error::Kind::Invalid, "no capacity");
    }
    return wanted;
}

void SignInApi::makeLink(const Asked &asked, Responder responder)
{
    const bool isReset = asked.request.path == "/auth/reset";
    withPassword(
        asked, std::move(responder),
        [this, isReset, fields = asked.fields, from = asked.request.remoteAddress](const Agent &by) -> Result<Response> {
            if (!may(by, Permission::ManageAgents))
                return failure(Error::Kind::Rejected, "may not manage agents");
            OneTimeLink wanted{.kind = OneTimeLink::Kind::Reset, .email = fieldOf(fields, "email")};
            if (!isReset) {
                TRIBUTARY_TRY_ASSIGN(wanted, wantedFrom(fields, by.id));
            }
            const TimePoint now = m_store.clock().now();
            const auto make = [&](store::Database &database) -> Result<std::string> {
                TRIBUTARY_TRY_ASSIGN(const bool allowed, mayGive(database, by.id, wanted));
                if (!allowed)
                    return failure(Error::Kind::Rejected, "more than one may oneself");
                return isReset ? inviteToReset(database, m_store.rng(), wanted.email, now, by.id, from)
                               : invite(database, m_store.rng(), wanted, now, from);
            };
            TRIBUTARY_TRY_ASSIGN(const std::string secret, m_store.writer().writeAndWait(make));
            log(LogLevel::Info, "tributary.hub", isReset ? "a password may be chosen anew" : "somebody was invited",
                {{"by", by.id.text()}});
            JsonWriter json;
            json.beginObject().field("secret", secret).field("hub", m_address);
            json.field("expires_ms", toMs(now + (isReset ? Milliseconds(kResetLife) : Milliseconds(kInvitationLife))));
            json.endObject();
            return Response::json(200, json.take());
        });
}

} // namespace tributary::hub
