#pragma once

#include "core/hub/change_log.h"
#include "core/hub/delivery_queue.h"
#include "core/hub/epoch.h"
#include "core/model/field_values.h"
#include "core/store/import_plan.h"

namespace tributary::hub {

/// What the hub does for one command, within its transaction: who may, what is checked, what changes, which event says so.
/// What it changes of a conversation or a customer it does by model::applyTo(), as the desktop has shown it already.
///
/// The rules stand in files by what they are about: messages and notes, tickets, threads, people and their addresses, who is
/// blocked, consent, merges, companies, files of people, and what a workspace is set up with.
class CommandRules {
public:
    struct Answer {
        model::Outcome::Kind kind = model::Outcome::Kind::Applied;
        model::Outcome::Reason reason = model::Outcome::Reason::None;
        std::string detail; ///< English, for the log.
        std::vector<model::Outcome::RefusedRow> refusedRows = {};
    };
    static Answer refused(model::Outcome::Reason reason, std::string detail = {})
    {
        return {model::Outcome::Kind::Refused, reason, std::move(detail)};
    }
    static Answer noEffect() { return {model::Outcome::Kind::NoEffect, model::Outcome::Reason::None, {}}; }

    /// How a command stands to this hub's history, which may have been restored from a backup since it was given.
    struct Standing {
        EpochStart epoch;            ///< The newest.
        std::int64_t seen = 0;       ///< Up to here its author had seen this history.
        bool ofAnotherEpoch = false; ///< Given in a history that is over, in part or whole.
        bool again = false;          ///< Had been applied there: what it did is done, and is only to be known again.
    };

    CommandRules(ChangeLog &changes, IdMaker &ids, const model::Agent &by, const model::Command &command,
                 const Standing &standing, TimePoint at, TimePoint now)
        : m_changes(changes)
        , m_ids(ids)
        , m_by(by)
        , m_command(command)
        , m_standing(standing)
        , m_at(at)
        , m_now(now)
    {
    }

    Result<Answer> perform();

    // One for each command; called by perform().
    /// The conversation that the command is about, if it was joined into another one, where the work on it goes on.
    Result<std::optional<model::Conversation>> joinedAway();
    /// The command as it is for the one that @p joined goes on in; nothing: there it means nothing.
    std::optional<model::Command> carriedAlong(const model::Conversation &joined) const;
    /// Likewise, carried along from @p joined.
    Result<Answer> perform(model::ConversationId joined);
    Result<Answer> carriedOut();
    Result<void> takeWordsBack();

    // Messages and notes
    Result<bool> wasTakenBack(model::TimelineItemId item);
    Result<void> putBackStatus(model::Conversation &conversation, const model::TimelineItem &reply);
    Result<bool> isAnsweredSince(const model::TimelineItem &reply);
    Result<void> askNoMore(const model::TimelineItem &note);
    Result<Answer> operator()(const model::SendMessage &message);
    Result<Answer> operator()(const model::CancelMessage &cancelled);
    Result<Answer> operator()(const model::RetryMessage &retried);
    Result<Answer> operator()(const model::AddNote &note);
    // Tickets
    Result<Answer> operator()(const model::SetStatus &command);
    Result<Answer> operator()(const model::SetCustomStatus &command);
    Result<Answer> operator()(const model::Snooze &command);
    Result<Answer> operator()(const model::Assign &command);
    Result<Answer> operator()(const model::SetTeam &command);
    Result<Answer> operator()(const model::SetTags &command);
    Result<Answer> operator()(const model::SetPriority &command);
    Result<Answer> operator()(const model::SetSubject &command);
    Result<Answer> operator()(const model::SetField &command);
    Result<Answer> operator()(const model::EditChecklist &command);
    Result<Answer> operator()(const model::MarkRead &command);
    Result<Answer> operator()(const model::Follow &command);
    Result<Answer> operator()(const model::SeeMentions &command);
    // Conversations that are begun, joined, split
    Result<Answer> operator()(const model::StartConversation &command);
    Result<Answer> operator()(const model::JoinConversation &command);
    Result<Answer> operator()(const model::SeparateConversation &command);
    Result<Answer> operator()(const model::RelateConversations &command);
    Result<Answer> operator()(const model::MoveItems &command);
    // People
    Result<Answer> operator()(const model::AddCustomer &command);
    Result<Answer> operator()(const model::RemoveCustomer &command);
    Result<Answer> operator()(const model::AddIdentity &command);
    Result<Answer> operator()(const model::RemoveIdentity &command);
    Result<Answer> operator()(const model::EditCustomer &command);
    Result<Answer> operator()(const model::SetCustomerField &command);
    Result<Answer> operator()(const model::SetCustomerTags &command);
    Result<Answer> operator()(const model::SetCompany &command);
    Result<Answer> operator()(const model::SaveCompany &command);
    Result<Answer> operator()(const model::RemoveCompany &command);
    Result<Answer> operator()(const model::PreferIdentity &command);
    Result<Answer> operator()(const model::BlockCustomer &command);
    Result<Answer> operator()(const model::SetConsent &command);
    Result<Answer> operator()(const model::RemoveConsent &command);
    Result<Answer> operator()(const model::LinkCustomers &command);
    Result<Answer> operator()(const model::MergeCustomers &command);
    Result<Answer> operator()(const model::UnlinkCustomers &command);
    Result<Answer> operator()(const model::MoveIdentity &command);
    Result<Answer> operator()(const model::DismissSuggestion &command);
    Result<Answer> operator()(const model::ImportCustomers &command);
    Result<Answer> operator()(const model::ExportCustomers &command);
    // Setup
    Result<Answer> operator()(const model::SaveView &command);
    Result<Answer> operator()(const model::RemoveView &command);
    Result<Answer> operator()(const model::SaveFieldDefinition &command);
    Result<Answer> operator()(const model::RemoveFieldDefinition &command);
    Result<Answer> operator()(const model::SaveCustomStatus &command);
    Result<Answer> operator()(const model::RemoveCustomStatus &command);
    Result<Answer> operator()(const model::SaveRole &command);
    Result<Answer> operator()(const model::RemoveRole &command);
    Result<Answer> operator()(const model::SaveTeam &command);
    Result<Answer> operator()(const model::RemoveTeam &command);
    Result<Answer> operator()(const model::SetAgent &command);
    Result<Answer> operator()(const model::SetAgentActive &command);
    Result<Answer> operator()(const model::SetAway &command);
    Result<Answer> operator()(const model::SetOwnName &command);
    Result<Answer> operator()(const model::SetReopenDays &command);
    Result<Answer> operator()(const model::SetAccountTeam &command);
    Result<Answer> operator()(const model::SetAccountRegion &command);

private:
    store::Database &database() { return m_changes.database(); }
    bool mayHaveGoneOut() const { return m_standing.again || m_standing.ofAnotherEpoch; }
    /// What had been taken over has gone out, in all likelihood, and nobody knows by which settings of its account.
    Doubt doubt() const
    {
        return m_standing.again ? Doubt::Elsewhere : m_standing.ofAnotherEpoch ? Doubt::Here : Doubt::None;
    }

