#include "core/hub/audit_api.h"

#include "core/base/json_writer.h"
#include "core/hub/agent_requests.h"
#include "core/model/permissions.h"

#include <charconv>

namespace tributary::hub {
namespace {

using namespace tributary::model;
using edge::Responder;
using edge::Response;

constexpr std::size_t kPageBytes = 200 * 1024;
constexpr std::size_t kLongestText = 200;

std::optional<std::int64_t> numberIn(const std::string &text)
{
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number >= 0 ? std::optional(number) : std::nullopt;
}

/// Nothing where a parameter makes no sense.
std::optional<AuditQuery> queryIn(const edge::Request &request)
{
    const auto said = [&request](const char *name) { return std::string(request.parameter(name).value_or("")); };
    AuditQuery query;
    if (const std::string before = said("before"); !before.empty()) {
        const auto number = numberIn(before);
        if (!number)
            return std::nullopt;
        query.before = *number;
    }
    for (const auto &[name, time] : {std::pair("from", &query.from), std::pair("until", &query.until)}) {
        const std::string text = said(name);
        if (text.empty())
            continue;
        const auto number = numberIn(text);
        if (!number)
            return std::nullopt;
        *time = fromMs(*number);
    }
    if (const std::string person = said("person"); !person.empty()) {
        const auto id = AgentId::fromText(person);
        if (!id)
            return std::nullopt;
        query.person = id->bytes;
    }
    if (const std::string kind = said("kind"); !kind.empty()) {
        query.kind = fromName<AuditEntry::Kind>(kind);
        if (!query.kind)
            return std::nullopt;
    }
    query.text = said("text");
    if (query.text.size() > kLongestText)
        return std::nullopt;
    return query;
}

std::string told(const std::vector<AuditEntry> &entries, std::int64_t asked)
{
    JsonWriter json;
    json.beginObject().key("entries").beginArray();
    std::size_t count = 0;
    for (const AuditEntry &entry : entries) {
        if (count > 0 && json.text().size() > kPageBytes)
            break;
        ++count;
        json.beginObject().field("n", entry.n).field("at_ms", toMs(entry.author.at)).field("kind", nameOf(entry.kind));
        json.field("by", entry.author.by ? entry.author.by->text() : std::string()).field("by_name", entry.byName);
        json.field("place", entry.author.place);
        json.field("subject", entry.subject == RawId{} ? std::string() : CustomerId(entry.subject).text());
        json.field("about", entry.about).field("was", entry.was).field("became", entry.became).endObject();
    }
    json.endArray();
    if (count > 0 && (count < entries.size() || std::int64_t(entries.size()) == asked))
        json.field("next", entries[count - 1].n);
    json.endObject();
    return json.take();
}

} // namespace

AuditApi::AuditApi(HubStore &store, Loop &loop)
    : m_store(store)
    , m_loop(loop)
{
}

AuditApi::~AuditApi() = default;

void AuditApi::request(const edge::Request &request, Responder responder)
{
    const auto query = queryIn(request);
    const bool exports = request.parameter("export").has_value() && query && query->before == 0;
    const std::string from = request.remoteAddress;
    withAgent(m_store, m_loop, request, std::move(responder),
              [this, query, exports, from](const Agent &agent, Responder answer) {
                  if (!may(agent, Permission::SeeAudit))
                      return answer.send(jsonError(403, "not-allowed"));
                  if (exports && !may(agent, Permission::Export))
                      return answer.send(jsonError(403, "not-allowed"));
                  if (!query)
                      return answer.send(jsonError(400, "invalid"));
                  auto shared = std::make_shared<Responder>(std::move(answer));
                  if (!exports)
                      return read(*query, shared);
                  m_store.writer().write(
                      [author = Author{agent.id, from, m_store.clock().now()}](store::Database &database) {
                          return note(database, author, {.kind = AuditEntry::Kind::Exported, .about = "audit"});
                      },
                      m_loop.executor(),
                      [this, query, shared](const Result<void> &done) {
                          if (done)
                              read(*query, shared);
                          else
                              shared->send(jsonError(503, "unavailable", 5));
                      });
              });
}

void AuditApi::read(const AuditQuery &query, std::shared_ptr<Responder> answer)
{
    if (!m_reader) {
        auto opened = m_store.openReader();
        if (!opened)
            return answer->send(jsonError(503, "unavailable", 5));
        m_reader = std::move(*opened);
    }
    m_reader->read(
        [query](store::Database &database) -> Result<std::string> {
            TRIBUTARY_TRY_ASSIGN(const std::vector<AuditEntry> entries, auditEntries(database, query));
            return told(entries, query.rows);
        },
        m_loop.executor(),
        [answer](const Result<std::string> &page) {
            answer->send(page ? Response::json(200, *page) : jsonError(503, "unavailable", 5));
        });
}

} // namespace tributary::hub
