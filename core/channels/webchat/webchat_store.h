#pragma once

#include "core/base/digest.h"
#include "core/base/result.h"
#include "core/channels/channel_driver.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

/// What the web chat needs of the hub beyond DriverHost. Implemented by the hub over its database, by tests in memory.
namespace tributary::channels::webchat {

/// One person at one browser, or, once proven, one person at several.
struct Visitor {
    std::string id;    ///< Public: the address of the visitor's Identity (scoped to the account).
    std::string name;  ///< As typed, or as signed by the shop.
    std::string email; ///< Normalised. Proven only if `emailProven`; otherwise a claim.
    bool emailProven = false;
    std::string identifier; ///< The shop's id of the person, proven; empty while anonymous.
    bool blocked = false;
    /// Changes when numbers may have been given out anew (a restored backup): what a browser remembers is then void.
    std::string epoch;
    std::int64_t last = 0;      ///< Number of the newest event.
    std::int64_t got = 0;       ///< A browser of the visitor's has events up to here ...
    std::int64_t read = 0;      ///< ... who has seen them up to here ...
    std::int64_t delivered = 0; ///< ... agents' desktops have events up to here ...
    std::int64_t seen = 0;      ///< ... and an agent has looked at them up to here.

    friend bool operator==(const Visitor &, const Visitor &) = default;
};

/// One numbered entry of what a visitor sees: a message in or out, never a note or an internal event.
struct ChatEvent {
    std::int64_t n = 0;       ///< From 1, without holes, in order; given once and kept for ever.
    std::string clientId;     ///< The visitor's own id of a message in.
    model::TimelineItem item; ///< Kind Inbound or Outbound. Withdrawn ones come with `deleted` and without content.

    friend bool operator==(const ChatEvent &, const ChatEvent &) = default;
};

struct StoredFile {
    std::string name;
    std::string mediaType;
    std::int64_t sizeBytes = 0;
    std::string sha256;                         ///< Hex; the validator of ranges and caches.
    std::filesystem::path path;                 ///< Either a file to send ...
    std::shared_ptr<const std::string> content; ///< ... or the bytes.
};

/// Every call returns at once and calls @p done exactly once, from any thread, also before returning. Every change is
/// durable when @p done says so. NotFound stands also for what belongs to somebody else: nobody learns that it exists.
class WebChatStore {
public:
    template<class T>
    using Done = std::function<void(Result<T>)>;

    virtual ~WebChatStore() = default;

    virtual void createVisitor(const std::string &id, const Sha256 &tokenHash, Done<Visitor> done) = 0;
    /// NotFound: no such token, or revoked.
    virtual void findVisitor(const Sha256 &tokenHash, Done<Visitor> done) = 0;
    /// Whether findVisitor() may find somebody, at once: for what is decided before a body is read. On one thread alone.
    /// True where that cannot be told.
    virtual bool mayFindVisitor(const Sha256 &tokenHash) = 0;
    virtual void revokeToken(const Sha256 &tokenHash, Done<bool> done) = 0;

    /// Notes what a visitor says of itself. A proven name or address stays as it is.
    virtual void saveClaims(const std::string &visitor, const std::string &name, const std::string &email,
                            Done<Visitor> done) = 0;
    /// Binds a proof, in one transaction: @p oldToken ends and @p newToken begins. If nobody had the identifier, it becomes
    /// this visitor's. If another visitor of the account has it, the new token is that visitor's, whose log gets the events
    /// of this one appended in order, and what is later sent to this one's id goes to that one. The result is whose token it
    /// now is. A visitor who already has another identifier keeps its own log and the token moves on without it.
    virtual void bindProof(const std::string &visitor, const std::string &identifier, const std::string &email,
                           const std::string &name, const Sha256 &oldToken, const Sha256 &newToken, Done<Visitor> done) = 0;

    struct Appended {
        std::string visitor; ///< Whose log it is in: another than asked for after bindProof().
        ChatEvent event;
        bool wasThere = false;
    };
    /// Gives an item its number in the visitor's log; asked again for the same item, says the same number. Conflict: the
    /// item is in the log of somebody unrelated, or is no more. NotFound: no such visitor.
    virtual void append(const std::string &visitor, model::TimelineItemId item, const std::string &clientId,
                        Done<Appended> done) = 0;
    /// The event a message in became; nothing if it has not arrived yet.
    virtual void findByClientId(const std::string &visitor, const std::string &clientId,
                                Done<std::optional<ChatEvent>> done) = 0;
    /// Oldest first, with numbers above @p after, at most @p limit.
    virtual void eventsAfter(const std::string &visitor, std::int64_t after, std::size_t limit,
                             Done<std::vector<ChatEvent>> done) = 0;
    /// Oldest first: the @p limit newest with numbers below @p before.
    virtual void eventsBefore(const std::string &visitor, std::int64_t before, std::size_t limit,
                              Done<std::vector<ChatEvent>> done) = 0;

    struct Marked {
        std::int64_t got = 0, read = 0;
        std::vector<model::TimelineItemId> arrived; ///< Outbound items newly at the visitor's browser ...
        std::vector<model::TimelineItemId> looked;  ///< ... and newly looked at.
    };
    /// Merges by maximum; numbers beyond the newest event count as the newest.
    virtual void markVisitor(const std::string &visitor, std::int64_t delivered, std::int64_t read, Done<Marked> done) = 0;

    /// Agents' marks: `delivered` and `seen` merge by maximum, numbers beyond the newest event count as the newest. The
    /// visitor, or who it has turned out to be, with its marks as they are now.
    virtual void markAgents(const std::string &visitor, std::int64_t delivered, std::int64_t seen, Done<Visitor> done) = 0;

    struct Uploaded {
        std::string id, mediaType;
    };
    /// Keeps a file that is to go with a message, for a day, and longer with its message. Its content says what it is
    /// (allowedTypeOf()), which takes a while: not on the caller's thread. @p network is where it comes from (networkKey()).
    /// Invalid: of no kind that may be sent. Rejected: this visitor, or that network, has sent more files ahead without a
    /// message than it may. Offline: too much to do just now.
    virtual void saveUpload(const std::string &visitor, const std::string &network, InboundAttachment file,
                            Done<Uploaded> done) = 0;
    /// The named uploads of this visitor, all or NotFound; without their content where that is not needed again. They stay:
    /// the message may have to be sent again.
    virtual void loadUploads(const std::string &visitor, const std::vector<std::string> &ids,
                             Done<std::vector<InboundAttachment>> done) = 0;
    /// An attachment of an event in this visitor's log.
    virtual void findFile(const std::string &visitor, const std::string &attachment, Done<StoredFile> done) = 0;
};

/// Hears what is not kept: for agents' presence displays. Must return at once.
class WebChatListener {
public:
    virtual ~WebChatListener() = default;
    /// Said again every few seconds while they type.
    virtual void visitorTyping(const std::string & /*visitor*/, bool /*typing*/) {}
    /// @p page is where the visitor is, as far as it says; empty when gone.
    virtual void visitorPresent(const std::string & /*visitor*/, bool /*present*/, const std::string & /*page*/) {}
};

} // namespace tributary::channels::webchat
