#pragma once

#include "core/channels/webchat/webchat_service.h"
#include "core/hub/edge/handler.h"

namespace tributary::channels::webchat {

/// Joins one widget's service to the hub's real edge.
class WebChatEdge final : public edge::Handler {
public:
    /// @p service outlives this.
    explicit WebChatEdge(WebChatService &service)
        : m_service(service)
    {
    }

    std::size_t bodyLimit(const edge::RequestHead &head) override;
    void request(edge::Request request, edge::Responder responder) override;
    edge::UpgradeDecision upgrade(const edge::Request &request) override;

private:
    WebChatService &m_service;
};

} // namespace tributary::channels::webchat
