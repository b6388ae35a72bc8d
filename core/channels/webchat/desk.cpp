#include "core/channels/webchat/desk.h"

#include "core/channels/webchat/session.h"

#include <algorithm>
#include <utility>

namespace tributary::channels::webchat {

namespace {

constexpr std::size_t kMostWaiting = 50; ///< Messages of one visitor not yet taken in; the rate limit keeps below that.
constexpr Milliseconds kTypingLasts{8'000};
constexpr Milliseconds kTypingAgain{3'000}; ///< Told at most so often while it goes on; a widget says it every 4 s.

} // namespace

std::string outboundName(model::TimelineItemId item)
{
    return "webchat:" + item.text();
}

void Room::tellAll(const frames::Frame &frame) const
{
    for (WebChatSession *session : sessions)
        session->tell(frame);
}

Desk::Desk(model::ChannelAccountId accountId, WidgetSettings widget, Surroundings surroundings)
    : account(accountId)
    , settings(std::move(widget))
    , around(std::move(surroundings))
    , presence{.notice = settings.offlineNotice}
{
}

void Desk::opened(const std::shared_ptr<WebChatSession> &session)
{
    std::erase_if(m_opened, [](const auto &known) { return known.expired(); });
    m_opened.push_back(session);
}

std::vector<std::shared_ptr<WebChatSession>> Desk::openSessions() const
{
    std::vector<std::shared_ptr<WebChatSession>> sessions;
    for (const auto &known : m_opened) {
        if (auto session = known.lock())
            sessions.push_back(std::move(session));
    }
    return sessions;
}

std::shared_ptr<Room> Desk::findRoom(const std::string &visitor) const
{
    const auto found = rooms.find(visitor);
    return found == rooms.end() ? nullptr : found->second;
}

std::shared_ptr<Room> Desk::enter(WebChatSession &session, const Visitor &visitor)
{
    std::shared_ptr<Room> &room = rooms[visitor.id];
    if (!room)
        room = std::make_shared<Room>();
    room->visitor = visitor;
    room->sessions.push_back(&session);
    if (room->sessions.size() == 1 && around.listener)
        around.listener->visitorPresent(visitor.id, true, room->page);
    return room;
}

void Desk::leave(WebChatSession &session)
{
    const std::shared_ptr<Room> room = session.room();
    if (!room)
        return;
    std::erase(room->sessions, &session);
    if (room->sessions.empty() && !stopped) {
        setTyping(room, false);
        if (around.listener)
            around.listener->visitorPresent(room->visitor.id, false, {});
    }
    closeIfEmpty(room);
}

void Desk::closeIfEmpty(const std::shared_ptr<Room> &room)
{
    if (!room->sessions.empty() || !room->queue.empty())
        return;
    const auto found = rooms.find(room->visitor.id);
    if (found != rooms.end() && found->second == room)
        rooms.erase(found);
}

void Desk::takeMessage(const std::shared_ptr<Room> &room, PendingMessage message)
{
    if (room->queue.size() >= kMostWaiting) {
        if (const auto session = message.from.lock())
            session->tell(frames::error("limit", message.clientId, std::chrono::seconds(5)));
        return;
    }
    room->queue.push_back(std::move(message));
    takeNext(room);
}

void Desk::takeNext(const std::shared_ptr<Room> &room)
{
    if (room->takingIn || room->queue.empty())
        return;
    room->takingIn = true;
    // A retry of what has arrived must not depend on its uploads still being there.
    around.store.findByClientId(room->visitor.id, room->queue.front().clientId,
                                later<std::optional<ChatEvent>>([this, room](Result<std::optional<ChatEvent>> known) {
                                    const std::string &clientId = room->queue.front().clientId;
                                    if (!known)
                                        giveBack(room, known.error());
                                    else if (*known)
                                        finish(room, frames::accepted(clientId, (*known)->n, (*known)->item.at));
                                    else
                                        loadFiles(room);
                                }));
}

void Desk::loadFiles(const std::shared_ptr<Room> &room)
{
    const PendingMessage &message = room->queue.front();
    if (message.uploads.empty()) {
        ingest(room, {});
        return;
    }
    around.store.loadUploads(
        room->visitor.id, message.uploads,
        later<std::vector<InboundAttachment>>([this, room](Result<std::vector<InboundAttachment>> files) {
            if (files)
                ingest(room, std::move(*files));
            else if (files.error().kind == Error::Kind::NotFound)
                finish(room, frames::error("file", room->queue.front().clientId));
            else
                giveBack(room, files.error());
        }));
}

InboundSender Desk::senderOf(const Visitor &visitor, const std::string &address) const
{
    InboundSender sender{.address = address, .shown = address, .name = visitor.name, .scoped = true};
    // The shop's own ids mean something within this widget alone: another widget may be another shop.
    if (!visitor.identifier.empty())
        sender.evidence.push_back({model::Channel::Api, settings.key + "/" + visitor.identifier, true});
    if (!visitor.email.empty())
        sender.evidence.push_back({model::Channel::Email, visitor.email, visitor.emailProven});
    sender.verified = !visitor.identifier.empty();
    return sender;
}

void Desk::ingest(const std::shared_ptr<Room> &room, std::vector<InboundAttachment> files)
{
    const PendingMessage &message = room->queue.front();
    InboundEnvelope envelope{.account = account, .channel = model::Channel::WebChat};
    // The id is random and made by the sender; not scoped to the visitor, so that what was accepted before a sign-in is
    // known after it. A stranger who knew it would find the item in somebody else's log: see number().
    envelope.externalId = "in:" + message.clientId;
    envelope.sender = senderOf(room->visitor, room->visitor.id);
    envelope.at = around.clock.now();
    envelope.text = message.text;
    envelope.attachments = std::move(files);
    envelope.threadKey = room->visitor.id;
    if (!room->page.empty())
        envelope.details["page"] = room->page;
    around.host.ingest(std::move(envelope), later<IngestOutcome>([this, room](Result<IngestOutcome> outcome) {
                           if (outcome)
                               number(room, *outcome);
                           else
                               giveBack(room, outcome.error());
                       }));
}

void Desk::number(const std::shared_ptr<Room> &room, const IngestOutcome &outcome)
{
    around.store.append(room->visitor.id, outcome.item, room->queue.front().clientId,
                        later<WebChatStore::Appended>([this, room](Result<WebChatStore::Appended> appended) {
                            const std::string clientId = room->queue.front().clientId;
                            if (!appended) {
                                if (appended.error().kind == Error::Kind::Conflict) // or had come, and was erased since
                                    finish(room, frames::error("taken", clientId));
                                else
                                    giveBack(room, appended.error());
                                return;
                            }
                            if (!appended->wasThere)
                                showEvent(appended->visitor, appended->event);
                            finish(room, frames::accepted(clientId, appended->event.n, appended->event.item.at));
                        }));
}

void Desk::finish(const std::shared_ptr<Room> &room, const frames::Frame &answer)
{
    const PendingMessage message = std::move(room->queue.front());
    room->queue.pop_front();
    room->takingIn = false;
    if (const auto session = message.from.lock())
        session->tell(answer);
    takeNext(room);
    closeIfEmpty(room);
}

void Desk::giveBack(const std::shared_ptr<Room> &room, const Error &why)
{
    if (why.kind == Error::Kind::NotFound)
        sendAway(room);
    const std::deque<PendingMessage> all = std::exchange(room->queue, {});
    room->takingIn = false;
    for (const PendingMessage &message : all) {
        if (const auto session = message.from.lock())
            session->tell(frames::error("retry", message.clientId));
    }
    closeIfEmpty(room);
}

void Desk::sendAway(const std::shared_ptr<Room> &room)
{
    const std::vector<WebChatSession *> sessions = room->sessions;
    for (WebChatSession *session : sessions)
        session->close(frames::NeedSession, "session");
}

void Desk::showEvent(const std::string &visitor, const ChatEvent &event)
{
    if (const auto room = findRoom(visitor)) {
        room->visitor.last = std::max(room->visitor.last, event.n);
        room->tellAll(frames::event(event));
    }
}

void Desk::reportIdentity(const Visitor &visitor, const std::string &address)
{
    InboundEnvelope envelope{.account = account, .channel = model::Channel::WebChat};
    envelope.kind = InboundEnvelope::Kind::Identity;
    envelope.sender = senderOf(visitor, address);
    if (envelope.sender.evidence.empty() && envelope.sender.name.empty())
        return;
    std::string said = envelope.sender.name;
    for (const auto &evidence : envelope.sender.evidence)
        said += "\n" + evidence.address + (evidence.verified ? " proven" : " claimed");
    envelope.externalId = "who:" + address + ":" + toHex(blake16(bytesOf(said)));
    envelope.at = around.clock.now();
    around.host.ingest(std::move(envelope), [](Result<IngestOutcome>) {}); // said again with the next message in any case
}

void Desk::markVisitor(const std::shared_ptr<Room> &room, std::int64_t delivered, std::int64_t read)
{
    if (std::max(delivered, read) <= room->visitor.got && read <= room->visitor.read)
        return; // every page view says it again
    around.store.markVisitor(room->visitor.id, std::max(delivered, read), read,
                             later<WebChatStore::Marked>([this, room](Result<WebChatStore::Marked> marked) {
                                 if (!marked) {
                                     if (marked.error().kind == Error::Kind::NotFound)
                                         sendAway(room);
                                     return;
                                 }
                                 reportDelivery(room->visitor, marked->arrived, model::Delivery::State::Delivered);
                                 reportDelivery(room->visitor, marked->looked, model::Delivery::State::Read);
                                 room->visitor.got = std::max(room->visitor.got, marked->got);
                                 if (marked->read <= room->visitor.read)
                                     return;
                                 room->visitor.read = marked->read;
                                 room->tellAll(frames::marks(room->visitor)); // other tabs clear their badge, too
                             }));
}

void Desk::reportDelivery(const Visitor &visitor, const std::vector<model::TimelineItemId> &items,
                          model::Delivery::State state)
{
    for (const model::TimelineItemId item : items) {
        InboundEnvelope envelope{.account = account, .channel = model::Channel::WebChat};
        envelope.kind = InboundEnvelope::Kind::Delivery;
        envelope.sender = senderOf(visitor, visitor.id);
        envelope.at = around.clock.now();
        envelope.about = {outboundName(item)};
        envelope.delivery = {.state = state, .at = envelope.at};
        envelope.externalId = (state == model::Delivery::State::Read ? "read:" : "arrived:") + item.text();
        around.host.ingest(std::move(envelope), [](Result<IngestOutcome>) {});
    }
}

void Desk::setTyping(const std::shared_ptr<Room> &room, bool typing)
{
    const Milliseconds now = around.clock.steady();
    room->typingUntil = now + kTypingLasts;
    if (room->typing == typing && !(typing && now >= room->typingTold + kTypingAgain))
        return;
    room->typing = typing;
    room->typingTold = now;
    if (around.listener)
        around.listener->visitorTyping(room->visitor.id, typing);
}

void Desk::expireTyping(Milliseconds now)
{
    for (const auto &[visitor, room] : rooms) {
        if (room->typing && now >= room->typingUntil)
            setTyping(room, false);
    }
}

} // namespace tributary::channels::webchat
