#include "core/hub/agents_api.h"

#include "core/base/digest.h"
#include "core/base/json_writer.h"
#include "core/base/network_key.h"
#include "core/hub/agent_requests.h"
#include "core/hub/devices.h"
#include "core/hub/sight.h"
#include "core/model/permissions.h"
#include "core/model/rights.h"
#include "core/store/entities.h"
#include "core/store/sql.h"
#include "core/text/utf8.h"

namespace tributary::hub {
namespace {

using namespace tributary::model;
using edge::Request;
using edge::Responder;
using edge::Response;

constexpr std::size_t kUploadBytes = 25 * 1024 * 1024;
/// After a restore every desktop begins anew at once. What is live waits behind a page or two, never behind all of theirs;
/// who would wait for so long that they have given up (30 s) is passed over.
constexpr std::size_t kPagesAtOnce = 2;
constexpr std::size_t kPagesWaiting = 300;
constexpr std::chrono::seconds kPageAfter{25};  ///< Who has waited for longer is gone, or about to go.
constexpr std::size_t kDigestBytes = 64 * 1024; ///< Some keys, or parts of timelines.
constexpr std::size_t kOtherBytes = 16 * 1024;

/// Of an upload that its desktop has named, and says again when it has not heard the answer, there is one. False: that name
/// is another's, or of another file.
Result<bool> addUpload(store::Database &database, const Attachment &attachment, const std::string &owner, TimePoint at)
{
    {
        auto known = database.query(store::sql::hub_attachment);
        known.bind("attachment_id", attachment.id);
        TRIBUTARY_TRY_ASSIGN(const bool found, known.step());
        if (found && known.text(5) == owner && known.text(1) == attachment.sha256)
            return true;
        if (found)
            return false;
    }
    auto query = database.query(store::sql::hub_add_attachment);
    query.bind("attachment_id", attachment.id).bindNull("item_id").bind("sha256", attachment.sha256);
    query.bind("size_bytes", attachment.sizeBytes).bind("media_type", attachment.mediaType);
    TRIBUTARY_TRY(query.bind("name", attachment.name).bind("owner", owner).bind("at_ms", at).run());
    return true;
}

bool isOfThisComputer(const std::string &address)
{
    return address == "::1" || networkKey(address).starts_with("127.");
}

} // namespace

AgentsApi::AgentsApi(HubStore &store, Loop &loop, SyncSockets &sockets, std::function<std::string()> metrics)
    : m_store(store)
    , m_loop(loop)
    , m_sockets(sockets)
    , m_metrics(std::move(metrics))
    , m_comparisons(store, loop)
    , m_pages(store.clock(), kPagesAtOnce, kPagesWaiting, kPageAfter)
    , m_sharedPages(store.clock(),
                    [this](const SharedPages::Question &question, std::function<bool()> isWanted, SharedPages::Done done) {
                        readPage<SharedPages::Page>(
                            [question](store::Database &database, TimePoint now) {
                                return SharedPages::read(database, question, now);
                            },
                            std::move(isWanted), std::move(done));
                    })
    , m_forgetTimer(loop)
    , m_signIns(store, loop, sockets, m_hasher)
    , m_people(store, loop, sockets)
    , m_audit(store, loop)
    , m_accounts(store, loop)
{
}

AgentsApi::~AgentsApi() = default;

std::size_t AgentsApi::bodyLimit(const edge::RequestHead &head)
{
    const bool isUpload = head.path == "/attachments";
    if ((isUpload || head.path == "/sync/digests") && mayBeSignedIn(head.bearerToken()))
        return isUpload ? kUploadBytes : kDigestBytes;
    return kOtherBytes;
}

/// Whoever has any other token is not let in afterwards, and their body would be read for nothing.
bool AgentsApi::mayBeSignedIn(std::string_view token)
{
    if (token.empty())
        return false;
    if (!m_tokens) {
        auto opened = m_store.openReading();
        if (!opened)
            return true; // the request says later that the store cannot be asked
        m_tokens = std::move(*opened);
    }
    const auto agent = agentOfToken(*m_tokens, std::string(token));
    return !agent || *agent;
}

void AgentsApi::request(Request request, Responder responder)
{
    const bool isGet = request.method == "GET" || request.method == "HEAD";
    const bool isPost = request.method == "POST";
    if (request.path == "/healthz" && isGet)
        responder.send(Response::text(200, "ok\n"));
    else if (request.path == "/metrics" && isGet)
        metrics(request, std::move(responder));
    else if (request.path.starts_with("/auth/"))
        m_signIns.request(std::move(request), std::move(responder));
    else if (request.path == "/people" || request.path.starts_with("/people/"))
        m_people.request(std::move(request), std::move(responder));
    else if (request.path == "/audit" && isGet)
        m_audit.request(request, std::move(responder));
    else if (request.path.starts_with("/accounts/"))
        m_accounts.request(std::move(request), std::move(responder));
    else if (request.path == "/sync/bootstrap" && isGet)
        bootstrap(request, std::move(responder));
    else if (request.path == "/sync/digests" && isPost)
        compare(std::move(request), std::move(responder));
    else if (request.path == "/attachments" && isPost)
        upload(std::move(request), std::move(responder));
    else if (request.path.starts_with("/attachments/") && isGet)
        download(request, std::move(responder));
    else
        responder.send(edge::errorResponse(404, request.id));
}

void AgentsApi::metrics(const Request &request, Responder responder)
{
    const auto tell = [this](Responder &answer) {
        answer.send(Response::text(200, m_metrics(), "text/plain; version=0.0.4; charset=utf-8"));
    };
    // A collector on this computer needs no account; one that a web server passes on comes from somewhere else.
    const bool isPassedOn = request.headers.contains("X-Forwarded-For") || request.headers.contains("Forwarded");
    if (!isPassedOn && isOfThisComputer(request.remoteAddress))
        return tell(responder);
    withAgent(m_store, m_loop, request, std::move(responder), [tell](const Agent &agent, Responder answer) {
        if (may(agent, Permission::SeeAudit))
            tell(answer);
        else
            answer.send(jsonError(403, "not-allowed"));
    });
}

edge::UpgradeDecision AgentsApi::upgrade(const Request &request)
{
    // No browser has business here: one that sends an Origin is somebody's page.
    if (request.headers.contains("Origin"))
        return edge::UpgradeDecision::deny(edge::errorResponse(403, request.id));
    if (request.path != "/sync")
        return edge::UpgradeDecision::deny(edge::errorResponse(404, request.id));
    if (!request.headers.hasToken("Sec-WebSocket-Protocol", wire::kSubProtocol))
        return edge::UpgradeDecision::deny(edge::errorResponse(400, request.id));
    return edge::UpgradeDecision::accept(m_sockets.accept(), std::string(wire::kSubProtocol));
}

void AgentsApi::bootstrap(const Request &request, Responder responder)
{
    const std::string after(request.parameter("after").value_or(""));
    const auto said = request.parameter("seam");
    const auto seam = said ? wire::seamFrom(*said) : std::nullopt;
    if (said && !seam) {
        responder.send(jsonError(400, "invalid"));
        return;
    }
    const RawId asker = blake16(bytesOf(request.bearerToken()));
    withAgent(m_store, m_loop, request, std::move(responder), [=, this](const Agent &agent, Responder answer) {
        auto shared = std::make_shared<Responder>(std::move(answer));
        if (auto question = SharedPages::questionOf(agent, after, seam, asker))
            givePageOf(agent.id, std::move(*question), shared);
        else
            givePageOf(agent.id, after, seam && anybodyLike(agent) ? Pages::Apart : Pages::Together, shared);
    });
}

void AgentsApi::givePageOf(AgentId agent, const std::string &after, Pages pages, std::shared_ptr<Responder> responder)
{
    readPage<Bytes>(
        [=](store::Database &database, TimePoint now) -> Result<Bytes> {
            TRIBUTARY_TRY_ASSIGN(const wire::BootstrapPage page, bootstrapPage(database, after, agent, now, pages));
            return wire::pack(page); // packed there too: it takes longer than reading
        },
        [responder] { return responder->isWanted(); },
        [this, responder](const Result<Bytes> &page) { givePage(page, *responder); });
}

void AgentsApi::givePageOf(AgentId agent, SharedPages::Question question, std::shared_ptr<Responder> responder)
{
    const std::int64_t rights = question.rights;
    const auto give = [this, rights, responder](const Result<SharedPages::Page> &page) {
        givePage(page ? Result<Bytes>(wire::stamped(*page->packed, rights)) : failure(page.error()), *responder);
        forgetPagesLater();
    };
    const auto hasWaited = std::make_shared<bool>(false);
    const auto done = [this, agent, rights, give, hasWaited](const Result<SharedPages::Page> &page) {
        if (!page || !*hasWaited)
            return give(page);
        // Rights are those of now, not those of when it was asked for.
        m_store.reader().read([agent](store::Database &database) { return store::agent(database, agent); },
                              m_loop.executor(),
                              [rights, give, page = *page](const Result<std::optional<Agent>> &now) {
                                  const bool areSame = now && *now && (**now).version == rights;
                                  give(areSame ? Result<SharedPages::Page>(page)
                                               : failure(Error::Kind::Offline, "rights have changed meanwhile"));
                              });
    };
    m_sharedPages.ask(
        {.question = std::move(question), .done = done, .isWanted = [responder] { return responder->isWanted(); }});
    *hasWaited = true;
}

void AgentsApi::givePage(const Result<Bytes> &page, Responder &responder)
{
    m_pagesGiven += page.has_value();
    if (page)
        responder.send(Response::text(200, std::string(textOf(*page)), "application/octet-stream"));
    else if (page.error().kind == Error::Kind::Invalid)
        responder.send(jsonError(400, "invalid"));
    else if (page.error().kind == Error::Kind::TimedOut)
        responder.send(jsonError(503, "busy", 10));
    else
        responder.send(jsonError(503, "unavailable", 5));
}

template<class T>
void AgentsApi::readPage(std::function<Result<T>(store::Database &, TimePoint)> work, std::function<bool()> isWanted,
                         std::function<void(const Result<T> &)> done)
{
    const auto read = [this, work, isWanted, done] {
        if (!isWanted()) {
            done(failure(Error::Kind::Offline, "nobody waits for it any more"));
            return m_pages.ended();
        }
        m_store.reader().read([work, now = m_store.clock().now()](store::Database &database) { return work(database, now); },
                              m_loop.executor(),
                              [this, done](const Result<T> &page) {
                                  done(page);
                                  m_pages.ended();
                              });
    };
    const auto tooLate = [done] { done(failure(Error::Kind::TimedOut, "too many pages are waited for")); };
    if (!m_pages.begin(read, tooLate))
        tooLate();
}

/// Nobody may ask for a page again to find that they are old.
void AgentsApi::forgetPagesLater()
{
    if (m_forgetsLater || m_sharedPages.bytes() == 0)
        return;
    m_forgetsLater = true;
    m_forgetTimer.start(SharedPages::kKeptFor, [this] {
        m_forgetsLater = false;
        if (m_sharedPages.forgetOld())
            forgetPagesLater();
    });
}

void AgentsApi::compare(Request request, Responder responder)
{
    auto body = std::make_shared<std::string>(std::move(request.body));
    withAgent(m_store, m_loop, request, std::move(responder), [this, body](const Agent &agent, Responder answer) {
        auto shared = std::make_shared<Responder>(std::move(answer));
        m_comparisons.ask(bytesOf(*body), agent.id, [shared](const auto &done) {
            if (const auto *bytes = std::get_if<Bytes>(&done)) {
                shared->send(Response::text(200, std::string(textOf(*bytes)), "application/octet-stream"));
            } else if (const auto *busy = std::get_if<Comparisons::Busy>(&done)) {
                shared->send(jsonError(503, "busy", busy->retryAfter.count()));
            } else {
                switch (std::get<Error>(done).kind) {
                case Error::Kind::Invalid: shared->send(jsonError(400, "invalid")); break;
                case Error::Kind::Conflict: shared->send(jsonError(409, "vocabulary")); break;
                case Error::Kind::TooLarge: shared->send(jsonError(413, "too-many")); break;
                default: shared->send(jsonError(503, "unavailable", 60));
                }
            }
        });
    });
}

void AgentsApi::upload(Request request, Responder responder)
{
    Attachment attachment;
    const auto named = request.parameter("id");
    const auto id = named ? AttachmentId::fromText(*named) : m_store.makeId<AttachmentId>();
    if (!id || id->isNull()) {
        responder.send(jsonError(400, "invalid"));
        return;
    }
    attachment.id = *id;
    attachment.name = text::safeFileName(request.parameter("name").value_or("file"));
    attachment.mediaType = text::scrubbed(request.headers.value("Content-Type")).substr(0, 100);
    attachment.sizeBytes = std::int64_t(request.body.size());
    auto body = std::make_shared<std::string>(std::move(request.body));
    withAgent(
        m_store, m_loop, request, std::move(responder), [this, attachment, body](const Agent &agent, Responder answer) {
            auto shared = std::make_shared<Responder>(std::move(answer));
            // The file is written by the hasher's thread: neither the loop nor the writer waits for a disk.
            const bool queued = m_hasher.post([this, attachment, body, shared, owner = agent.id.text()]() mutable {
                auto stored = m_store.blobs().add(bytesOf(*body));
                if (!stored) {
                    shared->send(stored.error().kind == Error::Kind::Full ? jsonError(507, "disk-full")
                                                                          : jsonError(503, "unavailable", 5));
                    return;
                }
                attachment.sha256 = *stored;
                m_store.writer().write(
                    [&clock = m_store.clock(), attachment, owner](store::Database &database) {
                        return addUpload(database, attachment, owner, clock.now());
                    },
                    m_loop.executor(),
                    [attachment, shared](const Result<bool> &added) {
                        if (!added || !*added) { // a desktop gives a file up for good that is taken: not so a busy store
                            shared->send(added ? jsonError(409, "taken") : jsonError(503, "unavailable", 5));
                            return;
                        }
                        JsonWriter json;
                        json.beginObject().field("id", attachment.id.text()).field("sha256", attachment.sha256);
                        json.field("media_type", attachment.mediaType).field("size", attachment.sizeBytes);
                        json.field("name", attachment.name).endObject();
                        shared->send(Response::json(201, json.take()));
                    });
            });
            if (!queued)
                shared->send(jsonError(429, "busy", 2));
        });
}

void AgentsApi::download(const Request &request, Responder responder)
{
    const auto id = AttachmentId::fromText(std::string_view(request.path).substr(13));
    if (!id) {
        responder.send(edge::errorResponse(404, request.id));
        return;
    }
    const std::string requestId = request.id;
    withAgent(m_store, m_loop, request, std::move(responder),
              [this, id = *id, requestId](const Agent &agent, Responder answer) {
                  auto shared = std::make_shared<Responder>(std::move(answer));
                  struct Found {
                      std::string sha256, mediaType, name;
                  };
                  m_store.reader().read(
                      [id, agent = agent.id](store::Database &database) -> Result<std::optional<Found>> {
                          auto query = database.query(store::sql::hub_attachment);
                          query.bind("attachment_id", id);
                          TRIBUTARY_TRY_ASSIGN(const bool known, query.step());
                          if (!known)
                              return std::optional<Found>();
                          const TimelineItemId of = query.isNull(0) ? TimelineItemId() : query.id<TimelineItemId>(0);
                          TRIBUTARY_TRY_ASSIGN(const auto item, store::timelineItem(database, of));
                          // Without an item, and of one that was taken back, it is its uploader's alone; else whoever may
                          // see the item may have it.
                          bool mayHave = query.text(5) == agent.text();
                          if (!of.isNull() && !(mayHave && item && item->deleted)) {
                              TRIBUTARY_TRY_ASSIGN(Sight sight, Sight::of(database, agent));
                              TRIBUTARY_TRY_ASSIGN(mayHave, sight.sees(item ? item->conversation : ConversationId()));
                              mayHave = mayHave && item && !item->deleted;
                          }
                          if (!mayHave)
                              return std::optional<Found>();
                          return std::optional<Found>(
                              Found{std::string(query.text(1)), std::string(query.text(3)), std::string(query.text(4))});
                      },
                      m_loop.executor(),
                      [this, shared, requestId](const Result<std::optional<Found>> &found) {
                          if (!found) {
                              shared->send(jsonError(503, "unavailable", 5));
                              return;
                          }
                          const auto path = *found ? m_store.blobs().path((*found)->sha256)
                                                   : Result<std::filesystem::path>(failure(Error::Kind::NotFound, ""));
                          if (!path) {
                              shared->send(edge::errorResponse(404, requestId));
                              return;
                          }
                          Response response = Response::ofFile({*path, (*found)->sha256}, "application/octet-stream");
                          response.headers.set("Content-Disposition", edge::attachmentDisposition((*found)->name));
                          shared->send(std::move(response));
                      });
              });
}

} // namespace tributary::hub
