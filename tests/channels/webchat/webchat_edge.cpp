#include "tests/channels/webchat/webchat_edge.h"

namespace tributary::channels::webchat {

namespace {

HttpRequest fromEdge(const edge::RequestHead &request)
{
    HttpRequest out{.method = request.method, .path = request.path};
    out.host = request.headers.value("Host");
    out.origin = request.headers.value("Origin");
    out.bearer = request.bearerToken();
    out.ifNoneMatch = request.headers.value("If-None-Match");
    out.remoteAddress = request.remoteAddress;
    // The same escapes as in a query, but for '+', which encodeURIComponent never leaves to mean a space.
    if (const auto name = edge::parseQuery("n=" + std::string(request.headers.value("X-File-Name")));
        name && name->size() == 1)
        out.fileName = name->front().second;
    return out;
}

edge::Response toEdge(HttpResponse response)
{
    edge::Response out{.status = response.status, .body = std::move(response.body), .route = "/w"};
    for (auto &[name, value] : response.headers)
        out.headers.add(std::move(name), std::move(value));
    if (response.file)
        out.file = edge::FileBody{response.file->path, response.file->sha256};
    return out;
}

/// A socket of the edge as the service sees it, and the session as the edge sees it.
class Link final : public edge::SocketEvents, public SocketSink, public std::enable_shared_from_this<Link> {
public:
    explicit Link(std::shared_ptr<WebChatSession> session)
        : m_session(std::move(session))
    {
    }

    void opened(std::shared_ptr<edge::Socket> socket) override
    {
        m_socket = std::move(socket);
        m_session->opened(shared_from_this());
    }
    void message(std::string payload, bool binary) override
    {
        if (binary)
            m_socket->close(1003, "text only");
        else
            m_session->frameReceived(payload);
    }
    void closed(std::uint16_t) override { m_session->closed(); }

    void send(std::shared_ptr<const std::string> text) override { m_socket->send(std::move(text), false); }
    void close(std::uint16_t code, std::string_view reason) override { m_socket->close(code, reason); }

private:
    std::shared_ptr<edge::Socket> m_socket;
    std::shared_ptr<WebChatSession> m_session; ///< Holds this in turn, until closed().
};

} // namespace

std::size_t WebChatEdge::bodyLimit(const edge::RequestHead &head)
{
    return m_service.bodyLimit(fromEdge(head));
}

void WebChatEdge::request(edge::Request request, edge::Responder responder)
{
    const auto shared = std::make_shared<edge::Responder>(std::move(responder));
    HttpRequest asked = fromEdge(request);
    asked.body = std::move(request.body);
    m_service.handle(std::move(asked), [shared](HttpResponse response) { shared->send(toEdge(std::move(response))); });
}

edge::UpgradeDecision WebChatEdge::upgrade(const edge::Request &request)
{
    const HttpRequest asked = fromEdge(request);
    if (auto refusal = m_service.refuseSocket(asked))
        return edge::UpgradeDecision::deny(toEdge(std::move(*refusal)));
    return edge::UpgradeDecision::accept(std::make_shared<Link>(m_service.makeSession(asked)));
}

} // namespace tributary::channels::webchat