    /// What its author may not see is answered like what is not there.
    Result<std::optional<model::Conversation>> seen(model::ConversationId id);
    Result<std::optional<model::TimelineItem>> seenItem(model::TimelineItemId id);
    /// An undo whose time is over: what it would take back has been changed since, by whomever.
    Result<std::optional<Answer>> undoIsLate();
    /// Whether a command that had been applied before a restore comes too late: since then the same was set by a later one,
    /// or (@p whereCustomerWrites) the customer has written. Fields have their last writer by the time of writing then, for
    /// desktops come back in any order. Notes the time where it matters.
    Result<bool> overtaken(const RawId &about, std::string_view field,
                           std::optional<model::ConversationId> whereCustomerWrites = std::nullopt);
    /// Whether what its author saves has been changed or removed by somebody else since they have read it. @p read: its
    /// version then, 0 where they make it; @p now: the one it has by now, nothing: it is not there.
    Result<bool> isChangedSince(std::int64_t read, std::optional<std::int64_t> now);
    /// The customer has written after this command was given, and this history has only now learned of it.
    Result<bool> writtenSince(model::ConversationId conversation);
    /// Whoever resolves, snoozes or waits decides on what has been said (DESIGN 7): whether the customer has said more than
    /// they had seen.
    Result<bool> isPutAsideTooSoon(model::ConversationId conversation, model::Conversation::Status becomes);

    // Messages and notes
    Result<bool> isOwnComeBack(model::TimelineItemId item);
    Result<Answer> adopt(const model::SendMessage &message, model::TimelineItem item, model::Conversation conversation);
    Answer repeated(const model::TimelineItem &known) const;
    Result<model::Outcome::Reason> whatCrossed(const model::Conversation &conversation);
    /// Whether each is an upload of this agent. What may have gone out all the same stands without those that a restore has
    /// lost: they are marked, so that nothing is sent twice for want of a file.
    Result<bool> takeUploads(std::vector<model::Attachment> &attachments);
    Result<void> referToFiles(const model::TimelineItem &item);
    Result<Answer> send(const model::SendMessage &message, std::vector<model::Attachment> files,
                        model::Conversation conversation, const model::ChannelAccount &account);
    Result<void> afterSending(model::SendMessage message, model::Conversation conversation);
    Result<void> askToLook(model::TimelineItem &item, const model::AddNote &note, const model::Conversation &conversation);

