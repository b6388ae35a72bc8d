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
    std::map<std::string, std::string>
        attributes;                ///< By FieldDefinition::key; what no definition names came with an import.
    std::vector<std::string> tags; ///< Sorted, each once.
    bool blocked = false;          ///< What they write is kept, and reaches no queue; nothing is sent to them.
    TimePoint createdAt;
    std::int64_t version = 0;
    std::optional<CompanyId> company;
    bool spam = false; ///< Blocked because what they write is rubbish.
    /// Of several addresses on one channel the one to write to first: by the channel's name the id of an identity, as text.
    /// One that is no longer theirs says nothing: see preferredOn().
    std::map<std::string, std::string> preferred;

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
    TimePoint lastUsedAt;     ///< When the person last wrote from it; the epoch: never.
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
    /// What `into` had in fields that were taken from `from`, by their names (`name`, `note`, `language`, `company`,
    /// `field.<key>`): ending the link puts it back where it has not been changed since.
    std::map<std::string, std::string> replaced;
    /// Whom `from` was merged into, where that one has been merged on since: `into` is always the root, and ending that
    /// later merge leads here again.
    std::optional<CustomerId> first;

    friend bool operator==(const CustomerLink &, const CustomerLink &) = default;
};

/// Two customers that may be one person, and why.
struct Suggestion {
    enum class Reason { TypedEmail, SamePhone, SameName, SameNameAndPostcode, NearAddress };
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
    /// A resolved conversation whose customer writes within so many days opens again; later begins a new one. 0: always a
    /// new one.
    std::int64_t reopenDays = kReopenDays;
    static constexpr std::int64_t kReopenDays = 14, kMostReopenDays = 365;
    std::optional<TeamId> team; ///< Whose its new conversations are; absent: nobody's in particular.
    std::string region;         ///< ISO 3166 (`AE`): whose numbers those without a country code are; empty: nobody has said.

    friend bool operator==(const ChannelAccount &, const ChannelAccount &) = default;
};

/// Which conversations somebody may see: those of their teams and of nobody in particular, of these only what is assigned to
/// them, or all.
enum class Visibility { Assigned, Teams, Everything };

struct Agent {
    enum class Role { Agent, Lead, Admin };
    AgentId id;
    std::string email;
    std::string name;
    Role role = Role::Agent; ///< What they may do unless there is a custom role: see permissions.h.
    std::vector<TeamId> teams;
    bool active = true;
    std::int64_t version = 0;
    std::optional<RoleId> customRole;
    /// The custom role's, written here by the hub whenever it changes: who may do what is decided from this row alone.
    std::vector<std::string> permissions;
    Visibility visibility = Visibility::Teams;
    std::vector<ChannelAccountId> accounts; ///< Only conversations of these; none: of all.
    std::int64_t capacity = 0;              ///< Open conversations that are given out to them; 0: any number.
    bool away = false;                      ///< Said so themselves: nothing is given out to them.
    std::vector<std::string> languages;     ///< BCP 47.

    friend bool operator==(const Agent &, const Agent &) = default;
};

struct Team {
    enum class Routing { ByHand, RoundRobin, LeastLoad };
    TeamId id;
    std::string name;
    std::int64_t version = 0;
    Routing routing = Routing::ByHand; ///< How new work finds its agent.
    std::int64_t returnMinutes = 0;    ///< Work goes back to the queue when its owner has been gone for so long; 0: never.

    friend bool operator==(const Team &, const Team &) = default;
};

/// A custom role: what its agents may do, by the names of permissions.h. A name that is not known here grants nothing.
struct Role {
    RoleId id;
    std::string name;
    std::vector<std::string> permissions; ///< Sorted, each once.
    Visibility visibility = Visibility::Teams;
    std::vector<ChannelAccountId> accounts; ///< As Agent::accounts.
    std::int64_t version = 0;

    friend bool operator==(const Role &, const Role &) = default;
};

/// A saved view: conversations that match all or any of its conditions.
struct SavedView {
    enum class Sharing { Private, Team, Everybody };
    enum class Sort { Newest, Oldest, LongestWaiting, Priority };
    /// One row of the editor. See views.h for which fields take which operators.
    struct Condition {
        std::string field;     ///< `status`, `assignee`, `team`, `channel`, `account`, `tag`, `priority`, `subject`,
                               ///< `customer_tag`, `waiting`, `last_item`, `created`, `custom_status`, `field.<key>`.
        std::string operation; ///< `is`, `is_not`, `contains`, `older_than`, `newer_than`, `is_set`, `is_not_set`.
        std::string value;     ///< An enumerator, an id as text, a word, or a time span in minutes. `me` in `assignee`.
        friend bool operator==(const Condition &, const Condition &) = default;
    };
    SavedViewId id;
    std::string name;
    AgentId owner;
    Sharing sharing = Sharing::Private;
    std::optional<TeamId> team; ///< Shared with.
    bool matchAny = false;      ///< Any of the conditions, not all.
    std::vector<Condition> conditions;
    Sort sort = Sort::Newest;
    std::int64_t position = 0; ///< In the sidebar.
    std::int64_t version = 0;
    /// What its rows show besides, in this order: names of views.h. Absent: nobody has chosen, or with a program that knew
    /// of none, and the tags are shown.
    std::optional<std::vector<std::string>> columns;

    friend bool operator==(const SavedView &, const SavedView &) = default;
};

/// Before the key of a custom field where it is named beside others.
inline constexpr std::string_view kFieldPrefix = "field.";

