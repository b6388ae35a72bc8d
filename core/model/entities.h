#pragma once

#include "core/base/time.h"
#include "core/model/ids.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// What a support desk is made of. Plain values: copy them freely, hold them on any thread.
///
/// `version` is the hub's seq that last changed the entity; 0 until the hub has confirmed it. All text is valid UTF-8.
namespace tributary::model {

enum class Channel {
    Email,
    WebChat,
    WhatsApp,
    Messenger,
    Instagram,
    Telegram,
    WeChat,
    Sms,
    Phone,
    Line,
    X,
    Api,
};

/// A person. Other customers may have been merged into this one by links: see CustomerLink.
struct Customer {
    CustomerId id;
    std::string name;     ///< As shown; empty while nobody has said it.
    std::string note;     ///< One line agents keep about the person.
    std::string language; ///< BCP 47, empty if unknown.
    std::map<std::string, std::string> attributes;
    std::vector<std::string> tags;
    bool blocked = false;
    TimePoint createdAt;
    std::int64_t version = 0;

    friend bool operator==(const Customer &, const Customer &) = default;
};

/// An address, number or handle on one channel. Items belong to their Identity for ever; the Identity has a home Customer.
struct Identity {
    IdentityId id;
    CustomerId customer;
    Channel channel = Channel::Email;
    ChannelAccountId account; ///< Set where the address means something for that account alone (platform-scoped ids).
    std::string address;      ///< Normalised: compare this.
    std::string shown;        ///< As the person writes it.
    std::string name;         ///< The name the channel gave.
    bool verified = false;    ///< Proven, not claimed: mail that arrived from it, an identity signed by the shop ...
    std::string problem;      ///< Why nothing can be sent to it, in words; empty if it can.
    TimePoint lastUsedAt;
    std::int64_t version = 0;

    friend bool operator==(const Identity &, const Identity &) = default;
};

/// A merge: everything of `from` is shown with `into`. Ending the link undoes it exactly.
struct CustomerLink {
    CustomerLinkId id;
    CustomerId from;
    CustomerId into;
    std::string evidence;      ///< Why, in words.
    std::optional<AgentId> by; ///< Nobody: linked on verified evidence.
    TimePoint at;
    std::optional<TimePoint> endedAt;
    std::optional<AgentId> endedBy;
    std::int64_t version = 0;

    friend bool operator==(const CustomerLink &, const CustomerLink &) = default;
};

/// Two customers that may be one person, and why.
struct Suggestion {
    enum class Reason { TypedEmail, SamePhone, SameName };
    enum class State { Open, Linked, Dismissed };
    SuggestionId id;
    CustomerId customer; ///< Would join ...
    CustomerId other;    ///< ... this one.
    Reason reason = Reason::TypedEmail;
    std::string evidence; ///< The address, number or name both have.
    State state = State::Open;
    TimePoint at;
    std::int64_t version = 0;

    friend bool operator==(const Suggestion &, const Suggestion &) = default;
};

/// One of our own addresses: a mailbox, page, number, bot or widget.
struct ChannelAccount {
    enum class Health { Starting, Healthy, Slow, NeedsAttention, NotWorking, Paused };
    ChannelAccountId id;
    Channel channel = Channel::Email;
    std::string name;
    std::string address; ///< What customers write to: `help@shop.example`, a phone number, a site.
    Health health = Health::Starting;
    std::string
        problem; ///< Kind of what is wrong, for translation: `auth`, `certificate`, `unreachable` ...; empty if nothing.
    std::string problemText; ///< What is wrong and what to do, in a sentence.
    std::optional<TimePoint> problemSince;
    std::int64_t backfillDone = 0;  ///< Messages fetched of the first back-fill ...
    std::int64_t backfillTotal = 0; ///< ... of so many; 0 when it is over.
    std::int64_t defects = 0;       ///< Payloads kept that could not be understood in full.
    std::int64_t undoSeconds = 0;   ///< How long a message waits for its author's second thoughts.
    bool removed = false;
    std::int64_t version = 0;

    friend bool operator==(const ChannelAccount &, const ChannelAccount &) = default;
};

struct Agent {
    enum class Role { Agent, Lead, Admin };
    AgentId id;
    std::string email;
    std::string name;
    Role role = Role::Agent;
    std::vector<TeamId> teams;
    bool active = true;
    std::int64_t version = 0;

    friend bool operator==(const Agent &, const Agent &) = default;
};

struct Team {
    TeamId id;
    std::string name;
    std::int64_t version = 0;

    friend bool operator==(const Team &, const Team &) = default;
};

/// A unit of work inside a customer's timeline.
struct Conversation {
    enum class Status { Open, Waiting, Snoozed, Resolved };
    enum class Priority { Low, Normal, High, Urgent };
    ConversationId id;
    std::int64_t number = 0; ///< Short number for people: `#8841`. 0 until the hub has given one.
    CustomerId customer;     ///< Home customer of the identity it began with.
    IdentityId identity;
    ChannelAccountId account;
    Channel channel = Channel::Email;
    std::string subject;
    Status status = Status::Open;
    std::optional<TimePoint> snoozedUntil; ///< Absent while snoozed: until the customer writes.
    std::optional<TimePoint> resolvedAt;
    std::optional<AgentId> assignee;
    std::optional<TeamId> team;
    Priority priority = Priority::Normal;
    std::vector<std::string> tags; ///< Sorted, each once.
    TimePoint createdAt;
    TimePoint lastItemAt;                  ///< Of the newest message or note: the order of lists.
    std::string preview;                   ///< One line of the newest message.
    bool previewOutbound = false;          ///< The newest message is ours.
    std::optional<TimePoint> waitingSince; ///< The customer's oldest message nobody has answered.
    std::int64_t inboundCount = 0;         ///< Messages from the customer, ever; with ReadMark it gives the unread count.
    std::int64_t version = 0;

