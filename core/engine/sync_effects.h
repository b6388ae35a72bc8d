#pragma once

#include "core/wire/seam.h"

#include <optional>
#include <variant>

namespace tributary::engine {

/// Begin anew: empty the copy, keep the journal, stand at `position` with a bootstrap to be done.
struct Resync {
    wire::Position position; ///< At the hub's head, or somewhat before: the live stream goes on from here.
    model::Agent agent;
    std::string workspace;
    std::int64_t lastN = 0;               ///< Own commands up to here are in what the bootstrap will bring.
    std::string reason;                   ///< `new`, `epoch`, `fork`, `horizon`.
    std::vector<model::Outcome> outcomes; ///< Of those, what the copy does not know of: see Welcome.
    friend bool operator==(const Resync &, const Resync &) = default;
};

/// A page of the bootstrap, taken together with the token of the next one; empty: it was the last.
struct StorePage {
    wire::BootstrapPage page;
    friend bool operator==(const StorePage &, const StorePage &) = default;
};

/// A new client id and numbering for what the hub has not applied.
struct RenumberJournal {
    friend bool operator==(const RenumberJournal &, const RenumberJournal &) = default;
};

/// The next things to do with the files, strictly in this order, each in one transaction and each answered once by stored(),
/// renumbered() or storeFailed().
using StoreStep = std::variant<Resync, wire::Changes, StorePage, RenumberJournal>;

/// What the adapter is to do. Everything in it is a value; nothing waits.
struct Effects {
    bool openLink = false;
    bool abortLink = false; ///< abort(), not close(): what is queued is worthless. Answered by no linkClosed() of its own.
    std::vector<wire::Frame> send;
    std::vector<StoreStep> store;
    std::optional<wire::Welcome> welcome;     ///< A session began: agent, rights and name of the workspace.
    std::optional<std::int64_t> loadCommands; ///< Answer with the journal's commands beyond this n: commandsLoaded().
    std::optional<std::string> askPage;       ///< The bootstrap page of this token: pageArrived() or pageFailed().
    std::optional<wire::Seam> seam;           ///< With askPage: said to the hub with it.
    /// A command waits until the hub has this file: fileArrived() or fileFailed(), unless the session ends before.
    std::optional<model::Attachment> askFile;
    std::vector<wire::Page> pages; ///< Answers to fetches.
    std::vector<wire::Presence> presence;
    std::optional<Milliseconds> wakeAt; ///< Call timeReached() then, by Clock::steady(). The latest one counts.
    bool statusChanged = false;
};

/// How the copy stands to the hub.
struct SyncStatus {
    enum class State { Stopped, Waiting, Connecting, CatchingUp, Live };
    /// OtherHistory: it is another hub, or one that has lost what it had. Garbage: what answers there makes no sense.
    /// Unreadable: again and again, also after everything was to be fetched anew.
    enum class Reason { None, Unreachable, Denied, OtherHistory, Stopping, Garbage, Unreadable, Storage };
    State state = State::Stopped;
    Reason reason = Reason::None;
    std::optional<Milliseconds> retryAt;   ///< Waiting: by Clock::steady().
    std::int64_t done = 0, total = 0;      ///< CatchingUp, rows or seqs; total 0 while unknown.
    std::optional<TimePoint> completeAsOf; ///< The hub's time.
    std::int64_t garbage = 0;              ///< Frames that made no sense, since the start.
    friend bool operator==(const SyncStatus &, const SyncStatus &) = default;
};

} // namespace tributary::engine
