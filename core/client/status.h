#pragma once

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/client/certificate_problem.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace tributary::client {

/// How the copy on this computer stands to the hub: what the status bar and the banner say (UX 6.15).
struct Status {
    enum class State {
        Closed,    ///< No profile is open.
        SignedOut, ///< Nobody is signed in, or the hub no longer takes this device: see `reason`.
        Offline,   ///< Everything works on the copy; the next try is at `retryAt`.
        Connecting,
        CatchingUp, ///< Connected; `done` of about `total` rows are here. Never blocks anything.
        Live,
    };
    /// Why it is not Live.
    enum class Reason {
        None,
        Unreachable,  ///< No answer, or the link went silent.
        Denied,       ///< The password changed, the device was signed out, or the agent was switched off.
        OtherHistory, ///< It knows neither this device nor the history that is here: another hub, or one that lost it.
        Stopping,     ///< The hub said that it is going down.
        Garbage,      ///< What answers there is not a hub, or a broken one.
        Unreadable,   ///< It is a hub, and it says what is not understood here, again and again.
        Certificate,  ///< What answers there is not believed: see `certificate`. It hears nothing.
        Insecure,     ///< The address is not encrypted and not on this computer: refused.
    };
    /// What is wrong with this computer's own storage; shown above everything else.
    enum class Storage { Fine, DiskFull, Broken };

    State state = State::Closed;
    Reason reason = Reason::None;
    Storage storage = Storage::Fine;
    std::string unsafeDisk;                        ///< What the profile lies on, if files may be damaged there: "NFS".
    std::optional<TimePoint> retryAt;              ///< Offline: when the next try comes by itself.
    std::int64_t done = 0, total = 0;              ///< CatchingUp: rows; total 0 while unknown.
    std::optional<CertificateProblem> certificate; ///< With Reason::Certificate.
    std::optional<TimePoint> completeAsOf;         ///< The hub's time up to which this copy is complete.
    bool rebuilding = false;                       ///< The copy was damaged, and is being fetched again.
    std::int64_t outboxCount = 0;                  ///< Commands whose echo is not here yet, but for read marks.
    std::int64_t outboxPeak = 0;                   ///< How many a long outbox had when it was fullest; 0: it is short.
    std::int64_t needsYouCount = 0;                ///< Commands that came back to their author.
    std::int64_t waitingForNewer = 0;              ///< Commands of a newer program, which are kept until it is back.
    std::string workspace;                         ///< Its name.

    friend bool operator==(const Status &, const Status &) = default;
};

/// What came of comparing the copy with the hub, since the profile was opened.
struct CopyCheck {
    std::int64_t compared = 0;       ///< Times that it could be.
    std::int64_t repaired = 0;       ///< Rows that were missing, or other than the hub has them: there should be none.
    std::int64_t removed = 0;        ///< Rows that the hub does not have: nor of these.
    std::optional<TimePoint> lastAt; ///< When it was last compared.

    friend bool operator==(const CopyCheck &, const CopyCheck &) = default;
};

/// What was saved of a damaged journal.
struct JournalRescue {
    std::filesystem::path damaged; ///< The damaged file, as it was, under its new name.
    std::int64_t commands = 0;     ///< Things done that the hub has not confirmed: sent again.
    std::int64_t cameBack = 0;     ///< Things that wait for their author.
    std::int64_t drafts = 0;
    bool knowsHub = false; ///< Which hub, and who: nobody has to sign in again.
};

} // namespace tributary::client
