#pragma once

#include "core/base/time.h"
#include "core/wire/features.h"
#include "core/wire/frames.h"

#include <deque>
#include <optional>

namespace tributary::engine {

/// The hub's side of sync with one desktop (DESIGN 6). Feed it events in any order; it never waits, reads a clock, or
/// touches a socket or file. It keeps no queue of changes: when there is credit, it asks for the log to be read again.
class SyncSession {
public:
    /// When a desktop whose frames make no sense may come again: soon enough for one that had bad luck on the way, and no
    /// storm from one that is broken.
    static constexpr std::int64_t kGarbageRetryMs = 10'000;

    struct Effects {
        std::vector<Bytes> send;                 ///< Whole messages, in order.
        std::optional<wire::Hello> authenticate; ///< Answer with authenticated() or denied().
        std::optional<std::int64_t> readAfter;   ///< Read the log after this seq; answer with changesRead().
        /// In order; answer each, in that order, with commandApplied() or commandFailed(). One behind another that fails
        /// must fail, too: it is not the next then.
        std::vector<model::Command> apply;
        std::vector<wire::Fetch> fetch;           ///< Answer each with pageRead().
        std::vector<wire::Presence> presence;     ///< To be told to the other desktops.
        std::optional<std::int64_t> acknowledged; ///< Everything up to here is durable at the desktop.
        std::optional<TimePoint> wakeAt;
        bool close = false; ///< After what is in `send`.
        bool abort = false; ///< At once: nobody is there to take anything.
        /// The link is closed since the desktop did or is what is not allowed: the reason by name, and in words.
        std::optional<std::pair<std::string, std::string>> refused;
        bool forked = false; ///< The desktop has another history under this hub's epoch: somebody should look.
    };

    /// What the hub knows of the desktop that said hello.
    struct Admission {
        model::Agent agent;
        std::string workspace;
        wire::Position head;
        std::int64_t lastN = 0;
        /// The chain at the position the desktop says it has; nothing: the log does not reach back to it.
        std::optional<wire::Chain> chainThere;
        std::optional<wire::Chain> chainAhead; ///< The same at Hello::ahead.
        std::vector<model::Outcome> cameBack;  ///< Of its commands after the last whose outcome it says it knows.
        /// Where before the head its stream may begin, if it has to begin anew.
        std::optional<wire::Position> start;
        /// Whoever was erased, for a desktop that has begun anew: no change tells it of that.
        std::vector<model::CustomerId> erasedCustomers;
        std::vector<model::ConversationId> erasedConversations;
    };
    /// Why the copy that @p hello tells of cannot be continued, as Welcome::reason has it; empty: it can.
    static std::string whyAnew(const wire::Hello &hello, const Admission &admission);
    /// Whether it is told who was erased.
    static bool tellsErased(const wire::Hello &hello, const Admission &admission);

    Effects opened(TimePoint now);
    Effects frameReceived(ByteView message, TimePoint now);
    Effects authenticated(const Admission &admission, TimePoint now);
    Effects denied(const std::string &text);
    /// Its token is not known here, nor is the history its copy is of: it is signed out of nothing by this, and its copy may
    /// be the last one.
    Effects otherHistory(const std::string &text);
    /// The log was read after the seq asked for.
    Effects changesRead(wire::Changes changes, TimePoint now);
    /// As packed already, with the hub's time in it: one message for all who are told the same.
    Effects changesRead(const wire::Changes &changes, const Bytes &message, TimePoint now);
    Effects headMoved(std::int64_t head, TimePoint now);
    Effects commandApplied(TimePoint now);
    /// Not the next command, or the store does not take it now: the desktop will come again.
    /// Offline: it has to wait, and is given to be applied once more, with those behind it. Anything else ends the link.
    Effects commandFailed(const Error &error, TimePoint now);
    Effects pageRead(const wire::Page &page);
    /// What another desktop, or a visitor, does.
    Effects presenceHeard(const wire::Presence &presence);
    /// Whether it would be told just now. Never queued behind a stalled reader: it is worth nothing later.
    bool takesPresence() const;
    Effects timeReached(TimePoint now);
    /// The desktop has taken what was queued for it.
    Effects drained(TimePoint now);
    /// Rights were withdrawn, or the hub is stopping.
    Effects end(const std::string &reason, const std::string &text, std::int64_t retryAfterMs);
    /// end(), by the desktop's own fault.
    Effects refuse(const std::string &reason, const std::string &text, std::int64_t retryAfterMs);