    friend bool operator==(const Conversation &, const Conversation &) = default;
};

struct Attachment {
    enum class State { Pending, Available, TooLarge, Failed };
    AttachmentId id;
    std::string name;
    std::string mediaType; ///< Sniffed from the content, not as the sender claimed.
    std::int64_t sizeBytes = 0;
    std::string sha256;    ///< Hex; the blob's name in the store. Knowing it gives no right to the content.
    std::string contentId; ///< Of a picture shown inside the HTML (RFC 2392), without brackets.
    bool isInline = false;
    std::int64_t width = 0, height = 0; ///< Pixels of a picture, 0 if unknown.
    State state = State::Available;

    friend bool operator==(const Attachment &, const Attachment &) = default;
};

/// How far an outgoing message has come. States only rise, except that `failed` is final.
struct Delivery {
    enum class State { Held, Queued, Sending, Sent, Delivered, Read, Failed, Uncertain };
    State state = State::Queued;
    std::string problem;     ///< Kind: `recipient`, `auth`, `too-large`, `unreachable`, `bounced` ...
    std::string problemText; ///< In a sentence.
    TimePoint at;            ///< When this state was reached.
    std::optional<TimePoint> heldUntil;
    std::int64_t attempts = 0;

    friend bool operator==(const Delivery &, const Delivery &) = default;
};

/// One entry of a timeline: something said, noted or done.
struct TimelineItem {
    enum class Kind { Inbound, Outbound, Note, Event, Call, Order, Payment, Form, Rating, Comment };
    TimelineItemId id;
    ConversationId conversation;
    CustomerId customer; ///< Home customer of the identity.
    IdentityId identity;
    ChannelAccountId account;
    Channel channel = Channel::Email;
    Kind kind = Kind::Event;
    std::optional<AgentId> author; ///< Of what an agent did; absent for customers and machines.
    std::string authorName;        ///< As it was known then.
    TimePoint at;                  ///< Arrival, or the platform's own time of the event.
    std::string subject;
    std::string body; ///< Plain text, never HTML.
    std::string html; ///< Cleaned to the safe subset; empty if there was none.
    std::vector<Attachment> attachments;
    std::optional<Delivery> delivery; ///< Outbound only.
    std::optional<TimelineItemId> inReplyTo;
    bool automatic = false; ///< Made by a machine (RFC 3834 and the like): never answered by one.
    bool deleted = false;   ///< Withdrawn by its sender.
    std::optional<TimePoint> editedAt;
    /// What only this kind has. Email: `from`, `to`, `cc`, `messageId`, `defects`. Any message: `story` (the picture of the
    /// story it answers), `reactions` (`emoji by`, parted by `;`). Event: `event` (its type) and its values: `by`, `from`,
    /// `to`, `until_ms`, `added`, `rule`, `assigned`, `priority`, `channel`, `address`, `items`, `code`, `why`, `service`,
    /// `problem`. Call: `direction`, `durationMs`, `outcome` (`answered`, `missed`, `voicemail`), `transcript`. Order:
    /// `number`, `status`, `items`, `total`, `courier`, `tracking`, `steps` (names parted by `;`), `stepsDone` (how many of
    /// them). Payment: `number`, `status`, `amount`, `method`. Form: `form`, and one entry a field of the form, by its
    /// label. Rating: `score` of `scale`. Imported calls, orders, payments, forms, ratings, comments: `direction` (`in`,
    /// `out`, `internal`).
    std::map<std::string, std::string> details;
    std::int64_t version = 0;

    friend bool operator==(const TimelineItem &, const TimelineItem &) = default;
};

/// How far an agent has read a conversation. Merged by maximum.
struct ReadMark {
    AgentId agent;
    ConversationId conversation;
    std::int64_t readCount = 0; ///< Conversation::inboundCount when it was last seen.
    std::int64_t version = 0;

    friend bool operator==(const ReadMark &, const ReadMark &) = default;
};

/// Everything that is synced. The order of the alternatives is the order of EntityType.
using Entity = std::variant<Customer, Identity, CustomerLink, Suggestion, ChannelAccount, Agent, Team, Conversation,
                            TimelineItem, ReadMark>;
enum class EntityType {
    Customer,
    Identity,
    CustomerLink,
    Suggestion,
    ChannelAccount,
    Agent,
    Team,
    Conversation,
    TimelineItem,
    ReadMark,
};

inline EntityType typeOf(const Entity &entity)
{
    return EntityType(entity.index());
}

/// The key of an entity in the log and on the wire: its id, or for a ReadMark a digest of its two ids.
RawId keyOf(const Entity &entity);
std::int64_t versionOf(const Entity &entity);
void setVersion(Entity &entity, std::int64_t version);

} // namespace tributary::model
