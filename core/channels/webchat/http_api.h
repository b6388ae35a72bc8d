#pragma once

#include "core/channels/webchat/desk.h"

namespace tributary::channels::webchat {

using Reply = std::function<void(HttpResponse)>;

/// The HTTP side of a widget: its own files, sessions, uploads and downloads. Called under the desk's lock; @p reply is
/// called at most once, later or at once (not at all if the service stops first).
class HttpApi {
public:
    explicit HttpApi(std::shared_ptr<Desk> desk)
        : m_desk(std::move(desk))
    {
    }

    void handle(HttpRequest request, Reply reply);
    /// Whether it is an upload of somebody who may be known: anybody else's is not worth reading.
    bool mayUpload(const HttpRequest &request) const;
    /// The refusal of a WebSocket hand-shake, if it is to be refused.
    std::optional<HttpResponse> refuseSocket(const HttpRequest &request) const;

private:
    void makeSession(const HttpRequest &request, Reply reply);
    void createVisitor(Reply reply);
    void upload(HttpRequest request, Reply reply);
    void keepUpload(const Visitor &visitor, const std::string &network, InboundAttachment file, Reply reply);
    void download(const HttpRequest &request, std::string file, Reply reply);
    /// Runs @p then with the visitor whose token the request bears, or answers 401, 403 or 503.
    void asVisitor(const HttpRequest &request, Reply reply, std::function<void(const Visitor &)> then);

    std::shared_ptr<Desk> m_desk;
};

} // namespace tributary::channels::webchat