    /// Bytes of ours that the desktop has not taken yet; to be told before each event. With much of it nothing more is read
    /// for it, and presence is dropped: a reader that stalls costs little (I42).
    void setQueued(std::size_t bytes) { m_queued = bytes; }
    /// `now` in the calls here must not jump; this much has to be added to it for the hub's wall clock.
    void setWallAhead(Milliseconds ahead) { m_wallAhead = ahead; }
    /// False: as many commands wait as may; what the desktop sends is to stay in its socket.
    bool wantsReading() const { return m_commandBytes < kMostCommandBytes; }

    bool isOpen() const { return m_state == State::Open; }
    const model::Agent &agent() const { return m_agent; }
    /// With the rights of now: the stream may be far from telling of them.
    void setAgent(model::Agent agent) { m_agent = std::move(agent); }
    const std::string &token() const { return m_token; }
    model::ClientId client() const { return m_client; }
    /// Everything up to here has been sent.
    std::int64_t sentTo() const { return m_sent; }

private:
    static constexpr std::size_t kMostCommandBytes = 512 * 1024;
    enum class State { AwaitingHello, Authenticating, Open, Closed };
    struct Waiting {
        model::Command command;
        std::size_t bytes = 0; ///< Unpacked.
    };

    void send(Effects &effects, const wire::Frame &frame);
    void tellErased(Effects &effects);
    bool hasSentAll() const;
    void readOn(Effects &effects);
    void applyNext(Effects &effects);
    void applyAgain(Effects &effects);
    void fetchNext(Effects &effects);
    void heard(TimePoint now);
    Effects &schedule(Effects &effects);

    State m_state = State::AwaitingHello;
    std::string m_token;
    model::ClientId m_client;
    model::Agent m_agent;
    wire::Hello m_hello;
    wire::Features m_desktop;

    std::int64_t m_head = 0;
    std::int64_t m_sent = 0;   ///< The stream has been sent up to this seq.
    std::int64_t m_credit = 0; ///< Bytes the desktop will still take.
    bool m_reading = false;
    bool m_beginsAnew = false; ///< Since the welcome, and nothing of it is at the desktop yet.
    /// Whoever was erased, of which a desktop that begins anew is told first.
    struct Erased {
        TimePoint at;
        wire::Position start;
        std::vector<model::CustomerId> customers;
        std::vector<model::ConversationId> conversations;
        std::size_t left = 0;      ///< Of the longer of the two.
        std::int64_t underWay = 0; ///< Bytes of frames that the desktop has yet to say that it has taken.
        bool isTold() const { return left == 0 && underWay == 0; }
    };
    Erased m_erased;
    bool m_emptyWanted = false;     ///< A frame without changes is due, to say how fresh the copy is.
    std::deque<Waiting> m_commands; ///< Received, and not given to the store yet.
    std::size_t m_commandBytes = 0; ///< Of those.
    /// Given to the store together, so that they share its commits, and not applied yet.
    std::deque<Waiting> m_inHand;
    std::size_t m_inHandBytes = 0;
    std::size_t m_unanswered = 0; ///< That the store has yet to answer: fewer than in hand while the first has to wait.
    /// When those in hand are given to the store once more; what it answers until then is void.
    std::optional<TimePoint> m_againAt;
    std::deque<wire::Fetch> m_fetches; ///< Not yet asked of the store.
    int m_fetching = 0;                ///< With the store.
    TimePoint m_presenceSince;         ///< The second under way,
    int m_presences = 0;               ///< and how many have come in it.
    std::size_t m_queued = 0;
    Milliseconds m_wallAhead{0};

    TimePoint m_opened, m_lastHeard, m_lastSent, m_lastProgress;
};

} // namespace tributary::engine
