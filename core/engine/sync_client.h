#pragma once

#include "core/engine/backoff.h"
#include "core/engine/command_window.h"
#include "core/engine/sync_effects.h"
#include "core/wire/features.h"

#include <deque>

namespace tributary::engine {

/// The desktop's side of sync (DESIGN 6, 7). Feed it events in any order; it never waits, reads a clock, or touches a socket
/// or file. `now` is Clock::steady() throughout.
class SyncClient {
public:
    static constexpr Milliseconds kBeat{15'000};
    static constexpr Milliseconds kSilence{45'000};       ///< Without any frame: the link is dead.
    static constexpr Milliseconds kHandshake{10'000};     ///< To an open socket, and from there to the welcome.
    static constexpr Milliseconds kAnswer{3'000};         ///< To the beat after a sleep.
    static constexpr Milliseconds kAckDelay{1'000};       ///< An acknowledgement waits so long for company.
    static constexpr Milliseconds kFirstHttpRetry{2'000}; ///< Of a page or a file; doubles up to a minute.
    static constexpr int kTriesToRead = 3;                ///< What is unreadable so often from one position is so for good.
    static constexpr Milliseconds kAnewAgain{3'600'000};  ///< Not sooner is everything fetched anew for that again.
    static constexpr Milliseconds kUnreadableRetry{60'000};
    static constexpr std::int64_t kCredit = 1024 * 1024; ///< Bytes of changes the hub may have under way to us.
    static constexpr std::int64_t kCatchUpFrom = 1'000;  ///< So far behind a live copy says that it is catching up.

    /// What the files know.
    struct Start {
        std::string token;
        model::ClientId client;
        wire::Position position; ///< Null epoch: nothing here.
        std::int64_t lastN = 0;  ///< Own commands up to here are in the copy.
        model::AgentId agent;
        bool bootstrapping = false;
        std::int64_t bootstrapStart = 0; ///< Where its stream began; 0: not known.
        std::string bootstrapNext;       ///< Token of the next page.
        std::optional<TimePoint> completeAsOf;
        bool unheard = false;                ///< The hub has yet to say who was erased.
        std::int64_t removedBy = 0;          ///< Version of the agent by whose rights rows went from the copy.
        std::optional<wire::Position> ahead; ///< Pages have brought rows of up to here, beyond `position`.
        std::optional<model::Agent> self;    ///< By whose rights it is as it is.
    };

    explicit SyncClient(Rng &rng)
        : m_rng(rng)
    {
    }

    /// Signed in: connect now, and again and again.
    Effects start(Start from, Milliseconds now);
    /// Signed out, or the program ends.
    Effects stop(Milliseconds now);
    /// The person does not want to wait, or the network has come back.
    Effects tryNow(Milliseconds now);
    /// The machine has slept: what the link looked like means nothing any more. It has to prove itself within kAnswer, or is
    /// opened anew at once.
    Effects woke(Milliseconds now);

    Effects linkOpened(Milliseconds now);
    /// Closed, or could not be opened.
    Effects linkClosed(Milliseconds now);
    /// Something answered, and it was no hub: a captive portal, another server.
    Effects linkRefused(Milliseconds now);
    Effects frameReceived(ByteView message, Milliseconds now);
    Effects timeReached(Milliseconds now);

    /// The oldest StoreStep is durable.
    Effects stored(Milliseconds now);
    /// The oldest StoreStep was a RenumberJournal, which is durable.
    Effects renumbered(model::ClientId client, Milliseconds now);
    /// The oldest StoreStep did not happen: the disk is full, the file is broken.
    Effects storeFailed(Milliseconds now);
    /// Nor did this one: it tells of an own command that the journal has as another one. A copy of this client is about, and
    /// was first with that number.
    Effects storeForked(Milliseconds now);

    Effects pageArrived(wire::BootstrapPage page, Milliseconds now);
    /// Denied: the token is no good, or not there; the next hello is told. NotFound, Invalid, Rejected: the page is no
    /// longer known; begin again. Else: try again later. Corrupt: what came cannot be read, which is said after some times.
    /// @p atLeast: the hub does not want to be asked again before that.
    Effects pageFailed(Error::Kind kind, Milliseconds now, Milliseconds atLeast = Milliseconds(0));

    Effects commandsLoaded(std::vector<model::Command> commands, Milliseconds now);
    /// The journal could not be read: try again with the next session.
    Effects commandsNotLoaded(Milliseconds now);
    Effects commandsAdded(std::vector<model::Command> commands, Milliseconds now);
    /// The hub has this file, asked for or not. Also for one that will never be there: the hub then says no to its command.
    Effects fileArrived(model::AttachmentId file, Milliseconds now);
    /// It was asked for, and could not be brought there: asked for again later, not before @p atLeast.
    Effects fileFailed(model::AttachmentId file, Milliseconds now, Milliseconds atLeast = Milliseconds(0));
    /// A fetch or presence frame: sent if there is a session with a hub that knows it, else dropped. Ask isConnected()
    /// first.
    Effects send(wire::Frame frame, Milliseconds now);

    bool isConnected() const { return m_link == Link::Open; }
    const SyncStatus &status() const { return m_status; }
    /// What the hub of the session, or of the last one, can do.
    const wire::Features &hub() const { return m_hub; }

private:
    enum class Link { None, Opening, Greeting, Open };
    /// What is so once the step under way is durable.
    struct Underway {
        enum class Kind { Resync, Changes, Page, Renumber };
        Kind kind = Kind::Changes;
        wire::Position position;           ///< Resync, Changes (its epoch is the copy's).
        std::int64_t lastN = 0;            ///< Resync, Changes.
        model::AgentId agent;              ///< Resync.
        std::optional<TimePoint> fullAt;   ///< Resync, and Changes that reach the head: the hub's time of then.
        std::int64_t bytes = 0;            ///< Changes: to be granted again.
        std::string next;                  ///< Page.
        std::optional<std::string> gained; ///< Changes: where to begin fetching what rights have grown by.
        std::int64_t done = 0, total = 0;  ///< Page.
        std::int64_t removedBy = 0;        ///< Resync: as it was known of the copy that goes.
        bool heard = false;                ///< Changes: who was erased has been told.
    };

    void open(Effects &effects, Milliseconds now);
    void hangUp(Effects &effects, Milliseconds now, SyncStatus::Reason reason, Milliseconds atLeast = Milliseconds(0));
    void deny(Effects &effects);
    void garbage(Effects &effects, Milliseconds now);
    bool isUnreadable(Milliseconds now);
    void reopen(Effects &effects, Milliseconds now);
    void lostContact(Milliseconds now, SyncStatus::Reason reason, Milliseconds atLeast = Milliseconds(0));
    void forgetSession();

    void onFrame(wire::Frame frame, std::int64_t bytes, Effects &effects, Milliseconds now);
    void onWelcome(wire::Welcome frame, Effects &effects, Milliseconds now);
    bool continues(const wire::Welcome &frame) const;
    void onChanges(wire::Changes frame, std::int64_t bytes, Effects &effects, Milliseconds now);
    void onGoodbye(const wire::Goodbye &frame, Effects &effects, Milliseconds now);

    void queue(StoreStep step, Underway after, Effects &effects);
    void stepDone(const Underway &step, Effects &effects, Milliseconds now);
    void afterStep(Effects &effects, Milliseconds now);
    void taken(CommandWindow::Taken taken, Effects &effects, Milliseconds now);
    void renumber(Effects &effects);
    void renumberIfDue(Effects &effects);
    void sendCommands(Effects &effects);
    void askFile(Effects &effects);
    void askPage(Effects &effects);
    void learnSelf(const model::Agent &agent, std::int64_t seq);
    void noteAhead(const std::optional<wire::Position> &head);
    void noteRights(const wire::Changes &frame);
    void acknowledge(Effects &effects);

    Effects finish(Effects effects);
    SyncStatus describe();
    std::optional<Milliseconds> nextWake() const;

    Rng &m_rng;
    Start m_known; ///< What is durable, always.
    bool m_running = false;
    Link m_link = Link::None;
    SyncStatus m_status;
    Backoff m_backoff;
    SyncStatus::Reason m_reason = SyncStatus::Reason::None;

    int m_unread = 0; ///< Links in a row that ended with something unreadable from m_unreadAt on.
    wire::Position m_unreadAt;
    bool m_beginAnew = false;             ///< The next hello has nothing, and is given everything.
    std::optional<Milliseconds> m_anewAt; ///< When everything was last to be fetched anew because of it.

    std::optional<Milliseconds> m_retryAt;
    std::optional<Milliseconds> m_handshakeBy;
    std::optional<Milliseconds> m_answerBy; ///< Anything has to be heard by then.
    Milliseconds m_openedAt{0};             ///< When the link was, for one that has opened.
    Milliseconds m_heardAt{0};
    Milliseconds m_beatAt{0};

    std::int64_t m_received = 0; ///< Everything up to this seq is durable or under way to the files.
    std::int64_t m_head = 0;
    std::int64_t m_startedAt = 0; ///< Seq at the start of the session, for progress.
    std::deque<Underway> m_underway;
    bool m_openWhenStored = false;
    bool m_renumberDue = false;
    CommandWindow m_commands;
    int m_loadsAsked = 0; ///< Only the answer to the newest one counts.
    std::optional<model::AttachmentId> m_fileAsked;
    std::optional<Milliseconds> m_fileAt; ///< When one that failed is asked for again.
    Milliseconds m_fileWait = kFirstHttpRetry;

    std::int64_t m_toGrant = 0;
    std::optional<Milliseconds> m_ackBy;

    wire::Features m_hub;
    std::optional<model::Agent> m_self; ///< As the hub has told of them last.
    std::int64_t m_rights = 0;          ///< Version of the agent that the hub has told of last.
    bool m_pageAsked = false;
    std::optional<TimePoint> m_levelAt;   ///< Of when the position is; what is still being fetched may be missing.
    bool m_pageStale = false;             ///< What is asked for belongs to a bootstrap that another one has replaced.
    std::optional<Milliseconds> m_pageAt; ///< When a page that failed is asked for again.
    Milliseconds m_pageWait = kFirstHttpRetry;
    int m_pagesUnread = 0; ///< In a row.
    std::int64_t m_pagesDone = 0, m_pagesTotal = 0;
    bool m_wasLive = false;
};

} // namespace tributary::engine
