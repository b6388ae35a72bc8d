#pragma once

#include "core/channels/webchat/webchat_service.h"
#include "core/hub/edge/handler.h"
#include "core/hub/loop.h"

namespace tributary::hub {

/// What the public side serves to the outside world: the web chat's pages, sessions and sockets. On the loop.
class PublicApi final : public edge::Handler {
public:
    explicit PublicApi(Loop &loop);

    /// A widget to serve from now on; it is asked for no longer after remove().
    void add(channels::webchat::WebChatService &service);
    void remove(channels::webchat::WebChatService &service);

    /// Serves a shop's page at `/` and its pictures below `/media/`: for the demo alone.
    void showPage(std::string html, std::filesystem::path media);

    std::size_t bodyLimit(const edge::RequestHead &head) override;
    void request(edge::Request request, edge::Responder responder) override;
    edge::UpgradeDecision upgrade(const edge::Request &request) override;

private:
    bool answerPage(const edge::Request &request, edge::Responder &responder) const;
    channels::webchat::WebChatService *serviceFor(std::string_view path);
    void tick();

    std::vector<channels::webchat::WebChatService *> m_services;
    std::string m_page; ///< Empty: there is none.
    std::filesystem::path m_media;
    Loop &m_loop;
    Loop::Timer m_timer;
};

} // namespace tributary::hub
