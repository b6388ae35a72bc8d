#include "core/hub/public_api.h"

#include "core/channels/webchat/text_rules.h"

#include <algorithm>

namespace tributary::hub {
namespace {

namespace webchat = channels::webchat;

webchat::HttpRequest requestOf(const edge::RequestHead &request)
{
    webchat::HttpRequest made;
    made.method = request.method;
    made.path = request.path;
    made.host = request.headers.value("Host");
    made.origin = request.headers.value("Origin");
    made.bearer = request.bearerToken();
    const auto name = edge::parseQuery("name=" + std::string(request.headers.value("X-File-Name")));
    if (name && name->size() == 1) // one percent-encoded value: anything else is no name
        made.fileName = name->front().second;
    made.ifNoneMatch = request.headers.value("If-None-Match");
    made.remoteAddress = request.remoteAddress;
    return made;
}

edge::Response responseOf(webchat::HttpResponse response)
{
    edge::Response made;
    if (response.file && !response.file->path.empty())
        made = edge::Response::ofFile({response.file->path, response.file->sha256}, response.file->mediaType);
    else if (response.file && response.file->content)
        made.body = *response.file->content;
    else
        made.body = std::move(response.body);
    made.status = response.status;
    for (auto &[name, value] : response.headers)
        made.headers.set(name, std::move(value));
    made.route = "/w";
    return made;
}

/// Joins a visitor's session to its socket.
class VisitorSocket final : public edge::SocketEvents {
public:
    explicit VisitorSocket(std::shared_ptr<webchat::WebChatSession> session)
        : m_session(std::move(session))
    {
    }

    void opened(std::shared_ptr<edge::Socket> socket) override
    {
        m_session->opened(std::make_shared<Sink>(std::move(socket)));
    }
    void message(std::string payload, bool binary) override
    {
        if (!binary)
            m_session->frameReceived(payload);
    }
    void closed(std::uint16_t) override { m_session->closed(); }

private:
    class Sink final : public webchat::SocketSink {
    public:
        explicit Sink(std::shared_ptr<edge::Socket> socket)
            : m_socket(std::move(socket))
        {
        }
        void send(std::shared_ptr<const std::string> text) override { m_socket->send(std::move(text), false); }
        void close(std::uint16_t code, std::string_view reason) override { m_socket->close(code, reason); }

    private:
        std::shared_ptr<edge::Socket> m_socket;
    };

    std::shared_ptr<webchat::WebChatSession> m_session;
};

} // namespace

PublicApi::PublicApi(Loop &loop)
    : m_loop(loop)
    , m_timer(loop)
{
    tick();
}

void PublicApi::tick()
{
    for (webchat::WebChatService *service : m_services)
        service->timePassed();
    m_timer.start(std::chrono::seconds(1), [this] { tick(); });
}

void PublicApi::add(webchat::WebChatService &service)
{
    m_services.push_back(&service);
}

void PublicApi::remove(webchat::WebChatService &service)
{
    std::erase(m_services, &service);
}

webchat::WebChatService *PublicApi::serviceFor(std::string_view path)
{
    const std::string key = webchat::WebChatService::keyOfPath(path);
    const auto found = std::ranges::find_if(m_services, [&](const auto *service) { return service->key() == key; });
    return key.empty() || found == m_services.end() ? nullptr : *found;
}

std::size_t PublicApi::bodyLimit(const edge::RequestHead &head)
{
    webchat::WebChatService *service = serviceFor(head.path);
    return service ? service->bodyLimit(requestOf(head)) : webchat::kMostBodyBytes;
}

void PublicApi::showPage(std::string html, std::filesystem::path media)
{
    m_page = std::move(html);
    m_media = std::move(media);
}

bool PublicApi::answerPage(const edge::Request &request, edge::Responder &responder) const
{
    if (m_page.empty() || request.method != "GET")
        return false;
    if (request.path == "/") {
        responder.send(edge::Response::text(200, m_page, "text/html; charset=utf-8"));
        return true;
    }
    constexpr std::string_view kMedia = "/media/";
    if (!request.path.starts_with(kMedia) || !request.path.ends_with(".png"))
        return false;
    const std::string name = request.path.substr(kMedia.size());
    if (name.find('/') != std::string::npos)
        return false;
    responder.send(edge::Response::ofFile({m_media / name, {}}, "image/png"));
    return true;
}

void PublicApi::request(edge::Request request, edge::Responder responder)
{
    if (answerPage(request, responder))
        return;
    webchat::WebChatService *service = serviceFor(request.path);
    if (!service) {
        responder.send(edge::errorResponse(404, request.id));
        return;
    }
    auto shared = std::make_shared<edge::Responder>(std::move(responder));
    webchat::HttpRequest made = requestOf(request);
    made.body = std::move(request.body); // up to 20 MB: never copied
    service->handle(std::move(made),
                    [shared](webchat::HttpResponse response) { shared->send(responseOf(std::move(response))); });
}

edge::UpgradeDecision PublicApi::upgrade(const edge::Request &request)
{
    webchat::WebChatService *service = serviceFor(request.path);
    if (!service)
        return edge::UpgradeDecision::deny(edge::errorResponse(404, request.id));
    const webchat::HttpRequest made = requestOf(request);
    if (auto refusal = service->refuseSocket(made))
        return edge::UpgradeDecision::deny(responseOf(std::move(*refusal)));
    return edge::UpgradeDecision::accept(std::make_shared<VisitorSocket>(service->makeSession(made)));
}

} // namespace tributary::hub
