#pragma once

#include "core/channels/webchat/webchat_store.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Requests and answers as the web chat sees them, whatever carries them.
namespace tributary::channels::webchat {

struct HttpRequest {
    std::string method;   ///< `GET`, `POST` ...
    std::string path;     ///< Decoded, without the query.
    std::string host;     ///< Host header.
    std::string origin;   ///< Origin header; empty if there is none.
    std::string bearer;   ///< Token of `Authorization: Bearer`; empty if there is none.
    std::string fileName; ///< `X-File-Name`, percent-decoded.
    std::string ifNoneMatch;
    std::string remoteAddress; ///< The client's, as told by a trusted proxy if there is one.
    std::string body;
};

struct HttpResponse {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::optional<StoredFile>
        file; ///< Instead of `body`, when it has a path: send it with ranges and its hash as validator.

    void set(std::string name, std::string value) { headers.emplace_back(std::move(name), std::move(value)); }
    std::string_view header(std::string_view name) const;
};

/// `{"error":code}` with Retry-After (RFC 9110, 10.2.3) where @p retryAfter is given.
HttpResponse errorResponse(int status, std::string_view code, std::optional<std::chrono::seconds> retryAfter = std::nullopt);
HttpResponse jsonResponse(int status, std::string body);

/// `attachment; filename="..."; filename*=UTF-8''...` (RFC 6266) for a name made safe.
std::string attachmentDisposition(std::string_view fileName);

/// Our end of one WebSocket. Both calls return at once, may come from any thread and never call back before returning.
class SocketSink {
public:
    virtual ~SocketSink() = default;
    virtual void send(std::shared_ptr<const std::string> text) = 0;
    virtual void close(std::uint16_t code, std::string_view reason) = 0;
};

} // namespace tributary::channels::webchat