    // Tickets
    using Values = std::map<std::string, std::string>;
    /// Changes the conversation that the command names as the desktop did, with an event that says so.
    Result<Answer> onConversation(std::string_view event, Values values);
    /// As this command would have it, in place of the one that was given.
    Result<Answer> onConversation(std::string_view event, Values values, const model::CommandBody &change);
    Result<model::ReadMark> ownMark(model::ConversationId conversation);
    Result<bool> areOfOnePerson(const model::Conversation &a, const model::Conversation &b);
    /// Takes a join back: each of the two says of its own messages again what it had said. One that is taken out without
    /// being asked for (@p isAsked) is as it was before; else it is open.
    Result<void> separate(model::Conversation conversation, bool isAsked);
    /// What was joined while two were one person goes on by itself once they are two again.
    Result<void> separateStrangers(model::CustomerId customer);
    Result<void> tell(const model::Conversation &conversation, std::string_view event, Values values);
    /// What an event says of why: that its author takes something back.
    Values reason() const;
    /// A colleague has asked this agent to look after what they had seen when they gave the command.
    Result<bool> askedSinceSeen(model::ConversationId conversation);

    // People
    /// Whether a customer's row goes out in one live frame (wire::kMaxFrameBytes), whoever may have written so much. One
    /// that does not since before @p before may become smaller.
    static bool fitsFrame(const model::Customer &now, const model::Customer &before);
    /// Changes the customer that the command names as the desktop did.
    Result<Answer> onCustomer(model::CustomerId id, std::string_view field);
    Result<void> keepOthersEdits(const model::Customer &before, model::Customer &after);
    Result<void> tellOfEdit(const model::Customer &before, const model::Customer &after);
    Result<void> tellOfPreferred(const model::Customer &before, const model::Customer &after);
    Result<std::string> companyName(const std::optional<model::CompanyId> &id);
    /// Mail from its domains is from its people, as far as they are no other company's.
    Result<void> takeDomains(const model::Company &company);
    Result<void> tellOfConsent(const model::Consent &consent, std::string_view event, Values values);
    /// Who had recorded what an undo records again; nobody in particular where the timeline does not say.
    Result<std::optional<model::AgentId>> recorderOf(const model::SetConsent &again);
    /// What was done to somebody of whom nothing else is known; nothing if there is more.
    Result<std::optional<std::vector<model::TimelineItem>>> onlyEventsOf(model::CustomerId customer);
    Result<void> removeWith(const model::Customer &customer, std::vector<model::TimelineItem> events);
    /// Takes away whom the moving of an address has made, if nothing else was done to them; says whether it has.
    Result<bool> removeMadeByMove(const model::Customer &customer);
    Result<void> tellOfLink(const model::CustomerLink &link, std::string_view event);
    /// That somebody has said of two that they are not one, or has taken that back.
    Result<void> tellOfTwo(model::CustomerId one, model::CustomerId other, bool areTwo);
    /// Those of a person that @p statement names, by their root.
    Result<std::vector<model::ConversationId>> conversationsOf(model::CustomerId root, std::string_view statement);
    /// Opens what was resolved because its customer was blocked, and has not been touched since; and what they have written
    /// in while nobody heard them.
    Result<void> openUnblocked(model::CustomerId person);
    Result<void> openAgain(model::Conversation conversation, model::Conversation::Status status, Values values);
    /// Who is no longer of a person that @p wasBlocked is heard again, unless they are blocked themselves.
    Result<void> hearAgain(model::CustomerId customer, bool wasBlocked);
    /// An event on the timeline of a person.
    Result<void> tellOfCustomer(model::CustomerId customer, std::string_view event, Values values);
    Result<Answer> makeLink(model::CustomerLink link);
    Result<void> putBack(const model::CustomerLink &ended);
    Result<void> putBackFurther(model::CustomerId id, const std::string &name, const std::string &came,
                                const std::string &value);
    Result<Answer> importRow(const model::ImportedCustomer &row, store::CompaniesByName &companies);
    Result<model::Outcome::Reason> whyNotFilled(const store::ImportPlan &plan);
    Result<model::CompanyId> companyMade(const model::ImportedCustomer &row, store::CompaniesByName &companies);
    /// Whom a conversation begins with, or why with nobody.
    Result<model::Outcome::Reason> addressee(const model::StartConversation &command, const model::ChannelAccount &account,
                                             model::Identity &found);

    // Setup
    std::optional<Answer> whyNotRights(const model::Agent &before, const model::Agent &after);

    ChangeLog &m_changes;
    IdMaker &m_ids;
    const model::Agent &m_by;
    const model::Command &m_command;
    const Standing &m_standing;
    TimePoint m_at;  ///< When its author gave it, by their clock.
    TimePoint m_now; ///< Of the hub.
    /// That this command is the newest on something, and when the one before it was.
    struct Word {
        RawId about;
        std::string field;
        std::optional<TimePoint> before;
    };
    std::vector<Word> m_words;
    model::ConversationId m_joined; ///< It was given to this one, and is carried along from it; else null.
};

/// Whether @p key can name a custom field: small letters, digits, `_`, `-`, `.`, at most 64.
bool isFieldKey(std::string_view key);
/// The definition of a custom field, or nothing.
Result<std::optional<model::FieldDefinition>> fieldNamed(store::Database &database, model::FieldDefinition::Subject subject,
                                                         std::string_view key);

} // namespace tributary::hub
