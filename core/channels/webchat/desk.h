#pragma once

#include "core/base/executor.h"
#include "core/channels/webchat/frames.h"
#include "core/channels/webchat/http.h"
#include "core/channels/webchat/identity_proof.h"
#include "core/channels/webchat/rate_limiter.h"
#include "core/channels/webchat/widget_settings.h"

#include <deque>
#include <mutex>
#include <unordered_map>

/// The inside of WebChatService: what its sessions and its HTTP side share. Not for others.
namespace tributary::channels::webchat {

class JsonFields;
class WebChatSession;

/// What a widget's parts are given from outside. All of it outlives the service.
struct Surroundings {
    WebChatStore &store;
    DriverHost &host;
    const Clock &clock;
    Rng &rng; ///< The system's: it makes secrets.
    /// Runs a job later, never before returning. One thread or many, in any order the store's answers come.
    Executor executor;
    WebChatListener *listener = nullptr; ///< May be null.
};

/// A message on its way from a visitor into the hub.
struct PendingMessage {
    std::string clientId;
    std::string text;
    std::vector<std::string> uploads;
    std::weak_ptr<WebChatSession> from;
};

/// One visitor, live: the open sockets of all tabs and devices, and what is in hand for them.
struct Room {
    Visitor visitor;
    std::vector<WebChatSession *> sessions; ///< Each removes itself before it dies.
    std::deque<PendingMessage> queue;       ///< Taken in one after the other, so that numbers follow the order of writing.
    bool takingIn = false;
    bool typing = false;
    Milliseconds typingUntil{0};
    Milliseconds typingTold{0}; ///< When the listener last heard that they type.
    std::string page;

    void tellAll(const frames::Frame &frame) const;
};

/// State, limits and the way in for messages. Everything runs under `mutex`; what the store answers is brought back through
/// the executor, so a store that answers at once does no harm.
class Desk : public std::enable_shared_from_this<Desk> {
public:
    Desk(model::ChannelAccountId account, WidgetSettings settings, Surroundings surroundings);

    /// Recursive: the last reference to a session may go inside a job that holds it, and its end has to be noted, too.
    std::recursive_mutex mutex;
    bool stopped = false;
    const model::ChannelAccountId account;
    const WidgetSettings settings;
    const Surroundings around;
    frames::Presence presence;

    RateLimiter sessionsByAddress{10, 10};
    RateLimiter messagesByVisitor{30, 10};
    RateLimiter messagesByAddress{120, 40}; ///< An office shares one address; four visitors may write at full speed.
    RateLimiter uploadsByVisitor{10, 10};
    RateLimiter uploadsByAddress{40, 40};
    RateLimiter framesByVisitor{240, 120}; ///< Everything a socket may say, typing signs included.
    RateLimiter proofsByAddress{20, 10};   ///< Wrong ones; a right one is remembered and not tried again.

    /// A callback for the store that runs @p then later, under the lock, unless the desk is gone or has stopped by then.
    template<class T, class Then>
    std::function<void(Result<T>)> later(Then then)
    {
        return [weak = weak_from_this(), executor = around.executor, then = std::move(then)](Result<T> result) {
            executor([weak, then, result = std::move(result)]() mutable {
                const auto self = weak.lock();
                if (!self)
                    return;
                const std::lock_guard lock(self->mutex);
                if (!self->stopped)
                    then(std::move(result));
            });
        };
    }

    std::shared_ptr<Room> findRoom(const std::string &visitor) const;
    /// The room of @p visitor, with what the store has just said of it.
    std::shared_ptr<Room> enter(WebChatSession &session, const Visitor &visitor);
    void leave(WebChatSession &session);

    void takeMessage(const std::shared_ptr<Room> &room, PendingMessage message);
    /// Tells the hub what is now known of somebody who has already written.
    void reportIdentity(const Visitor &visitor, const std::string &address);
    /// Marks of the visitor, merged by the store; the hub hears of each of our messages that arrived or was seen.
    void markVisitor(const std::shared_ptr<Room> &room, std::int64_t delivered, std::int64_t read);
    /// What the visitor says of it. While it goes on it is told again, every 3 s at most: a desktop forgets it otherwise.
    void setTyping(const std::shared_ptr<Room> &room, bool typing);
    void showEvent(const std::string &visitor, const ChatEvent &event);
    /// The store knows the visitor no more (they were erased, or it was restored): their browsers come again as somebody
    /// new, with what they have not had an answer to.
    void sendAway(const std::shared_ptr<Room> &room);
    void expireTyping(Milliseconds now);

    void opened(const std::shared_ptr<WebChatSession> &session);
    /// All sockets, also those that have not said hello.
    std::vector<std::shared_ptr<WebChatSession>> openSessions() const;

    std::unordered_map<std::string, std::shared_ptr<Room>> rooms; ///< By visitor.

private:
    void takeNext(const std::shared_ptr<Room> &room);
    void loadFiles(const std::shared_ptr<Room> &room);
    void ingest(const std::shared_ptr<Room> &room, std::vector<InboundAttachment> files);
    void number(const std::shared_ptr<Room> &room, const IngestOutcome &outcome);
    void finish(const std::shared_ptr<Room> &room, const frames::Frame &answer);
    /// The store cannot take it now: neither what waits behind it, or the order would change. NotFound: nor ever for this
    /// visitor.
    void giveBack(const std::shared_ptr<Room> &room, const Error &why);
    void closeIfEmpty(const std::shared_ptr<Room> &room);
    InboundSender senderOf(const Visitor &visitor, const std::string &address) const;
    void reportDelivery(const Visitor &visitor, const std::vector<model::TimelineItemId> &items,
                        model::Delivery::State state);

    std::vector<std::weak_ptr<WebChatSession>> m_opened;
};

/// The name under which the hub and the web chat speak of a message of ours (SendOutcome::externalId, Delivery::about).
std::string outboundName(model::TimelineItemId item);

} // namespace tributary::channels::webchat