/// A custom field of conversations, customers or companies. Its values stand under `key`, which never changes.
struct FieldDefinition {
    enum class Subject { Conversation, Customer, Company };
    enum class Type { Text, Number, Date, Choice, Flag, Link };
    FieldDefinitionId id;
    Subject subject = Subject::Conversation;
    std::string key; ///< `confidential.` at its beginning: seen by those alone who may see such (masks.h).
    std::string name;
    Type type = Type::Text;
    std::vector<std::string> choices;
    std::int64_t position = 0;
    std::int64_t version = 0;

    friend bool operator==(const FieldDefinition &, const FieldDefinition &) = default;
};

/// A thing to do before a conversation is over.
struct ChecklistEntry {
    ChecklistEntryId id;
    std::string text;
    bool done = false;
    std::optional<AgentId> doneBy;
    friend bool operator==(const ChecklistEntry &, const ChecklistEntry &) = default;
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
    std::optional<CustomStatusId> customStatus; ///< Of the same `status`.
    std::map<std::string, std::string> fields;  ///< Custom ones, by FieldDefinition::key.
    std::vector<ChecklistEntry> checklist;      ///< In the order in which entries were made.
    std::optional<ConversationId> joinedInto;   ///< Joined: goes on in that one. Its items stay its own.
    std::optional<ConversationId> parent;       ///< A side conversation with a third party, on this one's timeline.
    std::vector<ConversationId> related;        ///< Sorted, each once; the other one names this one too.
    std::optional<AgentId> previewAuthor;       ///< Of `preview`, where an agent wrote it here.

    friend bool operator==(const Conversation &, const Conversation &) = default;
};

/// A status of a workspace's own, which counts as one of the four.
struct CustomStatus {
    CustomStatusId id;
    std::string name;
    Conversation::Status status = Conversation::Status::Open;
    std::int64_t position = 0;
    std::int64_t version = 0;

    friend bool operator==(const CustomStatus &, const CustomStatus &) = default;
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

/// The detail of a note that says which of those it mentions do not see its conversation and were not told: a name a line.
inline constexpr std::string_view kNotTold = "notTold";

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
    /// story it answers), `reactions` (`emoji by`, parted by `;`). Note: kNotTold. Event: `event` (its type) and its values:
    /// `by`, `from`, `to`, `until_ms`, `added`, `removed`, `rule`, `assigned`, `priority`, `channel`, `address`, `items`,
    /// `code`, `why`, `service`, `problem`, `field` (of a customer as CustomerLink::replaced names it), `link`, `purpose`,
    /// `source`. Call: `direction`, `durationMs`, `outcome` (`answered`, `missed`, `voicemail`), `transcript`. Order:
    /// `number`, `status`, `items`, `total`, `courier`, `tracking`, `steps` (names parted by `;`), `stepsDone` (how many of
    /// them). Payment: `number`, `status`, `amount`, `method`. Form: `form`, and one entry a field of the form, by its
    /// label. Rating: `score` of `scale`. Imported calls, orders, payments, forms, ratings, comments: `direction` (`in`,
    /// `out`, `internal`).
    std::map<std::string, std::string> details;
    std::int64_t version = 0;
    std::vector<AgentId> mentions; ///< Whom a note asks to look.
    /// The hub's seq at which it was first said. Its version rises with every receipt; this stays, and tells what somebody
    /// who writes has not read yet. 0: not known, as old as the version says.
    std::int64_t saidSeq = 0;

    friend bool operator==(const TimelineItem &, const TimelineItem &) = default;
};

/// What one agent has with a conversation: how far it was read (merged by maximum), whether they follow it, and whether a
/// colleague has asked them to look.
struct ReadMark {
    AgentId agent;
    ConversationId conversation;
    std::int64_t readCount = 0; ///< Conversation::inboundCount when it was last seen.
    std::int64_t version = 0;
    bool following = false;
    std::optional<TimePoint> mentionedAt;   ///< The newest mention.
    std::optional<TimePoint> mentionSeenAt; ///< When they had last looked at mentions.

    friend bool operator==(const ReadMark &, const ReadMark &) = default;
};

/// An organisation that customers belong to.
struct Company {
    CompanyId id;
    std::string name;
    std::vector<std::string> domains; ///< Of mail addresses, in lower case: a new customer with one belongs to it.
    std::string note;
    std::map<std::string, std::string> attributes;
    std::int64_t version = 0;
    /// It is shown nowhere, and whoever names it belongs to none. The row stays: taking that back gives it back with its
    /// people, however many they are.
    bool removed = false;

    friend bool operator==(const Company &, const Company &) = default;
};

/// What a customer has agreed to, or has withdrawn, on one channel for one purpose. The last word; what was said before
/// stands on the timeline.
struct Consent {
    enum class Purpose { Service, Marketing };
    ConsentId id; ///< See consentId().
    CustomerId customer;
    Channel channel = Channel::Email;
    Purpose purpose = Purpose::Service;
    bool granted = false;
    std::string source; ///< Where it was said, in words: "order form", "by phone".
    TimePoint at;
    std::optional<AgentId> by; ///< Who has recorded it; nobody: the customer did.
    std::int64_t version = 0;

    friend bool operator==(const Consent &, const Consent &) = default;
};
/// One row for each customer, channel and purpose, whoever records it first.
ConsentId consentId(CustomerId customer, Channel channel, Consent::Purpose purpose);

/// Everything that is synced. The order of the alternatives is the order of EntityType.
using Entity = std::variant<Customer, Identity, CustomerLink, Suggestion, ChannelAccount, Agent, Team, Conversation,
                            TimelineItem, ReadMark, Role, SavedView, FieldDefinition, CustomStatus, Company, Consent>;
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
    Role,
    SavedView,
    FieldDefinition,
    CustomStatus,
    Company,
    Consent,
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
