#pragma once

#include "core/model/commands.h"
#include "core/model/history.h"
#include "core/wire/cbor.h"

#include <array>

/// The live frames between desktop and hub (DESIGN 6). One frame is one binary WebSocket message: a byte that says how the
/// rest is packed (0 plain, 1 zstd), then a CBOR map with the frame's name under `frame`. Unknown frames and fields are
/// ignored; what is not understood of a row is kept as it was said (Unread).
namespace tributary::wire {

inline constexpr std::size_t kMaxFrameBytes = 64 * 1024;       ///< On the wire.
inline constexpr std::size_t kMaxPlainBytes = 4 * 1024 * 1024; ///< After unpacking.
/// What a desktop takes of its hub on the wire. No row that is written today needs more than kMaxFrameBytes; one that an
/// earlier hub has let in must not end the link of everybody who is to have it, each time that they come back.
inline constexpr std::size_t kMaxFromHub = kMaxPlainBytes;
/// Of a command before packing: what it makes, and the event that tells of it, go out in live frames, and may not be what
/// packing makes smaller.
inline constexpr std::size_t kMaxCommandBytes = 40 * 1024;
/// Of what a desktop says, after unpacking. Above: garbage.
inline constexpr std::size_t kMaxPlainFromDesktop = 256 * 1024;
inline constexpr std::size_t kCompressFrom = 1024; ///< Smaller frames travel plain.
inline constexpr std::string_view kSubProtocol = "tributary.1";

using Epoch = std::array<std::byte, 16>;
using Chain = std::array<std::byte, 16>; ///< Rolling hash over the log up to a seq.

/// Where a copy stands in the hub's history.
struct Position {
    Epoch epoch{};
    std::int64_t seq = 0;
    Chain chain{};
    friend bool operator==(const Position &, const Position &) = default;
};

/// desktop -> hub: who this is and what it has.
struct Hello {
    std::vector<std::string> features; ///< What it can do: core/wire/features.h.
    std::string token;
    Position position; ///< A null epoch: nothing yet.
    model::ClientId client;
    std::int64_t lastN = 0; ///< The last of its own commands that it knows the outcome of.
    /// Pages have brought rows of up to here, which lies ahead of `position`: a hub that has gone back to between the two
    /// has other rows under those numbers. Absent: there are none.
    std::optional<Position> ahead;
    bool unheard = false; ///< It has begun anew, and was not told all of who was erased.
    friend bool operator==(const Hello &, const Hello &) = default;
};

/// hub -> desktop: the session is open.
struct Welcome {
    std::vector<std::string> features;
    model::Agent agent;
    std::string workspace;
    TimePoint serverTime;
    Position head;
    bool resync = false;    ///< The desktop's copy cannot be continued: bootstrap again.
    std::string reason;     ///< Why: `new`, `epoch`, `fork`, `horizon`.
    std::int64_t lastN = 0; ///< Last of the client's commands the hub has applied; later ones are sent again.
    /// With a resync: what came back of the client's commands after hello's lastN, for the stream goes on behind it.
    std::vector<model::Outcome> outcomes;
    /// With a resync: the stream goes on from here, so that many who begin anew may share pages; absent: from the head.
    std::optional<Position> start;
    friend bool operator==(const Welcome &, const Welcome &) = default;
};

/// A thing that left this desktop's sight, or was deleted.
struct Removal {
    model::EntityType type = model::EntityType::Customer;
    RawId key{};
    std::int64_t version = 0;
    friend bool operator==(const Removal &, const Removal &) = default;
};

/// Something about a row that this program does not understand, or not all of, kept as it was said: a newer program reads it
/// again (ENGINE 40). Never sent, only found.
struct Unread {
    std::int64_t type = 0; ///< As EntityType, or beyond it.
    RawId key{};           ///< Of a type that is not known: what its rows have as `id`.
    std::int64_t version = 0;
    Bytes entity; ///< CBOR, as wire::entityFrom() takes it; empty: it was removed.
    friend bool operator==(const Unread &, const Unread &) = default;
};

/// hub -> desktop: everything this desktop may see of (from, to]. Also empty, so that silence is never mistaken for news.
struct Changes {
    std::int64_t from = 0;
    std::int64_t to = 0;
    Chain chain{};                   ///< At `to`.
    std::int64_t head = 0;           ///< Of the hub, for progress; at least `to`.
    std::vector<model::Entity> rows; ///< Full after-images.
    std::vector<Removal> removals;
    std::vector<model::Outcome> outcomes; ///< Of this client's own commands, in order of n.
    std::int64_t lastN = 0;               ///< Of the client's commands, after this frame; 0: it tells of none.
    TimePoint serverTime;
    /// This agent may see more than before: fetch it, beginning with this page of the bootstrap.
    std::optional<std::string> bootstrap;
    std::vector<Unread> unread;
    /// Conversations that were erased, whether this desktop saw them to the last or not: it forgets what it has written
    /// there. Their removals may have come with an earlier frame. Behind a welcome that has it begin anew, and where
    /// its hello says that this was cut off: all there ever were, with the removals of whose they were. Of a hub that does
    /// not name `tells_erased` always empty.
    std::vector<model::ConversationId> erased;
    friend bool operator==(const Changes &, const Changes &) = default;
};
/// Whether it is one of those that come first behind a welcome: the first that is none says that all was told.
bool onlyTellsErased(const Changes &changes);

/// desktop -> hub: it will take so many more bytes, and has durably applied everything up to seq.
struct Credit {
    std::int64_t bytes = 0;
    std::int64_t seq = 0;
    friend bool operator==(const Credit &, const Credit &) = default;
};

/// desktop -> hub.
struct CommandFrame {
    model::Command command;
    friend bool operator==(const CommandFrame &, const CommandFrame &) = default;
};

/// desktop -> hub: give me older history of a customer (all that is merged into it), before (at, id), newest first.
struct Fetch {
    std::int64_t request = 0; ///< Chosen by the desktop, repeated in the answer.
    model::CustomerId customer;
    TimePoint beforeAt;
    model::TimelineItemId beforeId;
    std::int64_t count = 0;                 ///< At most 200.
    std::optional<model::HistoryKey> after; ///< Nothing older than this is wanted.
    friend bool operator==(const Fetch &, const Fetch &) = default;
};

/// hub -> desktop: the answer to a Fetch.
struct Page {
    std::int64_t request = 0;
    std::vector<model::Entity> rows;
    bool complete = false;   ///< There is nothing older.
    std::int64_t rights = 0; ///< As in BootstrapPage.
    /// The rows are all there is from here up to where the Fetch began. Absent: from the first item ever if `complete`, else
    /// from the oldest row.
    std::optional<model::HistoryKey> from;
    std::vector<model::CustomerId> customers; ///< Whose items: all that make up the person. Empty: the one of the Fetch.
    std::vector<Unread> unread;
    std::optional<Position> head; ///< As in BootstrapPage.
    friend bool operator==(const Page &, const Page &) = default;
};

/// Both ways; kept in memory alone and forgotten by the receiver after its time.
struct Presence {
    enum class Kind { Gone, Viewing, Typing };
    Kind kind = Kind::Viewing;
    model::ConversationId conversation;
    model::AgentId agent; ///< Filled in by the hub; null: the customer.
    /// What is being typed: by a visitor, where the channel shows it, or by an agent who shares drafts. Else empty.
    std::string text;
    static constexpr std::size_t kMostText = 4'000;
    friend bool operator==(const Presence &, const Presence &) = default;
};

/// Both ways, every 15 s; 45 s without any frame is a dead link.
struct Beat {
    std::int64_t ms = 0; ///< Sender's clock, repeated by nobody.
    friend bool operator==(const Beat &, const Beat &) = default;
};

/// hub -> desktop, before it closes: why, and when to come back.
struct Goodbye {
    std::string reason; ///< `denied`, `other-history`, `revoked`, `garbage`, `stopping`, `stalled`, `forked`.
    std::string text;
    std::int64_t retryAfterMs = 0;
    friend bool operator==(const Goodbye &, const Goodbye &) = default;
};

using Frame = std::variant<Hello, Welcome, Changes, Credit, CommandFrame, Fetch, Page, Presence, Beat, Goodbye>;

/// Packs a frame into the bytes of one WebSocket message. Frames that carry a token are never compressed.
Bytes pack(const Frame &frame);
/// Refuses what is too large, damaged, or no frame; nothing is allocated beyond the declared limits.
/// An unknown frame is an empty optional: a newer program may say more than this one understands.
Result<std::optional<Frame>> unpack(ByteView message, std::size_t maxWire = kMaxFrameBytes,
                                    std::size_t maxPlain = kMaxPlainBytes);
/// How large a command is before packing.
std::size_t plainSize(const model::Command &command);

/// A page of a bootstrap or an export over HTTP: the same packing, without a frame's limits on the wire.
struct BootstrapPage {
    /// All of a customer's timeline from a place on has come, with this page.
    struct Covered {
        model::CustomerId customer;
        model::HistoryKey from;
        friend bool operator==(const Covered &, const Covered &) = default;
    };
    Position start; ///< Where the head was when the first page was read.
    std::vector<model::Entity> rows;
    std::string next;        ///< Ask for this next; empty: complete.
    std::int64_t done = 0;   ///< Rows so far, and ...
    std::int64_t total = 0;  ///< ... about how many there are, for progress.
    std::int64_t rights = 0; ///< Version of the agent by whose rights it was read: older ones than known are not taken.
    std::optional<model::HistoryKey> since; ///< All timelines from here on have come, with this page.
    std::vector<Covered> covered;           ///< More than that, of some.
    std::vector<Unread> unread;
    std::optional<Position> head; ///< Where it was when this page was read. Absent: of an older hub.
    friend bool operator==(const BootstrapPage &, const BootstrapPage &) = default;
};
Bytes pack(const BootstrapPage &page);
/// A packed page with other `rights` than it was packed with: what is packed once for several is not unpacked for each.
Bytes stamped(ByteView page, std::int64_t rights);
/// Of pack(), or stamped().
Result<BootstrapPage> unpackPage(ByteView body);

} // namespace tributary::wire
