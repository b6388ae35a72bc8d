#pragma once

#include "core/channels/channel_driver.h"
#include "core/channels/webchat/http_api.h"
#include "core/channels/webchat/session.h"

#include <map>

namespace tributary::channels::webchat {

/// One widget: the driver the hub sends through, and the public surface its visitors reach. Does no I/O of its own: the edge
/// brings requests and frames, the store keeps things. PROTOCOL.md is the wire.
///
/// All calls may come from any thread and return at once.
class WebChatService final : public ChannelDriver {
public:
    WebChatService(const AccountSettings &account, Surroundings surroundings);
    ~WebChatService() override;

    // --- for the hub's delivery
    void start() override;
    /// Closes every socket; afterwards neither store nor host are called any more.
    void stop() override;
    /// Gives the item its number and shows it to the visitor's open tabs. Sent once it has a number: the visitor sees it now
    /// or at the next visit. Asked again, also after a crash, it is the same number.
    void send(OutboundMessage message, std::function<void(SendOutcome)> done) override;
    std::vector<Check> test() override;

    // --- for the edge
    /// Which widget a path belongs to; empty if none. Hand the request to the service with that key().
    static std::string keyOfPath(std::string_view path);
    /// How large a body a request may have, to be asked before reading it; on one thread alone. A file only who has a token.
    std::size_t bodyLimit(const HttpRequest &request);
    const std::string &key() const { return m_desk->settings.key; }
    void handle(HttpRequest request, Reply reply);
    /// Ask before answering 101; then makeSession().
    std::optional<HttpResponse> refuseSocket(const HttpRequest &request);
    /// For a socket that is on its way: say WebChatSession::opened() when it is there. The session may outlive the service.
    std::shared_ptr<WebChatSession> makeSession(const HttpRequest &request);
    /// Closes dead sockets and ends typing signs. Call about once a second.
    void timePassed();

    // --- for what agents do; @p visitor is Visitor::id of the log that append() named
    void agentTyping(const std::string &visitor, const std::string &name, bool typing);
    /// Agents' desktops have, or an agent has looked at, the visitor's events up to these numbers.
    void agentMarks(const std::string &visitor, std::int64_t delivered, std::int64_t seen);
    /// Whether anybody is there to answer, and what to tell visitors if not; an empty notice means the account's setting.
    void setPresence(bool online, const std::string &notice = {});
    /// An event was edited, withdrawn, or its attachment has arrived.
    void eventChanged(const std::string &visitor, const ChatEvent &event);
    void visitorBlocked(const std::string &visitor);

private:
    std::shared_ptr<Desk> m_desk;
    HttpApi m_http;
    std::shared_ptr<std::map<std::int64_t, std::function<void(SendOutcome)>>> m_sending; ///< Under the desk's lock.
    std::int64_t m_lastSending = 0;
};

} // namespace tributary::channels::webchat
