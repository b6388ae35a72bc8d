#include "core/channels/webchat/http_api.h"

#include "core/base/json_writer.h"
#include "core/base/network_key.h"
#include "core/channels/webchat/json_reader.h"
#include "core/channels/webchat/static_files.h"
#include "core/channels/webchat/text_rules.h"
#include "core/channels/webchat/upload_policy.h"
#include "core/channels/webchat/visitor_token.h"
#include "core/text/utf8.h"

namespace tributary::channels::webchat {

namespace {

HttpResponse sessionResponse(const std::string &token)
{
    JsonWriter json;
    json.beginObject().field("token", token);
    return jsonResponse(200, json.endObject().take());
}

HttpResponse notAllowed(const char *methods)
{
    HttpResponse response = errorResponse(405, "method");
    response.set("Allow", methods);
    return response;
}

/// Everything a browser says comes from the widget's own frame, so from our own origin; a script of another page that asks
/// gets nothing, and no CORS header lets it read even that.
bool isFromOwnFrame(const HttpRequest &request, bool mayLackOrigin)
{
    return request.origin.empty() ? mayLackOrigin : isOwnOrigin(request.origin, request.host);
}

} // namespace

void HttpApi::handle(HttpRequest request, Reply reply)
{
    const std::string base = "/w/" + m_desk->settings.key;
    if (!request.path.starts_with(base)) {
        reply(errorResponse(404, "not-found"));
        return;
    }
    const std::string rest = request.path.substr(base.size());
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (auto file = staticFile(rest, request, m_desk->settings)) {
        reply(reads ? std::move(*file) : notAllowed("GET, HEAD"));
    } else if (rest == "/session") {
        request.method == "POST" ? makeSession(request, std::move(reply)) : reply(notAllowed("POST"));
    } else if (rest == "/files") {
        request.method == "POST" ? upload(std::move(request), std::move(reply)) : reply(notAllowed("POST"));
    } else if (rest.starts_with("/files/")) {
        reads ? download(request, rest.substr(7), std::move(reply)) : reply(notAllowed("GET, HEAD"));
    } else if (rest == "/socket") {
        HttpResponse response = errorResponse(426, "upgrade");
        response.set("Upgrade", "websocket");
        reply(std::move(response));
    } else {
        reply(errorResponse(404, "not-found"));
    }
}

bool HttpApi::mayUpload(const HttpRequest &request) const
{
    return request.method == "POST" && request.path == "/w/" + m_desk->settings.key + "/files"
           && isFromOwnFrame(request, false) && looksLikeVisitorToken(request.bearer)
           && m_desk->around.store.mayFindVisitor(visitorTokenHash(m_desk->settings.key, request.bearer));
}

std::optional<HttpResponse> HttpApi::refuseSocket(const HttpRequest &request) const
{
    if (request.path != "/w/" + m_desk->settings.key + "/socket")
        return errorResponse(404, "not-found");
    if (!isFromOwnFrame(request, false))
        return errorResponse(403, "origin");
    return std::nullopt;
}

void HttpApi::makeSession(const HttpRequest &request, Reply reply)
{
    const auto fields = JsonFields::read(request.body);
    if (!isFromOwnFrame(request, false)) {
        reply(errorResponse(403, "origin"));
        return;
    }
    if (!fields) {
        reply(errorResponse(400, "bad-json"));
        return;
    }
    if (!m_desk->settings.origins.allows(fields->text("site"))) {
        reply(errorResponse(403, "origin"));
        return;
    }
    const std::string key = networkKey(request.remoteAddress);
    if (const auto wait = m_desk->sessionsByAddress.take(key, m_desk->around.clock.steady())) {
        reply(errorResponse(429, "limit", wait));
        return;
    }
    const std::string token = fields->text("token");
    if (!looksLikeVisitorToken(token)) {
        createVisitor(std::move(reply));
        return;
    }
    m_desk->around.store.findVisitor(visitorTokenHash(m_desk->settings.key, token),
                                     m_desk->later<Visitor>([this, token, reply](Result<Visitor> visitor) {
                                         if (visitor && visitor->blocked)
                                             reply(errorResponse(403, "blocked"));
                                         else if (visitor)
                                             reply(sessionResponse(token));
                                         else if (visitor.error().kind == Error::Kind::NotFound)
                                             createVisitor(reply);
                                         else
                                             reply(errorResponse(503, "retry", std::chrono::seconds(5)));
                                     }));
}

void HttpApi::createVisitor(Reply reply)
{
    const std::string token = makeVisitorToken(m_desk->around.rng);
    m_desk->around.store.createVisitor(makeVisitorId(m_desk->around.rng), visitorTokenHash(m_desk->settings.key, token),
                                       m_desk->later<Visitor>([token, reply](Result<Visitor> visitor) {
                                           if (visitor)
                                               reply(sessionResponse(token));
                                           else
                                               reply(errorResponse(503, "retry", std::chrono::seconds(5)));
                                       }));
}

void HttpApi::asVisitor(const HttpRequest &request, Reply reply, std::function<void(const Visitor &)> then)
{
    if (!looksLikeVisitorToken(request.bearer)) {
        reply(errorResponse(401, "session"));
        return;
    }
    m_desk->around.store.findVisitor(visitorTokenHash(m_desk->settings.key, request.bearer),
                                     m_desk->later<Visitor>([reply, then = std::move(then)](Result<Visitor> visitor) {
                                         if (!visitor && visitor.error().kind == Error::Kind::NotFound)
                                             reply(errorResponse(401, "session"));
                                         else if (!visitor)
                                             reply(errorResponse(503, "retry", std::chrono::seconds(5)));
                                         else if (visitor->blocked)
                                             reply(errorResponse(403, "blocked"));
                                         else
                                             then(*visitor);
                                     }));
}

void HttpApi::upload(HttpRequest request, Reply reply)
{
    if (!isFromOwnFrame(request, false)) {
        reply(errorResponse(403, "origin"));
        return;
    }
    if (request.body.size() > kMostUploadBytes) {
        reply(errorResponse(413, "too-large"));
        return;
    }
    InboundAttachment file{.name = text::safeFileName(request.fileName)};
    file.sizeBytes = std::int64_t(request.body.size());
    file.content = std::make_shared<const std::string>(std::move(request.body));
    const std::string addressKey = networkKey(request.remoteAddress);
    asVisitor(request, reply, [this, addressKey, file = std::move(file), reply](const Visitor &visitor) {
        const Milliseconds now = m_desk->around.clock.steady();
        if (const auto wait = m_desk->uploadsByVisitor.take(visitor.id, now))
            reply(errorResponse(429, "limit", wait));
        else if (const auto longer = m_desk->uploadsByAddress.take(addressKey, now))
            reply(errorResponse(429, "limit", longer));
        else
            keepUpload(visitor, addressKey, file, reply);
    });
}

void HttpApi::keepUpload(const Visitor &visitor, const std::string &network, InboundAttachment file, Reply reply)
{
    m_desk->around.store.saveUpload(
        visitor.id, network, file,
        m_desk->later<WebChatStore::Uploaded>([reply, file](const Result<WebChatStore::Uploaded> &kept) {
            if (kept) {
                JsonWriter json;
                json.beginObject().field("name", file.name).field("type", kept->mediaType).field("size", file.sizeBytes);
                return reply(jsonResponse(200, json.field("id", kept->id).endObject().take()));
            }
            switch (kept.error().kind) {
            case Error::Kind::Full: return reply(errorResponse(507, "full"));
            case Error::Kind::Invalid: return reply(errorResponse(415, "type"));
            case Error::Kind::Rejected: return reply(errorResponse(429, "unsent"));
            default: return reply(errorResponse(503, "retry", std::chrono::seconds(5)));
            }
        }));
}

void HttpApi::download(const HttpRequest &request, std::string file, Reply reply)
{
    if (!isFromOwnFrame(request, true)) { // browsers leave Origin out of a GET to the same origin
        reply(errorResponse(403, "origin"));
        return;
    }
    asVisitor(request, reply, [this, file = std::move(file), reply](const Visitor &visitor) {
        m_desk->around.store.findFile(visitor.id, file, m_desk->later<StoredFile>([reply](Result<StoredFile> found) {
            if (!found) {
                const bool isGone = found.error().kind == Error::Kind::NotFound;
                reply(isGone ? errorResponse(404, "not-found") : errorResponse(503, "retry", std::chrono::seconds(5)));
                return;
            }
            HttpResponse response;
            // Even opened by itself it cannot run as anything of this origin.
            response.set("Content-Type", mayShowInline(found->mediaType) ? found->mediaType : "application/octet-stream");
            response.set("Content-Disposition", attachmentDisposition(found->name));
            response.set("Content-Security-Policy", "default-src 'none'; sandbox");
            response.set("X-Content-Type-Options", "nosniff");
            response.set("Cache-Control", "private, no-store");
            response.set("Cross-Origin-Resource-Policy", "same-origin");
            if (found->content)
                response.body = *found->content;
            else
                response.file = std::move(*found);
            reply(std::move(response));
        }));
    });
}

} // namespace tributary::channels::webchat
