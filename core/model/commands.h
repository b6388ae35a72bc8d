#pragma once

#include "core/model/entities.h"

#include <set>

/// Everything a person does, from one short list. A command says what was meant; the hub decides what comes of it.
namespace tributary::model {

/// Send a reply. The item's id is made by the desktop, so that it is born with its final name.
struct SendMessage {
    TimelineItemId item;
    ConversationId conversation;
    IdentityId to;
    ChannelAccountId from;
    std::string subject;
    std::string body;                    ///< Plain text.
    std::vector<std::string> cc;         ///< Email only.
    std::vector<Attachment> attachments; ///< At the hub before this is.
    std::optional<TimelineItemId> inReplyTo;
    bool resolveAfter = false;
    bool sendAnyway = false; ///< The author has seen what came in between and sends all the same.
    bool leaveFree = false;  ///< An unassigned conversation stays so; else its author takes it by answering.
    friend bool operator==(const SendMessage &, const SendMessage &) = default;
};
/// Take back a message that has not gone out yet, or a note of one's own; its text returns as a draft. Of an item that the
/// hub does not have it leaves nothing to do.
struct CancelMessage {
    TimelineItemId item;
    friend bool operator==(const CancelMessage &, const CancelMessage &) = default;
};
/// Try a failed or uncertain message once more, knowing that it may arrive twice.
struct RetryMessage {
    TimelineItemId item;
    friend bool operator==(const RetryMessage &, const RetryMessage &) = default;
};
struct AddNote {
    TimelineItemId item;
    ConversationId conversation;
    std::string body;
    std::vector<Attachment> attachments;
    std::vector<AgentId> mentions; ///< Whom it asks to look.
    friend bool operator==(const AddNote &, const AddNote &) = default;
};
/// Open, waiting or resolved; a snooze is a command of its own.
struct SetStatus {
    ConversationId conversation;
    Conversation::Status status = Conversation::Status::Open;
    friend bool operator==(const SetStatus &, const SetStatus &) = default;
};
struct Snooze {
    ConversationId conversation;
    std::optional<TimePoint> until; ///< Absent: until the customer writes.
    friend bool operator==(const Snooze &, const Snooze &) = default;
};
struct Assign {
    ConversationId conversation;
    std::optional<AgentId> assignee; ///< Absent: back to the queue.
    bool ifFree = false;             ///< Refuse when somebody else has it by now.
    friend bool operator==(const Assign &, const Assign &) = default;
};
/// Move to a team; who is in none of the conversation's teams sees it no more.
struct SetTeam {
    ConversationId conversation;
    std::optional<TeamId> team; ///< Absent: to nobody in particular.
    friend bool operator==(const SetTeam &, const SetTeam &) = default;
};
struct SetTags {
    ConversationId conversation;
    std::vector<std::string> add;
    std::vector<std::string> remove;
    friend bool operator==(const SetTags &, const SetTags &) = default;
};
struct SetPriority {
    ConversationId conversation;
    Conversation::Priority priority = Conversation::Priority::Normal;
    friend bool operator==(const SetPriority &, const SetPriority &) = default;
};
struct SetSubject {
    ConversationId conversation;
    std::string subject; ///< At most kMostBytes; the hub refuses more.
    static constexpr std::size_t kMostBytes = 1000;
    friend bool operator==(const SetSubject &, const SetSubject &) = default;
};
struct MarkRead {
    ConversationId conversation;
    std::int64_t readCount = 0;
    bool backwards = false; ///< "Mark unread from here": lowers the mark. Otherwise marks only rise.
    friend bool operator==(const MarkRead &, const MarkRead &) = default;
};
struct EditCustomer {
    CustomerId customer;
    std::string name;
    std::string note;
    friend bool operator==(const EditCustomer &, const EditCustomer &) = default;
};
struct LinkCustomers {
    CustomerLinkId link;
    CustomerId from;
    CustomerId into;
    std::string evidence;
    friend bool operator==(const LinkCustomers &, const LinkCustomers &) = default;
};
struct UnlinkCustomers {
    CustomerLinkId link;
    friend bool operator==(const UnlinkCustomers &, const UnlinkCustomers &) = default;
};
struct DismissSuggestion {
    SuggestionId suggestion;
    bool dismissed = true; ///< False takes it back.
    friend bool operator==(const DismissSuggestion &, const DismissSuggestion &) = default;
};

/// A status of the workspace's own, with the one of the four that it counts as.
struct SetCustomStatus {
    ConversationId conversation;
    std::optional<CustomStatusId> custom; ///< Absent: none any more; the conversation keeps its status.
    Conversation::Status status = Conversation::Status::Open;
    friend bool operator==(const SetCustomStatus &, const SetCustomStatus &) = default;
};
/// A custom field of a conversation.
struct SetField {
    ConversationId conversation;
    std::string key;
    std::string value; ///< Empty: nothing.
    friend bool operator==(const SetField &, const SetField &) = default;
};
/// Makes, changes or removes one entry of a checklist.
struct EditChecklist {
    ConversationId conversation;
    ChecklistEntryId entry; ///< Made by the desktop.
    std::string text;
    bool done = false;
    bool removed = false;
    friend bool operator==(const EditChecklist &, const EditChecklist &) = default;
};
struct Follow {
    ConversationId conversation;
    bool following = true;
    friend bool operator==(const Follow &, const Follow &) = default;
};
/// What others have asked its author to look at in this conversation has been looked at.
struct SeeMentions {
    ConversationId conversation;
    friend bool operator==(const SeeMentions &, const SeeMentions &) = default;
};
/// Two conversations of one person go on as one: what comes for the first continues the other.
struct JoinConversation {
    ConversationId conversation;
    ConversationId into;
    friend bool operator==(const JoinConversation &, const JoinConversation &) = default;
};
/// Takes a join back; the conversation is open again.
struct SeparateConversation {
    ConversationId conversation;
    friend bool operator==(const SeparateConversation &, const SeparateConversation &) = default;
};
/// Links two conversations of any people, both ways, or ends that.
struct RelateConversations {
    ConversationId conversation;
    ConversationId other;
    bool related = true;
    friend bool operator==(const RelateConversations &, const RelateConversations &) = default;
};
/// Moves items to another conversation of the same person. A conversation that is not there yet is made: a split.
struct MoveItems {
    ConversationId conversation; ///< Where they stand.
    ConversationId into;
    std::vector<TimelineItemId> items;
    std::string subject; ///< Of a conversation that is made.
    friend bool operator==(const MoveItems &, const MoveItems &) = default;
};
/// A conversation that we begin. With `parent` it is a side conversation: its items stand on the parent's timeline.
struct StartConversation {
    ConversationId conversation;
    ChannelAccountId account;
    IdentityId identity; ///< To whom; one that is not there yet is made of the address.
    std::string address; ///< As it was typed; the hub normalises it.
    std::string name;    ///< Of somebody not known yet.
    CustomerId customer; ///< Whose a new identity is; one that is not there yet is made.
    std::string subject;
    std::optional<ConversationId> parent;
    friend bool operator==(const StartConversation &, const StartConversation &) = default;
};
/// A merge with the fields that are taken from the one that joins.
struct MergeCustomers {
    CustomerLinkId link;
    CustomerId from;
    CustomerId into;
    std::string evidence;
    std::vector<std::string> taken; ///< As CustomerLink::replaced names them.
    std::int64_t fromVersion = 0;   ///< As its author saw them: who has changed since is looked at again.
    std::int64_t intoVersion = 0;
    friend bool operator==(const MergeCustomers &, const MergeCustomers &) = default;
};
/// Gives an identity, with all that it ever said, to another person; one who is not there yet is made.
struct MoveIdentity {
    IdentityId identity;
    CustomerId customer;
    friend bool operator==(const MoveIdentity &, const MoveIdentity &) = default;
};
struct AddCustomer {
    CustomerId customer;
    std::string name;
    friend bool operator==(const AddCustomer &, const AddCustomer &) = default;
};
/// An address that somebody has told us.
struct AddIdentity {
    IdentityId identity;
    CustomerId customer;
    Channel channel = Channel::Email;
    std::string address; ///< As it was typed; the hub normalises it.
    friend bool operator==(const AddIdentity &, const AddIdentity &) = default;
};
inline constexpr std::string_view kLanguageField = "language";
/// A field of a customer: a custom one by its key, or kLanguageField.
struct SetCustomerField {
    CustomerId customer;
    std::string key;
    std::string value; ///< Empty: nothing.
    friend bool operator==(const SetCustomerField &, const SetCustomerField &) = default;
};
struct SetCustomerTags {
    CustomerId customer;
    std::vector<std::string> add;
    std::vector<std::string> remove;
    friend bool operator==(const SetCustomerTags &, const SetCustomerTags &) = default;
};
struct SetCompany {
    CustomerId customer;
    std::optional<CompanyId> company;
    friend bool operator==(const SetCompany &, const SetCompany &) = default;
};
/// What a row of a file says of somebody. Whoever has one of its addresses by then is meant, and only what is empty of them
/// is filled; nobody has: they are made. A row is taken whole or not at all.
struct ImportedCustomer {
    struct Address {
        IdentityId identity; ///< Of one that is made.
        Channel channel = Channel::Email;
        std::string address; ///< As it is compared (model/addresses.h).
        friend bool operator==(const Address &, const Address &) = default;
    };
    CustomerId customer; ///< Of somebody who is made.
    std::string name;    ///< Empty: nobody has said it.
    std::string note;
    std::vector<Address> addresses;
    std::vector<std::string> tags;
    std::map<std::string, std::string> fields; ///< By FieldDefinition::key.
    std::string company;                       ///< By its name; one that is not there is made.
    CompanyId companyId;                       ///< Of a company that is made.
    friend bool operator==(const ImportedCustomer &, const ImportedCustomer &) = default;
};
inline constexpr std::size_t kMostRowsImported = 200; ///< In one command.
/// A part of a file of customers. Each row is decided for itself: see Outcome::refusedRows.
struct ImportCustomers {
    std::vector<ImportedCustomer> rows;
    friend bool operator==(const ImportCustomers &, const ImportCustomers &) = default;
};
/// Blocked on every channel, perhaps as spam; open conversations are resolved.
struct BlockCustomer {
    CustomerId customer;
    bool blocked = true;
    bool spam = false;
    friend bool operator==(const BlockCustomer &, const BlockCustomer &) = default;
};
struct SetConsent {
    CustomerId customer;
    Channel channel = Channel::Email;
    Consent::Purpose purpose = Consent::Purpose::Service;
    bool granted = false;
    std::string source;
    std::optional<TimePoint> saidAt; ///< When the customer said it; absent: as it is recorded.
    friend bool operator==(const SetConsent &, const SetConsent &) = default;
};
/// Makes or changes what a workspace is set up with. Whoever comes later has the last word, on the whole.
struct SaveCompany {
    Company company;
    friend bool operator==(const SaveCompany &, const SaveCompany &) = default;
};
struct SaveView {
    SavedView view;
    friend bool operator==(const SaveView &, const SaveView &) = default;
};
struct RemoveView {
    SavedViewId view;
    friend bool operator==(const RemoveView &, const RemoveView &) = default;
};
struct SaveFieldDefinition {
    FieldDefinition definition;
    friend bool operator==(const SaveFieldDefinition &, const SaveFieldDefinition &) = default;
};
struct RemoveFieldDefinition {
    FieldDefinitionId definition; ///< Values that were set stay, unseen.
    friend bool operator==(const RemoveFieldDefinition &, const RemoveFieldDefinition &) = default;
};
struct SaveCustomStatus {
    CustomStatus status;
    friend bool operator==(const SaveCustomStatus &, const SaveCustomStatus &) = default;
};
struct RemoveCustomStatus {
    CustomStatusId status;
    friend bool operator==(const RemoveCustomStatus &, const RemoveCustomStatus &) = default;
};
struct SaveRole {
    Role role;
    friend bool operator==(const SaveRole &, const SaveRole &) = default;
};
/// Its agents get what their plain role gives.
struct RemoveRole {
    RoleId role;
    friend bool operator==(const RemoveRole &, const RemoveRole &) = default;
};
struct SaveTeam {
    Team team;
    friend bool operator==(const SaveTeam &, const SaveTeam &) = default;
};
struct RemoveTeam {
    TeamId team;
    std::optional<TeamId> into; ///< Who gets its conversations; absent: nobody in particular.
    friend bool operator==(const RemoveTeam &, const RemoveTeam &) = default;
};
/// What an agent may do and sees, and how much work is given out to them.
struct AgentSettings {
    Agent::Role role = Agent::Role::Agent;
    std::optional<RoleId> customRole;
    std::vector<TeamId> teams;
    std::int64_t capacity = 0;
    std::vector<std::string> languages;
    friend bool operator==(const AgentSettings &, const AgentSettings &) = default;
};
struct SetAgent {
    AgentId agent;
    Agent::Role role = Agent::Role::Agent;
    std::optional<RoleId> customRole;
    std::vector<TeamId> teams;
    std::int64_t capacity = 0;
    std::vector<std::string> languages;
    std::optional<AgentSettings> before; ///< As its author saw them: only what differs from that is set.
    friend bool operator==(const SetAgent &, const SetAgent &) = default;
};
/// Nobody signs in as them any more, or again. Their open work goes to @p workTo, or back to its queues.
struct SetAgentActive {
    AgentId agent;
    bool active = false;
    std::optional<AgentId> workTo;
    friend bool operator==(const SetAgentActive &, const SetAgentActive &) = default;
};
/// Whether work is given out to its author.
struct SetAway {
    bool away = false;
    friend bool operator==(const SetAway &, const SetAway &) = default;
};

/// For how many days a resolved conversation of one account opens again when its customer writes.
struct SetReopenDays {
    ChannelAccountId account;
    std::int64_t days = ChannelAccount::kReopenDays;
    friend bool operator==(const SetReopenDays &, const SetReopenDays &) = default;
};

/// Whose the new conversations of an account are; those that are there stay where they are.
struct SetAccountTeam {
    ChannelAccountId account;
    std::optional<TeamId> team; ///< Absent: nobody's in particular.
    friend bool operator==(const SetAccountTeam &, const SetAccountTeam &) = default;
};
/// Takes away an address that was mistyped: nobody has written from it or to it.
struct RemoveIdentity {
    IdentityId identity;
    friend bool operator==(const RemoveIdentity &, const RemoveIdentity &) = default;
};
/// Takes away a customer who was added by hand and of whom there is nothing but the card.
struct RemoveCustomer {
    CustomerId customer;
    friend bool operator==(const RemoveCustomer &, const RemoveCustomer &) = default;
};
/// What its author is called, also on what they write from now on.
struct SetOwnName {
    std::string name;
    friend bool operator==(const SetOwnName &, const SetOwnName &) = default;
};
/// Its people belong to no company, and its domains place nobody any more.
struct RemoveCompany {
    CompanyId company;
    bool removed = true; ///< False takes it back: it is there again with whoever still names it.
    friend bool operator==(const RemoveCompany &, const RemoveCompany &) = default;
};
/// Which address of theirs on one channel somebody is written to at first.
struct PreferIdentity {
    CustomerId customer; ///< The root of the person: its word counts.
    Channel channel = Channel::Email;
    std::optional<IdentityId> identity; ///< Absent: none any more.
    friend bool operator==(const PreferIdentity &, const PreferIdentity &) = default;
};
/// Takes back a consent that was recorded by mistake where nothing was recorded before. It is an undo of SetConsent and
/// nothing else; what was recorded stays on the timeline.
struct RemoveConsent {
    CustomerId customer;
    Channel channel = Channel::Email;
    Consent::Purpose purpose = Consent::Purpose::Service;
    friend bool operator==(const RemoveConsent &, const RemoveConsent &) = default;
};

/// A list of customers is taken away as a file: nothing changes, and the hub's audit log says so. It is given, and kept,
/// before anything is written. What was typed to find them may be a name or an address, and is not told.
struct ExportCustomers {
    enum class Which { Everybody, Found, Selected };
    std::int64_t count = 0;
    Which which = Which::Everybody;
    std::string tag; ///< Only who has it; empty: whatever their tags are.
    friend bool operator==(const ExportCustomers &, const ExportCustomers &) = default;
};

/// Whose numbers those without a country code are, of what comes and goes by one account.
struct SetAccountRegion {
    ChannelAccountId account;
    std::string region; ///< ISO 3166 (`AE`); empty: nobody says.
    friend bool operator==(const SetAccountRegion &, const SetAccountRegion &) = default;
};

using CommandBody =
    std::variant<SendMessage, CancelMessage, RetryMessage, AddNote, SetStatus, Snooze, Assign, SetTags, SetPriority,
                 SetSubject, MarkRead, EditCustomer, LinkCustomers, UnlinkCustomers, DismissSuggestion, SetTeam,
                 SetCustomStatus, SetField, EditChecklist, Follow, SeeMentions, JoinConversation, SeparateConversation,
                 RelateConversations, MoveItems, StartConversation, MergeCustomers, MoveIdentity, AddCustomer, AddIdentity,
                 SetCustomerField, SetCustomerTags, SetCompany, BlockCustomer, SetConsent, SaveCompany, SaveView, RemoveView,
                 SaveFieldDefinition, RemoveFieldDefinition, SaveCustomStatus, RemoveCustomStatus, SaveRole, RemoveRole,
                 SaveTeam, RemoveTeam, SetAgent, SetAgentActive, SetAway, ImportCustomers, SetReopenDays, SetAccountTeam,
                 RemoveIdentity, RemoveCustomer, SetOwnName, RemoveCompany, PreferIdentity, RemoveConsent, ExportCustomers,
                 SetAccountRegion>;

/// What became of a command. Reported in the ordered stream, and the same again when asked twice.
struct Outcome {
    enum class Kind { Applied, NoEffect, NeedsYou, Refused };
    /// Why it needs its author, or was refused.
    enum class Reason {
        None,
        CustomerWrote,
        ColleagueReplied,
        WindowClosed,
        NotFound,
        NotAllowed,
        TooLate,
        Taken,
        Chain,
        Invalid,
        Blocked,
        AccountGone,
        NotKnown,  ///< Of a newer program than the hub is.
        Changed,   ///< What it was decided on has been changed by somebody else.
        NoConsent, ///< The customer does not want to be written to on that channel.
    };
    /// Of several things that one command does, one that was not done.
    struct RefusedRow {
        std::int64_t row = 0; ///< As it stands in the command, from 0.
        Reason reason = Reason::None;
        friend bool operator==(const RefusedRow &, const RefusedRow &) = default;
    };
    std::int64_t n = 0;
    CommandId command;
    Kind kind = Kind::Applied;
    Reason reason = Reason::None;
    std::string detail;                  ///< English, for the log.
    std::vector<RefusedRow> refusedRows; ///< Of ImportCustomers, in order; the other rows are in.
    friend bool operator==(const Outcome &, const Outcome &) = default;
};

/// One thing an agent did, identified by (client, n): n is dense from 1, and a repeat has no second effect.
struct Command {
    std::int64_t n = 0;
    CommandId id;
    TimePoint at;             ///< By the desktop's clock: for display only.
    std::int64_t baseSeq = 0; ///< The newest change its author saw of the conversation: what the send guard compares with.
    RawId baseEpoch{};        ///< Of which history `baseSeq` is; null: of the one that is.
    /// What it came to in a history that is over: a hub that was restored from a backup is offered it again.
    std::optional<Outcome::Kind> earlier;
    CommandBody body;
    /// What this takes back. It is done only while that stands (see stands()): an undo never overrides a later change.
    std::optional<CommandBody> undoes;
    /// At a hub, the name of a command that it does not know, or not all of: it is refused. Its body is nothing.
    std::string unknown;
    friend bool operator==(const Command &, const Command &) = default;
};

/// `send_message`, `add_note` ...: the command's name on the wire and in the journal.
std::string_view nameOf(const CommandBody &body);

/// Whether somebody meant to do it and would look for it in the outbox: all but marks that rise by reading, and what was
/// withdrawn before the hub heard of it (the taking back of nothing).
bool isMeant(const CommandBody &body);

/// The conversation that a command is about; null for those that are not about one.
ConversationId conversationOf(const CommandBody &body);

/// Sets a status, and what goes with it.
void setStatus(Conversation &conversation, Conversation::Status status, TimePoint at);

/// What a command does to the conversation it is about, as far as that can be known without the hub: the desktop shows it at
/// once, the hub does the same for good. Called only with the conversation it names. @p by is its author, whose rights
/// decide what goes along with it, @p at the time shown.
void applyTo(Conversation &conversation, const CommandBody &body, const Agent &by, TimePoint at);

/// The customer that a command changes; null for those that do not change one as it stands.
CustomerId customerOf(const CommandBody &body);
/// What a command does to the customer that it is about.
void applyTo(Customer &customer, const CommandBody &body);

AgentSettings settingsOf(const Agent &agent);
/// What @p set changes of what its author saw, on top of what the agent has by now: what others have given or taken since
/// stays so.
void applyTo(Agent &agent, const SetAgent &set);

/// Whether what @p done did is as it left it: giving it once more would change nothing. False for commands that do not set a
/// field of the conversation, and for another conversation.
bool stands(const Conversation &conversation, const CommandBody &done);
bool stands(const Customer &customer, const CommandBody &done);
bool stands(const Suggestion &suggestion, const CommandBody &done);

/// The item a command puts on the timeline (a message or a note), or nothing.
std::optional<TimelineItem> itemOf(const Command &command, const Conversation &conversation, const Agent &by,
                                   std::int64_t undoSeconds);

/// A read mark after a command: marks merge by maximum, but for those that are meant to go back.
std::int64_t readCountAfter(std::int64_t before, const MarkRead &command);

/// One line for lists: white space folded, at most @p maxCharacters code points and an ellipsis where it was cut.
std::string previewOf(std::string_view body, std::size_t maxCharacters = 140);

} // namespace tributary::model
