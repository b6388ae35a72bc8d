#pragma once

#include "core/hub/edge/request.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tributary::edge {

/// A regular file to be sent. Ranges, If-Range, If-None-Match and HEAD are the edge's affair: fill this and answer 200.
struct FileBody {
    std::filesystem::path path; ///< Opened when the answer begins; a symbolic link is not followed.
    std::string etag;           ///< Opaque, without quotes, strong: the content's hash. Empty: ranges without validator.
};

/// What the handler answers. Content-Length, Connection, Date and `X-Content-Type-Options: nosniff` are added on the way.
struct Response {
    int status = 200;
    Headers headers;
    std::string body;
    std::optional<FileBody> file; ///< Instead of `body`.
    std::string route;  ///< What the access log calls the path, for example `/hooks`. By default its first segment, no more:
                        ///< paths carry secrets.
    bool close = false; ///< Close the connection after this answer.

    static Response text(int status, std::string body, std::string type = "text/plain; charset=utf-8");
    static Response json(int status, std::string body);
    static Response empty(int status);
    static Response ofFile(FileBody file, std::string type);
};

/// An answer that says what the status means and under which id the log knows more: `{"error":{"status":404,...}}`.
Response errorResponse(int status, std::string_view requestId);

/// `Content-Disposition: attachment; filename="..."; filename*=UTF-8''...` (RFC 6266, RFC 5987). The name is cleaned first.
std::string attachmentDisposition(std::string_view fileName);
/// The same, to be shown in place. Only for types that cannot run anything (images other than SVG, plain text).
std::string inlineDisposition(std::string_view fileName);
/// A file name fit for any disk: no folder part, control, bidirectional or reserved character, no name reserved elsewhere,
/// at most 150 bytes, valid UTF-8, never empty (`file`).
std::string cleanFileName(std::string_view fileName);

/// The standard words for a status (`Not Found`), `Status` for an unknown one.
std::string_view reasonPhrase(int status);

class AnswerSlot;

/// The right to answer one request, once. Movable, usable from any thread at any time, also when the connection or the
/// whole server is gone (the answer is then dropped). Dropped unused, it answers 500.
class Responder {
public:
    explicit Responder(std::shared_ptr<AnswerSlot> slot);
    Responder(Responder &&other) noexcept;
    Responder &operator=(Responder &&other) noexcept;
    ~Responder();

    /// Answers; a second call has no effect.
    void send(Response response);
    /// Whether anybody still waits. May change at any moment; for giving up costly work early.
    bool isWanted() const;

private:
    std::shared_ptr<AnswerSlot> m_slot;
};

} // namespace tributary::edge
