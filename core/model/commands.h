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
    std::vector<Attachment> attachments; ///< Already uploaded.
    std::optional<TimelineItemId> inReplyTo;
    bool resolveAfter = false;
    bool sendAnyway = false; ///< The author has seen what came in between and sends all the same.
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
    std::string subject;
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

using CommandBody =
    std::variant<SendMessage, CancelMessage, RetryMessage, AddNote, SetStatus, Snooze, Assign, SetTags, SetPriority,
                 SetSubject, MarkRead, EditCustomer, LinkCustomers, UnlinkCustomers, DismissSuggestion, SetTeam>;

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
        NotKnown, ///< Of a newer program than the hub is.
    };
    std::int64_t n = 0;
    CommandId command;
    Kind kind = Kind::Applied;
    Reason reason = Reason::None;
    std::string detail; ///< English, for the log.
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

/// What a command does to the conversation it is about, as far as that can be known without the hub: the desktop shows it at
/// once, the hub does the same for good. Called only with the conversation it names. @p by is its author, @p at the time
/// shown.
void applyTo(Conversation &conversation, const CommandBody &body, AgentId by, TimePoint at);

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
