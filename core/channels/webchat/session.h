#pragma once

#include "core/channels/webchat/desk.h"

namespace tributary::channels::webchat {

/// One socket of a visitor: takes text frames, gives text frames through its sink. Made by WebChatService::makeSession();
/// the owner of the socket holds it. Callable from any thread, also when the service is gone.
class WebChatSession : public std::enable_shared_from_this<WebChatSession> {
public:
    WebChatSession(std::shared_ptr<Desk> desk, std::string remoteAddress);
    ~WebChatSession();
    WebChatSession(const WebChatSession &) = delete;
    WebChatSession &operator=(const WebChatSession &) = delete;

    /// The socket is there. Closes it if the service has stopped meanwhile: a slow peer may take seconds for its 101.
    void opened(std::shared_ptr<SocketSink> sink);
    /// A whole text message came. Bad ones are answered with an error or close the socket; nothing else can go wrong.
    void frameReceived(std::string_view text);
    /// The socket is gone.
    void closed();

    // What follows is for the desk, under its lock.
    void tell(const frames::Frame &frame);
    void close(frames::CloseCode code, std::string_view reason);
    /// Closes the socket if it has been silent for too long.
    void checkPulse(Milliseconds now);
    const std::shared_ptr<Room> &room() const { return m_room; }
    const Sha256 &tokenHash() const { return m_tokenHash; }
    void moveTo(const Visitor &visitor, const Sha256 &tokenHash, const std::string &token);

private:
    void hello(const JsonFields &frame);
    void admit(const Visitor &visitor, std::int64_t after);
    void message(const JsonFields &frame);
    void profile(const JsonFields &frame);
    void identify(const JsonFields &frame);
    void bind(const ProvenIdentity &proven);
    void page(const JsonFields &frame);
    void logout();
    void sendAfter(std::int64_t after);
    void sendBefore(std::int64_t before);
    void dispatch(const std::string &type, const JsonFields &frame);

    std::shared_ptr<Desk> m_desk;
    std::shared_ptr<SocketSink> m_sink; ///< Null before opened() and once closed.
    std::string m_addressKey;           ///< For limits.
    std::shared_ptr<Room> m_room;       ///< Null before the hello was answered.
    Sha256 m_tokenHash{};
    bool m_greeted = false; ///< A hello has come.
    bool m_binding = false; ///< A proof is being bound.
    Milliseconds m_lastHeard{0};
};

} // namespace tributary::channels::webchat
