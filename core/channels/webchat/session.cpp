#include "core/channels/webchat/session.h"

#include "core/base/network_key.h"
#include "core/channels/webchat/json_reader.h"
#include "core/channels/webchat/text_rules.h"
#include "core/channels/webchat/visitor_token.h"
#include "core/text/utf8.h"

#include <algorithm>
#include <limits>

namespace tributary::channels::webchat {

namespace {

constexpr std::size_t kMostFrameBytes = 64 * 1024; // 10,000 characters, each escaped at its longest, and a little more
constexpr std::size_t kMostSockets = 20; ///< Of a visitor: each page of a shop that is open has one, on every device.
constexpr std::size_t kPage = 100;       ///< Events a frame.
constexpr std::size_t kFirstPage = 50;
constexpr Milliseconds kHelloWithin{5'000};
constexpr Milliseconds kSilenceIsDead{75'000}; ///< The widget says something every 25 s.
constexpr std::size_t kMostPageBytes = 2'000;

} // namespace

WebChatSession::WebChatSession(std::shared_ptr<Desk> desk, std::string remoteAddress)
    : m_desk(std::move(desk))
    , m_addressKey(networkKey(remoteAddress))
{
}

WebChatSession::~WebChatSession()
{
    closed();
}

void WebChatSession::opened(std::shared_ptr<SocketSink> sink)
{
    const std::lock_guard lock(m_desk->mutex);
    m_sink = std::move(sink);
    if (m_desk->stopped)
        return close(frames::GoingAway, "restarting");
    m_lastHeard = m_desk->around.clock.steady();
    m_desk->opened(shared_from_this());
}

void WebChatSession::closed()
{
    const std::lock_guard lock(m_desk->mutex);
    m_desk->leave(*this);
    m_room.reset();
    m_sink.reset();
}

void WebChatSession::tell(const frames::Frame &frame)
{
    if (m_sink)
        m_sink->send(frame);
}

void WebChatSession::close(frames::CloseCode code, std::string_view reason)
{
    if (m_sink)
        m_sink->close(code, reason);
    m_sink.reset(); // nothing more goes out; closed() follows from the transport
}

void WebChatSession::checkPulse(Milliseconds now)
{
    const Milliseconds allowed = m_room ? kSilenceIsDead : kHelloWithin;
    if (now - m_lastHeard >= allowed)
        close(frames::TimedOut, "silent for too long");
}

void WebChatSession::frameReceived(std::string_view text)
{
    const std::lock_guard lock(m_desk->mutex);
    if (m_desk->stopped || !m_sink)
        return;
    if (text.size() > kMostFrameBytes) {
        close(frames::BadFrame, "frame too large");
        return;
    }
    const auto frame = JsonFields::read(text);
    if (!frame) {
        close(frames::BadFrame, "not a frame");
        return;
    }
    const std::string type = frame->text("t");
    if (type == "hello") {
        hello(*frame);
        return;
    }
    if (!m_room) {
        // The widget waits for its welcome; whoever does not has not said who they are.
        close(frames::NeedSession, "say hello first");
        return;
    }
    m_lastHeard = m_desk->around.clock.steady();
    if (const auto wait = m_desk->framesByVisitor.take(m_room->visitor.id, m_lastHeard)) {
        tell(frames::error("limit", frame->text("id"), wait));
        return;
    }
    dispatch(type, *frame);
}

void WebChatSession::dispatch(const std::string &type, const JsonFields &frame)
{
    if (type == "msg")
        message(frame);
    else if (type == "typing")
        m_desk->setTyping(m_room, frame.flag("on"));
    else if (type == "got")
        m_desk->markVisitor(m_room, frame.number("n").value_or(0), 0);
    else if (type == "read")
        m_desk->markVisitor(m_room, 0, frame.number("n").value_or(0));
    else if (type == "since")
        sendAfter(frame.number("n").value_or(0));
    else if (type == "older")
        sendBefore(frame.number("n").value_or(0));
    else if (type == "profile")
        profile(frame);
    else if (type == "identify")
        identify(frame);
    else if (type == "page")
        page(frame);
    else if (type == "logout")
        logout();
    else if (type == "ping")
        tell(frames::pong());
    // What a newer widget may say is left alone: features are added, not versions.
}

void WebChatSession::hello(const JsonFields &frame)
{
    const std::string token = frame.text("token");
    if (m_greeted) {
        close(frames::BadFrame, "hello twice");
        return;
    }
    m_greeted = true;
    if (!m_desk->settings.origins.allows(frame.text("site"))) {
        close(frames::Forbidden, "origin");
        return;
    }
    if (!looksLikeVisitorToken(token)) {
        close(frames::NeedSession, "session");
        return;
    }
    m_tokenHash = visitorTokenHash(m_desk->settings.key, token);
    const std::int64_t after = frame.number("after").value_or(-1);
    m_desk->around.store.findVisitor(m_tokenHash,
                                     m_desk->later<Visitor>([weak = weak_from_this(), after](Result<Visitor> visitor) {
                                         const auto self = weak.lock();
                                         if (!self || !self->m_sink)
                                             return;
                                         if (visitor)
                                             self->admit(*visitor, after);
                                         else if (visitor.error().kind == Error::Kind::NotFound)
                                             self->close(frames::NeedSession, "session");
                                         else
                                             self->close(frames::GoingAway, "try again");
                                     }));
}

void WebChatSession::admit(const Visitor &visitor, std::int64_t after)
{
    if (visitor.blocked) {
        close(frames::Forbidden, "blocked");
        return;
    }
    if (const auto room = m_desk->findRoom(visitor.id); room && room->sessions.size() >= kMostSockets) {
        tell(frames::error("limit", {}, std::chrono::seconds(30)));
        close(frames::TooMany, "sockets");
        return;
    }
    m_room = m_desk->enter(*this, visitor);
    m_lastHeard = m_desk->around.clock.steady();
    tell(frames::welcome(visitor, m_desk->presence));
    if (after < 0 || after > visitor.last)
        sendBefore(std::numeric_limits<std::int64_t>::max());
    else
        sendAfter(after);
}

void WebChatSession::sendAfter(std::int64_t after)
{
    m_desk->around.store.eventsAfter(
        m_room->visitor.id, after, kPage,
        m_desk->later<std::vector<ChatEvent>>([weak = weak_from_this()](Result<std::vector<ChatEvent>> events) {
            if (const auto self = weak.lock(); self && events)
                self->tell(frames::events(*events, false, events->size() == kPage));
        }));
}

void WebChatSession::sendBefore(std::int64_t before)
{
    const bool isFirst = before == std::numeric_limits<std::int64_t>::max();
    const std::size_t limit = isFirst ? kFirstPage : kPage;
    m_desk->around.store.eventsBefore(
        m_room->visitor.id, before, limit,
        m_desk->later<std::vector<ChatEvent>>([weak = weak_from_this()](Result<std::vector<ChatEvent>> events) {
            if (const auto self = weak.lock(); self && events)
                self->tell(frames::events(*events, true, !events->empty() && events->front().n > 1));
        }));
}

void WebChatSession::message(const JsonFields &frame)
{
    const std::string clientId = frame.text("id");
    const auto id = idFromText(clientId);
    if (!id || clientId != idToText(*id)) {
        tell(frames::error("bad-id"));
        return;
    }
    const std::string text = frame.text("text");
    const std::vector<std::string> uploads = frame.list("files");
    const Milliseconds now = m_desk->around.clock.steady();
    if (isBlank(text) && uploads.empty())
        tell(frames::error("empty", clientId));
    else if (characterCount(text) > kMostTextCharacters)
        tell(frames::error("too-long", clientId));
    else if (uploads.size() > kMostFilesPerMessage)
        tell(frames::error("too-many-files", clientId));
    else if (const auto wait = m_desk->messagesByVisitor.take(m_room->visitor.id, now))
        tell(frames::error("limit", clientId, wait));
    else if (const auto longer = m_desk->messagesByAddress.take(m_addressKey, now))
        tell(frames::error("limit", clientId, longer));
    else {
        m_desk->setTyping(m_room, false);
        m_desk->takeMessage(m_room, {clientId, isBlank(text) ? std::string() : cleanText(text, kMostTextCharacters), uploads,
                                     weak_from_this()});
    }
}

void WebChatSession::profile(const JsonFields &frame)
{
    const std::string name = text::plainName(frame.text("name"), kMostNameCharacters);
    const std::string email = normalisedEmail(frame.text("email"));
    if (email.empty() && !text::trimmed(frame.text("email")).empty()) {
        tell(frames::error("email"));
        return;
    }
    m_desk->around.store.saveClaims(m_room->visitor.id, name, email,
                                    m_desk->later<Visitor>([desk = m_desk.get(), room = m_room](Result<Visitor> visitor) {
                                        if (!visitor) {
                                            if (visitor.error().kind == Error::Kind::NotFound)
                                                desk->sendAway(room);
                                            return;
                                        }
                                        const bool isNews =
                                            visitor->email != room->visitor.email || visitor->name != room->visitor.name;
                                        room->visitor.name = visitor->name;
                                        room->visitor.email = visitor->email;
                                        room->visitor.emailProven = visitor->emailProven;
                                        room->tellAll(frames::you(room->visitor));
                                        if (isNews && visitor->last > 0)
                                            desk->reportIdentity(room->visitor, room->visitor.id);
                                    }));
}

void WebChatSession::identify(const JsonFields &frame)
{
    const std::string &secret = m_desk->settings.identitySecret;
    const std::string jwt = frame.text("jwt");
    auto proven = jwt.empty() ? verifyIdentifierHash(secret, frame.text("identifier"), frame.text("hash"))
                              : verifyIdentityToken(secret, m_desk->settings.key, jwt, m_desk->around.clock.now());
    if (!proven) {
        const auto wait = m_desk->proofsByAddress.take(m_addressKey, m_desk->around.clock.steady());
        tell(frames::error(wait ? "limit" : "identity", {}, wait));
        return;
    }
    if (!m_room->visitor.identifier.empty() && m_room->visitor.identifier != proven->identifier) {
        tell(frames::error("other-identity")); // the widget logs out, which forgets the first person, and says it again
        return;
    }
    const bool isKnown =
        m_room->visitor.identifier == proven->identifier
        && (proven->email.empty() || (m_room->visitor.email == proven->email && m_room->visitor.emailProven));
    if (isKnown)
        tell(frames::you(m_room->visitor)); // every page view says it again
    else if (!m_binding)
        bind(*proven);
}

void WebChatSession::bind(const ProvenIdentity &proven)
{
    m_binding = true;
    const std::string token = makeVisitorToken(m_desk->around.rng);
    const Sha256 oldHash = m_tokenHash;
    const Sha256 newHash = visitorTokenHash(m_desk->settings.key, token);
    const auto done = [weak = weak_from_this(), desk = m_desk.get(), room = m_room, token, oldHash,
                       newHash](Result<Visitor> visitor) {
        if (const auto self = weak.lock()) {
            self->m_binding = false;
            if (!visitor && visitor.error().kind == Error::Kind::NotFound)
                desk->sendAway(room);
            else if (!visitor)
                self->tell(frames::error(visitor.error().kind == Error::Kind::Conflict ? "other-identity" : "retry"));
        }
        if (!visitor)
            return;
        const std::string before = room->visitor.id;
        const bool hadWritten = room->visitor.last > 0;
        // All tabs of this browser share the token that has just ended.
        const std::vector<WebChatSession *> sessions = room->sessions;
        for (WebChatSession *session : sessions) {
            if (session->tokenHash() == oldHash)
                session->moveTo(*visitor, newHash, token);
        }
        if (const auto joined = desk->findRoom(visitor->id)) {
            joined->visitor = *visitor;
            joined->tellAll(frames::head(visitor->last)); // its other devices fetch what was appended
        }
        if (hadWritten || visitor->last > 0)
            desk->reportIdentity(*visitor, before);
    };
    m_desk->around.store.bindProof(m_room->visitor.id, proven.identifier, proven.email, proven.name, oldHash, newHash,
                                   m_desk->later<Visitor>(done));
}

void WebChatSession::moveTo(const Visitor &visitor, const Sha256 &tokenHash, const std::string &token)
{
    m_tokenHash = tokenHash;
    if (m_room->visitor.id != visitor.id) {
        m_desk->leave(*this);
        m_room = m_desk->enter(*this, visitor);
    } else {
        m_room->visitor = visitor;
    }
    tell(frames::reset(token));
    tell(frames::welcome(visitor, m_desk->presence));
    sendBefore(std::numeric_limits<std::int64_t>::max());
}

void WebChatSession::page(const JsonFields &frame)
{
    const std::string url = frame.text("url");
    if (!url.starts_with("https://") && !url.starts_with("http://"))
        return;
    m_room->page = text::truncated(text::plainName(url, kMostPageBytes), kMostPageBytes);
    if (m_desk->around.listener)
        m_desk->around.listener->visitorPresent(m_room->visitor.id, true, m_room->page);
}

void WebChatSession::logout()
{
    const auto done = [weak = weak_from_this(), room = m_room, hash = m_tokenHash](Result<bool> revoked) {
        if (!revoked) {
            if (const auto self = weak.lock())
                self->tell(frames::error("retry")); // as long as the token is good, somebody else may read with it
            return;
        }
        const std::vector<WebChatSession *> sessions = room->sessions;
        for (WebChatSession *session : sessions) {
            if (session->tokenHash() == hash)
                session->close(frames::NeedSession, "logged out");
        }
    };
    m_desk->around.store.revokeToken(m_tokenHash, m_desk->later<bool>(done));
}

} // namespace tributary::channels::webchat
