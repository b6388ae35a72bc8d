#include "core/hub/command_rules.h"

#include "core/hub/endings.h"
#include "core/hub/sight.h"
#include "core/hub/timeline_events.h"
#include "core/model/masks.h"
#include "core/model/permissions.h"
#include "core/model/rights.h"
#include "core/model/undone.h"
#include "core/store/entities.h"
#include "core/store/sql.h"

namespace tributary::hub {

using namespace tributary::model;
namespace sql = store::sql;
using Reason = Outcome::Reason;

namespace {

/// @p row as @p agent is shown it: what an undo is answered must not tell what is hidden from them.
template<class Row>
Row shownTo(const Agent &agent, Row row)
{
    Entity shown(std::move(row));
    mask(shown, masksOf(agent));
    return std::get<Row>(std::move(shown));
}

} // namespace

Result<std::optional<CommandRules::Answer>> CommandRules::undoIsLate()
{
    const auto answer = [](bool asItWas, bool stands) -> std::optional<Answer> {
        if (asItWas)
            return noEffect();
        return stands ? std::nullopt : std::optional(refused(Reason::Taken, "changed since"));
    };
    if (const ConversationId about = conversationOf(m_command.body); !about.isNull()) {
        TRIBUTARY_TRY_ASSIGN(auto found, seen(about));
        if (!found)
            return std::optional<Answer>();
        const Conversation shown = shownTo(m_by, std::move(*found));
        return answer(stands(shown, m_command.body), stands(shown, *m_command.undoes));
    }
    if (const CustomerId about = customerOf(m_command.body); !about.isNull()) {
        TRIBUTARY_TRY_ASSIGN(auto found, store::customer(database(), about));
        if (!found)
            return std::optional<Answer>();
        const Customer shown = shownTo(m_by, std::move(*found));
        return answer(stands(shown, m_command.body), stands(shown, *m_command.undoes));
    }
    if (const auto *dismiss = std::get_if<DismissSuggestion>(&m_command.body)) {
        TRIBUTARY_TRY_ASSIGN(const auto found, store::suggestion(database(), dismiss->suggestion));
        return found ? answer(stands(*found, m_command.body), stands(*found, *m_command.undoes)) : std::nullopt;
    }
    if (const auto *move = std::get_if<MoveIdentity>(&m_command.body)) {
        TRIBUTARY_TRY_ASSIGN(const auto found, store::identity(database(), move->identity));
        return found ? answer(stands(*found, m_command.body), stands(*found, *m_command.undoes)) : std::nullopt;
    }
    if (const auto *remove = std::get_if<RemoveIdentity>(&m_command.body)) {
        TRIBUTARY_TRY_ASSIGN(const auto found, store::identity(database(), remove->identity));
        return answer(!found, found && stands(*found, *m_command.undoes));
    }
    if (const auto *remove = std::get_if<RemoveCustomer>(&m_command.body)) {
        TRIBUTARY_TRY_ASSIGN(const auto found, store::customer(database(), remove->customer));
        return answer(!found, found && stands(*found, *m_command.undoes));
    }
    if (const CompanyId about = companyOf(m_command.body); !about.isNull()) {
        TRIBUTARY_TRY_ASSIGN(auto found, store::company(database(), about));
        if (!found)
            return answer(false, false);
        const Company shown = shownTo(m_by, std::move(*found));
        return answer(stands(shown, m_command.body), stands(shown, *m_command.undoes));
    }
    if (const ConsentId about = consentOf(m_command.body); !about.isNull()) {
        TRIBUTARY_TRY_ASSIGN(const auto found, store::consent(database(), about));
        const bool isOwn = found && found->by == m_by.id; // a colleague may have recorded the same before
        return answer(stands(found, m_command.body), isOwn && stands(found, *m_command.undoes));
    }
    if (const SavedViewId about = viewOf(m_command.body); !about.isNull()) {
        TRIBUTARY_TRY_ASSIGN(const auto found, store::savedView(database(), about));
        const auto *removal = std::get_if<RemoveView>(&*m_command.undoes);
        if (!found && removal && removal->view == about)
            return std::optional<Answer>();
        if (!found) // removed since: it does not come back by this
            return answer(std::holds_alternative<RemoveView>(m_command.body), false);
        return sees(m_by, *found) ? answer(stands(*found, m_command.body), stands(*found, *m_command.undoes)) : std::nullopt;
    }
    return std::optional(refused(Reason::Invalid, "not a thing to undo"));
}

Result<CommandRules::Answer> CommandRules::perform()
{
    if (!may(m_by, m_command.body))
        return refused(Reason::NotAllowed, "needs another permission");
    if (m_command.undoes) {
        TRIBUTARY_TRY_ASSIGN(const auto late, undoIsLate());
        if (late)
            return *late;
    }
    TRIBUTARY_TRY_ASSIGN(const auto joined, joinedAway());
    if (joined) {
        auto carried = carriedAlong(*joined);
        if (!carried)
            return noEffect();
        return CommandRules(m_changes, m_ids, m_by, *carried, m_standing, m_at, m_now).perform(joined->id);
    }
    return carriedOut();
}

Result<CommandRules::Answer> CommandRules::perform(ConversationId joined)
{
    m_joined = joined;
    return carriedOut();
}

Result<CommandRules::Answer> CommandRules::carriedOut()
{
    TRIBUTARY_TRY_ASSIGN(Answer answer, std::visit(*this, m_command.body));
    if (answer.kind == Outcome::Kind::Refused)
        TRIBUTARY_TRY(takeWordsBack());
    return answer;
}

/// What is refused is nobody's newest word on anything.
Result<void> CommandRules::takeWordsBack()
{
    for (const Word &word : m_words) {
        auto remove = database().query(sql::hub_remove_field_set);
        TRIBUTARY_TRY(remove.bind("about", word.about).bind("field", word.field).run());
        if (!word.before)
            continue;
        auto note = database().query(sql::hub_set_field_set);
        TRIBUTARY_TRY(note.bind("about", word.about).bind("field", word.field).bind("at_ms", *word.before).run());
    }
    return {};
}

Result<std::optional<Conversation>> CommandRules::joinedAway()
{
    // What is taken back, or was done in an earlier history, is about the one that it was done to.
    const bool isWork =
        std::holds_alternative<SendMessage>(m_command.body) || std::holds_alternative<AddNote>(m_command.body)
        || std::holds_alternative<SetStatus>(m_command.body) || std::holds_alternative<SetCustomStatus>(m_command.body)
        || std::holds_alternative<Snooze>(m_command.body) || std::holds_alternative<Assign>(m_command.body);
    if (!isWork || m_command.undoes || m_standing.again)
        return std::optional<Conversation>();
    TRIBUTARY_TRY_ASSIGN(auto conversation, seen(conversationOf(m_command.body)));
    if (conversation && !conversation->joinedInto)
        conversation.reset();
    return conversation;
}

std::optional<Command> CommandRules::carriedAlong(const Conversation &joined) const
{
    Command carried = m_command;
    if (auto *message = std::get_if<SendMessage>(&carried.body)) {
        message->conversation = *joined.joinedInto;
        message->resolveAfter = false; // there may be more in there than what is answered
    } else if (auto *note = std::get_if<AddNote>(&carried.body)) {
        note->conversation = *joined.joinedInto;
    } else if (auto *status = std::get_if<SetStatus>(&carried.body);
               status && status->status == Conversation::Status::Open) {
        status->conversation = *joined.joinedInto;
    } else {
        return std::nullopt; // it was put aside when it was joined, and whose it is is said of the one that goes on
    }
    return carried;
}

Result<std::optional<Conversation>> CommandRules::seen(ConversationId id)
{
    TRIBUTARY_TRY_ASSIGN(auto conversation, store::conversation(database(), id));
    if (!conversation || sees(m_by, *conversation))
        return conversation;
    Conversation there = *conversation; // what a team has left that ended is taken to be where it goes
    TRIBUTARY_TRY_ASSIGN(there.team, teamAfter(database(), conversation->team));
    if (sees(m_by, there))
        return conversation;
    // Whoever has moved it to where they do not see it may move it back.
    if (m_command.undoes && std::holds_alternative<SetTeam>(m_command.body) && conversationOf(m_command.body) == id) {
        TRIBUTARY_TRY_ASSIGN(const auto moved, newestEvent(database(), id, [](const TimelineItem &event) {
                                 return detailOf(event, "event") == "moved";
                             }));
        if (moved && moved->author == m_by.id)
            return conversation;
    }
    return std::optional<Conversation>();
}

Result<std::optional<TimelineItem>> CommandRules::seenItem(TimelineItemId id)
{
    TRIBUTARY_TRY_ASSIGN(auto item, store::timelineItem(database(), id));
    if (item) {
        TRIBUTARY_TRY_ASSIGN(const auto conversation, store::conversation(database(), item->conversation));
        if (conversation && !sees(m_by, *conversation))
            item.reset();
    }
    return item;
}

Result<bool> CommandRules::overtaken(const RawId &about, std::string_view field,
                                     std::optional<ConversationId> whereCustomerWrites)
{
    if (m_standing.epoch.isFirst)
        return false;
    Word word{about, std::string(field), {}};
    {
        auto query = database().query(sql::hub_field_set);
        query.bind("about", about).bind("field", field);
        TRIBUTARY_TRY_ASSIGN(const bool set, query.step());
        if (set)
            word.before = query.time(0);
    }
    if (m_standing.again) {
        if (word.before && *word.before > m_at)
            return true;
        if (whereCustomerWrites) {
            TRIBUTARY_TRY_ASSIGN(const bool written, writtenSince(*whereCustomerWrites));
            if (written)
                return true;
        }
    }
    auto note = database().query(sql::hub_set_field_set);
    TRIBUTARY_TRY(note.bind("about", about).bind("field", field).bind("at_ms", m_at).run());
    m_words.push_back(std::move(word));
    return false;
}

Result<bool> CommandRules::writtenSince(ConversationId conversation)
{
    auto query = database().query(sql::hub_written_since);
    query.bind("conversation_id", conversation).bind("at_ms", m_at).bind("start_seq", m_standing.epoch.seq);
    return query.exists();
}

} // namespace tributary::hub
